package waste

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func amsterdam(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func ownTable(t testing.TB) *aliases {
	t.Helper()
	table, err := readAliases(strings.NewReader(ownAliases))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func day(t testing.TB, text string) Day {
	t.Helper()
	d, err := ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func dates(days []Day) string {
	var out []string
	for _, d := range days {
		out = append(out, d.String())
	}
	return strings.Join(out, " ")
}

func TestRule_saysItsDays(t *testing.T) {
	for _, c := range []struct{ rule, from, to, want string }{
		{"elke dinsdag", "2026-11-16", "2026-11-30", "2026-11-17 2026-11-24"},
		{"every Tuesday", "2026-11-16", "2026-11-30", "2026-11-17 2026-11-24"},
		{"even weken, dinsdag", "2026-12-14", "2027-01-31", "2026-12-22 2027-01-12 2027-01-26"},           // three weeks over week 53
		{"odd weeks, Tuesday", "2026-12-14", "2027-01-31", "2026-12-15 2026-12-29 2027-01-05 2027-01-19"}, // weeks 53 and 1
		{"maandag oneven weken", "2026-12-26", "2027-01-10", "2026-12-28 2027-01-04"},                     // the week belongs to the year of its Thursday
		{"every second Friday from 2026-01-09", "2026-12-01", "2027-01-31", "2026-12-11 2026-12-25 2027-01-08 2027-01-22"},
		{"elke tweede vrijdag vanaf 2026-01-09", "2026-01-01", "2026-02-01", "2026-01-09 2026-01-23"},     // not before its beginning
		{"om de week vanaf 2026-03-22", "2026-03-22", "2026-04-20", "2026-03-22 2026-04-05 2026-04-19"},   // over the clock change of 29 March
		{"every 2 weeks from 2026-10-18", "2026-10-18", "2026-11-16", "2026-10-18 2026-11-01 2026-11-15"}, // over that of 25 October
		{"elke 4 weken vanaf 2028-02-01", "2028-02-01", "2028-04-01", "2028-02-01 2028-02-29 2028-03-28"}, // leap day
		{"elke week vanaf 2028-02-22", "2028-02-22", "2028-03-08", "2028-02-22 2028-02-29 2028-03-07"},
		{"first Monday of the month", "2026-01-01", "2026-03-31", "2026-01-05 2026-02-02 2026-03-02"},
		{"laatste zaterdag van de maand", "2028-02-01", "2028-03-31", "2028-02-26 2028-03-25"},
		{"op 2027-01-06, 2027-01-13", "2027-01-01", "2027-12-31", "2027-01-06 2027-01-13"},
		{"elke woensdag november t/m maart", "2026-03-25", "2026-11-12", "2026-03-25 2026-11-04 2026-11-11"},
		{"every Wednesday March to April", "2026-02-20", "2026-03-12", "2026-03-04 2026-03-11"},
	} {
		t.Run(c.rule+" "+c.from, func(t *testing.T) {
			r, err := parseRule(c.rule)
			if err != nil {
				t.Fatal(err)
			}
			var days []Day
			for d := day(t, c.from); d <= day(t, c.to); d++ {
				if r.falls(d) {
					days = append(days, d)
				}
			}
			if got := dates(days); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestRule_refusesWhatSaysNoDays(t *testing.T) {
	for _, text := range []string{
		"", "dinsdag", "elke", "even weken", "elke dag", "elke dinsdag woensdag", "eerste van de maand", "maandag van de maand",
		"elke tweede vrijdag", "elke tweede vrijdag vanaf 2026-01-08", "elke 4 weken", "dinsdag 2026-01-06", "2026-13-01",
		"even weken, dinsdag vanaf 2026-01-06", "elke dinsdag maart", "elke 60 weken vanaf 2026-01-06", "elke -2 weken vanaf 2026-01-06",
		"laatste vrijdag vanaf 2026-01-09", "op 2026-01-06 elke tweede",
	} {
		if r, err := parseRule(text); err == nil {
			t.Errorf("%q was read as %+v", text, r)
		}
	}
}

// town is a calendar with one area and the rules that a test needs.
func town(t *testing.T, rules, rest string) *rules {
	t.Helper()
	text := "valid_from = 2025-01-01\nvalid_until = 2028-12-31\n" + rest +
		"\n[[area]]\nname = \"Dorp\"\npostcodes = [\"3511\"]\nrules = [" + rules + "]\n"
	if strings.Contains(rest, "[[") { // tables stand behind plain keys
		text = "valid_from = 2025-01-01\nvalid_until = 2028-12-31\n[[area]]\nname = \"Dorp\"\npostcodes = [\"3511\"]\nrules = [" + rules + "]\n" + rest
	}
	r, err := readRules([]byte(text), ownTable(t), amsterdam(t))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func pickups(t *testing.T, c calendar, now, postcode, from, to string) string {
	t.Helper()
	found, err := c.Pickups(context.Background(), at(t, now), Place{Postcode: postcode, Number: 12, BAGID: "0344200000001084"}, day(t, from), day(t, to))
	if err != nil {
		return "error: " + err.Error()
	}
	var out []string
	for _, p := range found {
		out = append(out, p.Day.String()+" "+p.Kind)
	}
	return strings.Join(out, ", ")
}

func TestRules_holidaysMovePickups(t *testing.T) {
	const mondays = `{ kind = "GREEN", when = "elke maandag" }`
	for name, c := range map[string]struct{ rules, rest, from, to, want string }{
		"easter monday to tuesday":          {mondays, "", "2026-04-05", "2026-04-12", "2026-04-07 gft"},
		"or to the saturday before":         {mondays, "[holidays]\nmove = \"previous\"", "2026-04-02", "2026-04-12", "2026-04-04 gft"},
		"or not at all":                     {mondays, "[holidays]\nmove = \"skip\"", "2026-04-02", "2026-04-12", ""},
		"or collectors work":                {mondays, "[holidays]\nmove = \"none\"", "2026-04-02", "2026-04-12", "2026-04-06 gft"},
		"king's day on a monday":            {mondays, "", "2026-04-26", "2026-04-30", "2026-04-28 gft"},
		"king's day is a day early in 2025": {`{ kind = "gft", when = "elke zaterdag" }`, "", "2025-04-24", "2025-04-30", "2025-04-28 gft"},
		"christmas, boxing day and sunday":  {`{ kind = "gft", when = "elke vrijdag" }`, "", "2026-12-24", "2026-12-31", "2026-12-28 gft"},
		"new year's day":                    {`{ kind = "gft", when = "elke vrijdag" }`, "", "2026-12-31", "2027-01-03", "2027-01-02 gft"},
		"good friday counts unless it says": {`{ kind = "gft", when = "elke vrijdag" }`, "", "2026-04-02", "2026-04-05", "2026-04-04 gft"},
		"good friday is a working day":      {`{ kind = "gft", when = "elke vrijdag" }`, "[holidays]\nworking = [\"Goede Vrijdag\"]", "2026-04-02", "2026-04-05", "2026-04-03 gft"},
		"a day of our own":                  {mondays, "[holidays]\nalso = [2026-11-23]", "2026-11-22", "2026-11-28", "2026-11-24 gft"},
		"an exception goes first":           {mondays, "[[exception]]\ndate = 2026-04-06\nmoved_to = 2026-04-09", "2026-04-05", "2026-04-12", "2026-04-09 gft"},
		"an exception cancels":              {mondays, "[[exception]]\ndate = 2026-11-23", "2026-11-20", "2026-11-28", ""},
		"of another kind it does not":       {mondays, "[[exception]]\nkind = \"papier\"\ndate = 2026-11-23", "2026-11-20", "2026-11-28", "2026-11-23 gft"},
		"an extra pickup":                   {mondays, "[[exception]]\nkind = \"papier\"\nextra = true\ndate = 2026-11-25", "2026-11-20", "2026-11-28", "2026-11-23 gft, 2026-11-25 papier"},
		"two that meet are one":             {mondays + `, { kind = "gft", when = "elke dinsdag" }`, "", "2026-04-05", "2026-04-09", "2026-04-07 gft"},
		"moved into what is asked for":      {mondays, "[[exception]]\ndate = 2026-11-23\nmoved_to = 2026-12-03", "2026-12-01", "2026-12-05", "2026-12-03 gft"},
		"the 31st and the 1st":              {`{ kind = "gft", when = "elke donderdag" }`, "", "2026-12-28", "2027-01-08", "2026-12-31 gft, 2027-01-07 gft"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := pickups(t, town(t, c.rules, c.rest), "2026-01-05 10:00", "3511LN", c.from, c.to); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestRules_knowTheirTownAndTheirTime(t *testing.T) {
	c := town(t, `{ kind = "gft", when = "elke maandag" }`, "")
	for name, w := range map[string]struct {
		now, postcode string
		want          error
	}{
		"the last minute of the last day": {"2028-12-31 23:59", "3511LN", nil},
		"a minute later":                  {"2029-01-01 00:00", "3511LN", ErrStale},
		"before it begins":                {"2024-12-31 23:59", "3511LN", ErrStale},
		"another town":                    {"2026-11-20 10:00", "1012JS", ErrUnknown},
		"no postcode":                     {"2026-11-20 10:00", "", ErrUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.Pickups(context.Background(), at(t, w.now), Place{Postcode: w.postcode}, 0, 1)
			if !errors.Is(err, w.want) {
				t.Errorf("got %v, want %v", err, w.want)
			}
		})
	}
}

func TestReadRules_tellsAllThatIsWrong(t *testing.T) {
	const head = "valid_from = 2026-01-01\nvalid_until = 2026-12-31\n"
	const area = "[[area]]\nname = \"A\"\npostcodes = [\"3511\"]\nrules = [{ kind = \"gft\", when = \"elke maandag\" }]\n"
	for name, c := range map[string]struct{ file, want string }{
		"no TOML":            {"area = [", "array"},
		"an unknown key":     {head + "postcode = 1\n" + area, "unknown key"},
		"no validity":        {area, "valid_from and valid_until"},
		"the wrong way":      {"valid_from = 2027-01-01\nvalid_until = 2026-12-31\n" + area, "valid_from and valid_until"},
		"no area":            {head, "no [[area]]"},
		"a rule":             {head + strings.Replace(area, "elke maandag", "elke maandga", 1), `the word "maandga" is not understood`},
		"a kind":             {head + strings.Replace(area, `"gft"`, `"goud"`, 1), `kind "goud" is not known`},
		"a postcode":         {head + strings.Replace(area, "3511", "351", 1), "not a postcode"},
		"a span":             {head + strings.Replace(area, "3511", "3512AB-3511AA", 1), "not a span"},
		"twice a postcode":   {head + area + strings.Replace(area, `"A"`, `"B"`, 1), `already belongs to area "A"`},
		"twice an area":      {head + area + area, "stands there twice"},
		"a holiday":          {head + area + "[holidays]\nworking = [\"Sinterklaas\"]\n", `no holiday "Sinterklaas"`},
		"a move":             {head + area + "[holidays]\nmove = \"later\"\n", "next, previous, skip or none"},
		"an exception far":   {head + area + "[[exception]]\ndate = 2026-01-05\nmoved_to = 2026-03-05\n", "moved more than 14 days"},
		"an exception where": {head + area + "[[exception]]\ndate = 2026-01-05\narea = \"C\"\n", `no area "C"`},
		"an extra of what":   {head + area + "[[exception]]\ndate = 2026-01-05\nextra = true\n", "an extra pickup has a kind"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readRules([]byte(c.file), ownTable(t), amsterdam(t))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestAreas_theMorePreciseOneWins(t *testing.T) {
	a := newAreas()
	for _, c := range [][2]string{{"town", "3511"}, {"harbour", "3511HA-3511HZ"}, {"mill", "3511 HB"}} {
		if err := a.add(c[0], c[1]); err != nil {
			t.Fatal(err)
		}
	}
	for postcode, want := range map[string]string{"3511LN": "town", "3511HA": "harbour", "3511HZ": "harbour", "3511HB": "mill", "3512AA": ""} {
		if got, _ := a.of(postcode); got != want {
			t.Errorf("%s lies in %q, want %q", postcode, got, want)
		}
	}
	if err := a.add("quay", "3511HX-3511KA"); err == nil {
		t.Error("two areas may not overlap")
	}
}

func TestDayOf_isTheTownsDayAlsoWhenTheClockChanges(t *testing.T) {
	zone := amsterdam(t)
	for moment, want := range map[string]string{
		"2026-03-28T23:30:00Z": "2026-03-29", // half past midnight, before the clock goes forward
		"2026-03-29T01:00:00Z": "2026-03-29", // 03:00, just after
		"2026-03-29T21:59:59Z": "2026-03-29",
		"2026-03-29T22:00:00Z": "2026-03-30", // midnight in summer time
		"2026-10-25T00:30:00Z": "2026-10-25", // 02:30 for the first time
		"2026-10-25T01:30:00Z": "2026-10-25", // 02:30 for the second time
		"2026-10-25T22:59:59Z": "2026-10-25",
		"2026-10-25T23:00:00Z": "2026-10-26", // midnight in winter time
		"2028-02-28T23:00:00Z": "2028-02-29",
		"2026-12-31T23:00:00Z": "2027-01-01",
	} {
		m, err := time.Parse(time.RFC3339, moment)
		if err != nil {
			t.Fatal(err)
		}
		if got := DayOf(m, zone).String(); got != want {
			t.Errorf("%s is %s, want %s", moment, got, want)
		}
	}
}
