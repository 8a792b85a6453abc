package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
	_ "modernc.org/sqlite" // the SQLite driver

	"github.com/gemeentebode/bode/bot"
)

// Store is the one database of an installation. It is safe for concurrent
// use, and with Postgres for any number of processes beside each other.
type Store struct {
	db       *sqlx.DB // SQLite: one connection, the only writer
	readers  *sqlx.DB // SQLite: several that cannot write; Postgres: the same as db
	patient  *sqlx.DB // for what takes long (migrations, cleaning, backups); SQLite: the same as db
	postgres bool
	ahead    int64 // migrations that the tables have had and this program does not know
	vault    *vault

	prepared   sync.Map          // query -> *sqlx.Stmt on db
	unreadable atomic.Int64      // rows that could not be opened since the start
	troubles   troubles          // what does not work now
	lost       lostClaims        // claims of which the commit was not answered
	report     func(bot.Audited) // hears the audit trail; nil: nobody
}

// ErrNotMigrated says that the database's tables are older than this program.
var ErrNotMigrated = errors.New("the database does not have this version's tables: run `bode migrate`")

// Open connects to "postgres://..." or to a SQLite file ("file:..." or a
// path, made when it is not there), and refuses tables of an older version.
func Open(ctx context.Context, dsn string, keys Keyring) (*Store, error) {
	vault, err := newVault(keys)
	if err != nil {
		return nil, err
	}
	s, err := connect(ctx, dsn, hurried)
	if err != nil {
		return nil, err
	}
	s.vault = vault
	if err := s.checkMigrated(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.checkKeys(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// ErrWrongKeys says that the database was written with another key file: with
// this one nobody would be recognised, and everybody's STOP forgotten.
var ErrWrongKeys = errors.New("the key file is not the one that this database was written with")

// checkKeys compares the keys that never rotate with those of the first Open.
func (s *Store) checkKeys(ctx context.Context) error {
	var first []byte
	err := s.in(ctx, "check the keys", func(t *tx) error {
		if _, err := t.exec(ctx, `INSERT INTO installation (one, keys) VALUES (1, $1) ON CONFLICT (one) DO NOTHING`, s.vault.fingerprint()); err != nil {
			return err
		}
		_, err := t.one(ctx, &first, `SELECT keys FROM installation`)
		return err
	})
	if err != nil || bytes.Equal(first, s.vault.fingerprint()) {
		return err
	}
	if string(first) == halfRestored {
		return ErrHalfRestored
	}
	return ErrWrongKeys
}

func isPostgres(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}

func connect(ctx context.Context, dsn string, p patience) (*Store, error) {
	if isPostgres(dsn) {
		return connectPostgres(ctx, dsn, p)
	}
	return connectSQLite(ctx, dsn)
}

// sqlitePragmas make a commit durable (FULL) and freed space clean (secure_delete).
const sqlitePragmas = "_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
	"&_pragma=foreign_keys(1)&_pragma=secure_delete(1)&_txlock=immediate"

func connectSQLite(ctx context.Context, dsn string) (*Store, error) {
	path, err := sqlitePath(dsn)
	if err != nil {
		return nil, err
	}
	if err := createPrivate(path); err != nil {
		return nil, err
	}
	name := (&url.URL{Scheme: "file", OmitHost: true, Path: path}).String() + "?" + sqlitePragmas
	writer, err := sqlx.Open("sqlite", name)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	writer.SetMaxOpenConns(1)
	if err := writer.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), writer.Close())
	}
	readers, err := sqlx.Open("sqlite", name+"&_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), writer.Close())
	}
	readers.SetMaxOpenConns(4)
	return &Store{db: writer, readers: readers, patient: writer}, nil
}

// keywords is Postgres's other way to write an address: taken for a file, its
// name would be the password.
var keywords = regexp.MustCompile(`(?i)(^|\s)(host|hostaddr|port|dbname|user|password|passfile|service|sslmode)\s*=`)

// sqlitePath refuses options: those that keep the promises are set here.
func sqlitePath(dsn string) (string, error) {
	path := strings.TrimPrefix(dsn, "file:")
	path = strings.TrimPrefix(path, "//")
	if path == "" || strings.ContainsRune(path, '?') || strings.Contains(path, ":memory:") || strings.Contains(path, "://") || keywords.MatchString(path) {
		return "", errors.New("the database must be postgres://... or a file without options") // what it is now may hold a password
	}
	return filepath.Abs(path)
}

// createPrivate makes the file before SQLite does, so that nobody else may read it.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("database file: %w", err)
	}
	return f.Close()
}

// Close ends all connections.
func (s *Store) Close() error {
	s.prepared.Range(func(_, stmt any) bool { stmt.(*sqlx.Stmt).Close(); return true })
	err := s.db.Close()
	if s.readers != s.db {
		err = errors.Join(err, s.readers.Close())
	}
	if s.patient != s.db {
		err = errors.Join(err, s.patient.Close())
	}
	return err
}

// Ping tells whether the database answers before ctx ends: the driver waits
// longer for one that hangs.
func (s *Store) Ping(ctx context.Context) error {
	answer := make(chan error, 1)
	go func() { answer <- s.readers.PingContext(ctx) }()
	var err error
	select {
	case err = <-answer:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("ping the database: %w", err)
	}
	return nil
}

// DatabaseNow is the database's clock, for comparing it with this process's;
// the one place where SQL is asked for the time.
func (s *Store) DatabaseNow(ctx context.Context) (time.Time, error) {
	query := `SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000`
	if s.postgres {
		query = `SELECT clock_timestamp()`
	}
	var now instant
	if err := s.readers.GetContext(ctx, &now, query); err != nil {
		return time.Time{}, fmt.Errorf("read the database's clock: %w", err)
	}
	return now.Time, nil
}
