package privacy

import (
	"cmp"
	"slices"
	"strings"
)

// The kinds that Mask names, and what each reads in the text afterwards.
const (
	kindBSN      = "bsn"
	kindIBAN     = "iban"
	kindCard     = "card"
	kindDocument = "document"
	kindDigiD    = "digid"
)

var tagOf = map[string]string{
	kindBSN: "[bsn]", kindIBAN: "[iban]", kindCard: "[kaart]", kindDocument: "[document]", kindDigiD: "[digid]",
}

// span is what is taken out: bytes of the text, and as which kind.
type span struct {
	start, end int32
	kind       string
}

// Mask takes identifiers out of a text, each replaced by its name in brackets,
// and gives the kinds in the order in which they first stood there: bsn, iban,
// card, document, digid. It works in memory only, in time linear in the text;
// what it has masked once it leaves alone.
func Mask(text string) (string, []string) {
	if harmless(text) {
		return text, nil
	}
	var buffer [usualLength]cell
	return maskCells(text, foldInto(buffer[:0], text))
}

// maskCells masks a text that was folded before. The cells are used up.
func maskCells(text string, cells []cell) (string, []string) {
	found := maskIBANs(cells, nil)
	found = maskCredentials(text, cells, found)
	found = maskNumbers(cells, found)
	if len(found) == 0 {
		return text, nil
	}
	return replace(text, found)
}

// harmless tells, without allocating, that a text can hold no identifier: it
// is plain ASCII without a digit and does not speak of DigiD.
func harmless(text string) bool {
	for i := range len(text) {
		b := text[i]
		if b >= 0x80 || b >= '0' && b <= '9' {
			return false
		}
		if b|0x20 == 'd' && i+2 < len(text) && text[i+1]|0x20 == 'i' && text[i+2]|0x20 == 'g' {
			return false
		}
	}
	return true
}

// maskIBANs tries where a country's code can be: two letters, then digits.
// Three letters in a row are none, and so are the last of a word and the first
// of the next, so most words are passed at a glance.
func maskIBANs(cells []cell, found []span) []span {
	for i := 0; i+4 < len(cells); i++ {
		if cells[i].class != letter || cells[i+1].class == letter && cells[i+2].class == letter ||
			cells[i+1].class == gap && i > 0 && cells[i-1].class == letter {
			continue
		}
		if end, ok := ibanAt(cells, i); ok {
			found = take(cells, i, end, kindIBAN, found)
			i = end - 1
		}
	}
	return found
}

// take notes that cells [from, end) are an identifier, and closes them to later searches.
func take(cells []cell, from, end int, kind string, found []span) []span {
	for i := from; i < end; i++ {
		cells[i].class = taken
	}
	return append(found, span{cells[from].start, cells[end-1].end, kind})
}

func replace(text string, found []span) (string, []string) {
	slices.SortFunc(found, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	var out strings.Builder
	var kinds []string
	at := int32(0)
	for _, s := range found {
		if s.start > at {
			out.WriteString(text[at:s.start])
		}
		out.WriteString(tagOf[s.kind])
		at = max(at, s.end)
		if !slices.Contains(kinds, s.kind) {
			kinds = append(kinds, s.kind)
		}
	}
	out.WriteString(text[at:])
	return out.String(), kinds
}
