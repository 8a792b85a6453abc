package privacy

import "github.com/gemeentebode/bode/bot"

// AsksIn is the guard at the one door out: does anything in a rendered reply
// ask for what is never asked? Flow texts were judged when they were loaded;
// what a service or a colleague brings in is judged here, whole.
func AsksIn(r bot.Reply) bool {
	choices := r.Buttons
	if r.List != nil {
		choices = append(choices[:len(choices):len(choices)], r.List.Rows...)
	}
	texts := []string{r.Text.Reveal()}
	for _, c := range choices {
		texts = append(texts, c.Label.Reveal(), c.Description.Reveal())
	}
	if r.Template != nil {
		for _, p := range r.Template.Parameters {
			texts = append(texts, p.Reveal())
		}
	}
	for _, text := range texts {
		if _, asks := Asks(text); asks {
			return true
		}
	}
	return false
}
