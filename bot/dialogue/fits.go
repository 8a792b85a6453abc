package dialogue

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/flow"
)

// Fits names what a file asks for that the bundle does not have: a language
// that is not complete, an operation, an outcome, a value that does not fit.
func (f *File) Fits(b *flow.Bundle) flow.Faults {
	c := &fitting{file: f.Name, bundle: b}
	for _, d := range f.Dialogues {
		for _, s := range d.Steps {
			switch {
			case s.Language != "":
				c.language(s)
			case s.Pending != "":
				c.topic(s)
			case s.Force != nil:
				c.force(s)
			}
		}
	}
	return c.faults
}

type fitting struct {
	file   string
	bundle *flow.Bundle
	faults flow.Faults
}

func (c *fitting) fault(line, column int, code, dutch, english string) {
	c.faults = append(c.faults, flow.Fault{File: c.file, Line: line, Column: column, Code: code, Dutch: dutch, English: english})
}

// unknown is the fault of a name that is not among those that are there.
func (c *fitting) unknown(line, column int, code, what, english, name string, known []string) {
	if meant := near(name, known); meant != "" {
		c.fault(line, column, code, fmt.Sprintf("%s %q is er niet. Bedoelt u %q?", what, name, meant),
			fmt.Sprintf("There is no %s %q. Did you mean %q?", english, name, meant))
		return
	}
	c.fault(line, column, code, fmt.Sprintf("%s %q is er niet. Kies uit: %s.", what, name, strings.Join(known, ", ")),
		fmt.Sprintf("There is no %s %q. Choose from: %s.", english, name, strings.Join(known, ", ")))
}

func (c *fitting) language(s Step) {
	if known := c.bundle.Shared.Languages; !slices.Contains(known, s.Language) {
		c.unknown(s.Line, s.Column, "chat-language", "De taal", "language", s.Language, known)
	}
}

func (c *fitting) topic(s Step) {
	if topics := c.bundle.Shared.Topics; topics[s.Pending] == nil {
		c.unknown(s.Line, s.Column, "chat-topic", "Het onderwerp", "topic", s.Pending, slices.Sorted(maps.Keys(topics)))
	}
}

func (c *fitting) force(s Step) {
	f := s.Force
	operation, known := c.bundle.Operations[f.Operation]
	if !known {
		c.unknown(s.Line, s.Column, "chat-operation", "De dienst", "service", f.Operation, slices.Sorted(maps.Keys(c.bundle.Operations)))
		return
	}
	if f.Outcome == "" {
		return
	}
	at := slices.IndexFunc(operation.Outcomes, func(o bot.OutcomeField) bool { return o.Name == f.Outcome })
	if at < 0 {
		var names []string
		for _, o := range operation.Outcomes {
			names = append(names, o.Name)
		}
		c.unknown(s.Line, f.outcomeAt, "chat-outcome", "De uitkomst", "outcome", f.Outcome, names)
		return
	}
	c.value(s, operation.Outcomes[at].Saves)
}

// value judges the JSON behind an outcome by its first look: a list, a record,
// or neither. What a flow does with its parts the dialogue itself shows.
func (c *fitting) value(s Step, saves *bot.Field) {
	f := s.Force
	var value any
	err := json.Unmarshal([]byte(f.Value), &value)
	switch _, list := value.([]any); {
	case saves == nil && f.Value != "":
		c.fault(s.Line, f.valueAt, "chat-value", fmt.Sprintf("Bij %q hoort geen waarde.", f.Outcome), fmt.Sprintf("%q comes without a value.", f.Outcome))
	case saves != nil && f.Value == "":
		c.fault(s.Line, f.outcomeAt, "chat-value", fmt.Sprintf("Bij %q hoort een waarde. Schrijf die erachter, als JSON op dezelfde regel.", f.Outcome),
			fmt.Sprintf("%q comes with a value. Write it behind it, as JSON on the same line.", f.Outcome))
	case saves == nil:
	case err != nil:
		c.fault(s.Line, f.valueAt, "chat-value", "Deze waarde is geen goede JSON.", "This value is not good JSON.")
	case list != (saves.Kind == bot.FieldList):
		c.fault(s.Line, f.valueAt, "chat-value", fmt.Sprintf("Bij %q hoort een %s.", f.Outcome, dutchShape(saves)), fmt.Sprintf("%q comes with a %s.", f.Outcome, englishShape(saves)))
	}
}

func dutchShape(f *bot.Field) string {
	if f.Kind == bot.FieldList {
		return "lijst, zoals [{...}]"
	}
	return "waarde zonder lijst eromheen, zoals {...}"
}

func englishShape(f *bot.Field) string {
	if f.Kind == bot.FieldList {
		return "list, such as [{...}]"
	}
	return "value without a list around it, such as {...}"
}
