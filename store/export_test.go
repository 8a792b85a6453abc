package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/jmoiron/sqlx"
)

// FirstRelease is the newest migration of the first release.
const FirstRelease = firstRelease

// DB lets tests look at the tables as they are.
func (s *Store) DB() *sqlx.DB { return s.db }

// IsPostgres tells which database a test runs on.
func (s *Store) IsPostgres() bool { return s.postgres }

// Exec runs a statement of a test, with arguments as the store's own.
func (s *Store) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return s.db.ExecContext(ctx, query, s.args(args)...)
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
