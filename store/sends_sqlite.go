package store

import "context"

// The same rules as claimSendsPostgres, in two looks and a loop; there is one
// writer, and nothing can change in between.
// $1 account, $2 now, $3 most rows, $4 useful (us).
const (
	urgentSQLite = `SELECT o.id FROM outbox o LEFT JOIN resident r ON r.id = o.resident_id
		WHERE o.state = 'waiting' AND o.account = $1 AND o.rank < 3 AND o.not_before <= $2
			AND COALESCE(o.useless_after, o.created_at + $4) > $2
			AND (o.rank = 0 OR (r.closed_at IS NULL AND (o.template OR r.window_until > $2)))
			AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.resident_id = o.resident_id AND b.state IN ('waiting', 'claimed') AND (
				(b.state = 'claimed' AND b.id <> o.id AND b.lease_until > $2) OR
				(b.state = 'waiting' AND b.n < o.n AND b.rank < 3 AND COALESCE(b.useless_after, b.created_at + $4) > $2)))
		ORDER BY o.rank, o.not_before, o.n LIMIT $3`
	openRunsSQLite = `SELECT u.id, u.kind, u.template, COALESCE(u.room, $3) AS room FROM run u
		WHERE u.account = $1 AND u.state = 'sending' AND u.not_before <= $2 AND u.useless_after > $2 AND COALESCE(u.room, 1) > 0
			AND (u.quiet_from IS NULL OR $2 < u.quiet_from OR $2 >= u.quiet_until)
			AND (u.kind <> 'fallback' OR ` + stoodInFor + `) ORDER BY u.urgent DESC, u.due_at, u.id`
	topicsSQLite = `SELECT o.id, o.resident_id FROM outbox o JOIN resident r ON r.id = o.resident_id
		WHERE o.run_id = $1 AND o.state = 'waiting' AND o.not_before <= $2 AND o.useless_after > $2 AND r.closed_at IS NULL
			AND EXISTS (SELECT 1 FROM subscription s WHERE s.resident_id = o.resident_id AND s.topic = o.topic AND s.paused_at IS NULL
				AND ($7 = 'fallback' OR r.window_until > $2 OR ($5 <> 0 AND EXISTS (SELECT 1 FROM template m
					WHERE m.account = o.account AND m.name = $6 AND m.language IN (s.language, 'nl') AND m.status = 'APPROVED' AND m.category = 'UTILITY'))))
			AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.resident_id = o.resident_id AND b.state IN ('waiting', 'claimed') AND (
				(b.state = 'claimed' AND b.id <> o.id AND b.lease_until > $2) OR
				(b.state = 'waiting' AND b.rank < 3 AND COALESCE(b.useless_after, b.created_at + $4) > $2)))
		ORDER BY o.n LIMIT $3`
	takeSQLite = `UPDATE outbox SET state = 'claimed', token = $2, tries = tries + 1, claimed_at = $3, lease_until = $4,
		useless_after = COALESCE(useless_after, created_at + $5) WHERE id = $1`
	readSendSQLite = `SELECT o.id, o.reason, o.channel, o.account, o.body, o.address, o.tries,
			COALESCE(o.resident_id, '') AS resident, r.external, r.phone, k.wrapped,
			COALESCE(o.run_id, '') AS run, COALESCE(o.message_id, '') AS turn, COALESCE(r.window_until > $2, 0) AS open
		FROM outbox o LEFT JOIN resident r ON r.id = o.resident_id LEFT JOIN resident_key k ON k.resident_id = o.resident_id
		WHERE o.id = $1`
)

func (t *tx) claimSendsSQLite(ctx context.Context, c claimOfSends) ([]sendRow, error) {
	var picked []string
	if err := t.all(ctx, &picked, urgentSQLite, c.account, c.now, c.room, c.useful); err != nil {
		return nil, err
	}
	topics, err := t.topicsSQLite(ctx, c, min(c.topics, c.room-len(picked)))
	if err != nil {
		return nil, err
	}
	picked = append(picked, topics...)
	rows := make([]sendRow, len(picked))
	for i, id := range picked {
		slot := c.slot(int64(i))
		if _, err := t.exec(ctx, takeSQLite, id, c.token, c.now, slot.Add(c.lease), c.useful); err != nil {
			return nil, err
		}
		if _, err := t.one(ctx, &rows[i], readSendSQLite, id, c.now); err != nil {
			return nil, err
		}
		rows[i].Slot = int64(i)
	}
	if len(rows) == 0 {
		return rows, nil
	}
	_, err = t.exec(ctx, `UPDATE pace SET next_slot = $2 WHERE account = $1`, c.account, c.slot(int64(len(rows))))
	return rows, err
}

// topicsSQLite picks notifications, run by run.
func (t *tx) topicsSQLite(ctx context.Context, c claimOfSends, room int) (picked []string, err error) {
	if room <= 0 {
		return nil, nil
	}
	if c.outside > 0 {
		room = min(room, c.outside)
	}
	var runs []struct {
		ID       string `db:"id"`
		Kind     string `db:"kind"`
		Template string `db:"template"`
		Room     int    `db:"room"`
	}
	if err := t.all(ctx, &runs, openRunsSQLite, c.account, c.now, room); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, run := range runs {
		var some []struct {
			ID       string `db:"id"`
			Resident string `db:"resident_id"`
		}
		if err := t.all(ctx, &some, topicsSQLite, run.ID, c.now, min(run.Room, room-len(picked)), c.useful, c.outside, run.Template, run.Kind); err != nil {
			return nil, err
		}
		for _, row := range some { // one message to a resident in a claim
			if !seen[row.Resident] {
				picked = append(picked, row.ID)
			}
			seen[row.Resident] = true
		}
	}
	return picked, nil
}
