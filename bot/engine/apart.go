package engine

import (
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// What is said apart from any step: to whom could not be helped, to whom said
// STOP, and to whom writes before the service is open. None of it looks at a
// flow, so that a conversation which cannot be read gets it as well.

// Sorry is the calm sentence for a message that cannot be handled, with a way
// to a person.
func (e *Engine) Sorry(of bot.Private) bot.Reply {
	return e.apart(of, saySorry, saySorryPhone)
}

// Farewell is the receipt of STOP; it names what remains.
func (e *Engine) Farewell(of bot.Private, receipt string) bot.Reply {
	return e.apart(of, sayFarewell, "", value{"receipt", receipt})
}

// NotOpen tells that the service is not open yet, in Dutch and English, for
// nothing is known of the reader.
func (e *Engine) NotOpen() bot.Reply {
	dutch := e.apart(bot.Private{}, sayNotOpen, saySorryPhone).Text.Reveal()
	t := &turn{Engine: e, c: &conversation{language: "en"}, now: time.Unix(0, 0)}
	return bot.Reply{Text: bot.Hide(dutch + "\n\n" + t.sentence("en", sayNotOpen))}
}

func (e *Engine) apart(of bot.Private, id, phoneID string, with ...value) bot.Reply {
	c, err := decode(of)
	if err != nil {
		c = &conversation{language: "nl"}
	}
	// The sentences hold no facts, so it does not matter on which day they are said.
	t := &turn{Engine: e, c: c, now: time.Unix(0, 0)}
	said := []string{t.sentence(c.language, id, with...)}
	if _, team := t.teamHere(); phoneID != "" && phoneOf(team) != "" {
		said = append(said, t.sentence(c.language, phoneID, value{"phone", team.Phone}))
	}
	return bot.Reply{Text: bot.Hide(strings.Join(said, "\n\n"))}
}
