package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// exec runs SQL where a test needs rows that others write.
func (d *desk) exec(query string, args ...any) {
	d.t.Helper()
	_, err := d.Exec(d.t.Context(), query, args...)
	d.ok(err)
}

func (d *desk) purge(r store.Retention) store.Purged {
	d.t.Helper()
	due, err := d.Overdue(d.t.Context(), d.now, r)
	d.ok(err)
	purged, err := d.Purge(d.t.Context(), d.now, r, nil)
	d.ok(err)
	if !slices.Equal(due, purged) {
		d.t.Errorf("the dry run said %v, destroyed were %v", due, purged)
	}
	return purged
}

// at goes to a number of days after the test's noon and a moment more.
func (d *desk) at(days int) { d.now = noon.AddDate(0, 0, days).Add(time.Minute) }

// heldFor puts a conversation of a resident under legal hold.
func (d *desk) heldFor(resident bot.ID, until time.Time) bot.ID {
	id, text := bot.NewID(d.now), bot.NewID(d.now)
	d.exec(`INSERT INTO legal_hold (id, resident_id, placed_at, placed_by, until, reason) VALUES ($1, $2, $3, 'fg', $4, $5)`, id, resident, d.now, until, []byte("x"))
	d.exec(`INSERT INTO hold_key (hold_id, wrapping_id, wrapped) VALUES ($1, 'w', $2)`, id, []byte("x"))
	d.exec(`INSERT INTO held_text (id, hold_id, at, ours, body) VALUES ($1, $2, $3, $5, $4)`, text, id, d.now, []byte("x"), false)
	return id
}

func (d *desk) waits(resident bot.ID, topic string) {
	d.exec(`INSERT INTO pending (id, resident_id, topic, language, about_hash, brought_at) VALUES ($1, $2, $3, 'nl', $4, $5)`,
		bot.NewID(d.now), resident, topic, []byte(topic), d.now)
}

func (d *desk) looked() {
	d.exec(`INSERT INTO audit (id, at, actor, action, reason) VALUES ($1, $2, 'fg', 'show', 'vraag')`, bot.NewID(d.now), d.now)
}

func (d *desk) linked(resident bot.ID) {
	d.exec(`INSERT INTO export_link (hash, resident_id, language, expires_at) VALUES ($1, $2, 'nl', $3)`,
		fmt.Appendf(nil, "%d", d.now.UnixNano()), resident, d.now.Add(15*time.Minute))
}

func TestPurge_eachKindGoesAtItsTimeAndNotBefore(t *testing.T) {
	for name, c := range map[string]struct {
		have  func(d *desk)
		days  int // kept until then
		want  int64
		table string
	}{
		"imports":      {func(d *desk) { d.waits(d.resident("31611111111"), "afval") }, 90, 1, "pending"},
		"audit":        {func(d *desk) { d.looked(); d.looked() }, 1096, 2, "audit"},
		"legal_holds":  {func(d *desk) { d.heldFor(d.resident("31611111111"), noon.AddDate(0, 0, 50)) }, 49, 1, "legal_hold"},
		"export_links": {func(d *desk) { d.linked(d.resident("31611111111")) }, 0, 1, "export_link"},
		"contacts":     {func(d *desk) { d.resident("31611111111") }, 365, 1, "resident"},
		"wrong_codes": {func(d *desk) {
			_, err := d.FindBooking(d.t.Context(), d.now, d.resident("31611111111"), bot.Hide("A-BCD-FGH-234"))
			if !errors.Is(err, bot.ErrUnknownBooking) {
				d.t.Fatal(err)
			}
		}, 0, 1, "booking_try"},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, d *desk) {
				c.have(d)
				if d.at(c.days); c.days > 0 {
					d.now = d.now.Add(-2 * time.Minute)
				}
				if purged := d.purge(store.DefaultRetention()); purged.Of(name) != 0 || d.count(`SELECT count(*) FROM `+c.table) != int(c.want) {
					t.Fatalf("before its time: %v", purged)
				}
				d.at(c.days + 1)
				if purged := d.purge(store.DefaultRetention()); purged.Of(name) != c.want || d.count(`SELECT count(*) FROM `+c.table) != 0 {
					t.Fatalf("after its time: %v", purged)
				}
			})
		})
	}
}

// Names of colleagues go; that a job ran, and its numbers, stay: by its last
// run a job knows which moments are behind it.
func TestPurge_ofNoticesTheNamesGoAndTheNumbersStay(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		r := aRun(d.now)
		r.Kind, r.Job, r.Useless = bot.RunNotice, "proef", d.now.AddDate(0, 0, 40)
		run, _, err := d.BeginRun(t.Context(), d.now, r)
		d.ok(err)
		_, err = d.SetRun(t.Context(), d.now, run.ID, bot.RunDone, "stopped by carla", bot.RunSelecting)
		d.ok(err)
		const push = `INSERT INTO push (id, notice, content, written_by, rehearsed_by, rehearsed_at, rehearsal, approved_by, sent_by, run_id) VALUES ($1, $2, '', ',anna,', 'anna', $3, '', $4, $4, $5)`
		d.exec(push, bot.NewID(d.now), "proef", d.now, "berta", run.ID)
		d.exec(push, bot.NewID(d.now), "nooit-verstuurd", d.now, nil, nil)
		left := func(pushes int, reason string, purged int64) {
			t.Helper()
			destroyed := d.purge(store.DefaultRetention()).Of("notices")
			n := d.count(`SELECT count(*) FROM push`)
			kept, found, err := d.Run(t.Context(), run.ID)
			if err != nil || !found || n != pushes || kept.Reason != reason || destroyed != purged {
				t.Errorf("%d pushes, %d destroyed, the run is there %t: %q, %v", n, destroyed, found, kept.Reason, err)
			}
		}
		d.at(1095)
		left(2, "stopped by carla", 0)
		d.at(1096)
		left(1, "", 1) // it is of use for forty days more than since it was rehearsed
		d.at(1096 + 40)
		left(0, "", 1)
	})
}

func TestPurge_aPeriodOfNothingKeeps(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.answered(phone("31611111111"), "hallo")
		d.sent()
		d.looked()
		d.at(36500)
		d.purge(store.Retention{})
		for _, table := range []string{"inbox", "outbox", "resident", "audit"} {
			if d.count(`SELECT count(*) FROM `+table) != 1 {
				t.Errorf("%s is empty", table)
			}
		}
	})
}

func TestPurge_whoIsStillOfUseStays(t *testing.T) {
	for name, have := range map[string]func(d *desk, from bot.Contact){
		"has a subscription":        func(d *desk, from bot.Contact) { d.subscribed(from, "afval") },
		"has an import that waits":  func(d *desk, from bot.Contact) { d.waits(d.residentOf(from), "afval") },
		"has an open request":       func(d *desk, from bot.Contact) { d.submitted(from, lampCode) },
		"has an appointment":        func(d *desk, from bot.Contact) { d.booked(d.residentOf(from), noon.AddDate(0, 0, 400)) },
		"is under legal hold":       func(d *desk, from bot.Contact) { d.heldFor(d.residentOf(from), noon.AddDate(9, 0, 0)) },
		"wrote within the year":     func(d *desk, from bot.Contact) { d.residentOf(from); d.later(24 * time.Hour); d.residentOf(from) },
		"wrote and has no answer":   func(d *desk, from bot.Contact) { d.says(from, "hallo") },
		"is to get what is waiting": func(d *desk, from bot.Contact) { d.answered(from, "hallo") },
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, d *desk) {
				gone := d.resident("31699999999")
				have(d, phone("31611111111"))
				d.at(366)
				keep := store.Retention{Contacts: 365}
				if purged := d.purge(keep); purged.Of("contacts") != 1 || d.count(`SELECT count(*) FROM resident`) != 1 {
					t.Fatalf("%v, %d residents are left", purged, d.count(`SELECT count(*) FROM resident`))
				}
				if d.count(`SELECT count(*) FROM resident WHERE id = $1`, string(gone)) != 0 {
					t.Fatal("the wrong one went")
				}
			})
		})
	}
}

func TestPurge_whoIsForgottenLeavesNoMarkAndMayComeBack(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		claim, request := d.submitted(from, lampCode)
		_, err := d.MarkRequest(t.Context(), d.now, request.ID, true)
		d.ok(err)
		d.sent()
		d.at(366)
		if purged := d.purge(store.Retention{Contacts: 365}); purged.Of("contacts") != 1 {
			t.Fatalf("%v", purged)
		}
		for _, table := range []string{"resident", "resident_key", "inbox", "outbox", "suppression", "intent"} {
			if n := d.count(`SELECT count(*) FROM ` + table); n != 0 {
				t.Errorf("%d rows in %s", n, table)
			}
		}
		if d.count(`SELECT count(*) FROM request WHERE resident_id IS NULL`) != 1 {
			t.Error("a handled request does not stay, cut loose, until its own time")
		}
		if again := d.residentOf(from); again == claim.Resident {
			t.Error("the resident that comes back is the old one")
		}
	})
}

func TestPurge_theLedgerOfAConsentGoesFiveYearsAfterItsEnd(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		stays, ends, gone := phone("31611111111"), phone("31622222222"), phone("31633333333")
		d.subscribed(stays, "afval")
		d.subscribed(ends, "afval", "hitte")
		d.subscribed(gone, "afval")
		d.at(10)
		o := outcome("goed")
		o.Consents = []bot.Consent{{Topic: "afval", Wording: "stop afval", Language: "nl", Version: "hash-1"}}
		d.says(ends, "stop afval")
		d.finish(d.claimOne(), o)
		d.at(20)
		d.stop(gone)
		d.erase()
		for _, step := range []struct {
			days          int
			want          int64
			lines, proofs int
		}{
			{1826 + 9, 0, 6, 1},
			{1826 + 11, 2, 4, 1}, // what ended on day 10, and its end
			{1826 + 21, 3, 2, 0}, // two lines and the receipt of who was erased
			{36500, 0, 2, 0},     // what stands keeps its evidence
		} {
			d.at(step.days)
			purged := d.purge(store.Retention{Consents: 1826})
			if purged.Of("consents") != step.want || d.count(`SELECT count(*) FROM consent`) != step.lines || d.count(`SELECT count(*) FROM receipt`) != step.proofs {
				t.Errorf("on day %d: %v, %d lines", step.days, purged, d.count(`SELECT count(*) FROM consent`))
			}
		}
		if d.count(`SELECT count(*) FROM consent WHERE given`) != 2 {
			t.Error("the evidence of a consent that stands is gone")
		}
	})
}

func TestPurge_theEvidenceOfOneAddressStaysWhenAnotherEnds(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		about := func(address string, given bool) bot.Outcome {
			c := yes("afval")
			c.Given, c.About = given, bot.ValueOf(address)
			return bot.Outcome{Conversation: bot.Hide("{}"), Consents: []bot.Consent{c}}
		}
		for i, o := range []bot.Outcome{about("Domplein 1", true), about("Domplein 2", true), about("Domplein 1", false), about("Domplein 3", false)} {
			d.at(i)
			d.says(from, "ja")
			d.finish(d.claimOne(), o)
		}
		d.at(1826 + 10)
		if purged := d.purge(store.Retention{Consents: 1826}); purged.Of("consents") != 3 || d.count(`SELECT count(*) FROM consent WHERE given`) != 1 {
			t.Errorf("%v, %d given", purged, d.count(`SELECT count(*) FROM consent WHERE given`))
		}
	})
}

func TestPurge_theAuditTrailYieldsToThePurgeAlone(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.looked()
		d.at(1000)
		d.looked()
		d.at(1097)
		if purged := d.purge(store.DefaultRetention()); purged.Of("audit") != 1 {
			t.Fatalf("%v", purged)
		}
		if _, err := d.Exec(t.Context(), `DELETE FROM audit`); err == nil {
			t.Error("a line that is not past its time can be deleted")
		}
	})
}

// seen puts n message ids of long ago there.
func (d *desk) seen(n int) {
	for i := range n {
		d.exec(`INSERT INTO dedupe (hash, day) VALUES ($1, $2)`, fmt.Appendf(nil, "%08d", i), 1)
	}
}

func (d *desk) destroyed() (lines []store.Destruction) {
	d.t.Helper()
	d.ok(d.DestructionLog(d.t.Context(), func(line store.Destruction) error {
		lines = append(lines, line)
		return nil
	}))
	return lines
}

func TestPurge_eachKindOfARunIsOneLineInTheDestructionLog(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.seen(1300)
		d.answered(phone("31611111111"), "hallo")
		d.sent()
		d.at(29)
		d.purge(store.DefaultRetention())
		d.at(30)
		d.purge(store.DefaultRetention()) // destroys nothing, and says nothing
		lines := d.destroyed()
		if len(lines) != 2 || lines[0].Kind != "texts" && lines[1].Kind != "texts" {
			t.Fatalf("%+v", lines)
		}
		for _, line := range lines {
			want := store.Destruction{At: noon.AddDate(0, 0, 29).Add(time.Minute), Kind: "texts", Number: 2, Ground: "AVG art. 5(1)(e): kept 28 days, [retention] texts"}
			if line.Kind != "texts" {
				want.Kind, want.Number, want.Ground = "message_ids", 1300, "AVG art. 5(1)(e): kept 40 days, store.DedupeDays"
			}
			if !line.At.Equal(want.At) || line.Kind != want.Kind || line.Number != want.Number || line.Ground != want.Ground {
				t.Errorf("%+v, want %+v", line, want)
			}
		}
		d.at(29 + 3654)
		if purged := d.purge(store.DefaultRetention()); purged.Of("destruction_log") != 2 {
			t.Errorf("the log itself: %v", purged)
		}
	})
}

func TestPurge_cutShortIsLoggedAndGoesOn(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.seen(1300)
		ctx, kill := context.WithCancel(t.Context())
		purged, err := d.Purge(ctx, d.now, store.Retention{}, func(store.Destroyed) { kill() })
		if !errors.Is(err, context.Canceled) || purged.Of("message_ids") != 500 {
			t.Fatalf("%v, %v", purged, err)
		}
		if lines := d.destroyed(); len(lines) != 1 || lines[0].Number != 500 || d.count(`SELECT count(*) FROM dedupe`) != 800 {
			t.Errorf("%+v", lines)
		}
		if purged := d.purge(store.Retention{}); purged.Of("message_ids") != 800 {
			t.Errorf("the rest: %v", purged)
		}
	})
}

func TestPurge_severalAtOnceDestroyAndLogEachRowOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.seen(3000)
		for i := range 40 {
			d.resident(fmt.Sprintf("316%08d", i))
		}
		d.at(366)
		var all sync.WaitGroup
		var mu sync.Mutex
		numbers := map[string]int64{}
		for range 4 {
			all.Go(func() {
				purged, err := d.Purge(t.Context(), d.now, store.DefaultRetention(), nil)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				for _, p := range purged {
					numbers[p.Kind] += p.Number
				}
			})
		}
		all.Wait()
		d.purge(store.DefaultRetention()) // what another held at that moment
		logged := map[string]int64{}
		for _, line := range d.destroyed() {
			logged[line.Kind] += line.Number
		}
		// 40 of the message ids are the residents' own.
		if logged["message_ids"] != 3040 || logged["contacts"] != 40 || numbers["message_ids"] > 3040 || numbers["contacts"] > 40 {
			t.Errorf("destroyed %v, logged %v", numbers, logged)
		}
	})
}

// The pages of a table that no hand-written list names must be clean too.
func TestPurge_thenNoByteOfAKeyOfWhatEndedIsLeft(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		d := &desk{Store: storetest.Open(t, dsn), t: t, now: noon}
		who := d.resident("31611111111")
		d.heldFor(who, noon.AddDate(9, 0, 0)) // so that the page stays in use
		d.heldFor(who, noon.AddDate(0, 0, 5))
		d.booked(who, halfPastNine)
		d.booked(d.resident("31622222222"), halfPastNine.AddDate(1, 0, 0))
		planted := [][]byte{[]byte("the wrapped key of a hold"), nil}
		d.exec(`UPDATE hold_key SET wrapped = $1 WHERE hold_id = (SELECT id FROM legal_hold ORDER BY until LIMIT 1)`, planted[0])
		d.ok(d.DB().GetContext(t.Context(), &planted[1], `SELECT wrapped FROM booking_key WHERE booking_id = (SELECT id FROM booking ORDER BY starts_at LIMIT 1)`))
		heap := func() map[string][]byte {
			found := files(t, d, dsn)
			for path := range found { // the WAL forgets when it is recycled; the README says so
				if filepath.Base(filepath.Dir(path)) == "pg_wal" {
					delete(found, path)
				}
			}
			return found
		}
		for _, key := range planted {
			if holds(heap(), key) == "" {
				t.Fatal("the search does not find the key while it is there")
			}
		}
		d.at(20)
		d.purge(store.DefaultRetention())
		for i, key := range planted {
			if path := holds(heap(), key); path != "" {
				t.Errorf("wrapped key %d still stands in %s", i, filepath.Base(path))
			}
		}
	})
}

// What is destroyed must not be seen twice in the table, and what the table
// says must be what is done: a kind without a period, a place where it stands
// or words in both languages is a hole in the document.
func TestKinds_eachIsToldWhole(t *testing.T) {
	names := map[string]bool{}
	for _, k := range store.DefaultRetention().Kinds() {
		if names[k.Name] {
			t.Errorf("%s is there twice", k.Name)
		}
		names[k.Name] = true
		if k.What.Dutch == "" || k.What.English == "" || k.Set == "" || k.Days == 0 && k.Within == 0 && k.Until.Dutch == "" {
			t.Errorf("%s is not told whole: %+v", k.Name, k.What)
		}
	}
}
