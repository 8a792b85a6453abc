package dialogue

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gemeentebode/bode/bot/flow"
)

// between separates two dialogues of a file.
const between = "---"

// Read reads a .chat file. All faults come at once; the file is nil when there
// is one.
func Read(name string, data []byte) (*File, flow.Faults) {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic(err) // without the zone's rules no time that we read is right
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	r := &reader{file: &File{Name: name, lines: splitLines(text)}, zone: zone, now: &Dialogue{Line: 1}, commented: -1}
	for i, line := range r.file.lines {
		r.number = i + 1
		r.line(line)
	}
	r.closeDialogue()
	if len(r.faults) > 0 {
		return nil, inOrder(r.faults)
	}
	return r.file, nil
}

func inOrder(faults flow.Faults) flow.Faults {
	slices.SortStableFunc(faults, func(a, b flow.Fault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return faults
}

func splitLines(text string) []string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if n := len(lines); lines[n-1] == "" {
		lines = lines[:n-1]
	}
	return lines
}

// reader goes through the lines from the top.
type reader struct {
	file   *File
	zone   *time.Location
	faults flow.Faults
	number int // of the line, from 1

	now       *Dialogue
	says      *Says // the last message of this dialogue
	continues bool  // an indented line is more of it, or of its answer
	blanks    int   // empty lines since; they count only when more follows
	clock     time.Time
	clockless bool // it was said that the clock is missing
	commented int  // the last line that is a comment
}

// fault notes a mistake at a column, counted in characters from 1.
func (r *reader) fault(column int, code, dutch, english string) {
	r.faults = append(r.faults, flow.Fault{File: r.file.Name, Line: r.number, Column: column, Code: code, Dutch: dutch, English: english})
}

func (r *reader) line(line string) {
	if !utf8.ValidString(line) {
		r.fault(1, "chat-utf8", "Deze regel is geen leesbare tekst. Sla het bestand op als UTF-8.", "This line is not readable text. Save the file as UTF-8.")
		return
	}
	switch trimmed := strings.TrimSpace(line); {
	case trimmed == "":
		r.blanks++
		return
	case line[0] == ' ' || line[0] == '\t':
		r.more(trimmed, line)
	default:
		r.continues = false
		r.begin(line)
	}
	r.blanks = 0
}

// more adds an indented line to the message or answer above it.
func (r *reader) more(trimmed, line string) {
	if !r.continues {
		r.fault(indent(line), "chat-loose", "Deze ingesprongen regel hoort nergens bij. Erboven moet een > of een < staan.",
			"This indented line belongs to nothing. Above it must stand a > or a <.")
		return
	}
	if w := r.says.Want; w != nil {
		w.Lines = append(append(w.Lines, make([]string, r.blanks)...), trimmed)
		w.Last = r.number
		return
	}
	r.says.Shown += strings.Repeat("\n", r.blanks+1) + trimmed
	r.says.Last = r.number
}

func indent(line string) int {
	return utf8.RuneCountInString(line) - utf8.RuneCountInString(strings.TrimLeft(line, " \t")) + 1
}

// begin goes by the first word of a line that is not indented.
func (r *reader) begin(line string) {
	switch {
	case line[0] == '#':
		if len(r.now.Steps) == 0 && r.commented != r.number-1 {
			r.now.Title = strings.TrimSpace(strings.TrimLeft(line, "#"))
		}
		r.commented = r.number
	case strings.TrimSpace(line) == between:
		r.closeDialogue()
		r.now, r.clock, r.clockless = &Dialogue{Line: r.number + 1}, time.Time{}, false
	case line[0] == '>':
		r.said(line)
	case line[0] == '<':
		r.answer(line)
	default:
		r.directive(line)
	}
}

// directive is at, lang, service or pending.
func (r *reader) directive(line string) {
	word, _, _ := strings.Cut(line, " ")
	rest, column := after(line, len(word))
	switch word {
	case "at":
		r.at(rest, column)
	case "lang":
		r.language(rest, column)
	case "service":
		r.service(rest, column)
	case "pending":
		r.pending(rest, column)
	default:
		dutch, english := "", ""
		if meant := near(word, []string{"at", "lang", "service", "pending"}); meant != "" {
			dutch, english = fmt.Sprintf(" Bedoelt u %q?", meant), fmt.Sprintf(" Did you mean %q?", meant)
		}
		r.fault(1, "chat-line", "Deze regel begrijp ik niet. Een regel begint met #, at, lang, service, pending, > of <. Meer van een antwoord springt in."+dutch,
			"I do not understand this line. A line begins with #, at, lang, service, pending, > or <. More of an answer is indented."+english)
	}
}

// after gives what follows the first n bytes of a line, and its column.
func after(line string, n int) (rest string, column int) {
	rest = strings.TrimLeft(line[n:], " \t")
	return strings.TrimSpace(rest), utf8.RuneCountInString(line[:len(line)-len(rest)]) + 1
}

// clockForm is how a moment is written, Europe/Amsterdam local time.
const clockForm = "2006-01-02 15:04"

func (r *reader) at(rest string, column int) {
	at, err := time.ParseInLocation(clockForm, rest, r.zone)
	switch {
	case err != nil:
		r.fault(column, "chat-clock", fmt.Sprintf("%q is geen dag en tijd. Schrijf het zo: at 2026-11-20 10:00", rest),
			fmt.Sprintf("%q is not a day and time. Write it like this: at 2026-11-20 10:00", rest))
		r.clockless = true
		return
	case at.Format(clockForm) != rest:
		r.fault(column, "chat-clock", fmt.Sprintf("Het wordt die nacht nooit %s: de klok gaat een uur vooruit.", rest[len("2006-01-02 "):]),
			fmt.Sprintf("It is never %s that night: the clock goes forward an hour.", rest[len("2006-01-02 "):]))
	case at.Before(r.clock):
		r.fault(column, "chat-clock", fmt.Sprintf("De klok kan niet terug: hierboven is het al %s.", r.clock.Format(clockForm)),
			fmt.Sprintf("The clock cannot go back: above it is already %s.", r.clock.Format(clockForm)))
	}
	r.clock = at
	r.step(Step{Column: column, Clock: &at})
}

func (r *reader) language(rest string, column int) {
	if rest == "" || strings.ContainsAny(rest, " \t") {
		r.fault(column, "chat-language", "Schrijf één taal, zoals: lang en", "Write one language, such as: lang en")
		return
	}
	r.step(Step{Column: column, Language: rest})
}

func (r *reader) pending(rest string, column int) {
	if rest == "" || strings.ContainsAny(rest, " \t") {
		r.fault(column, "chat-topic", "Schrijf één onderwerp, zoals: pending gezondheid", "Write one topic, such as: pending gezondheid")
		return
	}
	r.step(Step{Column: column, Pending: rest})
}

// service reads "waste.pickups = failed" or "waste.pickups = found [...]".
func (r *reader) service(rest string, column int) {
	operation, outcome, ok := strings.Cut(rest, "=")
	start := column + utf8.RuneCountInString(operation) + 1
	outcome, at := after(outcome, 0)
	name, value, _ := strings.Cut(outcome, " ")
	f := &Force{Operation: strings.TrimSpace(operation), Outcome: name, Value: strings.TrimSpace(value), outcomeAt: start + at - 1}
	f.valueAt = f.outcomeAt + utf8.RuneCountInString(outcome) - utf8.RuneCountInString(strings.TrimLeft(value, " "))
	if !ok || f.Operation == "" || f.Outcome == "" {
		r.fault(column, "chat-service", "Schrijf een dienst en een uitkomst, zoals: service waste.pickups = failed",
			"Write a service and an outcome, such as: service waste.pickups = failed")
		return
	}
	if f.Outcome == "real" {
		f.Outcome = ""
	}
	r.step(Step{Column: column, Force: f})
}

func (r *reader) step(s Step) {
	s.Line = r.number
	r.now.Steps = append(r.now.Steps, s)
}

func (r *reader) said(line string) {
	rest, column := after(line, 1)
	if r.clock.IsZero() && !r.clockless {
		r.fault(1, "chat-clock", "Hoe laat is het? Zet er een regel boven, zoals: at 2026-11-20 10:00",
			"What time is it? Put a line above it, such as: at 2026-11-20 10:00")
		r.clockless = true
	}
	if rest == "" {
		r.fault(1, "chat-empty", "Achter de > staat niet wat de bewoner stuurt.", "Behind the > stands nothing that the resident sends.")
	}
	r.says = &Says{Line: r.number, Shown: rest, Last: r.number}
	r.continues = true
	r.step(Step{Column: column, Says: r.says})
}

func (r *reader) answer(line string) {
	rest, _ := after(line, 1)
	switch {
	case r.says == nil:
		r.fault(1, "chat-answer", "Hier staat een antwoord, maar erboven zegt de bewoner nog niets.", "Here stands an answer, but the resident has said nothing above it.")
		return
	case r.says.Want != nil:
		r.fault(1, "chat-answer", "Op één bericht komt één antwoord. Meer van een antwoord springt in.", "One message gets one answer. More of an answer is indented.")
		return
	case rest == "":
		r.fault(1, "chat-empty", `Achter de < staat geen antwoord. Wordt er niets gezegd? Schrijf dan "(geen antwoord)". Alles goed? Schrijf dan "...".`,
			`Behind the < stands no answer. Is nothing said? Write "(no answer)". Is anything good? Write "...".`)
	}
	r.says.Want = &Want{Lines: []string{rest}, First: r.number, Last: r.number}
	r.continues = true
}

// closeDialogue keeps the dialogue that ends here, if anything is said in it,
// and reads what its messages are now that they are whole.
func (r *reader) closeDialogue() {
	spoken := false
	for _, s := range r.now.Steps {
		if s.Says != nil {
			spoken = true
			r.message(s)
		}
	}
	if !spoken && len(r.now.Steps) > 0 {
		r.faults = append(r.faults, flow.Fault{File: r.file.Name, Line: r.now.Steps[0].Line, Column: 1, Code: "chat-silent",
			Dutch: "In dit gesprek zegt de bewoner niets.", English: "In this dialogue the resident says nothing."})
	}
	if spoken {
		r.file.Dialogues = append(r.file.Dialogues, r.now)
	}
	r.says, r.continues = nil, false
}
