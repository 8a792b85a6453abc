package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// What can be looked at; the actions of the audit trail.
const (
	lookOpenRequests    = "requests open"
	lookHandledRequests = "requests handled"
	lookAgenda          = "agenda"
	lookCategories      = "resident categories"
	lookContents        = "resident contents"
	lookExport          = "resident export"
	eraseByCommand      = "resident erase"
	openExportLink      = "export link opened"
	openDownload        = "export link downloaded"
	holdPlaced          = "hold placed"
	holdsListed         = "hold listed"
	holdShown           = "hold shown"
	holdLifted          = "hold lifted"
	serviceClosed       = "service closed"
	serviceOpened       = "service opened"
)

// OnAudit has every line of the audit trail told after its commit, for a log
// collector; it is set before the store is used.
func (s *Store) OnAudit(report func(bot.Audited)) { s.report = report }

// audited is the one way to look: what read finds, and the line that says who
// found it, are of one transaction, and without the line there is nothing to
// show. read sets the line's pseudonym and number. Finding nobody is a look
// too: bot.ErrUnknownResident is given after the line was written.
func (s *Store) audited(ctx context.Context, now time.Time, by bot.Look, action string, read func(t *tx, line *bot.Audited) error) error {
	if strings.TrimSpace(by.Actor) == "" {
		return bot.ErrNoLooker
	}
	var line bot.Audited
	var unknown error
	err := s.in(ctx, action, func(t *tx) error {
		line = bot.Audited{At: now, Actor: by.Actor, Action: action, Reason: by.Reason}
		if unknown = read(t, &line); unknown != nil && !errors.Is(unknown, bot.ErrUnknownResident) {
			return unknown
		}
		return t.audit(ctx, line)
	})
	if err == nil && s.report != nil {
		s.report(line)
	}
	return firstOf(err, unknown)
}

// reasoned is audited for what nobody may do without saying why.
func (s *Store) reasoned(ctx context.Context, now time.Time, by bot.Look, action string, read func(t *tx, line *bot.Audited) error) error {
	if strings.TrimSpace(by.Reason) == "" {
		return bot.ErrNoLooker
	}
	return s.audited(ctx, now, by, action, read)
}

// audit adds a line; the schema refuses to change or delete one.
func (t *tx) audit(ctx context.Context, a bot.Audited) error {
	const insert = `INSERT INTO audit (id, at, actor, action, reason, pseudonym, number) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	_, err := t.exec(ctx, insert, bot.NewID(a.At), a.At, a.Actor, a.Action, a.Reason, a.Pseudonym, a.Number)
	return err
}

// ErrUnknownReceipt says that no erasure has this code.
var ErrUnknownReceipt = errors.New("no erasure has this code")

// AuditTrail gives the lines from a moment on (zero: all), oldest first; with
// the receipt of an erasure, those about the person who holds it.
func (s *Store) AuditTrail(ctx context.Context, since time.Time, receipt string, each func(bot.Audited) error) error {
	query := `SELECT at, actor, action, reason, COALESCE(CAST(pseudonym AS text), '') AS pseudonym, number FROM audit WHERE 1 = 1`
	var args []any
	if !since.IsZero() {
		args = append(args, s.at(since))
		query += fmt.Sprintf(` AND at >= $%d`, len(args))
	}
	if receipt != "" {
		pseudonym, err := s.receiptPseudonym(ctx, receipt)
		if err != nil {
			return err
		}
		args = append(args, pseudonym)
		query += fmt.Sprintf(` AND pseudonym = $%d`, len(args))
	}
	rows, err := s.whole().QueryxContext(ctx, query+` ORDER BY at, id`, args...)
	if err != nil {
		return fmt.Errorf("audit trail: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var row struct {
			At        instant `db:"at"`
			Actor     string  `db:"actor"`
			Action    string  `db:"action"`
			Reason    string  `db:"reason"`
			Pseudonym bot.ID  `db:"pseudonym"`
			Number    int     `db:"number"`
		}
		if err := rows.StructScan(&row); err != nil {
			return fmt.Errorf("audit trail: %w", err)
		}
		if err := each(bot.Audited{At: row.At.Time, Actor: row.Actor, Action: row.Action, Reason: row.Reason, Pseudonym: row.Pseudonym, Number: row.Number}); err != nil {
			return err
		}
	}
	return rows.Err()
}

// receiptPseudonym is the only way from a person to their lines after an erasure.
func (s *Store) receiptPseudonym(ctx context.Context, receipt string) (string, error) {
	var found []string
	hash := s.vault.receiptHash(strings.ToUpper(strings.TrimSpace(receipt)))
	if err := s.readers.SelectContext(ctx, &found, `SELECT CAST(pseudonym AS text) FROM receipt WHERE hash = $1`, hash); err != nil {
		return "", fmt.Errorf("receipt: %w", err)
	}
	if len(found) == 0 {
		return "", ErrUnknownReceipt
	}
	return found[0], nil
}
