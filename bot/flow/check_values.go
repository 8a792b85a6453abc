package flow

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/text"
)

// definition is one place where a value is saved: an event of a state.
type definition struct {
	name   string
	edge   int
	shapes []valueShape // more than one where the roads differ
	from   string       // choices_from: the list that the value is picked from, resolved at the first look
	state  int
}

// valueShape is what a value looks like. A saved choice is a code that the function
// choice shows by its label.
type valueShape struct {
	bot.Field
	choice bool
	labels []*text.Text
}

// bits is a set of small numbers.
type bits []uint64

func (b bits) has(i int) bool { return b[i/64]&(1<<(i%64)) != 0 }
func (b bits) set(i int)      { b[i/64] |= 1 << (i % 64) }
func (b bits) clear(i int)    { b[i/64] &^= 1 << (i % 64) }

// add takes in another set and tells whether that changed anything.
func (b bits) add(other bits) bool {
	changed := false
	for i, w := range other {
		changed = changed || w&^b[i] != 0
		b[i] |= w
	}
	return changed
}

// values works out what is saved on entering each state: which definitions can
// reach it, and of which names some road saves nothing. A name starts as unset
// on every road, so "must be assigned" is "unset does not reach".
func (c *checker) values(g *graph) {
	for s, state := range g.states {
		c.define(g, s, state)
	}
	for _, d := range g.definitions {
		if _, ok := g.unset[d.name]; !ok {
			g.unset[d.name] = len(g.definitions) + len(g.unset)
		}
	}
	size := (len(g.definitions)+len(g.unset))/64 + 1
	g.known = make([]bits, len(g.states))
	for s := range g.known {
		g.known[s] = make(bits, size)
	}
	if g.start < 0 {
		return
	}
	for _, i := range g.unset {
		g.known[g.start].set(i)
	}
	g.flowOn(size)
}

// flowOn carries what is known along the edges until nothing changes. Sets
// only grow, so it ends; in the order of the roads it needs few rounds.
func (g *graph) flowOn(size int) {
	same := map[string][]int{}
	for i, d := range g.definitions {
		same[d.name] = append(same[d.name], i)
	}
	after := make(bits, size)
	for changed := true; changed; {
		changed = false
		for _, s := range g.order {
			for _, i := range g.out[s] {
				e := g.edges[i]
				if e.to < 0 || e.closed {
					continue
				}
				copy(after, g.known[s])
				for _, d := range e.saves {
					name := g.definitions[d].name
					after.clear(g.unset[name])
					for _, other := range same[name] {
						after.clear(other)
					}
					after.set(d)
				}
				changed = g.known[e.to].add(after) || changed
			}
		}
	}
}

// define notes what the events of a state save.
func (c *checker) define(g *graph, s int, state *State) {
	for _, i := range g.out[s] {
		e := &g.edges[i]
		save := func(name, from string, shapes ...valueShape) {
			if name != "" {
				e.saves = append(e.saves, len(g.definitions))
				g.definitions = append(g.definitions, definition{name: name, edge: i, shapes: shapes, from: from, state: s})
			}
		}
		switch {
		case state.Kind == Ask && e.event == "answered":
			save(state.Save, "", valueShape{Field: askField(state)})
		case state.Kind == ChooseFrom && e.event == "chosen":
			save(state.Save, state.From)
		case state.Kind == CallService:
			if saved := c.outcome(state.Call, e.event); saved != nil && saved.Saves != nil {
				save(state.Save, "", valueShape{Field: *saved.Saves})
			} else if c.operation(state.Call) == nil {
				save(state.Save, "") // of no known shape: that the service is missing is fault enough
			}
		case state.Kind == SubFlow:
			c.defineReturns(g, s, save)
		case state.Kind == Choose && strings.HasPrefix(e.event, "choice:"):
			if choice := choiceAt(state, e.path); choice.Value != "" {
				save(state.Save, "", choiceForm(choice))
			}
		}
	}
}

func (c *checker) defineReturns(g *graph, s int, save func(name, from string, shapes ...valueShape)) {
	called := c.called(g, s)
	if called == nil {
		return
	}
	for _, name := range called.flow.Returns {
		var shapes []valueShape
		for end, state := range called.states {
			if state.Kind == End {
				shapes = append(shapes, called.shapesAt(end, name)...)
			}
		}
		save(name, "", shapes...)
	}
}

func choiceForm(choice *Choice) valueShape {
	return valueShape{
		Field:  bot.Field{Kind: bot.FieldCode, Codes: []string{choice.Value}, Longest: text.Length(choice.Value)},
		choice: true, labels: []*text.Text{choice.Label},
	}
}

// choiceAt finds the choice of an edge's path, "choices.2.next".
func choiceAt(state *State, path string) *Choice {
	i, err := strconv.Atoi(strings.Split(path, ".")[1])
	if err != nil {
		return &Choice{}
	}
	return &state.Choices[i]
}

func (c *checker) outcome(operation, name string) *bot.OutcomeField {
	op := c.operation(operation)
	if op == nil {
		return nil
	}
	var names []string
	for i := range op.Outcomes {
		if op.Outcomes[i].Name == name {
			return &op.Outcomes[i]
		}
		names = append(names, op.Outcomes[i].Name)
	}
	if i := slices.Index(names, near(name, names)); i >= 0 {
		return &op.Outcomes[i]
	}
	return nil
}

// shapesAt are the shapes that a name can have on entering a state.
func (g *graph) shapesAt(s int, name string) []valueShape {
	var shapes []valueShape
	for i := range g.definitions {
		if d := &g.definitions[i]; d.name == name && g.known[s].has(i) {
			shapes = append(shapes, g.shapesOf(d)...)
		}
	}
	return shapes
}

// shapesOf are the shapes of one definition. What is picked from a list has
// the shape of the list's items, which may itself have been picked before.
func (g *graph) shapesOf(d *definition) []valueShape {
	if d.from != "" {
		from := d.from
		d.from = "" // also the end of a circle
		for _, list := range g.resolveAll(d.state, from) {
			if list.Kind == bot.FieldList {
				d.shapes = append(d.shapes, valueShape{Field: itemOf(list.Field)})
			}
		}
	}
	return d.shapes
}

func itemOf(list bot.Field) bot.Field {
	return bot.Field{Name: list.Name, Kind: bot.FieldRecord, Fields: list.Fields, Longest: list.Longest}
}

// resolveAll follows a path such as ".locatie.id" from a state; paths that do
// not fit a valueShape are left out.
func (g *graph) resolveAll(s int, path string) []valueShape {
	name, rest, _ := strings.Cut(strings.TrimPrefix(path, "."), ".")
	var out []valueShape
	for _, sh := range g.shapesAt(s, name) {
		if found, ok := sh.inside(rest); ok {
			out = append(out, found)
		}
	}
	return out
}

// inside follows the rest of a path into a shape: "id" of a record.
func (sh valueShape) inside(path string) (valueShape, bool) {
	for path != "" {
		var name string
		name, path, _ = strings.Cut(path, ".")
		fields := fieldsOf(sh.Field)
		i := slices.IndexFunc(fields, func(f bot.Field) bool { return f.Name == name })
		if i < 0 {
			return valueShape{}, false
		}
		optional := sh.Optional
		sh = valueShape{Field: fields[i]}
		sh.Optional = sh.Optional || optional
	}
	return sh, true
}

// saved tells whether every road to a state saves a name.
func (g *graph) saved(s int, name string) bool {
	unset, ok := g.unset[name]
	return ok && !g.known[s].has(unset)
}

// roadWithout is the shortest road to a state on which a name is not saved.
func (g *graph) roadWithout(s int, name string) []int {
	return g.roadOver(s, func(e edge) bool {
		return !slices.ContainsFunc(e.saves, func(d int) bool { return g.definitions[d].name == name })
	})
}

// roadOver is the shortest road to a state over some edges only.
func (g *graph) roadOver(s int, over func(edge) bool) []int {
	by := make([]int, len(g.states))
	for i := range by {
		by[i] = notReached
	}
	by[g.start] = atStart
	for queue := []int{g.start}; len(queue) > 0 && by[s] == notReached; queue = queue[1:] {
		for _, i := range g.out[queue[0]] {
			if e := g.edges[i]; e.to >= 0 && !e.closed && by[e.to] == notReached && over(e) {
				by[e.to] = i
				queue = append(queue, e.to)
			}
		}
	}
	var road []int
	for by[s] >= 0 {
		road = append(road, by[s])
		s = g.edges[by[s]].from
	}
	slices.Reverse(road)
	return road
}

// names are the values that a flow saves anywhere.
func (g *graph) names() []string { return sortedKeys(g.unset) }

// needsValue notes a use of a value that is not saved, on some road or at all,
// and gives the shapes that it can have. Soft: the value may be absent.
func (c *checker) needsValue(g *graph, at spot, name string, soft bool) []valueShape {
	g.needed[name] = true
	if _, ok := g.unset[name]; !ok {
		if slices.Contains(c.b.Shared.Remembered, name) {
			return c.rememberedValue(g, at, name, soft)
		}
		c.unknown(at, "unknown-value", name, g.names(),
			"Hier staat %q, maar die waarde wordt in deze flow nergens bewaard.", "This uses %q, but this flow saves no such value.")
		return nil
	}
	shapes := g.shapesAt(at.state, name)
	if len(shapes) == 0 && g.arrived[at.state] == notReached || soft {
		return shapes
	}
	if !g.saved(at.state, name) {
		at.dialogue = c.dialogue(g, g.roadWithout(at.state, name))
		c.fault(at, "not-saved", fmt.Sprintf("Er is een weg naar staat %q waarop %q niet is bewaard.", g.states[at.state].Name, name),
			fmt.Sprintf("There is a road to state %q on which %q is not saved.", g.states[at.state].Name, name))
	}
	return shapes
}

// rememberedValue is for a value that only an earlier flow can have saved: it
// may always be absent, so only an if may look at it.
func (c *checker) rememberedValue(g *graph, at spot, name string, soft bool) []valueShape {
	var shapes []valueShape
	for _, other := range c.graphs {
		for i := range other.definitions {
			if d := &other.definitions[i]; d.name == name {
				shapes = append(shapes, d.shapes...)
			}
		}
	}
	if !soft {
		c.fault(at, "not-saved", fmt.Sprintf("%q is misschien nog nooit gevraagd. Vraag het eerst, of zet er {{if .%s}} omheen.", name, name),
			fmt.Sprintf("%q may never have been asked. Ask it first, or put {{if .%s}} around it.", name, name))
	}
	return shapes
}
