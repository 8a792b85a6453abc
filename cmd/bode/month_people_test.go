package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
)

// changes lets so many people write: sign up, for a second address too, stop
// one or all of it, say STOP, or have a colleague take them off.
func (m *month) changes(n int) {
	m.t.Helper()
	asked := map[string][]bot.Consent{}
	var messages []bot.Message
	var stopped, byColleague []*dweller
	for _, i := range m.rng.Perm(len(m.people))[:n] {
		d := m.people[i]
		if d.gone {
			continue
		}
		m.now = m.now.Add(time.Millisecond) // no two sign-ups of one moment
		consents, stop := m.decides(d)
		switch {
		case stop:
			stopped = append(stopped, d)
			messages = append(messages, m.message(d, true))
		case consents == nil:
			byColleague = append(byColleague, d)
		default:
			asked[d.contact.External.Reveal()] = consents
			messages = append(messages, m.message(d, false))
			d.wrote = m.now.Truncate(time.Second)
		}
	}
	if len(messages) > 0 {
		got, err := m.s.Receive(m.t.Context(), m.now, messages)
		m.ok(err)
		if got.Kept != len(messages) {
			m.t.Fatalf("%+v of %d messages", got, len(messages))
		}
	}
	m.answer(asked)
	m.erase(stopped)
	for _, d := range byColleague {
		m.takeOff(d)
	}
}

func (m *month) message(d *dweller, stop bool) bot.Message {
	m.messages++
	return bot.Message{From: d.contact, ID: bot.Hide(fmt.Sprintf("wamid.in.%d", m.messages)), Sent: m.now.Truncate(time.Second),
		Kind: bot.KindText, Text: bot.Hide("ja"), Stop: stop}
}

// decides what somebody does, and notes it with them as the test knows it. No
// consents and no stop: a colleague takes them off waste.
func (m *month) decides(d *dweller) (consents []bot.Consent, stop bool) {
	switch what := m.rng.IntN(100); {
	case len(d.homes) == 0 || len(d.homes) == 1 && what < 20:
		h := d.home(len(d.homes) == 1)
		if slices.Contains(d.homes, h) {
			h = d.home(false)
		}
		d.homes = append(d.homes, h)
		consents = append(consents, m.gives(d, "afval", h.about()))
	case len(d.homes) == 2 && what < 30: // one of two
		h := d.homes[what%2]
		d.homes = slices.DeleteFunc(d.homes, func(other home) bool { return other == h })
		m.ended++
		consents = append(consents, bot.Consent{Topic: "afval", About: h.about(), Wording: "stop", Language: d.language})
	case what < 40: // all of it
		m.ended++
		d.homes = nil
		consents = append(consents, bot.Consent{Topic: "afval", Wording: "stop", Language: d.language})
	case what < 45:
		d.gone = true
		return nil, true
	case what < 50:
		return nil, false
	}
	if d.health && m.rng.IntN(10) == 0 {
		d.health = false
		m.ended++
		return append(consents, bot.Consent{Topic: "gezondheid", Wording: "stop", Language: d.language}), false
	}
	if !d.health {
		d.health, d.healthSince = true, m.now
		consents = append(consents, m.gives(d, "gezondheid", bot.ValueOf(map[string]string{"postcode4": d.home(false).postcode[:4]})))
	}
	if day := m.now.In(m.zone).AddDate(0, 0, 1+m.rng.IntN(5)); d.reminder == "" && m.rng.IntN(3) == 0 {
		d.reminder = day.Format("01-02")
		consents = append(consents, m.gives(d, "herinneringen", bot.ValueOf(map[string]string{"date": day.Format(time.DateOnly), "what": d.what()})))
	}
	if consents == nil {
		consents = []bot.Consent{} // they only said hello
	}
	return consents, false
}

func (m *month) gives(d *dweller, topic string, about bot.Value) bot.Consent {
	m.given++
	return bot.Consent{Topic: topic, Given: true, Wording: "De tekst die ik las.", Language: d.language, Version: "v", About: about, Postcode4: d.home(false).postcode[:4]}
}

// answer finishes the turns with what was decided; nothing is said, so that
// every message that goes out is a notification.
func (m *month) answer(asked map[string][]bot.Consent) {
	m.t.Helper()
	for {
		claims, err := m.s.ClaimTurns(m.t.Context(), m.now, time.Minute, 500)
		m.ok(err)
		if len(claims) == 0 {
			return
		}
		turns := make([]bot.Finish, len(claims))
		for i, claim := range claims {
			turns[i] = bot.Finish{Claim: claim, Outcome: bot.Outcome{Conversation: bot.Hide("{}"), Consents: asked[claim.Message.From.External.Reveal()]}}
		}
		for _, ended := range m.s.FinishTurns(m.t.Context(), m.now, turns) {
			m.ok(ended.Err)
		}
	}
}

// erase does to everyone who said STOP what the eraser does.
func (m *month) erase(stopped []*dweller) {
	m.t.Helper()
	closed, err := m.s.Closed(m.t.Context(), m.now, len(stopped)+1)
	m.ok(err)
	if len(closed) != len(stopped) {
		m.t.Fatalf("%d are closed, %d said STOP", len(closed), len(stopped))
	}
	for i, one := range closed {
		m.ok(m.s.Erase(m.t.Context(), m.now, one.Resident, nil, fmt.Sprintf("bon-%d-%d", m.now.UnixNano(), i)))
	}
}

// takeOff is a colleague who ends somebody's waste messages, by phone number.
func (m *month) takeOff(d *dweller) {
	m.t.Helper()
	done, err := m.s.Withdraw(m.t.Context(), m.now, store.Withdrawal{Who: d.contact, Topic: "afval", Source: "colleague"})
	m.ok(err)
	if done.Ended != len(d.homes) {
		m.t.Fatalf("%s: %d subscriptions ended, of %d", d.contact.External.Reveal(), done.Ended, len(d.homes))
	}
	d.homes = nil
	m.ended++
}
