package store

import (
	"context"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// ledgerLine is one line of the consent ledger: what was decided, by which
// words, how it came, and which subscription it is about (none: all of the topic).
type ledgerLine struct {
	topic, source              string
	wording, language, version string
	message, subscription      bot.ID
	evidence                   time.Time // of an import: when the consent was given
	erases                     bool      // the resident is erased after it: the suppression mark remembers enough
	reference                  string    // of an import or a colleague; sealed with the resident's key
}

func lineOf(c bot.Consent, source string, message bot.ID) ledgerLine {
	return ledgerLine{topic: c.Topic, source: source, wording: c.Wording, language: c.Language, version: c.Version, message: message}
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
	line := lineOf(c, "chat", message)
	switch {
	case !c.Given && !c.About.Empty():
		return t.withdrawOne(ctx, now, r, c, line)
	case !c.Given:
		return t.withdraw(ctx, now, r, line)
	case c.Kept:
		return t.renew(ctx, now, r, line)
	}
	if err := t.subscribe(ctx, now, r, c, line); err != nil {
		return err
	}
	return t.liftStop(ctx, r)
}

// subscribe makes the subscription of a resident to a topic about something,
// or gives it anew, and writes the yes in the ledger. It counts from now, or
// from the moment of an import's evidence.
func (t *tx) subscribe(ctx context.Context, now time.Time, r residentRow, c bot.Consent, line ledgerLine) error {
	key, err := t.vault.dataKey(r.ID, r.Wrapped)
	if err != nil {
		return err
	}
	given := now
	if !line.evidence.IsZero() {
		given = line.evidence
	}
	about := t.vault.aboutHash(r.ID, c)
	found, err := t.one(ctx, &line.subscription, `SELECT id FROM subscription WHERE resident_id = $1 AND topic = $2 AND about_hash = $3`, r.ID, c.Topic, about)
	if err != nil {
		return err
	}
	query := `UPDATE subscription SET given_at = $4, language = $5, postcode4 = $6, bag_hash = $7, about = $8, paused_at = NULL
		WHERE id = $1 AND resident_id = $2 AND topic = $3 AND about_hash = $9`
	if !found {
		line.subscription = randomID()
		query = `INSERT INTO subscription (id, resident_id, topic, given_at, language, postcode4, bag_hash, about, about_hash)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	}
	sealed := seal(key, []byte(c.About.Reveal()), place("subscription", line.subscription, "about"))
	if _, err := t.exec(ctx, query, line.subscription, r.ID, c.Topic, given, c.Language, nullable(c.Postcode4), t.vault.bagHash(c.BagID), sealed, about); err != nil {
		return err
	}
	if _, err := t.exec(ctx, `DELETE FROM pending WHERE resident_id = $1 AND topic = $2 AND about_hash = $3`, r.ID, c.Topic, about); err != nil {
		return err
	}
	return t.ledger(ctx, now, r, true, line)
}

// renew gives anew all that stands of a topic, and takes in what an import
// brought of it: the resident said yes to the topic's wording.
func (t *tx) renew(ctx context.Context, now time.Time, r residentRow, line ledgerLine) error {
	if err := t.takePending(ctx, now, r, line); err != nil {
		return err
	}
	var ids []bot.ID
	if err := t.all(ctx, &ids, `SELECT id FROM subscription WHERE resident_id = $1 AND topic = $2 ORDER BY id`, r.ID, line.topic); err != nil {
		return err
	}
	for _, line.subscription = range ids {
		if _, err := t.exec(ctx, `UPDATE subscription SET given_at = $2, language = $3, paused_at = NULL WHERE id = $1`, line.subscription, now, line.language); err != nil {
			return err
		}
		if err := t.ledger(ctx, now, r, true, line); err != nil {
			return err
		}
	}
	if len(ids) == 0 { // it was withdrawn meanwhile: there is nothing that the yes keeps
		return nil
	}
	return t.liftStop(ctx, r)
}

// takePending makes subscriptions of what waits of a topic, under the same ids.
func (t *tx) takePending(ctx context.Context, now time.Time, r residentRow, line ledgerLine) error {
	key, err := t.vault.dataKey(r.ID, r.Wrapped)
	if err != nil {
		return err
	}
	var rows []struct {
		ID    bot.ID `db:"id"`
		About []byte `db:"about"`
	}
	if err := t.all(ctx, &rows, `SELECT id, about FROM pending WHERE resident_id = $1 AND topic = $2 ORDER BY id`, r.ID, line.topic); err != nil {
		return err
	}
	const take = `INSERT INTO subscription (id, resident_id, topic, given_at, language, postcode4, bag_hash, about, about_hash)
		SELECT id, resident_id, topic, $2, language, postcode4, bag_hash, $3, about_hash FROM pending WHERE id = $1
		ON CONFLICT (resident_id, topic, about_hash) DO NOTHING`
	for _, row := range rows {
		plain, err := unseal(key, row.About, place("pending", row.ID, "about"))
		if err != nil {
			return err
		}
		if _, err := t.exec(ctx, take, row.ID, now, seal(key, plain, place("subscription", row.ID, "about"))); err != nil {
			return err
		}
	}
	_, err = t.exec(ctx, `DELETE FROM pending WHERE resident_id = $1 AND topic = $2`, r.ID, line.topic)
	return err
}

// shut keeps a selection that is under way from giving a resident a row until
// the consent has ended: a row that came in between could be claimed by a
// statement that began before, and be committed after the end.
func (t *tx) shut(ctx context.Context, resident bot.ID) error {
	if !t.postgres {
		return nil // SQLite has one writer
	}
	_, err := t.exec(ctx, `SELECT id FROM resident WHERE id = $1 FOR UPDATE`, resident)
	return err
}

// withdrawOne ends what is about one thing, whether it stands or waits, and
// leaves the topic's others. One that was not there is noted too, under an id
// of its own: without one the line would say that all of the topic ended.
func (t *tx) withdrawOne(ctx context.Context, now time.Time, r residentRow, c bot.Consent, line ledgerLine) error {
	if err := t.shut(ctx, r.ID); err != nil {
		return err
	}
	about := t.vault.aboutHash(r.ID, c)
	for _, table := range []string{"subscription", "pending"} {
		var id bot.ID
		found, err := t.one(ctx, &id, `SELECT id FROM `+table+` WHERE resident_id = $1 AND topic = $2 AND about_hash = $3`, r.ID, c.Topic, about)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		if line.subscription == "" {
			line.subscription = id
		}
		if _, err := t.exec(ctx, `DELETE FROM `+table+` WHERE id = $1`, id); err != nil {
			return err
		}
	}
	if line.subscription == "" {
		line.subscription = randomID()
	}
	if err := t.untoldOf(ctx, now, r.ID, c.Topic); err != nil {
		return err
	}
	if err := t.rememberWithdrawn(ctx, now, r, c.Topic, subject(c.About)); err != nil {
		return err
	}
	return t.ledger(ctx, now, r, false, line)
}

// untoldOf takes away what waits for a topic of which nothing stands any more,
// and counts it. What waits while another subscription stands is worded by that one.
func (t *tx) untoldOf(ctx context.Context, now time.Time, resident bot.ID, topic string) error {
	var stands int
	if _, err := t.one(ctx, &stands, `SELECT count(*) FROM subscription WHERE resident_id = $1 AND topic = $2`, resident, topic); err != nil || stands > 0 {
		return err
	}
	if err := t.countWithdrawal(ctx, now, resident, topic); err != nil {
		return err
	}
	_, err := t.exec(ctx, `DELETE FROM outbox WHERE resident_id = $1 AND topic = $2 AND state = 'waiting'`, resident, topic)
	return err
}

// withdraw ends a topic, or all when the line names none, writes each end in
// the ledger, and deletes what waited; the caller holds the resident's lock. A
// topic that was not on is noted too: no later import overrules it. Of who
// says STOP without a subscription the suppression mark remembers enough.
func (t *tx) withdraw(ctx context.Context, now time.Time, r residentRow, line ledgerLine) error {
	if err := t.shut(ctx, r.ID); err != nil {
		return err
	}
	var topics []string
	query := `SELECT topic FROM subscription WHERE resident_id = $1 AND ($2 = '' OR topic = $2)
		UNION SELECT topic FROM pending WHERE resident_id = $1 AND ($2 = '' OR topic = $2) ORDER BY topic`
	if t.postgres {
		query = `SELECT topic FROM subscription WHERE resident_id = $1 AND ($2::text = '' OR topic = $2::text)
			UNION SELECT topic FROM pending WHERE resident_id = $1 AND ($2::text = '' OR topic = $2::text) ORDER BY topic`
	}
	if err := t.all(ctx, &topics, query, r.ID, line.topic); err != nil {
		return err
	}
	if !line.erases {
		if err := t.rememberWithdrawn(ctx, now, r, line.topic, ""); err != nil {
			return err
		}
		if len(topics) == 0 {
			topics = []string{line.topic}
		}
	}
	for _, line.topic = range topics {
		if err := t.countWithdrawal(ctx, now, r.ID, line.topic); err != nil {
			return err
		}
		for _, table := range []string{`subscription WHERE`, `pending WHERE`, `outbox WHERE state = 'waiting' AND`} {
			if _, err := t.exec(ctx, `DELETE FROM `+table+` resident_id = $1 AND topic = $2`, r.ID, line.topic); err != nil {
				return err
			}
		}
		if err := t.ledger(ctx, now, r, false, line); err != nil {
			return err
		}
	}
	return nil
}

// countWithdrawal counts for the runs of a topic who ended their consent before
// their turn came, and within a day after it.
func (t *tx) countWithdrawal(ctx context.Context, now time.Time, resident bot.ID, topic string) error {
	const before = `UPDATE run SET withdrawn = withdrawn + 1 WHERE id IN (
		SELECT o.run_id FROM outbox o WHERE o.resident_id = $1 AND o.topic = $2 AND o.state = 'waiting' AND o.run_id IS NOT NULL)`
	const after = `UPDATE run SET opted_out = opted_out + 1 WHERE id IN (
		SELECT o.run_id FROM outbox o WHERE o.resident_id = $1 AND o.topic = $2 AND o.claimed_at > $3 AND o.state <> 'waiting' AND o.run_id IS NOT NULL)`
	if _, err := t.exec(ctx, before, resident, topic); err != nil {
		return err
	}
	_, err := t.exec(ctx, after, resident, topic, now.Add(-windowOpen))
	return err
}

// pauseSubscriptions keeps subscriptions without sending for them: the
// resident can no longer be taken for who gave them.
func (t *tx) pauseSubscriptions(ctx context.Context, now time.Time, resident bot.ID) error {
	if err := t.shut(ctx, resident); err != nil {
		return err
	}
	if _, err := t.exec(ctx, `UPDATE subscription SET paused_at = $2 WHERE resident_id = $1 AND paused_at IS NULL`, resident, now); err != nil {
		return err
	}
	_, err := t.exec(ctx, `DELETE FROM outbox WHERE resident_id = $1 AND reason = 'topic' AND state = 'waiting'`, resident)
	return err
}

// ledger adds one line; lines are never changed.
func (t *tx) ledger(ctx context.Context, now time.Time, r residentRow, given bool, line ledgerLine) error {
	pseudonym, err := t.pseudonym(r)
	if err != nil {
		return err
	}
	key, err := t.vault.dataKey(r.ID, r.Wrapped)
	if err != nil {
		return err
	}
	const insert = `INSERT INTO consent (id, pseudonym, topic, given, source, wording, language, version, at, message_id, subscription, reference, evidence_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`
	id := randomID()
	_, err = t.exec(ctx, insert, id, pseudonym, line.topic, given, line.source, line.wording, line.language, line.version, now,
		line.message, line.subscription, seal(key, []byte(line.reference), place("consent", id, "reference")), line.evidence)
	return err
}
