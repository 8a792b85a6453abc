package rights

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/gemeentebode/bode/bot"
)

// noon is 13:00 in Voorbeeldstad; a Friday.
var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

const town = "Gemeente Voorbeeldstad"

// registry is a store with one resident in it.
type registry struct {
	mu     sync.Mutex
	own    bot.Own
	err    error
	links  map[string]string // token: language
	files  map[string]string
	opened int
}

func (r *registry) Own(context.Context, time.Time, bot.ID) (bot.Own, error) { return r.own, r.err }

func (r *registry) MakeExportLink(_ context.Context, _ time.Time, _ bot.ID, token bot.Private, language string, until time.Time) error {
	if until != noon.Add(15*time.Minute) {
		return fmt.Errorf("it lasts until %v", until)
	}
	r.links, r.files = map[string]string{token.Reveal(): language}, map[string]string{}
	return r.err
}

func (r *registry) ExportLink(_ context.Context, _ time.Time, token bot.Private) (string, bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	language, there := r.links[token.Reveal()]
	return language, there, r.err
}

func (r *registry) OpenExport(_ context.Context, _ time.Time, token, download bot.Private, _ time.Time) (bot.Export, bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	language, there := r.links[token.Reveal()]
	if there && r.err == nil {
		delete(r.links, token.Reveal())
		r.files[download.Reveal()] = language
		r.opened++
	}
	return bot.Export{Own: r.own, Language: language, Download: download}, there, r.err
}

func (r *registry) DownloadExport(_ context.Context, _ time.Time, token bot.Private) (bot.Export, bool, error) {
	language, there := r.files[token.Reveal()]
	delete(r.files, token.Reveal())
	return bot.Export{Own: r.own, Language: language}, there, r.err
}

func (r *registry) Kind(_ context.Context, language, _ string) string {
	if language == "en" {
		return "Street light"
	}
	return "Straatlamp"
}
func (r *registry) Topic(context.Context, string, string) string { return "Afval" }
func (r *registry) Product(string) string                        { return "Paspoort" }
func (r *registry) Location(string) string                       { return "Stadhuis" }

// everything is a resident of whom there is something in every category.
func everything() bot.Own {
	at := noon.Add(-time.Hour)
	return bot.Own{
		Contact: bot.Contact{External: bot.Hide("NL.abc"), Phone: bot.Hide("31611111111")}, Since: at.AddDate(0, -1, 0), Conversation: bot.Hide(`{}`),
		Messages: []bot.OwnMessage{
			{At: at, Ours: true, Kind: "reply", Text: bot.Hide("Uw kliko wordt\nmorgen geleegd."), Choices: []bot.Private{bot.Hide("Ja"), bot.Hide("Nee")}},
			{At: at.Add(-time.Minute), Kind: "text", Text: bot.Hide("<b>wanneer</b> komt de kliko")},
			{At: at.Add(-time.Hour), Kind: "image"}, {At: at.Add(-2 * time.Hour), Kind: "crisis"},
		},
		Subscriptions: []bot.OwnSubscription{{Topic: "afval", Given: at, About: bot.ValueOf(map[string]any{"label": "Domplein 12"})}, {Topic: "hitte"}, {Topic: "afval", Given: at, Paused: true}},
		Consents:      []bot.OwnConsent{{At: at, Topic: "afval", Given: true, Source: "chat", Wording: "Mag Gemeente Voorbeeldstad u berichten sturen?"}, {At: at, Source: "stop"}},
		Appointments: []bot.Appointment{{Product: "paspoort", Location: "stadhuis", Start: noon.AddDate(0, 0, 3), End: noon.AddDate(0, 0, 3), Count: 1,
			Name: bot.Hide("Wilhelmina de Vries"), Code: bot.Hide("A-BCD-FGH")}},
		Requests: []bot.Request{{Kind: "lamp", At: at, Text: bot.Hide("De lamp is uit"), Place: bot.Hide("Domplein 12"), Phone: bot.Hide("31611111111"), Code: bot.Hide("M-BCD-FGH-234")}},
	}
}

func service(r *registry) *Service {
	return New(Config{Store: r, Names: r, URL: func() string { return "https://www.voorbeeldstad.example/mijn-gegevens" },
		Remembered: func(bot.Private) []bot.OwnAnswer {
			return []bot.OwnAnswer{{Name: "address", Value: bot.ValueOf(map[string]any{"label": "Domplein 12"})}}
		},
		Refused: func(text string) bool { return strings.Contains(text, "BSN") }})
}

func answered(t *testing.T, s *Service, operation, category, language string) bot.Result {
	t.Helper()
	result, err := s.Call(t.Context(), noon, bot.Call{Operation: operation, Language: language, With: map[string]bot.Value{"category": bot.ValueOf(category)}})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestCategories_areCountedAndEmptyOnesAreLeftOut(t *testing.T) {
	r := &registry{own: everything()}
	got := answered(t, service(r), "rights.categories", "", "nl")
	want := `{"categories":[{"code":"messages","number":4},{"code":"contact","number":1},{"code":"remembered","number":1},{"code":"subscriptions","number":3},{"code":"appointments","number":1},{"code":"requests","number":1}]}`
	if got.Outcome != "found" || got.Value.Reveal() != want {
		t.Errorf("%s: %s", got.Outcome, got.Value.Reveal())
	}
	r.own = bot.Own{}
	s := service(r)
	s.Remembered = nil
	if got := answered(t, s, "rights.categories", "", "nl"); got.Outcome != "none" || !got.Value.Empty() {
		t.Errorf("%s", got.Outcome)
	}
}

func TestContents_ofEachCategoryInBothLanguages(t *testing.T) {
	s := service(&registry{own: everything()})
	for _, c := range []struct{ category, language, want string }{
		{"messages", "nl", "20-11-2026 12:00 wij: Uw kliko wordt morgen geleegd. | 20-11-2026 11:59 u: <b>wanneer</b> komt de kliko | 20-11-2026 11:00 u: (foto, niet bewaard) | 20-11-2026 10:00 u: (de woorden van dit bericht zijn niet bewaard)"},
		{"contact", "nl", "Telefoonnummer: +31611111111 | Uw nummer bij WhatsApp: NL.abc | Eerste bericht: 20 oktober 2026, 13:00"},
		{"remembered", "nl", "address: Domplein 12"},
		{"subscriptions", "nl", "Afval: Domplein 12 (ja gezegd op 20 november 2026, 12:00) | Afval (wacht op uw ja) | Afval (staat stil)"},
		{"appointments", "en", "23 November 2026, 13:00, Paspoort, Stadhuis (Wilhelmina de Vries, A-BCD-FGH)"},
		{"requests", "en", "20-11-2026 12:00 Street light, still open: De lamp is uit (M-BCD-FGH-234)"},
		{"requests", "uk", "20-11-2026 12:00 Street light, still open: De lamp is uit (M-BCD-FGH-234)"},
	} {
		var got struct {
			Lines []string `json:"lines"`
			More  int      `json:"more"`
		}
		result := answered(t, s, "rights.contents", c.category, c.language)
		if err := result.Value.Into(&got); err != nil || result.Outcome != "found" || strings.Join(got.Lines, " | ") != c.want || got.More != 0 {
			t.Errorf("%s in %s: %s, %q", c.category, c.language, result.Outcome, strings.Join(got.Lines, " | "))
		}
	}
	if got := answered(t, s, "rights.contents", "notes", "nl"); got.Outcome != "none" {
		t.Errorf("a category that is none: %s", got.Outcome)
	}
}

func TestContents_areTenShortLinesAndNothingThatReadsAsAsking(t *testing.T) {
	r := &registry{own: bot.Own{}}
	for range 13 {
		r.own.Messages = append(r.own.Messages, bot.OwnMessage{At: noon, Kind: "text", Text: bot.Hide(strings.Repeat("é ", 400))})
	}
	r.own.Messages[3].Text = bot.Hide("Geef uw BSN")
	var got struct {
		Lines []string `json:"lines"`
		More  int      `json:"more"`
	}
	if err := answered(t, service(r), "rights.contents", "messages", "nl").Value.Into(&got); err != nil || len(got.Lines) != 10 || got.More != 3 {
		t.Fatalf("%d lines, %d more, %v", len(got.Lines), got.More, err)
	}
	for i, line := range got.Lines {
		if n := utf8.RuneCountInString(line); n > 200 || strings.Contains(line, "BSN") || strings.Contains(line, "\n") || (i == 3) != strings.HasPrefix(line, "(deze tekst") {
			t.Errorf("line %d of %d characters: %s", i, n, line)
		}
	}
}

func TestExport_isALinkWithARandomTokenAndWithoutAPageItFails(t *testing.T) {
	r := &registry{own: everything()}
	s := service(r)
	seen := map[string]bool{}
	for range 20 {
		var got struct {
			URL     string `json:"url"`
			Minutes int    `json:"minutes"`
		}
		result := answered(t, s, "rights.export", "", "nl")
		if err := result.Value.Into(&got); err != nil || result.Outcome != "made" || got.Minutes != 15 {
			t.Fatalf("%s %v", result.Outcome, err)
		}
		if !regexp.MustCompile(`^https://www\.voorbeeldstad\.example/mijn-gegevens/[a-z2-7]{32}$`).MatchString(got.URL) || seen[got.URL] {
			t.Fatal(got.URL)
		}
		seen[got.URL] = true
	}
	for _, url := range []func() string{nil, func() string { return "" }} {
		s.URL = url
		if got := answered(t, s, "rights.export", "", "nl"); got.Outcome != "failed" {
			t.Errorf("without a page: %s", got.Outcome)
		}
	}
}

func TestCall_aStoreThatFailsIsAnErrorThatQuotesNothing(t *testing.T) {
	s := service(&registry{own: everything(), err: errors.New("the store is gone")})
	for _, operation := range []string{"rights.categories", "rights.contents", "rights.export", "rights.elsewhere"} {
		result, err := s.Call(t.Context(), noon, bot.Call{Operation: operation})
		if err == nil || result.Outcome != "failed" || strings.Contains(err.Error(), "31611111111") {
			t.Errorf("%s: %s, %v", operation, result.Outcome, err)
		}
	}
	for _, op := range s.Operations() {
		if op.Writes != (op.Name == "rights.export") || op.Outcomes[len(op.Outcomes)-1].Name != "failed" {
			t.Errorf("%+v", op)
		}
	}
}

func TestWords_areTheSameInBothLanguages(t *testing.T) {
	for key, text := range vocabulary["nl"] {
		if english, ok := vocabulary["en"][key]; !ok || strings.Count(text, "%s") != strings.Count(english, "%s") {
			t.Errorf("%q has no English that fits", key)
		}
	}
	if len(vocabulary["nl"]) != len(vocabulary["en"]) {
		t.Errorf("%d words in Dutch, %d in English", len(vocabulary["nl"]), len(vocabulary["en"]))
	}
	for _, key := range regexp.MustCompile(`\.T "([a-z.]+)"`).FindAllStringSubmatch(pagesSource, -1) {
		if vocabulary["nl"][key[1]] == "" {
			t.Errorf("a page asks for %q, which is no word", key[1])
		}
	}
}

// visitor is a browser without a screen.
type visitor struct {
	*testing.T
	*registry
	url string
	now time.Time
}

func visit(t *testing.T, language string) *visitor {
	t.Helper()
	r := &registry{own: everything(), links: map[string]string{"link": language}, files: map[string]string{}}
	v := &visitor{T: t, registry: r, now: noon}
	server := httptest.NewServer(service(r).Page(PageConfig{Municipality: town, Clock: func() time.Time { return v.now }, Log: slog.New(slog.DiscardHandler)}))
	t.Cleanup(server.Close)
	v.url = server.URL
	return v
}

func (v *visitor) do(method, path string, headers ...string) (int, string, http.Header) {
	v.Helper()
	req, err := http.NewRequest(method, v.url+path, nil)
	if err != nil {
		v.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		v.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.Fatal(err)
	}
	return res.StatusCode, string(body), res.Header
}

func (v *visitor) has(page string, texts ...string) {
	v.Helper()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			v.Errorf("the page does not hold %q:\n%s", text, page)
		}
	}
}

func TestPage_lookingUsesNothingUpAndTheButtonOpensOnce(t *testing.T) {
	v := visit(t, "nl")
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodGet} { // a preview robot
		status, page, header := v.do(method, Path+"/link")
		if status != 200 || v.opened != 0 || strings.Contains(page, "31611111111") || header.Get("Set-Cookie") != "" {
			t.Fatalf("%s: status %d, opened %d", method, status, v.opened)
		}
	}
	status, page, _ := v.do(http.MethodPost, Path+"/link")
	if status != 200 {
		t.Fatalf("status %d", status)
	}
	v.has(page, `<html lang="nl">`, "&#43;31611111111", "&lt;b&gt;wanneer&lt;/b&gt; komt de kliko", "Domplein 12", "Wilhelmina de Vries", "M-BCD-FGH-234", "Nee gezegd: alle onderwerpen (met STOP)", "Straatlamp, nog open", "23 november 2026, 13:00")
	for _, bad := range []string{"<script", "style=", "onclick", "<b>wanneer", "http://", "https://"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	file := regexp.MustCompile(`action="(/mijn-gegevens/[a-z2-7]{32}/file)"`).FindStringSubmatch(page)
	if file == nil {
		t.Fatal("no download")
	}
	status, page, _ = v.do(http.MethodPost, Path+"/link")
	v.has(page, "Deze link werkt niet meer", "mijn gegevens")
	if status != 404 || v.opened != 1 {
		t.Errorf("a second time: status %d", status)
	}
	status, text, header := v.do(http.MethodPost, file[1])
	if status != 200 || header.Get("Content-Disposition") != `attachment; filename="mijn-gegevens-2026-11-20.json"` {
		t.Fatalf("status %d, %v", status, header)
	}
	var d document
	if err := json.Unmarshal([]byte(text), &d); err != nil || d.Contact.Phone != "31611111111" || len(d.Messages) != 4 || len(d.Consents) != 2 ||
		d.Requests[0].Handled != nil || d.Subscriptions[1].Given != nil || string(d.Remembered[0].Value) == "" || d.Messages[0].From != "municipality" {
		t.Errorf("%v: %s", err, text)
	}
	if status, _, _ := v.do(http.MethodPost, file[1]); status != 404 {
		t.Errorf("downloaded twice: status %d", status)
	}
}

func TestPage_speaksTheLinksLanguageAndWithoutALinkTheBrowsers(t *testing.T) {
	for language, want := range map[string]string{"nl": "Laat mijn gegevens zien", "en": "Show my data", "pl": "Show my data", "": "Laat mijn gegevens zien"} {
		v := visit(t, language)
		_, page, _ := v.do(http.MethodGet, Path+"/link")
		v.has(page, want)
	}
	v := visit(t, "nl")
	for accept, want := range map[string]string{"nl-NL,nl;q=0.9": "Deze link werkt niet meer", "en-GB": "This link does not work any more", "ar": "This link does not work any more"} {
		_, page, _ := v.do(http.MethodGet, Path+"/elders", "Accept-Language", accept)
		v.has(page, want)
	}
}

func TestPage_setsThePolicyOnEveryAnswerAndTakesFormsFromItselfOnly(t *testing.T) {
	v := visit(t, "nl")
	for path, want := range map[string]int{"/link": 200, "/elders": 404, "/": 404, "": 301, "/link/meer": 404, "/static/rights.css": 200, "/static/..%2Fpage.go": 404, "/static/pages.html": 404} {
		req, err := http.NewRequest(http.MethodGet, v.url+Path+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if want == 301 && res.StatusCode/100 == 3 {
			continue
		}
		if h := res.Header; res.StatusCode != want || h.Get("Content-Security-Policy") != policy || h.Get("X-Robots-Tag") == "" || h.Get("Referrer-Policy") != "same-origin" {
			t.Errorf("%s: status %d, %v", path, res.StatusCode, h)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Error("the policy lets things in")
	}
	for name, headers := range map[string][]string{"another site": {"Sec-Fetch-Site", "cross-site"}, "an old browser elsewhere": {"Sec-Fetch-Site", "", "Origin", "https://elders.example"}} {
		status, page, _ := v.do(http.MethodPost, Path+"/link", headers...)
		if status != 403 || v.opened != 0 || !strings.Contains(page, "<main") {
			t.Errorf("%s: status %d", name, status)
		}
	}
	if status, _, _ := v.do(http.MethodPost, Path+"/link", "Sec-Fetch-Site", "", "Origin", v.url); status != 200 {
		t.Errorf("an old browser here: status %d", status)
	}
}

func TestPage_tooManyRequestsWaitAndUseNothingUp(t *testing.T) {
	v := visit(t, "nl")
	for range atOnce {
		if status, _, _ := v.do(http.MethodGet, Path+"/geraden"); status != 404 {
			t.Fatalf("status %d", status)
		}
	}
	status, page, header := v.do(http.MethodPost, Path+"/link")
	if status != 429 || header.Get("Retry-After") == "" || v.opened != 0 {
		t.Errorf("status %d, opened %d", status, v.opened)
	}
	v.has(page, "Het is even te druk", "nog niet gebruikt")
	if status, _, _ := v.do(http.MethodGet, Path+"/static/rights.css"); status != 200 {
		t.Errorf("the style: status %d", status)
	}
	v.now = v.now.Add(time.Second)
	if status, _, _ := v.do(http.MethodPost, Path+"/link"); status != 200 {
		t.Errorf("a second later: status %d", status)
	}
}

func TestPage_aStoreThatFailsIsToldCalmly(t *testing.T) {
	v := visit(t, "nl")
	v.err = errors.New("the store is gone")
	for _, ask := range [][2]string{{http.MethodGet, "/link"}, {http.MethodPost, "/link"}, {http.MethodPost, "/x/file"}} {
		status, page, _ := v.do(ask[0], Path+ask[1])
		if status != 503 || strings.Contains(page, "store") || !strings.Contains(page, "Dit lukt nu niet") {
			t.Errorf("%s: status %d", ask, status)
		}
	}
}
