package address

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// street is one street name of the register. The same name in two places of
// the town is one street with the addresses of both.
type street struct {
	joined    string // in the form in which names are compared
	words     int
	addresses []int
}

// sighting is a street seen in a text.
type sighting struct {
	street   *street
	from, to int // words[from:to]
	distance int // typing errors, in letters
}

// shortForms are the abbreviations that stand for a whole word of a name.
var shortForms = map[string]string{
	"st": "sint", "burg": "burgemeester", "burgem": "burgemeester", "prof": "professor", "dr": "doctor",
	"mr": "meester", "gen": "generaal", "pres": "president", "kon": "koningin", "pr": "prins", "v": "van", "d": "de",
}

// ordinals: "1e Dwarsstraat" is "Eerste Dwarsstraat".
var ordinals = map[string]string{
	"1": "eerste", "2": "tweede", "3": "derde", "4": "vierde", "5": "vijfde", "6": "zesde", "7": "zevende", "8": "achtste", "9": "negende",
}

// joinName writes a street name in the form in which names are compared:
// abbreviations in full, no spaces.
func joinName(words []string) string {
	var b strings.Builder
	for i := 0; i < len(words); i++ {
		w := words[i]
		if full, ok := ordinals[w]; ok && i+2 < len(words) && (words[i+1] == "e" || words[i+1] == "ste" || words[i+1] == "de") {
			w = full
			i++
		}
		if full, ok := shortForms[w]; ok {
			w = full
		}
		b.WriteString(w)
	}
	name := b.String()
	if strings.HasSuffix(name, "str") {
		name += "aat"
	}
	return name
}

// typos is how many typing errors a name of this many letters may have: a
// short name with two errors is another name.
func typos(letters int) int {
	switch {
	case letters < 5:
		return 0
	case letters < 8:
		return 1
	case letters < 12:
		return 2
	default:
		return 3
	}
}

// look finds the streets that a text names: exactly where it can (the longest
// such name only), else all with the fewest typing errors.
func look(streets []*street, words []string) []sighting {
	var best []sighting
	for _, s := range streets {
		seen, ok := lookFor(s, words)
		if !ok {
			continue
		}
		if len(best) > 0 && !betterOrEqual(seen, best[0]) {
			continue
		}
		if len(best) > 0 && betterOrEqual(best[0], seen) {
			best = append(best, seen)
			continue
		}
		best = []sighting{seen}
	}
	return best
}

func betterOrEqual(a, b sighting) bool {
	if a.distance != b.distance {
		return a.distance < b.distance
	}
	return a.distance > 0 || len(a.street.joined) >= len(b.street.joined)
}

// lookFor slides windows of about the name's number of words over the text:
// people write "dom plein" and "lindelaan" for "Linde Laan".
func lookFor(s *street, words []string) (sighting, bool) {
	best := sighting{distance: typos(len(s.joined)) + 1}
	for size := max(1, s.words-1); size <= s.words+1; size++ {
		for from := 0; from+size <= len(words); from++ {
			window := words[from : from+size]
			if houseNumber.MatchString(window[size-1]) && size > s.words {
				continue
			}
			if d := distance(joinName(window), s.joined, best.distance-1); d < best.distance {
				best = sighting{s, from, from + size, d}
			}
		}
	}
	return best, best.street != nil
}

// distance counts typing errors, but gives most+1 without counting when the
// lengths alone differ by more. Digits are part of a name and never a typo.
func distance(a, b string, most int) int {
	if a == b {
		return 0
	}
	if len(a)-len(b) > most || len(b)-len(a) > most || digitsOf(a) != digitsOf(b) {
		return most + 1
	}
	return levenshtein.ComputeDistance(a, b)
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
