package engine

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/text"
)

// turn is one step on its way.
type turn struct {
	*Engine
	now time.Time
	in  bot.Input
	c   *conversation

	typed  string // what the resident typed, a caption included
	folded string
	calm   bool   // the message was also something else (masked, a picture): no explaining, no counting
	hint   string // what began the flow: it may answer its first questions too
	hinted bool   // and has chosen once
	chose  string // the language that they chose
	kept   string // the sentence for which the last answer offered something

	said     []string // paragraphs
	buttons  []bot.Choice
	list     *bot.List
	link     *bot.Link
	askPlace bool
	consents []bot.Consent
	call     *bot.Call
	asked    []string // offered by the message before, and takes an explicit yes only

	moves   int
	moved   bool // the flow's machine made a move: the answer is a new one
	fresh   bool // a flow was begun in this turn
	silent  bool // nothing is said and nothing changes
	still   bool // something is said and nothing changes
	settled bool // what was asked for is answered, and nothing is waited for
	erase   bool // everything goes: the farewell is the answer
	lost    bool // the state it stood in is gone from the bundle
	lostIn  string
	known   *text.World
	texting text.Values // the values of the flow on top, as texts take them
}

func (e *Engine) turn(now time.Time, conversation bot.Private, in bot.Input) (*turn, error) {
	c, err := decode(conversation)
	if err != nil {
		return nil, err
	}
	if in.Message == nil && (in.Result == nil || c.pending == nil) {
		return nil, errors.New("step: neither a message nor the result of a call that was asked for")
	}
	return &turn{Engine: e, now: now, in: in, c: c}, nil
}

// take goes by the input.
func (t *turn) take() error {
	t.renew()
	if t.in.Message != nil {
		t.c.pending = nil // a call whose turn was given up
		return t.message(t.in.Message)
	}
	return t.result(*t.in.Result)
}

// renew brings the conversation to this bundle.
func (t *turn) renew() {
	if t.c.bundle == t.mark {
		return
	}
	known := t.c.bundle != ""
	t.c.bundle = t.mark
	if !known || len(t.c.frames) == 0 {
		return
	}
	t.c.fixed = max(t.c.fixed, changed)
	t.c.back = nil
	idle := t.idle()
	if !t.rename(t.c) {
		t.lost, t.lostIn = !idle, t.c.frames[0].flow
		t.c.frames = nil
		t.c.settle()
	}
}

// again begins the part anew in which the conversation stood, because what it
// held no longer fits the bundle.
func (t *turn) again() error {
	t.renew()
	if p := t.c.pending; p != nil {
		t.consents, t.c.pending = p.consents, nil
	}
	if len(t.c.frames) > 0 {
		t.lostIn = t.c.frames[0].flow
	}
	return t.restart()
}

// restart says that a part has changed and begins it again, or shows the menu.
func (t *turn) restart() error {
	t.lost = false
	if t.bundle.Flows[t.lostIn] == nil {
		t.say(sayChangedMenu)
		return t.menu()
	}
	t.say(sayChangedFlow)
	return t.start(t.lostIn)
}

// start begins a flow: a new run, with nothing of the one before.
func (t *turn) start(name string) error {
	f := t.bundle.Flows[name]
	if f == nil {
		t.c.frames = nil
		return t.menu()
	}
	t.c.run++
	t.c.frames = append(t.c.frames[:0], frame{flow: name, state: f.Start})
	t.sees(name, "", "start", f.Start)
	t.c.fixed, t.c.back = free, nil
	t.c.settle()
	t.fresh, t.moved, t.texting = true, true, nil
	return t.run()
}

// idle tells whether nothing is waited for: the menu, or a flow that ended.
func (t *turn) idle() bool {
	if top := t.c.top(); top == nil || top.state == flow.MenuState {
		return true
	}
	_, s := t.here(t.c)
	return s != nil && s.Kind == flow.End
}

// run goes on from the state on top until something waits.
func (t *turn) run() error {
	for {
		if t.moves++; t.moves > maxMoves {
			return fmt.Errorf("flow %s, state %s: more than %d moves without waiting", t.c.top().flow, t.c.top().state, maxMoves)
		}
		if top := t.c.top(); top == nil || top.state == flow.MenuState {
			return t.menu()
		}
		f, s := t.here(t.c)
		if s == nil {
			return fmt.Errorf("flow %s has no state %s", t.c.top().flow, t.c.top().state)
		}
		waits, err := t.enter(f, s)
		if err != nil {
			return fmt.Errorf("flow %s, state %s: %w", f.Name, s.Name, err)
		}
		if waits {
			return nil
		}
	}
}

// enter does what a state does, and tells whether the turn stops there.
func (t *turn) enter(f *flow.Flow, s *flow.State) (waits bool, err error) {
	switch s.Kind {
	case flow.Say:
		if err := t.sayState(s); err != nil {
			return false, err
		}
		return false, t.move("next")
	case flow.Ask, flow.Choose, flow.ChooseFrom, flow.Subscribe, flow.Unsubscribe:
		return t.wait(s)
	case flow.CallService:
		return true, t.callState(s)
	case flow.Branch:
		return false, t.branch(s)
	case flow.Handover:
		return false, t.move(t.handover(s))
	case flow.SubFlow:
		return false, t.enterFlow(s)
	case flow.End:
		return t.end(f, s)
	}
	return false, fmt.Errorf("no such kind of state: %s", s.Kind)
}

// move lets the flow's machine judge an event and goes where it says.
func (t *turn) move(event string) error {
	top := t.c.top()
	f := t.bundle.Flows[top.flow]
	to, err := f.Move(top.state, event)
	if err != nil {
		return err
	}
	t.sees(top.flow, top.state, event, to)
	top.state = to
	t.c.settle()
	t.moved = true
	return nil
}

// proceed is move, and then on until something waits.
func (t *turn) proceed(event string) error {
	if err := t.move(event); err != nil {
		return err
	}
	return t.run()
}

func (t *turn) enterFlow(s *flow.State) error {
	called := t.bundle.Flows[s.Flow]
	if called == nil || len(t.c.frames) >= maxFrames {
		return fmt.Errorf("flow %q cannot be entered at depth %d", s.Flow, len(t.c.frames))
	}
	t.c.frames = append(t.c.frames, frame{flow: s.Flow, state: called.Start})
	t.sees(s.Flow, "", "start", called.Start)
	t.c.settle()
	t.moved, t.texting = true, nil
	return nil
}

// end says the last words. A sub-flow hands its returns to its caller, which goes on.
func (t *turn) end(f *flow.Flow, s *flow.State) (waits bool, err error) {
	if err := t.sayState(s); err != nil {
		return false, err
	}
	depth := len(t.c.frames)
	if depth == 1 {
		t.c.back = nil
		if len(t.said) == 0 { // nothing was said on the way here: silence would look like a fault
			return true, t.menu()
		}
		t.settled = true
		return true, nil
	}
	done := t.c.frames[depth-1]
	t.c.frames = t.c.frames[:depth-1]
	t.c.forget()
	t.texting = nil
	for _, name := range f.Returns {
		if raw := done.values.get(name); raw != "" {
			t.save(name, raw)
		}
	}
	return false, t.move("next")
}

// save keeps a value in the flow on top, and for the resident where the
// municipality says so.
func (t *turn) save(name, raw string) {
	if name == "" || raw == "" {
		return
	}
	t.c.saving(name, raw)
	top := t.c.top()
	if before := top.values.get(name); before != "" && before != raw {
		t.c.run++ // buttons further up in the chat were about the value before
	}
	top.values = top.values.with(name, raw)
	if t.texting != nil {
		t.texting[name] = bot.Value{Private: bot.Hide(raw)}
	}
	if slices.Contains(t.bundle.Shared.Remembered, name) {
		t.c.remembered = t.c.remembered.with(name, raw)
	}
}

// handover gives the event of a desk that is not there: nobody reads along.
func (t *turn) handover(s *flow.State) string {
	team := t.bundle.Shared.Teams[s.Team]
	if team != nil && team.Open != nil && !team.Open(t.now) {
		return "closed"
	}
	return "nobody"
}

// outcome is what the step decided. Consents come with the last step of a
// turn; those of earlier steps are carried along.
func (t *turn) outcome(before bot.Private) bot.Outcome {
	switch {
	case t.silent:
		return bot.Outcome{Conversation: before}
	case t.still:
		return bot.Outcome{Conversation: before, Reply: &bot.Reply{Text: bot.Hide(t.said[0])}}
	case t.erase:
		return bot.Outcome{Conversation: t.c.encode(), Erase: true}
	}
	if t.call != nil {
		return bot.Outcome{Conversation: t.c.encode(), Call: t.call, Language: t.chose}
	}
	t.askDue()
	reply := t.reply()
	t.c.last = t.now.Unix()
	return bot.Outcome{Conversation: t.c.encode(), Reply: reply, Consents: t.consents, Language: t.chose}
}

// reply makes one message of all that was said.
func (t *turn) reply() *bot.Reply {
	if !t.c.greeted && (len(t.said) > 0 || t.buttons != nil || t.list != nil) {
		t.c.greeted = true
		if first := t.bundle.Shared.FirstContact; first != nil {
			t.said = append([]string{t.shared(first)}, t.said...)
		}
	}
	if len(t.said) == 0 {
		return nil
	}
	body := t.different(strings.Join(t.said, "\n\n"))
	limit := text.MaxBody
	if t.buttons != nil || t.list != nil || t.link != nil || t.askPlace {
		limit = text.MaxInteractiveBody
	}
	reply := &bot.Reply{Text: bot.Hide(text.Cut(body, limit))}
	switch {
	case t.buttons != nil:
		reply.Buttons = t.buttons
	case t.list != nil:
		reply.List = t.list
	case t.link != nil:
		reply.Link = t.link
	default:
		reply.AskPlace = t.askPlace
	}
	return reply
}

// different keeps an answer that brought nobody further from being one of the
// last three again: whoever gets stuck hears of another way out.
func (t *turn) different(body string) string {
	again := body
	for _, id := range []string{sayAgainFirst, sayAgainSecond, sayAgainThird} {
		if t.moved || !slices.Contains(t.c.recent[:], hash32(again)) {
			break
		}
		again = body
		if more := t.sentence(t.c.language, id); more != "" {
			again = body + "\n\n" + more
		}
	}
	t.c.remember(hash32(again))
	return again
}
