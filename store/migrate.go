package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// firstRelease is the newest migration of the first release. Every later one
// only adds: a table, an index, a column that may be NULL or has a default, a
// value more in a CHECK. So the program of before goes on working on the new
// tables: processes of both versions run beside each other during an update,
// and putting the old program back is the rollback. What is no longer used is
// dropped a release after the last program that used it. A test holds this.
const firstRelease = 7

// Migrate brings the tables of a database to this program's version; tables
// of a newer one stay as they are. On Postgres several processes may call it
// at once; one does the work.
func Migrate(ctx context.Context, dsn string) error {
	s, err := connect(ctx, dsn, unhurried)
	if err != nil {
		return err
	}
	defer s.Close()
	provider, err := s.provider()
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

func (s *Store) provider() (*goose.Provider, error) {
	folder, dialect := "migrations/sqlite", goose.DialectSQLite3
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if s.postgres {
		folder, dialect = "migrations/postgres", goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300), lock.WithUnlockTimeout(1, 60))
		if err != nil {
			return nil, fmt.Errorf("migrate: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	files, err := fs.Sub(migrations, folder)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	provider, err := goose.NewProvider(dialect, s.patient.DB, files, options...)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	return provider, nil
}

// checkMigrated refuses tables that are older than this program's,
// without making goose's own table: Open writes nothing.
func (s *Store) checkMigrated(ctx context.Context) error {
	provider, err := s.provider()
	if err != nil {
		return err
	}
	sources := provider.ListSources()
	want := sources[len(sources)-1].Version
	query := `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'goose_db_version'`
	if s.postgres {
		query = `SELECT count(*) FROM pg_class WHERE oid = to_regclass('goose_db_version')`
	}
	var tables int
	if err := s.readers.GetContext(ctx, &tables, query); err != nil {
		return fmt.Errorf("look for the tables: %w", err)
	}
	if tables == 0 {
		return fmt.Errorf("%w (it is empty)", ErrNotMigrated)
	}
	var have int64
	if err := s.readers.GetContext(ctx, &have, `SELECT max(version_id) FROM goose_db_version WHERE is_applied`); err != nil {
		return fmt.Errorf("read the version of the tables: %w", err)
	}
	if have < want {
		return fmt.Errorf("%w (tables %d, program %d)", ErrNotMigrated, have, want)
	}
	s.ahead = have - want
	return nil
}

// Ahead is how many migrations of a newer program the tables have had: this
// one goes on working on them (see firstRelease), and misses what they add.
func (s *Store) Ahead() int64 { return s.ahead }

// ErrTooNew says that a backup was written by a newer program: it may hold
// what this one has no place for.
var ErrTooNew = errors.New("the backup is of a newer version: use that version of bode")
