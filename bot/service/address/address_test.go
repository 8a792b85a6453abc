package address

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
)

var noon = time.Date(2026, 11, 20, 11, 0, 0, 0, time.UTC)

// ask puts a text to address.find and writes the outcome with the labels.
func ask(t *testing.T, s *Service, text string) string {
	t.Helper()
	result, err := s.Call(context.Background(), noon, bot.Call{Operation: "address.find", With: map[string]bot.Value{"text": bot.ValueOf(text)}})
	if err != nil {
		t.Fatal(err)
	}
	var labels []string
	switch v := result.Value.Decode().(type) {
	case map[string]any:
		labels = append(labels, fmt.Sprint(v["label"], ", ", v["city"]))
	case []any:
		for _, item := range v {
			record := item.(map[string]any)
			labels = append(labels, fmt.Sprint(record["label"], ", ", record["city"]))
		}
	}
	return strings.TrimSpace(result.Outcome + " " + strings.Join(labels, " | "))
}

func TestFind_readsWhatResidentsType(t *testing.T) {
	const twelve = "found Domplein 12, Voorbeeldstad"
	s := Example()
	for text, want := range map[string]string{
		"3511LN 12":                              twelve,
		"3511 ln 12":                             twelve,
		"3511ln12":                               twelve,
		"12 3511LN":                              twelve,
		"12, 3511 LN Voorbeeldstad":              twelve,
		"3511LN, 12.":                            twelve,
		"postcode 3511LN huisnummer 12":          twelve,
		"ik woon op Domplein 12, 3511 LN":        twelve,
		"Domplein 12":                            twelve,
		"domplein 12 voorbeeldstad":              twelve,
		"Domplein 12 in Voorbeeldstad":           twelve,
		"Dompleinn 12":                           twelve,
		"Dom plein 12":                           twelve,
		"DOMPLEIN NR. 12":                        twelve,
		"12 Domplein":                            twelve,
		"Domplein 12 voorbeelstad":               twelve,
		"I live at Domplein 12 please":           twelve,
		"3511LN 14b":                             "found Domplein 14B, Voorbeeldstad",
		"3511LN 14 B":                            "found Domplein 14B, Voorbeeldstad",
		"14-b 3511ln":                            "found Domplein 14B, Voorbeeldstad",
		"Domplein 14 letter b":                   "found Domplein 14B, Voorbeeldstad",
		"3511LN 18-2":                            "found Domplein 18-2, Voorbeeldstad",
		"3511ln 18 2":                            "found Domplein 18-2, Voorbeeldstad",
		"Oude Haven 3hs":                         "found Oude Haven 3-HS, Voorbeeldstad",
		"Oude Haven 3 huis":                      "found Oude Haven 3-HS, Voorbeeldstad",
		"3511AB 12 bis":                          "found Raadhuisstraat 12-BIS, Voorbeeldstad",
		"12bis 3511AB":                           "found Raadhuisstraat 12-BIS, Voorbeeldstad",
		"3511AA 7 A 3":                           "found Raadhuisstraat 7A-3, Voorbeeldstad",
		"7a-3, 3511 aa":                          "found Raadhuisstraat 7A-3, Voorbeeldstad",
		"3511AA7a3":                              "found Raadhuisstraat 7A-3, Voorbeeldstad",
		"Esdoornstr. 6 zwart":                    "found Esdoornstraat 6-ZW, Voorbeeldstad",
		"burg. van dalenlaan 4":                  "found Burgemeester van Dalenlaan 4, Voorbeeldstad",
		"St. Jansstraat 5":                       "found Sint Jansstraat 5, Voorbeeldstad",
		"Plein 1945 3":                           "found Plein 1945 3, Voorbeeldstad",
		"Plein 1945 nummer 3 in Voorbeeldstad":   "found Plein 1945 3, Voorbeeldstad",
		"2e dwarsstraat 7":                       "found Tweede Dwarsstraat 7, Voorbeeldstad",
		"Kerkstraat 8 Voorbeelderdam":            "found Kerkstraat 8, Voorbeelderdam",
		"Kerkstraat 8, 3512 BB":                  "found Kerkstraat 8, Voorbeeldstad",
		strings.Repeat(" ", 500) + "3511LN 12":   "none", // nobody types that; it is cut
		"":                                       "none",
		"weet ik niet":                           "none",
		"12":                                     "none",
		"9999XX 12":                              "none",
		"1012 JS 1":                              "none",
		"3511LN 99":                              "none",
		"Kalverstraat 12 Amsterdam":              "none",
		"3511LN 123456":                          "none", // not a house number
		"0511LN 12":                              "none",
		"3511LN 0":                               "none",
		"Kerkstraat 999":                         "none",
		"\xff\xfe 3511LN 12":                     twelve,
		"3511LN\u00a012":                         twelve,
		"Dómplein 12":                            twelve,
		"Domplein 12 aub, dank":                  twelve,
		"Wat is mijn ophaaldag? Domplein 12 aub": "several Domplein 12, Voorbeeldstad",
	} {
		if got := ask(t, s, text); got != want {
			t.Errorf("%q\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestFind_neverPicksByItself(t *testing.T) {
	s := Example()
	for name, c := range map[string]struct{ text, want string }{
		"a number with letters":            {"3511LN 14", "several Domplein 14A, Voorbeeldstad | Domplein 14B, Voorbeeldstad | Domplein 14C, Voorbeeldstad"},
		"a number beside its own letter":   {"3511LN 16", "several Domplein 16, Voorbeeldstad | Domplein 16A, Voorbeeldstad"},
		"a letter that is not there":       {"3511LN 12c", "several Domplein 12, Voorbeeldstad"},
		"only the letter exists":           {"Kerkstraat 9 Voorbeeldstad", "several Kerkstraat 9A, Voorbeeldstad"},
		"the same street in two places":    {"Kerkstraat 8", "several Kerkstraat 8, Voorbeeldstad | Kerkstraat 8, Voorbeelderdam"},
		"a street of another town":         {"Domplein 12 Utrecht", "several Domplein 12, Voorbeeldstad"},
		"a postcode with a wrong letter":   {"3511LM Domplein 12", "several Domplein 12, Voorbeeldstad"},
		"a postcode of another town":       {"1012JS Domplein 12", "none"},
		"a longer name than we have":       {"Nieuwe Lindelaan 5", "several Lindelaan 5, Voorbeeldstad"},
		"two typing errors":                {"Kastanjulaam 4", "several Kastanjelaan 4, Voorbeeldstad"},
		"street and postcode that differ":  {"3511LN 12 Lindelaan", "several Domplein 12, Voorbeeldstad | Lindelaan 12, Voorbeeldstad"},
		"the postcode's digits only":       {"3511 13", "several Domplein 13, Voorbeeldstad | Lange Molenstraat 13, Voorbeeldstad | Oude Haven 13, Voorbeeldstad | Raadhuisstraat 13, Voorbeeldstad"},
		"a street without a number":        {"Berkenpad", "several Berkenpad 1, Voorbeeldstad | Berkenpad 2, Voorbeeldstad | Berkenpad 3, Voorbeeldstad | Berkenpad 4, Voorbeeldstad | Berkenpad 5, Voorbeeldstad | Berkenpad 6, Voorbeeldstad | Berkenpad 7, Voorbeeldstad | Berkenpad 8, Voorbeeldstad | Berkenpad 9, Voorbeeldstad | Berkenpad 10, Voorbeeldstad"},
		"more than anyone wants to choose": {"3511LN", "none"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := ask(t, s, c.text); got != c.want {
				t.Errorf("%q\n got %s\nwant %s", c.text, got, c.want)
			}
		})
	}
}

func TestFind_everyAddressIsFoundByItsPostcodeAndLabel(t *testing.T) {
	s := Example()
	for _, a := range s.book.addresses {
		text := fmt.Sprintf("%s %d%s %s", a.Postcode, a.Number, a.Letter, a.Addition)
		got := s.book.find(text)
		if len(got.addresses) == 1 && got.addresses[0] == a {
			continue
		}
		// a number that also exists with a suffix is offered to choose from
		if a.suffix() != "" || len(got.addresses) < 2 || got.sure {
			t.Errorf("%q gives %d addresses, sure %v", text, len(got.addresses), got.sure)
		}
	}
}

func TestNear_takesTheNearestWithinAStonesThrow(t *testing.T) {
	s := Example()
	for name, c := range map[string]struct {
		latitude, longitude float64
		want                string
	}{
		"on the pavement":     {52.08605, 5.09135, "found Domplein 12"},
		"in the river":        {52.15, 5.3, "none"},
		"in another country":  {-33, 151, "none"},
		"a metre from number": {52.086000, 5.091112, "found Domplein 10"},
	} {
		t.Run(name, func(t *testing.T) {
			result, err := s.Call(context.Background(), noon, bot.Call{Operation: "address.near",
				With: map[string]bot.Value{"latitude": bot.ValueOf(c.latitude), "longitude": bot.ValueOf(c.longitude)}})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.TrimSpace(result.Outcome + " " + result.Value.Text()); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestCall_failsWithoutNamingTheAddress(t *testing.T) {
	s := Example()
	for _, call := range []bot.Call{
		{Operation: "address.guess"},
		{Operation: "address.near", With: map[string]bot.Value{"latitude": bot.ValueOf("Domplein 12"), "longitude": bot.ValueOf(5)}},
		{Operation: "address.near", With: map[string]bot.Value{"latitude": bot.ValueOf(95), "longitude": bot.ValueOf(5)}},
	} {
		result, err := s.Call(context.Background(), noon, call)
		if err == nil || result.Outcome != "failed" || strings.Contains(err.Error(), "Domplein") {
			t.Errorf("%s: outcome %s, error %v", call.Operation, result.Outcome, err)
		}
	}
}

func TestOperations_saveWhatTheyDeclare(t *testing.T) {
	s := Example()
	for _, op := range s.Operations() {
		if op.Writes {
			t.Errorf("%s only reads", op.Name)
		}
	}
	for _, a := range s.book.addresses {
		record := a.record()
		for _, field := range Record() {
			value, ok := record[field.Name]
			if !ok || len([]rune(fmt.Sprint(value))) > field.Longest {
				t.Fatalf("%s of %s is missing or longer than declared", field.Name, a.Label())
			}
		}
	}
}

func TestRead_tellsEveryFaultWithItsLine(t *testing.T) {
	const head = "postcode;huisnummer;huisletter;toevoeging;straat;woonplaats;nummeraanduiding;lat;lon\n"
	for name, c := range map[string]struct{ file, want string }{
		"no header":         {"", "line 1"},
		"a column is away":  {"postcode;huisnummer;straat\n", `line 1: there is no column "woonplaats"`},
		"nothing in it":     {head, "not one address"},
		"a bad postcode":    {head + "0511LN;12;;;Domplein;V;;;\n", "line 2: postcode"},
		"a bad number":      {head + "3511LN;1x;;;Domplein;V;;;\n", "line 2: huisnummer"},
		"a bad letter":      {head + "3511LN;1;AB;;Domplein;V;;;\n", "line 2: huisletter"},
		"a long addition":   {head + "3511LN;1;;ABCDE;Domplein;V;;;\n", "line 2: toevoeging"},
		"no street":         {head + "3511LN;1;;;;V;;;\n", "line 2: straat"},
		"a bad bag id":      {head + "3511LN;1;;;Domplein;V;123;;\n", "line 2: nummeraanduiding"},
		"a place at sea":    {head + "3511LN;1;;;Domplein;V;;12;5\n", "line 2: lat"},
		"not a number":      {head + "3511LN;1;;;Domplein;V;;52;NaN\n", "line 2: lon"},
		"a long street":     {head + "3511LN;1;;;" + strings.Repeat("x", 70) + ";V;;;\n", "line 2: street and number"},
		"twice the same":    {head + "3511LN;1;;;Domplein;V;;;\n3511LN;1;;;Domplein;V;;;\n", "line 3: the same address stands on line 2"},
		"not UTF-8":         {head + "3511LN;1;;;Dompl\xe9in;V;;;\n", "line 2: the file is not UTF-8"},
		"a column too many": {head + "3511LN;1;;;Domplein;V;;;;;\n", "line 2"},
		"two at once":       {head + "x;1;;;Domplein;V;;;\n3511LN;x;;;Domplein;V;;;\n", "line 3: huisnummer"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(strings.NewReader(c.file))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			if strings.Contains(err.Error(), "Domplein") {
				t.Errorf("the error quotes the address: %v", err)
			}
		})
	}
}

func TestRead_takesWhatSpreadsheetsWrite(t *testing.T) {
	for name, file := range map[string]string{
		"semicolons and a byte order mark": "\xef\xbb\xbfPostcode;Huisnummer;Straat;Woonplaats\r\n3511 ln;12;Domplein;Voorbeeldstad\r\n",
		"commas, quotes, English names":    "street,city,number,postcode,lat,lng\n\"Domplein\",Voorbeeldstad,12,3511LN,52.1,5.1\n",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "adressen.csv")
			if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := Open(Config{File: path})
			if err != nil {
				t.Fatal(err)
			}
			if got := ask(t, s, "3511LN 12"); got != "found Domplein 12, Voorbeeldstad" {
				t.Error(got)
			}
		})
	}
}

func TestOpen_saysWhichFileIsNotThere(t *testing.T) {
	for _, config := range []Config{{}, {File: "/nowhere/adressen.csv"}} {
		if _, err := Open(config); err == nil || !strings.Contains(err.Error(), "address") {
			t.Errorf("%+v: %v", config, err)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, text := range []string{"3511LN 12", "7a-3, 3511 aa", "Plein 1945 3", "2e dwarsstr 7", "\xff 9999 ", "1 1 1 1 1 e e e"} {
		f.Add(text)
	}
	s := Example()
	f.Fuzz(func(t *testing.T, text string) {
		got := s.book.find(text)
		for _, a := range got.addresses {
			if a.Postcode == "" {
				t.Errorf("%q gives an empty address", text)
			}
		}
		if got.sure && len(got.addresses) != 1 {
			t.Errorf("%q is sure of %d addresses", text, len(got.addresses))
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add("postcode;huisnummer;straat;woonplaats\n3511LN;12;Domplein;Voorbeeldstad\n")
	f.Add("postcode,huisnummer,straat,woonplaats\n\"\n")
	f.Fuzz(func(t *testing.T, file string) {
		book, err := Read(strings.NewReader(file))
		if err == nil && len(book.addresses) == 0 {
			t.Error("a register without addresses was accepted")
		}
	})
}
