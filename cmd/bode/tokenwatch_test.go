package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/store/storetest"
)

func TestTokenWatch_tellsUntilWhenTheTokenHolds(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	fake := fakegraph.New(fakegraph.Config{Now: func() time.Time { return now }})
	server := httptest.NewServer(fake)
	defer server.Close()
	set := fake.Config()
	client := cloudapi.NewClient(cloudapi.Config{BaseURL: server.URL, PhoneNumberID: set.PhoneNumberID, Token: bot.Hide(set.Token)})
	defer client.Close()
	m, log := newMetrics(), &bytes.Buffer{}
	w := &tokenWatch{ask: client.Token, until: m.token, clock: func() time.Time { return now }, log: slog.New(slog.NewTextHandler(log, nil))}
	soon := now.Add(13 * 24 * time.Hour)
	for _, c := range []struct {
		name    string
		expires time.Time
		own     bool
		refuse  map[string]int
		want    time.Time // zero: never
		says    string
		next    time.Duration
	}{
		{"a token without an end", time.Time{}, true, nil, time.Time{}, "", tokenEvery},
		{"one of a year", now.AddDate(1, 0, 0), true, nil, now.AddDate(1, 0, 0), "", tokenEvery},
		{"one of two weeks", soon, true, nil, soon, "the access token ends soon", tokenEvery},
		{"a platform that does not answer: what was heard stands", time.Time{}, true, map[string]int{"debug_token": 2}, soon, "did not tell", tokenAgain},
		{"a provider that does not know the question", time.Time{}, false, map[string]int{"debug_token": -1}, soon, "", tokenEvery},
		{"a web filter in front of the platform itself", time.Time{}, true, map[string]int{"debug_token": -1}, soon, "did not tell", tokenAgain},
		{"and another one", time.Time{}, true, nil, time.Time{}, "", tokenEvery},
	} {
		fake.SetFacts(fakegraph.Facts{TokenExpires: c.expires, Refuse: c.refuse})
		log.Reset()
		w.own = c.own
		next := w.once(t.Context())
		page := httptest.NewRecorder()
		m.handler().ServeHTTP(page, httptest.NewRequest("GET", "/metrics", nil))
		if want := fmt.Sprintf("\nbode_token_expires_timestamp_seconds %v\n", unix(c.want)); !strings.Contains(page.Body.String(), want) {
			t.Errorf("%s: want %q", c.name, want)
		}
		if said := log.String(); next != c.next || (said == "") != (c.says == "") || !strings.Contains(said, c.says) || strings.Contains(said, set.Token) {
			t.Errorf("%s: again after %v, says %q", c.name, next, said)
		}
	}
}

func TestTokenWatch_aServiceThatRunsExportsIt(t *testing.T) {
	t.Parallel()
	until := time.Now().Add(10 * 24 * time.Hour).Truncate(time.Second)
	p := newInstallation(t, storetest.SQLite(t), fakegraph.Config{Facts: fakegraph.Facts{TokenExpires: until}}).serve()
	want := fmt.Sprintf("\nbode_token_expires_timestamp_seconds %v\n", unix(until))
	eventually(t, time.Minute, "the token's end is exported", func() bool { return strings.Contains(metricsOf(p), want) })
	if c := (cloudapi.Config{AuthHeader: "D360-API-KEY:"}); watchToken(c, nil, newMetrics(), nil) != nil {
		t.Error("a provider's API key is asked about")
	}
}
