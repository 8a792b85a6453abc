package privacy

import "strings"

// machine accepts the spellings of one kind of identifier, one character at a
// time, in states that are small numbers; below 0 there is no way on.
type machine interface {
	start() int
	next(state int, r rune) int
	accepts(state int) bool
}

// identifierMachines are the rules of identifiers.go and documents.go once
// more, as machines, so that a pattern can be held against all of them. They
// accept somewhat more than is valid, never less: of an issuer's prefix the
// first digit counts, of an IBAN the form.
func identifierMachines() []machine {
	bsn := checked{length: 9, modulus: 11, add: bsnDigit}
	short := checked{length: 8, modulus: 11, add: bsnDigit}
	licence := checked{length: 10, modulus: 1, add: anyDigit}
	out := []machine{bsn, short, glued{bsn}, licence, shaped("ddeeeeeen")}
	seen := map[[2]int]bool{}
	for _, is := range issuers {
		for _, length := range is.lengths {
			if key := [2]int{int(is.from[0]), length}; !seen[key] {
				seen[key] = true
				out = append(out, checked{length: length, modulus: 10, add: luhnDigit, first: rune(is.from[0])})
			}
		}
	}
	for country, form := range ibanForms {
		out = append(out, shaped(country+"nn"+form))
	}
	return out
}

// Separators may stand between two characters, as many as there are: the lowest
// bit of a state says that one was just read. They are those of gapCharacters.

func separates(r rune) bool { return r == ' ' || strings.ContainsRune(gapCharacters, r) }

// checked is a fixed number of digits that add up to 0 modulo something.
type checked struct {
	length, modulus int
	add             func(length, at, digit int) int
	first           rune // the digit that it begins with, 0 for any
}

func bsnDigit(length, at, digit int) int {
	if weight := length - at; weight > 1 {
		return weight * digit
	}
	return -digit
}

func anyDigit(int, int, int) int { return 0 }

func luhnDigit(length, at, digit int) int {
	if (length-at)%2 == 0 {
		if digit *= 2; digit > 9 {
			digit -= 9
		}
	}
	return digit
}

func (c checked) start() int { return 0 }

func (c checked) next(state int, r rune) int {
	at, sum := state/2/c.modulus, state/2%c.modulus
	if separates(r) && at > 0 && at < c.length {
		return state | 1
	}
	if r < '0' || r > '9' || at == c.length || at == 0 && c.first != 0 && r != c.first {
		return -1
	}
	sum = ((sum+c.add(c.length, at, int(r-'0')))%c.modulus + c.modulus) % c.modulus
	return ((at+1)*c.modulus + sum) * 2
}

func (c checked) accepts(state int) bool { return state == c.length*c.modulus*2 }

// glued is a number, in one piece, with other characters in front or behind
// that are no digits.
type glued struct{ number checked }

// The states of glued besides those of its number.
const (
	gluedBefore = 1 << 20
	gluedBehind = 1 << 21
)

func (g glued) start() int { return gluedBefore }

func (g glued) next(state int, r rune) int {
	isDigit := r >= '0' && r <= '9'
	switch {
	case state == gluedBefore && isDigit:
		return g.number.next(0, r)
	case state == gluedBefore:
		return state
	case isDigit && state != gluedBehind:
		return g.number.next(state, r)
	case !isDigit && g.accepts(state):
		return gluedBehind
	}
	return -1
}

func (g glued) accepts(state int) bool { return state == gluedBehind || g.number.accepts(state) }

// shaped is a number known by its form: n is a digit, a a letter, c either, d
// a letter but O, e either but O; a capital stands for itself.
type shaped string

func (s shaped) start() int { return 0 }

func (s shaped) next(state int, r rune) int {
	at := state / 2
	if separates(r) && at > 0 && at < len(s) {
		return state | 1
	}
	if at == len(s) || !fits(s[at], r) {
		return -1
	}
	return (at + 1) * 2
}

func (s shaped) accepts(state int) bool { return state == len(s)*2 }

func fits(want byte, r rune) bool {
	if r >= 'a' && r <= 'z' {
		r -= 'a' - 'A'
	}
	isDigit, isLetter := r >= '0' && r <= '9', r >= 'A' && r <= 'Z'
	switch want {
	case 'n':
		return isDigit
	case 'a':
		return isLetter
	case 'c':
		return isDigit || isLetter
	case 'd':
		return isLetter && r != 'O'
	case 'e':
		return isDigit || isLetter && r != 'O'
	}
	return r == rune(want)
}
