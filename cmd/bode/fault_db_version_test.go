package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// withDatabase gives a test the tables of a site.
func (s *faultSite) withDatabase() *sqlx.DB {
	s.t.Helper()
	driver := "sqlite"
	if strings.HasPrefix(s.database, "postgres") {
		driver = "postgres"
	}
	db, err := sqlx.Open(driver, s.database)
	must(s.t, err)
	s.t.Cleanup(func() { db.Close() })
	return db
}

// laterVersion is what a program that comes later may do to the tables.
var laterVersion = []string{
	`ALTER TABLE resident ADD COLUMN later text`,
	`ALTER TABLE inbox ADD COLUMN later integer NOT NULL DEFAULT 0`,
	`ALTER TABLE outbox ADD COLUMN later text`,
	`CREATE TABLE later (id integer PRIMARY KEY, said text)`,
	`CREATE INDEX later_said ON later (said)`,
	`CREATE INDEX inbox_later ON inbox (later)`,
	`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)`,
}

// TestFaultDB_tablesOfANewerVersion is an update under way, and the rollback:
// this program on the tables of one that comes later.
func TestFaultDB_tablesOfANewerVersionAreWorkedOnAndOlderOnesRefused(t *testing.T) {
	eachFaultSite(t, fakegraph.Config{}, func(t *testing.T, in *faultSite) {
		p := in.serve() // was there before the update
		in.fake.SetCallback(p.webhook())
		db := in.withDatabase()
		in.whileWriting(either(p), func() {
			in.moved()
			for _, statement := range laterVersion {
				eventually(t, faultLimit, statement, func() bool { // SQLite may be busy
					_, err := db.Exec(statement)
					return err == nil || strings.Contains(err.Error(), "duplicate column")
				})
			}
			in.moved()
			p.stop()
			again := in.serve() // the rollback: it starts on the new tables
			in.fake.SetCallback(again.webhook())
			p.mu.Lock()
			p.public, p.internal = again.public, again.internal
			p.mu.Unlock()
			in.moved()
			again.isReady()
		})
		in.answeredOnce()
		_, out, _ := command(t, "", "doctor", "--config", filepath.Join(in.dir, "config.toml"))
		if !strings.Contains(out, "note   tables") || !strings.Contains(out, "newer version") {
			t.Errorf("the doctor does not tell that the tables are newer:\n%s", out)
		}
		_, err := db.Exec(`DELETE FROM goose_db_version WHERE version_id > 1`)
		must(t, err)
		if code, _, errs := command(t, "", "serve", "--config", filepath.Join(in.dir, "config.toml")); code == 0 || !strings.Contains(errs, "bode migrate") {
			t.Errorf("on older tables: exit %d: %s", code, errs)
		}
	})
}

// TestFaultDB_aProcessOfBefore meets flows that only a newer program can read:
// it says so, and leaves what was claimed with them to processes that can.
func TestFaultDB_aProcessOfBeforeThatCannotReadTheNewestFlowsSaysSo(t *testing.T) {
	eachFaultSite(t, fakegraph.Config{}, func(t *testing.T, in *faultSite) {
		p := in.serve()
		in.fake.SetCallback(p.webhook())
		in.deliver(p, person(1), "echo")
		in.settled(faultLimit)
		content, err := packFolder(filepath.Join(in.dir, "bundle"))
		must(t, err)
		s := in.open()
		must(t, s.PutBundle(t.Context(), time.Now(), "of-a-newer-program", []byte("a form that comes later"), "newer"))
		p.unready("bundle: update this process")
		in.deliver(p, person(1), "m1") // accepted: a newer process may answer it
		must(t, s.PutBundle(t.Context(), time.Now().Add(time.Second), "back", content, "back"))
		p.isReady()
		in.settled(faultLimit)
		if got := in.answers()[person(1).Key()]; len(got) != 1 {
			t.Errorf("answered: %v, want the one message once", got)
		}
		if tried, _ := p.said("turn failed"); tried > 0 {
			t.Errorf("%d turns were begun with flows that this process cannot read", tried)
		}
	})
}
