package text_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/text"
)

// Whatever an editor types and a service returns, Compile and Render come
// back, the one with a fault inside the source, the other within reason.
func FuzzCompileRender(f *testing.F) {
	for _, source := range []string{typical, "{{range .x}}{{date .y}}{{else}}{{kind .z}}{{end}}", "{{if .x}}\n{{else if .y.z}}\n{{- end -}}",
		"{{range 200000000}}{{end}}", `{{define "x"}}{{template "x"}}{{end}}`, "{{\n.x\t}}", "{{- /*x*/ -}}", "}}{{", "{{.x}", "\n\n\n{{.municipality}}\n\n\n"} {
		f.Add(source, `{"label":"a","y":"2026-11-20","z":[1,2,{"y":"\u00e9"}]}`)
		f.Add(source, `[{"y":"2026-11-20"},{"y":1e300},"x",null,[[[`)
	}
	f.Fuzz(func(t *testing.T, source, raw string) {
		tmpl, err := text.Compile(source)
		if err != nil {
			var fault *text.Error
			if !errors.As(err, &fault) || fault.Offset < 0 || fault.Offset > len(source) || fault.Dutch == "" || fault.English == "" {
				t.Fatalf("%q: %#v", source, err)
			}
			if fault.Code == "text-syntax" {
				t.Fatalf("%q got past the scanner: %v", source, err)
			}
			return
		}
		for _, use := range tmpl.Uses() {
			if use.Offset >= len(source) || source[use.Offset] != '.' {
				t.Fatalf("%q: %+v does not stand at a field", source, use)
			}
		}
		value := bot.RawValue([]byte(raw))
		got, err := tmpl.Render(dutch(), text.Values{"x": value, "y": value, "z": value, "adres": value, "lines": value})
		if most := (len(source) + 1) * (len(raw) + 400) * (len(raw) + 1); err == nil && len(got) > most {
			t.Fatalf("%d bytes of source and %d of values became %d", len(source), len(raw), len(got))
		}
	})
}

// What Longest promises, no rendering within the bounds breaks, in any language.
func TestLongest_isNeverLessThanARendering(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := generated{T: t, values: map[string]any{}, bounds: map[string]text.Bound{}, world: dutch()}
		g.world.Language = rapid.SampledFrom([]string{"nl", "en", "uk", "pl", "ar", "tr"}).Draw(t, "language")
		g.bounds["fact.telefoon"] = text.Bound{Longest: 7}
		source := g.body("", g.values, 0)
		tmpl, err := text.Compile(source)
		if err != nil {
			t.Fatalf("%q: %v", source, err)
		}
		values := text.Values{}
		for name, v := range g.values {
			values[name] = bot.ValueOf(v)
		}
		got, err := tmpl.Render(g.world, values)
		if err != nil {
			t.Fatalf("%q: %v", source, err)
		}
		lookup := func(path string) (text.Bound, bool) { b, ok := g.bounds[path]; return b, ok }
		bound := tmpl.LongestIn(g.world.Language, lookup)
		if text.Length(got) > bound || bound > tmpl.Longest(lookup) {
			t.Fatalf("%q became %d characters, bound %d: %q", source, text.Length(got), bound, got)
		}
		if strings.Contains(got, "\n\n\n") || got != strings.TrimSpace(got) {
			t.Fatalf("not tidy: %q", got)
		}
	})
}

// generated builds a source, values for it and their bounds together.
type generated struct {
	*rapid.T
	values map[string]any
	bounds map[string]text.Bound
	world  *text.World
	names  int
}

func (g *generated) body(scope string, record map[string]any, depth int) string {
	var b strings.Builder
	for range rapid.IntRange(0, 4).Draw(g.T, "parts") {
		b.WriteString(g.part(scope, record, depth))
	}
	return b.String()
}

func (g *generated) part(scope string, record map[string]any, depth int) string {
	kinds := 4
	if depth < 2 {
		kinds = 6
	}
	switch rapid.IntRange(0, kinds-1).Draw(g.T, "part") {
	case 0:
		return rapid.StringMatching(`[a-zé \n•]{0,12}`).Draw(g.T, "words")
	case 1:
		return "{{.fact.telefoon}}"
	case 2, 3:
		return g.field(scope, record)
	case 4:
		name := g.name()
		if rapid.Bool().Draw(g.T, "there") {
			record[name] = true
		}
		return "{{if ." + name + "}}\n" + g.body(scope, record, depth+1) + "{{else}}" + g.body(scope, record, depth+1) + "\n{{end}}"
	default:
		return g.list(scope, record, depth)
	}
}

func (g *generated) name() string {
	g.names++
	return fmt.Sprintf("v%d", g.names)
}

func (g *generated) field(scope string, record map[string]any) string {
	name := g.name()
	function := rapid.SampledFrom([]string{"", "", "label", "number", "weekday", "date", "time", "slot", "money", "kind", "choice"}).Draw(g.T, "function")
	bound := text.Bound{}
	switch function {
	case "weekday", "date", "time", "slot":
		record[name] = rapid.StringMatching(`20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T[01][0-9]:[0-5][0-9]:00Z`).Draw(g.T, "moment")
	case "money", "number":
		n := json.Number(rapid.StringMatching(`-?(0|[1-9][0-9]{0,9})(\.[0-9]{1,4})?`).Draw(g.T, "number"))
		record[name], bound.Longest = n, len(n)
	case "kind", "choice":
		record[name] = rapid.SampledFrom([]string{"gft", "papier", "wegdek", "onbekend"}).Draw(g.T, "code")
		bound = text.Bound{Longest: 8, Word: 17}
	case "label":
		label := rapid.String().Draw(g.T, "label")
		record[name], bound.Longest = map[string]any{"nummer": 1, "label": label}, text.Length(label)
	default:
		s := rapid.String().Draw(g.T, "text")
		record[name], bound.Longest = s, text.Length(s)
	}
	g.bounds[scope+name] = bound
	return "{{" + strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(function, "label"), "number")+" ."+name) + "}}"
}

func (g *generated) list(scope string, record map[string]any, depth int) string {
	name, item := g.name(), map[string]any{}
	body := g.body(scope+name+".", item, depth+1)
	var items []any
	for range rapid.IntRange(0, 4).Draw(g.T, "items") {
		items = append(items, item)
	}
	record[name] = append([]any{}, items...)
	g.bounds[scope+name] = text.Bound{Most: len(items) + rapid.IntRange(0, 2).Draw(g.T, "room")}
	return "{{range ." + name + "}}\n" + body + "\n{{else}}\n" + g.body(scope, record, depth+1) + "{{end}}"
}

// A value reads the same as it would through encoding/json.
func FuzzValueReadsAsEncodingJSONDoes(f *testing.F) {
	for _, s := range []string{"", "Domplein 12", `"quoted" \ and <b>`, "één\n\u2028\x00", "\xff", "😀"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, label, other string) {
		value := bot.ValueOf(map[string]any{"a": other, "label": label, "z": []any{other, map[string]any{"label": "no"}, 1, nil, true}})
		var want struct{ A, Label string }
		if err := value.Into(&want); err != nil {
			t.Fatal(err)
		}
		got, err := mustCompile(t, "<{{.x}}|{{.x.label}}|{{.x.a}}>").Render(dutch(), text.Values{"x": value})
		plain := "<" + want.Label + "|" + want.Label + "|" + want.A + ">"
		for strings.Contains(plain, "\n\n\n") {
			plain = strings.ReplaceAll(plain, "\n\n\n", "\n\n")
		}
		if err != nil || got != plain || !utf8.ValidString(got) {
			t.Fatalf("got %q, %v; want %q", got, err, plain)
		}
	})
}
