package engine

import (
	"slices"
	"strings"

	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/text"
)

// maxWords is the longest answer, in characters, for which a few words out of
// a sentence will do; a longer one is a description, and the sentence is that.
const maxWords = 200

// vocabulary tells in the sentence that began a flow what its first question
// asks for from how it was asked, by the flow's own keywords, in stems.
type vocabulary struct {
	asking map[string]bool // "weggooien", "welke bak": how it is asked
	common map[string]bool // stands in several keywords, so it may be either
	alone  map[string]bool // is a keyword by itself: what is asked about
}

// learn gives the vocabulary of a flow whose first question says that its
// opening may answer it; nil for another.
func (x *index) learn(f *flow.Flow) *vocabulary {
	s := f.States[f.Start]
	if s == nil || s.Kind != flow.Ask || !s.Opening {
		return nil
	}
	v := &vocabulary{asking: map[string]bool{}, common: map[string]bool{}, alone: map[string]bool{}}
	times := map[string]int{}
	for _, keyword := range f.Keywords[x.language] {
		v.add(x, fold(keyword), times)
	}
	question, _, _ := strings.Cut(sources(s.Text)[x.language], "?")
	for _, source := range []string{question, sources(f.Title)[x.language], f.Name} {
		for _, stem := range x.stems(fold(source)) {
			v.asking[stem] = true
		}
	}
	return v
}

// add sorts the words of a keyword. One word behind small words is how it is
// asked ("waar gooien", "get rid of"); one by itself is what is asked about.
func (v *vocabulary) add(x *index, keyword string, times map[string]int) {
	first, _, longer := strings.Cut(keyword, " ")
	small := longer && (stopWord(first) || cues[first] != "")
	words := x.words(keyword)
	cue := slices.ContainsFunc(words, func(w word) bool { return w.cue })
	stems := x.stems(keyword)
	for _, stem := range stems {
		switch {
		case len(stems) == 1 && (small || cue):
			v.asking[stem] = true
		case len(stems) == 1:
			v.alone[stem] = true
		case cue:
			v.common[stem] = true
		default:
			times[stem]++
			v.common[stem] = v.common[stem] || times[stem] > 1
		}
	}
}

// atStart tells whether a flow that was begun in this turn asks its first question.
func (t *turn) atStart(s *flow.State) bool {
	f, _ := t.here(t.c)
	return f != nil && len(t.c.frames) == 1 && s.Name == f.Start
}

// leftover gives what is left of the sentence that began a flow when the words
// are taken out that only ask: of "in welke bak moet een pizzadoos" the
// pizzadoos. It is empty where nothing telling is left.
func (t *turn) leftover(s *flow.State) string {
	x := t.matches[t.c.language]
	if x == nil || x.own[t.c.top().flow] == nil {
		return ""
	}
	words := x.things(x.own[t.c.top().flow], withoutAddress(fold(t.hint)), func(word string) bool {
		return t.words.fillers[word] || t.words.greeting[word] != "" || t.words.thanks[word]
	})
	said := strings.Join(words, " ")
	switch {
	case text.Length(said) < 2:
		return ""
	case s.MaxLength == 0 || s.MaxLength > maxWords:
		return t.hint
	}
	return said
}

// things gives the words of a sentence that tell what it is about: those that
// are neither asking nor common, else the common ones that are a keyword.
func (x *index) things(v *vocabulary, folded string, courtesy func(string) bool) []string {
	var things, common []string
	for _, field := range strings.Fields(folded) {
		stems := x.stems(field)
		if len(stems) == 0 || stopWord(field) || courtesy(field) {
			continue
		}
		known, weight := x.lookup(word{stem: stems[0]}, false)
		if weight == compound {
			known = known[:1] // a "textielbak" is about textiles
		} else if len(known) == 0 {
			known = stems
		}
		switch in := func(set map[string]bool) bool {
			return slices.ContainsFunc(known, func(stem string) bool { return set[stem] })
		}; {
		case in(v.asking):
		case !in(v.common):
			things = append(things, field)
		case in(v.alone):
			common = append(common, field)
		}
	}
	if len(things) > 0 {
		return things
	}
	return common
}
