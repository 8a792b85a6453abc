package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// LedgerLine is one line of the consent ledger as a privacy officer reads it.
type LedgerLine struct {
	Pseudonym                  bot.ID
	Topic                      string // "": all topics
	Given                      bool
	Source                     string
	Wording, Language, Version string
	At                         time.Time
	Evidence                   time.Time // of an import: when the consent was given; zero otherwise
	Subscription               bot.ID    // "": all of the topic
}

type ledgerRow struct {
	Pseudonym    bot.ID         `db:"pseudonym"`
	Topic        string         `db:"topic"`
	Given        bool           `db:"given"`
	Source       string         `db:"source"`
	Wording      string         `db:"wording"`
	Language     string         `db:"language"`
	Version      string         `db:"version"`
	At           instant        `db:"at"`
	Evidence     instant        `db:"evidence_at"`
	Subscription sql.NullString `db:"subscription"`
}

func (r ledgerRow) line() LedgerLine {
	return LedgerLine{r.Pseudonym, r.Topic, r.Given, r.Source, r.Wording, r.Language, r.Version, r.At.Time, r.Evidence.Time, bot.ID(r.Subscription.String)}
}

// ErrNobody says that no resident and no receipt fits what was asked for.
var ErrNobody = errors.New("nobody is known by that")

// Ledger gives the ledger to each, oldest first, a line at a time; of one
// pseudonym, or of all when it is "".
func (s *Store) Ledger(ctx context.Context, pseudonym bot.ID, each func(LedgerLine) error) error {
	query := `SELECT pseudonym, topic, given, source, wording, language, version, at, evidence_at, subscription FROM consent`
	var args []any
	if pseudonym != "" {
		query, args = query+` WHERE pseudonym = $1`, []any{string(pseudonym)}
	}
	rows, err := s.readers.QueryxContext(ctx, query+` ORDER BY at, id`, args...)
	if err != nil {
		return fmt.Errorf("consent ledger: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var row ledgerRow
		if err := rows.StructScan(&row); err != nil {
			return fmt.Errorf("consent ledger: %w", err)
		}
		if err := each(row.line()); err != nil {
			return err
		}
	}
	return rows.Err()
}

// PseudonymOfReceipt gives the pseudonym of who was erased, by the code that
// the farewell named. Whoever has the code may know: it leads to nothing else.
func (s *Store) PseudonymOfReceipt(ctx context.Context, receipt string) (bot.ID, error) {
	var pseudonym bot.ID
	err := s.readers.GetContext(ctx, &pseudonym, `SELECT pseudonym FROM receipt WHERE hash = $1`, s.vault.receiptHash(receipt))
	if errors.Is(err, sql.ErrNoRows) {
		return "", ErrNobody
	}
	if err != nil {
		return "", fmt.Errorf("receipt: %w", err)
	}
	return pseudonym, nil
}
