package privacy

import "strings"

// Reason says, to an editor, why a text is no service.
type Reason struct{ Dutch, English string }

// The reasons for which a notification is refused.
var (
	sells  = Reason{"dit verkoopt iets of belooft voordeel; de prijs van een dienst mag u wel noemen", "this sells something or promises a bargain; the price of a service may be named"}
	urges  = Reason{"dit zet mensen onder druk", "this puts people under pressure"}
	prizes = Reason{"dit belooft een prijs", "this promises a prize"}
	votes  = Reason{"dit is campagne; de dag en de plek van verkiezingen mag u wel noemen", "this is campaigning; the day and the place of an election may be named"}
)

// adverts are the words that make a message advertising, per reason, in the
// words of every language together, reviewed by hand. "_" stands for up to
// three words, "*" for any ending. What a municipality says every day is not
// among them: gratis, kosten, actie ondernemen, stem op woensdag.
var adverts = []struct {
	reason  Reason
	phrases string
}{
	{sells, `
		black friday | volg ons op | like onze | deel dit bericht | voor de prijs van | special deal* | follow us on | like our page | refer a friend | spar jetzt | jetzt sparen | folgen sie uns
		suivez nous sur | bizi takip edin | obserwuj nas | стежте за нами | підпишіться на нас | تابعونا على | العرض ينتهي | الخصم | بخصم
		korting | kortingen | kortings* | aanbieding | aanbiedingen | uitverkoop | koopje | koopjes | koopavond | actie | acties | actieprijs | actiecode | actieweek | actieweken
		winteractie | zomeractie | koop nu | koop _ nu | bestel nu | bestel vandaag | nu voor maar | voor maar | voor slechts | voordeel* | prijsknaller* | spaarpunten | cadeaubon* | waardebon*
		gratis cadeau | gratis proef* | twee halen | sponsor | gesponsord | sponsoren | exclusief voor | unieke kans
		discount | discounts | special offer* | limited offer* | exclusive offer* | our offer | offer ends | bargain* | on sale | sale | sales | buy now | buy one | order now | order today | shop now | free gift
		promo | promo code | promotion* | voucher* | gift card* | sponsored | only today | money off
		rabatt* | sonderangebot* | angebot | angebote | schnäppchen* | ausverkauf | jetzt kaufen | jetzt bestellen | kaufen sie | gutschein* | nur heute | gesponsert
		soldes | rabais | offre spéciale | offre exceptionnelle | offre limitée | offre exclusive | nos offres | promotion | promotions | bon d achat | code promo | code de réduction | bon de réduction | achetez
		commandez maintenant | commandez vite | cadeau gratuit | prix cassés
		indirim* | kampanya* | fırsat* | satın alın | hemen alın | sipariş verin | hediye çeki | hediye kart* | bedava hediye | kupon*
		rabat* | promocj* | zniżk* | wyprzedaż* | super okazj* | kup teraz | kupuj | zamów teraz | kupon* | karta podarunkowa | bon podarunkowy
		знижк* | акція | акції | акцію | розпродаж* | купуйте | купіть | купи зараз | замовте зараз | промокод* | спеціальна пропозиція | подарунков*
		خصم | خصومات | تخفيضات | تخفيض | عرض خاص | عروض خاصة | عروضنا | اشتر | اشتري الآن | اطلب الآن | تسوق | قسيمة | هدية مجانية`},
	{urges, `
		mis het niet | mis dit niet | mis deze kans niet | niet te missen | wees er snel bij | wees snel | op is op | laatste kans | grijp uw kans | grijp je kans | nog maar even | nu of nooit | alleen vandaag
		don t miss | do not miss | dont miss | last chance | hurry | act now | while stocks last | now or never | only today
		verpassen sie nicht | nicht verpassen | nur heute | letzte chance | nur solange | beeilen sie sich | jetzt oder nie
		ne manquez pas | ne ratez pas | à ne pas manquer | dernière chance | dépêchez vous | maintenant ou jamais
		kaçırmayın | son şans | acele edin | stoklarla sınırlı
		nie przegap | tylko dziś | ostatnia szansa | pospiesz się | teraz albo nigdy
		не пропустіть | тільки сьогодні | не прогавте | останній шанс | поспішайте | зараз або ніколи
		لا تفوت* | لا تفوتوا | الفرصة الأخيرة | سارع | سارعوا`},
	{prizes, `
		win | winnen _ prijs* | winactie* | prijsvraag | maak kans | kans op _ prijs* | kans op prijs* | kans op _ cadeau | kans op winst | loterij | loten | verloting | jackpot
		win a | prize | prizes | lottery | jackpot | raffle | sweepstake* | giveaway
		gewinnen sie | gewinnspiel* | verlosung* | lotterie
		gagnez | gagner un | loterie | tirage au sort | jeu concours
		kazanın | kazan | çekiliş* | piyango
		wygraj* | nagrod* | loteri* | losowani*
		виграйте | виграй | лотере* | розіграш*
		اربح | اربحوا | يانصيب | جائزة | جوائز`},
	{votes, `
		stem op | stem voor | stem tegen | stemt op | stem op ons | kies voor ons | verkiezingsprogramma | steun onze partij | word lid van | onze lijsttrekker
		vote for | vote against | support our party | join our party | our candidate | our campaign
		stimmen sie für | stimmen sie gegen | wählen sie uns | wählen sie die partei | unser kandidat | unsere partei
		votez pour | votez contre | notre candidat | soutenez notre | notre parti
		oy verin | oyunuzu _ verin | partimiz* | adayımız*
		głosuj na | głosujcie na | nasz kandydat | nasza partia | poprzyj
		голосуйте за | голосуйте проти | наш кандидат | наша партія | підтримайте нашу
		صوتوا ل* | صوت لصالح | صوتوا لصالح | مرشحنا | حزبنا`},
}

// services read like one of those and are none.
const services = `
	actie ondernemen | actie nodig | actie vereist | geen actie | in actie | actie van u | uw actie | actie onderneemt
	stem op maandag | stem op dinsdag | stem op woensdag | stem op donderdag
	stem op vrijdag | stem op zaterdag | stem op zondag | stem op het stembureau | stem op uw | win tijd | voor maar één | word lid van de bibliotheek
	do not miss your appointment | don t miss your appointment | not for sale | mis uw afspraak niet | ne manquez pas votre rendez vous | verpassen sie nicht ihren termin | randevunuzu kaçırmayın
	nie przegap wizyty | не пропустіть ваш візит | لا تفوت موعدك`

// theAdverts is the table, read once.
var theAdverts, theServices = readAdverts()

func readAdverts() (refused []*phraseSet, passing *phraseSet) {
	for _, a := range adverts {
		set := newPhraseSet()
		set.add("", a.phrases)
		refused = append(refused, set)
	}
	passing = newPhraseSet()
	passing.add("", services)
	return refused, passing
}

// Advertises tells whether a text sells, urges, promises a prize or campaigns,
// with the words that do and the reason to show an editor. It goes by whole
// words, whatever their case and accents, in Dutch, English, German, French,
// Turkish, Polish, Ukrainian and Arabic.
func Advertises(text string) (word string, why Reason, found bool) {
	for _, s := range theGuard.readSentences(text) {
		for _, clause := range s.clauses {
			if word, why, found = advertIn(clause); found {
				return word, why, true
			}
		}
	}
	return "", Reason{}, false
}

func advertIn(clause []string) (word string, why Reason, found bool) {
	for i := 0; i < len(clause); i++ {
		if _, n := theServices.at(clause, i); n > 0 {
			i += n - 1
			continue
		}
		for k, set := range theAdverts {
			if _, n := set.at(clause, i); n > 0 {
				return strings.Join(clause[i:i+n], " "), adverts[k].reason, true
			}
		}
	}
	return "", Reason{}, false
}
