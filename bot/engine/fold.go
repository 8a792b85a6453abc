package engine

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fold makes typed text comparable: lower case, without accents, every run of
// other signs one space. "Oké, dank u!" becomes "oke dank u".
func fold(s string) string {
	if !ascii(s) {
		s = norm.NFKD.String(s)
	}
	b := make([]byte, 0, len(s))
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9'):
			b = append(b, byte(r))
		case r >= 'A' && r <= 'Z':
			b = append(b, byte(r)+'a'-'A')
		case unicode.Is(unicode.Mn, r): // the accent of the letter before it
		case r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			b = utf8.AppendRune(b, unicode.ToLower(r))
		case len(b) > 0 && b[len(b)-1] != ' ':
			b = append(b, ' ')
		}
	}
	return strings.TrimRight(string(b), " ")
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// holds tells whether a folded phrase stands in a folded text as whole words.
func holds(text, phrase string) bool {
	for from := 0; phrase != ""; {
		at := strings.Index(text[from:], phrase)
		if at < 0 {
			return false
		}
		at += from
		end := at + len(phrase)
		if (at == 0 || text[at-1] == ' ') && (end == len(text) || text[end] == ' ') {
			return true
		}
		from = at + 1
	}
	return false
}

// without gives a folded text minus the words of a set.
func without(folded string, set map[string]bool) string {
	var kept []string
	dropped := false
	for word := range strings.SplitSeq(folded, " ") {
		if set[word] {
			dropped = true
			continue
		}
		kept = append(kept, word)
	}
	if !dropped {
		return folded
	}
	return strings.Join(kept, " ")
}

// words splits a list as an editor writes it: "ja, ja graag, jazeker".
func splitList(list string) []string {
	var out []string
	for part := range strings.SplitSeq(list, ",") {
		if part = fold(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// hash32 is FNV-1a: it tells answers apart, it protects nothing.
func hash32(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}
