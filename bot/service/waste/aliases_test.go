package waste

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAliases_bringProvidersNamesBackToOurs(t *testing.T) {
	table := ownTable(t)
	if n := len(table.kinds); n < 130 {
		t.Errorf("the table knows %d names", n)
	}
	for name, want := range map[string]string{
		"GREEN": "gft", "GREY": "restafval", "PAPER": "papier", "PACKAGES": "pmd", "TREE": "kerstbomen", "BULKLITTER": "grofvuil",
		"Groente, fruit en tuinafval":           "gft",
		"groente-, fruit- & tuinafval":          "gft",
		"GFT Krimpenerwaard":                    "gft",
		"GFT+E":                                 "gft",
		"HA ZLK GFT VR 2W 04 (w1a)":             "gft",
		"Inzameling oud papier en karton (OPK)": "papier",
		"Plastic, metaal en drankenkartons":     "pmd",
		"plastic, blik & drinkpakken":           "pmd",
		"Plastic":                               "plastic",
		"PMDREST":                               "pmd+restafval",
		"GFT en PMD":                            "gft+pmd",
		"residual_waste":                        "restafval",
		"christmas_trees":                       "kerstbomen",
		"Grof tuinafval":                        "tuinafval",
		"Klein chemisch afval":                  "kca",
		"Ophalen kerstbomen":                    "kerstbomen",
		"Luiers en incontinentiemateriaal":      "luiers",
		"Café gesloten":                         "",
		"":                                      "",
		"\xff":                                  "",
		strings.Repeat("vergadering ", 1000):    "",
		"Groente, fruit, tuinafval en etensresten (grote dorp)": "gft",
	} {
		if got := strings.Join(table.in(name), "+"); got != want {
			t.Errorf("%.60q is %q, want %q", name, got, want)
		}
	}
}

func TestAliases_ofTheTownWin(t *testing.T) {
	path := filepath.Join(t.TempDir(), "namen.csv")
	if err := os.WriteFile(path, []byte("# van ons\nRode bak;pmd\nblauwe bak;pmd\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	table, err := openAliases(strings.NewReader(ownAliases), path)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"rode bak": "pmd", "blauwe bak": "pmd", "grijze bak": "restafval"} {
		if got, _ := table.one(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, file := range []string{"rode bak;rood\n", ";pmd\n", "rode bak\n"} {
		if _, err := readAliases(strings.NewReader(file)); err == nil {
			t.Errorf("%q was accepted", file)
		}
	}
}

// Names from providers' answers, an extra check where the samples are.
func TestAliases_knowTheNamesInTheSamples(t *testing.T) {
	dir := "../../../../shared/samples/waste"
	table := ownTable(t)
	for _, name := range []string{"ximmio_GetCalendar_response.json", "rd4_response_shape.json", "mijnafvalwijzer_response_shape.json", "burgerportaal_calendar_shape.json"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			continue // the samples are not part of the project
		}
		var body any
		if err := json.Unmarshal(data, &body); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, word := range kindNames(body) {
			if len(table.in(word)) == 0 {
				t.Errorf("%s: %q is not known", name, word)
			}
		}
	}
	if data, err := os.ReadFile(filepath.Join(dir, "afvalkalender_example.ics")); err == nil {
		feed, err := readICS(data, table, amsterdam(t))
		if err != nil || len(feed.pickups(day(t, "2026-01-01"), day(t, "2026-12-31"))) < 2 {
			t.Errorf("the sample calendar: %v", err)
		}
	}
}

// kindNames collects the values of the keys under which providers name a kind.
func kindNames(v any) []string {
	var out []string
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			out = append(out, kindNames(item)...)
		}
	case map[string]any:
		for key, item := range v {
			if text, ok := item.(string); ok && (key == "_pickupTypeText" || key == "type" || key == "fraction" || key == "nameType") {
				out = append(out, text)
				continue
			}
			out = append(out, kindNames(item)...)
		}
	}
	return out
}
