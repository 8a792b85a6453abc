package store

import "context"

// The claim, in one statement. Urgent (farewell, answer, desk) goes before
// topics. A row is held up by an older answer or desk message of the same
// resident that waits and is still useful, and by anything of that resident
// that is on its way; not by a row whose lease ran out. A topic row is also
// held up by every answer that waits, and by an older topic row that could go.
// The consent stands in the claim; a withdrawal deletes the row that waits, so
// that one which commits meanwhile leaves nothing to lock. The array keeps
// Postgres, which cannot guess how many a LIMIT lets through, on the index.
// $1 account, $2 now, $3 room, $4 useful (us), $5 token, $6 base, $7 step (us), $8 lease (us).
const claimSendsPostgres = `WITH urgent AS (
		SELECT o.id, o.rank, o.not_before, o.n FROM outbox o LEFT JOIN resident r ON r.id = o.resident_id
		WHERE o.state = 'waiting' AND o.account = $1 AND o.rank < 3 AND o.not_before <= $2
			AND COALESCE(o.useless_after, o.created_at + $4::bigint * interval '1 microsecond') > $2
			AND (o.rank = 0 OR (r.closed_at IS NULL AND (o.template OR r.window_until > $2)))
			AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.resident_id = o.resident_id AND b.state IN ('waiting', 'claimed') AND (
				(b.state = 'claimed' AND b.id <> o.id AND b.lease_until > $2) OR
				(b.state = 'waiting' AND b.n < o.n AND b.rank < 3
					AND COALESCE(b.useless_after, b.created_at + $4::bigint * interval '1 microsecond') > $2)))
		ORDER BY o.rank, o.not_before, o.n LIMIT $3 FOR UPDATE OF o SKIP LOCKED),
	topics AS (
		SELECT o.id, o.rank, o.not_before, o.n FROM outbox o JOIN resident r ON r.id = o.resident_id
		WHERE o.state = 'waiting' AND o.account = $1 AND o.rank = 3 AND o.not_before <= $2
			AND EXISTS (SELECT 1 FROM subscription s WHERE s.resident_id = o.resident_id AND s.topic = o.topic AND s.paused_at IS NULL)
			AND COALESCE(o.useless_after, o.created_at + $4::bigint * interval '1 microsecond') > $2
			AND r.closed_at IS NULL AND (o.template OR r.window_until > $2)
			AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.resident_id = o.resident_id AND b.state IN ('waiting', 'claimed') AND (
				(b.state = 'claimed' AND b.id <> o.id AND b.lease_until > $2) OR
				(b.state = 'waiting' AND (b.rank < 3 OR (b.n < o.n AND b.not_before <= $2))
					AND COALESCE(b.useless_after, b.created_at + $4::bigint * interval '1 microsecond') > $2)))
		ORDER BY o.rank, o.not_before, o.n
		LIMIT GREATEST($3 - (SELECT count(*) FROM urgent), 0) FOR UPDATE OF o SKIP LOCKED),
	picked AS (
		SELECT id, row_number() OVER (ORDER BY rank, not_before, n) - 1 AS slot
		FROM (SELECT * FROM urgent UNION ALL SELECT * FROM topics) AS both_kinds),
	taken AS (
		UPDATE outbox o SET state = 'claimed', token = $5::uuid, tries = o.tries + 1, claimed_at = $2::timestamptz,
			lease_until = $6::timestamptz + (p.slot * $7::bigint + $8::bigint) * interval '1 microsecond',
			useless_after = COALESCE(o.useless_after, o.created_at + $4::bigint * interval '1 microsecond')
		FROM picked p WHERE o.id = p.id AND o.id = ANY (ARRAY(SELECT id FROM picked))
		RETURNING o.id, o.resident_id, o.channel, o.account, o.reason, o.body, o.address, o.tries, p.slot),
	paced AS (
		UPDATE pace SET next_slot = $6::timestamptz + (SELECT count(*) FROM taken) * $7::bigint * interval '1 microsecond'
		WHERE account = $1 AND EXISTS (SELECT 1 FROM taken))
	SELECT t.id, t.reason, t.channel, t.account, t.body, t.address, t.tries, t.slot,
		COALESCE(t.resident_id::text, '') AS resident, r.external, r.phone, k.wrapped
	FROM taken t LEFT JOIN resident r ON r.id = t.resident_id LEFT JOIN resident_key k ON k.resident_id = t.resident_id
	ORDER BY t.slot`

func (t *tx) claimSendsPostgres(ctx context.Context, c claimOfSends) ([]sendRow, error) {
	var rows []sendRow
	err := t.all(ctx, &rows, claimSendsPostgres, c.account, c.now, c.room, c.useful, c.token, c.base, c.step, c.lease)
	return rows, err
}
