package flow

import "github.com/gemeentebode/bode/bot/privacy"

// Door gives the door of a bundle: its stop words and its crisis words, of all
// languages at once.
func (b *Bundle) Door() *privacy.Door {
	var stop []string
	for _, words := range b.Shared.Words.Stop {
		stop = append(stop, words...)
	}
	crisis := map[string][]string{}
	for _, c := range b.Shared.Crisis {
		for _, words := range c.Words {
			crisis[c.Name] = append(crisis[c.Name], words...)
		}
	}
	return privacy.NewDoor(stop, crisis)
}
