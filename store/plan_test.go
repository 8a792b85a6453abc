package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/lib/pq"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// fill makes a town of 12,000 with a long outbox, in SQL: sealed columns hold
// anything, since nothing is opened here.
const fill = `INSERT INTO resident (id, channel, account, external, pseudonym, seq, due, window_until, created_at)
		SELECT gen_random_uuid(), 'cloudapi', '100', 'x', 'x', 1, CASE WHEN g % 600 = 0 THEN $1::timestamptz END, $1, $1 FROM generate_series(1, 12000) g;`
const fillRest = `
	INSERT INTO resident_key SELECT id, 'w', 'x' FROM resident;
	INSERT INTO inbox (id, resident_id, seq, accepted_at, sent_at, platform_hash)
		SELECT gen_random_uuid(), r.id, g, r.created_at, r.created_at, 'x' FROM resident r, generate_series(1, 2) g;
	INSERT INTO subscription (id, resident_id, topic, given_at, language) SELECT gen_random_uuid(), id, 'afval', created_at, 'nl' FROM resident;
	INSERT INTO run (id, account, kind, job, due_at, topic, bundle, template, areas, not_before, useless_after, urgent, state, created_at)
		SELECT ('00000000-0000-7000-8000-00000000000' || g)::uuid, '100', 'job', 'job ' || g, now(), 'afval', 'b', 't', '', now(), now() + interval '12 hours', false, 'sending', now() FROM generate_series(1, 2) g;
	INSERT INTO outbox (id, resident_id, channel, account, reason, rank, topic, run_id, not_before, useless_after, created_at)
		SELECT gen_random_uuid(), r.id, 'cloudapi', '100', 'topic', 3, 'afval', ('00000000-0000-7000-8000-00000000000' || g)::uuid, r.created_at + (g % 2) * interval '12 hours',
			r.created_at + interval '24 hours', r.created_at FROM resident r, generate_series(1, 2) g`

// A claim that reads the whole outbox is right on an empty table and too slow
// in a town; the plan shows it before a town does.
func TestPlans_theHotStatementsReadNoWholeTable(t *testing.T) {
	d := &desk{Store: storetest.Open(t, storetest.Postgres(t)), t: t, now: noon}
	_, err := d.DB().ExecContext(t.Context(), fill, noon)
	d.ok(err)
	_, err = d.DB().ExecContext(t.Context(), fillRest)
	d.ok(err)
	d.analyze()
	token, none := string(bot.NewID(noon)), pq.StringArray{}
	for name, statement := range map[string]struct {
		query string
		args  []any
	}{
		"claim turns": {store.ClaimTurnsPostgres, []any{noon, 20, token, noon}},
		"claim sends": {store.ClaimSendsPostgres, []any{account, noon, 20, int64(time.Hour / time.Microsecond), token, noon, 12500, 30000000, 20, -1}},
		"finish":      {store.FinishPostgres, []any{none, none, pq.Int64Array{}, pq.ByteaArray{}, none, noon, none, none, none, none, none, pq.BoolArray{}, pq.ByteaArray{}}},
	} {
		var plan []string
		d.ok(d.DB().SelectContext(t.Context(), &plan, `EXPLAIN `+statement.query, statement.args...))
		for _, line := range plan {
			if strings.Contains(line, "Bitmap") {
				t.Errorf("%s gathers all before it takes the first: %s", name, strings.TrimSpace(line))
			}
			for _, table := range []string{"outbox", "inbox", "resident", "resident_key", "subscription"} {
				if strings.Contains(line, "Seq Scan on "+table+" ") {
					t.Errorf("%s: %s", name, strings.TrimSpace(line))
				}
			}
		}
	}
}
