package store

import (
	"context"
	"database/sql"
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

// Ledger gives the ledger to each, oldest first, a line at a time; of one
// pseudonym, or of all when it is "".
func (s *Store) Ledger(ctx context.Context, pseudonym bot.ID, each func(LedgerLine) error) error {
	query := `SELECT pseudonym, topic, given, source, wording, language, version, at, evidence_at, subscription FROM consent`
	var args []any
	if pseudonym != "" {
		query, args = query+` WHERE pseudonym = $1`, []any{string(pseudonym)}
	}
	rows, err := s.whole().QueryxContext(ctx, query+` ORDER BY at, id`, args...)
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

// TopicInLedger tells whether anybody ever decided about a topic: one that the
// flows no longer have can still be withdrawn.
func (s *Store) TopicInLedger(ctx context.Context, topic string) (bool, error) {
	var n int
	if err := s.readers.GetContext(ctx, &n, `SELECT count(*) FROM (SELECT 1 FROM consent WHERE topic = $1 LIMIT 1) AS one`, topic); err != nil {
		return false, fmt.Errorf("consent ledger: %w", err)
	}
	return n > 0, nil
}

// PseudonymOfReceipt gives the pseudonym of who was erased, by the code that
// the farewell named. Whoever has the code may know: it leads to nothing else.
func (s *Store) PseudonymOfReceipt(ctx context.Context, receipt string) (bot.ID, error) {
	pseudonym, err := s.receiptPseudonym(ctx, receipt)
	return bot.ID(pseudonym), err
}

// lookConsents is a look of the audit trail.
const lookConsents = "resident consents"

// PseudonymOfPhone gives the pseudonym of a standing resident. That is a look
// at a resident: it is written in the audit trail, with who looked and why.
func (s *Store) PseudonymOfPhone(ctx context.Context, now time.Time, by bot.Look, who bot.Contact) (pseudonym bot.ID, err error) {
	err = s.reasoned(ctx, now, by, lookConsents, func(t *tx, line *bot.Audited) error {
		if _, err := t.residentBy(ctx, who, line); err != nil {
			return err
		}
		pseudonym, line.Number = line.Pseudonym, 1
		return nil
	})
	return pseudonym, err
}
