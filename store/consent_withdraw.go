package store

import (
	"context"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Withdrawal is a consent that ends by a colleague or the command line, for
// who asked it elsewhere: on the phone, at the desk, by letter.
type Withdrawal struct {
	Resident  bot.ID      // who, when the resident is known
	Who       bot.Contact // or: by Phone or External, whichever is there
	Topic     string      // "": all topics
	Source    string      // "colleague" or "command"
	Reference bot.Private // where it can be found, such as a case number; the caller masked it
}

// Withdrawn says what a Withdrawal did.
type Withdrawn struct {
	Known   bool // the resident is known; otherwise nobody was made
	Ended   int  // subscriptions that ended
	Waiting int  // of an import, that waited for a yes
	Noted   bool // of an unknown phone: no import of an older consent brings it back
}

// Withdraw ends a topic or all topics of one resident, under the resident's
// lock: subscriptions, what waits of them and what an import brought. It
// erases nothing else. Of a phone that nobody here has it keeps a keyed hash
// of phone and topic, dated by day: that is the least with which a later
// import can respect it. An unknown external id cannot be imported, so of that
// nothing is kept.
func (s *Store) Withdraw(ctx context.Context, now time.Time, w Withdrawal) (done Withdrawn, err error) {
	err = s.in(ctx, "withdraw", func(t *tx) error {
		done = Withdrawn{}
		r, found, err := t.lockedFor(ctx, w)
		if err != nil {
			return err
		}
		if !found {
			if done.Noted = !w.Who.Phone.Empty(); !done.Noted {
				return nil
			}
			return t.markWithdrawn(ctx, day(now), w.Who, w.Topic, "")
		}
		done.Known = true
		if done.Ended, err = t.countOf(ctx, "subscription", r.ID, w.Topic); err != nil {
			return err
		}
		if done.Waiting, err = t.countOf(ctx, "pending", r.ID, w.Topic); err != nil {
			return err
		}
		return t.withdraw(ctx, now, r, ledgerLine{topic: w.Topic, source: w.Source, reference: w.Reference.Reveal()})
	})
	return done, err
}

// lockedFor finds the resident of a withdrawal and takes the lock that
// deliveries, turns and imports take.
func (t *tx) lockedFor(ctx context.Context, w Withdrawal) (r residentRow, found bool, err error) {
	if w.Resident != "" {
		lock := ``
		if t.postgres {
			lock = ` FOR UPDATE OF r`
		}
		found, err = t.one(ctx, &r, selectResident+`WHERE r.id = $1`+lock, w.Resident)
		return r, found, err
	}
	a := t.arrivalOf(w.Who)
	if err := t.lockContacts(ctx, []arrival{a}); err != nil {
		return r, false, err
	}
	return t.known(ctx, a)
}

// arrivalOf is a contact with its keyed hashes, of which no message came. One
// of whom only the phone is known goes by the phone, as in a message without a user id.
func (t *tx) arrivalOf(c bot.Contact) arrival {
	if c.External.Empty() {
		c.External = c.Phone
	}
	return arrival{Message: bot.Message{From: c}, phone: t.vault.phoneHash(c), external: t.vault.externalHash(c.Channel, c.Account, c.External)}
}

func (t *tx) countOf(ctx context.Context, table string, resident bot.ID, topic string) (n int, err error) {
	query := `SELECT count(*) FROM ` + table + ` WHERE resident_id = $1 AND ($2 = '' OR topic = $2)`
	if t.postgres {
		query = `SELECT count(*) FROM ` + table + ` WHERE resident_id = $1 AND ($2::text = '' OR topic = $2::text)`
	}
	_, err = t.one(ctx, &n, query, resident, topic)
	return n, err
}
