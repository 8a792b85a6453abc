package privacy

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// sentence is what the guard judges at a time: its clauses, in folded words.
type sentence struct {
	text     string
	clauses  [][]string
	next     [][]string // those of the sentence behind it
	digid    bool       // it speaks of DigiD
	question bool       // it ends on a question mark
	label    bool       // it is nothing but the names of identifiers
	trouble  bool       // it speaks of what happened to one
}

// readSentences cuts a text into sentences and clauses. What stands between
// braces in a template counts as a word. A list goes with the line above that
// announces it.
func (g *guard) readSentences(text string) []sentence {
	text = withoutActions(text)
	cells := fold(text)
	var out []sentence
	var s sentence
	var clause []string
	var word strings.Builder
	start := int32(0)
	endWord := func() {
		if word.Len() > 0 {
			clause = append(clause, word.String())
			word.Reset()
		}
	}
	endClause := func() {
		endWord()
		s.clauses = append(s.clauses, g.cut(spelledOut(clause))...)
		clause = nil
	}
	for i, c := range cells {
		if c.class == letter || c.class == digit {
			word.WriteRune(c.r)
			continue
		}
		switch boundary(cells, i) {
		case insideWord:
			continue
		case betweenWords:
			endWord()
		case betweenClauses:
			endClause()
		case betweenSentences:
			endClause()
			s.text, s.question = strings.TrimSpace(text[start:c.end]), c.r == '?' || c.r == '؟'
			out, s, start = append(out, s), sentence{}, c.end
		}
	}
	endClause()
	s.text = strings.TrimSpace(text[start:])
	return append(out, s)
}

// withoutActions puts a word where a template puts a value.
func withoutActions(text string) string {
	if !strings.Contains(text, "{{") {
		return text
	}
	var out strings.Builder
	for {
		from := strings.Index(text, "{{")
		if from < 0 {
			break
		}
		length := strings.Index(text[from:], "}}")
		if length < 0 {
			break
		}
		out.WriteString(text[:from])
		out.WriteString(" waarde ")
		text = text[from+length+2:]
	}
	out.WriteString(text)
	return out.String()
}

// The boundaries that a character can be.
const (
	insideWord = iota
	betweenWords
	betweenClauses
	betweenSentences
)

func boundary(cells []cell, i int) int {
	r := cells[i].r
	spaceAfter := i+1 == len(cells) || white(cells[i+1])
	spaceBefore := i == 0 || white(cells[i-1])
	switch {
	case r == '!' || r == '?' || r == '؟' || r == '…' || r == '。':
		return betweenSentences
	case r == '.' && spaceAfter && !spaceBefore:
		return betweenSentences
	case r == '\n':
		return lineBoundary(cells, i)
	case r == ',' && spaceAfter, r == ':', r == ';', r == '(', r == ')', r == '-' && spaceAfter && spaceBefore:
		return betweenClauses
	}
	return betweenWords
}

// lineBoundary keeps a list together with the line that announces it.
func lineBoundary(cells []cell, i int) int {
	before, after := i-1, i+1
	for before >= 0 && white(cells[before]) {
		if cells[before].r == '\n' {
			return betweenWords // the first line end of several says it for all
		}
		before--
	}
	for after < len(cells) && white(cells[after]) {
		after++
	}
	if before >= 0 && (cells[before].r == ':' || cells[before].r == ',') {
		return betweenClauses
	}
	if after < len(cells) && cells[after].class != letter && strings.ContainsRune("-.*•", cells[after].r) {
		return betweenClauses
	}
	return betweenSentences
}

// spelledOut joins letters that stand alone ("b.s.n.") into one word.
func spelledOut(in []string) []string {
	var out []string
	joined := false
	for _, w := range in {
		single := utf8.RuneCountInString(w) == 1 && (w[0] < '0' || w[0] > '9')
		if single && joined && len(out[len(out)-1]) < longestWord {
			out[len(out)-1] += w
			continue
		}
		out = append(out, w)
		joined = single
	}
	return out
}

// cut splits a clause further, before words that begin a new one ("maar",
// "als"), and before "en" when a request or another verb follows.
func (g *guard) cut(clause []string) [][]string {
	var out [][]string
	from := 0
	for i := 1; i < len(clause); i++ {
		_, breaks := g.breaks.at(clause, i)
		if breaks == 0 && slices.Contains(conjunctions, clause[i]) && i+1 < len(clause) {
			rest := clause[i+1:]
			_, asks := g.asks.at(rest, 0)
			_, mentions := g.mentions.at(rest, 0)
			breaks = asks + mentions
		}
		if breaks > 0 || i-from == longestClause {
			out, from = append(out, clause[from:i]), i
		}
	}
	if from < len(clause) {
		out = append(out, clause[from:])
	}
	return out
}

// longestClause is how many words are judged together: no sentence is longer
// without a comma, and the work stays in step with the text.
const longestClause = 60

// conjunctions, folded, of all languages.
var conjunctions = []string{"en", "and", "und", "et", "ve", "oraz", "і", "та", "و"}
