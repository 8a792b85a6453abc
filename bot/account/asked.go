package account

import (
	"maps"
	"slices"
	"strings"

	"github.com/gemeentebode/bode/bot/flow"
)

// Asked is one question of a flow, and what becomes of its answer.
type Asked struct {
	Flow, State string
	Kind        string   // what is asked: text, number, address, ..., choices, choices_from, subscribe
	Save        string   // the name of the answer; empty: nothing is kept of it
	Topic       string   // of a consent
	Options     []string // keys of the choices
	Optional    bool
	Uses        []Use
}

// Use is one thing that happens with an answer. How is one of the constants;
// What names the service's operation and parameter, the state or the team.
type Use struct{ How, What string }

// What can happen with an answer.
const (
	usePassed     = "passed"
	useShown      = "shown"
	useBranch     = "branch"
	useNote       = "note"
	useRemembered = "remembered"
	useReturned   = "returned"
	useTopic      = "topic"
)

// Questions gives every question of a flow in the order of its file.
func Questions(b *flow.Bundle, f *flow.Flow) []Asked {
	var all []Asked
	for _, name := range f.Order {
		s := f.States[name]
		a := Asked{Flow: f.Name, State: name, Kind: string(s.Kind), Save: s.Save, Optional: s.Optional != nil}
		switch s.Kind {
		case flow.Ask:
			a.Kind = s.Ask
		case flow.Choose, flow.ChooseFrom:
			for _, c := range s.Choices {
				a.Options = append(a.Options, c.Key)
			}
		case flow.Subscribe:
			a.Topic = s.Topic
		default:
			continue
		}
		a.Uses = append(lookups(b, a.Kind), uses(b, f, s.Save)...)
		all = append(all, a)
	}
	return all
}

// lookups are the operations by which the engine itself finds an address.
func lookups(b *flow.Bundle, kind string) []Use {
	var all []Use
	for _, op := range map[string][]string{"address": {"address.find"}, "place": {"address.find", "address.near"}}[kind] {
		for _, field := range b.Operations[op].With {
			all = append(all, Use{usePassed, op + " (" + field.Name + ")"})
		}
	}
	return all
}

// uses gives what a flow does with a saved value, without doubles.
func uses(b *flow.Bundle, f *flow.Flow, value string) []Use {
	if value == "" {
		return nil
	}
	var all []Use
	add := func(how, what string) {
		if u := (Use{how, what}); !slices.Contains(all, u) {
			all = append(all, u)
		}
	}
	for _, name := range f.Order {
		usesOf(f.States[name], value, add)
	}
	if slices.Contains(b.Shared.Remembered, value) {
		add(useRemembered, "")
	}
	if slices.Contains(f.Returns, value) {
		add(useReturned, "")
	}
	return all
}

func usesOf(s *flow.State, value string, add func(how, what string)) {
	for _, parameter := range sorted(s.With) {
		switch {
		case root(s.With[parameter].Path) != value:
		case s.Kind == flow.Subscribe:
			add(useTopic, s.Topic)
		default:
			add(usePassed, s.Call+" ("+parameter+")")
		}
	}
	if root(s.Value) == value {
		add(useBranch, s.Name)
	}
	if root(s.From) == value || root(s.List) == value || shows(s, value) {
		add(useShown, s.Name)
	}
	if slices.ContainsFunc(s.Note, func(path string) bool { return root(path) == value }) {
		add(useNote, s.Team)
	}
}

// shows tells whether a text of a state names the value, in any language.
func shows(s *flow.State, value string) bool {
	for _, t := range stateTexts(s) {
		for template := range maps.Values(t.ByLanguage) {
			for _, use := range template.Uses() {
				if root(use.Path) == value {
					return true
				}
			}
		}
	}
	return false
}

// root is the name of the value that a path begins with: ".adres.label" is of adres.
func root(path string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, "."), ".")
	return name
}

// passes is what a flow hands to one operation of a service.
type passes struct {
	Operation  string
	Writes     bool
	Parameters []string
}

// passed gives the operations that a flow calls, with the parameters that
// come from an answer or an earlier result; a literal says nothing of a resident.
func passed(b *flow.Bundle, f *flow.Flow) []passes {
	found := map[string]map[string]bool{}
	note := func(operation, parameter string) {
		if found[operation] == nil {
			found[operation] = map[string]bool{}
		}
		if parameter != "" {
			found[operation][parameter] = true
		}
	}
	for _, s := range f.States {
		for _, u := range lookups(b, s.Ask) {
			operation, parameter, _ := strings.Cut(strings.TrimSuffix(u.What, ")"), " (")
			note(operation, parameter)
		}
		if s.Call == "" {
			continue
		}
		note(s.Call, "")
		for parameter, from := range s.With {
			if from.Path != "" {
				note(s.Call, parameter)
			}
		}
	}
	var all []passes
	for _, name := range sorted(found) {
		all = append(all, passes{name, b.Operations[name].Writes, sorted(found[name])})
	}
	return all
}
