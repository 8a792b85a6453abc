package privacy

import (
	"slices"

	"github.com/gemeentebode/bode/bot"
)

// Door is the one way in: every message passes it before anything keeps it.
// It remembers nothing; one door serves all residents at once.
type Door struct {
	stop   stopWords
	crisis *crisisIndex
}

// NewDoor makes a door that knows a bundle's stop words and its crisis phrases
// by the name of the crisis, of all languages at once. The stop words of
// builtInStop count beside the bundle's.
func NewDoor(stop []string, crisis map[string][]string) *Door {
	return &Door{stop: newStopWords(stop), crisis: newCrisisIndex(newCrisisPhrases(crisis))}
}

// Enter takes in a message as the channel decoded it and gives back what may
// be kept. The message that was passed in is not changed, its place neither.
// From, ID, Original and Sent are the platform's and stay as they are.
func (d *Door) Enter(m bot.Message) bot.Message {
	m.Crisis, m.Stop, m.Masked = "", false, nil
	text := m.Text.Reveal()
	var buffer [usualLength]cell
	var list [usualLength / 4]string
	cells := foldInto(buffer[:0], text)
	said := wordsOf(list[:0], cells)
	if name, found := recogniseCrisis(d.crisis, said); found {
		m.Crisis = name
		m.Text, m.Choice, m.Place = bot.Private{}, "", nil
		return m
	}
	m.Stop = canStop(m) && d.stop.says(text, said)
	mask := collector{}
	if !harmless(text) {
		if masked, kinds := maskCells(text, cells); len(kinds) > 0 {
			m.Text, mask.kinds = bot.Hide(masked), kinds
		}
	}
	m.Choice, m.Media = mask.of(m.Choice), mask.of(m.Media)
	if m.Place != nil {
		place := *m.Place
		place.Name = bot.Hide(mask.of(place.Name.Reveal()))
		place.Address = bot.Hide(mask.of(place.Address.Reveal()))
		m.Place = &place
	}
	m.Masked = mask.kinds
	m.Stop = m.Stop && len(m.Masked) == 0
	return m
}

// canStop tells in which kinds of message a resident speaks in words of their
// own, or taps ours: a caption under a picture, also a changed one, is not the
// whole message.
func canStop(m bot.Message) bool {
	switch m.Kind {
	case bot.KindText, bot.KindTap:
		return true
	case bot.KindEdited:
		return m.Media == ""
	}
	return false
}

// collector masks several texts of one message and gathers the kinds.
type collector struct{ kinds []string }

func (c *collector) of(text string) string {
	masked, kinds := Mask(text)
	for _, kind := range kinds {
		if !slices.Contains(c.kinds, kind) {
			c.kinds = append(c.kinds, kind)
		}
	}
	return masked
}
