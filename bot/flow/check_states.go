package flow

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/privacy"
	"github.com/gemeentebode/bode/bot/text"
)

// maxDepth is how many flows may lie below one another.
const maxDepth = 3

// states checks each state by its kind: its events, what it refers to, and
// the values that it and its texts use.
func (c *checker) states(g *graph) {
	for s, state := range g.states {
		switch state.Kind {
		case Ask:
			c.events(g, s, nil, []string{"invalid", "skip"})
			c.pattern(g, s)
		case Choose:
			c.choices(g, s, text.MaxRows)
		case ChooseFrom:
			c.events(g, s, []string{"chosen", "empty"}, nil)
			c.choices(g, s, text.MaxRows-2) // a row for what is picked, one for "Meer"
			c.listPath(g, g.at(s, "choices_from"), state.From)
		case CallService:
			c.call(g, s)
		case Branch:
			c.branch(g, s)
		case Subscribe, Unsubscribe:
			c.events(g, s, []string{"yes", "no"}, nil)
			c.subscription(g, s)
		case Handover:
			c.events(g, s, []string{"back", "closed", "nobody"}, nil)
			c.handover(g, s)
		case SubFlow:
			c.subFlow(g, s)
		}
		if state.List != "" {
			c.listPath(g, g.at(s, "list"), state.List)
		}
		if text.Reserved(state.Save) {
			c.fault(g.at(s, "save"), "reserved-name", fmt.Sprintf("%q heeft in teksten al een betekenis. Kies een andere naam.", state.Save),
				fmt.Sprintf("%q already means something in texts. Choose another name.", state.Save))
		}
		c.uses(g, s)
	}
	c.returns(g)
}

// events proves that every event that must be handled is, and that no other is.
func (c *checker) events(g *graph, s int, must, may []string) {
	state := g.states[s]
	known := append(slices.Clone(must), may...)
	meant := misspelt(sortedKeys(state.On), known)
	for _, event := range must {
		if _, ok := state.On[event]; !ok && c.written(g, s, "on") && !slices.Contains(meant, event) {
			c.fault(g.at(s, "on"), "missing-event", fmt.Sprintf("Staat %q zegt niet hoe het verder gaat bij %q.", state.Name, event),
				fmt.Sprintf("State %q does not say what happens on %q.", state.Name, event))
		}
	}
	for _, event := range sortedKeys(state.On) {
		if !slices.Contains(known, event) {
			c.unknown(g.at(s, "on."+event), "unknown-event", event, missing(state.On, known),
				fmt.Sprintf("Staat %q kent %%q niet; wel %s.", state.Name, quoted(known)),
				fmt.Sprintf("State %q does not know %%q, but it does know %s.", state.Name, quoted(known)))
		}
	}
}

// misspelt are the known names that unknown ones were probably meant to be:
// they are not missing too.
func misspelt(written, known []string) []string {
	var meant []string
	for _, name := range written {
		if !slices.Contains(known, name) {
			meant = append(meant, near(name, known))
		}
	}
	return meant
}

// missing are the events that are not handled yet, or all when none is left:
// the one that was misspelt is among them.
func missing(on map[string]string, known []string) []string {
	var open []string
	for _, event := range known {
		if _, ok := on[event]; !ok {
			open = append(open, event)
		}
	}
	if open == nil {
		return known
	}
	return open
}

// pattern refuses a reference that an identifier would pass as.
func (c *checker) pattern(g *graph, s int) {
	state := g.states[s]
	if state.Pattern == "" {
		return
	}
	pattern, err := regexp.Compile(state.Pattern)
	if err == nil && privacy.MatchesIdentifier(pattern) {
		c.fault(g.at(s, "pattern"), "pattern-identifier", "Dit patroon laat een BSN, IBAN, kaart- of documentnummer door. Die vragen wij nooit.",
			"This pattern lets a BSN, IBAN, card or document number through. Those are never asked.")
	}
}

// choices proves that there are some, not too many, and that no two read the
// same: the platform refuses the whole message otherwise.
func (c *checker) choices(g *graph, s, most int) {
	state := g.states[s]
	if n := len(state.Choices); n > most || n == 0 && state.Kind == Choose && c.written(g, s, "choices") {
		c.fault(g.at(s, "choices"), "choice-count", fmt.Sprintf("Staat %q heeft %d keuzes. Het mogen er 1 tot en met %d zijn.", state.Name, n, most),
			fmt.Sprintf("State %q has %d choices. There may be 1 to %d.", state.Name, n, most))
	}
	for _, language := range c.b.Shared.Languages {
		c.sameLabels(g, s, language)
	}
}

// written tells whether a state has a key; one that it lacks was noted when it was read.
func (c *checker) written(g *graph, s int, key string) bool {
	_, ok := c.d.places[g.file+"#"+g.path(s, key)]
	return ok
}

// sameLabels notes two choices that read the same in a language.
func (c *checker) sameLabels(g *graph, s int, language string) {
	seen := map[string]Choice{}
	for i, choice := range g.states[s].Choices {
		if choice.Label == nil || choice.Label.In(language) == nil {
			continue
		}
		label := choice.Label.In(language).Source()
		plain := strings.ToLower(strings.TrimSpace(label))
		if first, twice := seen[plain]; twice && language == dutch && first.Value == "" && choice.Value == "" {
			continue // noted when it was read: the two have one name
		} else if twice {
			at := c.inLanguage(g.at(s, "choices."+strconv.Itoa(i)+".label"), choice.Label, language)
			c.fault(at, "same-label", fmt.Sprintf("Twee keuzes heten %q.", label), fmt.Sprintf("Two choices are called %q.", label))
		} else {
			seen[plain] = choice
		}
	}
}

// listPath proves that a path leads to a list that is saved.
func (c *checker) listPath(g *graph, at spot, path string) {
	for _, sh := range c.path(g, at, path, false) {
		if sh.Kind != bot.FieldList {
			c.notAList(at, path, sh.Kind)
			return
		}
	}
}

func (c *checker) notAList(at spot, path string, kind bot.FieldKind) {
	c.fault(at, "not-a-list", fmt.Sprintf("%q is %s. Hier hoort een lijst.", path, kindDutch(kind)),
		fmt.Sprintf("%q is %s. This takes a list.", path, kindEnglish(kind)))
}

// path proves that a path such as ".locatie.id" has a value on every road to
// the state, and gives the shapes that it can have.
func (c *checker) path(g *graph, at spot, path string, soft bool) []valueShape {
	name, rest, _ := strings.Cut(strings.TrimPrefix(path, "."), ".")
	if name == "" {
		return nil
	}
	var found []valueShape
	for _, sh := range c.needsValue(g, at, name, soft) {
		inner, ok := sh.inside(rest)
		if !ok {
			c.noField(at, path, sh, rest)
			return nil
		}
		found = append(found, inner)
	}
	return found
}

// noField names the first part of a path that its record does not have.
func (c *checker) noField(at spot, path string, sh valueShape, rest string) {
	var known []string
	name := rest
	for {
		name, rest, _ = strings.Cut(rest, ".")
		inner, ok := sh.inside(name)
		if !ok {
			known = fieldNames(fieldsOf(sh.Field))
			break
		}
		sh, name = inner, rest
	}
	if sh.Kind == bot.FieldList {
		c.fault(at, "inside-list", fmt.Sprintf("In %q staat een lijst. Laat de bewoner er een uit kiezen, of gebruik \"list\" met \"line\".", path),
			fmt.Sprintf("There is a list in %q. Have the resident pick from it, or use \"list\" with \"line\".", path))
		return
	}
	c.unknown(at, "unknown-field", name, known, "In \""+escape(path)+"\" bestaat %q niet.", "In \""+escape(path)+"\" there is no %q.")
}

// escape keeps what an editor wrote from being read as a verb of Sprintf.
func escape(s string) string { return strings.ReplaceAll(s, "%", "%%") }

// handover proves that the team exists, and that the note names values.
func (c *checker) handover(g *graph, s int) {
	state := g.states[s]
	if state.Team != "" {
		c.isThere(g.at(s, "handover"), "unknown-team", state.Team, sortedKeys(c.b.Shared.Teams),
			"Het team %q bestaat niet.", "There is no team %q.")
	}
	for i, name := range state.Note {
		name, _, _ = strings.Cut(strings.TrimPrefix(name, "."), ".")
		g.needed[name] = true
		if _, ok := g.unset[name]; !ok && !slices.Contains(c.b.Shared.Remembered, name) {
			c.unknown(g.at(s, "note."+strconv.Itoa(i)), "unknown-value", name, g.names(),
				"De notitie noemt %q, maar die waarde wordt in deze flow nergens bewaard.", "The note names %q, but this flow saves no such value.")
		}
	}
}

// subFlow proves that a called flow exists, comes back, and lies not too deep.
func (c *checker) subFlow(g *graph, s int) {
	state := g.states[s]
	called := c.byName[state.Flow]
	switch {
	case state.Flow == "":
	case called == nil:
		if !c.flowExists(state.Flow) {
			c.unknown(g.at(s, "flow"), "unknown-flow", state.Flow, sortedKeys(c.b.Flows), "De flow %q bestaat niet.", "There is no flow %q.")
		}
	case slices.Contains(g.recursive, s):
		c.fault(g.at(s, "flow"), "recursion", fmt.Sprintf("Flow %q roept zo uiteindelijk zichzelf aan.", g.flow.Name),
			fmt.Sprintf("This way flow %q ends up calling itself.", g.flow.Name))
	case called.depth == maxDepth:
		c.fault(g.at(s, "flow"), "too-deep", fmt.Sprintf("Onder elkaar mogen hoogstens %d flows staan. Dit is de vierde.", maxDepth),
			fmt.Sprintf("At most %d flows may lie below one another. This is the fourth.", maxDepth))
	case !called.ends && len(called.states) > 0:
		c.fault(g.at(s, "flow"), "never-back", fmt.Sprintf("Flow %q heeft geen einde, dus \"next\" komt nooit aan de beurt.", state.Flow),
			fmt.Sprintf("Flow %q has no end, so \"next\" is never reached.", state.Flow))
	}
}

// returns proves that what a flow gives back is saved at each of its ends.
func (c *checker) returns(g *graph) {
	for i, name := range g.flow.Returns {
		at := g.key("returns." + strconv.Itoa(i))
		g.needed[name] = true
		if _, ok := g.unset[name]; !ok {
			c.unknown(at, "unknown-value", name, g.names(),
				"\"returns\" noemt %q, maar die waarde wordt in deze flow nergens bewaard.", "\"returns\" names %q, but this flow saves no such value.")
			continue
		}
		for s, state := range g.states {
			if state.Kind == End && g.arrived[s] != notReached && !g.saved(s, name) {
				at.dialogue = c.dialogue(g, g.roadWithout(s, name))
				c.fault(at, "not-returned", fmt.Sprintf("Bij het einde %q is %q niet op elke weg bewaard.", state.Name, name),
					fmt.Sprintf("At the end %q, %q is not saved on every road.", state.Name, name))
			}
		}
	}
}
