package store_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/service/appointment"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// rushTown has fifty places (five seats, ten times) on one morning, or ten (one seat).
const rushTown = `
[[product]]
id = "paspoort"
name = "Paspoort"
minutes = 10
ahead_days = 4
most = 1

[[location]]
id = "stadhuis"
name = "Stadhuis"
seats = %d
step = 10
[location.hours]
monday = ["09:00-10:40"]
`

// rush is many residents who want the same places at the same moment, over
// several processes.
type rush struct {
	*desk
	services []*appointment.Service // one per process
	slots    []string
}

func TestAgenda_residentsRaceForTheLastPlacesOverTwoProcesses(t *testing.T) {
	residents, seats := 100, 1
	if os.Getenv("BODE_TEST_FULL") == "1" {
		residents, seats = 500, 5
	}
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		r := newRush(t, dsn, seats)
		var ids []bot.ID
		for i := range residents {
			ids = append(ids, r.resident(fmt.Sprint(31600000000+i)))
		}
		var mu sync.Mutex
		got := map[string]int{}
		var running sync.WaitGroup
		for i, id := range ids {
			running.Go(func() {
				outcome := r.wantsAny(i, id)
				mu.Lock()
				defer mu.Unlock()
				got[outcome]++
			})
		}
		running.Wait()
		places := seats * len(r.slots)
		if got["booked"] != places || got["taken"] != residents-places || len(got) != 2 {
			t.Errorf("%v of %d residents for %d places", got, residents, places)
		}
		for query, want := range map[string]int{
			`SELECT count(*) FROM booking WHERE state = 'booked'`:                                       places,
			`SELECT count(*) FROM booking`:                                                              places,
			`SELECT count(*) FROM seat`:                                                                 2 * places,
			`SELECT count(*) FROM (SELECT DISTINCT resident_id FROM booking) AS one`:                    places,
			`SELECT count(*) FROM (SELECT DISTINCT location, starts_at, number FROM seat) AS different`: 2 * places,
		} {
			if n := r.count(query); n != want {
				t.Errorf("%s: %d, want %d", query, n, want)
			}
		}
	})
}

func newRush(t *testing.T, dsn string, seats int) *rush {
	t.Helper()
	r := &rush{desk: &desk{Store: storetest.Open(t, dsn), t: t, now: noon}}
	file := filepath.Join(t.TempDir(), "afspraken.toml")
	r.ok(os.WriteFile(file, fmt.Appendf(nil, rushTown, seats), 0o600))
	for _, s := range []*store.Store{r.Store, storetest.Open(t, dsn)} {
		service, err := appointment.Open(appointment.Config{File: file}, s)
		r.ok(err)
		r.services = append(r.services, service)
	}
	offer, err := r.services[0].Call(t.Context(), r.now, bot.Call{Operation: "appointment.slots", With: map[string]bot.Value{
		"product": bot.ValueOf("paspoort"), "location": bot.ValueOf("stadhuis")}})
	r.ok(err)
	var slots []struct {
		ID string `json:"id"`
	}
	r.ok(offer.Value.Into(&slots))
	for _, s := range slots {
		r.slots = append(r.slots, s.ID)
	}
	if len(slots) != 10 {
		t.Fatalf("%d times are offered", len(slots))
	}
	return r
}

// wantsAny tries the places that were all free a moment ago, in an order of
// its own, and books the first that it can hold.
func (r *rush) wantsAny(n int, resident bot.ID) string {
	own := rand.New(rand.NewPCG(7, uint64(n)))
	calls := 0
	call := func(operation string, with map[string]bot.Value) bot.Result {
		calls++
		c := bot.Call{Operation: "appointment." + operation, With: with, Resident: resident, Key: fmt.Sprintf("%s/%d", resident, calls)}
		for process := n; ; process++ {
			result, err := r.services[process%2].Call(r.t.Context(), r.now.Add(time.Duration(calls)*time.Second), c)
			if err != nil {
				r.t.Error(err)
			}
			if own.IntN(3) > 0 || err != nil {
				return result
			} // else the process was killed here: the other one calls again under the same key
		}
	}
	for _, i := range own.Perm(len(r.slots)) {
		held := call("hold", map[string]bot.Value{"slot": bot.ValueOf(r.slots[i])})
		if held.Outcome == "taken" {
			continue
		}
		var hold struct {
			ID string `json:"id"`
		}
		if err := held.Value.Into(&hold); err != nil {
			r.t.Error(err)
		}
		return call("book", map[string]bot.Value{"hold": bot.ValueOf(hold.ID), "name": bot.ValueOf(fmt.Sprint("Bewoner ", n))}).Outcome
	}
	return "taken"
}
