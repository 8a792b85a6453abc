package engine

import (
	"slices"
	"strings"
	"testing"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/flow"
)

// withoutRights is the bundle on an installation whose services cannot tell
// what is kept.
func withoutRights(t *testing.T) *flow.Bundle {
	b := load(t, files(t))
	for _, name := range []string{rightsCategories, rightsContents, rightsExport} {
		delete(b.Operations, name)
	}
	return b
}

func TestRights_kindsFirstAndContentsAfterATap(t *testing.T) {
	k := newTalk(t).says("afval").says("mijn gegevens")
	k.hears("Dit bewaren wij van u:", "• Berichten: 12\n• Nummer en naam: 1\n", "[Berichten]", "[Ontvang een overzicht]", "[Alles wissen]", "[Verder]")
	k.not("Meldingen", "nieuw", "afval").at("afval", "adres")
	k.taps("Berichten").hears("Berichten:\n• 20 november 10:00: afval\n• 20 november 10:01: [bsn]", "Er is nog meer: 3.", "[Mijn gegevens]", "[Alles wissen]", "[Verder]")
	if call := k.calls[len(k.calls)-1]; call.Operation != rightsContents || call.With["category"].Text() != "messages" {
		t.Errorf("asked for %+v", call)
	}
	k.taps("Verder").hears("Wat zijn uw postcode").says("3511LN 12").hears("Bij Domplein 12 halen wij op")
	if k.calls[len(k.calls)-1].Operation != "waste.pickups" {
		t.Error("the conversation did not go on where it was")
	}
}

func TestRights_aQuestionThatStandsIsAnsweredBesideIt(t *testing.T) {
	newTalk(t).says("afval").says("mijn gegevens").says("3511LN 12").hears("Bij Domplein 12 halen wij op").at("afval", "toon")
	newTalk(t).says("afval").says("mijn gegevens").says("terug").hears("Wat zijn uw postcode").at("afval", "adres")
	newTalk(t).says("mijn gegevens").hears("automatische assistent", "Berichten: 12").says("verder").hears("Waarmee kan ik u helpen?")
	newTalk(t).says("mijn gegevens").says("1").hears("Berichten:")
	k := newTalk(t).says("afval").says("3511LN 12").taps("Herinner mij").says("mijn gegevens").says("ja").hears("bewaart de gemeente mijn adres")
	if len(k.consents) != 0 {
		t.Error("consent to words that were not just shown")
	}
	if k.says("ja"); len(k.consents) != 1 {
		t.Error("no consent to words that were")
	}
}

func TestRights_workInEveryState(t *testing.T) {
	states := map[string]func(*talk){
		"at first":      func(k *talk) {},
		"in the menu":   func(k *talk) { k.says("hallo") },
		"at an address": func(k *talk) { k.says("afval") },
		"at a choice":   func(k *talk) { k.says("afval").says("3511LN 12") },
		"at consent":    func(k *talk) { k.says("afval").says("3511LN 12").taps("Herinner mij") },
		"at a text":     func(k *talk) { k.says("paspoort").says("1").says("1") },
		"after the end": func(k *talk) { k.says("afval").says("3511LN 12").taps("Herinner mij").taps("Ja") },
	}
	for name, reach := range states {
		for words, heard := range map[string]string{"mijn gegevens": "[Berichten]", "wis mijn gegevens": "[Ja, alles wissen]", "overzicht van mijn gegevens": "inzage/ABC"} {
			k := newTalk(t)
			reach(k)
			before, _ := k.engine.Where(k.state)
			k.says(words).hears(heard)
			if after, _ := k.engine.Where(k.state); after.Flow != before.Flow || after.State != before.State {
				t.Errorf("%s: %q moved from %v to %v", name, words, before, after)
			}
		}
	}
}

func TestRights_whatTheConversationRemembersIsOneOfTheKinds(t *testing.T) {
	k := newTalk(t).says("afval").says("3511LN 12").says("mijn gegevens").hears("• Onthouden antwoorden: 1")
	k.services[rightsContents] = bot.Result{Outcome: "none"}
	k.taps("Onthouden antwoorden").hears("Onthouden antwoorden:\n• Domplein 12").not("2026-11-23")
	got := Remembered(k.state)
	if len(got) != 1 || got[0].Name != "adres" || got[0].Value.Text() != "Domplein 12" {
		t.Errorf("remembered %d, of which the first is %q", len(got), got[0].Name)
	}
	if Remembered(bot.Hide("{")) != nil {
		t.Error("a conversation that cannot be read")
	}
}

func TestRights_aLongListIsShownWithoutButtons(t *testing.T) {
	k := newTalk(t)
	line := `"` + strings.Repeat("regel ", 33) + `"`
	k.services[rightsContents] = bot.Result{Outcome: "found", Value: bot.RawValue([]byte(`{"lines":[` + strings.Repeat(line+",", 9) + line + `],"more":0}`))}
	k.says("mijn gegevens").taps("Berichten").hears("Typ: mijn gegevens.", "Typ: wis mijn gegevens.").not("[", "nog meer")
	if n := strings.Count(k.last.Text.Reveal(), "• "); n != 10 {
		t.Errorf("%d of 10 lines are shown", n)
	}
	k.says("alles wissen").hears("Weet u het zeker?")
}

func TestRights_aServiceThatFailsLeavesTheWayToErase(t *testing.T) {
	k := newTalk(t)
	k.services[rightsCategories] = bot.Result{Outcome: "failed"}
	k.says("mijn gegevens").hears("uw telefoonnummer", "Probeer het straks", "[Alles wissen]").not("[Ontvang")
	k.services[rightsCategories] = bot.Result{Outcome: "none"}
	k.says("mijn gegevens").hears("alleen uw nummer of naam", "[Alles wissen]")
	k.services[rightsCategories] = bot.Result{Outcome: "found", Value: bot.RawValue([]byte(kinds))}
	k.services[rightsContents] = bot.Result{Outcome: "none"}
	k.says("mijn gegevens").taps("Nummer en naam").hears("Hiervan bewaren wij nu niets.")
	k.services[rightsContents] = bot.Result{Outcome: "failed"}
	k.taps("Nummer en naam").hears("Probeer het straks").not("Nummer en naam")
}

func TestRights_theOverviewIsALinkForOnce(t *testing.T) {
	k := newTalk(t).says("afval").says("mijn gegevens").taps("Ontvang een overzicht")
	k.hears("werkt één keer, en 15 minuten lang", "verdergaan", "(Overzicht openen https://bode.voorbeeldstad.example/inzage/ABC)").at("afval", "adres")
	for _, url := range []string{"http://x.example/a", "", "https://x.example/a b"} {
		k.services[rightsExport] = bot.Result{Outcome: "made", Value: bot.ValueOf(map[string]any{"url": url, "minutes": 15})}
		k.says("download mijn gegevens").hears("Een overzicht maken lukt nu niet.", "[Mijn gegevens]").not(" https:", "x.example")
	}
	k.services[rightsExport] = bot.Result{Outcome: "made", Value: bot.ValueOf(map[string]any{"url": "http://127.0.0.1:8080/a", "minutes": 15})}
	k.says("download mijn gegevens").hears("(Overzicht openen http://127.0.0.1:8080/a)") // the demo
	k.services[rightsExport] = bot.Result{Outcome: "failed"}
	k.says("send me my data").hears("I cannot make an overview now.")
}

func TestErase_asksOnceAndTakesOnlyAClearYes(t *testing.T) {
	for _, yes := range []string{"ja", "Ja!", "ja, alles wissen"} {
		k := newTalk(t).says("afval").says("wis mijn gegevens").hears("Weet u het zeker?", "Dit blijft bestaan:", "[Ja, alles wissen]", "[Nee, niets wissen]")
		if k.says(yes); !k.erased {
			t.Errorf("%q does not erase", yes)
		}
	}
	k := newTalk(t).says("alles wissen").taps("Ja, alles wissen")
	if !k.erased {
		t.Error("a tap does not erase")
	}
	for _, other := range []string{"ok", "prima", "1", "alles", "misschien", "nee", "wat dan", "3511LN 12", "annuleren", "terug", "menu", "👍"} {
		k := newTalk(t).says("afval").says("wis mijn gegevens").says(other)
		if k.erased {
			t.Errorf("%q erased everything", other)
		}
	}
}

func TestErase_noGoesOnWhereItWas(t *testing.T) {
	newTalk(t).says("afval").says("wis mijn gegevens").says("nee").hears("Alles blijft zoals het is.", "Wat zijn uw postcode").at("afval", "adres")
	newTalk(t).says("afval").says("wis mijn gegevens").taps("Nee, niets wissen").hears("Alles blijft zoals het is.", "Wat zijn uw postcode")
	newTalk(t).says("afval").says("wis mijn gegevens").says("ok").hears("Typ: ja of nee.", "[Ja, alles wissen]").says("terug").hears("Wat zijn uw postcode").at("afval", "adres")
}

func TestErase_aYesToSomethingElseErasesNothing(t *testing.T) {
	k := newTalk(t).says("wis mijn gegevens").says("medewerker").says("ja")
	if k.erased {
		t.Error("a yes after something else erased everything")
	}
	k = newTalk(t).says("wis mijn gegevens").says("nee").taps("Ja, alles wissen").hears("Weet u het zeker?")
	if k.erased {
		t.Error("an old button erased everything without a question")
	}
	k = newTalk(t).says("wis mijn gegevens")
	k.now = k.now.Add(25 * 60 * 60 * 1e9)
	if k.says("ja"); k.erased {
		t.Error("a yes of another day erased everything")
	}
}

func TestRights_inTheLanguageOfTheWord(t *testing.T) {
	for _, c := range []struct{ data, kind, erase, yes, farewell string }{
		{"my data", "[Messages]", "erase my data", "yes", "have been erased"},
		{"мої дані", "[Повідомлення]", "видалити мої дані", "так", "видалено"},
		{"moje dane", "[Wiadomości]", "usuń moje dane", "tak", "zostały usunięte"},
		{"verilerim", "[Mesajlar]", "verilerimi sil", "evet", "silindi"},
		{"بياناتي", "[الرسائل]", "احذف بياناتي", "نعم", "حُذفت"},
		{"meine daten", "[Berichten]", "meine daten löschen", "ja", "gewist"},
		{"mes données", "[Berichten]", "effacer mes données", "ja", "gewist"},
	} {
		k := newTalk(t).says("afval").says(c.data).hears(c.kind).at("afval", "adres")
		k.says(c.erase)
		if k.says(c.yes); !k.erased {
			t.Errorf("%q: %q does not erase:\n%s", c.erase, c.yes, show(k.last))
		}
		said := k.engine.Farewell(k.state, "ABCDE-23456", bot.Remains{Appointments: 1, Requests: 1, Holds: 1}).Text.Reveal()
		if !strings.Contains(said, c.farewell) || strings.Count(said, "\n\n") != 5 {
			t.Errorf("%s: farewell %q", c.data, said)
		}
	}
}

// Whoever was heard in another language is asked in it what to stop.
func TestStop_inTheLanguageThatWasHeard(t *testing.T) {
	k := newTalk(t).says("людина")
	k.subscribed = standing("afval", "hitte")
	k.says("хочу відписатися").hears("Що ви бажаєте припинити?", "[Припинити все]")
	k.says("english").says("i want to unsubscribe please").hears("What would you like to stop?")
}

func TestRights_everyLanguageHasItsWords(t *testing.T) {
	b := newTalk(t).engine.bundle
	for _, language := range []string{"nl", "en", "uk", "pl", "ar", "tr"} {
		for _, id := range Sentences() {
			ours := slices.ContainsFunc([]string{"engine.rights.", "engine.erase.", "engine.export.", "engine.farewell.", "engine.stop."}, func(p string) bool { return strings.HasPrefix(id, p) })
			if ours && b.Sentences[id].ByLanguage[language] == nil {
				t.Errorf("%s does not stand in %s", id, language)
			}
		}
	}
}
