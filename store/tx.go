package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/gemeentebode/bode/bot"
)

// tx is one transaction and what it needs of the store. It never leaves the package.
type tx struct {
	*Store
	tx     *sqlx.Tx
	unseen []string // queries that were not prepared yet
}

// attempts and repeatFor bound how often, and for how long, a transaction is
// begun again after a conflict. Whoever waits for it waits no longer.
const (
	attempts  = 12
	repeatFor = 15 * time.Second
)

// in runs fn in a transaction, again after a conflict that Postgres (40001,
// 40P01) or SQLite (busy) asks to repeat. fn must therefore have no effect
// outside but in variables that it sets anew each time.
func (s *Store) in(ctx context.Context, what string, fn func(*tx) error) error {
	return s.again(ctx, what, func() error { return s.once(ctx, fn) })
}

// alone runs one statement that is a transaction by itself, and gives its
// rows. After an error that the server did not give it may stand.
func alone[T any](ctx context.Context, s *Store, what, query string, args ...any) (rows []T, err error) {
	args = s.args(args)
	err = s.again(ctx, what, func() error {
		rows = nil
		if stmt, ok := s.prepared.Load(query); ok {
			return stmt.(*sqlx.Stmt).SelectContext(ctx, &rows, args...)
		}
		err := s.db.SelectContext(ctx, &rows, query, args...)
		if err == nil {
			s.prepareOne(ctx, query)
		}
		return err
	})
	return rows, err
}

func (s *Store) again(ctx context.Context, what string, do func() error) error {
	begun := time.Now()
	for attempt := 1; ; attempt++ {
		err := do()
		s.troubles.note(what, err)
		if err == nil {
			return nil
		}
		if demoted(err) {
			s.leaveServer()
		}
		if attempt == attempts || time.Since(begun) > repeatFor || !repeatable(err) || !pause(ctx, attempt) {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
}

func (s *Store) once(ctx context.Context, fn func(*tx) error) (err error) {
	begun, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	t := &tx{Store: s, tx: begun}
	defer s.prepare(ctx, t)
	defer begun.Rollback() // after a commit this does nothing
	if err := fn(t); err != nil {
		return err
	}
	return committed(begun.Commit())
}

// errUncertain says that a commit was not answered: it may stand.
var errUncertain = errors.New("the commit was not answered")

// committed marks an error of which it is not known whether the commit stands:
// any that the server itself did not give.
func committed(err error) error {
	_, said := errors.AsType[*pq.Error](err)
	_, lite := errors.AsType[*sqlite.Error](err)
	if err == nil || said || lite || errors.Is(err, context.Canceled) || errors.Is(err, sql.ErrTxDone) {
		return err
	}
	return fmt.Errorf("%w: %w", errUncertain, err)
}

// leaveServer throws away the connections that nobody uses now: their server
// cannot be written in any more, and the address may lead to another.
func (s *Store) leaveServer() {
	s.db.SetMaxIdleConns(0)
	s.db.SetMaxIdleConns(connectionsPerProcess)
}

// prepare readies the queries that a transaction met for the first time: not
// inside it, where SQLite's one connection is taken.
func (s *Store) prepare(ctx context.Context, t *tx) {
	for _, query := range t.unseen {
		s.prepareOne(ctx, query)
	}
}

// prepareOne readies a query. When that fails it is tried again the next time.
func (s *Store) prepareOne(ctx context.Context, query string) {
	stmt, err := s.db.PreparexContext(ctx, query)
	if err != nil {
		return
	}
	if _, twice := s.prepared.LoadOrStore(query, stmt); twice {
		stmt.Close()
	}
}

func repeatable(err error) bool {
	if pg, ok := errors.AsType[*pq.Error](err); ok {
		return pg.Code == "40001" || pg.Code == "40P01"
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		return lite.Code()&0xff == sqlite3.SQLITE_BUSY
	}
	return false
}

// pause waits a little longer each time, and differently in each process.
func pause(ctx context.Context, attempt int) bool {
	most := min(time.Duration(1<<attempt)*time.Millisecond, 250*time.Millisecond)
	timer := time.NewTimer(rand.N(most))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// args turns what the code speaks of into what the drivers take: instants per
// dialect, ids as text, and nothing (no time, no bytes, no id) as NULL.
func (s *Store) args(args []any) []any {
	for i, arg := range args {
		switch v := arg.(type) {
		case time.Time:
			args[i] = s.at(v)
		case instant:
			args[i] = s.at(v.Time)
		case bot.ID:
			args[i] = nullable(string(v))
		case []byte:
			if len(v) == 0 {
				args[i] = nil
			}
		case time.Duration:
			args[i] = v.Microseconds()
		}
	}
	return args
}

func (s *Store) at(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	if s.postgres {
		return t.UTC().Truncate(time.Microsecond)
	}
	return t.UnixMicro()
}

func nullable(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// stmt gives the prepared form of a query, nil when there is none yet.
func (t *tx) stmt(ctx context.Context, query string) *sqlx.Stmt {
	if stmt, ok := t.prepared.Load(query); ok {
		return t.tx.StmtxContext(ctx, stmt)
	}
	t.unseen = append(t.unseen, query)
	return nil
}

// exec runs a statement and tells how many rows it touched.
func (t *tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	var result sql.Result
	var err error
	if stmt := t.stmt(ctx, query); stmt != nil {
		result, err = stmt.ExecContext(ctx, t.args(args)...)
	} else {
		result, err = t.tx.ExecContext(ctx, query, t.args(args)...)
	}
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// all reads all rows into a slice.
func (t *tx) all(ctx context.Context, rows any, query string, args ...any) error {
	if stmt := t.stmt(ctx, query); stmt != nil {
		return stmt.SelectContext(ctx, rows, t.args(args)...)
	}
	return t.tx.SelectContext(ctx, rows, query, t.args(args)...)
}

// one reads one row and tells whether there was one.
func (t *tx) one(ctx context.Context, row any, query string, args ...any) (bool, error) {
	var err error
	if stmt := t.stmt(ctx, query); stmt != nil {
		err = stmt.GetContext(ctx, row, t.args(args)...)
	} else {
		err = t.tx.GetContext(ctx, row, query, t.args(args)...)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// The arrays of Postgres's unnest.

func ids(list []bot.ID) pq.StringArray {
	out := make(pq.StringArray, len(list))
	for i, id := range list {
		out[i] = string(id)
	}
	return out
}

func instants(list []time.Time) pq.StringArray {
	out := make(pq.StringArray, len(list))
	for i, t := range list {
		out[i] = t.UTC().Format("2006-01-02T15:04:05.999999Z")
	}
	return out
}
