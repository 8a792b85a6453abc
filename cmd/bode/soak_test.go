package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
	"github.com/gemeentebode/bode/store/throwaway"
)

// soakSize is how large a soak is. BODE_TEST_FULL=1 takes ten minutes at
// BODE_TEST_RATE messages a second (200); BODE_TEST_SOAK=1m another time.
type soakSize struct {
	length    time.Duration
	rate      int
	residents int
	kills     time.Duration // between two
	restarts  int           // of Postgres
}

func sizeOfSoak(t *testing.T) soakSize {
	t.Helper()
	size := soakSize{length: 20 * time.Second, rate: 40, residents: 200, kills: 12 * time.Second, restarts: 1}
	if os.Getenv("BODE_TEST_FULL") == "1" || os.Getenv("BODE_TEST_SOAK") != "" {
		size = soakSize{length: 10 * time.Minute, rate: 200, residents: 2000, kills: 30 * time.Second, restarts: 2}
	}
	if rate := os.Getenv("BODE_TEST_RATE"); rate != "" {
		n, err := strconv.Atoi(rate)
		if err != nil || n < 1 {
			t.Fatalf("BODE_TEST_RATE=%q: write a number of messages a second, such as 200", rate)
		}
		size.rate = n
	}
	if length := os.Getenv("BODE_TEST_SOAK"); length != "" {
		d, err := time.ParseDuration(length)
		if err != nil {
			t.Fatalf("BODE_TEST_SOAK=%q: write a time, such as 1m", length)
		}
		size.length = d
	}
	return size
}

// TestSoak is three processes on one durable Postgres under a load that does
// not wait for them, while one after the other is killed and Postgres is
// restarted: nothing is lost, nothing is answered twice, the order is kept.
func TestSoak_threeProcessesAreKilledAndPostgresRestartedUnderLoad(t *testing.T) {
	t.Parallel()
	s := newSoak(t, sizeOfSoak(t))
	s.greeted()
	s.ear.begin()
	began := time.Now()
	var loading sync.WaitGroup
	loading.Go(func() { s.load(began) })
	s.disturb(began)
	loading.Wait()
	s.posting.Wait()
	s.settled(3 * time.Minute)
	s.nothingRefused()
	s.judge()
	s.ways()
	s.tell()
}

// soak is the installation, its load and what the fake hears of it.
type soak struct {
	*installation
	fleet
	soakSize
	t       *testing.T
	server  *throwaway.Server
	ear     *soakEar
	posting sync.WaitGroup // messages and their repetitions
	written map[string]int // resident -> messages written
	again   int            // deliveries that were repeated
	mu      sync.Mutex
}

func newSoak(t *testing.T, size soakSize) *soak {
	server := storetest.Server(t, throwaway.Config{Durable: true})
	database, err := server.Schema()
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Migrate(t.Context(), database); err != nil {
		t.Fatal(err)
	}
	s := &soak{t: t, soakSize: size, server: server, ear: newSoakEar(), written: map[string]int{}}
	s.installation = newInstallation(t, database, fakegraph.Config{LadderFor: s.ear.hear, Keep: -1, Gather: 100 * time.Millisecond, Pending: 1 << 20,
		Redelivery: slices.Repeat([]time.Duration{200 * time.Millisecond}, 1000)}).withEcho()
	s.set(`unknown_wait = "2s"`, `unknown_wait = "10s"`)
	s.set(`level = "debug"`, `level = "info"`)
	s.flags = []string{answersAtOnce}
	s.fleet.install(s.installation)
	s.up(3)
	return s
}

// greeted has every resident begin their conversation, before anything is timed.
func (s *soak) greeted() {
	s.t.Helper()
	var writing sync.WaitGroup
	hands := make(chan struct{}, 16)
	for i := range s.residents {
		hands <- struct{}{}
		writing.Go(func() {
			defer func() { <-hands }()
			body, _ := s.fake.Inbound(person(i), time.Now(), fakegraph.Text("echo"))
			s.taken(body)
		})
	}
	writing.Wait()
	eventually(s.t, 5*time.Minute, "everybody is greeted", func() bool { return s.ear.messages() >= s.residents })
	s.settled(2 * time.Minute)
}

// load writes at its rate whatever becomes of it. A resident's message is
// posted when the one before was accepted: only so has it an order.
func (s *soak) load(began time.Time) {
	queues := make([]chan time.Time, s.residents)
	var writing sync.WaitGroup
	for i := range queues {
		queues[i] = make(chan time.Time, 1<<12)
		writing.Go(func() { s.writes(person(i), queues[i]) })
	}
	all := int(s.length.Seconds() * float64(s.rate))
	for n := range all {
		due := began.Add(time.Duration(n) * time.Second / time.Duration(s.rate))
		time.Sleep(time.Until(due))
		queues[rand.IntN(len(queues))] <- due
	}
	for _, queue := range queues {
		close(queue)
	}
	writing.Wait()
}

// writes is one resident; each twentieth delivery is repeated.
func (s *soak) writes(p fakegraph.Person, queue <-chan time.Time) {
	n := 0
	for due := range queue {
		n++
		s.ear.expect(p.Key(), n, due)
		body, _ := s.fake.Inbound(p, due, fakegraph.Text("m"+strconv.Itoa(n)))
		s.taken(body)
		if rand.IntN(20) == 0 {
			s.posting.Go(func() {
				time.Sleep(time.Duration(rand.IntN(2000)) * time.Millisecond)
				s.taken(body)
			})
			s.mu.Lock()
			s.again++
			s.mu.Unlock()
		}
	}
	s.mu.Lock()
	s.written[p.Key()] = n
	s.mu.Unlock()
}

// disturb kills a process every so often and restarts Postgres, until the load ends.
func (s *soak) disturb(began time.Time) {
	kill, restart := began.Add(s.kills/2), began.Add(s.length/time.Duration(s.restarts+1))
	end := began.Add(s.length)
	for {
		next := kill
		if restart.Before(next) {
			next = restart
		}
		if next.After(end) {
			return
		}
		time.Sleep(time.Until(next))
		from := time.Now()
		if next.Equal(kill) {
			s.killOne()
			kill = kill.Add(s.kills)
		} else {
			s.restartPostgres()
			restart = restart.Add(s.length / time.Duration(s.restarts+1))
			if !restart.Before(end) {
				restart = end.Add(time.Hour)
			}
		}
		s.ear.disturbed(from.Add(-time.Second), time.Now().Add(5*time.Second))
	}
}

// restartPostgres also sees that every process says it while it is away.
func (s *soak) restartPostgres() {
	s.server.Halt()
	for _, p := range s.there() {
		eventually(s.t, time.Minute, "a process says that the database is away", func() bool {
			status, page := p.get("/readyz")
			return status == 503 && strings.Contains(page, "database")
		})
	}
	if err := s.server.Launch(); err != nil {
		s.t.Fatal(err)
	}
	for _, p := range s.there() {
		eventually(s.t, time.Minute, "a process is ready again", func() bool { status, _ := p.get("/readyz"); return status == 200 })
	}
}

// judge holds what was answered against what was written.
func (s *soak) judge() {
	s.t.Helper()
	answers := s.ear.answers()
	lost, twice, late := 0, 0, 0
	for who, written := range s.written {
		want := make([]int, written)
		for i := range want {
			want[i] = i + 1
		}
		got := answers[who]
		if slices.Equal(got, want) {
			continue
		}
		late++
		slices.Sort(got)
		once := slices.Compact(slices.Clone(got))
		twice += len(got) - len(once)
		lost += written - len(once)
	}
	if lost > 0 || twice > 0 {
		s.t.Errorf("%d messages lost, %d answered twice", lost, twice)
	}
	if repeated := s.repeatedSends(); late > repeated {
		s.t.Errorf("%d residents were answered out of order, though only %d sends had no known end", late, repeated)
	}
}

// ways sees that both ways of a turn were soaked: kept together with its
// answer, so that both have one moment, and kept first.
func (s *soak) ways() {
	s.t.Helper()
	db, err := sqlx.Open("postgres", s.database)
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	var n struct{ Together, First int }
	const query = `SELECT count(*) FILTER (WHERE o.created_at = i.accepted_at) AS together, count(*) FILTER (WHERE o.created_at > i.accepted_at) AS first
		FROM outbox o JOIN inbox i ON i.id = o.message_id`
	if err := db.Get(&n, query); err != nil {
		s.t.Fatal(err)
	}
	fmt.Printf("soak: %d messages were kept together with their answers, %d before them\n", n.Together, n.First)
	if n.Together == 0 || n.First == 0 {
		s.t.Errorf("%d messages were kept together with their answers, %d before them: want some of both", n.Together, n.First)
	}
}

func (s *soak) tell() {
	all, quiet := s.ear.latencies()
	written := 0
	for _, n := range s.written {
		written += n
	}
	fmt.Printf("soak: %v at %d messages a second over %d residents: %d messages, %d delivered again, %d kills, %d restarts of Postgres, %d sends without a known end repeated\n",
		s.length, s.rate, s.residents, written, s.again, s.killed, s.restarts, s.repeatedSends())
	fmt.Printf("soak: webhook to send, all:                        p50 %v, p99 %v, longest %v\n", quantile(all, 0.5), quantile(all, 0.99), quantile(all, 1))
	fmt.Printf("soak: the same, without kills and restarts (%4.1f %%): p50 %v, p99 %v, longest %v\n",
		100*float64(len(quiet))/float64(max(1, len(all))), quantile(quiet, 0.5), quantile(quiet, 0.99), quantile(quiet, 1))
}

func quantile(sorted []time.Duration, of float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[int(of*float64(len(sorted)-1))].Round(100 * time.Microsecond)
}
