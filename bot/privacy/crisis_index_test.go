package privacy

import (
	"slices"
	"strings"
	"testing"
)

// everyPhrase is the search that the index saves: each phrase at each word.
func everyPhrase(known []crisisPhrase, text string) string {
	whole := words(text)
	parts := splitHyphens(whole)
	for _, p := range known {
		in := parts
		if len(p.words) == 1 {
			in = whole
		}
		for i := range in {
			if p.at(in[i:]) || p.joinedAt(in[i:]) {
				return p.name
			}
		}
	}
	return ""
}

func TestCrisisIndex_findsWhatASearchFinds(t *testing.T) {
	known := newCrisisPhrases(map[string][]string{
		"gevaar": {"help mij nu", "er is brand", "ik word aangevallen", "there is a fire", "bel 112", "gaslek", "пожежа", "هناك حريق", "yangın var"},
		"dood":   {"ik wil dood", "zelfmoord plegen", "een einde aan mijn leven", "kill myself", "suïcidaal", "я хочу померти", "أريد أن أموت", "kendimi öldürmek", "chcę się zabić"},
		"thuis":  {"hij slaat mij", "huiselijk geweld", "mijn partner slaat mij", "чоловік мене б'є"},
	})
	index := newCrisisIndex(known)
	g := newGenerator(7)
	filler := strings.Fields("ik wil een paspoort er is geen brand in de straat hij mij mijn leven doood slaat-mij 112-melding help nu we aan levn gewelt")
	letters := []rune("abcdeiknorst öéпоا1-' ")
	found := 0
	for range 20_000 {
		text := known[g.IntN(len(known))].joined
		if g.IntN(4) > 0 {
			text = strings.Join(known[g.IntN(len(known))].words, g.of(" ", " ", " ", "-", "", "  "))
		}
		runes := []rune(text)
		for range g.IntN(4) { // wrong, missing, too many, swapped, repeated
			at := g.IntN(len(runes))
			switch g.IntN(5) {
			case 0:
				runes[at] = letters[g.IntN(len(letters))]
			case 1:
				runes = slices.Delete(runes, at, at+1)
			case 2:
				runes = slices.Insert(runes, at, letters[g.IntN(len(letters))])
			case 3:
				runes = slices.Insert(runes, at, runes[at], runes[at])
			case 4:
				runes[at], runes[max(at-1, 0)] = runes[max(at-1, 0)], runes[at]
			}
			if len(runes) == 0 {
				runes = []rune{'x'}
			}
		}
		message := g.of(filler...) + " " + string(runes) + " " + g.of(filler...) + " " + g.of(filler...)
		want := everyPhrase(known, message)
		if got, _ := recogniseCrisis(index, words(message)); got != want {
			t.Fatalf("%q: the index finds %q, a search %q", message, got, want)
		}
		if want != "" {
			found++
		}
	}
	if found < 5000 || found > 19_000 {
		t.Errorf("%d of 20,000 messages hold a crisis: they prove little", found)
	}
}
