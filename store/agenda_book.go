package store

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// BookHold makes a hold a booking under a name and a code. It answers with the
// booking that stands when it is asked again, and with bot.ErrHoldExpired
// when the hold is over or is not this resident's.
func (s *Store) BookHold(ctx context.Context, now time.Time, key string, resident, hold bot.ID, name, code bot.Private) (booked bot.Appointment, err error) {
	err = s.in(ctx, "book", func(t *tx) error {
		if err := t.openResident(ctx, resident); err != nil {
			return err
		}
		row, found, err := t.booking(ctx, `b.id = $1`, hold)
		if err != nil {
			return err
		}
		if !found || row.Resident != string(resident) || !row.takes(now) {
			return bot.ErrHoldExpired
		}
		if booked, err = s.vault.appointment(row); err != nil || row.State == "booked" {
			return err
		}
		booked.Name, booked.Code, booked.Until = name, code, time.Time{}
		return t.makeBooked(ctx, row, key, booked)
	})
	return booked, err
}

func (t *tx) makeBooked(ctx context.Context, row bookingRow, call string, a bot.Appointment) error {
	key, err := t.vault.bookingKey(row)
	if err != nil {
		return err
	}
	const update = `UPDATE booking SET state = 'booked', hold_until = NULL, last_key = $2, code_hash = $3, body = $4 WHERE id = $1`
	_, err = t.exec(ctx, update, a.ID, nullable(call), t.vault.bookingCodeHash(a.Code), sealBooking(key, a))
	return err
}

// MoveBooking gives a future booking the place of a hold: the booking keeps
// its id, code and name, and its old place is free in the same transaction in
// which the new one is its own. bot.ErrUnknownBooking or bot.ErrHoldExpired:
// nothing was changed.
func (s *Store) MoveBooking(ctx context.Context, now time.Time, key string, resident, booking, hold bot.ID) (moved bot.Appointment, err error) {
	err = s.in(ctx, "move a booking", func(t *tx) error {
		if err := t.openResident(ctx, resident); err != nil {
			return err
		}
		row, found, err := t.booking(ctx, `b.id = $1`, booking)
		if err != nil {
			return err
		}
		if !found || row.State != "booked" || !row.Start.After(now) {
			return bot.ErrUnknownBooking
		}
		if moved, err = s.vault.appointment(row); err != nil || key != "" && row.LastKey == key {
			return err
		}
		held, found, err := t.booking(ctx, `b.id = $1`, hold)
		if err != nil {
			return err
		}
		if !found || held.State != "held" || held.Resident != string(resident) || !held.takes(now) {
			return bot.ErrHoldExpired
		}
		moved, err = t.move(ctx, key, row, held)
		return err
	})
	return moved, err
}

// move hands the hold's seats to the booking. The key of the hold goes along:
// asked for again, it is this place and no second one.
func (t *tx) move(ctx context.Context, call string, row, held bookingRow) (bot.Appointment, error) {
	a, err1 := t.vault.appointment(row)
	place, err2 := t.vault.appointment(held)
	key, err3 := t.vault.bookingKey(row)
	if err := errors.Join(err1, err2, err3); err != nil {
		return a, err
	}
	a.Product, a.Location, a.Start, a.End, a.Count = place.Product, place.Location, place.Start, place.End, place.Count
	a.Sequence++
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`DELETE FROM seat WHERE booking_id = $1`, []any{row.ID}},
		{`UPDATE seat SET booking_id = $1 WHERE booking_id = $2`, []any{row.ID, held.ID}},
		{`DELETE FROM booking WHERE id = $1`, []any{held.ID}},
		{`UPDATE booking SET location = $2, starts_at = $3, ends_at = $4, key = $5, last_key = $6, sequence = $7, body = $8 WHERE id = $1`,
			[]any{row.ID, a.Location, a.Start, a.End, nullable(held.Key), nullable(call), a.Sequence, sealBooking(key, a)}},
	} {
		if _, err := t.exec(ctx, step.query, step.args...); err != nil {
			return a, err
		}
	}
	return a, nil
}

// CancelBooking gives the place of a future booking back and destroys what was
// sealed; the row stays until a week after its time, so that a second asking is answered
// alike. bot.ErrUnknownBooking: there is none to cancel.
func (s *Store) CancelBooking(ctx context.Context, now time.Time, key string, resident, booking bot.ID) (was bot.Appointment, err error) {
	err = s.in(ctx, "cancel a booking", func(t *tx) error {
		if err := t.openResident(ctx, resident); err != nil {
			return err
		}
		row, found, err := t.booking(ctx, `b.id = $1`, booking)
		if err != nil {
			return err
		}
		if !found || row.State == "held" || !row.Start.After(now) {
			return bot.ErrUnknownBooking
		}
		if was, err = s.vault.appointment(row); errors.Is(err, errUnreadable) {
			err = nil // what cannot be read can still be given back
		}
		if err != nil || was.Cancelled {
			return err
		}
		was.Cancelled = true
		was.Sequence++
		return t.empty(ctx, key, was)
	})
	return was, err
}

// empty leaves of a booking its place and time.
func (t *tx) empty(ctx context.Context, call string, a bot.Appointment) error {
	for _, query := range []string{`DELETE FROM seat WHERE booking_id = $1`, `DELETE FROM booking_key WHERE booking_id = $1`} {
		if _, err := t.exec(ctx, query, a.ID); err != nil {
			return err
		}
	}
	const update = `UPDATE booking SET state = 'cancelled', last_key = $2, sequence = $3, code_hash = NULL, body = NULL WHERE id = $1`
	_, err := t.exec(ctx, update, a.ID, nullable(call), a.Sequence)
	return err
}

// TakeBack undoes a hold or a booking that was made for a message of which
// nothing will be told: a STOP took it, it was revoked or set aside. Where the message is
// still to be answered, or was, by another process under the same key, it
// stays. What was moved or cancelled stays so: the resident had decided that.
func (s *Store) TakeBack(ctx context.Context, key string) error {
	message, _, _ := strings.Cut(key, "/")
	return s.in(ctx, "take back a booking", func(t *tx) error {
		if canonicalID.MatchString(message) { // any other is of no message
			var state string
			found, err := t.one(ctx, &state, `SELECT state FROM inbox WHERE id = $1`, bot.ID(message))
			if err != nil || found && state != "aside" {
				return err
			}
		}
		_, err := t.exec(ctx, `DELETE FROM booking WHERE last_key = $1 AND sequence = 0 AND state IN ('held', 'booked')`, key)
		return err
	})
}

// untold deletes what a closed resident held, and what was booked for a
// message that will not be answered any more; call it while the messages are there.
func (t *tx) untold(ctx context.Context, resident bot.ID) error {
	const query = `DELETE FROM booking WHERE resident_id = $1 AND (state = 'held' OR state = 'booked' AND sequence = 0 AND EXISTS
		(SELECT 1 FROM inbox i WHERE i.resident_id = $1 AND i.state = 'open' AND booking.last_key LIKE CAST(i.id AS text) || '/%'))`
	_, err := t.exec(ctx, query, resident)
	return err
}

// cutBookings parts the bookings of a resident from who they are of.
func (t *tx) cutBookings(ctx context.Context, resident bot.ID) error {
	_, err := t.exec(ctx, `UPDATE booking SET resident_id = NULL, key = NULL, last_key = NULL WHERE resident_id = $1`, resident)
	return err
}
