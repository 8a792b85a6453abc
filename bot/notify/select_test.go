package notify_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/notify"
)

// begun has the reminder's moment come, with its run begun and nothing selected.
func (d *town) begun(n *notify.Notifier) {
	d.t.Helper()
	d.ok(n.Begin(d.t.Context()))
	d.at("2026-11-22 19:00")
	d.ok(n.Begin(d.t.Context()))
}

const day = "2026-11-22 12:00"

func TestSelect_whoHasNothingToHearGetsNoRow(t *testing.T) {
	each(t, day, func(t *testing.T, d *town) {
		d.subscribe(5)
		d.calendar[address(1)], d.calendar[address(3)] = "", ""
		n := d.process()
		d.begun(n)
		if got := d.rush(n, bot.StatusRead); len(got) != 3 {
			t.Fatalf("%d told, want 3", len(got))
		}
		if got := d.tally(herinnering); got.LookedAt != 5 || got.Selected != 3 || got.Read != 3 {
			t.Errorf("%+v", got)
		}
		if run := d.last(herinnering); run.State != bot.RunDone {
			t.Errorf("%s %s", run.State, run.Reason)
		}
	})
}

// A process that is killed halfway leaves the rest to another, which goes on
// where it was: nobody is passed over, nobody chosen twice.
func TestSelect_isResumedAfterAKill(t *testing.T) {
	each(t, day, func(t *testing.T, d *town) {
		d.subscribe(7)
		n := d.process()
		d.begun(n)
		held, _, err := d.store.HoldRun(t.Context(), d.now, account, time.Minute)
		d.ok(err)
		list, next, err := d.store.Subscribers(t.Context(), held.Run, "", 3)
		d.ok(err)
		_, err = d.store.Enqueue(t.Context(), d.now, &held, []bot.ID{list[0].Resident, list[1].Resident, list[2].Resident}, 3, next)
		d.ok(err) // and here it is killed
		d.ok(n.Select(t.Context()))
		if got := d.tally(herinnering); got.Selected != 3 {
			t.Fatalf("another selects while the lease stands: %+v", got)
		}
		d.later(2 * time.Minute)
		d.ok(n.Select(t.Context()))
		if got := d.tally(herinnering); got.LookedAt != 7 || got.Selected != 7 || got.Waiting != 7 {
			t.Fatalf("%+v", got)
		}
	})
}

func TestSelect_nobodyIsToldFromStaleDataAndARunGoesOnWhenItIsMended(t *testing.T) {
	each(t, day, func(t *testing.T, d *town) {
		d.subscribe(3)
		n := d.process()
		d.begun(n)
		d.stale = true
		if got := d.rush(n, bot.StatusRead); len(got) != 0 {
			t.Fatalf("%d told from stale data", len(got))
		}
		run := d.last(herinnering)
		if run.State != bot.RunStopped || run.Reason != "stale data" || !strings.Contains(d.logged.String(), "too old") {
			t.Fatalf("%s, %q\n%s", run.State, run.Reason, d.logged.String())
		}
		d.stale = false
		d.ok(n.Resume(t.Context(), run.ID))
		if got := d.rush(n, bot.StatusRead); len(got) != 3 {
			t.Fatalf("%d told after it was mended, want 3", len(got))
		}
	})
}

// Data that gets too old while a run is sent stops it too: who still waits
// hears it when it is mended.
func TestWord_staleDataStopsTheRunForTheRest(t *testing.T) {
	each(t, day, func(t *testing.T, d *town) {
		d.subscribe(45)
		n := d.process()
		d.begun(n)
		d.look(n)
		d.stale = true
		if got := d.drain(n, bot.StatusRead); len(got) != 0 { // the first twenty
			t.Fatalf("%d told from stale data", len(got))
		}
		run := d.last(herinnering)
		if got := d.tally(herinnering); run.State != bot.RunStopped || run.Reason != "stale data" || got.LeftOut["stale"] != 20 || got.Waiting != 25 {
			t.Fatalf("%s %q, %+v", run.State, run.Reason, got)
		}
		d.stale = false
		d.ok(n.Resume(t.Context(), run.ID))
		if got := d.rush(n, bot.StatusRead); len(got) != 25 {
			t.Fatalf("%d told after it was mended, want 25", len(got))
		}
	})
}

func TestResume_tooLateTellsNobody(t *testing.T) {
	each(t, day, func(t *testing.T, d *town) {
		d.subscribe(3)
		n := d.process()
		d.begun(n)
		d.stale = true
		d.rush(n, bot.StatusRead)
		d.stale = false
		d.at("2026-11-22 21:30") // quiet until it is useless
		d.ok(n.Resume(t.Context(), d.last(herinnering).ID))
		if got := d.rush(n, bot.StatusRead); len(got) != 0 || d.last(herinnering).State != bot.RunDone {
			t.Fatalf("%d told, %s", len(got), d.last(herinnering).State)
		}
	})
}

func TestPause_holdsSelectingAndSendingUntilResume(t *testing.T) {
	each(t, day, func(t *testing.T, d *town) {
		d.subscribe(3)
		n := d.process()
		d.begun(n)
		run := d.last(herinnering).ID
		d.ok(n.Pause(t.Context(), run, "even wachten"))
		if err := n.Pause(t.Context(), run, "nog eens"); err == nil {
			t.Error("a paused run was paused")
		}
		if got := d.rush(n, bot.StatusRead); len(got) != 0 {
			t.Fatalf("%d told while it is paused", len(got))
		}
		d.ok(n.Resume(t.Context(), run))
		d.ok(n.Select(t.Context()))
		d.ok(n.Pause(t.Context(), run, "toch niet"))
		if got := d.rush(n, bot.StatusRead); len(got) != 0 {
			t.Fatalf("%d told while it is paused", len(got))
		}
		d.ok(n.Resume(t.Context(), run))
		if got := d.rush(n, bot.StatusRead); len(got) != 3 {
			t.Fatalf("%d told, want 3", len(got))
		}
	})
}

// A notice goes to every subscriber in its areas; nobody is asked about each.
func TestSelect_aNoticeGoesToEveryone(t *testing.T) {
	each(t, day, func(t *testing.T, d *town) {
		d.subscribe(4)
		n := d.process()
		_, _, err := d.store.BeginRun(t.Context(), d.now, bot.Run{Account: account, Kind: bot.RunNotice, Job: "hitte", Due: d.now, Topic: "afval", Bundle: "hash",
			Template: "sjabloon", NotBefore: d.now, Useless: d.now.Add(time.Hour)})
		d.ok(err)
		d.heard = 0
		got := d.rush(n, bot.StatusRead)
		if len(got) != 4 || got[0].text != "nl: hitte" || d.heard != 0 {
			t.Fatalf("%+v, heard %d", got, d.heard)
		}
	})
}

// What is said is said in the language of who reads it, as free text within
// their 24 hours and by a template outside them; without their language, in Dutch.
func TestWord_speaksTheResidentsLanguage(t *testing.T) {
	each(t, "2026-11-21 12:00", func(t *testing.T, d *town) {
		for i, language := range []string{"nl", "en", "pl"} {
			d.says(number(i), yes("afval", address(i), language))
			d.says(number(i+3), yes("afval", address(i), language))
			d.calendar[address(i)] = "papier"
		}
		n := d.process()
		d.at(day)
		for i := range 3 {
			d.says(number(i)) // their windows are open at seven
		}
		d.begun(n)
		want := map[string]string{
			number(0): "nl: afval.herinnering papier", number(3): "nl: afval.herinnering papier (sjabloon)",
			number(1): "en: afval.herinnering papier", number(4): "en: afval.herinnering papier (sjabloon)",
			number(2): "nl: afval.herinnering papier", number(5): "nl: afval.herinnering papier (sjabloon)",
		}
		got := d.rush(n, bot.StatusRead)
		if len(got) != len(want) {
			t.Fatalf("%+v", got)
		}
		for _, one := range got {
			if one.text != want[one.number] {
				t.Errorf("%s was told %q, want %q", one.number, one.text, want[one.number])
			}
		}
	})
}

// Between the selection and the claim things change: the claim decides.
func TestWord_asksAgainAtTheClaim(t *testing.T) {
	for name, c := range map[string]struct {
		change func(d *town)
		told   int
		left   string
	}{
		"nothing changed":                     {func(*town) {}, 2, ""},
		"there is nothing to tell any more":   {func(d *town) { d.calendar[address(0)] = "" }, 1, "nothing"},
		"the data is too old by now":          {func(d *town) { d.stale = true }, 0, "stale"},
		"one withdrew":                        {func(d *town) { d.says(number(0), bot.Consent{Topic: "afval"}) }, 1, ""},
		"one withdrew and said yes once more": {func(d *town) { d.says(number(0), bot.Consent{Topic: "afval"}, yes("afval", address(0), "nl")) }, 1, ""},
		"one is about another address by now": {func(d *town) {
			d.says(number(0), bot.Consent{Topic: "afval", About: bot.ValueOf(address(0))}, yes("afval", "elders", "nl"))
		}, 1, ""},
		"one has a second address with a pick": {func(d *town) { d.calendar["elders"] = "gft"; d.says(number(0), yes("afval", "elders", "nl")) }, 2, ""},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, day, func(t *testing.T, d *town) {
				d.subscribe(2)
				n := d.process()
				d.begun(n)
				d.ok(n.Select(t.Context()))
				c.change(d)
				d.ok(n.Watch(t.Context()))
				if got := d.drain(n, bot.StatusRead); len(got) != c.told {
					t.Fatalf("%d told, want %d", len(got), c.told)
				}
				if got := d.tally(herinnering); c.left != "" && got.LeftOut[c.left] != 2-c.told || c.left == "" && len(got.LeftOut) != 0 {
					t.Errorf("left out: %v", got.LeftOut)
				}
			})
		})
	}
}

// Who ended their consent after the claim, in the last second, hears nothing.
func TestWord_aSubscriptionThatEndedSinceTheClaim(t *testing.T) {
	n := newTown(t, openSQLite(t), local(t, day)).process()
	_, err := n.Word(t.Context(), local(t, day), &bot.Outgoing{To: bot.Subscriber{Resident: "x"}})
	if left, is := errors.AsType[notify.LeftOut](err); !is || left != notify.LeftWithdrawn {
		t.Errorf("%v", err)
	}
}

// "Remind me on...": the subscription ends with its message, those about
// another day stay, and a second note of the same send changes nothing.
func TestOnce_aSubscriptionEndsWithItsMessage(t *testing.T) {
	each(t, day, func(t *testing.T, d *town) {
		job := d.reminder()
		job.Once, job.Corrected = true, false
		d.book.jobs = []notify.Job{job}
		for _, what := range []string{"vandaag", "later", "ook vandaag"} {
			d.says(number(0), yes("afval", what, "nl"))
			d.later(time.Second)
		}
		d.calendar["vandaag"], d.calendar["ook vandaag"] = "paspoort", "bibliotheek"
		n := d.process()
		d.begun(n)
		d.ok(n.Select(t.Context()))
		d.ok(n.Watch(t.Context()))
		sends, err := d.store.ClaimSends(t.Context(), d.now, account, 10, d.pace)
		d.ok(err)
		one, sent := d.send(n, sends[0], bot.StatusRead)
		if !sent || one.text != "nl: afval.herinnering paspoort+bibliotheek" {
			t.Fatalf("%+v", one)
		}
		d.ok(d.store.MarkSent(t.Context(), d.now, sends[0], bot.Hide("wamid."+string(sends[0].ID))))
		var lines []string
		d.ok(d.store.Ledger(t.Context(), "", func(l ledgerLine) error {
			if !l.Given {
				lines = append(lines, l.Topic+" "+l.Source)
			}
			return nil
		}))
		if got := strings.Join(lines, ", "); got != "afval done, afval done" {
			t.Errorf("the ledger says %q", got)
		}
		left, _, err := d.store.Subscribers(t.Context(), d.last(herinnering), "", 10)
		d.ok(err)
		if len(left) != 1 || len(left[0].About) != 1 || left[0].About[0].Text() != "later" {
			t.Errorf("left: %d", len(left))
		}
		d.at("2026-11-23 19:00")
		if got := d.rush(n, bot.StatusRead); len(got) != 0 {
			t.Errorf("told again: %+v", got)
		}
	})
}

// What nobody could be told in its time is not kept for ever: it ends with the
// next run. A rehearsal ends nothing.
func TestOnce_whatIsPastEndsUntold(t *testing.T) {
	each(t, day, func(t *testing.T, d *town) {
		job := d.reminder()
		job.Once, job.Corrected = true, false
		d.book.jobs = []notify.Job{job}
		for _, what := range []string{"vorige week", "later"} {
			d.says(number(0), yes("afval", what, "nl"))
			d.later(time.Second)
		}
		d.calendar["vorige week"] = "past"
		n := d.process()
		left := func(want int) {
			t.Helper()
			list, _, err := d.store.Subscribers(t.Context(), bot.Run{Account: account, Topic: "afval"}, "", 10)
			d.ok(err)
			if len(list) != 1 || len(list[0].About) != want {
				t.Fatalf("%d people are left, want %d subscriptions", len(list), want)
			}
		}
		run, _ := notify.RunOf(account, "hash", job, d.now)
		_, err := n.Rehearse(t.Context(), d.store, run, d.now, nil)
		d.ok(err)
		left(2)
		d.begun(n)
		if got := d.rush(n, bot.StatusRead); len(got) != 0 {
			t.Fatalf("told %+v", got)
		}
		left(1)
	})
}

// What was said is kept, and only its resident's key opens it.
func TestMarkSent_keepsWhatANotificationSaid(t *testing.T) {
	each(t, day, func(t *testing.T, d *town) {
		d.subscribe(1)
		n := d.process()
		d.begun(n)
		got := d.rush(n, bot.StatusRead)
		receivers, _, err := d.store.Receivers(t.Context(), d.last(herinnering), "", 10)
		d.ok(err)
		if len(got) != 1 || len(receivers) != 1 || receivers[0].Told.Reveal() != got[0].text {
			t.Fatalf("%d told, %d known", len(got), len(receivers))
		}
	})
}

// A process with a wrong clock does nothing at all.
func TestRun_nothingHappensByAWrongClock(t *testing.T) {
	d := newTown(t, openSQLite(t), local(t, day))
	d.subscribe(1)
	n := d.process()
	d.begun(n)
	d.healthy = false
	d.ok(n.Select(t.Context()))
	d.ok(n.Watch(t.Context()))
	if run := d.last(herinnering); run.State != bot.RunSelecting {
		t.Errorf("it is %s", run.State)
	}
}

// Run ends with its context.
func TestRun_endsWithItsContext(t *testing.T) {
	d := newTown(t, openSQLite(t), local(t, day))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { d.process().Run(ctx); close(ended) }()
	stop()
	<-ended
}

// Who chose another language after they signed up hears it in that one.
func TestWord_inTheLanguageThatWasChosenSince(t *testing.T) {
	each(t, day, func(t *testing.T, d *town) {
		d.subscribe(2)
		n := d.process()
		m := bot.Message{From: contact(number(1)), ID: bot.Hide("taal"), Sent: d.now, Kind: bot.KindText, Text: bot.Hide("english")}
		_, err := d.store.Receive(t.Context(), d.now, []bot.Message{m})
		d.ok(err)
		claims, err := d.store.ClaimTurns(t.Context(), d.now, time.Minute, 10)
		d.ok(err)
		d.ok(d.store.FinishTurns(t.Context(), d.now, []bot.Finish{{Claim: claims[0], Outcome: bot.Outcome{Conversation: bot.Hide("{}"), Language: "en"}}})[0].Err)
		d.begun(n)
		heard := map[string]string{}
		for _, one := range d.rush(n, bot.StatusRead) {
			heard[one.number], _, _ = strings.Cut(one.text, ":")
		}
		if heard[number(0)] != "nl" || heard[number(1)] != "en" {
			t.Errorf("%v", heard)
		}
	})
}

// A run fills in the words that it was begun with: into others, which were
// published and approved while it went, nothing is filled in.
func TestWord_aTemplateThatWasApprovedWithOtherWordsStopsTheRun(t *testing.T) {
	each(t, day, func(t *testing.T, d *town) {
		d.subscribe(3)
		d.book.approved = "oud {{1}}"
		n := d.process()
		d.look(n)
		d.at("2026-11-23 19:00") // nobody's window is open
		says := func(body string) {
			d.ok(d.store.SetTemplate(t.Context(), d.now, account, bot.TemplateStatus{Name: "sjabloon", Language: "nl", Status: "APPROVED", Category: "UTILITY", Body: body}))
		}
		says("nieuw {{2}} {{1}}")
		if got := d.rush(n, bot.StatusRead); len(got) != 0 {
			t.Fatalf("%d told by a template with other words", len(got))
		}
		run := d.last(herinnering)
		if run.State != bot.RunStopped || run.Reason != "its template has other words since" {
			t.Fatalf("%s %q", run.State, run.Reason)
		}
	})
}
