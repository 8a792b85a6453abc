package engine

import (
	"strings"
	"testing"

	"github.com/gemeentebode/bode/bot"
)

func TestDialogue_backShowsAQuestionWithTheValuesOfThatTime(t *testing.T) {
	k := newTalk(t).says("afval").says("3511LN 12").hears("Bij Domplein 12 halen wij op").taps("Ander adres")
	k.services[findAddress] = bot.Result{Outcome: "found", Value: bot.RawValue([]byte(strings.ReplaceAll(domplein, "Domplein 12", "Vismarkt 3")))}
	k.says("3511KS 3").hears("Bij Vismarkt 3 halen wij op")
	k.says("terug").at("afval", "adres").says("terug").hears("Bij Domplein 12 halen wij op")
}

// What was answered before "terug" is not sent along when the question is
// skipped the second time.
func TestDialogue_whatIsSkippedAfterBackIsNotKept(t *testing.T) {
	in := files(t)
	change(t, in, "flows/melding.toml", "Dank u. Gemeld", "Dank u.{{if .omschrijving}} {{.omschrijving}}{{end}} Gemeld")
	k := talkWith(t, New(load(t, in))).says("melding").taps("Straatlamp").says("Domplein 12")
	k.says("bij mijn dochter Anja").says("terug").at("melding", "wat").taps("Overslaan").says("3").says("18-11-2026").says("nee")
	k.at("melding", "klaar").hears("Gemeld").not("Anja")
}

func TestDialogue_aChoiceIsShownByItsLabel(t *testing.T) {
	in := files(t)
	change(t, in, "flows/melding.toml", "Dank u. Gemeld", "Dank u. {{choice .soort}} gemeld")
	k := talkWith(t, New(load(t, in))).says("melding").taps("Straatlamp").says("Domplein 12").says("kapot").says("3").says("18-11-2026").says("nee")
	k.hears("Dank u. Straatlamp gemeld")
}

func TestDialogue_aRoadOnWhichNothingIsSaidEndsInTheMenu(t *testing.T) {
	in := files(t)
	change(t, in, "flows/melding.toml", "text = \"Bel 14 0900.\"\n", "")
	k := talkWith(t, New(load(t, in))).says("melding").taps("Straatlamp").says("Domplein 12").says("kapot").says("3").says("18-11-2026")
	k.says("ja").hears("Waarmee kan ik u helpen?")
}

func TestDialogue_aLabelOfTheFlowIsNoFormalMessage(t *testing.T) {
	in := files(t)
	change(t, in, "flows/melding.toml", "Boom of groen", "Ik maak bezwaar")
	talkWith(t, New(load(t, in))).says("melding").says("ik maak bezwaar").at("waar", "waar")
}

func TestDialogue_anEmergencyNumberByItself(t *testing.T) {
	newTalk(t).says("112").hears("Bel direct 112").says("113").hears("113.nl")
	newTalk(t).says("melding").taps("Straatlamp").says("Domplein 12").says("kapot").says("112").hears("Sinds wanneer?") // how many
}

func TestDialogue_aLanguageThatItsLettersShow(t *testing.T) {
	newTalk(t).says("kiedy wywożą śmieci").hears("Ten czat")
	newTalk(t).says("çöp ne zaman toplanıyor").hears("Bu sohbet")
	newTalk(t).says("ik ben de buurvrouw van mevrouw Kuś").hears("Dat begrijp ik niet")
}

func TestDialogue_wordsAroundALanguageAndAPerson(t *testing.T) {
	for _, phrase := range []string{"do you speak english", "spreekt u engels?", "in het engels graag", "verder in het engels"} {
		newTalk(t).says("afval").says(phrase).hears("We continue in English.").at("afval", "adres")
	}
	newTalk(t).says("afval").says("deutsch").hears("In welke taal")
	for _, phrase := range []string{"help", "hulp", "ik wil gebeld worden", "bel mij terug", "ik snap het niet", "kunt u mij terugbellen"} {
		newTalk(t).says("afval").says(phrase).hears("14 0900").at("afval", "adres")
	}
}

func TestPick_aLabelBeforeItsNumber(t *testing.T) {
	if at := pick("2", []string{"1", "3", "2"}); at != 2 {
		t.Errorf("picked %d", at)
	}
	if at := pick("2", []string{"Ja", "Nee"}); at != 1 {
		t.Errorf("picked %d", at)
	}
}

// Which language a word belongs to may not depend on the order of a map.
func TestWords_areTheSameEveryTime(t *testing.T) {
	b := load(t, files(t))
	first := newWords(b)
	for range 40 {
		for phrase, language := range newWords(b).language {
			if first.language[phrase] != language {
				t.Fatalf("%q is %q, and was %q", phrase, language, first.language[phrase])
			}
		}
	}
}
