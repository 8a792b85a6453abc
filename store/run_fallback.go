package store

import (
	"context"

	"github.com/gemeentebode/bode/bot"
)

// stoodInFor tells, in a claim, whether the run that fallback u stands in for
// may send at $2: it goes, or ended by itself, in no quiet hours, and nobody
// switched off the notifications of its account.
const stoodInFor = `EXISTS (SELECT 1 FROM run c LEFT JOIN pace p ON p.account = c.account
				WHERE c.id = u.corrects AND (c.state = 'sending' OR (c.state = 'done' AND c.reason = ''))
					AND (c.quiet_from IS NULL OR $2 < c.quiet_from OR $2 >= c.quiet_until) AND p.topics_stopped_at IS NULL)`

// Whom a run could not reach for good, who stands subscribed to its topic and
// to that of the fallback, and has no row there yet.
const selectUnreached = `SELECT o.resident_id FROM outbox o JOIN resident r ON r.id = o.resident_id AND r.closed_at IS NULL
	WHERE o.run_id = $1 AND o.state = 'failed' AND o.error_class = 'recipient' AND o.resident_id > $4
		AND EXISTS (SELECT 1 FROM subscription s WHERE s.resident_id = o.resident_id AND s.topic = o.topic AND s.paused_at IS NULL)
		AND EXISTS (SELECT 1 FROM subscription s WHERE s.resident_id = o.resident_id AND s.topic = $3 AND s.paused_at IS NULL)
		AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.run_id = $2 AND b.resident_id = o.resident_id)
	ORDER BY o.resident_id LIMIT $5`

// Unreached gives up to limit residents whom the run that a fallback stands in
// for could not reach, and who agreed to both topics, in the order of their
// ids, after the one named; next is empty when there are no more.
func (s *Store) Unreached(ctx context.Context, fallback bot.Run, after bot.ID, limit int) (residents []bot.ID, next bot.ID, err error) {
	if after == "" {
		after = firstID
	}
	err = s.readers.SelectContext(ctx, &residents, selectUnreached, string(fallback.Corrects), string(fallback.ID), fallback.Topic, string(after), limit)
	if err == nil && len(residents) == limit {
		next = residents[limit-1]
	}
	return residents, next, wrapped("unreached", err)
}

// Fallback gives the run that stands in for another; found is false when there
// is none: everybody was reached, or no fallback is on.
func (s *Store) Fallback(ctx context.Context, of bot.ID) (run bot.Run, found bool, err error) {
	err = s.in(ctx, "fallback", func(t *tx) error {
		var row runRow
		found, err = t.one(ctx, &row, selectRun+`WHERE u.corrects = $1 AND u.kind = 'fallback'`, of)
		run = row.run()
		return err
	})
	return run, found, err
}
