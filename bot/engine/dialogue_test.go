package engine

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Each test is one chat that reads from top to bottom.

func TestDialogue_buttonsFurtherUpStillWork(t *testing.T) {
	k := newTalk(t).says("afval").says("3511LN 12").taps("Herinner mij").taps("Ja").at("afval", "aangemeld")
	k.taps("Ander adres").hears("Wat zijn uw postcode en huisnummer?").at("afval", "adres")
	k.says("terug").at("afval", "toon")
}

func TestDialogue_aButtonOfAnEarlierRunBeginsAnew(t *testing.T) {
	k := newTalk(t).says("afval").says("3511LN 12").taps("Iets anders").hears("Waarmee kan ik u helpen?")
	k.says("paspoort").at("paspoort", "leeftijd")
	k.taps("Herinner mij").hears("Deze knop is van een eerder gesprek.", "Wat zijn uw postcode").at("afval", "adres")
}

func TestDialogue_aWrittenAppointmentIsNotRedoneByAnOldButton(t *testing.T) {
	k := newTalk(t).says("paspoort").taps("Jonger dan 18").hears("65,70", "Kies een tijd.", "[maandag 09:00]")
	k.taps("maandag 09:30").says("Jan Jansen").hears("maandag om 09:30", "Naam: Jan Jansen")
	k.taps("Ja, maak afspraak").hears("VB-7K2", "Wilt u nog iets?").at("paspoort", "onthouden")
	calls := len(k.calls)
	k.taps("Ja, maak afspraak").hears("Deze knop doet daarom niets meer.", "Wilt u nog iets?")
	k.taps("Andere naam").hears("Deze knop doet daarom niets meer.")
	k.says("terug").hears("Terug kan nu niet meer.")
	if len(k.calls) != calls {
		t.Errorf("an old button called %s again", k.calls[len(k.calls)-1].Operation)
	}
}

// A label that names several things is chosen by each of them.
func TestDialogue_oneThingOfALabelIsTyped(t *testing.T) {
	for typed, asked := range map[string]string{"stoep": "waar", "Stoepp": "waar", "groen": "waar", "boom": "waar", "of": "soort", "stoep groen": "soort"} {
		k := newTalk(t).says("melding").at("melding", "soort").says(typed)
		if asked == "waar" {
			k.at("waar", "waar")
		} else {
			k.at("melding", "soort")
		}
	}
}

func TestDialogue_consentNeedsAnExplicitYes(t *testing.T) {
	for _, word := range []string{"ok", "prima", "misschien", "👍", "doe maar"} {
		k := newTalk(t).says("afval").says("3511LN 12").taps("Herinner mij").says(word)
		if len(k.consents) != 0 {
			t.Errorf("%q was taken for consent", word)
		}
		k.at("afval", "aanmelden")
	}
	k := newTalk(t).says("afval").says("3511LN 12").taps("Herinner mij").says("Ja!")
	c := k.consents[0]
	if c.Wording != "Gemeente Voorbeeldstad stuurt mij via WhatsApp een bericht op de avond voor het ophalen. Daarvoor bewaart de gemeente mijn adres." ||
		c.Language != "nl" || len(c.Version) != 64 || c.Topic != "afval" || c.About.Reveal() != `{"address":`+domplein+`}` {
		t.Errorf("consent %q %q %q %q", c.Wording, c.Language, c.Version, c.About.Reveal())
	}
}

func TestDialogue_jumpingBackToConsentShowsTheWordsAgain(t *testing.T) {
	k := newTalk(t).says("afval").says("3511LN 12").taps("Herinner mij").taps("Nee").hears("Waarmee kan ik u helpen?")
	k.taps("Ja").hears("bewaart de gemeente mijn adres")
	if len(k.consents) != 0 {
		t.Error("a yes to words further up was taken for consent")
	}
}

func TestDialogue_whoIsAlreadySubscribedIsToldSo(t *testing.T) {
	k := newTalk(t).says("afval").says("3511LN 12").taps("Herinner mij").taps("Ja")
	k.says("afval").says("3511LN 12").taps("Herinner mij").hears("U bent hiervoor al aangemeld: Afvalherinnering.", "de avond ervoor")
	if len(k.consents) != 1 {
		t.Errorf("%d consents", len(k.consents))
	}
	k.services[findAddress] = bot.Result{Outcome: "found", Value: bot.RawValue([]byte(strings.Replace(domplein, "12\"", "14\"", 1)))}
	k.says("afval").says("3511LN 14").taps("Herinner mij").hears("bewaart de gemeente mijn adres", "[Ja]")
}

func TestDialogue_stopTopicWithdrawsThatTopicOnly(t *testing.T) {
	k := newTalk(t).says("hallo")
	k.subscribed = standing("afval", "hitte")
	k.says("stop afval").hears("U bent afgemeld voor: Afvalherinnering.").not("Onderwerpen")
	if len(k.consents) != 1 || k.consents[0].Given || k.consents[0].Topic != "afval" {
		t.Fatalf("consents: %+v", k.consents)
	}
	k.says("Hitteberichten stop aub").hears("U bent afgemeld voor: Hitteberichten.")
	k.subscribed = nil
	k.says("STOP AFVAL").hears("U was niet aangemeld voor: Afvalherinnering.")
}

func TestDialogue_stopInALongerSentenceAsksWhatToStop(t *testing.T) {
	k := newTalk(t).says("hallo")
	k.subscribed = standing("afval")
	k.says("ik wil mijn afspraak stopzetten").hears("Waarmee wilt u stoppen?", "[Afvalherinnering]", "[Alles stoppen]", "[Nergens mee]")
	k.taps("Alles stoppen").hears("Stuur dan alleen het woord STOP")
	for _, said := range []string{"ik wil niks meer ontvangen", "meld mij af aub", "stuur mij niets meer", "don't message me", "arrêter", "abmelden bitte", "будь ласка, не надсилайте", "abonelikten çık", "إلغاء الاشتراك", "أوقف", "zatrzymaj"} {
		newTalk(t).says("hallo").says(said).hears("[Alles stoppen]")
	}
	k.says("kan dit stoppen").taps("Nergens mee").hears("Alles blijft zoals het is.")
	if len(k.consents) != 0 {
		t.Fatalf("consents: %+v", k.consents)
	}
	k.says("kan dit stoppen").says("1").hears("U bent afgemeld voor: Afvalherinnering.")
	if len(k.consents) != 1 || k.consents[0].Given {
		t.Errorf("consents: %+v", k.consents)
	}
}

func TestDialogue_aDescriptionMaySayStop(t *testing.T) {
	newTalk(t).says("melding").taps("Straatlamp").says("Domplein 12").hears("Wat is er aan de hand bij Domplein 12?").
		says("de auto's stoppen hier niet voor het zebrapad").hears("Hoeveel zijn het er")
}

func TestDialogue_aPersonIsAlwaysNear(t *testing.T) {
	states := map[string]func(*talk){
		"at first":      func(k *talk) {},
		"in the menu":   func(k *talk) { k.says("hallo") },
		"at an address": func(k *talk) { k.says("afval") },
		"at a choice":   func(k *talk) { k.says("afval").says("3511LN 12") },
		"at consent":    func(k *talk) { k.says("afval").says("3511LN 12").taps("Herinner mij") },
		"at a text":     func(k *talk) { k.says("paspoort").says("1").says("1") },
		"after the end": func(k *talk) { k.says("afval").says("3511LN 12").taps("Herinner mij").taps("Ja") },
	}
	words := []string{"medewerker", "Mag ik een medewerker spreken?", "human", "людина", "ik wil iemand spreken", "człowiek", "kan ik bellen"}
	for name, reach := range states {
		for _, word := range words {
			k := newTalk(t)
			reach(k)
			before, _ := k.engine.Where(k.state)
			k.says(word).hears("14 0900", "https://voorbeeldstad.example/contact").not("collega komt", "wacht")
			if after, _ := k.engine.Where(k.state); after.Flow != before.Flow || after.State != before.State {
				t.Errorf("%s: %q moved from %v to %v", name, word, before, after)
			}
		}
	}
}

func TestDialogue_aPersonInTheLanguageThatAsked(t *testing.T) {
	newTalk(t).says("людина").hears("Зараз у чаті немає працівника", "(Контакти https://")
	newTalk(t).says("human").hears("There is no colleague in this chat now. You can call now: 14 0900")
	k := newTalk(t)
	k.now = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC) // Saturday
	k.says("medewerker").hears("Nu zijn wij gesloten.", "ma-vr 09:00-17:00")
}

func TestDialogue_handoverWithoutADesk(t *testing.T) {
	k := newTalk(t)
	k.services["waste.pickups"] = bot.Result{Outcome: "none"}
	k.says("afval").says("3511LN 12").says("medewerker").hears("Er is nu geen medewerker. Bel 14 0900").at("afval", "niemand")
	k.now = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	k.says("afval").says("3511LN 12").says("2").hears("Wij zijn nu gesloten.").at("afval", "dicht")
}

func TestDialogue_crisisGivesTheFixedAnswerAndNothingElse(t *testing.T) {
	k := newTalk(t).says("afval")
	before := k.state.Reveal()
	k.send(bot.Message{Kind: bot.KindText, Crisis: "gevaar"})
	if k.last.Text.Reveal() != "Bel direct 112. Wij lezen deze chat niet live." || choices(k.last) != nil {
		t.Errorf("answer: %s", show(k.last))
	}
	if k.state.Reveal() != before {
		t.Error("the conversation changed")
	}
	k = newTalk(t).says("english").send(bot.Message{Kind: bot.KindText, Crisis: "gevaar"}).hears("Call 112 now.")
	k.send(bot.Message{Kind: bot.KindText, Crisis: "een naam van een vorige bundel"}).hears("112", "113")
}

func TestDialogue_stopAtTheDoorGetsNoTurn(t *testing.T) {
	newTalk(t).says("afval").send(bot.Message{Kind: bot.KindText, Text: bot.Hide("stop"), Stop: true}).silence()
}

func TestDialogue_formalMessagesAreHandedInElsewhere(t *testing.T) {
	newTalk(t).says("paspoort").says("Hierbij: ik maak bezwaar tegen de boete!").
		hears("Dit lijkt een bezwaar.", "Zo kan het wel:\n\nNaar de website: https://voorbeeldstad.example/bezwaar", "verdergaan").at("paspoort", "leeftijd")
}

func TestDialogue_courtesyNeedsNoAnswer(t *testing.T) {
	for _, word := range []string{"dank u", "Bedankt!", "ok", "Oké", "👍", "👍🏽", "thanks", "Dank u wel!", "🙏❤️"} {
		k := newTalk(t).says("afval").says("3511LN 12").taps("Herinner mij").taps("Ja")
		before := k.state.Reveal()
		if k.says(word).silence(); k.state.Reveal() != before {
			t.Errorf("%q changed the conversation", word)
		}
	}
	k := newTalk(t).says("paspoort").taps("Jonger dan 18").says("1").says("Jan")
	k.says("ok").hears("VB-7K2") // the question was whether it is right
	newTalk(t).says("ok").hears("assistent", "Waarmee kan ik u helpen?")
	newTalk(t).says("hallo").send(bot.Message{Kind: bot.KindReaction, Text: bot.Hide("👍")}).silence()
}

func TestDialogue_languages(t *testing.T) {
	k := newTalk(t).says("afval").says("taal").hears("In welke taal", "[Nederlands]", "[English]", "[Українська]", "[العربية]")
	k.taps("English").hears("We continue in English.", "What are your postcode").at("afval", "adres")
	k.says("nederlands").hears("Wij gaan verder in het Nederlands.", "Wat zijn uw postcode")
	k.says("українська").hears("нідерландською", "14 0900", "STOP", "[Nederlands]", "[English]")
	k.says("2").hears("We continue in English.")
	newTalk(t).says("hello").hears("automatic assistant", "How can I help you?")
	newTalk(t).says("when is the bin collection?").hears("What are your postcode").at("afval", "adres")
}

// What they signed up for follows the language that they chose, and no other.
func TestDialogue_onlyAChosenLanguageIsTold(t *testing.T) {
	k := newTalk(t).says("afval").says("when is the bin collection?")
	if k.chose != "" {
		t.Errorf("%q was chosen by a sentence", k.chose)
	}
	k.says("taal").taps("English")
	if k.chose != "en" {
		t.Errorf("%q was chosen", k.chose)
	}
	if k.says("українська"); k.chose != "" {
		t.Errorf("%q was chosen, in which the chat does not go on", k.chose)
	}
}

func TestDialogue_dataAndCancel(t *testing.T) {
	k := talkWith(t, New(withoutRights(t))).says("afval").says("mijn gegevens").hears("Dit bewaren wij van u", "STOP", "Wat zijn uw postcode").at("afval", "adres")
	k.says("annuleren").hears("Ik ben met dit onderwerp gestopt.", "[Afval]").at("", "")
	k.says("annuleren").hears("Er is nu niets om te annuleren.")
	k.says("menu").hears("Waarmee kan ik u helpen?")
}

func TestDialogue_backGoesThroughTheQuestions(t *testing.T) {
	k := newTalk(t).says("paspoort").taps("Jonger dan 18").taps("maandag 09:00").says("Jan").at("paspoort", "klopt")
	k.says("terug").at("paspoort", "naam").says("terug").hears("Kies een tijd.").at("paspoort", "kies_tijd")
	k.says("terug").at("paspoort", "leeftijd").says("terug").hears("Verder terug kan niet.", "Voor wie").at("paspoort", "leeftijd")
	k.says("menu").at("", "").says("terug").at("paspoort", "leeftijd")
}

func TestDialogue_freeText(t *testing.T) {
	for _, c := range []struct{ says, flow string }{
		{"wanneer wordt de kliko geleegd?", "afval"},
		{"Wanneer halen jullie de containers op", "afval"},
		{"ik wil een nieuw paspoort aanvragen", "paspoort"},
		{"mijn paspport is verlopen", "paspoort"},
		{"afvalkalender", "afval"},
		{"er ligt een losse stoeptegel voor mijn deur", "melding"},
		{"de lantarenpaal is kapot", "melding"},
		{"Iets melden op straat", "melding"},
		{"2", "paspoort"},
		{"afvl", "afval"},
	} {
		k := newTalk(t).says(c.says)
		if p, _ := k.engine.Where(k.state); p.Flow != c.flow {
			t.Errorf("%q: stands at %q, want %q:\n%s", c.says, p.Flow, c.flow, show(k.last))
		}
	}
	newTalk(t).says("mijn container is kapot").hears("Gaat het hierover?", "[Afval]", "[Iets melden op straat]", "[Iets anders]").
		says("ja").not("Wat zijn uw postcode"). // two were offered
		says("Afval").at("afval", "adres")
	newTalk(t).says("hoeveel weegt een olifant").hears("Dat begrijp ik niet.", "[Afval]").at("", "")
}

func TestDialogue_theFirstSentenceMayAnswerTheFirstQuestion(t *testing.T) {
	k := newTalk(t).says("wanneer wordt de kliko geleegd op 3511 ln 12").hears("Bij Domplein 12 halen wij op").not("Wat zijn uw postcode")
	if got := k.calls[0].With["text"].Text(); got != "3511 ln 12" {
		t.Errorf("looked up %q", got)
	}
	newTalk(t).says("mijn paspoort is kwijt of gestolen").hears("Meld dat eerst.", "(Vermissing melden https://")
}

func TestDialogue_anotherSubjectIsOffered(t *testing.T) {
	k := newTalk(t).says("afval").says("3511LN 12").says("ik wil mijn paspoort verlengen").
		hears("Gaat uw bericht over dit onderwerp?", "[Paspoort verlengen]", "[Nee, ga verder]").at("afval", "toon")
	k.says("nee").hears("Bij Domplein 12").at("afval", "toon")
	k.says("paspoort").says("ja").at("paspoort", "leeftijd")
}

func TestDialogue_choicesTypedByHand(t *testing.T) {
	for _, typed := range []string{"1", "Herinner mij", "herinner mij!", "herriner mij", "herinner"} {
		newTalk(t).says("afval").says("3511LN 12").says(typed).at("afval", "aanmelden")
	}
	newTalk(t).says("paspoort").says("jonger dan 18").says("dinsdag").hears("Dat is hier geen keuze.")
}

func TestDialogue_invalidThreeTimesOffersAPerson(t *testing.T) {
	k := newTalk(t).says("afval").says("weet ik niet precies").hears("Ik lees hier geen heel adres in.", "Wat zijn uw postcode")
	k.says("nou ja").hears("Typ vier cijfers").not("Ik lees hier")
	k.says("tja").hears("Het lukt nog niet.", "[Opnieuw]", "[Medewerker]", "[Menu]").at("afval", "adres")
	k.taps("Opnieuw").hears("Wat zijn uw postcode")
	k.says("3511LN 12").hears("Bij Domplein 12")
}

func TestDialogue_anInvalidEdgeOfTheFlow(t *testing.T) {
	in := files(t)
	change(t, in, "flows/paspoort.toml", "save       = \"naam\"\n", "save       = \"naam\"\non         = { invalid = \"geen_plek\" }\n")
	k := talkWith(t, New(load(t, in))).says("paspoort").says("1").says("1")
	long := strings.Repeat("Jan ", 20)
	k.says(long).hears("Typ alleen een naam, van hooguit 60 letters.").says(long).hears("Een paar woorden").says(long).at("paspoort", "geen_plek")
}

func TestDialogue_addresses(t *testing.T) {
	k := newTalk(t)
	other := strings.Replace(strings.Replace(domplein, "Domplein 12", "Domplein 12 A", 1), `"letter":""`, `"letter":"A"`, 1)
	k.services[findAddress] = bot.Result{Outcome: "several", Value: bot.RawValue([]byte("[" + domplein + "," + other + "]"))}
	k.says("afval").says("3511LN 12").hears("Ik vind meer dan één adres.", "[Domplein 12] 3511LN Voorbeeldstad", "[Domplein 12 A]").at("afval", "adres")
	k.says("12a").hears("Bij Domplein 12 A halen wij op")
	k.taps("Ander adres").says("3511LN 12").taps("Domplein 12").hears("Bij Domplein 12 halen wij op")
	k.services[findAddress] = bot.Result{Outcome: "none"}
	k.taps("Ander adres").says("9999ZZ 1").hears("Dit adres ken ik niet.", "Wat zijn uw postcode").says("9999ZZ 2").says("9999ZZ 3").hears("[Medewerker]")
	k.services[findAddress] = bot.Result{Outcome: "failed"}
	newTalk(t).says("afval").send(bot.Message{Kind: bot.KindPlace, Place: &bot.Place{Latitude: 52.09, Longitude: 5.12}}).hears("Bij Domplein 12 halen wij op")
}

func TestDialogue_theAddressIsRemembered(t *testing.T) {
	k := newTalk(t).says("afval").says("3511LN 12").says("menu").says("afval").hears("Wat zijn uw postcode", "[Domplein 12]")
	k.taps("Domplein 12").hears("Bij Domplein 12 halen wij op")
	k.taps("Ander adres").says("1").hears("Bij Domplein 12 halen wij op").taps("Ander adres").says("domplein 12").hears("Bij Domplein 12")
}

func TestDialogue_reportWithEveryKindOfQuestion(t *testing.T) {
	k := newTalk(t).says("melding").hears("Waar gaat uw melding over?", "[Straatlamp] Kapot of brandt overdag").taps("Straatlamp")
	k.hears("Waar is het?", "(location)").at("waar", "waar")
	k.says("bij de oude brug").hears("Ik noteer: bij de oude brug.", "Wat is er aan de hand bij bij de oude brug?", "[Overslaan]").at("melding", "wat")
	k.says("overslaan").hears("Hoeveel")
	k.says("veel").hears("Dit getal kan hier niet.").says("900").hears("alleen cijfers").says("12").hears("Wij komen snel kijken.", "Sinds wanneer?")
	k.says("gisteren-ish").hears("20 november").says("18-11-2026").hears("Is het gevaarlijk?", "[Ja]", "[Nee]")
	k.says("nee hoor").hears("Gemeld bij bij de oude brug, sinds 18 november.").at("melding", "klaar")
}

func TestDialogue_aPinForAPlace(t *testing.T) {
	k := newTalk(t).says("melding").says("2").send(bot.Message{Kind: bot.KindPlace, Place: &bot.Place{Latitude: 52.0907, Longitude: 5.1214}})
	k.hears("Ik noteer: Domplein 12.")
	k = newTalk(t)
	k.services[nearAddress] = bot.Result{Outcome: "none"}
	k.says("melding").says("2").send(bot.Message{Kind: bot.KindPlace, Place: &bot.Place{Latitude: 52.0907, Longitude: 5.1214}}).hears("Ik noteer: Gedeelde locatie.")
	newTalk(t).says("paspoort").send(bot.Message{Kind: bot.KindPlace, Place: &bot.Place{}}).hears("Die heb ik nu niet nodig.", "Voor wie").at("paspoort", "leeftijd")
}

func TestDialogue_pagesOfAList(t *testing.T) {
	k := newTalk(t)
	var many []string
	for hour := range 10 {
		for _, minute := range []string{"00", "30"} {
			many = append(many, fmt.Sprintf(`{"id":"s","start":"2026-11-23T%02d:%s:00+01:00"}`, 8+hour, minute))
		}
	}
	k.services["appointment.slots"] = bot.Result{Outcome: "found", Value: bot.RawValue([]byte("[" + strings.Join(many, ",") + "]"))}
	k.says("paspoort").says("1").hears("[maandag 08:00]", "[maandag 11:30]", "[Meer]", "[Toch niet]").not("[maandag 12:00]")
	if n := len(k.last.List.Rows); n != 10 {
		t.Errorf("%d rows", n)
	}
	k.taps("Meer").hears("[maandag 12:00]", "[maandag 15:30]", "[Meer]").not("[maandag 11:30]")
	k.says("meer").hears("[maandag 16:00]", "[maandag 17:30]").not("[Meer]")
	k.taps("maandag 08:30").at("paspoort", "naam")
	k.says("terug").says("1").says("Jan").hears("maandag om 08:00")
}

func TestDialogue_anEmptyListGoesItsOwnWay(t *testing.T) {
	k := newTalk(t)
	k.services["appointment.slots"] = bot.Result{Outcome: "found", Value: bot.RawValue([]byte("[]"))}
	k.says("paspoort").says("1").at("paspoort", "geen_plek")
	k.services["appointment.slots"] = bot.Result{Outcome: "een uitkomst die niemand kent"}
	k.says("1").hears("geen plek vrij").at("paspoort", "geen_plek")
}

func TestDialogue_picturesAndVoices(t *testing.T) {
	send := func(media, caption string) *talk {
		return newTalk(t).says("afval").send(bot.Message{Kind: bot.KindMedia, Media: media, Text: bot.Hide(caption)})
	}
	send("image", "").hears("Ik kan geen foto's openen. Deze is niet geopend en niet bewaard.", "paspoort", "Wat zijn uw postcode")
	send("image", "3511LN 12").hears("Ik kan geen foto's openen.", "Bij Domplein 12 halen wij op")
	send("image", "dit is mijn kliko").hears("Ik kan geen foto's", "Wat zijn uw postcode").not("Ik lees hier geen")
	send("audio", "").hears("Typ uw vraag, of bel 14 0900.")
	send("document", "").hears("bestanden")
	send("video", "").hears("video's")
	send("sticker", "").silence()
	newTalk(t).send(bot.Message{Kind: bot.KindUnsupported}).hears("Dit soort berichten kan ik niet lezen.", "[Afval]")
}

func TestDialogue_whatWasMaskedIsSaidAndItGoesOn(t *testing.T) {
	masked := func(text string, kinds ...string) bot.Message {
		return bot.Message{Kind: bot.KindText, Text: bot.Hide(text), Masked: kinds}
	}
	newTalk(t).says("afval").send(masked("mijn bsn is [bsn]", "bsn")).
		hears("Dank u. Ik heb een BSN uit uw bericht weggehaald. Het is niet bewaard, zodat", "nooit nodig", "Wat zijn uw postcode").not("Ik lees hier").at("afval", "adres")
	newTalk(t).says("afval").send(masked("3511LN 12 en [bsn] en [iban]", "bsn", "iban")).
		hears("een BSN uit uw bericht weggehaald. Ik heb een rekeningnummer uit", "Bij Domplein 12 halen wij op")
	k := newTalk(t).says("paspoort").says("1").says("1").send(masked("[bsn]", "bsn")).at("paspoort", "naam")
	k.send(masked("Jan Jansen [bsn]", "bsn")).hears("Naam: Jan Jansen").not("[bsn]")
}

func TestDialogue_branchesOnWhatIsBuiltIn(t *testing.T) {
	k := newTalk(t).says("proef").hears("Wij zijn open.", "Wat wilt u melden?", "Wat is uw code?", "Meer lezen: https://voorbeeldstad.example/proef", "[Geen code]").not("Engels")
	k.now = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	k.says("menu").says("english").says("trial").hears("You read English.", "We are closed.").at("proef", "nummer")
}

func TestDialogue_unsubscribe(t *testing.T) {
	k := newTalk(t)
	k.subscribed = standing("hitte")
	k.says("proef").hears("Wilt u geen berichten meer over dit onderwerp: Hitteberichten?", "[Ja]", "[Nee]")
	k.says("wat?").hears("Dat is hier geen keuze.", "Hitteberichten?")
	k.taps("Ja").hears("Wat is uw code?")
	if len(k.consents) != 1 || k.consents[0].Given || k.consents[0].Topic != "hitte" {
		t.Errorf("consents: %+v", k.consents)
	}
}

func TestDialogue_consentBeforeACallComesOnceAtTheEnd(t *testing.T) {
	k := newTalk(t).says("proef").taps("Geen code").hears("berichten bij hitte").says("ja").hears("Hoe laat?")
	if len(k.consents) != 1 || !k.consents[0].Given || k.consents[0].Topic != "hitte" || k.consents[0].Postcode4 != "" {
		t.Errorf("consents: %+v", k.consents)
	}
	k.says("half elf").hears("Wij bellen om 10:30.", "Klaar.").at("proef", "klaar")
}

func TestDialogue_aLongMenuHasPages(t *testing.T) {
	in := files(t)
	menu := `"afval", "paspoort", "melding"`
	for i := range 12 {
		name := fmt.Sprintf("vraag%c", 'a'+i)
		in["flows/"+name+".toml"] = &fstest.MapFile{Data: []byte("title = \"Vraag " + name[5:] + "\"\npurpose = \"municipal_service\"\nground = \"public_task\"\nstart = \"dag\"\n" +
			"[states.dag]\ntext = \"Dag.\"\nend = true\n")}
		in["locales/"+name+".en.toml"] = &fstest.MapFile{Data: []byte("[" + name + "]\ntitle = \"Question " + name[5:] + "\"\n[" + name + ".dag]\ntext = \"Bye.\"\n")}
		menu += fmt.Sprintf(", %q", name)
	}
	change(t, in, "flows/bode.toml", `"afval", "paspoort", "melding"`, menu)
	k := talkWith(t, New(load(t, in))).says("hallo").hears("[Afval]", "[Vraag f]", "[Meer]").not("[Vraag g]")
	k.taps("Meer").hears("[Vraag g]", "[Vraag l]", "[Meer]").not("[Afval]")
	k.says("6").hears("Dag.").at("vraagl", "dag")
}

func TestDialogue_inALanguageThatDoesNotShowYet(t *testing.T) {
	newTalk(t).says("how much does the elephant weigh").hears("I do not understand that.")
	newTalk(t).says("Скільки важить слон?").hears("нідерландською", "[Nederlands]", "[English]")
	newTalk(t).says("nederlands").says("how much does the elephant weigh").hears("Dat begrijp ik niet.")
}
