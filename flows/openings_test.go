package flows_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/gemeentebode/bode/bot/engine"
)

// openingsRight is the part of the openings that has to reach its flow, at
// once or by a tap on what is offered.
const openingsRight = 0.9

// openings reads what residents write first: by flow, and under "-" what has
// nothing to do with waste, though some of it borrows its words.
func openings(t *testing.T) map[string][]string {
	t.Helper()
	data, err := os.ReadFile("testdata/openings.txt")
	if err != nil {
		t.Fatal(err)
	}
	of, name := map[string][]string{}, ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			name = strings.Trim(line, "[]")
		default:
			of[name] = append(of[name], line)
		}
	}
	return of
}

// leads tells which flow a first message begins, or which ones it is offered.
func (p *phone) leads(text string) (began string, offered []string) {
	p.t.Helper()
	p.types(text)
	at, err := p.engine.Where(p.conversation)
	if err != nil {
		p.t.Fatal(err)
	}
	if strings.Contains(p.last.Text.Reveal(), "Waarmee kan ik u helpen?") || strings.Contains(p.last.Text.Reveal(), "How can I help you?") {
		return "", nil // the menu
	}
	for _, c := range p.last.Buttons {
		if name, ok := strings.CutPrefix(c.ID, "engine.start."); ok {
			name, _, _ = strings.Cut(name, "~")
			offered = append(offered, name)
		}
	}
	return at.Flow, offered
}

func TestOpenings_leadToWhatResidentsMean(t *testing.T) {
	e, all, right, atOnce := engine.New(load(t)), 0, 0, 0
	for name, sentences := range openings(t) {
		if name == "-" {
			continue
		}
		for _, sentence := range sentences {
			p := phoneOf(t, e, "2026-11-20 10:00")
			began, offered := p.leads(sentence)
			all++
			switch {
			case began == name:
				right, atOnce = right+1, atOnce+1
			case began == "" && slices.Contains(offered, name):
				right++
			default:
				t.Logf("%q is about %s, and leads to %q %v", sentence, name, began, offered)
			}
		}
	}
	t.Logf("%d of %d right, %d of them at once", right, all, atOnce)
	if all < 300 || float64(right) < openingsRight*float64(all) {
		t.Errorf("%d of %d openings are understood", right, all)
	}
}

func TestOpenings_outsideTheSubjectAreNotAnswered(t *testing.T) {
	e, asked, outside := engine.New(load(t)), 0, openings(t)["-"]
	for _, sentence := range outside {
		p := phoneOf(t, e, "2026-11-20 10:00")
		began, offered := p.leads(sentence)
		if began != "" {
			t.Errorf("%q is not about waste, and begins %s", sentence, began)
		}
		if len(offered) > 0 {
			asked++
			t.Logf("%q is not about waste, and is asked whether it is about %v", sentence, offered)
		}
	}
	t.Logf("%d of %d are asked what they mean", asked, len(outside))
	if len(outside) < 100 || asked > len(outside)/50 {
		t.Errorf("%d of %d are asked whether they are about waste", asked, len(outside))
	}
}
