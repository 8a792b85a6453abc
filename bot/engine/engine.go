// Package engine takes one step: a conversation and an input in, the next
// conversation and what to do out. It reads no clock, no network, no database.
package engine

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/flow"
)

// How old a message or a conversation may get.
const (
	lateAfter   = 2 * time.Hour  // an apology and the menu instead of a stale step
	silentAfter = 24 * time.Hour // no answer: the platform's window is closed
	IdleAfter   = 24 * time.Hour // a flow that nobody went on with is left
)

// maxMoves bounds a turn: a flow that goes on without waiting is an error and
// not an endless turn. The flow check refuses such flows beforehand.
const maxMoves = 50

// Engine steps the conversations of one bundle. It is safe for any number of
// goroutines: it never changes.
type Engine struct {
	bundle   *flow.Bundle
	mark     string // the start of the bundle's hash, as conversations keep it
	zone     *time.Location
	words    words
	matches  map[string]*index // by language
	patterns map[*flow.State]*regexp.Regexp
	formal   []formal
	team     string   // the team of a flow that names none
	names    []string // languages that have at least a screen of their own, complete ones first
	watch    Watch    // nil in a service
}

// New prepares what does not change while the bundle is live: the words that
// mean something everywhere and the index of what flows are about.
func New(b *flow.Bundle) *Engine {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic(err) // without the zone's rules no time that we say is right
	}
	e := &Engine{bundle: b, mark: b.Hash[:min(16, len(b.Hash))], zone: zone, words: newWords(b),
		matches: newIndexes(b), patterns: map[*flow.State]*regexp.Regexp{}, formal: newFormal(b)}
	for _, f := range b.Flows {
		for _, s := range f.States {
			if s.Pattern == "" {
				continue
			}
			if pattern, err := regexp.Compile(s.Pattern); err == nil { // the flow check refuses others
				e.patterns[s] = pattern
			}
		}
	}
	for name := range b.Shared.Teams {
		if e.team == "" || name < e.team {
			e.team = name
		}
	}
	e.names = languages(b)
	return e
}

// languages lists the complete languages in their order, then the others that
// have one screen, by name.
func languages(b *flow.Bundle) []string {
	names := slices.Clone(b.Shared.Languages)
	var others []string
	for language := range sources(b.Sentences[sayOtherLanguage]) {
		if !slices.Contains(names, language) {
			others = append(others, language)
		}
	}
	slices.Sort(others)
	return append(names, others...)
}

func (e *Engine) complete(language string) bool {
	return slices.Contains(e.bundle.Shared.Languages, language)
}

// Position is where a conversation stands. Flow is empty at the menu; Done says
// that the flow has ended and nothing is waited for.
type Position struct {
	Flow, State, Language string
	Done                  bool
}

// Where tells where a conversation stands. The error says that it is not
// readable, and holds nothing of it.
func (e *Engine) Where(conversation bot.Private) (Position, error) {
	c, err := decode(conversation)
	if err != nil {
		return Position{}, err
	}
	at := Position{Language: c.language, Done: true}
	if top := c.top(); top != nil && top.state != flow.MenuState {
		at.Flow, at.State = top.flow, top.state
		if _, s := e.here(c); s != nil {
			at.Done = s.Kind == flow.End
		}
	}
	return at, nil
}

// Stranded tells whether a conversation that is under way stands in a state
// that this bundle does not have, under its own name or a newer one.
func (e *Engine) Stranded(conversation bot.Private) bool {
	c, err := decode(conversation)
	return err == nil && c.top() != nil && c.top().state != flow.MenuState && !e.rename(c)
}

// here gives the flow and state that a conversation stands in; nil at the menu
// and where the bundle has no such state.
func (e *Engine) here(c *conversation) (*flow.Flow, *flow.State) {
	top := c.top()
	if top == nil {
		return nil, nil
	}
	f := e.bundle.Flows[top.flow]
	if f == nil {
		return nil, nil
	}
	return f, f.States[top.state]
}

// rename moves a conversation to the newer names of its states, and tells
// whether each of them exists.
func (e *Engine) rename(c *conversation) bool {
	for i := range c.frames {
		f := e.bundle.Flows[c.frames[i].flow]
		if f == nil {
			return false
		}
		state := &c.frames[i].state
		for range len(f.Renamed) {
			if newer, ok := f.Renamed[*state]; ok && f.States[*state] == nil {
				*state = newer
			}
		}
		if *state != flow.MenuState && f.States[*state] == nil {
			return false
		}
	}
	return true
}

// Step takes one step: a message, or the result of the call that the step
// before asked for. The same arguments always give the same outcome. An error
// says that the bundle or the caller is wrong, never that a resident is, and
// holds nothing of the conversation.
func (e *Engine) Step(now time.Time, conversation bot.Private, in bot.Input) (bot.Outcome, error) {
	t, err := e.turn(now, conversation, in)
	if err != nil {
		return bot.Outcome{}, err
	}
	err = t.take()
	if err != nil && !t.fresh {
		// A value or an edge that was there when the conversation got here is gone
		// from the bundle: that part begins again.
		if t, err = e.turn(now, conversation, in); err == nil {
			err = t.again()
		}
	}
	if err != nil {
		return bot.Outcome{}, fmt.Errorf("step: %w", err)
	}
	return t.outcome(conversation), nil
}
