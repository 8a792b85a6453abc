package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// What goes wrong with one send, each with another resident, all at once: the
// answer comes once all the same.
func TestFaultRoad_aPlatformThatFailsASendHasItAnsweredOnceAllTheSame(t *testing.T) {
	t.Parallel()
	faults := []struct {
		name  string
		fault fakegraph.Fault
		says  string // the metric's detail
	}{
		{"throttles the account (130429), twice", fakegraph.Fault{Code: 130429, Times: 2}, "retry"},
		{"throttles the account (80007)", fakegraph.Fault{Code: 80007}, "retry"},
		{"throttles with HTTP 429 and no Retry-After", fakegraph.Fault{Status: 429}, "retry"},
		{"throttles with HTTP 429 and Retry-After", fakegraph.Fault{Status: 429, RetryAfter: 1}, "retry"},
		{"finds that this recipient gets too much (131056)", fakegraph.Fault{Code: 131056}, "pair"},
		{"is away for a moment (131016)", fakegraph.Fault{Code: 131016, Status: 500}, "retry"},
		{"answers a page of HTML, and did nothing", fakegraph.Fault{Status: 502}, "unknown"},
		{"answers a page of HTML, and accepted", fakegraph.Fault{Status: 502, Accept: true}, "unknown"},
		{"answers half an object, and accepted", fakegraph.Fault{Nonsense: true, Accept: true}, "unknown"},
		{"answers without an id, and accepted", fakegraph.Fault{NoID: true, Accept: true}, "unknown"},
		{"answers without an end, and accepted", fakegraph.Fault{Endless: true, Accept: true}, "unknown"},
		{"answers rightly as text", fakegraph.Fault{Plain: true}, "sent"},
		{"cuts the connection, and did nothing", fakegraph.Fault{Cut: true}, "unknown"},
		{"cuts the connection, and accepted", fakegraph.Fault{Cut: true, Accept: true}, "unknown"},
		{"answers later than we wait", fakegraph.Fault{Delay: 14 * time.Second}, "unknown"},
	}
	in := onPostgres(t).withEcho()
	p := in.serve()
	in.fake.SetCallback(p.webhook())
	for i, f := range faults {
		f.fault.To = person(i).Key()
		in.fake.Script(f.fault)
		in.deliver(p, person(i), "echo")
	}
	in.allSettle(p, len(faults), time.Minute)
	page := metricsOf(p)
	for i, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			if got := len(in.fake.To(person(i).Key())); got != 1 {
				t.Errorf("the answer went out %d times, want once", got)
			}
			if eventsIn(page, "send", f.says) == 0 {
				t.Errorf("no metric says %q", f.says)
			}
		})
	}
	if !strings.Contains(p.logged(), "send without an answer, waits for its status") {
		t.Error("no log says that a send has no answer")
	}
}

// allSettle waits until nothing is open, and has somebody else write meanwhile:
// of a send without an answer is only known what became of it when later ones
// were heard of.
func (in *installation) allSettle(p *process, next int, limit time.Duration) {
	in.t.Helper()
	s, wrote := in.open(), time.Time{}
	eventually(in.t, limit, "everything is answered and sent", func() bool {
		if time.Since(wrote) > 2*time.Second {
			in.deliver(p, person(next), "echo")
			wrote, next = time.Now(), next+1
		}
		c, err := s.Counts(context.WithoutCancel(in.t.Context()), time.Now())
		if err != nil {
			in.t.Fatal(err)
		}
		return c.Open == 0 && c.Waiting == 0 && c.Unknown == 0
	})
}

func metricsOf(p *process) string {
	p.t.Helper()
	_, page := p.get("/metrics")
	return page
}

// eventsIn reads how often something happened.
func eventsIn(page, event, detail string) int {
	line := regexp.MustCompile(`(?m)^bode_events_total\{detail="` + regexp.QuoteMeta(detail) + `",event="` + event + `"\} (\d+)$`)
	hit := line.FindStringSubmatch(page)
	if hit == nil {
		return 0
	}
	n, _ := strconv.Atoi(hit[1]) // digits by the expression
	return n
}

// awayGraph is a platform that can go away: nobody listens, or what stands in
// front of it answers for it.
type awayGraph struct {
	t       *testing.T
	fake    *fakegraph.Server
	address string
	server  *http.Server
	page    atomic.Bool // a page of HTML for everybody
	asked   atomic.Int64
}

func newAwayGraph(t *testing.T, fake *fakegraph.Server) *awayGraph {
	t.Helper()
	g := &awayGraph{t: t, fake: fake, address: "127.0.0.1:0"}
	g.listen()
	t.Cleanup(func() { g.server.Close() })
	return g
}

func (g *awayGraph) listen() {
	g.t.Helper()
	listener, err := net.Listen("tcp", g.address)
	if err != nil {
		g.t.Fatal(err)
	}
	g.address = listener.Addr().String()
	g.server = &http.Server{Handler: g}
	go func(s *http.Server) { _ = s.Serve(listener) }(g.server)
}

// ServeHTTP is http.Handler's.
func (g *awayGraph) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !g.page.Load() {
		g.fake.ServeHTTP(w, r)
		return
	}
	body, _ := io.ReadAll(r.Body)
	if !strings.Contains(string(body), `"status":"read"`) {
		g.asked.Add(1)
	}
	w.WriteHeader(http.StatusBadGateway)
	_, _ = io.WriteString(w, "<html>bad gateway</html>")
}

func TestFaultRoad_aPlatformThatIsAwayIsNotHammeredAndAllIsAnsweredOnceItIsBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		away, back func(*awayGraph)
		says       string
	}{
		"nobody listens": {func(g *awayGraph) { g.server.Close() }, (*awayGraph).listen, "retry"},
		"what stands in front of it answers for it": {func(g *awayGraph) { g.page.Store(true) }, func(g *awayGraph) { g.page.Store(false) }, "unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platformAway(t, c.away, c.back, c.says)
		})
	}
}

func platformAway(t *testing.T, away, back func(*awayGraph), says string) {
	const residents, atOnce, away10s = 200, 64, 10 * time.Second
	in := newInstallation(t, onPostgres(t).database, fakegraph.Config{})
	g := newAwayGraph(t, in.fake)
	in.configure("http://"+g.address, "")
	in.withEcho()
	p := in.serve()
	in.fake.SetCallback(p.webhook())
	away(g)
	began := time.Now()
	var writing sync.WaitGroup
	for i := range residents {
		writing.Go(func() { in.persist(func() *process { return p }, person(i), "echo") })
	}
	writing.Wait()
	eventually(t, time.Minute, "it says that the platform is away", func() bool {
		status, page := p.get("/readyz")
		return status == 200 && strings.Contains(page, "platform: ")
	})
	eventually(t, time.Minute, "it tries again all the same", func() bool {
		return eventsIn(metricsOf(p), "send", says) > 5 && time.Since(began) > away10s
	})
	// One claim's worth was on its way when it went; then one at a time: 1, 2, 4, 8 s.
	most := atOnce + 5 + int(time.Since(began)/(8*time.Second))
	if tries := eventsIn(metricsOf(p), "send", says); tries > most {
		t.Errorf("%d tries of %d messages in %v, want at most %d", tries, residents, time.Since(began), most)
	}
	back(g)
	in.allSettle(p, residents, 2*time.Minute)
	for i := range residents {
		if got := len(in.fake.To(person(i).Key())); got != 1 {
			t.Errorf("resident %d: the answer went out %d times, want once", i, got)
		}
	}
	page := metricsOf(p)
	if eventsIn(page, "platform", "slowed") == 0 || eventsIn(page, "platform", "back") == 0 {
		t.Error("no metric says that the platform was away and is back")
	}
	for _, want := range []string{"the platform does not answer as it should", "the platform answers again"} {
		if !strings.Contains(p.logged(), want) {
			t.Error("no log says", fmt.Sprintf("%q", want))
		}
	}
}
