package store

import (
	"context"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// pageOfKeys is how many keys one transaction of Rewrap moves.
const pageOfKeys = 500

// keyTables hold wrapped keys: in which table, of what.
var keyTables = []struct{ name, of string }{{"resident_key", "resident_id"}, {"request_key", "request_id"}, {"booking_key", "booking_id"}, {"hold_key", "hold_id"}}

// Rewrap wraps every data key, of residents, requests, bookings and legal
// holds, with the current wrapping key and tells how many it moved; nothing else is sealed anew. After each page report
// (nil: nobody) hears how many of how many are done. A Rewrap that was cut
// short goes on where it was when it is called again, and everything can be
// read meanwhile by whoever has both keys. When it is done the
// older wrapping keys may leave the key file after the last farewell (15
// minutes) and the last backup that was written with them.
func (s *Store) Rewrap(ctx context.Context, report func(done, of int)) (moved int, err error) {
	all, err := s.otherwiseWrapped(ctx)
	if err != nil {
		return 0, err
	}
	for _, table := range keyTables {
		for before := -1; before != moved; { // again while it moved some: others write meanwhile
			before = moved
			err := s.rewrapTable(ctx, table.name, table.of, func(n int) {
				if moved += n; report != nil {
					report(moved, max(all, moved))
				}
			})
			if err != nil {
				return moved, err
			}
		}
	}
	return moved, nil
}

// rewrapTable goes along a table's key, so that each page begins where the one
// before ended.
func (s *Store) rewrapTable(ctx context.Context, table, of string, page func(n int)) error {
	for after := leastID(time.UnixMilli(0)); ; {
		n, last := 0, after
		err := s.in(ctx, "rewrap keys", func(t *tx) (err error) {
			n, last, err = t.rewrapPage(ctx, table, of, after)
			return err
		})
		if err != nil || n == 0 {
			return err
		}
		after = last
		page(n)
	}
}

// otherwiseWrapped counts the keys that an older wrapping key still holds.
func (s *Store) otherwiseWrapped(ctx context.Context) (all int, err error) {
	err = s.in(ctx, "count keys", func(t *tx) error {
		all = 0
		for _, table := range keyTables {
			var n int
			if _, err := t.one(ctx, &n, `SELECT count(*) FROM `+table.name+` WHERE wrapping_id <> $1`, t.vault.current); err != nil {
				return err
			}
			all += n
		}
		return nil
	})
	return all, err
}

func (t *tx) rewrapPage(ctx context.Context, table, of string, after bot.ID) (n int, last bot.ID, err error) {
	query := `SELECT ` + of + ` AS id, wrapped FROM ` + table + ` WHERE ` + of + ` > $3 AND wrapping_id <> $1 ORDER BY ` + of + ` LIMIT $2`
	if t.postgres {
		query += ` FOR UPDATE`
	}
	var rows []struct {
		ID      bot.ID `db:"id"`
		Wrapped []byte `db:"wrapped"`
	}
	if err := t.all(ctx, &rows, query, t.vault.current, pageOfKeys, after); err != nil {
		return 0, after, err
	}
	for _, row := range rows {
		where := place(table, row.ID, "wrapped")
		raw, err := t.vault.unwrap(row.Wrapped, where)
		if err != nil {
			return 0, after, err
		}
		update := `UPDATE ` + table + ` SET wrapping_id = $2, wrapped = $3 WHERE ` + of + ` = $1`
		if _, err := t.exec(ctx, update, row.ID, t.vault.current, t.vault.wrap(raw, where)); err != nil {
			return 0, after, err
		}
		last = row.ID
	}
	return len(rows), last, nil
}
