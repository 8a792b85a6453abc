package studio

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/simulator"
	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/flow"
)

// desk is everything behind the page, in memory: phones that nobody answers
// unless the test does.
type desk struct {
	*simulator.Simulator
	mu      sync.Mutex
	bundle  *flow.Bundle
	where   engine.Position
	faults  flow.Faults
	offset  time.Duration
	broken  bool
	arrived []bot.Message
	changed resets
}

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func newDesk() *desk {
	d := &desk{bundle: exampleBundle("one", "Gemeente Voorbeeldstad")}
	d.Simulator = simulator.New(d.deliver, d.Now)
	return d
}

func exampleBundle(hash, municipality string) *flow.Bundle {
	return &flow.Bundle{Hash: hash, Shared: flow.Shared{Municipality: municipality, Menu: []string{"afval"},
		Words: flow.Words{Menu: map[string][]string{"nl": {"menu"}, "en": {"menu"}}}},
		Flows: map[string]*flow.Flow{
			"afval": {Name: "afval", Start: "adres", Order: []string{"adres", "toon"}, Keywords: map[string][]string{"nl": {"kliko"}},
				States: map[string]*flow.State{
					"adres": {Name: "adres", Kind: flow.Say, Next: "toon"},
					"toon":  {Name: "toon", Kind: flow.End}}},
			"paspoort": {Name: "paspoort", Start: "a", Order: []string{"a"}, States: map[string]*flow.State{"a": {Name: "a", Kind: flow.End}}},
		}}
}

func (d *desk) deliver(_ context.Context, delivery bot.Delivery) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken {
		return errors.New("the store is gone")
	}
	d.arrived = append(d.arrived, delivery.Messages...)
	return nil
}

func (d *desk) Now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return noon.Add(d.offset)
}

func (d *desk) Set(t time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.offset = 0
	if !t.IsZero() {
		d.offset = t.Sub(noon)
	}
}

func (d *desk) change(f func()) {
	d.mu.Lock()
	f()
	d.mu.Unlock()
	d.changed.set(false)
}

func (d *desk) config() Config {
	return Config{Phones: d, Clock: d, Changed: d.changed.watch,
		Bundle: func(context.Context) (*flow.Bundle, error) {
			d.mu.Lock()
			defer d.mu.Unlock()
			if d.bundle == nil {
				return nil, errors.New("none")
			}
			return d.bundle, nil
		},
		Where: func(context.Context, string) (engine.Position, error) {
			d.mu.Lock()
			defer d.mu.Unlock()
			return d.where, nil
		},
		Faults: func() flow.Faults {
			d.mu.Lock()
			defer d.mu.Unlock()
			return d.faults
		}}
}

// visitor is a browser without a screen.
type visitor struct {
	*testing.T
	*http.Client
	desk *desk
	url  string
}

func visit(t *testing.T) *visitor {
	t.Helper()
	d := newDesk()
	server := httptest.NewServer(New(d.config()))
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	v := (&visitor{T: t, desk: d, url: server.URL}).another()
	return v
}

func (v *visitor) another() *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		v.Fatal(err)
	}
	next := &visitor{v.T, &http.Client{Jar: jar}, v.desk, v.url}
	next.get("/", 200)
	return next
}

func (v *visitor) get(path string, code int) (string, http.Header) {
	v.Helper()
	r, err := v.Get(v.url + path)
	if err != nil {
		v.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != code {
		v.Fatalf("GET %s: %d, want %d (%v): %s", path, r.StatusCode, code, err, body)
	}
	return string(body), r.Header
}

func (v *visitor) post(path string, code int, pairs ...string) string {
	v.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	r, err := v.PostForm(v.url+path, form)
	if err != nil {
		v.Fatal(err)
	}
	defer r.Body.Close()
	body, _ := io.ReadAll(r.Body)
	if r.StatusCode != code {
		v.Fatalf("POST %s: %d, want %d: %s", path, r.StatusCode, code, body)
	}
	return string(body)
}

// number is this visitor's phone.
func (v *visitor) number() string {
	v.Helper()
	at, err := url.Parse(v.url)
	if err != nil {
		v.Fatal(err)
	}
	for _, c := range v.Jar.Cookies(at) {
		if c.Name == numberCookie {
			return c.Value
		}
	}
	v.Fatal("no phone")
	return ""
}

// listen opens the stream; each call of what it returns waits for the next
// event of that name and reads its data.
func (v *visitor) listen(query string) func(name string, into any) {
	v.Helper()
	ctx, cancel := context.WithTimeout(v.Context(), 20*time.Second)
	v.Cleanup(cancel)
	q, err := http.NewRequestWithContext(ctx, "GET", v.url+"/events"+query, nil)
	if err != nil {
		v.Fatal(err)
	}
	r, err := v.Do(q)
	if err != nil || r.StatusCode != 200 || r.Header.Get("Content-Type") != "text/event-stream" {
		v.Fatalf("no stream: %v %v", r, err)
	}
	v.Cleanup(func() { r.Body.Close() })
	lines := bufio.NewScanner(r.Body)
	lines.Buffer(nil, 1<<20)
	return func(name string, into any) {
		v.Helper()
		for found := false; lines.Scan(); {
			if event, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				found = event == name
			}
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && found {
				if err := json.Unmarshal([]byte(data), into); err != nil {
					v.Fatal(err)
				}
				return
			}
		}
		v.Fatalf("no event %s: %v", name, lines.Err())
	}
}

func (v *visitor) answer(r bot.Reply) {
	v.Helper()
	to := bot.Contact{Channel: simulator.Channel, External: bot.Hide(v.number())}
	if _, err := v.desk.Send(v.Context(), bot.Send{ID: bot.NewID(noon), To: to, Reply: r}); err != nil {
		v.Fatal(err)
	}
}

// chatHTML is all that a fresh stream shows.
func (v *visitor) chatHTML() string {
	v.Helper()
	var c chatView
	v.listen("")("chat", &c)
	var b strings.Builder
	for _, i := range c.Put {
		b.WriteString(i.HTML)
	}
	return b.String()
}

func TestHeaders_nothingInlineAndNobodyFrames(t *testing.T) {
	v := visit(t)
	for _, path := range []string{"/", "/static/app.js", "/picture/afval"} {
		_, h := v.get(path, 200)
		for name, want := range map[string]string{"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer"} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q, want %q", path, name, h.Get(name), want)
			}
		}
	}
	page, _ := v.get("/", 200)
	for _, inline := range []string{"<style", " style=", " onclick=", "javascript:", "http://", "https://"} {
		if strings.Contains(page, inline) {
			t.Errorf("the page holds %q", inline)
		}
	}
	if strings.Count(page, "<script") != strings.Count(page, `<script type="module" src="/static/`) {
		t.Error("the page holds an inline script")
	}
}

func TestRoutes_whatIsNotThereIsNotFound(t *testing.T) {
	v := visit(t)
	for path, code := range map[string]int{
		"/nothing": 404, "/static/": 404, "/static/nothing.js": 404, "/static/..%2fstudio.go": 404, "/static/%2e%2e%2fpage.html": 404,
		"/picture/nothing": 404, "/picture/": 404, "/say": 405,
	} {
		v.get(path, code)
	}
	v.post("/", 405)
}

func TestHost_onlyNamesOfThisMachine(t *testing.T) {
	h := New(newDesk().config())
	for host, code := range map[string]int{
		"localhost": 200, "localhost:8888": 200, "LOCALHOST": 200, "127.0.0.1:8888": 200, "127.9.9.9": 200, "[::1]:8888": 200, "192.168.1.5:8888": 200,
		"evil.example": 421, "localhost.evil.example": 421, "127.0.0.1.evil.example:8888": 421, "192.168.1.6:8888": 421, "": 421,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = host
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.IPv4(192, 168, 1, 5), Port: 8888}))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != code {
			t.Errorf("host %q: %d, want %d", host, w.Code, code)
		}
	}
}

func TestCSRF_anotherSiteCannotWrite(t *testing.T) {
	v := visit(t)
	for name, header := range map[string][2]string{
		"by Sec-Fetch-Site": {"Sec-Fetch-Site", "cross-site"}, "by Origin": {"Origin", "https://evil.example"},
	} {
		for _, path := range []string{"/say", "/tap", "/share", "/attach", "/clock", "/new"} {
			r, err := http.NewRequest("POST", v.url+path, strings.NewReader("text=hallo&media=image&latitude=1&longitude=1"))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set(header[0], header[1])
			answer, err := v.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != http.StatusForbidden {
				t.Errorf("%s %s: %d, want 403", path, name, answer.StatusCode)
			}
		}
	}
	if bubbles, _ := v.desk.Transcript(v.number()); len(bubbles) != 0 {
		t.Errorf("%d messages were sent by another site", len(bubbles))
	}
}
