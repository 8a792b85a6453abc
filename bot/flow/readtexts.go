package flow

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gemeentebode/bode/bot/text"
)

// spoken are the languages that the program can hold a conversation in.
var spoken = []string{dutch, "en", "uk", "pl", "ar", "tr"}

// text compiles a Dutch text of a file with its translations; nil where there
// is none or it cannot be read.
func (r *reader) text(path, id, source string) *text.Text {
	if strings.TrimSpace(source) == "" {
		return nil
	}
	template, err := text.Compile(source)
	if err != nil {
		r.textFault(path, err)
		return nil
	}
	return r.l.translated(&text.Text{ID: id, ByLanguage: map[string]*text.Template{dutch: template}}, source, r.spot(path))
}

type fileSpot struct {
	file string
	at   place
}

func (r *reader) spot(path string) fileSpot { return fileSpot{r.file, r.l.place(r.file, path)} }

// textFault puts what is wrong with a text at the letter where it is wrong.
func (r *reader) textFault(path string, err error) {
	at := r.l.place(r.file, path)
	var wrong *text.Error
	if !errors.As(err, &wrong) {
		r.faultAt(at, "text", "deze tekst is niet te lezen: "+err.Error(), "this text cannot be read: "+err.Error())
		return
	}
	if n := r.doc.find(path); n != nil && n.raw != nil {
		at = r.doc.place(n.offset + rawOffset(n.raw, wrong.Offset))
	}
	r.faultAt(at, wrong.Code, wrong.Dutch, wrong.English)
}

// find walks a key path; nil where there is nothing.
func (d *document) find(path string) *node {
	n := d.root
	for _, key := range strings.Split(path, ".") {
		i, err := strconv.Atoi(key)
		switch {
		case n == nil:
			return nil
		case n.form == aTable:
			n = n.table[key]
		case n.form == aList && err == nil && i < len(n.items):
			n = n.items[i]
		default:
			return nil
		}
	}
	return n
}

// rawOffset finds a byte of a decoded string in the string as it was written,
// with its quotes and escapes.
func rawOffset(raw []byte, decoded int) int {
	quotes, i := 1, 1
	if bytes.HasPrefix(raw, []byte(`"""`)) || bytes.HasPrefix(raw, []byte(`'''`)) {
		quotes, i = 3, 3
		i += len(raw[i:]) - len(bytes.TrimPrefix(bytes.TrimPrefix(raw[i:], []byte("\r")), []byte("\n")))
	}
	for n := 0; n < decoded && i < len(raw)-quotes; {
		written, meant := escaped(raw[i:], raw[0] == '"')
		if n+meant > decoded {
			break
		}
		i, n = i+written, n+meant
	}
	return i
}

// escaped gives how many bytes the next letter takes as written and as meant.
func escaped(raw []byte, escapes bool) (written, meant int) {
	if raw[0] != '\\' || !escapes || len(raw) < 2 {
		return 1, 1
	}
	digits := map[byte]int{'u': 4, 'U': 8, 'x': 2}[raw[1]]
	switch {
	case digits > 0 && len(raw) >= 2+digits:
		code, _ := strconv.ParseUint(string(raw[2:2+digits]), 16, 32)
		return 2 + digits, utf8.RuneLen(rune(code))
	case strings.IndexByte(" \t\r\n", raw[1]) >= 0: // a line that goes on
		return len(raw) - len(bytes.TrimLeft(raw[1:], " \t\r\n")), 0
	}
	return 2, 1
}

// translated adds the translations that there are. A language that the
// municipality calls complete has to have them all.
func (l *loading) translated(t *text.Text, source string, here fileSpot) *text.Text {
	l.ids = append(l.ids, t.ID)
	for _, language := range spoken[1:] {
		translation, ok := l.translation(language, t.ID, source, here)
		if !ok {
			continue
		}
		template, err := text.Compile(translation)
		if err != nil {
			l.translationFault(language, t.ID, err)
			continue
		}
		t.ByLanguage[language] = template
	}
	return t
}

func (l *loading) translation(language, id, source string, here fileSpot) (string, bool) {
	translation, state := l.catalog.Find(language, id, source)
	switch {
	case state == text.Missing && slices.Contains(l.bundle.Shared.Languages, language):
		l.faults = append(l.faults, Fault{File: here.file, Line: here.at.line, Column: here.at.column, Code: "missing-translation",
			Dutch:   fmt.Sprintf("deze tekst is niet vertaald in taal %q (%s)", language, id),
			English: fmt.Sprintf("this text is not translated into %q (%s)", language, id)})
	case state == text.Stale:
		at := l.catalog.Where(language, id)
		l.faults = append(l.faults, Fault{File: at.File, Line: at.Line, Column: at.Column, Code: "stale-translation", Hint: true,
			Dutch:   fmt.Sprintf("de Nederlandse tekst van %s is veranderd na deze vertaling. Klopt zij nog?", id),
			English: fmt.Sprintf("the Dutch text of %s changed after this translation. Is it still right?", id)})
	}
	return translation, state != text.Missing
}

func (l *loading) translationFault(language, id string, err error) {
	at := l.catalog.Where(language, id)
	f := Fault{File: at.File, Line: at.Line, Column: at.Column, Code: "text", Dutch: err.Error(), English: err.Error()}
	var wrong *text.Error
	if errors.As(err, &wrong) {
		f.Code, f.Dutch, f.English = wrong.Code, wrong.Dutch, wrong.English
	}
	f.Dutch = fmt.Sprintf("in %s (%s): %s", id, language, f.Dutch)
	f.English = fmt.Sprintf("in %s (%s): %s", id, language, f.English)
	l.faults = append(l.faults, f)
}

// keywords are translated as one text, with commas.
func (r *reader) keywords(path, id string, words []string) map[string][]string {
	out := map[string][]string{}
	if len(words) == 0 {
		return out
	}
	out[dutch] = words
	source := strings.Join(words, ", ")
	r.l.ids = append(r.l.ids, id)
	for _, language := range spoken[1:] {
		if list, ok := r.l.translation(language, id, source, r.spot(path)); ok {
			for _, word := range strings.Split(list, ",") {
				out[language] = append(out[language], strings.TrimSpace(word))
			}
		}
	}
	return out
}

// inline compiles a text that its file gives in every language: crisis
// answers, notices. It has to have the given ones.
func (r *reader) inline(path, id string, sources map[string]string, must ...string) *text.Text {
	t := &text.Text{ID: id, ByLanguage: map[string]*text.Template{}}
	for _, language := range sortedKeys(sources) {
		own := path + "." + language
		if !r.language(own, language) || strings.TrimSpace(sources[language]) == "" {
			continue
		}
		template, err := text.Compile(sources[language])
		if err != nil {
			r.textFault(own, err)
			continue
		}
		t.ByLanguage[language] = template
	}
	for _, language := range must {
		if _, ok := sources[language]; !ok && len(sources) > 0 {
			r.fault(path, "missing-language", fmt.Sprintf("hier ontbreekt de tekst in taal %q", language), fmt.Sprintf("the text in %q is missing here", language))
		}
	}
	if t.ByLanguage[dutch] == nil {
		return nil
	}
	return t
}

// language checks the code of a language.
func (r *reader) language(path, code string) bool {
	if slices.Contains(spoken, code) {
		return true
	}
	meant := near(code, spoken)
	r.fault(path, "unknown-language", fmt.Sprintf("Taal %q ken ik niet.%s Het kan zijn: %s.", code, meantDutch(meant), strings.Join(spoken, ", ")),
		fmt.Sprintf("Language %q is not known.%s It can be: %s.", code, meantEnglish(meant), strings.Join(spoken, ", ")))
	return false
}

// link checks that a link is safe to tap: https, to a host of the municipality.
func (r *reader) link(path, link string) {
	host, ok := r.https(path, link)
	hosts := r.l.opts.Hosts
	if !ok || len(hosts) == 0 || slices.ContainsFunc(hosts, func(h string) bool { return host == h || strings.HasSuffix(host, "."+h) }) {
		return
	}
	meant := near(host, hosts)
	r.fault(path, "foreign-link", fmt.Sprintf("Links mogen niet naar %q gaan.%s", host, meantDutch(meant)),
		fmt.Sprintf("Links may not go to %q.%s", host, meantEnglish(meant)))
}

// https gives the host of a link.
func (r *reader) https(path, link string) (host string, ok bool) {
	u, err := url.Parse(link)
	if err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil {
		return u.Hostname(), true
	}
	if link != "" {
		r.fault(path, "bad-link", fmt.Sprintf("%q is geen adres dat met https:// begint", link), fmt.Sprintf("%q is not an address that begins with https://", link))
	}
	return "", false
}
