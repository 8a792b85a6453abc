package store

import (
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// ErrUnknownHold says that there is no such hold, or that its date has passed.
var ErrUnknownHold = errors.New("there is no such legal hold")

// holdRow is a legal hold as the database has it, with its wrapped key.
type holdRow struct {
	ID       bot.ID  `db:"id"`
	Resident string  `db:"resident_id"`
	Placed   instant `db:"placed_at"`
	By       string  `db:"placed_by"`
	Until    instant `db:"until"`
	Reason   []byte  `db:"reason"`
	Texts    int     `db:"texts"`
	Wrapped  []byte  `db:"wrapped"`
}

const selectHold = `SELECT h.id, COALESCE(CAST(h.resident_id AS text), '') AS resident_id, h.placed_at, h.placed_by, h.until, h.reason,
	(SELECT count(*) FROM held_text x WHERE x.hold_id = h.id) AS texts, k.wrapped
	FROM legal_hold h JOIN hold_key k ON k.hold_id = h.id `

func (v *vault) holdKey(row holdRow) (cipher.AEAD, error) {
	raw, err := v.unwrap(row.Wrapped, place("hold_key", row.ID, "wrapped"))
	if err != nil {
		return nil, err
	}
	if len(raw) != keyBytes {
		return nil, fmt.Errorf("hold_key:%s: %w", row.ID, errUnreadable)
	}
	return aead(raw), nil
}

// hold opens what stands sealed of a hold itself.
func (v *vault) hold(row holdRow) (h bot.LegalHold, key cipher.AEAD, err error) {
	if key, err = v.holdKey(row); err != nil {
		return h, nil, err
	}
	reason, err := unseal(key, row.Reason, place("legal_hold", row.ID, "reason"))
	return bot.LegalHold{ID: row.ID, Placed: row.Placed.Time, Until: row.Until.Time, By: row.By,
		Reason: bot.Hide(string(reason)), Texts: row.Texts, Cut: row.Resident == ""}, key, err
}

// PlaceHold keeps a copy of the texts of whoever has a contact, as they are
// now, until a moment, under a key of the hold's own and whatever the resident
// erases. The reason of the look is that of the hold, and stands sealed in it
// and nowhere else: the audit trail says where it is.
func (s *Store) PlaceHold(ctx context.Context, now time.Time, by bot.Look, c bot.Contact, until time.Time) (held bot.LegalHold, err error) {
	err = s.reasoned(ctx, now, by, holdPlaced, func(t *tx, line *bot.Audited) error {
		r, err := t.residentBy(ctx, c, line)
		if err != nil {
			return err
		}
		own, err := t.own(ctx, r)
		if err != nil {
			return err
		}
		line.Number, line.Reason = len(own.Messages), "sealed in the hold"
		held = bot.LegalHold{ID: randomID(), Placed: now, Until: until, By: by.Actor, Reason: bot.Hide(by.Reason), Texts: len(own.Messages)}
		return t.placeHold(ctx, r.ID, held, own.Messages)
	})
	return held, err
}

func (t *tx) placeHold(ctx context.Context, resident bot.ID, h bot.LegalHold, texts []bot.OwnMessage) error {
	raw := newKey()
	key := aead(raw)
	const hold = `INSERT INTO legal_hold (id, resident_id, placed_at, placed_by, until, reason) VALUES ($1, $2, $3, $4, $5, $6)`
	reason := seal(key, []byte(h.Reason.Reveal()), place("legal_hold", h.ID, "reason"))
	if _, err := t.exec(ctx, hold, h.ID, resident, h.Placed, h.By, h.Until, reason); err != nil {
		return err
	}
	const keep = `INSERT INTO hold_key (hold_id, wrapping_id, wrapped) VALUES ($1, $2, $3)`
	if _, err := t.exec(ctx, keep, h.ID, t.vault.current, t.vault.wrap(raw, place("hold_key", h.ID, "wrapped"))); err != nil {
		return err
	}
	const text = `INSERT INTO held_text (id, hold_id, at, ours, body) VALUES ($1, $2, $3, $4, $5)`
	for _, m := range texts {
		id := randomID()
		said := m.Text.Reveal()
		if said == "" {
			said = "[" + m.Kind + "]" // a photo, or words of a crisis: that something was said, not what
		}
		if _, err := t.exec(ctx, text, id, h.ID, m.At, m.Ours, seal(key, []byte(said), place("held_text", id, "body"))); err != nil {
			return err
		}
	}
	return nil
}

// Holds lists the holds that stand, oldest first. One that cannot be opened is
// counted and left out.
func (s *Store) Holds(ctx context.Context, now time.Time, by bot.Look) (list []bot.LegalHold, err error) {
	err = s.audited(ctx, now, by, holdsListed, func(t *tx, line *bot.Audited) error {
		var rows []holdRow
		if err := t.all(ctx, &rows, selectHold+`WHERE h.until > $1 ORDER BY h.placed_at, h.id`, now); err != nil {
			return err
		}
		list = make([]bot.LegalHold, 0, len(rows))
		for _, row := range rows {
			h, _, err := t.vault.hold(row)
			if err != nil {
				t.unreadable.Add(1)
				continue
			}
			list = append(list, h)
		}
		line.Number = len(list)
		return nil
	})
	return list, err
}

// HeldTexts shows what a hold holds, oldest first.
func (s *Store) HeldTexts(ctx context.Context, now time.Time, by bot.Look, id bot.ID) (h bot.LegalHold, texts []bot.HeldText, err error) {
	err = s.reasoned(ctx, now, by, holdShown, func(t *tx, line *bot.Audited) error {
		row, err := t.heldBy(ctx, now, id, line)
		if err != nil {
			return err
		}
		var key cipher.AEAD
		if h, key, err = t.vault.hold(row); err != nil {
			return err
		}
		texts, err = t.heldTexts(ctx, id, key)
		line.Number = len(texts)
		return err
	})
	return h, texts, err
}

// heldBy finds a hold that stands, and notes whom it is about where that is known yet.
func (t *tx) heldBy(ctx context.Context, now time.Time, id bot.ID, line *bot.Audited) (row holdRow, err error) {
	found, err := t.one(ctx, &row, selectHold+`WHERE h.id = $1 AND h.until > $2`, id, now)
	if err == nil && !found {
		err = ErrUnknownHold
	}
	if err != nil || row.Resident == "" {
		return row, err
	}
	var r residentRow
	if _, err := t.one(ctx, &r, selectResident+`WHERE r.id = $1`, row.Resident); err != nil {
		return row, err
	}
	line.Pseudonym, err = t.pseudonym(r)
	return row, err
}

func (t *tx) heldTexts(ctx context.Context, hold bot.ID, key cipher.AEAD) ([]bot.HeldText, error) {
	var rows []struct {
		textRow
		Ours bool `db:"ours"`
	}
	if err := t.all(ctx, &rows, `SELECT id, at, ours, body FROM held_text WHERE hold_id = $1 ORDER BY at, id`, hold); err != nil {
		return nil, err
	}
	texts := make([]bot.HeldText, len(rows))
	for i, row := range rows {
		plain, err := unseal(key, row.Body, place("held_text", row.ID, "body"))
		if err != nil {
			return nil, err
		}
		texts[i] = bot.HeldText{At: row.At.Time, Ours: row.Ours, Text: bot.Hide(string(plain))}
	}
	return texts, nil
}

// LiftHold destroys a hold before its date, its key with it.
func (s *Store) LiftHold(ctx context.Context, now time.Time, by bot.Look, id bot.ID) error {
	return s.reasoned(ctx, now, by, holdLifted, func(t *tx, line *bot.Audited) error {
		row, err := t.heldBy(ctx, now, id, line)
		if err != nil {
			return err
		}
		line.Number = row.Texts
		_, err = t.exec(ctx, `DELETE FROM legal_hold WHERE id = $1`, id) // its texts and key go by ON DELETE CASCADE
		return err
	})
}
