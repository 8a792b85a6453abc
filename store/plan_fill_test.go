package store_test

import (
	"fmt"
	"strings"
	"time"
)

// runsOfAYear is how many runs a filled town had; the first is being sent, to
// a quarter of the town, and is nearly done.
const runsOfAYear = 300

// fillPurge makes a town of a year, of which little is past its time and little
// is still to be done, with so many rows in each table that grows. Sealed
// columns hold anything: nothing is opened.
func (d *desk) fillPurge(rows int) {
	d.t.Helper()
	for _, query := range fillOfAYear {
		d.exec(d.filling(query, rows), noon)
	}
	d.analyze()
}

// filling writes a query for this database: $1 is now, g counts the rows, and
// two rows are as far apart as makes it a year.
func (d *desk) filling(query string, rows int) string {
	apart := 8000 * time.Hour / time.Duration(rows) / time.Millisecond // ms between two rows
	words := []string{"$id", `substr(printf('%012x', $1 / 1000 - g * $ms), 1, 8) || '-' || substr(printf('%012x', $1 / 1000 - g * $ms), 9) || '-7000-8000-' || printf('%012x', g)`,
		"$run", `'00000000-0000-7000-8000-' || printf('%012x', g % $many)`, "$at", `($1 - g * $us)`,
		"$rows", `(WITH RECURSIVE c(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM c WHERE g < $n) SELECT g FROM c)`, "$blob", `CAST(printf('%016x', g) AS BLOB)`, "$now", `$1`}
	before := `WITH moment AS (SELECT $1) `
	if d.IsPostgres() {
		words = []string{"$id", `(lpad(to_hex((extract(epoch FROM $1::timestamptz) * 1000)::bigint - g * $ms::bigint), 12, '0') || '7' || lpad(to_hex(g), 19, '0'))::uuid`,
			"$run", `('00000000-0000-7000-8000-' || lpad(to_hex(g % $many), 12, '0'))::uuid`, "$at", `($1::timestamptz - g * interval '$ms milliseconds')`,
			"$rows", `generate_series(1, $n) g`, "$blob", `('\x' || lpad(to_hex(g), 16, '0'))::bytea`, "$now", `$1::timestamptz`}
		before = `WITH moment AS (SELECT $1::timestamptz) `
	}
	numbers := strings.NewReplacer("$ms", fmt.Sprint(int64(apart)), "$us", fmt.Sprint(int64(apart)*1000), "$n", fmt.Sprint(rows), "$many", fmt.Sprint(runsOfAYear))
	return numbers.Replace(before + strings.NewReplacer(words...).Replace(query))
}

var fillOfAYear = []string{
	`INSERT INTO resident (id, channel, account, external_hash, phone_hash, external, phone, pseudonym, window_until, created_at)
		SELECT $id, 'cloudapi', '100', $blob, $blob, $blob, $blob, $blob, $at, $at FROM $rows`,
	`INSERT INTO resident_key SELECT id, 'w', external FROM resident`,
	`INSERT INTO told_closed SELECT id, created_at FROM resident`,
	`INSERT INTO inbox (id, resident_id, seq, accepted_at, sent_at, platform_hash, state) SELECT $id, $id, 1, $at, $at, $blob, 'done' FROM $rows`,
	`INSERT INTO run (id, account, kind, job, due_at, topic, bundle, template, areas, not_before, useless_after, urgent, state, created_at, done_at)
		SELECT $run, '100', 'job', 'x', $at, 'afval', '', '', '', $at, $at, false, CASE WHEN g = 1 THEN 'sending' ELSE 'done' END, $at, $at FROM $rows WHERE g <= $many`,
	`INSERT INTO outbox (id, resident_id, channel, account, reason, rank, message_id, not_before, created_at, platform_hash, claimed_at, state)
		SELECT $id, $id, 'cloudapi', '100', 'answer', 1, $id, $at, $at, $blob, $at, CASE WHEN g % 1000 = 1 THEN 'waiting' ELSE 'read' END FROM $rows WHERE g % 2 = 1`,
	`INSERT INTO outbox (id, resident_id, channel, account, reason, rank, topic, run_id, not_before, useless_after, created_at, platform_hash, claimed_at, state)
		SELECT $id, $id, 'cloudapi', '100', 'topic', 3, 'afval', $run, $at, $at, $at, $blob, $at, 'read' FROM $rows WHERE g % 4 = 2`,
	`INSERT INTO outbox (id, resident_id, channel, account, reason, rank, topic, run_id, not_before, useless_after, created_at, platform_hash, claimed_at, state)
		SELECT $id, $id, 'cloudapi', '100', 'topic', 3, 'afval', (SELECT id FROM run WHERE state = 'sending'), $at, $now, $at, $blob, $at,
			CASE WHEN g % 400 = 0 THEN 'waiting' ELSE 'read' END FROM $rows WHERE g % 4 = 0`,
	`INSERT INTO intent (key, id, resident_id, message_id, operation, at) SELECT CAST($id AS text), $id, $id, $id, 'x', $at FROM $rows`,
	`INSERT INTO request (id, resident_id, key_hash, code_hash, body, at, handled_at) SELECT $id, $id, $blob, $blob, $blob, $at, CASE WHEN g % 100 > 0 THEN $at END FROM $rows`,
	`INSERT INTO request_key SELECT id, 'w', body FROM request`,
	`INSERT INTO booking (id, resident_id, location, starts_at, ends_at, state, key, last_key, code_hash, body) SELECT $id, $id, 'x', $at, $at, 'booked', CAST($id AS text), CAST($id AS text), $blob, $blob FROM $rows`,
	`INSERT INTO seat (location, starts_at, number, booking_id) SELECT 'x', $at, 1, $id FROM $rows`,
	`INSERT INTO booking_key SELECT id, 'w', external FROM resident`,
	`INSERT INTO pending (id, resident_id, topic, language, about_hash, brought_at) SELECT $id, $id, 'afval', 'nl', $blob, $at FROM $rows`,
	`INSERT INTO subscription (id, resident_id, topic, given_at, language) SELECT $id, $id, 'afval', $at, 'nl' FROM $rows`,
	`INSERT INTO consent (id, pseudonym, topic, given, source, wording, language, version, at, subscription) SELECT $id, $id, 'afval', g % 10 > 0, 'chat', '', 'nl', '', $at, $id FROM $rows`,
	`INSERT INTO receipt (hash, pseudonym, erased_at) SELECT $blob, $id, $at FROM $rows`,
	`INSERT INTO audit (id, at, actor, action, reason, pseudonym) SELECT $id, $at, '', '', '', $id FROM $rows`,
	`INSERT INTO legal_hold (id, resident_id, placed_at, placed_by, until, reason) SELECT $id, $id, $at, '', $at, $blob FROM $rows`,
	`INSERT INTO hold_key SELECT id, 'w', reason FROM legal_hold`,
	`INSERT INTO held_text (id, hold_id, at, ours, body) SELECT $id, $id, $at, false, $blob FROM $rows`,
	`INSERT INTO export_link (hash, resident_id, language, expires_at) SELECT $blob, $id, 'nl', $at FROM $rows`,
	`INSERT INTO suppression (mark_hash, day) SELECT $blob, 1 FROM $rows`,
	`INSERT INTO dedupe (hash, day) SELECT $blob, 100000 FROM $rows`,
	`INSERT INTO booking_try (id, resident_id, at) SELECT $id, $id, $at FROM $rows`,
	`INSERT INTO request_try (resident_id, at) SELECT $id, $at FROM $rows`,
	`INSERT INTO push (id, notice, content, written_by, rehearsed_by, rehearsed_at, rehearsal) SELECT $id, CAST($id AS text), '', ',a,', 'a', $at, '' FROM $rows WHERE g <= $many`,
	`INSERT INTO destruction (id, at, kind, number, ground) SELECT $id, $at, '', 1, '' FROM $rows WHERE g <= 20000`,
	`INSERT INTO template (account, name, language, status, category, seen_at) SELECT '100', 'x' || g, 'nl', 'APPROVED', 'UTILITY', $at FROM $rows WHERE g <= 30`,
	`INSERT INTO reach (account, hour, number) SELECT '100', g, 1 FROM $rows WHERE g <= 48`,
}

// analyze tells the database how its tables are filled: those of this test
// alone, for all of a server's together are more than it can lock at once.
func (d *desk) analyze() {
	d.t.Helper()
	tables := []string{""}
	if d.IsPostgres() {
		tables = nil
		d.ok(d.DB().Select(&tables, `SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema`))
	}
	for _, table := range tables {
		d.exec(`ANALYZE ` + table)
	}
}
