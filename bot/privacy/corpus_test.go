package privacy

import (
	"fmt"
	"maps"
	"slices"
	"testing"
)

// handwritten are sentences to a municipality that hold numbers and no identifier.
var handwritten = []string{
	"Mijn container op Domplein 12 is niet geleegd, 3511LN", "Kan ik op 20-11-2026 om 10:30 terecht?", "Ik woon op 3511 LN 12 bis",
	"Bel mij op 06-12345678 tussen 9.00 en 17.00 uur", "Mijn afspraak heeft code AB12CD345", "De lantaarnpaal met nummer 012345 is kapot",
	"Meterstand 012345, meternummer 4530012345678", "Ik heb 3 kinderen van 4, 7 en 12 jaar", "Factuur 2026-004512 van € 1.234,50 klopt niet",
	"KvK 12345678, vestiging 000012345678", "Het kenteken is 12-ABC-3", "Route A12, afslag 17", "Hij is 1,85 m en 82,5 kg", "In 1998 kwamen wij hier wonen",
	"Zaaknummer Z-2026-012345", "Ons dossier is 2026/00456", "Locatie 52.0907374, 5.1214201", "Mijn e-mail is jan1980@voorbeeld.example",
	"Perceel UTR00 K 1234 A 5", "https://voorbeeldstad.example/melding/2026-00123", "Het regent al 14 dagen, 30 mm per dag", "Er staan 24 fietsen op 2 plekken",
	"Kan de klep van container 445 open? Code 7890", "De brug bij km 12,4 is dicht van 20:00 tot 05:00", "Mijn huisdier heeft chip 528140000123456",
	"ISBN 978-90-1234567-8 staat in de bieb", "Wifi 2,4 GHz doet het niet in de bibliotheek", "Track en trace 3SABCD0123456789", "Order 1001234 en 1001235",
	"Bushalte 30001234", "Wij zijn met 12, 14 of 16 personen", "Huisnummers 101, 103, 105 en 107", "Loket 3, volgnummer 112", "14 0900 is altijd bezet",
	"Mijn zoon is geboren op 1-2-2015", "De kosten waren 86,85 voor 2 paspoorten", "Het paspoort is verlopen op 12-11-2025", "rijbewijs verlopen, bel 06 12345678",
	"Ik heb drie keer gebeld: 12, 13 en 14 november", "0900-8844 neemt niet op", "Ik ben 112 gebeld", "DigiD doet het niet sinds 12-11-2026", "De A2 tussen 17:00-18:30",
}

// harmlessKinds are the sorts of generated sentences; each gets an equal share.
var harmlessKinds = []string{
	"a phone number and a time", "a postcode and house number", "a birthday", "an appointment", "an amount", "a meter reading", "a gas meter", "a KvK number and a phone number", "a case number",
	"a report", "a booking code", "a phone number and a postcode", "two phone numbers", "contact data over lines", "coordinates", "house numbers", "a container", "a booking for a passport",
}

func (g generator) harmless() string { return g.harmlessOf(g.IntN(len(harmlessKinds))) }

// harmlessOf writes a sentence of one sort.
func (g generator) harmlessOf(kind int) string {
	return []string{
		fmt.Sprintf("Mijn nummer is %s, bel na %d:30", g.phone(), g.IntN(20)),
		fmt.Sprintf("Ik woon op %s %s", g.postcode(), g.house()),
		fmt.Sprintf("Geboren op %s in Utrecht, nu %s", g.date(), g.postcode()),
		fmt.Sprintf("Afspraak op %s om %02d:%02d voor %d personen", g.date(), 8+g.IntN(9), g.IntN(60), 1+g.IntN(5)),
		fmt.Sprintf("Ik moet %s betalen voor %s", g.amount(), g.date()),
		fmt.Sprintf("Meterstand %s op %s", g.digits(5+g.IntN(2)), g.date()),
		fmt.Sprintf("Gas %s,%s m3", g.digits(5), g.digits(3)),
		fmt.Sprintf("KvK-nummer %s, tel %s", g.digits(8), g.phone()),
		fmt.Sprintf("Zaak Z-%d-%s van %s", 2015+g.IntN(12), g.digits(5), g.date()),
		fmt.Sprintf("Melding %d-%s aan de %s %s", 2015+g.IntN(12), g.digits(5), g.postcode(), g.house()),
		fmt.Sprintf("Mijn code is %s", g.document()),
		fmt.Sprintf("%s %s", g.phone(), g.postcode()),
		fmt.Sprintf("%s of %s", g.phone(), g.phone()),
		fmt.Sprintf("Tel: %s\n%s %s\n%s", g.phone(), g.postcode(), g.house(), g.date()),
		fmt.Sprintf("Lat %d.%s, lon %d.%s", 50+g.IntN(4), g.digits(5+g.IntN(3)), 3+g.IntN(5), g.digits(5+g.IntN(3))),
		fmt.Sprintf("Huisnummers %d, %d en %d", g.IntN(999), g.IntN(999), g.IntN(999)),
		fmt.Sprintf("Kliko %s staat op %s", g.digits(6), g.house()),
		fmt.Sprintf("Nieuw paspoort nodig, afspraakcode %s, bel %s", g.document(), g.phone()),
	}[kind]
}

func (g generator) identified() (text, kind string) {
	switch g.IntN(5) {
	case 0:
		return fmt.Sprintf(g.of("Mijn BSN is %s", "%s", "bsn:%s.", "Hier %s en verder niets", "Ik ben Jan, %s, geboren 12-03-1980", "%s is van mijn zoon", "(%s)"), g.spelled(g.bsn())), kindBSN
	case 1:
		countries := []string{"NL", "NL", "NL", "BE", "DE", "FR", "TR", "PL", "UA", "GB", "ES", "MT", "LT", "RO", "MA", "SA", "NO"}
		return fmt.Sprintf(g.of("Rekening %s graag", "%s", "iban:%s", "maak over op %s t.n.v. Jan"), g.spelled(g.iban(g.of(countries...)))), kindIBAN
	case 2:
		return fmt.Sprintf(g.of("Mijn kaart is %s", "%s", "creditcard %s geldig tot 12/28", "betaal met %s"), g.spelled(g.card())), kindCard
	case 3:
		return fmt.Sprintf(g.of("Mijn paspoort heeft nummer %s", "paspoortnummer %s", "id-kaart: %s", "%s is mijn paspoortnummer"), g.of(g.document(), wide(g.document()))), kindDocument
	}
	return fmt.Sprintf(g.of("rijbewijs %s", "rijbewijsnummer: %s", "my driving licence is %s"), "5"+g.digits(9)), kindDocument
}

// tally counts per kind what was judged wrongly.
type tally struct{ wrong, all map[string]int }

func newTally() tally { return tally{map[string]int{}, map[string]int{}} }

func (c tally) add(kind string, wrong bool) {
	c.all[kind]++
	if wrong {
		c.wrong[kind]++
	}
}

func (c tally) sum() (wrong, all int) {
	for kind, n := range c.all {
		wrong, all = wrong+c.wrong[kind], all+n
	}
	return wrong, all
}

func (c tally) print(t *testing.T, what string) {
	_, all := c.sum()
	for _, kind := range slices.Sorted(maps.Keys(c.all)) {
		t.Logf("%s: %d of %d (%.1f%% of all), %d wrong", kind, c.all[kind], all, 100*float64(c.all[kind])/float64(all), c.wrong[kind])
	}
	wrong, all := c.sum()
	t.Logf("%s: %d of %d judged wrongly, %.2f%%", what, wrong, all, 100*float64(wrong)/float64(all))
}

func TestMask_corpus(t *testing.T) {
	g := newGenerator(1)
	harmless, identified := newTally(), newTally()
	hold := func(kind, text string) {
		masked, _ := Mask(text)
		harmless.add(kind, masked != text)
		if masked != text {
			t.Logf("masked without reason: %q -> %q", text, masked)
		}
	}
	for _, text := range handwritten {
		hold("hand-written", text)
	}
	for i := range 4000 {
		kind := i % len(harmlessKinds)
		hold(harmlessKinds[kind], g.harmlessOf(kind))
	}
	for range 4000 {
		text, kind := g.identified()
		_, kinds := Mask(text)
		missed := !slices.Contains(kinds, kind)
		identified.add(kind, missed)
		if missed {
			t.Logf("missed a %s: %q", kind, text)
		}
	}
	for kind, texts := range handwrittenIdentifiers {
		for _, text := range texts {
			_, kinds := Mask(text)
			identified.add(kind+", hand-written", !slices.Contains(kinds, kind))
			if !slices.Contains(kinds, kind) {
				t.Logf("missed a %s: %q", kind, text)
			}
		}
	}
	harmless.print(t, "harmless sentences masked")
	identified.print(t, "sentences with an identifier missed")
	wrong, all := harmless.sum()
	missed, sentences := identified.sum()
	if all < 2000 || sentences < 1000 || float64(wrong) >= 0.005*float64(all) || float64(missed) >= 0.005*float64(sentences) {
		t.Errorf("%d of %d masked, %d of %d missed: both have to stay below 0.5%%", wrong, all, missed, sentences)
	}
}

// handwrittenIdentifiers are what residents write with one of ours in it.
var handwrittenIdentifiers = map[string][]string{
	kindBSN: {"Mijn bsn 111222333 en die van mijn vrouw weet ik niet", "hoi, 123456782 is mijn nummer, kunt u kijken?", "burgerservicenummer: 999 990 019, geb 3-4-1971", "ik ben Noor, bsn is 9999.93.653", "sofinr 10464554",
		"bij bsn staat 1.1.1.2.2.2.3.3.3", "BSN kind=123456782;BSN ouder=111222333", "mijn b.s.n. is 111-22-2333", "zie foto, anders 111222333!!", "Ik heet Ali (999990019) en woon op Domplein 12"},
	kindIBAN:     {"stort maar op NL91 ABNA 0417 1643 00 tnv J de Vries", "rekening nl20ingb0001234567 graag", "mijn iban: NL91ABNA0417164300.", "Belgische rekening BE68 5390 0754 7034", "DE89 3704 0044 0532 0130 00 is van mijn zus", "geld terug op NL20-INGB-0001-2345-67"},
	kindCard:     {"betaald met 4111 1111 1111 1111 vorige week", "visa 4111111111111111 cvc vergeten", "mastercard 5500 0000 0000 0004, geldig tot 12/28", "amex 3782 822463 10005"},
	kindDocument: {"mijn paspoort NX1234567 is kwijt", "id kaart nr. SPECI2014 gestolen", "rijbewijsnummer 5123456789 staat fout", "passport no NX1234567 expired", "kwijt: paspoort, nummer nx 123 456 7"},
	kindDigiD:    {"digid: jan1980 wachtwoord Zomer#2026", "inloggen bij DigiD lukt niet, mijn wachtwoord is Welkom01!", "DigiD gebruikersnaam piet77", "mijn digid code 123456"},
}
