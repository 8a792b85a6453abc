package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// cleanEvery is how often Postgres's freed space is cleaned: well within a day.
const cleanEvery = 12 * time.Hour

// clean empties what was freed: the rest of SQLite's log (secure_delete has
// zeroed the pages), and twice a day, by one of the processes, Postgres's dead
// rows.
func (s *Store) clean(ctx context.Context, now time.Time) error {
	statements := []string{`PRAGMA wal_checkpoint(TRUNCATE)`}
	if s.postgres {
		due, err := s.cleaningDue(ctx, now)
		if err != nil || !due {
			return err
		}
		if statements, err = s.vacuums(ctx); err != nil {
			return err
		}
	}
	for _, statement := range statements {
		if _, err := s.patient.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("clean freed space: %w", err)
		}
	}
	return nil
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
		statements = []string{`VACUUM ` + strings.Join(plain, ", "), `VACUUM FULL ` + strings.Join(whole, ", ")}
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
