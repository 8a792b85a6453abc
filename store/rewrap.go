package store

import (
	"context"

	"github.com/gemeentebode/bode/bot"
)

// pageOfKeys is how many keys one transaction of Rewrap moves.
const pageOfKeys = 500

// Rewrap wraps every resident's data key with the current wrapping key and
// tells how many it moved; nothing else is sealed anew. When it is done the
// older wrapping keys may leave the key file after the last farewell (15
// minutes) and the last backup that was written with them.
func (s *Store) Rewrap(ctx context.Context) (moved int, err error) {
	for {
		n := 0
		err := s.in(ctx, "rewrap keys", func(t *tx) (err error) {
			n, err = t.rewrapPage(ctx)
			return err
		})
		if err != nil || n == 0 {
			return moved, err
		}
		moved += n
	}
}

func (t *tx) rewrapPage(ctx context.Context) (int, error) {
	query := `SELECT resident_id, wrapped FROM resident_key WHERE wrapping_id <> $1 LIMIT $2`
	if t.postgres {
		query += ` FOR UPDATE`
	}
	var rows []struct {
		Resident bot.ID `db:"resident_id"`
		Wrapped  []byte `db:"wrapped"`
	}
	if err := t.all(ctx, &rows, query, t.vault.current, pageOfKeys); err != nil {
		return 0, err
	}
	for _, row := range rows {
		where := place("resident_key", row.Resident, "wrapped")
		raw, err := t.vault.unwrap(row.Wrapped, where)
		if err != nil {
			return 0, err
		}
		const update = `UPDATE resident_key SET wrapping_id = $2, wrapped = $3 WHERE resident_id = $1`
		if _, err := t.exec(ctx, update, row.Resident, t.vault.current, t.vault.wrap(raw, where)); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}
