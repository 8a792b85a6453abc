package store

import (
	"context"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// The two kinds of one-time token; a token of the one kind opens nothing of the other.
const (
	linkToken     = "export link"
	downloadToken = "export download"
)

func (v *vault) linkHash(kind string, token bot.Private) []byte {
	return v.lookup.keyed(kind, token.Reveal())
}

// MakeExportLink notes a one-time link of a resident until a moment; see
// rights.Store. The resident's earlier links open nothing any more.
func (s *Store) MakeExportLink(ctx context.Context, now time.Time, resident bot.ID, token bot.Private, language string, until time.Time) error {
	return s.in(ctx, "make an export link", func(t *tx) error {
		if err := t.holdResident(ctx, resident); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `DELETE FROM export_link WHERE resident_id = $1`, resident); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `DELETE FROM export_link WHERE expires_at <= $1`, now); err != nil {
			return err
		}
		return t.noteLink(ctx, linkToken, token, resident, language, until)
	})
}

func (t *tx) noteLink(ctx context.Context, kind string, token bot.Private, resident bot.ID, language string, until time.Time) error {
	const insert = `INSERT INTO export_link (hash, resident_id, language, expires_at) VALUES ($1, $2, $3, $4)`
	_, err := t.exec(ctx, insert, t.vault.linkHash(kind, token), resident, language, until)
	return err
}

// ExportLink tells whether a link would open, and in which language its page
// is, without using it.
func (s *Store) ExportLink(ctx context.Context, now time.Time, token bot.Private) (language string, there bool, err error) {
	err = s.in(ctx, "look at an export link", func(t *tx) error {
		const query = `SELECT l.language FROM export_link l JOIN resident r ON r.id = l.resident_id
			WHERE l.hash = $1 AND l.expires_at > $2 AND r.closed_at IS NULL`
		there, err = t.one(ctx, &language, query, t.vault.linkHash(linkToken, token), now)
		return err
	})
	return language, there, err
}

// OpenExport uses a link up and gives what it leads to, with the token of the
// download, which opens the same once more until a moment. No link, or one that
// was used: not there.
func (s *Store) OpenExport(ctx context.Context, now time.Time, token, download bot.Private, until time.Time) (e bot.Export, there bool, err error) {
	err = s.useLink(ctx, now, openExportLink, linkToken, token, &e, &there, func(t *tx, resident bot.ID) error {
		e.Download = download
		return t.noteLink(ctx, downloadToken, download, resident, e.Language, until)
	})
	return e, there, err
}

// DownloadExport uses a download up.
func (s *Store) DownloadExport(ctx context.Context, now time.Time, token bot.Private) (e bot.Export, there bool, err error) {
	err = s.useLink(ctx, now, openDownload, downloadToken, token, &e, &there, func(*tx, bot.ID) error { return nil })
	return e, there, err
}

// useLink deletes a link in the statement that finds it: of two who use it at
// the same moment one is too late. That it was opened is in the audit trail:
// whoever had the link saw everything.
func (s *Store) useLink(ctx context.Context, now time.Time, action, kind string, token bot.Private, e *bot.Export, there *bool, then func(*tx, bot.ID) error) error {
	var line bot.Audited
	err := s.in(ctx, action, func(t *tx) error {
		*e, *there = bot.Export{}, false
		var used struct {
			Resident bot.ID `db:"resident_id"`
			Language string `db:"language"`
		}
		const query = `DELETE FROM export_link WHERE hash = $1 AND expires_at > $2 RETURNING resident_id, language`
		found, err := t.one(ctx, &used, query, t.vault.linkHash(kind, token), now)
		if err != nil || !found {
			return err
		}
		r, open, err := t.openRow(ctx, used.Resident)
		if err != nil || !open {
			return err
		}
		e.Language = used.Language
		if e.Own, err = t.own(ctx, r); err != nil {
			return err
		}
		line = bot.Audited{At: now, Actor: "resident", Action: action, Number: 1}
		if line.Pseudonym, err = t.pseudonym(r); err != nil {
			return err
		}
		if err := t.audit(ctx, line); err != nil {
			return err
		}
		*there = true
		return then(t, r.ID)
	})
	if err == nil && *there && s.report != nil {
		s.report(line)
	}
	return err
}
