package store_test

import (
	"testing"

	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// A ledger of a million lines, or one that is read over a slow line, takes
// longer than a statement of the service may.
func TestLedger_isReadToItsEndHoweverLongItTakes(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	d := &desk{Store: storetest.Open(t, dsn), t: t, now: noon}
	d.ok(d.PutBundle(t.Context(), noon, "hash-1", []byte("content"), "test"))
	d.decides(person("NL.1", "31611111111"), yes("afval"))
	d.exec(`ALTER TABLE consent RENAME TO lines`)
	d.exec(`CREATE VIEW consent AS SELECT * FROM lines WHERE (SELECT count(pg_sleep(4))) = 1`)
	hurried := storetest.Open(t, dsn+"&statement_timeout=3000")
	n := 0
	d.ok(hurried.Ledger(t.Context(), "", func(store.LedgerLine) error { n++; return nil }))
	if n != 1 {
		t.Errorf("%d lines", n)
	}
}
