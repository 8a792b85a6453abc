package main

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// fleet is some processes of one installation, with a load balancer in front
// that asks another one when one does not answer.
type fleet struct {
	in      *installation
	client  *http.Client
	killed  int
	mutex   sync.Mutex
	running []*process
}

// install puts the balancer where the fake delivers its statuses.
func (f *fleet) install(in *installation) {
	f.in = in
	transport := &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: 10 * time.Second}
	f.client = &http.Client{Transport: transport, Timeout: 20 * time.Second}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || !f.postSomewhere(body) {
			w.WriteHeader(http.StatusBadGateway)
		}
	}))
	in.t.Cleanup(front.Close)
	in.fake.SetCallback(front.URL)
}

// up starts so many processes.
func (f *fleet) up(processes int) {
	for range processes {
		p := f.in.serve()
		f.mutex.Lock()
		f.running = append(f.running, p)
		f.mutex.Unlock()
	}
}

func (f *fleet) there() []*process {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return slices.Clone(f.running)
}

// killOne ends one process as a power cut does, and starts another.
func (f *fleet) killOne() {
	f.mutex.Lock()
	i := rand.IntN(len(f.running))
	p := f.running[i]
	f.mutex.Unlock()
	p.kill() // the balancer finds out by itself
	f.mutex.Lock()
	f.running = slices.Delete(slices.Clone(f.running), i, i+1)
	f.killed++
	f.mutex.Unlock()
	f.up(1)
}

// postSomewhere delivers a body to one of the processes, the next one where
// one is down; it tells whether one took it.
func (f *fleet) postSomewhere(body []byte) bool {
	there := f.there()
	rand.Shuffle(len(there), func(i, j int) { there[i], there[j] = there[j], there[i] })
	for _, p := range there {
		if f.postTo(p, body) == http.StatusOK {
			return true
		}
	}
	return false
}

// postTo delivers a body once; 0: there was no answer.
func (f *fleet) postTo(p *process, body []byte) int {
	r, err := http.NewRequest(http.MethodPost, p.webhook(), bytes.NewReader(body))
	if err != nil {
		return 0
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Hub-Signature-256", f.in.fake.Sign(body))
	response, err := f.client.Do(r)
	if err != nil {
		return 0
	}
	_, _ = io.Copy(io.Discard, response.Body)
	response.Body.Close()
	return response.StatusCode
}

// taken posts a body until one of the processes answers 200.
func (f *fleet) taken(body []byte) {
	for range 600 {
		if f.postSomewhere(body) {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
	f.in.t.Error("a message was not accepted in two minutes")
}

// soakEar hears every message that the fake accepts, and times the answers.
type soakEar struct {
	mu    sync.Mutex
	count int
	due   map[string]time.Time // recipient and number -> when it was written
	order map[string][]int     // recipient -> numbers answered
	spans []span               // from a message to its answer
	out   []span               // when something was down
}

type span struct{ from, to time.Time }

func newSoakEar() *soakEar {
	return &soakEar{due: map[string]time.Time{}, order: map[string][]int{}}
}

// hear also plans the statuses.
func (e *soakEar) hear(m fakegraph.Sent) []fakegraph.Step {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.count++
	if hit := echoed.FindStringSubmatch(m.Text); hit != nil {
		n, _ := strconv.Atoi(hit[1]) // digits by the expression
		e.order[m.To] = append(e.order[m.To], n)
		e.spans = append(e.spans, span{e.due[m.To+hit[1]], m.At})
	}
	sent := time.Duration(rand.IntN(500)) * time.Millisecond
	return []fakegraph.Step{{State: "sent", After: sent}, {State: "delivered", After: sent + 300*time.Millisecond}}
}

func (e *soakEar) expect(who string, n int, at time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.due[who+strconv.Itoa(n)] = at
}

func (e *soakEar) messages() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.count
}

// begin forgets what was timed so far.
func (e *soakEar) begin() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.spans, e.out = nil, nil
}

func (e *soakEar) disturbed(from, to time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.out = append(e.out, span{from, to})
}

func (e *soakEar) answers() map[string][]int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.order
}

// latencies gives all, and those of messages that were written while nothing
// was down, sorted.
func (e *soakEar) latencies() (all, quiet []time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, s := range e.spans {
		took := s.to.Sub(s.from)
		all = append(all, took)
		if !slices.ContainsFunc(e.out, func(o span) bool { return s.from.After(o.from) && s.from.Before(o.to) }) {
			quiet = append(quiet, took)
		}
	}
	slices.Sort(all)
	slices.Sort(quiet)
	return all, quiet
}
