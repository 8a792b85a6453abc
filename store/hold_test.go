package store_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// held places a hold on a contact until a week on.
func (d *desk) held(from bot.Contact) bot.LegalHold {
	d.t.Helper()
	h, err := d.PlaceHold(d.t.Context(), d.now, officer, from, d.now.AddDate(0, 0, 7))
	d.ok(err)
	return h
}

func (d *desk) shown(id bot.ID) (h bot.LegalHold, texts []string) {
	d.t.Helper()
	h, held, err := d.HeldTexts(d.t.Context(), d.now, officer, id)
	d.ok(err)
	for _, text := range held {
		texts = append(texts, text.Text.Reveal())
	}
	return h, texts
}

func TestHold_survivesStopCutLooseFromTheResident(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := person("NL.abc", "31611111111")
		d.answered(from, "ik doe u wat")
		h := d.held(phone("31611111111"))
		d.later(time.Minute)
		d.answered(from, "later gezegd")
		d.stop(from)
		closed := d.closed()
		if len(closed) != 1 || closed[0].Remains.Holds != 1 {
			t.Fatalf("the farewell is told of %+v", closed[0].Remains)
		}
		d.erase()
		for _, query := range []string{`SELECT count(*) FROM resident`, `SELECT count(*) FROM inbox`, `SELECT count(*) FROM legal_hold WHERE resident_id IS NOT NULL`} {
			if n := d.count(query); n != 0 {
				t.Errorf("%s: %d", query, n)
			}
		}
		got, texts := d.shown(h.ID)
		if join(texts) != "ik doe u wat | antwoord op ik doe u wat" && join(texts) != "antwoord op ik doe u wat | ik doe u wat" {
			t.Errorf("texts %q", texts)
		}
		if !got.Cut || got.Reason.Reveal() != officer.Reason || got.By != "fg" || got.Texts != 2 || !got.Until.Equal(h.Until) {
			t.Errorf("%+v, %q", got, got.Reason.Reveal())
		}
	})
}

func TestHold_isSealedItsReasonTooAndEveryLookIsWritten(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.answered(from, "ik doe u wat")
		h := d.held(from)
		d.later(time.Second)
		d.shown(h.ID)
		d.later(time.Second)
		list, err := d.Holds(t.Context(), d.now, colleague)
		if err != nil || len(list) != 1 || list[0].ID != h.ID || list[0].Cut {
			t.Errorf("%+v, %v", list, err)
		}
		d.later(time.Second)
		d.ok(d.LiftHold(t.Context(), d.now, officer, h.ID))
		var actions []string
		for _, line := range d.trail() {
			actions = append(actions, line.Action)
			if (line.Action == "hold placed") == (line.Reason == officer.Reason) && line.Action != "hold listed" {
				t.Errorf("%s has the reason %q", line.Action, line.Reason)
			}
			if (line.Pseudonym == "") != (line.Action == "hold listed") {
				t.Errorf("%s: pseudonym %q", line.Action, line.Pseudonym)
			}
		}
		if join(actions) != "hold placed | hold shown | hold listed | hold lifted" {
			t.Error(join(actions))
		}
		for _, table := range []string{"legal_hold", "hold_key", "held_text"} {
			if n := d.count(`SELECT count(*) FROM ` + table); n != 0 {
				t.Errorf("%d rows are left in %s", n, table)
			}
		}
		if _, _, err := d.HeldTexts(t.Context(), d.now, officer, h.ID); !errors.Is(err, store.ErrUnknownHold) {
			t.Errorf("%v", err)
		}
	})
}

func TestHold_endsAtItsDateEvenBeforeThePurge(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.answered(from, "hallo")
		h := d.held(from)
		d.now = h.Until
		if list, err := d.Holds(t.Context(), d.now, colleague); err != nil || len(list) != 0 {
			t.Errorf("%+v, %v", list, err)
		}
		if _, _, err := d.HeldTexts(t.Context(), d.now, officer, h.ID); !errors.Is(err, store.ErrUnknownHold) {
			t.Errorf("%v", err)
		}
		d.stop(from)
		if closed := d.closed(); closed[0].Remains.Holds != 0 {
			t.Error("the farewell names a hold that ended")
		}
	})
}

func TestHold_isReadAfterARotationAndWithoutItsKeyItIsGone(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		keys := storetest.Keys()
		d := &desk{Store: storetest.Open(t, dsn), t: t, now: noon}
		d.answered(phone("31611111111"), "hallo")
		h := d.held(phone("31611111111"))
		turned := keys.Rotated()
		s, err := store.Open(t.Context(), dsn, turned)
		d.ok(err)
		defer s.Close()
		if _, err := s.Rewrap(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		only := turned
		only.Wrapping = map[string][]byte{turned.Current: turned.Wrapping[turned.Current]}
		newest, err := store.Open(t.Context(), dsn, only)
		d.ok(err)
		defer newest.Close()
		if _, texts := (&desk{Store: newest, t: t, now: noon}).shown(h.ID); len(texts) != 2 {
			t.Errorf("%d texts", len(texts))
		}
	})
}

func TestHold_isRestoredAndOneThatWasLiftedSinceIsPurgedBeforeServing(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from, second := phone("31611111111"), phone("31622222222")
		d.answered(from, "hallo")
		d.answeredAside(second, "dag")
		stays, lifted := d.held(from), d.held(second)
		data, _ := d.backup()
		d.later(time.Minute)
		d.ok(d.LiftHold(t.Context(), d.now, officer, lifted.ID))
		d.stop(from) // the hold outlives the erasure in the backup too
		d.erase()
		_, keys := d.backup()
		if bytes.Contains(data, []byte(officer.Reason)) {
			t.Error("the reason stands in clear")
		}
		empty(t, func(t *testing.T, dsn string) {
			done, err := restored(t, dsn, data, keys)
			if err != nil || done.Holds != 1 || done.Residents != 1 {
				t.Fatalf("%+v, %v", done, err)
			}
			r := d.again(t, dsn)
			for query, want := range map[string]int{
				`SELECT count(*) FROM legal_hold`: 1, `SELECT count(*) FROM hold_key`: 1, `SELECT count(*) FROM held_text`: 2,
				`SELECT count(*) FROM legal_hold WHERE resident_id IS NOT NULL`: 0, `SELECT count(*) FROM audit WHERE action = 'hold lifted'`: 1,
			} {
				if got := r.count(query); got != want {
					t.Errorf("%s: %d, want %d", query, got, want)
				}
			}
			if h, texts := r.shown(stays.ID); len(texts) != 2 || !h.Cut {
				t.Errorf("%d texts", len(texts))
			}
		})
	})
}
