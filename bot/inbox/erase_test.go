package inbox_test

import (
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

func TestInbox_aConfirmedEraseEndsTheTurnWithoutAnAnswerAndClosesTheResident(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		h.call = func(bot.Call) (bot.Result, error) { return bot.Result{Outcome: "found"}, nil }
		h.step = func(_ time.Time, in bot.Input) (bot.Outcome, error) {
			if in.Message != nil { // a consent before a call is collected, and withdrawn by the erase
				consent := bot.Consent{Topic: "afval", Given: true, Wording: "Mag dat?", Language: "nl", About: bot.ValueOf("x")}
				return bot.Outcome{Conversation: bot.Hide("{}"), Consents: []bot.Consent{consent}, Call: &bot.Call{Operation: "rights.categories"}}, nil
			}
			o, err := answer("Wat is uw BSN?") // it would be refused, if it were said
			o.Erase = true
			return o, err
		}
		h.receive("a", "ja, wis alles")
		h.wait("turn erase")
		if got := h.sent(); len(got) != 0 || h.seen("guard out refused")+h.seen("turn done") != 0 {
			t.Errorf("sent %v", got)
		}
		closed, err := s.Closed(t.Context(), h.clock(), 10)
		if err != nil || len(closed) != 1 {
			t.Errorf("%d closed, %v", len(closed), err)
		}
	})
}
