package privacy

import (
	"slices"
	"strings"

	"github.com/gemeentebode/bode/bot"
)

// AsksIn is the guard at the one door out: does anything in a rendered reply
// ask for what is never asked? Flow texts were judged when they were loaded;
// what a service or a colleague brings in is judged here. A reply is judged
// whole: neither half of "Wat is uw" and a button "BSN" asks by itself.
func AsksIn(r bot.Reply) bool {
	choices := r.Buttons
	texts := []string{r.Text.Reveal()}
	if r.List != nil {
		choices = append(choices[:len(choices):len(choices)], r.List.Rows...)
		texts = append(texts, r.List.Button)
	}
	if r.Link != nil {
		texts = append(texts, r.Link.Label, texts[0]+" "+r.Link.Label)
	}
	if r.Template != nil {
		for _, p := range r.Template.Parameters {
			texts = append(texts, p.Reveal())
		}
	}
	var offered []Offer
	for _, c := range choices {
		offered = append(offered, Offer{c.Label.Reveal(), c.Description.Reveal()})
	}
	if _, asks := AsksTogether(texts[0], offered); asks {
		return true
	}
	return slices.ContainsFunc(texts, func(t string) bool { _, asks := Asks(t); return asks })
}

// Offer is what a button or a row says below a text.
type Offer struct{ Label, Description string }

// AsksTogether judges a text with what is offered below it: each by itself,
// and each offer as the end of the text's last sentence.
func AsksTogether(text string, offered []Offer) (found string, asks bool) {
	if found, asks = Asks(text); asks {
		return found, true
	}
	last := lastSentence(text)
	for _, o := range offered {
		for _, part := range []string{o.Label, o.Description, o.Label + " " + o.Description, last + " " + o.Label + " " + o.Description} {
			if found, asks = Asks(part); asks {
				return found, true
			}
		}
	}
	return "", false
}

// lastSentence gives the end of a text from its last full stop, question mark
// or exclamation mark but one.
func lastSentence(text string) string {
	if i := strings.LastIndexAny(strings.TrimRight(text, ".?!؟ \n"), ".?!؟"); i >= 0 {
		_, rest, _ := strings.Cut(text[i:], " ")
		return rest
	}
	return text
}
