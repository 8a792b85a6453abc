package desk

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// noon is 13:00 in Voorbeeldstad; a Friday.
var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// office is everything behind the pages, in memory.
type office struct {
	open, handled []bot.Request
	bookings      []bot.Appointment
	asked         [2]time.Time
	looked        []bot.Look
	broken        bool
}

var errGone = errors.New("the store is gone")

func (o *office) OpenRequests(_ context.Context, _ time.Time, by bot.Look, skip, limit int) ([]bot.Request, error) {
	o.looked = append(o.looked, by)
	return part(o.open, skip, limit), o.err()
}

func (o *office) HandledRequests(_ context.Context, _ time.Time, by bot.Look, skip, limit int) ([]bot.Request, error) {
	o.looked = append(o.looked, by)
	return part(o.handled, skip, limit), o.err()
}

func (o *office) CountRequests(context.Context) (int, int, error) {
	return len(o.open), len(o.handled), o.err()
}

func (o *office) err() error {
	if o.broken {
		return errGone
	}
	return nil
}

func part(all []bot.Request, skip, limit int) []bot.Request {
	skip = min(skip, len(all))
	return all[skip:min(skip+limit, len(all))]
}

func (o *office) MarkRequest(_ context.Context, now time.Time, id bot.ID, handled bool) (bool, error) {
	from, to := &o.open, &o.handled
	if !handled {
		from, to = to, from
	}
	for i, r := range *from {
		if r.ID == id {
			r.Handled = time.Time{}
			if handled {
				r.Handled = now
			}
			*from = append((*from)[:i:i], (*from)[i+1:]...)
			*to = append([]bot.Request{r}, *to...)
			return true, o.err()
		}
	}
	return false, o.err()
}

func (o *office) Bookings(_ context.Context, _ time.Time, by bot.Look, from, to time.Time) ([]bot.Appointment, error) {
	o.looked = append(o.looked, by)
	o.asked = [2]time.Time{from, to}
	var out []bot.Appointment
	for _, b := range o.bookings {
		if !b.Start.Before(from) && b.Start.Before(to) {
			out = append(out, b)
		}
	}
	return out, o.err()
}

func (o *office) Kind(_ context.Context, language, kind string) string {
	if language == "en" {
		return "Street light"
	}
	return "Straatlamp"
}

func (o *office) Product(string) string  { return "Paspoort" }
func (o *office) Location(string) string { return "Stadhuis" }

func request(n int, text string) bot.Request {
	at := noon.Add(-time.Duration(n) * 24 * time.Hour)
	return bot.Request{ID: bot.NewID(at), Kind: "lamp", Language: "nl", Place: bot.Hide("Domplein 12"), Text: bot.Hide(text),
		Phone: bot.Hide("31611111111"), Code: bot.Hide(fmt.Sprintf("M-BCD-FGH-2%02d", n%100)), At: at}
}

// colleague is a browser without a screen.
type colleague struct {
	*testing.T
	*http.Client
	office *office
	url    string
}

func newColleague(t *testing.T, o *office) *colleague {
	t.Helper()
	server := httptest.NewServer(New(Config{Requests: o, Agenda: o, Names: o, Municipality: "Gemeente Voorbeeldstad", KeepDays: 30,
		Hosts: []string{"bode.voorbeeldstad.example"}, UserHeader: "X-Forwarded-User", Clock: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler)}))
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &colleague{t, &http.Client{Jar: jar}, o, server.URL}
}

func (c *colleague) do(req *http.Request) (int, string, http.Header) {
	c.Helper()
	res, err := c.Do(req)
	if err != nil {
		c.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		c.Fatal(err)
	}
	return res.StatusCode, string(body), res.Header
}

func (c *colleague) get(path string) (int, string) {
	c.Helper()
	req, err := http.NewRequest(http.MethodGet, c.url+path, nil)
	if err != nil {
		c.Fatal(err)
	}
	status, body, _ := c.do(req)
	return status, body
}

// press sends the form that a page shows for a request, as a browser does.
func (c *colleague) press(id bot.ID, state, list string, headers ...string) (int, string) {
	c.Helper()
	form := url.Values{"state": {state}, "list": {list}}
	req, err := http.NewRequest(http.MethodPost, c.url+"/desk/requests/"+string(id), strings.NewReader(form.Encode()))
	if err != nil {
		c.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	status, body, _ := c.do(req)
	return status, body
}

func (c *colleague) has(page string, texts ...string) {
	c.Helper()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			c.Errorf("the page does not hold %q:\n%s", text, page)
		}
	}
}

func (c *colleague) hasNot(page string, texts ...string) {
	c.Helper()
	for _, text := range texts {
		if strings.Contains(page, text) {
			c.Errorf("the page holds %q", text)
		}
	}
}

func TestRequests_openOnesAreShownFirstWithTheirWaitingTime(t *testing.T) {
	o := &office{open: []bot.Request{request(3, "De lamp <b>knippert</b>"), request(1, "Lamp uit"), request(0, "Nieuw")}, handled: []bot.Request{request(9, "Oud")}}
	c := newColleague(t, o)
	status, page := c.get("/desk/")
	if status != 200 {
		t.Fatalf("status %d", status)
	}
	c.has(page, `<html lang="nl">`, "De lamp &lt;b&gt;knippert&lt;/b&gt;", "Straatlamp", "Domplein 12", `href="tel:&#43;31611111111"`, "M-BCD-FGH-203", "wacht 3 dagen", "wacht 1 dag<",
		"20 november 2026, 13:00", "na 30 dagen")
	c.hasNot(page, "Oud", "wacht 0", "<script", "style=", "onclick", "<b>knippert")
	_, page = c.get("/desk/requests?show=handled")
	c.has(page, "Oud")
	c.hasNot(page, "Lamp uit")
}

func TestMark_takesARequestOffTheListAndBackOn(t *testing.T) {
	o := &office{open: []bot.Request{request(1, "Lamp uit")}}
	c := newColleague(t, o)
	id := o.open[0].ID
	status, page := c.press(id, "handled", "/desk/requests")
	if status != 200 || len(o.open) != 0 || len(o.handled) != 1 || !o.handled[0].Handled.Equal(noon) {
		t.Fatalf("status %d, open %d, handled %d", status, len(o.open), len(o.handled))
	}
	c.has(page, "De melding is afgehandeld.", "Ongedaan maken", "Alles is gedaan", `action="/desk/requests/`+string(id)+`"`)
	_, page = c.press(id, "open", "/desk/requests?show=handled")
	if len(o.open) != 1 || !o.open[0].Handled.IsZero() {
		t.Fatal("it was not put back")
	}
	c.has(page, "De melding staat weer open.", "Nog niets afgehandeld")
}

func TestMark_refusesWhatIsNotFromItsOwnPages(t *testing.T) {
	o := &office{open: []bot.Request{request(1, "Lamp uit")}}
	c := newColleague(t, o)
	id := o.open[0].ID
	for name, ask := range map[string]func() (int, string){
		"another site": func() (int, string) { return c.press(id, "handled", "", "Sec-Fetch-Site", "cross-site") },
		"an old browser's origin": func() (int, string) {
			return c.press(id, "handled", "", "Sec-Fetch-Site", "", "Origin", "https://elders.example")
		},
		"no such state":          func() (int, string) { return c.press(id, "weg", "") },
		"no id":                  func() (int, string) { return c.press("1; DROP TABLE request", "handled", "") },
		"a request that is gone": func() (int, string) { return c.press(bot.NewID(noon), "handled", "") },
	} {
		if status, page := ask(); status < 400 || !strings.Contains(page, "<main") {
			t.Errorf("%s: status %d, %s", name, status, page)
		}
	}
	if len(o.open) != 1 {
		t.Error("something was marked")
	}
	for list, want := range map[string]string{
		"https://elders.example/desk/requests": "/desk/requests?done=x", "//elders.example/desk/requests": "/desk/requests?done=x",
		"/desk/requests?page=3&show=handled&x=y": "/desk/requests?done=x&page=3&show=handled", "/elders": "/desk/requests?done=x", "\x00": "/desk/requests?done=x",
	} {
		if got := backTo(list, "x", "handled"); got != want {
			t.Errorf("after a form on %q the list is %s, want %s", list, got, want)
		}
	}
}

func TestRequests_longListsHavePages(t *testing.T) {
	o := &office{}
	for i := range 120 {
		o.open = append(o.open, request(0, fmt.Sprintf("Melding nummer %03d", i)))
	}
	c := newColleague(t, o)
	_, page := c.get("/desk/requests")
	c.has(page, "Melding nummer 000", "Melding nummer 049", "1 tot en met 50 van 120", "?page=2")
	c.hasNot(page, "Melding nummer 050", `rel="prev"`)
	_, page = c.get("/desk/requests?page=99")
	c.has(page, "Melding nummer 119", "101 tot en met 120 van 120")
	c.hasNot(page, `rel="next"`)
	for _, odd := range []string{"-1", "0", "een", "99999999999999999999"} {
		if status, page := c.get("/desk/requests?page=" + odd); status != 200 || !strings.Contains(page, "Melding nummer 000") {
			t.Errorf("page %s: status %d", odd, status)
		}
	}
}

func TestPages_speakDutchOrEnglishAndRemember(t *testing.T) {
	o := &office{open: []bot.Request{request(2, "Lamp uit")}, bookings: []bot.Appointment{booking(9, 0)}}
	c := newColleague(t, o)
	_, page := c.get("/desk/?lang=en")
	c.has(page, `<html lang="en">`, "Street light", "waits 2 days", "Handled", "Dutch")
	_, page = c.get("/desk/agenda")
	c.has(page, `<html lang="en">`, "Friday 20 November 2026", "1 appointment<")
	_, page = c.get("/desk/agenda?lang=nl&day=2026-11-20")
	c.has(page, "vrijdag 20 november 2026", "1 afspraak<", "?day=2026-11-20&amp;lang=en")
}

func TestWords_areTheSameInBothLanguages(t *testing.T) {
	for key, text := range vocabulary["nl"] {
		english, ok := vocabulary["en"][key]
		if !ok || strings.Count(text, "%d") != strings.Count(english, "%d") {
			t.Errorf("%q has no English that fits", key)
		}
	}
	if len(vocabulary["nl"]) != len(vocabulary["en"]) {
		t.Errorf("%d words in Dutch, %d in English", len(vocabulary["nl"]), len(vocabulary["en"]))
	}
	for _, key := range regexp.MustCompile(`(?:\.T|\.F|\$w\.T) "([a-z.]+)"`).FindAllStringSubmatch(pagesSource, -1) {
		if vocabulary["nl"][key[1]] == "" {
			t.Errorf("a page asks for %q, which is no word", key[1])
		}
	}
}

func booking(hour, minute int) bot.Appointment {
	start := time.Date(2026, 11, 20, hour-1, minute, 0, 0, time.UTC) // winter time
	return bot.Appointment{ID: bot.NewID(start), Product: "paspoort", Location: "stadhuis", Start: start, End: start.Add(10 * time.Minute), Count: 1,
		Name: bot.Hide("J. de Vries"), Code: bot.Hide("A-BCD-FGH")}
}

func TestAgenda_showsTheDayByItsOwnClock(t *testing.T) {
	o := &office{bookings: []bot.Appointment{booking(9, 0), booking(9, 10)}}
	c := newColleague(t, o)
	_, page := c.get("/desk/agenda")
	c.has(page, "vrijdag 20 november 2026", "09:00</time>–09:10", "09:10</time>–09:20", "J. de Vries", "Paspoort", "Stadhuis", "A-BCD-FGH", "2 afspraken", "?day=2026-11-19", "?day=2026-11-21")
	c.hasNot(page, "Vandaag")
	_, page = c.get("/desk/agenda?day=2026-11-23")
	c.has(page, "maandag 23 november 2026", "Geen afspraken", "Vandaag")
	for day, hours := range map[string]float64{"2026-03-29": 23, "2026-10-25": 25, "2028-02-29": 24, "2026-12-31": 24} {
		c.get("/desk/agenda?day=" + day)
		if got := o.asked[1].Sub(o.asked[0]).Hours(); got != hours {
			t.Errorf("%s has %v hours, want %v", day, got, hours)
		}
	}
	_, page = c.get("/desk/agenda?day=2026-02-30")
	c.has(page, "vrijdag 20 november 2026")
}

func TestCSV_openInASpreadsheetWithoutRunningAnything(t *testing.T) {
	o := &office{bookings: []bot.Appointment{booking(9, 0)}}
	texts := []string{"=HYPERLINK(\"http://x\")", "+31 6", "-2+3", "@SUM(A1)", " =1+1", "\t=1", "\u200b=1", "＝1", "gewoon; met \"tekens\"\nen een regel", "5 = 5"}
	for _, text := range texts {
		o.open = append(o.open, request(0, text))
	}
	c := newColleague(t, o)
	req, err := http.NewRequest(http.MethodGet, c.url+"/desk/requests.csv", nil)
	if err != nil {
		t.Fatal(err)
	}
	_, file, header := c.do(req)
	if header.Get("Content-Type") != "text/csv; charset=utf-8" || header.Get("Content-Disposition") != `attachment; filename="meldingen-open-2026-11-20.csv"` {
		t.Errorf("headers %v", header)
	}
	rest, bom := strings.CutPrefix(file, "\ufeff")
	if !bom {
		t.Error("there is no byte order mark")
	}
	table := read(t, rest)
	if len(table) != len(texts)+1 || table[0][4] != "Omschrijving" {
		t.Fatalf("the table is %q", table)
	}
	for i, text := range texts {
		want := "'" + text
		if i >= 8 {
			want = text
		}
		if got := table[i+1][4]; got != want {
			t.Errorf("%q stands as %q, want %q", text, got, want)
		}
	}
	if row := table[1]; row[0] != "M-BCD-FGH-200" || row[1] != "2026-11-20 13:00" || row[2] != "Straatlamp" || row[7] != "" {
		t.Errorf("row %q", row)
	}
	_, file = c.get("/desk/agenda.csv?day=2026-11-20")
	table = read(t, strings.TrimPrefix(file, "\ufeff"))
	if got := strings.Join(table[1], "|"); got != "2026-11-20|09:00|09:10|Stadhuis|Paspoort|J. de Vries|1|A-BCD-FGH" {
		t.Errorf("row %s", got)
	}
}

func read(t *testing.T, file string) [][]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(file))
	r.Comma = ';'
	table, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestGuard_answersToItsOwnNamesOnlyAndSetsThePolicy(t *testing.T) {
	c := newColleague(t, &office{open: []bot.Request{request(0, "geheim")}})
	for host, want := range map[string]int{"localhost": 200, "127.0.0.1:8081": 200, "[::1]": 200, "bode.voorbeeldstad.example": 200, "Bode.Voorbeeldstad.Example:443": 200,
		"elders.example": 421, "192.0.2.1": 421} {
		req, err := http.NewRequest(http.MethodGet, c.url+"/desk/requests", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		status, page, header := c.do(req)
		if status != want || status != 200 && strings.Contains(page, "geheim") {
			t.Errorf("%s: status %d, want %d", host, status, want)
		}
		if header.Get("Content-Security-Policy") != policy || header.Get("Referrer-Policy") != "same-origin" || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: headers %v", host, header)
		}
	}
}

func TestProblems_areToldInThePagesOwnForm(t *testing.T) {
	o := &office{broken: true}
	c := newColleague(t, o)
	for path, want := range map[string]int{"/desk/requests": 503, "/desk/agenda": 503, "/desk/requests.csv": 503, "/desk/agenda.csv": 503, "/desk/elders": 404,
		"/desk/static/pages.html": 404, "/desk/static/..%2Fdesk.go": 404} {
		status, page := c.get(path)
		if status != want || strings.Contains(page, errGone.Error()) {
			t.Errorf("%s: status %d, want %d: %s", path, status, want, page)
		}
	}
	empty := httptest.NewServer(New(Config{Names: o, Clock: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler)}))
	defer empty.Close()
	c.url = empty.URL
	status, page := c.get("/desk/")
	if status != 200 {
		t.Errorf("status %d", status)
	}
	c.has(page, "Hier is nog niets te doen")
	if status, _ := c.get("/desk/requests"); status != 404 {
		t.Errorf("a list that is not there: status %d", status)
	}
}

func TestLooks_everyPageWithResidentsSaysWhoLookedByTheNameOfTheSignOn(t *testing.T) {
	o := &office{open: []bot.Request{request(1, "Lamp uit")}, bookings: []bot.Appointment{booking(9, 0)}}
	c := newColleague(t, o)
	pages := []string{"/desk/requests", "/desk/requests?show=handled", "/desk/requests.csv", "/desk/agenda", "/desk/agenda.csv"}
	for name, want := range map[string]string{"f.jansen": "f.jansen", "": "desk", "  \u200b ": "desk", "a\u202eb": "ab", "jansen 111222333": "jansen [bsn]", strings.Repeat("é", 300): strings.Repeat("é", 100)} {
		o.looked = nil
		for _, page := range pages {
			req, err := http.NewRequest(http.MethodGet, c.url+page, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("X-Forwarded-User", name)
			c.do(req)
		}
		if len(o.looked) != len(pages) {
			t.Errorf("%q: %d of %d looks are told", name, len(o.looked), len(pages))
		}
		for _, by := range o.looked {
			if by.Actor != want {
				t.Errorf("%q looks as %q, want %q", name, by.Actor, want)
			}
		}
	}
}

func TestLooks_withoutAHeaderConfiguredNoHeaderIsBelieved(t *testing.T) {
	d := &desk{}
	r := httptest.NewRequest(http.MethodGet, "/desk/requests", nil)
	r.Header.Set("X-Forwarded-User", "de burgemeester")
	if by := d.looks(r, "list"); by.Actor != "desk" {
		t.Errorf("looks as %q", by.Actor)
	}
}
