package flow

import (
	"fmt"
	"slices"
)

// calleesFirst orders the flows so that a flow comes after those that it
// calls, and marks the ones that call themselves.
func (c *checker) calleesFirst() []*graph {
	var order []*graph
	state := map[*graph]int{} // 1: being visited, 2: done
	var visit func(g *graph)
	visit = func(g *graph) {
		state[g] = 1
		for s, called := range c.calls(g) {
			switch state[called] {
			case 0:
				visit(called)
			case 1:
				g.recursive = append(g.recursive, s)
			}
		}
		state[g] = 2
		order = append(order, g)
	}
	for _, g := range c.graphs {
		if state[g] == 0 {
			visit(g)
		}
	}
	return order
}

// calls gives the flow that each state calls, for the states that call one.
func (c *checker) calls(g *graph) func(func(int, *graph) bool) {
	return func(yield func(int, *graph) bool) {
		for s, state := range g.states {
			if called := c.byName[state.Flow]; state.Kind == SubFlow && called != nil && !yield(s, called) {
				return
			}
		}
	}
}

// summarise works out what a calling flow must know of this one, from what is
// known of the flows that it calls itself.
func (c *checker) summarise(g *graph) {
	for i := range g.edges {
		e := &g.edges[i]
		if called := c.called(g, e.from); called != nil {
			e.atOnce, e.closed = called.silent, !called.ends
		}
	}
	for s, called := range c.calls(g) {
		if !slices.Contains(g.recursive, s) {
			g.depth = max(g.depth, called.depth+1)
		}
	}
	g.shortestRoads()
	quiet := g.reach(func(e edge) bool { return e.atOnce || e.maybe })
	for s, state := range g.states {
		if state.Kind == End {
			g.ends = g.ends || g.arrived[s] != notReached
			g.silent = g.silent || quiet[s]
		}
	}
	g.leaves = slices.ContainsFunc(g.edges, func(e edge) bool {
		return g.arrived[e.from] != notReached && (e.to < 0 || g.states[e.from].Kind == Handover)
	})
	for s, called := range c.calls(g) {
		g.leaves = g.leaves || g.arrived[s] != notReached && called.leaves
	}
}

// called gives the flow that a state calls; nil for other states, for flows
// that do not exist, and for a flow that is its own caller.
func (c *checker) called(g *graph, s int) *graph {
	if g.states[s].Kind != SubFlow || slices.Contains(g.recursive, s) {
		return nil
	}
	return c.byName[g.states[s].Flow]
}

// shortestRoads finds, breadth first, by which edge each state is first reached.
func (g *graph) shortestRoads() {
	g.arrived = make([]int, len(g.states))
	for s := range g.arrived {
		g.arrived[s] = notReached
	}
	if g.start < 0 {
		return
	}
	g.arrived[g.start] = atStart
	g.order = append(g.order[:0], g.start)
	for next := 0; next < len(g.order); next++ {
		for _, i := range g.out[g.order[next]] {
			if e := g.edges[i]; e.to >= 0 && !e.closed && g.arrived[e.to] == notReached {
				g.arrived[e.to] = i
				g.order = append(g.order, e.to)
			}
		}
	}
}

// reach tells which states can be reached from the start over some edges only.
func (g *graph) reach(over func(edge) bool) []bool {
	seen := make([]bool, len(g.states))
	if g.start < 0 {
		return seen
	}
	seen[g.start] = true
	for todo := []int{g.start}; len(todo) > 0; {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, i := range g.out[s] {
			if e := g.edges[i]; e.to >= 0 && !e.closed && over(e) && !seen[e.to] {
				seen[e.to] = true
				todo = append(todo, e.to)
			}
		}
	}
	return seen
}

// road is the shortest road to a state, as edges; nil when there is none.
func (g *graph) road(s int) []int {
	var road []int
	for g.arrived[s] >= 0 {
		road = append(road, g.arrived[s])
		s = g.edges[g.arrived[s]].from
	}
	slices.Reverse(road)
	return road
}

// roads proves that every state can be reached, that every state leads to an
// end, the menu or a person, and that no circle goes round without waiting.
func (c *checker) roads(g *graph) {
	knots := g.knots()
	c.unreached(g)
	c.circles(g, knots)
	c.stuck(g, slices.Concat(knots...))
}

// unreached notes the states that no road leads to; of a row of them only the
// first, because the others follow from it.
func (c *checker) unreached(g *graph) {
	lost := make([]bool, len(g.states))
	entered := make([]bool, len(g.states))
	for s := range g.states {
		lost[s] = g.arrived[s] == notReached
	}
	for _, e := range g.edges {
		if e.to >= 0 && e.to != e.from && lost[e.from] && !e.closed {
			entered[e.to] = true
		}
	}
	for _, first := range []bool{true, false} {
		for s := range g.states {
			if !lost[s] || first && entered[s] {
				continue
			}
			c.fault(g.at(s, ""), "unreachable", fmt.Sprintf("Geen enkele weg leidt naar staat %q.", g.states[s].Name),
				fmt.Sprintf("No road leads to state %q.", g.states[s].Name))
			g.follow(s, lost)
		}
	}
}

// follow clears the mark of a state and of all that can be reached from it.
func (g *graph) follow(s int, mark []bool) {
	mark[s] = false
	for todo := []int{s}; len(todo) > 0; {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, i := range g.out[s] {
			if to := g.edges[i].to; to >= 0 && mark[to] {
				mark[to] = false
				todo = append(todo, to)
			}
		}
	}
}

// stuck notes where the roads go on for ever: the first state on each road
// from which neither an end nor the menu nor a person can be reached. Circles
// that never wait are noted as such.
func (c *checker) stuck(g *graph, circling []int) {
	into := make([][]int, len(g.states))
	var todo []int
	free := make([]bool, len(g.states))
	release := func(s int) {
		if !free[s] {
			free[s] = true
			todo = append(todo, s)
		}
	}
	for _, e := range g.edges {
		if e.to >= 0 && !e.closed {
			into[e.to] = append(into[e.to], e.from)
		} else if e.to < 0 {
			release(e.from)
		}
	}
	for _, s := range circling {
		release(s)
	}
	for s, state := range g.states {
		called := c.called(g, s)
		if state.Kind == End || state.Kind == Handover || len(g.out[s]) == 0 ||
			state.Kind == SubFlow && (called == nil || called.leaves || !called.ends) {
			release(s) // what is missing below or beside it is noted there
		}
	}
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, from := range into[s] {
			release(from)
		}
	}
	for s, state := range g.states {
		first := g.arrived[s] == atStart || g.arrived[s] >= 0 && free[g.edges[g.arrived[s]].from]
		if !free[s] && first {
			c.fault(g.at(s, ""), "no-way-out", fmt.Sprintf("Vanaf staat %q komt de bewoner nooit bij een einde, het menu of een medewerker.", state.Name),
				fmt.Sprintf("From state %q a resident never gets to an end, the menu or a person.", state.Name))
		}
	}
}

// circles notes every circle of states that is gone round without waiting for
// the resident: the engine would never stop talking. It stands at the edge
// that closes the circle.
func (c *checker) circles(g *graph, knots [][]int) {
	rank := make([]int, len(g.states)) // the place in the order of the shortest roads
	for i, s := range g.order {
		rank[s] = i
	}
	for _, knot := range knots {
		slices.SortFunc(knot, func(a, b int) int { return rank[a] - rank[b] })
		closing := -1
		for i, e := range g.edges {
			if (e.atOnce || e.maybe) && e.to == knot[0] && slices.Contains(knot, e.from) && (closing < 0 || rank[e.from] > rank[g.edges[closing].from]) {
				closing = i
			}
		}
		if closing < 0 || g.arrived[knot[0]] == notReached {
			continue
		}
		e := g.edges[closing]
		c.fault(g.at(e.from, e.path), "endless",
			fmt.Sprintf("Van staat %q terug naar %q: in deze cirkel wordt nergens op de bewoner gewacht.", g.states[e.from].Name, g.states[e.to].Name),
			fmt.Sprintf("From state %q back to %q: this circle never waits for the resident.", g.states[e.from].Name, g.states[e.to].Name))
	}
}

// knots are the groups of states that lie on a circle of edges taken at once
// (strongly connected components, after Tarjan).
func (g *graph) knots() [][]int {
	t := &tarjan{g: g, number: make([]int, len(g.states)), low: make([]int, len(g.states)), on: make([]bool, len(g.states)), self: make([]bool, len(g.states))}
	for _, e := range g.edges {
		if (e.atOnce || e.maybe) && e.to == e.from {
			t.self[e.from] = true
		}
	}
	for s := range g.states {
		if t.number[s] == 0 {
			t.visit(s)
		}
	}
	return t.knots
}

type tarjan struct {
	g           *graph
	count       int
	number, low []int
	on, self    []bool
	stack       []int
	knots       [][]int
}

func (t *tarjan) visit(s int) {
	t.count++
	t.number[s], t.low[s], t.on[s] = t.count, t.count, true
	t.stack = append(t.stack, s)
	for _, i := range t.g.out[s] {
		e := t.g.edges[i]
		if !e.atOnce && !e.maybe || e.closed || e.to < 0 {
			continue
		}
		if t.number[e.to] == 0 {
			t.visit(e.to)
			t.low[s] = min(t.low[s], t.low[e.to])
		} else if t.on[e.to] {
			t.low[s] = min(t.low[s], t.number[e.to])
		}
	}
	if t.low[s] == t.number[s] {
		at := slices.Index(t.stack, s)
		knot := slices.Clone(t.stack[at:])
		t.stack = t.stack[:at]
		for _, k := range knot {
			t.on[k] = false
		}
		if len(knot) > 1 || t.self[s] {
			t.knots = append(t.knots, knot)
		}
	}
}
