package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/Shopify/toxiproxy/v2/stream"
	"github.com/Shopify/toxiproxy/v2/toxics"
	"github.com/rs/zerolog"
	"github.com/rs/zerolog/log"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/store/throwaway"
)

// badWay is what lies between the processes and their database: a network that
// can be broken, or an address that leads somewhere else.
type badWay struct {
	t     *testing.T
	proxy *toxiproxy.Proxy
}

func newWay(t *testing.T, to string) *badWay {
	t.Helper()
	zerolog.SetGlobalLevel(zerolog.Disabled) // the toxics have a logger of their own, which buries what a test says
	toxics.Register("cut_commit", new(cutCommit))
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	w := &badWay{t, toxiproxy.NewProxy(server, "database", "127.0.0.1:0", to)}
	must(t, w.proxy.Start())
	t.Cleanup(w.proxy.Stop)
	return w
}

func TestNewWay_saysNothingBesideTheTests(t *testing.T) {
	newWay(t, "127.0.0.1:1")
	if log.Error().Enabled() {
		t.Error("what lies between writes a log of its own")
	}
}

func (w *badWay) address() string { return w.proxy.Listen }

// leadTo has new connections end elsewhere; those that are there stay.
func (w *badWay) leadTo(host string) {
	w.proxy.Lock()
	defer w.proxy.Unlock()
	w.proxy.Upstream = host
}

// suffer puts a toxic on the way until the returned function is called. A
// share below 1 leaves the other connections alone.
func (w *badWay) suffer(kind, direction string, share float64, attributes map[string]any) (toxics.Toxic, func()) {
	w.t.Helper()
	text, err := json.Marshal(map[string]any{"type": kind, "stream": direction, "toxicity": share, "attributes": attributes})
	must(w.t, err)
	toxic, err := w.proxy.Toxics.AddToxicJson(bytes.NewReader(text))
	must(w.t, err)
	return toxic.Toxic, func() { must(w.t, w.proxy.Toxics.RemoveToxic(context.Background(), toxic.Name)) }
}

// cutCommit cuts the connection on which a COMMIT passes: on the way to the
// server it is not carried out, on the way back it is and nobody hears of it.
// One in so many is cut.
type cutCommit struct {
	Every int64 `json:"every"`
	seen  atomic.Int64
}

// commitText is COMMIT as a query, and as the tag of the server's answer.
var commitText = []byte("COMMIT\x00")

// Pipe is toxics.Toxic's.
func (c *cutCommit) Pipe(stub *toxics.ToxicStub) {
	for {
		var chunk *stream.StreamChunk
		select {
		case <-stub.Interrupt:
			return
		case chunk = <-stub.Input:
		}
		if chunk == nil || bytes.Contains(chunk.Data, commitText) && c.seen.Add(1)%c.Every == 0 {
			stub.Close()
			return
		}
		stub.Output <- chunk
	}
}

// onWay is a site whose processes reach their Postgres by a way that breaks.
func onWay(t *testing.T, options string) (*faultSite, *badWay) {
	t.Helper()
	in, server := onServer(t, throwaway.Config{})
	way := newWay(t, server.Host())
	in.through(strings.Replace(in.database, server.Host(), way.address(), 1) + options)
	return in, way
}

func TestFaultDB_connectionsCutAndSlowedLoseAndRepeatNothing(t *testing.T) {
	t.Parallel()
	in, way := onWay(t, "")
	first, second := in.pair()
	in.fake.SetCallback(second.webhook())
	in.whileWriting(either(first, second), func() {
		in.moved()
		for _, direction := range []string{"downstream", "upstream"} {
			toxic, end := way.suffer("cut_commit", direction, 1, map[string]any{"every": 7})
			cut := toxic.(*cutCommit)
			eventually(t, faultLimit, "five commits were cut", func() bool { return cut.seen.Load() >= 35 })
			end()
			in.moved()
		}
		_, end := way.suffer("reset_peer", "downstream", 0.5, map[string]any{"timeout": 50})
		eventually(t, faultLimit, "a reset is noticed", func() bool { lines, _ := first.said("reset by peer"); return lines > 0 || lostSomething(first, second) })
		end()
		in.moved()
		_, swift := way.suffer("latency", "downstream", 1, map[string]any{"latency": 100, "jitter": 100})
		_, wide := way.suffer("bandwidth", "upstream", 1, map[string]any{"rate": 50}) // kB/s
		in.moved()
		swift()
		wide()
		in.moved()
	})
	in.answeredOnce()
	for _, p := range []*process{first, second} {
		if _, wrong := p.said(""); wrong > 200 {
			t.Errorf("the log has %d lines of what is wrong", wrong)
		}
	}
}

// lostSomething tells that a process noticed a broken connection.
func lostSomething(processes ...*process) bool {
	for _, p := range processes {
		if lines, _ := p.said(`"database":"away"`); lines > 0 {
			return true
		}
	}
	return false
}

func TestFaultDB_aDatabaseThatHangsHoldsUpNothingForEver(t *testing.T) {
	t.Parallel()
	in, way := onWay(t, "&statement_timeout=2000&connect_timeout=2")
	p := in.serve()
	in.fake.SetCallback(p.webhook())
	in.whileWriting(either(p), func() {
		in.moved()
		_, end := way.suffer("timeout", "downstream", 1, map[string]any{"timeout": 0})
		begun := time.Now()
		p.troubled("no answer", 1)
		body, _ := in.fake.Inbound(person(500), time.Now(), fakegraph.Text("echo"))
		if code := in.post(p.webhook(), body, ""); code != 500 { // by our own limits: the way still hangs
			t.Errorf("a message while the database hangs: status %d, want 500 so that it comes again", code)
		}
		t.Logf("let go after %v", time.Since(begun).Round(time.Second))
		end()
		p.isReady()
		in.moved()
	})
	in.answeredOnce()
	p.saidOnce("database: no answer", 1)
}
