package main

import (
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
)

// settleTown copies so many residents in, each known by the key of person.
func settleTown(t testing.TB, db *sqlx.DB, s sealer, size int, at func(time.Time) any) {
	t.Helper()
	if err := copyTown(db, s, size, at); err != nil {
		t.Fatal(err)
	}
}
