package engine

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gemeentebode/bode/bot"
)

// What residents typed to an engineer who held conversations by hand, and were
// not understood in.

func TestUnderstand_aWordIsNotYetASubject(t *testing.T) {
	in := files(t)
	change(t, in, "flows/bode.toml", `"afval", "paspoort", "melding"`, `"afval", "paspoort", "melding", "proef"`)
	change(t, in, "flows/proef.toml", `title    = "Proef"`, `title    = "Wat hoort waar en wanneer?"`)
	e := New(load(t, in))
	talkWith(t, e).says("wat").hears("Waarmee kan ik u helpen?").at("", "")
	talkWith(t, e).says("iets").hears("Waarmee kan ik u helpen?").at("", "")
	talkWith(t, e).says("wat hoort waar").at("proef", "nummer")
	talkWith(t, e).says("iets melden").at("melding", "soort")
	newTalk(t).says("afval").says("3511LN 12").says("iets").hears("Waarmee kan ik u helpen?") // of the choices that stand, it is one
}

func TestUnderstand_yesAndNoWithWordsBehindThem(t *testing.T) {
	in := files(t)
	change(t, in, "flows/proef.toml", `next    = "nummer"`, `next    = "buiten"`)
	in["flows/proef.toml"].Data = append(in["flows/proef.toml"].Data, "\n[states.buiten]\ntext = \"Stond de bak buiten?\"\n"+
		"choices = [ { label = \"Ja\", next = \"nummer\" }, { label = \"Nee\", next = \"bel_ons\" }, { label = \"Ander adres\", next = \"nummer\" } ]\n"+
		"[states.bel_ons]\ntext = \"Dan was u te laat.\"\nend = true\n"...)
	in["locales/test.en.toml"].Data = append(in["locales/test.en.toml"].Data, "[proef.buiten]\ntext = \"Was it out?\"\n[proef.buiten.choice]\nja = \"Yes\"\nnee = \"No\"\nander_adres = \"Another address\"\n[proef.bel_ons]\ntext = \"Too late.\"\n"...)
	e := New(load(t, in))
	for _, typed := range []string{"ja die stond buiten", "Ja, maar dit is al de derde keer", "jazeker, om 7 uur al", "yes it was"} {
		talkWith(t, e).says("proef").says(typed).at("proef", "nummer")
	}
	for _, typed := range []string{"nee hoor, te laat", "nee dat weet ik niet meer"} {
		talkWith(t, e).says("proef").says(typed).hears("Dan was u te laat.")
	}
	for _, typed := range []string{"ja nee", "nee, ja toch wel", "ja maar een ander adres", "jammer", "oke dan misschien"} {
		talkWith(t, e).says("proef").says(typed).hears("Dat is hier geen keuze.").at("proef", "buiten")
	}
	newTalk(t).says("melding").says("2").says("bij de brug").says("overslaan").says("2").says("18-11-2026").says("ja heel erg").hears("Bel 14 0900.")
}

func TestUnderstand_onlyAPlainYesAgreesOrBooks(t *testing.T) {
	for _, typed := range []string{"ja maar niet te vaak", "ja die stond buiten", "yes maybe later"} {
		k := newTalk(t).says("afval").says("3511LN 12").taps("Herinner mij").says(typed).at("afval", "aanmelden")
		if len(k.consents) != 0 {
			t.Errorf("%q was taken for consent", typed)
		}
	}
	in := files(t)
	change(t, in, "flows/paspoort.toml", `"Ja, maak afspraak"`, `"Ja"`)
	change(t, in, "locales/test.en.toml", "ja_maak_afspraak", "ja")
	k := talkWith(t, New(load(t, in))).says("paspoort").says("2").says("1").says("Jan").says("ja maar dan later").at("paspoort", "klopt")
	k.says("ja").hears("VB-7K2")
}

func TestUnderstand_whoWantsAPersonIsToldHow(t *testing.T) {
	for _, typed := range []string{"ik wil gewoon iemand spreken", "mag ik een mens aan de lijn", "kunt u even bellen ik kan niet goed typen",
		"bel mij", "ik wil een echt persoon", "Kan iemand mij terugbellen?", "ik wil geen robot maar een mens", "wie kan ik bellen", "is er iemand?",
		"hallo, kan ik iemand van de gemeente spreken", "can you call me, i cannot type well", "I just want to speak to a real person"} {
		newTalk(t).says(typed).hears("14 0900", "https://voorbeeldstad.example/contact")
		newTalk(t).says("paspoort").says(typed).hears("14 0900", "https://voorbeeldstad.example/contact").at("paspoort", "leeftijd")
	}
	newTalk(t).says("kan ik bellen over mijn paspoort").at("paspoort", "leeftijd")
	newTalk(t).says("moet ik bellen voor een afspraak voor een nieuw paspoort").at("paspoort", "leeftijd")
	for _, typed := range []string{"ik wil niet bellen", "bel mij niet", "geen medewerker", "wanneer bellen jullie over de lantaarnpaal"} {
		newTalk(t).says(typed).not("Er is nu geen medewerker")
	}
	k := newTalk(t).says("paspoort").says("2").says("1").at("paspoort", "naam")
	k.says("Jan de Mens").hears("Naam: Jan de Mens")
}

func TestUnderstand_whoAsksWhatThisIsGetsOneScreen(t *testing.T) {
	for _, typed := range []string{"ben je een robot?", "hoe werkt dit", "Ik snap het niet", "help", "?", "???", "bent u een mens", "hulp graag"} {
		newTalk(t).says("hallo").says(typed).hears("U praat met een computer.", "• Afval\n• Paspoort verlengen\n• Iets melden op straat", "Typ: medewerker, of bel 14 0900.", "[Afval]").
			not("Dat begrijp ik niet", "Waarmee kan ik")
		newTalk(t).says("afval").says(typed).hears("U praat met een computer. Typ uw antwoord", "14 0900", "Wat zijn uw postcode").at("afval", "adres")
	}
	newTalk(t).says("are you a robot").hears("You are talking to a computer.", "• Waste", "Type: person, or call 14 0900.", "[Waste]")
	newTalk(t).says("afval").says("3511LN 12").taps("Herinner mij").says("hoe werkt dit?").hears("U praat met een computer", "bewaart de gemeente mijn adres", "[Ja]").at("afval", "aanmelden")
}

func TestUnderstand_whoDoesNotKnowKeepsTheOffer(t *testing.T) {
	doubt := func() *talk { return newTalk(t).says("mijn container is kapot").hears("Gaat het hierover?") }
	for _, typed := range []string{"weet ik niet", "geen idee", "ik weet het niet zeker", "misschien"} {
		k := doubt().says(typed).hears("Dat geeft niet.", "[Afval]", "[Iets melden op straat]", "[Iets anders]", "[Medewerker]")
		k.says(typed).hears("Dat geeft niet.", "[Afval]").says("2").at("melding", "soort")
		doubt().says(typed).taps("Medewerker").hears("14 0900")
		doubt().says(typed).says("nee").hears("Waarmee kan ik u helpen?")
	}
	doubt().says("ja").hears("Welk onderwerp bedoelt u?", "[Afval]", "[Iets melden op straat]").says("afval").at("afval", "adres")
	doubt().says("geen van beide").hears("Waarmee kan ik u helpen?").not("Dat begrijp ik niet")
	newTalk(t).says("afval").says("3511LN 12").says("ik wil mijn paspoort verlengen").says("ja dat bedoel ik").at("paspoort", "leeftijd")
	newTalk(t).says("afval").says("3511LN 12").says("ik wil mijn paspoort verlengen").says("weet ik niet").hears("Dat geeft niet.", "[Nee, ga verder]").taps("Nee, ga verder").hears("Bij Domplein 12")
}

// lookedUp is the text of the last address that was looked up.
func (k *talk) lookedUp(want string) *talk {
	k.t.Helper()
	got := ""
	for _, call := range k.calls {
		if call.Operation == findAddress {
			got = call.With["text"].Text()
		}
	}
	if got != want {
		k.t.Errorf("looked up %q, want %q", got, want)
	}
	return k
}

func TestUnderstand_anAddressInTwoMessages(t *testing.T) {
	newTalk(t).says("afval").says("3511ln").hears("En wat is het huisnummer?").says("12").lookedUp("3511ln 12").hears("Bij Domplein 12")
	newTalk(t).says("afval").says("Mijn postcode is 3511 LN.").says("huisnummer 12a").lookedUp("3511 LN 12a").hears("Bij Domplein 12")
	newTalk(t).says("afval").says("12").hears("En wat is de postcode?").says("3511LN").lookedUp("3511LN 12").hears("Bij Domplein 12")
	newTalk(t).says("afval").says("3511ln").says("domplein 12").lookedUp("domplein 12").hears("Bij Domplein 12")
	k := newTalk(t)
	k.services[findAddress] = bot.Result{Outcome: "none"}
	k.says("afval").says("3511ln").says("21").lookedUp("3511ln 21").hears("Dit adres ken ik niet.").says("12").lookedUp("3511ln 12")
	newTalk(t).says("wanneer wordt de kliko geleegd, 3511LN").hears("En wat is het huisnummer?").says("12").lookedUp("3511LN 12").hears("Bij Domplein 12")
	newTalk(t).says("afval").says("3511LN 12").taps("Ander adres").says("1").hears("Bij Domplein 12") // the button under the question
}

func TestUnderstand_anAddressBeforeItsSubject(t *testing.T) {
	for _, typed := range []string{"3511LN 12", "domplein 12", "Ik woon op Domplein 12", "brink 12b", "12 3511 ln"} {
		k := newTalk(t).says(typed).hears("Waarover wilt u iets weten bij dit adres?", "[Afval]").not("Dat begrijp ik niet", "Waarmee kan ik").at("", "")
		k.taps("Afval").hears("Bij Domplein 12 halen wij op")
	}
	newTalk(t).says("domplein 12").says("wanneer komt de kliko?").lookedUp("domplein 12").hears("Bij Domplein 12")
	newTalk(t).says("3511LN").hears("bij dit adres?").says("afval").hears("En wat is het huisnummer?").says("12").lookedUp("3511LN 12")
	newTalk(t).says("domplein 12").says("dank u").silence().taps("Afval").hears("Bij Domplein 12")
	newTalk(t).says("domplein 12").says("menu").taps("Afval").hears("Wat zijn uw postcode") // of that turn only
	newTalk(t).says("domplein 12").taps("Paspoort verlengen").at("paspoort", "leeftijd")
	newTalk(t).says("hoeveel weegt een olifant").hears("Dat begrijp ik niet.")
}

func TestUnderstand_aStreetInTheFirstSentence(t *testing.T) {
	newTalk(t).says("wanneer kliko domplein 12").lookedUp("domplein 12").hears("Bij Domplein 12")
	newTalk(t).says("Wanneer komt de kliko in de Lange Nieuwstraat 10a?").lookedUp("de Lange Nieuwstraat 10a")
	newTalk(t).says("kliko sint jansweg 3 wanneer").lookedUp("sint jansweg 3")
	newTalk(t).says("wanneer komt de kliko, al 2 weken weg").hears("Wat zijn uw postcode")
}

// guide is a bundle with a flow that begins with a question for a text.
func guide(t *testing.T, longest string) *Engine {
	t.Helper()
	in := files(t)
	in["flows/wijzer.toml"] = &fstest.MapFile{Data: []byte("title = \"Wat hoort waar?\"\npurpose = \"municipal_service\"\nground = \"public_task\"\nstart = \"wat\"\n" +
		"keywords = [\"weggooien\", \"welke bak\", \"in de groene bak\", \"pizzadoos\", \"verf\", \"plastic\", \"plastic fles\", \"plastic zak\"]\n" +
		"[states.wat]\nask = \"text\"\nopening = true\ntext = \"Wat wilt u weggooien? Bijvoorbeeld: pizzadoos\"\n" + longest + "save = \"wat\"\nnext = \"klaar\"\n" +
		"[states.klaar]\ntext = \"Zo hoort het: {{.wat}}.\"\nnext = \"nog\"\n[states.nog]\ntext = \"Nog iets?\"\nchoices = [ { label = \"Nog een ding\", next = \"wat\" }, { label = \"Klaar\", next = \"menu\" } ]\n")}
	in["locales/wijzer.en.toml"] = &fstest.MapFile{Data: []byte("[wijzer]\ntitle = \"What goes where?\"\nkeywords = \"throw away, which bin, paint\"\n[wijzer.wat]\ntext = \"What do you want to throw away?\"\n" +
		"[wijzer.klaar]\ntext = \"This is how: {{.wat}}.\"\n[wijzer.nog]\ntext = \"Anything else?\"\n[wijzer.nog.choice]\nnog_een_ding = \"Another\"\nklaar = \"Done\"\n")}
	return New(load(t, in))
}

func TestUnderstand_theFirstSentenceMayAnswerAQuestionForAText(t *testing.T) {
	e := guide(t, "max_length = 100\n")
	for typed, want := range map[string]string{
		"in welke bak moet een pizzadoos":          "Zo hoort het: pizzadoos.",
		"Goedemorgen, welke bak voor een yogamat?": "Zo hoort het: yogamat.",
		"waar moet ik oude verf weggooien":         "Zo hoort het: oude verf.",
		"pizzadoos":                                "Zo hoort het: pizzadoos.",
		"mag een pizzadoos in de groene bak":       "Zo hoort het: pizzadoos.",
		"welke bak voor plastic":                   "Zo hoort het: plastic.",
		"which bin for old paint":                  "This is how: old paint.",
		"waar kan ik dit weggooien?":               "Wat wilt u weggooien?",
		"weggooien":                                "Wat wilt u weggooien?",
		"in welke bak":                             "Wat wilt u weggooien?",
		"wat hoort waar":                           "Wat wilt u weggooien?",
	} {
		talkWith(t, e).says(typed).hears(want)
	}
	talkWith(t, e).says("verf").says("terug").hears("Wat wilt u weggooien?").at("wijzer", "wat")
	talkWith(t, e).says("verf").taps("Nog een ding").hears("Wat wilt u weggooien?").at("wijzer", "wat")
	long := "welke bak voor een " + strings.Repeat("heel vreemd ", 10) + "ding"
	talkWith(t, e).says(long).hears("Wat wilt u weggooien?")
	// A longer answer is a description: the sentence is that.
	talkWith(t, guide(t, "max_length = 500\n")).says("in welke bak moet een pizzadoos").hears("Zo hoort het: in welke bak moet een pizzadoos.")
	talkWith(t, guide(t, "max_length = 500\n")).says("weggooien").hears("Wat wilt u weggooien?")
}

func TestUnderstand_whatWasOfferedKnowsTheSentence(t *testing.T) {
	k := talkWith(t, guide(t, "max_length = 100\n")).says("afval").says("3511LN 12").says("in welke bak hoort een pizzadoos").hears("[Wat hoort waar?]")
	k.taps("Wat hoort waar?").hears("Zo hoort het: pizzadoos.")
}

func TestUnderstand_anotherQuestionAtAChoice(t *testing.T) {
	k := newTalk(t).says("afval").says("3511LN 12").says("wanneer halen jullie de container?").hears("Gaat uw bericht over dit onderwerp?", "[Afval]", "[Nee, ga verder]").at("afval", "toon")
	k.says("1").hears("[Domplein 12]").at("afval", "adres") // more of the same subject
	k = newTalk(t).says("afval").says("3511LN 12").says("en mijn container die kapot is?").hears("[Afval]", "[Iets melden op straat]", "[Nee, ga verder]")
	k.taps("Iets melden op straat").at("melding", "soort")
	newTalk(t).says("paspoort").says("een paspoort voor mijn zoon").hears("Dat is hier geen keuze.").at("paspoort", "leeftijd") // the question that stands is about it
	newTalk(t).says("paspoort").says("wanneer kan ik een paspoort aanvragen?").hears("Dat is hier geen keuze.")
	newTalk(t).says("afval").says("3511LN 12").says("en voor 3511LN 14?").lookedUp("3511LN 14").hears("Bij Domplein 12")
}

func TestUnderstand_anotherQuestionWhereATextIsAsked(t *testing.T) {
	ask := func() *talk { return newTalk(t).says("paspoort").says("2").says("1").at("paspoort", "naam") }
	k := ask().says("wanneer wordt de container geleegd?").hears("Gaat uw bericht over dit onderwerp?", "[Afval]", "[Nee, ga verder]").at("paspoort", "naam")
	k.says("ja").at("afval", "adres")
	ask().says("wanneer wordt de container geleegd?").taps("Nee, ga verder").hears("Naam: wanneer wordt de container geleegd?") // it was the answer
	for _, typed := range []string{"container", "kliko afval", "Jan van de Container", "waar is dat"} {
		ask().says(typed).hears("Naam: "+typed).at("paspoort", "klopt")
	}
}

func TestUnderstand_twoWishesInOneMessage(t *testing.T) {
	newTalk(t).says("Wanneer wordt de kliko geleegd op 3511LN 12? En ik wil een paspoort aanvragen").
		hears("U vraagt twee dingen. Ik begin met: Afval.", "(Paspoort verlengen)", "Bij Domplein 12 halen wij op")
	newTalk(t).says("ik wil mijn paspoort verlengen en de lantaarnpaal is kapot, domplein 12").hears("Ik begin met: Paspoort verlengen.", "(Iets melden op straat)").at("paspoort", "leeftijd")
	newTalk(t).says("I need a new passport and when is the bin collection?").hears("You ask two things. I will start with: Renew a passport.", "(Waste)")
	for _, typed := range []string{"mijn paspoort is kwijt en ik wil een nieuw paspoort", "hallo. wanneer wordt de kliko geleegd", "de kliko, het afval en de container"} {
		newTalk(t).says(typed).not("twee dingen")
	}
}

func TestUnderstand_anotherQuestionWhereAnAddressIsAsked(t *testing.T) {
	newTalk(t).says("paspoort").says("2").says("menu").says("afval").says("kan iemand komen, mijn container is kapot?").
		hears("[Iets melden op straat]", "[Nee, ga verder]").at("afval", "adres").taps("Nee, ga verder").hears("Wat zijn uw postcode")
	newTalk(t).says("afval").says("mijn container is blauw").hears("Ik lees hier geen heel adres in.")
}

func TestUnderstand_whoWantsToBeCalledGetsTheFlowThatSeesToIt(t *testing.T) {
	in := files(t)
	change(t, in, "flows/melding.toml", `keywords = [`, `keywords = ["terugbellen", "teruggebeld worden", "bel mij", `)
	e := New(load(t, in))
	for _, typed := range []string{"bel mij", "kunt u mij terugbellen?", "ik wil teruggebeld worden"} {
		talkWith(t, e).says(typed).at("melding", "soort")
		talkWith(t, e).says("afval").says(typed).hears("14 0900").at("afval", "adres")
		newTalk(t).says(typed).hears("14 0900")
	}
	talkWith(t, e).says("medewerker").hears("14 0900")
}
