package main

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot/notify/feed"
)

// feedTown is a folder with the shipped flows, a configuration with feeds of a
// server on loopback, and a clock.
type feedTown struct {
	t     *testing.T
	dir   string
	pages map[string]string // what the server gives, by path
	site  *httptest.Server
	now   time.Time
	sent  int64 // of the endless body
}

func newFeedTown(t *testing.T) *feedTown {
	t.Helper()
	town := &feedTown{t: t, dir: t.TempDir(), pages: map[string]string{}, now: time.Date(2026, 11, 22, 9, 0, 0, 0, amsterdam())}
	town.site = httptest.NewTLSServer(town)
	t.Cleanup(town.site.Close)
	for _, folder := range []string{"flows", "locales"} {
		if err := os.CopyFS(filepath.Join(town.dir, folder), os.DirFS("../../"+folder)); err != nil {
			t.Fatal(err)
		}
	}
	town.write("areas.csv", "postcode4;lat;lon;radius;codes\n3511;52.09;5.11;1;\n3512;52.095;5.125;1;\n3527;52.06;5.07;1;\n")
	feeds := ""
	for _, f := range [][2]string{{"weer", ""}, {"nieuws", `words = ["blauwalg"]`}, {"nlalert", "link_only = true"}, {"bom", ""}, {"groot", ""}} {
		feeds += fmt.Sprintf(`
[[feed]]
name = %q
url = "%s/%s"
hosts = [%q]
private = true
topic = "gezondheid"
template = "gezondheid_bericht"
source = "https://weer.example/nu"
urgent = { severity = "Severe", urgency = ["Immediate"] }
areas = "areas.csv"
%s
`, f[0], town.site.URL, f[0], town.site.Listener.Addr(), f[1])
	}
	town.write("config.toml", `
[municipality]
name = "Gemeente Voorbeeldstad"
[programme]
vertical = "local_government"
[channel.cloudapi]
phone_number_id = "100000000000001"
[flows]
dir = "."
`+feeds)
	return town
}

func (f *feedTown) write(name, text string) {
	f.t.Helper()
	if err := os.WriteFile(filepath.Join(f.dir, name), []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// ServeHTTP gives the pages; /groot is 50 MB that nobody counted beforehand.
func (f *feedTown) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/groot" {
		_, _ = io.WriteString(w, f.pages[r.URL.Path])
		return
	}
	block := "<rss><channel>" + strings.Repeat("<item><title>Blauwalg</title><description>"+strings.Repeat("Zwem niet. ", 400)+"</description></item>", 200)
	for f.sent < 50<<20 {
		n, err := io.WriteString(w, block)
		if f.sent += int64(n); err != nil {
			return
		}
	}
}

// draft gives the command at the town's clock.
func (f *feedTown) draft(only string) (out, errs string, err error) {
	f.t.Helper()
	c, err := readConfig(filepath.Join(f.dir, "config.toml"))
	if err != nil {
		f.t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(f.site.Certificate())
	var stdout, stderr bytes.Buffer
	n := noticeDraftCmd{Feed: only}
	err = n.draft(f.t.Context(), streams{nil, &stdout, &stderr}, c, feed.Fetcher{Roots: roots}, f.now)
	return stdout.String(), stderr.String(), err
}

// drafts gives the files by the entry that each was made of last.
func (f *feedTown) drafts() map[string]string {
	f.t.Helper()
	files, err := filepath.Glob(filepath.Join(f.dir, "drafts/*.toml"))
	if err != nil {
		f.t.Fatal(err)
	}
	out := map[string]string{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.t.Fatal(err)
		}
		_, origin, _ := strings.Cut(string(data), "de bron\n  \"")
		entry := strings.Split(origin+",,", ",")[1]
		if _, twice := out[entry]; twice {
			f.t.Errorf("two drafts are of %q", entry)
		}
		out[entry] = file
	}
	return out
}

// The places of the warnings.
const capAround = "<polygon>52.20,5.00 52.20,5.20 52.00,5.20 52.00,5.00 52.20,5.00</polygon>"
const capNorth = "<polygon>53.30,6.50 53.30,6.70 53.20,6.70 53.20,6.50 53.30,6.50</polygon>"

// capOf writes a warning; languages and headlines in turn after it.
func capOf(id, sent, status, kind, refs, severity, urgency, expires, area string, said ...string) string {
	infos := ""
	for i := 0; i < len(said); i += 2 {
		infos += fmt.Sprintf(`<info><language>%s</language><category>Met</category><event>Wind</event><urgency>%s</urgency><severity>%s</severity><certainty>Likely</certainty><onset>2026-11-22T10:00:00+01:00</onset><expires>%s</expires><senderName>Weerdienst</senderName><headline>%s</headline><description>Er komt wind. Kijk op https://kwaad.example.</description><instruction>Blijf binnen.</instruction><area><areaDesc>x</areaDesc>%s</area></info>`,
			said[i], urgency, severity, expires, said[i+1], area)
	}
	if refs != "" {
		refs = "<references>weer@x," + refs + "</references>"
	}
	return fmt.Sprintf(`<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>%s</identifier><sender>weer@x</sender><sent>%s</sent><status>%s</status><msgType>%s</msgType><scope>Public</scope>%s%s</alert>`, id, sent, status, kind, refs, infos)
}

func (f *feedTown) index(names ...string) {
	var b strings.Builder
	for i, name := range names {
		fmt.Fprintf(&b, `<entry><id>e%d</id><title>x</title><link type="application/cap+xml" href="%s/cap/%s"/></entry>`, i, f.site.URL, name)
	}
	f.pages["/weer"] = `<feed xmlns="http://www.w3.org/2005/Atom">` + b.String() + `</feed>`
}

const sentAt, evening = "2026-11-22T08:00:00+01:00", "2026-11-22T20:00:00+01:00"

func (f *feedTown) firstRound() {
	doc := func(name, text string) { f.pages["/cap/"+name] = text }
	doc("storm", capOf("storm", sentAt, "Actual", "Alert", "", "Severe", "Immediate", evening, capAround, "nl-NL", "Zware storm", "en-GB", "Severe storm", "pl", "Burza"))
	doc("mist", capOf("mist", sentAt, "Actual", "Alert", "", "Moderate", "Expected", evening, capAround, "nl", "Dichte mist"))
	doc("regen", capOf("regen", sentAt, "Actual", "Alert", "", "Severe", "Immediate", evening, "<circle>52.06,5.07 0.5</circle>", "nl", "Veel regen"))
	doc("english", capOf("english", sentAt, "Actual", "Alert", "", "Minor", "Future", evening, capAround, "en", "Snow"))
	doc("test", capOf("test", sentAt, "Test", "Alert", "", "Extreme", "Immediate", evening, capAround, "nl", "Dit is een test"))
	doc("exercise", capOf("exercise", sentAt, "Exercise", "Alert", "", "Extreme", "Immediate", evening, capAround, "nl", "Dit is een oefening"))
	doc("expired", capOf("expired", sentAt, "Actual", "Alert", "", "Severe", "Immediate", "2026-11-22T08:30:00+01:00", capAround, "nl", "Voorbij"))
	doc("north", capOf("north", sentAt, "Actual", "Alert", "", "Severe", "Immediate", evening, capNorth, "nl", "Storm in het noorden"))
	doc("polish", capOf("polish", sentAt, "Actual", "Alert", "", "Severe", "Immediate", evening, capAround, "pl", "Burza"))
	doc("zoneless", capOf("zoneless", "2026-11-22T08:00:00", "Actual", "Alert", "", "Severe", "Immediate", evening, capAround, "nl", "Zonder zone"))
	doc("asks", capOf("asks", sentAt, "Actual", "Alert", "", "Severe", "Immediate", evening, capAround, "nl", "Geef ons uw BSN door"))
	doc("sells", capOf("sells", sentAt, "Actual", "Alert", "", "Severe", "Immediate", evening, capAround, "nl", "Koop nu met korting"))
	doc("bomb", `<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>&b;</identifier></alert>`)
	f.index("storm", "mist", "regen", "english", "test", "exercise", "expired", "north", "polish", "zoneless", "asks", "sells", "bomb", "storm")
	f.pages["/nieuws"] = `<rss><channel><language>nl</language><item><title>Blauwalg in de plas</title><guid>1</guid><description>&lt;p&gt;Zwem niet.&lt;/p&gt;</description><pubDate>Sun, 22 Nov 2026 08:00:00 +0100</pubDate></item><item><title>Nieuwe voorzitter</title><guid>2</guid><pubDate>Sun, 22 Nov 2026 08:00:00 +0100</pubDate></item></channel></rss>`
	f.pages["/nlalert"] = capOf("nlalert", sentAt, "Actual", "Alert", "", "Extreme", "Immediate", evening, capAround, "nl", "NL-Alert: grote brand")
	f.pages["/bom"] = f.pages["/cap/bomb"]
}

func (f *feedTown) checked(out string, want ...string) {
	f.t.Helper()
	for _, w := range want {
		if !strings.Contains(out, w) {
			f.t.Errorf("it does not say %q:\n%s", w, out)
		}
	}
}

// One feed with everything in it, and four more: exactly the right drafts, a
// reason for every other entry, no memory for what is too large, and the same
// again changes nothing.
func TestNoticeDraft_exactlyTheRightDrafts(t *testing.T) {
	f := newFeedTown(t)
	f.firstRound()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	out, errs, err := f.draft("")
	runtime.ReadMemStats(&after)
	if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 64 || f.sent > 25<<20 {
		t.Errorf("%d MB allocated; %d MB of the large body sent", took, f.sent>>20)
	}
	if !errors.Is(err, errFaults) {
		t.Error(err)
	}
	f.checked(out, "weer: 5 made, 0 updated, 0 withdrawn, 5 ignored, 3 refused", "nieuws: 1 made, 0 updated, 0 withdrawn, 1 ignored", "nlalert: 1 made",
		`test  its status is "Test"`, `exercise  its status is "Exercise"`, "it expired on 2026-11-22T07:30:00Z", "it touches no postcode of the table", "nothing in Dutch or English, only in: pl",
		"has no zone", "it asks for what is never asked", "DOCTYPE")
	f.checked(errs, "bom: not read: line 1: it has a DOCTYPE", "groot: not read: it is larger than 2 MB and was not read further")
	drafts := f.drafts()
	if len(drafts) != 7 {
		t.Errorf("%d drafts: %v", len(drafts), drafts)
	}
	for entry, want := range map[string][]string{
		"storm": {`title       = "Zware storm"`, `urgency     = "urgent"`, "areas       = [] # leeg: iedereen", `nl = "Er komt wind. Blijf binnen."`, `en = "Er komt wind. Blijf binnen."`, "Weggelaten: 1 andere"},
		"mist":  {`title       = "Dichte mist"`, `urgency     = "normal"`}, "regen": {`areas       = ["3527"]`, `en = "There is a warning.`},
		"english": {`title       = "Waarschuwing"`, `nl = "Er is een waarschuwing.`, "geen bruikbare tekst van de bron in taal nl"},
		"sells":   {`title       = "Waarschuwing"`, "woorden van de bron zijn weggelaten", `nl = "Er komt wind.`}, "1": {`title       = "Blauwalg in de plas"`, `nl = "Zwem niet."`},
		"nlalert": {`title       = "NL-Alert"`, "Alleen een verwijzing", `urgency     = "normal"`, `source      = "https://weer.example/nu"`},
	} {
		data, err := os.ReadFile(drafts[entry])
		if err != nil {
			t.Fatalf("%s: %v in %v", entry, err, drafts)
		}
		if strings.Contains(string(data), "kwaad") || strings.Contains(string(data), "Koop") || entry == "nlalert" && strings.Contains(string(data), "Blijf binnen") {
			t.Errorf("%s:\n%s", entry, data)
		}
		f.checked(string(data), want...)
	}
	was := f.everything()
	if out, _, _ = f.draft(""); !strings.Contains(out, "weer: 0 made, 0 updated, 0 withdrawn, 10 ignored, 3 refused") || f.everything() != was {
		t.Errorf("the same again:\n%s", out)
	}
}

// everything is the folder of drafts, to compare.
func (f *feedTown) everything() string {
	f.t.Helper()
	files, err := filepath.Glob(filepath.Join(f.dir, "drafts/*"))
	if err != nil {
		f.t.Fatal(err)
	}
	var b strings.Builder
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s\n%s\n", filepath.Base(file), data)
	}
	return b.String()
}

// The drafts go into flows/notices as they are, and bode check has nothing
// against them; an update and a cancel of what is published wait beside it.
func TestNoticeDraft_passesTheCheckAndFollowsWhatIsPublished(t *testing.T) {
	f := newFeedTown(t)
	f.firstRound()
	f.draft("")
	published := map[string]string{}
	for entry, file := range f.drafts() {
		published[entry] = filepath.Join(f.dir, "flows/notices", filepath.Base(file))
		if err := os.Rename(file, published[entry]); err != nil {
			t.Fatal(err)
		}
	}
	if code, out, errs := command(t, "", "check", "--at", "2026-11-22", "--lang", "en", f.dir); code != exitGood {
		t.Fatalf("bode check: %d\n%s%s", code, out, errs)
	}
	out, _, _ := f.draft("weer")
	f.checked(out, "weer: 0 made, 0 updated, 0 withdrawn")

	f.now = f.now.Add(time.Hour)
	f.pages["/cap/update"] = capOf("storm2", "2026-11-22T09:30:00+01:00", "Actual", "Update", "storm,"+sentAt, "Extreme", "Immediate", evening, capAround, "nl", "Zeer zware storm", "en", "Violent storm")
	f.pages["/cap/cancel"] = capOf("mist2", "2026-11-22T09:31:00+01:00", "Actual", "Cancel", "mist,"+sentAt, "", "", "", "")
	f.pages["/cap/testcancel"] = capOf("regen2", "2026-11-22T09:32:00+01:00", "Test", "Cancel", "regen,"+sentAt, "", "", "", "")
	f.index("cancel", "testcancel", "update", "storm", "mist")
	out, _, err := f.draft("weer")
	f.checked(out, "weer: 0 made, 1 updated, 1 withdrawn, 3 ignored, 0 refused", "put this file in its place")
	if err != nil {
		t.Error(err)
	}
	drafts := f.drafts()
	if len(drafts) != 2 || filepath.Base(drafts["storm2"]) != filepath.Base(published["storm"]) || filepath.Base(drafts["mist2"]) != filepath.Base(published["mist"]) {
		t.Fatal(drafts)
	}
	was := f.everything()
	if out, _, _ = f.draft("weer"); f.everything() != was {
		t.Errorf("the same again:\n%s", out)
	}
	for _, file := range drafts {
		if err := os.Rename(file, filepath.Join(f.dir, "flows/notices", filepath.Base(file))); err != nil {
			t.Fatal(err)
		}
	}
	if code, out, errs := command(t, "", "check", "--at", "2026-11-22", "--lang", "en", f.dir); code != exitGood {
		t.Fatalf("bode check: %d\n%s%s", code, out, errs)
	}
	if data, err := os.ReadFile(published["mist"]); err != nil || !strings.Contains(string(data), "valid_until = 2026-11-22T10:00:00+01:00") || !strings.Contains(string(data), "INGETROKKEN") {
		t.Errorf("%v\n%s", err, data)
	}
}

// What an editor wrote in a draft is set aside when an update replaces it.
func TestNoticeDraft_setsAnEditorsWordsAside(t *testing.T) {
	f := newFeedTown(t)
	f.firstRound()
	f.index("storm")
	f.draft("weer")
	file := f.drafts()["storm"]
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	f.write(filepath.Join("drafts", filepath.Base(file)), strings.Replace(string(data), "Er komt wind.", "Pas op: er komt wind.", 1))
	f.pages["/cap/update"] = capOf("storm2", "2026-11-22T08:30:00+01:00", "Actual", "Update", "storm,"+sentAt, "Extreme", "Immediate", evening, capAround, "nl", "Zeer zware storm")
	f.index("update")
	if out, _, err := f.draft("weer"); err != nil || !strings.Contains(out, "1 updated") {
		t.Fatal(out, err)
	}
	if kept, err := os.ReadFile(strings.TrimSuffix(file, ".toml") + ".previous"); err != nil || !strings.Contains(string(kept), "Pas op") {
		t.Errorf("%v\n%s", err, kept)
	}
	if err := os.WriteFile(file, []byte("topic = "), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, errs, err := f.draft("weer"); err != nil || !strings.Contains(errs, "not read, and left as it is") {
		t.Errorf("%v: %s", err, errs)
	}
	if now, err := os.ReadFile(file); err != nil || string(now) != "topic = " {
		t.Errorf("a draft that is being written was replaced: %s", now)
	}
}

func TestNoticeDraft_onTheCommandLine(t *testing.T) {
	f := newFeedTown(t)
	f.write("body.xml", capOf("test", sentAt, "Test", "Alert", "", "Severe", "Immediate", evening, capAround, "nl", "Test"))
	config := "--config=" + filepath.Join(f.dir, "config.toml")
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"--feed", "weer", "--from", filepath.Join(f.dir, "body.xml"), "--dry-run"}, exitGood, `its status is "Test"`},
		{[]string{"--from", filepath.Join(f.dir, "body.xml")}, exitUse, "--from needs --feed"},
		{[]string{"--feed", "niets"}, exitUse, "choose one of weer, nieuws"},
	} {
		code, out, errs := command(t, "", append([]string{"notice", "draft", config}, c.args...)...)
		if code != c.code || !strings.Contains(out+errs, c.want) {
			t.Errorf("%v: %d\n%s%s", c.args, code, out, errs)
		}
	}
	if _, err := os.Stat(filepath.Join(f.dir, "drafts")); !errors.Is(err, os.ErrNotExist) {
		t.Error("a dry run wrote drafts")
	}
	f.write("config.toml", "[municipality]\nname = \"X\"\n[programme]\nvertical = \"local_government\"\n[channel.cloudapi]\nphone_number_id = \"1\"\n[[feed]]\nname = \"a\"\n")
	if code, _, errs := command(t, "", "notice", "draft", config); code != exitUse || !strings.Contains(errs, "[[feed]] number 1: url") {
		t.Errorf("%d: %s", code, errs)
	}
}
