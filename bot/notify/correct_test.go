package notify_test

import (
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/notify"
)

// A pickup day moves after the evening's message went out: who was told hears
// a correction, once, and nobody else.
func TestCorrect_whoWasToldWhatNoLongerHoldsHearsItOnce(t *testing.T) {
	for name, c := range map[string]struct {
		change func(d *town)
		want   map[string]string // by number
	}{
		"nothing changed":           {func(*town) {}, nil},
		"other kinds":               {func(d *town) { d.calendar[address(0)] = "gft" }, map[string]string{number(0): "nl: afval.herinnering.correction nu gft (sjabloon)"}},
		"nothing any more":          {func(d *town) { d.calendar[address(0)] = "" }, map[string]string{number(0): "nl: afval.herinnering.correction nu  (sjabloon)"}},
		"somebody who was not told": {func(d *town) { d.calendar[address(3)] = "gft" }, nil},
		"the day moved for all": {func(d *town) {
			for i := range 4 {
				d.calendar[address(i)] = ""
			}
		}, map[string]string{
			number(0): "nl: afval.herinnering.correction nu  (sjabloon)", number(1): "nl: afval.herinnering.correction nu  (sjabloon)", number(2): "nl: afval.herinnering.correction nu  (sjabloon)"}},
		"it moved, and one withdrew": {func(d *town) {
			d.calendar[address(0)], d.calendar[address(1)] = "", ""
			d.says(number(1), bot.Consent{Topic: "afval"})
		}, map[string]string{number(0): "nl: afval.herinnering.correction nu  (sjabloon)"}},
		"one is about another address since": {func(d *town) {
			d.says(number(0), bot.Consent{Topic: "afval", About: bot.ValueOf(address(0))}, yes("afval", "elders", "nl"))
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, "2026-11-21 12:00", func(t *testing.T, d *town) {
				d.subscribe(4)
				d.calendar[address(3)] = "" // nothing tomorrow: not told
				d.at(day)
				n := d.process()
				d.begun(n)
				if told := d.rush(n, bot.StatusRead); len(told) != 3 {
					t.Fatalf("%d told, want 3", len(told))
				}
				c.change(d)
				got := map[string]string{}
				for d.now.Before(local(t, "2026-11-22 22:00")) {
					d.later(16 * time.Minute)
					for _, one := range d.rush(n, bot.StatusRead) {
						if got[one.number] != "" {
							t.Fatalf("%s was corrected twice", one.number)
						}
						got[one.number] = one.text
					}
				}
				if len(got) != len(c.want) {
					t.Fatalf("corrected: %v, want %v\n%s", got, c.want, d.logged.String())
				}
				for number, want := range c.want {
					if got[number] != want {
						t.Errorf("%s was told %q, want %q", number, got[number], want)
					}
				}
			})
		})
	}
}

// A correction that is not needed any more at its claim is not sent: the
// calendar was moved back.
func TestCorrect_asksAgainAtTheClaim(t *testing.T) {
	each(t, day, func(t *testing.T, d *town) {
		d.subscribe(1)
		n := d.process()
		d.begun(n)
		d.rush(n, bot.StatusRead)
		d.calendar[address(0)] = ""
		d.later(16 * time.Minute)
		d.ok(n.Watch(t.Context())) // it is time to look again
		d.ok(n.Select(t.Context()))
		correction := d.last(notify.CorrectionOf(herinnering))
		if got := d.tally(correction.Job); got.Waiting != 1 {
			t.Fatalf("%+v", got)
		}
		d.calendar[address(0)] = "papier"
		if got := d.rush(n, bot.StatusRead); len(got) != 0 {
			t.Fatalf("%+v", got)
		}
		if got := d.tally(correction.Job); got.LeftOut["nothing"] != 1 {
			t.Errorf("%+v", got)
		}
	})
}

// Who changed their language was told the same: the words of any language count.
func TestCorrect_anotherLanguageIsNoOtherMessage(t *testing.T) {
	each(t, day, func(t *testing.T, d *town) {
		d.subscribe(1)
		n := d.process()
		d.begun(n)
		d.rush(n, bot.StatusRead)
		_, err := d.store.Receive(t.Context(), d.now, nil)
		d.ok(err)
		receivers, _, err := d.store.Receivers(t.Context(), d.last(herinnering), "", 10)
		d.ok(err)
		receivers[0].Language = "en"
		if corrected := d.correctionFor(n, receivers[0]); corrected {
			t.Error("English residents would be corrected for a change of language")
		}
		d.calendar[address(0)] = "gft"
		if corrected := d.correctionFor(n, receivers[0]); !corrected {
			t.Error("a change of the calendar goes unnoticed")
		}
	})
}

// correctionFor tells whether a receiver is to be told something else.
func (d *town) correctionFor(n *notify.Notifier, r bot.Receiver) bool {
	d.t.Helper()
	corrected, err := notify.Corrects(d.t.Context(), n, d.last(herinnering), r)
	d.ok(err)
	return corrected
}

// A notice that is withdrawn is corrected to all who got it, and to nobody else.
func TestCorrect_aNoticeThatIsWithdrawn(t *testing.T) {
	each(t, day, func(t *testing.T, d *town) {
		d.subscribe(3)
		n := d.process()
		notice := bot.Run{Account: account, Kind: bot.RunNotice, Job: "hitte", Due: d.now, Topic: "afval", Bundle: "hash", Template: "sjabloon", NotBefore: d.now, Useless: d.now.Add(5 * time.Hour), Room: 2}
		_, _, err := d.store.BeginRun(t.Context(), d.now, notice)
		d.ok(err)
		d.ok(n.Select(t.Context()))
		if got := d.drain(n, ""); len(got) != 2 { // one is still to be told
			t.Fatalf("%d told", len(got))
		}
		d.ok(n.Pause(t.Context(), d.last("hitte").ID, "ingetrokken"))
		d.ok(n.Correct(t.Context(), d.last("hitte").ID))
		got := d.rush(n, bot.StatusRead)
		if len(got) != 2 || got[0].text != "nl: hitte.correction" {
			t.Fatalf("%+v", got)
		}
	})
}
