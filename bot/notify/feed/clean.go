package feed

import (
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of a notice, in characters: what flows show of one.
const (
	longestTitle  = 60
	longestText   = 400
	longestSource = 150
)

// clean takes out what is no character to read: controls, marks that turn the
// direction of a text or are invisible, and what was not UTF-8.
func clean(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == utf8.RuneError || unicode.In(c, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs):
			return -1
		case unicode.IsSpace(c):
			return ' '
		}
		return c
	}, s)
}

var (
	hidden = regexp.MustCompile(`(?is)<(script|style)\b.*?(</(script|style)\s*>|$)`)
	markup = regexp.MustCompile(`(?s)<!--.*?-->|<[!/?]?[a-zA-Z][^<>]*>|<[!/?]?[a-zA-Z][^<>]*$`)
	marks  = strings.NewReplacer("*", " ", "~", " ", "`", " ", "{", "(", "}", ")")
	loose  = regexp.MustCompile(` ([.,;:!?])\B`) // what markup left standing apart
	link   = regexp.MustCompile(`(?i)\b(https?|ftp)\s*:|\bwww\.|\bwa\.me\b`)
)

// longestRead is how much of one text is looked at, in bytes: a notice has
// room for a fiftieth of it.
const longestRead = 20_000

// mostMarkup bounds how often a text was escaped before it was sent.
const mostMarkup = 3

// plain gives the words of a text on one line: without HTML, without the signs
// that WhatsApp reads as markup, and without sentences that hold a link (the
// source is the link). Braces would be ours.
func plain(s string) string {
	s = s[:min(len(s), longestRead)]
	for range mostMarkup {
		s = markup.ReplaceAllString(hidden.ReplaceAllString(s, " "), " ")
		s = html.UnescapeString(s)
	}
	s = markup.ReplaceAllString(hidden.ReplaceAllString(s, " "), " ")
	s = strings.Map(lineEnds, s)
	words := strings.Fields(clean(marks.Replace(s)))
	for i, w := range words {
		words[i] = strings.Trim(w, "_")
	}
	var kept []string
	line := loose.ReplaceAllString(strings.Join(strings.Fields(strings.Join(words, " ")), " "), "$1")
	for _, sentence := range sentences(line) {
		if !link.MatchString(sentence) {
			kept = append(kept, sentence)
		}
	}
	return strings.Join(kept, " ")
}

// lineEnds keeps a word from growing onto the one of the next line.
func lineEnds(c rune) rune {
	if c == '\n' || c == '\r' || c == '\t' || c == '\u2028' || c == '\u2029' || c == '\u0085' {
		return ' '
	}
	return c
}

// sentences cuts a text of one line after each . ! or ? before a space.
func sentences(s string) []string {
	var out []string
	for from, i := 0, 0; i < len(s); i++ {
		last := i+1 == len(s)
		if last || strings.IndexByte(".!?", s[i]) >= 0 && s[i+1] == ' ' {
			out = append(out, strings.TrimSpace(s[from:i+1]))
			from = i + 1
		}
	}
	return out
}

// short ends a text of at most so many characters after a whole sentence,
// else after a whole word.
func short(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	kept := ""
	for _, sentence := range sentences(s) {
		if utf8.RuneCountInString(kept)+1+utf8.RuneCountInString(sentence) > most {
			break
		}
		kept = strings.TrimSpace(kept + " " + sentence)
	}
	if kept != "" {
		return kept
	}
	cut := string([]rune(s)[:most-1])
	if end := strings.LastIndexByte(cut, ' '); end > 0 {
		cut = cut[:end]
	}
	return strings.TrimRight(cut, " ,;:-") + "…"
}

// mostAdvice is the room that what to do may take from what is going on.
const mostAdvice = 240

// message puts what is going on and what to do in the room of a notice. What
// to do matters most, and comes last.
func message(description, instruction string) string {
	advice := short(instruction, mostAdvice)
	if description == "" {
		return short(instruction, longestText)
	}
	if advice == "" {
		return short(description, longestText)
	}
	return ended(short(description, longestText-utf8.RuneCountInString(advice)-2)) + " " + advice
}

// ended puts a full stop where a sentence has no end of its own.
func ended(s string) string {
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?") || strings.HasSuffix(s, "…") {
		return s
	}
	return s + "."
}

// Bounds, in characters, of what an error quotes of a feed, and of an error.
const (
	longestShown = 80
	longestError = 300
)

// shown is what an error may quote: nothing that a terminal would obey.
func shown(s string) string { return harmless(s, longestShown) }

func harmless(s string, most int) string {
	s = strings.Join(strings.Fields(clean(strings.Map(lineEnds, s))), " ")
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
