package waste

import (
	"strings"
	"testing"

	"github.com/gemeentebode/bode/bot"
)

func TestSorting_readsWhatResidentsAsk(t *testing.T) {
	s := Example()
	for question, want := range map[string]string{
		"pizzadoos":                         "found Pizzadoos",
		"Pizza doos":                        "found Pizzadoos",
		"waar moet een vette pizzadoos?":    "found Pizzadoos",
		"pizzadozen":                        "found Pizzadoos",
		"pizadoos":                          "found Pizzadoos",
		"pizza box":                         "found Pizzadoos",
		"Where do I put a pizza box?":       "found Pizzadoos",
		"batterij":                          "found Batterijen",
		"lege batterijen":                   "found Batterijen",
		"baterijen":                         "found Batterijen",
		"batteries":                         "found Batterijen",
		"In welke bak hoort een oude krant": "found Krant",
		"frituurvet weggooien":              "found Frituurvet",
		"verf":                              "found Verf",
		"blik verf":                         "found Verf",
		"een blikje verf":                   "several Blikje, Verf",
		"tl-buis":                           "found Spaarlamp en tl-buis",
		"TL buizen":                         "found Spaarlamp en tl-buis",
		"Luiers":                            "found Luiers",
		"nappies":                           "found Luiers",
		"kapotte koelkast":                  "found Koelkast en vriezer",
		"old mattress":                      "found Matras",
		"föhn":                              "found Haardroger",
		"fohn":                              "found Haardroger",
		"medicijnen en batterijen":          "several Medicijnen, Batterijen",
		"vuilnisbakkenras":                  "unknown",
		"xyzzy":                             "unknown",
		"":                                  "unknown",
		"???":                               "unknown",
		"waar hoort dit":                    "unknown",
		"\xff\xfe":                          "unknown",
		"bank":                              "found Bank",
		"gasfles van de camping":            "found Gasfles",
		strings.Repeat("blabla ", 200):      "unknown",
		"wat moet ik doen met een dode kat in de tuin": "found Dood huisdier",
		"oude kleren":    "found Kleding",
		"christmas tree": "found Kerstboom",
		"kerstbomen":     "found Kerstboom",
		"melkpakken":     "found Melkpak",
		"speelgoed":      "found Plastic speelgoed",
	} {
		got := call(t, s, "2026-11-20 10:00", "waste.sorting", map[string]bot.Value{"item": bot.ValueOf(question)})
		if got != want {
			t.Errorf("%.50q\n got %s\nwant %s", question, got, want)
		}
	}
}

func TestSorting_findsEveryItemByItsNames(t *testing.T) {
	s := Example()
	if n := len(s.guide.items); n < 150 {
		t.Errorf("the guide has %d items", n)
	}
	for _, it := range s.guide.items {
		for _, name := range []string{it.name, it.nameEN} {
			found, _ := s.guide.look(name)
			known := false
			for _, f := range found {
				known = known || f == it
			}
			if !known {
				t.Errorf("%q is not found by %q", it.name, name)
			}
		}
	}
}

func TestReadGuide_tellsTheLine(t *testing.T) {
	const head = "item;item_en;kind;where;where_en;synonyms;synonyms_en\n"
	for name, c := range map[string]struct{ file, want string }{
		"nothing":        {"", "no header"},
		"no item":        {head, "not one item"},
		"a long name":    {head + strings.Repeat("x", 25) + ";Box;papier;Hier.;Here.;;\n", "line 2: item has to be"},
		"no English":     {head + "Doos;;papier;Hier.;Here.;;\n", "line 2: item_en has to be"},
		"nowhere":        {head + "Doos;Box;papier;;Here.;;\n", "line 2: where has to be"},
		"an odd kind":    {head + "Doos;Box;goud;Hier.;Here.;;\n", `line 2: kind "goud"`},
		"the same twice": {head + "Doos;Box;papier;Hier.;Here.;;\ndoos;Box;papier;Hier.;Here.;;\n", `line 3: "doos" already stands on line 2`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := readGuide([]byte(c.file)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func FuzzLook(f *testing.F) {
	for _, q := range []string{"pizzadoos", "waar moet mijn oude koelkast heen", "\xff", "en en en", "a b c d e f g h"} {
		f.Add(q)
	}
	s := Example()
	f.Fuzz(func(t *testing.T, question string) {
		result := s.sorting(bot.Call{With: map[string]bot.Value{"item": bot.ValueOf(question)}})
		if (result.Outcome == "unknown") != result.Value.Empty() {
			t.Errorf("%q: %s with or without a value", question, result.Outcome)
		}
	})
}
