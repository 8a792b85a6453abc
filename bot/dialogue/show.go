package dialogue

import (
	"strings"

	"github.com/gemeentebode/bode/bot"
)

// placeButton stands for the platform's own button that shares a location.
const placeButton = "(locatie delen)"

// show writes an answer as lines, in the order of a phone's screen. It is
// where the answers of invented residents are revealed, to be compared.
func show(r *bot.Reply) []string {
	if r == nil {
		return []string{nothing}
	}
	var lines []string
	for line := range strings.SplitSeq(strings.TrimSpace(r.Text.Reveal()), "\n") {
		lines = append(lines, strings.TrimSpace(line))
	}
	var buttons []string
	for _, c := range r.Buttons {
		buttons = append(buttons, showChoice(c))
	}
	if len(buttons) > 0 {
		lines = append(lines, strings.Join(buttons, " "))
	}
	if r.List != nil {
		lines = append(lines, "("+r.List.Button+")")
		for _, c := range r.List.Rows {
			lines = append(lines, showChoice(c))
		}
	}
	if r.Link != nil {
		lines = append(lines, "["+r.Link.Label+"] "+r.Link.URL)
	}
	if r.AskPlace {
		lines = append(lines, placeButton)
	}
	return lines
}

func showChoice(c bot.Choice) string {
	return strings.TrimSpace("[" + c.Label.Reveal() + "] " + c.Description.Reveal())
}

// choices are what can be tapped under an answer.
func choices(r *bot.Reply) []bot.Choice {
	switch {
	case r == nil:
		return nil
	case r.List != nil:
		return r.List.Rows
	}
	return r.Buttons
}
