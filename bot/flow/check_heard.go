package flow

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/privacy"
	"github.com/gemeentebode/bode/bot/text"
)

// A button is heard by its id: "<flow>.<state>.<key>~<run>". The run is a
// counter; six digits are more than a conversation lives for.
const roomForRun = len("~999999")

// heard proves that what a flow offers can arrive. The door takes STOP and the
// crisis words out of everything that a resident types or taps, so a label that
// says one of them would erase whoever chooses it, or never be chosen.
func (c *checker) heard() {
	door := c.b.Door()
	for _, g := range c.graphs {
		c.passes(door, g.key("title"), g.flow.Title)
		for language, words := range g.flow.Keywords {
			at := g.key("keywords")
			if language != dutch {
				at.language = language
			}
			for _, word := range words {
				c.passesAs(door, at, word)
			}
		}
		for s, state := range g.states {
			c.passes(door, g.at(s, "optional"), state.Optional)
			for i, choice := range state.Choices {
				key := "choices." + strconv.Itoa(i)
				c.passes(door, g.at(s, key+".label"), choice.Label)
				c.buttonID(door, g, s, g.at(s, key+".value"), choice.Key)
			}
		}
	}
	c.answersPass(door)
	c.menuTitles()
}

func (c *checker) passes(door *privacy.Door, at spot, t *text.Text) {
	if t == nil {
		return
	}
	for _, language := range sortedKeys(t.ByLanguage) {
		c.passesAs(door, c.inLanguage(at, t, language), t.ByLanguage[language].Source())
	}
}

func (c *checker) passesAs(door *privacy.Door, at spot, words string) {
	switch m := door.Enter(bot.Message{Kind: bot.KindTap, Text: bot.Hide(words)}); {
	case m.Stop:
		c.fault(at, "says-stop", fmt.Sprintf("%q is een stopwoord: wie dit kiest, wordt afgemeld en gewist. Kies andere woorden.", words),
			fmt.Sprintf("%q is a stop word: whoever chooses this is unsubscribed and erased. Choose other words.", words))
	case m.Crisis != "":
		c.fault(at, "says-crisis", fmt.Sprintf("%q krijgt het vaste antwoord bij %q, en komt hier nooit aan. Kies andere woorden.", words, m.Crisis),
			fmt.Sprintf("%q gets the fixed answer for %q, and never arrives here. Choose other words.", words, m.Crisis))
	}
}

// buttonID proves that a button's id is not too long and holds nothing that the
// door would take for an identifier.
func (c *checker) buttonID(door *privacy.Door, g *graph, s int, at spot, key string) {
	id := g.flow.Name + "." + g.states[s].Name + "." + key
	if n := text.Length(id); n+roomForRun > text.MaxRowID {
		c.fault(at, "id-too-long", fmt.Sprintf("De namen van flow, staat en keuze zijn samen %d tekens. Hier passen er %d.", n, text.MaxRowID-roomForRun),
			fmt.Sprintf("The names of flow, state and choice are %d characters together. %d fit here.", n, text.MaxRowID-roomForRun))
	} else if m := door.Enter(bot.Message{Kind: bot.KindTap, Choice: id}); m.Choice != id {
		c.fault(at, "id-identifier", fmt.Sprintf("%q lijkt op een BSN of een ander nummer dat wij weghalen. Geef deze keuze een andere value.", key),
			fmt.Sprintf("%q looks like a BSN or another number that is removed. Give this choice another value.", key))
	}
}

// notOwnWords are lists that share words with STOP on purpose: there they are
// looked for in longer sentences.
const notOwnWords = "engine.words.stopping"

// answersPass proves that "ja" and the like are no stop or crisis words.
func (c *checker) answersPass(door *privacy.Door) {
	for _, id := range sortedKeys(c.b.Sentences) {
		if id == notOwnWords || !strings.HasPrefix(id, "engine.words.") && sentenceLabels[id] == 0 {
			continue
		}
		for _, language := range sortedKeys(c.b.Sentences[id].ByLanguage) {
			for word := range strings.SplitSeq(c.b.Sentences[id].ByLanguage[language].Source(), ",") {
				c.passesAs(door, inShared("words.stop"), strings.TrimSpace(word))
			}
		}
	}
}

// menuTitles proves that the menu is there, and that its rows can be told apart
// and are not cut off.
func (c *checker) menuTitles() {
	menu := c.b.Shared.Menu
	for _, language := range c.b.Shared.Languages {
		seen := map[string]bool{}
		for i, name := range menu {
			g := c.byName[name]
			if g == nil || slices.Index(menu, name) < i || g.flow.Title == nil || g.flow.Title.In(language) == nil {
				continue
			}
			at, title := c.inLanguage(g.key("title"), g.flow.Title, language), g.flow.Title.In(language).Source()
			if n := text.Length(title); n > text.MaxRowTitle {
				c.hint(at, "title-cut", fmt.Sprintf("%q is %d tekens. In het menu passen er %d; de rest valt weg.", title, n, text.MaxRowTitle),
					fmt.Sprintf("%q is %d characters. The menu holds %d; the rest is cut off.", title, n, text.MaxRowTitle))
			}
			if plain := strings.ToLower(title); seen[plain] {
				c.fault(at, "same-title", fmt.Sprintf("Twee onderwerpen in het menu heten %q.", title), fmt.Sprintf("Two subjects in the menu are called %q.", title))
			} else {
				seen[plain] = true
			}
		}
	}
	if _, written := c.d.places[sharedFile+"#menu"]; len(menu) == 0 && written {
		c.fault(inShared("menu"), "menu-empty", "Het menu is leeg. Zet er minstens één flow in.", "The menu is empty. Put at least one flow in it.")
	}
}
