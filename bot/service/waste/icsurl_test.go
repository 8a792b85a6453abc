package waste

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// provider is a provider's server, and a calendar that reads from it.
type provider struct {
	answer   atomic.Value // http.HandlerFunc
	asked    atomic.Int32
	problems []string
	*icsURL
}

func newProvider(t *testing.T, config CalendarConfig) *provider {
	t.Helper()
	p := &provider{}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.asked.Add(1)
		p.answer.Load().(http.HandlerFunc)(w, r)
	}))
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	config.Private, config.Kind, config.URL, config.Host = true, "ics", server.URL+"/{postcode}-{number}.ics", u.Host
	p.icsURL, err = openICSURL(config, ownTable(t), amsterdam(t), func(problem string) { p.problems = append(p.problems, problem) })
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	p.client = p.way(roots).Client(&http.Transport{})
	return p
}

func (p *provider) says(f http.HandlerFunc) { p.answer.Store(f) }

func (p *provider) saysICS(file string) {
	p.says(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, file) })
}

const weekly = "DTSTART;VALUE=DATE:20261102\nRRULE:FREQ=WEEKLY\nSUMMARY:GFT"

func TestICSURL_keepsTheLastGoodOne(t *testing.T) {
	for name, worse := range map[string]http.HandlerFunc{
		"the server is broken":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		"the address is gone":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) },
		"the calendar is empty": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, ics()) },
		"it is a page":          func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") },
		"half of it is missing": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, ics("DTSTART:20261130\nSUMMARY:GFT")) },
		"it is redirected away": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://elsewhere.example/x", http.StatusFound)
		},
		"it is larger than sane": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("x", mostICSBytes+10)) },
	} {
		t.Run(name, func(t *testing.T) {
			p := newProvider(t, CalendarConfig{Refresh: "12h", MaxAge: "72h"})
			p.saysICS(ics(weekly))
			const want = "2026-11-23 gft, 2026-11-30 gft"
			for _, now := range []string{"2026-11-20 10:00", "2026-11-20 21:59"} {
				if got := pickups(t, p, now, "3511LN", "2026-11-20", "2026-11-30"); got != want {
					t.Fatalf("%s: %s", now, got)
				}
			}
			if p.asked.Load() != 1 {
				t.Errorf("asked %d times within the refresh time", p.asked.Load())
			}
			p.says(worse)
			for _, now := range []string{"2026-11-20 22:00", "2026-11-20 22:04", "2026-11-23 10:00"} {
				if got := pickups(t, p, now, "3511LN", "2026-11-20", "2026-11-30"); got != want {
					t.Errorf("%s: %s", now, got)
				}
			}
			if got := pickups(t, p, "2026-11-23 10:01", "3511LN", "2026-11-20", "2026-11-30"); !strings.Contains(got, "out of date") {
				t.Errorf("after three days: %s", got)
			}
			if len(p.problems) == 0 || strings.Contains(strings.Join(p.problems, " "), "3511") {
				t.Errorf("reported: %q", p.problems)
			}
			p.saysICS(ics(weekly))
			if got := pickups(t, p, "2026-11-24 10:00", "3511LN", "2026-11-20", "2026-11-30"); got != want {
				t.Errorf("when it is well again: %s", got)
			}
		})
	}
}

func TestICSURL_withoutAGoodOneItSaysSo(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"an unknown address": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }, "does not know"},
		"a bad request":      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(400) }, "does not know"},
		"broken":             {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, "status 503"},
		"elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://"+r.Host+"/x", http.StatusFound)
		}, "redirected elsewhere"},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "BEGIN")
		}, "broke off"},
		"last year's": {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, ics("DTSTART:20251130\nSUMMARY:GFT")) }, "out of date"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProvider(t, CalendarConfig{})
			p.says(c.answer)
			got := pickups(t, p, "2026-11-20 10:00", "3511LN", "2026-11-20", "2026-11-30")
			if !strings.Contains(got, c.want) || strings.Contains(got, "3511") {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestICSURL_aSlowProviderDoesNotHoldAnyoneUp(t *testing.T) {
	p := newProvider(t, CalendarConfig{})
	p.says(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Pickups(ctx, at(t, "2026-11-20 10:00"), Place{Postcode: "3511LN", Number: 12}, 0, 1); err == nil {
		t.Error("a cancelled call succeeded")
	}
}

func TestICSURL_onlyAsMuchIsKeptAsFits(t *testing.T) {
	p := newProvider(t, CalendarConfig{})
	for i := range mostCached + 10 {
		p.keep(fmt.Sprint(i), kept{feed: &feed{}})
	}
	if len(p.known) != mostCached {
		t.Errorf("%d addresses are kept", len(p.known))
	}
}

func TestOpenCalendar_refusesWhatIsConfiguredWrong(t *testing.T) {
	for name, c := range map[string]struct {
		config CalendarConfig
		want   string
	}{
		"neither file nor url":   {CalendarConfig{Kind: "ics"}, "either file or url"},
		"both":                   {CalendarConfig{Kind: "ics", File: "x", URL: "https://x"}, "either file or url"},
		"without https":          {CalendarConfig{Kind: "ics", URL: "http://x.example/a", Host: "x.example"}, "https"},
		"another host":           {CalendarConfig{Kind: "ics", URL: "https://x.example/a", Host: "y.example"}, "host has to name"},
		"a password in it":       {CalendarConfig{Kind: "ics", URL: "https://a:b@x.example/a", Host: "x.example"}, "https"},
		"a host from a postcode": {CalendarConfig{Kind: "ics", URL: "https://{postcode}.example/a", Host: "x.example"}, "host has to name"},
		"rules from a url":       {CalendarConfig{Kind: "rules", URL: "https://x.example/a", Host: "x.example"}, "is read from a file"},
		"a file that is away":    {CalendarConfig{Kind: "rules", File: "/nowhere/afval.toml"}, "no such file"},
		"an unknown kind":        {CalendarConfig{Kind: "pdf", File: "service.go"}, "rules, csv or ics"},
		"a refresh":              {CalendarConfig{Kind: "ics", File: "x", Refresh: "daily"}, "not a time such as 12h"},
		"a bad area":             {CalendarConfig{Kind: "ics", File: "x{area}", Areas: map[string][]string{"a": {"35"}}}, "not a postcode"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := openCalendar(c.config, ownTable(t), amsterdam(t), func(string) {})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	if (CalendarConfig{}).refresh() != 12*time.Hour || (CalendarConfig{}).maxAge() != 7*24*time.Hour {
		t.Error("what nothing is said about is fetched twice a day, and good for a week")
	}
}

func TestICSURL_onThisMachineOnlyWhereThatIsConfigured(t *testing.T) {
	p := newProvider(t, CalendarConfig{Refresh: "12h", MaxAge: "72h"})
	p.saysICS(ics(weekly))
	p.config.Private = false
	p.client = p.way(nil).Client(&http.Transport{})
	if got := pickups(t, p, "2026-11-20 10:00", "3511LN", "2026-11-20", "2026-11-30"); !strings.Contains(got, "private = true") || p.asked.Load() > 0 {
		t.Errorf("%s, and it was asked %d times", got, p.asked.Load())
	}
}
