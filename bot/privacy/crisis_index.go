package privacy

import (
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"
)

// crisisIndex finds the phrases that may begin in a message without holding
// each against each word: by the letters of a phrase's longest word, and by
// how a phrase begins when its spaces are left out.
type crisisIndex struct {
	phrases []crisisPhrase
	exact   map[letterSet][]anchor // by the letters of the longest word
	some    marks                  // a longest word has letters of this hash
	once    [1 << 10]nearby        // one typing error is forgiven: by the two letters that it begins or ends with
	twice   [longestNear]nearby    // two are: by its length
	joined  [1 << 12][]int         // those of several words, by the first bytes without spaces
	brief   []int                  // of those, the ones that have fewer bytes
	ends    marks                  // in once there is something
	begun   marks                  // in joined there is
}

// nearby are longest words in which a typing error is forgiven, with their
// letters side by side: that is what is held against every word of a message.
type nearby struct {
	letters []letterSet
	anchors []anchor
}

// anchor is the longest word of a phrase.
type anchor struct {
	letters letterSet
	phrase  int
	at      int // which word it is
	allowed int // typing errors
}

// longestNear is the longest word in which a typing error is forgiven.
const longestNear = 40

// letterSet is which letters a word holds. A typing error changes at most two.
type letterSet uint64

func lettersOf(word string) (set letterSet, n int) {
	for i := 0; i < len(word); i++ {
		if word[i] >= utf8.RuneSelf {
			return anyLettersOf(word)
		}
		set |= letterSets[word[i]]
	}
	return set, len(word)
}

func anyLettersOf(word string) (set letterSet, n int) {
	for _, r := range word {
		n++
		set |= letterSetOf(r)
	}
	return set, n
}

func letterSetOf(r rune) letterSet {
	switch {
	case r >= 'a' && r <= 'z':
		return 1 << (r - 'a')
	case r >= '0' && r <= '9':
		return 1 << (26 + r - '0')
	}
	return 1 << (36 + uint32(r)%28)
}

// letterSets is letterSetOf for the letters of most words.
var letterSets = func() (sets [utf8.RuneSelf]letterSet) {
	for r := range sets {
		sets[r] = letterSetOf(rune(r))
	}
	return sets
}()

func (s letterSet) hash() uint16 { return uint16((uint64(s) * 0x9e3779b97f4a7c15) >> 52) }

func newCrisisIndex(phrases []crisisPhrase) *crisisIndex {
	x := &crisisIndex{phrases: phrases, exact: map[letterSet][]anchor{}}
	for i, p := range phrases {
		a, n := p.anchor(i)
		x.exact[a.letters] = append(x.exact[a.letters], a)
		x.some.set(a.letters.hash())
		switch {
		case n >= longestNear-2:
		case a.allowed == 1:
			begin, end := ends(p.words[a.at])
			x.once[begin].add(a)
			x.once[end].add(a)
			x.ends.set(begin)
			x.ends.set(end)
		case a.allowed == 2:
			x.twice[n].add(a)
		}
		if key, ok := beginningOf(p.words); len(p.words) == 1 {
			continue
		} else if !ok {
			x.brief = append(x.brief, i)
		} else {
			x.joined[key] = append(x.joined[key], i)
			x.begun.set(key)
		}
	}
	return x
}

func (n *nearby) add(a anchor) {
	n.letters, n.anchors = append(n.letters, a.letters), append(n.anchors, a)
}

// ends mixes the first two and the last two letters of a word. One typing
// error, two letters swapped included, touches two neighbours at most: in a
// word of five letters or more one of these ends stays as it was.
func ends(word string) (begin, end uint16) {
	first, n := utf8.DecodeRuneInString(word)
	second, _ := utf8.DecodeRuneInString(word[n:])
	last, n := utf8.DecodeLastRuneInString(word)
	before, _ := utf8.DecodeLastRuneInString(word[:len(word)-n])
	const half = 1 << 9 // a beginning is no end
	return pair(first, second), half | pair(before, last)
}

func pair(a, b rune) uint16 { return uint16((uint32(a)<<16 ^ uint32(b)) * 0x9e3779b1 >> 23) }

// anchor gives the phrase's longest word, and its length in letters.
func (p crisisPhrase) anchor(index int) (a anchor, longest int) {
	for at, w := range p.words {
		letters, n := lettersOf(w)
		if n <= longest {
			continue
		}
		longest, a = n, anchor{letters, index, at, 0}
		if p.letters >= longPhrase && n >= 5 {
			a.allowed = mistakesAllowed(n)
		}
	}
	return a, longest
}

// beginningOf mixes the first four bytes of words, without spaces.
func beginningOf(words []string) (key uint16, ok bool) {
	mixed, n := uint32(0), 0
	for _, w := range words {
		for i := 0; i < len(w); i++ {
			mixed = mixed<<8 | uint32(w[i])
			if n++; n == 4 {
				return uint16(mixed * 0x9e3779b1 >> 20), true
			}
		}
	}
	return 0, false
}

// first gives the first phrase, by the order of the list, that stands in the
// words; -1 when none does.
func (x *crisisIndex) first(whole []string) int {
	best := len(x.phrases)
	parts, which := whole, eitherKind
	if slices.ContainsFunc(whole, func(w string) bool { return strings.IndexByte(w, '-') >= 0 }) {
		parts, which = splitHyphens(whole), ofSeveralWords
		for i := range whole {
			best = x.at(whole, i, best, ofOneWord)
		}
	}
	for i := range parts {
		best = x.at(parts, i, best, which)
		best = x.joinedAt(parts[i:], best)
	}
	if best == len(x.phrases) {
		return -1
	}
	return best
}

// Which phrases are looked for: those of one word count only in words that are
// whole, "112-melding" is one.
const (
	eitherKind = iota
	ofOneWord
	ofSeveralWords
)

// at tries the phrases whose longest word may be word i, up to the best so far.
func (x *crisisIndex) at(words []string, i, best, which int) int {
	letters, n := lettersOf(words[i])
	if x.some.has(letters.hash()) {
		for _, a := range x.exact[letters] {
			best = x.try(a, words, i, best, which)
		}
	}
	if n >= 4 {
		begin, end := ends(words[i])
		for _, at := range [...]uint16{begin, end} {
			if x.ends.has(at) {
				best = x.nearly(&x.once[at], letters, 1, words, i, best, which)
			}
		}
	}
	for length := max(n-2, 0); length <= min(n+2, longestNear-1); length++ {
		best = x.nearly(&x.twice[length], letters, 2, words, i, best, which)
	}
	return best
}

// nearly tries the phrases whose longest word has nearly these letters.
func (x *crisisIndex) nearly(near *nearby, letters letterSet, allowed int, words []string, i, best, which int) int {
	for k, known := range near.letters {
		if bits.OnesCount64(uint64(known^letters)) <= 2*allowed {
			best = x.try(near.anchors[k], words, i, best, which)
		}
	}
	return best
}

func (x *crisisIndex) try(a anchor, words []string, i, best, which int) int {
	p := &x.phrases[a.phrase]
	from := i - a.at
	if a.phrase >= best || from < 0 || which != eitherKind && (which == ofOneWord) != (len(p.words) == 1) || !p.at(words[from:]) {
		return best
	}
	return a.phrase
}

// joinedAt tries the phrases whose letters begin as the words do.
func (x *crisisIndex) joinedAt(words []string, best int) int {
	list := x.brief
	if key, ok := beginningOf(words); ok && x.begun.has(key) {
		list = append(x.joined[key][:len(x.joined[key]):len(x.joined[key])], x.brief...)
	}
	for _, phrase := range list {
		if phrase < best && x.phrases[phrase].joinedAt(words) {
			best = phrase
		}
	}
	return best
}

// mistakesAllowed is how many typing errors a word of n letters may have.
func mistakesAllowed(n int) int {
	if n >= 10 {
		return 2
	}
	return 1
}
