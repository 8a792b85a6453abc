package notify_test

import (
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// The first twenty go, are watched, and then the rest: with news of all of
// them at once, without after a minute.
func TestWatch_theFirstGoBeforeTheRest(t *testing.T) {
	each(t, day, func(t *testing.T, d *town) {
		d.subscribe(45)
		n := d.process()
		d.begun(n)
		first := d.rush(n, "") // nothing is heard of them
		if len(first) != 20 {
			t.Fatalf("%d went first, want 20", len(first))
		}
		d.later(45 * time.Second)
		if rest := d.rush(n, bot.StatusRead); len(rest) != 25 {
			t.Fatalf("%d went after a minute, want 25", len(rest))
		}
		if got := d.tally(herinnering); got.Sent != 20 || got.Read != 25 {
			t.Errorf("%+v", got)
		}
	})
}

func TestWatch_withNewsOfAllTheRestGoesAtOnce(t *testing.T) {
	each(t, day, func(t *testing.T, d *town) {
		d.subscribe(45)
		n := d.process()
		d.begun(n)
		from := d.now
		got := d.rush(n, bot.StatusDelivered)
		if len(got) != 45 || got[44].at.Sub(from) > 10*time.Second {
			t.Fatalf("%d told in %s", len(got), got[len(got)-1].at.Sub(from))
		}
	})
}

// After the first ones a job with a pace of its own goes on by it: as many at
// each look as it may send until the next one.
func TestWatch_aJobKeepsItsOwnPace(t *testing.T) {
	each(t, day, func(t *testing.T, d *town) {
		d.subscribe(60)
		d.book.jobs[0].Pace = 3
		n := d.process()
		d.begun(n)
		var each []int
		for range 12 {
			d.look(n)
			each = append(each, len(d.drain(n, bot.StatusDelivered)))
			d.later(2 * time.Second)
		}
		total := 0
		for i, sent := range each {
			if total += sent; i > 0 && sent > 6 {
				t.Errorf("%d in two seconds", sent)
			}
		}
		if each[0] != 20 || total != 60 {
			t.Fatalf("%d first, %d in all: %v", each[0], total, each)
		}
	})
}

// When the first fail the rest is never sent, until a colleague lets it pass.
func TestWatch_aRunThatFailsStopsByItself(t *testing.T) {
	each(t, day, func(t *testing.T, d *town) {
		d.subscribe(45)
		n := d.process()
		d.begun(n)
		if got := d.rush(n, bot.StatusFailed); len(got) != 20 {
			t.Fatalf("%d were tried", len(got))
		}
		run := d.last(herinnering)
		if run.State != bot.RunStopped || run.Reason != "20 of 20 failed" || d.counted["run stopped"] != 1 {
			t.Fatalf("%s %q", run.State, run.Reason)
		}
		if strings.Contains(d.logged.String(), "316") {
			t.Fatalf("a resident is in the log:\n%s", d.logged.String())
		}
		d.ok(n.Resume(t.Context(), run.ID))
		if got := d.rush(n, bot.StatusDelivered); len(got) != 25 {
			t.Fatalf("%d told after it was let pass, want 25", len(got))
		}
		report, err := d.store.Report(t.Context(), run.ID)
		d.ok(err)
		if report.Failed["recipient"] != 20 || report.Delivered != 25 || report.Passed.Refused() != 20 {
			t.Errorf("%+v", report)
		}
	})
}

func TestWatch_optOutsStopARun(t *testing.T) {
	each(t, day, func(t *testing.T, d *town) {
		d.subscribe(60)
		n := d.process()
		d.begun(n)
		d.pace.Topics = 15 // so that it is under way when they end their consent
		var told []told
		for len(told) < 30 {
			d.ok(n.Select(t.Context()))
			d.ok(n.Watch(t.Context()))
			sends, err := d.store.ClaimSends(t.Context(), d.now, account, 15, d.pace)
			d.ok(err)
			for _, s := range sends {
				one, _ := d.send(n, s, bot.StatusRead)
				told = append(told, one)
			}
			d.later(3 * time.Second)
		}
		for _, one := range told[:2] {
			d.says(one.number, bot.Consent{Topic: "afval"})
		}
		d.ok(n.Watch(t.Context()))
		if run := d.last(herinnering); run.State != bot.RunStopped || !strings.Contains(run.Reason, "ended their consent") {
			t.Fatalf("%s %q, %+v", run.State, run.Reason, d.tally(herinnering))
		}
	})
}

func TestWatch_aTemplateThatThePlatformPausesOrMovesStopsARun(t *testing.T) {
	for _, c := range [][2]string{{"PAUSED", ""}, {"DISABLED", ""}, {"", "MARKETING"}} {
		t.Run(c[0]+c[1], func(t *testing.T) {
			d := newTown(t, openSQLite(t), local(t, day))
			d.subscribe(25)
			d.at("2026-11-22 12:00")
			n := d.process()
			d.begun(n)
			d.look(n)
			d.template("sjabloon", "en", c[0], c[1])
			d.later(3 * time.Second)
			d.look(n)
			if run := d.last(herinnering); run.State != bot.RunStopped || !strings.HasPrefix(run.Reason, "template sjabloon en") {
				t.Fatalf("%s %q", run.State, run.Reason)
			}
		})
	}
}

// What shows that the platform is displeased with the account stops every
// notification, and no answer.
func TestPlatform_stopsAllNotificationsAndNoAnswer(t *testing.T) {
	each(t, day, func(t *testing.T, d *town) {
		d.subscribe(3)
		n := d.process()
		d.begun(n)
		d.ok(n.Platform(t.Context(), []string{"account_review_update APPROVED", "phone_number_quality_update RED"}))
		if got := d.rush(n, bot.StatusRead); len(got) != 0 {
			t.Fatalf("%d told", len(got))
		}
		if _, reason, err := d.store.TopicsStopped(t.Context(), account); err != nil || reason != "phone_number_quality_update RED" {
			t.Fatalf("%q, %v", reason, err)
		}
		d.answer(number(0))
		sends, err := d.store.ClaimSends(t.Context(), d.now, account, 10, d.pace)
		d.ok(err)
		if len(sends) != 1 || sends[0].Reason != bot.ReasonAnswer {
			t.Fatalf("%d sends", len(sends))
		}
		d.ok(d.store.MarkSent(t.Context(), d.now, sends[0], bot.Hide("wamid.antwoord")))
		d.ok(d.store.ResumeTopics(t.Context(), account))
		if got := d.rush(n, bot.StatusRead); len(got) != 3 {
			t.Fatalf("%d told after it was resumed, want 3", len(got))
		}
	})
}

// answer has one message of a resident answered, up to the waiting row.
func (d *town) answer(number string) {
	d.t.Helper()
	m := bot.Message{From: contact(number), ID: bot.Hide(string(bot.NewID(d.now))), Sent: d.now, Kind: bot.KindText, Text: bot.Hide("x")}
	_, err := d.store.Receive(d.t.Context(), d.now, []bot.Message{m})
	d.ok(err)
	claims, err := d.store.ClaimTurns(d.t.Context(), d.now, time.Minute, 10)
	d.ok(err)
	reply := bot.Reply{Text: bot.Hide("antwoord")}
	d.ok(d.store.FinishTurns(d.t.Context(), d.now, []bot.Finish{{Claim: claims[0], Outcome: bot.Outcome{Conversation: bot.Hide("{}"), Reply: &reply}}})[0].Err)
}

// An account that the platform refuses starts to answer again with the service;
// notifications wait for a colleague.
func TestWatch_aRefusedAccountKeepsNotificationsStopped(t *testing.T) {
	d := newTown(t, openSQLite(t), local(t, day))
	d.subscribe(1)
	n := d.process()
	d.begun(n)
	d.ok(d.store.StopSending(t.Context(), d.now, account, "token"))
	d.look(n)
	d.ok(d.store.ResumeSending(t.Context(), account))
	if got := d.rush(n, bot.StatusRead); len(got) != 0 {
		t.Fatalf("%d told", len(got))
	}
	if _, reason, err := d.store.TopicsStopped(t.Context(), account); err != nil || reason != "sending stopped: token" {
		t.Fatalf("%q, %v", reason, err)
	}
}

// A withdrawal between selection and claim is no message, and counted as such;
// what happens after a run is done is counted too, and the report stays when
// the rows are gone.
func TestWatch_theReportTellsWhatBecameOfEach(t *testing.T) {
	each(t, day, func(t *testing.T, d *town) {
		d.subscribe(6)
		n := d.process()
		d.begun(n)
		d.ok(n.Select(t.Context()))
		d.says(number(0), bot.Consent{Topic: "afval"}) // between selection and claim
		d.calendar[address(1)] = ""                    // nothing any more
		got := d.rush(n, bot.StatusDelivered)
		if len(got) != 4 {
			t.Fatalf("%d told, want 4", len(got))
		}
		run := d.last(herinnering)
		d.says(got[0].number, bot.Consent{Topic: "afval"})
		d.report(got[1].id, bot.StatusRead)
		d.later(time.Hour)
		d.look(n)
		if n, err := d.store.Purge(t.Context(), d.now.AddDate(0, 2, 0), retention(), nil); err != nil || len(n) == 0 {
			t.Fatal(n, err)
		}
		report, err := d.store.Report(t.Context(), run.ID)
		d.ok(err)
		if report.Selected != 6 || report.Withdrawn != 1 || report.LeftOut["nothing"] != 1 || report.Read != 1 || report.Delivered != 3 || report.OptedOut != 1 {
			t.Errorf("%+v", report)
		}
	})
}

// Who is not reached before it is useless is counted as late, and the run ends.
func TestWatch_aRunEndsWhenItIsUseless(t *testing.T) {
	each(t, day, func(t *testing.T, d *town) {
		d.subscribe(45)
		n := d.process()
		d.begun(n)
		d.look(n)
		d.drain(n, "")
		d.at("2026-11-23 07:30")
		if got := d.rush(n, ""); len(got) != 0 {
			t.Fatalf("%d told after it was useless", len(got))
		}
		run := d.last(herinnering)
		if run.State != bot.RunDone || run.Reason != "too late for the rest" {
			t.Fatalf("%s %q", run.State, run.Reason)
		}
		_, _, err := d.store.Reconcile(t.Context(), d.now, 10*time.Minute)
		d.ok(err)
		d.later(11 * time.Minute)
		d.look(n)
		if report, err := d.store.Report(t.Context(), run.ID); err != nil || report.LeftOut["late"] != 25 || report.Sent != 20 {
			t.Errorf("%+v, %v", report, err)
		}
	})
}
