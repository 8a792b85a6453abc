package privacy

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// class is what a character can do in an identifier.
type class uint8

const (
	other  class = iota // ends every number and every word
	digit               // r is '0' to '9', whatever script it was written in
	letter              // r is lower case and without accents
	gap                 // may stand between the digits of one number
	taken               // already masked, or a "[bsn]" that stood there before
)

// cell is one character as the mask sees it, and where it stood in the text.
// A character that decomposes ("⑫") gives several cells over the same bytes;
// one that cannot be seen (zero width, accents, a keycap) joins the cell before it.
type cell struct {
	r          rune
	class      class
	wide       bool  // a digit written otherwise than 0 to 9
	seam       bool  // something that cannot be seen follows
	start, end int32 // bytes
}

// tags are what the mask writes; on the way in they are opaque.
var tags = []string{"[bsn]", "[iban]", "[kaart]", "[document]", "[digid]"}

// gapCharacters may stand between two digits of one number, besides white
// space and dashes of every kind. A colon is not among them: it separates times.
const gapCharacters = ".-/_\\|*()'+,~`"

// usualLength is how many characters are read without asking for memory.
const usualLength = 320

// fold reads a text into cells, one pass from left to right.
func fold(text string) []cell { return foldInto(make([]cell, 0, len(text)), text) }

// foldInto does the same behind what cells holds, which may be a buffer of the caller's.
func foldInto(cells []cell, text string) []cell {
	for i := 0; i < len(text); {
		if text[i] == '[' {
			if n := tagLength(text[i:]); n > 0 {
				cells = append(cells, cell{r: '[', class: taken, start: int32(i), end: int32(i + n)})
				i += n
				continue
			}
		}
		if b := text[i]; b < utf8.RuneSelf && b != '%' && asciiTable[b].r >= 0 {
			if len(cells) == cap(cells) {
				cells = slices.Grow(cells, 1)
			}
			cells = cells[:len(cells)+1]
			c := &cells[len(cells)-1]
			*c = cell{r: asciiTable[b].r, class: asciiTable[b].class, start: int32(i), end: int32(i + 1)}
			i++
			continue
		}
		r, n := decode(text[i:])
		cells = appendFolded(cells, r, i, i+n, 0)
		i += n
	}
	return cells
}

// asciiTable is classify for the characters that make up most texts.
var asciiTable = func() (table [utf8.RuneSelf]cell) {
	for r := range rune(utf8.RuneSelf) {
		table[r].class, table[r].r = classify(r)
	}
	return table
}()

func tagLength(text string) int {
	for _, tag := range tags {
		if strings.HasPrefix(text, tag) {
			return len(tag)
		}
	}
	return 0
}

// decode reads one character; "%20" in an address of a page counts as what it
// stands for, and so does a character of several such bytes.
func decode(text string) (rune, int) {
	if text[0] >= utf8.RuneSelf {
		return utf8.DecodeRuneInString(text)
	}
	first, ok := percentByte(text)
	if !ok || first == '[' {
		return rune(text[0]), 1
	}
	if first < utf8.RuneSelf {
		return rune(first), 3
	}
	encoded := [utf8.UTFMax]byte{first}
	n := 1
	for ; n < utf8.UTFMax; n++ {
		if encoded[n], ok = percentByte(text[3*n:]); !ok {
			break
		}
	}
	if r, size := utf8.DecodeRune(encoded[:n]); r != utf8.RuneError {
		return r, 3 * size
	}
	return rune(text[0]), 1
}

// percentByte reads "%2F".
func percentByte(text string) (byte, bool) {
	if len(text) < 3 || text[0] != '%' {
		return 0, false
	}
	high, low := hex(text[1]), hex(text[2])
	return byte(high<<4 | low), high >= 0 && low >= 0
}

func hex(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return int(b - '0')
	case b >= 'a' && b <= 'f':
		return int(b-'a') + 10
	case b >= 'A' && b <= 'F':
		return int(b-'A') + 10
	}
	return -1
}

func appendFolded(cells []cell, r rune, start, end, depth int) []cell {
	if depth == 0 && r >= utf8.RuneSelf && !unicode.Is(unicode.Nd, r) {
		var buf [utf8.UTFMax]byte
		n := utf8.EncodeRune(buf[:], r)
		if parts := norm.NFKD.Properties(buf[:n]).Decomposition(); len(parts) > 0 {
			for _, part := range string(parts) {
				cells = appendFolded(cells, part, start, end, 1)
			}
			return cells
		}
	}
	wide := end-start > 1 // also "%35" in an address of a page
	c, r := classify(r)
	if r < 0 { // invisible
		if len(cells) > 0 {
			cells[len(cells)-1].end, cells[len(cells)-1].seam = int32(end), true
		}
		return cells
	}
	return append(cells, cell{r: r, class: c, wide: wide, start: int32(start), end: int32(end)})
}

// classify gives the class of a character and the character as it is compared;
// a negative one cannot be seen.
func classify(r rune) (class, rune) {
	switch {
	case r >= '0' && r <= '9':
		return digit, r
	case r >= 'a' && r <= 'z':
		return letter, r
	case r >= 'A' && r <= 'Z':
		return letter, r + 'a' - 'A'
	case r == ' ' || r == '\t':
		return gap, ' '
	case r == '\n' || r == '\r':
		return gap, '\n'
	case r < ' ' || r == 0x7f:
		return other, -1
	case r < utf8.RuneSelf:
		if strings.IndexByte(gapCharacters, byte(r)) >= 0 {
			return gap, r
		}
		return other, r
	}
	return classifyWide(r)
}

func classifyWide(r rune) (class, rune) {
	if d, ok := wideDigit(r); ok {
		return digit, d
	}
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Cc), r == 'ـ', r == 'ㅤ', r == 'ᅟ', r == 'ᅠ':
		return other, -1 // marks, joiners, directions, the Arabic stretcher, Hangul fillers
	case r == 'ı':
		return letter, 'i'
	case unicode.IsLetter(r):
		return letter, unicode.ToLower(r)
	case r == '\u2028' || r == '\u2029':
		return gap, '\n'
	case unicode.IsSpace(r), r == utf8.RuneError, r == '⠀':
		return gap, ' '
	case unicode.Is(unicode.Pd, r), r == '−':
		return gap, '-'
	case strings.ContainsRune("·•‧∙・․◦●", r):
		return gap, '.'
	case strings.ContainsRune("⁄∕╱", r):
		return gap, '/'
	case strings.ContainsRune("،٫٬、", r):
		return gap, ','
	case strings.ContainsRune("‘’ʼ′", r):
		return gap, '\''
	}
	return other, r
}

// wideDigit reads the decimal digits of every script, and the white-on-black
// circled ones, which Unicode does not decompose.
func wideDigit(r rune) (rune, bool) {
	switch {
	case r >= '❶' && r <= '❾':
		return r - '❶' + '1', true
	case r >= '➀' && r <= '➈':
		return r - '➀' + '1', true
	case r >= '➊' && r <= '➒':
		return r - '➊' + '1', true
	case r >= '⓵' && r <= '⓽':
		return r - '⓵' + '1', true
	case r == '⓿' || r == '🄋' || r == '🄌':
		return '0', true
	case unicode.Is(unicode.Nd, r):
		return digitOfScript(r), true
	}
	return 0, false
}

// digitOfScript relies on Unicode's promise that the ten digits of a script
// stand in a row, in order; a range of the table is one or more such rows.
func digitOfScript(r rune) rune {
	for _, row := range unicode.Nd.R16 {
		if r >= rune(row.Lo) && r <= rune(row.Hi) {
			return '0' + (r-rune(row.Lo))%10
		}
	}
	for _, row := range unicode.Nd.R32 {
		if r >= rune(row.Lo) && r <= rune(row.Hi) {
			return '0' + (r-rune(row.Lo))%10
		}
	}
	return '0'
}

// latin gives the capital that a letter looks like, also a Greek or Cyrillic one; 0 when none.
func latin(r rune) byte {
	if r >= 'a' && r <= 'z' {
		return byte(r) - 'a' + 'A'
	}
	const alike = "аaвbсcеeнhіiјjкkмmоoрpѕsтtхxуyαaβbεeζzηhιiκkμmνnοoρpτtυyχx"
	if r < 'α' || r > 'ј' {
		return 0
	}
	if i := strings.IndexRune(alike, r); i >= 0 {
		_, n := utf8.DecodeRuneInString(alike[i:])
		return alike[i+n] - 'a' + 'A'
	}
	return 0
}
