package store

import (
	"context"
	"crypto/cipher"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// withdrawal is the end of one consent, or of all when topic is empty.
type withdrawal struct {
	topic, source              string
	wording, language, version string
	message                    bot.ID
}

// consents applies what a turn decided, in order, under the resident's lock.
func (t *tx) consents(ctx context.Context, now time.Time, claim bot.Claim, list []bot.Consent) error {
	if len(list) == 0 {
		return nil
	}
	var r residentRow
	if _, err := t.one(ctx, &r, selectResident+`WHERE r.id = $1`, claim.Resident); err != nil {
		return err
	}
	for _, c := range list {
		if err := t.consent(ctx, now, r, claim.MessageID, c); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) consent(ctx context.Context, now time.Time, r residentRow, message bot.ID, c bot.Consent) error {
	if !c.Given {
		return t.withdraw(ctx, now, r, withdrawal{c.Topic, "chat", c.Wording, c.Language, c.Version, message})
	}
	if err := t.subscribe(ctx, now, r, c); err != nil {
		return err
	}
	if err := t.lift(ctx, r); err != nil {
		return err
	}
	return t.ledger(ctx, now, r, true, withdrawal{c.Topic, "chat", c.Wording, c.Language, c.Version, message})
}

// subscribe makes or replaces the one subscription of a resident to a topic.
func (t *tx) subscribe(ctx context.Context, now time.Time, r residentRow, c bot.Consent) error {
	key, err := t.vault.dataKey(r.ID, r.Wrapped)
	if err != nil {
		return err
	}
	var id bot.ID
	found, err := t.one(ctx, &id, `SELECT id FROM subscription WHERE resident_id = $1 AND topic = $2`, r.ID, c.Topic)
	if err != nil {
		return err
	}
	if !found {
		id = bot.NewID(now)
		return t.insertSubscription(ctx, now, id, r.ID, c, key)
	}
	const update = `UPDATE subscription SET given_at = $2, language = $3, postcode4 = $4, bag_hash = $5, about = $6, paused_at = NULL WHERE id = $1`
	_, err = t.exec(ctx, update, id, now, c.Language, nullable(c.Postcode4), t.vault.bagHash(c.BagID), sealAbout(key, id, c))
	return err
}

func (t *tx) insertSubscription(ctx context.Context, now time.Time, id, resident bot.ID, c bot.Consent, key cipher.AEAD) error {
	const insert = `INSERT INTO subscription (id, resident_id, topic, given_at, language, postcode4, bag_hash, about)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	_, err := t.exec(ctx, insert, id, resident, c.Topic, now, c.Language, nullable(c.Postcode4), t.vault.bagHash(c.BagID), sealAbout(key, id, c))
	return err
}

func sealAbout(key cipher.AEAD, id bot.ID, c bot.Consent) []byte {
	return seal(key, []byte(c.About.Reveal()), place("subscription", id, "about"))
}

// withdraw ends consents, writes each end in the ledger, and deletes what
// waited on them; the caller holds the resident's lock.
func (t *tx) withdraw(ctx context.Context, now time.Time, r residentRow, w withdrawal) error {
	var topics []string
	query := `SELECT topic FROM subscription WHERE resident_id = $1 AND ($2 = '' OR topic = $2) ORDER BY topic`
	if t.postgres {
		query = `SELECT topic FROM subscription WHERE resident_id = $1 AND ($2::text = '' OR topic = $2::text) ORDER BY topic`
	}
	if err := t.all(ctx, &topics, query, r.ID, w.topic); err != nil {
		return err
	}
	for _, topic := range topics {
		if _, err := t.exec(ctx, `DELETE FROM subscription WHERE resident_id = $1 AND topic = $2`, r.ID, topic); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `DELETE FROM outbox WHERE resident_id = $1 AND topic = $2 AND state = 'waiting'`, r.ID, topic); err != nil {
			return err
		}
		line := w
		line.topic = topic
		if err := t.ledger(ctx, now, r, false, line); err != nil {
			return err
		}
	}
	return nil
}

// pauseSubscriptions keeps subscriptions without sending for them: the
// resident can no longer be taken for who gave them.
func (t *tx) pauseSubscriptions(ctx context.Context, now time.Time, resident bot.ID) error {
	if _, err := t.exec(ctx, `UPDATE subscription SET paused_at = $2 WHERE resident_id = $1 AND paused_at IS NULL`, resident, now); err != nil {
		return err
	}
	_, err := t.exec(ctx, `DELETE FROM outbox WHERE resident_id = $1 AND reason = 'topic' AND state = 'waiting'`, resident)
	return err
}

// ledger adds one line; lines are never changed.
func (t *tx) ledger(ctx context.Context, now time.Time, r residentRow, given bool, w withdrawal) error {
	pseudonym, err := t.pseudonym(r)
	if err != nil {
		return err
	}
	const insert = `INSERT INTO consent (id, pseudonym, topic, given, source, wording, language, version, at, message_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	_, err = t.exec(ctx, insert, randomID(), pseudonym, w.topic, given, w.source, w.wording, w.language, w.version, now, w.message)
	return err
}
