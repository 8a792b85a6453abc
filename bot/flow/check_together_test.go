package flow

import "testing"

func TestCheck_aQuestionOverTextAndChoiceIsOne(t *testing.T) {
	state := func(text, label string) string {
		return "[states.een]\ntext = \"" + text + "\"\nchoices = [ { label = \"" + label + "\", next = \"menu\" }, { label = \"Stoppen\", next = \"menu\" } ]\n"
	}
	expect(t, loadStates(state("Geef het nummer van uw", "Rijbewijs")), "6:8 asks-identifier")
	expect(t, loadStates(state("Stuur een foto van uw", "Paspoort")), "6:8 asks-identifier")
	expect(t, loadStates(state("Waar gaat het over?", "Rijbewijs")))
	expect(t, loadStates(state("Stuur nooit een foto van uw", "Paspoort")))
}
