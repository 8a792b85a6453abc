package store

import (
	"context"
	"fmt"
	"time"
)

// Counts is how much there is to do, for /readyz, metrics and the demo.
type Counts struct {
	Open       int     `db:"open"`       // messages accepted and not finished
	OldestDue  instant `db:"oldest_due"` // when the work that is due longest could first be claimed; zero: none
	AsideIn    int     `db:"aside_in"`   // messages that could not be handled
	Waiting    int     `db:"waiting"`    // outgoing, not sent yet: they wait or are on their way
	Topics     int     `db:"topics"`     // of these, notifications that wait
	Unknown    int     `db:"unknown"`    // outgoing, claimed, the lease ran out: nobody knows
	AsideOut   int     `db:"aside_out"`  // outgoing, set aside
	Failed     int     `db:"failed"`     // outgoing, refused by the platform
	Closed     int     `db:"closed"`     // residents who said STOP and wait for erasure
	Stopped    int     `db:"stopped"`    // accounts that may not send
	Unreadable int64   `db:"-"`          // rows that could not be opened since this process started
}

const countAll = `SELECT
	(SELECT COALESCE(sum(seq - handled), 0) FROM resident WHERE due IS NOT NULL) AS open,
	(SELECT min(due) FROM resident WHERE due <= $1) AS oldest_due,
	(SELECT count(*) FROM inbox WHERE state = 'aside') AS aside_in,
	(SELECT count(*) FROM outbox WHERE state = 'waiting' OR (state = 'claimed' AND lease_until > $1)) AS waiting,
	(SELECT count(*) FROM outbox WHERE state = 'waiting' AND run_id IS NOT NULL) AS topics,
	(SELECT count(*) FROM outbox WHERE state = 'claimed' AND lease_until <= $1) AS unknown,
	(SELECT count(*) FROM outbox WHERE state = 'aside') AS aside_out,
	(SELECT count(*) FROM outbox WHERE state = 'failed') AS failed,
	(SELECT count(*) FROM resident WHERE closed_at IS NOT NULL) AS closed,
	(SELECT count(*) FROM pace WHERE stopped_at IS NOT NULL) AS stopped`

// Counts counts, in one look.
func (s *Store) Counts(ctx context.Context, now time.Time) (Counts, error) {
	var c Counts
	if err := s.readers.GetContext(ctx, &c, countAll, s.at(now)); err != nil {
		return Counts{}, fmt.Errorf("count: %w", err)
	}
	c.Unreadable = s.unreadable.Load()
	return c, nil
}

// Stop is an account that may not send, and why.
type Stop struct {
	Account string  `db:"account"`
	Reason  string  `db:"stop_reason"`
	Since   instant `db:"stopped_at"`
}

// Stopped gives the accounts that StopSending stopped.
func (s *Store) Stopped(ctx context.Context) ([]Stop, error) {
	var stops []Stop
	err := s.readers.SelectContext(ctx, &stops, `SELECT account, stop_reason, stopped_at FROM pace WHERE stopped_at IS NOT NULL ORDER BY account`)
	if err != nil {
		return nil, fmt.Errorf("stopped accounts: %w", err)
	}
	return stops, nil
}
