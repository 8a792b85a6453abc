package flow

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/looplab/fsm"
)

// MenuState is the one target that every flow knows without declaring it.
const MenuState = "menu"

// Edge is one way out of a state: what happens and where it leads.
type Edge struct{ Event, To string }

// Edges gives the ways out of a state in the order in which a picture or a
// report should show them: the choices first, then the events by name.
func (s *State) Edges() []Edge {
	var edges []Edge
	for _, c := range s.Choices {
		edges = append(edges, Edge{"choice:" + c.Key, c.Next})
	}
	switch s.Kind {
	case Say, SubFlow:
		edges = append(edges, Edge{"next", s.Next})
	case Ask:
		edges = append(edges, s.askEdges()...)
	case Branch:
		edges = append(edges, s.branchEdges()...)
	case End, Choose:
	default:
		for _, event := range sortedKeys(s.On) {
			edges = append(edges, Edge{event, s.On[event]})
		}
	}
	return edges
}

// askEdges: without a target of its own an invalid answer stays, and skipping
// goes where an answer goes.
func (s *State) askEdges() []Edge {
	edges := []Edge{{"answered", s.Next}, {"invalid", s.Name}}
	if to := s.On["invalid"]; to != "" {
		edges[1].To = to
	}
	if s.Optional != nil {
		to := s.On["skip"]
		if to == "" {
			to = s.Next
		}
		edges = append(edges, Edge{"skip", to})
	}
	return edges
}

func (s *State) branchEdges() []Edge {
	var edges []Edge
	for _, value := range sortedKeys(s.On) {
		edges = append(edges, Edge{"is:" + value, s.On[value]})
	}
	if s.Else != "" {
		edges = append(edges, Edge{"else", s.Else})
	}
	return edges
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// machine is a flow as looplab/fsm sees it. An fsm.FSM holds one current state
// and is not safe between SetState and Event, so each move borrows one.
type machine struct {
	states map[string]bool
	pool   sync.Pool
}

// newMachine refuses an event that leaves one state twice: fsm would silently
// keep the last. Edges without a target are left out.
func newMachine(f *Flow) (*machine, error) {
	m := &machine{states: map[string]bool{MenuState: true}}
	events := fsm.Events{}
	taken := map[[2]string]bool{}
	for _, name := range f.Order {
		m.states[name] = true
		for _, e := range f.States[name].Edges() {
			if taken[[2]string{name, e.Event}] {
				return nil, fmt.Errorf("flow %s, state %s: event %s leaves twice", f.Name, name, e.Event)
			}
			taken[[2]string{name, e.Event}] = true
			if e.To != "" {
				events = append(events, fsm.EventDesc{Name: e.Event, Src: []string{name}, Dst: e.To})
			}
		}
	}
	start := f.Start
	m.pool.New = func() any { return fsm.NewFSM(start, events, nil) }
	return m, nil
}

// Move asks the flow's machine where an event leads. A move to the same state
// is success. The error says that the flow does not know the state, or that
// the event does not leave it; it names both and holds nothing of a resident.
func (f *Flow) Move(from, event string) (string, error) {
	if !f.machine.states[from] { // fsm itself accepts any state
		return "", fmt.Errorf("flow %s has no state %s", f.Name, from)
	}
	judge := f.machine.pool.Get().(*fsm.FSM)
	defer f.machine.pool.Put(judge)
	judge.SetState(from)
	err := judge.Event(context.Background(), event)
	if errors.As(err, new(fsm.NoTransitionError)) {
		err = nil
	}
	if err != nil {
		return "", fmt.Errorf("flow %s, state %s: %w", f.Name, from, err)
	}
	return judge.Current(), nil
}
