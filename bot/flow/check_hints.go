package flow

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/gemeentebode/bode/bot/text"
)

// A text that reads hard is hinted at below this score of Flesch-Douma, and
// only from this many words on: the score of a few words says nothing.
const (
	hardScore = 45
	fewWords  = 12
)

// hints are suggestions: they never keep a bundle from going live.
func (c *checker) hints() {
	for _, g := range c.graphs {
		c.hidden(g)
		c.unused(g)
		for s, state := range g.states {
			for _, sl := range slotsOf(state) {
				at := g.at(s, sl.key)
				at.dialogue = []string{}
				c.readable(at, sl.text)
			}
		}
		for i, n := range g.flow.Notifications {
			for _, t := range n.texts() {
				c.readable(g.key("notifications."+strconv.Itoa(i)+"."+t.key), t.text)
			}
		}
	}
	for _, name := range c.b.templateNames() {
		c.readable(templateSpot(name, "text."+dutch), c.b.Templates[name].Text)
	}
	for _, t := range c.sharedTexts() {
		c.readable(inShared(t.path), t.text)
	}
}

// hidden is for a flow that nobody can get to.
func (c *checker) hidden(g *graph) {
	if len(g.flow.Keywords) > 0 || slices.Contains(c.b.Shared.Menu, g.flow.Name) {
		return
	}
	for _, caller := range c.graphs {
		for _, called := range c.calls(caller) {
			if called == g && caller != g {
				return
			}
		}
	}
	c.hint(g.key("title"), "hidden-flow", "Deze flow staat niet in het menu en heeft geen keywords. Niemand komt hier.",
		"This flow is not in the menu and has no keywords. Nobody gets here.")
}

// unused is for what is asked or fetched, kept, and then not looked at: the
// less is asked, the better.
func (c *checker) unused(g *graph) {
	for s, state := range g.states {
		name := state.Save
		if name == "" || g.needed[name] || slices.Contains(c.b.Shared.Remembered, name) || state.Kind == CallService {
			continue
		}
		at := g.at(s, "save")
		at.dialogue = []string{}
		c.hint(at, "unused-value", fmt.Sprintf("%q wordt bewaard, maar nergens gebruikt. Is de vraag nodig?", name),
			fmt.Sprintf("%q is saved but never used. Is the question needed?", name))
	}
}

// readable measures the Dutch, which is the source of all translations.
func (c *checker) readable(at spot, t *text.Text) {
	source := dutchSource(t)
	if source == "" {
		return
	}
	r := text.Readability(source)
	if r.Longest > text.LongSentence {
		c.hint(at, "long-sentence", fmt.Sprintf("Deze zin heeft %d woorden. Maak er twee van: %q", r.Longest, r.Sentence),
			fmt.Sprintf("This sentence has %d words. Make it two: %q", r.Longest, r.Sentence))
	} else if r.Words >= fewWords && r.Score < hardScore {
		c.hint(at, "hard-to-read", fmt.Sprintf("Deze tekst leest moeilijk (Flesch-Douma %.0f). Kies kortere woorden.", r.Score),
			fmt.Sprintf("This text is hard to read (Flesch-Douma %.0f). Choose shorter words.", r.Score))
	}
	for _, o := range text.FindOfficialese(source) {
		c.hint(at, "officialese", fmt.Sprintf("%q is een ambtelijk woord. Schrijf liever %q.", o.Word, o.Plain),
			fmt.Sprintf("%q is a word of the office. Better write %q.", o.Word, o.Plain))
	}
}
