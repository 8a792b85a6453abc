package engine

import (
	"regexp"
	"slices"
	"strings"

	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/text"
)

// questionWords are what a question of its own begins with, besides "en pmd?".
var questionWords = setFrom(`en wanneer waneer wanner wnr waar waarheen hoe hoelaat wie welke welk wat waarom kan kunt kun mag moet is zijn komt komen wordt worden
 heb hebt heeft gaat gaan and when where how who which what why can could may do does did is are`)

// ownQuestion tells whether a sentence asks something, rather than answers.
func (t *turn) ownQuestion() bool {
	first, _, more := strings.Cut(t.folded, " ")
	return strings.HasSuffix(strings.TrimSpace(t.typed), "?") || more && questionWords[first]
}

// another sees to words that are about something else than the question that
// stands: another subject is offered, another address begins the subject anew.
func (t *turn) another(s *flow.State) (done bool, err error) {
	if s.Kind == flow.Choose && t.otherAddress() {
		t.hint = t.typed
		return true, t.start(t.c.frames[0].flow)
	}
	names := t.others(s)
	if len(names) == 0 {
		return false, nil
	}
	ids := make([]string, 0, len(names)+1)
	for _, name := range names {
		ids = append(ids, verbStart+"."+name)
	}
	return true, t.offerFor(t.typed, t.sentence(t.c.language, saySwitch), append(ids, verbContinue)...)
}

// otherAddress tells whether an address was typed in a flow that begins with
// asking for one, and in which nothing else was asked for.
func (t *turn) otherAddress() bool {
	if len(t.c.frames) != 1 || t.c.fixed == wrote || text.Length(t.typed) > maxPlace || addressIn(t.typed) == "" {
		return false
	}
	f := t.bundle.Flows[t.c.frames[0].flow]
	start := f.States[f.Start]
	return start.Kind == flow.Ask && start.Ask == askAddress && !slices.ContainsFunc(t.c.back, func(m mark) bool {
		asked := f.States[m.state]
		return asked == nil || asked.Kind == flow.Ask && asked.Ask != askAddress
	})
}

// others names the flows that typed words are about besides the one under way:
// the sure one, or the two that a question may be about where words are no
// answer. At a choice the flow under way counts too, when a question asks more of it.
func (t *turn) others(s *flow.State) []string {
	found, own, choosing := t.match(t.folded), t.ownQuestion(), s.Kind == flow.Choose || s.Kind == flow.ChooseFrom
	var names []string
	switch {
	case len(found.flows) == 0:
		return nil
	case found.sure:
		names = found.flows[:1]
	case own && !t.freeTextAsked():
		names = found.flows[:min(len(found.flows), text.MaxButtons-1)]
	}
	bottom := t.c.frames[0].flow
	begun := t.bundle.Flows[bottom].Start == s.Name
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		under := slices.ContainsFunc(t.c.frames, func(f frame) bool { return f.flow == name })
		return under && !(own && choosing && name == bottom && !begun)
	})
}

// asksElsewhere offers another subject where any words would do as an answer:
// only for a whole question that surely is about that subject. Who goes on
// here after all has given it as the answer.
func (t *turn) asksElsewhere(s *flow.State) (done bool, err error) {
	if t.calm || strings.Count(t.folded, " ") < 2 || !t.ownQuestion() || len(t.others(s)) == 0 {
		return false, nil
	}
	return t.another(s)
}

// goOnWith takes the sentence for which another subject was offered as the
// answer to a question for a text; elsewhere the question is asked again.
func (t *turn) goOnWith(sentence string) error {
	_, s := t.here(t.c)
	if sentence == "" || t.lost || t.idle() || s == nil || s.Kind != flow.Ask || s.Ask != askText {
		return t.goOn()
	}
	if raw := t.parse(s, sentence); raw != "" {
		return t.answered(s, raw)
	}
	return t.goOn()
}

// wishBreak is where one wish may end and another begin.
var wishBreak = regexp.MustCompile(`(?i)\s*[.?!;\n]+\s*|\s*,?\s+(?:en|and|also|plus)\s+`)

// mostWishes bounds how many parts of a message are looked at.
const mostWishes = 5

// twoWishes begins the first of two subjects that one message asks about, and
// says that the other one can be asked next.
func (t *turn) twoWishes() (done bool, err error) {
	parts := wishBreak.Split(t.typed, mostWishes)
	if len(parts) < 2 || text.Length(t.typed) > maxWish {
		return false, nil
	}
	var first matching
	said := ""
	for _, part := range parts {
		folded := fold(part)
		if strings.Count(folded, " ") < 2 {
			continue // two words may as well be a part of what was said before
		}
		switch m := t.match(folded); {
		case !m.sure:
		case said == "":
			first, said = m, part
		case m.flows[0] != first.flows[0]:
			return true, t.firstWish(first, said, m.flows[0])
		}
	}
	return false, nil
}

func (t *turn) firstWish(first matching, said, second string) error {
	t.guess(first.language)
	title := func(name string) string { return t.shared(t.bundle.Flows[name].Title) }
	t.say(sayTwoWishes, value{"topic", title(first.flows[0])}, value{"what", title(second)})
	t.hint = t.withAddress(said)
	if at := addressIn(t.typed); at != "" && addressIn(t.hint) == "" {
		t.hint += " " + at
	}
	return t.start(first.flows[0])
}
