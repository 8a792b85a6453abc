package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// sendRow is a claimed outgoing row with what opens it. A farewell has no
// resident, and its address sealed with the wrapping key.
type sendRow struct {
	ID       bot.ID     `db:"id"`
	Reason   bot.Reason `db:"reason"`
	Channel  string     `db:"channel"`
	Account  string     `db:"account"`
	Body     []byte     `db:"body"`
	Address  []byte     `db:"address"`
	Tries    int        `db:"tries"`
	Slot     int64      `db:"slot"`
	Resident string     `db:"resident"`
	External []byte     `db:"external"`
	Phone    []byte     `db:"phone"`
	Wrapped  []byte     `db:"wrapped"`
	Run      string     `db:"run"`
	Turn     string     `db:"turn"`
	Open     bool       `db:"open"` // the 24-hour window
}

// claimOfSends is what one claim goes by.
type claimOfSends struct {
	now     time.Time
	account string
	token   bot.ID
	base    time.Time     // the first free slot
	step    time.Duration // between slots
	room    int           // slots that may be taken
	topics  int           // of these by notifications; 0: none now
	outside int           // conversations that may be begun; below 0: no limit
	lease   time.Duration
	useful  time.Duration
}

func (c claimOfSends) slot(i int64) time.Time { return c.base.Add(time.Duration(i) * c.step) }

// ClaimSends takes up to limit waiting messages of an account; see
// outbox.Store. A row that cannot be opened is counted and left out. While the
// account is stopped there is nothing to claim.
func (s *Store) ClaimSends(ctx context.Context, now time.Time, account string, limit int, pace bot.Pace) ([]bot.Send, error) {
	if pace.PerSecond <= 0 || pace.Lease <= 0 || pace.Useful <= 0 {
		return nil, errors.New("claim sends: the pace must be above zero in rate, lease and usefulness")
	}
	if err := s.letGo(ctx, now, &s.lost.sends, letGoSend); err != nil {
		return nil, err
	}
	c := claimOfSends{now: now, account: account, token: randomID(), lease: pace.Lease, useful: pace.Useful,
		step: stepOf(pace.PerSecond)}
	var rows []sendRow
	err := s.in(ctx, "claim sends", func(t *tx) error {
		rows = nil
		free, err := t.freeSlots(ctx, &c, limit, pace)
		if err != nil || !free {
			return err
		}
		if t.postgres {
			rows, err = t.claimSendsPostgres(ctx, c)
		} else {
			rows, err = t.claimSendsSQLite(ctx, c)
		}
		if err != nil {
			return err
		}
		return t.noteTopics(ctx, c, rows)
	})
	if err != nil {
		s.lost.keep(&s.lost.sends, c.token, idsOfSends(rows), err)
		return nil, err
	}
	return s.openSends(ctx, c, rows)
}

// freeSlots locks the account's pace row and sees how many slots there are
// until the horizon. Slots that passed unused are lost.
func (t *tx) freeSlots(ctx context.Context, c *claimOfSends, limit int, pace bot.Pace) (bool, error) {
	var row struct {
		Next    instant `db:"next_slot"`
		Stopped instant `db:"stopped_at"`
		Topics  instant `db:"topics_stopped_at"`
	}
	query := `SELECT next_slot, stopped_at, topics_stopped_at FROM pace WHERE account = $1`
	if t.postgres {
		query += ` FOR UPDATE`
	}
	found, err := t.one(ctx, &row, query, c.account)
	if err != nil {
		return false, err
	}
	if !found {
		if err := t.addPace(ctx, c.account, c.now); err != nil {
			return false, err
		}
		if _, err := t.one(ctx, &row, query, c.account); err != nil {
			return false, err
		}
	}
	c.base = c.now.Add(pace.Lead)
	if row.Next.After(c.base) {
		c.base = row.Next.Time
	}
	left := c.now.Add(pace.Horizon).Sub(c.base)
	if !row.Stopped.IsZero() || left < 0 {
		return false, nil
	}
	c.room = min(limit, int(left/c.step)+1)
	c.topics, c.outside = 0, -1
	if left := c.now.Add(pace.TopicHorizon).Sub(c.base); row.Topics.IsZero() && left >= 0 {
		c.topics = min(c.room, pace.Topics, int(left/c.step)+1)
	}
	if c.topics > 0 && pace.Outside > 0 {
		if c.outside, err = t.leftOutside(ctx, *c, pace.Outside); err != nil {
			return false, err
		}
	}
	return c.room > 0, nil
}

// stepOf is the time between slots: whole microseconds, and never too little.
func stepOf(perSecond float64) time.Duration {
	return time.Duration(math.Ceil(1e6/perSecond)) * time.Microsecond
}

// Slots gives so many slots of an account's pace, after those that are given
// away; see outbox.Store. They are of the account's one row, as those of a
// claim are, so that all processes together keep to it.
func (s *Store) Slots(ctx context.Context, now time.Time, account string, number int, perSecond float64) ([]time.Time, error) {
	step := stepOf(perSecond)
	query := `UPDATE pace SET next_slot = GREATEST(next_slot, $2::timestamptz) + $3::bigint * interval '1 microsecond' WHERE account = $1 RETURNING next_slot`
	if !s.postgres {
		query = `UPDATE pace SET next_slot = max(next_slot, $2) + $3 WHERE account = $1 RETURNING next_slot`
	}
	var next instant
	err := s.in(ctx, "slots", func(t *tx) error {
		if err := t.addPace(ctx, account, now); err != nil {
			return err
		}
		_, err := t.one(ctx, &next, query, account, now, time.Duration(number)*step)
		return err
	})
	if err != nil {
		return nil, err
	}
	slots := make([]time.Time, number)
	for i := range slots {
		slots[i] = next.Time.Add(-time.Duration(number-i) * step)
	}
	return slots, nil
}

func (t *tx) addPace(ctx context.Context, account string, now time.Time) error {
	_, err := t.exec(ctx, `INSERT INTO pace (account, next_slot) VALUES ($1, $2) ON CONFLICT (account) DO NOTHING`, account, now)
	return err
}

func (s *Store) openSends(ctx context.Context, c claimOfSends, rows []sendRow) ([]bot.Send, error) {
	sends := make([]bot.Send, 0, len(rows))
	for _, row := range rows {
		send := bot.Send{ID: row.ID, Token: c.token, Reason: row.Reason, At: c.slot(row.Slot), Tries: row.Tries, Claimed: c.now,
			Of: bot.Trace{Turn: bot.ID(row.Turn), Run: bot.ID(row.Run)}}
		err := s.openSend(row, &send)
		if err == nil {
			sends = append(sends, send)
		} else if err := s.unreadableSend(ctx, c, row.ID, err); err != nil {
			return sends, err
		}
	}
	return sends, s.openTopics(ctx, rows, sends)
}

func (s *Store) openSend(row sendRow, send *bot.Send) error {
	body, err := []byte(nil), error(nil)
	if row.Reason == bot.ReasonTopic {
		send.To, err = s.vault.contact(row.resident())
		return err
	}
	if row.Reason == bot.ReasonFarewell {
		body, err = s.openFarewell(row, send)
	} else {
		body, err = s.openOrdinary(row, send)
	}
	if err != nil {
		return err
	}
	send.Reply, err = bot.DecodeReply(body)
	return err
}

func (s *Store) openFarewell(row sendRow, send *bot.Send) ([]byte, error) {
	address, err := s.vault.unwrap(row.Address, place("outbox", row.ID, "address"))
	if err != nil {
		return nil, err
	}
	if send.To, err = decodeAddress(address); err != nil {
		return nil, err
	}
	return s.vault.unwrap(row.Body, place("outbox", row.ID, "body"))
}

func (row sendRow) resident() residentRow {
	return residentRow{ID: bot.ID(row.Resident), Channel: row.Channel, Account: row.Account,
		External: row.External, Phone: row.Phone, Wrapped: row.Wrapped}
}

func (s *Store) openOrdinary(row sendRow, send *bot.Send) (body []byte, err error) {
	r := row.resident()
	if send.To, err = s.vault.contact(r); err != nil {
		return nil, err
	}
	key, err := s.vault.dataKey(r.ID, r.Wrapped)
	if err != nil {
		return nil, err
	}
	return unseal(key, row.Body, place("outbox", row.ID, "body"))
}

// unreadableSend counts a row that cannot be opened. Without its wrapping key
// it waits for a process that has it; otherwise it is broken and set aside.
func (s *Store) unreadableSend(ctx context.Context, c claimOfSends, id bot.ID, cause error) error {
	s.unreadable.Add(1)
	query, args := `UPDATE outbox SET state = 'aside', token = NULL, error_class = 'ours', body = NULL, address = NULL WHERE id = $1 AND token = $2`, []any{id, c.token}
	if errors.Is(cause, errNoKey) {
		query = `UPDATE outbox SET state = 'waiting', token = NULL, tries = tries - 1, not_before = $3 WHERE id = $1 AND token = $2`
		args = append(args, c.now.Add(c.lease))
	}
	return s.in(ctx, "unreadable message", func(t *tx) error {
		_, err := t.exec(ctx, query, args...)
		return err
	})
}

// plainAddress is a contact in clear, for sealing.
type plainAddress struct{ Channel, Account, External, Phone string }

func encodeAddress(c bot.Contact) []byte {
	data, err := json.Marshal(plainAddress{c.Channel, c.Account, c.External.Reveal(), c.Phone.Reveal()})
	if err != nil {
		panic(err) // strings only
	}
	return data
}

func decodeAddress(data []byte) (bot.Contact, error) {
	var p plainAddress
	if err := json.Unmarshal(data, &p); err != nil {
		return bot.Contact{}, fmt.Errorf("address: %w", errUnreadable)
	}
	return bot.Contact{Channel: p.Channel, Account: p.Account, External: bot.Hide(p.External), Phone: bot.Hide(p.Phone)}, nil
}

// MarkFailed notes how a send failed; see outbox.Store. An unknown outcome
// ends the lease at once, and Reconcile decides. A farewell is never tried again.
func (s *Store) MarkFailed(ctx context.Context, now time.Time, send bot.Send, failure bot.SendError, again time.Time) error {
	return s.in(ctx, "mark failed", func(t *tx) error {
		if failure.Class == bot.SendOptedOut {
			if err := t.optedOut(ctx, now, send.ID); err != nil {
				return err
			}
		}
		query, args := failedForGood, []any{send.ID, send.Token, string(failure.Class), failure.Code}
		switch {
		case failure.Class == bot.SendUnknown && send.Reason != bot.ReasonFarewell:
			said, err := t.sealedBody(ctx, send) // it may have arrived
			if err != nil {
				return err
			}
			query, args = failedUnknown, append(args, now, said)
		case !again.IsZero() && send.Reason != bot.ReasonFarewell:
			query, args = failedAgain, append(args, again)
		}
		_, err := t.exec(ctx, query, args...)
		return err
	})
}

const (
	failedForGood = `UPDATE outbox SET state = 'failed', token = NULL, error_class = $3, error_code = $4,
		body = CASE WHEN reason = 'farewell' THEN NULL ELSE body END, address = NULL
		WHERE id = $1 AND token = $2 AND state = 'claimed'`
	failedAgain = `UPDATE outbox SET state = 'waiting', token = NULL, error_class = $3, error_code = $4, not_before = $5
		WHERE id = $1 AND token = $2 AND state = 'claimed'`
	failedUnknown = `UPDATE outbox SET error_class = $3, error_code = $4, lease_until = $5, body = COALESCE($6, body)
		WHERE id = $1 AND token = $2 AND state = 'claimed'`
)

// optedOut withdraws every topic of the resident of a row, under the
// resident's lock, before the row is touched.
func (t *tx) optedOut(ctx context.Context, now time.Time, send bot.ID) error {
	query := selectResident + `WHERE r.id = (SELECT resident_id FROM outbox WHERE id = $1)`
	if t.postgres {
		query += ` FOR NO KEY UPDATE OF r`
	}
	var r residentRow
	found, err := t.one(ctx, &r, query, send)
	if err != nil || !found {
		return err
	}
	return t.withdraw(ctx, now, r, ledgerLine{source: "opted_out"})
}

// StopSending lets nothing of an account be claimed until ResumeSending:
// token, account or payment are refused, and every try makes it worse.
func (s *Store) StopSending(ctx context.Context, now time.Time, account, reason string) error {
	return s.in(ctx, "stop sending", func(t *tx) error {
		if err := t.addPace(ctx, account, now); err != nil {
			return err
		}
		_, err := t.exec(ctx, `UPDATE pace SET stopped_at = $2, stop_reason = $3 WHERE account = $1 AND stopped_at IS NULL`, account, now, reason)
		return err
	})
}

// ResumeSending ends what StopSending began.
func (s *Store) ResumeSending(ctx context.Context, account string) error {
	return s.in(ctx, "resume sending", func(t *tx) error {
		_, err := t.exec(ctx, `UPDATE pace SET stopped_at = NULL, stop_reason = NULL WHERE account = $1`, account)
		return err
	})
}
