package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// receiveStop closes a resident in the transaction that accepts the STOP.
// Someone we did not know gets a row too, so that there is a farewell. What
// waited and is deleted with it counts as dropped.
func (t *tx) receiveStop(ctx context.Context, now time.Time, a arrival, got *bot.Received) error {
	r, err := t.residentOf(ctx, now, a)
	if err != nil {
		return err
	}
	if err := t.closeResident(ctx, now, r, closing{source: "stop", window: a.window(now), contacts: []bot.Contact{a.From}}); err != nil {
		return err
	}
	got.Kept++
	return nil
}

// closing is how somebody came to be closed: by STOP, by a confirmed erase in
// the chat, or by a command; until when they may be answered, when that is news;
// and by which contacts they are known besides the ones that we have.
type closing struct {
	source   string
	window   time.Time
	contacts []bot.Contact
}

// closeResident takes a resident out of everything: consents, what waits, the
// running turn's token, and the hashes by which a later message would find
// the row. What is left is erased as soon as nothing claimed is on its way. The
// caller holds the resident's lock.
func (t *tx) closeResident(ctx context.Context, now time.Time, r residentRow, c closing) error {
	if err := t.withdraw(ctx, now, r, ledgerLine{source: c.source, erases: true}); err != nil {
		return err
	}
	if err := t.untold(ctx, r.ID); err != nil {
		return err
	}
	if _, err := t.exec(ctx, `DELETE FROM inbox WHERE resident_id = $1 AND state = 'open'`, r.ID); err != nil {
		return err
	}
	if _, err := t.exec(ctx, `DELETE FROM outbox WHERE resident_id = $1 AND state = 'waiting'`, r.ID); err != nil {
		return err
	}
	const query = `UPDATE resident SET closed_at = $2, token = NULL, due = NULL, handled = seq, external_hash = NULL, phone_hash = NULL,
		window_until = CASE WHEN window_until < $3 THEN $3 ELSE window_until END WHERE id = $1`
	if _, err := t.exec(ctx, query, r.ID, now, c.window); err != nil {
		return err
	}
	return t.suppress(ctx, now, r, c.contacts...)
}

// closeAfterTurn carries out what a resident confirmed in the turn that ended
// in this transaction, which holds their lock.
func (t *tx) closeAfterTurn(ctx context.Context, now time.Time, claim bot.Claim) error {
	var r residentRow
	if _, err := t.one(ctx, &r, selectResident+`WHERE r.id = $1`, claim.Resident); err != nil {
		return err
	}
	return t.closeResident(ctx, now, r, closing{source: "erase", contacts: []bot.Contact{claim.Message.From}})
}

// suppress marks the contacts of a resident, as we knew them and as they came now.
func (t *tx) suppress(ctx context.Context, now time.Time, r residentRow, contacts ...bot.Contact) error {
	known, err := t.vault.contact(r)
	if err != nil {
		return err
	}
	const query = `INSERT INTO suppression (mark_hash, day, drop_before) VALUES ($1, $2, $3)
		ON CONFLICT (mark_hash) DO UPDATE SET day = excluded.day, drop_before = excluded.drop_before`
	for _, c := range append(contacts, known) {
		for _, mark := range t.vault.marks(c) {
			if _, err := t.exec(ctx, query, mark, day(now), now.Truncate(time.Second)); err != nil {
				return err
			}
		}
	}
	return nil
}

// lift takes the marks off, for an explicit yes to a topic's wording and for
// nothing else. What was stamped before the erasure is dropped as before.
func (t *tx) lift(ctx context.Context, r residentRow) error {
	c, err := t.vault.contact(r)
	if err != nil {
		return err
	}
	for _, mark := range t.vault.marks(c) {
		if _, err := t.exec(ctx, `UPDATE suppression SET day = NULL WHERE mark_hash = $1`, mark); err != nil {
			return err
		}
	}
	return nil
}

// noneInFlight says that nothing of resident r is claimed with a lease that stands at $1.
const noneInFlight = `NOT EXISTS (SELECT 1 FROM outbox o WHERE o.resident_id = r.id AND o.state = 'claimed' AND o.lease_until > $1)`

// Closed gives residents who said STOP and of whom nothing is on its way any
// more, oldest first. One whose wrapping key this process lacks is left to a
// process that has it, because the farewell and the receipt need it; when none
// came as long as a farewell is of use, the erasure goes before these.
func (s *Store) Closed(ctx context.Context, now time.Time, limit int) ([]bot.Closed, error) {
	var rows []residentRow
	const query = selectResident + `WHERE r.closed_at IS NOT NULL AND ` + noneInFlight + ` ORDER BY r.closed_at LIMIT $2`
	if err := s.readers.SelectContext(ctx, &rows, query, s.at(now), limit); err != nil {
		return nil, fmt.Errorf("closed residents: %w", err)
	}
	closed := make([]bot.Closed, 0, len(rows))
	for _, r := range rows {
		if _, err := s.vault.contact(r); errors.Is(err, errNoKey) && now.Sub(r.ClosedAt.Time) < FarewellUseful {
			continue
		}
		remains, err := s.remains(ctx, now, r.ID)
		if err != nil {
			return nil, err
		}
		c := s.closed(r)
		c.Remains = remains
		closed = append(closed, c)
	}
	return closed, nil
}

// remains counts what stays after the erasure, cut loose: the link to the
// resident goes with the resident's row (ON DELETE SET NULL).
func (s *Store) remains(ctx context.Context, now time.Time, resident bot.ID) (n bot.Remains, err error) {
	if n.Appointments, err = s.futureBookings(ctx, now, resident); err != nil {
		return n, err
	}
	if err := s.readers.GetContext(ctx, &n.Requests, `SELECT count(*) FROM request WHERE resident_id = $1`, resident); err != nil {
		return n, fmt.Errorf("what remains: %w", err)
	}
	const held = `SELECT count(*) FROM legal_hold WHERE resident_id = $1 AND until > $2`
	if err := s.readers.GetContext(ctx, &n.Holds, held, string(resident), s.at(now)); err != nil {
		return n, fmt.Errorf("what remains: %w", err)
	}
	return n, nil
}

// closed opens what the farewell needs. What cannot be opened stays empty: the
// resident is erased all the same, without a farewell.
func (s *Store) closed(r residentRow) bot.Closed {
	c := bot.Closed{Resident: r.ID, WindowUntil: r.Window.Time, Contact: bot.Contact{Channel: r.Channel, Account: r.Account}}
	contact, err := s.vault.contact(r)
	if err != nil {
		s.unreadable.Add(1)
		return c
	}
	c.Contact = contact
	if key, err := s.vault.dataKey(r.ID, r.Wrapped); err == nil {
		c.Conversation, _ = s.vault.column(r, key, r.Conversation, "conversation")
	}
	return c
}

// ErrInFlight says that a message to the resident is claimed and may still be on its way.
var ErrInFlight = errors.New("a message to this resident is on its way")

// ErrNotClosed says that only who said STOP (or confirmed it) is erased.
var ErrNotClosed = errors.New("the resident is not closed")

// FarewellUseful is how long the farewell, and with it the address, may exist.
const FarewellUseful = 15 * time.Minute

// Erase deletes all there is of a closed resident in one transaction, and
// writes the farewell (nil: none) with its address sealed under the wrapping
// key. The receipt leads to the pseudonym in the ledger by its keyed hash.
// Someone who is gone already is no error.
func (s *Store) Erase(ctx context.Context, now time.Time, id bot.ID, farewell *bot.Reply, receipt string) error {
	err := s.in(ctx, "erase", func(t *tx) error {
		r, found, err := t.closedForErasure(ctx, now, id)
		if err != nil || !found {
			return err
		}
		if contact, err := t.vault.contact(r); err != nil {
			t.unreadable.Add(1) // the row goes without a farewell
		} else if err := t.sayFarewell(ctx, now, r, contact, farewell, receipt); err != nil {
			return err
		}
		if err := t.cutBookings(ctx, r.ID); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `UPDATE run SET erased = erased + 1 WHERE id IN (SELECT run_id FROM outbox WHERE resident_id = $1 AND run_id IS NOT NULL)`, r.ID); err != nil {
			return err
		}
		_, err = t.exec(ctx, `DELETE FROM resident WHERE id = $1`, r.ID) // the rest goes by ON DELETE CASCADE
		return err
	})
	if err == nil {
		s.vault.forget(id)
	}
	return err
}

func (t *tx) closedForErasure(ctx context.Context, now time.Time, id bot.ID) (r residentRow, found bool, err error) {
	lock := ``
	if t.postgres {
		lock = ` FOR UPDATE OF r`
	}
	if found, err = t.one(ctx, &r, selectResident+`WHERE r.id = $1`+lock, id); err != nil || !found {
		return r, false, err
	}
	var state struct {
		Open int `db:"open"`
		Busy int `db:"busy"`
	}
	const query = `SELECT CASE WHEN r.closed_at IS NULL THEN 1 ELSE 0 END AS open,
		CASE WHEN ` + noneInFlight + ` THEN 0 ELSE 1 END AS busy FROM resident r WHERE r.id = $2`
	if _, err = t.one(ctx, &state, query, now, id); err != nil {
		return r, false, err
	}
	if state.Open == 1 {
		return r, false, ErrNotClosed
	}
	if state.Busy == 1 {
		return r, false, ErrInFlight
	}
	return r, true, nil
}

// sayFarewell keeps what remains after an erasure: the marks, the receipt, and
// the farewell while the window is open.
func (t *tx) sayFarewell(ctx context.Context, now time.Time, r residentRow, to bot.Contact, farewell *bot.Reply, receipt string) error {
	if err := t.suppress(ctx, now, r); err != nil {
		return err
	}
	if err := t.noteReceipt(ctx, now, r, receipt); err != nil {
		return err
	}
	if farewell == nil || !r.Window.After(now) {
		return nil
	}
	id := bot.NewID(now)
	const insert = `INSERT INTO outbox (id, channel, account, reason, rank, body, address, not_before, useless_after, created_at)
		VALUES ($1, $2, $3, 'farewell', 0, $4, $5, $6, $7, $6)`
	_, err := t.exec(ctx, insert, id, to.Channel, to.Account,
		t.vault.wrap(farewell.Encode(), place("outbox", id, "body")),
		t.vault.wrap(encodeAddress(to), place("outbox", id, "address")), now, now.Add(FarewellUseful))
	return err
}

// noteReceipt dates the receipt by day, as the mark is: by the moment the two,
// and the farewell's row, could be laid beside each other, and whoever has the
// mark's key and a phone number would come to the ledger without the code.
func (t *tx) noteReceipt(ctx context.Context, now time.Time, r residentRow, receipt string) error {
	if receipt == "" {
		return nil
	}
	pseudonym, err := t.pseudonym(r)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO receipt (hash, pseudonym, erased_at) VALUES ($1, $2, $3)`, t.vault.receiptHash(receipt), pseudonym, now.UTC().Truncate(24*time.Hour))
	return err
}

func (t *tx) pseudonym(r residentRow) (bot.ID, error) {
	key, err := t.vault.dataKey(r.ID, r.Wrapped)
	if err != nil {
		return "", fmt.Errorf("pseudonym: %w", err)
	}
	plain, err := t.vault.column(r, key, r.Pseudonym, "pseudonym")
	return bot.ID(plain.Reveal()), err
}
