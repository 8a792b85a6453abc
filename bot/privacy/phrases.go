package privacy

import "strings"

// phrase is one line of a table: words in a row, where "_" stands for up to
// three words, a final "*" for any ending and a leading one for any beginning.
type phrase struct {
	words []string
	first bool // "^": only at the beginning of a clause
	kind  string
}

// phraseSet finds phrases by their first word.
type phraseSet struct {
	byFirst map[string][]phrase
	open    map[string][]phrase // whose first word has an open ending, by its first bytes
	ending  []phrase            // whose first word has an open beginning
}

func newPhraseSet() *phraseSet {
	return &phraseSet{byFirst: map[string][]phrase{}, open: map[string][]phrase{}}
}

// beginning is how many bytes of a word with an open ending are looked up; no
// table has a shorter one.
const beginning = 3

// add reads a table: phrases separated by bars and line ends.
func (s *phraseSet) add(kind, table string) {
	for _, line := range strings.FieldsFunc(table, func(r rune) bool { return r == '|' || r == '\n' }) {
		p := phrase{kind: kind, first: strings.HasPrefix(strings.TrimSpace(line), "^")}
		for _, word := range strings.Fields(line) {
			p.words = append(p.words, phraseWord(strings.TrimPrefix(word, "^")))
		}
		switch {
		case len(p.words) == 0:
		case strings.HasPrefix(p.words[0], "*"):
			s.ending = append(s.ending, p)
		case strings.HasSuffix(p.words[0], "*"):
			key := p.words[0][:beginning]
			s.open[key] = append(s.open[key], p)
		default:
			s.byFirst[p.words[0]] = append(s.byFirst[p.words[0]], p)
		}
	}
}

func phraseWord(word string) string {
	if word == "_" {
		return word
	}
	switch open := strings.Trim(word, "*"); {
	case strings.HasPrefix(word, "*"):
		return "*" + foldWord(open)
	case open != word:
		return foldWord(open) + "*"
	}
	return foldWord(word)
}

// at gives the longest phrase that begins at word i, and how many words it takes.
func (s *phraseSet) at(words []string, i int) (found phrase, n int) {
	found, n = longest(s.byFirst[words[i]], words, i, phrase{}, 0)
	if len(words[i]) >= beginning {
		found, n = longest(s.open[words[i][:beginning]], words, i, found, n)
	}
	if len(s.ending) > 0 {
		found, n = longest(s.ending, words, i, found, n)
	}
	if bare := withoutProclitic(words[i]); bare != "" {
		found, n = longest(s.byFirst[bare], words, i, found, n)
	}
	return found, n
}

func longest(list []phrase, words []string, i int, found phrase, n int) (phrase, int) {
	for _, p := range list {
		if p.first && i > 0 {
			continue
		}
		if m := matchPhrase(p.words, words[i:]); m > n {
			found, n = p, m
		}
	}
	return found, n
}

// withoutProclitic gives an Arabic word without "and", "with", "for" or "so"
// in front, which are written as one with it; "" when there is none.
func withoutProclitic(word string) string {
	if len(word) < 8 || word[0] < 0xd8 || word[0] > 0xd9 {
		return ""
	}
	switch word[:2] {
	case "و", "ب", "ل", "ف":
		return word[2:]
	}
	return ""
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
	if open, ok := strings.CutPrefix(want, "*"); ok {
		return strings.HasSuffix(word, open)
	}
	return want == word || withoutProclitic(word) == want
}
