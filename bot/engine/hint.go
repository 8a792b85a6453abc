package engine

import (
	"slices"

	"github.com/gemeentebode/bode/bot/flow"
)

// answerHint lets the words that began a flow also answer its first questions:
// "wanneer wordt de kliko geleegd op 3511LN 12".
func (t *turn) answerHint(s *flow.State) (done bool, err error) {
	switch {
	case t.hint == "":
	case s.Kind == flow.Ask && s.Ask == askAddress:
		typed, part := addressIn(t.hint), postcodeIn(t.hint)
		t.hint = ""
		if typed != "" {
			t.find(typed)
			return true, nil
		}
		return t.half(part), nil
	case s.Kind == flow.Ask && s.Ask == askPlace:
		typed := addressIn(t.hint)
		t.hint = ""
		if typed != "" {
			t.find(typed)
			return true, nil
		}
	case s.Kind == flow.Ask && s.Opening && !t.hinted && t.atStart(s):
		said := t.leftover(s)
		t.hint = ""
		if raw := t.parse(s, said); raw != "" {
			return true, t.answered(s, raw)
		}
	case s.Kind == flow.Choose && !t.hinted:
		t.hinted = true
		if key := t.choiceIn(s, fold(t.hint)); key != "" {
			return true, t.choose(s, key)
		}
	}
	t.hint = ""
	return false, nil
}

// choiceIn finds the one choice of whose label every telling word stands in a
// sentence; a single short word stands there too easily.
func (t *turn) choiceIn(s *flow.State, folded string) string {
	x := t.matches[t.c.language]
	if x == nil {
		return ""
	}
	found, said := "", x.stems(folded)
	for i, label := range t.labels(s) {
		stems := x.stems(fold(label))
		if len(stems) == 0 || len(stems) == 1 && len(stems[0]) < 5 {
			continue
		}
		if slices.ContainsFunc(stems, func(stem string) bool { return !slices.Contains(said, stem) }) {
			continue
		}
		if found != "" {
			return ""
		}
		found = s.Choices[i].Key
	}
	return found
}
