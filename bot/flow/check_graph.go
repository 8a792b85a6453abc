package flow

import (
	"fmt"
	"strconv"

	"github.com/gemeentebode/bode/bot/text"
)

// Targets that are not a state of the flow.
const (
	toMenu    = -1
	toNowhere = -2 // does not exist; noted, and further taken for a way out
)

// graph is one flow as the proofs see it: its states by number in the order
// of the file, and every event as an edge.
type graph struct {
	flow   *Flow
	file   string
	states []*State
	index  map[string]int
	edges  []edge
	out    [][]int // the edges that leave each state
	start  int     // toNowhere when there is none

	// What a calling flow needs to know; see summarise.
	ends      bool  // some road reaches an end
	leaves    bool  // some road reaches the menu or a person
	silent    bool  // some road from start to end never waits
	depth     int   // flows below this one
	recursive []int // the states that call a flow which calls this one
	arrived   []int // the edge by which the shortest road reaches each state; notReached, atStart
	order     []int // the states that can be reached, nearest first

	definitions []definition
	unset       map[string]int // a name's number in the sets: "not saved on some road"
	known       []bits         // what holds on entering each state; see values
	needed      map[string]bool
}

// edge is one event of a state.
type edge struct {
	from, to int
	event    string
	target   string
	path     string // the key that names the target, within the state
	atOnce   bool   // is taken without waiting for the resident
	maybe    bool   // may be: who agreed before is not asked again
	hinted   bool   // may be, from the start: the words that began a flow can answer its first questions
	closed   bool   // shut: a sub-flow that never comes back
	saves    []int  // definitions
}

// Values of graph.arrived besides an edge.
const (
	notReached = -1
	atStart    = -2
)

func newGraph(f *Flow) *graph {
	g := &graph{flow: f, file: flowDir + "/" + f.Name + ".toml", index: map[string]int{}, start: toNowhere,
		unset: map[string]int{}, needed: map[string]bool{}}
	for _, name := range f.Order {
		if s := f.States[name]; s != nil {
			g.index[name] = len(g.states)
			g.states = append(g.states, s)
		}
	}
	g.out = make([][]int, len(g.states))
	for s, state := range g.states {
		for _, e := range edgesOf(state) {
			e.from, e.to = s, toNowhere
			g.out[s] = append(g.out[s], len(g.edges))
			g.edges = append(g.edges, e)
		}
	}
	return g
}

// edgesOf lists the events of a state, whether or not they are the right ones.
func edgesOf(s *State) []edge {
	var edges []edge
	add := func(event, target, path string) {
		edges = append(edges, edge{event: event, target: target, path: path, atOnce: takenAtOnce(s.Kind, event),
			maybe:  event == "yes" && (s.Kind == Subscribe || s.Kind == Unsubscribe),
			hinted: s.Kind == Choose || event == "answered" && s.Ask == "address"})
	}
	switch s.Kind {
	case Say, SubFlow:
		add("next", s.Next, "next")
	case Ask:
		add("answered", s.Next, "next")
		if s.Optional != nil && s.On["skip"] == "" {
			add("skip", s.Next, "next")
		}
	}
	for _, event := range sortedKeys(s.On) {
		add(branchEvent(s.Kind, event), s.On[event], "on."+event)
	}
	if s.Kind == Branch && s.Else != "" {
		add("else", s.Else, "else")
	}
	for i, choice := range s.Choices {
		add("choice:"+choice.Key, choice.Next, "choices."+strconv.Itoa(i)+".next")
	}
	return edges
}

// dutchSource is a text as its editor wrote it; "" where there is none.
func dutchSource(t *text.Text) string {
	if t == nil || t.In(dutch) == nil {
		return ""
	}
	return t.In(dutch).Source()
}

func branchEvent(k Kind, event string) string {
	if k == Branch {
		return "is:" + event
	}
	return event
}

// takenAtOnce tells whether an event happens in the turn in which its state is
// entered: a list can turn out empty and a desk closed before anyone is asked.
func takenAtOnce(k Kind, event string) bool {
	switch event {
	case "empty", "closed", "nobody":
		return true
	}
	return !k.Waits()
}

// connect resolves the targets of a flow. A near name is taken for the one
// that was meant, so that one typing error is one fault and not ten; targets
// that do not exist are noted by states, when the roads are known.
func (g *graph) connect() {
	for i := range g.edges {
		g.edges[i].to = g.target(g.edges[i].target)
	}
	g.start = g.target(g.flow.Start)
	if g.start < 0 && len(g.states) > 0 {
		g.start = 0
	}
}

func (g *graph) target(name string) int {
	if s, ok := g.index[name]; ok {
		return s
	}
	if name == "menu" {
		return toMenu
	}
	if s, ok := g.index[near(name, g.flow.Order)]; ok && name != "" {
		return s
	}
	return toNowhere
}

// targets notes every target that does not exist.
func (c *checker) targets(g *graph) {
	for _, e := range g.edges {
		if e.event == "skip" || c.exists(g, e.target) {
			continue // a question that is skipped goes where its answer goes
		}
		c.unknown(g.at(e.from, e.path), "unknown-target", e.target, append([]string{"menu"}, g.flow.Order...),
			fmt.Sprintf("Staat %q gaat naar %%q, die bestaat niet.", g.states[e.from].Name),
			fmt.Sprintf("State %q goes to %%q, which does not exist.", g.states[e.from].Name))
	}
	if start := g.flow.Start; start == "menu" || !c.exists(g, start) {
		c.unknown(g.key("start"), "unknown-start", start, g.flow.Order,
			"De flow begint bij %q, maar die staat bestaat niet.", "The flow starts at %q, but there is no such state.")
	}
	for _, old := range sortedKeys(g.flow.Renamed) {
		c.renamed(g, old)
	}
}

func (c *checker) renamed(g *graph, old string) {
	at := g.key("renamed." + old)
	if to := g.flow.Renamed[old]; !c.exists(g, to) {
		c.unknown(at, "unknown-renamed", to, g.flow.Order,
			fmt.Sprintf("De oude naam %q wijst naar %%q, maar die staat bestaat niet.", old),
			fmt.Sprintf("The old name %q points to %%q, but there is no such state.", old))
	}
	if _, ok := g.index[old]; ok {
		c.fault(at, "renamed-exists", fmt.Sprintf("%q heet hier een oude naam, maar die staat bestaat nog.", old),
			fmt.Sprintf("%q is called an old name here, but that state still exists.", old))
	}
}

// exists tells whether a target is there: a state, also one that could not be
// read, the menu, or nothing at all, which the reader noted.
func (c *checker) exists(g *graph, name string) bool {
	if _, ok := g.index[name]; ok || name == "menu" || name == "" {
		return true
	}
	_, ok := c.d.places[g.file+"#states."+name]
	return ok
}
