package store

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// windowOpen is how long a resident may be answered freely after a message.
// Source: WhatsApp's customer service window.
const windowOpen = 24 * time.Hour

// arrival is one message of a delivery with its keyed hashes.
type arrival struct {
	bot.Message
	hash     []byte // of (account, message id)
	external []byte
	phone    []byte // nil when the number is not known
}

// Receive keeps a whole delivery, and begins no turn of it.
func (s *Store) Receive(ctx context.Context, now time.Time, messages []bot.Message) (bot.Received, error) {
	return s.ReceiveTurns(ctx, now, messages, bot.Take{})
}

// ReceiveTurns keeps a whole delivery in one transaction; see inbox.Store. A
// message is Kept when it was stored or took effect, Duplicate when its id was
// seen before, Dropped when it is stamped before its sender's erasure, was
// deleted by a STOP of the same delivery or is of a kind that is not kept, and
// Unmatched when it is about a message or person that is not here.
func (s *Store) ReceiveTurns(ctx context.Context, now time.Time, messages []bot.Message, take bot.Take) (bot.Received, error) {
	arrivals, twice := s.arrivals(now, messages)
	var got bot.Received
	if len(arrivals) > 0 {
		known, err := s.receiveKnown(ctx, now, arrivals, take, &got)
		if err != nil {
			return bot.Received{}, err
		}
		if !known {
			if err := s.receiveAny(ctx, now, arrivals, &got); err != nil {
				return bot.Received{}, err
			}
		}
	}
	got.Duplicate += twice
	return got, nil
}

// arrivals hashes a delivery, leaves out what stands in it twice, and puts it
// in the order in which it is accepted: per contact, in key order, by stamp
// and then by position.
func (s *Store) arrivals(now time.Time, messages []bot.Message) (list []arrival, twice int) {
	seen := make(map[string]bool, len(messages))
	for _, m := range messages {
		a := s.arrival(now, m)
		if seen[string(a.hash)] {
			twice++
			continue
		}
		seen[string(a.hash)] = true
		list = append(list, a)
	}
	slices.SortStableFunc(list, func(a, b arrival) int {
		return cmp.Or(bytes.Compare(a.external, b.external), a.Sent.Compare(b.Sent))
	})
	return list, twice
}

func (s *Store) arrival(now time.Time, m bot.Message) arrival {
	id := m.ID
	if id.Empty() { // a preference has no id: who, what and when
		id = bot.Hide(m.From.External.Reveal() + " " + string(m.Kind) + " " + strconv.FormatInt(m.Sent.Unix(), 10))
	}
	if m.Sent.IsZero() {
		m.Sent = now
	}
	return arrival{Message: m, hash: s.vault.messageHash(m.From.Account, id),
		external: s.vault.externalHash(m.From.Channel, m.From.Account, m.From.External),
		phone:    s.vault.phoneHash(m.From)}
}

// window is until when this message opens the window; a stamp in the future counts as now.
func (a arrival) window(now time.Time) time.Time {
	if a.Sent.After(now) {
		return now.Add(windowOpen)
	}
	return a.Sent.Add(windowOpen)
}

// receiveAny is the road for every delivery, in both dialects, a message at a time.
func (s *Store) receiveAny(ctx context.Context, now time.Time, arrivals []arrival, got *bot.Received) error {
	return s.in(ctx, "receive", func(t *tx) error {
		*got = bot.Received{}
		fresh, err := t.fresh(ctx, now, arrivals)
		if err != nil {
			return err
		}
		got.Duplicate = len(arrivals) - len(fresh)
		if err := t.lockContacts(ctx, fresh); err != nil {
			return err
		}
		for _, a := range fresh {
			if err := t.receiveOne(ctx, now, a, got); err != nil {
				return err
			}
		}
		return nil
	})
}

// fresh notes the message ids, in key order, and keeps the arrivals whose id
// was not there. A concurrent delivery of the same id waits here for ours.
func (t *tx) fresh(ctx context.Context, now time.Time, arrivals []arrival) ([]arrival, error) {
	hashes := make([][]byte, len(arrivals))
	for i, a := range arrivals {
		hashes[i] = a.hash
	}
	slices.SortFunc(hashes, bytes.Compare)
	noted, err := t.note(ctx, now, hashes)
	if err != nil {
		return nil, err
	}
	var fresh []arrival
	for _, a := range arrivals {
		if noted[string(a.hash)] {
			fresh = append(fresh, a)
		}
	}
	return fresh, nil
}

func (t *tx) note(ctx context.Context, now time.Time, hashes [][]byte) (map[string]bool, error) {
	if t.postgres {
		return t.notePostgres(ctx, now, hashes)
	}
	noted := map[string]bool{}
	for _, hash := range hashes {
		n, err := t.exec(ctx, `INSERT INTO dedupe (hash, day) VALUES ($1, $2) ON CONFLICT DO NOTHING`, hash, day(now))
		if err != nil {
			return nil, err
		}
		noted[string(hash)] = n == 1
	}
	return noted, nil
}

// receiveOne takes one message in, under the lock of its contact.
func (t *tx) receiveOne(ctx context.Context, now time.Time, a arrival, got *bot.Received) error {
	dropped, err := t.stampedBeforeErasure(ctx, a)
	if err != nil {
		return err
	}
	var count *int
	var turn bot.ID
	switch {
	case dropped:
		count = &got.Dropped
	case a.Stop:
		return t.receiveStop(ctx, now, a, got)
	case a.Kind.Answered():
		count = &got.Kept
		turn, err = t.keep(ctx, now, a)
	case a.Kind == bot.KindEdited && a.Crisis != "":
		count = &got.Kept
		turn, err = t.keepChanged(ctx, now, a)
	default:
		count, err = t.receiveEvent(ctx, now, a, got)
	}
	if err != nil {
		return err
	}
	*count++
	if turn != "" {
		got.Turns = append(got.Turns, turn)
	}
	return nil
}

// receiveEvent handles the kinds that nobody answers.
func (t *tx) receiveEvent(ctx context.Context, now time.Time, a arrival, got *bot.Received) (*int, error) {
	var matched bool
	var err error
	switch a.Kind {
	case bot.KindRevoked:
		matched, err = t.revoke(ctx, a)
	case bot.KindEdited:
		matched, err = t.edit(ctx, a)
	case bot.KindNumberChange:
		matched, err = t.changeNumber(ctx, now, a)
	case bot.KindPreference:
		matched, err = t.preference(ctx, now, a)
	default:
		return &got.Dropped, nil
	}
	if matched {
		return &got.Kept, err
	}
	return &got.Unmatched, err
}

// stampedBeforeErasure tells whether the sender has been erased since the
// stamp. Stamps are to the second, so one of the same second is kept.
func (t *tx) stampedBeforeErasure(ctx context.Context, a arrival) (bool, error) {
	for _, mark := range t.vault.marks(a.From) {
		var row struct {
			Before instant `db:"drop_before"`
		}
		found, err := t.one(ctx, &row, `SELECT drop_before FROM suppression WHERE mark_hash = $1`, mark)
		if err != nil {
			return false, err
		}
		if found && a.Sent.Before(row.Before.Time) {
			return true, nil
		}
	}
	return false, nil
}

// keep numbers the message, stores it sealed and makes its resident due.
func (t *tx) keep(ctx context.Context, now time.Time, a arrival) (bot.ID, error) {
	r, err := t.residentOf(ctx, now, a)
	if err != nil {
		return "", err
	}
	const query = `UPDATE resident SET seq = seq + 1, due = COALESCE(due, $2),
		window_until = CASE WHEN window_until < $3 THEN $3 ELSE window_until END WHERE id = $1`
	if _, err := t.exec(ctx, query, r.ID, now, a.window(now)); err != nil {
		return "", err
	}
	key, err := t.vault.dataKey(r.ID, r.Wrapped)
	if err != nil {
		return "", err
	}
	id := bot.NewID(now)
	body := seal(key, a.Encode(), place("inbox", id, "body"))
	const insert = `INSERT INTO inbox (id, resident_id, seq, accepted_at, sent_at, body, platform_hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`
	_, err = t.exec(ctx, insert, id, r.ID, r.Seq+1, now, a.Sent, body, a.hash)
	return id, err
}
