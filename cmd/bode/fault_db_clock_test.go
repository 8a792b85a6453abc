package main

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// clockDesk is a whole desk whose clock can be set, on a real database: a
// process's own clock cannot be moved without moving the machine's.
type clockDesk struct {
	t     *testing.T
	fake  *fakegraph.Server
	desk  *desk
	ahead atomic.Int64 // by how much its clock differs, as a time.Duration
	log   syncBuffer
}

// syncBuffer is a log that may be read while it is written.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write is io.Writer's.
func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func newClockDesk(t *testing.T, dsn string) *clockDesk {
	t.Helper()
	c := &clockDesk{t: t, fake: fakegraph.New(fakegraph.Config{Ladder: []fakegraph.Step{}})}
	graph := httptest.NewServer(c.fake)
	in := &installation{t: t, dir: t.TempDir()}
	in.write("config.toml", "")
	in.bundle(map[string]string{"flows/bode.toml": echoShared, "flows/echo.toml": echoFlow})
	content, err := packFolder(filepath.Join(in.dir, "bundle"))
	must(t, err)
	s, err := store.Open(t.Context(), dsn, storetest.Keys())
	must(t, err)
	all := newServices()
	options := flow.Options{Operations: all.operations, At: time.Now()}
	bundle, faults, err := loadPacked(content, options)
	if err != nil || bundle == nil {
		t.Fatalf("bundle: %v %v", err, faults)
	}
	must(t, s.PutBundle(t.Context(), time.Now(), bundle.Hash, content, "test"))
	api := cloudapi.Config{BaseURL: graph.URL, PhoneNumberID: c.fake.Config().PhoneNumberID, Token: bot.Hide(c.fake.Config().Token)}
	c.desk = newDesk(parts{store: s, bundles: newBundles(s, options, c.now), services: all, channel: cloudapi.NewClient(api),
		account: api.PhoneNumberID, clock: c.now, log: slog.New(slog.NewJSONHandler(&c.log, nil)), count: newMetrics().count,
		parallel: 4, perSecond: 1000, unknown: time.Minute, retention: store.DefaultRetention()})
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	running.Go(func() { c.desk.Run(ctx) })
	t.Cleanup(func() { stop(); running.Wait(); s.Close(); c.fake.Close(); graph.Close() })
	return c
}

func (c *clockDesk) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// jump sets the clock, as somebody with the wrong zone does.
func (c *clockDesk) jump(ahead time.Duration) { c.ahead.Store(int64(ahead)) }

func (c *clockDesk) deliver(from fakegraph.Person, text string) error {
	h := stopHouse{fake: c.fake}
	return h.say(c.t.Context(), c.desk, from, text)
}

func (c *clockDesk) ready() (int, string) {
	answer := httptest.NewRecorder()
	c.desk.ready(answer, httptest.NewRequest(http.MethodGet, "/readyz", nil))
	return answer.Code, answer.Body.String()
}

func TestFaultDB_aClockThatJumpsStopsTheWorkAtOnceAndGoesOnWhenItAgrees(t *testing.T) {
	t.Parallel()
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		c := newClockDesk(t, dsn)
		must(t, c.deliver(person(1), "echo"))
		sent := func(n int) func() bool { return func() bool { return len(c.fake.Record()) == n } }
		eventually(t, faultLimit, "the first answer", sent(1))
		for i, ahead := range []time.Duration{10 * time.Minute, -10 * time.Minute} {
			waiting := c.fake.Record()
			c.jump(ahead)
			if err := c.deliver(person(1), "m1"); err == nil { // at once: not a minute later, when the clocks are compared
				t.Fatalf("a message was accepted by a clock that is %v wrong", ahead)
			}
			eventually(t, faultLimit, "the difference is said", func() bool {
				return strings.Count(c.log.String(), `"claiming":false`) == i+1
			})
			if code, body := c.ready(); code != 503 || !strings.Contains(body, "clock: differs") {
				t.Errorf("%v: /readyz %d: %s", ahead, code, body)
			}
			if got := c.fake.Record(); len(got) != len(waiting) {
				t.Errorf("%v: %d messages went out by a wrong clock", ahead, len(got)-len(waiting))
			}
			c.jump(0)
			eventually(t, faultLimit, "the clock is believed again", func() bool { code, _ := c.ready(); return code == 200 })
			must(t, c.deliver(person(1), "m1"))
			eventually(t, faultLimit, "the next answer", sent(len(waiting)+1))
		}
	})
}
