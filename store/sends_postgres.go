package store

import "context"

// The claim, in one statement. Urgent (farewell, answer, desk) goes before
// topics. A row is held up by an older answer or desk message of the same
// resident that waits and is still useful, and by anything of that resident
// that is on its way; not by a row whose lease ran out. A notification is also
// held up by every answer that waits. Its run is open, not in quiet hours and
// of use; the consent for its topic stands now, and outside the 24-hour window
// a template of the subscription's language or in Dutch is approved, as a utility one.
// A fallback knows no window, and goes only while the run that it stands in for may.
// The arrays keep Postgres, which cannot guess how many a LIMIT lets through,
// on the index; a count, unlike NOT EXISTS, is made for the rows that are looked
// at and not for all that wait. The order of runs of equal moment is that of their ids.
// $1 account, $2 now, $3 room, $4 useful (us), $5 token, $6 base, $7 step (us), $8 lease (us),
// $9 room for notifications, $10 of these outside the window (below 0: no limit).
const claimSendsPostgres = `WITH urgent AS (
		SELECT o.id, o.rank, o.not_before, o.n FROM outbox o LEFT JOIN resident r ON r.id = o.resident_id
		WHERE o.state = 'waiting' AND o.account = $1 AND o.rank < 3 AND o.not_before <= $2
			AND COALESCE(o.useless_after, o.created_at + $4::bigint * interval '1 microsecond') > $2
			AND (o.rank = 0 OR (r.closed_at IS NULL AND (o.template OR r.window_until > $2)))
			AND (SELECT count(*) FROM outbox b WHERE b.resident_id = o.resident_id AND b.state IN ('waiting', 'claimed') AND (
				(b.state = 'claimed' AND b.id <> o.id AND b.lease_until > $2) OR
				(b.state = 'waiting' AND b.n < o.n AND b.rank < 3
					AND COALESCE(b.useless_after, b.created_at + $4::bigint * interval '1 microsecond') > $2))) = 0
		ORDER BY o.rank, o.not_before, o.n LIMIT $3 FOR UPDATE OF o SKIP LOCKED),
	open_runs AS (
		SELECT u.id, u.kind, u.urgent, u.due_at, u.template, COALESCE(u.room, $9::int) AS room FROM run u
		WHERE u.account = $1 AND u.state = 'sending' AND u.not_before <= $2 AND u.useless_after > $2 AND COALESCE(u.room, 1) > 0
			AND (u.quiet_from IS NULL OR $2 < u.quiet_from OR $2 >= u.quiet_until) AND $9::int > 0 AND (u.kind <> 'fallback' OR ` + stoodInFor + `)),
	topics AS (
		SELECT o.id, o.rank, o.not_before, o.n, o.resident_id FROM open_runs u CROSS JOIN LATERAL (
			SELECT o.id, o.rank, o.not_before, o.n, o.resident_id FROM outbox o JOIN resident r ON r.id = o.resident_id
			WHERE o.run_id = u.id AND o.state = 'waiting' AND o.not_before <= $2 AND o.useless_after > $2 AND r.closed_at IS NULL
				AND EXISTS (SELECT 1 FROM subscription s WHERE s.resident_id = o.resident_id AND s.topic = o.topic AND s.paused_at IS NULL
					AND (u.kind = 'fallback' OR r.window_until > $2 OR ($10::int <> 0 AND EXISTS (SELECT 1 FROM template m
						WHERE m.account = o.account AND m.name = u.template AND m.language IN (s.language, 'nl') AND m.status = 'APPROVED' AND m.category = 'UTILITY'))))
				AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.resident_id = o.resident_id AND b.state IN ('waiting', 'claimed') AND (
					(b.state = 'claimed' AND b.id <> o.id AND b.lease_until > $2) OR
					(b.state = 'waiting' AND b.rank < 3 AND COALESCE(b.useless_after, b.created_at + $4::bigint * interval '1 microsecond') > $2)))
			ORDER BY o.n LIMIT LEAST($9::int, u.room, CASE WHEN $10::int > 0 THEN $10::int END) FOR UPDATE OF o SKIP LOCKED) o
		ORDER BY u.urgent DESC, u.due_at, u.id, o.n
		LIMIT GREATEST(LEAST($9::int, $3 - (SELECT count(*) FROM urgent), CASE WHEN $10::int > 0 THEN $10::int END), 0)),
	picked AS (
		SELECT id, row_number() OVER (ORDER BY rank, not_before, n) - 1 AS slot
		FROM (SELECT * FROM urgent UNION ALL SELECT DISTINCT ON (resident_id) id, rank, not_before, n FROM topics) AS both_kinds),
	taken AS (
		UPDATE outbox o SET state = 'claimed', token = $5::uuid, tries = o.tries + 1, claimed_at = $2::timestamptz,
			lease_until = $6::timestamptz + (p.slot * $7::bigint + $8::bigint) * interval '1 microsecond',
			useless_after = COALESCE(o.useless_after, o.created_at + $4::bigint * interval '1 microsecond')
		FROM picked p WHERE o.id = p.id AND o.id = ANY (ARRAY(SELECT id FROM picked))
		RETURNING o.id, o.resident_id, o.run_id, o.channel, o.account, o.reason, o.message_id, o.body, o.address, o.tries, p.slot),
	paced AS (
		UPDATE pace SET next_slot = $6::timestamptz + (SELECT count(*) FROM taken) * $7::bigint * interval '1 microsecond'
		WHERE account = $1 AND EXISTS (SELECT 1 FROM taken))
	SELECT t.id, t.reason, t.channel, t.account, t.body, t.address, t.tries, t.slot,
		COALESCE(t.resident_id::text, '') AS resident, r.external, r.phone, k.wrapped,
		COALESCE(t.run_id::text, '') AS run, COALESCE(t.message_id::text, '') AS turn, COALESCE(r.window_until > $2, false) AS open
	FROM taken t LEFT JOIN resident r ON r.id = t.resident_id LEFT JOIN resident_key k ON k.resident_id = t.resident_id
	ORDER BY t.slot`

func (t *tx) claimSendsPostgres(ctx context.Context, c claimOfSends) ([]sendRow, error) {
	var rows []sendRow
	err := t.all(ctx, &rows, claimSendsPostgres, c.account, c.now, c.room, c.useful, c.token, c.base, c.step, c.lease, c.topics, c.outside)
	return rows, err
}
