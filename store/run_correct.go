package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// receiverRow is a message of a run that was sent.
type receiverRow struct {
	ID       bot.ID `db:"id"`
	Resident bot.ID `db:"resident_id"`
	Body     []byte `db:"body"`
	Wrapped  []byte `db:"wrapped"`
}

// Who got the message of a run, stands subscribed to its topic, and changed
// nothing about that since they were told: for who did, another message holds.
const selectReceivers = `SELECT o.id, o.resident_id, o.body, k.wrapped FROM outbox o
	JOIN resident r ON r.id = o.resident_id AND r.closed_at IS NULL JOIN resident_key k ON k.resident_id = o.resident_id
	WHERE o.run_id = $1 AND o.state IN ('sent', 'delivered', 'read')
		AND EXISTS (SELECT 1 FROM subscription s WHERE s.resident_id = o.resident_id AND s.topic = $2 AND s.paused_at IS NULL)
		AND NOT EXISTS (SELECT 1 FROM subscription s WHERE s.resident_id = o.resident_id AND s.topic = $2 AND s.given_at > o.claimed_at) `

// Receivers gives up to limit residents to whom a run's message was sent, also by its fallback, in
// the order of their ids, after the one named, with what they were told; next
// is the last that was looked at, and empty when there are no more.
func (s *Store) Receivers(ctx context.Context, run bot.Run, after bot.ID, limit int) (list []bot.Receiver, next bot.ID, err error) {
	if after == "" {
		after = firstID
	}
	rows, err := s.received(ctx, run, `AND o.resident_id > $3 ORDER BY o.resident_id LIMIT $4`, string(after), limit)
	if err != nil || len(rows) == 0 {
		return nil, "", wrapped("receivers", err)
	}
	rows = rows[:min(limit, len(rows))]
	if list, err = s.receivers(ctx, run.Topic, rows); err != nil {
		return nil, "", err
	}
	if len(rows) == limit {
		next = rows[limit-1].Resident
	}
	return list, next, nil
}

// Receiver gives one of them; found is false when the message was not sent to
// this resident, or their subscription is not what it was.
func (s *Store) Receiver(ctx context.Context, run bot.Run, resident bot.ID) (r bot.Receiver, found bool, err error) {
	rows, err := s.received(ctx, run, `AND o.resident_id = $3`, string(resident))
	if err != nil {
		return r, false, fmt.Errorf("receiver: %w", err)
	}
	list, err := s.receivers(ctx, run.Topic, rows)
	if err != nil || len(list) == 0 {
		return r, false, err
	}
	return list[0], true, nil
}

// received finds messages of a run that were sent, and of its fallback, in the
// order of the residents, one of each.
func (s *Store) received(ctx context.Context, run bot.Run, which string, args ...any) (rows []receiverRow, err error) {
	runs := []bot.ID{run.ID}
	fallback, found, err := s.Fallback(ctx, run.ID)
	if err != nil {
		return nil, err
	}
	if found {
		runs = append(runs, fallback.ID)
	}
	for _, id := range runs {
		var some []receiverRow
		if err := s.readers.SelectContext(ctx, &some, selectReceivers+which, append([]any{string(id), run.Topic}, args...)...); err != nil {
			return nil, err
		}
		rows = append(rows, some...)
	}
	slices.SortStableFunc(rows, func(a, b receiverRow) int { return cmp.Compare(a.Resident, b.Resident) })
	return slices.CompactFunc(rows, func(a, b receiverRow) bool { return a.Resident == b.Resident }), nil
}

// receivers opens what they were told. Who cannot be opened is counted and passed over.
func (s *Store) receivers(ctx context.Context, topic string, rows []receiverRow) ([]bot.Receiver, error) {
	told, residents := map[bot.ID]bot.Private{}, make([]bot.ID, len(rows))
	for i, row := range rows {
		residents[i] = row.Resident
		text, err := s.said(row)
		if err != nil {
			s.unreadable.Add(1)
		}
		told[row.Resident] = text
	}
	people, err := s.subscribers(ctx, topic, residents)
	if err != nil {
		return nil, err
	}
	list := make([]bot.Receiver, len(people))
	for i, one := range people {
		list[i] = bot.Receiver{Subscriber: one, Told: told[one.Resident]}
	}
	return list, nil
}

// said is the text of a message that was sent; empty when it is not known: a
// process ended between the send and noting it.
func (s *Store) said(row receiverRow) (bot.Private, error) {
	key, err := s.vault.dataKey(row.Resident, row.Wrapped)
	if err != nil {
		return bot.Private{}, err
	}
	body, err := unseal(key, row.Body, place("outbox", row.ID, "body"))
	if err != nil || len(body) == 0 {
		return bot.Private{}, err
	}
	reply, err := bot.DecodeReply(body)
	return reply.Text, err
}

func wrapped(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// sealedBody seals what a notification said, so that its resident can be shown
// it and a correction can compare; nothing for other messages, which have theirs.
func (t *tx) sealedBody(ctx context.Context, send bot.Send) ([]byte, error) {
	if send.Notify == nil || send.Reply.Text.Empty() {
		return nil, nil
	}
	resident := send.Notify.To.Resident
	key, known := t.vault.remembered(resident)
	if !known {
		var wrapped []byte
		found, err := t.one(ctx, &wrapped, `SELECT wrapped FROM resident_key WHERE resident_id = $1`, resident)
		if err != nil || !found { // erased meanwhile: the row is gone too
			return nil, err
		}
		if key, err = t.vault.dataKey(resident, wrapped); err != nil {
			return nil, err
		}
	}
	return seal(key, send.Reply.Encode(), place("outbox", send.ID, "body")), nil
}

// EndPast ends subscriptions to a run's topic whose message never comes any
// more, as if they had had their use with it.
func (s *Store) EndPast(ctx context.Context, now time.Time, run bot.Run, to bot.Subscriber, about []bot.Value) error {
	return s.in(ctx, "end what is past", func(t *tx) error {
		return t.endUsed(ctx, now, &bot.Outgoing{Run: run, To: to, Ends: about})
	})
}

// endUsed ends the subscriptions that had their use with a message that was
// sent, and writes it in the ledger. What is gone already is not noted again.
// It locks the resident, and comes before the message's row is touched.
func (t *tx) endUsed(ctx context.Context, now time.Time, out *bot.Outgoing) error {
	if out == nil || len(out.Ends) == 0 {
		return nil
	}
	query := selectResident + `WHERE r.id = $1`
	if t.postgres {
		query += ` FOR NO KEY UPDATE OF r`
	}
	var r residentRow
	if found, err := t.one(ctx, &r, query, out.To.Resident); err != nil || !found {
		return err
	}
	for _, about := range out.Ends {
		line := ledgerLine{topic: out.Run.Topic, source: "done", language: out.To.Language, version: out.Run.Bundle}
		hash := t.vault.aboutHash(r.ID, bot.Consent{Topic: out.Run.Topic, About: about})
		found, err := t.one(ctx, &line.subscription, `DELETE FROM subscription WHERE resident_id = $1 AND topic = $2 AND about_hash = $3 RETURNING id`, r.ID, out.Run.Topic, hash)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		if err := t.ledger(ctx, now, r, false, line); err != nil {
			return err
		}
	}
	return nil
}
