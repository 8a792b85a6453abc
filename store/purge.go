package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// purgeBatch is how many rows one transaction destroys: no lock stands long,
// and who kills the purge loses nothing.
const purgeBatch = 500

// Destroyed is how many rows of a kind were destroyed.
type Destroyed struct {
	Kind   string
	Number int64
}

// Purged is what a purge destroyed, or would, in the order of Kinds.
type Purged []Destroyed

// Of gives the number of a kind.
func (p Purged) Of(kind string) int64 {
	for _, d := range p {
		if d.Kind == kind {
			return d.Number
		}
	}
	return 0
}

// Purge destroys what is past its time, a kind after the other, in batches of
// a transaction each, which writes its number in the destruction log too; hear
// (nil: nobody) hears after each batch how much of the kind is gone. Any number
// of processes may purge at once. Then the space that became free is cleaned.
// now must be right: the caller compares it with the database's clock. With an
// error comes what was destroyed until then.
func (s *Store) Purge(ctx context.Context, now time.Time, r Retention, hear func(Destroyed)) (Purged, error) {
	var all Purged
	for _, kind := range r.Kinds() {
		p := purging{Store: s, kind: kind, now: now, log: bot.NewID(now), hear: hear}
		err := p.run(ctx)
		if p.number > 0 {
			all = append(all, Destroyed{kind.Name, p.number})
		}
		if err != nil {
			return all, fmt.Errorf("purge %s: %w", kind.Name, err)
		}
	}
	return all, s.clean(ctx, now)
}

// purging is one kind on its way out.
type purging struct {
	*Store
	kind   Kind
	now    time.Time
	log    bot.ID // of the row in the destruction log
	number int64
	hear   func(Destroyed)
}

func (p *purging) run(ctx context.Context) error {
	if p.kind.before(p.now).IsZero() {
		return nil
	}
	for _, st := range p.kind.steps {
		do := p.sweep
		if st.walk {
			do = p.walk
		}
		if err := do(ctx, st); err != nil {
			return err
		}
	}
	return nil
}

// sweep destroys batch after batch of what an index finds.
func (p *purging) sweep(ctx context.Context, st step) error {
	moment := p.moment(st)
	query := st.destroy(p.postgres)
	for {
		n, err := p.batch(ctx, st.set == "", func(t *tx) (int64, error) {
			if st.first != "" {
				if _, err := t.exec(ctx, st.first, moment); err != nil {
					return 0, err
				}
			}
			return t.exec(ctx, query, st.args(moment)...)
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

// walk goes along the key, and destroys under its lock what is past its time:
// nothing that points to the row can come meanwhile.
func (p *purging) walk(ctx context.Context, st step) error {
	moment, after := p.moment(st), leastID(time.UnixMilli(0))
	query, args := st.page(p.kind.before(p.now), moment)
	for {
		var page []struct {
			ID  bot.ID `db:"id"`
			Due bool   `db:"due"`
		}
		if err := p.readers.SelectContext(ctx, &page, query, p.args(append([]any{after}, args...))...); err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1].ID
		var due []bot.ID
		for _, row := range page {
			if row.Due {
				due = append(due, row.ID)
			}
		}
		if err := p.each(ctx, st, moment, due); err != nil {
			return err
		}
	}
}

func (p *purging) each(ctx context.Context, st step, moment time.Time, due []bot.ID) error {
	if len(due) == 0 {
		return nil
	}
	_, err := p.batch(ctx, st.set == "", func(t *tx) (all int64, err error) {
		for _, id := range due {
			n, err := t.destroyOne(ctx, st, moment, id)
			if err != nil {
				return 0, err
			}
			all += n
		}
		return all, nil
	})
	if err == nil && st.table == "resident" {
		for _, id := range due {
			p.vault.forget(id)
		}
	}
	return err
}

// destroyOne looks again under the row's lock, and parts what stays of it first.
func (t *tx) destroyOne(ctx context.Context, st step, moment time.Time, id bot.ID) (int64, error) {
	lock := `SELECT id FROM ` + st.table + ` WHERE id = $1`
	if t.postgres {
		lock += ` FOR UPDATE`
	}
	var there bot.ID
	if found, err := t.one(ctx, &there, lock, id); err != nil || !found {
		return 0, err
	}
	where, args := renumber(st.where, moment, 2)
	if st.cut != "" {
		cut := strings.Replace(st.cut, `resident_id = $1`, `resident_id = (SELECT id FROM resident WHERE id = $1 AND `+where+`)`, 1)
		if _, err := t.exec(ctx, cut, append([]any{id}, args...)...); err != nil {
			return 0, err
		}
	}
	do := `DELETE FROM ` + st.table
	if st.set != "" {
		do = `UPDATE ` + st.table + ` SET ` + st.set
	}
	return t.exec(ctx, do+` WHERE id = $1 AND `+where, append([]any{id}, args...)...)
}

// batch runs one transaction, and has it write what it destroyed in the log.
func (p *purging) batch(ctx context.Context, counts bool, do func(*tx) (int64, error)) (n int64, err error) {
	err = p.in(ctx, "destroy", func(t *tx) (err error) {
		if n, err = do(t); err != nil || n == 0 || !counts {
			return err
		}
		return t.noteDestroyed(ctx, p.now, p.log, Destroyed{p.kind.Name, n}, p.kind.ground())
	})
	if err == nil && n > 0 && counts {
		p.number += n
		if p.hear != nil {
			p.hear(Destroyed{p.kind.Name, p.number})
		}
	}
	return n, err
}

func (p *purging) moment(st step) time.Time { return p.kind.before(p.now).Add(st.later) }

// find gives the keys of a batch ("" for limit: of all).
func (st step) find(limit string) string {
	if st.keys != "" {
		if limit == "" {
			return strings.Replace(st.keys, ` LIMIT %s`, ``, 1)
		}
		return fmt.Sprintf(st.keys, limit)
	}
	query := `SELECT ` + st.key + ` FROM ` + st.table + ` WHERE ` + st.where
	if limit == "" {
		return query
	}
	return query + ` ORDER BY ` + st.order + ` LIMIT ` + limit
}

// destroy is the statement of a batch. On Postgres a row that somebody else
// holds is left to the next time, and the keys come as an array, for which the
// planner takes the key's index and never the whole table.
func (st step) destroy(postgres bool) string {
	find := st.find(strconv.Itoa(purgeBatch))
	within := st.key + ` IN (` + find + `)`
	if postgres {
		if st.keys == "" {
			find += ` FOR UPDATE SKIP LOCKED`
		}
		within = st.key + ` = ANY (ARRAY(` + find + `))`
	}
	if st.keys == "" {
		within += ` AND ` + st.where
	}
	if st.set != "" {
		return `UPDATE ` + st.table + ` SET ` + st.set + ` WHERE ` + within
	}
	return `DELETE FROM ` + st.table + ` WHERE ` + within
}

// args gives the parameters that the step's condition names.
func (st step) args(moment time.Time) []any {
	var args []any
	text := st.where + st.keys
	if st.daily {
		return []any{day(moment)}
	}
	if strings.Contains(text, `$1`) {
		args = append(args, moment)
	}
	if strings.Contains(text, `$2`) {
		args = append(args, leastID(moment))
	}
	return args
}

// page is the statement that walks along the key, $1 being where it is, and
// the parameters after that.
func (st step) page(before, moment time.Time) (string, []any) {
	bound := bot.ID("ffffffff-ffff-ffff-ffff-ffffffffffff")
	if st.aged {
		bound = leastID(before)
	}
	where, args := renumber(st.where, moment, 3)
	return `SELECT id, CASE WHEN ` + where + ` THEN 1 ELSE 0 END = 1 AS due FROM ` + st.table +
		` WHERE id > $1 AND id <= $2 ORDER BY id LIMIT ` + strconv.Itoa(purgeBatch), append([]any{bound}, args...)
}

// renumber makes $1 of a walk's condition the parameter with that number.
func renumber(where string, moment time.Time, number int) (string, []any) {
	if !strings.Contains(where, `$1`) {
		return where, nil
	}
	return strings.ReplaceAll(where, `$1`, `$`+strconv.Itoa(number)), []any{moment}
}

// leastID sorts before every id that is made from t on.
func leastID(t time.Time) bot.ID { return bot.NewID(t)[:13] + "-0000-0000-000000000000" }
