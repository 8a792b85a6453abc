package store_test

import (
	"testing"

	"github.com/gemeentebode/bode/bot"
)

// claimed has some residents answered, and their answers claimed.
func (d *desk) claimed(residents ...string) []bot.Send {
	d.t.Helper()
	for _, number := range residents {
		d.answered(phone(number), "vraag")
	}
	sends := d.sends(len(residents))
	if len(sends) != len(residents) {
		d.t.Fatalf("%d sends were claimed, want %d", len(sends), len(residents))
	}
	return sends
}

func TestMarkAllSent_notesEachWithItsOwnPlatformID(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		var sent []bot.Sent
		for _, send := range d.claimed("31611111111", "31622222222", "31633333333") {
			sent = append(sent, bot.Sent{Send: send, PlatformID: bot.Hide("wamid." + string(send.ID))})
		}
		for i, err := range d.MarkAllSent(t.Context(), d.now, sent) {
			if err != nil {
				t.Errorf("%d: %v", i, err)
			}
		}
		for _, one := range sent {
			if d.status(bot.Status{Message: one.PlatformID, State: bot.StatusDelivered}) != 0 {
				t.Error("a platform id does not lead to its row")
			}
			if got := d.text(`SELECT state FROM outbox WHERE id = $1`, string(one.ID)); got != "delivered" {
				t.Errorf("a status of one moved another: %s", got)
			}
		}
	})
}

func TestMarkAllSent_oneThatCannotBeNotedTakesNoOtherWithIt(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		sends := d.claimed("31611111111", "31622222222")
		bad := bot.Send{ID: "not an id"} // Postgres refuses the whole statement for it
		errs := d.MarkAllSent(t.Context(), d.now, []bot.Sent{{Send: sends[0]}, {Send: bad}, {Send: sends[1]}})
		if errs[0] != nil || errs[2] != nil || d.IsPostgres() && errs[1] == nil {
			t.Errorf("results %v", errs)
		}
		if n := d.count(`SELECT count(*) FROM outbox WHERE state = 'sent'`); n != 2 {
			t.Errorf("%d are noted as sent, want 2", n)
		}
	})
}

// Two processes note and hear of the same rows, in opposite orders.
func TestMarkAllSent_andStatusesOfTheSameRowsDoNotHoldEachOtherUp(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		sends := d.claimed("31611111111", "31622222222", "31633333333", "31644444444")
		var sent []bot.Sent
		var heard []bot.Status
		for i, send := range sends {
			sent = append(sent, bot.Sent{Send: send, PlatformID: bot.Hide("wamid." + string(send.ID))})
			heard = append(heard, bot.Status{Send: sends[len(sends)-1-i].ID, State: bot.StatusDelivered})
		}
		noted := make(chan []error)
		go func() { noted <- d.MarkAllSent(t.Context(), d.now, sent) }()
		d.status(heard...)
		for _, err := range <-noted {
			d.ok(err)
		}
		if n := d.count(`SELECT count(*) FROM outbox WHERE state = 'delivered' AND platform_hash IS NOT NULL`); n != len(sends) {
			t.Errorf("%d are delivered with their platform id, want %d", n, len(sends))
		}
	})
}
