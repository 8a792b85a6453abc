package store_test

import (
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
)

func TestVitals_tellHowLongThingsWait(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		begun := d.now
		look := func() (open, send, closed time.Time) {
			v, err := d.Vitals(t.Context(), d.now, account)
			d.ok(err)
			return v.OldestOpen.Time, v.OldestSend.Time, v.OldestClosed.Time
		}
		if open, send, closed := look(); !open.IsZero() || !send.IsZero() || !closed.IsZero() {
			t.Fatal("something waits in an empty house")
		}
		d.says(phone("31611111111"), "een")
		d.later(time.Minute)
		claim := d.claimOne() // the claim moves when it is due, not since when it waits
		if open, _, _ := look(); !open.Equal(begun) {
			t.Errorf("oldest open since %v, want %v", open, begun)
		}
		d.finish(claim, outcome("antwoord"))
		if open, send, _ := look(); !open.IsZero() || !send.Equal(d.now) {
			t.Errorf("open since %v, to send since %v, want %v", open, send, d.now)
		}
		d.sent()
		d.stop(phone("31611111111"))
		if _, send, closed := look(); !send.IsZero() || !closed.Equal(d.now) {
			t.Errorf("to send since %v, closed since %v", send, closed)
		}
		d.ok(d.NoteBackup(t.Context(), d.now))
		if v, err := d.Vitals(t.Context(), d.now, account); err != nil || !v.BackedUp.Equal(d.now) {
			t.Errorf("%v %v", v.BackedUp, err)
		}
	})
}

func TestID_tellsWhenItWasMade(t *testing.T) {
	if got := bot.NewID(noon).Time(); !got.Equal(noon) {
		t.Errorf("%v", got)
	}
	for _, bad := range []bot.ID{"", "zzzzzzzz-zzzz-7000-8000-000000000000"} {
		if !bad.Time().IsZero() {
			t.Errorf("%q has a time", bad)
		}
	}
}
