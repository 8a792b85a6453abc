package flow

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/text"
)

// CorrectionTemplate is what the name of a correction's template ends in, after
// that of the template whose message no longer holds.
const CorrectionTemplate = "_correctie"

// Template is a message as the platform approves it beforehand: what goes out
// when nobody wrote for 24 hours. Its category is always utility.
type Template struct {
	Name   string
	Text   *text.Text           // per language; the platform gets it with {{1}}, {{2}}
	Sample map[string]bot.Value // by field, for the platform's review
	parts  map[string][]part    // per language, in the order of the text
}

// part is fixed words, or one {{...}} of a template's text.
type part struct {
	words    string
	number   int // of the parameter; 0: words
	use      text.Use
	template *text.Template // of the parameter alone
}

// Languages are those that the template is written in, by code.
func (t *Template) Languages() []string { return sortedKeys(t.Text.ByLanguage) }

// Body is the text as it is submitted in a language: parameters are numbered
// in the order of their first use ("Morgen halen wij {{1}} op bij {{2}}."). It
// is empty where the template does not speak the language.
func (t *Template) Body(language string) string {
	var b strings.Builder
	for _, p := range t.parts[language] {
		if p.number == 0 {
			b.WriteString(p.words)
			continue
		}
		b.WriteString("{{" + strconv.Itoa(p.number) + "}}")
	}
	return strings.TrimSpace(b.String())
}

// parameters are the different {{...}} of a language, in order of first use.
func (t *Template) parameters(language string) []part {
	var out []part
	for _, p := range t.parts[language] {
		if p.number == len(out)+1 {
			out = append(out, p)
		}
	}
	return out
}

// TemplateParameters words the values that fill a template in a language, in
// the order of its Body. Each fits on one line, as the platform asks. A value
// that is missing or empty is an error that names the field and holds no value.
func (b *Bundle) TemplateParameters(name, language string, values map[string]bot.Value) ([]bot.Private, error) {
	t := b.Templates[name]
	if t == nil || t.parts[language] == nil {
		return nil, fmt.Errorf("template %s is not written in %q", name, language)
	}
	world := b.templateWorld(language)
	var out []bot.Private
	for _, p := range t.parameters(language) {
		worded, err := p.template.Render(world, values)
		if err != nil {
			return nil, fmt.Errorf("template %s: %w", name, err)
		}
		if worded = onOneLine(worded); worded == "" {
			return nil, fmt.Errorf("template %s: %q is empty", name, p.use.Path)
		}
		out = append(out, bot.Hide(worded))
	}
	return out, nil
}

// TemplateText is a template filled in with its parameters, as the resident
// reads it.
func (b *Bundle) TemplateText(name, language string, values map[string]bot.Value) (bot.Private, error) {
	parameters, err := b.TemplateParameters(name, language, values)
	if err != nil {
		return bot.Private{}, err
	}
	var whole strings.Builder
	for _, p := range b.Templates[name].parts[language] {
		if p.number == 0 {
			whole.WriteString(p.words)
			continue
		}
		whole.WriteString(parameters[p.number-1].Reveal())
	}
	return bot.Hide(strings.TrimSpace(whole.String())), nil
}

// TemplateSamples gives an example of each parameter in the order of Body, as
// the platform's review wants to see it.
func (b *Bundle) TemplateSamples(name, language string) ([]string, error) {
	t := b.Templates[name]
	if t == nil {
		return nil, fmt.Errorf("there is no template %s", name)
	}
	worded, err := b.TemplateParameters(name, language, t.Sample)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(worded))
	for i, w := range worded {
		out[i] = w.Reveal() // made up by an editor, of nobody
	}
	return out, nil
}

// templateWorld is what a template may refer to: nothing in it changes from
// one day to the next, because what was approved does not either.
func (b *Bundle) templateWorld(language string) *text.World {
	w := &text.World{Language: language, Municipality: b.Shared.Municipality, Kinds: map[string]string{}}
	for code, word := range b.Shared.Kinds {
		w.Kinds[code] = plain(word, w)
	}
	return w
}

// mostSpaces is how many spaces in a row a parameter may hold (Meta, "Templates").
const mostSpaces = 4

// onOneLine makes a value fit for a parameter, which holds no line end, no tab
// and no more than four spaces in a row.
func onOneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' {
			return ' '
		}
		return r
	}, s)
	tooMany := strings.Repeat(" ", mostSpaces+1)
	for strings.Contains(s, tooMany) {
		s = strings.ReplaceAll(s, tooMany, tooMany[1:])
	}
	return strings.TrimSpace(s)
}

// fitsOneLine tells whether a text can be a parameter as it stands.
func fitsOneLine(s string) bool { return onOneLine(s) == strings.TrimSpace(s) }

// templateNames are those of a bundle, in order.
func (b *Bundle) templateNames() []string { return slices.Sorted(maps.Keys(b.Templates)) }
