package store_test

import (
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

const lampCode = "M-BCD-FGH-234"

func lamp(now time.Time, code string) bot.Request {
	return bot.Request{ID: bot.NewID(now), Kind: "lamp", Language: "nl", Place: bot.Hide("Domplein 12"), Text: bot.Hide("De lamp is uit"),
		Phone: bot.Hide("31612345678"), Code: bot.Hide(code), At: now}
}

// submitting begins a turn of a contact with the intent to submit under its key.
func (d *desk) submitting(from bot.Contact) (claim bot.Claim, key string) {
	d.t.Helper()
	d.says(from, "ja, verstuur")
	claim = d.claimOne()
	key = fmt.Sprintf("%s/1", claim.MessageID)
	d.ok(d.StartCall(d.t.Context(), d.now, claim, bot.Call{Operation: "request.submit", Key: key}))
	return claim, key
}

// submitted has a contact hand in a request, answered.
func (d *desk) submitted(from bot.Contact, code string) (claim bot.Claim, kept bot.Request) {
	d.t.Helper()
	claim, key := d.submitting(from)
	kept, err := d.SubmitRequest(d.t.Context(), d.now, key, claim.Resident, lamp(d.now, code))
	d.ok(err)
	d.finish(claim, outcome("uw code is "+code))
	return claim, kept
}

func (d *desk) listed() (open, handled []string) {
	d.t.Helper()
	for _, list := range []struct {
		into *[]string
		read func() ([]bot.Request, error)
	}{
		{&open, func() ([]bot.Request, error) { return d.OpenRequests(d.t.Context(), d.now, colleague, 0, 100) }},
		{&handled, func() ([]bot.Request, error) { return d.HandledRequests(d.t.Context(), d.now, colleague, 0, 100) }},
	} {
		rows, err := list.read()
		d.ok(err)
		for _, r := range rows {
			*list.into = append(*list.into, r.Code.Reveal())
		}
	}
	return open, handled
}

func TestSubmitRequest_keepsItOncePerKeyAndGivesTheFirstBack(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		claim, key := d.submitting(phone("31611111111"))
		first, err := d.SubmitRequest(t.Context(), d.now, key, claim.Resident, lamp(d.now, lampCode))
		d.ok(err)
		d.later(time.Minute)
		second, err := d.SubmitRequest(t.Context(), d.now, key, claim.Resident, lamp(d.now, "M-BCD-FGH-235"))
		d.ok(err)
		if second.ID != first.ID || second.Code.Reveal() != lampCode || !second.At.Equal(noon) {
			t.Errorf("the second try gave %s at %v", second.Code.Reveal(), second.At)
		}
		if r := first; r.Kind != "lamp" || r.Language != "nl" || r.Place.Reveal() != "Domplein 12" || r.Text.Reveal() != "De lamp is uit" || r.Phone.Reveal() != "31612345678" {
			t.Error("what was kept is not what was handed in")
		}
		if n := d.count(`SELECT count(*) FROM request`); n != 1 {
			t.Errorf("%d requests", n)
		}
	})
}

func TestSubmitRequest_twoAtTheSameMomentAreOne(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		claim, key := d.submitting(phone("31611111111"))
		codes, errs := make([]string, 8), make([]error, 8)
		var all sync.WaitGroup
		for i := range codes {
			all.Go(func() {
				kept, err := d.SubmitRequest(t.Context(), d.now, key, claim.Resident, lamp(d.now, fmt.Sprintf("M-BCD-FGH-%03d", i)))
				codes[i], errs[i] = kept.Code.Reveal(), err
			})
		}
		all.Wait()
		d.ok(errors.Join(errs...))
		if slices.Sort(codes); codes[0] != codes[7] || d.count(`SELECT count(*) FROM request`) != 1 {
			t.Errorf("codes %q", codes)
		}
	})
}

func TestSubmitRequest_nothingIsKeptOfWhoSaidStopMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		claim, key := d.submitting(from)
		d.stop(from)
		for _, when := range []string{"closed", "erased"} {
			if _, err := d.SubmitRequest(t.Context(), d.now, key, claim.Resident, lamp(d.now, lampCode)); !errors.Is(err, bot.ErrTokenGone) {
				t.Errorf("%s: %v", when, err)
			}
			d.erase()
		}
		if n := d.count(`SELECT count(*) FROM request`); n != 0 {
			t.Errorf("%d requests", n)
		}
	})
}

func TestCancelRequest_takesBackWhatALostTurnHandedIn(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		claim, key := d.submitting(from)
		_, err := d.SubmitRequest(t.Context(), d.now, key, claim.Resident, lamp(d.now, lampCode))
		d.ok(err)
		d.stop(from)
		if err := d.tryFinish(claim, outcome("uw code is ...")); !errors.Is(err, bot.ErrTokenGone) {
			t.Fatalf("the turn was not lost: %v", err)
		}
		d.erase() // may come first: nothing is on its way
		d.ok(d.CancelRequest(t.Context(), key))
		if open, _ := d.listed(); len(open) != 0 {
			t.Errorf("colleagues would work on %q", open)
		}
		d.ok(d.CancelRequest(t.Context(), key))
	})
}

// A process that was too slow loses its turn to another one, which hands in
// under the same key and tells the resident. The slow one must not undo that.
func TestCancelRequest_leavesWhatAnotherProcessToldTheResident(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		slow, key := d.submitting(phone("31611111111"))
		_, err := d.SubmitRequest(t.Context(), d.now, key, slow.Resident, lamp(d.now, lampCode))
		d.ok(err)
		d.later(lease + time.Second)
		quick := d.claimOne()
		for _, step := range []string{"while the other works", "after it answered"} {
			d.ok(d.CancelRequest(t.Context(), key))
			if open, _ := d.listed(); len(open) != 1 {
				t.Fatalf("%s: the request is gone", step)
			}
			if step == "while the other works" {
				d.finish(quick, outcome("uw code is "+lampCode))
			}
		}
		if err := d.tryFinish(slow, outcome("te laat")); !errors.Is(err, bot.ErrTokenGone) {
			t.Errorf("the slow one finished: %v", err)
		}
	})
}

func TestRequestByCode_findsItAndBlocksAfterFiveWrongOnes(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		claim, kept := d.submitted(phone("31611111111"), lampCode)
		other := d.residentOf(phone("31622222222"))
		for try := range 5 {
			if r, found, err := d.RequestByCode(t.Context(), d.now, other, lampCode); err != nil || !found || r.ID != kept.ID {
				t.Fatalf("try %d: found %v, %v", try, found, err)
			}
			if _, found, err := d.RequestByCode(t.Context(), d.now, other, fmt.Sprintf("M-BCD-FGH-%03d", try)); err != nil || found {
				t.Fatalf("wrong code %d: found %v, %v", try, found, err)
			}
			d.later(time.Minute)
		}
		if _, _, err := d.RequestByCode(t.Context(), d.now, other, lampCode); !errors.Is(err, bot.ErrTooManyTries) {
			t.Errorf("the sixth is looked at: %v", err)
		}
		if _, found, err := d.RequestByCode(t.Context(), d.now, claim.Resident, lampCode); err != nil || !found {
			t.Errorf("somebody else is blocked too: %v", err)
		}
		d.now = noon.Add(time.Hour) // since the first wrong one
		if _, found, err := d.RequestByCode(t.Context(), d.now, other, lampCode); err != nil || !found {
			t.Errorf("an hour later: found %v, %v", found, err)
		}
	})
}

func (d *desk) residentOf(from bot.Contact) bot.ID {
	d.t.Helper()
	d.says(from, "hallo")
	claim := d.claimOne()
	d.finish(claim, outcome("dag"))
	return claim.Resident
}

func TestRequestByCode_triesAtTheSameMomentCountToo(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		who := d.residentOf(phone("31611111111"))
		looked, errs := make([]bool, 12), make([]error, 12)
		var all sync.WaitGroup
		for i := range looked {
			all.Go(func() {
				_, _, err := d.RequestByCode(t.Context(), d.now, who, fmt.Sprintf("M-BCD-FGH-%03d", i))
				if looked[i] = err == nil; !looked[i] && !errors.Is(err, bot.ErrTooManyTries) {
					errs[i] = err
				}
			})
		}
		all.Wait()
		d.ok(errors.Join(errs...))
		n := 0
		for _, yes := range looked {
			if yes {
				n++
			}
		}
		if n != 5 {
			t.Errorf("%d of 12 were looked at", n)
		}
	})
}

func TestStop_keepsTheRequestAndCutsTheLink(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.submitted(from, lampCode)
		d.later(time.Minute)
		_, second := d.submitted(from, "M-BCD-FGH-235")
		_, err := d.MarkRequest(t.Context(), d.now, second.ID, true)
		d.ok(err)
		d.submitted(phone("31622222222"), "M-BCD-FGH-236")
		d.sent()
		d.stop(from)
		closed, err := d.Closed(t.Context(), d.now, 10)
		d.ok(err)
		if len(closed) != 1 || closed[0].Remains.Requests != 2 {
			t.Fatalf("the farewell would name %+v", closed)
		}
		d.erase()
		if n := d.count(`SELECT count(*) FROM request WHERE resident_id IS NULL`); n != 2 {
			t.Errorf("%d requests are cut loose", n)
		}
		open, handled := d.listed()
		if !slices.Equal(open, []string{lampCode, "M-BCD-FGH-236"}) || !slices.Equal(handled, []string{"M-BCD-FGH-235"}) {
			t.Errorf("colleagues see open %q, handled %q", open, handled)
		}
		if n := d.count(`SELECT count(*) FROM request_try`); n != 0 {
			t.Errorf("%d tries stay", n)
		}
		d.later(time.Hour)
		if _, found, err := d.RequestByCode(t.Context(), d.now, d.residentOf(phone("31633333333")), lampCode); err != nil || !found {
			t.Errorf("the code finds nothing any more: %v", err)
		}
	})
}

func TestMarkRequest_movesItBetweenTheListsInOrder(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		var requests []bot.Request
		for i := range 3 {
			_, kept := d.submitted(phone("31611111111"), fmt.Sprintf("M-BCD-FGH-%03d", i))
			requests = append(requests, kept)
			d.later(time.Minute)
		}
		mark := func(i int, handled bool) {
			t.Helper()
			if found, err := d.MarkRequest(t.Context(), d.now, requests[i].ID, handled); err != nil || !found {
				t.Fatalf("found %v, %v", found, err)
			}
			d.later(time.Minute)
		}
		see := func(open, handled []string) {
			t.Helper()
			o, h := d.listed()
			n, m, err := d.CountRequests(t.Context())
			d.ok(err)
			if !slices.Equal(o, open) || !slices.Equal(h, handled) || n != len(open) || m != len(handled) {
				t.Fatalf("open %q (%d), handled %q (%d)", o, n, h, m)
			}
		}
		see([]string{"M-BCD-FGH-000", "M-BCD-FGH-001", "M-BCD-FGH-002"}, nil)
		mark(0, true)
		mark(2, true)
		mark(0, true) // twice: the first moment stays
		see([]string{"M-BCD-FGH-001"}, []string{"M-BCD-FGH-002", "M-BCD-FGH-000"})
		mark(0, false)
		see([]string{"M-BCD-FGH-000", "M-BCD-FGH-001"}, []string{"M-BCD-FGH-002"})
		if found, err := d.MarkRequest(t.Context(), d.now, bot.NewID(d.now), true); err != nil || found {
			t.Errorf("one that is not there: found %v, %v", found, err)
		}
	})
}

func TestPurge_destroysHandledRequestsAfterTheirTimeAndKeepsOpenOnes(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, old := d.submitted(phone("31611111111"), lampCode)
		d.submitted(phone("31611111111"), "M-BCD-FGH-235")
		_, err := d.MarkRequest(t.Context(), d.now, old.ID, true)
		d.ok(err)
		for _, step := range []struct {
			days    int
			keep    bool
			destroy int64
		}{{30, true, 0}, {31, false, 0}, {31, true, 1}, {400, true, 0}} {
			d.now = noon.AddDate(0, 0, step.days)
			var kept store.Retention
			if step.keep {
				kept.Requests = 30
			}
			purged, err := d.Purge(t.Context(), d.now, kept, nil)
			d.ok(err)
			if purged.Of("requests") != step.destroy {
				t.Errorf("after %d days: %+v", step.days, purged)
			}
		}
		if open, handled := d.listed(); len(open) != 1 || len(handled) != 0 || d.count(`SELECT count(*) FROM request_key`) != 1 {
			t.Errorf("open %q, handled %q", open, handled)
		}
	})
}

func TestPurge_requestsOfARestoredBackupWithoutAKeyGo(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.submitted(phone("31611111111"), lampCode)
		_, err := d.Exec(t.Context(), `DELETE FROM request_key`)
		d.ok(err)
		_, err = d.Purge(t.Context(), d.now, store.Retention{}, nil)
		d.ok(err)
		if n := d.count(`SELECT count(*) FROM request`); n != 0 {
			t.Errorf("%d requests that nobody can read", n)
		}
	})
}

func TestRequests_oneThatCannotBeOpenedIsLeftOutAndCounted(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, first := d.submitted(phone("31611111111"), lampCode)
		_, second := d.submitted(phone("31611111111"), "M-BCD-FGH-235")
		_, err := d.Exec(t.Context(), `UPDATE request SET body = (SELECT body FROM request WHERE id = $1) WHERE id = $2`, string(second.ID), string(first.ID))
		d.ok(err)
		if open, _ := d.listed(); !slices.Equal(open, []string{"M-BCD-FGH-235"}) {
			t.Errorf("open %q", open)
		}
		if counts, err := d.Counts(t.Context(), d.now); err != nil || counts.Unreadable != 1 {
			t.Errorf("%d unreadable, %v", counts.Unreadable, err)
		}
	})
}

func TestFiles_holdNothingOfARequest(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		d := &desk{Store: storetest.Open(t, dsn), t: t, now: noon}
		claim, key := d.submitting(phone("31611111111"))
		r := lamp(d.now, "M-ZKW-CDB-234")
		r.Kind, r.Place, r.Text, r.Phone = "zoekwoordsoort", bot.Hide("Zoekwoordplein 77"), bot.Hide("ZoekwoordOmschrijving"), bot.Hide("31698765431")
		kept, err := d.SubmitRequest(t.Context(), d.now, key, claim.Resident, r)
		d.ok(err)
		d.finish(claim, outcome("dank u"))
		_, _, err = d.RequestByCode(t.Context(), d.now, claim.Resident, "M-ZKW-CDB-999")
		d.ok(err)
		_, err = d.MarkRequest(t.Context(), d.now, kept.ID, true)
		d.ok(err)
		d.ok(d.PutBundle(t.Context(), d.now, "municipal-marker", []byte("x"), "ans"))
		found := files(t, d, dsn)
		if holds(found, []byte("municipal-marker")) == "" {
			t.Fatal("the search does not find what stands there in clear")
		}
		for _, text := range []string{r.Kind, "Zoekwoordplein 77", "ZoekwoordOmschrijving", "31698765431", "M-ZKW-CDB-234", "ZKWCDB234", "M-ZKW-CDB-999"} {
			for form, needle := range forms(text) {
				if path := holds(found, needle); path != "" {
					t.Errorf("%s stands %s in %s", text, form, filepath.Base(path))
				}
			}
		}
	})
}

func TestRewrap_movesTheKeysOfRequestsToo(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		d := &desk{Store: storetest.Open(t, dsn), t: t, now: noon}
		d.submitted(phone("31611111111"), lampCode)
		rotated := storetest.Keys().Rotated()
		s, err := store.Open(t.Context(), dsn, rotated)
		d.ok(err)
		if n, err := s.Rewrap(t.Context(), nil); n != 2 || err != nil { // the resident's, the request's
			t.Fatalf("%d keys moved, %v", n, err)
		}
		d.ok(s.Close())
		rotated.Wrapping = map[string][]byte{rotated.Current: rotated.Wrapping[rotated.Current]}
		only, err := store.Open(t.Context(), dsn, rotated)
		d.ok(err)
		defer only.Close()
		if open, err := only.OpenRequests(t.Context(), d.now, colleague, 0, 10); err != nil || len(open) != 1 || open[0].Code.Reveal() != lampCode {
			t.Fatalf("%d requests, %v", len(open), err)
		}
	})
}
