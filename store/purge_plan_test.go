package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// fillPurge makes a town of a year, of which little is past its time, with so
// many rows in each table.
func (d *desk) fillPurge(rows int) {
	apart := 8000 * time.Hour / time.Duration(rows) / time.Millisecond // ms between two rows
	numbers := strings.NewReplacer("$ms", fmt.Sprint(int64(apart)), "$us", fmt.Sprint(int64(apart)*1000), "$n", fmt.Sprint(rows))
	insert := func(query string) {
		d.t.Helper()
		if d.IsPostgres() {
			query = strings.NewReplacer("$id", `(lpad(to_hex((extract(epoch FROM $1::timestamptz) * 1000)::bigint - g * $ms::bigint), 12, '0') || '7' || lpad(to_hex(g), 19, '0'))::uuid`,
				"$at", `($1::timestamptz - g * interval '$ms milliseconds')`, "$rows", `generate_series(1, $n) g`, "$blob", `('\x' || lpad(to_hex(g), 16, '0'))::bytea`, "$true", "true").Replace(query)
			query = `WITH moment AS (SELECT $1::timestamptz) ` + query
		} else {
			query = strings.NewReplacer("$id", `substr(printf('%012x', $1 / 1000 - g * $ms), 1, 8) || '-' || substr(printf('%012x', $1 / 1000 - g * $ms), 9) || '-7000-8000-' || printf('%012x', g)`,
				"$at", `($1 - g * $us)`, "$rows", `(WITH RECURSIVE c(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM c WHERE g < $n) SELECT g FROM c)`, "$blob", `CAST(printf('%016x', g) AS BLOB)`, "$true", "1 + 0 * $1").Replace(query)
		}
		d.exec(numbers.Replace(query), noon)
	}
	insert(`INSERT INTO resident (id, channel, account, external, pseudonym, window_until, created_at) SELECT $id, 'cloudapi', '100', $blob, $blob, $at, $at FROM $rows`)
	d.exec(`INSERT INTO resident_key SELECT id, 'w', external FROM resident`)
	insert(`INSERT INTO inbox (id, resident_id, seq, accepted_at, sent_at, platform_hash, state) SELECT $id, $id, 1, $at, $at, $blob, 'done' FROM $rows`)
	insert(`INSERT INTO outbox (id, resident_id, channel, account, reason, rank, message_id, not_before, created_at, state) SELECT $id, $id, 'cloudapi', '100', 'answer', 1, $id, $at, $at, 'read' FROM $rows`)
	insert(`INSERT INTO intent (key, id, resident_id, message_id, operation, at) SELECT CAST($id AS text), $id, $id, $id, 'x', $at FROM $rows`)
	insert(`INSERT INTO request (id, key_hash, code_hash, body, at, handled_at) SELECT $id, $blob, $blob, $blob, $at, $at FROM $rows`)
	d.exec(`INSERT INTO request_key SELECT id, 'w', body FROM request`)
	insert(`INSERT INTO booking (id, location, starts_at, ends_at, state) SELECT $id, 'x', $at, $at, 'cancelled' FROM $rows`)
	d.exec(`INSERT INTO booking_key SELECT id, 'w', external FROM resident`)
	insert(`INSERT INTO pending (id, resident_id, topic, language, about_hash, brought_at) SELECT $id, $id, 'afval', 'nl', $blob, $at FROM $rows`)
	insert(`INSERT INTO subscription (id, resident_id, topic, given_at, language) SELECT $id, $id, 'afval', $at, 'nl' FROM $rows`)
	insert(`INSERT INTO consent (id, pseudonym, topic, given, source, wording, language, version, at, subscription) SELECT $id, $id, 'afval', $true, 'chat', '', 'nl', '', $at, $id FROM $rows`)
	insert(`INSERT INTO receipt (hash, pseudonym, erased_at) SELECT $blob, $id, $at FROM $rows`)
	insert(`INSERT INTO audit (id, at, actor, action, reason) SELECT $id, $at, '', '', '' FROM $rows`)
	insert(`INSERT INTO legal_hold (id, placed_at, placed_by, until, reason) SELECT $id, $at, '', $at, $blob FROM $rows`)
	d.exec(`INSERT INTO hold_key SELECT id, 'w', reason FROM legal_hold`)
	insert(`INSERT INTO export_link (hash, resident_id, language, expires_at) SELECT $blob, $id, 'nl', $at FROM $rows`)
	insert(`INSERT INTO suppression (mark_hash, day) SELECT $blob, CASE WHEN $at IS NULL THEN 2 ELSE 1 END FROM $rows`)
	insert(`INSERT INTO dedupe (hash, day) SELECT $blob, CASE WHEN $at IS NULL THEN 2 ELSE 100000 END FROM $rows`)
	insert(`INSERT INTO booking_try (id, resident_id, at) SELECT $id, $id, $at FROM $rows`)
	insert(`INSERT INTO request_try (resident_id, at) SELECT $id, $at FROM $rows`)
	insert(`INSERT INTO push (id, notice, content, written_by, rehearsed_by, rehearsed_at, rehearsal) SELECT $id, CAST($id AS text), '', ',a,', 'a', $at, '' FROM $rows`)
	insert(`INSERT INTO run (id, account, kind, job, due_at, topic, bundle, template, areas, not_before, useless_after, urgent, state, created_at, done_at)
		SELECT $id, '100', 'job', 'x', $at, 'x', '', '', '', $at, $at, NOT ($true = $true), 'done', $at, $at FROM $rows`)
	insert(`INSERT INTO destruction (id, at, kind, number, ground) SELECT $id, $at, '', 1, '' FROM $rows`)
	d.exec(`ANALYZE`)
}

// A purge that reads a whole table holds up a town every hour.
func TestPlans_thePurgeReadsNoWholeTable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d := &desk{Store: s, t: t, now: noon}
		d.fillPurge(8000)
		explain := `EXPLAIN QUERY PLAN `
		if d.IsPostgres() {
			explain = `EXPLAIN `
		}
		n := 0
		for kind, queries := range d.PurgeQueries(noon, store.DefaultRetention()) {
			for _, q := range queries {
				for _, line := range d.plan(explain+q.Query, q.Args) {
					n++
					whole := strings.Contains(line, "Seq Scan on ") || strings.HasPrefix(line, "SCAN ") && !strings.Contains(line, " USING ") && line != "SCAN CONSTANT ROW" && line != "SCAN w" && line != "SCAN found"
					if whole {
						t.Errorf("%s: %s\n%s", kind, line, q.Query)
					}
				}
			}
		}
		if n < 50 {
			t.Errorf("%d lines of plans: that is not all", n)
		}
	})
}

// plan gives the lines of what the database would do.
func (d *desk) plan(query string, args []any) (lines []string) {
	d.t.Helper()
	rows, err := d.DB().QueryxContext(d.t.Context(), query, args...)
	d.ok(err)
	defer rows.Close()
	for rows.Next() {
		columns, err := rows.SliceScan()
		d.ok(err)
		line := columns[len(columns)-1]
		if b, ok := line.([]byte); ok {
			line = string(b)
		}
		lines = append(lines, strings.TrimLeft(fmt.Sprint(line), " ->"))
	}
	d.ok(rows.Err())
	return lines
}
