package engine

import (
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// brought is a sign-up of an import, which waits for a yes.
func brought(topic string) []bot.Subscription { return []bot.Subscription{{Topic: topic}} }

// other is another address than domplein.
func other(k *talk, number string) *talk {
	k.services[findAddress] = bot.Result{Outcome: "found", Value: bot.RawValue([]byte(strings.NewReplacer("Domplein 12", "Domplein "+number, ":12,", ":"+number+",").Replace(domplein)))}
	return k.says("afval").says("3511LN " + number).taps("Herinner mij")
}

func TestSubscribe_aboutTwoAddressesIsTwoTimes(t *testing.T) {
	k := newTalk(t).says("afval").says("3511LN 12").taps("Herinner mij").taps("Ja")
	other(k, "14").hears("bewaart de gemeente mijn adres").taps("Ja")
	if len(k.consents) != 2 || k.consents[0].About.Equal(k.consents[1].About.Private) || len(k.subscribed) != 2 {
		t.Fatalf("%d consents and %d subscriptions", len(k.consents), len(k.subscribed))
	}
	for _, number := range []string{"12", "14"} {
		other(k, number).hears("U bent hiervoor al aangemeld: Afvalherinnering.")
	}
	k.says("stop afval").hears("Al uw aanmeldingen daarvoor zijn gestopt.")
	if last := k.consents[len(k.consents)-1]; last.Given || !last.About.Empty() || len(k.subscribed) != 0 {
		t.Errorf("withdrawn %+v, left %d", last, len(k.subscribed))
	}
	other(k, "12").hears("bewaart de gemeente mijn adres", "[Ja]")
}

func TestUnsubscribe_ofOneAddressLeavesTheOther(t *testing.T) {
	in := files(t)
	change(t, in, "flows/afval.toml", `{ label = "Iets anders",  next = "menu" },`, `{ label = "Herinner mij niet", next = "afmelden" },`)
	in["flows/afval.toml"].Data = append(in["flows/afval.toml"].Data, `
[states.afmelden]
unsubscribe = "afval"
with        = { address = ".adres" }
on          = { yes = "afgemeld", no = "menu" }

[states.afgemeld]
text = "Dat is gestopt."
end  = true
`...)
	in["locales/test.en.toml"].Data = append(in["locales/test.en.toml"].Data, "[afval.afgemeld]\ntext = \"Stopped.\"\n[afval.toon.choice.herinner_mij_niet]\nother = \"No reminder\"\n"...)
	k := talkWith(t, New(load(t, in))).says("afval").says("3511LN 12").taps("Herinner mij").taps("Ja")
	other(k, "14").taps("Ja")
	k.says("afval").says("3511LN 14").taps("Herinner mij niet").hears("Wilt u geen berichten meer over Afvalherinnering voor Domplein 14?")
	k.taps("Ja").hears("Dat is gestopt.")
	last := k.consents[len(k.consents)-1]
	if last.Given || !last.About.Equal(k.consents[1].About.Private) || !strings.Contains(last.Wording, "Domplein 14") || len(k.subscribed) != 1 {
		t.Fatalf("withdrawn %q about %q, left %d", last.Wording, last.About.Reveal(), len(k.subscribed))
	}
	other(k, "12").hears("al aangemeld")
	other(k, "14").hears("bewaart de gemeente mijn adres")
}

// What a colleague or the platform ended is not taken for known.
func TestSubscribe_whatWasEndedElsewhereIsAskedAgain(t *testing.T) {
	k := newTalk(t).says("afval").says("3511LN 12").taps("Herinner mij").taps("Ja")
	other(k, "14").taps("Ja")
	k.subscribed = k.subscribed[:1]
	other(k, "14").hears("bewaart de gemeente mijn adres")
}

func TestAskDue_whatWaitsIsAskedBehindTheAnswer(t *testing.T) {
	k := newTalk(t)
	k.subscribed = brought("hitte")
	k.says("afval").hears("Wat zijn uw postcode").not("Hitte").says("3511LN 12").not("Hitte")
	k.taps("Herinner mij").taps("Ja")
	k.hears("U krijgt de avond ervoor een bericht", "Wij hebben een aanmelding van u voor: Hitteberichten.", "stuurt mij via WhatsApp berichten bij hitte", "Vindt u dat goed?", "[Ja]\n[Nee]").not("[Menu]")
	k.taps("Ja").hears("U bent aangemeld voor: Hitteberichten.", "[Afval]")
	c := k.consents[1]
	if !c.Given || !c.Kept || c.Topic != "hitte" || !strings.HasSuffix(c.Wording, "de vier cijfers van mijn postcode.") || c.Language != "nl" || len(c.Version) != 64 {
		t.Errorf("consent %+v", c)
	}
	k.says("menu").not("Vindt u dat goed?")
}

func TestAskDue_inTheMenuWithTheSubjectsATapAway(t *testing.T) {
	k := newTalk(t)
	k.subscribed = brought("hitte")
	k.says("hallo").hears("Goedendag.", "Waarmee kan ik u helpen?", "Hitteberichten", "[Ja]\n[Nee]\n[Menu]").taps("Menu").hears("[Afval]").not("Hitte")
	k.says("menu").not("Hitte") // not again within a month
	k.now = k.now.Add(31 * 24 * time.Hour)
	k.says("menu").hears("Hitteberichten", "[Ja]")
}

func TestAskDue_noIsAWithdrawal(t *testing.T) {
	for _, no := range []string{"nee", "Nee, dank u"} {
		k := newTalk(t)
		k.subscribed = brought("hitte")
		k.says("hallo").says(no).hears("U krijgt geen berichten over: Hitteberichten.")
		if len(k.consents) != 1 || k.consents[0].Given || k.consents[0].Topic != "hitte" || len(k.subscribed) != 0 {
			t.Errorf("%q: consents %+v", no, k.consents)
		}
	}
}

func TestAskDue_onlyAnExplicitYes(t *testing.T) {
	for _, said := range []string{"ok", "prima", "1", "👍", "dank u", "doe maar", "paspoort", "medewerker", "menu", "english"} {
		k := newTalk(t)
		k.subscribed = brought("hitte")
		if k.says("hallo").says(said); len(k.consents) != 0 {
			t.Errorf("%q was taken for an answer", said)
		}
	}
	k := newTalk(t)
	k.subscribed = brought("hitte")
	k.says("hallo").says("ok").hears("Typ: ja of nee.", "[Ja]").says("ja")
	if len(k.consents) != 1 {
		t.Error("a yes after that")
	}
	k = newTalk(t)
	k.subscribed = brought("hitte")
	k.says("hallo").says("paspoort").at("paspoort", "leeftijd").says("ja")
	if len(k.consents) != 0 {
		t.Error("a yes to something else was taken for consent")
	}
	k.taps("Ja").at("paspoort", "leeftijd")
	if len(k.consents) != 0 {
		t.Error("a button further up was taken for consent without its words")
	}
	k.says("menu").taps("Ja").hears("Vindt u dat goed?").taps("Ja")
	if len(k.consents) != 1 {
		t.Error("asked with its words it is")
	}
}

func TestAskDue_aYesIsToTheWordsThatWereShown(t *testing.T) {
	k := newTalk(t)
	k.subscribed = brought("hitte")
	k.says("hallo")
	in := files(t)
	change(t, in, "flows/bode.toml", "berichten bij hitte.", "berichten bij hitte en kou.")
	k.engine = New(load(t, in))
	k.says("ja").hears("berichten bij hitte en kou.", "Vindt u dat goed?")
	if len(k.consents) != 0 {
		t.Fatal("a yes to other words was taken for consent")
	}
	if k.says("ja"); len(k.consents) != 1 || !strings.Contains(k.consents[0].Wording, "kou") {
		t.Errorf("consents %+v", k.consents)
	}
	k = newTalk(t)
	k.subscribed = brought("hitte")
	k.says("hallo").says("english").hears("We continue in English.", "Is that right?", "[Yes]").says("yes")
	if len(k.consents) != 1 || k.consents[0].Language != "en" {
		t.Errorf("consents %+v", k.consents)
	}
}

func TestAskDue_anOldConsentIsAskedAgain(t *testing.T) {
	k := newTalk(t)
	k.subscribed = standing("hitte", "afval")
	k.says("hallo").not("Vindt u")
	k.now = k.now.Add(365 * 24 * time.Hour)
	k.says("hallo").hears("U bent al een tijd aangemeld voor: Hitteberichten.").says("ja").hears("U bent aangemeld").not("Afvalherinnering")
	if c := k.consents[0]; !c.Kept || c.Topic != "hitte" {
		t.Errorf("consent %+v", c)
	}
	k.says("menu").hears("Afvalherinnering").says("nee").hears("U bent afgemeld voor: Afvalherinnering.")
	k.says("menu").not("Vindt u")
}

func TestAskDue_notAtABadMoment(t *testing.T) {
	for _, said := range []string{"hoeveel weegt een olifant", "help", "medewerker", "mijn gegevens", "taal", "stop hitte", "annuleren"} {
		k := newTalk(t)
		k.subscribed = brought("hitte")
		k.says(said).not("Vindt u dat goed?")
	}
	k := newTalk(t)
	k.subscribed = brought("hitte")
	k.send(bot.Message{Kind: bot.KindMedia, Media: "image"}).not("Vindt u")
	k.send(bot.Message{Kind: bot.KindText, Crisis: "gevaar"}).not("Vindt u")
	k.send(bot.Message{Kind: bot.KindText, Text: bot.Hide("hallo"), Masked: []string{"bsn"}}).not("Vindt u")
}

func TestAskDue_whatDoesNotFitWaits(t *testing.T) {
	in := files(t)
	change(t, in, "flows/afval.toml", "U krijgt de avond ervoor een bericht.", "U krijgt de avond ervoor een bericht. "+strings.Repeat("Zo staat het hier. ", 45))
	k := talkWith(t, New(load(t, in)))
	k.subscribed = brought("hitte")
	k.says("afval").says("3511LN 12").taps("Herinner mij").taps("Ja").hears("Zo staat het hier.").not("Vindt u")
	k.says("menu").hears("Hitteberichten", "Vindt u dat goed?")
}
