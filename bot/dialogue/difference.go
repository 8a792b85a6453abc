package dialogue

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Difference is where a dialogue went another way: another answer than is
// written (Want beside Got), or a line with which it cannot go on.
type Difference struct {
	File           string
	Line           int
	Title          string // of the dialogue
	Dutch, English string
	Want, Got      []string
}

// differs compares an answer with what is written; nil when it matches, or
// when nothing is written.
func (a *answer) differs() *Difference {
	w := a.says.Want
	if w == nil || a.matches(w) {
		return nil
	}
	d := &Difference{Line: w.First, Want: w.Lines, Got: a.closest(w.Lines),
		Dutch: fmt.Sprintf("op %q komt een ander antwoord.", a.says.Shown), English: fmt.Sprintf("%q gets another answer.", a.says.Shown)}
	return d
}

func (a *answer) matches(w *Want) bool {
	if equal(a.lines, []string{nothing}) { // "..." stands for anything that is said, not for silence
		return equal(w.Lines, a.lines) || equal(w.Lines, []string{nothingEnglish})
	}
	_, cost := compare(w.Lines, a.closest(w.Lines))
	return cost == 0
}

// closest gives the answer with or without the sentences of the first contact,
// whichever is nearer to what is written.
func (a *answer) closest(want []string) []string {
	if a.brief == nil {
		return a.lines
	}
	_, whole := compare(want, a.lines)
	if _, brief := compare(want, a.brief); brief <= whole {
		return a.brief
	}
	return a.lines
}

func equal(a, b []string) bool { return slices.Equal(a, b) }

// cell is how wide a line of an answer gets beside another, in characters.
const cell = 46

// Write prints the difference: where, what, and the two answers side by side
// with a mark at the first line that differs. Language is "nl" or "en".
func (d Difference) Write(w io.Writer, language string) {
	sentence, want, got := d.Dutch, "verwacht", "gekregen"
	if language == "en" {
		sentence, want, got = d.English, "expected", "got"
	}
	title := ""
	if d.Title != "" {
		title = " (" + d.Title + ")"
	}
	fmt.Fprintf(w, "%s:%d: %s%s\n", d.File, d.Line, sentence, title)
	if d.Want == nil {
		return
	}
	writeRow(w, "", want, got)
	rows, _ := compare(d.Want, d.Got)
	marked, silent := false, equal(d.Got, []string{nothing})
	for i, row := range rows {
		mark := ""
		if (!row.same || silent) && !marked {
			mark, marked = "≠", true
		}
		writeRow(w, mark, d.wanted(rows, i), lineAt(d.Got, row.got))
	}
}

// wanted shows a "..." once, however many lines it stands for.
func (d Difference) wanted(rows []pair, i int) string {
	if i > 0 && rows[i].want >= 0 && rows[i].want == rows[i-1].want {
		return ""
	}
	return lineAt(d.Want, rows[i].want)
}

func lineAt(lines []string, at int) string {
	if at < 0 {
		return ""
	}
	return lines[at]
}

// writeRow wraps both cells.
func writeRow(w io.Writer, mark, left, right string) {
	a, b := wrap(left), wrap(right)
	for i := range max(len(a), len(b)) {
		line := fmt.Sprintf("  %1s %s | %s", mark, pad(cellAt(a, i)), cellAt(b, i))
		fmt.Fprintln(w, strings.TrimRight(line, " "))
		mark = ""
	}
}

func cellAt(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

func pad(s string) string { return s + strings.Repeat(" ", max(0, cell-utf8.RuneCountInString(s))) }

// wrap breaks a line at its spaces; a word that is too long stands alone.
func wrap(line string) []string {
	var out []string
	current := ""
	for word := range strings.SplitSeq(line, " ") {
		if current != "" && utf8.RuneCountInString(current)+1+utf8.RuneCountInString(word) > cell {
			out = append(out, current)
			current = word
			continue
		}
		if current != "" || len(out) > 0 && word == "" {
			current += " "
		}
		current += word
	}
	return append(out, current)
}
