package flows_test

import (
	"testing"

	"github.com/gemeentebode/bode/bot"
)

// inNeed are messages of people who need help now, by the crisis whose answer they get.
var inNeed = map[string]map[string][]string{
	"nl": {
		"gevaar": {"Help mij nu!", "er is brand in mijn keuken", "ER IS BRAND", "mijn huis staat in brand", "ik word aangevallen op straat", "er wordt geschoten bij ons in de wijk", "er wordt gestoken",
			"mijn buurman, iemand is bewusteloos", "bel 112 alsjeblieft", "volgens mij een gaslek", "ik ruik gas in de gang", "ik word bedreigd door mijn ex", "help mij nu hij komt binnen", "brand in huis", "mijn vrouw is bewusteloos", "mijn kind ademt niet", "mijn man heeft een hartaanval", "er is een ongeluk gebeurd", "mijn broer is neergestoken", "hij bedreigt me met een mes", "mijn keuken staat in brand", "er hangt een gaslucht in de flat", "hij bloedt dood", "iemand is aan het verdrinken in de gracht", "er is een ontploffing geweest", "hij gaat me vermoorden", "bel de politie aub", "ik word gestalkt"},
		"zelfdoding": {"ik wil dood", "Ik wil DOOD!!", "ikwildood", "ik wil niet meer leven", "ik denk aan zelfmoord", "ik ga zelfmoord plegen", "ik denk aan zelfdoding", "ik wil een einde aan mijn leven maken",
			"ik wil een einde aan mijn levn maken", "ik wil mezelf iets aandoen", "ik ben suïcidaal", "ik ben suicidaal", "hallo, ik wil dood, kunt u helpen met de huur", "stop, ik wil niet meer leven", "mijn bsn is 111222333 en ik wil dood",
			"ik pleeg zelfmoord", "ik wil er niet meer zijn", "ik wil niet verder leven", "ik wil er een eind aan maken", "ik ga voor de trein springen", "ik wil van het dak springen", "ik heb te veel pillen genomen", "ik wil mezelf doden", "ik snij mezelf", "ik wil echt dood", "ik wil gewoon dood zijn", "ik heb pillen geslikt", "ik kan niet meer leven zonder hem", "ik zie het leven niet meer zitten"},
		"huiselijk_geweld": {"mijn man slaat mij", "ik word geslagen door mijn broer", "hij slaat mij elke dag", "zij slaat mij", "mijn partner slaat mij en de kinderen", "huiselijk geweld melden", "huiselijk gewelt", "ik word mishandeld",
			"kindermishandeling bij de buren", "een kind wordt geslagen", "het kind wordt mishandeld", "mijn vader slaat mij", "mijn vriend slaat me", "ik ben bang voor mijn man", "ik word misbruikt", "mijn man heeft mij geslagen", "hij heeft me geslagen", "mijn kind wordt misbruikt", "ik ben verkracht"},
	},
	"en": {
		"gevaar":           {"help me now", "there is a fire in the flat", "my house is on fire", "I am being attacked", "someone is unconscious", "call 112 please", "i smell gas", "someone is not breathing", "my house is burning", "she stopped breathing", "he is going to kill me"},
		"zelfdoding":       {"I want to die", "I will kill myself", "I want to end my life", "I feel suicidal", "i want to hurt myself", "I don't want to live anymore", "I want to end it all", "i took an overdose"},
		"huiselijk_geweld": {"my husband hits me", "he hits me", "domestic violence", "I am being abused", "my boyfriend beats me", "he beat me last night"},
	},
	"uk": {
		"gevaar": {"пожежа!", "Допоможіть, пожежа", "на мене напали", "мій дім горить", "допоможіть мене вбивають", "пахне газом"}, "zelfdoding": {"я хочу померти", "хочу вбити себе", "Я ХОЧУ ПОМЕРТИ", "я не хочу жити", "я вб'ю себе", "хочу вмерти"},
		"huiselijk_geweld": {"домашнє насильство", "чоловік мене б'є", "мій чоловік мене бє", "чоловік б’є мене", "мене б'ють"},
	},
	"pl": {
		"gevaar": {"pali się!", "u mnie w domu pali sie", "ktoś mnie atakuje", "mój dom się pali", "czuję gaz"}, "zelfdoding": {"chcę umrzeć", "chce sie zabic", "CHCĘ SIĘ ZABIĆ", "nie chcę już żyć, nie chcę żyć", "zabiję się", "chcę popełnić samobójstwo"},
		"huiselijk_geweld": {"przemoc domowa", "mąż mnie bije", "maz mnie bije", "mąż bije mnie", "ktoś mnie bije"},
	},
	"ar": {
		"gevaar": {"هناك حريق", "النجدة!", "النجدة النجدة", "حريق في بيتي", "أشم رائحة غاز"}, "zelfdoding": {"أريد أن أموت", "اريد ان اموت", "أُرِيدُ أَنْ أَمُوتَ", "أريد الانتحار", "لا أريد أن أعيش", "سأقتل نفسي", "أريد قتل نفسي", "بدي موت"},
		"huiselijk_geweld": {"عنف منزلي", "زوجي يضربني"},
	},
	"tr": {
		"gevaar": {"yangın var!", "yangin var", "saldırıya uğruyorum", "evim yanıyor", "gaz kokusu var"}, "zelfdoding": {"ölmek istiyorum", "olmek istiyorum", "intihar etmek istiyorum", "yaşamak istemiyorum", "kendimi öldüreceğim", "intihar edeceğim"},
		"huiselijk_geweld": {"aile içi şiddet", "kocam beni dövüyor", "kocam beni dovuyor", "eşim beni dövüyor"},
	},
}

// notInNeed look like it and are questions, news, addresses, titles of films or ways of speaking.
var notInNeed = map[string][]string{
	"nl": {"113", "112", "ik woon op huisnummer 113", "Kerkstraat 112", "3511LN 113", "ik deed een 112-melding", "waar is de 112-melding van gisteren gebleven", "zelfmoordterrorist in het nieuws", "de film over een zelfmoordenaar",
		"ik lach me dood", "ik verveel me dood", "ik schrik me dood van die prijs", "doodgewone vraag", "mijn hond is dood, waar meld ik dat", "er ligt een dode kat op straat", "ik wil een dode boom laten kappen",
		"brandhout ophalen", "is de brandweer open", "brandgang naast ons huis", "barbecue en brandgevaar", "rookmelder en brandveiligheid", "mag ik vuur stoken", "brandt de straatlamp nog", "gasaansluiting aanvragen", "ik wil van het gas af",
		"gasmeter verplaatsen", "ik wil een einde aan mijn huurcontract", "einde abonnement", "de klok slaat twaalf", "hij slaat de deur dicht", "mijn man slaat het formulier op", "de regen slaat tegen het raam", "ik wil niet meer betalen",
		"ik wil niet meer in Utrecht leven", "ik wil doorgaan", "ik wil brood", "help mij met mijn afspraak", "kunt u mij helpen", "een geweldige dag", "huiselijke sfeer", "mishandelde boom", "de vuilnisbak is aangevallen door meeuwen",
		"wat is veilig thuis", "veilig fietsen naar school", "bedreigde diersoorten in het park", "ik ben dol op de serie 112 vandaag", "ik ben bang voor ratten", "een ongeluk met mijn container", "de trein is te laat", "mag ik het dak isoleren", "waar lever ik oude pillen in", "ik neem een einde aan mijn abonnement",
		"wat kost een brandmelder", "ik wil hier niet meer wonen", "ik doe er niet meer aan mee", "zij slaat een paal in de grond", "de lamp brandt", "een ontploffing van kleuren", "wanneer komt de politie langs voor het spreekuur", "ik zie het niet meer zitten met die containers", "mijn zoon heeft een record geslagen", "hij heeft alarm geslagen", "is de gasfabriek weg"},
	"en": {"I am dying to know the opening hours", "house number 113", "112 Church Street", "the fireplace is broken", "fire permit for a barbecue", "there is a fine on my car", "killing time", "the street light is dead", "life insurance", "my son hits the ball", "gas meter reading", "call 14 0900"},
	"uk": {"квартира 113", "пожежна частина", "де померла людина, там реєструють смерть", "чоловік мене зареєстрував", "мій будинок 112", "хочу помити контейнер", "домашнє завдання", "насіння для саду"},
	"pl": {"mieszkam pod numerem 113", "straż pożarna", "palić w piecu", "umarł mój pies", "chcę się zameldować", "mąż mnie zarejestrował", "domowa wizyta", "ulica 112"},
	"ar": {"منزل رقم 113", "رقم 112", "أريد أن أعرف", "رجال الإطفاء", "زوجي يعمل", "موعد منزلي", "أريد جواز سفر", "حريق الغابات في الأخبار؟ لا"},
	"tr": {"113 numaralı ev", "112 sokak", "yangın söndürücü nerede", "ölüm belgesi istiyorum", "kocam çalışıyor", "aile doktoru", "intikam filmi", "randevu istiyorum"},
}

func TestCrisis_bothWaysInEveryLanguage(t *testing.T) {
	door := load(t).Door()
	says := func(text string) bot.Message {
		return door.Enter(bot.Message{Kind: bot.KindText, Text: bot.Hide(text)})
	}
	for _, language := range []string{"nl", "en", "uk", "pl", "ar", "tr"} {
		enough := map[bool]int{true: 30, false: 8}[language == "nl"]
		heard, wrong, all := 0, 0, 0
		for name, texts := range inNeed[language] {
			all += len(texts)
			for _, text := range texts {
				m := says(text)
				if m.Crisis != name {
					t.Errorf("%s: %q is heard as %q, want %q", language, text, m.Crisis, name)
					continue
				}
				if heard++; !m.Text.Empty() || m.Choice != "" || m.Place != nil || len(m.Masked) > 0 || m.Stop {
					t.Errorf("%s: of %q more is kept than the crisis", language, text)
				}
			}
		}
		for _, text := range notInNeed[language] {
			if m := says(text); m.Crisis != "" {
				wrong++
				t.Errorf("%s: %q is heard as %s", language, text, m.Crisis)
			}
		}
		t.Logf("%s: %d of %d in need heard, %d of %d others taken for it", language, heard, all, wrong, len(notInNeed[language]))
		if all < enough || len(notInNeed[language]) < enough {
			t.Errorf("%s: %d and %d sentences, want %d each way", language, all, len(notInNeed[language]), enough)
		}
	}
}
