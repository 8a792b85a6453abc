package privacy

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gemeentebode/bode/bot"
)

func testDoor() *Door {
	return NewDoor(
		[]string{"afmelden", "stoppen aub", "unsubscribe", "rezygnuję", "iptal et", "STOP!"},
		map[string][]string{
			"gevaar": {"help mij nu", "er is brand", "ik word aangevallen", "112", "there is a fire", "bel 112"},
			"zelfdoding": {"ik wil dood", "zelfmoord plegen", "een einde aan mijn leven", "kill myself", "zelfmoord", "113",
				"я хочу померти", "أريد أن أموت", "kendimi öldürmek", "chcę się zabić"},
			"geweld": {"hij slaat mij", "huiselijk geweld"},
		})
}

func text(s string) bot.Message { return bot.Message{Kind: bot.KindText, Text: bot.Hide(s)} }

func TestDoor_stopIsTheWholeMessage(t *testing.T) {
	door := testDoor()
	for _, s := range []string{
		"stop", "STOP", "Stop.", "STOP!!", " stop ", "stop aub", "stop alstublieft graag", "STOP A.U.B.", "please stop", "Stop please", "stop, bedankt",
		"stoppp", "stopp", "STOOOOP", "stóp", "s t o p", "s.t.o.p.", "S-T-O-P", "ＳＴＯＰ", "st\u200bop", "🛑 stop 🛑", "stop 🙏", "\"stop\"", "stop stop stop", "stop nu",
		"stop bitte", "arrêt", "Arretez s'il vous plaît", "стоп", "СТОП будь ласка", "توقف", "قف من فضلك", "إيقاف", "ايقاف", "dur", "DUR lütfen", "durdur", "stop proszę",
		"afmelden", "Afmelden graag", "stoppen", "stoppen aub", "unsubscribe", "Rezygnuję", "rezygnuje", "iptal et", "İPTAL ET", "svp stop", "graag stop, dank u wel",
		"hallo, stop aub", "Goedemorgen stop", "ok stop", "stop maar", "stop nou", "stop, groeten", "hi stop please", "bonjour stop", "merhaba dur", "dzień dobry, stop", "привіт, стоп", "مرحبا توقف",
	} {
		if !door.Enter(text(s)).Stop {
			t.Errorf("%q is not taken for STOP", s)
		}
	}
	for _, s := range []string{
		"", " ", "!!", "🛑", "stop afval", "STOP AFVAL", "ik wil mijn afspraak stopzetten", "stop met berichten over afval", "kunt u stoppen met bellen", "annuleren", "cancel",
		"stopcontact", "bushalte stop 12", "stop 1", "niet stoppen", "don't stop", "stop?", "¿stop?", "stoep", "stoop", "duur", "duur?", "aub", "graag", "top", "shop", "nonstop",
		"waar stopt de bus", "de stoptrein", "stop de ratten", "stop 111222333", "111222333", "[bsn]", "non stop", "stap", "stoppen met roken", strings.Repeat("stop ", 200),
	} {
		if door.Enter(text(s)).Stop {
			t.Errorf("%q is taken for STOP", s)
		}
	}
}

func TestDoor_stopByKind(t *testing.T) {
	door := testDoor()
	for kind, want := range map[bot.MessageKind]bool{
		bot.KindText: true, bot.KindTap: true, bot.KindEdited: true,
		bot.KindMedia: false, bot.KindPlace: false, bot.KindReaction: false, bot.KindRevoked: false, bot.KindUnsupported: false,
	} {
		if got := door.Enter(bot.Message{Kind: kind, Text: bot.Hide("Stop")}).Stop; got != want {
			t.Errorf("a %s that says Stop: %v, want %v", kind, got, want)
		}
	}
	if door.Enter(bot.Message{Kind: bot.KindEdited, Media: "image", Text: bot.Hide("stop")}).Stop {
		t.Error("a caption that was changed into stop is taken for STOP")
	}
	if door.Enter(bot.Message{Kind: bot.KindTap, Choice: "stop"}).Stop {
		t.Error("the id of a button is taken for STOP; only its title counts")
	}
}

func TestDoor_builtInStopWithoutABundle(t *testing.T) {
	door := NewDoor(nil, nil)
	for _, s := range builtInStop {
		if !door.Enter(text(strings.ToUpper(s) + "!")).Stop {
			t.Errorf("%q is not taken for STOP", s)
		}
	}
	if door := NewDoor([]string{"", "!", "12"}, nil); door.Enter(text("12")).Stop || door.Enter(text("!")).Stop {
		t.Error("a stop word without letters counts")
	}
}

func TestDoor_crisisKeepsItsKindOnly(t *testing.T) {
	door := testDoor()
	for s, want := range map[string]string{
		"ik wil dood": "zelfdoding", "Ik wil DOOD!!!": "zelfdoding", "hallo, ik wil dood en bsn 111222333": "zelfdoding", "ik wil doooood": "zelfdoding", "ikwildood": "zelfdoding",
		"ik wil zelfmoord plegen": "zelfdoding", "zelfmoord plegn": "zelfdoding", "zelfmoordpleg": "", "een einde aan mijn levn maken": "zelfdoding", "een eind aan mijn leven": "zelfdoding",
		"I want to kill myslef": "zelfdoding", "zelfmoord": "zelfdoding", "ik denk aan zelf\u200bmoord": "zelfdoding", "я хочу померти": "zelfdoding", "أُرِيدُ أَنْ أَمُوتَ": "zelfdoding",
		"kendimi öldürmek istiyorum": "zelfdoding", "kendimi oldurmek": "zelfdoding", "chce sie zabic": "zelfdoding", "er is brand!": "gevaar", "ER IS BRAND": "gevaar", "Help mij nu": "gevaar", "bel 112": "gevaar",
		"er-is-brand": "gevaar", "help mij nu hij slaat mij": "geweld", "stop hij slaat mij": "geweld", "huiselijk gewelt": "geweld", "ik word aangevalen": "gevaar",
		"112-melding": "", "ik deed een 112-melding": "", "113": "", "3511LN 113": "", "Kerkstraat 113": "", "112": "", "zelfmoordterrorist in het nieuws": "", "zelfmoord-terrorist": "",
		"there is a fine": "", "ik wil door": "", "ik wil brood": "", "er is brandhout": "", "de brandweer was er": "", "ik wil doodgraag een afspraak": "", "stop": "", "": "",
	} {
		m := text(s)
		m.Choice, m.Place, m.Original = "afval.toon.herinner~1", &bot.Place{Latitude: 52, Name: bot.Hide("thuis")}, bot.Hide("wamid.X")
		out := door.Enter(m)
		if out.Crisis != want {
			t.Errorf("%q: crisis %q, want %q", s, out.Crisis, want)
			continue
		}
		kept := bot.Message{Kind: bot.KindText, Crisis: want, Original: m.Original}
		if want != "" && !reflect.DeepEqual(out, kept) {
			t.Errorf("%q: a crisis keeps more than its kind", s)
		}
	}
}

func TestDoor_sameCrisisEveryTime(t *testing.T) {
	for range 20 {
		door := NewDoor(nil, map[string][]string{"b": {"aaa bbb"}, "a": {"ccc ddd"}, "c": {"aaa bbb"}})
		if got := door.Enter(text("aaa bbb ccc ddd")).Crisis; got != "a" {
			t.Fatalf("crisis %q, want the first by name of equally long ones", got)
		}
	}
}

func TestDoor_masksEveryField(t *testing.T) {
	in := bot.Message{
		Kind: bot.KindPlace, Text: bot.Hide("bsn 111222333"), Choice: "x 4111111111111111", Media: "111222333",
		Place:  &bot.Place{Latitude: 52.1, Longitude: 5.1, Name: bot.Hide("NL91ABNA0417164300"), Address: bot.Hide("paspoort NX1234567")},
		Masked: []string{"stale"}, Crisis: "stale", Stop: true,
		From: bot.Contact{External: bot.Hide("111222333")}, ID: bot.Hide("wamid.111222333"), Original: bot.Hide("wamid.123456782"),
	}
	out := testDoor().Enter(in)
	got := []string{out.Text.Reveal(), out.Choice, out.Media, out.Place.Name.Reveal(), out.Place.Address.Reveal()}
	if want := []string{"bsn [bsn]", "x [kaart]", "[bsn]", "[iban]", "paspoort [document]"}; !slices.Equal(got, want) {
		t.Errorf("kept %q, want %q", got, want)
	}
	if want := []string{"bsn", "card", "iban", "document"}; !slices.Equal(out.Masked, want) {
		t.Errorf("masked %q, want %q", out.Masked, want)
	}
	if out.Crisis != "" || out.Stop {
		t.Error("what the channel filled in is kept")
	}
	if !out.From.External.Equal(in.From.External) || !out.ID.Equal(in.ID) || !out.Original.Equal(in.Original) {
		t.Error("the platform's ids are changed: answers would go astray")
	}
	if in.Place.Name.Reveal() != "NL91ABNA0417164300" {
		t.Error("the message that was passed in is changed")
	}
}

func TestDoor_printsNothing(t *testing.T) {
	out := testDoor().Enter(text("Domplein 12"))
	if s := fmt.Sprintf("%v %+v %#v", out, out, out); strings.Contains(s, "Domplein") {
		t.Errorf("a message prints as %s", s)
	}
}
