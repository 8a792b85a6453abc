package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// town subscribes so many to a topic, and lets their window close.
func (d *desk) town(n int, topic string) {
	d.t.Helper()
	for i := range n {
		d.subscribed(phone(fmt.Sprintf("316%08d", i)), topic)
	}
	d.later(25 * time.Hour)
}

func aRun(now time.Time) bot.Run {
	return bot.Run{Account: account, Kind: bot.RunJob, Job: "afval.herinnering", Topic: "afval", Bundle: "hash-1", Template: "sjabloon",
		Due: now, NotBefore: now, Useless: now.Add(12 * time.Hour), Room: -1}
}

func TestRun_oneProcessBeginsIt(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		first, began, err := d.BeginRun(t.Context(), d.now, aRun(d.now))
		d.ok(err)
		second, again, err := d.BeginRun(t.Context(), d.now.Add(time.Second), aRun(d.now))
		d.ok(err)
		if !began || again || first.ID != second.ID {
			t.Fatalf("began %t and %t, %s and %s", began, again, first.ID, second.ID)
		}
		if last, found, err := d.LastRun(t.Context(), account, "afval.herinnering"); err != nil || !found || !last.Due.Equal(d.now) {
			t.Fatalf("the last run: %t at %s, %v", found, last.Due, err)
		}
	})
}

// A selection that was killed goes on where it was, and gives nobody two rows.
func TestEnqueue_isResumedAndGivesEachResidentOneRow(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.town(7, "afval")
		run, _, err := d.BeginRun(t.Context(), d.now, aRun(d.now))
		d.ok(err)
		killed, _, err := d.HoldRun(t.Context(), d.now, account, time.Minute)
		d.ok(err)
		_, _, err = d.EnqueueAll(t.Context(), d.now, &killed, 3)
		d.ok(err)
		if _, found, _ := d.HoldRun(t.Context(), d.now, account, time.Minute); found {
			t.Fatal("two select for one run")
		}
		d.later(2 * time.Minute)
		held, found, err := d.HoldRun(t.Context(), d.now, account, time.Minute)
		d.ok(err)
		if !found || held.After != killed.After {
			t.Fatalf("resumed %t after %q, want %q", found, held.After, killed.After)
		}
		if _, _, err := d.EnqueueAll(t.Context(), d.now, &killed, 3); !errors.Is(err, bot.ErrTokenGone) {
			t.Fatalf("the killed one still selects: %v", err)
		}
		for done := false; !done; {
			_, done, err = d.EnqueueAll(t.Context(), d.now, &held, 3)
			d.ok(err)
		}
		if n := d.count(`SELECT count(*) FROM outbox WHERE run_id = $1`, run.ID); n != 7 {
			t.Fatalf("%d rows", n)
		}
		if now, _, err := d.Run(t.Context(), run.ID); err != nil || now.State != bot.RunSending {
			t.Fatalf("%s, %v", now.State, err)
		}
	})
}

// A run that is paused between two pages gets no more rows, and when it is
// resumed after its last page nobody is looked at again.
func TestEnqueue_stopsWhereARunIsPaused(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.town(5, "afval")
		run, _, err := d.BeginRun(t.Context(), d.now, aRun(d.now))
		d.ok(err)
		held, _, err := d.HoldRun(t.Context(), d.now, account, time.Minute)
		d.ok(err)
		_, _, err = d.EnqueueAll(t.Context(), d.now, &held, 3)
		d.ok(err)
		d.set(run, bot.RunPaused)
		if _, _, err := d.EnqueueAll(t.Context(), d.now, &held, 3); !errors.Is(err, bot.ErrTokenGone) {
			t.Fatalf("it is still selected for: %v", err)
		}
		for range 2 { // the second time it was ready
			_, err = d.SetRun(t.Context(), d.now, run.ID, bot.RunSelecting, "", bot.RunPaused)
			d.ok(err)
			held, _, err = d.HoldRun(t.Context(), d.now, account, time.Minute)
			d.ok(err)
			for done := false; !done; {
				_, done, err = d.EnqueueAll(t.Context(), d.now, &held, 3)
				d.ok(err)
			}
			if got := d.text(`SELECT looked_at || ' looked at, ' || selected || ' selected, ' || state FROM run WHERE id = $1`, run.ID); got != "5 looked at, 5 selected, sending" {
				t.Fatal(got)
			}
			d.set(run, bot.RunPaused)
		}
	})
}

func TestClaimSends_aRunIsHeldByWhatStandsOnItsRow(t *testing.T) {
	hour := func(d *desk, n int) time.Time { return d.now.Add(time.Duration(n) * time.Hour) }
	for name, c := range map[string]struct {
		change func(*desk, *bot.Run)
		after  func(*desk, bot.Run)
		sent   int
	}{
		"it is open":                {sent: 3},
		"its time has not come":     {change: func(d *desk, r *bot.Run) { r.NotBefore = hour(d, 1) }},
		"it is useless by now":      {change: func(d *desk, r *bot.Run) { r.NotBefore, r.Useless = hour(d, -2), hour(d, 0) }},
		"it is quiet":               {change: func(d *desk, r *bot.Run) { r.QuietFrom, r.QuietUntil = hour(d, -1), hour(d, 1) }},
		"the quiet is over":         {change: func(d *desk, r *bot.Run) { r.QuietFrom, r.QuietUntil = hour(d, -2), hour(d, 0) }, sent: 3},
		"the quiet is to come":      {change: func(d *desk, r *bot.Run) { r.QuietFrom, r.QuietUntil = hour(d, 1), hour(d, 2) }, sent: 3},
		"the first two are watched": {change: func(d *desk, r *bot.Run) { r.Room = 2 }, sent: 2},
		"another area":              {change: func(d *desk, r *bot.Run) { r.Areas = []string{"9999"} }},
		"its area":                  {change: func(d *desk, r *bot.Run) { r.Areas = []string{"9999", "3511"} }, sent: 3},
		"it is paused":              {after: func(d *desk, r bot.Run) { d.set(r, bot.RunPaused) }},
		"it stopped":                {after: func(d *desk, r bot.Run) { d.set(r, bot.RunStopped) }},
		"the switch is off":         {after: func(d *desk, r bot.Run) { d.ok(d.StopTopics(d.t.Context(), d.now, account, "rood")) }},
		"the switch is on again": {after: func(d *desk, r bot.Run) {
			d.ok(d.StopTopics(d.t.Context(), d.now, account, "rood"))
			d.ok(d.ResumeTopics(d.t.Context(), account))
		}, sent: 3},
		"the template is paused":     {after: func(d *desk, r bot.Run) { d.template("PAUSED", "") }},
		"the template is marketing":  {after: func(d *desk, r bot.Run) { d.template("", "MARKETING") }},
		"the template is of another": {change: func(d *desk, r *bot.Run) { r.Template = "anders" }},
		"there is no template":       {change: func(d *desk, r *bot.Run) { r.Template = "" }},
		"one said the topic off":     {after: func(d *desk, r bot.Run) { d.off("31600000001") }, sent: 2},
		"one said STOP":              {after: func(d *desk, r bot.Run) { d.stop(phone("31600000001")) }, sent: 2},
		"one wrote and waits":        {after: func(d *desk, r bot.Run) { d.answeredAside(phone("31600000001"), "vraag") }, sent: 2},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, d *desk) {
				d.town(3, "afval")
				d.approve("sjabloon")
				r := aRun(d.now)
				if c.change != nil {
					c.change(d, &r)
				}
				run, _, err := d.BeginRun(t.Context(), d.now, r)
				d.ok(err)
				held, _, err := d.HoldRun(t.Context(), d.now, account, time.Minute)
				d.ok(err)
				_, _, err = d.EnqueueAll(t.Context(), d.now, &held, 10)
				d.ok(err)
				if c.after != nil {
					c.after(d, run)
				}
				sent := 0
				for range 4 {
					for _, send := range d.sends(10) {
						if send.Notify != nil {
							sent++
							d.ok(d.MarkSent(t.Context(), d.now, send, bot.Hide("wamid."+string(send.ID))))
						}
					}
				}
				if sent != c.sent {
					t.Fatalf("%d were sent, want %d", sent, c.sent)
				}
			})
		})
	}
}

func (d *desk) set(r bot.Run, to bot.RunState) {
	d.t.Helper()
	moved, err := d.SetRun(d.t.Context(), d.now, r.ID, to, "een reden", bot.RunSelecting, bot.RunSending)
	d.ok(err)
	if !moved {
		d.t.Fatal("the run is not moved")
	}
}

func (d *desk) template(status, category string) {
	d.t.Helper()
	d.ok(d.SetTemplate(d.t.Context(), d.now, account, bot.TemplateStatus{Name: "sjabloon", Language: "nl", Status: status, Category: category}))
}

func (d *desk) off(number string) {
	d.t.Helper()
	d.says(phone(number), "stop afval")
	d.finish(d.claimOne(), bot.Outcome{Conversation: bot.Hide("{}"), Consents: []bot.Consent{{Topic: "afval"}}})
}

func TestClaimSends_theMessagingLimitHoldsOverADay(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.town(5, "afval")
		d.approve("sjabloon")
		r := aRun(d.now)
		r.Useless = d.now.Add(72 * time.Hour)
		_, _, err := d.BeginRun(t.Context(), d.now, r)
		d.ok(err)
		held, _, err := d.HoldRun(t.Context(), d.now, account, time.Minute)
		d.ok(err)
		_, _, err = d.EnqueueAll(t.Context(), d.now, &held, 10)
		d.ok(err)
		limited := pace
		limited.Outside = 2
		take := func() (n int) {
			for range 3 {
				sends, err := d.ClaimSends(t.Context(), d.now, account, 10, limited)
				d.ok(err)
				for _, send := range sends {
					n++
					d.ok(d.MarkSent(t.Context(), d.now, send, bot.Hide("wamid."+string(send.ID))))
				}
			}
			return n
		}
		if n := take(); n != 2 {
			t.Fatalf("%d on the first day", n)
		}
		d.later(25 * time.Hour)
		if n := take(); n != 2 {
			t.Fatalf("%d on the second day", n)
		}
		for i := range 5 { // the windows open: no conversation is begun
			d.says(phone(fmt.Sprintf("316%08d", i)), "hallo")
			d.finish(d.claimOne(), bot.Outcome{Conversation: bot.Hide("{}")})
		}
		if n := take(); n != 1 {
			t.Fatalf("%d inside the window", n)
		}
	})
}

func TestClaimSends_aNotificationComesWithWhatItIsRenderedFrom(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.town(1, "afval")
		d.approve("sjabloon")
		d.run(bot.Run{Job: "afval.herinnering", Topic: "afval"})
		out := d.sendOne().Notify
		if out == nil || out.WindowOpen || out.To.Language != "nl" || len(out.To.About) != 1 || out.Run.Topic != "afval" || out.Run.Bundle != "hash-1" {
			t.Fatalf("%+v", out)
		}
	})
}

func TestSubscribers_comeInPagesWithWhatTheirSubscriptionsAreAbout(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.town(5, "afval")
		seen := map[bot.ID]bool{}
		after, pages := bot.ID(""), 0
		for {
			list, next, err := d.Subscribers(t.Context(), aRun(d.now), after, 2)
			d.ok(err)
			for _, one := range list {
				if seen[one.Resident] || len(one.About) != 1 {
					t.Fatalf("%s again, or about %d things", one.Resident, len(one.About))
				}
				seen[one.Resident] = true
			}
			pages++
			if next == "" {
				break
			}
			after = next
		}
		if len(seen) != 5 || pages != 3 {
			t.Fatalf("%d residents in %d pages", len(seen), pages)
		}
	})
}

func TestRun_countsWhoEndedTheirConsentBeforeAndAfter(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.town(3, "afval")
		d.approve("sjabloon")
		r := aRun(d.now)
		r.Room = 1
		run, _, err := d.BeginRun(t.Context(), d.now, r)
		d.ok(err)
		held, _, err := d.HoldRun(t.Context(), d.now, account, time.Minute)
		d.ok(err)
		_, _, err = d.EnqueueAll(t.Context(), d.now, &held, 10)
		d.ok(err)
		send := d.sendOne()
		d.ok(d.MarkSent(t.Context(), d.now, send, bot.Hide("wamid.1")))
		for i := range 3 {
			d.off(fmt.Sprintf("316%08d", i))
		}
		if got := d.text(`SELECT withdrawn || ' before, ' || opted_out || ' after' FROM run WHERE id = $1`, run.ID); got != "2 before, 1 after" {
			t.Fatal(got)
		}
	})
}

// The limit is the account's: it holds over all runs that are sent at once.
func TestClaimSends_theMessagingLimitIsOfAllRunsTogether(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.town(6, "afval")
		d.approve("sjabloon")
		for _, job := range []string{"afval.een", "afval.twee", "afval.drie"} {
			r := aRun(d.now)
			r.Job = job
			_, _, err := d.BeginRun(t.Context(), d.now, r)
			d.ok(err)
			held, _, err := d.HoldRun(t.Context(), d.now, account, time.Minute)
			d.ok(err)
			_, _, err = d.EnqueueAll(t.Context(), d.now, &held, 10)
			d.ok(err)
		}
		if _, err := d.DB().ExecContext(t.Context(), `DELETE FROM outbox WHERE run_id = (SELECT id FROM run WHERE job = 'afval.een') AND n % 3 <> 0
			OR run_id = (SELECT id FROM run WHERE job = 'afval.twee') AND n % 3 <> 1 OR run_id = (SELECT id FROM run WHERE job = 'afval.drie') AND n % 3 <> 2`); err != nil {
			t.Fatal(err)
		}
		limited := pace
		limited.Outside = 2
		claimed := 0
		for range 3 {
			sends, err := d.ClaimSends(t.Context(), d.now, account, 10, limited)
			d.ok(err)
			claimed += len(sends)
		}
		if claimed != 2 {
			t.Fatalf("%d conversations were begun, with a messaging limit of 2", claimed)
		}
	})
}
