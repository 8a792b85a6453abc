package main

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/store/storetest"
)

// pageVisit is one request and the status that answers it.
type pageVisit struct {
	method, path string
	status       int
	headers      map[string]string
}

// answered does a request without following a redirect.
func (v pageVisit) answered(t *testing.T, base string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequest(v.method, base+v.path, strings.NewReader("a=b"))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range v.headers {
		if name == "Host" {
			request.Host = value
		}
		request.Header.Set(name, value)
	}
	client := &http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if v.path == "/events" && response.StatusCode == http.StatusOK {
		return response, "" // a stream does not end
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

// guarded holds an answer to the headers that every answer has.
func guarded(t *testing.T, response *http.Response, body string) {
	t.Helper()
	policy := response.Header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src", "base-uri 'none'", "frame-ancestors 'none'", "form-action"} {
		if !strings.Contains(policy, part) {
			t.Errorf("the policy has no %s: %q", part, policy)
		}
	}
	for _, never := range []string{"unsafe", "*", "data:", "http:", "https:"} {
		if strings.Contains(policy, never) {
			t.Errorf("the policy has %s: %q", never, policy)
		}
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"} {
		if got := response.Header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := response.Header.Get("Referrer-Policy"); got != "no-referrer" && got != "same-origin" {
		t.Errorf("Referrer-Policy: %q", got)
	}
	static := strings.Contains(response.Request.URL.Path, "/static/")
	if got := response.Header.Get("Cache-Control"); got != "no-store" && !(static && got == "no-cache") {
		t.Errorf("Cache-Control: %q", got)
	}
	if response.Header.Get("Server") != "" || response.Header.Get("X-Powered-By") != "" {
		t.Error("says what it is made of")
	}
	if strings.Contains(response.Header.Get("Content-Type"), "html") {
		for _, inline := range []string{"<script>", " onclick=", " onload=", " style=\"", "<style", "javascript:"} {
			if strings.Contains(body, inline) {
				t.Errorf("the page has %s", inline)
			}
		}
	}
}

var foreign, strange = map[string]string{"Sec-Fetch-Site": "cross-site"}, map[string]string{"Host": "attacker.example"}

func TestPages_everyAnswerOfTheDemoHasTheHeaders(t *testing.T) {
	l, err := openLocal(t.Context(), "", "", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	server := httptest.NewServer(newServer(l.page(), slog.New(slog.DiscardHandler)).Handler)
	defer server.Close()
	for _, v := range []pageVisit{
		{"GET", "/", 200, nil}, {"HEAD", "/", 200, nil}, {"GET", "/nergens", 404, nil}, {"PUT", "/", 405, nil}, {"GET", "/static/page.css", 0, nil}, {"GET", "/static/nergens", 404, nil},
		{"GET", "/static/..%2f..%2fpage.html", 404, nil}, {"GET", "/picture/afval", 200, nil}, {"GET", "/picture/nergens", 404, nil}, {"GET", "/events", 0, nil},
		{"POST", "/say", 0, nil}, {"POST", "/say", 403, foreign}, {"POST", "/new", 403, foreign}, {"POST", "/clock", 403, foreign}, {"GET", "/", 421, strange},
		{"GET", "/desk/", 303, nil}, {"GET", "/desk/requests", 200, nil}, {"GET", "/desk/agenda", 200, nil}, {"GET", "/desk/requests.csv", 200, nil}, {"GET", "/desk/nergens", 404, nil},
		{"GET", "/desk/requests", 421, strange}, {"POST", "/desk/requests/1", 403, foreign}, {"DELETE", "/desk/requests", 0, nil},
		{"GET", "/mijn-gegevens/nergens", 404, nil}, {"POST", "/mijn-gegevens/nergens", 403, foreign}, {"POST", "/mijn-gegevens/nergens/file", 0, nil}, {"GET", "/mijn-gegevens/static/nergens", 404, nil},
	} {
		t.Run(v.method+" "+v.path, func(t *testing.T) {
			response, body := v.answered(t, server.URL)
			if v.status != 0 && response.StatusCode != v.status {
				t.Errorf("status %d, want %d: %.200s", response.StatusCode, v.status, body)
			}
			guarded(t, response, body)
		})
	}
}

func TestPages_everyAnswerOfBothListenersHasTheHeaders(t *testing.T) {
	t.Parallel()
	p := newInstallation(t, storetest.SQLite(t), fakegraph.Config{}).serve()
	for base, visits := range map[string][]pageVisit{
		p.public: {
			{"GET", "/", 404, nil}, {"GET", "/metrics", 404, nil}, {"GET", "/desk/", 404, nil}, {"GET", "/readyz", 404, nil}, {"GET", "/webhook/whatsapp", 403, nil},
			{"GET", "/webhook/whatsapp?hub.mode=subscribe&hub.verify_token=fake-verify-token&hub.challenge=%3Cscript%3E", 200, nil},
			{"POST", "/webhook/whatsapp", 401, nil}, {"PUT", "/webhook/whatsapp", 405, nil}, {"GET", "/webhook/", 404, nil}, {"POST", "/webhook/notifynl", 404, nil},
			{"GET", "/mijn-gegevens/nergens", 404, nil}, {"POST", "/mijn-gegevens/nergens", 404, nil}, {"POST", "/mijn-gegevens/nergens", 403, foreign}, {"PUT", "/mijn-gegevens/x", 404, nil},
			{"GET", "/mijn-gegevens/static/page.css", 0, nil}, {"GET", "/mijn-gegevens/static/nergens", 404, nil}, {"GET", "/mijn-gegevens", 0, nil},
		},
		p.internal: {
			{"GET", "/", 404, nil}, {"GET", "/healthz", 200, nil}, {"GET", "/readyz", 200, nil}, {"GET", "/metrics", 200, nil}, {"POST", "/metrics", 405, nil}, {"GET", "/webhook/whatsapp", 404, nil},
			{"GET", "/desk/", 303, nil}, {"GET", "/desk/requests", 200, nil}, {"GET", "/desk/agenda", 200, nil}, {"GET", "/desk/agenda.csv", 200, nil}, {"GET", "/desk/nergens", 404, nil},
			{"GET", "/desk/requests", 421, strange}, {"POST", "/desk/requests/x", 403, foreign}, {"GET", "/debug/pprof/", 404, nil},
		},
	} {
		for _, v := range visits {
			t.Run(v.method+" "+v.path, func(t *testing.T) {
				response, body := v.answered(t, base)
				if v.status != 0 && response.StatusCode != v.status {
					t.Errorf("status %d, want %d: %.200s", response.StatusCode, v.status, body)
				}
				guarded(t, response, body)
			})
		}
	}
}

// A body that is larger than a page can make is not read to its end.
func TestPages_aBodyOfAnySizeIsBounded(t *testing.T) {
	t.Parallel()
	p := newInstallation(t, storetest.SQLite(t), fakegraph.Config{}).serve()
	for _, address := range []string{p.internal + "/desk/requests/00000000-0000-7000-8000-000000000000", p.public + "/mijn-gegevens/nergens", p.public + "/webhook/whatsapp"} {
		sent := &readCounter{r: io.LimitReader(zeros{}, 1<<28)}
		request, err := http.NewRequest(http.MethodPost, address, sent)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("X-Hub-Signature-256", strings.Repeat("0", 64))
		response, err := (&http.Client{Timeout: time.Minute}).Do(request)
		if err == nil {
			response.Body.Close()
			if response.StatusCode < 400 {
				t.Errorf("%s: status %d", request.URL.Path, response.StatusCode)
			}
		}
		if sent.n.Load() > 32<<20 {
			t.Errorf("%s: %d MB were taken", request.URL.Path, sent.n.Load()>>20)
		}
	}
}
