package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Of wrong codes a resident has this many within this time; a wrong one is
// remembered for RequestTriesWithin.
const (
	requestTries       = 5
	RequestTriesWithin = time.Hour
)

// requestRow is a request as the database has it, with its wrapped key.
type requestRow struct {
	ID      bot.ID  `db:"id"`
	Body    []byte  `db:"body"`
	At      instant `db:"at"`
	Handled instant `db:"handled_at"`
	Wrapped []byte  `db:"wrapped"`
}

const selectRequest = `SELECT q.id, q.body, q.at, q.handled_at, k.wrapped FROM request q JOIN request_key k ON k.request_id = q.id `

// plainRequest is what is sealed of a request.
type plainRequest struct {
	Kind     string `json:"k"`
	Language string `json:"l,omitempty"`
	Place    string `json:"w,omitempty"`
	Text     string `json:"t,omitempty"`
	Phone    string `json:"p,omitempty"`
	Code     string `json:"c"`
}

// sealRequest gives the sealed body, and the wrapped key that only this row has.
func (v *vault) sealRequest(r bot.Request) (body, wrapped []byte, err error) {
	plain, err := json.Marshal(plainRequest{r.Kind, r.Language, r.Place.Reveal(), r.Text.Reveal(), r.Phone.Reveal(), r.Code.Reveal()})
	if err != nil {
		return nil, nil, errors.New("a request cannot be written") // the cause would quote it
	}
	key := newKey()
	return seal(aead(key), plain, place("request", r.ID, "body")), v.wrap(key, place("request_key", r.ID, "wrapped")), nil
}

func (v *vault) openRequest(row requestRow) (bot.Request, error) {
	key, err := v.unwrap(row.Wrapped, place("request_key", row.ID, "wrapped"))
	if err != nil {
		return bot.Request{}, err
	}
	if len(key) != keyBytes {
		return bot.Request{}, fmt.Errorf("request_key:%s: %w", row.ID, errUnreadable)
	}
	data, err := unseal(aead(key), row.Body, place("request", row.ID, "body"))
	if err != nil {
		return bot.Request{}, err
	}
	var p plainRequest
	if err := json.Unmarshal(data, &p); err != nil {
		return bot.Request{}, fmt.Errorf("request:%s: %w", row.ID, errUnreadable)
	}
	return bot.Request{ID: row.ID, Kind: p.Kind, Language: p.Language, Place: bot.Hide(p.Place), Text: bot.Hide(p.Text),
		Phone: bot.Hide(p.Phone), Code: bot.Hide(p.Code), At: row.At.Time, Handled: row.Handled.Time}, nil
}

func (v *vault) requestKeyHash(key string) []byte { return v.lookup.keyed("request key", key) }

func (v *vault) requestCodeHash(code string) []byte { return v.lookup.keyed("request code", code) }

// SubmitRequest keeps a request once per key; see request.Store. Of a resident
// who said STOP meanwhile nothing is kept, and bot.ErrTokenGone is given.
func (s *Store) SubmitRequest(ctx context.Context, now time.Time, key string, resident bot.ID, r bot.Request) (kept bot.Request, err error) {
	err = s.in(ctx, "submit a request", func(t *tx) error {
		if err := t.holdResident(ctx, resident); err != nil {
			return err
		}
		if err := t.insertRequest(ctx, now, t.vault.requestKeyHash(key), resident, r); err != nil {
			return err
		}
		var row requestRow
		if _, err := t.one(ctx, &row, selectRequest+`WHERE q.key_hash = $1`, t.vault.requestKeyHash(key)); err != nil {
			return err
		}
		kept, err = t.vault.openRequest(row)
		return err
	})
	return kept, err
}

// holdResident locks a resident who is not closed, until the transaction ends.
func (t *tx) holdResident(ctx context.Context, id bot.ID) error {
	query := `SELECT id FROM resident WHERE id = $1 AND closed_at IS NULL`
	if t.postgres {
		query += ` FOR UPDATE`
	}
	var there bot.ID
	found, err := t.one(ctx, &there, query, id)
	if err == nil && !found {
		err = bot.ErrTokenGone
	}
	return err
}

// insertRequest does nothing when the key was used before.
func (t *tx) insertRequest(ctx context.Context, now time.Time, keyHash []byte, resident bot.ID, r bot.Request) error {
	body, wrapped, err := t.vault.sealRequest(r)
	if err != nil {
		return err
	}
	const insert = `INSERT INTO request (id, resident_id, key_hash, code_hash, body, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (key_hash) DO NOTHING`
	n, err := t.exec(ctx, insert, r.ID, resident, keyHash, t.vault.requestCodeHash(r.Code.Reveal()), body, now)
	if err != nil || n == 0 {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO request_key (request_id, wrapping_id, wrapped) VALUES ($1, $2, $3)`, r.ID, t.vault.current, wrapped)
	return err
}

// CancelRequest takes back what a lost turn handed in; see request.Store. A
// turn is also lost when another process took it over: the message is still
// there then, the other process holds the same key and told the resident its
// code, so the request stays.
func (s *Store) CancelRequest(ctx context.Context, key string) error {
	return s.in(ctx, "cancel a request", func(t *tx) error {
		const query = `DELETE FROM request WHERE key_hash = $1 AND handled_at IS NULL
			AND NOT EXISTS (SELECT 1 FROM intent i JOIN inbox m ON m.id = i.message_id WHERE i.key = $2)`
		_, err := t.exec(ctx, query, t.vault.requestKeyHash(key), key)
		return err
	})
}

// RequestByCode finds a request of anyone by its code; see request.Store.
func (s *Store) RequestByCode(ctx context.Context, now time.Time, resident bot.ID, code string) (r bot.Request, found bool, err error) {
	err = s.in(ctx, "find a request", func(t *tx) error {
		if err := t.triesLeft(ctx, now, resident); err != nil {
			return err
		}
		var row requestRow
		if found, err = t.one(ctx, &row, selectRequest+`WHERE q.code_hash = $1`, t.vault.requestCodeHash(code)); err != nil {
			return err
		}
		if !found {
			_, err := t.exec(ctx, `INSERT INTO request_try (resident_id, at) VALUES ($1, $2)`, resident, now)
			return err
		}
		r, err = t.vault.openRequest(row)
		return err
	})
	return r, found, err
}

// triesLeft forgets what is over an hour old and counts the rest, under the resident's lock.
func (t *tx) triesLeft(ctx context.Context, now time.Time, resident bot.ID) error {
	if err := t.holdResident(ctx, resident); err != nil {
		return err
	}
	if _, err := t.exec(ctx, `DELETE FROM request_try WHERE resident_id = $1 AND at <= $2`, resident, now.Add(-RequestTriesWithin)); err != nil {
		return err
	}
	var tries int
	if _, err := t.one(ctx, &tries, `SELECT count(*) FROM request_try WHERE resident_id = $1`, resident); err != nil {
		return err
	}
	if tries >= requestTries {
		return bot.ErrTooManyTries
	}
	return nil
}

// OpenRequests gives a page of what is to be done, oldest first, and writes
// who saw it. What cannot be opened (its key is gone) is left out and counted.
func (s *Store) OpenRequests(ctx context.Context, now time.Time, by bot.Look, skip, limit int) ([]bot.Request, error) {
	return s.requests(ctx, now, by, lookOpenRequests, selectRequest+`WHERE q.handled_at IS NULL ORDER BY q.at, q.id LIMIT $1 OFFSET $2`, limit, skip)
}

// HandledRequests gives a page of what was done, the latest first, and writes who saw it.
func (s *Store) HandledRequests(ctx context.Context, now time.Time, by bot.Look, skip, limit int) ([]bot.Request, error) {
	return s.requests(ctx, now, by, lookHandledRequests, selectRequest+`WHERE q.handled_at IS NOT NULL ORDER BY q.handled_at DESC, q.id DESC LIMIT $1 OFFSET $2`, limit, skip)
}

func (s *Store) requests(ctx context.Context, now time.Time, by bot.Look, action, query string, limit, skip int) (requests []bot.Request, err error) {
	err = s.audited(ctx, now, by, action, func(t *tx, line *bot.Audited) error {
		var rows []requestRow
		if err := t.all(ctx, &rows, query, limit, skip); err != nil {
			return err
		}
		requests = make([]bot.Request, 0, len(rows))
		for _, row := range rows {
			r, err := t.vault.openRequest(row)
			if err != nil {
				t.unreadable.Add(1)
				continue
			}
			requests = append(requests, r)
		}
		line.Number = len(requests)
		return nil
	})
	return requests, err
}

// CountRequests tells how many are open and how many handled ones are still kept.
func (s *Store) CountRequests(ctx context.Context) (open, handled int, err error) {
	var n struct {
		Open    int `db:"open"`
		Handled int `db:"handled"`
	}
	const query = `SELECT (SELECT count(*) FROM request WHERE handled_at IS NULL) AS open, (SELECT count(*) FROM request WHERE handled_at IS NOT NULL) AS handled`
	if err := s.readers.GetContext(ctx, &n, query); err != nil {
		return 0, 0, fmt.Errorf("count requests: %w", err)
	}
	return n.Open, n.Handled, nil
}

// MarkRequest says that a request is handled, or is open after all, and tells
// whether it is there. Saying it twice changes nothing.
func (s *Store) MarkRequest(ctx context.Context, now time.Time, id bot.ID, handled bool) (found bool, err error) {
	err = s.in(ctx, "mark a request", func(t *tx) error {
		query, args := `UPDATE request SET handled_at = COALESCE(handled_at, $2) WHERE id = $1`, []any{id, now}
		if !handled {
			query, args = `UPDATE request SET handled_at = NULL WHERE id = $1`, []any{id}
		}
		n, err := t.exec(ctx, query, args...)
		found = n == 1
		return err
	})
	return found, err
}
