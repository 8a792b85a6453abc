package notify_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/notify"
	"github.com/gemeentebode/bode/store"
)

var _ notify.PushStore = (*store.Store)(nil)
var _ notify.RehearsalStore = (*store.Store)(nil)

func noNights(t *testing.T) notify.Quiet {
	t.Helper()
	q, err := notify.ReadQuiet("21:00", "08:00")
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func heat(t *testing.T) notify.Notice {
	return notify.Notice{Name: "2026-07-hitte", Topic: "afval", Title: "Hitte", Template: "sjabloon", Source: "https://www.rivm.nl/hitte",
		From: local(t, "2026-07-10 00:00"), Until: local(t, "2026-07-20 00:00"), Words: map[string]string{"nl": "Het is warm."}}
}

func TestNotice_whenItComes(t *testing.T) {
	for name, c := range map[string]struct {
		now, from, until        string
		urgent                  bool
		night                   string
		notBefore, quiet, after string // quiet from; until when it is useless
	}{
		"by day":                        {now: "2026-07-10 12:00", notBefore: "2026-07-10 12:00", quiet: "2026-07-10 21:00"},
		"in the evening":                {now: "2026-07-10 21:00", notBefore: "2026-07-11 08:00", quiet: "2026-07-11 21:00"},
		"in the night":                  {now: "2026-07-11 02:00", notBefore: "2026-07-11 08:00", quiet: "2026-07-11 21:00"},
		"at eight":                      {now: "2026-07-11 08:00", notBefore: "2026-07-11 08:00", quiet: "2026-07-11 21:00"},
		"before it holds":               {now: "2026-07-09 12:00", from: "2026-07-11 00:00", notBefore: "2026-07-11 08:00", quiet: "2026-07-11 21:00"},
		"over before the night":         {now: "2026-07-10 12:00", until: "2026-07-10 20:00", notBefore: "2026-07-10 12:00"},
		"urgent, in the night":          {now: "2026-07-11 02:00", urgent: true, notBefore: "2026-07-11 02:00"},
		"urgent, but not at night":      {now: "2026-07-11 02:00", urgent: true, night: "its topic does not say so", notBefore: "2026-07-11 08:00", quiet: "2026-07-11 21:00"},
		"the night summer time ends":    {now: "2026-10-25 02:30", from: "2026-10-01 00:00", until: "2026-11-01 00:00", notBefore: "2026-10-25 08:00", quiet: "2026-10-25 21:00"},
		"the night summer time begins":  {now: "2027-03-28 01:30", from: "2027-03-01 00:00", until: "2027-04-01 00:00", notBefore: "2027-03-28 08:00", quiet: "2027-03-28 21:00"},
		"the evening before that night": {now: "2027-03-27 20:59", from: "2027-03-01 00:00", until: "2027-04-01 00:00", notBefore: "2027-03-27 20:59", quiet: "2027-03-27 21:00"},
	} {
		t.Run(name, func(t *testing.T) {
			n := heat(t)
			n.Urgent, n.Night = c.urgent, c.night
			if c.from != "" {
				n.From = local(t, c.from)
			}
			if c.until != "" {
				n.Until = local(t, c.until)
			}
			run := n.Run(account, "hash", local(t, c.now), noNights(t))
			if !run.NotBefore.Equal(local(t, c.notBefore)) || !run.Useless.Equal(n.Until) {
				t.Errorf("not before %v, useless from %v", run.NotBefore, run.Useless)
			}
			if c.quiet == "" {
				if !run.QuietFrom.IsZero() || !run.QuietUntil.IsZero() {
					t.Errorf("quiet from %v", run.QuietFrom)
				}
			} else if !run.QuietFrom.Equal(local(t, c.quiet)) || !run.QuietUntil.Equal(n.Until) {
				t.Errorf("quiet from %v until %v", run.QuietFrom, run.QuietUntil)
			}
		})
	}
}

func TestNotice_itsContentIsAllButItsName(t *testing.T) {
	same := heat(t).Content()
	renamed := heat(t)
	renamed.Name = "iets-anders"
	if renamed.Content() != same {
		t.Error("another name is another content")
	}
	for what, change := range map[string]func(*notify.Notice){
		"words":    func(n *notify.Notice) { n.Words = map[string]string{"nl": "Het is warm!"} },
		"template": func(n *notify.Notice) { n.Fixed = map[string]string{"nl": "Bericht"} },
		"title":    func(n *notify.Notice) { n.Title = "hitte" },
		"source":   func(n *notify.Notice) { n.Source += "/" },
		"areas":    func(n *notify.Notice) { n.Areas = []string{"3511"} },
		"until":    func(n *notify.Notice) { n.Until = n.Until.Add(time.Hour) },
		"urgency":  func(n *notify.Notice) { n.Urgent = true },
		"topic":    func(n *notify.Notice) { n.Topic = "gezondheid" },
	} {
		n := heat(t)
		change(&n)
		if n.Content() == same {
			t.Errorf("another %s is the same content", what)
		}
	}
}

// pusher is a process that looks after the notices that are live.
func (d *town) pusher(live *[]notify.Notice) *notify.Pusher {
	return &notify.Pusher{Store: d.store, Notices: func(context.Context) ([]notify.Notice, error) { return *live, nil }, Account: account, Quiet: noNights(d.t),
		Clock: d.clock, Healthy: func() bool { return d.healthy }, Log: slog.New(slog.DiscardHandler), Count: d.count}
}

// push rehearses, approves and sends a notice, each by another.
func (d *town) push(n notify.Notice) bot.Run {
	d.t.Helper()
	d.ok(d.store.SetRehearsal(d.t.Context(), d.now, bot.Push{Notice: n.Name, Content: n.Content(), WrittenBy: []string{"anna"}, RehearsedBy: "anna", Rehearsal: "{}"}))
	pushes, err := d.store.Pushes(d.t.Context())
	d.ok(err)
	d.ok(d.store.ApprovePush(d.t.Context(), d.now, pushes[0], "berta"))
	pushes[0].ApprovedBy = "berta"
	run, err := d.store.SendPush(d.t.Context(), d.now, pushes[0], "berta", n.Run(account, "hash", d.now, noNights(d.t)))
	d.ok(err)
	return run
}

// A notice for everybody, rehearsed and then sent, with the clock held.
func TestNotice_rehearsedAndSent(t *testing.T) {
	each(t, "2026-07-10 07:00", func(t *testing.T, d *town) {
		d.mixed()
		d.at("2026-07-12 12:00")
		n := d.process()
		r := d.rehearsed(n, heat(t).Run(account, "hash", d.now, noNights(t)))
		run := d.push(heat(t))
		tally, out := d.sendsAll(n, run.Job)
		if differences := r.Differences(tally, 0, 0); len(differences) != 0 || len(out) != 40 || r.Receive != 40 {
			t.Errorf("%d came, rehearsed %+v: %+v", len(out), r, differences)
		}
	})
}

// A messaging limit spreads a notice over days: it goes on after each night, and never in one.
func TestNotice_goesOnAfterANight(t *testing.T) {
	each(t, "2026-07-10 07:00", func(t *testing.T, d *town) {
		d.subscribe(10)
		d.at("2026-07-12 20:00")
		d.pace.Outside, d.book.jobs = 4, nil
		live := []notify.Notice{heat(t)}
		n, p := d.process(), d.pusher(&live)
		d.push(heat(t))
		byHour := map[string]int{}
		zone, err := time.LoadLocation("Europe/Amsterdam")
		d.ok(err)
		for hours := range 75 {
			d.at("2026-07-12 20:00")
			d.later(time.Duration(hours) * time.Hour)
			if hours%24 == 3 || hours%24 == 4 { // away in the night, and back in the middle of it
				continue
			}
			hour := d.now.In(zone).Format("02 15")
			d.ok(p.Look(t.Context()))
			byHour[hour] += len(d.rush(n, bot.StatusDelivered))
		}
		total := 0
		for hour, count := range byHour {
			if total += count; count > 0 && (hour[3:] >= "21" || hour[3:] < "08") {
				t.Errorf("%d in the night: %s", count, hour)
			}
		}
		if total != 10 || byHour["12 20"] != 4 {
			t.Errorf("%d in all: %v", total, byHour)
		}
	})
}

func TestNotice_aWithdrawalIsToldToWhoGotIt(t *testing.T) {
	for name, withdraw := range map[string]func(n *notify.Notice) []notify.Notice{
		"the file is gone":        func(*notify.Notice) []notify.Notice { return nil },
		"it says that it is over": func(n *notify.Notice) []notify.Notice { n.Until = n.From.Add(time.Hour); return []notify.Notice{*n} },
	} {
		t.Run(name, func(t *testing.T) {
			each(t, "2026-07-10 07:00", func(t *testing.T, d *town) {
				d.subscribe(30)
				d.at("2026-07-12 12:00")
				live := []notify.Notice{heat(t)}
				n, p := d.process(), d.pusher(&live)
				run := d.push(heat(t))
				d.look(n)
				first := d.drain(n, "") // the first twenty; of them nothing is heard yet
				d.ok(p.Look(t.Context()))
				if len(first) != 20 || d.last(run.Job).State != bot.RunSending {
					t.Fatalf("%d first, %s", len(first), d.last(run.Job).State)
				}
				changed := heat(t)
				live = withdraw(&changed)
				d.ok(p.Look(t.Context()))
				d.ok(p.Look(t.Context()))
				d.later(2 * time.Minute)
				corrected := map[string]int{}
				for range 3 {
					for _, one := range d.rush(n, bot.StatusDelivered) {
						corrected[one.number]++
						if one.text == first[0].text {
							t.Errorf("the notice itself: %s", one.text)
						}
					}
					d.later(20 * time.Minute)
				}
				if len(corrected) != 20 || d.last(run.Job).State != bot.RunDone {
					t.Errorf("%d hear that it no longer holds; the run is %s", len(corrected), d.last(run.Job).State)
				}
				for _, one := range first {
					if corrected[one.number] != 1 {
						t.Errorf("somebody who got it hears it %d times", corrected[one.number])
					}
				}
			})
		})
	}
}

func TestNotice_changedWordsAreHeldAndARenamedFileIsNot(t *testing.T) {
	each(t, "2026-07-10 07:00", func(t *testing.T, d *town) {
		d.subscribe(3)
		d.at("2026-07-12 12:00")
		live := []notify.Notice{heat(t)}
		p := d.pusher(&live)
		run := d.push(heat(t))
		live[0].Name = "anders"
		d.ok(p.Look(t.Context()))
		if now := d.last(run.Job); now.State != bot.RunSelecting {
			t.Fatalf("renamed: %s %s", now.State, now.Reason)
		}
		live[0] = heat(t)
		live[0].Words = map[string]string{"nl": "Het is koud."}
		d.ok(p.Look(t.Context()))
		if now := d.last(run.Job); now.State != bot.RunPaused || now.Reason == "" {
			t.Fatalf("changed: %s %s", now.State, now.Reason)
		}
		if runs, err := d.store.Runs(t.Context(), account, true, 10); err != nil || len(runs) != 1 {
			t.Fatalf("%d runs", len(runs))
		}
	})
}
