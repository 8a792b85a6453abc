package store

import (
	"bytes"
	"context"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// known finds the resident of an event; events create nobody.
func (t *tx) known(ctx context.Context, a arrival) (residentRow, bool, error) {
	var r residentRow
	found, err := t.one(ctx, &r, selectResident+`WHERE r.external_hash = $1`, a.external)
	if err != nil || found || a.phone == nil {
		return r, found, err
	}
	found, err = t.one(ctx, &r, selectResident+`WHERE r.phone_hash = $1 ORDER BY r.id LIMIT 1`, a.phone)
	return r, found, err
}

// revoke deletes our copy of a message that its sender deleted. If its turn
// was still to come there is none: the claim then finds nothing open.
func (t *tx) revoke(ctx context.Context, a arrival) (bool, error) {
	r, found, err := t.known(ctx, a)
	if err != nil || !found {
		return false, err
	}
	n, err := t.exec(ctx, `DELETE FROM inbox WHERE resident_id = $1 AND platform_hash = $2`, r.ID, t.vault.messageHash(a.From.Account, a.Original))
	return n > 0, err
}

// edit replaces the text of our copy. A message that was answered already is
// not answered again; one whose turn is to come is answered as it now reads.
func (t *tx) edit(ctx context.Context, a arrival) (bool, error) {
	r, found, err := t.known(ctx, a)
	if err != nil || !found {
		return false, err
	}
	var old struct {
		ID   bot.ID `db:"id"`
		Body []byte `db:"body"`
	}
	found, err = t.one(ctx, &old, `SELECT id, body FROM inbox WHERE resident_id = $1 AND platform_hash = $2 AND body IS NOT NULL`,
		r.ID, t.vault.messageHash(a.From.Account, a.Original))
	if err != nil || !found {
		return false, err
	}
	key, err := t.vault.dataKey(r.ID, r.Wrapped)
	if err != nil {
		return false, err
	}
	plain, err := unseal(key, old.Body, place("inbox", old.ID, "body"))
	if err != nil {
		return false, err
	}
	m, err := bot.DecodeMessage(plain)
	if err != nil {
		return false, err
	}
	m.Text, m.Masked, m.Crisis = a.Text, a.Masked, a.Crisis
	_, err = t.exec(ctx, `UPDATE inbox SET body = $2 WHERE id = $1`, old.ID, seal(key, m.Encode(), place("inbox", old.ID, "body")))
	return err == nil, err
}

// keepChanged takes a message that was changed into words of a crisis for a new
// one: it is answered, whatever became of the one before, and that is erased.
func (t *tx) keepChanged(ctx context.Context, now time.Time, a arrival) (bot.ID, error) {
	if _, err := t.revoke(ctx, a); err != nil {
		return "", err
	}
	a.Kind, a.Original = bot.KindText, bot.Private{}
	return t.keep(ctx, now, a)
}

// changeNumber lets a resident be reached at a new contact, and only through
// an external id that we know. When the new contact has written already it is
// a person of its own, and the old subscriptions pause.
func (t *tx) changeNumber(ctx context.Context, now time.Time, a arrival) (bool, error) {
	was := t.vault.externalHash(a.From.Channel, a.From.Account, a.Original)
	var r residentRow
	found, err := t.one(ctx, &r, selectResident+`WHERE r.external_hash = $1`, was)
	if err != nil || !found || bytes.Equal(was, a.external) {
		return false, err
	}
	var other residentRow
	taken, err := t.one(ctx, &other, selectResident+`WHERE r.external_hash = $1`, a.external)
	if err != nil {
		return false, err
	}
	if taken {
		return true, t.losePhone(ctx, now, r)
	}
	if a.phone != nil {
		if err := t.freePhone(ctx, now, r, a); err != nil {
			return false, err
		}
	}
	return true, t.rebind(ctx, r, a.From)
}

// freePhone parts everybody else from the phone that a resident moves to.
func (t *tx) freePhone(ctx context.Context, now time.Time, r residentRow, a arrival) error {
	var others []residentRow
	if err := t.all(ctx, &others, selectResident+`WHERE r.phone_hash = $1 AND r.id <> $2 ORDER BY r.id`, a.phone, r.ID); err != nil {
		return err
	}
	for _, other := range others {
		if err := t.losePhone(ctx, now, other); err != nil {
			return err
		}
	}
	return nil
}

// preference is the platform's own opt-out.
func (t *tx) preference(ctx context.Context, now time.Time, a arrival) (bool, error) {
	r, found, err := t.known(ctx, a)
	if err != nil || !found {
		return false, err
	}
	return true, t.withdraw(ctx, now, r, ledgerLine{source: "preference"})
}
