package feed

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	zone = func() *time.Location {
		z, err := time.LoadLocation("Europe/Amsterdam")
		if err != nil {
			panic(err)
		}
		return z
	}()
	now = time.Date(2026, 11, 22, 9, 0, 0, 0, zone)
)

// aRule is that of a town around 52.09, 5.11 with three postcodes.
func aRule() Rule {
	c := Config{Name: "weer", URL: "https://weer.example/cap", Hosts: []string{"weer.example"}, Topic: "gezondheid",
		Template: "gezondheid_bericht", Source: "https://weer.example/nu", Everywhere: []string{"EMMA_ID:NL010", "Nederland"}}
	c.Urgent.Severity, c.Urgent.Urgency = "Severe", []string{"Immediate"}
	areas, err := readAreas(strings.NewReader("postcode4;lat;lon;radius;codes\n3511;52.0900;5.1100;1;\n3512;52.0950;5.1250;1;WIJK:12\n3527;52.0600;5.0700;1;\n"))
	if err != nil {
		panic(err)
	}
	return Rule{Config: c, Keep: 24 * time.Hour, Areas: areas, Look: func(s string) (string, error) { return s, nil }}
}

const (
	aroundTown = "52.20,5.00 52.20,5.20 52.00,5.20 52.00,5.00 52.20,5.00"
	elsewhere  = "53.30,6.50 53.30,6.70 53.20,6.70 53.20,6.50 53.30,6.50"
)

// warning writes a CAP alert; parts replace what stands there by name.
type warning map[string]string

func (w warning) get(name, usual string) string {
	if v, ok := w[name]; ok {
		return v
	}
	return usual
}

func (w warning) xml() string {
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
<identifier>%s</identifier><sender>knmi@weer.example</sender><sent>%s</sent>
<status>%s</status><msgType>%s</msgType><scope>%s</scope>%s%s%s</alert>`,
		w.get("id", "A1"), w.get("sent", "2026-11-22T08:00:00+01:00"), w.get("status", "Actual"), w.get("type", "Alert"), w.get("scope", "Public"),
		w.get("note", ""), w.get("references", ""), w.get("infos", w.info("nl-NL", "Zware windstoten")))
}

func (w warning) info(language, headline string) string {
	return fmt.Sprintf(`<info><language>%s</language><category>Met</category><event>Wind</event><urgency>%s</urgency><severity>%s</severity><certainty>Likely</certainty>
<onset>%s</onset><expires>%s</expires><senderName>Weerdienst</senderName><headline>%s</headline><description>%s</description><instruction>%s</instruction><web>%s</web>%s</info>`,
		language, w.get("urgency", "Expected"), w.get("severity", "Moderate"), w.get("onset", "2026-11-22T12:00:00+01:00"), w.get("expires", "2026-11-22T18:00:00+01:00"),
		headline, w.get("description", "Kans op zware windstoten."), w.get("instruction", "Zet losse spullen vast."), w.get("web", "https://weer.example/wind"),
		w.get("area", "<area><areaDesc>Utrecht</areaDesc><polygon>"+aroundTown+"</polygon></area>"))
}

func refers(ids ...string) string { return "<references>" + strings.Join(ids, " ") + "</references>" }

const a1 = "knmi@weer.example,A1,2026-11-22T08:00:00+01:00"

func emptyState(r Rule) *State {
	s, err := ReadState(nil, r, now)
	if err != nil {
		panic(err)
	}
	return s
}

// desk applies bodies as one run each, to what stood.
type desk struct {
	t      *testing.T
	rule   Rule
	folder Folder
	state  *State
	files  map[string]string
}

func newDesk(t *testing.T, r Rule) *desk {
	return &desk{t, r, Folder{Zone: zone}, emptyState(r), map[string]string{}}
}

func (d *desk) run(at time.Time, bodies ...string) []Decision {
	d.t.Helper()
	var all []Entry
	for _, body := range bodies {
		entries, err := d.rule.Read(strings.NewReader(body))
		if err != nil {
			d.t.Fatalf("%v in %.300s", err, body)
		}
		all = append(all, entries...)
	}
	out := d.rule.Apply(all, &d.folder, d.state, at)
	for _, one := range out {
		if one.Content != nil {
			d.files[one.File] = string(one.Content)
		}
	}
	d.reload()
	return out
}

// reload forgets what is not in the files: a run is a process of its own.
func (d *desk) reload() {
	d.t.Helper()
	d.folder.Notices = nil
	var names []string
	for name := range d.files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		n, err := ReadNotice(name, []byte(d.files[name]), zone)
		if err != nil {
			d.t.Fatalf("%v:\n%s", err, d.files[name])
		}
		d.folder.Notices = append(d.folder.Notices, n)
	}
	state, err := ReadState(d.state.Bytes(), d.rule, now)
	if err != nil {
		d.t.Fatal(err)
	}
	d.state = state
}

func (d *desk) only() Notice {
	d.t.Helper()
	if len(d.folder.Notices) != 1 {
		d.t.Fatalf("%d drafts: %v", len(d.folder.Notices), d.files)
	}
	return d.folder.Notices[0]
}

func said(out []Decision) string {
	var parts []string
	for _, d := range out {
		parts = append(parts, string(d.Action)+": "+d.Reason)
	}
	return strings.Join(parts, " | ")
}

func TestDraft_ofAWarningForTheTown(t *testing.T) {
	d := newDesk(t, aRule())
	w := warning{"severity": "Severe", "urgency": "Immediate"}
	w["infos"] = w.info("nl-NL", "Code oranje: zware windstoten") + w.info("en-GB", "Code orange: severe gusts") + w.info("de", "Sturm")
	out := d.run(now, w.xml())
	n := d.only()
	if len(out) != 1 || out[0].Action != Made || n.Title != "Code oranje: zware windstoten" || n.Urgency != "urgent" || len(n.Areas) != 0 ||
		n.Text["nl"] != "Kans op zware windstoten. Zet losse spullen vast." || n.Text["en"] == "" || len(n.Text) != 2 ||
		n.Source != "https://weer.example/wind" || !n.From.Equal(time.Date(2026, 11, 22, 12, 0, 0, 0, zone)) || !n.Until.Equal(time.Date(2026, 11, 22, 18, 0, 0, 0, zone)) {
		t.Errorf("%s\n%+v", said(out), n)
	}
	if file := d.files[n.File]; !strings.Contains(file, "Weggelaten: 1 andere") || !strings.Contains(file, "Inwoners zien dit nog niet") {
		t.Error(file)
	}
}

// What comes of one warning: nothing, with the reason, unless it says made.
func TestApply_whatIsOneWarningWorth(t *testing.T) {
	area := func(inside string) warning { return warning{"area": "<area>" + inside + "</area>"} }
	base := warning{}
	for _, c := range []struct {
		what   string
		w      warning
		action Action
		reason string
	}{
		{"a real one", warning{}, Made, "new"},
		{"a test", warning{"status": "Test"}, Ignored, `status is "Test"`},
		{"an exercise", warning{"status": "Exercise"}, Ignored, `status is "Exercise"`},
		{"of a system", warning{"status": "System"}, Ignored, `status is "System"`},
		{"a draft", warning{"status": "Draft"}, Ignored, `status is "Draft"`},
		{"a status in other case is no status of CAP", warning{"status": "actual"}, Ignored, `status is "actual"`},
		{"private", warning{"scope": "Private"}, Ignored, `scope is "Private"`},
		{"restricted", warning{"scope": "Restricted"}, Ignored, `scope is "Restricted"`},
		{"an acknowledgement", warning{"type": "Ack"}, Ignored, `msgType is "Ack"`},
		{"an error message", warning{"type": "Error"}, Ignored, `msgType is "Error"`},
		{"expired", warning{"expires": "2026-11-22T08:59:59+01:00"}, Ignored, "it expired on 2026-11-22T07:59:59Z"},
		{"expires this second", warning{"expires": "2026-11-22T09:00:00+01:00"}, Ignored, "it expired"},
		{"ends before it begins", warning{"expires": "2026-11-22T11:00:00+01:00"}, Refused, "ends before it begins"},
		{"expires without a zone", warning{"expires": "2026-11-22T18:00:00"}, Refused, "has no zone"},
		{"sent without a zone", warning{"sent": "2026-11-22T08:00:00"}, Refused, "sent: \"2026-11-22T08:00:00\" has no zone"},
		{"sent tomorrow", warning{"sent": "2026-11-23T08:00:00+01:00"}, Refused, "still to come"},
		{"sent a minute ahead of our clock", warning{"sent": "2026-11-22T09:01:00+01:00"}, Made, "new"},
		{"no identifier", warning{"id": ""}, Refused, "identifier is missing"},
		{"an identifier with a comma", warning{"id": "a,b"}, Refused, "no spaces, commas"},
		{"no status", warning{"status": ""}, Refused, "status is missing"},
		{"no info", warning{"infos": ""}, Refused, "nothing to say"},
		{"an update of nothing", warning{"type": "Update"}, Refused, "refers to nothing"},
		{"a cancel of nothing", warning{"type": "Cancel"}, Refused, "refers to nothing"},
		{"a cancel of what is unknown", warning{"id": "C1", "type": "Cancel", "references": refers(a1)}, Ignored, "no draft here"},
		{"a reference to itself", warning{"type": "Update", "references": refers(a1)}, Refused, "refers to itself"},
		{"a reference of two parts", warning{"type": "Update", "references": refers("x,y")}, Refused, "not sender,identifier,sent"},
		{"another sender's warning", warning{"type": "Cancel", "references": refers("x@y,A1,2026-11-22T08:00:00+01:00")}, Refused, "nobody ends another's"},
		{"only in German", warning{"infos": base.info("de-DE", "Sturm")}, Ignored, "nothing in Dutch or English, only in: de"},
		{"in English only", warning{"infos": base.info("en", "Wind")}, Made, "new"},
		{"without a language it is English", warning{"infos": strings.Replace(base.info("", "Wind"), "<language></language>", "", 1)}, Made, "new"},
		{"a polygon elsewhere", area("<areaDesc>Groningen</areaDesc><polygon>" + elsewhere + "</polygon>"), Ignored, "touches no postcode of the table: Groningen"},
		{"a circle that reaches", area("<areaDesc>x</areaDesc><circle>52.30,5.11 23</circle>"), Made, "3511"},
		{"a circle that does not", area("<areaDesc>x</areaDesc><circle>52.30,5.11 15</circle>"), Ignored, "touches no postcode"},
		{"a code of a postcode", area("<areaDesc>x</areaDesc><geocode><valueName>wijk</valueName><value>12</value></geocode>"), Made, "3512"},
		{"another code", area("<areaDesc>x</areaDesc><geocode><valueName>wijk</valueName><value>13</value></geocode>"), Ignored, "touches no postcode"},
		{"a code that holds the town", area("<areaDesc>x</areaDesc><geocode><valueName>EMMA_ID</valueName><value>NL010</value></geocode>"), Made, "everyone"},
		{"a name that holds the town", area("<areaDesc>Nederland</areaDesc>"), Made, "everyone"},
		{"another name", area("<areaDesc>Zeeland</areaDesc>"), Ignored, "Zeeland"},
		{"no area", warning{"area": ""}, Ignored, "names no area"},
		{"a polygon of words", area("<areaDesc>x</areaDesc><polygon>hier en daar</polygon>"), Refused, "not a place as lat,lon"},
		{"a polygon off the earth", area("<areaDesc>x</areaDesc><polygon>91,5 91,6 90,6 91,5</polygon>"), Refused, "not a place"},
		{"a polygon that is not a number", area("<areaDesc>x</areaDesc><polygon>NaN,5 NaN,6 NaN,7 NaN,5</polygon>"), Refused, "not a place"},
		{"an open polygon", area("<areaDesc>x</areaDesc><polygon>52,5 52,6 53,6 53,5</polygon>"), Refused, "the last the same as the first"},
		{"a circle without a radius", area("<areaDesc>x</areaDesc><circle>52,5</circle>"), Refused, "lat,lon radius"},
	} {
		d := newDesk(t, aRule())
		out := d.run(now, c.w.xml())
		if len(out) != 1 || out[0].Action != c.action || !strings.Contains(out[0].Reason, c.reason) {
			t.Errorf("%s: %s; want %s: %s", c.what, said(out), c.action, c.reason)
		}
		if made := len(d.files) == 1; made != (c.action == Made) {
			t.Errorf("%s: %d files", c.what, len(d.files))
		}
		if again := d.run(now, c.w.xml()); len(again) != 1 || again[0].Content != nil {
			t.Errorf("%s, delivered again: %s", c.what, said(again))
		}
	}
}

func TestUrgency_goesByTheRule(t *testing.T) {
	for _, c := range []struct{ severity, urgency, want string }{
		{"Severe", "Immediate", "urgent"}, {"Extreme", "Immediate", "urgent"}, {"Moderate", "Immediate", "normal"},
		{"Severe", "Expected", "normal"}, {"Unknown", "Immediate", "normal"}, {"Zwaar", "Immediate", "normal"},
	} {
		d := newDesk(t, aRule())
		d.run(now, warning{"severity": c.severity, "urgency": c.urgency}.xml())
		n := d.only()
		if n.Urgency != c.want || (c.want == "urgent") != (n.Text["en"] != "") {
			t.Errorf("%s, %s: %s, %v", c.severity, c.urgency, n.Urgency, n.Text)
		}
	}
	r := aRule()
	r.Urgent.Severity, r.Urgent.Urgency = "", nil
	d := newDesk(t, r)
	if d.run(now, warning{"severity": "Extreme", "urgency": "Immediate"}.xml()); d.only().Urgency != "normal" {
		t.Error("without a rule for it a draft is urgent")
	}
	r.Severity = "Severe"
	if out := newDesk(t, r).run(now, warning{}.xml()); !strings.Contains(said(out), "the rule asks for Severe") {
		t.Error(said(out))
	}
}

// NL-Alert reaches phones by itself: only its link is passed on.
func TestNLAlert_onlyLinks(t *testing.T) {
	for what, change := range map[string]warning{
		"by its sender's words": {"description": "NL-Alert. Sluit ramen en deuren.", "severity": "Extreme", "urgency": "Immediate"},
		"split in two":          {"description": "NL \u2011 Alert: sluit ramen en deuren.", "severity": "Extreme", "urgency": "Immediate"},
	} {
		d := newDesk(t, aRule())
		d.run(now, change.xml())
		n := d.only()
		if n.Title != "NL-Alert" || n.Urgency != "normal" || strings.Contains(d.files[n.File], "ramen") || !strings.Contains(n.Text["nl"], "Op de site") || n.Text["en"] == "" {
			t.Errorf("%s: %s", what, d.files[n.File])
		}
	}
	r := aRule()
	r.LinkOnly, r.Text = true, map[string]string{"nl": "Kijk op de site van de veiligheidsregio."}
	d := newDesk(t, r)
	d.run(now, warning{"severity": "Extreme", "urgency": "Immediate"}.xml())
	if n := d.only(); n.Title != "Waarschuwing" || n.Text["nl"] != r.Text["nl"] || n.Urgency != "normal" || strings.Contains(d.files[n.File], "losse spullen") {
		t.Errorf("by the rule: %s", d.files[n.File])
	}
}

func TestWords_arePlainShortAndWithoutLinks(t *testing.T) {
	for what, c := range map[string]struct{ from, want string }{
		"markup":                      {"&lt;p&gt;Blijf &lt;b&gt;binnen&lt;/b&gt;.&lt;/p&gt;", "Blijf binnen. Zet losse spullen vast."},
		"markup escaped twice":        {"&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;Blijf binnen.", "Blijf binnen. Zet losse spullen vast."},
		"markup that never ends":      {"Blijf binnen. &lt;a href=", "Blijf binnen. Zet losse spullen vast."},
		"signs of WhatsApp":           {"*Blijf* _binnen_ ~nu~ ```.", "Blijf binnen nu. Zet losse spullen vast."},
		"our own braces":              {"Bel {{.fact.telefoon}}.", "Bel ((.fact.telefoon)). Zet losse spullen vast."},
		"a link":                      {"Blijf binnen. Win op https://kwaad.example nu. Let op.", "Blijf binnen. Let op. Zet losse spullen vast."},
		"lines":                       {"Blijf\n\n\tbinnen.", "Blijf binnen. Zet losse spullen vast."},
		"turned and invisible":        {"Blijf\u202e bin\u200bnen\u0085.", "Blijf binnen. Zet losse spullen vast."},
		"no text but what to do":      {"", "Zet losse spullen vast."},
		"no full stop":                {"Blijf binnen", "Blijf binnen. Zet losse spullen vast."},
		"a sentence too many is left": {strings.Repeat("Er waait heel veel wind in de stad. ", 30), strings.Repeat("Er waait heel veel wind in de stad. ", 10) + "Zet losse spullen vast."},
	} {
		d := newDesk(t, aRule())
		d.run(now, warning{"description": c.from}.xml())
		if got := d.only().Text["nl"]; got != c.want || len([]rune(got)) > longestText {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
	}
	d := newDesk(t, aRule())
	d.run(now, warning{"description": strings.Repeat("wind ", 400), "instruction": strings.Repeat("blijf ", 400)}.xml())
	if got := d.only().Text["nl"]; len([]rune(got)) > longestText || !strings.HasSuffix(got, "blijf…") {
		t.Errorf("%d characters: %q", len([]rune(got)), got)
	}
}

func TestSource_isOnAConfiguredHost(t *testing.T) {
	for web, want := range map[string]string{
		"https://weer.example/wind": "https://weer.example/wind", "http://weer.example/wind": "https://weer.example/nu",
		"https://kwaad.example/": "https://weer.example/nu", "https://u:p@weer.example/": "https://weer.example/nu", "": "https://weer.example/nu",
		"javascript:alert(1)": "https://weer.example/nu", "https://weer.example/" + strings.Repeat("x", 200): "https://weer.example/nu",
	} {
		d := newDesk(t, aRule())
		if d.run(now, warning{"web": web}.xml()); d.only().Source != want {
			t.Errorf("%.60s: %s", web, d.only().Source)
		}
	}
}

func TestLook_hasTheLastWord(t *testing.T) {
	r := aRule()
	r.Look = func(s string) (string, error) {
		if strings.Contains(s, "BSN") {
			return "", fmt.Errorf("it asks")
		}
		if strings.Contains(s, "korting") {
			return "", fmt.Errorf("%w: korting", ErrWords)
		}
		return strings.ReplaceAll(s, "111222333", "[bsn]"), nil
	}
	d := newDesk(t, r)
	d.run(now, warning{"description": "Zaak 111222333."}.xml())
	if n := d.only(); !strings.HasPrefix(n.Text["nl"], "Zaak [bsn].") {
		t.Error(n.Text)
	}
	for what, c := range map[string]struct{ w, want warning }{
		"of the text":   {warning{"description": "Nu met korting."}, warning{"nl": "Zet losse spullen vast.", "title": "Zware windstoten"}},
		"of the advice": {warning{"instruction": "Vraag korting."}, warning{"nl": r.standing("nl", false), "title": "Zware windstoten"}},
	} {
		d := newDesk(t, r)
		if d.run(now, c.w.xml()); d.only().Text["nl"] != c.want["nl"] || d.only().Title != c.want["title"] || !strings.Contains(d.files[d.only().File], "weggelaten. Lees ze daar na. korting") {
			t.Errorf("words %s: %s", what, d.files[d.only().File])
		}
	}
	if out := newDesk(t, r).run(now, warning{"description": "Stuur uw BSN."}.xml()); said(out) != "refused: it asks" {
		t.Error(said(out))
	}
}
