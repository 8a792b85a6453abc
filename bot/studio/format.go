package studio

import (
	"html"
	"html/template"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// anAddress is a web address, also one without https:// in the domains that a
// municipality writes so; a chat makes both of them something to tap.
var anAddress = regexp.MustCompile(`(?i)https?://[^\s<>"]+|\b(?:[a-z0-9-]+\.)+(?:nl|eu|com|org|net|example)\b(?:/[^\s<>"]*)?`)

// marks are WhatsApp's: *bold*, _italic_, ~struck~, `code`.
var marks = map[byte]string{'*': "strong", '_': "em", '~': "s", '`': "code"}

// format writes a text as a chat shows it: marks as they look, web addresses
// to tap, and everything else as the text that it is.
func format(text string) template.HTML {
	var b strings.Builder
	at := 0
	for _, span := range anAddress.FindAllStringIndex(text, -1) {
		start := span[0]
		if start > 0 && text[start-1] == '@' {
			continue // of an e-mail address
		}
		end := start + len(strings.TrimRight(text[start:span[1]], ".,;:!?)'*_~"))
		formatMarks(&b, text[at:start])
		link(&b, text[start:end])
		at = end
	}
	formatMarks(&b, text[at:])
	return template.HTML(b.String())
}

func link(b *strings.Builder, address string) {
	target := address
	if !strings.Contains(address, "://") {
		target = "https://" + address
	}
	b.WriteString(`<a href="` + html.EscapeString(target) + `" target="_blank" rel="noopener noreferrer">` + html.EscapeString(address) + `</a>`)
}

func formatMarks(b *strings.Builder, text string) {
	for i := 0; i < len(text); {
		tag := marks[text[i]]
		end := -1
		if tag != "" && opens(text, i) {
			end = closes(text, i)
		}
		if end < 0 {
			_, size := utf8.DecodeRuneInString(text[i:])
			b.WriteString(html.EscapeString(text[i : i+size]))
			i += size
			continue
		}
		b.WriteString("<" + tag + ">")
		if tag == "code" {
			b.WriteString(html.EscapeString(text[i+1 : end]))
		} else {
			formatMarks(b, text[i+1:end])
		}
		b.WriteString("</" + tag + ">")
		i = end + 1
	}
}

// opens tells whether the mark at i may begin something: no letter before it,
// something other than a space after it.
func opens(text string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	after, size := utf8.DecodeRuneInString(text[i+1:])
	return !inWord(before) && size > 0 && !unicode.IsSpace(after) && after != rune(text[i])
}

// closes finds the mark that ends what begins at i, on the same line; -1
// without one.
func closes(text string, i int) int {
	for j := i + 2; j < len(text) && text[j] != '\n'; j++ {
		if text[j] != text[i] {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(text[:j])
		after, _ := utf8.DecodeRuneInString(text[j+1:])
		if !unicode.IsSpace(before) && !inWord(after) {
			return j
		}
	}
	return -1
}

func inWord(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
