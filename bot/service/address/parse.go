package address

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Bounds of what is read of one message: an address is short, and what comes
// after is not worth the time.
const (
	longestInput = 200 // characters
	mostTokens   = 40
)

var (
	postcodeDigits  = regexp.MustCompile(`^[1-9][0-9]{3}$`)
	postcodeLetters = regexp.MustCompile(`^[a-z]{2}$`)
	houseNumber     = regexp.MustCompile(`^[1-9][0-9]{0,4}$`)
	digitsOnly      = regexp.MustCompile(`^[0-9]+$`)
)

// query is what stands in a resident's text, before any register was asked.
type query struct {
	postcode string   // "3511LN" or ""
	words    []string // the other words, in order, without diacritics
	after    int      // index in words of the first one behind the postcode
}

// parse reads a text in the orders that people use: "3511 ln 12a",
// "12-2, 3511LN", "3511ln12", "Domplein 12 in Voorbeeldstad". known tells
// which postcodes exist: "Plein 1944 in" would otherwise look like one.
func parse(text string, known func(postcode string) bool) query {
	words := tokens(text)
	at := -1
	for i := range words {
		if !isPostcode(words, i) {
			continue
		}
		if known(joinPostcode(words, i)) {
			at = i
			break
		}
		if at < 0 {
			at = i
		}
	}
	if at < 0 {
		return query{words: words}
	}
	rest := append(append([]string{}, words[:at]...), words[at+2:]...)
	return query{postcode: joinPostcode(words, at), words: rest, after: at}
}

func isPostcode(words []string, i int) bool {
	return i+1 < len(words) && postcodeDigits.MatchString(words[i]) && postcodeLetters.MatchString(words[i+1])
}

func joinPostcode(words []string, i int) string { return words[i] + strings.ToUpper(words[i+1]) }

// houseNumberAt finds the house number, preferring the first number from
// index from on, and else the first of all; -1 when there is none.
func houseNumberAt(words []string, from int) int {
	for i := from; i < len(words); i++ {
		if houseNumber.MatchString(words[i]) {
			return i
		}
	}
	for i := 0; i < from && i < len(words); i++ {
		if houseNumber.MatchString(words[i]) {
			return i
		}
	}
	return -1
}

func toNumber(word string) int {
	n, err := strconv.Atoi(word)
	if err != nil {
		return 0
	}
	return n
}

// tokens splits a text into runs of letters and runs of digits, in lower case
// and without diacritics: "12A-3 Cécilestraat" is 12 a 3 cecilestraat.
// Everything else separates.
func tokens(text string) []string {
	var words []string
	var word strings.Builder
	flush := func() {
		if word.Len() > 0 && len(words) < mostTokens {
			words = append(words, word.String())
		}
		word.Reset()
	}
	var before rune
	for _, r := range norm.NFD.String(cut(text, longestInput)) {
		switch {
		case unicode.Is(unicode.Mn, r):
			continue
		case unicode.IsLetter(r), r >= '0' && r <= '9':
			if before != 0 && unicode.IsLetter(r) != unicode.IsLetter(before) {
				flush()
			}
			word.WriteRune(unicode.ToLower(r))
			before = r
		default:
			flush()
			before = 0
		}
	}
	flush()
	return words
}

// cut keeps the first most characters (not bytes).
func cut(text string, most int) string {
	for i := range text {
		if most--; most < 0 {
			return text[:i]
		}
	}
	if !utf8.ValidString(text) {
		return strings.ToValidUTF8(text, " ")
	}
	return text
}

// fillers are words around an address that say nothing about which it is.
var fillers = wordSet(`ik woon wonen op in te aan van de het een is mijn adres straat plaats stad gemeente
	postcode huisnummer nummer nr no huisletter letter toevoeging bus en met bij voor graag aub alstublieft svp dank
	bedankt hallo hoi dag goedemorgen goedemiddag goedenavond my address i live at the on house number street city
	please thanks hello hi and`)

// suffixAliases are other ways to write an addition.
var suffixAliases = map[string]string{"huis": "hs", "bisz": "bis", "zwart": "zw", "rood": "rd", "rechts": "re", "links": "li"}

// suffixWords drops words such as "letter" and writes aliases in one way.
func suffixWords(words []string) []string {
	var out []string
	for _, w := range words {
		if alias, ok := suffixAliases[w]; ok {
			w = alias
		}
		if !fillers[w] {
			out = append(out, w)
		}
	}
	return out
}

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}
