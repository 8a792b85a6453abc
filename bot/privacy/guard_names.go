package privacy

import (
	"strings"
	"unicode/utf8"
)

// triggers are words without one of which no text can name an identifier: the
// longest word of each phrase, but for those that are everywhere. Most texts
// hold none, and are not looked at further.
type triggers struct {
	whole map[string]triggerKind
	open  map[string][]trigger // whose ending is open, by their first bytes
	some  marks                // some whole trigger has this mark
	begin marks                // some open one begins with bytes of this mark
}

type trigger struct {
	word string
	kind triggerKind
}

// triggerKind says what a word may be part of.
type triggerKind uint8

const (
	ofIdentifier triggerKind = 1 << iota // names one by itself
	ofPart                               // a part, which needs a thing
	ofThing
)

func (t *triggers) add(set *phraseSet, kind triggerKind) {
	for _, lists := range []map[string][]phrase{set.byFirst, set.open} {
		for _, list := range lists {
			for _, p := range list {
				t.addWord(p.longestWord(), kind)
			}
		}
	}
}

// everywhere are words that say little by themselves.
var everywhere = foldedSet("nummer number numer numeru numéro foto kopie code номер رقم welke welches hangi")

func (p phrase) longestWord() string {
	longest, weight := "", -1
	for _, w := range p.words {
		n := len(w)
		if everywhere[strings.Trim(w, "*")] {
			n = 0
		}
		if w != "_" && n > weight {
			longest, weight = w, n
		}
	}
	return longest
}

func (t *triggers) addWord(word string, kind triggerKind) {
	open, isOpen := strings.CutSuffix(word, "*")
	if !isOpen {
		t.some.set(markOf([]byte(word)))
		t.whole[word] |= kind
		return
	}
	key := open[:beginning]
	t.begin.set(markOf([]byte(key)))
	t.open[key] = append(t.open[key], trigger{open, kind})
}

// of gives what a word may be part of.
func (t *triggers) of(word []byte) triggerKind {
	kind := t.lookUp(word)
	if len(word) >= 8 && word[0] >= 0xd8 && word[0] <= 0xd9 {
		kind |= t.lookUp(word[2:]) // without an Arabic "and" or "with", see withoutProclitic
	}
	return kind
}

func (t *triggers) lookUp(word []byte) (kind triggerKind) {
	if t.some.has(markOf(word)) {
		kind = t.whole[string(word)]
	}
	if len(word) < beginning || !t.begin.has(markOf(word[:beginning])) {
		return kind
	}
	for _, open := range t.open[string(word[:beginning])] {
		if len(word) >= len(open.word) && string(word[:len(open.word)]) == open.word {
			kind |= open.kind
		}
	}
	return kind
}

// markOf mixes a word's length, first two bytes and last one into twelve bits.
func markOf(word []byte) uint16 {
	n := len(word)
	if n == 0 {
		return 0
	}
	mixed := uint32(word[0])<<16 | uint32(word[min(1, n-1)])<<8 | uint32(word[n-1]) + uint32(n)<<24
	return uint16(mixed * 0x9e3779b1 >> 20)
}

// mayName tells whether texts that go out together can name an identifier. A
// no is certain.
func (g *guard) mayName(texts ...string) bool {
	var buffer [usualLength]cell
	var kinds triggerKind
	for _, text := range texts {
		if kinds |= g.namedIn(foldInto(buffer[:0], text)); kinds&ofIdentifier != 0 || kinds&(ofPart|ofThing) == ofPart|ofThing {
			return true
		}
	}
	return false
}

// namedIn gives what the words of one text may be part of together. Letters
// that stand alone may spell a word: "b.s.n.".
func (g *guard) namedIn(cells []cell) (kinds triggerKind) {
	var word [longestTrigger]byte
	alone := 0
	for i := 0; i < len(cells); i++ {
		from, n := i, 0
		for ; i < len(cells) && alnum(cells[i]); i++ {
			if n < len(word)-utf8.UTFMax {
				n = len(appendRune(word[:n], cells[i].r))
			}
		}
		if n == 0 {
			continue
		}
		if kinds |= g.triggers.of(word[:n]); i > from+1 {
			alone = 0
		} else if alone++; alone == 3 {
			return ofIdentifier
		}
	}
	return kinds
}

// longestTrigger is how many bytes of a word are looked at; no table has a longer one.
const longestTrigger = 64
