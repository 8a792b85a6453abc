package flow

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gemeentebode/bode/bot"
)

// call proves that the operation exists, gets what it needs, and that every
// way in which it can end is handled.
func (c *checker) call(g *graph, s int) {
	state := g.states[s]
	op := c.operation(state.Call)
	switch {
	case c.noReceiver(state.Call):
		c.fault(g.at(s, "call"), "no-receiver", "Er is geen ontvanger ingesteld voor meldingen: zet [request] receiver = \"local\" in config.toml.",
			"No receiver of requests is configured: put [request] receiver = \"local\" in config.toml.")
	case state.Call != "":
		c.isThere(g.at(s, "call"), "unknown-operation", state.Call, sortedKeys(c.operations), "De dienst %q bestaat niet.", "There is no service %q.")
	}
	if op == nil {
		for _, name := range sortedKeys(state.With) {
			c.source(g, s, name, bot.Field{})
		}
		return
	}
	var outcomes []string
	saves := false
	for _, o := range op.Outcomes {
		outcomes = append(outcomes, o.Name)
		saves = saves || o.Saves != nil
	}
	c.events(g, s, outcomes, nil)
	if state.Save != "" && !saves {
		c.fault(g.at(s, "save"), "nothing-to-save", fmt.Sprintf("%q geeft niets om te bewaren.", state.Call),
			fmt.Sprintf("%q gives nothing to save.", state.Call))
	}
	c.parameters(g, s, op)
}

// requests are the operations that an installation has once somebody receives requests.
const requests = "request."

// noReceiver tells a request that nobody would receive from a misspelt name.
func (c *checker) noReceiver(call string) bool {
	return strings.HasPrefix(call, requests) &&
		!slices.ContainsFunc(sortedKeys(c.operations), func(name string) bool { return strings.HasPrefix(name, requests) })
}

func (c *checker) parameters(g *graph, s int, op *bot.Operation) {
	state := g.states[s]
	names := fieldNames(op.With)
	meant := misspelt(sortedKeys(state.With), names)
	for _, f := range op.With {
		if _, ok := state.With[f.Name]; !ok && !f.Optional && !slices.Contains(meant, f.Name) {
			c.fault(g.at(s, "with"), "missing-parameter", fmt.Sprintf("%q heeft ook %q nodig, bij \"with\".", op.Name, f.Name),
				fmt.Sprintf("%q also needs %q, under \"with\".", op.Name, f.Name))
		}
	}
	for _, name := range sortedKeys(state.With) {
		i := slices.Index(names, name)
		if i < 0 {
			c.unknown(g.at(s, "with."+name), "unknown-parameter", name, names,
				fmt.Sprintf("%q vraagt niet om %%q.", op.Name), fmt.Sprintf("%q does not take %%q.", op.Name))
			c.source(g, s, name, bot.Field{})
			continue
		}
		c.source(g, s, name, op.With[i])
	}
}

// source proves that a parameter has a value that fits; a field without a kind
// takes everything.
func (c *checker) source(g *graph, s int, name string, want bot.Field) {
	at, src := g.at(s, "with."+name), g.states[s].With[name]
	if src.Path == "" {
		if why, whyEnglish := literalFits(src.Literal, want); why != "" && want.Kind != "" {
			c.misfit(at, name, why, whyEnglish)
		}
		return
	}
	for _, have := range c.path(g, at, src.Path, want.Optional) {
		if why, whyEnglish := fits(have.Field, want); why != "" && want.Kind != "" {
			c.misfit(at, src.Path, why, whyEnglish)
			return
		}
		if n := have.Field.Longest; want.Kind == bot.FieldText && have.Field.Kind == bot.FieldText && want.Longest > 0 && n > want.Longest {
			c.fault(at, "longer-than-taken",
				fmt.Sprintf("%q kan %d tekens lang zijn, en hier passen er %d. Zet bij de vraag: max_length = %d", src.Path, n, want.Longest, want.Longest),
				fmt.Sprintf("%q can be %d characters long, and %d fit here. Put with the question: max_length = %d", src.Path, n, want.Longest, want.Longest))
			return
		}
	}
}

func (c *checker) misfit(at spot, what, why, whyEnglish string) {
	c.fault(at, "wrong-kind", fmt.Sprintf("%q ", what)+why, fmt.Sprintf("%q ", what)+whyEnglish)
}

// subscription proves that the topic exists and says what it keeps.
func (c *checker) subscription(g *graph, s int) {
	state := g.states[s]
	if state.Topic != "" {
		c.isThere(g.at(s, string(state.Kind)), "unknown-topic", state.Topic, sortedKeys(c.b.Shared.Topics),
			"Het onderwerp %q bestaat niet in bode.toml.", "There is no topic %q in bode.toml.")
	}
	topic := c.b.Shared.Topics[state.Topic]
	for _, name := range sortedKeys(state.With) {
		c.source(g, s, name, bot.Field{})
		if topic != nil && len(topic.Keeps) > 0 && !slices.Contains(topic.Keeps, name) && state.Kind == Subscribe {
			c.unknown(g.at(s, "with."+name), "not-kept", name, topic.Keeps,
				"Het onderwerp noemt %q niet bij wat het bewaart (keeps).", "The topic does not name %q among what it keeps.")
		}
	}
}

// branch proves that the value is saved, that each value which is handled can
// occur, and that none is left out.
func (c *checker) branch(g *graph, s int) {
	state := g.states[s]
	if state.Value == "" {
		return
	}
	codes, open, ok := c.branchValues(g, s)
	if !ok || len(state.On) == 0 {
		return
	}
	if open != nil {
		c.openBranch(g, s, open)
		return
	}
	if _, own := g.unset[strings.TrimPrefix(state.Value, ".")]; own && slices.Equal(codes, yesNo) {
		codes = inWordsOf(codes, state.On)
	}
	for _, value := range sortedKeys(state.On) {
		if !slices.Contains(codes, value) {
			c.unknown(g.at(s, "on."+value), "unknown-branch-value", value, missing(state.On, codes),
				fmt.Sprintf("%s is nooit %%q.", escape(state.Value)), fmt.Sprintf("%s is never %%q.", escape(state.Value)))
		}
	}
	meant := misspelt(sortedKeys(state.On), codes)
	for _, code := range codes {
		if _, handled := state.On[code]; !handled && state.Else == "" && !slices.Contains(meant, code) {
			c.fault(g.at(s, "on"), "branch-incomplete", fmt.Sprintf("%s kan ook %q zijn. Zeg wat er dan gebeurt, of zet er \"else\" bij.", state.Value, code),
				fmt.Sprintf("%s can also be %q. Say what happens then, or add \"else\".", state.Value, code))
		}
	}
}

// branchValues are the values that a branch can see: a closed list, or the
// kind of an open one. Not ok: its own fault is noted, or there is no value.
func (c *checker) branchValues(g *graph, s int) (codes []string, open *bot.Field, ok bool) {
	state := g.states[s]
	at := g.at(s, "branch")
	name, rest, _ := strings.Cut(strings.TrimPrefix(state.Value, "."), ".")
	switch _, saved := g.unset[name]; {
	case saved:
	case name == "language":
		return c.b.Shared.Languages, nil, true
	case name == "open":
		return yesNo, nil, c.isThere(at, "unknown-team", strings.TrimSuffix(rest, ".tomorrow"), sortedKeys(c.b.Shared.Teams), "Het team %q bestaat niet.", "There is no team %q.")
	case name == "subscribed":
		return yesNo, nil, c.isThere(at, "unknown-topic", rest, sortedKeys(c.b.Shared.Topics), "Het onderwerp %q bestaat niet in bode.toml.", "There is no topic %q in bode.toml.")
	}
	for _, sh := range c.path(g, at, state.Value, false) {
		values, closed := closedSet(sh.Field)
		if !closed {
			open = &sh.Field
		}
		for _, v := range values {
			if !slices.Contains(codes, v) {
				codes = append(codes, v)
			}
		}
		ok = true
	}
	return codes, open, ok
}

// isThere notes a name that the shared file or a service does not have.
func (c *checker) isThere(at spot, code, name string, known []string, dutchSentence, englishSentence string) bool {
	if slices.Contains(known, name) {
		return true
	}
	switch code {
	case "unknown-team", "unknown-topic", "unknown-fact", "unknown-text":
		if c.d.broken[sharedFile] {
			return false // it may stand in what could not be read
		}
	}
	c.unknown(at, code, name, known, dutchSentence, englishSentence)
	return false
}

// yesNo are the values of a yes or no. Of an answer the engine also takes
// "ja" and "nee", and "true" and "false".
var yesNo = []string{"yes", "no"}

// inWordsOf gives yes and no in the words that the editor used.
func inWordsOf(codes []string, on map[string]string) []string {
	out := slices.Clone(codes)
	for i, words := range [][]string{{"ja", "true"}, {"nee", "false"}} {
		for _, word := range words {
			if _, used := on[word]; used {
				out[i] = word
			}
		}
	}
	return out
}

// closedSet are the only values of a field, where these are known.
func closedSet(f bot.Field) ([]string, bool) {
	switch {
	case f.Kind == bot.FieldBool:
		return yesNo, true
	case f.Kind == bot.FieldCode && len(f.Codes) > 0:
		return f.Codes, true
	}
	return nil, false
}

// openBranch is for a value that can be anything of its kind.
func (c *checker) openBranch(g *graph, s int, f *bot.Field) {
	state := g.states[s]
	switch f.Kind {
	case bot.FieldRecord, bot.FieldList, bot.FieldAddress, bot.FieldPlace:
		c.fault(g.at(s, "branch"), "branch-kind", fmt.Sprintf("%q is %s: daar kan een flow niet op kiezen. Noem een onderdeel.", state.Value, kindDutch(f.Kind)),
			fmt.Sprintf("%q is %s: a flow cannot branch on that. Name one of its fields.", state.Value, kindEnglish(f.Kind)))
		return
	}
	for _, value := range sortedKeys(state.On) {
		if strings.ContainsAny(value, "<>=!") && !comparison(value, f.Kind) {
			c.fault(g.at(s, "on."+value), "bad-comparison", fmt.Sprintf("%q is geen vergelijking met een getal of datum, zoals \"< 18\" of \">= 2026-12-31\".", value),
				fmt.Sprintf("%q is no comparison with a number or date, such as \"< 18\" or \">= 2026-12-31\".", value))
		}
	}
	if measured := f.Kind == bot.FieldNumber || f.Kind == bot.FieldDate; state.Else == "" && !(measured && coversAll(sortedKeys(state.On))) {
		c.fault(g.at(s, "on"), "branch-incomplete", fmt.Sprintf("%s kan ook iets anders zijn. Zet er \"else\" bij.", state.Value),
			fmt.Sprintf("%s can also be something else. Add \"else\".", state.Value))
	}
}

func comparison(value string, kind bot.FieldKind) bool {
	_, _, ok := compared(value)
	isDate := strings.Count(value, "-") == 2
	return ok && (kind == bot.FieldNumber && !isDate || kind == bot.FieldDate && isDate)
}
