package text

import (
	"fmt"
	"strings"
	"text/template"
	"text/template/parse"

	"github.com/gemeentebode/bode/bot"
)

// Error is what is wrong with the source of a text, in the editor's words.
type Error struct {
	Offset  int    // bytes from the start of the source
	Code    string // stable, for tests and tools: "text-function"
	Dutch   string
	English string
}

func (e *Error) Error() string { return e.English }

// Template is one compiled text. It never changes after Compile; any number
// of goroutines may render it.
type Template struct {
	source string
	uses   []Use
	root   *parse.ListNode
	needs  *plan
	exec   *template.Template
	static bool
	fixed  string // the whole rendering when nothing varies
}

// Use is one place where a text takes something from outside itself.
type Use struct {
	Path      string // "adres", "tijd.start", "fact.telefoon"; in a range the full path: "ophaal.date"
	List      string // the list whose range it stands in: "ophaal"; empty outside a range and for what the World answers
	Func      string // weekday, date, time, slot, money, kind, choice; empty: shown as it is
	Range     bool   // a range walks over it, so it has to be a list
	Condition bool   // an if looks whether there is one: it may be absent or empty
	Guarded   bool   // stands where an if on the same path has held: it may be optional
	Offset    int    // byte offset in the source, of the dot
}

// Source gives what was compiled.
func (t *Template) Source() string { return t.source }

// Uses lists every field of the text in the order of the source.
func (t *Template) Uses() []Use { return t.uses }

// Compile reads a text: plain words, fields, if, else, range over a list and
// our functions. Anything else is an error, which is always an *Error.
//
// A line that holds nothing but if, else, range or end leaves no line behind.
func Compile(source string) (*Template, error) {
	uses, fault := scan(source)
	if fault != nil {
		return nil, fault
	}
	tree := parse.New("text")
	tree.Mode = parse.SkipFuncCheck // scan has judged the functions, and the plan takes them out
	tree, err := tree.Parse(withoutBlockLines(source), "", "", map[string]*parse.Tree{})
	if err != nil {
		return nil, unreadable(err)
	}
	t := &Template{source: source, uses: uses, root: tree.Root, needs: &plan{}}
	if err := t.needs.list(tree.Root); err != nil {
		return nil, unreadable(err)
	}
	if t.exec, err = template.New("text").Option("missingkey=error").AddParseTree("text", tree); err != nil {
		return nil, unreadable(err)
	}
	if len(uses) == 0 {
		t.static, t.fixed = true, tidy(source)
	}
	return t, nil
}

// unreadable is for what scan let through and text/template did not; the
// tests know of no such text.
func unreadable(err error) *Error {
	return mistake(0, "text-syntax", fmt.Sprintf("deze tekst is niet te lezen (%v)", err), fmt.Sprintf("this text cannot be read (%v)", err))
}

func withoutBlockLines(source string) string {
	return blockLine.ReplaceAllStringFunc(source, func(line string) string { return strings.Trim(line, " \t\r\n") })
}

// Render fills in the text. Only the values that the text uses are read. A
// missing value is an error that names the field and holds no value.
func (t *Template) Render(w *World, values Values) (string, error) {
	return t.render(w, scope{values: values})
}

// RenderItem fills in the text with the fields of one record in place of the
// flow's values: a line of {{.lines}}, a label of choices_from.
func (t *Template) RenderItem(w *World, item bot.Value) (string, error) {
	return t.render(w, scope{item: strings.TrimSpace(item.Reveal())})
}

// RenderEach is RenderItem for every record of a list, in its order.
func (t *Template) RenderEach(w *World, list bot.Value) ([]string, error) {
	var out []string
	for item := range elements(list.Reveal()) {
		line, err := t.render(w, scope{item: item})
		if err != nil {
			return nil, err
		}
		out = append(out, line)
	}
	return out, nil
}

func (t *Template) render(w *World, from scope) (string, error) {
	if t.static {
		return t.fixed, nil
	}
	f := filling{world: w, words: wordsOf(w.Language)}
	data := f.data(t.needs, from)
	var b strings.Builder
	b.Grow(len(t.source) + 128)
	if err := t.exec.Execute(&b, data); err != nil {
		if f.failed != nil {
			return "", fmt.Errorf("render text: %w", f.failed)
		}
		return "", fmt.Errorf("render text: %w", err)
	}
	return tidy(b.String()), nil
}

// tidy takes away white space around a text and more than one blank line
// within it, which an if or range that came out empty leaves behind.
func tidy(s string) string {
	s = strings.TrimSpace(s)
	for strings.Contains(s, "\n\n\n") {
		s = strings.ReplaceAll(s, "\n\n\n", "\n\n")
	}
	return s
}
