package notify_test

import (
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/notify"
)

const byText = "notifynl"

// other is a process with the fallback on.
func (d *town) other() *notify.Notifier {
	n := d.process()
	n.Fallback = notify.Fallback{Account: byText, Topic: "sms"}
	return n
}

// alsoByText has a resident agree to the fallback.
func (d *town) alsoByText(i int) {
	d.t.Helper()
	d.says(number(i), bot.Consent{Topic: "sms", Given: true, Wording: "Mag dat?", Language: "nl", Version: "hash"})
}

// texts sends what may be sent now by the fallback.
func (d *town) texts(n *notify.Notifier) (out []told) {
	d.t.Helper()
	for {
		sends, err := d.store.ClaimSends(d.t.Context(), d.now, byText, 100, d.pace)
		d.ok(err)
		if len(sends) == 0 {
			return out
		}
		for _, send := range sends {
			if one, sent := d.send(n, send, bot.StatusDelivered); sent {
				out = append(out, one)
			}
		}
	}
}

// goesOn lets some time pass: WhatsApp reaches nobody.
func (d *town) goesOn(n *notify.Notifier, by time.Duration) (out []told) {
	d.t.Helper()
	for end := d.now.Add(by); d.now.Before(end); d.later(2 * time.Minute) {
		d.rush(n, bot.StatusFailed)
		out = append(out, d.texts(n)...)
	}
	return out
}

func TestFallback_whoAgreedToBothHearsItOnceAndNobodyElse(t *testing.T) {
	for name, c := range map[string]struct {
		off    bool
		change func(d *town) // after WhatsApp failed, before it is looked whom
		want   map[string]string
	}{
		"two agreed":                {change: func(*town) {}, want: map[string]string{number(0): "nl: afval.herinnering papier", number(1): "nl: afval.herinnering papier"}},
		"it is off":                 {off: true, change: func(*town) {}},
		"one withdrew the fallback": {change: func(d *town) { d.says(number(1), bot.Consent{Topic: "sms"}) }, want: map[string]string{number(0): "nl: afval.herinnering papier"}},
		"one withdrew the topic":    {change: func(d *town) { d.says(number(1), bot.Consent{Topic: "afval", About: bot.ValueOf(address(1))}) }, want: map[string]string{number(0): "nl: afval.herinnering papier"}},
		"for one it changed":        {change: func(d *town) { d.calendar[address(1)] = "gft" }, want: map[string]string{number(0): "nl: afval.herinnering papier", number(1): "nl: afval.herinnering gft"}},
		"for one there is nothing":  {change: func(d *town) { d.calendar[address(1)] = "" }, want: map[string]string{number(0): "nl: afval.herinnering papier"}},
		"the data is stale":         {change: func(d *town) { d.stale = true }},
		"it is too late":            {change: func(d *town) { d.later(12 * time.Hour) }},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, "2026-11-21 12:00", func(t *testing.T, d *town) {
				d.subscribe(3)
				d.alsoByText(0)
				d.alsoByText(1)
				d.alsoByText(9) // subscribed to nothing that is sent
				d.at(day)
				n := d.other()
				if c.off {
					n = d.process()
				}
				d.begun(n)
				d.ok(n.Select(t.Context()))
				d.ok(n.Watch(t.Context())) // the first are let through
				if sent := d.drain(n, bot.StatusFailed); len(sent) != 3 {
					t.Fatalf("%d went by WhatsApp, want 3", len(sent))
				}
				c.change(d)
				got := map[string]string{}
				for _, one := range d.goesOn(n, 20*time.Minute) {
					if got[one.number] != "" {
						t.Fatalf("%s heard it twice", one.number)
					}
					got[one.number] = one.text
				}
				if len(got) != len(c.want) {
					t.Fatalf("%v, want %v\n%s", got, c.want, d.logged.String())
				}
				for number, want := range c.want {
					if got[number] != want {
						t.Errorf("%s heard %q, want %q", number, got[number], want)
					}
				}
			})
		})
	}
}

// A failure that is reported late, and a consent that comes late: it is looked
// again, as long as it is of use.
func TestFallback_looksAgainWhileItIsOfUse(t *testing.T) {
	each(t, "2026-11-21 12:00", func(t *testing.T, d *town) {
		d.subscribe(2)
		d.alsoByText(0)
		d.at(day)
		n := d.other()
		d.begun(n)
		if got := d.goesOn(n, 10*time.Minute); len(got) != 1 {
			t.Fatalf("%d, want 1\n%s", len(got), d.logged.String())
		}
		d.alsoByText(1)
		if got := d.goesOn(n, 10*time.Minute); len(got) != 1 || got[0].number != number(1) {
			t.Fatalf("%+v", got)
		}
		of := d.last(herinnering).ID
		d.later(24 * time.Hour)
		d.goesOn(n, 2*time.Minute)
		run, found, err := d.store.Fallback(t.Context(), of)
		d.ok(err)
		if tally, err := d.store.Tally(t.Context(), run.ID); err != nil || !found || run.State != bot.RunDone || tally.Told() != 2 {
			t.Fatalf("%t, %s, %+v, %v", found, run.State, tally, err)
		}
	})
}

// Who heard by the fallback what no longer holds hears that by it too.
func TestFallback_whatNoLongerHoldsIsCorrectedThere(t *testing.T) {
	each(t, "2026-11-21 12:00", func(t *testing.T, d *town) {
		d.subscribe(2)
		d.alsoByText(0)
		d.at(day)
		n := d.other()
		d.begun(n)
		if got := d.goesOn(n, 10*time.Minute); len(got) != 1 {
			t.Fatalf("%d, want 1", len(got))
		}
		if got := d.goesOn(n, 40*time.Minute); len(got) != 0 {
			t.Fatalf("nothing changed, and %+v", got)
		}
		d.calendar[address(0)] = ""
		got := d.goesOn(n, time.Hour)
		if len(got) != 1 || got[0].number != number(0) || got[0].text != "nl: afval.herinnering.correction nu " {
			t.Fatalf("%+v\n%s", got, d.logged.String())
		}
	})
}
