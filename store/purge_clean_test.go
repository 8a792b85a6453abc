package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/gemeentebode/bode/store"
)

// A backup reads the keys until its end, and the cleaning wants their tables
// for itself: whoever needs a key would wait behind it, for as long.
func TestPurge_doesNotWaitForWhoReadsTheKeysAndCleansTheNextTime(t *testing.T) {
	d := onPostgres(t)
	d.answered(person("NL.1", "31611111111"), "hallo")
	reading, err := d.DB().BeginTxx(t.Context(), nil)
	d.ok(err)
	defer reading.Rollback()
	if _, err := reading.ExecContext(t.Context(), `SELECT * FROM resident_key`); err != nil {
		t.Fatal(err)
	}
	limited, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err = d.Purge(limited, d.now, store.DefaultRetention(), nil)
	if limited.Err() != nil || store.TroubleOf(err) != store.TroubleLocked {
		t.Fatalf("error %v, want one of a lock, soon", err)
	}
	d.ok(reading.Rollback())
	d.later(time.Hour)
	_, err = d.Purge(t.Context(), d.now, store.DefaultRetention(), nil)
	d.ok(err)
	if n := d.count(`SELECT count(*) FROM installation WHERE cleaned_at = $1`, d.now); n != 1 {
		t.Error("it was not cleaned an hour later")
	}
}
