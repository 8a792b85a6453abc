package feed

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"
)

// counted tells how much was read of an endless or large body.
type counted struct {
	from io.Reader
	read int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.read += n
	return n, err
}

// repeated gives a text over and over, without holding it.
type repeated struct {
	head, text string
	left       int // bytes of text still to give
	at         int
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.head != "" {
		n := copy(p, r.head)
		r.head = r.head[n:]
		return n, nil
	}
	n := 0
	for n < len(p) && r.left > 0 {
		k := copy(p[n:min(len(p), n+r.left)], r.text[r.at:])
		n, r.left, r.at = n+k, r.left-k, (r.at+k)%len(r.text)
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// allocated is what a function takes from the heap in all, in bytes.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

const fiftyMB = 50 << 20

// Fifty megabytes of anything cost what two cost, whatever they consist of.
func TestRead_fiftyMegabytesAreNotRead(t *testing.T) {
	alert := strings.TrimPrefix(warning{}.xml(), `<?xml version="1.0" encoding="UTF-8"?>`)
	open := `<alert xmlns="` + capSpace + `"><identifier>`
	for what, c := range map[string]repeated{
		"one long text":          {head: open, text: "x"},
		"one long tag":           {head: "<", text: "x"},
		"one long attribute":     {head: `<alert a="`, text: "x"},
		"one long comment":       {head: "<!--", text: "x"},
		"one long instruction":   {head: "<?xml ", text: "x"},
		"one long CDATA":         {head: open + "<![CDATA[", text: "x"},
		"spaces before":          {text: " "},
		"news":                   {head: `<rss><channel>`, text: "<item><title>x</title><guid>x</guid></item>"},
		"warnings in warnings":   {head: open, text: alert},
		"infos":                  {head: `<alert xmlns="` + capSpace + `">`, text: "<info></info>"},
		"attributes":             {head: "<alert ", text: `a="b" `},
		"signs that are written": {head: open, text: "&#65;"},
		"a polygon":              {head: `<alert xmlns="` + capSpace + `"><info><area><polygon>`, text: "52.1,5.1 "},
		"tags that only open":    {text: "<a>"},
	} {
		c.left = fiftyMB
		body := &counted{from: &c}
		var err error
		took := allocated(func() { _, err = aRule().Read(body) })
		if err == nil {
			t.Errorf("%s: it was read", what)
		}
		if body.read > MostBytes+64<<10 || took > 40<<20 {
			t.Errorf("%s: %d bytes read, %d MB allocated: %v", what, body.read, took>>20, err)
		}
		if !utf8.ValidString(err.Error()) || len(err.Error()) > 400 {
			t.Errorf("%s: the error itself is large: %.100q", what, err)
		}
	}
}

func TestRead_refusesWithAReason(t *testing.T) {
	w := warning{}
	deep := strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100)
	utf16 := "\xff\xfe" + strings.ReplaceAll(w.xml(), "<", "<\x00")
	bomb := `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">]>`
	for what, c := range map[string]struct{ body, want string }{
		"a bomb of entities":         {bomb + `<alert xmlns="` + capSpace + `"><identifier>&lol2;</identifier></alert>`, "DOCTYPE"},
		"a DOCTYPE alone":            {"<!DOCTYPE alert><alert/>", "DOCTYPE"},
		"a DOCTYPE in lower case":    {"<!doctype alert><alert/>", "DOCTYPE"},
		"a DOCTYPE that asks a file": {`<!DOCTYPE a SYSTEM "file:///etc/passwd"><alert/>`, "DOCTYPE"},
		"a DOCTYPE further on":       {strings.Replace(w.xml(), "<info>", "<!DOCTYPE x><info>", 1), "DOCTYPE"},
		"an entity without one":      {strings.Replace(w.xml(), "Wind", "&wind;", 1), "entity"},
		"deep nesting":               {strings.Replace(w.xml(), "<info>", deep+"<info>", 1), "nested more than 32 deep"},
		"too many elements":          {strings.Replace(w.xml(), "<info>", strings.Repeat("<a/>", mostElements)+"<info>", 1), "more than 20000 elements"},
		"not closed":                 {strings.TrimSuffix(w.xml(), "</alert>"), "breaks off"},
		"closed wrongly":             {strings.Replace(w.xml(), "</alert>", "</feed>", 1), "line "},
		"nothing":                    {"", "empty"},
		"spaces":                     {" \n\t", "empty"},
		"no XML":                     {"{\"warnings\": []}", "does not begin as XML"},
		"a page":                     {"<html><body>503</body></html>", "neither CAP 1.2, nor Atom, nor RSS"},
		"CAP 1.1":                    {strings.Replace(w.xml(), "cap:1.2", "cap:1.1", 1), "only CAP 1.2"},
		"two documents":              {w.xml() + "<alert/>", "more after its end"},
		"UTF-16":                     {utf16, "UTF-8"},
		"an encoding unknown":        {strings.Replace(w.xml(), "UTF-8", "EBCDIC", 1), `encoding \"EBCDIC\" is not known`},
		"bytes that are no UTF-8":    {strings.Replace(w.xml(), "Wind", "W\xffnd", 1), "UTF-8"},
		"a control character":        {strings.Replace(w.xml(), "Wind", "W\x00nd", 1), "illegal character"},
		"a control written out":      {strings.Replace(w.xml(), "Wind", "W&#27;[2Jnd", 1), "illegal character"},
	} {
		entries, err := aRule().Read(strings.NewReader(c.body))
		want := strings.ReplaceAll(c.want, `\"`, `"`)
		if err == nil || !strings.Contains(err.Error(), want) || entries != nil {
			t.Errorf("%s: %v; want %q", what, err, want)
		}
		if err != nil && clean(err.Error()) != err.Error() {
			t.Errorf("%s: the error holds what a terminal would obey: %q", what, err)
		}
	}
}

func TestRead_thousandsOfInfosAreOneRefusedEntry(t *testing.T) {
	w := warning{}
	w["infos"] = strings.Repeat("<info/>", 3000)
	d := newDesk(t, aRule())
	if out := d.run(now, w.xml()); len(out) != 1 || out[0].Action != Refused || !strings.Contains(out[0].Reason, "3000 infos, more than 50") {
		t.Error(said(out))
	}
}

func TestRead_otherEncodingsOfDutchFeeds(t *testing.T) {
	for _, name := range []string{"ISO-8859-1", "windows-1252", "iso-8859-15"} {
		w := warning{"description": "Co\xf6rdinatie."}
		d := newDesk(t, aRule())
		d.run(now, strings.Replace(w.xml(), "UTF-8", name, 1))
		if got := d.only().Text["nl"]; !strings.HasPrefix(got, "Coördinatie.") {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestNews_fromRSSAndAtom(t *testing.T) {
	r := aRule()
	r.Words = []string{"hitte", "blauwalg"}
	rss := func(items string) string {
		return `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><language>nl</language><atom:link href="https://x.example"/>` + items + `</channel></rss>`
	}
	item := func(guid, title, text, date string) string {
		return "<item><title>" + title + "</title><link>https://weer.example/" + guid + "</link><description>" + text + "</description><pubDate>" + date + "</pubDate><guid>" + guid + "</guid></item>"
	}
	const morning = "Sun, 22 Nov 2026 08:00:00 +0100"
	d := newDesk(t, r)
	out := d.run(now, rss(item("1", "Blauwalg in de plas", "&lt;p&gt;Zwem niet.&lt;/p&gt;", morning)+item("2", "Nieuwe voorzitter", "x", morning)+
		item("3", "Hitte", "x", "Fri, 20 Nov 2026 08:00:00 CET")+item("4", "Hitte", "x", "")+item("5", "Hitte", "x", "Sat, 14 Nov 2026 08:00:00 GMT")+item("6", "", "hitte", morning)))
	want := []string{"the zone CET is not a number", "date: it is missing", "it has no title", "expired", "new;", "none of the words"}
	for _, w := range want {
		if !strings.Contains(said(out), w) {
			t.Errorf("%s: lacks %q", said(out), w)
		}
	}
	n := d.only()
	if n.Title != "Blauwalg in de plas" || n.Text["nl"] != "Zwem niet." || n.Source != "https://weer.example/1" || n.Urgency != "normal" || len(n.Areas) != 0 {
		t.Errorf("%+v", n)
	}
	d.run(now, rss(item("1", "Blauwalg is weg", "De blauwalg is weg.", "Sun, 22 Nov 2026 08:30:00 +0100")))
	if again := d.only(); again.File != n.File || again.Title != "Blauwalg is weg" {
		t.Errorf("a later date of the same item: %+v", again)
	}
	atom := `<feed xmlns="` + atomSpace + `" xml:lang="nl"><entry><id>tag:a b,1</id><title>Hitte</title><link rel="alternate" href="https://weer.example/h"/><updated>2026-11-22T08:00:00+01:00</updated><summary type="html">&lt;b&gt;Drink water.&lt;/b&gt;</summary></entry></feed>`
	d = newDesk(t, r)
	if out = d.run(now, atom, atom); d.only().Text["nl"] != "Drink water." || d.only().Source != "https://weer.example/h" || !strings.Contains(said(out), "known") {
		t.Errorf("%s: %+v", said(out), d.only())
	}
}

// Whatever comes, nothing panics, what is drafted stays within its bounds and
// can be read again, and the same body once more changes nothing.
func FuzzFeed(f *testing.F) {
	w := warning{}
	f.Add([]byte(w.xml()))
	f.Add([]byte(warning{"type": "Update", "references": refers(u1)}.xml()))
	f.Add([]byte(warning{"type": "Cancel", "references": refers(a1, u2)}.xml()))
	f.Add([]byte(warning{"area": "<area><areaDesc>x</areaDesc><circle>52,5 3</circle><geocode><valueName>EMMA_ID</valueName><value>NL010</value></geocode></area>"}.xml()))
	f.Add([]byte(warning{"description": "NL-Alert {{.x}} &lt;b&gt; https://x \"quoted\\ '"}.xml()))
	f.Add([]byte(`<!DOCTYPE a [<!ENTITY b "c">]><alert/>`))
	f.Add([]byte(`<rss><channel><item><title>a</title><guid>b c</guid><pubDate>Sun, 22 Nov 2026 08:00:00 +0100</pubDate></item></channel></rss>`))
	f.Add([]byte(`<feed xmlns="` + atomSpace + `"><entry><id>1</id><title>t</title><updated>2026-11-22T08:00:00Z</updated><link type="application/cap+xml" href="https://weer.example/1"/></entry></feed>`))
	if files, err := filepath.Glob("testdata/*.xml"); err == nil {
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r := aRule()
		entries, err := r.Read(bytes.NewReader(body))
		if err != nil {
			if clean(err.Error()) != err.Error() || len(err.Error()) > 1000 {
				t.Fatalf("%q", err)
			}
			return
		}
		d := newDesk(t, r)
		for _, one := range r.Apply(entries, &d.folder, d.state, now) {
			if clean(one.Reason) != one.Reason || clean(one.Entry) != one.Entry {
				t.Fatalf("%q: %q", one.Entry, one.Reason)
			}
			if one.Content == nil {
				continue
			}
			n, err := ReadNotice(one.File, one.Content, zone)
			if err != nil {
				t.Fatalf("%v:\n%s", err, one.Content)
			}
			if n.Text["nl"] == "" || n.Title == "" || len([]rune(n.Title)) > longestTitle || len([]rune(n.Text["nl"])) > longestText || strings.Contains(n.Text["nl"], "{{") ||
				!strings.HasPrefix(n.Source, "https://") || !n.Until.After(n.From) || filepath.Base(n.File) != n.File {
				t.Fatalf("%+v", n)
			}
			d.files[one.File] = string(one.Content)
		}
		d.reload()
		for _, one := range r.Apply(entries, &d.folder, d.state, now) {
			if one.Content != nil {
				t.Fatalf("again: %s: %s", one.Action, one.Reason)
			}
		}
	})
}
