package flows_test

import (
	"strings"
	"testing"

	"github.com/gemeentebode/bode/bot/text"
)

const dates = "Bij Domplein 12 halen wij op:"

func TestAfval_theDatesComeInOneAnswer(t *testing.T) {
	for _, opening := range []string{"wanneer wordt de kliko geleegd 3511LN 12", "ophaaldagen 3511 ln 12", "Hoi, wanneer komt het oud papier? Postcode 3511LN, huisnummer 12", "kliko, 12 3511LN"} {
		p := newPhone(t, "2026-11-20 10:00")
		p.holds(p.types(opening), "automatische assistent", dates, "dinsdag", "24 november", "groente en fruit (gft)", "plastic en blik (pmd)", "kerstbomen", "voor 07:30 uur",
			"- Herinner mij", "- Ander adres", "- Bak niet geleegd", "- Iets anders")
	}
}

func TestAfval_asksTheAddressAtOnce(t *testing.T) {
	p := newPhone(t, "2026-11-20 10:00")
	p.holds(p.types("wanneer wordt de kliko geleegd"), "automatische assistent", "postcode en huisnummer", "3511LN 12")
	p.holds(p.types("3511 ln 12"), dates)
	p.holds(p.taps("Ander adres"), "postcode en huisnummer", "[Domplein 12]")
	p.holds(p.types("3511LN 14"), "Domplein 14A", "Domplein 14B", "Domplein 14C")
	p.holds(p.types("Domplein 14B"), "Bij Domplein 14B halen wij op:")
	p.taps("Iets anders")
	p.holds(p.types("wanneer plastic"), "postcode en huisnummer", "[Domplein 14B]")
	p.holds(p.taps("Domplein 14B"), "Bij Domplein 14B halen wij op:")
}

// Who has typed an address taps it from then on, in every subject.
func TestAfval_aBinThatWasNotEmptiedIsLookedAtWithTheSameAddress(t *testing.T) {
	p := newPhone(t, "2026-11-25 09:00")
	p.types("wanneer wordt de kliko geleegd 3511LN 12")
	p.holds(p.taps("Bak niet geleegd"), "Ik kijk het na.", "[Domplein 12]")
	p.holds(p.taps("Domplein 12"), "laatste ophaaldag bij Domplein 12", "[Ja]", "[Nee]")
	p.holds(p.taps("Ja"), "tot morgen buiten staan")
	p.holds(p.taps("Ophaaldagen"), dates, "[Medewerker]", "[Iets anders]")
	p.holds(p.taps("Medewerker"), "14 0900", "Kan ik nog iets voor u doen?", "- Ophaaldagen", "- Wat hoort waar?")
	p.holds(p.taps("Ophaaldagen"), "[Domplein 12]")
	p.holds(p.types("1"), dates)
}

func TestAfvalwijzer_whatBelongsWhere(t *testing.T) {
	p := newPhone(t, "2026-11-20 10:00")
	p.holds(p.types("waar kan ik dit weggooien?"), "Wat wilt u weggooien?")
	if answer := p.types("pizadoos"); strings.Contains(answer, "milieustraat") {
		t.Errorf("nothing of it belongs there:\n%s", answer)
	}
	p.holds(p.shown(), "Pizzadoos", "grijze bak", "nog iets weggooien?", "[Iets anders]")
	p.holds(p.types("oude koelkast"), "Koelkast en vriezer", "De milieustraat: Ambachtsweg 40, open van dinsdag")
	p.holds(p.types("een blikje verf"), "Wat bedoelt u?", "Blikje", "Verf", "Iets anders typen")
	p.holds(p.taps("Verf"), "Breng verf naar de milieustraat", "Ambachtsweg 40")
	p.holds(p.types("xyzzy"), "Dat ken ik nog niet", "Typ: menu", "[Medewerker]")
	p.holds(p.types("krant"), "blauwe bak")
	p.types("xyzzy")
	p.holds(p.taps("Medewerker"), "14 0900", "ma-vr 09:00-17:00", "Typ die gerust")
	p.holds(p.types("kliko"), "postcode en huisnummer") // it ended there, and goes on with what is typed
}

func TestMilieustraat_answersAtOnce(t *testing.T) {
	p := newPhone(t, "2026-11-20 10:00")
	p.holds(p.types("hoe laat is de milieustraat open?"), "Ambachtsweg 40", "09:00-16:30", "legitimatie", "grof vuil", "laat het ophalen", "[Wat hoort waar?]", "[Medewerker]", "[Iets anders]")
	p.holds(p.taps("Wat hoort waar?"), "Wat wilt u weggooien?")
	p.holds(p.types("matras"), "Matras", "milieustraat")
	p.holds(newPhone(t, "2026-11-20 10:00").types("where is the dump"), "recycling centre", "Ambachtsweg 40", "[What goes where?]")
}

func TestBak_aBinThatWasNotEmptied(t *testing.T) {
	for name, c := range map[string]struct {
		now   string
		steps []string // "[x]" is tapped, anything else typed
		want  []string
	}{
		"it is picked up today":   {"2026-11-24 09:00", nil, []string{"halen wij vandaag op", "groente en fruit (gft)", "22:00", "[Ophaaldagen]"}},
		"it was yesterday":        {"2026-11-25 09:00", nil, []string{"laatste ophaaldag bij Domplein 12", "dinsdag 24 november", "Stond uw bak", "[Ja]", "[Nee]"}},
		"and it stood outside":    {"2026-11-25 09:00", []string{"[Ja]"}, []string{"tot morgen buiten staan", "14 0900", "[Medewerker]"}},
		"and it did not":          {"2026-11-25 09:00", []string{"Nee"}, []string{"volgende keer", "[Milieustraat]"}},
		"where to take it":        {"2026-11-25 09:00", []string{"Nee", "[Milieustraat]"}, []string{"Ambachtsweg 40", "legitimatie", "[Medewerker]"}},
		"one of two in the week":  {"2026-11-27 09:00", nil, []string{"Welke bak is niet geleegd?", "plastic en blik (pmd)", "groente en fruit (gft)", "dinsdag 24 november"}},
		"the one of today":        {"2026-11-27 09:00", []string{"[plastic en blik (pmd)]"}, []string{"halen wij vandaag op", "plastic en blik"}},
		"the one of Tuesday":      {"2026-11-27 09:00", []string{"[groente en fruit (gft)]"}, []string{"laatste ophaaldag", "24 november"}},
		"and what comes next":     {"2026-11-25 09:00", []string{"[Ja]", "[Ophaaldagen]"}, []string{dates, "27 november"}},
		"someone has to be asked": {"2026-11-25 09:00", []string{"medewerker"}, []string{"14 0900"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, c.now)
			answer := p.types("mijn bak is niet geleegd 3511LN 12")
			for _, step := range c.steps {
				if label, ok := strings.CutPrefix(step, "["); ok {
					answer = p.taps(strings.TrimSuffix(label, "]"))
					continue
				}
				answer = p.types(step)
			}
			p.holds(answer, c.want...)
		})
	}
}

func TestFlows_whenSomethingIsBroken(t *testing.T) {
	for name, c := range map[string]struct {
		operation, opening, answer string
		want                       []string
	}{
		"the calendar":             {"waste.pickups", "ophaaldagen", "3511LN 12", []string{"werkt nu niet", "14 0900", "[Probeer opnieuw]", "[Medewerker]"}},
		"the calendar, for a bin":  {"waste.missed", "bak niet geleegd", "3511LN 12", []string{"Laat uw bak buiten staan", "14 0900", "[Probeer opnieuw]"}},
		"the guide":                {"waste.sorting", "weggooien", "pizzadoos", []string{"niet opzoeken", "[Probeer opnieuw]", "[Medewerker]"}},
		"nothing, but the address": {"", "ophaaldagen", "1012JS 1", []string{"Dit adres ken ik niet", "postcode en huisnummer"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, "2026-11-20 10:00")
			p.broken[c.operation] = true
			p.types(c.opening)
			p.holds(p.types(c.answer), c.want...)
			p.broken = map[string]bool{}
			if !strings.Contains(p.shown(), "[Probeer opnieuw]") {
				return
			}
			if answer := p.taps("Probeer opnieuw"); strings.Contains(answer, "Sorry") {
				t.Errorf("it works again, and still:\n%s", answer)
			}
		})
	}
}

func TestFlows_inEnglish(t *testing.T) {
	p := newPhone(t, "2026-11-24 09:00")
	p.holds(p.types("when is my bin emptied? 3511LN 12"), "automatic assistant", "At Domplein 12 we pick up:", "Tuesday 24 November", "food and garden waste", "before 07:30",
		"- Remind me", "- Another address", "- Bin not emptied", "- Something else")
	p.holds(p.taps("Bin not emptied"), "Let me check.", "[Domplein 12]")
	p.holds(p.types("domplein 12"), "we pick up today", "22:00", "[Speak to someone]")
	p.holds(p.taps("Something else"), "- Pickup days", "- What goes where?")
	p.holds(p.taps("What goes where?"), "What do you want to throw away?")
	p.holds(p.types("pizza box"), "Pizza box", "grey bin", "[Something else]")
	p.holds(p.types("qwerty"), "I do not know that yet", "[Speak to someone]")
	p.holds(p.taps("Speak to someone"), "14 0900", "Mon-Fri")
}

// Every title is a row: none may be cut, in either language.
func TestMenu_titlesFit(t *testing.T) {
	for language, word := range map[string]string{"nl": "menu", "en": "main menu"} {
		p := newPhone(t, "2026-11-20 10:00")
		if language == "en" {
			p.types("english")
		}
		p.types(word)
		if p.last.List == nil {
			t.Fatalf("%s shows no list:\n%s", word, p.shown())
		}
		bundle := load(t)
		for i, row := range p.last.List.Rows {
			if i == text.MaxRows-1 && len(bundle.Shared.Menu) > text.MaxRows {
				break // "Meer"
			}
			title := bundle.Flows[bundle.Shared.Menu[i]].Title.In(language).Source()
			if got := row.Label.Reveal(); got != title {
				t.Errorf("row %d of the menu is %q, want %q", i+1, got, title)
			}
		}
	}
}
