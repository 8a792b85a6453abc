package store

import (
	"context"
	"database/sql"

	"github.com/jmoiron/sqlx"
)

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
