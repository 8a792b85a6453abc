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
	var buffer [24]string
	all := everyText(buffer[:0], r)
	if !theGuard.mayName(all...) {
		return false
	}
	text := r.Text.Reveal()
	if _, asks := AsksTogether(text, offers(r)); asks {
		return true
	}
	if r.Link != nil {
		all = append(all, text+" "+r.Link.Label)
	}
	return slices.ContainsFunc(all, func(t string) bool { _, asks := Asks(t); return asks })
}

// everyText gives what a resident reads of a reply, behind what list holds.
func everyText(list []string, r bot.Reply) []string {
	list = append(list, r.Text.Reveal())
	for _, c := range r.Buttons {
		list = append(list, c.Label.Reveal(), c.Description.Reveal())
	}
	if r.List != nil {
		list = append(list, r.List.Button)
		for _, c := range r.List.Rows {
			list = append(list, c.Label.Reveal(), c.Description.Reveal())
		}
	}
	if r.Link != nil {
		list = append(list, r.Link.Label)
	}
	if r.Template != nil {
		for _, p := range r.Template.Parameters {
			list = append(list, p.Reveal())
		}
	}
	return list
}

func offers(r bot.Reply) (out []Offer) {
	choices := r.Buttons
	if r.List != nil {
		choices = slices.Concat(choices, r.List.Rows)
	}
	for _, c := range choices {
		out = append(out, Offer{c.Label.Reveal(), c.Description.Reveal()})
	}
	return out
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
