package store

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/gemeentebode/bode/bot"
)

// Restored is what a restore brought back and what it destroyed, in numbers.
type Restored struct {
	Taken     time.Time // when the data part was made
	Rows      int       // read from both parts
	Residents int64     // without a key: destroyed, with all that is theirs
	Requests  int64
	Bookings  int64
	Holds     int64 // conversations under legal hold
	Newer     int   // keys and decisions of whom the data part does not know yet: left out
}

// The faults of a restore that an operator can mend.
var (
	ErrNotEmpty     = errors.New("the database is not empty: a restore needs a new, empty one")
	ErrKeysOlder    = errors.New("the keys' part is older than the data part: it would bring back who was erased since; use the newest")
	ErrHalfRestored = errors.New("a restore into this database did not end: make a new, empty one and restore again")
)

// halfRestored stands in the place of the key file's fingerprint while a
// restore is under way, so that nothing can serve before the purge.
const halfRestored = "restoring"

// restore is one restore under way.
type restore struct {
	*Store
	now    time.Time
	report func(table string, rows int)
	done   Restored
}

// Restore fills an empty database, of either kind, from the two parts of a
// backup. Both are verified first. Residents, requests, bookings and legal
// holds of which the key is gone are purged before the database can be opened,
// and noted in the destruction log. When it fails halfway the database stays
// closed (ErrHalfRestored).
func Restore(ctx context.Context, now time.Time, dsn string, keyring Keyring, data, keys io.ReadSeeker, report func(table string, rows int)) (Restored, error) {
	vault, err := newVault(keyring)
	if err != nil {
		return Restored{}, err
	}
	head, newest, err := heads(vault, data, keys)
	if err != nil {
		return Restored{}, err
	}
	s, err := connect(ctx, dsn, unhurried)
	if err != nil {
		return Restored{}, err
	}
	defer s.Close()
	s.vault = vault
	r := &restore{Store: s, now: now, report: report, done: Restored{Taken: head.Taken}}
	if err := r.run(ctx, head, newest, data, keys); err != nil {
		return Restored{}, fmt.Errorf("restore: %w", err)
	}
	return r.done, nil
}

func heads(v *vault, data, keys io.ReadSeeker) (head, newest backupHead, err error) {
	if head, err = readHead(data, partName(false)); err != nil {
		return head, newest, fmt.Errorf("data part: %w", err)
	}
	if newest, err = readHead(keys, partName(true)); err != nil {
		return head, newest, fmt.Errorf("keys' part: %w", err)
	}
	if !bytes.Equal(head.Installation, v.fingerprint()) || !bytes.Equal(newest.Installation, v.fingerprint()) {
		return head, newest, ErrWrongKeys
	}
	if newest.Taken.Before(head.Taken) {
		return head, newest, ErrKeysOlder
	}
	return head, newest, nil
}

func (r *restore) run(ctx context.Context, head, newest backupHead, data, keys io.ReadSeeker) error {
	if err := r.refuseRows(ctx); err != nil {
		return err
	}
	if err := r.migrateTo(ctx, head.Schema); err != nil {
		return err
	}
	if err := r.mark(ctx, []byte(halfRestored)); err != nil {
		return err
	}
	if err := r.load(ctx, data, false); err != nil {
		return fmt.Errorf("data part: %w", err)
	}
	if err := r.migrateTo(ctx, newest.Schema); err != nil {
		return err
	}
	if err := r.load(ctx, keys, true); err != nil {
		return fmt.Errorf("keys' part: %w", err)
	}
	if err := r.purgeKeyless(ctx); err != nil {
		return err
	}
	provider, err := r.provider()
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return r.mark(ctx, r.vault.fingerprint())
}

// refuseRows refuses a database in which anything stands.
func (r *restore) refuseRows(ctx context.Context) error {
	return r.once(ctx, func(t *tx) error {
		tables, err := t.tables(ctx)
		if err != nil {
			return err
		}
		for _, table := range tables {
			var some int
			if err := t.tx.GetContext(ctx, &some, `SELECT count(*) FROM (SELECT 1 FROM `+table.name+` LIMIT 1) AS found`); err != nil {
				return err
			}
			if some > 0 {
				return fmt.Errorf("%w (there are rows in %s)", ErrNotEmpty, table.name)
			}
		}
		return nil
	})
}

// migrateTo makes the tables as they were when a part was written.
func (r *restore) migrateTo(ctx context.Context, version int64) error {
	provider, err := r.provider()
	if err != nil {
		return err
	}
	if sources := provider.ListSources(); version > sources[len(sources)-1].Version {
		return ErrTooNew
	}
	if _, err := provider.UpTo(ctx, version); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	have, err := provider.GetDBVersion(ctx)
	if err == nil && have > version {
		err = errors.New("the database was migrated already, further than the backup was: make a new one, and leave `bode migrate` out")
	}
	return err
}

// mark writes whose database this is, or that it is nobody's yet.
func (r *restore) mark(ctx context.Context, fingerprint []byte) error {
	return r.in(ctx, "mark the database", func(t *tx) error {
		_, err := t.exec(ctx, `INSERT INTO installation (one, keys) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET keys = excluded.keys`, fingerprint)
		return err
	})
}

// load reads a part into its tables, in one transaction.
func (r *restore) load(ctx context.Context, file io.ReadSeeker, apart bool) error {
	return r.once(ctx, func(t *tx) error {
		tables, err := t.tables(ctx)
		if err != nil {
			return err
		}
		l := &loader{tx: t, restore: r, tables: tables, apart: apart}
		defer l.close()
		if err := eachLine(file, func(n int, line []byte) error { return l.line(ctx, n, line) }); err != nil {
			return err
		}
		l.close()
		return t.continueCounting(ctx)
	})
}

// loader puts the rows of one table after the other.
type loader struct {
	*tx
	restore *restore
	tables  []tableNode
	apart   bool

	table   tableNode
	columns []backupColumn
	insert  *sqlx.Stmt
	rows    int
}

func (l *loader) line(ctx context.Context, n int, line []byte) error {
	switch {
	case n == 0: // the head, which was read
		return nil
	case line[0] == '[':
		return l.row(ctx, line)
	case bytes.HasPrefix(line, []byte(`{"table"`)):
		l.close()
		return l.begin(ctx, line)
	}
	return nil // the end, which was checked
}

// begin reads the names of a table. They go into a statement, so each must be
// one that the database itself knows.
func (l *loader) begin(ctx context.Context, line []byte) error {
	var head tableLine
	if err := json.Unmarshal(line, &head); err != nil {
		return ErrDamaged
	}
	at := slices.IndexFunc(l.tables, func(n tableNode) bool { return n.name == head.Table })
	if at < 0 || inKeysPart(head.Table) != l.apart {
		return fmt.Errorf("a table %q has no place here", head.Table)
	}
	l.table, l.columns, l.rows = l.tables[at], head.Columns, 0
	rows, err := l.tx.tx.QueryxContext(ctx, `SELECT * FROM `+l.table.name+` WHERE 1 = 0`)
	if err != nil {
		return err
	}
	known, err := columnsOf(rows)
	if err = errors.Join(err, rows.Close()); err != nil {
		return err
	}
	for i, c := range l.columns {
		at := slices.IndexFunc(known, func(k backupColumn) bool { return k.Name == c.Name })
		if at < 0 {
			return fmt.Errorf("table %s has no column %q", l.table.name, c.Name)
		}
		l.columns[i].kind = known[at].kind
	}
	l.insert, err = l.tx.tx.PreparexContext(ctx, l.statement())
	return err
}

// statement inserts a row; one of the keys' part only when what it is of is there.
func (l *loader) statement() string {
	names, values := make([]string, len(l.columns)), make([]string, len(l.columns))
	for i, c := range l.columns {
		names[i], values[i] = c.Name, l.value(i)
	}
	overriding := ``
	if l.postgres {
		overriding = ` OVERRIDING SYSTEM VALUE` // the numbers of the rows stay what they were
	}
	query := `INSERT INTO ` + l.table.name + ` (` + strings.Join(names, ", ") + `)` + overriding + ` SELECT ` + strings.Join(values, ", ") + ` WHERE 1 = 1`
	for _, link := range l.table.links {
		if i := slices.Index(names, link.Column); l.apart && i >= 0 {
			query += ` AND (` + l.value(i) + ` IS NULL OR EXISTS (SELECT 1 FROM ` + link.To + ` there WHERE there.` + link.Key + ` = ` + l.value(i) + `))`
		}
	}
	return query
}

func (l *loader) value(i int) string {
	if l.postgres {
		return `CAST($` + strconv.Itoa(i+1) + ` AS ` + l.columns[i].kind + `)`
	}
	return `$` + strconv.Itoa(i+1)
}

func (l *loader) row(ctx context.Context, line []byte) error {
	if l.insert == nil {
		return ErrDamaged
	}
	values, err := readRow(line, len(l.columns))
	if err != nil {
		return err
	}
	for i, c := range l.columns {
		if values[i], err = stored(values[i], c); err != nil {
			return err
		}
	}
	result, err := l.insert.ExecContext(ctx, values...)
	if err != nil {
		return fmt.Errorf("table %s, row %d: %w", l.table.name, l.rows+1, err)
	}
	n, err := result.RowsAffected()
	if n == 0 {
		l.restore.done.Newer++
	}
	l.rows++
	l.restore.done.Rows++
	return err
}

func (l *loader) close() {
	if l.insert == nil {
		return
	}
	l.insert.Close()
	l.insert = nil
	if l.restore.report != nil {
		l.restore.report(l.table.name, l.rows)
	}
}

// stored is the way back of portable, for this database's column.
func stored(value any, c backupColumn) (any, error) {
	switch v := value.(type) {
	case string:
		if c.Bytes {
			return base64.StdEncoding.DecodeString(v)
		}
	case json.Number:
		n, err := v.Int64()
		if err != nil {
			return nil, ErrDamaged
		}
		switch c.kind {
		case "TIMESTAMPTZ":
			return time.UnixMicro(n).UTC(), nil
		case "BOOL":
			return n != 0, nil
		}
		return n, nil
	}
	return value, nil
}

// continueCounting has Postgres number new rows after the restored ones.
func (t *tx) continueCounting(ctx context.Context) error {
	if !t.postgres {
		return nil // SQLite does it by itself
	}
	var counted []struct {
		Table  string `db:"table_name"`
		Column string `db:"column_name"`
	}
	const query = `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() AND is_identity = 'YES'`
	if err := t.tx.SelectContext(ctx, &counted, query); err != nil {
		return err
	}
	for _, c := range counted {
		last := `SELECT setval(pg_get_serial_sequence('` + c.Table + `', '` + c.Column + `'), greatest(max(` + c.Column + `), 1), count(*) > 0) FROM ` + c.Table
		if _, err := t.tx.ExecContext(ctx, last); err != nil {
			return err
		}
	}
	return nil
}

// purgeKeyless destroys what nobody can read, as the erasure would have: what
// stays of a booking or a request is cut loose first.
func (r *restore) purgeKeyless(ctx context.Context) error {
	const cut = `UPDATE booking SET resident_id = NULL, key = NULL, last_key = NULL WHERE resident_id IN (SELECT id FROM resident WHERE ` + keylessResident + `)`
	return r.in(ctx, "purge what has no key", func(t *tx) (err error) {
		if _, err = t.exec(ctx, cut); err != nil {
			return err
		}
		var all int64
		for _, of := range []struct {
			count        *int64
			table, where string
		}{
			{&r.done.Residents, "resident", keylessResident}, {&r.done.Requests, "request", keylessRequest},
			{&r.done.Bookings, "booking", keylessBooking}, {&r.done.Holds, "legal_hold", keylessHold},
		} {
			if *of.count, err = t.exec(ctx, `DELETE FROM `+of.table+` WHERE `+of.where); err != nil {
				return err
			}
			all += *of.count
		}
		if all == 0 {
			return nil
		}
		return t.noteDestroyed(ctx, r.now, bot.NewID(r.now), Destroyed{"unreadable", all}, "its key was destroyed since the backup")
	})
}
