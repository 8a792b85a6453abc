package store

import (
	"fmt"
	"time"
)

// instant reads a time column of either database: timestamptz in Postgres,
// microseconds since 1970-01-01 UTC in SQLite. NULL is the zero time.
type instant struct{ time.Time }

// Scan implements sql.Scanner.
func (i *instant) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		i.Time = time.Time{}
	case time.Time:
		i.Time = v.UTC()
	case int64:
		i.Time = time.UnixMicro(v).UTC()
	default:
		return fmt.Errorf("an instant cannot be read from %T", value)
	}
	return nil
}

// day is the number of the UTC day, for rows that must not tell the hour.
func day(t time.Time) int64 { return t.Unix() / (24 * 60 * 60) }
