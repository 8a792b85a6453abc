package store_test

import (
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// mine gives the codes of what stands booked for a resident on the Monday of
// the tests.
func (d *desk) mine(resident bot.ID) (ids []bot.ID) {
	d.t.Helper()
	from := halfPastNine.Truncate(24 * time.Hour)
	list, err := d.BookingsOf(d.t.Context(), resident, from, from.Add(24*time.Hour))
	d.ok(err)
	for _, a := range list {
		if a.Product != "paspoort" || a.Code.Empty() {
			d.t.Errorf("a booking comes closed: %+v", a)
		}
		ids = append(ids, a.ID)
	}
	return ids
}

func TestBookingsOf_areTheirOwnThatStandBookedThatDay(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ans, bo := d.resident("31611111111"), d.resident("31622222222")
		late, early := d.booked(ans, halfPastNine.Add(2*time.Hour)), d.booked(ans, halfPastNine)
		d.booked(ans, halfPastNine.Add(24*time.Hour))
		d.booked(bo, halfPastNine.Add(time.Hour))
		d.hold(d.wants(ans, "held", halfPastNine.Add(3*time.Hour), 1))
		if got := d.mine(ans); len(got) != 2 || got[0] != early.ID || got[1] != late.ID {
			t.Fatalf("there are %v, want %v and %v", got, early.ID, late.ID)
		}
		_, err := d.CancelBooking(t.Context(), d.now, "c", ans, early.ID)
		d.ok(err)
		hold := d.hold(d.wants(ans, "m/1", halfPastNine.Add(26*time.Hour), 1))
		_, err = d.MoveBooking(t.Context(), d.now, "m/2", ans, late.ID, hold.ID)
		d.ok(err)
		if got := d.mine(ans); len(got) != 0 {
			t.Errorf("cancelled and moved away, and still there: %v", got)
		}
		if got := d.mine(bo); len(got) != 1 {
			t.Errorf("of somebody else: %v", got)
		}
	})
}

func TestRequestsHandled_areTheirOwnBetweenTwoMoments(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		claim, kept := d.submitted(phone("31611111111"), lampCode)
		_, other := d.submitted(phone("31622222222"), "M-BCD-FGH-235")
		begin := d.now
		handled := func(after, through time.Duration) int {
			t.Helper()
			list, err := d.RequestsHandled(t.Context(), claim.Resident, begin.Add(after), begin.Add(through))
			d.ok(err)
			for _, r := range list {
				if r.ID != kept.ID || r.Code.Reveal() != lampCode {
					t.Errorf("another's request, or closed: %+v", r)
				}
			}
			return len(list)
		}
		if handled(0, time.Hour) != 0 {
			t.Error("an open request is handled")
		}
		d.later(10 * time.Minute)
		for _, id := range []bot.ID{kept.ID, other.ID} {
			_, err := d.MarkRequest(t.Context(), d.now, id, true)
			d.ok(err)
		}
		for _, c := range []struct {
			after, through time.Duration
			want           int
		}{{0, 10 * time.Minute, 1}, {0, 10*time.Minute - time.Second, 0}, {10 * time.Minute, time.Hour, 0}, {9 * time.Minute, time.Hour, 1}} {
			if got := handled(c.after, c.through); got != c.want {
				t.Errorf("after %s through %s: %d, want %d", c.after, c.through, got, c.want)
			}
		}
		_, err := d.MarkRequest(t.Context(), d.now, kept.ID, false)
		d.ok(err)
		if handled(0, time.Hour) != 0 {
			t.Error("what was opened again is told as handled")
		}
	})
}
