package flow

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// picture is a flow as it is drawn: boxes, and arrows between them. Events
// that lead from one state to the same other one share an arrow.
type picture struct {
	flow   *Flow
	boxes  []*box
	arrows []*arrow
	ranks  [][]*box // top to bottom, each left to right
	gaps   []gap    // above each rank, and one below the last
	left   float64  // of the leftmost thing that is drawn
	width  float64
	height float64
}

// box is a state. X is its middle, Y its top.
type box struct {
	state      *State
	name       string
	lines      []string
	menu       *arrow // what leads to the menu; it is written in the box
	rank       int
	row, rows  int // a wide rank has two rows
	x, y, w, h float64
	in, out    []*arrow
}

// arrow is what leads from one state to another.
type arrow struct {
	from, to *box
	labels   []string
	route    route
	path     string // SVG path data
	lx, ly   float64
}

// newPicture collects what is to be drawn. It also draws a flow with faults:
// a target that does not exist gets no arrow.
func newPicture(f *Flow) *picture {
	p := &picture{flow: f}
	byName := map[string]*box{}
	for _, name := range f.Order {
		if s := f.States[name]; s != nil {
			b := &box{state: s, name: name, lines: wrap(about(s), 25, 2)}
			byName[name] = b
			p.boxes = append(p.boxes, b)
		}
	}
	for _, b := range p.boxes {
		for _, e := range b.state.Edges() {
			label := eventLabel(b.state, e.Event)
			switch to := byName[e.To]; {
			case e.To == MenuState && b.menu == nil:
				b.menu = &arrow{from: b}
				fallthrough
			case e.To == MenuState:
				b.menu.add(label)
			case to != nil && (e.Event != "invalid" || to != b):
				p.connect(b, to, label)
			}
		}
	}
	return p
}

func (p *picture) connect(from, to *box, label string) {
	i := slices.IndexFunc(from.out, func(a *arrow) bool { return a.to == to })
	if i < 0 {
		a := &arrow{from: from, to: to}
		from.out, to.in = append(from.out, a), append(to.in, a)
		p.arrows = append(p.arrows, a)
		i = len(from.out) - 1
	}
	from.out[i].add(label)
}

func (a *arrow) add(label string) {
	if label != "" && !slices.Contains(a.labels, label) {
		a.labels = append(a.labels, label)
	}
}

// menuLine is what stands at the foot of a box that leads to the menu.
func (b *box) menuLine() string {
	if len(b.menu.labels) == 0 {
		return "naar het menu"
	}
	return cut("menu: "+strings.Join(b.menu.labels, ", "), 28)
}

// eventLabel is what stands at an arrow, in an editor's words.
func eventLabel(s *State, event string) string {
	if key, ok := strings.CutPrefix(event, "choice:"); ok {
		for _, c := range s.Choices {
			if c.Key == key && c.Label != nil {
				return cut(shown(dutchSource(c.Label)), 24)
			}
		}
		return key
	}
	if value, ok := strings.CutPrefix(event, "is:"); ok {
		return value
	}
	switch event {
	case "next", "answered":
		return ""
	case "skip":
		return cut(shown(dutchSource(s.Optional)), 24)
	}
	words := map[string]string{"invalid": "past niet", "chosen": "gekozen", "empty": "leeg", "else": "anders",
		"yes": "ja", "no": "nee", "back": "terug", "closed": "dicht", "nobody": "niemand"}
	if word := words[event]; word != "" && s.Kind != CallService {
		return word
	}
	return event
}

// about says in a few words what a state does.
func about(s *State) string {
	switch s.Kind {
	case CallService:
		return s.Call
	case Branch:
		return s.Value
	case Subscribe, Unsubscribe:
		return s.Topic
	case Handover:
		return "team " + s.Team
	case SubFlow:
		return "flow " + s.Flow
	}
	return shown(dutchSource(s.Text))
}

// kindWords name what a state does, for who cannot see its form.
var kindWords = map[Kind]string{
	Say: "zegt iets", Ask: "vraagt iets", Choose: "laat kiezen", ChooseFrom: "laat kiezen uit een lijst",
	CallService: "vraagt een dienst", Branch: "kiest een weg", Subscribe: "vraagt toestemming", Unsubscribe: "stopt een bericht",
	Handover: "geeft over aan een collega", SubFlow: "doet een andere flow", End: "stopt",
}

// title is the whole of a box for a screen reader.
func (b *box) title() string {
	title := fmt.Sprintf("%s: %s", b.name, kindWords[b.state.Kind])
	if what := about(b.state); what != "" {
		title += ". " + what
	}
	if b.menu != nil {
		title += ". Naar het menu: " + strings.Join(b.menu.labels, ", ")
	}
	return title
}

var (
	fieldAction = regexp.MustCompile(`\{\{-?\s*(?:[a-z]+\s+)?\.([A-Za-z0-9_.]+)\s*-?\}\}`)
	blockAction = regexp.MustCompile(`\{\{[^{}]*\}\}`)
)

// shown makes a text's source fit to look at: ‹adres› for {{.adres}}, one line.
func shown(source string) string {
	source = fieldAction.ReplaceAllString(source, "‹$1›")
	return strings.Join(strings.Fields(blockAction.ReplaceAllString(source, "")), " ")
}

// cut shortens to a number of letters.
func cut(s string, most int) string {
	letters := []rune(s)
	if len(letters) <= most {
		return s
	}
	return strings.TrimSpace(string(letters[:most-1])) + "…"
}

// wrap breaks a text into lines of at most so many letters, and cuts what does
// not fit on the last.
func wrap(s string, letters, most int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > letters {
			lines = append(lines, line)
			line = ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	if line != "" {
		lines = append(lines, line)
	}
	if len(lines) > most {
		lines[most-1] = strings.TrimRight(lines[most-1], ".,:;!?…") + "…"
		lines = lines[:most]
	}
	for i := range lines {
		lines[i] = cut(lines[i], letters+2)
	}
	return lines
}
