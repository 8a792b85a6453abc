package privacy

import "strings"

// phrase is one line of a table: words in a row, where "_" stands for up to
// three words and a final "*" for any ending.
type phrase struct {
	words []string
	first bool // "^": only at the beginning of a clause
	kind  string
}

// phraseSet finds phrases by their first word.
type phraseSet struct {
	byFirst map[string][]phrase
	open    []phrase // whose first word has an open ending
}

func newPhraseSet() *phraseSet { return &phraseSet{byFirst: map[string][]phrase{}} }

// add reads a table: phrases separated by bars and line ends.
func (s *phraseSet) add(kind, table string) {
	for _, line := range strings.FieldsFunc(table, func(r rune) bool { return r == '|' || r == '\n' }) {
		p := phrase{kind: kind, first: strings.HasPrefix(strings.TrimSpace(line), "^")}
		for _, word := range strings.Fields(line) {
			p.words = append(p.words, phraseWord(strings.TrimPrefix(word, "^")))
		}
		switch {
		case len(p.words) == 0:
		case strings.HasSuffix(p.words[0], "*"):
			s.open = append(s.open, p)
		default:
			s.byFirst[p.words[0]] = append(s.byFirst[p.words[0]], p)
		}
	}
}

func phraseWord(word string) string {
	if word == "_" {
		return word
	}
	if open := strings.TrimSuffix(word, "*"); open != word {
		return foldWord(open) + "*"
	}
	return foldWord(word)
}

// at gives the longest phrase that begins at word i, and how many words it takes.
func (s *phraseSet) at(words []string, i int) (found phrase, n int) {
	for _, list := range [][]phrase{s.byFirst[words[i]], s.open} {
		for _, p := range list {
			if p.first && i > 0 {
				continue
			}
			if m := matchPhrase(p.words, words[i:]); m > n {
				found, n = p, m
			}
		}
	}
	return found, n
}

// in tells whether a phrase stands anywhere in the words.
func (s *phraseSet) in(words []string) bool {
	for i := range words {
		if _, n := s.at(words, i); n > 0 {
			return true
		}
	}
	return false
}

// matchPhrase gives how many words the phrase takes, 0 when it does not fit.
func matchPhrase(p, words []string) int {
	for i, want := range p {
		if want == "_" {
			return matchGap(p[i+1:], words, i)
		}
		if i >= len(words) || !matchWord(want, words[i]) {
			return 0
		}
	}
	return len(p)
}

func matchGap(rest, words []string, from int) int {
	for skip := 0; skip <= 3 && from+skip < len(words); skip++ {
		if n := matchPhrase(rest, words[from+skip:]); n > 0 {
			return from + skip + n
		}
	}
	return 0
}

func matchWord(want, word string) bool {
	if open, ok := strings.CutSuffix(want, "*"); ok {
		return strings.HasPrefix(word, open)
	}
	return want == word
}
