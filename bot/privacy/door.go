package privacy

import (
	"strings"

	"github.com/gemeentebode/bode/bot"
)

// Door is the one way in: every message passes it before anything keeps it.
type Door struct {
	stop   map[string]bool
	crisis map[string][]string
}

// NewDoor makes a door that knows a bundle's stop words and crisis phrases
// (by the name of the crisis), of all languages at once.
func NewDoor(stop []string, crisis map[string][]string) *Door {
	d := &Door{stop: map[string]bool{"stop": true}, crisis: crisis}
	for _, w := range stop {
		d.stop[strings.ToLower(w)] = true
	}
	return d
}

// Enter takes in a message as the channel decoded it and gives back what may be kept.
func (d *Door) Enter(m bot.Message) bot.Message {
	text, kinds := Mask(m.Text.Reveal())
	m.Text, m.Masked = bot.Hide(text), kinds
	m.Stop = d.stop[strings.ToLower(strings.TrimSpace(text))]
	return m
}
