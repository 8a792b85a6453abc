package engine

import (
	"regexp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/text"
)

// typos counts the typing errors between two folded texts, -1 when there are
// too many for their length to be the same word.
func typos(a, b string) int {
	short := min(len(a), len(b))
	allowed := 0
	switch {
	case short >= 8:
		allowed = 2
	case short >= 4:
		allowed = 1
	}
	if allowed == 0 || len(a)-len(b) > allowed || len(b)-len(a) > allowed || digits(a) != digits(b) {
		return -1
	}
	if d := levenshtein.ComputeDistance(a, b); d <= allowed {
		return d
	}
	return -1
}

// digits gives the digits of a text: in a time or a number another digit is
// another answer, and no typing error.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// answer takes typed words as the answer to the question that stands.
func (t *turn) answer() error {
	_, s := t.here(t.c)
	if s == nil || !s.Kind.Waits() || s.Kind == flow.Handover {
		return t.goOn()
	}
	switch s.Kind {
	case flow.Choose, flow.ChooseFrom:
		return t.answerChoice(s)
	case flow.Subscribe, flow.Unsubscribe:
		return t.answerTopic(s)
	}
	if s.Optional != nil && t.words.skip[t.folded] {
		return t.choose(s, keySkip)
	}
	if s.Ask == askAddress || s.Ask == askPlace {
		return t.answerAddress(s)
	}
	if s.Ask == askText {
		if done, err := t.asksElsewhere(s); done {
			return err
		}
	}
	if raw := t.parse(s, t.typed); raw != "" && !t.isButton(s) {
		return t.answered(s, raw)
	}
	if done, err := t.answerButton(s); done {
		return err
	}
	return t.invalid(s)
}

// isButton tells whether the label of the button that skips was typed, where
// any text would do as an answer.
func (t *turn) isButton(s *flow.State) bool {
	label, err := t.render(s.Optional)
	return err == nil && label != "" && fold(label) == t.folded
}

// answerButton understands the number or label of a button under a question.
func (t *turn) answerButton(s *flow.State) (done bool, err error) {
	options, err := t.askOptions(s)
	if err != nil {
		return true, err
	}
	labels := make([]string, len(options))
	for i, o := range options {
		labels[i] = o.label
	}
	at := pick(t.folded, labels)
	if at < 0 {
		return false, nil
	}
	b, _ := parseButton(options[at].id)
	return true, t.choose(s, b.key)
}

// answerChoice understands a number, a label, or nearly a label.
func (t *turn) answerChoice(s *flow.State) error {
	options, err := t.options(s)
	if err != nil {
		return err
	}
	labels := make([]string, len(options))
	for i, o := range options {
		labels[i] = o.label
	}
	at := pick(t.folded, labels)
	if at < 0 && s.Kind == flow.Choose {
		if at = t.pickYesNo(labels); at >= 0 && t.words.parseYesNo(t.folded) == "" && t.commits(s.Choices[at].Next) {
			at = -1
		}
	}
	if at < 0 && s.Kind == flow.Choose {
		at = t.pickPart(labels)
	}
	if at < 0 && t.words.more[t.folded] {
		for i, o := range options {
			if b, _ := parseButton(o.id); strings.HasPrefix(b.key, "+") {
				at = i
			}
		}
	}
	if at < 0 {
		return t.invalid(s)
	}
	b, _ := parseButton(options[at].id)
	return t.choose(s, b.key)
}

// pickYesNo finds the one label that begins with yes or no, when that was
// typed. Where more was typed, only a label that says no more than that.
func (t *turn) pickYesNo(labels []string) int {
	meant := t.words.parseYesNo(t.folded)
	if meant == "" {
		return t.pickLeading(labels)
	}
	found := -1
	for i, label := range labels {
		first, _, _ := strings.Cut(fold(label), " ")
		if t.words.parseYesNo(first) == meant {
			if found >= 0 {
				return -1
			}
			found = i
		}
	}
	return found
}

// between stands between the things that one label names.
var between = regexp.MustCompile(`, | (?:of|or) `)

// pickPart finds the one label that names several things ("Straat, stoep of
// put"), of which one was typed. A yes or no before a comma is not a thing.
func (t *turn) pickPart(labels []string) int {
	found := -1
	for i, label := range labels {
		parts := between.Split(label, -1)
		if len(parts) == 1 || t.words.parseYesNo(fold(parts[0])) != "" {
			continue
		}
		named := slices.ContainsFunc(parts, func(part string) bool { return fold(part) == t.folded || typos(t.folded, fold(part)) >= 0 })
		if named && found >= 0 {
			return -1
		}
		if named {
			found = i
		}
	}
	return found
}

// pickLeading finds the label "Ja" for "ja, maar ik was te laat", unless the
// rest names another choice.
func (t *turn) pickLeading(labels []string) int {
	meant, found := t.words.leading(t.folded), -1
	for i, label := range labels {
		label = fold(label)
		switch said := t.words.parseYesNo(label); {
		case meant == "":
			return -1
		case said == meant && !t.words.okay[label]:
			if found >= 0 {
				return -1
			}
			found = i
		case said == "" && holds(t.folded, label):
			return -1
		}
	}
	return found
}

// commits tells whether a state leads to something that is booked or sent
// before anything more is asked: that takes a yes and nothing but a yes.
func (t *turn) commits(state string) bool {
	f := t.bundle.Flows[t.c.top().flow]
	ahead := []string{state}
	for n := 0; n < len(ahead); n++ {
		s := f.States[ahead[n]]
		switch {
		case s == nil || s.Kind.Waits():
			continue
		case s.Kind == flow.CallService && final(t.bundle.Operations[s.Call]) || s.Kind == flow.SubFlow:
			return true
		}
		for _, edge := range s.Edges() {
			if !slices.Contains(ahead, edge.To) {
				ahead = append(ahead, edge.To)
			}
		}
	}
	return false
}

// labels gives the fixed choices of a state as shown; none where one cannot be.
func (t *turn) labels(s *flow.State) []string {
	options, _ := t.fixedOptions(s)
	labels := make([]string, len(options))
	for i, o := range options {
		labels[i] = o.label
	}
	return labels
}

func (t *turn) options(s *flow.State) ([]option, error) {
	if s.Kind == flow.ChooseFrom {
		return t.page(s)
	}
	return t.fixedOptions(s)
}

// invalid is for what is no answer to the question that stands: another
// subject that it clearly is about, an explanation with an example, a shorter
// one, and the third time a way to a person or where the flow says.
func (t *turn) invalid(s *flow.State) error {
	if done, err := t.another(s); done {
		return err
	}
	if t.calm {
		return t.goOn()
	}
	t.c.offer = nil
	t.c.tries++
	t.misunderstood(s)
	switch {
	case t.c.tries >= 3:
		return t.thirdTime(s)
	case t.c.tries == 2:
		t.say(shortOf(s))
		return t.goOn()
	}
	own, err := t.render(s.Invalid)
	if err != nil {
		return err
	}
	if own != "" {
		t.paragraph(own)
	} else {
		t.say(invalidOf(s))
	}
	return t.goOn()
}

// thirdTime goes where the flow says, or offers a way out.
func (t *turn) thirdTime(s *flow.State) error {
	if s.On["invalid"] != "" {
		return t.proceed("invalid")
	}
	return t.offer(t.sentence(t.c.language, sayInvalidThird), verbAgain, verbPerson, verbMenu)
}

func invalidOf(s *flow.State) string {
	if s.Kind == flow.Ask {
		return "engine.invalid." + s.Ask
	}
	return sayInvalidChoice
}

func shortOf(s *flow.State) string {
	if s.Kind == flow.Ask {
		return "engine.short." + s.Ask
	}
	return sayShortChoice
}

// emergency are numbers that mean danger where nothing is asked. The door lets
// them pass, because they may be the number of a house.
var emergency = map[string]bool{"112": true, "113": true}

// freely goes by words typed where nothing is asked: a number or label of the
// menu, a greeting, a subject.
func (t *turn) freely() error {
	options := t.menuOptions()
	labels := make([]string, len(options))
	for i, o := range options {
		labels[i] = o.label
	}
	if at := pickSubject(t.folded, labels); at >= 0 {
		b, _ := parseButton(options[at].id)
		return t.act(b.state, b.key, true)
	}
	if language, ok := t.words.greeting[t.folded]; ok {
		t.guess(language)
		if t.c.greeted { // the sentences of the first contact greet already
			t.say(sayGreeting)
		}
		err := t.menu()
		t.settled = true
		return err
	}
	if emergency[t.folded] {
		t.only(t.sentence(t.c.language, sayCrisis))
		return nil
	}
	if done, err := t.twoWishes(); done {
		return err
	}
	found := t.match(t.folded)
	if len(found.flows) > 0 {
		t.guess(found.language)
	}
	switch {
	case found.sure:
		t.hint = t.withAddress(t.typed)
		return t.start(found.flows[0])
	case len(found.flows) > 0:
		ids := make([]string, 0, text.MaxButtons)
		for _, name := range found.flows[:min(len(found.flows), text.MaxButtons-1)] {
			ids = append(ids, verbStart+"."+name)
		}
		return t.offerFor(t.withAddress(t.typed), t.sentence(t.c.language, sayDoubt), append(ids, verbNone)...)
	}
	if bareAddress(t.typed) {
		return t.addressFirst()
	}
	if language := written(t.typed, t.folded); language != "" && !t.c.chosen {
		if !t.complete(language) && t.hasScreen(language) {
			return t.speak(language)
		}
		t.guess(language)
	}
	if !onlySmallWords(t.folded) {
		t.say(sayUnknown)
	}
	return t.menu()
}

// addressFirst asks what an address is about that came before any subject.
func (t *turn) addressFirst() error {
	t.say(sayAddressFirst)
	err := t.showMenu()
	t.c.wish = t.typed
	return err
}

// withAddress adds to a sentence the address of the message before it, which
// waited for its subject.
func (t *turn) withAddress(typed string) string {
	if t.kept == "" || addressIn(typed) != "" || !bareAddress(t.kept) {
		return typed
	}
	return typed + " " + t.kept
}

// onlySmallWords tells whether somebody only opened the conversation: "hoi, ik
// heb een vraag". There is nothing in it that we did not understand.
func onlySmallWords(folded string) bool {
	for word := range strings.FieldsSeq(folded) {
		if !stopWord(word) {
			return false
		}
	}
	return folded != ""
}

// hasScreen tells whether a language has its one reviewed screen.
func (t *turn) hasScreen(language string) bool {
	screen := t.bundle.Sentences[sayOtherLanguage]
	return screen != nil && screen.ByLanguage[language] != nil
}

// guess takes over the language that somebody writes in, until they choose one.
func (t *turn) guess(language string) {
	if language != "" && !t.c.chosen && t.complete(language) {
		t.c.language, t.c.heard = language, ""
	}
}
