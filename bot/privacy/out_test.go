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
		"a link":                 {Text: bot.Hide("Lees meer."), Link: &bot.Link{Label: "Stuur uw BSN", URL: "https://voorbeeldstad.example"}},
		"the name of a list":     {Text: bot.Hide("Kies."), List: &bot.List{Button: "Geef uw IBAN"}},
		"a text and a button":    {Text: bot.Hide("Dank u wel. Wat is het nummer van uw"), Buttons: []bot.Choice{{Label: bot.Hide("Later")}, {Label: bot.Hide("Rijbewijs")}}},
		"a text and a row":       {Text: bot.Hide("Geef nu door:"), List: &bot.List{Rows: []bot.Choice{{Label: bot.Hide("Rekening"), Description: bot.Hide("uw IBAN van de bank")}}}},
		"a row's two halves":     {Text: bot.Hide("Kies."), List: &bot.List{Rows: []bot.Choice{{Label: bot.Hide("Stuur een foto"), Description: bot.Hide("van uw paspoort")}}}},
		"a text and a link":      {Text: bot.Hide("Vul hier in:"), Link: &bot.Link{Label: "uw BSN", URL: "https://voorbeeldstad.example"}},
		"a template's parameter": {Template: &bot.Template{Parameters: []bot.Private{bot.Hide(asking)}}},
	} {
		if !privacy.AsksIn(r) {
			t.Errorf("an asking in %s passes", name)
		}
	}
}

func TestAsksIn_anOrdinaryMenuPasses(t *testing.T) {
	for _, text := range []string{"Waar gaat het over?", "Kies een onderwerp:", "Stuur nooit uw BSN. Waarmee kan ik u helpen?", "Kies hieronder"} {
		r := bot.Reply{Text: bot.Hide(text), List: &bot.List{Button: "Kies", Rows: []bot.Choice{
			{Label: bot.Hide("Paspoort"), Description: bot.Hide("Aanvragen, kwijt of verlopen")}, {Label: bot.Hide("Rijbewijs"), Description: bot.Hide("Kosten en wat u meeneemt")},
			{Label: bot.Hide("Rekeningnummer wijzigen")}, {Label: bot.Hide("DigiD"), Description: bot.Hide("Hulp bij inloggen")},
			{Label: bot.Hide("Afspraak"), Description: bot.Hide("Neem uw ID-kaart mee")}}}}
		if privacy.AsksIn(r) {
			t.Errorf("a menu below %q is refused", text)
		}
	}
}
