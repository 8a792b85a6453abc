package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// The agenda. Whoever takes a place first locks the resident (so that a STOP
// comes either before or after it), then the location's day (so that the seat
// that looked free is free), then the rows of bookings by id. That no place
// has two takers does not rest on the locks: a unit of a seat is a primary key.

// TakenSeats gives what is booked or held at a location from one moment to
// another, in order of time.
func (s *Store) TakenSeats(ctx context.Context, now time.Time, location string, from, to time.Time) ([]bot.Seat, error) {
	var rows []seatRow
	if err := s.readers.SelectContext(ctx, &rows, takenSeats, s.args([]any{location, from, to, now})...); err != nil {
		return nil, fmt.Errorf("taken seats: %w", err)
	}
	return seatsOf(rows), nil
}

const takenSeats = `SELECT s.starts_at, s.number FROM seat s JOIN booking b ON b.id = s.booking_id
	WHERE s.location = $1 AND s.starts_at >= $2 AND s.starts_at < $3 AND (b.state = 'booked' OR b.hold_until > $4) ORDER BY s.starts_at`

type seatRow struct {
	Start  instant `db:"starts_at"`
	Number int     `db:"number"`
}

func seatsOf(rows []seatRow) []bot.Seat {
	seats := make([]bot.Seat, len(rows))
	for i, row := range rows {
		seats[i] = bot.Seat{Start: row.Start.Time, Number: row.Number}
	}
	return seats
}

// HoldPlace keeps a place for a resident, or says bot.ErrPlaceTaken. The same
// key is the same hold. A resident holds one place at a time: an earlier hold
// is given back when the new one stands.
func (s *Store) HoldPlace(ctx context.Context, now time.Time, h bot.Hold) (held bot.Appointment, err error) {
	err = s.in(ctx, "hold a place", func(t *tx) error {
		if err := t.openResident(ctx, h.Resident); err != nil {
			return err
		}
		row, again, err := t.booking(ctx, `b.key = $1`, h.Key)
		if err == nil && again && row.takes(now) {
			held, err = s.vault.appointment(row)
			return err
		}
		if err != nil {
			return err
		}
		held, err = t.hold(ctx, now, h)
		return err
	})
	return held, err
}

func (t *tx) hold(ctx context.Context, now time.Time, h bot.Hold) (bot.Appointment, error) {
	if err := t.lockDay(ctx, h.Location, h.Start); err != nil {
		return bot.Appointment{}, err
	}
	if err := t.dropHolds(ctx, now, h); err != nil {
		return bot.Appointment{}, err
	}
	var rows []seatRow
	if err := t.all(ctx, &rows, takenSeats, h.Location, h.Start, h.End, now); err != nil {
		return bot.Appointment{}, err
	}
	number, free := bot.FreeSeat(seatsOf(rows), h.Seats)
	if !free {
		return bot.Appointment{}, bot.ErrPlaceTaken
	}
	a := bot.Appointment{ID: randomID(), Product: h.Product, Location: h.Location, Start: h.Start, End: h.End, Count: h.Count, Until: h.Until}
	if err := t.insertHold(ctx, h, a); err != nil {
		return bot.Appointment{}, err
	}
	const seat = `INSERT INTO seat (location, starts_at, number, booking_id) VALUES ($1, $2, $3, $4)`
	for unit := h.Start; unit.Before(h.End); unit = unit.Add(bot.SeatUnit) {
		if _, err := t.exec(ctx, seat, h.Location, unit, number, a.ID); err != nil {
			return bot.Appointment{}, err
		}
	}
	return a, nil
}

func (t *tx) insertHold(ctx context.Context, h bot.Hold, a bot.Appointment) error {
	key, wrapped := t.vault.newBookingKey(a.ID)
	const insert = `INSERT INTO booking (id, resident_id, location, starts_at, ends_at, state, hold_until, key, last_key, body)
		VALUES ($1, $2, $3, $4, $5, 'held', $6, $7, $7, $8)`
	if _, err := t.exec(ctx, insert, a.ID, h.Resident, h.Location, h.Start, h.End, h.Until, nullable(h.Key), sealBooking(key, a)); err != nil {
		return err
	}
	const keep = `INSERT INTO booking_key (booking_id, wrapping_id, wrapped) VALUES ($1, $2, $3)`
	_, err := t.exec(ctx, keep, a.ID, t.vault.current, wrapped)
	return err
}

// dropHolds deletes what expired at this place and time, whatever stands
// expired under the key, and the resident's other holds.
func (t *tx) dropHolds(ctx context.Context, now time.Time, h bot.Hold) error {
	const lapsed = `DELETE FROM booking WHERE state = 'held' AND (key = $4 OR hold_until <= $5 AND id IN
		(SELECT booking_id FROM seat WHERE location = $1 AND starts_at >= $2 AND starts_at < $3))`
	if _, err := t.exec(ctx, lapsed, h.Location, h.Start, h.End, h.Key, now); err != nil {
		return err
	}
	_, err := t.exec(ctx, `DELETE FROM booking WHERE state = 'held' AND resident_id = $1`, h.Resident)
	return err
}

// lockDay lets one transaction at a time take places of a location on a day
// (UTC); SQLite has one writer anyway.
func (t *tx) lockDay(ctx context.Context, location string, start time.Time) error {
	if !t.postgres {
		return nil
	}
	number := int64(binary.BigEndian.Uint64(t.vault.lookup.keyed("agenda day", location, start.UTC().Format(time.DateOnly))))
	_, err := t.exec(ctx, `SELECT pg_advisory_xact_lock($1)`, number)
	return err
}

// openResident locks a resident against a STOP and refuses one who said it;
// without a resident (a colleague) there is nobody to lock.
func (t *tx) openResident(ctx context.Context, resident bot.ID) error {
	if resident == "" {
		return nil
	}
	query := `SELECT id FROM resident WHERE id = $1 AND closed_at IS NULL`
	if t.postgres {
		query += ` FOR SHARE`
	}
	var id bot.ID
	found, err := t.one(ctx, &id, query, resident)
	if err == nil && !found {
		return bot.ErrTokenGone
	}
	return err
}

// ReleaseHold gives a held place back. One that is gone is no error; a booking stays.
func (s *Store) ReleaseHold(ctx context.Context, resident, hold bot.ID) error {
	return s.in(ctx, "release a place", func(t *tx) error {
		_, err := t.exec(ctx, `DELETE FROM booking WHERE id = $1 AND state = 'held' AND resident_id = $2`, hold, resident)
		return err
	})
}

// Wrong codes: how many within how long, before the next is not looked at.
// A wrong one is remembered for TriesWithin.
const (
	TriesWithin = time.Hour
	mostTries   = 5
)

// FindBooking finds a future booking by its code. Wrong codes are counted per
// resident: after five within an hour it is bot.ErrTooManyTries for any code,
// and until then bot.ErrUnknownBooking.
func (s *Store) FindBooking(ctx context.Context, now time.Time, resident bot.ID, code bot.Private) (found bot.Appointment, err error) {
	known := false
	err = s.in(ctx, "find a booking", func(t *tx) error {
		if err := t.countTries(ctx, now, resident); err != nil {
			return err
		}
		row, ok, err := t.booking(ctx, `b.code_hash = $1 AND b.starts_at > $2`, t.vault.bookingCodeHash(code), now)
		if err != nil {
			return err
		}
		if known = ok; ok {
			found, err = s.vault.appointment(row)
			return err
		}
		_, err = t.exec(ctx, `INSERT INTO booking_try (id, resident_id, at) VALUES ($1, $2, $3)`, bot.NewID(now), resident, now)
		return err
	})
	if err == nil && !known {
		err = bot.ErrUnknownBooking
	}
	return found, err
}

// countTries locks the resident, so that tries at the same moment count too.
func (t *tx) countTries(ctx context.Context, now time.Time, resident bot.ID) error {
	lock := `SELECT id FROM resident WHERE id = $1`
	if t.postgres {
		lock += ` FOR UPDATE`
	}
	var id bot.ID
	if found, err := t.one(ctx, &id, lock, resident); err != nil || !found {
		return firstOf(err, bot.ErrTokenGone)
	}
	var tries int
	_, err := t.one(ctx, &tries, `SELECT count(*) FROM booking_try WHERE resident_id = $1 AND at > $2`, resident, now.Add(-TriesWithin))
	if err == nil && tries >= mostTries {
		return bot.ErrTooManyTries
	}
	return err
}

func firstOf(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// Bookings gives what is booked from one moment to another, for colleagues, in
// order of time, and writes who saw it. One that cannot be opened is counted
// and shown without its sealed parts: somebody will stand at the counter.
func (s *Store) Bookings(ctx context.Context, now time.Time, by bot.Look, from, to time.Time) (list []bot.Appointment, err error) {
	err = s.audited(ctx, now, by, lookAgenda, func(t *tx, line *bot.Audited) error {
		var rows []bookingRow
		const query = selectBooking + `WHERE b.state = 'booked' AND b.starts_at >= $1 AND b.starts_at < $2 ORDER BY b.starts_at, b.location, b.id`
		if err := t.all(ctx, &rows, query, from, to); err != nil {
			return err
		}
		list = make([]bot.Appointment, 0, len(rows))
		for _, row := range rows {
			a, err := t.vault.appointment(row)
			if err != nil {
				t.unreadable.Add(1)
			}
			list = append(list, a)
		}
		line.Number = len(list)
		return nil
	})
	return list, err
}

// futureBookings counts what a farewell names.
func (s *Store) futureBookings(ctx context.Context, now time.Time, resident bot.ID) (n int, err error) {
	const query = `SELECT count(*) FROM booking WHERE resident_id = $1 AND state = 'booked' AND starts_at > $2`
	if err := s.readers.GetContext(ctx, &n, query, string(resident), s.at(now)); err != nil {
		return 0, fmt.Errorf("future bookings: %w", err)
	}
	return n, nil
}
