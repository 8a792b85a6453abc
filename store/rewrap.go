package store

import (
	"context"

	"github.com/gemeentebode/bode/bot"
)

// pageOfKeys is how many keys one transaction of Rewrap moves.
const pageOfKeys = 500

// keyTables hold wrapped keys: in which table, of what.
var keyTables = []struct{ name, of string }{{"resident_key", "resident_id"}, {"request_key", "request_id"}, {"booking_key", "booking_id"}}

// Rewrap wraps every data key, of residents, requests and bookings, with the current wrapping key and
// tells how many it moved; nothing else is sealed anew. When it is done the
// older wrapping keys may leave the key file after the last farewell (15
// minutes) and the last backup that was written with them.
func (s *Store) Rewrap(ctx context.Context) (moved int, err error) {
	for _, table := range keyTables {
		for n := 1; n > 0; moved += n {
			err := s.in(ctx, "rewrap keys", func(t *tx) (err error) {
				n, err = t.rewrapPage(ctx, table.name, table.of)
				return err
			})
			if err != nil {
				return moved, err
			}
		}
	}
	return moved, nil
}

func (t *tx) rewrapPage(ctx context.Context, table, of string) (int, error) {
	query := `SELECT ` + of + ` AS id, wrapped FROM ` + table + ` WHERE wrapping_id <> $1 LIMIT $2`
	if t.postgres {
		query += ` FOR UPDATE`
	}
	var rows []struct {
		ID      bot.ID `db:"id"`
		Wrapped []byte `db:"wrapped"`
	}
	if err := t.all(ctx, &rows, query, t.vault.current, pageOfKeys); err != nil {
		return 0, err
	}
	for _, row := range rows {
		where := place(table, row.ID, "wrapped")
		raw, err := t.vault.unwrap(row.Wrapped, where)
		if err != nil {
			return 0, err
		}
		update := `UPDATE ` + table + ` SET wrapping_id = $2, wrapped = $3 WHERE ` + of + ` = $1`
		if _, err := t.exec(ctx, update, row.ID, t.vault.current, t.vault.wrap(raw, where)); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}
