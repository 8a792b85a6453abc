package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/lib/pq"

	"github.com/gemeentebode/bode/bot"
)

// Both also take a row that waits for its one repeat: its first send succeeded
// after all. The address of a farewell dies here; what a notification said is
// kept, sealed. Postgres locks a group's rows in the order of their ids, as
// everywhere. $1 ids, $2 keyed hashes of the platform's ids, $3 what was said.
const (
	markSentPostgres = `WITH s AS (
			SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS s (id, hash, said)),
		held AS (
			SELECT o.id FROM outbox o JOIN s ON s.id = o.id ORDER BY o.id FOR NO KEY UPDATE OF o)
		UPDATE outbox o SET platform_hash = NULLIF(s.hash, ''::bytea), token = NULL,
			state = CASE WHEN o.state IN ('waiting', 'claimed', 'aside') THEN 'sent' ELSE o.state END,
			body = CASE WHEN o.reason = 'farewell' THEN NULL ELSE COALESCE(NULLIF(s.said, ''::bytea), o.body) END, address = NULL
		FROM s JOIN held ON held.id = s.id WHERE o.id = s.id`
	markSentSQLite = `UPDATE outbox SET platform_hash = $2, token = NULL,
		state = CASE WHEN state IN ('waiting', 'claimed', 'aside') THEN 'sent' ELSE state END,
		body = CASE WHEN reason = 'farewell' THEN NULL ELSE COALESCE($3, body) END, address = NULL WHERE id = $1`
)

// MarkAllSent notes the platform's ids as keyed hashes, of all in one
// transaction; see outbox.Store. It goes by the row and not by the token: what
// was sent was sent, whoever claimed it.
func (s *Store) MarkAllSent(ctx context.Context, now time.Time, sent []bot.Sent) []error {
	results := make([]error, len(sent))
	err := s.markGroup(ctx, now, sent)
	for i := range results {
		if err != nil && len(sent) > 1 {
			results[i] = s.markGroup(ctx, now, sent[i:i+1])
		} else {
			results[i] = err
		}
	}
	return results
}

// MarkSent is MarkAllSent for one.
func (s *Store) MarkSent(ctx context.Context, now time.Time, send bot.Send, platformID bot.Private) error {
	return s.markGroup(ctx, now, []bot.Sent{{Send: send, PlatformID: platformID}})
}

func (s *Store) markGroup(ctx context.Context, now time.Time, sent []bot.Sent) error {
	return s.in(ctx, "mark sent", func(t *tx) error {
		if err := t.endAllUsed(ctx, now, sent); err != nil {
			return err
		}
		var rows []bot.ID
		var hashes, said [][]byte
		for _, one := range sent {
			body, err := t.sealedBody(ctx, one.Send)
			if err != nil {
				return err
			}
			var hash []byte
			if !one.PlatformID.Empty() {
				hash = t.vault.sentHash(one.PlatformID)
			}
			rows, hashes, said = append(rows, one.ID), append(hashes, hash), append(said, body)
		}
		return t.markRows(ctx, rows, hashes, said)
	})
}

func (t *tx) markRows(ctx context.Context, rows []bot.ID, hashes, said [][]byte) error {
	if t.postgres {
		_, err := t.exec(ctx, markSentPostgres, ids(rows), pq.ByteaArray(hashes), pq.ByteaArray(said))
		return err
	}
	for i, id := range rows {
		if _, err := t.exec(ctx, markSentSQLite, id, hashes[i], said[i]); err != nil {
			return err
		}
	}
	return nil
}

// endAllUsed locks the residents whose subscriptions end with what was sent,
// in the order of their ids.
func (t *tx) endAllUsed(ctx context.Context, now time.Time, sent []bot.Sent) error {
	var ending []*bot.Outgoing
	for _, one := range sent {
		if one.Notify != nil && len(one.Notify.Ends) > 0 {
			ending = append(ending, one.Notify)
		}
	}
	slices.SortFunc(ending, func(a, b *bot.Outgoing) int { return cmp.Compare(a.To.Resident, b.To.Resident) })
	for _, out := range ending {
		if err := t.endUsed(ctx, now, out); err != nil {
			return err
		}
	}
	return nil
}
