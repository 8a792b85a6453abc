package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/bot/service/rights"
)

// ask does a request of a browser, of its own page, and gives the page.
func ask(t *testing.T, method, url string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(page)
}

// also puts lines at the end of the configuration.
func (in *installation) also(lines string) {
	in.t.Helper()
	config, err := os.ReadFile(filepath.Join(in.dir, "config.toml"))
	if err != nil {
		in.t.Fatal(err)
	}
	in.write("config.toml", string(config)+"\n"+lines+"\n")
}

// From the words in the chat to the page, the file, and the erasure.
func TestRights_onThePublicListenerAndErasedInTheChat(t *testing.T) {
	eachInstallation(t, func(t *testing.T, in *installation) {
		in.also("[privacy]\nexport_url = \"https://www.voorbeeldstad.example/inzage\"")
		p := in.serve()
		in.fake.SetCallback(p.webhook())
		resident := person(1)
		say := func(text string) string {
			in.deliver(p, resident, text)
			in.settled(20 * time.Second)
			return in.lastAnswer(resident)
		}
		say("wat hoort er bij het gft")
		if told := say("mijn gegevens"); !strings.Contains(told, "Berichten: ") {
			t.Errorf("told: %s", told)
		}
		say("download mijn gegevens")
		sent := in.fake.To(resident.Key())
		link := regexp.MustCompile(`https://www\.voorbeeldstad\.example(/inzage/[a-z2-7]{32})`).FindStringSubmatch(string(sent[len(sent)-1].Body))
		if link == nil {
			t.Fatalf("no link in %s", sent[len(sent)-1].Body)
		}
		for range 2 {
			if status, page := ask(t, http.MethodGet, p.public+link[1]); status != 200 || strings.Contains(page, "wat hoort er bij") {
				t.Fatalf("status %d\n%s", status, page)
			}
		}
		status, page := ask(t, http.MethodPost, p.public+link[1])
		file := regexp.MustCompile(`action="([^"]+/file)"`).FindStringSubmatch(page)
		if status != 200 || !strings.Contains(page, "wat hoort er bij het gft") || file == nil {
			t.Fatalf("status %d\n%s", status, page)
		}
		if status, _ := ask(t, http.MethodPost, p.public+link[1]); status != 404 {
			t.Errorf("a second time: status %d", status)
		}
		if status, page := ask(t, http.MethodPost, p.public+file[1]); status != 200 || !strings.Contains(page, `"text": "wat hoort er bij het gft"`) {
			t.Errorf("the file: status %d", status)
		}
		if status, _ := ask(t, http.MethodGet, p.internal+link[1]); status != 404 {
			t.Errorf("on the internal side: status %d", status)
		}
		say("wis mijn gegevens")
		say("ja, alles wissen")
		s := in.open()
		eventually(t, 20*time.Second, "the farewell", func() bool { return strings.Contains(in.lastAnswer(resident), "gewist") })
		if counts, err := s.Counts(t.Context(), time.Now()); err != nil || counts.Closed != 0 {
			t.Errorf("%+v, %v", counts, err)
		}
		log := p.logged()
		for _, action := range []string{"export link opened", "export link downloaded"} {
			if !strings.Contains(log, `"msg":"audit","actor":"resident","action":"`+action) {
				t.Errorf("the log does not tell: %s", action)
			}
		}
		if strings.Contains(log, strings.TrimPrefix(link[1], "/inzage/")) || strings.Contains(log, "wat hoort er bij") {
			t.Error("the log holds what it may not")
		}
	})
}

func TestRights_colleaguesWhoLookAreNamedByTheSignOn(t *testing.T) {
	in := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{})
	in.also("[desk]\nuser_header = \"X-Forwarded-User\"")
	p := in.serve()
	for _, page := range []string{"/desk/requests", "/desk/agenda", "/desk/requests.csv", "/desk/agenda.csv"} {
		req, err := http.NewRequest(http.MethodGet, p.internal+page, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Forwarded-User", "f.jansen")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
	}
	in.trail("f.jansen", "requests open 0", "agenda 0", "requests open 0", "agenda 0")
	if !strings.Contains(p.logged(), `"msg":"audit","actor":"f.jansen","action":"agenda"`) {
		t.Error("the log does not tell")
	}
}

func TestRights_inTheDemoThePageIsOnThisMachine(t *testing.T) {
	l, err := openLocal(t.Context(), "", "", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.close)
	server := httptest.NewServer(l.page())
	t.Cleanup(server.Close)
	say := func(text string) bot.Reply {
		t.Helper()
		if err := l.phones.Say(t.Context(), chatPhone, text); err != nil {
			t.Fatal(err)
		}
		limit, cancel := context.WithTimeout(t.Context(), answerLimit)
		defer cancel()
		if err := l.settle(limit); err != nil {
			t.Fatal(err)
		}
		bubbles, _ := l.phones.Transcript(chatPhone)
		return bubbles[len(bubbles)-1].Reply
	}
	say("hallo")
	if reply := say("download mijn gegevens"); reply.Link != nil || !strings.Contains(reply.Text.Reveal(), "lukt nu niet") {
		t.Errorf("without a page: %s", reply.Text.Reveal())
	}
	l.servedAt(strings.TrimPrefix(server.URL, "http://"))
	reply := say("download mijn gegevens")
	if reply.Link == nil || !strings.HasPrefix(reply.Link.URL, server.URL+rights.Path+"/") {
		t.Fatalf("%+v: %s", reply.Link, reply.Text.Reveal())
	}
	if status, page := ask(t, http.MethodPost, reply.Link.URL); status != 200 || !strings.Contains(page, "hallo") || !strings.Contains(page, "Gemeente Voorbeeldstad") {
		t.Errorf("status %d\n%s", status, page)
	}
}

func TestExportURL_isAsConfiguredElseBesideTheWebhook(t *testing.T) {
	for _, c := range []struct{ export, public, want, path string }{
		{"", "", "", rights.Path},
		{"", "https://bode.example/webhook/whatsapp", "https://bode.example" + rights.Path, rights.Path},
		{"", "http://bode.example", "", rights.Path},
		{"https://www.example/inzage/bode", "https://bode.example/x", "https://www.example/inzage/bode", "/inzage/bode"},
	} {
		config := defaultConfig()
		config.Privacy.ExportURL, config.Channel.CloudAPI.PublicURL = c.export, c.public
		if got := config.exportURL(); got != c.want || config.exportPath() != c.path {
			t.Errorf("%+v: %q at %q", c, got, config.exportPath())
		}
	}
	for text, good := range map[string]bool{"": true, "https://a.example/b": true, "http://a.example/b": false, "https://a.example": false, "https://a.example/": false, "https://a.example/b/": false,
		"https://a.example/b?c": false, "https://a.example/{b}": false, "https://u:p@a.example/b": false, "/b": false} {
		if checkExportURL(text) != good {
			t.Errorf("%q: want %v", text, good)
		}
	}
}
