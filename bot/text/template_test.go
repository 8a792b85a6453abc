package text_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/text"
)

func values() text.Values {
	return text.Values{
		"adres":    address,
		"ophaal":   pickups,
		"leeg":     bot.ValueOf([]any{}),
		"niets":    bot.RawValue([]byte("null")),
		"naam":     bot.ValueOf("A. de Vries & <zoon>"),
		"soort":    bot.ValueOf("lamp"),
		"afval":    bot.ValueOf("gft"),
		"dag":      bot.ValueOf("2026-03-29"),
		"nacht":    bot.ValueOf("2026-10-25T00:30:00Z"),
		"winter":   bot.ValueOf("2026-10-25T01:30:00Z"),
		"lente":    bot.ValueOf("2026-03-29T01:00:00Z"),
		"volgend":  bot.ValueOf("2027-01-05"),
		"prijs":    bot.ValueOf(86.85),
		"duur":     bot.ValueOf(1234567.5),
		"tekort":   bot.ValueOf("-3.10"),
		"groot":    bot.RawValue([]byte("1.5e21")),
		"half":     bot.ValueOf(1.5),
		"nul":      bot.ValueOf(0),
		"ja":       bot.ValueOf(true),
		"nee":      bot.ValueOf(false),
		"afspraak": bot.ValueOf(map[string]any{"code": "AB-12", "plek": map[string]any{"label": "Stadhuis", "zaal": 3}, "bon": nil}),
		"lines":    bot.ValueOf("• een\n• twee"),
	}
}

func TestRender(t *testing.T) {
	for _, c := range []struct{ says, source, want string }{
		{"plain words stay", "Goedendag.", "Goedendag."},
		{"a record reads as its label", "Bij {{.adres}}:", "Bij Domplein 12:"},
		{"a field of a record", "{{.adres.postcode}} {{.adres.number}}", "3511LN 12"},
		{"a record in a record", "{{.afspraak.plek}}, zaal {{.afspraak.plek.zaal}}", "Stadhuis, zaal 3"},
		{"a text is not escaped", "Naam: {{.naam}}", "Naam: A. de Vries & <zoon>"},
		{"the lines of the engine", "Wij komen:\n{{.lines}}", "Wij komen:\n• een\n• twee"},
		{"what the town knows", "{{.municipality}}: {{.fact.telefoon}}, {{.team.kcc.hours}}. {{.text.groet}}",
			"Gemeente Voorbeeldstad: 14 0900, ma-vr 09:00-17:00. Tot ziens."},
		{"a number has no exponent", "{{.groot}}", "1500000000000000000000"},
		{"a number has a Dutch comma", "{{.half}} uur", "1,5 uur"},
		{"yes and no are words", "{{.ja}} {{.nee}}", "ja nee"},
		{"a day", "{{weekday .dag}} {{date .dag}}", "zondag 29 maart"},
		{"another year is named", "{{date .volgend}}", "5 januari 2027"},
		{"a moment before the clock goes back", "{{slot .nacht}}", "zondag 25 oktober 02:30"},
		{"the same hour after it", "{{slot .winter}}", "zondag 25 oktober 02:30"},
		{"a moment after the clock went forward", "{{time .lente}}", "03:00"},
		{"euros", "{{money .prijs}}, {{money .duur}}, {{money .tekort}}", "€ 86,85, € 1.234.567,50, € -3,10"},
		{"a code has a word", "{{kind .afval}}", "groente en fruit"},
		{"a code without a word stays readable", "{{kind .soort}}", "lamp"},
		{"a choice has a label, the one of its question first", "{{choice .soort}}", "Straatlamp"},
		{"if there is one", "{{if .naam}}Ja{{else}}Nee{{end}}", "Ja"},
		{"if there is none", "{{if .onbekend}}Ja{{else}}Nee{{end}}", "Nee"},
		{"no, null, zero, nothing and an empty list are no", "{{if .nee}}1{{end}}{{if .niets}}2{{end}}{{if .nul}}3{{end}}{{if .leeg}}4{{end}}{{if .afspraak.bon}}5{{end}}6", "6"},
		{"a branch that is not taken asks nothing", "{{if .onbekend}}{{date .onbekend}}{{end}}Dag", "Dag"},
		{"one after the other", "{{if .onbekend}}1{{else if .naam}}2{{else}}3{{end}}", "2"},
		{"if in a fact", "{{if .fact.telefoon}}Bel{{end}}{{if .fact.geen}}Mail{{end}}", "Bel"},
		{"a list", "{{range .ophaal}}{{weekday .date}} {{kind .kind}}, {{end}}klaar", "vrijdag groente en fruit, dinsdag papier en karton, dinsdag restafval, klaar"},
		{"an empty list has its own words", "{{range .leeg}}x{{else}}Er komt niets.{{end}}", "Er komt niets."},
		{"the same list twice", "{{range .ophaal}}{{.kind}} {{end}}{{range .ophaal}}{{date .date}} {{end}}", "gft papier restafval 20 november 24 november 5 januari 2027"},
		{"the town is near in a list too", "{{range .ophaal}}{{.fact.telefoon}} {{end}}", "14 0900 14 0900 14 0900"},
		{"a line with only a block leaves no line", "Bij u:\n{{range .ophaal}}\n• {{date .date}}\n{{end}}\nTot dan.", "Bij u:\n• 20 november\n• 24 november\n• 5 januari 2027\nTot dan."},
		{"nothing leaves at most one blank line", "Dag.\n\n{{if .onbekend}}\nHallo.\n{{end}}\n\n{{if .onbekend}}x{{end}}\n\nTot ziens.\n", "Dag.\n\nTot ziens."},
		{"Windows line ends", "Dag.\r\n{{if .naam}}\r\nHallo.\r\n{{end}}\r\nTot ziens.", "Dag.\r\nHallo.\r\nTot ziens."},
		{"trim marks of text/template", "a {{- if .naam -}} b {{- end -}} c", "abc"},
	} {
		t.Run(c.says, func(t *testing.T) {
			got, err := mustCompile(t, c.source).Render(dutch(), values())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRender_inEveryLanguage(t *testing.T) {
	for language, want := range map[string]string{
		"nl": "vrijdag 20 november 09:30 € 1.086,85 ja",
		"en": "Friday 20 November 09:30 €1,086.85 yes",
		"uk": "п’ятниця 20 листопада 09:30 1 086,85 € так",
		"pl": "piątek 20 listopada 09:30 1 086,85 € tak",
		"ar": "الجمعة 20 نوفمبر 09:30 1,086.85 € نعم",
		"tr": "Cuma 20 Kasım 09:30 €1.086,85 evet",
		"fr": "vrijdag 20 november 09:30 € 1.086,85 ja",
	} {
		t.Run(language, func(t *testing.T) {
			world := dutch()
			world.Language = language
			got, err := mustCompile(t, "{{slot .start}} {{money .prijs}} {{.ok}}").Render(world, text.Values{
				"start": bot.ValueOf("2026-11-20T08:30:00Z"), "prijs": bot.ValueOf(1086.85), "ok": bot.ValueOf(true)})
			if err != nil || got != want {
				t.Errorf("got %q, %v; want %q", got, err, want)
			}
		})
	}
}

func TestRender_aMissingValueIsAnErrorThatQuotesNoValue(t *testing.T) {
	for _, source := range []string{
		"{{.onbekend}}", "{{.adres.onbekend}}", "{{.fact.geen}}", "{{.team.geen.hours}}", "{{.text.geen}}", "{{.niets}}",
		"{{.ophaal}}", "{{.ophaal.date}}", "{{date .naam}}", "{{time .dag}}", "{{slot .dag}}", "{{money .naam}}", "{{date .prijs}}",
		"{{range .onbekend}}x{{end}}", "{{range .naam}}x{{end}}", "{{range .ophaal}}{{.naam}}{{end}}", "{{kind .ophaal}}", "{{.afspraak}}",
	} {
		t.Run(source, func(t *testing.T) {
			got, err := mustCompile(t, source).Render(dutch(), values())
			if err == nil {
				t.Fatalf("rendered %q", got)
			}
			if got != "" || strings.Contains(err.Error(), "Vries") || strings.Contains(err.Error(), "Domplein") || strings.Contains(err.Error(), "86") {
				t.Errorf("the error says too much: %q, %v", got, err)
			}
		})
	}
}

func TestRender_aValueThatIsNotJSONIsAbsent(t *testing.T) {
	for _, raw := range []string{"", `"`, `"a`, "{", `{"label"}`, `{"label":}`, "[", "nope nope", `{"label":"x"} {}`, "}", ","} {
		if got, err := mustCompile(t, "{{.x}}").Render(dutch(), text.Values{"x": bot.RawValue([]byte(raw))}); err == nil {
			t.Errorf("%q rendered as %q", raw, got)
		}
	}
}

func TestRenderItem_standsInARecord(t *testing.T) {
	label := mustCompile(t, "{{weekday .date}} {{date .date}}: {{kind .kind}} ({{.municipality}})")
	want := []string{"vrijdag 20 november: groente en fruit (Gemeente Voorbeeldstad)",
		"dinsdag 24 november: papier en karton (Gemeente Voorbeeldstad)", "dinsdag 5 januari 2027: restafval (Gemeente Voorbeeldstad)"}
	got, err := label.RenderEach(dutch(), pickups)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	one, err := label.RenderItem(dutch(), bot.RawValue([]byte(` {"kind":"gft","date":"2026-11-20"}`)))
	if err != nil || one != want[0] {
		t.Errorf("got %q, %v", one, err)
	}
}

func TestRender_byManyAtOnce(t *testing.T) {
	tmpl, world, vals := mustCompile(t, typical), dutch(), values()
	vals["datum"] = bot.ValueOf("2026-11-20")
	want, err := tmpl.Render(world, vals)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if got, err := tmpl.Render(world, vals); err != nil || got != want {
					t.Errorf("got %q, %v", got, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestCompile_saysWhatIsWrongAndWhere(t *testing.T) {
	for _, c := range []struct {
		source, code string
		offset       int
		dutch        string
	}{
		{"Dag {{.naam", "text-braces", 4, "ontbreekt"},
		{"Dag .naam}} en {{.x}}", "text-braces", 9, "zonder {{"},
		{"Dag {{}}", "text-empty", 4, "staat niets"},
		{"Dag {{naam}}", "text-function", 6, "schrijf dan .naam"},
		{"Dag {{adres.label}}", "text-forbidden", 6, "mag niet"},
		{"Op {{wekday .dag}}", "text-function", 5, `Bedoelt u "weekday"?`},
		{"Op {{weekday}}", "text-arguments", 3, "precies een waarde"},
		{"Op {{weekday .dag .maand}}", "text-arguments", 3, "precies een waarde"},
		{"Op {{date dag}}", "text-dot", 10, "schrijf .dag"},
		{"Op {{date .}}", "text-dot", 10, "losse punt"},
		{"{{.}}", "text-dot", 2, "losse punt"},
		{"{{.a-b}}", "text-path", 2, "geen naam"},
		{"{{.1a}}", "text-path", 2, "geen naam"},
		{"{{.naam .naam}}", "text-extra", 0, "te veel"},
		{"{{.naam | date}}", "text-extra", 0, "te veel"},
		{"{{printf .naam}}", "text-forbidden", 2, `"printf" mag niet`},
		{`{{printf "%s" .naam}}`, "text-forbidden", 2, `"printf" mag niet`},
		{"{{len .naam}}", "text-forbidden", 2, "mag niet"},
		{"{{index .naam}}", "text-forbidden", 2, "mag niet"},
		{"{{call .naam}}", "text-forbidden", 2, "mag niet"},
		{"{{html .naam}}", "text-forbidden", 2, "mag niet"},
		{"{{with .naam}}x{{end}}", "text-forbidden", 2, "mag niet"},
		{`{{define "x"}}x{{end}}`, "text-forbidden", 2, "mag niet"},
		{`{{template "x"}}`, "text-forbidden", 2, "mag niet"},
		{`{{block "x" .}}x{{end}}`, "text-forbidden", 2, "mag niet"},
		{"{{range .a}}{{break}}{{end}}", "text-forbidden", 14, "mag niet"},
		{"{{range .a}}{{continue}}{{end}}", "text-forbidden", 14, "mag niet"},
		{"{{$x := .naam}}", "text-forbidden", 2, "variabelen"},
		{"{{$.naam}}", "text-forbidden", 2, "variabelen"},
		{"{{range $i, $x := .naam}}x{{end}}", "text-range", 0, "precies een waarde"},
		{"{{range 200000000}}x{{end}}", "text-path", 8, "geen naam"},
		{"{{range .fact.x}}x{{end}}", "text-range", 8, "geen lijst"},
		{"{{if eq .a .b}}x{{end}}", "text-if", 0, "precies een waarde"},
		{"{{if not .a}}x{{end}}", "text-if", 0, "precies een waarde"},
		{"{{/* later */}}", "text-comment", 0, "opmerking"},
		{`{{"naam"}}`, "text-forbidden", 2, "mag niet"},
		{"{{(.naam)}}", "text-forbidden", 2, "mag niet"},
		{"een {{if .a}}b", "text-end", 4, "ontbreekt {{end}}"},
		{"een {{end}}", "text-end", 4, "zonder {{if}}"},
		{"{{if .a}}x{{end .a}}", "text-extra", 10, "schrijf {{end}}"},
		{"{{else}}", "text-else", 0, "hoort bij geen"},
		{"{{if .a}}1{{else}}2{{else}}3{{end}}", "text-else", 19, "hoort bij geen"},
		{"{{range .a}}1{{else if .b}}2{{end}}", "text-else", 13, "{{else}}"},
		{"{{if .a}}1{{else with .b}}2{{end}}", "text-else", 10, "{{else}}"},
		{strings.Repeat("{{if .a}}", 5) + strings.Repeat("{{end}}", 5), "text-depth", 36, "te veel"},
		{"{{if\u00a0.a}}x{{end}}", "text-forbidden", 2, "mag niet"},
		{"{{.naam\u00a0}}", "text-path", 2, "geen naam"},
		{"{{.fact}}", "text-path", 2, ".fact.telefoon"},
		{"{{.team.kcc}}", "text-path", 2, ".team.kcc.hours"},
		{"{{.municipality.x}}", "text-path", 2, ".municipality"},
		{"{{money .fact.prijs}}", "text-function", 8, "laat money weg"},
		{"één {{nam\xffe}}", "text-encoding", 0, "UTF-8"},
	} {
		t.Run(c.source, func(t *testing.T) {
			_, err := text.Compile(c.source)
			var fault *text.Error
			if !errors.As(err, &fault) {
				t.Fatalf("no fault: %v", err)
			}
			if fault.Code != c.code || fault.Offset != c.offset || !strings.Contains(strings.ToLower(fault.Dutch), strings.ToLower(c.dutch)) || fault.English == "" {
				t.Errorf("got %s at %d: %s / %s; want %s at %d: %s", fault.Code, fault.Offset, fault.Dutch, fault.English, c.code, c.offset, c.dutch)
			}
		})
	}
}

func TestUses_tellWhereAndHow(t *testing.T) {
	source := "é {{.adres}} {{if .naam}}{{.naam}}{{else}}{{.naam}}{{end}}\n{{range .ophaal}}{{date .date}} {{.fact.telefoon}} {{range .delen}}{{kind .soort}}{{end}}{{else}}{{.leeg}}{{end}}"
	at := func(s string, nth int) int {
		i := 0
		for ; nth > 0; nth-- {
			i += strings.Index(source[i:], s) + 1
		}
		return i - 1
	}
	want := []text.Use{
		{Path: "adres", Offset: at(".adres", 1)},
		{Path: "naam", Condition: true, Offset: at(".naam", 1)},
		{Path: "naam", Guarded: true, Offset: at(".naam", 2)},
		{Path: "naam", Offset: at(".naam", 3)},
		{Path: "ophaal", Range: true, Offset: at(".ophaal", 1)},
		{Path: "ophaal.date", List: "ophaal", Func: "date", Offset: at(".date", 1)},
		{Path: "fact.telefoon", Offset: at(".fact", 1)},
		{Path: "ophaal.delen", List: "ophaal", Range: true, Offset: at(".delen", 1)},
		{Path: "ophaal.delen.soort", List: "ophaal.delen", Func: "kind", Offset: at(".soort", 1)},
		{Path: "leeg", Offset: at(".leeg", 1)},
	}
	if diff := cmp.Diff(want, mustCompile(t, source).Uses()); diff != "" {
		t.Error(diff)
	}
}

func TestUses_ofAFunctionOnItsOwnName(t *testing.T) {
	got := mustCompile(t, "{{date .date}}").Uses()
	if len(got) != 1 || got[0].Offset != 7 {
		t.Errorf("got %+v", got)
	}
}

func TestLongest(t *testing.T) {
	bounds := map[string]text.Bound{
		"naam": {Longest: 60}, "ophaal": {Most: 3}, "ophaal.date": {Longest: 10}, "ophaal.kind": {Longest: 9, Word: 16},
		"fact.telefoon": {Longest: 7}, "prijs": {Longest: 5}, "ophaal.delen": {Most: 2}, "ophaal.delen.naam": {Longest: 4},
	}
	lookup := func(path string) (text.Bound, bool) { b, ok := bounds[path]; return b, ok }
	for _, c := range []struct {
		says, source string
		want         int
	}{
		{"characters, not bytes", "één €", 5},
		{"a value's own bound", "Naam: {{.naam}}.", 6 + 60 + 1},
		{"the larger branch", "{{if .naam}}ja{{else}}liever niet{{end}}", 11},
		{"a list at its most", "{{range .ophaal}}{{kind .kind}},{{end}}", 3 * 17},
		{"a list in a list", "{{range .ophaal}}{{range .delen}}{{.naam}} {{end}}{{end}}", 3 * 2 * 5},
		{"an empty list's own words", "{{range .ophaal}}x{{else}}geen bak{{end}}", 8},
		{"the longest weekday", "{{weekday .ophaal}}", len("donderdag")},
		{"the longest date, with its year", "{{date .ophaal}}", len("30 september 2027")},
		{"a slot", "{{slot .ophaal}}", len("donderdag 30 september 2027 09:30")},
		{"an amount", "{{money .prijs}}", 5 + 1 + 3 + 2},
		{"a fact in a list", "{{range .ophaal}}{{.fact.telefoon}}{{end}}", 21},
	} {
		t.Run(c.says, func(t *testing.T) {
			if got := mustCompile(t, c.source).LongestIn("nl", lookup); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
	if got := mustCompile(t, "{{weekday .x}}").Longest(lookup); got != len("poniedzialek") {
		t.Errorf("over all languages: got %d", got)
	}
}

func TestFits(t *testing.T) {
	for _, c := range []struct {
		function string
		kind     bot.FieldKind
		want     bool
	}{
		{"", bot.FieldText, true}, {"", bot.FieldDate, false}, {"", bot.FieldCode, false}, {"", bot.FieldList, false},
		{"date", bot.FieldDate, true}, {"date", bot.FieldTime, true}, {"time", bot.FieldDate, false}, {"slot", bot.FieldTime, true},
		{"money", bot.FieldNumber, true}, {"money", bot.FieldText, false}, {"kind", bot.FieldCode, true}, {"kind", bot.FieldText, false},
		{"choice", bot.FieldCode, true}, {"choice", bot.FieldDate, false}, {"printf", bot.FieldText, false},
	} {
		if got := text.Fits(c.function, c.kind); got != c.want {
			t.Errorf("Fits(%q, %s) = %v", c.function, c.kind, got)
		}
	}
}

func TestReserved(t *testing.T) {
	for name, want := range map[string]bool{"fact": true, "lines": true, "municipality": true, "team": true, "text": true, "adres": false} {
		if text.Reserved(name) != want {
			t.Errorf("Reserved(%q) = %v", name, !want)
		}
	}
}

func TestText_aLanguageWithoutTranslationReadsDutch(t *testing.T) {
	nl, en := mustCompile(t, "Dag"), mustCompile(t, "Hello")
	both := &text.Text{ID: "x", ByLanguage: map[string]*text.Template{"nl": nl, "en": en}}
	if both.In("en") != en || both.In("tr") != nl || nl.Source() != "Dag" {
		t.Error("wrong language")
	}
}

func TestRender_withoutNowNoYearIsNamed(t *testing.T) {
	world := dutch()
	world.Now = time.Time{}
	if got, err := mustCompile(t, "{{date .volgend}}").Render(world, values()); err != nil || got != "5 januari" {
		t.Errorf("got %q, %v", got, err)
	}
}
