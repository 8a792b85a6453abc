package text

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// functions are all that a text may call.
var functions = []string{"weekday", "date", "time", "slot", "money", "kind", "choice"}

// blocks are the words that open, turn or close a part of a text.
var blocks = []string{"if", "range", "else", "end"}

// deepest is how far if and range may stand inside each other.
const deepest = 4

var (
	pathShape = regexp.MustCompile(`^(\.[A-Za-z_][A-Za-z0-9_]*)+$`)
	nameShape = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	// blockLine is a line with nothing but if, range, else and end on it.
	blockLine = regexp.MustCompile(`(?m)^[ \t]*((?:\{\{-?\s*(?:if|range|else|end)\b[^{}]*\}\}[ \t]*)+)(?:\r?\n|\z)`)
)

// scanner reads a source once, before text/template does: text/template knows
// only the line of a syntax error, an editor wants the place and a sentence.
type scanner struct {
	source string
	uses   []Use
	open   []block
}

type block struct {
	word   string
	start  int    // of its braces
	path   string // full path of the list or the condition
	turned bool   // its else has been seen
}

func scan(source string) ([]Use, *Error) {
	if !utf8.ValidString(source) {
		return nil, mistake(0, "text-encoding", "deze tekst is geen geldige UTF-8", "this text is not valid UTF-8")
	}
	s := &scanner{source: source}
	for at := 0; ; {
		start, end, err := s.next(at)
		if err != nil || start < 0 {
			return s.uses, firstError(err, s.unclosed())
		}
		if err := s.action(start, end); err != nil {
			return nil, err
		}
		at = end
	}
}

func firstError(errs ...*Error) *Error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// next finds the following {{...}}; start is negative when there is none.
func (s *scanner) next(at int) (start, end int, err *Error) {
	rest := s.source[at:]
	open, shut := strings.Index(rest, "{{"), strings.Index(rest, "}}")
	switch {
	case open < 0 && shut < 0:
		return -1, 0, nil
	case open < 0 || shut >= 0 && shut < open:
		return 0, 0, mistake(at+shut, "text-braces", `hier staat }} zonder {{ ervoor`, `}} without {{ before it`)
	}
	length := strings.Index(rest[open:], "}}")
	if length < 0 {
		return 0, 0, mistake(at+open, "text-braces", `hier begint {{, maar }} ontbreekt`, `{{ is not closed by }}`)
	}
	return at + open, at + open + length + 2, nil
}

func (s *scanner) unclosed() *Error {
	if len(s.open) == 0 {
		return nil
	}
	b := s.open[len(s.open)-1]
	return mistake(b.start, "text-end",
		fmt.Sprintf(`bij {{%s}} ontbreekt {{end}}`, b.word), fmt.Sprintf(`{{%s}} has no {{end}}`, b.word))
}

// action judges one {{...}}.
func (s *scanner) action(start, end int) *Error {
	body := inside(s.source[start:end])
	words := strings.FieldsFunc(body, isBlank)
	switch {
	case len(words) == 0:
		return mistake(start, "text-empty", `tussen {{ en }} staat niets`, `there is nothing between {{ and }}`)
	case words[0] == "end":
		return s.end(start, words[1:])
	case words[0] == "else":
		return s.turn(start, end, words[1:])
	case slices.Contains(blocks, words[0]):
		return s.begin(start, end, words[0], words[1:])
	default:
		return s.show(start, end, words)
	}
}

// inside gives what stands between the braces and their trim marks.
func inside(action string) string {
	body := action[2 : len(action)-2]
	if len(body) > 1 && body[0] == '-' && isBlank(rune(body[1])) {
		body = body[1:]
	}
	if n := len(body); n > 1 && body[n-1] == '-' && isBlank(rune(body[n-2])) {
		body = body[:n-1]
	}
	return body
}

// isBlank is what text/template takes for a space: fewer characters than
// unicode does; a no-break space that was pasted along is not one.
func isBlank(r rune) bool { return r == ' ' || r == '\t' || r == '\r' || r == '\n' }

func (s *scanner) end(start int, more []string) *Error {
	if len(more) > 0 {
		return mistake(start, "text-extra", `na end hoort niets: schrijf {{end}}`, `nothing goes after end: write {{end}}`)
	}
	if len(s.open) == 0 {
		return mistake(start, "text-end", `{{end}} zonder {{if}} of {{range}} ervoor`, `{{end}} without {{if}} or {{range}} before it`)
	}
	s.open = s.open[:len(s.open)-1]
	return nil
}

func (s *scanner) turn(start, end int, words []string) *Error {
	if len(s.open) == 0 || s.open[len(s.open)-1].turned {
		return mistake(start, "text-else", `{{else}} hoort bij geen {{if}} of {{range}}`, `{{else}} belongs to no {{if}} or {{range}}`)
	}
	top := &s.open[len(s.open)-1]
	top.turned = true
	if len(words) == 0 {
		return nil
	}
	if words[0] != "if" || top.word != "if" {
		return mistake(start, "text-else", `schrijf {{else}}, of na een if {{else if .waarde}}`, `write {{else}}, or {{else if .value}} after an if`)
	}
	// One {{end}} closes the whole chain, so the new condition takes the place of the old.
	chain := top.start
	s.open = s.open[:len(s.open)-1]
	if err := s.begin(start, end, "if", words[1:]); err != nil {
		return err
	}
	s.open[len(s.open)-1].start = chain
	return nil
}

// begin opens an if or a range.
func (s *scanner) begin(start, end int, word string, args []string) *Error {
	if len(args) != 1 {
		return mistake(start, "text-"+word,
			fmt.Sprintf(`na %s hoort precies een waarde, bijvoorbeeld {{%s .adres}}`, word, word),
			fmt.Sprintf(`%s takes exactly one value, as in {{%s .adres}}`, word, word))
	}
	use, err := s.field(start, end, args[0])
	if err != nil {
		return err
	}
	if word == "range" && worldly(use.Path) {
		return mistake(use.Offset, "text-range", fmt.Sprintf(`%s is geen lijst`, args[0]), fmt.Sprintf(`%s is not a list`, args[0]))
	}
	if len(s.open) == deepest {
		return mistake(start, "text-depth", `te veel if en range in elkaar`, `if and range are nested too deeply`)
	}
	use.Range, use.Condition = word == "range", word == "if"
	s.uses = append(s.uses, use)
	s.open = append(s.open, block{word: word, start: start, path: use.Path})
	return nil
}

// show judges a field, with or without a function before it.
func (s *scanner) show(start, end int, words []string) *Error {
	function, args := "", words
	if slices.Contains(functions, words[0]) {
		function, args = words[0], words[1:]
	} else if !strings.HasPrefix(words[0], ".") {
		return s.unknown(start, words[0], s.find(start, end, words[0]))
	}
	if len(args) != 1 {
		return s.count(start, function, args)
	}
	use, err := s.field(start, end, args[0])
	if err != nil {
		return err
	}
	if function != "" && worldly(use.Path) {
		return mistake(use.Offset, "text-function", fmt.Sprintf(`%s is al een tekst: laat %s weg`, args[0], function),
			fmt.Sprintf(`%s is a text already: leave out %s`, args[0], function))
	}
	use.Func = function
	s.uses = append(s.uses, use)
	return nil
}

func (s *scanner) count(start int, function string, args []string) *Error {
	if function == "" {
		return mistake(start, "text-extra", fmt.Sprintf(`achter %s staat te veel`, args[0]), fmt.Sprintf(`too much after %s`, args[0]))
	}
	return mistake(start, "text-arguments", fmt.Sprintf(`na %s hoort precies een waarde, bijvoorbeeld {{%s .datum}}`, function, function),
		fmt.Sprintf(`%s takes exactly one value, as in {{%s .datum}}`, function, function))
}

// field reads a path and says where it stands: in which range, under which if.
func (s *scanner) field(start, end int, word string) (Use, *Error) {
	at := s.find(start, end, word)
	if !pathShape.MatchString(word) {
		return Use{}, s.badPath(at, word)
	}
	use := Use{Path: word[1:], Offset: at}
	if err := worldShape(at, use.Path); err != nil {
		return Use{}, err
	}
	if !worldly(use.Path) {
		if use.List = s.list(); use.List != "" {
			use.Path = use.List + "." + use.Path
		}
	}
	use.Guarded = s.guarded(use.Path)
	return use, nil
}

// list is the list whose range we are in.
func (s *scanner) list() string {
	for i := len(s.open) - 1; i >= 0; i-- {
		if b := s.open[i]; b.word == "range" && !b.turned {
			return b.path
		}
	}
	return ""
}

func (s *scanner) guarded(path string) bool {
	return slices.ContainsFunc(s.open, func(b block) bool {
		return b.word == "if" && !b.turned && (b.path == path || strings.HasPrefix(path, b.path+"."))
	})
}

func (s *scanner) find(start, end int, word string) int {
	return start + max(strings.Index(s.source[start:end], word), 0)
}

func (s *scanner) badPath(at int, word string) *Error {
	name := strings.TrimPrefix(word, ".")
	switch {
	case name == "":
		return mistake(at, "text-dot", `een losse punt zegt niet welke waarde u bedoelt`, `a dot alone does not say which value is meant`)
	case nameShape.MatchString(name):
		return mistake(at, "text-dot", fmt.Sprintf(`voor %s ontbreekt een punt: schrijf .%s`, name, name), fmt.Sprintf(`%s lacks its dot: write .%s`, name, name))
	default:
		return mistake(at, "text-path", fmt.Sprintf(`%s is geen naam: gebruik letters, cijfers, _ en punten`, word),
			fmt.Sprintf(`%s is not a name: use letters, digits, _ and dots`, word))
	}
}

// unknown explains a word that may not stand in a text.
func (s *scanner) unknown(start int, word string, at int) *Error {
	near := Near(word, functions)
	switch {
	case near != "" && near != word:
		return mistake(at, "text-function", fmt.Sprintf(`%q ken ik niet. Bedoelt u %q?`, word, near), fmt.Sprintf(`unknown %q. Did you mean %q?`, word, near))
	case strings.HasPrefix(word, "/*"):
		return mistake(start, "text-comment", `een opmerking mag niet in een tekst: zet haar met # in het bestand`, `no comments in a text: put them in the file, after #`)
	case strings.HasPrefix(word, "$"):
		return mistake(at, "text-forbidden", `variabelen mogen niet in een tekst`, `variables are not allowed in a text`)
	case nameShape.MatchString(word) && !slices.Contains(forbidden, word):
		return mistake(at, "text-function", fmt.Sprintf(`%q ken ik niet. Bedoelt u een waarde? Schrijf dan .%s`, word, word),
			fmt.Sprintf(`unknown %q. If you mean a value, write .%s`, word, word))
	default:
		return mistake(at, "text-forbidden", fmt.Sprintf(`%q mag niet in een tekst`, word), fmt.Sprintf(`%q is not allowed in a text`, word))
	}
}

// forbidden are words of text/template that a text may not use: an editor who
// writes one does not mean a value of that name.
var forbidden = []string{"with", "define", "template", "block", "break", "continue", "and", "or", "not", "eq", "ne", "lt", "le",
	"gt", "ge", "len", "index", "slice", "print", "printf", "println", "html", "js", "urlquery", "call", "nil", "true", "false"}

func mistake(offset int, code, dutch, english string) *Error {
	return &Error{Offset: offset, Code: code, Dutch: dutch, English: english}
}

// Near gives the known name that a misspelled one may have meant: at most one
// letter in three wrong. Empty when none is near.
func Near(name string, known []string) string {
	best, distance := "", max(utf8.RuneCountInString(name)/3, 1)+1
	for _, k := range known {
		if d := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(k)); d < distance {
			best, distance = k, d
		}
	}
	return best
}
