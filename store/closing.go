package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Closing is a service that is closed for a while: what everybody hears
// instead of the flows. An empty text is that of the flows.
type Closing struct {
	Dutch, English string
	By             string
	Since, Until   time.Time // Until zero: until it is opened again
}

// Closed tells whether the service is closed at a moment.
func (c Closing) Closed(now time.Time) bool {
	return !c.Since.IsZero() && (c.Until.IsZero() || now.Before(c.Until))
}

// CloseService closes the service for all processes, in place of an earlier closing;
// who closed it stands in the audit trail. Whoever heard of an earlier one
// hears this one too.
func (s *Store) CloseService(ctx context.Context, now time.Time, by bot.Look, c Closing) error {
	return s.audited(ctx, now, by, serviceClosed, func(t *tx, _ *bot.Audited) error {
		if _, err := t.exec(ctx, `DELETE FROM told_closed`); err != nil {
			return err
		}
		_, err := t.exec(ctx, `INSERT INTO closing (one, dutch, english, closed_by, closed_at, until) VALUES (1, $1, $2, $3, $4, $5)
			ON CONFLICT (one) DO UPDATE SET dutch = excluded.dutch, english = excluded.english,
				closed_by = excluded.closed_by, closed_at = excluded.closed_at, until = excluded.until`,
			c.Dutch, c.English, by.Actor, now, c.Until)
		return err
	})
}

// OpenService ends a closing; there need be none.
func (s *Store) OpenService(ctx context.Context, now time.Time, by bot.Look) error {
	return s.audited(ctx, now, by, serviceOpened, func(t *tx, _ *bot.Audited) error {
		for _, table := range []string{"told_closed", "closing"} {
			if _, err := t.exec(ctx, `DELETE FROM `+table); err != nil {
				return err
			}
		}
		return nil
	})
}

// Closing gives the closing that was last asked for; the zero value when there
// is none. It may be over: see Closing.Closed.
func (s *Store) Closing(ctx context.Context) (Closing, error) {
	var row struct {
		Dutch   string  `db:"dutch"`
		English string  `db:"english"`
		By      string  `db:"closed_by"`
		Since   instant `db:"closed_at"`
		Until   instant `db:"until"`
	}
	err := s.readers.GetContext(ctx, &row, `SELECT dutch, english, closed_by, closed_at, until FROM closing`)
	if errors.Is(err, sql.ErrNoRows) {
		return Closing{}, nil
	}
	if err != nil {
		return Closing{}, fmt.Errorf("is the service closed: %w", err)
	}
	return Closing{row.Dutch, row.English, row.By, row.Since.Time, row.Until.Time}, nil
}

// ToldClosed tells whether a resident heard since then that the service is closed.
func (s *Store) ToldClosed(ctx context.Context, resident bot.ID, since time.Time) (bool, error) {
	var n int
	err := s.readers.GetContext(ctx, &n, `SELECT count(*) FROM told_closed WHERE resident_id = $1 AND at > $2`, string(resident), s.at(since))
	if err != nil {
		return false, fmt.Errorf("who heard that the service is closed: %w", err)
	}
	return n > 0, nil
}

// toldClosed notes it, in the transaction that has the resident hear it.
func (t *tx) toldClosed(ctx context.Context, now time.Time, resident bot.ID) error {
	_, err := t.exec(ctx, `INSERT INTO told_closed (resident_id, at) VALUES ($1, $2)
		ON CONFLICT (resident_id) DO UPDATE SET at = excluded.at`, resident, now)
	return err
}
