package feed

import (
	"compress/gzip"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// site is a feed's server on loopback; reads of its rule are private.
type site struct {
	*httptest.Server
	mux  *http.ServeMux
	rule Rule
	Fetcher
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{mux: http.NewServeMux(), rule: aRule()}
	s.Server = httptest.NewTLSServer(s.mux)
	t.Cleanup(s.Close)
	s.Roots = x509.NewCertPool()
	s.Roots.AddCert(s.Certificate())
	s.rule.URL, s.rule.Hosts, s.rule.Private = s.URL+"/feed", []string{s.Listener.Addr().String()}, true
	return s
}

func (s *site) gives(path string, answer http.HandlerFunc) { s.mux.HandleFunc(path, answer) }

func body(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }
}

func (s *site) fetch(t *testing.T, state *State) ([]Entry, bool, error) {
	t.Helper()
	return s.Fetch(t.Context(), s.rule, state)
}

func TestFetch_asksOnlyForWhatIsNew(t *testing.T) {
	s, asked := newSite(t), atomic.Int32{}
	s.gives("/feed", func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.Header.Get("If-None-Match") == `"v1"` && r.Header.Get("If-Modified-Since") == "Sun, 22 Nov 2026 07:00:00 GMT" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", `"v1"`)
		w.Header().Set("Last-Modified", "Sun, 22 Nov 2026 07:00:00 GMT")
		_, _ = io.WriteString(w, warning{}.xml())
	})
	state := emptyState(s.rule)
	entries, unchanged, err := s.fetch(t, state)
	if err != nil || unchanged || len(entries) != 1 {
		t.Fatal(entries, unchanged, err)
	}
	if entries, unchanged, err = s.fetch(t, state); err != nil || !unchanged || entries != nil || asked.Load() != 2 {
		t.Error(entries, unchanged, err)
	}
}

func TestFetch_followsAnIndexToItsDocuments(t *testing.T) {
	s := newSite(t)
	entry := func(id, href string) string {
		return `<entry><id>` + id + `</id><title>x</title><link href="https://elsewhere.example/page"/><link type="application/cap+xml" href="` + href + `"/></entry>`
	}
	s.gives("/feed", body(`<feed xmlns="`+atomSpace+`">`+entry("1", s.URL+"/a")+entry("2", s.URL+"/a")+entry("3", "https://elsewhere.example/b")+
		entry("4", s.URL+"/bomb")+entry("5", s.URL+"/none")+entry("6", s.URL+"/feed")+`<entry><id>7</id><event xmlns="`+capSpace+`">Wind</event></entry></feed>`))
	asked := atomic.Int32{}
	s.gives("/a", func(w http.ResponseWriter, r *http.Request) { asked.Add(1); body(warning{}.xml())(w, r) })
	s.gives("/bomb", body(`<!DOCTYPE x [<!ENTITY y "z">]><alert/>`))
	entries, _, err := s.fetch(t, emptyState(s.rule))
	if err != nil || asked.Load() != 1 {
		t.Fatal(err, asked.Load())
	}
	d := newDesk(t, s.rule)
	out := said(s.rule.Apply(entries, &d.folder, d.state, now))
	for _, want := range []string{"made: new", "elsewhere.example/b\" is not on one of the hosts", "DOCTYPE", "status 404", "no CAP alert", "links to no CAP document"} {
		if !strings.Contains(out, want) {
			t.Errorf("lacks %q: %s", want, out)
		}
	}
}

func TestFetch_refusals(t *testing.T) {
	elsewhere := newSite(t)
	elsewhere.gives("/feed", body(warning{}.xml()))
	for what, c := range map[string]struct {
		answer http.HandlerFunc
		change func(*site)
		want   string
	}{
		"a redirect elsewhere":     {http.RedirectHandler(elsewhere.URL+"/feed", http.StatusFound).ServeHTTP, nil, "redirected to another host"},
		"a redirect to plain http": {http.RedirectHandler("http://127.0.0.1/", http.StatusFound).ServeHTTP, nil, "redirected to another host"},
		"a redirect without end":   {http.RedirectHandler("/feed", http.StatusFound).ServeHTTP, nil, "too often"},
		"a private address":        {body(warning{}.xml()), func(s *site) { s.rule.Private = false }, "private = true"},
		"a host that is not named": {body(warning{}.xml()), func(s *site) { s.rule.Hosts = []string{"weer.example"} }, "not on one of the hosts"},
		"a certificate of nobody":  {body(warning{}.xml()), func(s *site) { s.Roots = x509.NewCertPool() }, "certificate"},
		"nobody there":             {body(""), func(s *site) { s.Close() }, "no connection"},
		"an error":                 {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, nil, "status 503"},
		"not modified, unasked":    {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(304) }, nil, "status 304"},
		"an answer that breaks off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9999")
			_, _ = io.WriteString(w, warning{}.xml()[:200])
		}, nil, "broke off"},
		"fifty megabytes, as it says": {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "52428800") }, nil, "larger than 2 MB"},
		"64 MB in a small packet":     {packed, nil, "larger than"},
	} {
		s := newSite(t)
		s.gives("/feed", c.answer)
		if c.change != nil {
			c.change(s)
		}
		state := emptyState(s.rule)
		if _, _, err := s.fetch(t, state); err == nil || !strings.Contains(err.Error(), c.want) || state.ETag != "" {
			t.Errorf("%s: %v; want %q", what, err, c.want)
		}
	}
}

// packed is 64 MB of spaces as gzip has it: a few KB.
func packed(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	block := []byte(strings.Repeat(" ", 1<<20))
	for range 64 {
		if _, err := z.Write(block); err != nil {
			return // refused further on
		}
	}
	_ = z.Close()
}

// Fifty megabytes without a length stop being read, and take no memory.
func TestFetch_fiftyMegabytesStopEarly(t *testing.T) {
	s := newSite(t)
	sent := atomic.Int64{}
	s.gives("/feed", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"x"`)
		_, _ = io.WriteString(w, `<rss><channel>`)
		block := strings.Repeat("<item><title>Hitte</title><guid>x</guid></item>", 500)
		for sent.Load() < fiftyMB {
			n, err := io.WriteString(w, block)
			if sent.Add(int64(n)); err != nil {
				return
			}
		}
	})
	state := emptyState(s.rule)
	var err error
	took := allocated(func() { _, _, err = s.fetch(t, state) })
	if err == nil || took > 40<<20 || sent.Load() > 25<<20 || state.ETag != "" {
		t.Errorf("%d MB sent, %d MB allocated: %v", sent.Load()>>20, took>>20, err)
	}
}

func TestConfig_namesEveryMistake(t *testing.T) {
	if err := aRule().Config.Check(); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*Config){
		"small letters":                 func(c *Config) { c.Name = "../x" },
		"begins with https":             func(c *Config) { c.URL = "http://weer.example/cap" },
		`host of the url ("x.example")`: func(c *Config) { c.URL = "https://x.example/" },
		"topic is empty":                func(c *Config) { c.Topic = "" },
		"template is empty":             func(c *Config) { c.Template = "" },
		"source \"\"":                   func(c *Config) { c.Source = "" },
		"language \"de\"":               func(c *Config) { c.Language = "de" },
		"severity \"Zwaar\"":            func(c *Config) { c.Severity = "Zwaar" },
		"set both severity and urgency": func(c *Config) { c.Urgent.Urgency = nil },
		"urgent.urgency \"Nu\"":         func(c *Config) { c.Urgent.Urgency = []string{"Nu"} },
		"keep \"lang\"":                 func(c *Config) { c.Keep = "lang" },
		"text.de":                       func(c *Config) { c.Text = map[string]string{"de": "Sturm."} },
		"text.nl: write plain words":    func(c *Config) { c.Text = map[string]string{"nl": "Zie https://x.example"} },
	} {
		c := aRule().Config
		change(&c)
		if err := c.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %q", err, want)
		}
	}
}

func TestAreas_theTableIsChecked(t *testing.T) {
	for table, want := range map[string]string{
		"": "it is empty", "postcode4;lat;lon\n": "it is empty", "351;52;5\n": "line 1: \"351\"", "postcode4\n3511\n": "line 2: 3511 has neither",
		"3511;52;x\n": "not a place", "3511;52;5;-1\n": "not a radius", "3511;;;;EMMA_ID:NL010\n": "", "3511;52;5\n3512;52;5;2\n": "",
	} {
		_, err := readAreas(strings.NewReader(table))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q", table, err, want)
		}
	}
}
