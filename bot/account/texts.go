package account

import (
	"strings"

	"github.com/gemeentebode/bode/bot/flow"
)

// texts writes everything the bot can say, as it stands in the files.
func (a Account) texts(p *page) {
	p.title("Alles wat de assistent kan zeggen", "Everything the assistant can say")
	a.origin(p)
	p.say("Per flow en staat, in elke taal die er is. Wat tussen {{ en }} staat, vult het programma in. Ontbreekt een taal, dan leest de bewoner Nederlands.",
		"Per flow and state, in each language there is. What stands between {{ and }} is filled in by the program. Where a language is missing, the resident reads Dutch.")
	flowName := ""
	for _, one := range parts(a.Bundle) {
		if one.Flow != flowName && one.Flow != "" {
			flowName = one.Flow
			p.heading(2, p.flowTitle(a.Bundle.Flows[one.Flow]))
		}
		if one.Flow != "" && len(one.Said) == 0 && !waits(a.Bundle, one) {
			continue // a call or a branch: it says nothing
		}
		p.part(one)
	}
}

// waits tells whether a part is a state at which the resident is heard.
func waits(b *flow.Bundle, one part) bool {
	s := b.Flows[one.Flow].States[one.Name]
	return s != nil && s.Kind.Waits()
}

func (p *page) part(one part) {
	switch {
	case one.Flow == "":
		p.heading(2, p.word(partWords, one.Name))
	case one.Name != "":
		p.heading(3, code(one.Name))
	}
	if len(one.Said) == 0 && one.Flow == "" {
		p.say("Die zijn er niet.", "There are none.")
	}
	if len(one.Said) == 0 && one.Flow != "" {
		p.say("Heeft geen eigen tekst: de assistent zegt hier een vaste zin.", "Has no text of its own: the assistant says a fixed sentence here.")
	}
	for _, s := range one.Said {
		p.said(s)
	}
}

// longest is what still reads well on one line, in characters.
const longest = 100

func (p *page) said(s Said) {
	p.say("%s", "%s", code(s.ID))
	p.gap()
	for _, language := range languages(s) {
		source := strings.TrimSpace(s.In[language])
		if strings.Contains(source, "\n") || len([]rune(source)) > longest {
			p.WriteString(block(language, source))
			continue
		}
		p.item("%s: %s", language, code(source))
	}
}

// languages are those of a text, Dutch first.
func languages(s Said) []string {
	var all []string
	if _, there := s.In[string(dutch)]; there {
		all = append(all, string(dutch))
	}
	for _, language := range sorted(s.In) {
		if language != string(dutch) {
			all = append(all, language)
		}
	}
	return all
}
