package privacy

import (
	"slices"
	"strings"
)

// builtInStop is STOP in every language that residents hear of, whatever the
// bundle lists. Words that also mean something milder ("annuleren", "cancel",
// "einde") are not among them: they leave a conversation, STOP erases.
var builtInStop = []string{
	"stop",             // nl, en, de, fr, pl, tr
	"stopp",            // de
	"arrêt", "arrêtez", // fr
	"стоп",                // uk
	"توقف", "قف", "إيقاف", // ar
	"dur", "durdur", "durun", // tr
}

// courtesies may stand around the stop word: they do not change what it says.
var courtesies = []string{
	"aub", "a u b", "alstublieft", "alsjeblieft", "asjeblieft", "svp", "s v p", "graag", "bedankt", "dank u", "dank u wel",
	"dank je", "dank je wel", "dankuwel", "dankjewel", "dankje", "nu", "direct", "meteen", "hoor", "maar", "nou", // nl
	"ok", "oke", "oké", "okay", "hallo", "hoi", "dag", "goedemorgen", "goedemiddag", "goedenavond", "goedendag", "groet", "groeten", "groetjes", "mvg", // nl
	"please", "pls", "plz", "thanks", "thank you", "thx", "now", "immediately", "kindly", "hello", "hi", // en
	"bitte", "danke", "sofort", "jetzt", "guten tag", // de
	"s'il vous plaît", "s'il te plaît", "stp", "merci", "maintenant", "bonjour", // fr
	"proszę", "dziękuję", "teraz", "dzień dobry", // pl
	"lütfen", "teşekkürler", "teşekkür ederim", "merhaba", // tr
	"будь ласка", "дякую", "зараз", "привіт", "добрий день", // uk
	"من فضلك", "لو سمحت", "شكرا", "الآن", "مرحبا", // ar
}

// stopWords recognises STOP.
type stopWords struct {
	phrases    [][]string
	courtesies [][]string
	begins     map[letterSet]bool // the letters of a word that such a message can begin with
}

func newStopWords(bundle []string) stopWords {
	s := stopWords{courtesies: phrases(courtesies), begins: map[letterSet]bool{}}
	for _, p := range phrases(slices.Concat(builtInStop, bundle)) {
		if p = s.bare(p); len(p) > 0 {
			s.phrases = append(s.phrases, p)
		}
	}
	for _, p := range slices.Concat(s.phrases, s.courtesies) {
		letters, _ := lettersOf(p[0])
		s.begins[letters] = true
	}
	return s
}

// phrases reads a list the way messages are read; what has no letters is left out.
func phrases(list []string) [][]string {
	var out [][]string
	for _, text := range list {
		if p := words(text); hasLetter(p) {
			out = append(out, p)
		}
	}
	return out
}

func hasLetter(in []string) bool {
	for _, w := range in {
		for _, r := range w {
			if r < '0' || r > '9' {
				return true
			}
		}
	}
	return false
}

// longestStop is how many characters a message can have and still be only STOP
// with courtesy, in bytes: a longer one is not even read.
const longestStop = 400

// says tells whether the whole message says stop: one stop word, perhaps
// repeated, with nothing but courtesy around it. A question ("stop?") does not.
func (s stopWords) says(text string, message []string) bool {
	if len(message) == 0 || len(text) > longestStop || !s.mayBegin(message[0]) || asksBack(text) {
		return false
	}
	if s.only(s.bare(message)) {
		return true
	}
	return s.only(spelled(message))
}

// mayBegin tells whether STOP can begin with this word: most messages end
// here. Letters that stand alone may spell it.
func (s stopWords) mayBegin(word string) bool {
	letters, n := lettersOf(word)
	return n == 1 || strings.IndexByte(word, '-') >= 0 || s.begins[letters]
}

func asksBack(text string) bool {
	for _, r := range text {
		if r == '?' || r == '？' || r == '؟' || r == '¿' {
			return true
		}
	}
	return false
}

// only tells whether the words are one stop phrase, once or several times.
func (s stopWords) only(message []string) bool {
	for _, p := range s.phrases {
		if len(message) == 0 || len(message)%len(p) != 0 {
			continue
		}
		if slices.EqualFunc(message, repeated(p, len(message)/len(p)), sameWord) {
			return true
		}
	}
	return false
}

func repeated(p []string, times int) []string {
	return slices.Repeat(p, times)
}

// bare takes courtesy off both ends.
func (s stopWords) bare(message []string) []string {
	for again := true; again; {
		again = false
		for _, c := range s.courtesies {
			if n := len(c); len(message) > n && slices.EqualFunc(message[:n], c, sameWord) {
				message, again = message[n:], true
			}
			if n := len(message) - len(c); n > 0 && slices.EqualFunc(message[n:], c, sameWord) {
				message, again = message[:n], true
			}
		}
	}
	return message
}
