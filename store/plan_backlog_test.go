package store_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// fillBacklog has so many answers wait, two for each resident, beside those that were sent.
const fillBacklog = `INSERT INTO resident (id, channel, account, external, pseudonym, seq, window_until, created_at)
		SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(g), 12, '0'))::uuid, 'cloudapi', '100', 'x', 'x', 2, $1::timestamptz + interval '20 hours', $1 FROM generate_series($2::int, $3::int) g`
const fillAnswers = `INSERT INTO outbox (id, resident_id, channel, account, reason, rank, message_id, body, not_before, created_at)
		SELECT gen_random_uuid(), r.id, 'cloudapi', '100', 'answer', 1, gen_random_uuid(), 'x', $1, $1 FROM resident r, generate_series(1, 2) g`
const fillSent = `INSERT INTO outbox (id, resident_id, channel, account, reason, rank, message_id, body, not_before, created_at, state)
		SELECT gen_random_uuid(), r.id, 'cloudapi', '100', 'answer', 1, gen_random_uuid(), 'x', $1, $1, 'sent' FROM resident r, generate_series(1, 33) g`

// What a claim looks at is about what it takes, however much waits: after an
// hour without the platform a town's answers wait, and each claim that gathered
// them all took most of a second with the pace locked.
func TestPlans_aClaimLooksAtFewOfTheAnswersThatWait(t *testing.T) {
	d := &desk{Store: storetest.Open(t, storetest.Postgres(t)), t: t, now: noon}
	d.DB().SetMaxOpenConns(1) // one connection, with its plans
	_, err := d.DB().ExecContext(t.Context(), fillBacklog, noon, 1, 3000)
	d.ok(err)
	for _, query := range []string{fillSent, fillAnswers} {
		_, err = d.DB().ExecContext(t.Context(), query, noon)
		d.ok(err)
	}
	d.analyze()
	_, err = d.DB().ExecContext(t.Context(), `PREPARE claim (text, timestamptz, bigint, bigint, uuid, timestamptz, bigint, bigint, int, int) AS `+store.ClaimSendsPostgres)
	d.ok(err)
	var text string
	d.ok(d.DB().GetContext(t.Context(), &text, `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE claim('100', '`+noon.Format(time.RFC3339)+`', 64, 7200000000, gen_random_uuid(), '`+noon.Format(time.RFC3339)+`', 12500, 30000000, 64, -1)`))
	var plans []struct{ Plan looked }
	d.ok(json.Unmarshal([]byte(text), &plans))
	if n := plans[0].Plan.rows(); n > 2000 {
		t.Errorf("a claim of 64 looked at %.0f rows of an outbox in which 6000 wait", n)
	}
	if n := d.count(`SELECT count(*) FROM outbox WHERE state = 'claimed'`); n != 64 {
		t.Errorf("%d were claimed, want 64", n)
	}
}

// looked is what a plan's part read.
type looked struct {
	Relation string   `json:"Relation Name"`
	Index    string   `json:"Index Name"`
	Rows     float64  `json:"Actual Rows"`
	Removed  float64  `json:"Rows Removed by Filter"`
	Loops    float64  `json:"Actual Loops"`
	Plans    []looked `json:"Plans"`
}

// rows counts what was read of the outbox, found by an index or read whole.
func (l looked) rows() (n float64) {
	if l.Relation == "outbox" || l.Index != "" {
		n = (l.Rows + l.Removed) * l.Loops
	}
	for _, below := range l.Plans {
		n += below.rows()
	}
	return n
}
