package store_test

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// backup gives both parts as files would hold them.
func (d *desk) backup() (data, keys []byte) {
	d.t.Helper()
	var first, second bytes.Buffer
	d.ok(d.Backup(d.t.Context(), d.now, &first, &second, nil))
	return first.Bytes(), second.Bytes()
}

// empty gives a new database of each kind; SQLite's has no tables yet.
func empty(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Run("into sqlite", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "new.db")) })
	t.Run("into postgres", func(t *testing.T) { test(t, storetest.Postgres(t)) })
}

func restored(t *testing.T, dsn string, data, keys []byte) (store.Restored, error) {
	t.Helper()
	return store.Restore(t.Context(), noon, dsn, storetest.Keys(), bytes.NewReader(data), bytes.NewReader(keys), nil)
}

// again opens what was restored and goes on in it.
func (d *desk) again(t *testing.T, dsn string) *desk {
	return &desk{Store: storetest.Open(t, dsn), t: t, now: d.now, n: d.n}
}

func TestRestore_residentsNoticeNothingOfItOnEitherDatabase(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := person("NL.abc", "31611111111")
		d.ok(d.PutBundle(t.Context(), d.now, "hash-1", []byte("flows"), "ans"))
		d.subscribed(from, "afval")
		d.submitted(from, lampCode)
		booked := d.booked(d.resident("31622222222"), halfPastNine)
		twice := d.message(from, "wanneer")
		d.receive(twice)
		data, keys := d.backup()
		if bytes.Contains(append(data[:len(data):len(data)], keys...), []byte("31611111111")) {
			t.Fatal("a number stands in clear in the backup")
		}
		empty(t, func(t *testing.T, dsn string) {
			done, err := restored(t, dsn, data, keys)
			if err != nil || done.Rows == 0 || done.Residents+done.Requests+done.Bookings != 0 || done.Newer != 0 {
				t.Fatalf("%+v, %v", done, err)
			}
			r := d.again(t, dsn)
			if got := r.receive(twice); got.Kept != 0 {
				t.Error("a message that was accepted before is taken again")
			}
			claim := r.claimOne()
			if claim.Message.Text.Reveal() != "wanneer" || claim.Conversation.Reveal() != `{"after":"uw code is `+lampCode+`"}` || claim.Bundle != "hash-1" {
				t.Error("the conversation does not go on where it was")
			}
			if len(claim.Subscribed) != 1 || claim.Subscribed[0].Topic != "afval" || r.count(`SELECT count(*) FROM consent WHERE given`) != 1 {
				t.Error("the consent does not stand")
			}
			r.finish(claim, outcome("morgen"))
			if texts := join(r.sent()); texts != "uw code is "+lampCode+" | morgen" {
				t.Errorf("sent: %s", texts)
			}
			if open, err := r.OpenRequests(t.Context(), r.now, colleague, 0, 10); err != nil || len(open) != 1 || open[0].Code.Reveal() != lampCode {
				t.Errorf("%d requests, %v", len(open), err)
			}
			list, err := r.Bookings(t.Context(), r.now, colleague, halfPastNine, halfPastNine.Add(time.Hour))
			if err != nil || len(list) != 1 || !list[0].Code.Equal(booked.Code) {
				t.Errorf("%d bookings, %v", len(list), err)
			}
			r.ok(r.PutBundle(t.Context(), r.now, "hash-2", []byte("newer"), "ans"))
			if hash, _, err := r.LiveBundle(t.Context()); err != nil || hash != "hash-2" {
				t.Errorf("a new publication is not the newest: %v", err)
			}
		})
	})
}

func TestRestore_whoSaidStopSinceTheBackupCannotBeReadAndIsPurged(t *testing.T) {
	for name, leave := range map[string]func(d *desk){
		"erased":         func(d *desk) { d.erase() },
		"not yet erased": func(*desk) {},
		"and purged by now": func(d *desk) {
			d.erase()
			d.later(time.Hour)
			_, err := d.Purge(d.t.Context(), d.now, store.Retention{}, nil)
			d.ok(err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, d *desk) {
				gone, stays := person("NL.gone", "31611111111"), phone("31622222222")
				d.subscribed(gone, "afval")
				claim, _ := d.submitted(gone, lampCode)
				d.booked(claim.Resident, halfPastNine)
				d.answered(stays, "blijft")
				data, old := d.backup()

				d.later(time.Minute)
				d.stop(gone)
				leave(d)
				newerData, keys := d.backup()
				if bytes.Contains(keysOf(keys, "resident_key"), []byte(claim.Resident)) || !bytes.Contains(keysOf(old, "resident_key"), []byte(claim.Resident)) {
					t.Fatal("the newest keys' part must lack the key, and an older one has it")
				}
				if bytes.Contains(newerData, []byte("farewell")) {
					t.Error("a farewell, which opens without the resident's key, is in the backup")
				}
				empty(t, func(t *testing.T, dsn string) {
					done, err := restored(t, dsn, data, keys)
					if err != nil || done.Residents != 1 || done.Requests != 0 || done.Bookings != 0 {
						t.Fatalf("%+v, %v", done, err)
					}
					r := d.again(t, dsn)
					for query, want := range map[string]int{
						`SELECT count(*) FROM resident`:                              1,
						`SELECT count(*) FROM resident_key`:                          1,
						`SELECT count(*) FROM outbox`:                                1,
						`SELECT count(*) FROM subscription`:                          0,
						`SELECT count(*) FROM intent`:                                0,
						`SELECT count(*) FROM suppression WHERE day IS NOT NULL`:     2,
						`SELECT count(*) FROM consent WHERE NOT given`:               1,
						`SELECT count(*) FROM booking WHERE key IS NULL`:             1,
						`SELECT count(*) FROM booking WHERE resident_id IS NOT NULL`: 0,
						`SELECT count(*) FROM request WHERE resident_id IS NOT NULL`: 0,
						`SELECT count(*) FROM request`:                               1,
					} {
						if got := r.count(query); got != want {
							t.Errorf("%s: %d, want %d", query, got, want)
						}
					}
					if texts := join(r.sent()); texts != "antwoord op blijft" {
						t.Errorf("sent: %s", texts)
					}
				})
				empty(t, func(t *testing.T, dsn string) {
					if _, err := restored(t, dsn, newerData, old); !errors.Is(err, store.ErrKeysOlder) {
						t.Errorf("the old keys bring back who was erased: %v", err)
					}
				})
			})
		})
	}
}

// keysOf gives the lines of one table of a part.
func keysOf(part []byte, table string) []byte {
	_, rows, _ := bytes.Cut(part, []byte(`{"table":"`+table+`"`))
	rows, _, _ = bytes.Cut(rows, []byte("\n{"))
	return rows
}

func TestRestore_whatWasWithdrawnSinceStaysWithdrawnAndWhoCameSinceIsLeftOut(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.subscribed(from, "afval", "hitte")
		data, _ := d.backup()
		d.later(time.Minute)
		d.says(from, "stop afval")
		o := outcome("goed")
		o.Consents = []bot.Consent{{Topic: "afval", Wording: "stop afval", Language: "nl", Version: "hash-1"}}
		d.finish(d.claimOne(), o)
		d.subscribed(phone("31622222222"), "afval")
		_, keys := d.backup()
		empty(t, func(t *testing.T, dsn string) {
			done, err := restored(t, dsn, data, keys)
			if err != nil || done.Residents != 0 || done.Newer != 2 { // a key and a subscription
				t.Fatalf("%+v, %v", done, err)
			}
			r := d.again(t, dsn)
			if topics := r.text(`SELECT topic FROM subscription`); topics != "hitte" || r.count(`SELECT count(*) FROM subscription`) != 1 {
				t.Error("what was withdrawn is back")
			}
		})
	})
}

func TestRestore_refusesWhatIsNotWhole(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.answered(phone("31611111111"), "hallo")
		data, keys := d.backup()
		flipped := bytes.Replace(data, []byte(`"cloudapi"`), []byte(`"cloudapj"`), 1)
		short := data[:bytes.LastIndex(data[:len(data)-1], []byte("\n"))+1]
		for name, c := range map[string]struct {
			data, keys []byte
			want       string
		}{
			"a changed byte":   {flipped, keys, store.ErrDamaged.Error()},
			"no end":           {short, keys, store.ErrDamaged.Error()},
			"cut short":        {data[:len(data)-9], keys, store.ErrDamaged.Error()},
			"keys cut short":   {data, keys[:len(keys)-9], store.ErrDamaged.Error()},
			"the parts turned": {keys, data, "where the data are needed"},
			"something else":   {[]byte("PGDMP"), keys, "not a backup"},
			"nothing":          {nil, keys, store.ErrDamaged.Error()},
		} {
			dsn := filepath.Join(t.TempDir(), "new.db")
			if _, err := restored(t, dsn, c.data, c.keys); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		empty(t, func(t *testing.T, dsn string) {
			if _, err := store.Restore(t.Context(), noon, dsn, store.NewKeyring(), bytes.NewReader(data), bytes.NewReader(keys), nil); !errors.Is(err, store.ErrWrongKeys) {
				t.Errorf("another key file: %v", err)
			}
			if _, err := restored(t, dsn, data, keys); err != nil {
				t.Fatal(err)
			}
			if _, err := restored(t, dsn, data, keys); !errors.Is(err, store.ErrNotEmpty) {
				t.Errorf("into a database with rows: %v", err)
			}
		})
	})
}

func TestRestore_cutShortTheDatabaseStaysClosed(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.answered(phone("31611111111"), "hallo")
		data, keys := d.backup()
		empty(t, func(t *testing.T, dsn string) {
			ctx, kill := context.WithCancel(t.Context())
			_, err := store.Restore(ctx, noon, dsn, storetest.Keys(), bytes.NewReader(data), bytes.NewReader(keys), func(table string, _ int) {
				if table == "resident_key" { // the data is in, the purge is still to come
					kill()
				}
			})
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			if _, err := store.Open(t.Context(), dsn, storetest.Keys()); !errors.Is(err, store.ErrHalfRestored) {
				t.Errorf("it can be served: %v", err)
			}
			if _, err := restored(t, dsn, data, keys); !errors.Is(err, store.ErrNotEmpty) {
				t.Errorf("restored into half a database: %v", err)
			}
		})
	})
}

func TestBackup_isOfOneMomentWhileTheServiceGoesOn(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.says(phone("31611111111"), "ervoor")
		var data, keys bytes.Buffer
		tables := 0
		d.ok(d.Backup(t.Context(), d.now, &data, &keys, func(string, int) {
			if tables++; tables == 1 {
				d.says(phone("31622222222"), "tijdens") // neither waits for the other
			}
		}))
		dsn := filepath.Join(t.TempDir(), "new.db")
		if done, err := restored(t, dsn, data.Bytes(), keys.Bytes()); err != nil || done.Residents+int64(done.Newer) != 0 {
			t.Fatalf("%+v, %v", done, err)
		}
		if claim := d.again(t, dsn).claimOne(); claim.Message.Text.Reveal() != "ervoor" {
			t.Error("half of what came during the backup is in it")
		}
	})
}
