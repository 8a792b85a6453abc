package flow

import (
	"fmt"
	"slices"

	"github.com/gemeentebode/bode/bot/text"
)

// All texts of a turn become one message, so what counts is not the length of
// a text but of the longest row of texts up to the next moment of waiting, or
// to the end; across the flows that are called on the way.

// between is what stands between two texts of one message: a blank line.
const between = 2

// sum is a weight gathered on the way to a state: the longest text, or links.
type sum struct {
	fromStart int // on roads from the flow's start that never waited; none: no such road
	sinceWait int // on roads since the last wait
	via       int // the edge of the heavier one, for the road that a fault shows
	viaStart  int
	done      bool
	busy      bool
}

const none = -1

// sums are the weights of one flow in one language.
type sums struct {
	c       *checker
	g       *graph
	weigh   func(g *graph, s int) int
	told    func(*State) int // who agreed before is told so instead of asked
	gap     int
	own     []int
	at      []sum
	into    [][]int
	below   map[*graph]*sums // flows that are called
	entry   int              // what a caller has gathered already
	through int              // from start to end without waiting
	tail    int              // from the last wait to the end
}

// weighFlows works out the sums of every flow: those that are called first, then
// down again with what their callers bring along.
func (c *checker) weighFlows(gap, greeting int, weigh func(g *graph, s int) int, told func(*State) int) map[*graph]*sums {
	all := map[*graph]*sums{}
	for _, g := range c.order {
		w := &sums{c: c, g: g, weigh: weigh, told: told, gap: gap, below: all, entry: greeting, through: none, tail: none}
		w.gather()
		all[g] = w
	}
	for _, g := range slices.Backward(c.order) {
		for s := range c.calls(g) {
			if called := all[c.called(g, s)]; called != nil && g.arrived[s] != notReached {
				called.entry = max(called.entry, all[g].total(s))
			}
		}
	}
	return all
}

func (w *sums) gather() {
	w.own, w.at, w.into = make([]int, len(w.g.states)), make([]sum, len(w.g.states)), make([][]int, len(w.g.states))
	for s := range w.g.states {
		w.own[s] = w.weigh(w.g, s)
	}
	for i, e := range w.g.edges {
		if e.to >= 0 && !e.closed && w.g.arrived[e.from] != notReached {
			w.into[e.to] = append(w.into[e.to], i)
		}
	}
	for s, state := range w.g.states {
		if state.Kind == End && w.g.arrived[s] != notReached {
			in := w.arrive(s)
			w.through = max(w.through, w.join(in.fromStart, w.own[s]))
			w.tail = max(w.tail, w.join(in.sinceWait, w.own[s]))
		}
	}
}

// join puts two texts under one another; no road stays no road.
func (w *sums) join(a, b int) int {
	switch {
	case a == none || b == none:
		return none
	case a == 0 || b == 0:
		return a + b
	}
	return a + w.gap + b
}

// arrive is the weight on entering a state. A circle without waiting is
// walked once: it is a fault of its own.
func (w *sums) arrive(s int) sum {
	if w.at[s].done || w.at[s].busy {
		return w.at[s]
	}
	in := sum{fromStart: none, sinceWait: none, via: notReached, viaStart: notReached, busy: true}
	if w.g.arrived[s] == atStart {
		in.fromStart = 0
	}
	w.at[s] = in
	for _, i := range w.into[s] {
		fromStart, sinceWait := w.leave(w.g.edges[i])
		if fromStart > in.fromStart {
			in.fromStart, in.viaStart = fromStart, i
		}
		if sinceWait > in.sinceWait {
			in.sinceWait, in.via = sinceWait, i
		}
	}
	in.done, in.busy = true, false
	w.at[s] = in
	return in
}

// leave is the weight behind an edge.
func (w *sums) leave(e edge) (fromStart, sinceWait int) {
	state := w.g.states[e.from]
	if called := w.below[w.c.called(w.g, e.from)]; called != nil {
		in := w.arrive(e.from)
		return w.join(in.fromStart, called.through), max(w.join(in.sinceWait, called.through), called.tail)
	}
	if !e.atOnce && !e.maybe && !e.hinted {
		return none, 0
	}
	in := w.arrive(e.from)
	switch {
	case e.hinted:
		return in.fromStart, 0
	case e.maybe:
		told := w.told(state)
		return w.join(in.fromStart, told), max(w.join(in.sinceWait, told), 0)
	case state.Kind.Waits():
		return in.fromStart, in.sinceWait // an empty list, a closed desk: its text was not shown
	}
	return w.join(in.fromStart, w.own[e.from]), w.join(in.sinceWait, w.own[e.from])
}

// total is the heaviest that can stand above a state's own text.
func (w *sums) total(s int) int {
	in := w.arrive(s)
	return max(w.join(in.fromStart, w.entry), in.sinceWait, 0)
}

// behind is what stands above whatever an edge leads to.
func (w *sums) behind(e edge) int {
	fromStart, sinceWait := w.leave(e)
	return max(w.join(fromStart, w.entry), sinceWait, 0)
}

// road is the road that gathers the total of a state: the shortest one to
// where it begins, and from there the heaviest.
func (w *sums) road(s int) []int {
	var road []int
	for range w.g.states {
		in := w.arrive(s)
		i := in.via
		if w.join(in.fromStart, w.entry) > in.sinceWait {
			i = in.viaStart
		}
		if i < 0 {
			break
		}
		road = append(road, i)
		s = w.g.edges[i].from
		if !w.g.edges[i].atOnce {
			break
		}
	}
	slices.Reverse(road)
	return append(w.g.road(s), road...)
}

// lengths proves that every message fits, in every language.
func (c *checker) lengths() {
	links := c.weighFlows(0, 0, func(g *graph, s int) int {
		if g.states[s].Link != nil {
			return 1
		}
		return 0
	}, func(*State) int { return 0 })
	c.linksMeet(links)
	said := map[string]bool{} // a text without translation is judged once
	for _, language := range c.b.Shared.Languages {
		c.aside = c.longestAside(language)
		bodies := c.weighFlows(between, c.greeting(language), func(g *graph, s int) int { return c.body(g, s, language) },
			func(s *State) int { return c.told(s, language) })
		for _, g := range c.graphs {
			for s := range g.states {
				if g.arrived[s] != notReached {
					c.message(bodies[g], links[g], s, language, said)
				}
				c.labels(g, s, language)
			}
		}
	}
}

// greeting stands above the first message that a resident ever gets.
func (c *checker) greeting(language string) int {
	if c.b.Shared.FirstContact == nil {
		return 0
	}
	return c.worldly(c.b.Shared.FirstContact, language)
}

// message proves that the message which ends with a state is not too long.
func (c *checker) message(w, links *sums, s int, language string, said map[string]bool) {
	g, state := w.g, w.g.states[s]
	c.menuBelow(w, s, language, said)
	if !state.Kind.Waits() && state.Kind != End || state.Kind == Handover {
		return
	}
	above, own := w.total(s), w.own[s]
	if state.Kind.Waits() {
		above = max(above, c.aside)
		if state.Invalid != nil {
			above = max(above, c.worldly(state.Invalid, language))
		}
	}
	limit := text.MaxBody
	if interactive(state) || links.total(s)+links.own[s] > 0 {
		limit = text.MaxInteractiveBody
	}
	if n := w.join(above, own); n > limit {
		c.tooLong(c.bodySpot(g, s, language), w.road(s), n, limit, above, said)
	}
}

// bodySpot is where a state's message stands in a language: at its text, or
// at the state for what has none.
func (c *checker) bodySpot(g *graph, s int, language string) spot {
	if t := g.states[s].Text; t != nil && t.ByLanguage[language] != nil {
		return c.inLanguage(g.at(s, "text"), t, language)
	}
	return g.at(s, "text")
}

// interactive tells whether buttons, a list or a location request follow.
func interactive(s *State) bool {
	switch s.Kind {
	case Choose, ChooseFrom, Subscribe, Unsubscribe:
		return true
	case Ask:
		return s.Optional != nil || s.Ask == "yes_no" || s.Ask == "place"
	}
	return false
}

// menuBelow is for texts that go on to the menu: it is a list.
func (c *checker) menuBelow(w *sums, s int, language string, said map[string]bool) {
	for _, i := range w.g.out[s] {
		e := w.g.edges[i]
		if e.to != toMenu || !e.atOnce && !e.maybe {
			continue
		}
		menu := c.sentence("engine.menu", language)
		if n := w.join(w.behind(e), menu); n > text.MaxInteractiveBody {
			c.tooLong(c.bodySpot(w.g, s, language), w.road(s), n, text.MaxInteractiveBody, n-w.own[s], said)
		}
	}
}

func (c *checker) tooLong(at spot, road []int, n, limit, above int, said map[string]bool) {
	if key := at.file + "#" + at.path; said[key] {
		return
	} else {
		said[key] = true
	}
	at.dialogue = c.dialogue(at.graph, road)
	dutchPart, englishPart := "", ""
	if above > 0 {
		dutchPart = fmt.Sprintf(" Daarvan staan er %d al boven deze tekst.", above)
		englishPart = fmt.Sprintf(" Of these, %d stand above this text already.", above)
	}
	c.fault(at, "too-long", fmt.Sprintf("Dit bericht kan %d tekens lang worden. Hier mogen het er %d zijn.", n, limit)+dutchPart,
		fmt.Sprintf("This message can get %d characters long. Here %d are allowed.", n, limit)+englishPart)
}

// labels proves that what stands on buttons and rows fits. What a service puts
// on a row is not the editor's to shorten: the channel cuts it, hence a hint.
func (c *checker) labels(g *graph, s int, language string) {
	for _, sl := range slotsOf(g.states[s]) {
		own := sl.text.ByLanguage[language]
		if own == nil || sl.limit == 0 {
			continue
		}
		at := c.inLanguage(g.at(s, sl.key), sl.text, language)
		if sl.item != "" {
			c.rowLabel(g, s, at, sl, own, language)
		} else if n := own.LongestIn(language, c.bounds(g, s, language)); n > sl.limit {
			c.fault(at, "label-too-long", fmt.Sprintf("%q is %d tekens. Hier passen er %d.", own.Source(), n, sl.limit),
				fmt.Sprintf("%q is %d characters. Here %d fit.", own.Source(), n, sl.limit))
		}
	}
}

func (c *checker) rowLabel(g *graph, s int, at spot, sl slot, own *text.Template, language string) {
	for _, list := range g.resolveAll(s, sl.item) {
		if n := own.LongestIn(language, c.itemBounds(list, language)); n > sl.limit {
			c.hint(at, "row-may-be-cut", fmt.Sprintf("Dit kan %d tekens lang worden. Op een regel passen er %d; de rest valt weg.", n, sl.limit),
				fmt.Sprintf("This can get %d characters long. A row holds %d; the rest is cut off.", n, sl.limit))
			return
		}
	}
}

// linksMeet refuses a second link in one message, which would take the place
// of the first, and tells where a link is written out for want of room.
func (c *checker) linksMeet(links map[*graph]*sums) {
	for _, g := range c.graphs {
		w := links[g]
		for s, state := range g.states {
			if g.arrived[s] == notReached || state.Link == nil {
				continue
			}
			if w.total(s) > 0 {
				c.fault(g.at(s, "link"), "two-links", "In hetzelfde bericht staat al een link. Er past er maar een in.", "The same message has a link already. It can only hold one.")
			} else if after := c.meets(w, s); after != "" {
				c.hint(g.at(s, "link"), "link-as-text", fmt.Sprintf("Na deze tekst volgt meteen %q met knoppen. De link komt dan als tekst in het bericht.", after),
					fmt.Sprintf("This text runs on into %q, which has buttons. The link is then written out in the message.", after))
			}
		}
	}
}

// meets finds the state with buttons that the text of a state runs on to.
func (c *checker) meets(w *sums, s int) string {
	seen := map[int]bool{s: true}
	for todo := []int{s}; len(todo) > 0; todo = todo[1:] {
		for _, i := range w.g.out[todo[0]] {
			e := w.g.edges[i]
			switch {
			case !e.atOnce || e.closed || seen[e.to] && e.to >= 0:
			case e.to == toMenu:
				return MenuState
			case e.to >= 0 && interactive(w.g.states[e.to]):
				return w.g.states[e.to].Name
			case e.to >= 0:
				seen[e.to] = true
				todo = append(todo, e.to)
			}
		}
	}
	return ""
}
