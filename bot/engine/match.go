package engine

import (
	"slices"
	"strings"
	"unicode"

	"github.com/agnivade/levenshtein"
	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/gemeentebode/bode/bot/flow"
)

// How sure a match has to be. A score is about 1 when every word of a keyword
// was said as it stands; words of the sentence that mean nothing to any flow
// lower the coverage, another flow that fits nearly as well the margin.
const (
	sureScore    = 0.8
	sureMargin   = 0.2
	sureCoverage = 0.2
	doubtScore   = 0.45
	doubtMargin  = 0.35 // how far behind the best one a flow is still offered

	asTyped   = 1.0
	compound  = 0.85 // "afvalkalender" for "afval"
	misspelt  = 0.85
	wordAlone = 0.9 // a keyword of one word, against 1 for one of several
)

// index finds the flows that a sentence may be about, in one language. What it
// does for a sentence depends on the sentence's words, not on how many flows
// there are.
type index struct {
	language string
	stem     func(*snowballstem.Env) bool
	phrases  []phrase
	postings map[string][]int    // a stem -> the phrases that hold it
	near     map[string][]string // a stem less one letter -> stems
}

// phrase is a keyword or a title, as stems.
type phrase struct {
	flow  string
	stems int
}

// stopWords are words that say nothing about a subject, by language, folded.
// Which of them somebody uses tells in which language they write.
var stopWords = map[string]map[string]bool{
	"nl": setFrom(`de het een en van op aan bij met voor naar om te ik u je jij wij we mij mijn uw ons onze zijn ben bent wordt worden word
 kan kunt kunnen wil wilt willen moet moeten mag heb hebt heeft hebben dit die deze er wat wanneer waar hoe wie welke welk waarom als dan nog ook niet geen wel
 maar al nu graag alstublieft aub even uit tot door per zo hier daar gaat gaan komt komen doe doen krijg krijgen weten vraag vragen goedemorgen goedemiddag goedendag dag
 hoi hai hey goeiemorgen goeiemiddag goedenavond iets iemand allemaal help vraagje veel meer weer eens zou zouden zal in is was had over dat hallo hi`),
	"en": setFrom(`the a an and or at on with for from to i you he she it they my your our am are be been do does did could will would want need have has this that these those
 hey help question some what when where how who which why if then no yes also please about out into of by there get me us hello in is was had can we hi`),
}

func stopWord(word string) bool { return stopWords["nl"][word] || stopWords["en"][word] }

// written guesses the language of a sentence that matched nothing: by its
// script, or by the small words of one language and none of another. "" when
// it does not show.
func written(typed, folded string) string {
	for _, r := range typed {
		switch {
		case unicode.Is(unicode.Cyrillic, r):
			return "uk"
		case unicode.Is(unicode.Arabic, r):
			return "ar"
		}
	}
	dutch, english := 0, 0
	for word := range strings.SplitSeq(folded, " ") {
		nl, en := stopWords["nl"][word], stopWords["en"][word]
		if nl && !en {
			dutch++
		} else if en && !nl {
			english++
		}
	}
	switch {
	case english >= 2 && dutch == 0:
		return "en"
	case dutch >= 2 && english == 0:
		return "nl"
	}
	return ""
}

func setFrom(list string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(list) {
		set[word] = true
	}
	return set
}

var stemmers = map[string]func(*snowballstem.Env) bool{"nl": dutch.Stem, "en": english.Stem}

func newIndexes(b *flow.Bundle) map[string]*index {
	indexes := map[string]*index{}
	for _, language := range b.Shared.Languages {
		x := &index{language: language, stem: stemmers[language], postings: map[string][]int{}, near: map[string][]string{}}
		for _, name := range b.Shared.Menu {
			x.add(b, name)
		}
		for name := range b.Flows { // the order does not matter: matches are sorted
			if !slices.Contains(b.Shared.Menu, name) {
				x.add(b, name)
			}
		}
		indexes[language] = x
	}
	return indexes
}

// add indexes a flow's keywords, and its title where it can be opened by itself.
func (x *index) add(b *flow.Bundle, name string) {
	f := b.Flows[name]
	if f == nil {
		return
	}
	phrases := slices.Clone(f.Keywords[x.language])
	if title, ok := sources(f.Title)[x.language]; ok && (len(f.Keywords) > 0 || slices.Contains(b.Shared.Menu, name)) {
		phrases = append(phrases, title)
	}
	for _, p := range phrases {
		if stems := x.stems(fold(p)); len(stems) > 0 {
			x.insert(name, stems)
		}
	}
}

func (x *index) insert(flow string, stems []string) {
	n := len(x.phrases)
	x.phrases = append(x.phrases, phrase{flow, len(stems)})
	for _, stem := range stems {
		if _, known := x.postings[stem]; !known {
			for shorter := range lessOne(stem) {
				x.near[shorter] = append(x.near[shorter], stem)
			}
		}
		x.postings[stem] = append(x.postings[stem], n)
	}
}

// lessOne gives a word without each of its letters in turn, and the word
// itself: two words one typing error apart have one of these in common.
func lessOne(word string) func(func(string) bool) {
	return func(yield func(string) bool) {
		if len(word) < 4 || !yield(word) {
			return
		}
		for i := range len(word) {
			if !yield(word[:i] + word[i+1:]) {
				return
			}
		}
	}
}

// stems gives the words that say something, each once, as stems; all words
// where none does.
func (x *index) stems(folded string) []string {
	fields := strings.Fields(folded)
	var stems []string
	env := snowballstem.NewEnv("")
	for _, strict := range []bool{true, false} {
		for _, word := range fields {
			if strict && (stopWord(word) || len(word) < 2) {
				continue
			}
			if x.stem != nil {
				env.SetCurrent(word)
				x.stem(env)
				word = env.Current()
			}
			if !slices.Contains(stems, word) {
				stems = append(stems, word)
			}
		}
		if len(stems) > 0 {
			break
		}
	}
	return stems
}

// lookup finds the stems of the index that a typed one may be, and how surely.
func (x *index) lookup(stem string) (known []string, weight float64) {
	if _, ok := x.postings[stem]; ok {
		return []string{stem}, asTyped
	}
	if part := x.part(stem); part != "" {
		return []string{part}, compound
	}
	allowed := 1
	if len(stem) >= 8 {
		allowed = 2
	}
	for shorter := range lessOne(stem) {
		for _, candidate := range x.near[shorter] {
			if len(candidate) >= 4 && !slices.Contains(known, candidate) && levenshtein.ComputeDistance(stem, candidate) <= allowed {
				known = append(known, candidate)
			}
		}
	}
	return known, misspelt
}

// part finds the longest known word that a compound begins or ends with.
func (x *index) part(stem string) string {
	for n := len(stem) - 3; n >= 4; n-- {
		if _, ok := x.postings[stem[:n]]; ok {
			return stem[:n]
		}
		if _, ok := x.postings[stem[len(stem)-n:]]; ok {
			return stem[len(stem)-n:]
		}
	}
	return ""
}

// matching is what a sentence may be about, best first.
type matching struct {
	flows    []string
	scores   []float64
	sure     bool
	language string
}

// match finds the flows that a sentence is about: in the conversation's own
// language, else in the one in which it fits better.
func (t *turn) match(folded string) matching {
	if folded == "" || len(folded) > 2000 {
		return matching{}
	}
	var best matching
	own := t.matches[t.c.language]
	if own != nil {
		best = own.match(folded)
	}
	for _, language := range t.bundle.Shared.Languages {
		if language == t.c.language {
			continue
		}
		other := t.matches[language].match(folded)
		if len(other.flows) > 0 && (len(best.flows) == 0 || other.scores[0] > best.scores[0]+0.05) {
			best = other
		}
	}
	return best
}

func (x *index) match(folded string) matching {
	stems := x.stems(folded)
	hits := map[int]float64{}     // phrase -> weight of its words that were said
	words := map[string]float64{} // flow -> weight of the sentence's words that it knows
	for _, stem := range stems {
		known, weight := x.lookup(stem)
		said := map[string]bool{}
		for _, k := range known {
			for _, n := range x.postings[k] {
				hits[n] += weight
				said[x.phrases[n].flow] = true
			}
		}
		for flow := range said {
			words[flow] += weight
		}
	}
	scores := map[string]float64{}
	for n, weight := range hits {
		p := x.phrases[n]
		score := min(weight/float64(p.stems), 1)
		if p.stems == 1 {
			score *= wordAlone
		}
		scores[p.flow] = max(scores[p.flow], score+0.05*(words[p.flow]-weight))
	}
	return x.judge(scores, words, float64(len(stems)))
}

func (x *index) judge(scores, words map[string]float64, said float64) matching {
	m := matching{language: x.language}
	for flow, score := range scores {
		if score >= doubtScore {
			m.flows = append(m.flows, flow)
		}
	}
	slices.SortFunc(m.flows, func(a, b string) int {
		if scores[a] != scores[b] {
			if scores[a] > scores[b] {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	if len(m.flows) == 0 {
		return matching{}
	}
	best := scores[m.flows[0]]
	m.sure = best >= sureScore*wordAlone && words[m.flows[0]]/said >= sureCoverage &&
		(len(m.flows) == 1 || best-scores[m.flows[1]] >= sureMargin)
	for i, flow := range m.flows {
		if best-scores[flow] > doubtMargin {
			m.flows = m.flows[:i]
			break
		}
	}
	for _, flow := range m.flows {
		m.scores = append(m.scores, scores[flow])
	}
	return m
}
