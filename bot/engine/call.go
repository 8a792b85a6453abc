package engine

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/flow"
)

// errNoValue says that a flow asks for a value that was never saved. The name
// is the editor's; nothing of the resident is in it.
var errNoValue = errors.New("no such value was saved")

// failed is how every operation may end.
const failed = "failed"

// source gives what a call's parameter comes from, as JSON.
func (t *turn) source(s flow.Source) (string, error) {
	if s.Path == "" {
		return s.Literal.Reveal(), nil
	}
	raw := t.c.path(s.Path)
	if raw == "" {
		return "", fmt.Errorf("%s: %w", s.Path, errNoValue)
	}
	return raw, nil
}

// callState asks for the operation of a call state.
func (t *turn) callState(s *flow.State) error {
	operation := t.bundle.Operations[s.Call]
	with := make(map[string]bot.Value, len(s.With))
	for name, source := range s.With {
		raw, err := t.source(source)
		if err != nil && optional(operation.With, name) {
			continue // a question that was skipped
		}
		if err != nil {
			return err
		}
		with[name] = bot.Value{Private: bot.Hide(raw)}
	}
	t.ask(pendingCall, "", &bot.Call{Operation: s.Call, With: with})
	return nil
}

// final tells whether what an operation does cannot be gone back on: it is
// booked or sent. A held place is not: it is given back by itself.
func final(o bot.Operation) bool { return o.Writes && !o.Passing }

// did tells whether an operation that ended so did anything. Of what did not
// happen nobody may hear that it is arranged.
func did(o bot.Operation, outcome string) bool {
	nothing := slices.ContainsFunc(o.Outcomes, func(f bot.OutcomeField) bool { return f.Name == outcome && f.Nothing })
	return outcome != failed && !nothing
}

func optional(fields []bot.Field, name string) bool {
	return slices.ContainsFunc(fields, func(f bot.Field) bool { return f.Name == name && f.Optional })
}

// ask ends the step with a call; what was said and decided waits for its result.
func (t *turn) ask(kind pendingKind, answer string, call *bot.Call) {
	p := &pending{kind: kind, moves: t.moves, moved: t.moved, started: t.fresh, said: t.said, consents: t.consents, answer: answer}
	if t.link != nil {
		p.label, p.url = t.link.Label, t.link.URL
	}
	call.Language = t.c.language
	t.c.pending, t.call = p, call
}

// result goes on with what a call gave.
func (t *turn) result(r bot.Result) error {
	p := t.c.pending
	t.c.pending = nil
	t.moves, t.moved, t.fresh, t.said, t.consents = p.moves, p.moved, p.started, p.said, p.consents
	if p.url != "" {
		t.link = &bot.Link{Label: p.label, URL: p.url}
	}
	t.subscribed()
	switch p.kind {
	case pendingCategories, pendingContents, pendingExport:
		return t.rights(p, r)
	}
	if t.lost {
		return t.restart()
	}
	f, s := t.here(t.c)
	if s == nil {
		return errors.New("a result for a state that is not there")
	}
	switch p.kind {
	case pendingFind:
		return t.found(s, r, p.answer)
	case pendingNear:
		return t.near(s, r, p.answer)
	}
	if operation := t.bundle.Operations[s.Call]; final(operation) && did(operation, r.Outcome) {
		t.c.fixed, t.c.back = wrote, nil
	}
	event := r.Outcome
	if _, handled := s.On[event]; !handled {
		event = failed
	}
	t.save(s.Save, r.Value.Reveal())
	if err := t.move(event); err != nil {
		return fmt.Errorf("flow %s: %w", f.Name, err)
	}
	return t.run()
}

// subscribed counts what was decided earlier in this turn as decided.
func (t *turn) subscribed() {
	for _, c := range t.consents {
		t.decided(c)
	}
}

// branch goes by a value: the one that is named, else a comparison that holds.
func (t *turn) branch(s *flow.State) error {
	for _, v := range t.branchValue(s.Value) {
		if _, ok := s.On[v]; ok {
			return t.move("is:" + v)
		}
	}
	if event := t.comparison(s); event != "" {
		return t.move(event)
	}
	if s.Else == "" && t.c.path(s.Value) == "" && !builtIn(s.Value) {
		return fmt.Errorf("%s: %w", s.Value, errNoValue)
	}
	return t.move("else")
}

func builtIn(path string) bool {
	name, _ := cutPath(path)
	return name == "language" || name == "open" || name == "subscribed"
}

// branchValue gives the names under which a value may be listed. A saved value
// wins over what is built in, as it does in the check.
func (t *turn) branchValue(path string) []string {
	if raw := t.c.path(path); raw != "" {
		switch raw {
		case "true":
			return []string{"yes", "true", "ja"}
		case "false":
			return []string{"no", "false", "nee"}
		}
		return []string{plainText(raw)}
	}
	name, rest := cutPath(path)
	switch name {
	case "language":
		return []string{t.c.language}
	case "open":
		return yesOrNo(t.open(rest))
	case "subscribed":
		return yesOrNo(t.subscribedTo(rest))
	}
	return nil
}

// open tells whether a team is open now ("kcc"), or opens tomorrow ("kcc.tomorrow").
func (t *turn) open(name string) bool {
	name, tomorrow := strings.CutSuffix(name, ".tomorrow")
	team := t.bundle.Shared.Teams[name]
	switch {
	case team == nil || team.Open == nil:
		return false
	case tomorrow:
		return team.OpenOn(t.now.In(t.zone).AddDate(0, 0, 1))
	}
	return team.Open(t.now)
}

func yesOrNo(yes bool) []string {
	if yes {
		return []string{"yes"}
	}
	return []string{"no"}
}

// comparison finds the first of "< 18", ">= 2026-01-01" that holds, in the
// order of the alphabet, so that the same value always goes the same way.
func (t *turn) comparison(s *flow.State) string {
	have := plainText(t.c.path(s.Value))
	if have == "" {
		return ""
	}
	keys := make([]string, 0, len(s.On))
	for key := range s.On {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		operator := strings.TrimRight(key[:min(2, len(key))], " 0123456789-")
		if operator == "" || strings.Trim(operator, "<>=!") != "" {
			continue
		}
		if compares(have, operator, strings.TrimSpace(key[len(operator):])) {
			return "is:" + key
		}
	}
	return ""
}

// compares takes numbers as numbers and anything else, such as dates, by its letters.
func compares(have, operator, bound string) bool {
	order := strings.Compare(have, bound)
	a, errA := strconv.ParseFloat(have, 64)
	b, errB := strconv.ParseFloat(bound, 64)
	if errA == nil && errB == nil {
		order = 0
		if a < b {
			order = -1
		} else if a > b {
			order = 1
		}
	}
	switch operator {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	case "=", "==":
		return order == 0
	case "!=":
		return order != 0
	}
	return false
}
