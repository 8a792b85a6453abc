package studio

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/gemeentebode/bode/bot/flow"
)

//go:embed page.html
var pageSource string

//go:embed static
var assets embed.FS

// pages holds the page and the fragments that are pushed into it.
var pages = template.Must(template.New("page").Parse(pageSource))

// bundleView is what the page shows of the live bundle.
type bundleView struct {
	Hash         string     `json:"hash"`
	Municipality string     `json:"municipality"`
	Flows        []flowView `json:"flows"` // the menu's first
	Try          []string   `json:"try"`   // sentences to begin with
}

type flowView struct {
	Name  string `json:"name"`
	Title string `json:"title"`
}

func (s *studio) bundleView(b *flow.Bundle, language string) bundleView {
	v := bundleView{Hash: b.Hash, Municipality: b.Shared.Municipality, Try: s.suggestions(b, language)}
	for _, name := range inOrder(b) {
		v.Flows = append(v.Flows, flowView{name, s.title(b, name, language)})
	}
	return v
}

// inOrder is every flow, as in the menu and then by name.
func inOrder(b *flow.Bundle) []string {
	var out []string
	for _, name := range b.Shared.Menu {
		if b.Flows[name] != nil {
			out = append(out, name)
		}
	}
	var rest []string
	for name := range b.Flows {
		if !slices.Contains(out, name) {
			rest = append(rest, name)
		}
	}
	sort.Strings(rest)
	return append(out, rest...)
}

// suggestions are three sentences to begin with: real questions about what the
// flows have keywords for, then their titles, then the menu.
func (s *studio) suggestions(b *flow.Bundle, language string) []string {
	const enough = 3
	w := wordsOf(language)
	var out []string
	for _, try := range tries[w.Language] {
		if hasKeyword(b, language, try.keyword) {
			out = append(out, try.sentence)
		}
	}
	for _, name := range b.Shared.Menu {
		if b.Flows[name] != nil {
			out = append(out, s.title(b, name, language))
		}
	}
	if menu := b.Shared.Words.Menu[language]; len(menu) > 0 {
		out = append(out, menu[0])
	}
	return out[:min(len(out), enough)]
}

func hasKeyword(b *flow.Bundle, language, keyword string) bool {
	for _, f := range b.Flows {
		for _, k := range f.Keywords[language] {
			if strings.Contains(strings.ToLower(k), keyword) {
				return true
			}
		}
	}
	return false
}

// faultsView is what is wrong with the folder on disk.
type faultsView struct {
	Count int    `json:"count"` // 0: what is on disk is live
	Hints int    `json:"hints"`
	HTML  string `json:"html"`
}

type faultView struct{ Place, Sentence, Dialogue string }

func (s *studio) faultsView(language string) faultsView {
	w := wordsOf(language)
	var wrong, hints []faultView
	for _, f := range s.Faults() {
		v := faultView{Place: faultPlace(f), Sentence: f.Dutch, Dialogue: strings.Join(f.Dialogue, " → ")}
		if w.Language == "en" {
			v.Sentence = f.English
		}
		if f.Hint {
			hints = append(hints, v)
		} else {
			wrong = append(wrong, v)
		}
	}
	title := w.T("faults.one")
	if len(wrong) != 1 {
		title = w.F("faults.more", len(wrong))
	}
	var b strings.Builder
	if err := pages.ExecuteTemplate(&b, "faults", map[string]any{"W": w, "Title": title, "Wrong": wrong, "Hints": hints}); err != nil {
		return faultsView{Count: len(wrong)}
	}
	return faultsView{len(wrong), len(hints), b.String()}
}

func faultPlace(f flow.Fault) string {
	if f.Line == 0 {
		return f.File
	}
	return fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column)
}

// page gives the page itself, and a phone to a browser that has none.
func (s *studio) page(w http.ResponseWriter, r *http.Request) {
	b, err := s.Bundle(r.Context())
	if err != nil {
		http.Error(w, "no flows are live", http.StatusServiceUnavailable)
		return
	}
	lang := language(r)
	var out bytes.Buffer
	if err := pages.ExecuteTemplate(&out, "page", map[string]any{
		"W": wordsOf(lang), "Bundle": s.bundleView(b, lang), "Places": examplePlaces,
	}); err != nil {
		http.Error(w, "the page cannot be made", http.StatusInternalServerError)
		return
	}
	if number(r) == "" {
		setCookie(w, numberCookie, newNumber())
	}
	if r.URL.Query().Has("lang") {
		setCookie(w, languageCookie, lang)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	out.WriteTo(w)
}

var assetTypes = map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}

// serveAsset gives a script, style or drawing of the page; the names of the
// embedded folder are the only ones there are.
func serveAsset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	data, err := assets.ReadFile(path.Join("static", path.Clean("/"+name)))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", assetTypes[path.Ext(name)])
	w.Write(data)
}
