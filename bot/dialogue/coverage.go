package dialogue

import (
	"maps"
	"slices"

	"github.com/gemeentebode/bode/bot/flow"
)

// visits are what the dialogues of a player came by.
type visits struct {
	states map[[2]string]bool // flow, state
	edges  map[[3]string]bool // flow, state, event
}

func newVisits() *visits {
	return &visits{map[[2]string]bool{}, map[[3]string]bool{}}
}

// note is the engine's watch.
func (v *visits) note(flow, from, event, to string) {
	v.states[[2]string{flow, to}] = true
	if from != "" {
		v.edges[[3]string{flow, from, event}] = true
	}
}

// Coverage is what the dialogues visited, of the flows by name.
type Coverage []FlowCoverage

// FlowCoverage counts one flow.
type FlowCoverage struct {
	Flow          string
	States, Edges Count
	Unseen        []string // states that no dialogue comes to, in file order
	Untaken       []Way    // ways that no dialogue goes
}

// Count is how many of how many.
type Count struct{ Seen, All int }

// Percent is rounded down, so that only all is 100.
func (c Count) Percent() int {
	if c.All == 0 {
		return 100
	}
	return c.Seen * 100 / c.All
}

func (c *Count) add(seen bool) {
	c.All++
	if seen {
		c.Seen++
	}
}

// Way is an edge of a flow, here one that no dialogue goes.
type Way struct{ From, Event, To string }

// Coverage tells what the dialogues played so far visited.
func (p *Player) Coverage() Coverage {
	var all Coverage
	for _, name := range slices.Sorted(maps.Keys(p.bundle.Flows)) {
		f := p.bundle.Flows[name]
		c := FlowCoverage{Flow: name}
		for _, state := range f.Order {
			seen := p.seen.states[[2]string{name, state}]
			c.States.add(seen)
			if !seen {
				c.Unseen = append(c.Unseen, state)
			}
			p.edges(&c, f.States[state])
		}
		all = append(all, c)
	}
	return all
}

func (p *Player) edges(c *FlowCoverage, s *flow.State) {
	for _, e := range s.Edges() {
		if e.To == "" || !p.happens(s, e.Event) {
			continue
		}
		seen := p.seen.edges[[3]string{c.Flow, s.Name, e.Event}]
		c.Edges.add(seen)
		if !seen {
			c.Untaken = append(c.Untaken, Way{s.Name, e.Event, e.To})
		}
	}
}

// happens leaves out what cannot happen in this bundle: nobody comes back from
// a desk that is not there, and a team without hours is never closed.
func (p *Player) happens(s *flow.State, event string) bool {
	team := p.bundle.Shared.Teams[s.Team]
	switch {
	case s.Kind != flow.Handover || team == nil:
		return true
	case event == "back":
		return team.Desk
	case event == "closed":
		return team.Open != nil
	}
	return true
}

// Total counts all flows together.
func (c Coverage) Total() (states, edges Count) {
	for _, f := range c {
		states.Seen, states.All = states.Seen+f.States.Seen, states.All+f.States.All
		edges.Seen, edges.All = edges.Seen+f.Edges.Seen, edges.All+f.Edges.All
	}
	return states, edges
}
