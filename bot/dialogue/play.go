package dialogue

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/privacy"
)

// Services runs what flows call, in memory and for one dialogue. One that also
// has Remains tells what stays after STOP, for the farewell.
type Services interface {
	Call(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error)
}

// remaining is what Services may also tell.
type remaining interface {
	Remains(now time.Time) bot.Remains
}

// Player plays dialogues on one bundle and counts what they visit. It is for
// one goroutine.
type Player struct {
	bundle   *flow.Bundle
	engine   *engine.Engine
	door     *privacy.Door
	services func() Services
	seen     *visits
}

// NewPlayer makes a player; services gives new ones for each dialogue.
func NewPlayer(b *flow.Bundle, services func() Services) *Player {
	seen := newVisits()
	return &Player{bundle: b, engine: engine.New(b).Watched(seen.note), door: b.Door(), services: services, seen: seen}
}

// Result is what became of a file.
type Result struct {
	File        *File
	Differences []Difference // the first of each dialogue that went another way
	answers     []answer     // to every message that was played, in order
}

// Wrong is how many dialogues went another way.
func (r *Result) Wrong() int { return len(r.Differences) }

// answer is what came on a message.
type answer struct {
	says  *Says
	lines []string // as on the phone
	brief []string // without the sentences of the first contact, where it began with them
}

// Play plays the dialogues of a file, each to its end or to where it cannot go
// on. Play it only when Fits has no faults.
func (p *Player) Play(ctx context.Context, f *File) *Result {
	r := &Result{File: f}
	for _, d := range f.Dialogues {
		ph := &phone{Player: p, services: p.services(), forced: map[string]bot.Result{}}
		first := true
		for _, s := range d.Steps {
			got, stuck := ph.step(ctx, s)
			different := stuck
			if stuck == nil && got != nil {
				r.answers = append(r.answers, *got)
				different = got.differs()
			}
			if different != nil && first {
				different.File, different.Title, first = f.Name, d.Title, false
				r.Differences = append(r.Differences, *different)
			}
			if stuck != nil {
				break
			}
		}
	}
	return r
}

// phone is one resident in a dialogue.
type phone struct {
	*Player
	services     Services
	forced       map[string]bot.Result
	now          time.Time
	conversation bot.Private
	subscribed   []subscription
	screen       []bot.Choice // everything that can be tapped, from the top
	messages     int
}

// step does what one line says. A Difference says that the dialogue cannot go on.
func (p *phone) step(ctx context.Context, s Step) (*answer, *Difference) {
	switch {
	case s.Clock != nil:
		p.now = *s.Clock
	case s.Force != nil && s.Force.Outcome == "":
		delete(p.forced, s.Force.Operation)
	case s.Force != nil:
		p.forced[s.Force.Operation] = bot.Result{Outcome: s.Force.Outcome, Value: bot.RawValue([]byte(s.Force.Value))}
	case s.Pending != "":
		p.subscribed = append(p.subscribed, subscription{topic: s.Pending, about: "(import)"})
	case s.Language != "":
		_, stuck := p.send(ctx, s.Line, bot.Message{Kind: bot.KindTap, Choice: "engine.language." + s.Language + "~0"})
		return nil, stuck
	case s.Says != nil:
		return p.says(ctx, s.Says)
	}
	return nil, nil
}

func (p *phone) says(ctx context.Context, s *Says) (*answer, *Difference) {
	m := s.Message
	if label, ok := tapped(s.Shown); ok {
		id, stuck := p.find(s, label)
		if stuck != nil {
			return nil, stuck
		}
		m.Choice = id
	}
	reply, stuck := p.send(ctx, s.Line, m)
	if stuck != nil {
		return nil, stuck
	}
	p.screen = append(p.screen, choices(reply)...)
	got := &answer{says: s, lines: show(reply)}
	got.brief = p.brief(got.lines)
	return got, nil
}

// find gives the button or row with a label, the nearest above first: buttons
// further up in the chat can be tapped as well.
func (p *phone) find(s *Says, label string) (id string, stuck *Difference) {
	labels := make([]string, 0, len(p.screen))
	for i := len(p.screen) - 1; i >= 0; i-- {
		if p.screen[i].Label.Reveal() == label {
			return p.screen[i].ID, nil
		}
		labels = append(labels, p.screen[i].Label.Reveal())
	}
	d := &Difference{Line: s.Line, Dutch: fmt.Sprintf("er staat geen knop [%s] op het scherm.", label), English: fmt.Sprintf("there is no button [%s] on the screen.", label)}
	if meant := near(label, labels); meant != "" {
		d.Dutch += fmt.Sprintf(" Bedoelt u [%s]?", meant)
		d.English += fmt.Sprintf(" Did you mean [%s]?", meant)
	}
	return "", d
}

// send is one turn: through the door, and step by step with what the services
// give. The reply is nil where nothing is said.
func (p *phone) send(ctx context.Context, line int, m bot.Message) (*bot.Reply, *Difference) {
	p.messages++
	m.Sent = p.now
	m = p.door.Enter(m)
	if m.Stop {
		return p.stop(), nil
	}
	in := bot.Input{Message: &m, Subscribed: p.topics()}
	for calls := 1; ; calls++ {
		out, err := p.engine.Step(p.now, p.conversation, in)
		if err != nil {
			return nil, &Difference{Line: line, Dutch: "dit gesprek loopt vast: " + err.Error(), English: "this dialogue is stuck: " + err.Error()}
		}
		p.conversation = out.Conversation
		if out.Erase {
			return p.stop(), nil
		}
		p.consent(out.Consents)
		if out.Call == nil {
			return out.Reply, nil
		}
		result, stuck := p.call(ctx, line, *out.Call, calls)
		if stuck != nil {
			return nil, stuck
		}
		in = bot.Input{Result: &result, Subscribed: p.topics()}
	}
}

// resident is who every dialogue is.
const resident bot.ID = "bewoner"

// call gives the outcome that is forced, or what the service gives. One that
// reads and goes wrong ends as "failed", as it does for a resident.
func (p *phone) call(ctx context.Context, line int, call bot.Call, number int) (bot.Result, *Difference) {
	if forced, ok := p.forced[call.Operation]; ok {
		return forced, nil
	}
	writes := p.bundle.Operations[call.Operation].Writes
	call.Resident = resident
	if writes {
		call.Key = fmt.Sprintf("%d/%d", p.messages, number)
	}
	result, err := p.services.Call(ctx, p.now, call)
	switch {
	case err == nil:
		return result, nil
	case !writes:
		return bot.Result{Outcome: "failed"}, nil
	}
	return bot.Result{}, &Difference{Line: line,
		Dutch:   fmt.Sprintf("%s kan hier niet echt gebeuren: %v. Zet er een uitkomst boven: service %s = ...", call.Operation, err, call.Operation),
		English: fmt.Sprintf("%s cannot really happen here: %v. Put an outcome above it: service %s = ...", call.Operation, err, call.Operation)}
}

// subscription is one that stands, or that waits while given is zero.
type subscription struct {
	topic, about string
	given        time.Time
}

// consent does with subscriptions what the store does with them.
func (p *phone) consent(decided []bot.Consent) {
	for _, c := range decided {
		about := c.About.Reveal()
		same := func(s subscription) bool { return s.topic == c.Topic && s.about == about }
		switch {
		case c.Kept:
			for i := range p.subscribed {
				if p.subscribed[i].topic == c.Topic {
					p.subscribed[i].given = p.now
				}
			}
		case c.Given:
			p.subscribed = append(slices.DeleteFunc(p.subscribed, same), subscription{c.Topic, about, p.now})
		case c.Topic == "":
			p.subscribed = nil
		default:
			p.subscribed = slices.DeleteFunc(p.subscribed, func(s subscription) bool {
				return s.topic == c.Topic && (about == "" || s.about == about)
			})
		}
	}
}

// topics gives what stands and waits, as the store does: by topic.
func (p *phone) topics() []bot.Subscription {
	var list []bot.Subscription
	for _, s := range p.subscribed {
		list = append(list, bot.Subscription{Topic: s.topic, Given: s.given})
	}
	slices.SortStableFunc(list, func(a, b bot.Subscription) int { return strings.Compare(a.Topic, b.Topic) })
	return list
}

// receipt stands for the code that is drawn when somebody is erased.
const receipt = "ABCDE-23456"

// stop erases: the farewell is said, and what follows comes from a new person.
func (p *phone) stop() *bot.Reply {
	var remains bot.Remains
	if r, ok := p.services.(remaining); ok {
		remains = r.Remains(p.now)
	}
	reply := p.engine.Farewell(p.conversation, receipt, remains)
	p.conversation, p.subscribed = bot.Private{}, nil
	return &reply
}

// brief takes the sentences of the first contact off an answer, so that not
// every dialogue has to begin with them.
func (p *phone) brief(lines []string) []string {
	first := p.bundle.Shared.FirstContact
	if first == nil {
		return nil
	}
	at, err := p.engine.Where(p.conversation)
	if err != nil {
		return nil
	}
	said, err := first.In(at.Language).Render(p.bundle.World(at.Language, p.now), nil)
	if err != nil {
		return nil
	}
	greeting := show(&bot.Reply{Text: bot.Hide(said)})
	n := len(greeting)
	if len(lines) <= n+1 || lines[n] != "" || !equal(greeting, lines[:n]) {
		return nil
	}
	return lines[n+1:]
}

// Fits names what a file asks for that the player's bundle does not have.
func (p *Player) Fits(f *File) flow.Faults { return f.Fits(p.bundle) }
