// Package text compiles the texts of a bundle, finds their translations and
// their longest rendering, and fills them in: what residents read is made here.
// It never sends, keeps or logs what it rendered, and its errors quote no value.
package text

import (
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Text is one text of a bundle in every language that has it, compiled once.
// Dutch is always there; a language without a translation of its own reads Dutch.
type Text struct {
	ID         string // "afval.adres.text", the go-i18n id
	ByLanguage map[string]*Template
}

// In gives the template for a language, or the Dutch one.
func (t *Text) In(language string) *Template {
	if own, ok := t.ByLanguage[language]; ok {
		return own
	}
	return t.ByLanguage["nl"]
}

// World is what a template may refer to besides the values of its flow, in
// one language at one moment. A bundle makes it (flow.Bundle.World).
type World struct {
	Language     string
	Now          time.Time // a date in another year is shown with its year; zero: never
	Municipality string
	Facts        map[string]string            // {{.fact.telefoon}}, the fallback sentence where a fact has expired
	Teams        map[string]map[string]string // {{.team.kcc.hours}}
	Texts        map[string]string            // {{.text.groet}}: shared sentences, rendered
	Kinds        map[string]string            // kind: the word for a code
	Choices      map[string]string            // choice: the label for a saved choice: "soort.wegdek" before "wegdek"
}

// Values are the saved values of a flow, by name.
type Values = map[string]bot.Value
