package flow

import (
	"fmt"

	"github.com/gemeentebode/bode/bot/privacy"
	"github.com/gemeentebode/bode/bot/text"
)

// together proves that no question for what may never be asked is spread over
// a text and what can be chosen below it, the way the guard at the one door
// out reads a reply.
func (c *checker) together() {
	for _, g := range c.graphs {
		for s, state := range g.states {
			c.stateTogether(g, s, state)
		}
	}
}

func (c *checker) stateTogether(g *graph, s int, state *State) {
	if state.Text == nil {
		return
	}
	for _, language := range sortedKeys(state.Text.ByLanguage) {
		body := c.asRead(state.Text.ByLanguage[language].Source(), language)
		for _, offer := range c.offers(state, language) {
			if alone(body, offer) {
				continue // noted where it stands
			}
			if found, asks := privacy.AsksTogether(body, []privacy.Offer{offer}); asks {
				c.fault(c.inLanguage(g.at(s, "text"), state.Text, language), "asks-identifier",
					fmt.Sprintf("Tekst en keuze vragen samen om iets wat wij nooit vragen: %q.", found),
					fmt.Sprintf("Text and choice together ask for something that is never asked: %q.", found))
			}
		}
	}
}

// alone tells whether one of the texts asks by itself.
func alone(body string, o privacy.Offer) bool {
	for _, t := range []string{body, o.Label, o.Description} {
		if _, asks := privacy.Asks(t); asks {
			return true
		}
	}
	return false
}

// offers gives what stands below a state's text in a language.
func (c *checker) offers(state *State, language string) (out []privacy.Offer) {
	read := func(t *text.Text) string {
		if t == nil || t.In(language) == nil {
			return ""
		}
		return c.asRead(t.In(language).Source(), language)
	}
	for _, choice := range state.Choices {
		out = append(out, privacy.Offer{Label: read(choice.Label), Description: read(choice.Description)})
	}
	out = append(out, privacy.Offer{Label: read(state.Label), Description: read(state.Description)}, privacy.Offer{Label: read(state.Optional)})
	if state.Link != nil {
		out = append(out, privacy.Offer{Label: read(state.Link.Label)})
	}
	return out
}
