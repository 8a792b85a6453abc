package privacy

import (
	"strings"
	"unicode"
)

// words reads a text the way the door compares it: lower case, without
// accents, punctuation, emoji and what cannot be seen. Hyphens are kept inside
// words, so that "112-melding" is one word. Spelled letters ("s.t.o.p") become
// one word.
func words(text string) []string { return wordsOf(nil, fold(text)) }

// wordsOf does the same with a text that was folded, behind what list holds.
func wordsOf(list []string, cells []cell) []string {
	var buffer [2 * usualLength]byte
	var ends [usualLength / 2]int
	all, cut := buffer[:0], ends[:0]
	from := 0
	for i := range cells {
		switch c := &cells[i]; {
		case c.class == letter || c.class == digit:
			all = appendRune(all, c.r)
		case c.r == '-' && len(all) > from && i+1 < len(cells) && alnum(cells[i+1]):
			all = append(all, '-')
		case c.r == '\'' || c.r == '`' || c.r == '´':
		case len(all) > from:
			from = len(all)
			cut = append(cut, from)
		}
	}
	if len(all) > from {
		cut = append(cut, len(all))
	}
	text, from := string(all), 0
	for _, end := range cut {
		list = append(list, text[from:end])
		from = end
	}
	return list
}

// spelled joins single letters into one word when there is nothing else:
// "s t o p", "s-t-o-p".
func spelled(in []string) []string {
	for _, w := range in {
		for _, part := range strings.Split(w, "-") {
			if len([]rune(part)) > 1 {
				return in
			}
		}
	}
	return []string{strings.ReplaceAll(strings.Join(in, ""), "-", "")}
}

// sameWord compares a word as typed with a word as listed. Emphasis counts as
// nothing: a letter typed three times or more, or doubled at the end
// ("stoppp", "stopp"). An ordinary double letter does: "duur" is not "dur".
func sameWord(typed, listed string) bool {
	if typed == listed {
		return true
	}
	if len(typed) <= len(listed) || listed == "" || typed[0] != listed[0] {
		return false // emphasis only adds
	}
	a, b := []rune(typed), []rune(listed)
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		if a[i] != b[j] {
			return false
		}
		n, m := run(a, i), run(b, j)
		i, j = i+n, j+m
		emphasis := n >= 3 || i == len(a) && j == len(b)
		if n != m && (n < m || !emphasis || unicode.IsDigit(a[i-1])) {
			return false
		}
	}
	return i == len(a) && j == len(b)
}

func run(r []rune, i int) int {
	n := 1
	for i+n < len(r) && r[i+n] == r[i] {
		n++
	}
	return n
}
