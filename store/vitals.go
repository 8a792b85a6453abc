package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Vitals are what an operator watches beside Counts: for how long things wait,
// and how much there is left. A zero time: there is none.
type Vitals struct {
	OldestOpen    instant `db:"oldest_open"`    // acceptance of the message that waits longest for its answer
	OldestSend    instant `db:"oldest_send"`    // since when the answer that is due longest waits
	OldestClosed  instant `db:"oldest_closed"`  // STOP that waits longest for its erasure
	NextSlot      instant `db:"next_slot"`      // the account's first free slot; in the past: nothing is paced
	TopicsStopped instant `db:"topics_stopped"` // since when no notification goes out
	BackedUp      instant `db:"backed_up"`      // the last backup that was written whole
	Begun         int     `db:"begun"`          // conversations that were begun within the messaging limit's day

	Runs      map[string]int   // runs of the account that are not done, by state
	Templates []TemplateHealth // what the platform says of each
}

// TemplateHealth is one message template as the platform last said.
type TemplateHealth struct {
	Name     string `db:"name"`
	Language string `db:"language"`
	Status   string `db:"status"`
	Category string `db:"category"`
}

// An inner look goes by an index: the few residents with something open, and
// the first row of each rank that waits.
const vitals = `SELECT
	(SELECT min((SELECT min(i.accepted_at) FROM inbox i WHERE i.resident_id = r.id AND i.seq > r.handled AND i.state = 'open'))
		FROM resident r WHERE r.due IS NOT NULL) AS oldest_open,
	(SELECT min((SELECT min(o.not_before) FROM outbox o WHERE o.state = 'waiting' AND o.account = $1 AND o.rank = k.rank))
		FROM (SELECT 0 AS rank UNION ALL SELECT 1 UNION ALL SELECT 2) k) AS oldest_send,
	(SELECT min(closed_at) FROM resident WHERE closed_at IS NOT NULL) AS oldest_closed,
	(SELECT next_slot FROM pace WHERE account = $1) AS next_slot,
	(SELECT topics_stopped_at FROM pace WHERE account = $1) AS topics_stopped,
	(SELECT backed_up_at FROM installation) AS backed_up,
	(SELECT COALESCE(sum(number), 0) FROM reach WHERE account = $1 AND hour >= $2) AS begun`

// Vitals looks, for one account.
func (s *Store) Vitals(ctx context.Context, now time.Time, account string) (Vitals, error) {
	v := Vitals{Runs: map[string]int{}}
	if err := s.readers.GetContext(ctx, &v, vitals, account, hour(now)-reachHours); err != nil {
		return Vitals{}, fmt.Errorf("vitals: %w", err)
	}
	var runs []struct {
		State string `db:"state"`
		N     int    `db:"n"`
	}
	if err := s.readers.SelectContext(ctx, &runs, `SELECT state, count(*) AS n FROM run WHERE account = $1 AND state <> 'done' GROUP BY state`, account); err != nil {
		return Vitals{}, fmt.Errorf("vitals: %w", err)
	}
	for _, r := range runs {
		v.Runs[r.State] = r.N
	}
	if err := s.readers.SelectContext(ctx, &v.Templates, `SELECT name, language, status, category FROM template WHERE account = $1`, account); err != nil {
		return Vitals{}, fmt.Errorf("vitals: %w", err)
	}
	return v, nil
}

// NoteBackup notes that a backup of this moment was written whole.
func (s *Store) NoteBackup(ctx context.Context, at time.Time) error {
	return s.in(ctx, "note the backup", func(t *tx) error {
		_, err := t.exec(ctx, `UPDATE installation SET backed_up_at = $1`, at)
		return err
	})
}

// Pools are the database's connections of this process, by what they are for:
// SQLite has one writer and some readers, Postgres one pool for both.
func (s *Store) Pools() map[string]sql.DBStats {
	pools := map[string]sql.DBStats{"main": s.db.Stats()}
	if s.readers != s.db {
		pools["readers"] = s.readers.Stats()
	}
	return pools
}
