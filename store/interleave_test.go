package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// race is one resident who says STOP while two processes work.
type race struct {
	t       *testing.T
	random  *rand.Rand
	now     time.Time
	stopped atomic.Bool // Receive of the STOP has returned
	mu      sync.Mutex
}

// yield lets others go first, now and then.
func (r *race) yield() {
	r.mu.Lock()
	n := r.random.IntN(4)
	r.mu.Unlock()
	for range n {
		runtime.Gosched()
	}
}

func (r *race) work(s *store.Store) {
	for range 6 {
		r.yield()
		after := r.stopped.Load()
		claims, err := s.ClaimTurns(r.t.Context(), r.now, time.Minute, 4)
		if err != nil {
			r.t.Error(err)
		}
		for _, claim := range claims {
			if after {
				r.t.Error("a turn was claimed after the STOP")
			}
			r.yield()
			after := r.stopped.Load()
			o := outcome("antwoord")
			o.Consents = []bot.Consent{yes("afval")}
			err := s.FinishTurns(r.t.Context(), r.now, []bot.Finish{{Claim: claim, Outcome: o}})[0].Err
			if err != nil && !errors.Is(err, bot.ErrTokenGone) || after && err == nil {
				r.t.Error("a turn ended after the STOP:", err)
			}
		}
	}
}

func (r *race) send(s *store.Store) {
	for range 8 {
		r.yield()
		after := r.stopped.Load()
		sends, err := s.ClaimSends(r.t.Context(), r.now, account, 4, pace)
		if err != nil {
			r.t.Error(err)
		}
		for _, send := range sends {
			if after && send.Reason != bot.ReasonFarewell {
				r.t.Error("a send was claimed after the STOP")
			}
			if err := s.MarkSent(r.t.Context(), r.now, send, bot.Hide(string(send.ID))); err != nil {
				r.t.Error(err)
			}
		}
	}
}

func TestStop_atAnyMomentNothingIsClaimedAfterItAndNothingIsLeft(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		stores := []*store.Store{storetest.Open(t, dsn), storetest.Open(t, dsn)}
		rounds := 60
		if testing.Short() {
			rounds = 10
		}
		for round := range rounds {
			interleave(t, stores, round)
			if t.Failed() {
				t.Fatal("round ", round)
			}
		}
	})
}

func interleave(t *testing.T, stores []*store.Store, round int) {
	r := &race{t: t, random: rand.New(rand.NewPCG(7, uint64(round))), now: noon.Add(time.Duration(round) * time.Hour)}
	d := &desk{Store: stores[0], t: t, now: r.now, n: round * 1000}
	from := person(fmt.Sprint("NL.", round), fmt.Sprintf("316%08d", round))
	d.says(from, "0")
	writer, other := &desk{Store: stores[1], t: t, now: r.now, n: round*1000 + 500}, stores[1]
	moment := r.random.IntN(8)
	var group sync.WaitGroup
	group.Go(func() { r.work(stores[0]) })
	group.Go(func() { r.work(other) })
	group.Go(func() { r.send(stores[0]) })
	group.Go(func() { r.send(other) })
	group.Go(func() {
		for i := range moment {
			writer.says(from, fmt.Sprint(i+1))
			r.yield()
		}
		writer.stop(from)
		r.stopped.Store(true)
	})
	group.Wait()
	d.later(time.Second)
	if n := d.erase(); n != 1 {
		t.Errorf("%d were erased", n)
	}
	for _, query := range []string{`SELECT count(*) FROM resident`, `SELECT count(*) FROM subscription`, `SELECT count(*) FROM inbox`, `SELECT count(*) FROM outbox WHERE reason <> 'farewell'`} {
		if n := d.count(query); n != 0 {
			t.Errorf("%s: %d", query, n)
		}
	}
	if send := d.sendOne(); send.Reason != bot.ReasonFarewell {
		t.Error("no farewell")
	}
}
