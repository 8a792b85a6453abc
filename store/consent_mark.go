package store

import (
	"context"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// topicMark is a withdrawal as it outlives the ledger's lines and the
// resident's row: a keyed hash of phone, topic ("": all) and what it was about
// ("": all of the topic), with the day beside it. No import of a consent that
// was given before brings it back. It never stops a message by itself, and a
// later consent simply has a later day, so nothing needs to lift it.
func (v *vault) topicMark(c bot.Contact, topic, subject string) []byte {
	return v.mark.keyed("withdrawn", c.Channel, c.Phone.Reveal(), topic, subject)
}

// rememberWithdrawn marks a withdrawal of a resident whose phone is known;
// imports know nobody by anything else.
func (t *tx) rememberWithdrawn(ctx context.Context, now time.Time, r residentRow, topic, subject string) error {
	c, err := t.vault.contact(r)
	if err != nil || c.Phone.Empty() {
		return err
	}
	return t.markWithdrawn(ctx, day(now), c, topic, subject)
}

// markWithdrawn notes the day, unless a later one stands.
func (t *tx) markWithdrawn(ctx context.Context, day int64, c bot.Contact, topic, subject string) error {
	const query = `INSERT INTO suppression (mark_hash, day) VALUES ($1, $2) ON CONFLICT (mark_hash)
		DO UPDATE SET day = CASE WHEN suppression.day > excluded.day THEN suppression.day ELSE excluded.day END`
	_, err := t.exec(ctx, query, t.vault.topicMark(c, topic, subject), day)
	return err
}

// liftStop takes the marks of a STOP off, for an explicit yes to a topic's
// wording and for nothing else. That STOP ended every topic is remembered: the
// yes is to one, and no older consent to another comes back with it.
func (t *tx) liftStop(ctx context.Context, r residentRow) error {
	c, err := t.vault.contact(r)
	if err != nil {
		return err
	}
	last := int64(-1)
	for _, mark := range t.vault.marks(c) {
		day, err := t.markedDay(ctx, mark)
		if err != nil {
			return err
		}
		last = max(last, day)
	}
	if last < 0 {
		return nil
	}
	if !c.Phone.Empty() {
		if err := t.markWithdrawn(ctx, last, c, "", ""); err != nil {
			return err
		}
	}
	return t.lift(ctx, r)
}
