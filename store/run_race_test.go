package store_test

import (
	"testing"
	"time"

	"github.com/gemeentebode/bode/store/storetest"
)

// A resident who is erased between the choice of a page and its rows is left
// out of the run; the rest of the page is not.
func TestEnqueue_leavesOutWhoIsErasedMeanwhile(t *testing.T) {
	d := &desk{Store: storetest.Open(t, storetest.Postgres(t)), t: t, now: noon}
	d.ok(d.PutBundle(t.Context(), noon, "hash-1", []byte("content"), "test"))
	d.town(5, "afval")
	_, _, err := d.BeginRun(t.Context(), d.now, aRun(d.now))
	d.ok(err)
	held, _, err := d.HoldRun(t.Context(), d.now, account, time.Minute)
	d.ok(err)
	erasure, err := d.DB().BeginTxx(t.Context(), nil)
	d.ok(err)
	defer erasure.Rollback()
	for _, query := range []string{`DELETE FROM subscription WHERE resident_id = (SELECT max(id::text)::uuid FROM resident)`,
		`DELETE FROM resident_key WHERE resident_id = (SELECT max(id::text)::uuid FROM resident)`,
		`DELETE FROM inbox WHERE resident_id = (SELECT max(id::text)::uuid FROM resident)`,
		`DELETE FROM resident WHERE id = (SELECT max(id::text)::uuid FROM resident)`} {
		_, err := erasure.ExecContext(t.Context(), query)
		d.ok(err)
	}
	enqueued := make(chan error, 1)
	go func() {
		_, _, err := d.EnqueueAll(t.Context(), d.now, &held, 10)
		enqueued <- err
	}()
	waiting := func() bool {
		return d.count(`SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%INSERT INTO outbox%' AND query NOT LIKE '%pg_stat_activity%'`) > 0
	}
	for deadline := time.Now().Add(30 * time.Second); !waiting(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the selection does not wait for the erasure")
		}
	}
	d.ok(erasure.Commit())
	d.ok(<-enqueued)
	if n := d.count(`SELECT count(*) FROM outbox WHERE run_id = $1`, held.Run.ID); n != 4 {
		t.Errorf("%d have a row, want 4", n)
	}
}
