package engine

import (
	"slices"
	"strings"
	"testing"

	"github.com/gemeentebode/bode/bot"
)

func TestStep_withoutAnInputIsAnError(t *testing.T) {
	e := newTalk(t).engine
	for name, in := range map[string]bot.Input{"nothing": {}, "a result that nobody asked for": {Result: &bot.Result{Outcome: "found"}}} {
		if _, err := e.Step(morning, bot.Private{}, in); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := e.Step(morning, bot.Hide(`{"l":`), bot.Input{Message: &bot.Message{Kind: bot.KindText}}); err == nil {
		t.Error("a broken conversation: no error")
	}
}

func TestSentences_dutchAndEnglishAreComplete(t *testing.T) {
	b := newTalk(t).engine.bundle
	for _, id := range Sentences() {
		for _, language := range []string{"nl", "en"} {
			if b.Sentences[id] == nil || b.Sentences[id].ByLanguage[language] == nil {
				t.Errorf("%s is missing in %s", id, language)
			}
		}
	}
	for id := range b.Sentences {
		if !slices.Contains(Sentences(), id) {
			t.Errorf("%s is said nowhere", id)
		}
	}
}

func TestApart(t *testing.T) {
	e := New(load(t, files(t)))
	k := talkWith(t, e).says("english")
	for _, c := range []struct{ got, want string }{
		{show(ptr(e.Sorry(bot.Private{}))), "U kunt ook bellen: 14 0900."},
		{show(ptr(e.Sorry(k.state))), "You can also call: 14 0900."},
		{show(ptr(e.Sorry(bot.Hide("{kapot")))), "Sorry"},
		{show(ptr(e.Farewell(k.state, "ABCDE-FGHIJ", bot.Remains{}))), "Its code is ABCDE-FGHIJ."},
		{show(ptr(e.NotOpen())), "Deze dienst is nog niet open."},
		{show(ptr(e.NotOpen())), "This service is not open yet."},
		{show(ptr(e.Closed("", ""))), "nu even gesloten"},
		{show(ptr(e.Closed("Er is een storing.", ""))), "Er is een storing.\n\nU kunt ook bellen: 14 0900.\n\nThis service is closed"},
		{show(ptr(e.Closed("Er is een storing. Bel 14 0900.", "Please call."))), "Bel 14 0900.\n\nPlease call.\n\nYou can also call: 14 0900."},
	} {
		if !strings.Contains(c.got, c.want) {
			t.Errorf("want %q in %q", c.want, c.got)
		}
	}
}

func ptr[T any](v T) *T { return &v }
