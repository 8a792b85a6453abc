package notify_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/notify"
)

// mixed are residents of every kind: thirty with something to hear, ten of
// them in English, ten with nothing; every third wrote within the day.
func (d *town) mixed() {
	d.t.Helper()
	for i := range 40 {
		language := "nl"
		if i%4 == 1 {
			language = "en"
		}
		if i%8 == 5 {
			language = "uk"
		}
		d.says(number(i), yes("afval", address(i), language))
		if i%4 != 3 {
			d.calendar[address(i)] = "papier"
		}
	}
	d.later(30 * time.Hour)
	for i := range 40 {
		if i%3 == 0 {
			d.says(number(i))
		}
	}
}

func (d *town) rehearsed(n *notify.Notifier, run bot.Run) notify.Rehearsal {
	d.t.Helper()
	r, err := n.Rehearse(d.t.Context(), d.store, run, d.now, nil)
	d.ok(err)
	return r
}

// sendsAll lets a run begin and be sent, without the clock moving more than a minute.
func (d *town) sendsAll(n *notify.Notifier, job string) (bot.Tally, []told) {
	d.t.Helper()
	out := d.rush(n, bot.StatusDelivered)
	return d.tally(job), out
}

func TestRehearse_itsNumbersAreWhatIsThenSent(t *testing.T) {
	for name, prepare := range map[string]func(*town){
		"all is well":                            func(*town) {},
		"the template is there in Dutch alone":   func(d *town) { d.template("sjabloon", "en", "REJECTED", "") },
		"the template is paused in English":      func(d *town) { d.template("sjabloon", "en", "PAUSED", "") },
		"the template is there in English alone": func(d *town) { d.template("sjabloon", "nl", "PENDING", "") },
		"the platform calls it marketing": func(d *town) {
			d.template("sjabloon", "nl", "", "MARKETING")
			d.template("sjabloon", "en", "", "MARKETING")
		},
		"nobody has anything to hear": func(d *town) { d.calendar = map[string]string{} },
	} {
		t.Run(name, func(t *testing.T) {
			each(t, "2026-11-19 12:00", func(t *testing.T, d *town) {
				n := d.process()
				d.ok(n.Begin(t.Context())) // the job is known from here on
				d.mixed()
				prepare(d)
				d.at("2026-11-20 19:00")
				run, comes := notify.RunOf(account, "hash", d.book.jobs[0], d.now)
				if !comes || !run.Due.Equal(d.now) {
					t.Fatalf("due %v, %t", run.Due, comes)
				}
				before := d.counts()
				r := d.rehearsed(n, run)
				if after := d.counts(); after != before {
					t.Fatalf("the rehearsal changed %s to %s", before, after)
				}
				tally, out := d.sendsAll(n, herinnering)
				if differences := r.Differences(tally, 0, 0); len(differences) != 0 || len(out) != r.Receive {
					t.Errorf("%d came, rehearsed %+v, tally %+v: %+v", len(out), r, tally, differences)
				}
				read, byTemplate := map[string]int{}, 0
				for _, one := range out {
					read[one.text[:2]]++
					if strings.Contains(one.text, "(sjabloon)") {
						byTemplate++
					}
				}
				if diff := cmp.Diff(read, r.Read); diff != "" || byTemplate != r.Outside || r.Inside+r.Outside != r.Receive {
					t.Errorf("read in other languages (- sent, + rehearsed): %s; %d by template, %d rehearsed", diff, byTemplate, r.Outside)
				}
				if r.LookedAt != 40 || r.Selected != r.Receive+r.LeftOut["template"]+r.LeftOut["words"]+r.LeftOut["stopped"] {
					t.Errorf("the numbers do not add up: %+v", r)
				}
			})
		})
	}
}

func (d *town) counts() string {
	d.t.Helper()
	c, err := d.store.Counts(d.t.Context(), d.now)
	d.ok(err)
	runs, err := d.store.Runs(d.t.Context(), account, true, 100)
	d.ok(err)
	return fmt.Sprintf("%+v %d", c, len(runs))
}

func TestRehearse_whatChangedSinceIsListedWithItsReason(t *testing.T) {
	for name, c := range map[string]struct {
		change       func(*town, *notify.Notifier)
		given, ended int
		want         []string
	}{
		"one more signed up": {func(d *town, _ *notify.Notifier) {
			d.calendar["nieuw"] = "gft"
			d.says("31611111111", yes("afval", "nieuw", "nl"))
		}, 1, 0, []string{"subscribed 40 -> 41", "selected 30 -> 31", "got it 30 -> 31", "1 consents were given", "+1 were selected"}},
		"one's pickup was moved": {func(d *town, _ *notify.Notifier) { delete(d.calendar, address(0)) }, 0, 0,
			[]string{"selected 30 -> 29", "got it 30 -> 29", "for -1 what there is to tell them"}},
		"one ended their consent before their turn": {func(d *town, n *notify.Notifier) {
			d.ok(n.Begin(d.t.Context()))
			d.ok(n.Select(d.t.Context()))
			d.says(number(0), bot.Consent{Topic: "afval"})
		}, 0, 1, []string{"got it 30 -> 29", "1 ended their consent before their turn"}},
		"one's pickup was moved after the selection": {func(d *town, n *notify.Notifier) {
			d.ok(n.Begin(d.t.Context()))
			d.ok(n.Select(d.t.Context()))
			delete(d.calendar, address(0))
		}, 0, 0, []string{"got it 30 -> 29", "1 were left out at their turn: nothing"}},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, "2026-11-19 12:00", func(t *testing.T, d *town) {
				n := d.process()
				d.ok(n.Begin(t.Context()))
				d.mixed()
				d.at("2026-11-20 19:00")
				run, _ := notify.RunOf(account, "hash", d.book.jobs[0], d.now)
				r := d.rehearsed(n, run)
				c.change(d, n)
				tally, _ := d.sendsAll(n, herinnering)
				var said string
				for _, one := range r.Differences(tally, c.given, c.ended) {
					said += fmt.Sprintf("%s %d -> %d: %s\n", one.What, one.Rehearsed, one.Now, strings.Join(one.Why, ", "))
				}
				for _, want := range c.want {
					if !strings.Contains(said, want) {
						t.Errorf("%q is not in:\n%s", want, said)
					}
				}
				if strings.Contains(said, "counts twice") {
					t.Errorf("somebody is not accounted for:\n%s", said)
				}
			})
		})
	}
}

func TestRehearse_staleDataTellsNobody(t *testing.T) {
	each(t, "2026-11-20 12:00", func(t *testing.T, d *town) {
		d.subscribe(3)
		d.stale = true
		run, _ := notify.RunOf(account, "hash", d.book.jobs[0], d.now)
		if r := d.rehearsed(d.process(), run); !r.Stale || r.Receive != 0 {
			t.Errorf("%+v", r)
		}
	})
}
