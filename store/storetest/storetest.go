package storetest

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/throwaway"
)

// keys are the same for every store of a test binary, so that two stores on
// one database read each other's rows.
var keys = sync.OnceValue(store.NewKeyring)

// Keys is the keyring of every store that this package opens.
func Keys() store.Keyring { return keys() }

// Each runs a test on every database: SQLite, and Postgres where there is one.
func Each(t *testing.T, test func(t *testing.T, s *store.Store)) {
	EachDSN(t, func(t *testing.T, dsn string) { test(t, Open(t, dsn)) })
}

// EachDSN is Each for tests that open the database more than once, as several
// processes do. The tables are there.
func EachDSN(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// SQLite gives the path of a fresh database file with the tables in it, alone
// in a folder of its own: in memory where there is such a place, or with
// FsyncOn on disk. A process that is killed loses nothing of either.
func SQLite(t testing.TB, options ...Option) string {
	t.Helper()
	path := filepath.Join(folder(t, slices.Contains(options, FsyncOn)), "bode.db")
	Migrate(t, path)
	return path
}

func folder(t testing.TB, onDisk bool) string {
	t.Helper()
	if _, err := os.Stat(throwaway.Memory); err != nil || onDisk {
		return t.TempDir()
	}
	made, err := os.MkdirTemp(throwaway.Memory, "bode-sqlite-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(made) })
	return made
}

// Open opens a store with Keys, and closes it after the test.
func Open(t testing.TB, dsn string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), dsn, Keys())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Migrate makes the tables.
func Migrate(t testing.TB, dsn string) {
	t.Helper()
	if err := store.Migrate(context.Background(), dsn); err != nil {
		t.Fatal(err)
	}
}
