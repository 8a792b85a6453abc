package studio

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/flow"
)

func TestStream_pushesOnlyWhatIsNew(t *testing.T) {
	v := visit(t)
	next := v.listen("")
	var c chatView
	next("chat", &c)
	if !c.All || !c.Empty || len(c.Put) != 0 {
		t.Fatalf("the first: %+v", c)
	}
	v.post("/say", 204, "text", "hallo")
	c = chatView{}
	next("chat", &c)
	if c.All || c.Empty || len(c.Put) != 2 || c.Put[1].Read || !strings.Contains(c.Put[1].HTML, "hallo") {
		t.Fatalf("after a message: %+v", c)
	}
	said := c.Put[1].ID
	v.answer(bot.Reply{Text: bot.Hide("Goedendag")})
	c = chatView{}
	next("chat", &c)
	if len(c.Put) != 2 || c.Put[0].ID != said || !c.Put[0].Read || c.Put[0].HTML != "" || !strings.Contains(c.Put[1].HTML, "Goedendag") {
		t.Fatalf("after the answer: %+v", c)
	}
	v.desk.Wipe(v.number())
	c = chatView{}
	next("chat", &c)
	if !c.Empty || len(c.Gone) != 3 || len(c.Put) != 0 {
		t.Fatalf("after the wipe: %+v", c)
	}
}

func TestStream_typing(t *testing.T) {
	v := visit(t)
	next := v.listen("")
	var c chatView
	next("chat", &c)
	v.post("/say", 204, "text", "hallo")
	next("chat", &c)
	v.desk.Seen(t.Context(), v.desk.arrived[0], true)
	c = chatView{}
	next("chat", &c)
	if !c.Typing || len(c.Put) != 1 || !c.Put[0].Read {
		t.Errorf("while an answer is written: %+v", c)
	}
}

func TestStream_whereTheConversationIs(t *testing.T) {
	v := visit(t)
	for _, c := range []struct {
		at       engine.Position
		lang     string
		sentence string
	}{
		{engine.Position{}, "nl", "Het gesprek is nog niet begonnen."},
		{engine.Position{Language: "nl", Done: true}, "nl", "Het gesprek is nu bij het menu."},
		{engine.Position{Flow: "afval", State: "adres", Language: "nl"}, "nl", "Het gesprek is nu bij: adres (afval)."},
		{engine.Position{Flow: "afval", State: "toon", Language: "nl", Done: true}, "en", "The conversation is done, at: toon (afval)."},
	} {
		v.desk.change(func() { v.desk.where = c.at })
		var p placeView
		v.listen("?lang="+c.lang)("place", &p)
		if p != (placeView{c.at.Flow, c.at.State, c.sentence}) {
			t.Errorf("%+v is told as %+v", c.at, p)
		}
	}
}

func TestStream_aNewBundleAndItsFaults(t *testing.T) {
	v := visit(t)
	next, english := v.listen(""), v.listen("?lang=en")
	var b bundleView
	next("bundle", &b)
	if b.Hash != "one" || b.Municipality != "Gemeente Voorbeeldstad" || len(b.Flows) != 2 || b.Flows[0].Name != "afval" {
		t.Errorf("the bundle: %+v", b)
	}
	if want := []string{"Wanneer wordt mijn kliko geleegd?", "afval", "menu"}; !slices.Equal(b.Try, want) {
		t.Errorf("to begin with: %q, want %q", b.Try, want)
	}
	var f, e faultsView
	next("faults", &f)
	english("faults", &e)
	if f.Count+f.Hints != 0 {
		t.Errorf("faults before there are any: %+v", f)
	}
	v.desk.change(func() {
		v.desk.faults = flow.Faults{
			{File: "flows/afval.toml", Line: 13, Column: 8, Dutch: `"grofvuill" bestaat niet <b>`, English: `there is no "grofvuill"`, Dialogue: []string{"hallo", "1"}},
			{File: "flows/bode.toml", Dutch: "Het bestand ontbreekt.", English: "The file is missing."},
			{File: "flows/afval.toml", Line: 2, Column: 1, Dutch: "Lange zin.", English: "Long sentence.", Hint: true},
		}
	})
	next("faults", &f)
	if f.Count != 2 || f.Hints != 1 {
		t.Errorf("counted %+v", f)
	}
	for _, want := range []string{"nog niet live: 2 fouten", "<code>flows/afval.toml:13:8</code>", "&#34;grofvuill&#34; bestaat niet &lt;b&gt;", "<code>flows/bode.toml</code>", "hallo → 1", "Tips (1)"} {
		if !strings.Contains(f.HTML, want) {
			t.Errorf("%q is not told:\n%s", want, f.HTML)
		}
	}
	english("faults", &e)
	if !strings.Contains(e.HTML, "not live yet: 2 faults") || !strings.Contains(e.HTML, "The file is missing.") {
		t.Errorf("in English:\n%s", e.HTML)
	}
	v.desk.change(func() { v.desk.bundle, v.desk.faults = exampleBundle("two", "Gemeente Elders"), nil })
	next("bundle", &b)
	next("faults", &f)
	if b.Hash != "two" || b.Municipality != "Gemeente Elders" || f.Count != 0 {
		t.Errorf("after the repair: %+v %+v", b, f)
	}
}

func TestClock_setAndBack(t *testing.T) {
	v := visit(t)
	next := v.listen("")
	var c clockView
	next("clock", &c)
	if c.Set || c.Local != "2026-11-20T13:00" {
		t.Errorf("at the start: %+v", c)
	}
	v.post("/clock", 204, "time", "2026-12-25T09:30")
	next("clock", &c)
	if !c.Set || c.Local != "2026-12-25T09:30" || c.Now != time.Date(2026, 12, 25, 8, 30, 0, 0, time.UTC).UnixMilli() {
		t.Errorf("set: %+v", c)
	}
	v.post("/clock", 204, "time", "")
	next("clock", &c)
	if c.Set || c.Local != "2026-11-20T13:00" {
		t.Errorf("and back: %+v", c)
	}
}

func TestClock_bothClockChanges(t *testing.T) {
	s := &studio{zone: mustZone(t)}
	for text, want := range map[string]string{
		"2026-03-29T01:59": "2026-03-29T00:59:00Z",
		"2026-03-29T02:30": "2026-03-29T01:30:00Z", // skipped: it becomes half past three
		"2026-03-29T03:00": "2026-03-29T01:00:00Z",
		"2026-10-25T02:30": "2026-10-25T00:30:00Z", // twice: the first
		"2026-10-25T03:00": "2026-10-25T02:00:00Z",
	} {
		got, err := s.localTime(text)
		if err != nil || got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%s is %s (%v), want %s", text, got.UTC().Format(time.RFC3339), err, want)
		}
	}
}

func mustZone(t *testing.T) *time.Location {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestPicture_litAndAsAList(t *testing.T) {
	v := visit(t)
	html, _ := v.get("/picture/afval?lit=adres", 200)
	if !regexp.MustCompile(`data-state="adres" class="[^"]*\blit\b`).MatchString(html) || strings.Count(html, " lit") != 1 {
		t.Errorf("adres is not the one that is lit:\n%s", html)
	}
	for _, want := range []string{`<li aria-current="step"`, "zegt iets, gaat naar <span lang=\"nl\">toon</span>", "hier is het gesprek nu"} {
		if !strings.Contains(html, want) {
			t.Errorf("the list lacks %q:\n%s", want, html)
		}
	}
	html, _ = v.get("/picture/afval?lit="+`%22%3E%3Cscript%3E`+"&lang=en", 200)
	if strings.Contains(html, "<script") || !strings.Contains(html, "The steps as a list") {
		t.Errorf("with a strange state:\n%s", html)
	}
	v.desk.change(func() { v.desk.bundle = nil })
	v.get("/picture/afval", 503)
	v.get("/", 503)
}

func TestWords_bothLanguagesSayEverything(t *testing.T) {
	nl, en := slices.Sorted(maps.Keys(vocabulary["nl"])), slices.Sorted(maps.Keys(vocabulary["en"]))
	if !slices.Equal(nl, en) {
		t.Errorf("the languages differ:\n%q\n%q", nl, en)
	}
	for _, use := range regexp.MustCompile(`(?:\.T|\$w\.T) "([a-z.]+)"`).FindAllStringSubmatch(pageSource, -1) {
		if vocabulary["nl"][use[1]] == "" {
			t.Errorf("the page says %q, which no language knows", use[1])
		}
	}
}

func TestLanguage_isRemembered(t *testing.T) {
	v := visit(t)
	for _, c := range []struct{ path, want string }{
		{"/", `<html lang="nl">`}, {"/?lang=en", `<html lang="en">`}, {"/", `<html lang="en">`}, {"/?lang=xx", `<html lang="nl">`}, {"/", `<html lang="nl">`},
	} {
		if page, _ := v.get(c.path, 200); !strings.Contains(page, c.want) {
			t.Errorf("%s is not in %s", c.path, c.want)
		}
	}
}
