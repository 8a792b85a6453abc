package store

import (
	"bytes"
	"context"
	"crypto/cipher"
	"encoding/binary"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// residentRow is a resident as the database has it, with its wrapped key.
type residentRow struct {
	ID           bot.ID  `db:"id"`
	Channel      string  `db:"channel"`
	Account      string  `db:"account"`
	PhoneHash    []byte  `db:"phone_hash"`
	External     []byte  `db:"external"`
	Phone        []byte  `db:"phone"`
	Conversation []byte  `db:"conversation"`
	Pseudonym    []byte  `db:"pseudonym"`
	Seq          int64   `db:"seq"`
	Window       instant `db:"window_until"`
	ClosedAt     instant `db:"closed_at"`
	Wrapped      []byte  `db:"wrapped"`
}

const selectResident = `SELECT r.id, r.channel, r.account, r.phone_hash, r.external, r.phone, r.conversation,
	r.pseudonym, r.seq, r.window_until, r.closed_at, k.wrapped FROM resident r JOIN resident_key k ON k.resident_id = r.id `

// column gives one sealed column of the resident's row in clear.
func (v *vault) column(r residentRow, key cipher.AEAD, sealed []byte, column string) (bot.Private, error) {
	plain, err := unseal(key, sealed, place("resident", r.ID, column))
	return bot.Hide(string(plain)), err
}

func (v *vault) contact(r residentRow) (bot.Contact, error) {
	key, err := v.dataKey(r.ID, r.Wrapped)
	if err != nil {
		return bot.Contact{}, err
	}
	c := bot.Contact{Channel: r.Channel, Account: r.Account}
	if c.External, err = v.column(r, key, r.External, "external"); err != nil {
		return bot.Contact{}, err
	}
	c.Phone, err = v.column(r, key, r.Phone, "phone")
	return c, err
}

// residentOf finds who sent the message, or makes a new resident.
func (t *tx) residentOf(ctx context.Context, now time.Time, a arrival) (residentRow, error) {
	var r residentRow
	found, err := t.one(ctx, &r, selectResident+`WHERE r.external_hash = $1`, a.external)
	if err != nil {
		return r, err
	}
	if found && (a.phone == nil || bytes.Equal(a.phone, r.PhoneHash)) {
		return r, nil
	}
	if a.phone != nil {
		same, ok, err := t.knownPhone(ctx, now, a, found)
		if err != nil || ok {
			return same, err
		}
	}
	if found {
		return r, t.rebind(ctx, r, a.From)
	}
	return t.newResident(ctx, now, a)
}

// knownPhone looks for others with the same phone. Someone who was known by
// the phone alone is the same person, who now has a user id. A phone that
// comes without a user id is that of the person we know by it. Anybody else is
// another person: the phone changed hands, and the old subscriptions pause.
func (t *tx) knownPhone(ctx context.Context, now time.Time, a arrival, senderKnown bool) (residentRow, bool, error) {
	var others []residentRow
	err := t.all(ctx, &others, selectResident+`WHERE r.phone_hash = $1 AND r.external_hash <> $2 ORDER BY r.id`, a.phone, a.external)
	if err != nil {
		return residentRow{}, false, err
	}
	for _, other := range others {
		was, err := t.vault.contact(other)
		if err != nil {
			return residentRow{}, false, err
		}
		byPhone := was.External.Equal(was.Phone)
		switch {
		case !senderKnown && byPhone:
			return other, true, t.rebind(ctx, other, a.From)
		case !senderKnown && a.From.External.Equal(a.From.Phone):
			return other, true, nil
		}
		if err := t.losePhone(ctx, now, other); err != nil {
			return residentRow{}, false, err
		}
	}
	return residentRow{}, false, nil
}

// losePhone parts a resident from a phone that is now somebody else's.
func (t *tx) losePhone(ctx context.Context, now time.Time, r residentRow) error {
	if err := t.pauseSubscriptions(ctx, now, r.ID); err != nil {
		return err
	}
	_, err := t.exec(ctx, `UPDATE resident SET phone_hash = NULL, phone = NULL WHERE id = $1`, r.ID)
	return err
}

// rebind gives a resident the contact that it now writes with.
func (t *tx) rebind(ctx context.Context, r residentRow, c bot.Contact) error {
	key, err := t.vault.dataKey(r.ID, r.Wrapped)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `UPDATE resident SET external_hash = $2, external = $3, phone_hash = $4, phone = $5 WHERE id = $1`, r.ID,
		t.vault.externalHash(c.Channel, c.Account, c.External), seal(key, []byte(c.External.Reveal()), place("resident", r.ID, "external")),
		t.vault.phoneHash(c), seal(key, []byte(c.Phone.Reveal()), place("resident", r.ID, "phone")))
	return err
}

// newResident makes a resident with a key and a pseudonym of its own.
func (t *tx) newResident(ctx context.Context, now time.Time, a arrival) (residentRow, error) {
	id := bot.NewID(now)
	key, wrapped := t.vault.newDataKey(id)
	sealed := func(text, column string) []byte { return seal(key, []byte(text), place("resident", id, column)) }
	r := residentRow{ID: id, Channel: a.From.Channel, Account: a.From.Account, PhoneHash: a.phone, Wrapped: wrapped,
		External: sealed(a.From.External.Reveal(), "external"), Phone: sealed(a.From.Phone.Reveal(), "phone"),
		Pseudonym: sealed(string(randomID()), "pseudonym")}
	const insert = `INSERT INTO resident (id, channel, account, external_hash, phone_hash, external, phone, pseudonym, window_until, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	if _, err := t.exec(ctx, insert, id, r.Channel, r.Account, a.external, a.phone, r.External, r.Phone, r.Pseudonym, a.window(now), now); err != nil {
		return r, err
	}
	_, err := t.exec(ctx, `INSERT INTO resident_key (resident_id, wrapping_id, wrapped) VALUES ($1, $2, $3)`, id, t.vault.current, wrapped)
	return r, err
}

// randomID is an ID that does not tell when it was made: a pseudonym may not
// be matched to a resident by its millisecond.
func randomID() bot.ID {
	return bot.NewID(time.UnixMilli(int64(binary.BigEndian.Uint64(newKey()) >> 16)))
}
