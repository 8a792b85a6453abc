package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// liveBundle is the hash of the live bundle, as an expression.
const liveBundle = `COALESCE((SELECT hash FROM publication WHERE withdrawn_at IS NULL ORDER BY n DESC LIMIT 1), '')`

// turnRow is a claimed turn as the database has it. MessageID is empty when
// nothing was open after all.
type turnRow struct {
	residentRow
	MessageID  string  `db:"message_id"`
	MessageSeq int64   `db:"message_seq"`
	Tries      int     `db:"tries"`
	Accepted   instant `db:"accepted_at"`
	Sent       instant `db:"sent_at"`
	Body       []byte  `db:"body"`
	Bundle     string  `db:"bundle"`
	Subscribed string  `db:"subscribed"` // a line each: topic and when it was given (us), 0 when it waits for a yes
}

// ClaimTurns takes up to limit residents whose work is due, each with the
// oldest open message, until now+lease; see inbox.Store. What cannot be
// opened is counted and left out.
func (s *Store) ClaimTurns(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]bot.Claim, error) {
	if err := s.letGo(ctx, now, &s.lost.turns, letGoTurn); err != nil {
		return nil, err
	}
	token := randomID()
	var rows []turnRow
	err := s.in(ctx, "claim turns", func(t *tx) (err error) {
		if t.postgres {
			rows, err = t.claimTurnsPostgres(ctx, now, now.Add(lease), token, limit)
		} else {
			rows, err = t.claimTurnsSQLite(ctx, now, now.Add(lease), token, limit)
		}
		return err
	})
	if err != nil {
		s.lost.keep(&s.lost.turns, token, idsOfTurns(rows), err)
		return nil, err
	}
	return s.openTurns(ctx, now, rows, token, now.Add(lease))
}

// openTurns makes claims of rows that this process took. One that cannot be
// opened, nor set aside now, does not take the others with it.
func (s *Store) openTurns(ctx context.Context, now time.Time, rows []turnRow, token bot.ID, until time.Time) ([]bot.Claim, error) {
	claims, failed := make([]bot.Claim, 0, len(rows)), error(nil)
	for _, row := range rows {
		claim := bot.Claim{Resident: row.ID, Token: token, Until: until, Bundle: row.Bundle,
			MessageID: bot.ID(row.MessageID), Seq: row.MessageSeq, Tries: row.Tries, Accepted: row.Accepted.Time}
		err := s.openTurn(row, &claim)
		if err == nil {
			claims = append(claims, claim)
		} else if err := s.unreadableTurn(ctx, now, claim, err); err != nil {
			failed = err
		}
	}
	return claims, failed
}

// unreadableTurn counts a turn that cannot be opened. Without its wrapping key
// (another process has the newer key file) it waits for its lease; otherwise
// its message is broken and set aside.
func (s *Store) unreadableTurn(ctx context.Context, now time.Time, claim bot.Claim, cause error) error {
	s.unreadable.Add(1)
	if errors.Is(cause, errNoKey) {
		return nil
	}
	if err := s.SetAside(ctx, now, claim, nil); err != nil && !errors.Is(err, bot.ErrTokenGone) {
		return err
	}
	return nil
}

// openTurn fills in what was sealed.
func (s *Store) openTurn(row turnRow, claim *bot.Claim) error {
	key, err := s.vault.dataKey(row.ID, row.Wrapped)
	if err != nil {
		return err
	}
	body, err := unseal(key, row.Body, place("inbox", claim.MessageID, "body"))
	if err != nil {
		return err
	}
	return s.openClaim(row, body, claim)
}

// openClaim fills in what is known of the resident, and the message itself.
func (s *Store) openClaim(row turnRow, body []byte, claim *bot.Claim) error {
	contact, err := s.vault.contact(row.residentRow)
	if err != nil {
		return err
	}
	key, err := s.vault.dataKey(row.ID, row.Wrapped)
	if err != nil {
		return err
	}
	if claim.Conversation, err = s.vault.column(row.residentRow, key, row.Conversation, "conversation"); err != nil {
		return err
	}
	if claim.Message, err = bot.DecodeMessage(body); err != nil {
		return err
	}
	claim.Message.From, claim.Message.Sent = contact, row.Sent.Time
	claim.Subscribed, err = subscriptions(row.Subscribed)
	return err
}

func subscriptions(lines string) (list []bot.Subscription, err error) {
	for line := range strings.Lines(lines) {
		topic, given, _ := strings.Cut(strings.TrimSpace(line), " ")
		at, err := strconv.ParseInt(given, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("subscriptions of a turn: %w", err)
		}
		s := bot.Subscription{Topic: topic}
		if at != 0 {
			s.Given = time.UnixMicro(at)
		}
		list = append(list, s)
	}
	return list, nil
}

// settle looks again, under the lock and with a snapshot that is newer than
// it, at residents that had nothing open: what they have is due, and if they
// have nothing (it was revoked), all is handled.
func (t *tx) settle(ctx context.Context, now time.Time, resident, token bot.ID) error {
	const query = `UPDATE resident SET token = NULL,
		due = CASE WHEN EXISTS (SELECT 1 FROM inbox i WHERE i.resident_id = resident.id AND i.seq > resident.handled AND i.state = 'open') THEN COALESCE($3, due) ELSE NULL END,
		handled = CASE WHEN EXISTS (SELECT 1 FROM inbox i WHERE i.resident_id = resident.id AND i.seq > resident.handled AND i.state = 'open') THEN handled ELSE seq END
		WHERE id = $1 AND token = $2`
	_, err := t.exec(ctx, query, resident, token, now)
	return err
}

// StartCall commits the intent of a writing call; see inbox.Store.
func (s *Store) StartCall(ctx context.Context, now time.Time, claim bot.Claim, call bot.Call) error {
	return s.in(ctx, "start call", func(t *tx) error {
		if err := t.holdTurn(ctx, claim); err != nil {
			return err
		}
		key, err := t.keyOf(ctx, claim.Resident)
		if err != nil {
			return err
		}
		with := make(map[string]json.RawMessage, len(call.With))
		for name, value := range call.With {
			with[name] = json.RawMessage(value.Reveal())
		}
		plain, err := json.Marshal(with)
		if err != nil {
			return errors.New("a value of the call is not JSON") // the cause would quote it
		}
		id := bot.NewID(now)
		const insert = `INSERT INTO intent (key, id, resident_id, message_id, operation, body, at)
			VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (key) DO NOTHING`
		_, err = t.exec(ctx, insert, call.Key, id, claim.Resident, claim.MessageID, call.Operation,
			seal(key, plain, place("intent", id, "body")), now)
		return err
	})
}

// holdTurn locks the resident and checks that the turn is still ours.
func (t *tx) holdTurn(ctx context.Context, claim bot.Claim) error {
	query := `SELECT id FROM resident WHERE id = $1 AND token = $2`
	if t.postgres {
		query += ` FOR NO KEY UPDATE`
	}
	var id bot.ID
	found, err := t.one(ctx, &id, query, claim.Resident, claim.Token)
	if err == nil && !found {
		return bot.ErrTokenGone
	}
	return err
}

// RetryTurn gives a turn back until at; see inbox.Store.
func (s *Store) RetryTurn(ctx context.Context, now time.Time, claim bot.Claim, at time.Time) error {
	return s.in(ctx, "retry turn", func(t *tx) error {
		n, err := t.exec(ctx, `UPDATE resident SET token = NULL, due = $3 WHERE id = $1 AND token = $2`, claim.Resident, claim.Token, at)
		if err == nil && n == 0 {
			return bot.ErrTokenGone
		}
		return err
	})
}

// SetAside ends a turn whose message cannot be handled; see inbox.Store.
func (s *Store) SetAside(ctx context.Context, now time.Time, claim bot.Claim, reply *bot.Reply) error {
	return s.in(ctx, "set aside", func(t *tx) error {
		if err := t.endTurn(ctx, now, claim, nil, "aside"); err != nil || reply == nil {
			return err
		}
		key, err := t.keyOf(ctx, claim.Resident)
		if err != nil {
			return err
		}
		return t.answer(ctx, now, claim, newAnswer(now, key, reply))
	})
}

// FinishTurns ends turns of different residents together; see inbox.Store.
// After a commit that was not answered, a turn whose token is gone may have
// been ended by that very commit: its error is not bot.ErrTokenGone, on which
// its writes would be taken back though the resident is told of them.
func (s *Store) FinishTurns(ctx context.Context, now time.Time, turns []bot.Finish) []bot.Finished {
	results, err := s.finishGroup(ctx, now, turns)
	if err == nil {
		return results
	}
	results = make([]bot.Finished, len(turns))
	if len(turns) == 1 {
		results[0].Err = err
		return results
	}
	uncertain := err
	for i := range turns {
		alone, err := s.finishGroup(ctx, now, turns[i:i+1])
		if err != nil {
			alone = []bot.Finished{{Err: err}}
		}
		if errors.Is(alone[0].Err, bot.ErrTokenGone) && errors.Is(uncertain, errUncertain) {
			alone[0].Err = uncertain
		}
		results[i] = alone[0]
	}
	return results
}

// ended tells whether a turn was kept, and whether its resident is due again.
type ended struct{ kept, more bool }

func (s *Store) finishGroup(ctx context.Context, now time.Time, turns []bot.Finish) ([]bot.Finished, error) {
	var results []bot.Finished
	err := s.in(ctx, "finish turns", func(t *tx) (err error) {
		var list []finish
		if list, results, err = t.sealTurns(ctx, now, turns); err != nil {
			return err
		}
		var all []ended
		if t.postgres {
			all, err = t.finishPostgres(ctx, now, list)
		} else {
			all, err = t.finishSQLite(ctx, now, list)
		}
		if err != nil {
			return err
		}
		for i, f := range list {
			results[f.index].More = all[i].more
			if !all[i].kept {
				results[f.index].Err = fmt.Errorf("finish turn: %w", bot.ErrTokenGone)
			} else if err := t.decided(ctx, now, f); err != nil {
				return err
			}
		}
		return nil
	})
	return results, err
}

// decided carries out what a turn decided besides its answer, under the lock
// that its end took: consents, and after them a confirmed erase.
func (t *tx) decided(ctx context.Context, now time.Time, f finish) error {
	if err := t.chosen(ctx, f.Claim.Resident, f.Outcome.Language); err != nil {
		return err
	}
	if f.Outcome.ToldClosed {
		if err := t.toldClosed(ctx, now, f.Claim.Resident); err != nil {
			return err
		}
	}
	if err := t.consents(ctx, now, f.Claim, f.Outcome.Consents); err != nil || !f.Outcome.Erase {
		return err
	}
	return t.closeAfterTurn(ctx, now, f.Claim)
}

// chosen has what a resident signed up for come in the language that they
// chose. In the ledger stands the one in which they said yes.
func (t *tx) chosen(ctx context.Context, resident bot.ID, language string) error {
	if language == "" {
		return nil
	}
	for _, table := range []string{"subscription", "pending"} {
		if _, err := t.exec(ctx, `UPDATE `+table+` SET language = $2 WHERE resident_id = $1 AND language <> $2`, resident, language); err != nil {
			return err
		}
	}
	return nil
}

// finish is a turn with everything sealed.
type finish struct {
	bot.Finish
	index        int // in the caller's list
	conversation []byte
	reply        *sealedReply // nil: nothing is said
}

// sealedReply is an outgoing row to be.
type sealedReply struct {
	id       bot.ID
	body     []byte
	template bool
}

// sealTurns seals what the turns decided. A resident without a key is erased:
// its token is gone.
func (t *tx) sealTurns(ctx context.Context, now time.Time, turns []bot.Finish) ([]finish, []bot.Finished, error) {
	results := make([]bot.Finished, len(turns))
	list := make([]finish, 0, len(turns))
	for i, turn := range turns {
		key, err := t.keyOf(ctx, turn.Claim.Resident)
		if errors.Is(err, bot.ErrTokenGone) {
			results[i].Err = fmt.Errorf("finish turn: %w", err)
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		f := finish{Finish: turn, index: i, conversation: seal(key, []byte(turn.Outcome.Conversation.Reveal()),
			place("resident", turn.Claim.Resident, "conversation"))}
		if turn.Outcome.Reply != nil && !turn.Outcome.Erase { // the farewell is the answer
			f.reply = newAnswer(now, key, turn.Outcome.Reply)
		}
		list = append(list, f)
	}
	return list, results, nil
}
