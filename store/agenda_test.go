package store_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/service/appointment"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

var _ appointment.Store = (*store.Store)(nil)

// half past nine on a Monday, three days after noon of the tests.
var halfPastNine = time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)

const holdFor = 15 * time.Minute

// known gives a resident who has an open message, as they have when a flow calls.
func (d *desk) known(number string) (bot.ID, bot.Claim) {
	d.t.Helper()
	d.says(phone(number), "afspraak")
	claim := d.claimOne()
	return claim.Resident, claim
}

// resident gives one whose message was answered.
func (d *desk) resident(number string) bot.ID {
	d.t.Helper()
	id, claim := d.known(number)
	d.finish(claim, bot.Outcome{Conversation: bot.Hide("{}")})
	return id
}

func (d *desk) wants(resident bot.ID, key string, start time.Time, seats int) bot.Hold {
	return bot.Hold{Key: key, Resident: resident, Product: "paspoort", Location: "stadhuis", Start: start, End: start.Add(10 * time.Minute),
		Count: 1, Seats: seats, Until: d.now.Add(holdFor)}
}

func (d *desk) hold(h bot.Hold) bot.Appointment {
	d.t.Helper()
	held, err := d.HoldPlace(d.t.Context(), d.now, h)
	d.ok(err)
	return held
}

func (d *desk) taken(h bot.Hold) {
	d.t.Helper()
	if _, err := d.HoldPlace(d.t.Context(), d.now, h); !errors.Is(err, bot.ErrPlaceTaken) {
		d.t.Fatalf("not taken: %v", err)
	}
}

func (d *desk) book(resident bot.ID, key string, hold bot.Appointment) bot.Appointment {
	d.t.Helper()
	booked, err := d.BookHold(d.t.Context(), d.now, key, resident, hold.ID, bot.Hide("Wilhelmina de Vries"), appointment.NewCode())
	d.ok(err)
	return booked
}

// booked has a resident book a place that is theirs alone.
func (d *desk) booked(resident bot.ID, start time.Time) bot.Appointment {
	d.t.Helper()
	return d.book(resident, fmt.Sprint("b/", start.Unix(), resident), d.hold(d.wants(resident, fmt.Sprint("h/", start.Unix(), resident), start, 1)))
}

func TestAgenda_theLastPlaceHasOneTaker(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ans, bo, cas := d.resident("31611111111"), d.resident("31622222222"), d.resident("31633333333")
		d.hold(d.wants(ans, "a/1", halfPastNine, 2))
		d.hold(d.wants(bo, "b/1", halfPastNine, 2))
		d.taken(d.wants(cas, "c/1", halfPastNine, 2))
		d.taken(d.wants(cas, "c/2", halfPastNine.Add(5*time.Minute), 2)) // half of it is taken
		d.hold(d.wants(cas, "c/3", halfPastNine.Add(10*time.Minute), 2))
	})
}

func TestAgenda_aSeatMoreIsAPlaceMore_aSeatLessTakesNobodysPlace(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ans, bo := d.resident("31611111111"), d.resident("31622222222")
		d.hold(d.wants(ans, "a/1", halfPastNine, 2))
		d.taken(d.wants(bo, "b/1", halfPastNine, 1))
		d.hold(d.wants(bo, "b/2", halfPastNine, 2))
		if n := d.count(`SELECT count(*) FROM booking`); n != 2 {
			t.Fatalf("%d rows", n)
		}
	})
}

func TestAgenda_theSameKeyIsTheSameHoldAndTheSameBooking(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ans := d.resident("31611111111")
		first := d.hold(d.wants(ans, "a/1", halfPastNine, 1))
		if again := d.hold(d.wants(ans, "a/1", halfPastNine, 1)); again.ID != first.ID {
			t.Fatal("a second hold under one key")
		}
		booked := d.book(ans, "a/2", first)
		again := d.book(ans, "a/2", first)
		if again.ID != booked.ID || !again.Code.Equal(booked.Code) || d.count(`SELECT count(*) FROM booking`) != 1 {
			t.Fatal("a second booking under one key")
		}
		if held := d.hold(d.wants(ans, "a/1", halfPastNine, 1)); held.ID != booked.ID {
			t.Fatal("the hold of a turn that is begun again took a second place")
		}
	})
}

func TestAgenda_anExpiredHoldIsFreeForOthersAndCannotBeBooked(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ans, bo := d.resident("31611111111"), d.resident("31622222222")
		held := d.hold(d.wants(ans, "a/1", halfPastNine, 1))
		d.later(holdFor - time.Second)
		d.taken(d.wants(bo, "b/1", halfPastNine, 1))
		d.later(time.Second)
		if _, err := d.BookHold(t.Context(), d.now, "a/2", ans, held.ID, bot.Hide("De Vries"), appointment.NewCode()); !errors.Is(err, bot.ErrHoldExpired) {
			t.Fatal(err)
		}
		if seats, err := d.TakenSeats(t.Context(), d.now, "stadhuis", halfPastNine, halfPastNine.Add(time.Hour)); err != nil || len(seats) != 0 {
			t.Fatalf("%d seats are taken by an expired hold, %v", len(seats), err)
		}
		d.hold(d.wants(bo, "b/2", halfPastNine, 1))
		if n := d.count(`SELECT count(*) FROM booking`); n != 1 {
			t.Fatalf("%d rows: the expired hold is still there", n)
		}
	})
}

func TestAgenda_whoHoldsAnotherPlaceGivesTheFirstBack(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ans, bo := d.resident("31611111111"), d.resident("31622222222")
		d.hold(d.wants(ans, "a/1", halfPastNine, 1))
		d.hold(d.wants(ans, "a/2", halfPastNine.Add(time.Hour), 1))
		d.hold(d.wants(bo, "b/1", halfPastNine, 1))
		d.taken(d.wants(bo, "b/2", halfPastNine.Add(time.Hour), 1))
		if n := d.count(`SELECT count(*) FROM booking`); n != 2 {
			t.Fatalf("%d rows; what was refused took something", n)
		}
	})
}

func TestAgenda_aHoldIsReleasedByWhoHasItAndABookingIsNot(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ans, bo := d.resident("31611111111"), d.resident("31622222222")
		held := d.hold(d.wants(ans, "a/1", halfPastNine, 1))
		d.ok(d.ReleaseHold(t.Context(), bo, held.ID))
		d.taken(d.wants(bo, "b/1", halfPastNine, 1))
		if _, err := d.BookHold(t.Context(), d.now, "b/2", bo, held.ID, bot.Hide("Bo"), appointment.NewCode()); !errors.Is(err, bot.ErrHoldExpired) {
			t.Fatalf("somebody else's hold was booked: %v", err)
		}
		d.ok(d.ReleaseHold(t.Context(), ans, held.ID))
		d.ok(d.ReleaseHold(t.Context(), ans, held.ID))
		if n := d.count(`SELECT count(*) FROM seat`) + d.count(`SELECT count(*) FROM booking_key`); n != 0 {
			t.Fatalf("%d rows are left of a released hold", n)
		}
		booked := d.booked(ans, halfPastNine)
		d.ok(d.ReleaseHold(t.Context(), ans, booked.ID))
		d.taken(d.wants(bo, "b/3", halfPastNine, 1))
	})
}

func (d *desk) find(resident bot.ID, code bot.Private) (bot.Appointment, error) {
	d.t.Helper()
	return d.FindBooking(d.t.Context(), d.now, resident, code)
}

func TestAgenda_aBookingIsFoundByItsCodeFromAnyPhone(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		booked := d.booked(d.resident("31611111111"), halfPastNine)
		found, err := d.find(d.resident("31622222222"), booked.Code)
		d.ok(err)
		if found.ID != booked.ID || found.Product != "paspoort" || found.Location != "stadhuis" || !found.Start.Equal(halfPastNine) ||
			found.Name.Reveal() != "Wilhelmina de Vries" || found.Count != 1 {
			t.Fatalf("%+v", found)
		}
		d.now = halfPastNine
		if _, err := d.find(d.resident("31633333333"), booked.Code); !errors.Is(err, bot.ErrUnknownBooking) {
			t.Fatalf("an appointment that has begun is found: %v", err)
		}
	})
}

func TestAgenda_fiveWrongCodesAnHourAndNoMore(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ans, bo := d.resident("31611111111"), d.resident("31622222222")
		booked := d.booked(ans, halfPastNine)
		for range 5 {
			if _, err := d.find(bo, appointment.NewCode()); !errors.Is(err, bot.ErrUnknownBooking) {
				t.Fatal(err)
			}
			d.later(time.Minute)
		}
		if _, err := d.find(bo, booked.Code); !errors.Is(err, bot.ErrTooManyTries) {
			t.Fatalf("the sixth code was looked at: %v", err)
		}
		if _, err := d.find(ans, booked.Code); err != nil {
			t.Fatalf("another resident is held up: %v", err)
		}
		d.later(55*time.Minute + time.Second) // the first of the five is an hour ago
		if _, err := d.find(bo, booked.Code); err != nil {
			t.Fatalf("after the hour: %v", err)
		}
		for range 10 {
			if _, err := d.find(ans, booked.Code); err != nil {
				t.Fatalf("a right code counts as a wrong one: %v", err)
			}
		}
	})
}

func TestAgenda_aMovedBookingKeepsItsCodeAndGivesItsPlaceBack(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ans, bo := d.resident("31611111111"), d.resident("31622222222")
		booked := d.booked(ans, halfPastNine)
		later := halfPastNine.Add(time.Hour)
		held := d.hold(d.wants(bo, "m/1", later, 1)) // by code, from another phone
		for range 2 {                                // the second time as after a kill
			moved, err := d.MoveBooking(t.Context(), d.now, "m/2", bo, booked.ID, held.ID)
			d.ok(err)
			if moved.ID != booked.ID || !moved.Code.Equal(booked.Code) || !moved.Start.Equal(later) || moved.Sequence != 1 {
				t.Fatalf("%+v", moved)
			}
			if again := d.hold(d.wants(bo, "m/1", later, 1)); again.ID != booked.ID {
				t.Fatal("the hold of a turn that is begun again took a second place")
			}
		}
		if n := d.count(`SELECT count(*) FROM booking`); n != 1 {
			t.Fatalf("%d rows", n)
		}
		d.taken(d.wants(bo, "x/1", later, 1))
		d.hold(d.wants(bo, "x/2", halfPastNine, 1))
	})
}

func TestAgenda_aMoveWithoutANewPlaceLeavesTheOldOne(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ans, bo := d.resident("31611111111"), d.resident("31622222222")
		booked := d.booked(ans, halfPastNine)
		held := d.hold(d.wants(ans, "m/1", halfPastNine.Add(time.Hour), 1))
		d.later(holdFor)
		if _, err := d.MoveBooking(t.Context(), d.now, "m/2", ans, booked.ID, held.ID); !errors.Is(err, bot.ErrHoldExpired) {
			t.Fatal(err)
		}
		found, err := d.find(ans, booked.Code)
		d.ok(err)
		if !found.Start.Equal(halfPastNine) || found.Sequence != 0 {
			t.Fatalf("%+v", found)
		}
		d.taken(d.wants(bo, "b/1", halfPastNine, 1))
		if _, err := d.MoveBooking(t.Context(), d.now, "m/3", ans, held.ID, booked.ID); !errors.Is(err, bot.ErrUnknownBooking) {
			t.Fatalf("a hold was moved: %v", err)
		}
	})
}

func TestAgenda_aCancelledBookingLeavesPlaceAndTimeOnly(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ans, bo := d.resident("31611111111"), d.resident("31622222222")
		booked := d.booked(ans, halfPastNine)
		for range 2 {
			was, err := d.CancelBooking(t.Context(), d.now, "k/1", bo, booked.ID)
			d.ok(err)
			if !was.Cancelled || was.Sequence != 1 {
				t.Fatalf("%+v", was)
			}
		}
		if n := d.count(`SELECT count(*) FROM booking_key`) + d.count(`SELECT count(*) FROM seat`); n != 0 {
			t.Fatalf("%d rows are left", n)
		}
		if _, err := d.find(ans, booked.Code); !errors.Is(err, bot.ErrUnknownBooking) {
			t.Fatal(err)
		}
		d.hold(d.wants(bo, "b/1", halfPastNine, 1))
		if _, err := d.CancelBooking(t.Context(), d.now, "k/2", bo, bot.NewID(d.now)); !errors.Is(err, bot.ErrUnknownBooking) {
			t.Fatal(err)
		}
	})
}

func TestAgenda_colleaguesReadTheBookingsOfADay(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ans, bo := d.resident("31611111111"), d.resident("31622222222")
		d.booked(bo, halfPastNine.Add(time.Hour))
		d.booked(ans, halfPastNine)
		d.booked(ans, halfPastNine.AddDate(0, 0, 1))
		cancelled := d.booked(ans, halfPastNine.Add(2*time.Hour))
		_, err := d.CancelBooking(t.Context(), d.now, "k/1", ans, cancelled.ID)
		d.ok(err)
		d.hold(d.wants(ans, "h/held", halfPastNine.Add(3*time.Hour), 1))
		midnight := time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC)
		list, err := d.Bookings(t.Context(), d.now, colleague, midnight, midnight.AddDate(0, 0, 1))
		d.ok(err)
		if len(list) != 2 || !list[0].Start.Equal(halfPastNine) || list[0].Name.Empty() || list[1].Code.Empty() || list[1].Product != "paspoort" {
			t.Fatalf("%+v", list)
		}
	})
}

func TestAgenda_STOPKeepsTheBookingAndCutsTheLink(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ans, bo := d.resident("31611111111"), d.resident("31622222222")
		booked := d.booked(ans, halfPastNine)
		d.booked(ans, d.now.Add(time.Minute)) // is over when the farewell is said
		d.hold(d.wants(ans, "h/open", halfPastNine.Add(time.Hour), 1))
		d.stop(phone("31611111111"))
		d.later(time.Minute)
		if closed := d.closed(); len(closed) != 1 || closed[0].Remains.Appointments != 1 {
			t.Fatalf("%+v", closed)
		}
		d.erase()
		if n := d.count(`SELECT count(*) FROM booking WHERE resident_id IS NOT NULL OR key IS NOT NULL OR last_key IS NOT NULL`); n != 0 {
			t.Fatalf("%d bookings still lead to somebody", n)
		}
		d.hold(d.wants(bo, "b/1", halfPastNine.Add(time.Hour), 1))
		found, err := d.find(bo, booked.Code)
		d.ok(err)
		if found.ID != booked.ID || found.Name.Reveal() != "Wilhelmina de Vries" {
			t.Fatal("the booking cannot be read any more")
		}
	})
}

func TestAgenda_STOPTakesBackWhatNobodyWasTold(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		bo := d.resident("31622222222")
		ans, claim := d.known("31611111111")
		held := d.hold(d.wants(ans, string(claim.MessageID)+"/1", halfPastNine, 1))
		d.book(ans, string(claim.MessageID)+"/2", held)
		d.stop(phone("31611111111")) // before the turn was finished
		if closed := d.closed(); closed[0].Remains.Appointments != 0 {
			t.Fatalf("%+v", closed[0].Remains)
		}
		d.hold(d.wants(bo, "b/1", halfPastNine, 1))
		_, err := d.HoldPlace(t.Context(), d.now, d.wants(ans, string(claim.MessageID)+"/3", halfPastNine.Add(time.Hour), 1))
		if !errors.Is(err, bot.ErrTokenGone) {
			t.Fatalf("a place was held for somebody who said STOP: %v", err)
		}
	})
}

func TestAgenda_aLostTurnIsTakenBackUnlessAnotherAnswersOrAnswered(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ans, claim := d.known("31611111111")
		key := string(claim.MessageID) + "/2"
		booked := d.book(ans, key, d.hold(d.wants(ans, string(claim.MessageID)+"/1", halfPastNine, 1)))
		d.ok(d.TakeBack(t.Context(), key)) // the lease ran out; another process will answer under the same key
		d.later(2 * lease)
		second := d.claimOne()
		if again := d.book(ans, key, booked); again.ID != booked.ID {
			t.Fatal("the other process booked again")
		}
		d.finish(second, bot.Outcome{Conversation: bot.Hide("{}")})
		d.ok(d.TakeBack(t.Context(), key)) // and did
		if _, err := d.find(ans, booked.Code); err != nil {
			t.Fatalf("what the resident was told is gone: %v", err)
		}

		_, claim = d.known("31622222222")
		key = string(claim.MessageID) + "/1"
		d.hold(d.wants(claim.Resident, key, halfPastNine.Add(time.Hour), 1))
		d.ok(d.SetAside(t.Context(), d.now, claim, nil))
		d.ok(d.TakeBack(t.Context(), key))
		if n := d.count(`SELECT count(*) FROM booking`); n != 1 {
			t.Fatalf("%d rows: what was set aside is not taken back", n)
		}
	})
}

func TestAgenda_purgeForgetsAWeekAfterTheAppointment(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ans := d.resident("31611111111")
		d.booked(ans, halfPastNine)
		d.hold(d.wants(ans, "h/open", halfPastNine.Add(time.Hour), 1))
		for _, step := range []struct {
			at              time.Time
			bookings, holds int64
		}{
			{noon.Add(holdFor - time.Second), 0, 0},
			{noon.Add(holdFor), 0, 1},
			{halfPastNine.Add(10*time.Minute).AddDate(0, 0, 7), 0, 0},
			{halfPastNine.Add(10*time.Minute+time.Second).AddDate(0, 0, 7), 1, 0},
		} {
			purged, err := d.Purge(t.Context(), step.at, store.DefaultRetention(), nil)
			d.ok(err)
			if purged.Of("bookings") != step.bookings || purged.Of("places_held") != step.holds {
				t.Errorf("at %s: %+v", step.at, purged)
			}
		}
		if n := d.count(`SELECT count(*) FROM seat`) + d.count(`SELECT count(*) FROM booking_key`); n != 0 {
			t.Fatalf("%d rows are left", n)
		}
	})
}

func TestAgenda_neitherNameNorCodeStandsInClear(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		d := &desk{Store: storetest.Open(t, dsn), t: t, now: noon}
		ans := d.resident("31611111111")
		h := d.wants(ans, "a/1", halfPastNine, 1)
		h.Product = "zoekwoord_product"
		code := appointment.NewCode()
		held := d.hold(h)
		_, err := d.BookHold(t.Context(), d.now, "a/2", ans, held.ID, bot.Hide("Zoekwoord van Naamstra"), code)
		d.ok(err)
		d.ok(d.PutBundle(t.Context(), d.now, "appointment-marker", []byte("x"), "ans"))
		found := files(t, d, dsn)
		if holds(found, []byte("appointment-marker")) == "" {
			t.Fatal("the search does not find what stands there in clear")
		}
		for _, text := range []string{"Zoekwoord van Naamstra", code.Reveal(), code.Reveal()[:5] + code.Reveal()[6:], h.Product} {
			for form, needle := range forms(text) {
				if path := holds(found, needle); path != "" {
					t.Errorf("%s stands %s in %s", text, form, filepath.Base(path))
				}
			}
		}
	})
}

func TestAgenda_keysOfBookingsRotate(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		d := &desk{Store: storetest.Open(t, dsn), t: t, now: noon}
		booked := d.booked(d.resident("31611111111"), halfPastNine)
		rotated := storetest.Keys().Rotated()
		newer, err := store.Open(t.Context(), dsn, rotated)
		d.ok(err)
		defer newer.Close()
		_, err = newer.Rewrap(t.Context(), nil)
		d.ok(err)
		delete(rotated.Wrapping, storetest.Keys().Current)
		newest, err := store.Open(t.Context(), dsn, rotated)
		d.ok(err)
		defer newest.Close()
		list, err := newest.Bookings(t.Context(), d.now, colleague, halfPastNine, halfPastNine.Add(time.Hour))
		d.ok(err)
		if len(list) != 1 || !list[0].Code.Equal(booked.Code) {
			t.Fatal("a booking cannot be read after the old key left")
		}
	})
}
