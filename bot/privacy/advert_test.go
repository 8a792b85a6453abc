package privacy

import "testing"

var advertising = map[string][]string{
	"nl": {"Nu 20% korting op uw vuilniszak!", "Bekijk onze aanbiedingen", "Koop nu een nieuwe kliko", "Mis het niet: de braderie", "Win een fiets!", "Maak kans op een prijs", "Kans op een prijs bij de balie", "Stem op lijst 3", "Op is op", "Grote actie deze week", "Voor slechts 5 euro", "Laatste kans!", "Black Friday bij de gemeente", "Volg ons op Instagram", "Deel dit bericht met vrienden", "Nu 2 voor de prijs van 1", "Gratis cadeau bij uw afspraak"},
	"en": {"20% discount on bins", "Special offer this week", "Buy now", "Don't miss it", "Win a bike!", "Vote for our mayor", "Last chance to order", "Use this promo code", "Follow us on Facebook", "A special deal for you"},
	"de": {"20 % Rabatt", "Unser Angebot der Woche", "Jetzt kaufen!", "Verpassen Sie nicht das Fest", "Gewinnen Sie ein Fahrrad", "Stimmen Sie für unsere Liste"},
	"fr": {"Offre spéciale cette semaine", "Achetez un nouveau bac", "Ne manquez pas la fête", "Gagnez un vélo", "Votez pour la liste 3", "Dernière chance"},
	"tr": {"Yüzde 20 indirim", "Bu fırsatı kaçırmayın", "Hemen alın", "Bisiklet kazanın", "Listemize oy verin", "Büyük kampanya"},
	"ar": {"خصم 20 بالمئة", "عرض خاص هذا الأسبوع", "اطلب الآن", "لا تفوت الفرصة", "اربح دراجة", "صوتوا لصالح قائمتنا", "العرض ينتهي اليوم", "بخصم 20 بالمئة"},
	"pl": {"Rabat 20 procent", "Wielka promocja", "Kup teraz", "Nie przegap", "Wygraj rower", "Głosuj na listę 3", "Tylko dziś"},
	"uk": {"Знижка 20 відсотків", "Велика акція", "Купуйте зараз", "Не пропустіть", "Виграйте велосипед", "Голосуйте за список 3", "Тільки сьогодні"},
}

var service = map[string][]string{
	"nl": {"Gratis halen wij uw grofvuil op", "Morgen halen wij papier op", "Een paspoort kost € 86,85", "U hoeft geen actie te ondernemen", "Er is geen actie nodig", "Stem op woensdag 18 maart bij u in de buurt", "U kunt uw stem uitbrengen tot 21:00 uur", "Er is kans op gladheid", "Kans op zware windstoten",
		"Vanwege de wind halen wij morgen niet op", "Uw afspraak is om 10:00 uur", "De winkel van de milieustraat is dicht", "Reactie ontvangen", "Het is warm. Drink genoeg.", "Gemeente Voorbeeldstad stuurt mij via WhatsApp berichten over afval. Ik kan altijd stoppen met STOP AFVAL.", "Winter: strooien wij", "De bank bij de kansel"},
	"en": {"We collect bulky waste free of charge", "A passport costs 86.85 euros", "You do not need to take action", "Vote on Wednesday 18 March", "The window is open until 5 pm", "Your appointment is at 10:00", "We offer help at the desk", "Wind: no collection tomorrow"},
	"de": {"Wir holen Sperrmüll kostenlos ab", "Morgen holen wir Papier", "Ein Reisepass kostet 86,85 Euro", "Die Wahl ist am Mittwoch", "Ihr Termin ist um 10 Uhr"},
	"fr": {"Nous enlevons les encombrants gratuitement", "Demain nous ramassons le papier", "Un passeport coûte 86,85 euros", "Les élections ont lieu mercredi", "Votre rendez-vous est à 10 heures"},
	"tr": {"Hacimli atığı ücretsiz alıyoruz", "Yarın kağıt topluyoruz", "Pasaport 86,85 avrodur", "Seçim çarşamba günüdür", "Randevunuz saat 10'da"},
	"ar": {"نأخذ النفايات الكبيرة مجانا", "غدا نجمع الورق", "جواز السفر يكلف 86.85 يورو", "الانتخابات يوم الأربعاء", "موعدك الساعة 10"},
	"pl": {"Odbieramy gabaryty bezpłatnie", "Jutro odbieramy papier", "Paszport kosztuje 86,85 euro", "Wybory są w środę", "Z okazji święta urząd jest zamknięty"},
	"uk": {"Ми забираємо великогабаритне сміття безкоштовно", "Завтра ми забираємо папір", "Паспорт коштує 86,85 євро", "Вибори в середу", "Ваш візит о 10:00"},
}

func TestAdvertises(t *testing.T) {
	for _, language := range guardLanguageCodes {
		if len(advertising[language]) < 6 || len(service[language]) < 5 {
			t.Errorf("%s: %d and %d sentences", language, len(advertising[language]), len(service[language]))
		}
		for _, text := range advertising[language] {
			if word, why, found := Advertises(text); !found || word == "" || why.Dutch == "" || why.English == "" {
				t.Errorf("%s: %q passes", language, text)
			}
		}
		for _, text := range service[language] {
			if word, _, found := Advertises(text); found {
				t.Errorf("%s: %q is refused for %q", language, text, word)
			}
		}
	}
}
