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

// Farewell is the receipt of STOP; it names what remains, and nothing that does not.
func (e *Engine) Farewell(of bot.Private, receipt string, remains bot.Remains) bot.Reply {
	ids := []string{sayFarewell}
	if remains.Appointments > 0 {
		ids = append(ids, sayFarewellBooking)
	}
	if remains.Requests > 0 {
		ids = append(ids, sayFarewellRequest)
	}
	t := e.beside(of)
	if remains.Holds > 0 {
		ids = append(ids, sayFarewellHold)
	}
	for _, id := range append(ids, sayFarewellProof) {
		t.sayOwn(id, value{"receipt", receipt})
	}
	return bot.Reply{Text: bot.Hide(strings.Join(t.said, "\n\n"))}
}

// NotOpen tells that the service is not open yet, in Dutch and English, for
// nothing is known of the reader.
func (e *Engine) NotOpen() bot.Reply {
	dutch := e.apart(bot.Private{}, sayNotOpen, saySorryPhone).Text.Reveal()
	t := &turn{Engine: e, c: &conversation{language: "en"}, now: time.Unix(0, 0)}
	return bot.Reply{Text: bot.Hide(dutch + "\n\n" + t.sentence("en", sayNotOpen))}
}

// Closed tells that the service is closed for a while, in Dutch and English,
// with the phone number: in the operator's words where they gave any.
func (e *Engine) Closed(dutch, english string) bot.Reply {
	return bot.Reply{Text: bot.Hide(e.closedIn("nl", dutch) + "\n\n" + e.closedIn("en", english))}
}

func (e *Engine) closedIn(language, own string) string {
	t := &turn{Engine: e, c: &conversation{language: language}, now: time.Unix(0, 0)}
	if own == "" {
		t.say(sayClosed)
	} else {
		t.said = append(t.said, own)
	}
	if _, team := t.teamHere(); phoneOf(team) != "" && !strings.Contains(own, phoneOf(team)) {
		t.say(saySorryPhone, value{"phone", team.Phone})
	}
	return strings.Join(t.said, "\n\n")
}

func (e *Engine) apart(of bot.Private, id, phoneID string) bot.Reply {
	t := e.beside(of)
	t.say(id)
	if _, team := t.teamHere(); phoneID != "" && phoneOf(team) != "" {
		t.say(phoneID, value{"phone", team.Phone})
	}
	return bot.Reply{Text: bot.Hide(strings.Join(t.said, "\n\n"))}
}

// beside is a turn that only speaks. Its sentences hold no facts, so it does
// not matter on which day they are said.
func (e *Engine) beside(of bot.Private) *turn {
	c, err := decode(of)
	if err != nil {
		c = &conversation{language: "nl"}
	}
	return &turn{Engine: e, c: c, now: time.Unix(0, 0)}
}
