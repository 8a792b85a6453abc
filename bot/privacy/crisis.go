package privacy

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// crisisPhrase is one phrase of a bundle, ready to be compared.
type crisisPhrase struct {
	name    string
	words   []string
	joined  string // without spaces: "ikwildood"
	letters int
}

// newCrisisPhrases reads the bundle's crisis phrases. A phrase without a
// letter is left out: a bare 113 is a house number, "bel 113" is not.
func newCrisisPhrases(bundle map[string][]string) []crisisPhrase {
	var out []crisisPhrase
	for name, list := range bundle {
		for _, p := range phrases(list) {
			joined := strings.Join(p, "")
			out = append(out, crisisPhrase{name, p, joined, utf8.RuneCountInString(joined)})
		}
	}
	slices.SortFunc(out, func(a, b crisisPhrase) int {
		return cmp.Or(cmp.Compare(b.letters, a.letters), cmp.Compare(a.name, b.name), cmp.Compare(a.joined, b.joined))
	})
	return out
}

// recogniseCrisis gives the name of the crisis whose phrase stands in the
// words: the longest phrase that does, and of equal ones the first by name.
func recogniseCrisis(known *crisisIndex, words []string) (name string, found bool) {
	if len(words) == 0 || len(known.phrases) == 0 {
		return "", false
	}
	if i := known.first(words); i >= 0 {
		return known.phrases[i].name, true
	}
	return "", false
}

func splitHyphens(in []string) []string {
	out := make([]string, 0, len(in))
	for _, w := range in {
		out = append(out, strings.Split(w, "-")...)
	}
	return out
}

// longPhrase is from how many letters on a typing error is forgiven. In
// shorter phrases one letter makes another sentence: "ik wil door".
const longPhrase = 10

// at tells whether the words begin with the phrase, each one whole. In a long
// phrase two typing errors are forgiven, in words of five letters or more:
// "there is a fine" is no fire.
func (p crisisPhrase) at(in []string) bool {
	if len(in) < len(p.words) {
		return false
	}
	errors := 0
	for i, listed := range p.words {
		if sameWord(in[i], listed) {
			continue
		}
		n := utf8.RuneCountInString(listed)
		if p.letters < longPhrase || n < 5 {
			return false
		}
		allowed := mistakesAllowed(n)
		d := mistakes(in[i], listed, allowed)
		if errors += d; d > allowed || errors > 2 {
			return false
		}
	}
	return true
}

// joinedAt tells whether the words, cut at hyphens, begin with the phrase when spaces were
// forgotten or put in the wrong place: "ikwil dood".
func (p crisisPhrase) joinedAt(in []string) bool {
	if len(p.words) == 1 {
		return false
	}
	rest := p.joined
	for _, w := range in {
		if !strings.HasPrefix(rest, w) {
			return false
		}
		if rest = rest[len(w):]; rest == "" {
			return true
		}
	}
	return false
}

// mistakes counts the typing errors between two words: a letter wrong, missing,
// too many, or two swapped (optimal string alignment). Above limit it may stop
// counting and give limit+1.
func mistakes(typed, listed string, limit int) int {
	var first, second [longestNear]rune
	a, b := runesOf(first[:0], typed), runesOf(second[:0], listed)
	if d := len(a) - len(b); d > limit || -d > limit || len(b) >= longestNear-2 {
		return limit + 1
	}
	var rows [3][longestNear + 3]int
	before, last, now := rows[0][:], rows[1][:], rows[2][:]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last, now = last, now, before
	}
	return last[len(b)]
}

// runesOf reads at most as many characters as can matter.
func runesOf(buffer []rune, word string) []rune {
	for _, r := range word {
		if len(buffer) == cap(buffer) {
			break
		}
		buffer = append(buffer, r)
	}
	return buffer
}
