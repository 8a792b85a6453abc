package store

import (
	"context"
	"fmt"
	"time"
)

// DedupeDays is how long a message id is recognised: longer than the month in
// which CM.com repeats a delivery.
const DedupeDays = 40

// BookingDays is how long after its time a booking is kept.
const BookingDays = 7

// Purged is what was destroyed, in numbers.
type Purged struct {
	Messages, Replies, Farewells, Intents, Dedupe, Marks, Keyless, Requests, Bookings, Holds int64
}

// Keep is what stays: texts from a moment on, and requests that were handled
// from a moment on; the zero time keeps all. Open requests stay until they are handled.
type Keep struct{ Texts, Handled time.Time }

// What a restored backup brings back and nobody can read: its key was destroyed.
const (
	keylessResidents = `DELETE FROM resident WHERE NOT EXISTS (SELECT 1 FROM resident_key k WHERE k.resident_id = resident.id)`
	keylessBookings  = `DELETE FROM booking WHERE state <> 'cancelled' AND NOT EXISTS (SELECT 1 FROM booking_key k WHERE k.booking_id = booking.id)`
	keylessRequests  = `DELETE FROM request WHERE NOT EXISTS (SELECT 1 FROM request_key k WHERE k.request_id = request.id)`
)

// Purge destroys what is past its time: texts and handled requests by keep,
// bookings a week after their time, holds that expired, farewells after their 15 minutes, dedupe hashes and stamps after 40 days,
// marks that were lifted, and residents, requests and bookings without a key (a
// restored backup). Then it cleans the space that became free, which is the
// one thing here outside the transaction.
func (s *Store) Purge(ctx context.Context, now time.Time, keep Keep) (Purged, error) {
	var p Purged
	old := now.AddDate(0, 0, -DedupeDays)
	steps := []struct {
		count *int64
		query string
		args  []any
	}{
		{&p.Farewells, `DELETE FROM outbox WHERE reason = 'farewell' AND useless_after <= $1 AND (state <> 'claimed' OR lease_until <= $1)`, []any{now}},
		{&p.Messages, `DELETE FROM inbox WHERE state <> 'open' AND accepted_at < $1`, []any{keep.Texts}},
		{&p.Replies, `DELETE FROM outbox WHERE state NOT IN ('waiting', 'claimed') AND created_at < $1`, []any{keep.Texts}},
		{&p.Intents, `DELETE FROM intent WHERE at < $1`, []any{keep.Texts}},
		{&p.Dedupe, `DELETE FROM dedupe WHERE day < $1`, []any{day(old)}},
		{new(int64), `UPDATE suppression SET drop_before = NULL WHERE drop_before < $1`, []any{old}},
		{&p.Marks, `DELETE FROM suppression WHERE day IS NULL AND drop_before IS NULL`, nil},
		{&p.Keyless, keylessResidents, nil},
		{&p.Bookings, `DELETE FROM booking WHERE ends_at < $1`, []any{now.AddDate(0, 0, -BookingDays)}},
		{&p.Holds, `DELETE FROM booking WHERE state = 'held' AND hold_until <= $1`, []any{now}},
		{new(int64), keylessBookings, nil},
		{new(int64), `DELETE FROM booking_try WHERE at <= $1`, []any{now.Add(-TriesWithin)}},
		{&p.Requests, `DELETE FROM request WHERE handled_at < $1`, []any{keep.Handled}},
		{new(int64), keylessRequests, nil},
		{new(int64), `DELETE FROM request_try WHERE at <= $1`, []any{now.Add(-RequestTriesWithin)}},
	}
	err := s.in(ctx, "purge", func(t *tx) (err error) {
		for _, step := range steps {
			if *step.count, err = t.exec(ctx, step.query, append([]any(nil), step.args...)...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Purged{}, err
	}
	return p, s.clean(ctx, now)
}

// cleanEvery is how often Postgres's freed space is cleaned: well within a day.
const cleanEvery = 12 * time.Hour

// clean empties what was freed: the rest of SQLite's log (secure_delete has
// zeroed the pages), and twice a day, by one of the processes, Postgres's dead
// rows. The tables of keys are rewritten whole, which holds up deliveries for a
// moment: a row that a plain VACUUM frees can still be read from its page.
func (s *Store) clean(ctx context.Context, now time.Time) error {
	statements := []string{`PRAGMA wal_checkpoint(TRUNCATE)`}
	if s.postgres {
		statements = []string{`VACUUM inbox, outbox, subscription, intent, resident, request, booking, seat, booking_try`, `VACUUM FULL resident_key, request_key, booking_key`}
		due, err := s.cleaningDue(ctx, now)
		if err != nil || !due {
			return err
		}
	}
	for _, statement := range statements {
		if _, err := s.db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("clean freed space: %w", err)
		}
	}
	return nil
}

func (s *Store) cleaningDue(ctx context.Context, now time.Time) (due bool, err error) {
	err = s.in(ctx, "clean freed space", func(t *tx) error {
		n, err := t.exec(ctx, `UPDATE installation SET cleaned_at = $1 WHERE cleaned_at IS NULL OR cleaned_at <= $2`, now, now.Add(-cleanEvery))
		due = n == 1
		return err
	})
	return due, err
}
