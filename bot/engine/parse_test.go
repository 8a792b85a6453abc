package engine

import (
	"regexp"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot/flow"
)

// On the nights that the clock changes, tomorrow is still one day on.
func TestParseDate_clockChanges(t *testing.T) {
	e := newTalk(t).engine
	for now, want := range map[string]string{
		"2026-03-28T23:30:00+01:00": `"2026-03-29"`, "2026-03-29T23:30:00+02:00": `"2026-03-30"`,
		"2026-10-24T23:30:00+02:00": `"2026-10-25"`, "2026-10-25T23:30:00+01:00": `"2026-10-26"`,
	} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		turn := &turn{Engine: e, now: at.UTC()}
		if got := turn.parse(&flow.State{Ask: askDate}, "morgen"); got != want {
			t.Errorf("after %s: %s, want %s", now, got, want)
		}
	}
}

func TestParseDate(t *testing.T) {
	today := time.Date(2026, 11, 20, 23, 30, 0, 0, time.FixedZone("CET", 3600)) // a Friday
	for typed, want := range map[string]string{
		"20 november": "2026-11-20", "20-11-2026": "2026-11-20", "2026-11-20": "2026-11-20", "20/11/26": "2026-11-20", "20.11": "2026-11-20",
		"vandaag": "2026-11-20", "Morgen": "2026-11-21", "overmorgen": "2026-11-22", "tomorrow": "2026-11-21",
		"vrijdag": "2026-11-27", "aanstaande maandag": "2026-11-23", "zat": "2026-11-21", "Tuesday": "2026-11-24",
		"1 januari": "2027-01-01", "vrijdag 27 nov": "2026-11-27", "November 20th, 2027": "2027-11-20", "20e november": "2026-11-20", "3 mrt": "2027-03-03",
		"29 februari": "2028-02-29", "31 februari": "", "31-4-2026": "", "0-1-2026": "", "ooit": "", "": "", "12": "", "20 november 2026 om 3": "",
		"32 januari": "", "maart": "",
	} {
		got := ""
		if d, ok := parseDate(typed, today); ok {
			got = d.Format(time.DateOnly)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}

func TestParseTime(t *testing.T) {
	for typed, want := range map[string]string{
		"9.30": "09:30", "09:30": "09:30", "0930": "09:30", "9u30": "09:30", "9 uur": "09:00", "9uur": "09:00", "om 14:15 uur": "14:15",
		"half tien": "09:30", "half twee": "13:30", "half een": "12:30", "half twaalf": "11:30", "twaalf uur": "12:00", "kwart over negen": "09:15",
		"kwart voor tien": "09:45", "tien over half tien": "09:40", "vijf voor twaalf": "11:55", "10 voor 3": "14:50",
		"half past nine": "09:30", "a quarter to ten": "09:45", "2 pm": "14:00", "12 am": "00:00", "9 uur 's avonds": "21:00", "4 uur 's ochtends": "04:00",
		"2 uur": "14:00", "02:00": "02:00", "25:00": "", "9.75": "", "straks": "", "": "", "half": "", "9.3": "", "tien over": "",
	} {
		got := ""
		if minutes, ok := parseTime(typed); ok {
			got = clockOf(minutes)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}

// clockOf shows minutes of a day as 09:30.
func clockOf(minutes int) string {
	return time.Date(2026, 1, 1, 0, minutes, 0, 0, time.UTC).Format("15:04")
}

func TestParse_kinds(t *testing.T) {
	e := newTalk(t).engine
	reference := &flow.State{Ask: askReference, Pattern: `VB-[A-Z0-9]{3}`}
	turn := &turn{Engine: e, now: morning}
	for _, c := range []struct {
		state *flow.State
		typed string
		want  string
	}{
		{&flow.State{Ask: askNumber, Min: "1", Max: "10"}, "3", "3"},
		{&flow.State{Ask: askNumber, Min: "1", Max: "10"}, "drie", "3"},
		{&flow.State{Ask: askNumber, Min: "1", Max: "10"}, "11", ""},
		{&flow.State{Ask: askNumber, Min: "1", Max: "10"}, "0", ""},
		{&flow.State{Ask: askNumber}, "2,50", "2.5"},
		{&flow.State{Ask: askNumber}, "34 jaar", "34"},
		{&flow.State{Ask: askNumber}, "1e9", ""},
		{&flow.State{Ask: askText, MaxLength: 5}, "kort", `"kort"`},
		{&flow.State{Ask: askText, MaxLength: 5}, "te lang", ""},
		{&flow.State{Ask: askText}, "...", ""},
		{&flow.State{Ask: askText}, "zeg \"hallo\"\nja", `"zeg \"hallo\"\u000aja"`},
		{&flow.State{Ask: askYesNo}, "Ja hoor!", "true"},
		{&flow.State{Ask: askYesNo}, "oké", "true"},
		{&flow.State{Ask: askYesNo}, "nee", "false"},
		{&flow.State{Ask: askYesNo}, "misschien", ""},
		{&flow.State{Ask: askPhone}, "06 1234 5678", `"+31612345678"`},
		{&flow.State{Ask: askPhone}, "+32 470 12 34 56", `"+32470123456"`},
		{&flow.State{Ask: askPhone}, "0031612345678", `"+31612345678"`},
		{&flow.State{Ask: askPhone}, "061234", ""},
		{&flow.State{Ask: askPhone}, "bel mij op 0612345678", ""},
		{&flow.State{Ask: askEmail}, "jan@voorbeeld.nl", `"jan@voorbeeld.nl"`},
		{&flow.State{Ask: askEmail}, "jan@voorbeeld", ""},
		{&flow.State{Ask: askEmail}, "jan voorbeeld.nl", ""},
		{reference, "vb-7k2", `"VB-7K2"`},
		{reference, "VB 7K2", ""},
		{reference, "xVB-7K2", ""},
		{&flow.State{Ask: askDate, Min: "2026-11-21"}, "morgen", `"2026-11-21"`},
		{&flow.State{Ask: askDate, Min: "2026-11-21"}, "vandaag", ""},
		{&flow.State{Ask: askDate, Max: "2026-12-31"}, "1-1-2027", ""},
		{&flow.State{Ask: askTime}, "half elf", `"10:30"`},
		{&flow.State{Ask: askTime, Min: "09:00", Max: "17:00"}, "8.30", ""},
	} {
		e := *e
		e.patterns = map[*flow.State]*regexp.Regexp{reference: regexp.MustCompile(reference.Pattern)}
		turn.Engine = &e
		if got := turn.parse(c.state, c.typed); got != c.want {
			t.Errorf("%s %q: %s, want %s", c.state.Ask, c.typed, got, c.want)
		}
	}
}

func TestAddressIn(t *testing.T) {
	for typed, want := range map[string]string{
		"3511LN 12": "3511LN 12", "3511 ln 12": "3511 ln 12", "3511ln12a": "3511ln12a", "3511LN 12-2": "3511LN 12-2", "3511 LN, 12 bis": "3511 LN, 12 bis",
		"3511LN 12 A 3": "3511LN 12 A 3", "3511LN 12-hs": "3511LN 12-hs", "12 3511LN": "12 3511LN", "12a, 3511 LN": "12a, 3511 LN", "3511LN huisnummer 12": "3511LN huisnummer 12",
		"wanneer komt de kliko op 3511 ln 12 langs": "3511 ln 12", "ik woon op 3511LN 12 en ben ziek": "3511LN 12",
		"3511LN": "", "Domplein 12": "Domplein 12", "wanneer komt de kliko in de lange nieuwstraat nr 10a?": "de lange nieuwstraat nr 10a",
		"in 2026 ga ik": "", "de bak moet weg 2 keer": "", "onderweg om 12": "", "0511LN 12": "",
	} {
		if got := addressIn(typed); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
	for typed, want := range map[string]bool{"Domplein 12": true, "3511LN 12": true, "3511LN": false, "hallo": false, "12": false, "bij de kerk": false} {
		if got := looksLikeAddress(typed); got != want {
			t.Errorf("%q looks like an address: %v", typed, got)
		}
	}
}

func TestFold(t *testing.T) {
	for typed, want := range map[string]string{"Oké, dank u!": "oke dank u", "  a--B ": "a b", "Українська": "украінська", "العربية": "العربية", "👍": "", "kliko's": "kliko s", "ﬁets": "fiets"} {
		if got := fold(typed); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}

func TestCompares(t *testing.T) {
	for _, c := range []struct {
		have, operator, bound string
		want                  bool
	}{{"9", "<", "18", true}, {"18", "<", "18", false}, {"18", ">=", "18", true}, {"2026-11-20", "<", "2026-12-01", true}, {"x", "!=", "y", true}, {"5", "=", "5.0", true}, {"100", ">", "18", true}} {
		if got := compares(c.have, c.operator, c.bound); got != c.want {
			t.Errorf("%s %s %s: %v", c.have, c.operator, c.bound, got)
		}
	}
}
