package engine

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/text"
)

// What the engine's own buttons do; their ids are "engine.<verb>[.<arg>]~<run>".
const (
	engineFlow   = "engine"
	verbStart    = "start"    // .<flow>: begin it
	verbPage     = "page"     // .<n>: the menu from there
	verbNone     = "none"     // none of what was guessed
	verbContinue = "continue" // ask again what stands
	verbAgain    = "again"    // the same, with a clean slate
	verbStop     = "stop"     // .<topic>: withdraw it
	verbStopAll  = "stopall"
	verbStopNone = "stopnone"
	verbFound    = "found" // .<n>-<mark>: one of the addresses

	verbAgree    = "agree"    // .<topic>-<mark>: yes to a consent that the engine asked for by itself
	verbRefuse   = "refuse"   // .<topic>-<mark>: no to it
	verbShow     = "show"     // .<category>: what is kept of a kind
	verbEraseYes = "eraseyes" // erase everything
	verbEraseNo  = "eraseno"
	verbOn       = "on" // back to where the conversation was
)

func itoa(n int) string { return strconv.Itoa(n) }

// offer says something with buttons of the engine's own, and notes them, so
// that a typed number or label is understood as well.
func (t *turn) offer(said string, ids ...string) error {
	t.paragraph(said)
	t.link = nil
	t.offerOnly(ids)
	return nil
}

func (t *turn) engineOption(id string) option {
	label, description := t.engineLabel(id)
	return option{engineFlow + "." + id + "~" + itoa(t.c.run), label, description}
}

func (t *turn) engineLabel(id string) (label, description string) {
	verb, arg, _ := strings.Cut(id, ".")
	switch verb {
	case verbStart:
		if f := t.bundle.Flows[arg]; f != nil {
			return t.shared(f.Title), ""
		}
	case verbStop:
		return t.title(arg), ""
	case verbLanguage:
		return t.sentence(arg, sayLanguageName), ""
	case verbFound:
		return t.candidateLabel(arg)
	case verbShow:
		return t.own(categoryNames[arg]), ""
	case verbAgree, verbRefuse: // as in the words that are agreed to
		return t.sentence(t.c.language, labelOf[verb]), ""
	}
	return t.own(labelOf[verb]), ""
}

// labelOf names the sentence on a button whose label is always the same.
var labelOf = map[string]string{
	verbPage: sayMore, verbNone: sayNone, verbContinue: saySwitchNo, verbAgain: sayAgainButton, verbPerson: sayPersonButton,
	verbMenu: sayMenuChoice, verbStopAll: sayStopAll, verbStopNone: sayStopNothing,
	verbAgree: sayYes, verbRefuse: sayNo, verbEraseYes: sayEraseYes, verbEraseNo: sayEraseNo,
	verbData: sayDataAgain, verbExport: sayDataExport, verbErase: sayDataErase, verbOn: sayDataOn,
}

// button is the id of something that was tapped.
type button struct {
	flow, state, key string
	run              int
}

// parseButton reads "<flow>.<state>.<key>~<run>".
func parseButton(id string) (b button, ok bool) {
	at := strings.LastIndexByte(id, '~')
	if at < 0 {
		return b, false
	}
	run, err := strconv.Atoi(id[at+1:])
	if err != nil {
		return b, false
	}
	b.run = run
	b.flow, id, ok = strings.Cut(id[:at], ".")
	b.state, b.key, _ = strings.Cut(id, ".")
	return b, ok && b.state != ""
}

// tap goes by a button, however far up in the chat it stands.
func (t *turn) tap(id string) error {
	b, ok := parseButton(id)
	switch {
	case !ok:
		return t.text(t.typed) // a button of a template: its title is what was meant
	case b.flow == engineFlow:
		return t.act(b.state, b.key, b.run == t.c.run)
	case t.lost:
		return t.restart()
	}
	f := t.bundle.Flows[b.flow]
	if f == nil {
		t.say(sayChangedMenu)
		t.leave()
		return t.menu()
	}
	if newer, ok := f.Renamed[b.state]; ok && f.States[b.state] == nil {
		b.state = newer
	}
	if b.run == t.c.run {
		if done, err := t.tapHere(f, b); done {
			return err
		}
	}
	return t.tapOld(b)
}

// tapHere answers the question that stands, or an earlier one of this run.
func (t *turn) tapHere(f *flow.Flow, b button) (done bool, err error) {
	s := f.States[b.state]
	if top := t.c.top(); top != nil && top.flow == b.flow && top.state == b.state {
		if s == nil || !s.Kind.Waits() || !t.hasKey(s, b.key) {
			return false, nil
		}
		return true, t.choose(s, b.key)
	}
	depth := slices.IndexFunc(t.c.frames, func(fr frame) bool { return fr.flow == b.flow })
	if t.c.fixed != free || depth < 0 || s == nil || !s.Kind.Waits() {
		return false, nil
	}
	if !t.idle() {
		t.c.asked()
	}
	frames, before := t.c.frames, t.c.top().state
	t.c.frames = t.c.frames[:depth+1]
	left := t.c.top().state
	t.c.top().state, t.texting = b.state, nil
	if !t.hasKey(s, b.key) {
		t.c.top().state = left
		t.c.frames = frames
		t.c.top().state = before
		return false, nil
	}
	t.c.forget()
	t.c.settle()
	if s.Kind == flow.Subscribe || s.Kind == flow.Unsubscribe {
		t.moved = true
		return true, t.run() // consent is given to words that were just shown
	}
	return true, t.choose(s, b.key)
}

// tapOld is for a button that no longer fits: what is done stays done, and
// what is of before begins anew.
func (t *turn) tapOld(b button) error {
	if b.run == t.c.run && t.c.fixed == wrote {
		t.say(sayDoneButton)
		return t.goOn()
	}
	name := b.flow
	if b.run == t.c.run && len(t.c.frames) > 0 {
		name = t.c.frames[0].flow
	}
	if !t.opens(name) {
		t.say(sayChangedMenu)
		t.leave()
		return t.menu()
	}
	t.say(sayOldButton)
	return t.start(name)
}

// opens tells whether a flow can be begun by itself; one that only serves
// others has neither a place in the menu nor keywords.
func (t *turn) opens(name string) bool {
	f := t.bundle.Flows[name]
	return f != nil && (slices.Contains(t.bundle.Shared.Menu, name) || len(f.Keywords) > 0)
}

// hasKey tells whether a state has such a button now.
func (t *turn) hasKey(s *flow.State, key string) bool {
	switch {
	case strings.HasPrefix(key, "="):
		_, ok := t.item(s, key)
		return ok
	case strings.HasPrefix(key, "+"):
		return s.Kind == flow.ChooseFrom
	case key == keySkip:
		return s.Kind == flow.Ask && s.Optional != nil
	case key == keyRemembered:
		return s.Kind == flow.Ask && t.c.remembered.get(s.Save) != ""
	case s.Kind == flow.Subscribe || s.Kind == flow.Unsubscribe || s.Kind == flow.Ask:
		return key == keyYes || key == keyNo
	}
	return slices.ContainsFunc(s.Choices, func(c flow.Choice) bool { return c.Key == key })
}

// item finds the item of a list that a button stands for.
func (t *turn) item(s *flow.State, key string) (string, bool) {
	number, _, _ := strings.Cut(key[1:], "-")
	n, err := strconv.Atoi(number)
	list := items(t.c.path(s.From))
	if err != nil || n < 0 || n >= len(list) || itemKey(n, list[n]) != key {
		return "", false
	}
	return list[n], true
}

// choose goes by one of a state's buttons, which hasKey has judged.
func (t *turn) choose(s *flow.State, key string) error {
	switch {
	case strings.HasPrefix(key, "="):
		item, ok := t.item(s, key)
		if !ok {
			return t.goOn()
		}
		t.c.asked()
		t.save(s.Save, item)
		return t.proceed("chosen")
	case strings.HasPrefix(key, "+"):
		t.c.page, _ = strconv.Atoi(key[1:])
		t.c.page = max(0, t.c.page)
		t.moved = true
		return t.goOn()
	case key == keySkip:
		t.c.asked()
		return t.proceed("skip")
	case key == keyRemembered:
		return t.answered(s, t.c.remembered.get(s.Save))
	}
	switch s.Kind {
	case flow.Subscribe, flow.Unsubscribe:
		return t.decide(s, key == keyYes)
	case flow.Ask:
		return t.answered(s, strconv.FormatBool(key == keyYes))
	}
	return t.chooseFixed(s, key)
}

func (t *turn) chooseFixed(s *flow.State, key string) error {
	for _, c := range s.Choices {
		if c.Key == key {
			t.c.asked()
			if s.Kind == flow.Choose && c.Value != "" {
				t.save(s.Save, quoted(c.Value))
			}
			return t.proceed("choice:" + key)
		}
	}
	return t.goOn()
}

// answered keeps an answer and goes on.
func (t *turn) answered(s *flow.State, raw string) error {
	t.c.asked()
	t.save(s.Save, raw)
	return t.proceed("answered")
}

// act does what one of the engine's own buttons says. Those that belong to a
// question of an earlier run show what stands now.
func (t *turn) act(verb, arg string, current bool) error {
	t.c.offer = nil
	switch verb {
	case verbStart:
		t.hint = t.kept
		return t.begin(arg)
	case verbPage:
		t.leave()
		t.c.page, _ = strconv.Atoi(arg)
		t.c.page, t.moved = max(0, t.c.page), true
		return t.menu()
	case verbNone, verbMenu:
		t.leave()
		t.moved = true
		return t.menu()
	case verbPerson:
		return t.person("")
	case verbLanguage:
		return t.speak(arg)
	case verbContinue:
		return t.goOnWith(t.kept)
	case verbStop:
		return t.withdraw(arg)
	case verbStopAll:
		t.sayOwn(sayStopAllHow)
		return t.goOnText()
	case verbStopNone:
		t.sayOwn(sayStopKept)
		return t.goOnText()
	case verbFound:
		if current && t.c.found != "" && !t.lost {
			return t.chooseCandidate(arg)
		}
	case verbAgain:
		t.c.tries, t.c.found, t.moved = 0, "", true
	default:
		return t.actOnRights(verb, arg)
	}
	return t.goOn()
}

// actOnRights does what a button says about consent and somebody's data.
func (t *turn) actOnRights(verb, arg string) error {
	switch verb {
	case verbAgree, verbRefuse:
		return t.answerDue(arg, verb == verbAgree, slices.Contains(t.asked, verb+"."+arg))
	case verbData:
		return t.data("")
	case verbShow:
		return t.show(arg)
	case verbExport:
		return t.export("")
	case verbErase:
		return t.askErase("")
	case verbEraseYes:
		return t.eraseAll(slices.Contains(t.asked, verb))
	case verbEraseNo:
		t.sayOwn(sayStopKept)
		return t.goOnText()
	}
	t.moved = true // verbOn: the same question again is what was asked for
	return t.goOn()
}

// begin starts a flow that was tapped, or says that it is gone.
func (t *turn) begin(name string) error {
	t.lost = false
	if t.bundle.Flows[name] == nil {
		t.say(sayChangedMenu)
		t.leave()
		return t.menu()
	}
	return t.start(name)
}

// pick finds the label that was typed: the label itself, its number, a label
// nearly so, or the one label that begins with what was typed; -1 for none.
func pick(folded string, labels []string) int {
	near, began, nearest := -1, -1, len(folded)
	ambiguous := false
	for i, label := range labels {
		label = fold(label)
		if label == folded {
			return i
		}
		if d := typos(folded, label); d >= 0 && d < nearest {
			near, nearest = i, d
		}
		if begins(label, folded) {
			ambiguous = ambiguous || began >= 0
			began = i
		}
	}
	if n, err := strconv.Atoi(folded); err == nil && n >= 1 && n <= len(labels) {
		return n - 1
	}
	if near >= 0 || ambiguous {
		return near
	}
	return began
}

// begins tells whether a label begins with what was typed: four letters, or a
// whole word that is not one of those that any sentence may begin with.
func begins(label, folded string) bool {
	if text.Length(folded) >= 4 {
		return strings.HasPrefix(label, folded)
	}
	return strings.HasPrefix(label, folded+" ") && !onlySmallWords(folded)
}

// pickSubject is pick for the menu, whose labels name whole subjects: a word
// that a label begins with is not yet that subject, half of the label is.
func pickSubject(folded string, labels []string) int {
	at := pick(folded, labels)
	if at < 0 || folded[0] <= '9' {
		return at
	}
	if label := fold(labels[at]); strings.HasPrefix(label, folded) && 2*len(folded) < len(label) {
		return -1
	}
	return at
}
