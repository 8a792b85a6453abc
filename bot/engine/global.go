package engine

import (
	"slices"
	"strings"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/text"
)

// global does what a word asks that means the same everywhere.
func (t *turn) global(g global, phrase string) error {
	switch g.verb {
	case verbPerson:
		return t.person(t.words.language[phrase])
	case verbMenu:
		t.leave()
		return t.menu()
	case verbBack, verbCancel:
		if t.rightsStand() {
			return t.act(verbOn, "", true)
		}
		if g.verb == verbCancel {
			return t.cancel()
		}
		return t.goBack()
	case verbLanguage:
		if g.arg != "" {
			return t.speak(g.arg)
		}
		return t.askLanguage()
	case verbHelp:
		return t.help(t.words.language[phrase])
	case verbExport:
		return t.export(t.words.language[phrase])
	case verbErase:
		return t.askErase(t.words.language[phrase])
	}
	return t.data(t.words.language[phrase])
}

// leave goes to the menu; "terug" still leads back.
func (t *turn) leave() {
	t.lost = false
	if !t.idle() {
		t.c.asked()
		t.c.top().state = flow.MenuState
		t.c.settle()
	}
}

// menu lists the subjects.
func (t *turn) menu() error {
	t.settled = t.moved || len(t.said) == 0
	if t.moved && len(t.said) > 0 {
		t.say(sayMenuMore) // something was just settled: not as if nothing happened
	} else {
		t.say(sayMenu)
	}
	return t.showMenu()
}

// showMenu hangs the subjects under what was said.
func (t *turn) showMenu() error {
	if !t.idle() {
		t.c.frames, t.c.back = nil, nil
	}
	t.c.offer = nil
	t.spellLink()
	t.hang(t.menuOptions(), t.sentence(t.c.language, sayMenuButton))
	return nil
}

func (t *turn) menuOptions() []option {
	var options []option
	for _, name := range t.bundle.Shared.Menu {
		if t.bundle.Flows[name] != nil {
			options = append(options, t.engineOption(verbStart+"."+name))
		}
	}
	if len(options) <= text.MaxRows {
		return options
	}
	if t.c.page >= len(options) {
		t.c.page = 0
	}
	shown := options[t.c.page:]
	if len(shown) > text.MaxRows-1 {
		shown = shown[:text.MaxRows-1]
	}
	next := (t.c.page + len(shown)) % len(options)
	return append(slices.Clone(shown), t.engineOption(verbPage+"."+itoa(next)))
}

// teamHere is the team of the flow that is under way, else the first one.
func (t *turn) teamHere() (string, *flow.Team) {
	name := t.team
	if f, _ := t.here(t.c); f != nil {
		for _, state := range f.Order {
			if s := f.States[state]; s != nil && s.Kind == flow.Handover {
				name = s.Team
				break
			}
		}
	}
	return name, t.bundle.Shared.Teams[name]
}

func phoneOf(team *flow.Team) string {
	if team == nil {
		return ""
	}
	return team.Phone
}

// person says how to reach somebody, at once and in the language of the word
// that asked. Nobody reads along, so no colleague is promised.
func (t *turn) person(language string) error {
	t.hear(language)
	language = t.replyLanguage(language)
	_, team := t.teamHere()
	t.paragraph(t.personText(language, team))
	if url := t.contactPage(); url != "" {
		t.link = &bot.Link{Label: text.Cut(t.sentence(language, sayPersonLink), text.MaxLinkLabel), URL: url}
	}
	if !t.idle() && !t.lost {
		t.paragraph(t.sentence(language, sayGoOn))
	}
	return nil
}

// replyLanguage is the language of a word, where it tells more than the
// conversation does: somebody who writes Ukrainian has not chosen Dutch.
func (t *turn) replyLanguage(word string) string {
	sentence := t.bundle.Sentences[sayPersonNone]
	switch {
	case word == "" || word == "nl" || sentence == nil || sentence.ByLanguage[word] == nil:
		return t.c.language
	case t.c.chosen && t.complete(word):
		return t.c.language
	}
	return word
}

func (t *turn) personText(language string, team *flow.Team) string {
	if phoneOf(team) == "" {
		return t.sentence(language, sayPersonNone)
	}
	phone := value{"phone", team.Phone}
	hours := t.sharedIn(language, team.Hours)
	switch {
	case hours == "" || team.Open == nil:
		return t.sentence(language, sayPersonPhone, phone)
	case team.Open(t.now):
		return t.sentence(language, sayPersonOpen, phone, value{"hours", hours})
	}
	return t.sentence(language, sayPersonClosed, phone, value{"hours", hours})
}

// contactPage is the fact "contact", or where the fact "telefoon" comes from.
func (t *turn) contactPage() string {
	url := t.world().Facts["contact"]
	if phone := t.bundle.Shared.Facts["telefoon"]; url == "" && phone != nil {
		url = phone.Source
	}
	if strings.HasPrefix(url, "https://") && !strings.ContainsAny(url, " \n") {
		return url
	}
	return ""
}

// mostSubjects is how many subjects of the menu an explanation names.
const mostSubjects = 5

// help tells with what somebody is talking, what it is for, and how to reach a
// person: from the menu with its subjects, elsewhere with the question again.
func (t *turn) help(language string) error {
	if language != "" && language != "nl" {
		t.guess(language)
	}
	_, team := t.teamHere()
	phone := value{"phone", phoneOf(team)}
	if !t.idle() || t.lost {
		t.say(sayHelpHere, phone)
		return t.goOn()
	}
	var subjects []string
	for _, name := range t.bundle.Shared.Menu {
		if f := t.bundle.Flows[name]; f != nil && len(subjects) < mostSubjects {
			subjects = append(subjects, "• "+t.shared(f.Title))
		}
	}
	t.say(sayHelp, phone, value{"subjects", strings.Join(subjects, "\n")})
	return t.showMenu()
}

// goBack returns to the question before. What was booked or sent stays done.
func (t *turn) goBack() error {
	if t.lost {
		return t.restart()
	}
	n := len(t.c.back)
	if n == 0 {
		if t.c.fixed == wrote {
			t.say(sayBackFixed)
		} else {
			t.say(sayBackNone)
		}
		return t.goOn()
	}
	m := t.c.back[n-1]
	t.c.back = t.c.back[:n-1]
	if m.depth >= len(t.c.frames) {
		return t.goBack()
	}
	t.c.frames = t.c.frames[:m.depth+1]
	t.c.top().state = m.state
	t.c.restore(m)
	t.c.settle()
	t.moved, t.texting = true, nil
	return t.goOn()
}

// cancel leaves the flow and nothing else: it withdraws and erases nothing.
func (t *turn) cancel() error {
	if t.idle() && !t.lost {
		t.say(sayCancelNone)
		return t.menu()
	}
	t.lost = false
	t.say(sayCancel)
	t.c.frames, t.c.back = nil, nil
	t.c.settle()
	return t.menu()
}

func (t *turn) askLanguage() error {
	ids := make([]string, len(t.names))
	for i, language := range t.names {
		ids[i] = verbLanguage + "." + language
	}
	return t.offer(t.sentence(t.c.language, sayLanguage), ids...)
}

// speak goes on in a complete language; another one gets its one reviewed
// screen, with the languages in which the chat can go on.
func (t *turn) speak(language string) error {
	if !t.complete(language) {
		if !t.hasScreen(language) {
			return t.askLanguage()
		}
		_, team := t.teamHere()
		var ids []string
		for _, complete := range t.bundle.Shared.Languages[:min(text.MaxButtons, len(t.bundle.Shared.Languages))] {
			ids = append(ids, verbLanguage+"."+complete)
		}
		t.hear(language)
		return t.offer(t.sentence(language, sayOtherLanguage, value{"phone", phoneOf(team)}), ids...)
	}
	t.moved = t.moved || t.c.language != language
	t.c.heard = ""
	t.unask()
	t.c.language, t.c.chosen, t.c.offer, t.chose = language, true, nil, language
	t.say(sayLanguageSet)
	return t.goOn()
}

// stopping hears "stop afval" and "ik wil mijn afspraak stopzetten". STOP by
// itself never gets here: the door sees to it.
func (t *turn) stopping() (done bool, err error) {
	rest, said := t.stopWord()
	if !said {
		return false, nil
	}
	if topic := t.topicIn(rest); topic != "" {
		return true, t.withdraw(topic)
	}
	if t.freeTextAsked() && !t.beginsWithStop() {
		return false, nil // a description of something in the street may well say stop
	}
	return true, t.askStop()
}

// stopWord finds a stop word in what was typed and gives the rest of it.
func (t *turn) stopWord() (rest string, found bool) {
	for _, word := range t.words.stop {
		if holds(t.folded, word) {
			at := strings.Index(" "+t.folded+" ", " "+word+" ")
			return strings.TrimSpace(t.folded[:at] + t.folded[min(len(t.folded), at+len(word)):]), true
		}
	}
	for word := range strings.SplitSeq(t.folded, " ") {
		if t.words.stopping[word] {
			return t.folded, true
		}
	}
	return t.folded, slices.ContainsFunc(t.words.stopSaid, func(phrase string) bool { return holds(t.folded, phrase) })
}

// beginsWithStop tells a short order from a description.
func (t *turn) beginsWithStop() bool {
	first, _, _ := strings.Cut(t.folded, " ")
	return strings.Count(t.folded, " ") <= 2 && (slices.Contains(t.words.stop, first) || t.words.stopping[first]) ||
		slices.ContainsFunc(t.words.stopSaid, func(phrase string) bool { return strings.HasPrefix(t.folded+" ", phrase+" ") })
}

// topicIn finds the topic that a few words name: its name or its title.
func (t *turn) topicIn(rest string) string {
	if strings.Count(rest, " ") > 3 {
		return ""
	}
	for _, topic := range t.topics() {
		for _, name := range t.words.names[topic] {
			if holds(rest, name) {
				return topic
			}
		}
	}
	return ""
}

// topics lists the bundle's topics by name.
func (t *turn) topics() []string {
	names := make([]string, 0, len(t.words.names))
	for name := range t.words.names {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// freeTextAsked tells whether the question that stands takes any words.
func (t *turn) freeTextAsked() bool {
	if t.lost || t.idle() {
		return false
	}
	_, s := t.here(t.c)
	return s != nil && s.Kind == flow.Ask && (s.Ask == askText || s.Ask == askPlace)
}

// withdraw stops all of a topic, whether or not we think it is on.
func (t *turn) withdraw(topic string) error {
	id := sayStoppedNone
	switch n := t.standing(topic); {
	case n > 1:
		id, t.moved = sayStoppedEach, true
	case n == 1 || t.waitingFor(topic):
		id, t.moved = sayStopped, true
	}
	t.records(bot.Consent{Topic: topic, Language: t.c.language, Version: t.bundle.Hash})
	t.sayOwn(id, value{"topic", t.title(topic)})
	return t.goOnText()
}

func (t *turn) title(topic string) string {
	if known := t.bundle.Shared.Topics[topic]; known != nil {
		if title := t.shared(known.Title); title != "" {
			return title
		}
	}
	return topic
}

// askStop asks what to stop; only STOP by itself stops everything.
func (t *turn) askStop() error {
	var ids []string
	for _, topic := range t.topicsHere() {
		if len(ids) < text.MaxRows-2 {
			ids = append(ids, verbStop+"."+topic)
		}
	}
	return t.offer(t.own(sayStopAsk), append(ids, verbStopAll, verbStopNone)...)
}
