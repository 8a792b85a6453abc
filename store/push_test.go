package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// rehearsed writes a rehearsal down, by anna of her own words.
func (d *desk) rehearsed(content string) bot.Push {
	d.t.Helper()
	d.ok(d.SetRehearsal(d.t.Context(), d.now, bot.Push{Notice: "2027-hitte", Content: content, WrittenBy: []string{"anna", "berta"}, RehearsedBy: "anna", Rehearsal: "{}"}))
	return d.push()
}

func (d *desk) push() bot.Push {
	d.t.Helper()
	all, err := d.Pushes(d.t.Context())
	d.ok(err)
	return all[0]
}

func aNotice(now time.Time) bot.Run {
	return bot.Run{Account: account, Kind: bot.RunNotice, Job: "2027-hitte", Topic: "afval", Bundle: "hash-1", Template: "sjabloon",
		Due: now, NotBefore: now, Useless: now.Add(100 * time.Hour), Room: -1}
}

func TestPush_neverByWhoWroteIt(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.rehearsed("een")
		for _, writer := range []string{"anna", "berta", ""} {
			if err := d.ApprovePush(t.Context(), d.now, p, writer); err == nil {
				t.Fatalf("%q approved", writer)
			}
		}
		d.ok(d.ApprovePush(t.Context(), d.now, p, "ann")) // another, whose name is a part of hers
		if err := d.ApprovePush(t.Context(), d.now, p, "carla"); !errors.Is(err, bot.ErrPushChanged) {
			t.Fatalf("approved twice: %v", err)
		}
		p = d.push()
		for _, writer := range []string{"anna", "berta", ""} {
			if _, err := d.SendPush(t.Context(), d.now, p, writer, aNotice(d.now)); err == nil {
				t.Fatalf("%q sent it", writer)
			}
		}
		if n := d.count(`SELECT count(*) FROM run`); n != 0 {
			t.Fatalf("%d runs", n)
		}
		run, err := d.SendPush(t.Context(), d.now, p, "ann", aNotice(d.now))
		d.ok(err)
		if got := d.push(); got.Run != run.ID || got.SentBy != "ann" || run.Kind != bot.RunNotice {
			t.Fatalf("%+v", got)
		}
		if _, err := d.SendPush(t.Context(), d.now, p, "ann", aNotice(d.now.Add(time.Second))); !errors.Is(err, bot.ErrPushChanged) || d.count(`SELECT count(*) FROM run`) != 1 {
			t.Fatalf("sent twice: %v", err)
		}
		if err := d.SetRehearsal(t.Context(), d.now, p); !errors.Is(err, bot.ErrPushSent) {
			t.Fatalf("rehearsed after it was sent: %v", err)
		}
	})
}

func TestPush_aNewRehearsalTakesTheApprovalBack(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.rehearsed("een")
		d.ok(d.ApprovePush(t.Context(), d.now, p, "carla"))
		approved := d.push()
		d.later(time.Minute)
		p = d.rehearsed("een")
		if p.ApprovedBy != "" {
			t.Fatalf("still approved by %s", p.ApprovedBy)
		}
		if _, err := d.SendPush(t.Context(), d.now, approved, "carla", aNotice(d.now)); !errors.Is(err, bot.ErrPushChanged) {
			t.Fatalf("sent by the old approval: %v", err)
		}
		if _, err := d.SendPush(t.Context(), d.now, p, "carla", aNotice(d.now)); err == nil {
			t.Fatal("sent without approval")
		}
	})
}

func TestWithdrawPush_endsTheRestAndCorrectsOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.town(3, "afval")
		d.approve("sjabloon")
		p := d.rehearsed("een")
		d.ok(d.ApprovePush(t.Context(), d.now, p, "carla"))
		run, err := d.SendPush(t.Context(), d.now, d.push(), "carla", aNotice(d.now))
		d.ok(err)
		held, _, err := d.HoldRun(t.Context(), d.now, account, time.Minute)
		d.ok(err)
		_, _, err = d.EnqueueAll(t.Context(), d.now, &held, 10)
		d.ok(err)
		sent := d.sends(1)
		d.ok(d.MarkSent(t.Context(), d.now, sent[0], bot.Hide("wamid.1")))

		pushed, err := d.Pushed(t.Context(), d.now, account)
		d.ok(err)
		if len(pushed) != 1 || pushed[0].Sent.ID != run.ID {
			t.Fatalf("%d sent notices", len(pushed))
		}
		correction := aNotice(d.now)
		correction.Kind, correction.Corrects, correction.Job = bot.RunCorrection, run.ID, "2027-hitte.correction"
		first, err := d.WithdrawPush(t.Context(), d.now, pushed[0].Push, "dirk", "withdrawn", correction)
		d.ok(err)
		second, err := d.WithdrawPush(t.Context(), d.now, pushed[0].Push, "dirk", "withdrawn", correction)
		d.ok(err)
		if !first || second || d.count(`SELECT count(*) FROM run WHERE kind = 'correction'`) != 1 {
			t.Fatalf("withdrawn %t and %t", first, second)
		}
		if more := d.sends(10); len(more) != 0 {
			t.Fatalf("%d more were told", len(more))
		}
		told, _, err := d.Receivers(t.Context(), run, "", 10)
		d.ok(err)
		if len(told) != 1 {
			t.Fatalf("%d hear the correction", len(told))
		}
		if pushed, _ := d.Pushed(t.Context(), d.now, account); len(pushed) != 0 {
			t.Fatal("it still stands as sent")
		}
	})
}

func TestNightRuns_areThoseOfNotices(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for i, kind := range []bot.RunKind{bot.RunNotice, bot.RunJob, bot.RunCorrection} {
			r := aNotice(d.now)
			r.Kind, r.Job = kind, fmt.Sprint(kind)
			r.QuietFrom, r.QuietUntil = d.now.Add(time.Hour), r.Useless
			if i == 2 {
				runs, err := d.Runs(t.Context(), account, true, 10)
				d.ok(err)
				r.Corrects = runs[0].ID
				if runs[0].Kind != bot.RunNotice {
					r.Corrects = runs[1].ID
				}
			}
			_, _, err := d.BeginRun(t.Context(), d.now, r)
			d.ok(err)
		}
		if runs, err := d.NightRuns(t.Context(), d.now, account); err != nil || len(runs) != 0 {
			t.Fatalf("%d before the night, %v", len(runs), err)
		}
		d.later(time.Hour)
		runs, err := d.NightRuns(t.Context(), d.now, account)
		d.ok(err)
		if len(runs) != 2 {
			t.Fatalf("%d in the night", len(runs))
		}
		for _, run := range runs {
			d.ok(d.SetQuiet(t.Context(), run.ID, d.now.Add(24*time.Hour), run.Useless))
		}
		if runs, _ := d.NightRuns(t.Context(), d.now, account); len(runs) != 0 {
			t.Fatalf("%d still", len(runs))
		}
	})
}

func TestStanding_eachResidentCountsOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.town(3, "afval")
		d.subscribed(phone("31699999999"), "gezondheid")
		all, err := d.Standing(t.Context(), account, "afval", nil)
		d.ok(err)
		if want := (bot.Standing{Known: 4, NoConsent: 1}); all != want {
			t.Errorf("%+v, want %+v", all, want)
		}
		here, err := d.Standing(t.Context(), account, "afval", []string{"9999"})
		d.ok(err)
		if want := (bot.Standing{Known: 4, NoConsent: 1, Elsewhere: 3}); here != want {
			t.Errorf("%+v, want %+v", here, want)
		}
		d.stop(phone("31699999999"))
		after, err := d.Standing(t.Context(), account, "afval", nil)
		d.ok(err)
		if want := (bot.Standing{Known: 4, Stopping: 1}); after != want {
			t.Errorf("%+v, want %+v", after, want)
		}
		residents, _, err := d.Subscribers(t.Context(), aNotice(d.now), "", 10)
		d.ok(err)
		reached, err := d.Reached(t.Context(), []bot.ID{residents[0].Resident}, []string{"3", "316", "32"})
		d.ok(err)
		if len(reached) != 1 || reached[0].Prefix != "316" || reached[0].WindowUntil.After(d.now) {
			t.Errorf("%+v", reached)
		}
		given, ended, err := d.ConsentLines(t.Context(), "afval", d.now.Add(-48*time.Hour), d.now)
		if err != nil || given != 3 || ended != 0 {
			t.Errorf("%d given, %d ended, %v", given, ended, err)
		}
	})
}
