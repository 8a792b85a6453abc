package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// cleanEvery is how often Postgres's freed space is cleaned: well within a day.
const cleanEvery = 12 * time.Hour

// forKeys is how long the cleaning waits for a table of keys that somebody
// reads, as a backup does until its end: everybody who needs a key waits behind it.
const forKeys = `SET lock_timeout = '3s'`

// clean empties what was freed: the rest of SQLite's log (secure_delete has
// zeroed the pages), and twice a day, by one of the processes, Postgres's dead
// rows. What did not succeed is due again the next time.
func (s *Store) clean(ctx context.Context, now time.Time) (err error) {
	statements := []string{`PRAGMA wal_checkpoint(TRUNCATE)`}
	if s.postgres {
		var due bool
		if due, err = s.cleaningDue(ctx, now); err != nil || !due {
			return err
		}
		defer func() {
			if err != nil {
				err = errors.Join(err, s.cleanAgain(context.WithoutCancel(ctx)))
			}
		}()
		if statements, err = s.vacuums(ctx); err != nil {
			return err
		}
	}
	conn, err := s.patient.Connx(ctx)
	if err != nil {
		return fmt.Errorf("clean freed space: %w", err)
	}
	defer conn.Close() // it is not used again: its pool keeps none
	for _, statement := range statements {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("clean freed space: %w", err)
		}
	}
	return nil
}

func (s *Store) cleanAgain(ctx context.Context) error {
	return s.in(ctx, "clean freed space", func(t *tx) error {
		_, err := t.exec(ctx, `UPDATE installation SET cleaned_at = NULL`)
		return err
	})
}

// vacuums cleans every table there is. Those of keys are rewritten whole,
// which holds up deliveries for a moment: a row that a plain VACUUM frees can
// still be read from its page.
func (s *Store) vacuums(ctx context.Context) (statements []string, err error) {
	err = s.in(ctx, "clean freed space", func(t *tx) error {
		plain, _, err := t.schema(ctx)
		if err != nil {
			return err
		}
		var whole []string
		for _, keys := range keyTables {
			whole = append(whole, keys.name)
		}
		plain = slices.DeleteFunc(plain, func(name string) bool { return slices.Contains(whole, name) })
		statements = []string{`VACUUM ` + strings.Join(plain, ", "), forKeys, `VACUUM FULL ` + strings.Join(whole, ", ")}
		return nil
	})
	return statements, err
}

func (s *Store) cleaningDue(ctx context.Context, now time.Time) (due bool, err error) {
	err = s.in(ctx, "clean freed space", func(t *tx) error {
		n, err := t.exec(ctx, `UPDATE installation SET cleaned_at = $1 WHERE cleaned_at IS NULL OR cleaned_at <= $2`, now, now.Add(-cleanEvery))
		due = n == 1
		return err
	})
	return due, err
}
