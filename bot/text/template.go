package text

import (
	"errors"
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
	tree   *parse.Tree
	uses   []Use
}

// Use is one place where a text takes something from outside itself.
type Use struct {
	Path      string // "adres", "tijd.start", "fact.telefoon"; in a range the full path: "ophaal.date"
	List      string // the list whose range it stands in: "ophaal"; empty outside a range and for World paths
	Func      string // weekday, date, time, slot, money, kind, choice; empty: shown as it is
	Range     bool   // a range walks over it, so it has to be a list
	Condition bool   // an if looks whether there is one: it may be absent or empty
	Guarded   bool   // stands where an if on the same path has held: it may be optional
	Offset    int    // byte offset in the source, of the dot
}

// Bound is how large a value can get.
type Bound struct {
	Longest int // characters as shown
	Most    int // lists: items
	Word    int // characters of the longest word that kind or choice can give for it
}

// Source gives what was compiled.
func (t *Template) Source() string { return t.source }

// Uses lists every field of the text in the order of the source.
func (t *Template) Uses() []Use { return t.uses }

// Compile reads a text. The error is an *Error.
func Compile(source string) (*Template, error) {
	return nil, errors.New("being written")
}

// Render fills in the text.
func (t *Template) Render(w *World, values Values) (string, error) {
	return "", errors.New("being written")
}

// RenderEach fills in the text once per record of a list, with the record's
// fields in place of the flow's values: {{.lines}}, labels of choices_from.
func (t *Template) RenderEach(w *World, list bot.Value) ([]string, error) {
	return nil, errors.New("being written")
}

// Longest is an upper bound of a rendering in characters, whatever the language.
func (t *Template) Longest(lookup func(path string) (Bound, bool)) int { return 0 }

// LongestIn is an upper bound of a rendering in characters in one language.
func (t *Template) LongestIn(language string, lookup func(path string) (Bound, bool)) int { return 0 }

// Reserved tells whether a name means something in every text, so that no
// saved value may have it: municipality, fact, team, text, lines.
func Reserved(name string) bool { return false }

// Fits tells whether a text may show a value of a kind with a function ("" for none).
func Fits(function string, kind bot.FieldKind) bool { return false }
