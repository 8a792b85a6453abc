package flow

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gemeentebode/bode/bot"
)

// check proves what can be proved of a bundle that was read, on the product
// of its flows, outcomes and languages, and notes every fault where an editor
// has to change something. It runs nothing and renders nothing.
func check(d *draft, opts Options) {
	c := newChecker(d, opts)
	c.shared()
	for _, g := range c.graphs {
		g.connect()
	}
	c.order = c.calleesFirst()
	for _, g := range c.order {
		c.summarise(g)
		c.values(g)
	}
	for _, g := range c.graphs {
		c.targets(g)
		c.roads(g)
		c.states(g)
		c.notifications(g)
	}
	c.templates()
	c.noticeTemplates()
	c.lengths()
	c.guard()
	c.adverts()
	c.together()
	c.heard()
	c.hints()
}

// checker holds one run of check.
type checker struct {
	d          *draft
	b          *Bundle
	opts       Options
	operations map[string]*bot.Operation
	audiences  map[string]*bot.Audience
	graphs     []*graph // by name
	byName     map[string]*graph
	order      []*graph          // a flow after those that it calls
	aside      int               // see longestAside; of the language under way
	files      map[string]string // "nl#afval.adres.text" -> the locale file that holds it
}

func newChecker(d *draft, opts Options) *checker {
	c := &checker{d: d, b: d.bundle, opts: opts, operations: map[string]*bot.Operation{},
		audiences: map[string]*bot.Audience{}, byName: map[string]*graph{}}
	for i := range opts.Operations {
		c.operations[opts.Operations[i].Name] = &opts.Operations[i]
	}
	for i := range opts.Audiences {
		c.audiences[opts.Audiences[i].Name] = &opts.Audiences[i]
	}
	for _, name := range sortedKeys(d.bundle.Flows) {
		g := newGraph(d.bundle.Flows[name])
		c.graphs = append(c.graphs, g)
		c.byName[name] = g
	}
	return c
}

// spot is where a fault belongs: a key of a file, and the state that it is
// about, if any, so that the fault can show the road that leads there.
type spot struct {
	file, path string
	graph      *graph
	state      int      // -1: no state
	dialogue   []string // nil: the shortest road to the state
	language   string   // a translation that has no place of its own
}

func inShared(path string) spot       { return spot{file: sharedFile, path: path, state: -1} }
func (g *graph) key(path string) spot { return spot{file: g.file, path: path, state: -1} }
func (g *graph) at(s int, key string) spot {
	return spot{file: g.file, path: g.path(s, key), graph: g, state: s}
}

// path is the key path of a state's key; "" is the state itself.
func (g *graph) path(s int, key string) string {
	path := "states." + g.states[s].Name
	if key != "" {
		path += "." + key
	}
	return path
}

func (c *checker) fault(at spot, code, dutch, english string) *Fault {
	if at.language != "" {
		dutch, english = "Vertaling "+at.language+": "+dutch, "Translation "+at.language+": "+english
	}
	f := c.d.fault(at.file, at.path, code, dutch, english)
	f.Dialogue = at.dialogue
	if f.Dialogue == nil && at.state >= 0 && at.graph.arrived[at.state] != notReached {
		f.Dialogue = c.dialogue(at.graph, at.graph.road(at.state))
	}
	return f
}

func (c *checker) hint(at spot, code, dutch, english string) {
	c.fault(at, code, dutch, english).Hint = true
}

// unknown notes a name that does not exist, and the near one that may be meant.
// The sentences each hold one %q, for the name.
func (c *checker) unknown(at spot, code, name string, known []string, dutch, english string) {
	meant := near(name, known)
	c.fault(at, code, fmt.Sprintf(dutch, name)+meantDutch(meant), fmt.Sprintf(english, name)+meantEnglish(meant))
}

// operation finds a service; a near name is taken for the one that was meant,
// so that one typing error is one fault and not ten.
func (c *checker) operation(name string) *bot.Operation {
	if op := c.operations[name]; op != nil || name == "" {
		return op
	}
	return c.operations[near(name, sortedKeys(c.operations))]
}

// flowExists tells whether a flow of this name is there, be it as a file that
// could not be read: its own faults say so already.
func (c *checker) flowExists(name string) bool {
	file := flowDir + "/" + name + ".toml"
	return c.byName[name] != nil || slices.ContainsFunc(c.d.faults, func(f Fault) bool { return f.File == file })
}

func quoted(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(out, ", ")
}
