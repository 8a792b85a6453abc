package engine

import (
	"slices"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/flow"
)

// message goes by what a resident sent, in the order of what matters most:
// danger, then whether it is still of now, then what it is.
func (t *turn) message(m *bot.Message) error {
	age := time.Duration(0)
	if !m.Sent.IsZero() {
		age = t.now.Sub(m.Sent)
	}
	switch {
	case m.Stop, !m.Kind.Answered(), age > silentAfter:
		t.silent = true
		return nil
	case m.Crisis != "":
		return t.crisis(m.Crisis)
	case age > lateAfter:
		return t.late()
	}
	t.expire()
	t.forgetTopics()
	if strict(t.c.offer) {
		t.asked, t.c.offer = t.c.offer, nil
	}
	t.kept, t.c.wish = t.c.wish, ""
	t.masked(m)
	switch m.Kind {
	case bot.KindTap:
		t.typed = m.Text.Reveal()
		return t.tap(m.Choice)
	case bot.KindPlace:
		return t.place(m.Place)
	case bot.KindMedia:
		return t.media(m)
	case bot.KindUnsupported:
		t.say(sayUnsupported)
		return t.goOn()
	}
	return t.text(m.Text.Reveal())
}

// crisis gives the reviewed answer and nothing else; the conversation stays as it is.
func (t *turn) crisis(name string) error {
	answer := t.sentence(t.c.language, sayCrisis)
	for _, c := range t.bundle.Shared.Crisis {
		if c.Name == name {
			answer = t.shared(c.Answer)
		}
	}
	t.only(answer)
	return nil
}

// only answers with one text, and leaves the conversation as it was.
func (t *turn) only(answer string) {
	t.said, t.still = []string{answer}, true
}

// late apologises once for what waited too long to be of now.
func (t *turn) late() error {
	t.c.frames, t.c.back = nil, nil
	t.c.settle()
	t.say(sayLate)
	err := t.menu()
	if t.c.recent[recents-1] == hash32(strings.Join(t.said, "\n\n")) {
		t.silent = true // the one before it waited as long, and was told so
	}
	return err
}

// expire leaves a flow that nobody went on with for a day. It was silent then;
// now it is told.
func (t *turn) expire() {
	if t.c.last == 0 || t.now.Sub(time.Unix(t.c.last, 0)) <= IdleAfter {
		return
	}
	if strict(t.c.offer) {
		t.c.offer = nil // a yes of another day is to something else
	}
	if len(t.c.frames) == 0 {
		return
	}
	if !t.idle() {
		t.say(sayExpired)
	}
	t.lost = false
	t.c.frames, t.c.back, t.c.fixed = nil, nil, free
	t.c.run++ // buttons of before begin anew
	t.c.settle()
}

// maskedNames are the kinds of identifiers that the door removes.
var maskedNames = map[string]string{"bsn": sayMaskedBSN, "iban": sayMaskedIBAN, "card": sayMaskedCard,
	"document": sayMaskedDocument, "digid": sayMaskedDigiD}

// masked thanks for what should not have been sent, and says what was removed.
func (t *turn) masked(m *bot.Message) {
	if len(m.Masked) == 0 {
		return
	}
	var names []string
	for _, kind := range m.Masked {
		id, known := maskedNames[kind]
		if !known {
			id = sayMaskedAny
		}
		if name := t.sentence(t.c.language, id); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	t.say(sayMasked, value{"what", strings.Join(names, " ")})
	t.calm = true
}

// media was not opened; its caption is read as a text.
func (t *turn) media(m *bot.Message) error {
	caption := m.Text.Reveal()
	switch m.Media {
	case "sticker":
		if t.c.greeted {
			t.silent = len(t.said) == 0
			return nil
		}
		return t.menu()
	case "audio", "voice":
		_, team := t.teamHere()
		t.say(sayVoice, value{"phone", phoneOf(team)})
	case "video":
		t.say(sayVideo)
	case "document":
		t.say(sayDocument)
	default:
		t.say(sayPhoto)
	}
	t.calm = true
	if fold(caption) == "" {
		return t.goOn()
	}
	return t.text(caption)
}

// goOn asks again what stands, or shows the menu where nothing does.
func (t *turn) goOn() error {
	if t.lost {
		return t.restart()
	}
	if t.idle() {
		return t.menu()
	}
	_, s := t.here(t.c)
	switch {
	case s == nil || !s.Kind.Waits():
		t.lostIn = t.c.frames[0].flow
		return t.restart()
	case len(t.c.offer) > 0 && t.c.found != "":
		return t.askCandidates()
	}
	t.c.offer = nil
	switch s.Kind {
	case flow.Subscribe, flow.Unsubscribe:
		return t.askTopic(s)
	case flow.Handover:
		return t.run()
	}
	return t.question(s)
}

// goOnText is goOn for an answer that stands by itself: where nothing is
// waited for, it ends there, without the menu.
func (t *turn) goOnText() error {
	if t.lost || !t.idle() {
		return t.goOn()
	}
	return nil
}

// text goes by typed words.
func (t *turn) text(typed string) error {
	t.typed = strings.TrimSpace(typed)
	if t.calm {
		t.typed = unmasked(t.typed)
	}
	t.folded = fold(t.typed)
	if t.calm && without(t.folded, identifierWords) == "" {
		return t.goOn()
	}
	if len(t.asked) > 0 {
		if done, err := t.answerStrict(); done {
			return err
		}
	}
	if done, err := t.ownLabel(); done {
		return err
	}
	if done, err := t.formally(); done {
		return err
	}
	if g, phrase, ok := t.words.asks(t.folded); ok && !t.callsBack(phrase) {
		return t.global(g, phrase)
	}
	if phrase, ok := t.words.wantsPerson(t.folded); ok && !t.callsBack(phrase) {
		return t.person(t.words.language[phrase])
	}
	if t.folded == "" && strings.Contains(t.typed, "?") {
		return t.help("")
	}
	if done, err := t.stopping(); done {
		return err
	}
	if t.words.courteous(t.typed, t.folded) && !t.answersOkay() {
		if t.c.greeted && len(t.said) == 0 {
			t.silent = true
			return nil
		}
		return t.goOn()
	}
	switch {
	case t.lost:
		return t.restart()
	case len(t.c.offer) > 0:
		if done, err := t.answerOffer(); done {
			return err
		}
	}
	if t.idle() {
		return t.freely()
	}
	return t.answer()
}

// callsBack tells whether somebody who wants to be called asks for a flow that
// sees to it, where a municipality has one.
func (t *turn) callsBack(phrase string) bool {
	return t.words.callback[phrase] && t.idle() && !t.lost && t.match(t.folded).sure
}

// identifierWords are what people write around an identifier that the door
// removed: without it they say nothing.
var identifierWords = map[string]bool{"": true, "mijn": true, "het": true, "is": true, "dit": true, "de": true, "nummer": true, "bsn": true,
	"burgerservicenummer": true, "sofinummer": true, "iban": true, "rekening": true, "rekeningnummer": true, "bankrekening": true,
	"kaart": true, "kaartnummer": true, "creditcard": true, "pas": true, "bank": true, "hier": true, "en": true, "my": true, "the": true,
	"number": true, "account": true, "card": true, "this": true, "here": true, "and": true}

// unmasked takes the placeholders out of a text from which the door removed
// something, so that they are not taken for an answer.
func unmasked(typed string) string {
	var b strings.Builder
	depth := 0
	for _, r := range typed {
		switch {
		case r == '[':
			depth++
		case r == ']' && depth > 0:
			depth--
		case depth == 0:
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(b.String())
}

// answersOkay tells whether "ok" is an answer here: to a yes or no, to a
// choice that has such a label, or to what the engine itself offered.
func (t *turn) answersOkay() bool {
	if !t.words.okay[t.folded] || t.lost || t.idle() {
		return false
	}
	_, s := t.here(t.c)
	if s == nil || len(t.c.offer) > 0 {
		return false
	}
	switch s.Kind {
	case flow.Subscribe, flow.Unsubscribe:
		return true
	case flow.Choose:
		return t.pickYesNo(t.labels(s)) >= 0
	}
	return s.Kind == flow.Ask && s.Ask == askYesNo
}

// ownLabel lets a choice that the flow itself shows win over a global word of
// the same name: its way to a person or the menu is the editor's.
func (t *turn) ownLabel() (done bool, err error) {
	if t.lost || t.idle() || t.folded == "" {
		return false, nil
	}
	_, s := t.here(t.c)
	if s == nil || len(t.c.offer) > 0 || s.Kind != flow.Choose && s.Kind != flow.ChooseFrom {
		return false, nil
	}
	for _, c := range s.Choices {
		label, err := t.render(c.Label)
		if err != nil {
			return true, err
		}
		if fold(label) == t.folded {
			return true, t.choose(s, c.Key)
		}
	}
	return false, nil
}

// formal is a kind of message that has to be handed in elsewhere (Awb 2.3).
type formal struct {
	flow.Formal
	phrases []string
}

func newFormal(b *flow.Bundle) []formal {
	var out []formal
	for _, f := range b.Shared.Formal {
		one := formal{Formal: f}
		for _, list := range f.Words {
			for _, phrase := range list {
				one.phrases = append(one.phrases, fold(phrase))
			}
		}
		out = append(out, one)
	}
	return out
}

// formally answers an objection, a complaint or an application with where it
// can be handed in. It was not handed in here, and the answer says so.
func (t *turn) formally() (done bool, err error) {
	for _, f := range t.formal {
		for _, phrase := range f.phrases {
			if !holds(t.folded, phrase) {
				continue
			}
			t.paragraph(t.shared(f.Answer))
			if f.Link != "" {
				t.link = &bot.Link{Label: t.sentence(t.c.language, sayFormalLink), URL: f.Link}
			}
			if !t.idle() {
				t.spellLink() // "zo kan het wel" is about the link and not about going on here
				t.say(sayGoOn)
			}
			return true, nil
		}
	}
	return false, nil
}
