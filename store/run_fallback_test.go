package store_test

import (
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
)

const byText = "notifynl"

// unreachable has a run of four of which WhatsApp reaches nobody, and the
// fallback that stands in for it; the first two agreed to that.
func (d *desk) unreachable() (run, fallback bot.Run) {
	d.t.Helper()
	d.town(4, "afval")
	for _, number := range []string{"31600000000", "31600000001"} {
		d.says(phone(number), "ook per sms")
		d.finish(d.claimOne(), bot.Outcome{Conversation: bot.Hide("{}"), Consents: []bot.Consent{{Topic: "sms", Given: true, Wording: "Mag dat?", Language: "nl", Version: "hash-1"}}})
	}
	run = d.run(bot.Run{Job: "afval.herinnering", Topic: "afval"})
	for range 4 {
		for _, send := range d.sends(10) {
			d.ok(d.MarkFailed(d.t.Context(), d.now, send, bot.SendError{Class: bot.SendRecipient, Code: 131026}, time.Time{}))
		}
	}
	fallback, began, err := d.BeginRun(d.t.Context(), d.now, bot.Run{Account: byText, Kind: bot.RunFallback, Corrects: run.ID, Job: run.Job + ".fallback",
		Topic: "sms", Bundle: run.Bundle, Due: run.Due, NotBefore: run.NotBefore, Useless: run.Useless, Room: -1})
	d.ok(err)
	if !began {
		d.t.Fatal("the fallback did not begin")
	}
	held, _, err := d.HoldRun(d.t.Context(), d.now, byText, time.Minute)
	d.ok(err)
	chosen, next, err := d.Unreached(d.t.Context(), held.Run, "", 10)
	d.ok(err)
	if len(chosen) != 2 || next != "" {
		d.t.Fatalf("%d are to hear it by the fallback, want 2", len(chosen))
	}
	_, err = d.Enqueue(d.t.Context(), d.now, &held, chosen, len(chosen), "")
	d.ok(err)
	return run, fallback
}

// What a claim of the fallback's account lets through, and for whom the
// subscription to the run's own topic still stands then.
func TestClaimSends_aFallbackGoesWhileWhatItStandsInForMay(t *testing.T) {
	for name, c := range map[string]struct {
		after         func(d *desk, run, fallback bot.Run)
		claimed, told int
	}{
		"both agreed":                   {func(*desk, bot.Run, bot.Run) {}, 2, 2},
		"the run is done":               {func(d *desk, run, _ bot.Run) { d.end(run, "") }, 2, 2},
		"the run was ended by somebody": {func(d *desk, run, _ bot.Run) { d.end(run, "withdrawn") }, 0, 0},
		"the run is paused":             {func(d *desk, run, _ bot.Run) { d.set(run, bot.RunPaused) }, 0, 0},
		"the fallback is paused":        {func(d *desk, _, fallback bot.Run) { d.set(fallback, bot.RunPaused) }, 0, 0},
		"the one switch is off":         {func(d *desk, _, _ bot.Run) { d.ok(d.StopTopics(d.t.Context(), d.now, account, "rood")) }, 0, 0},
		"the platform refuses WhatsApp": {func(d *desk, _, _ bot.Run) { d.ok(d.StopSending(d.t.Context(), d.now, account, "token")) }, 2, 2},
		"NotifyNL refuses the key":      {func(d *desk, _, _ bot.Run) { d.ok(d.StopSending(d.t.Context(), d.now, byText, "key")) }, 0, 0},
		"it is quiet for the run":       {func(d *desk, run, _ bot.Run) { d.ok(d.SetQuiet(d.t.Context(), run.ID, d.now, run.Useless)) }, 0, 0},
		"it is of no use":               {func(d *desk, run, _ bot.Run) { d.later(run.Useless.Sub(d.now)) }, 0, 0},
		"one withdrew the fallback":     {func(d *desk, _, _ bot.Run) { d.without("31600000001", "sms") }, 1, 1},
		"one withdrew what it is about": {func(d *desk, _, _ bot.Run) { d.without("31600000001", "afval") }, 2, 1},
		"a row stayed behind a withdrawal": {func(d *desk, _, _ bot.Run) { // one's; a selection beside it wrote it later
			_, err := d.Exec(d.t.Context(), `DELETE FROM subscription WHERE id IN (SELECT id FROM subscription WHERE topic = 'sms' LIMIT 1)`)
			d.ok(err)
		}, 1, 1},
		"one said STOP":                    {func(d *desk, _, _ bot.Run) { d.stop(phone("31600000001")) }, 1, 1},
		"one asked something and waits":    {func(d *desk, _, _ bot.Run) { d.answeredAside(phone("31600000001"), "vraag") }, 1, 1},
		"no template of WhatsApp is there": {func(d *desk, _, _ bot.Run) { d.template("PAUSED", "") }, 2, 2},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, d *desk) {
				d.approve("sjabloon")
				run, fallback := d.unreachable()
				c.after(d, run, fallback)
				claimed, told := 0, 0
				for range 3 {
					sends, err := d.ClaimSends(t.Context(), d.now, byText, 10, pace)
					d.ok(err)
					for _, send := range sends {
						claimed++
						out := send.Notify
						if send.Reason != bot.ReasonTopic || send.To.Phone.Empty() || out.Run.ID != run.ID || !out.WindowOpen {
							t.Fatalf("%s, %+v", send.Reason, out)
						}
						if out.To.Subscribed() {
							told++
						}
						d.ok(d.MarkSent(t.Context(), d.now, send, bot.Hide("notify."+string(send.ID))))
					}
				}
				if claimed != c.claimed || told != c.told {
					t.Fatalf("%d claimed and %d told, want %d and %d", claimed, told, c.claimed, c.told)
				}
				if sends := d.sends(10); len(sends) != 0 && sends[0].Notify != nil {
					t.Error("WhatsApp's account takes a row of the fallback")
				}
			})
		})
	}
}

func (d *desk) end(run bot.Run, reason string) {
	d.t.Helper()
	_, err := d.SetRun(d.t.Context(), d.now, run.ID, bot.RunDone, reason, bot.RunSending)
	d.ok(err)
}

func (d *desk) without(number, topic string) {
	d.t.Helper()
	_, err := d.Withdraw(d.t.Context(), d.now, store.Withdrawal{Who: phone(number), Topic: topic, Source: "command"})
	d.ok(err)
}

// Who heard it by the fallback is one of those whom a correction looks for, and
// the numbers of the fallback are found by the run.
func TestFallback_itsReceiversAreTheRuns(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.approve("sjabloon")
		run, fallback := d.unreachable()
		sends, err := d.ClaimSends(t.Context(), d.now, byText, 1, pace)
		d.ok(err)
		sends[0].Reply = bot.Reply{Text: bot.Hide("Morgen papier.")}
		d.ok(d.MarkSent(t.Context(), d.now, sends[0], bot.Hide("notify.1")))
		unmatched, err := d.Statuses(t.Context(), d.now, []bot.Status{{Send: sends[0].ID, State: bot.StatusDelivered, At: d.now},
			{Send: bot.NewID(d.now), State: bot.StatusDelivered, At: d.now}})
		d.ok(err)
		list, next, err := d.Receivers(t.Context(), run, "", 10)
		d.ok(err)
		if unmatched != 1 || len(list) != 1 || next != "" || !list[0].Told.Equal(bot.Hide("Morgen papier.")) {
			t.Fatalf("%d unmatched, receivers %+v", unmatched, list)
		}
		if _, found, err := d.Receiver(t.Context(), run, list[0].Resident); err != nil || !found {
			t.Fatal(found, err)
		}
		found, is, err := d.Fallback(t.Context(), run.ID)
		d.ok(err)
		tally, err := d.Tally(t.Context(), found.ID)
		d.ok(err)
		if !is || found.ID != fallback.ID || tally.Told() != 1 || tally.Selected != 2 {
			t.Fatalf("%t, %+v", is, tally)
		}
	})
}
