package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

const (
	mostMemory   = 200 << 10 // kB that a process may ever hold
	answersAfter = 15 * time.Second
)

// flooded is one process under a flood, with a resident who writes meanwhile.
type flooded struct {
	*installation
	t     *testing.T
	p     *process
	ear   *soakEar
	large []byte // 3 MB that the platform could have sent
	n     int    // messages of the other resident
}

func newFlooded(t *testing.T) *flooded {
	f := &flooded{t: t, ear: newSoakEar()}
	f.installation = newInstallation(t, onPostgres(t).database, fakegraph.Config{LadderFor: f.ear.hear, Keep: -1}).withEcho()
	f.set(`level = "debug"`, `level = "info"`)
	f.p = f.serve()
	f.fake.SetCallback(f.p.webhook())
	for i := range 2 {
		f.deliver(f.p, person(i), "echo")
	}
	f.settled(time.Minute)
	padding := strings.Repeat("een lange tekst ", 3<<20/16-100)
	f.large = f.fake.Body(f.fake.Change(fakegraph.Node{"messages": []any{}, "padding": padding}))
	return f
}

// during has the other resident write for as long as a flood goes on, and
// gives the longest that they waited.
func (f *flooded) during(flood func(context.Context), lasts time.Duration) (longest time.Duration) {
	f.t.Helper()
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", f.p.cmd.Process.Pid), []byte("5"), 0) // the peak begins anew; without it it is that of all floods
	ctx, stop := context.WithTimeout(f.t.Context(), lasts)
	defer stop()
	var flowing sync.WaitGroup
	flowing.Go(func() { flood(ctx) })
	for ctx.Err() == nil {
		longest = max(longest, f.asks())
		select {
		case <-ctx.Done():
		case <-time.After(200 * time.Millisecond):
		}
	}
	flowing.Wait()
	return longest
}

// asks has the other resident write, and gives how long the answer took.
func (f *flooded) asks() time.Duration {
	f.t.Helper()
	f.n++
	began, who := time.Now(), person(1)
	body, _ := f.fake.Inbound(who, began, fakegraph.Text("m"+strconv.Itoa(f.n)))
	answered := func() bool { return slices.Contains(f.ear.answersOf(who.Key()), f.n) }
	eventually(f.t, time.Minute, "the other resident's message is taken", func() bool { return f.post(f.p.webhook(), body, "") == 200 })
	eventually(f.t, time.Minute, "the other resident is answered", answered)
	return time.Since(began)
}

// peak is the most memory that the process held, in kB.
func (f *flooded) peak() int {
	f.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", f.p.cmd.Process.Pid))
	if err != nil {
		f.t.Fatal(err)
	}
	hit := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	if hit == nil {
		f.t.Skip("this system does not tell how much memory a process held at most")
	}
	n, _ := strconv.Atoi(string(hit[1])) // digits by the expression
	return n
}

func TestFaultFlood_memoryIsBoundedAndOthersAreAnswered(t *testing.T) {
	t.Parallel()
	f := newFlooded(t)
	lasts := time.Duration(full(30, 2)) * time.Second
	floods := []struct {
		name  string
		flood func(context.Context)
		says  string // in the metrics
	}{
		{"a thousand messages of one resident", f.oneResident, ``},
		{"wrong signatures", f.posts(16, []byte(`{"object":"whatsapp_business_account"}`), wrongly), `code="401"`},
		{"3 MB with wrong signatures", f.posts(24, f.large, wrongly), `code="401"`},
		{"3 MB that are signed", f.posts(24, f.large, f.fake.Sign), `code="200"`},
		{"3 MB that come slowly", f.connections(300, slowBody), `code="503"`},
		{"headers that come slowly", f.connections(1500, slowHead), `event="connection"`},
		{"connections on which nothing comes", f.connections(2500, sayNothing), `event="connection"`},
		{"addresses that do not exist", f.asksFor("/wp-login.php"), ``},
	}
	for _, c := range floods {
		t.Run(c.name, func(t *testing.T) {
			longest := f.during(c.flood, lasts)
			peak := f.peak()
			t.Logf("longest wait of another resident %v, memory %d MB", longest.Round(time.Millisecond), peak>>10)
			if peak > mostMemory {
				t.Errorf("the process held %d MB, want at most %d", peak>>10, mostMemory>>10)
			}
			if longest > answersAfter {
				t.Errorf("another resident waited %v, want at most %v", longest, answersAfter)
			}
			if status, page := f.p.get("/readyz"); status != 200 {
				t.Errorf("not ready: %s", page)
			}
			if !strings.Contains(metricsOf(f.p), c.says) {
				t.Errorf("no metric says %s", c.says)
			}
		})
	}
	f.allOfOne()
	if lines := strings.Count(f.p.logged(), "webhook refused"); lines > 5*int(lasts.Seconds())*len(floods) {
		t.Errorf("%d lines of log about what was refused: they drown the rest", lines)
	}
}

const atOnce = 1000

// oneResident delivers a thousand messages of one resident, a hundred in each body.
func (f *flooded) oneResident(context.Context) {
	for from := 1; from <= atOnce; from += 100 {
		var messages []fakegraph.Node
		for n := from; n < from+100; n++ {
			m, _ := f.fake.Message(person(0), time.Now(), fakegraph.Text("m"+strconv.Itoa(n)))
			messages = append(messages, m)
		}
		body := f.fake.Together(messages, []fakegraph.Person{person(0)})
		eventually(f.t, time.Minute, "a hundred messages are taken", func() bool { return f.post(f.p.webhook(), body, "") == 200 })
	}
}

// allOfOne waits until the thousand are answered, and sees that they are in order.
func (f *flooded) allOfOne() {
	f.t.Helper()
	answers := func() []int { return f.ear.answersOf(person(0).Key()) }
	eventually(f.t, 4*time.Minute, "a thousand messages are answered", func() bool { return len(answers()) >= atOnce })
	if got := answers(); len(got) != atOnce || !slices.IsSorted(got) {
		f.t.Errorf("%d answers, in order: %v; want %d in order", len(got), slices.IsSorted(got), atOnce)
	}
}

func (e *soakEar) answersOf(who string) []int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.order[who])
}

func wrongly([]byte) string { return "sha256=" + strings.Repeat("0", 64) }

// posts sends a body as fast as it goes, from so many connections.
func (f *flooded) posts(hands int, body []byte, sign func([]byte) string) func(context.Context) {
	signature := sign(body)
	return f.hands(hands, func(ctx context.Context, client *http.Client) {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, f.p.webhook(), bytes.NewReader(body))
		if err != nil {
			return
		}
		r.Header.Set("X-Hub-Signature-256", signature)
		if response, err := client.Do(r); err == nil {
			_, _ = io.Copy(io.Discard, response.Body)
			response.Body.Close()
		}
	})
}

func (f *flooded) asksFor(path string) func(context.Context) {
	return f.hands(16, func(ctx context.Context, client *http.Client) {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, f.p.public+path, nil)
		if err != nil {
			return
		}
		if response, err := client.Do(r); err == nil {
			_, _ = io.Copy(io.Discard, response.Body)
			response.Body.Close()
		}
	})
}

// hands does one thing again and again, so often at once. A little rest leaves
// the machine to those who are flooded.
func (f *flooded) hands(hands int, one func(context.Context, *http.Client)) func(context.Context) {
	return func(ctx context.Context) {
		transport := &http.Transport{MaxIdleConnsPerHost: hands}
		defer transport.CloseIdleConnections()
		client := &http.Client{Transport: transport}
		var flowing sync.WaitGroup
		for range hands {
			flowing.Go(func() {
				for ctx.Err() == nil {
					one(ctx, client)
					time.Sleep(5 * time.Millisecond)
				}
			})
		}
		flowing.Wait()
	}
}

// connections opens so many connections at once and does with each what is
// bad for the other side; where one is closed another one takes its place.
func (f *flooded) connections(number int, bad func(context.Context, net.Conn)) func(context.Context) {
	return func(ctx context.Context) {
		address := strings.TrimPrefix(f.p.public, "http://")
		var open sync.WaitGroup
		for range number {
			open.Go(func() {
				for ctx.Err() == nil {
					conn, err := net.DialTimeout("tcp", address, time.Second)
					if err == nil {
						bad(ctx, conn)
						conn.Close()
					}
					rest(ctx, 200*time.Millisecond)
				}
			})
		}
		open.Wait()
	}
}

func rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// sayNothing says nothing until the other side hangs up.
func sayNothing(ctx context.Context, conn net.Conn) {
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	_, _ = conn.Read(make([]byte, 1))
}

func slowHead(ctx context.Context, conn net.Conn) {
	_, err := io.WriteString(conn, "POST /webhook/whatsapp HTTP/1.1\r\nHost: x\r\n")
	for n := 0; err == nil && ctx.Err() == nil; n++ {
		rest(ctx, 300*time.Millisecond)
		_, err = fmt.Fprintf(conn, "X-%d: x\r\n", n)
	}
}

// slowBody announces 3 MB, sends some of it at once and the rest slowly.
func slowBody(ctx context.Context, conn net.Conn) {
	_, err := fmt.Fprintf(conn, "POST /webhook/whatsapp HTTP/1.1\r\nHost: x\r\nX-Hub-Signature-256: %s\r\nContent-Length: %d\r\n\r\n", wrongly(nil), 3<<20)
	if err == nil {
		_, err = conn.Write(make([]byte, 1<<20))
	}
	for err == nil && ctx.Err() == nil {
		rest(ctx, 300*time.Millisecond)
		_, err = conn.Write(make([]byte, 1024))
	}
}
