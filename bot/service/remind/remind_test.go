package remind

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/gemeentebode/bode/bot"
)

func at(t *testing.T, s *Service, text string) time.Time {
	t.Helper()
	moment, err := time.ParseInLocation("2006-01-02 15:04", text, s.zone)
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

func TestDay_fromTomorrowThroughAYearAhead(t *testing.T) {
	s := New()
	for name, c := range map[string]struct{ now, date, want string }{
		"tomorrow":                            {"2026-11-20 10:00", "2026-11-21", "good"},
		"today":                               {"2026-11-20 10:00", "2026-11-20", "past"},
		"yesterday":                           {"2026-11-20 10:00", "2026-11-19", "past"},
		"just before midnight it is tomorrow": {"2026-11-20 23:59", "2026-11-21", "good"},
		"just after it is today":              {"2026-11-21 00:00", "2026-11-21", "past"},
		"a year ahead":                        {"2026-11-20 10:00", "2027-11-20", "good"},
		"a day more":                          {"2026-11-20 10:00", "2027-11-21", "far"},
		"the 25 hours of an October day":      {"2026-10-25 23:30", "2026-10-26", "good"},
		"the 23 hours of a March day":         {"2027-03-28 00:30", "2027-03-28", "past"},
		"from a leap day":                     {"2028-02-29 10:00", "2029-02-28", "good"},
		"and a day more":                      {"2028-02-29 10:00", "2029-03-01", "far"},
		"over the end of the year":            {"2026-12-31 10:00", "2027-01-01", "good"},
		"no date":                             {"2026-12-31 10:00", "morgen", "failed"},
	} {
		t.Run(name, func(t *testing.T) {
			result, err := s.Call(t.Context(), at(t, s, c.now), bot.Call{Operation: "remind.day", With: map[string]bot.Value{"date": bot.ValueOf(c.date)}})
			if result.Outcome != c.want || (err != nil) != (c.want == "failed") {
				t.Errorf("%s, %v; want %s", result.Outcome, err, c.want)
			}
		})
	}
	if result, err := s.Call(t.Context(), time.Now(), bot.Call{Operation: "remind.me"}); result.Outcome != "failed" || err == nil {
		t.Error("an operation that is not there is answered")
	}
}

func chosen(date, what string) bot.Value {
	return bot.ValueOf(map[string]string{"date": date, "what": what})
}

func TestHear_tellsOnTheDayThatWasChosen(t *testing.T) {
	s := New()
	passport := chosen("2026-12-01", "paspoort ophalen")
	for name, c := range map[string]struct {
		due, now string
		about    []bot.Value
		want     string
	}{
		"on the day":              {"2026-12-01 09:00", "", []bot.Value{passport}, "paspoort ophalen"},
		"the day before":          {"2026-11-30 09:00", "", []bot.Value{passport}, ""},
		"late that day":           {"2026-12-01 09:00", "2026-12-01 20:59", []bot.Value{passport}, "paspoort ophalen"},
		"when the day is over":    {"2026-12-01 09:00", "2026-12-02 00:00", []bot.Value{passport}, ""},
		"two of the day":          {"2026-12-01 09:00", "", []bot.Value{passport, chosen("2026-12-01", "bel de dokter.")}, "paspoort ophalen; bel de dokter"},
		"one of another day":      {"2026-12-01 09:00", "", []bot.Value{passport, chosen("2026-12-03", "x")}, "paspoort ophalen"},
		"the same twice":          {"2026-12-01 09:00", "", []bot.Value{passport, passport}, "paspoort ophalen"},
		"several lines":           {"2026-12-01 09:00", "", []bot.Value{chosen("2026-12-01", " pas\n\tophalen \n  bij      de balie ")}, "pas ophalen bij de balie"},
		"nothing but spaces":      {"2026-12-01 09:00", "", []bot.Value{chosen("2026-12-01", " \n ")}, ""},
		"what cannot be read":     {"2026-12-01 09:00", "", []bot.Value{bot.ValueOf("x"), {}}, ""},
		"the clock goes back":     {"2026-10-25 09:00", "", []bot.Value{chosen("2026-10-25", "de klok")}, "de klok"},
		"the clock goes forward":  {"2027-03-28 09:00", "", []bot.Value{chosen("2027-03-28", "de klok")}, "de klok"},
		"on New Year's day":       {"2027-01-01 09:00", "", []bot.Value{chosen("2027-01-01", "bellen")}, "bellen"},
		"six of a day: the first": {"2026-12-01 09:00", "", six(), "a; b; c; d; e"},
	} {
		t.Run(name, func(t *testing.T) {
			h := bot.Hearing{Audience: "remind.today", Due: at(t, s, c.due), To: bot.Subscriber{About: c.about}}
			if c.now != "" {
				h.Now = at(t, s, c.now)
			}
			values, err := s.Hear(t.Context(), h)
			if err != nil || values["subject"].Text() != c.want || (values == nil) != (c.want == "") {
				t.Errorf("got %q, %v; want %q", values["subject"].Text(), err, c.want)
			}
		})
	}
	for name, about := range map[string][]bot.Value{"the day after": {passport}, "two of days before": {passport, chosen("2025-01-01", "x")}} {
		h := bot.Hearing{Audience: "remind.today", Due: at(t, s, "2026-12-02 09:00"), To: bot.Subscriber{About: about}}
		if values, err := s.Hear(t.Context(), h); values != nil || !errors.Is(err, bot.ErrPast) {
			t.Errorf("%s: %v, %v", name, values, err)
		}
	}
	if _, err := s.Hear(t.Context(), bot.Hearing{Audience: "remind.everyone"}); err == nil {
		t.Error("an audience that is not there is heard")
	}
}

func six() (list []bot.Value) {
	for _, what := range strings.Split("abcdef", "") {
		list = append(list, chosen("2026-12-01", what))
	}
	return list
}

func TestAudiences_boundWhatIsHeardAndEndWithIt(t *testing.T) {
	s := New()
	var about []bot.Value
	for _, letter := range strings.Split("éabcd", "") {
		about = append(about, chosen("2026-12-01", strings.Repeat(letter, 500)))
	}
	values, err := s.Hear(t.Context(), bot.Hearing{Audience: "remind.today", Due: at(t, s, "2026-12-01 09:00"), To: bot.Subscriber{About: about}})
	audience := s.Audiences()[0]
	if n := utf8.RuneCountInString(values["subject"].Text()); err != nil || n != audience.Yields[0].Longest || !audience.Once {
		t.Errorf("%d characters, of %d; once %v; %v", n, audience.Yields[0].Longest, audience.Once, err)
	}
}
