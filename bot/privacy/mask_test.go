package privacy

import (
	"slices"
	"strings"
	"testing"
)

func TestMask_takesIdentifiersOut(t *testing.T) {
	for _, c := range []struct{ text, want, kinds string }{
		// BSN
		{"Mijn BSN is 111222333.", "Mijn BSN is [bsn].", "bsn"},
		{"123456782", "[bsn]", "bsn"},
		{"111 222 333", "[bsn]", "bsn"},
		{"111.222.333", "[bsn]", "bsn"},
		{"1112.22.333", "[bsn]", "bsn"},
		{"111-222-333", "[bsn]", "bsn"},
		{"111 - 222 - 333", "[bsn]", "bsn"},
		{"111/222/333", "[bsn]", "bsn"},
		{"1 1 1 2 2 2 3 3 3", "[bsn]", "bsn"},
		{"111\n222\r\n333", "[bsn]", "bsn"},
		{"111\u00a0222\u2009333", "[bsn]", "bsn"},
		{"111–222—333", "[bsn]", "bsn"},
		{"111·222·333", "[bsn]", "bsn"},
		{"111_222_333", "[bsn]", "bsn"},
		{"111.222-333", "[bsn]", "bsn"},
		{"11122 2333", "[bsn]", "bsn"},
		{"bsn111222333", "bsn[bsn]", "bsn"},
		{"x111222333y", "x[bsn]y", "bsn"},
		{"１１１２２２３３３", "[bsn]", "bsn"},
		{"١١١٢٢٢٣٣٣", "[bsn]", "bsn"},
		{"۱۱۱۲۲۲۳۳۳", "[bsn]", "bsn"},
		{"①①①②②②③③③", "[bsn]", "bsn"},
		{"❶❶❶❷❷❷❸❸❸", "[bsn]", "bsn"},
		{"¹¹¹²²²³³³", "[bsn]", "bsn"},
		{"𝟏𝟏𝟏𝟐𝟐𝟐𝟑𝟑𝟑", "[bsn]", "bsn"},
		{"1️⃣1️⃣1️⃣2️⃣2️⃣2️⃣3️⃣3️⃣3️⃣", "[bsn]", "bsn"},
		{"111\u200b222\u200d333", "[bsn]", "bsn"},
		{"1\u00ad1\u00ad1222333", "[bsn]", "bsn"},
		{"https://voorbeeldstad.example/?bsn=111222333&x=1", "https://voorbeeldstad.example/?bsn=[bsn]&x=1", "bsn"},
		{"https://voorbeeldstad.example/111%20222%20333", "https://voorbeeldstad.example/[bsn]", "bsn"},
		{"111222333@voorbeeld.example", "[bsn]@voorbeeld.example", "bsn"},
		{"Van mij en mijn vrouw: 111222333 123456782", "Van mij en mijn vrouw: [bsn] [bsn]", "bsn"},
		{"111 222 333 123 456 782", "[bsn] [bsn]", "bsn"},
		{"111 222 333 12", "[bsn] 12", "bsn"},
		{"3511LN 12 111 222 333", "3511LN 12 [bsn]", "bsn"},
		{"4111 1111 1111 1111 12/27 123", "[kaart] 12/27 123", "card"},
		{"4111 1111 1111 1111 1227 123", "[kaart] 1227 123", "card"},
		{"mijn kaart 4111-1111-1111-1111-12-27", "mijn kaart [kaart]-12-27", "card"},
		{"3782 822463 10005 12/27 1234", "[kaart] 12/27 1234", "card"},
		{"bsn 10464554", "bsn [bsn]", "bsn"},
		{"Burger service nummer: 1046.45.54", "Burger service nummer: [bsn]", "bsn"},
		{"10464554 is mijn BSN", "[bsn] is mijn BSN", "bsn"},
		{"sofinummer is 10464554", "sofinummer is [bsn]", "bsn"},
		{"111222333, geboren 12-03-1980, tel 06 12345678", "[bsn], geboren 12-03-1980, tel 06 12345678", "bsn"},
		// IBAN
		{"NL91ABNA0417164300", "[iban]", "iban"},
		{"Mijn rekening: nl20 ingb 0001 2345 67, graag", "Mijn rekening: [iban], graag", "iban"},
		{"NL91-ABNA-0417-1643-00", "[iban]", "iban"},
		{"N L 9 1 A B N A 0 4 1 7 1 6 4 3 0 0", "[iban]", "iban"},
		{"NL91\nABNA\n0417164300", "[iban]", "iban"},
		{"ibanNL91ABNA0417164300bedankt", "iban[iban]bedankt", "iban"},
		{"ＮＬ９１ＡＢＮＡ０４１７１６４３００", "[iban]", "iban"},
		{"NL91АВNА0417164300", "[iban]", "iban"}, // Cyrillic А and В
		{"NL91%20ABNA%200417%201643%2000", "[iban]", "iban"},
		{"BE68 5390 0754 7034", "[iban]", "iban"},
		{"DE89370400440532013000", "[iban]", "iban"},
		{"FR14 2004 1010 0505 0001 3M02 606", "[iban]", "iban"},
		{"MT84MALT011000012345MTLCAST001S", "[iban]", "iban"},
		{"TR330006100519786457841326", "[iban]", "iban"},
		{"PL61109010140000071219812874", "[iban]", "iban"},
		{"UA213223130000026007233566001", "[iban]", "iban"},
		// cards
		{"4111111111111111", "[kaart]", "card"},
		{"4111 1111 1111 1111", "[kaart]", "card"},
		{"5500-0000-0000-0004", "[kaart]", "card"},
		{"3782 822463 10005", "[kaart]", "card"},
		{"6011 1111 1111 1117", "[kaart]", "card"},
		{"3056 9309 0259 04", "[kaart]", "card"},
		{"3530111333300000", "[kaart]", "card"},
		{"kaart4111111111111111cvc", "kaart[kaart]cvc", "card"},
		{"4.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1", "[kaart]", "card"},
		// documents
		{"Mijn paspoort is NX1234567", "Mijn paspoort is [document]", "document"},
		{"paspoortnummer: nxa1b2c37", "paspoortnummer: [document]", "document"},
		{"id-kaart SPECI2014", "id-kaart [document]", "document"},
		{"NX1234567 is mijn paspoortnummer", "[document] is mijn paspoortnummer", "document"},
		{"paspoort NX 123 456 7", "paspoort [document]", "document"},
		{"paspoortnummerNX1234567", "paspoortnummer[document]", "document"},
		{"my passport number is NX1234567", "my passport number is [document]", "document"},
		{"rijbewijs 5123456789", "rijbewijs [document]", "document"},
		{"driving licence no. 5123456789", "driving licence no. [document]", "document"},
		// DigiD
		{"DigiD jan123 / Welkom01!", "DigiD [digid] / [digid]", "digid"},
		{"mijn digid is jan123", "mijn digid is [digid]", "digid"},
		{"digid gebruikersnaam: piet wachtwoord: geheim", "digid gebruikersnaam: [digid] wachtwoord: [digid]", "digid"},
		{"DigiD-wachtwoord=Zomer2026!", "DigiD-wachtwoord=[digid]", "digid"},
		{"digid pincode 12345", "digid pincode [digid]", "digid"},
		{"mijn digid werkt niet, ik gebruik Voorbeeld#12", "mijn digid werkt niet, ik gebruik [digid]", "digid"},
		{"my DigiD password is summer2026", "my DigiD password is [digid]", "digid"},
		// together
		{"bsn 111222333, iban NL91ABNA0417164300", "bsn [bsn], iban [iban]", "bsn iban"},
		{"NL91ABNA0417164300 van 111222333", "[iban] van [bsn]", "iban bsn"},
	} {
		got, kinds := Mask(c.text)
		if got != c.want || !slices.Equal(kinds, strings.Fields(c.kinds)) {
			t.Errorf("Mask(%q) = %q %v, want %q [%s]", c.text, got, kinds, c.want, c.kinds)
		}
	}
}

func TestMask_leavesTheRestAlone(t *testing.T) {
	for _, text := range []string{
		"", "hallo", "06 12345678", "0612345678", "06-12345678", "06 12 34 56 78", "+31 612345678", "+31 6 12345678", "+31 (0)6 12345678",
		"+31612345678", "0031612345678", "0031 6 12345678", "(06) 12345678", "030-2860000", "030 286 00 00", "0900-8844", "0800 0113", "14 030",
		"+32 470 12 34 56", "+48 501 234 567", "+380 50 123 4567", "+90 532 123 45 67", "+49 151 23456789",
		"mijn telefoon is 31 612345678", "20-11-2026", "20/11/2026", "2026-11-20", "20.11.2026 5 personen", "12-11-2026 9:30", "20112026", "1980-03-12 1",
		"3511LN 12", "3511 LN 12-14", "1234 AB 123", "Kerkstraat 112 113 115", "€ 1.234.567,89", "€ 123456782", "1.234.567,89", "125,- euro", "1234 euro",
		"meterstand 123456,789", "meterstand: 004521 203", "KvK 12345678", "kvk-nummer 10464554", "10464554", "mijn kvk is 10464554 en ik heb geen vragen over het bsn",
		"2026-00123", "Z-2026-12345", "2026/12345", "52.0907374, 5.1214201", "https://maps.example/?q=52.0907374,5.1214201",
		"AB12CD345", "afspraakcode NX1234567", "mijn afspraak voor het paspoort heeft boekingscode NX1234567",
		"101, 103, 105", "1 2 3 4 5 6 7 8 9 10", "123456789", "9 van de 10", "container 12345", "NL91ABNA0417164301", "4111111111111112",
		"rijbewijs verlengen, bel 0612345678", "DigiD wachtwoord vergeten", "DigiD wachtwoord: vergeten", "mijn DigiD werkt niet", "inloggen met DigiD op 12-11-2026",
		"DigiD voor Domplein 12, 3511LN", "DigiD code kwijt", "uw DigiD gebruikersnaam is verlopen", "ISBN 9789012345678", "IMEI 356938035643809",
		"EAN 871687400012345678", "chip 528 210 000 123 456", "[bsn] en [iban]", "bsn [bsn] 12", "3SABCD123456789",
	} {
		if got, kinds := Mask(text); got != text || kinds != nil {
			t.Errorf("Mask(%q) = %q %v, want it untouched", text, got, kinds)
		}
	}
}

func TestMask_wordsBesideADocumentAreNone(t *testing.T) {
	for _, text := range []string{
		"mijn paspoort is 1-11-2026 verlopen", "paspoort in 2026 voor 2 kinderen", "mijn paspoort is 12 11 2026 verlopen", "paspoort a b c 1 2 3", "paspoort van mijn zus 12 en 14 jaar",
		"paspoort en 2 kinderen van 4 en 7", "id-kaart per 1-1-26 nodig", "paspoort kan pas na 3 en 4 mei", "paspoort rijbewijs 2 stuks 3 euro",
	} {
		if got, _ := Mask(text); got != text {
			t.Errorf("Mask(%q) = %q, want it untouched", text, got)
		}
	}
}
