package engine

import (
	"slices"
	"testing"
	"time"
)

// What time and a new bundle do to a chat that is under way.

func TestDialogue_lateMessages(t *testing.T) {
	k := newTalk(t).says("afval")
	k.sent = 3 * time.Hour
	k.says("3511LN 12").hears("Sorry, ik kon niet eerder antwoorden.", "[Afval]").at("", "")
	k.says("hallo?").silence()
	k.sent = 25 * time.Hour
	before := k.state.Reveal()
	if k.says("hallo?").silence(); k.state.Reveal() != before {
		t.Error("a message of a day ago changed the conversation")
	}
}

func TestDialogue_expiryIsToldAtTheNextMessage(t *testing.T) {
	k := newTalk(t).says("afval")
	k.now = k.now.Add(25 * time.Hour)
	k.says("3511LN 12").hears("Uw vorige gesprek is na een dag gesloten.").at("", "")
	k = newTalk(t).says("afval").says("3511LN 12").taps("Herinner mij").taps("Ja")
	k.now = k.now.Add(25 * time.Hour)
	k.says("paspoort").not("gesloten").at("paspoort", "leeftijd")
	k = newTalk(t).says("afval").says("3511LN 12")
	k.now = k.now.Add(25 * time.Hour)
	k.taps("Herinner mij").hears("na een dag gesloten", "eerder gesprek", "Wat zijn uw postcode").at("afval", "adres")
}

func TestDialogue_aBundleThatChangesUnderAConversation(t *testing.T) {
	renamed, gone, without := files(t), files(t), files(t)
	change(t, renamed, "flows/afval.toml", `start    = "adres"`, `start = "straat"`)
	change(t, renamed, "flows/afval.toml", "[states.adres]", "[states.straat]")
	change(t, renamed, "flows/afval.toml", `next = "adres"`, `next = "straat"`)
	renamed["flows/afval.toml"].Data = append(renamed["flows/afval.toml"].Data, "\n[renamed]\nadres = \"straat\"\n"...)
	change(t, renamed, "locales/test.en.toml", "[afval.adres]", "[afval.straat]")
	change(t, gone, "flows/afval.toml", "toon\"", "laat_zien\"")
	change(t, gone, "flows/afval.toml", "[states.toon]", "[states.laat_zien]")
	change(t, gone, "locales/test.en.toml", "afval.toon", "afval.laat_zien")
	delete(without, "flows/paspoort.toml")
	change(t, without, "flows/bode.toml", `"afval", "paspoort", "melding"`, `"afval", "melding"`)

	k := newTalk(t).says("afval")
	k.engine = New(load(t, renamed))
	k.says("3511LN 12").hears("Bij Domplein 12 halen wij op")

	k = newTalk(t).says("afval").says("3511LN 12")
	k.engine = New(load(t, gone))
	if !k.engine.Stranded(k.state) {
		t.Error("the forecast does not see it")
	}
	k.says("1").hears("Dit onderdeel is net veranderd. Daarom beginnen wij het opnieuw.", "Wat zijn uw postcode").at("afval", "adres")

	k = newTalk(t).says("paspoort")
	k.engine = New(load(t, without))
	k.taps("Jonger dan 18").hears("Dit onderdeel is net veranderd. Kies hieronder", "[Afval]").at("", "")
}

func TestDialogue_anEarlierButtonAfterAChangeOfBundleBeginsAnew(t *testing.T) {
	k := newTalk(t).says("afval").says("3511LN 12").taps("Herinner mij")
	in := files(t)
	change(t, in, "flows/afval.toml", "U krijgt de avond ervoor", "U krijgt op de avond ervoor")
	k.engine = New(load(t, in))
	k.taps("Ander adres").hears("eerder gesprek", "Wat zijn uw postcode").at("afval", "adres")
	k = newTalk(t).says("afval").says("3511LN 12")
	k.engine = New(load(t, in))
	k.taps("Herinner mij").at("afval", "aanmelden") // the question that stands is still there
}

func TestDialogue_noAnswerRepeatsTheLastThree(t *testing.T) {
	k := newTalk(t).says("hallo")
	var said []string
	for range 9 {
		k.says("hoeveel weegt een olifant")
		answer := k.last.Text.Reveal()
		if slices.Contains(said[max(0, len(said)-3):], answer) {
			t.Fatalf("again: %s", answer)
		}
		said = append(said, answer)
	}
}

func TestDialogue_aValueThatANewBundleNeedsIsAskedAnew(t *testing.T) {
	k := newTalk(t).says("paspoort").taps("Jonger dan 18").taps("maandag 09:00").at("paspoort", "naam")
	in := files(t)
	change(t, in, "flows/paspoort.toml", "start    = \"leeftijd\"", "start    = \"reden\"")
	change(t, in, "flows/paspoort.toml", "Naam: {{.naam}}", "Naam: {{.naam}}, {{.reden}}")
	in["flows/paspoort.toml"].Data = append(in["flows/paspoort.toml"].Data, "\n[states.reden]\nask = \"text\"\ntext = \"Waarom?\"\nsave = \"reden\"\nnext = \"leeftijd\"\n"...)
	in["locales/test.en.toml"].Data = append(in["locales/test.en.toml"].Data, "[paspoort.reden]\ntext = \"Why?\"\n"...)
	k.engine = New(load(t, in))
	k.says("Jan").hears("Dit onderdeel is net veranderd.", "Waarom?").at("paspoort", "reden")
}
