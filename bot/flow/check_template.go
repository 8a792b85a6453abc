package flow

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/privacy"
	"github.com/gemeentebode/bode/bot/text"
)

func templateSpot(name, path string) spot {
	return spot{file: templateDir + "/" + name + ".toml", path: path, state: -1}
}

// templates proves that each message template can be submitted and filled in:
// the same values in every language, an example of each, no advertising, and
// not too long.
func (c *checker) templates() {
	for _, name := range c.b.templateNames() {
		t := c.b.Templates[name]
		c.samples(t)
		for _, language := range t.Languages() {
			at := templateSpot(name, "text."+language)
			for _, field := range fieldsUsed(t, dutch) {
				if t.parts[language] != nil && !slices.Contains(fieldsUsed(t, language), field) {
					c.fault(at, "template-field", fmt.Sprintf("In taal %q ontbreekt {{.%s}}, dat wel in het Nederlands staat.", language, field),
						fmt.Sprintf("In %q {{.%s}} is missing, which does stand in the Dutch.", language, field))
				}
			}
			c.advert(at, t.Text.ByLanguage[language].Source())
			if n := text.Length(t.Body(language)); n > text.MaxInteractiveBody {
				c.templateTooLong(at, n)
			}
		}
	}
}

// fieldsUsed are the values that a template needs, without what the bundle fills in.
func fieldsUsed(t *Template, language string) []string {
	var out []string
	for _, p := range t.parameters(language) {
		if first, _, _ := strings.Cut(p.use.Path, "."); !text.Reserved(first) && !slices.Contains(out, p.use.Path) {
			out = append(out, p.use.Path)
		}
	}
	return out
}

// samples proves that there is an example of every value, and of nothing else.
func (c *checker) samples(t *Template) {
	var used []string
	for _, language := range t.Languages() {
		for _, field := range fieldsUsed(t, language) {
			if !slices.Contains(used, field) {
				used = append(used, field)
			}
		}
	}
	if c.d.broken[templateSpot(t.Name, "").file] {
		return
	}
	for _, field := range used {
		if _, given := c.d.places[templateSpot(t.Name, "").file+"#sample."+field]; !given {
			c.fault(templateSpot(t.Name, "sample"), "template-sample", fmt.Sprintf("Onder [sample] ontbreekt een voorbeeld van %q.", field),
				fmt.Sprintf("Under [sample] an example of %q is missing.", field))
		}
	}
	for _, field := range sortedKeys(t.Sample) {
		at := templateSpot(t.Name, "sample."+field)
		if !slices.Contains(used, field) {
			c.unknown(at, "template-sample", field, used, "Dit voorbeeld hoort bij geen waarde van de tekst: %q.", "This is an example of no value of the text: %q.")
		}
		if _, found := privacy.Mask(t.Sample[field].Text()); len(found) > 0 {
			c.fault(at, "asks-identifier", "Dit voorbeeld lijkt een BSN, rekeningnummer of ander kenmerk dat hier nooit mag staan.",
				"This example looks like a BSN, bank account or another identifier that may never stand here.")
		}
	}
	c.sampleShown(t)
}

// sampleShown proves that each example can be shown as the text shows it.
func (c *checker) sampleShown(t *Template) {
	for _, language := range t.Languages() {
		world := c.b.templateWorld(language)
		for _, p := range t.parameters(language) {
			if _, given := t.Sample[p.use.Path]; !given {
				continue
			}
			if _, err := p.template.Render(world, t.Sample); err != nil {
				c.fault(templateSpot(t.Name, "sample."+p.use.Path), "template-sample", fmt.Sprintf("Dit voorbeeld past niet bij {{%s .%s}}.", p.use.Func, p.use.Path),
					fmt.Sprintf("This example does not go with {{%s .%s}}.", p.use.Func, p.use.Path))
			}
		}
	}
}

func (c *checker) templateTooLong(at spot, n int) {
	c.fault(at, "too-long", fmt.Sprintf("Dit sjabloon kan %d tekens lang worden. Er passen er %d.", n, text.MaxInteractiveBody),
		fmt.Sprintf("This template can get %d characters long. It holds %d.", n, text.MaxInteractiveBody))
}

// templateThere proves that a template that is named somewhere exists.
func (c *checker) templateThere(at spot, name string) bool {
	switch {
	case name == "":
		return false
	case !templateName.MatchString(name):
		c.fault(at, "template-name", fmt.Sprintf("%q kan geen naam van een sjabloon zijn: alleen a-z, 0-9 en _.", name),
			fmt.Sprintf("%q cannot be the name of a template: only a-z, 0-9 and _.", name))
		return false
	}
	return c.isThere(at, "unknown-template", name, c.b.templateNames(), "Het sjabloon %q bestaat niet in de map templates.", "There is no template %q in the folder templates.")
}

// filledTemplate proves that what is said somewhere yields the values of the
// template, and that it is not too long with them.
func (c *checker) filledTemplate(name string, yields []bot.Field, who string) {
	t := c.b.Templates[name]
	record := valueShape{Field: bot.Field{Kind: bot.FieldRecord, Fields: yields}}
	for _, language := range t.Languages() {
		inText := templateSpot(name, "text."+language)
		for _, p := range t.parameters(language) {
			if first, _, _ := strings.Cut(p.use.Path, "."); text.Reserved(first) {
				continue
			}
			inner, ok := c.through(record, p.use.Path, p.use)
			if !ok {
				meant := near(p.use.Path, fieldNames(yields))
				c.fault(inText, "not-yielded", fmt.Sprintf("%q levert %q niet.", who, p.use.Path)+meantDutch(meant),
					fmt.Sprintf("%q does not yield %q.", who, p.use.Path)+meantEnglish(meant))
				continue
			}
			c.misused(inText, p.use, inner)
		}
		bound := c.itemBounds(valueShape{Field: bot.Field{Fields: yields}}, language)
		if n := t.Text.ByLanguage[language].LongestIn(language, bound); n > text.MaxInteractiveBody {
			c.templateTooLong(inText, n)
		}
	}
}

// correction proves that there are words for who got what no longer holds.
func (c *checker) correction(at spot, template string, yields []bot.Field, who string) {
	if c.templateThere(at, template+CorrectionTemplate) {
		c.filledTemplate(template+CorrectionTemplate, yields, who)
	}
}

// noticeTemplates proves that the template of each notice can hold it.
func (c *checker) noticeTemplates() {
	for i := range c.b.Notices {
		n := &c.b.Notices[i]
		at := noticeSpot(*n, "template")
		if c.templateThere(at, n.Template) {
			c.filledTemplate(n.Template, c.noticeYields(n), n.Name)
			c.correction(at, n.Template, c.noticeYields(n), n.Name)
		}
		if n.Text == nil {
			continue
		}
		for _, language := range sortedKeys(n.Text.ByLanguage) {
			if !fitsOneLine(n.Text.ByLanguage[language].Source()) {
				c.fault(noticeSpot(*n, "text."+language), "template-parameter", "Dit bericht komt in een sjabloon. Schrijf het op één regel.",
					"This notice goes into a template. Write it on one line.")
			}
		}
	}
}

// noticeYields are the values that a notice fills a template with: bounded by
// what it says itself.
func (c *checker) noticeYields(n *Notice) []bot.Field {
	longest := 0
	if n.Text != nil {
		for _, language := range sortedKeys(n.Text.ByLanguage) {
			longest = max(longest, c.worldly(n.Text, language))
		}
	}
	return []bot.Field{
		{Name: "title", Kind: bot.FieldText, Longest: text.Length(n.Title)},
		{Name: "message", Kind: bot.FieldText, Longest: longest},
		{Name: "source", Kind: bot.FieldText, Longest: text.Length(n.Source)},
	}
}
