package flows_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/text"
)

// products are the flows that end in an appointment. A flow cannot hand a
// value to the flow that it calls, so each has the planning in full.
var products = []string{"paspoort", "idkaart", "rijbewijs", "geboorte", "verhuizing"}

// planning are the states that the products share. A birth is registered at
// the town hall only, so it is not asked where.
var planning = map[string]bool{ // and whether a birth has it like the others
	"locaties": false, "kies_locatie": false, "tijden": false, "kies_tijd": false, "dagen": false, "kies_dag": false, "tijden_dag": false,
	"geen_tijd": false, "geen_plek": false, "houd": true, "net_weg": true, "naam": true, "aanpassen": true, "los": true, "los_weg": true,
	"geen": true, "boek": true, "verlopen": true, "storing": false, "storing_boek": true, "dicht": true,
	"bericht": true,
}

// Who changes a sentence of the planning changes it in every product.
func TestPlanning_isTheSameForEveryProduct(t *testing.T) {
	bundle := load(t)
	for _, name := range slices.Sorted(maps.Keys(planning)) {
		first := spelled(bundle, products[0], name)
		for _, other := range products[1:] {
			if got := spelled(bundle, other, name); got != first && (other != "geboorte" || planning[name]) {
				t.Errorf("%s.%s is not that of %s:\n%s\nbut\n%s", other, name, products[0], got, first)
			}
		}
	}
}

// spelled writes a state out: what it does, where it goes, and what it says in
// both languages. The product itself is left out.
func spelled(b *flow.Bundle, name, state string) string {
	s := b.Flows[name].States[state]
	if s == nil {
		return "not there"
	}
	out := []string{string(s.Kind), s.Call, s.Save, s.Next, s.From, fmt.Sprint(s.MaxLength), fmt.Sprint(s.On)}
	for _, key := range slices.Sorted(maps.Keys(s.With)) {
		from := s.With[key]
		if key != "product" {
			out = append(out, key+" = "+from.Path+from.Literal.Reveal())
		} else if from.Literal.Text() != name {
			out = append(out, "for another product: "+from.Literal.Text())
		}
	}
	texts := []*text.Text{s.Text, s.Invalid, s.Button, s.Label, s.Description}
	for _, c := range s.Choices {
		out = append(out, c.Key+" -> "+c.Next)
		texts = append(texts, c.Label, c.Description)
	}
	for _, t := range texts {
		if t != nil {
			out = append(out, t.In("nl").Source(), t.In("en").Source())
		}
	}
	return strings.Join(out, "\n")
}

// Bounds of a plain text, as residents read it: with the facts filled in.
const (
	plainScore = 65 // Flesch-Douma
	plainWords = 15 // of the longest sentence
)

var sharedPart = regexp.MustCompile(`\{\{\.(fact|text)\.([a-z0-9_]+)\}\}`)

// filled puts the facts and shared sentences of the town into a source.
func filled(b *flow.Bundle, source string) string {
	for range 2 { // a shared sentence may hold a fact
		source = sharedPart.ReplaceAllStringFunc(source, func(action string) string {
			m := sharedPart.FindStringSubmatch(action)
			if fact := b.Shared.Facts[m[2]]; m[1] == "fact" && fact != nil {
				return fact.Value.In("nl").Source()
			}
			return b.Shared.Texts[m[2]].In("nl").Source()
		})
	}
	return source
}

func TestAppointments_readEasily(t *testing.T) {
	bundle := load(t)
	for _, name := range append([]string{"afspraak", "plan"}, products...) {
		for _, state := range bundle.Flows[name].States {
			for _, own := range []*text.Text{state.Text, state.Invalid} {
				if own == nil {
					continue
				}
				r := text.Readability(filled(bundle, own.In("nl").Source()))
				if r.Longest > plainWords {
					t.Errorf("%s: %d words in %q", own.ID, r.Longest, r.Sentence)
				}
				if r.Words > 0 && r.Score < plainScore {
					t.Errorf("%s: Flesch-Douma %.0f, want %d: %s", own.ID, r.Score, plainScore, filled(bundle, own.In("nl").Source()))
				}
			}
		}
	}
}
