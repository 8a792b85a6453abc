package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

func (d *desk) live() string {
	d.t.Helper()
	hash, content, err := d.LiveBundle(d.t.Context())
	d.ok(err)
	if string(content) != "flows of "+hash {
		d.t.Fatalf("content %q of %s", content, hash)
	}
	return hash
}

func (d *desk) publish(hash string) {
	d.t.Helper()
	d.ok(d.PutBundle(d.t.Context(), d.now, hash, []byte("flows of "+hash), "ans"))
}

func TestBundle_theNewestIsLiveAndRollingBackGoesOneFurtherEachTime(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		if _, _, err := d.LiveBundle(t.Context()); !errors.Is(err, store.ErrNoBundle) {
			t.Fatal(err)
		}
		for _, hash := range []string{"a", "b", "b", "c"} {
			d.publish(hash)
		}
		if d.live() != "c" {
			t.Fatal("not the newest")
		}
		for _, want := range []string{"b", "a"} {
			if hash, err := d.Rollback(t.Context(), d.now); err != nil || hash != want || d.live() != want {
				t.Fatalf("%s, %v", hash, err)
			}
		}
		if _, err := d.Rollback(t.Context(), d.now); !errors.Is(err, store.ErrNoEarlier) {
			t.Fatal(err)
		}
		d.publish("c") // again
		if d.live() != "c" {
			t.Fatal("a bundle that was withdrawn cannot be published again")
		}
		if content, err := d.BundleByHash(t.Context(), "b"); err != nil || string(content) != "flows of b" {
			t.Fatal(err)
		}
		if _, err := d.BundleByHash(t.Context(), "none"); !errors.Is(err, store.ErrNoBundle) {
			t.Fatal(err)
		}
	})
}

func TestConversations_areThoseOfWhoDidNotSayStop(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for i := range 3 {
			d.answered(phone(fmt.Sprintf("3161111111%d", i)), fmt.Sprint(i))
		}
		d.says(phone("31622222222"), "nog geen gesprek")
		d.stop(phone("31611111111"))
		var got []string
		d.ok(d.Conversations(t.Context(), func(c bot.Private) error { got = append(got, c.Reveal()); return nil }))
		if len(got) != 2 {
			t.Fatal(got)
		}
		enough := errors.New("enough")
		if err := d.Conversations(t.Context(), func(bot.Private) error { return enough }); !errors.Is(err, enough) {
			t.Fatal(err)
		}
		c, err := d.Conversation(t.Context(), phone("31611111112"))
		if err != nil || c.Reveal() != `{"after":"antwoord op 2"}` {
			t.Fatal(err)
		}
		if c, err := d.Conversation(t.Context(), phone("31699999999")); err != nil || !c.Empty() {
			t.Fatal("a stranger has a conversation")
		}
	})
}

func TestDatabaseNow_isAClock(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		now, err := d.DatabaseNow(t.Context())
		d.ok(err)
		if difference := time.Since(now); difference.Abs() > time.Hour { // the database is on this machine
			t.Fatal(difference)
		}
		d.ok(d.Ping(t.Context()))
	})
}

func TestOpen_refusesTablesThatAreNotThere(t *testing.T) {
	for name, dsn := range map[string]string{"sqlite": t.TempDir() + "/leeg.db", "file url": "file:" + t.TempDir() + "/leeg.db"} {
		if _, err := store.Open(t.Context(), dsn, storetest.Keys()); !errors.Is(err, store.ErrNotMigrated) || !strings.Contains(err.Error(), "bode migrate") {
			t.Errorf("%s: %v", name, err)
		}
	}
	t.Run("postgres", func(t *testing.T) {
		dsn := strings.Replace(storetest.Postgres(t), "search_path=", "search_path=nergens_", 1)
		if _, err := store.Open(t.Context(), dsn, storetest.Keys()); !errors.Is(err, store.ErrNotMigrated) {
			t.Error(err)
		}
	})
}

func TestOpen_takesTablesOfANewerVersionAndRefusesOlderOnes(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		d := &desk{Store: storetest.Open(t, dsn), t: t}
		for version, want := range map[int]error{99: nil, 0: store.ErrNotMigrated} {
			_, err := d.Exec(t.Context(), `DELETE FROM goose_db_version WHERE version_id > 0`)
			d.ok(err)
			if version > 0 {
				_, err = d.Exec(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, $2)`, version, true)
				d.ok(err)
			}
			s, err := store.Open(t.Context(), dsn, storetest.Keys())
			if !errors.Is(err, want) {
				t.Errorf("version %d: %v", version, err)
			}
			if err == nil {
				if s.Ahead() <= 0 {
					t.Errorf("version %d: ahead by %d", version, s.Ahead())
				}
				s.Close()
			}
		}
	})
}

func TestOpen_refusesOptionsThatCouldBreakAPromise(t *testing.T) {
	for _, dsn := range []string{"", ":memory:", "file:x.db?_pragma=synchronous(OFF)", "file:"} {
		if _, err := store.Open(t.Context(), dsn, storetest.Keys()); err == nil {
			t.Errorf("%q was opened", dsn)
		}
	}
}

func TestOpen_anAddressThatDoesNotWorkIsNeverQuoted(t *testing.T) {
	for _, dsn := range []string{"postgres://bode:wachtwoord@127.0.0.1:1/x?sslmode=disable", "postgres://bode:wachtwoord@[broken/x",
		"mysql://bode:wachtwoord@127.0.0.1/x", "Postgres://bode:wachtwoord@127.0.0.1/x?sslmode=disable"} {
		_, err := store.Open(t.Context(), dsn, storetest.Keys())
		if err == nil || strings.Contains(err.Error(), "wachtwoord") {
			t.Errorf("%v", err)
		}
	}
}

func TestMigrate_twiceAndAtOnceIsOnce(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		for range 2 {
			if err := store.Migrate(t.Context(), dsn); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestBundleStarting_findsTheOneThatBeginsSo(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for _, hash := range []string{"abcdef01", "abcdef02", "0123456789"} {
			d.publish(hash)
		}
		for start, want := range map[string]string{"abcdef01": "abcdef01", "012345": "0123456789", "abcdef": "", "fedcba": "", "0": "", "01234%": "", "": ""} {
			hash, content, err := d.BundleStarting(t.Context(), start)
			if want == "" && !errors.Is(err, store.ErrNoBundle) {
				t.Errorf("%q: %s, %v", start, hash, err)
			}
			if want != "" && (err != nil || hash != want || string(content) != "flows of "+want) {
				t.Errorf("%q: %s, %v", start, hash, err)
			}
		}
	})
}

func TestBundleAt_isWhatWasLiveThen(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		began := d.now
		hour := func(n int) time.Time { return began.Add(time.Duration(n) * time.Hour) }
		d.ok(d.PutBundle(t.Context(), hour(1), "one", []byte("1"), "anna"))
		d.ok(d.PutBundle(t.Context(), hour(3), "two", []byte("2"), "anna"))
		_, err := d.Rollback(t.Context(), hour(5))
		d.ok(err)
		d.ok(d.PutBundle(t.Context(), hour(7), "three", []byte("3"), "anna"))
		for n, want := range map[int]string{1: "one", 2: "one", 3: "two", 4: "two", 5: "one", 6: "one", 7: "three", 9: "three"} {
			if got, err := d.BundleAt(t.Context(), hour(n)); got != want || err != nil {
				t.Errorf("at %d: %q, want %q, %v", n, got, want, err)
			}
		}
	})
}
