package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/gemeentebode/bode/store/storetest"
)

// fillTown makes a town of which nobody was ever told anything, and tells the
// database so: that is what it knows when a run of everybody begins.
const fillTown = `INSERT INTO resident (id, channel, account, external, pseudonym, window_until, created_at)
		SELECT gen_random_uuid(), 'cloudapi', '100', 'x', 'x', now() + (CASE WHEN g % 2 = 0 THEN 20 ELSE -1 END) * interval '1 hour', now() FROM generate_series(1, 60000) g;
	INSERT INTO resident_key SELECT id, 'w', 'x' FROM resident;
	INSERT INTO subscription (id, resident_id, topic, given_at, language) SELECT gen_random_uuid(), id, 'afval', created_at, 'nl' FROM resident;
	INSERT INTO template (account, name, language, status, category, seen_at) VALUES ('100', 't', 'nl', 'APPROVED', 'UTILITY', now());
	INSERT INTO run (id, account, kind, job, due_at, topic, bundle, template, areas, not_before, useless_after, urgent, state, created_at)
		VALUES ('00000000-0000-7000-8000-000000000001', '100', 'job', 'job', now(), 'afval', 'b', 't', '', now(), now() + interval '12 hours', false, 'selecting', now())`

// A process that polls while there is nothing to send has plans for an empty
// outbox. With those a claim of a run of everybody took minutes, and held the
// account's pace row: no answer went out either. The end of a selection tells
// the database how large the outbox is, and that ends those plans.
func TestPlans_madeForAnEmptyOutboxAreNotUsedForARunOfEverybody(t *testing.T) {
	d := &desk{Store: storetest.Open(t, storetest.Postgres(t)), t: t, now: time.Now()}
	_, err := d.DB().ExecContext(t.Context(), fillTown)
	d.ok(err)
	d.analyze()
	d.DB().SetMaxOpenConns(1) // one connection, with its plans
	for range 8 {
		d.sends(20)
	}
	held, found, err := d.HoldRun(t.Context(), d.now, account, time.Minute)
	d.ok(err)
	if !found {
		t.Fatal("no run to select for")
	}
	for done := false; !done; {
		_, done, err = d.EnqueueAll(t.Context(), d.now, &held, 20_000)
		d.ok(err)
	}
	d.later(2 * time.Second)
	limited, cancel := context.WithTimeout(t.Context(), 20*time.Second) // it takes milliseconds
	defer cancel()
	_, err = d.ClaimSends(limited, d.now, account, 20, pace) // nobody can be opened: all are set aside
	d.ok(err)
	if n := d.count(`SELECT count(*) FROM outbox WHERE state <> 'waiting'`); n != 20 {
		t.Errorf("%d were claimed, want 20", n)
	}
}
