package flow

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gemeentebode/bode/bot/privacy"
	"github.com/gemeentebode/bode/bot/text"
)

// guard proves that nothing in the bundle, in any language, asks for what may
// never be asked: a BSN, IBAN, card, document number or DigiD credentials.
func (c *checker) guard() {
	for _, g := range c.graphs {
		c.guardText(g.key("title"), g.flow.Title)
		for s, state := range g.states {
			for _, sl := range slotsOf(state) {
				c.guardText(g.at(s, sl.key), sl.text)
			}
		}
		for i, n := range g.flow.Notifications {
			for _, t := range n.texts() {
				c.guardText(g.key("notifications."+strconv.Itoa(i)+"."+t.key), t.text)
			}
		}
	}
	for _, t := range c.sharedTexts() {
		c.guardText(inShared(t.path), t.text)
	}
	for _, id := range sortedKeys(c.b.Sentences) {
		if strings.HasPrefix(id, "engine.masked.") {
			continue // names what was taken out of a message, in a sentence that says so
		}
		c.guardText(spot{file: "locales/bode.nl.toml", path: id, state: -1}, c.b.Sentences[id])
	}
	for _, n := range c.b.Notices {
		c.guardText(noticeSpot(n, "text"), n.Text)
	}
	for _, name := range c.b.templateNames() {
		for language, own := range c.b.Templates[name].Text.ByLanguage {
			c.guardText(templateSpot(name, "text."+language), &text.Text{ByLanguage: map[string]*text.Template{language: own}})
		}
	}
}

func (c *checker) guardText(at spot, t *text.Text) {
	if t == nil {
		return
	}
	for _, language := range sortedKeys(t.ByLanguage) {
		if found, asks := privacy.Asks(c.asRead(t.ByLanguage[language].Source(), language)); asks {
			c.fault(c.inLanguage(at, t, language), "asks-identifier",
				fmt.Sprintf("Hier wordt gevraagd om iets wat wij nooit vragen: %q.", found),
				fmt.Sprintf("This asks for something that is never asked: %q.", found))
		}
	}
}

// asRead puts shared sentences and facts where a text uses them, so that no
// question can be hidden in two halves.
func (c *checker) asRead(source, language string) string {
	if !strings.Contains(source, "{{") {
		return source
	}
	for name, t := range c.b.Shared.Texts {
		if t != nil && t.In(language) != nil {
			source = strings.ReplaceAll(source, "{{.text."+name+"}}", t.In(language).Source())
		}
	}
	for name, f := range c.b.Shared.Facts {
		if f.Value != nil && f.Value.In(language) != nil {
			source = strings.ReplaceAll(source, "{{.fact."+name+"}}", f.Value.In(language).Source())
		}
	}
	return source
}

func noticeSpot(n Notice, path string) spot {
	return spot{file: noticeDir + "/" + n.Name + ".toml", path: path, state: -1}
}
