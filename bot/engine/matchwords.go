package engine

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/blevesearch/snowballstem"
)

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
	dutch, english := smallWords(folded)
	switch own := ownLetters(typed); {
	case own != "" && dutch+english == 0: // a Polish name in a Dutch sentence is Dutch
		return own
	case english >= 2 && dutch == 0:
		return "en"
	case dutch >= 2 && english == 0:
		return "nl"
	}
	return ""
}

// ownLetters names the language of letters that no other one here has; "" for
// none, or of two languages.
func ownLetters(typed string) string {
	polish, turkish := strings.ContainsAny(typed, "ąćęłńśźżĄĆĘŁŃŚŹŻ"), strings.ContainsAny(typed, "ğışĞİŞ")
	switch {
	case polish && !turkish:
		return "pl"
	case turkish && !polish:
		return "tr"
	}
	return ""
}

// smallWords counts the stop words that only one of the two languages has.
func smallWords(folded string) (dutch, english int) {
	for word := range strings.SplitSeq(folded, " ") {
		nl, en := stopWords["nl"][word], stopWords["en"][word]
		if nl && !en {
			dutch++
		} else if en && !nl {
			english++
		}
	}
	return dutch, english
}

// foreign tells whether a sentence is not in this language, by its small words:
// what looks misspelt then is a word of the other language.
func foreign(language, folded string) bool {
	dutch, english := smallWords(folded)
	return language == "nl" && dutch == 0 && english > 0 || language == "en" && english == 0 && dutch > 0
}

func setFrom(list string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(list) {
		set[word] = true
	}
	return set
}

// word is a word of a sentence. A cue tells what is asked ("when", "not") and
// means nothing without a word that tells of what.
type word struct {
	stem string
	cue  bool
}

func (w word) weight() float64 {
	if w.cue {
		return ofCue
	}
	return 1
}

// cues are the small words that keywords are told apart by, in Dutch and
// English, folded, each with how it is also written.
var cues = cueWords("niet nie neit geen nooit nimmer", "wanneer waneer wanner wneer wnr", "waar waarheen", "welke welk", "wat", "in", "nog", "buiten", "morgen", "vandaag", "dag",
	"not didn wasn hasn isn haven weren didnt wasnt hasnt isnt havent werent never no", "when", "where", "which", "what", "out", "still", "tomorrow", "today")

func cueWords(lists ...string) map[string]string {
	of := map[string]string{}
	for _, list := range lists {
		spellings := strings.Fields(list)
		for _, spelling := range spellings {
			of[spelling] = spellings[0]
		}
	}
	return of
}

// words gives the words that say something, each once; all words where none
// does. An address says nothing of the subject.
func (x *index) words(folded string) []word {
	fields := strings.Fields(withoutAddress(folded))
	words, telling := x.collect(fields, stopWord)
	if !telling {
		words, _ = x.collect(fields, func(string) bool { return false })
	}
	return words
}

// collect gives the words that are not left out, and whether one of them tells something.
func (x *index) collect(fields []string, leftOut func(string) bool) (words []word, telling bool) {
	env := snowballstem.NewEnv("")
	for _, field := range fields {
		w := word{stem: cues[field], cue: cues[field] != ""}
		if !w.cue && (leftOut(field) || len(field) < 2) {
			continue
		}
		if !w.cue {
			w.stem, telling = field, true
			if x.stem != nil {
				env.SetCurrent(field)
				x.stem(env)
				w.stem = env.Current()
			}
		}
		if !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return words, telling
}

// stems gives the words that tell of what a sentence is.
func (x *index) stems(folded string) []string {
	var stems []string
	for _, w := range x.words(folded) {
		if !w.cue {
			stems = append(stems, w.stem)
		}
	}
	return stems
}

// addressWords are a postcode and numbers, folded.
var addressWords = regexp.MustCompile(`\b([1-9]\d{3} ?[a-z]{2}|\d+[a-z]?)\b`)

func withoutAddress(folded string) string {
	if !strings.ContainsAny(folded, "0123456789") {
		return folded
	}
	return addressWords.ReplaceAllString(streetNumber.ReplaceAllString(folded, " "), " ")
}
