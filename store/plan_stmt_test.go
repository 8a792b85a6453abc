package store

import (
	"context"
	"database/sql/driver"

	"github.com/gemeentebode/bode/bot"
)

// PrepareContext has what is made through a prepared statement noted too: a
// query that is made from two places is prepared after the first.
func (c *notingConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	stmt, err := c.fullConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return &notingStmt{stmt.(fullStmt), query, c.note}, nil
}

// fullStmt is what both drivers' statements can do.
type fullStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type notingStmt struct {
	fullStmt
	query string
	note  func(string, []driver.NamedValue)
}

func (s *notingStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	s.note(s.query, args)
	return s.fullStmt.ExecContext(ctx, args)
}

func (s *notingStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	s.note(s.query, args)
	return s.fullStmt.QueryContext(ctx, args)
}

// Lose has the store take a claim of each kind for one whose commit was not answered.
func (s *Store) Lose(turn bot.Claim, send bot.Send) {
	s.lost.keep(&s.lost.turns, turn.Token, []bot.ID{turn.Resident}, errUncertain)
	s.lost.keep(&s.lost.sends, send.Token, []bot.ID{send.ID}, errUncertain)
}

// Forget has the store read a resident's key from the database again.
func (s *Store) Forget(resident bot.ID) { s.vault.forget(resident) }

// Links gives what points to other tables, as "table column".
func (s *Store) Links(ctx context.Context) (columns []string, err error) {
	err = s.in(ctx, "links", func(t *tx) error {
		_, links, err := t.schema(ctx)
		columns = nil
		for _, link := range links {
			columns = append(columns, link.From+" "+link.Column)
		}
		return err
	})
	return columns, err
}
