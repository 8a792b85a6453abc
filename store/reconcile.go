package store

import (
	"context"
	"time"
)

// What to do with rows whose send we do not know the end of: claimed, and the
// lease ran out. $1 is now.
const (
	// A farewell is never repeated, and its address dies.
	asideFarewells = `UPDATE outbox SET state = 'aside', token = NULL, body = NULL, address = NULL
		WHERE state IN ('claimed', 'waiting') AND reason = 'farewell' AND
			((state = 'claimed' AND lease_until <= $1) OR (state = 'waiting' AND useless_after <= $1))`
	// What was repeated already, or comes too late by now.
	asideUnknown = `UPDATE outbox SET state = 'aside', token = NULL
		WHERE state = 'claimed' AND lease_until <= $1 AND (repeats > 0 OR useless_after <= $1)`
	// What waited and can no longer be useful; an answer is never useful after the window.
	asideLate = `UPDATE outbox SET state = 'aside', error_class = COALESCE(error_class, 'late')
		WHERE state = 'waiting' AND (useless_after <= $1 OR (rank < 3 AND created_at <= $2))`
	// Later sends were heard of, this one was not: once more. $2 is now-wait.
	againUnknown = `UPDATE outbox SET state = 'waiting', token = NULL, repeats = repeats + 1, not_before = $1
		WHERE state = 'claimed' AND lease_until <= $1 AND repeats = 0 AND claimed_at <= $2
			AND EXISTS (SELECT 1 FROM heard h WHERE h.account = outbox.account AND h.claimed_to > outbox.claimed_at)`
)

// Reconcile decides about sends without a known end; see outbox.Store. It
// also sets aside what waited until it was useless.
func (s *Store) Reconcile(ctx context.Context, now time.Time, wait time.Duration) (again, aside int, err error) {
	err = s.in(ctx, "reconcile", func(t *tx) error {
		again, aside = 0, 0
		steps := []struct {
			count *int
			query string
			args  []any
		}{
			{&aside, asideFarewells, []any{now}},
			{&aside, asideUnknown, []any{now}},
			{&aside, asideLate, []any{now, now.Add(-windowOpen)}},
			{&again, againUnknown, []any{now, now.Add(-wait)}},
		}
		for _, step := range steps {
			n, err := t.exec(ctx, step.query, step.args...)
			if err != nil {
				return err
			}
			*step.count += int(n)
		}
		return nil
	})
	return again, aside, err
}
