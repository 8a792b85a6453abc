package store

import (
	"context"
	"fmt"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Destruction is a line of the destruction log: what kind, how many rows, when
// and on which ground; never of whom.
type Destruction struct {
	At     time.Time
	Kind   string
	Number int64
	Ground string
}

// noteDestroyed adds to the line of a run, in the transaction that destroys.
func (t *tx) noteDestroyed(ctx context.Context, now time.Time, line bot.ID, d Destroyed, ground string) error {
	const insert = `INSERT INTO destruction (id, at, kind, number, ground) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET number = destruction.number + excluded.number`
	_, err := t.exec(ctx, insert, line, now, d.Kind, d.Number, ground)
	return err
}

// DestructionLog gives every line that is kept, the oldest first.
func (s *Store) DestructionLog(ctx context.Context, each func(Destruction) error) error {
	rows, err := s.whole().QueryxContext(ctx, `SELECT at, kind, number, ground FROM destruction ORDER BY at, id`)
	if err != nil {
		return fmt.Errorf("destruction log: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var at instant
		var d Destruction
		if err := rows.Scan(&at, &d.Kind, &d.Number, &d.Ground); err != nil {
			return fmt.Errorf("destruction log: %w", err)
		}
		d.At = at.Time
		if err := each(d); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Overdue counts what a purge would destroy, and destroys nothing. Rows that
// go along with another (the texts of a resident) are not counted again.
func (s *Store) Overdue(ctx context.Context, now time.Time, r Retention) (Purged, error) {
	var all Purged
	for _, kind := range r.Kinds() {
		p := purging{Store: s, kind: kind, now: now}
		n, err := p.overdue(ctx)
		if err != nil {
			return nil, fmt.Errorf("count %s: %w", kind.Name, err)
		}
		if n > 0 {
			all = append(all, Destroyed{kind.Name, n})
		}
	}
	return all, nil
}

func (p *purging) overdue(ctx context.Context) (all int64, err error) {
	if p.kind.before(p.now).IsZero() {
		return 0, nil
	}
	for _, st := range p.kind.steps {
		if st.set != "" {
			continue // the row stays
		}
		query, args := `SELECT count(*) FROM (SELECT DISTINCT `+st.key+` FROM (`+st.find("")+`) AS found) AS due`, st.args(p.moment(st))
		if st.table == "request_try" {
			query = `SELECT count(*) FROM request_try WHERE ` + st.where
		}
		if st.aged {
			query, args = `SELECT count(*) FROM `+st.table+` WHERE `+st.where+` AND id <= $2`, append(args, leastID(p.kind.before(p.now)))
		}
		var n int64
		if err := p.whole().GetContext(ctx, &n, query, p.args(args)...); err != nil {
			return 0, err
		}
		all += n
	}
	return all, nil
}
