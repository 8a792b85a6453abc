package text

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Reading says how a Dutch text reads. It is an indicator and not a verdict:
// hints go by it, never faults.
type Reading struct {
	Score    float64 // Flesch-Douma: 100 is very easy, 60 ordinary, below 45 hard
	Words    int
	Longest  int    // words of the longest sentence
	Sentence string // that sentence
}

// Easy is the Flesch-Douma score from which a text counts as plain, and
// LongSentence the number of words from which a sentence is long: B1 texts
// keep to about ten words, and fifteen is what editors are held to.
const (
	Easy         = 60
	LongSentence = 15
)

var anAction = regexp.MustCompile(`\{\{[^{}]*\}\}`)

// Readability measures a Dutch text, source or rendered, by Flesch-Douma:
// 206.84 - 0.77 x syllables per 100 words - 0.93 x words per sentence.
// A field counts as one short word.
func Readability(dutch string) Reading {
	var r Reading
	sentences, syllables := 0, 0
	for _, sentence := range sentencesOf(withoutActions(dutch)) {
		words := wordsIn(sentence)
		if len(words) == 0 {
			continue
		}
		sentences++
		r.Words += len(words)
		for _, w := range words {
			syllables += syllablesOf(w)
		}
		if len(words) > r.Longest {
			r.Longest, r.Sentence = len(words), strings.TrimSpace(sentence)
		}
	}
	if sentences > 0 {
		r.Score = 206.84 - 77*float64(syllables)/float64(r.Words) - 0.93*float64(r.Words)/float64(sentences)
	}
	return r
}

// withoutActions puts a short word for every field and takes blocks away.
func withoutActions(source string) string {
	return anAction.ReplaceAllStringFunc(source, func(action string) string {
		word := strings.Fields(inside(action) + " .")[0]
		for _, b := range blocks {
			if word == b {
				return ""
			}
		}
		return "dit"
	})
}

// sentencesOf splits at line ends and at . ! ? : before white space, unless a
// small letter follows: "bijv. een", "o.a. de".
func sentencesOf(s string) []string {
	var out []string
	start := 0
	for i, r := range s {
		if r == '\n' || strings.ContainsRune(".!?:", r) && endsSentence(s[i+1:]) {
			out = append(out, s[start:i+1])
			start = i + 1
		}
	}
	return append(out, s[start:])
}

func endsSentence(rest string) bool {
	after := strings.TrimLeft(rest, " \t")
	next, _ := utf8.DecodeRuneInString(after)
	return after == "" || len(after) < len(rest) && !unicode.IsLower(next)
}

// wordsIn gives the words of a sentence, without punctuation around them.
func wordsIn(sentence string) []string {
	var out []string
	for _, w := range strings.Fields(sentence) {
		if w = strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// nuclei are the vowels that sound as one in Dutch, the longest first.
var nuclei = []string{"aai", "ooi", "oei", "eeu", "ieu", "éé", "aa", "ee", "oo", "uu", "ie", "oe", "eu", "ui", "ij", "ei", "ëi", "au", "ou", "ai", "oi"}

const vowels = "aeiouyáéíóúàèìòùäëïöüâêîôû"

// syllablesOf counts the vowel sounds of a Dutch word; a number, an address
// of a website and an abbreviation count as one.
func syllablesOf(word string) int {
	word = strings.ToLower(word)
	if strings.ContainsAny(word, "0123456789/@") || strings.Contains(word, ".") {
		return 1
	}
	count := 0
	for word != "" {
		r, size := utf8.DecodeRuneInString(word)
		if strings.ContainsRune(vowels, r) {
			count++
			size = nucleus(word, size)
		}
		word = word[size:]
	}
	return max(count, 1)
}

func nucleus(word string, size int) int {
	for _, n := range nuclei {
		if strings.HasPrefix(word, n) {
			return len(n)
		}
	}
	return size
}

// Officialese is a word of the office that a plainer one replaces.
type Officialese struct {
	Word, Plain string
	Offset      int // bytes from the start of the source
}

// FindOfficialese lists the words of the office in a Dutch source, in order.
func FindOfficialese(dutch string) []Officialese {
	var out []Officialese
	before := ' '
	for i, r := range dutch {
		if !unicode.IsLetter(before) && unicode.IsLetter(r) {
			if word, plain, ok := officialeseAt(dutch[i:]); ok {
				out = append(out, Officialese{word, plain, i})
			}
		}
		before = r
	}
	return out
}

func officialeseAt(rest string) (word, plain string, ok bool) {
	for _, o := range officialese {
		n := len(o[0])
		if len(rest) < n || !strings.EqualFold(rest[:n], o[0]) {
			continue
		}
		if next, _ := utf8.DecodeRuneInString(rest[n:]); !unicode.IsLetter(next) {
			return rest[:n], o[1], true
		}
	}
	return "", "", false
}
