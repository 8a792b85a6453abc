package engine

import (
	"cmp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/gemeentebode/bode/bot/flow"
)

// How sure a match has to be. The fit of a keyword is the part of its words
// that was said: 1 when each stands there as it is. Its rank grows with its
// words: what says more of a subject wins over what says less of another.
const (
	sureFit      = 0.8
	sureMargin   = 0.1  // in rank, before the next flow
	sureCoverage = 0.2  // of the telling words of the sentence
	sureAlone    = 0.25 // the same, where a keyword of one word is all there is
	doubtFit     = 0.5  // and two words of it, for a flow to be offered
	doubtMargin  = 0.35 // how far behind the best one a flow is still offered

	asTyped  = 1.0
	compound = 0.9 // "containerdag" for "container" and "dag"
	misspelt = 0.85
	ofCue    = 0.5 // what a small word of a keyword counts for
)

// index finds the flows that a sentence may be about, in one language. What it
// does for a sentence depends on the sentence's words, not on how many flows
// there are.
type index struct {
	language string
	stem     func(*snowballstem.Env) bool
	phrases  []phrase
	postings map[string][]int       // a stem -> the phrases that hold it
	near     map[string][]string    // a stem less one letter -> stems
	own      map[string]*vocabulary // by flow whose first question the opening may answer
}

// phrase is a keyword or a title: how much its words weigh together, and how
// many of them are cues. "niet geleegd" without "niet" is something else.
type phrase struct {
	flow   string
	weight float64
	cues   int
}

// hit is what was said of a phrase.
type hit struct {
	weight        float64
	telling, cues int
}

// part is the part of a phrase that was said; 0 where that is too little to be about it.
func (h hit) part(p phrase) float64 {
	part := min(h.weight/p.weight, 1)
	if h.cues < p.cues || h.telling == 0 || part < sureFit && (part < doubtFit || h.telling < 2) {
		return 0
	}
	return part
}

var stemmers = map[string]func(*snowballstem.Env) bool{"nl": dutch.Stem, "en": english.Stem}

func newIndexes(b *flow.Bundle) map[string]*index {
	indexes := map[string]*index{}
	for _, language := range b.Shared.Languages {
		x := &index{language: language, stem: stemmers[language], postings: map[string][]int{}, near: map[string][]string{}, own: map[string]*vocabulary{}}
		for _, name := range b.Shared.Menu {
			x.add(b, name)
		}
		for name := range b.Flows { // the order does not matter: matches are sorted
			if !slices.Contains(b.Shared.Menu, name) {
				x.add(b, name)
			}
		}
		for name, f := range b.Flows {
			if v := x.learn(f); v != nil {
				x.own[name] = v
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
		if words := x.words(fold(p)); len(words) > 0 {
			x.insert(name, words)
		}
	}
}

func (x *index) insert(flow string, words []word) {
	n := len(x.phrases)
	p := phrase{flow: flow}
	for _, w := range words {
		p.weight += w.weight()
		if w.cue {
			p.cues++
		}
		if _, known := x.postings[w.stem]; !known && !w.cue {
			for shorter := range lessOne(w.stem) {
				x.near[shorter] = append(x.near[shorter], w.stem)
			}
		}
		x.postings[w.stem] = append(x.postings[w.stem], n)
	}
	x.phrases = append(x.phrases, p)
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

// lookup finds the stems of the index that a typed one may be, and how surely;
// strictly, only itself.
func (x *index) lookup(w word, strict bool) (known []string, weight float64) {
	if _, ok := x.postings[w.stem]; ok || w.cue || strict {
		return []string{w.stem}, asTyped
	}
	if parts := x.parts(w.stem); parts != nil {
		return parts, compound
	}
	allowed := 1
	if len(w.stem) >= 8 {
		allowed = 2
	}
	for shorter := range lessOne(w.stem) {
		for _, candidate := range x.near[shorter] {
			if len(candidate) >= 4 && (len(candidate) > 5 || candidate[0] == w.stem[0]) && !slices.Contains(known, candidate) &&
				levenshtein.ComputeDistance(w.stem, candidate) <= allowed {
				known = append(known, candidate)
			}
		}
	}
	return known, misspelt
}

// tails are words that a compound may end with and still be about its first
// part: "afvalkalender" is about "afval". Of another compound both parts have
// to be known: "groenebak" is "groen" and "bak", but "glasvezel" is no glass.
var tails = []string{"kalender", "dagen", "dag", "bakken", "bak", "containers", "container", "wagen", "dienst", "zakken", "zak", "app", "aanvraag", "afspraak", "melding", "probleem", "vraag"}

// parts takes a compound apart into the known words that it is made of.
func (x *index) parts(stem string) []string {
	for n := len(stem) - 3; n >= 3; n-- {
		if _, ok := x.postings[stem[n:]]; !ok && !slices.Contains(tails, stem[n:]) {
			continue
		}
		for _, link := range []string{"", "s", "e", "en", "n"} {
			first, linked := strings.CutSuffix(stem[:n], link)
			if _, ok := x.postings[first]; ok && linked && len(first) >= 3 {
				return []string{first, stem[n:]}
			}
		}
	}
	return nil
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

// fit is how well a flow fits.
type fit struct {
	flow       string
	rank, best float64 // of its best keyword: what it says, and how much of it was said
	alone      bool    // that is one word
	words      float64 // words of the sentence that the flow knows
}

func (x *index) match(folded string) matching {
	strict := foreign(x.language, folded)
	hits, fits, said := map[int]hit{}, map[string]*fit{}, 0.0
	for _, w := range x.words(folded) {
		known, weight := x.lookup(w, strict)
		if !w.cue {
			said++
		}
		x.hit(w, known, weight, hits, fits)
	}
	for n, h := range hits {
		p := x.phrases[n]
		f, part := fits[p.flow], h.part(p)
		if rank := part * (0.65 + 0.25*min(p.weight, 4)); rank > f.rank || rank == f.rank && part > f.best {
			f.rank, f.best, f.alone = rank, part, p.weight <= 1
		}
	}
	return x.judge(fits, said)
}

// hit counts a word for the phrases that hold it, once for each.
func (x *index) hit(w word, known []string, weight float64, hits map[int]hit, fits map[string]*fit) {
	counted := map[string]bool{}
	for _, k := range known {
		for _, n := range x.postings[k] {
			h, flow := hits[n], x.phrases[n].flow
			h.weight += weight * w.weight()
			if w.cue {
				h.cues++
			} else {
				h.telling++
			}
			hits[n] = h
			if fits[flow] == nil {
				fits[flow] = &fit{flow: flow}
			}
			if !w.cue && !counted[flow] {
				counted[flow] = true
				fits[flow].words++
			}
		}
	}
}

func (x *index) judge(fits map[string]*fit, said float64) matching {
	m := matching{language: x.language}
	var found []*fit
	for _, f := range fits {
		if f.rank > 0 {
			found = append(found, f)
		}
	}
	if len(found) == 0 {
		return matching{}
	}
	slices.SortFunc(found, func(a, b *fit) int {
		return cmp.Or(cmp.Compare(b.rank, a.rank), strings.Compare(a.flow, b.flow))
	})
	best := found[0]
	enough := sureCoverage
	if best.alone {
		enough = sureAlone
	}
	m.sure = best.best >= sureFit && best.words/said >= enough && (len(found) == 1 || best.rank-found[1].rank >= sureMargin)
	for _, f := range found {
		if best.rank-f.rank <= doubtMargin {
			m.flows, m.scores = append(m.flows, f.flow), append(m.scores, f.rank)
		}
	}
	return m
}
