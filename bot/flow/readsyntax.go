package flow

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// note adds a mistake that does not stop the reading.
func (b *tableBuilder) note(at place, code, dutch, english string) {
	b.mistakes = append(b.mistakes, mistake{at: at, code: code, dutch: dutch, english: english})
}

func (b *tableBuilder) twice(key keyPart, path string, first *node) {
	b.note(key.at, "duplicate-key",
		fmt.Sprintf(`%q staat hier twee keer: ook al op regel %d. Haal er een weg.`, path, first.keyAt.line),
		fmt.Sprintf(`%q is here twice: it is already on line %d. Remove one.`, path, first.keyAt.line))
}

// overLines notes an inline table that goes on over several lines, or ends in
// a comma: go-toml takes both (TOML 1.1), editors' tools (taplo, TOML 1.0) do not.
func (b *tableBuilder) overLines(offset int, at place) {
	var open []byte
	last := byte(0)
	for i := offset; i < len(b.data); i++ {
		switch c := b.data[i]; c {
		case '"', '\'':
			i = skipString(b.data, i) - 1
		case '#':
			i += max(bytes.IndexByte(b.data[i:], '\n'), 1) - 1
		case '{', '[':
			open = append(open, c)
		case '}', ']':
			if c == '}' && len(open) == 1 && last == ',' {
				b.note(at, "inline-comma", "achter het laatste deel tussen { en } staat een komma te veel", "there is a comma too many after the last part between { and }")
			}
			if open = open[:len(open)-1]; len(open) == 0 {
				return
			}
		case '\n':
			if len(open) == 1 {
				b.note(at, "inline-lines", "wat tussen { en } staat, moet op één regel staan", "what stands between { and } has to be on one line")
				return
			}
		}
		if c := b.data[i]; c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			last = c
		}
	}
}

// skipString gives the offset behind a string that was already read as valid.
func skipString(data []byte, i int) int {
	quote := data[i]
	triple := []byte{quote, quote, quote}
	if bytes.HasPrefix(data[i:], triple) {
		i += 3
		for i < len(data) && !bytes.HasPrefix(data[i:], triple) {
			i += escapeLength(data[i], quote)
		}
		for i < len(data) && data[i] == quote {
			i++
		}
		return min(i, len(data))
	}
	for i++; i < len(data) && data[i] != quote; {
		i += escapeLength(data[i], quote)
	}
	return min(i+1, len(data))
}

func escapeLength(c, quote byte) int {
	if c == '\\' && quote == '"' {
		return 2
	}
	return 1
}

var (
	headerLine = regexp.MustCompile(`^[ \t]*\[{1,2}[ \t]*([A-Za-z0-9_.-]+)`)
	nextHeader = regexp.MustCompile(`(?m)^\[`)
	nextThing  = regexp.MustCompile(`(?m)^(\[|[A-Za-z0-9_.-]+[ \t]*=)`)
)

// syntaxMistake puts a line that is not TOML in the editor's words, and says
// which bytes to leave out so that the rest can be read: the statement up to
// the next key or header that stands at the beginning of a line.
func (b *tableBuilder) syntaxMistake(err error, end int) (wrong *mistake, from, to int) {
	from = b.statement(end)
	offset := from
	var perr *unstable.ParserError
	if errors.As(err, &perr) {
		offset = int(b.parser.Range(perr.Highlight).Offset)
	}
	from = min(from, offset) // what is wrong may stand in a comment, which no statement begins with
	wrong = &mistake{broken: b.path}
	wrong.code, wrong.dutch, wrong.english = explainSyntax(err.Error(), b.data[offset:])
	next := nextThing
	if m := headerLine.FindSubmatch(b.data[from:]); m != nil && b.place(from).line == b.place(offset).line {
		next, wrong.broken = nextHeader, string(m[1])
	}
	wrong.at = b.place(offset)
	line := b.lines[wrong.at.line-1]
	if begins := nextThing.FindIndex(b.data[line:]); from < line && begins != nil && begins[0] == 0 && wrong.code != "toml-open-text" { // the next thing begins before this one has ended
		wrong.code, wrong.dutch, wrong.english = explainSyntax("array is incomplete", nil)
		wrong.at = b.place(b.openedAt(from, "["))
		return wrong, from, line
	}
	switch wrong.code {
	case "toml-open-text":
		wrong.at = b.place(b.openedAt(from, `"""`, "'''"))
	case "toml-open-list":
		wrong.at = b.place(b.openedAt(from, "["))
	}
	return wrong, from, b.resume(next, offset)
}

// statement skips blank lines and comments to where the broken one begins.
func (b *tableBuilder) statement(offset int) int {
	for offset < len(b.data) {
		switch b.data[offset] {
		case ' ', '\t', '\r', '\n':
			offset++
		case '#':
			offset += max(bytes.IndexByte(b.data[offset:], '\n'), 0)
			if b.data[offset] == '#' {
				return len(b.data)
			}
		default:
			return offset
		}
	}
	return offset
}

// openedAt finds the bracket or quotes that were opened and never closed.
func (b *tableBuilder) openedAt(from int, openers ...string) int {
	for _, opener := range openers {
		if i := bytes.Index(b.data[from:], []byte(opener)); i >= 0 {
			return from + i
		}
	}
	return from
}

func (b *tableBuilder) resume(next *regexp.Regexp, offset int) int {
	line := bytes.IndexByte(b.data[offset:], '\n')
	if line < 0 {
		return len(b.data)
	}
	if at := next.FindIndex(b.data[offset+line+1:]); at != nil {
		return offset + line + 1 + at[0]
	}
	return len(b.data)
}

// syntaxCase translates go-toml's messages (v2.4.3) for the usual mistakes.
type syntaxCase struct{ message, code, dutch, english string }

var syntaxCases = []syntaxCase{
	{"multiline basic string not terminated", "toml-open-text", `de tekst die met """ begint, houdt niet op: zet """ aan het eind`, `the text that begins with """ does not stop: put """ at its end`},
	{"strings cannot have new lines", "toml-quote", `hier ontbreekt het aanhalingsteken (") dat de tekst afsluit`, `the quote (") that closes the text is missing here`},
	{"multiline literal string not terminated", "toml-open-text", `de tekst die met ''' begint, houdt niet op: zet ''' aan het eind`, `the text that begins with ''' does not stop: put ''' at its end`},
	{"not terminated", "toml-quote", `hier ontbreekt het aanhalingsteken (") dat de tekst afsluit`, `the quote (") that closes the text is missing here`},
	{"expected '=' after key", "toml-equals", "hier ontbreekt het teken = tussen de naam en de waarde", "the sign = between the name and the value is missing here"},
	{"to close table name", "toml-header", "hier ontbreekt de haak ] die de naam afsluit", "the bracket ] that closes the name is missing here"},
	{"to close array table name", "toml-header", "hier ontbreken de haken ]] die de naam afsluiten", "the brackets ]] that close the name are missing here"},
	{"array is incomplete", "toml-open-list", "de lijst die met [ begint, houdt niet op: zet ] aan het eind", "the list that begins with [ does not stop: put ] at its end"},
	{"after array value", "toml-comma", "in deze lijst ontbreekt een komma of de haak ]", "a comma or the bracket ] is missing in this list"},
	{"inline table is incomplete", "toml-brace", "hier ontbreekt de haak } die afsluit", "the closing brace } is missing here"},
	{"after inline table key-value", "toml-comma", "hier ontbreekt een komma of de haak }", "a comma or the brace } is missing here"},
	{"unexpected comma", "toml-comma", "hier staat een komma te veel", "there is a comma too many here"},
	{"expected value but got U+002C", "toml-comma", "hier staat een komma te veel", "there is a comma too many here"},
	{"expected value, not end", "toml-value", "achter het teken = staat niets", "there is nothing after the sign ="},
	{"U+000A at start of value", "toml-value", "achter het teken = staat niets", "there is nothing after the sign ="},
	{"U+000D at start of value", "toml-value", "achter het teken = staat niets", "there is nothing after the sign ="},
	{"at start of value", "toml-quote", `zet tekst tussen aanhalingstekens: "…"`, `put text in quotes: "…"`},
	{"strings must be quoted", "toml-quote", `zet tekst tussen aanhalingstekens: "…"`, `put text in quotes: "…"`},
	{"expected keyword", "toml-quote", `zet tekst tussen aanhalingstekens: "…". Zonder mag alleen true of false`, `put text in quotes: "…". Without them only true or false is allowed`},
	{"leading zero", "toml-quote", `een getal begint niet met 0: zet het tussen aanhalingstekens`, `a number does not begin with 0: put it in quotes`},
	{"too many quotes", "toml-quote", "hier staan te veel aanhalingstekens", "there are too many quotes here"},
	{"expected newline", "toml-rest", `na de waarde staat nog iets. Staat er een aanhalingsteken in de tekst? Schrijf dan \"`, `something follows the value. Is there a quote in the text? Then write \"`},
	{"start of key", "toml-key", "hier moet een naam staan: letters, cijfers, - en _", "a name is expected here: letters, digits, - and _"},
	{"escape", "toml-escape", `een \ heeft in een tekst een eigen betekenis: schrijf \\`, `a \ has a meaning of its own in a text: write \\`},
	{"need a character", "toml-escape", `een \ heeft in een tekst een eigen betekenis: schrijf \\`, `a \ has a meaning of its own in a text: write \\`},
	{"UTF-8", "toml-encoding", "dit teken is niet leesbaar: sla het bestand op als UTF-8", "this character cannot be read: save the file as UTF-8"},
	{"control characters", "toml-encoding", "hier staat een onzichtbaar teken: haal het weg", "there is an invisible character here: remove it"},
}

// explainSyntax picks the sentence; rest is the file from the mistake on.
func explainSyntax(message string, rest []byte) (code, dutch, english string) {
	for _, curly := range []string{"“", "”", "„", "‘", "’"} {
		if bytes.HasPrefix(rest, []byte(curly)) {
			return "toml-quote", fmt.Sprintf(`gebruik rechte aanhalingstekens: " in plaats van %s`, curly),
				fmt.Sprintf(`use straight quotes: " instead of %s`, curly)
		}
	}
	for _, c := range syntaxCases {
		if strings.Contains(message, c.message) {
			return c.code, c.dutch, c.english
		}
	}
	return "toml", "deze regel is niet te lezen: " + message, "this line cannot be read: " + message
}
