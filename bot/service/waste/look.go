package waste

import (
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/dutch"
)

// smallWords are words around a thing that say nothing about which it is.
var smallWords = func() map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(`ik je u we wij mijn jouw onze een de het deze die dit dat is zijn was ben heb hebben moet moeten mag mogen kan
		kunnen hoort horen waar waarin waarheen wat welk welke in bij op met van voor naar toe door bak container kliko afval afvalbak
		vuilnisbak gooi gooien weggooien doe doen laat laten weg breng brengen kapot kapotte oud oude vies vieze vette leeg lege leegmaken nog soort prullenbak ook er
		nou eigenlijk graag aub svp hallo hoi dag dank wordt hoe wel niet
		i my a an the where do does can should put throw away bin goes go in which what with to old empty broken waste rubbish trash please hello how
		dispose are must belong belongs this that these those`) {
		set[w] = true
	}
	return set
}()

// stems brings words back to their stem: "batterijen" and "batterij" are one.
// Of the English names only the plural s is taken: the guide lists the rest.
func stems(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		env := snowballstem.NewEnv(w)
		dutch.Stem(env)
		out[i] = env.Current()
		if n := len(w); n > 3 && w[n-1] == 's' && !strings.ContainsRune("aious", rune(w[n-2])) {
			out[i] = strings.TrimSuffix(out[i], "s")
		}
		switch stem := out[i]; { // "dozen" is of "doos", "kurven" would be of "kurf"
		case strings.HasSuffix(stem, "z"):
			out[i] = strings.TrimSuffix(stem, "z") + "s"
		case strings.HasSuffix(stem, "v"):
			out[i] = strings.TrimSuffix(stem, "v") + "f"
		}
	}
	return out
}

// look finds the items that a question names: by the very words, by words
// within a longer question, by a part of a name ("doos"), and at last with
// typing errors. sure: the question can mean no other.
func (g *guide) look(question string) (found []item, sure bool) {
	words := fold(cut(question, longestQuestion))
	if len(words) > 30 {
		words = words[:30]
	}
	asked := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return smallWords[w] })
	if len(asked) == 0 {
		asked = words
	}
	if len(asked) == 0 {
		return nil, false
	}
	stemmed := stems(asked)
	for _, try := range []func() ([]int, bool){
		func() ([]int, bool) { return g.whole(stems(words)), true },
		func() ([]int, bool) { return g.whole(stemmed), true },
		func() ([]int, bool) { return g.within(stemmed), true },
		func() ([]int, bool) { return g.parts(stemmed, asked), false },
		func() ([]int, bool) { return g.typos(asked) },
	} {
		if at, sure := try(); len(at) > 0 {
			return g.named(at), sure
		}
	}
	return nil, false
}

func (g *guide) named(at []int) []item {
	var out []item
	for i, n := range at {
		if !slices.Contains(at[:i], n) {
			out = append(out, g.items[n])
		}
	}
	return out
}

func (g *guide) whole(asked []string) []int {
	var at []int
	joined := strings.Join(asked, "")
	for _, t := range g.terms {
		if strings.Join(t.words, "") == joined {
			at = append(at, t.item)
		}
	}
	return at
}

// within finds terms that stand in the question, the longest ones: "volle
// verfblik" is not a "blik". Two things in one question give both.
func (g *guide) within(asked []string) []int {
	var at []int
	taken := make([]bool, len(asked))
	for size := len(asked); size > 0; size-- {
		for from := 0; from+size <= len(asked); from++ {
			if slices.Contains(taken[from:from+size], true) {
				continue
			}
			hits := g.whole(asked[from : from+size])
			if len(hits) == 0 {
				continue
			}
			at = append(at, hits...)
			for i := from; i < from+size; i++ {
				taken[i] = true
			}
		}
	}
	return at
}

// parts finds names of which the question is a part ("doos": pizzadoos), and
// names that are the end of a longer word ("babyluiers": luiers).
func (g *guide) parts(stemmed, asked []string) []int {
	var at []int
	for i, word := range stemmed {
		if len(word) < 4 {
			continue
		}
		for _, t := range g.terms {
			name := strings.Join(t.words, "")
			partOfName := strings.HasPrefix(name, word) || strings.HasSuffix(name, word) || slices.Contains(t.words, word)
			nameIsEnd := len(name) >= 4 && strings.HasSuffix(word, name)
			if (partOfName || nameIsEnd) && len(asked[i]) >= 4 {
				at = append(at, t.item)
			}
		}
	}
	return at
}

// typos finds the names nearest to a word or to two words together. With one
// wrong letter in a long word and one name near, that is the one.
func (g *guide) typos(asked []string) ([]int, bool) {
	var at []int
	best := 4
	for size := 1; size <= min(3, len(asked)); size++ {
		for from := 0; from+size <= len(asked); from++ {
			typed := strings.Join(asked[from:from+size], "")
			for _, t := range g.terms {
				d := wrongLetters(typed, t.bare)
				if d < best {
					best, at = d, nil
				}
				if d == best && d < 4 {
					at = append(at, t.item)
				}
			}
		}
	}
	return at, best == 1 && len(asked) == 1
}

// wrongLetters counts typing errors; 4 when there are more than a name of
// this length may have.
func wrongLetters(typed, name string) int {
	most := 3
	switch n := len(name); {
	case n < 5:
		return 4
	case n < 8:
		most = 1
	case n < 12:
		most = 2
	}
	if len(typed)-len(name) > most || len(name)-len(typed) > most {
		return 4
	}
	if d := levenshtein.ComputeDistance(typed, name); d <= most {
		return d
	}
	return 4
}

// cut keeps the first most characters (not bytes).
func cut(text string, most int) string {
	for i := range text {
		if most--; most < 0 {
			return text[:i]
		}
	}
	return text
}
