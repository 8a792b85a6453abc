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

// formatter writes one text; links holds where each address begins and ends.
type formatter struct {
	strings.Builder
	text  string
	links map[int]int
}

// format writes a text as a chat shows it: marks as they look, web addresses
// to tap, and everything else as the text that it is.
func format(text string) template.HTML {
	f := formatter{text: text, links: map[int]int{}}
	for _, span := range anAddress.FindAllStringIndex(text, -1) {
		if start := span[0]; start == 0 || text[start-1] != '@' { // not of an e-mail address
			f.links[start] = start + len(strings.TrimRight(text[start:span[1]], ".,;:!?)'*_~`"))
		}
	}
	f.write(0, len(text))
	return template.HTML(f.String())
}

func (f *formatter) write(from, to int) {
	for i := from; i < to; {
		if end := f.links[i]; end > 0 {
			f.link(f.text[i:end])
			i = end
			continue
		}
		if end := f.closes(i, to); end > 0 {
			f.marked(marks[f.text[i]], i+1, end)
			i = end + 1
			continue
		}
		_, size := utf8.DecodeRuneInString(f.text[i:])
		f.WriteString(html.EscapeString(f.text[i : i+size]))
		i += size
	}
}

func (f *formatter) marked(tag string, from, to int) {
	f.WriteString("<" + tag + ">")
	if tag == "code" {
		f.WriteString(html.EscapeString(f.text[from:to]))
	} else {
		f.write(from, to)
	}
	f.WriteString("</" + tag + ">")
}

func (f *formatter) link(address string) {
	target := address
	if !strings.Contains(address, "://") {
		target = "https://" + address
	}
	f.WriteString(`<a href="` + html.EscapeString(target) + `" target="_blank" rel="noopener noreferrer">` + html.EscapeString(address) + `</a>`)
}

// opens tells whether the mark at i may begin something: no letter before it,
// something other than a space after it.
func opens(text string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	after, size := utf8.DecodeRuneInString(text[i+1:])
	return !inWord(before) && size > 0 && !unicode.IsSpace(after) && after != rune(text[i])
}

// closes finds the mark that ends what begins at i, on the same line and
// outside addresses; 0 where nothing begins or it does not end.
func (f *formatter) closes(i, to int) int {
	if marks[f.text[i]] == "" || !opens(f.text, i) {
		return 0
	}
	for j := i + 1; j < to && f.text[j] != '\n'; j++ {
		if end := f.links[j]; end > 0 {
			j = end - 1
			continue
		}
		if j == i+1 || f.text[j] != f.text[i] {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(f.text[:j])
		after, _ := utf8.DecodeRuneInString(f.text[j+1:])
		if !unicode.IsSpace(before) && !inWord(after) {
			return j
		}
	}
	return 0
}

func inWord(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
