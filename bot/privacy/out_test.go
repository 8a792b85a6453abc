package privacy_test

import (
	"testing"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/privacy"
)

func TestAsksIn_looksAtEveryPartOfAReply(t *testing.T) {
	const asking = "Wat is uw BSN?"
	fine := bot.Reply{Text: bot.Hide("Stuur nooit uw BSN. Waar kan ik mee helpen?"), Buttons: []bot.Choice{{Label: bot.Hide("Afval")}}}
	if privacy.AsksIn(fine) {
		t.Error("a warning is refused")
	}
	for name, r := range map[string]bot.Reply{
		"the text":               {Text: bot.Hide(asking)},
		"a button":               {Text: bot.Hide("Kies."), Buttons: []bot.Choice{{Label: bot.Hide("Stuur uw BSN")}}},
		"a row":                  {Text: bot.Hide("Kies."), List: &bot.List{Rows: []bot.Choice{{Label: bot.Hide(asking)}}}},
		"a row's description":    {Text: bot.Hide("Kies."), List: &bot.List{Rows: []bot.Choice{{Label: bot.Hide("Nu"), Description: bot.Hide(asking)}}}},
		"a template's parameter": {Template: &bot.Template{Parameters: []bot.Private{bot.Hide(asking)}}},
	} {
		if !privacy.AsksIn(r) {
			t.Errorf("an asking in %s passes", name)
		}
	}
}
