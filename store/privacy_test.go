package store_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// forms are the ways in which a text could stand in a file: plain, in hex, and
// in base64 at each of the three places where it can begin in a group.
func forms(text string) map[string][]byte {
	out := map[string][]byte{"plain": []byte(text), "hex": []byte(hex.EncodeToString([]byte(text)))}
	for shift, name := range []string{"base64", "base64 +1", "base64 +2"} {
		encoded := base64.StdEncoding.EncodeToString([]byte("xx"[:shift] + text))
		out[name] = []byte(encoded[(shift*8+5)/6 : len(encoded)-4]) // without the characters that neighbours share
	}
	return out
}

// files are the database's files: of SQLite with its log, of Postgres the
// whole data folder, heap and WAL.
func files(t *testing.T, d *desk, dsn string) map[string][]byte {
	t.Helper()
	root := filepath.Dir(dsn)
	if d.IsPostgres() {
		_, err := d.DB().ExecContext(t.Context(), `CHECKPOINT`)
		d.ok(err)
		root = storetest.Data(t)
	}
	found := map[string][]byte{}
	d.ok(filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil // Postgres removes files while we look
		}
		if data, err := os.ReadFile(path); err == nil {
			found[path] = data
		}
		return nil
	}))
	return found
}

func holds(files map[string][]byte, needle []byte) string {
	for path, data := range files {
		if bytes.Contains(data, needle) {
			return path
		}
	}
	return ""
}

func TestFiles_holdNothingThatAResidentSaid(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		d := &desk{Store: storetest.Open(t, dsn), t: t, now: noon}
		planted := []string{"Wilhelmina-Zoekwoord-Bericht", "31698765432", "NL.9ZoekwoordExtern", "ZoekwoordAntwoordTekst", "ZoekwoordGesprek99",
			"ZoekwoordIntentie77", "ZoekwoordOver55", "wamid.HBgLMzE2Zoekwoord", "wamid.UitgaandZoekwoord"}
		from := person(planted[2], planted[1])
		m := d.message(from, planted[0])
		m.ID = bot.Hide(planted[7])
		d.receive(m)
		claim := d.claimOne()
		d.ok(d.StartCall(t.Context(), d.now, claim, bot.Call{Operation: "request.submit", Key: "k", With: map[string]bot.Value{"v": bot.ValueOf(planted[5])}}))
		consent := yes("afval")
		consent.About = bot.ValueOf(planted[6])
		d.finish(claim, bot.Outcome{Conversation: bot.Hide(planted[4]), Reply: &bot.Reply{Text: bot.Hide(planted[3])}, Consents: []bot.Consent{consent}})
		d.ok(d.MarkSent(t.Context(), d.now, d.sendOne(), bot.Hide(planted[8])))

		before := files(t, d, dsn)
		if holds(before, []byte("municipal-marker")) != "" {
			t.Fatal("the marker is there before it was written")
		}
		d.ok(d.PutBundle(t.Context(), d.now, "municipal-marker", []byte("x"), "ans"))
		after := files(t, d, dsn)
		if holds(after, []byte("municipal-marker")) == "" {
			t.Fatal("the search does not find what stands there in clear")
		}
		for _, text := range planted {
			for form, needle := range forms(text) {
				if path := holds(after, needle); path != "" {
					t.Errorf("%s stands %s in %s", text, form, filepath.Base(path))
				}
			}
		}
	})
}

func TestErase_thenPurgeLeavesNoByteOfTheKey(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		d := &desk{Store: storetest.Open(t, dsn), t: t, now: noon}
		d.says(phone("31699999999"), "blijft")
		from := phone("31611111111")
		d.answeredAside(from, "geheim")
		var wrapped, body []byte
		d.ok(d.DB().GetContext(t.Context(), &wrapped, `SELECT k.wrapped FROM resident_key k JOIN outbox o ON o.resident_id = k.resident_id`))
		d.ok(d.DB().GetContext(t.Context(), &body, `SELECT body FROM outbox`))
		heap := func() map[string][]byte {
			found := files(t, d, dsn)
			for path := range found { // the WAL forgets when it is recycled; the README says so
				if filepath.Base(filepath.Dir(path)) == "pg_wal" {
					delete(found, path)
				}
			}
			return found
		}
		if found := heap(); holds(found, wrapped) == "" || holds(found, body) == "" {
			t.Fatal("the search does not find the key while it is there")
		}
		d.sent()
		d.stop(from)
		d.erase()
		d.later(16 * time.Minute)
		_, err := d.Purge(t.Context(), d.now, store.Retention{Texts: 30}, nil)
		d.ok(err)
		if path := holds(heap(), wrapped); path != "" {
			t.Errorf("the wrapped key still stands in %s", filepath.Base(path))
		}
		if path := holds(heap(), body); path != "" && !d.IsPostgres() { // there it is the key that has to be gone
			t.Errorf("a sealed text still stands in %s", filepath.Base(path))
		}
	})
}

func TestPurge_destroysTextsAfterTheirTimeAndKeepsWhatIsOpen(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.answered(from, "oud")
		d.sent()
		d.says(from, "nog open")
		d.now = noon.AddDate(0, 0, 31)
		purged, err := d.Purge(t.Context(), d.now, store.Retention{Texts: 30}, nil)
		d.ok(err)
		if purged.Of("texts") != 2 || purged.Of("message_ids") != 0 {
			t.Fatalf("%+v", purged)
		}
		if claim := d.claimOne(); claim.Message.Text.Reveal() != "nog open" {
			t.Fatal("an open message was destroyed")
		}
	})
}

func TestPurge_forgetsMessageIDsAfterFortyDaysAndNotBefore(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		m := d.message(phone("31611111111"), "een")
		d.receive(m)
		for _, step := range []struct {
			days      int
			duplicate int
		}{{40, 1}, {41, 0}} {
			d.now = noon.AddDate(0, 0, step.days)
			_, err := d.Purge(t.Context(), d.now, store.Retention{}, nil)
			d.ok(err)
			if got := d.receive(m); got.Duplicate != step.duplicate {
				t.Errorf("after %d days: %+v", step.days, got)
			}
		}
	})
}

func TestPurge_keepsTheMarkAndForgetsTheStampAfterFortyDays(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.stop(phone("31611111111"))
		d.erase()
		d.now = noon.AddDate(0, 0, 41)
		_, err := d.Purge(t.Context(), d.now, store.Retention{}, nil)
		d.ok(err)
		if d.count(`SELECT count(*) FROM suppression WHERE day IS NOT NULL AND drop_before IS NULL`) != 1 {
			t.Fatal("the mark is not as it should be")
		}
		d.subscribed(phone("31611111111"), "afval")
		purged, err := d.Purge(t.Context(), d.now, store.Retention{}, nil)
		d.ok(err)
		if purged.Of("marks") != 1 {
			t.Fatalf("%+v", purged)
		}
	})
}

func TestPurge_residentsOfARestoredBackupWithoutAKeyGo(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.says(phone("31611111111"), "van voor de wissing")
		_, err := d.Exec(t.Context(), `DELETE FROM resident_key`)
		d.ok(err)
		purged, err := d.Purge(t.Context(), d.now, store.Retention{}, nil)
		d.ok(err)
		if purged.Of("unreadable") != 1 || d.count(`SELECT count(*) FROM inbox`) != 0 {
			t.Fatalf("%+v", purged)
		}
	})
}

func TestSeal_aValueMovedToAnotherRowDoesNotOpen(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.says(from, "een")
		d.later(time.Second)
		d.says(from, "twee")
		_, err := d.Exec(t.Context(), `UPDATE inbox SET body = (SELECT body FROM inbox WHERE seq = 2) WHERE seq = 1`)
		d.ok(err)
		if claims := d.claim(10); len(claims) != 0 {
			t.Fatalf("it opened as %d claims", len(claims))
		}
		if claim := d.claimOne(); claim.Seq != 2 {
			t.Fatal("the moved row is not set aside")
		}
	})
}
