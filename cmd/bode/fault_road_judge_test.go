package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// roadGraph stands before the fake platform and kills who sends to somebody.
type roadGraph struct {
	fake *fakegraph.Server
	mu   sync.Mutex
	to   string // "": nobody
	when string // arrived, accepted or answered
	kill func()
}

func (g *roadGraph) arm(to, when string, kill func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.to, g.when, g.kill = to, when, kill
}

// strikes tells whether this message is the one, and when; it is once.
func (g *roadGraph) strikes(body []byte) (when string, kill func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.to == "" || !bytes.Contains(body, []byte(`"`+g.to+`"`)) {
		return "", nil
	}
	g.to = ""
	return g.when, g.kill
}

// ServeHTTP is http.Handler's.
func (g *roadGraph) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	when, kill := g.strikes(body)
	switch when {
	case "arrived":
		kill()
		panic(http.ErrAbortHandler) // nobody is there to hear an answer
	case "accepted":
		g.fake.ServeHTTP(httptest.NewRecorder(), r)
		kill()
		panic(http.ErrAbortHandler)
	}
	g.fake.ServeHTTP(w, r)
	if when == "answered" {
		_ = http.NewResponseController(w).Flush() // the process may have it, or not yet
		kill()
	}
}

// eachOnce holds what an echoing resident heard: the greeting, and each answer
// once. It gives 1 where they came in another order.
func eachOnce(t *testing.T, heard []fakegraph.Sent, first string) (late int) {
	t.Helper()
	var got []int
	greetings := 0
	for _, m := range heard {
		if hit := echoed.FindStringSubmatch(m.Text); hit != nil {
			n, _ := strconv.Atoi(hit[1]) // digits by the expression
			got = append(got, n)
		} else {
			greetings++
		}
	}
	want := []int{1, 2, 3}
	if first == "echo" {
		want = want[1:]
	}
	if !slices.IsSorted(got) {
		late = 1
	}
	slices.Sort(got)
	if !slices.Equal(got, want) || greetings != 1 {
		t.Errorf("answers to messages %v and %d greetings, want each of %v once and one", got, greetings, want)
	}
	return late
}

// onePlace holds what somebody heard who took a place: one code, and it is theirs.
func onePlace(t *testing.T, heard []fakegraph.Sent, codes map[string]bool) {
	t.Helper()
	if len(heard) != 1 {
		t.Fatalf("%d answers, want one", len(heard))
	}
	_, code, told := strings.Cut(heard[0].Text, "Uw code is ")
	if !told || !codes[strings.TrimSuffix(code, ".")] {
		t.Error("the answer is not the code of a booking")
	}
}

// onlyAFarewell holds what somebody heard who said STOP after the greeting.
func onlyAFarewell(t *testing.T, heard []fakegraph.Sent, silent bool) {
	t.Helper()
	said := farewells(heard)
	if len(heard) != 1+said || said > 1 || said == 0 && !silent {
		t.Errorf("%d messages with %d farewells, want the greeting and one farewell", len(heard), said)
	}
}

// codes are those of all bookings.
func (r *road) codes() map[string]bool {
	r.t.Helper()
	booked, err := r.open().Bookings(r.t.Context(), time.Now(), bot.Look{Actor: "test"}, time.Now(), time.Now().AddDate(0, 0, 7))
	if err != nil {
		r.t.Fatal(err)
	}
	codes := map[string]bool{}
	for _, b := range booked {
		codes[b.Code.Reveal()] = true
	}
	return codes
}

// nothingIsLeft sees that there is a booking each, no place that is held for
// nobody, and nothing of who said STOP.
func (r *road) nothingIsLeft(bookings int, codes map[string]bool) {
	r.t.Helper()
	for query, want := range map[string]int{
		`SELECT count(*) FROM booking`:                                     bookings,
		`SELECT count(DISTINCT booking_id) FROM seat`:                      bookings,
		`SELECT count(*) FROM resident WHERE closed_at IS NOT NULL`:        0,
		`SELECT count(*) FROM inbox WHERE state <> 'done'`:                 0,
		`SELECT count(*) FROM outbox WHERE state IN ('waiting', 'failed')`: 0,
	} {
		var got int
		if err := r.db.Get(&got, query); err != nil || got != want {
			r.t.Errorf("%s: %d, want %d, error %v", query, got, want, err)
		}
	}
	if len(codes) != bookings {
		r.t.Errorf("%d codes for %d bookings", len(codes), bookings)
	}
}

// saidSo sees that the processes told what they met.
func (r *road) saidSo() {
	r.t.Helper()
	logged, counted := "", ""
	for _, p := range r.there() {
		_, metrics := p.get("/metrics")
		logged, counted = logged+p.logged(), counted+metrics
	}
	if !strings.Contains(logged, "unknown sends are sent once more") {
		r.t.Error("no log tells of the sends that were on their way")
	}
	if !strings.Contains(counted, `bode_events_total{detail="",event="duplicate"}`) {
		r.t.Error("no metric tells of the repeated deliveries")
	}
}
