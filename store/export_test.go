package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"net/url"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
)

// FirstRelease is the newest migration of the first release.
const FirstRelease = firstRelease

// DB lets tests look at the tables as they are, past what Record notes.
func (s *Store) DB() *sqlx.DB {
	if plain, ok := unrecorded.Load(s); ok {
		return plain.(*sqlx.DB)
	}
	return s.db
}

// unrecorded are the connections of tests themselves: *Store -> *sqlx.DB.
var unrecorded sync.Map

// Record has every query of the store noted from now on when it is made for
// the first time, which is before it is prepared, with its arguments; end closes what tests
// use for themselves.
func (s *Store) Record(dsn string, note func(query string, args []driver.NamedValue)) (end func(), err error) {
	before := []*sqlx.DB{s.db, s.readers, s.patient}
	unrecorded.Store(s, s.db)
	name, driver, limit := dsn, s.db.Driver(), connectionsPerProcess
	if !s.postgres {
		path, err := sqlitePath(dsn)
		if err != nil {
			return nil, err
		}
		name, limit = (&url.URL{Scheme: "file", OmitHost: true, Path: path}).String()+"?"+sqlitePragmas, 1
	}
	db := sqlx.NewDb(sql.OpenDB(&noting{driver, name, note}), s.db.DriverName())
	db.SetMaxOpenConns(limit)
	db.SetMaxIdleConns(limit)
	if s.postgres {
		s.patient, s.readers = db, db
	} else {
		s.readers = sqlx.NewDb(sql.OpenDB(&noting{driver, name + "&_pragma=query_only(1)", note}), s.db.DriverName())
	}
	s.db = db
	if !s.postgres {
		s.patient = db
	}
	return func() {
		unrecorded.Delete(s)
		for _, db := range before {
			db.Close()
		}
	}, nil
}

// noting is a driver's connector that notes queries.
type noting struct {
	driver driver.Driver
	name   string
	note   func(string, []driver.NamedValue)
}

func (n *noting) Driver() driver.Driver { return n.driver }

func (n *noting) Connect(context.Context) (driver.Conn, error) {
	conn, err := n.driver.Open(n.name)
	if err != nil {
		return nil, err
	}
	return &notingConn{conn.(fullConn), n.note}, nil
}

// fullConn is what both drivers' connections can do.
type fullConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type notingConn struct {
	fullConn
	note func(string, []driver.NamedValue)
}

// CheckNamedValue leaves it to the driver, where it has a say.
func (c *notingConn) CheckNamedValue(value *driver.NamedValue) error {
	if checker, ok := c.fullConn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(value)
	}
	return driver.ErrSkip
}

func (c *notingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.note(query, args)
	return c.fullConn.ExecContext(ctx, query, args)
}

func (c *notingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.note(query, args)
	return c.fullConn.QueryContext(ctx, query, args)
}

// IsPostgres tells which database a test runs on.
func (s *Store) IsPostgres() bool { return s.postgres }

// Exec runs a statement of a test, with arguments as the store's own.
func (s *Store) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return s.DB().ExecContext(ctx, query, s.args(args)...)
}

// Of the hot statements, those whose plan is tested.
const (
	ClaimTurnsPostgres = claimTurnsPostgres
	ClaimSendsPostgres = claimSendsPostgres
	FinishPostgres     = finishPostgres
)

// PurgeQueries gives every statement with which a purge finds and destroys, by
// its kind, as this database runs it.
func (s *Store) PurgeQueries(now time.Time, r Retention) map[string][]PurgeQuery {
	all := map[string][]PurgeQuery{}
	for _, kind := range r.Kinds() {
		p := purging{Store: s, kind: kind, now: now}
		for _, st := range kind.steps {
			q := PurgeQuery{st.destroy(s.postgres), s.args(st.args(p.moment(st)))}
			if st.walk {
				query, args := st.page(kind.before(now), p.moment(st))
				q = PurgeQuery{query, s.args(append([]any{leastID(time.UnixMilli(0))}, args...))}
			}
			all[kind.Name] = append(all[kind.Name], q)
		}
	}
	return all
}

// PurgeQuery is one of them, with its arguments.
type PurgeQuery struct {
	Query string
	Args  []any
}
