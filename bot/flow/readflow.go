package flow

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// reserved are names that go-i18n takes for parts of a message, or that are
// already the id of another text of the flow, so that no state can have them.
var reserved = []string{
	"other", "description", "id", "hash", "few", "many", "one", "two", "zero",
	"leftdelim", "rightdelim", "title", "keywords", "notification", MenuState,
}

// engineName begins the ids of the engine's own buttons and sentences.
const engineName = "engine"

var plainName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// flow reads one flow's file. A flow of which a line could not be read is
// left out of the bundle: what could be proved of it would be untrue.
func (l *loading) flow(file string, data []byte) {
	name := strings.TrimSuffix(path.Base(file), ".toml")
	r := newReader(l, file, data)
	var f flowTOML
	r.into(&f)
	if !plainName.MatchString(name) || slices.Contains(reserved, name) || name == engineName {
		r.fault("", "bad-name", fmt.Sprintf("Een bestand met de naam %q kan geen flow zijn. Gebruik kleine letters, cijfers en _.", name),
			fmt.Sprintf("A file named %q cannot be a flow. Use small letters, digits and _.", name))
	}
	w := &flowReader{reader: r, name: name, start: f.Start}
	built := w.flow(&f)
	if !l.broken[file] {
		l.bundle.Flows[name] = built
	}
}

// flowReader turns what stands in a flow's file into a Flow.
type flowReader struct {
	*reader
	name, start string
}

func (w *flowReader) flow(f *flowTOML) *Flow {
	out := &Flow{
		Name: w.name, Purpose: f.Purpose, Ground: f.Ground, Start: f.Start,
		Returns: f.Returns, Renamed: f.Renamed, States: map[string]*State{},
		Title:    w.text("title", w.name+".title", f.Title),
		Keywords: w.keywords("keywords", w.name+".keywords", f.Keywords),
	}
	for i, name := range f.Returns {
		w.saved(fmt.Sprintf("returns.%d", i), name)
	}
	if states := w.doc.root.table["states"]; states != nil && states.form == aTable {
		w.states(f, states.order, out)
	}
	for i := range f.Notifications {
		out.Notifications = append(out.Notifications, w.notification(i, &f.Notifications[i]))
	}
	return out
}

func (w *flowReader) states(f *flowTOML, order []string, out *Flow) {
	for _, name := range order {
		s, ok := f.States[name]
		if !ok || s.Node == nil {
			continue
		}
		at := "states." + name
		switch {
		case !plainName.MatchString(name):
			w.fault(at, "bad-name", fmt.Sprintf("Een staat kan niet %q heten. Gebruik kleine letters, cijfers en _.", name),
				fmt.Sprintf("A state cannot be called %q. Use small letters, digits and _.", name))
		case slices.Contains(reserved, name):
			w.fault(at, "reserved-name", fmt.Sprintf("Een staat kan niet %q heten: dat woord heeft al een betekenis. Kies een andere naam.", name),
				fmt.Sprintf("A state cannot be called %q: that word already has a meaning. Choose another name.", name))
		}
		out.States[name] = w.state(name, &s)
		out.Order = append(out.Order, name)
	}
}

// kinds are what makes a state, the strongest first: text alone makes a Say
// only where nothing else does.
var kinds = []Kind{Ask, ChooseFrom, CallService, Branch, Subscribe, Unsubscribe, Handover, SubFlow, End, Choose, Say}

// kind says what a state does, and holds its keys against that. A state
// without a kind is taken for one that says something, so that only this is
// wrong with it.
func (w *flowReader) kind(at string, n *node) Kind {
	var found []Kind
	for _, k := range kinds {
		if n.has(string(k)) && (k != Say || len(found) == 0) && (k != Choose || !slices.Contains(found, ChooseFrom)) {
			found = append(found, k)
		}
	}
	switch len(found) {
	case 0:
		if !w.broken[at] {
			w.fault(at, "no-kind", "Deze staat doet niets. Geef hem bijvoorbeeld een text, ask, choices of call.",
				"This state does nothing. Give it for instance a text, ask, choices or call.")
		}
		return Say
	case 1:
		w.keys(at, found[0], n)
		return found[0]
	}
	w.faultAt(n.table[string(found[1])].keyAt, "two-kinds",
		fmt.Sprintf("Een staat doet één ding. Hier staan %q en %q samen. Maak er twee staten van.", found[0], found[1]),
		fmt.Sprintf("A state does one thing. Here %q and %q stand together. Make it two states.", found[0], found[1]))
	return slices.MinFunc(found, func(a, b Kind) int { return len(lacking(a, n)) - len(lacking(b, n)) })
}

// lacking are the keys that a kind must have and a state does not.
func lacking(k Kind, n *node) []string {
	var out []string
	for _, key := range strings.Fields(kindKeys[k]) {
		if key, must := strings.CutSuffix(key, "*"); must && !n.has(key) {
			out = append(out, key)
		}
	}
	return out
}

// belongs tells whether a state of a kind may have a key.
func (k Kind) belongs(key string) bool {
	keys := strings.Fields(kindKeys[k])
	return slices.Contains(keys, key) || slices.Contains(keys, key+"*")
}

// keys holds a state's keys against what its kind may and must have.
func (w *flowReader) keys(at string, k Kind, n *node) {
	if w.broken[at] {
		return // what is missing may be what could not be read
	}
	for _, key := range lacking(k, n) {
		w.fault(at, "missing-key", fmt.Sprintf("Bij %q hoort ook %q.", k, key), fmt.Sprintf("%q also needs %q.", k, key))
	}
	rules := rulesOf(stateType)
	for _, key := range n.order {
		isKey := slices.ContainsFunc(rules, func(r keyRule) bool { return r.key == key })
		if isKey && !k.belongs(key) {
			w.faultAt(n.table[key].keyAt, "wrong-key", fmt.Sprintf("%q hoort niet bij een staat met %q.", key, k),
				fmt.Sprintf("%q does not belong to a state with %q.", key, k))
		}
	}
}
