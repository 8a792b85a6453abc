package store

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
)

// standing are the tables that stand in the keys' part of a backup beside the
// keys: what a resident decided must never go back in time, so that an older
// data part does not bring back a consent that was withdrawn since, or forget
// a STOP.
var standing = []string{"suppression", "subscription", "pending", "consent", "receipt", "audit", "destruction"}

// neverInBackup are goose's own table, the row that a database has of itself,
// links that live for minutes, and who heard today that the service is closed.
var neverInBackup = []string{"goose_db_version", "installation", "export_link", "told_closed"}

// inKeysPart tells in which of the two files a table stands.
func inKeysPart(table string) bool {
	for _, keys := range keyTables {
		if keys.name == table {
			return true
		}
	}
	return slices.Contains(standing, table)
}

// backupRows is what of a table goes into a backup. A farewell does not: its
// address can be opened without the resident's key. Nor does the key of who
// said STOP and is about to be erased.
func backupRows(table string) string {
	switch table {
	case "outbox":
		return `SELECT * FROM outbox WHERE reason <> 'farewell'`
	case "resident_key":
		return `SELECT * FROM resident_key WHERE EXISTS (SELECT 1 FROM resident r WHERE r.id = resident_key.resident_id AND r.closed_at IS NULL)`
	}
	return `SELECT * FROM ` + table
}

// Backup writes the database as it is at one moment, in two parts: the data,
// of which older generations may be kept, and the keys with what residents
// decided, of which only the newest may exist: an older one would bring back
// who was erased since. Everything stays sealed as it is in the database.
// report (nil: nobody) hears after each table how many rows it had.
func (s *Store) Backup(ctx context.Context, now time.Time, data, keys io.Writer, report func(table string, rows int)) error {
	options := &sql.TxOptions{ReadOnly: true}
	if s.postgres {
		options.Isolation = sql.LevelRepeatableRead // one snapshot for all tables
	}
	begun, err := s.whole().BeginTxx(ctx, options)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer begun.Rollback()
	t := &tx{Store: s, tx: begun}
	if err := t.backup(ctx, now, data, keys, report); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}

// whole is for reading tables whole, line by line: a large one, or who reads
// slowly, takes longer than a statement of the service may.
func (s *Store) whole() *sqlx.DB {
	if s.postgres {
		return s.patient
	}
	return s.readers
}

func (t *tx) backup(ctx context.Context, now time.Time, data, keys io.Writer, report func(string, int)) error {
	tables, err := t.tables(ctx)
	if err != nil {
		return err
	}
	head := backupHead{Format: backupFormat, Taken: now.UTC(), Installation: t.vault.fingerprint()}
	if err := t.tx.GetContext(ctx, &head.Schema, `SELECT max(version_id) FROM goose_db_version WHERE is_applied`); err != nil {
		return err
	}
	parts := map[bool]*backupWriter{false: newBackupWriter(data), true: newBackupWriter(keys)}
	for apart, w := range parts {
		head.Part = partName(apart)
		if err := w.line(head); err != nil {
			return err
		}
	}
	for _, table := range tables {
		rows, err := t.backupTable(ctx, table.name, parts[inKeysPart(table.name)])
		if err != nil {
			return fmt.Errorf("table %s: %w", table.name, err)
		}
		if report != nil {
			report(table.name, rows)
		}
	}
	for _, w := range parts {
		if err := w.end(); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) backupTable(ctx context.Context, table string, w *backupWriter) (n int, err error) {
	rows, err := t.tx.QueryxContext(ctx, backupRows(table))
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	columns, err := columnsOf(rows)
	if err != nil {
		return 0, err
	}
	if err := w.line(tableLine{Table: table, Columns: columns}); err != nil {
		return 0, err
	}
	for ; rows.Next(); n++ {
		values, err := rows.SliceScan()
		if err != nil {
			return n, err
		}
		for i := range values {
			values[i] = portable(values[i], columns[i])
		}
		if err := w.row(values); err != nil {
			return n, err
		}
	}
	return n, rows.Err()
}

func columnsOf(rows *sqlx.Rows) ([]backupColumn, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	columns := make([]backupColumn, len(types))
	for i, t := range types {
		kind := t.DatabaseTypeName()
		columns[i] = backupColumn{Name: t.Name(), Bytes: kind == "BLOB" || kind == "BYTEA", kind: kind}
	}
	return columns, nil
}

// portable is a value as both databases can take it back: instants as
// microseconds since 1970-01-01 UTC, yes and no as 1 and 0, bytes as base64.
func portable(value any, column backupColumn) any {
	switch v := value.(type) {
	case time.Time:
		return v.UnixMicro()
	case bool:
		if v {
			return 1
		}
		return 0
	case []byte:
		if !column.Bytes {
			return string(v) // pq gives a uuid like this
		}
	}
	return value // []byte becomes base64 in JSON
}
