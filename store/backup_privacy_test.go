package store_test

import (
	"bytes"
	"encoding/base64"
	"slices"
	"testing"
	"time"

	"github.com/gemeentebode/bode/store"
)

func TestRestore_whatWasDecidedLookedAtAndDestroyedSinceIsNotForgotten(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		who := d.resident("31611111111")
		d.waits(who, "afval")
		d.waits(who, "hitte")
		d.linked(who)
		d.looked()
		data, _ := d.backup()
		d.later(time.Minute)
		d.exec(`DELETE FROM pending WHERE topic = 'afval'`) // the resident said no to it
		d.looked()
		d.seen(1)
		d.purge(store.DefaultRetention())
		newer, keys := d.backup()
		if bytes.Contains(append(data, append(newer, keys...)...), []byte("export_link")) {
			t.Error("a link that lives for minutes is in a backup")
		}
		empty(t, func(t *testing.T, dsn string) {
			if _, err := restored(t, dsn, data, keys); err != nil {
				t.Fatal(err)
			}
			r := d.again(t, dsn)
			if r.text(`SELECT topic FROM pending`) != "hitte" || r.count(`SELECT count(*) FROM pending`) != 1 {
				t.Error("what the resident was asked about already waits again")
			}
			if n := r.count(`SELECT count(*) FROM audit`); n != 2 {
				t.Errorf("%d of 2 lines of the audit trail", n)
			}
			if lines := r.destroyed(); len(lines) != 1 || lines[0].Kind != "message_ids" {
				t.Errorf("the destruction log: %+v", lines)
			}
			if _, err := r.Exec(t.Context(), `DELETE FROM audit`); err == nil {
				t.Error("the audit trail is not append-only any more")
			}
		})
	})
}

func TestRestore_aHoldThatEndedSinceCannotBeReadAndOneThatStandsOutlivesTheStop(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		who := d.residentOf(from)
		ended, stands := d.heldFor(who, d.now.Add(time.Hour)), d.heldFor(who, d.now.AddDate(1, 0, 0))
		data, _ := d.backup()
		d.later(2 * time.Hour)
		if purged := d.purge(store.DefaultRetention()); purged.Of("legal_holds") != 1 {
			t.Fatalf("%v", purged)
		}
		d.stop(from)
		d.erase()
		_, keys := d.backup()
		if bytes.Contains(keys, []byte(ended)) || !bytes.Contains(keysOf(keys, "hold_key"), []byte(stands)) {
			t.Fatal("the keys' part must hold the key of the hold that stands, and no other")
		}
		empty(t, func(t *testing.T, dsn string) {
			done, err := restored(t, dsn, data, keys)
			if err != nil || done.Holds != 1 || done.Residents != 1 {
				t.Fatalf("%+v, %v", done, err)
			}
			r := d.again(t, dsn)
			for query, want := range map[string]int{
				`SELECT count(*) FROM legal_hold`:                               1,
				`SELECT count(*) FROM held_text`:                                1,
				`SELECT count(*) FROM hold_key`:                                 1,
				`SELECT count(*) FROM legal_hold WHERE resident_id IS NOT NULL`: 0,
				`SELECT count(*) FROM resident_key`:                             0,
			} {
				if got := r.count(query); got != want {
					t.Errorf("%s: %d, want %d", query, got, want)
				}
			}
			lines := r.destroyed()
			if !slices.ContainsFunc(lines, func(l store.Destruction) bool { return l.Kind == "unreadable" && l.Number == 2 }) {
				t.Errorf("what the restore destroyed is not logged: %+v", lines)
			}
		})
	})
}

// A backup from before STOP, and the newest keys: what a thief of the data, the
// key file and the residents' keys can open is nothing of who said STOP.
func TestBackup_fromBeforeStopHoldsNoKeyThatOpensIt(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		gone := phone("31611111111")
		d.answered(gone, "geheim van voor de stop")
		d.sent()
		var wrapped []byte
		d.ok(d.DB().GetContext(t.Context(), &wrapped, `SELECT wrapped FROM resident_key`))
		key := []byte(base64.StdEncoding.EncodeToString(wrapped))
		data, old := d.backup()
		if !bytes.Contains(old, key) {
			t.Fatal("the search finds no key while it is there")
		}
		d.later(time.Minute)
		d.stop(gone)
		newData, keys := d.backup() // before the erasure already
		d.erase()
		_, after := d.backup()
		for name, part := range map[string][]byte{"the old data": data, "the new data": newData, "the keys after STOP": keys, "the keys after the erasure": after} {
			if bytes.Contains(part, key) {
				t.Errorf("%s hold the wrapped key", name)
			}
		}
		empty(t, func(t *testing.T, dsn string) {
			if done, err := restored(t, dsn, data, keys); err != nil || done.Residents != 1 {
				t.Fatalf("%+v, %v", done, err)
			}
			r := d.again(t, dsn)
			if n := r.count(`SELECT count(*) FROM inbox`) + r.count(`SELECT count(*) FROM outbox`) + r.count(`SELECT count(*) FROM resident`); n != 0 {
				t.Errorf("%d rows of who said STOP are left", n)
			}
		})
	})
}
