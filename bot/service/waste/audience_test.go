package waste

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/gemeentebode/bode/bot"
)

// about is a subscription about an address.
func about(label, postcode string) bot.Value {
	return bot.ValueOf(map[string]any{"address": map[string]any{"label": label, "postcode": postcode, "number": 12, "city": "Voorbeeldstad"}})
}

// hears gives what a subscriber hears: "kinds | address", "nothing", "stale".
func hears(t testing.TB, s *Service, h bot.Hearing) string {
	t.Helper()
	h.Audience = "waste.pickup_tomorrow"
	values, err := s.Hear(context.Background(), h)
	switch {
	case errors.Is(err, bot.ErrStale):
		return "stale"
	case err != nil:
		t.Fatal(err)
	case values == nil:
		return "nothing"
	}
	return values["kinds"].Text() + values["pickups"].Text() + " | " + values["address"].Text()
}

func TestHear_theEveningBeforeAPickup(t *testing.T) {
	s := Example()
	centre := about("Domplein 12", "3511LN")
	for name, c := range map[string]struct {
		due, language string
		about         []bot.Value
		want          string
	}{
		"one kind tomorrow":                         {"2026-11-23 19:00", "nl", []bot.Value{centre}, "gft | Domplein 12"},
		"in English":                                {"2026-11-23 19:00", "en", []bot.Value{centre}, "food and garden waste | Domplein 12"},
		"in a language without words: in Dutch":     {"2026-11-23 19:00", "uk", []bot.Value{centre}, "gft | Domplein 12"},
		"on the day itself it is over":              {"2026-11-24 19:00", "nl", []bot.Value{centre}, "nothing"},
		"two kinds on one day":                      {"2027-01-05 19:00", "nl", []bot.Value{centre}, "kerstbomen en papier | Domplein 12"},
		"an address that no calendar knows":         {"2026-11-23 19:00", "nl", []bot.Value{about("Dam 1", "")}, "nothing"},
		"nothing to read in the subscription":       {"2026-11-23 19:00", "nl", []bot.Value{bot.ValueOf("x"), {}}, "nothing"},
		"no subscription that stands any more":      {"2026-11-23 19:00", "nl", nil, "nothing"},
		"the same address twice":                    {"2026-11-23 19:00", "nl", []bot.Value{centre, centre}, "gft | Domplein 12"},
		"two addresses with the same bin":           {"2026-11-23 19:00", "nl", []bot.Value{centre, about("Kerkweg 3", "3511AB")}, "gft | Domplein 12 en Kerkweg 3"},
		"two addresses, one of them with a pickup":  {"2026-11-23 19:00", "nl", []bot.Value{about("Kerkweg 3", "3515DS"), centre}, "gft | Domplein 12"},
		"and both, in the order of signing up":      {"2026-11-30 19:00", "nl", []bot.Value{about("Kerkweg 3", "3515DS"), centre}, "pmd | Kerkweg 3, en restafval bij Domplein 12"},
		"two addresses with other bins":             {"2026-11-26 19:00", "en", []bot.Value{centre, about("Kerkweg 3", "3515DS")}, "plastic and cans (PMD) | Domplein 12, and general waste at Kerkweg 3"},
		"two addresses, nothing at the second":      {"2026-12-01 19:00", "nl", []bot.Value{centre, about("Kerkweg 3", "3515DS")}, "papier | Domplein 12"},
		"the night the clock goes back":             {"2026-10-25 19:00", "nl", []bot.Value{about("Stationsplein 1", "3512ST")}, "gft | Stationsplein 1"},
		"that night, the evening before":            {"2026-10-24 19:00", "nl", []bot.Value{about("Stationsplein 1", "3512ST")}, "nothing"},
		"the night the clock goes forward":          {"2027-03-28 19:00", "nl", []bot.Value{about("Ambachtsweg 4", "3514AM")}, "nothing"},
		"Easter Monday was moved to Saturday":       {"2027-03-26 19:00", "nl", []bot.Value{about("Stationsplein 1", "3512ST")}, "restafval | Stationsplein 1"},
		"and is not on Monday any more":             {"2027-03-28 19:00", "nl", []bot.Value{about("Stationsplein 1", "3512ST")}, "nothing"},
		"not on Christmas eve":                      {"2026-12-24 19:00", "nl", []bot.Value{about("Kerkweg 3", "3515DS")}, "nothing"},
		"Christmas was moved to the 28th":           {"2026-12-27 19:00", "nl", []bot.Value{about("Kerkweg 3", "3515DS")}, "restafval | Kerkweg 3"},
		"New Year's eve was moved a day back":       {"2026-12-29 19:00", "nl", []bot.Value{about("Ambachtsweg 4", "3514AM")}, "gft | Ambachtsweg 4"},
		"New Year's day is not collected on":        {"2026-12-31 19:00", "nl", []bot.Value{about("Kerkweg 3", "3515DS")}, "nothing"},
		"it is on the 2nd, in the new year":         {"2027-01-01 19:00", "nl", []bot.Value{about("Kerkweg 3", "3515DS")}, "gft en papier | Kerkweg 3"},
		"Koningsdag is on a Tuesday and moves":      {"2027-04-26 19:00", "nl", []bot.Value{centre}, "nothing"},
		"and comes the day after":                   {"2027-04-27 19:00", "nl", []bot.Value{centre}, "gft | Domplein 12"},
		"a calendar that ended":                     {"2028-03-06 19:00", "nl", []bot.Value{centre}, "stale"},
		"one that has not begun":                    {"2025-12-30 19:00", "nl", []bot.Value{centre}, "stale"},
		"five addresses, and not a sixth":           {"2026-11-23 19:00", "nl", many(6), "gft | Straat 1, Straat 2, Straat 3, Straat 4 en Straat 5"},
		"the last evening that the calendar covers": {"2027-12-30 19:00", "nl", []bot.Value{about("Kerkweg 3", "3515DS")}, "nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := hears(t, s, bot.Hearing{Due: at(t, c.due), To: bot.Subscriber{Language: c.language, About: c.about}}); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func many(n int) (list []bot.Value) {
	for i := range n {
		list = append(list, about(fmt.Sprintf("Straat %d", i+1), "3511LN"))
	}
	return list
}

// What is asked after the pickup's day began says nothing: it is no longer tomorrow.
func TestHear_neverSaysTomorrowOnTheDayItself(t *testing.T) {
	s, to := Example(), bot.Subscriber{Language: "nl", About: []bot.Value{about("Domplein 12", "3511LN")}}
	for now, want := range map[string]string{
		"2026-11-23 19:05": "gft | Domplein 12", "2026-11-23 23:59": "gft | Domplein 12", "2026-11-24 00:00": "nothing", "2026-11-24 07:00": "nothing",
	} {
		if got := hears(t, s, bot.Hearing{Due: at(t, "2026-11-23 19:00"), Now: at(t, now), To: to}); got != want {
			t.Errorf("at %s: %s, want %s", now, got, want)
		}
	}
}

// An editor cancels or moves a pickup after it was told.
func TestHear_aCorrectionTellsWhatHoldsNow(t *testing.T) {
	s := Example()
	moved := strings.Replace(string(must(voorbeeldstad.ReadFile("voorbeeldstad/ophalen.toml"))), "[[exception]]",
		"[[exception]]\narea = \"Binnenstad\"\ndate = 2026-11-24\nmoved_to = 2026-11-26\n\n[[exception]]", 1)
	s.calendars[0] = must(readRules([]byte(moved), ownTable(t), s.zone))
	due, to := at(t, "2026-11-23 19:00"), bot.Subscriber{Language: "nl", About: []bot.Value{about("Domplein 12", "3511LN")}}
	if got := hears(t, s, bot.Hearing{Due: due, To: to}); got != "nothing" {
		t.Errorf("the moved day is still told: %s", got)
	}
	correction := bot.Hearing{Due: due, Now: at(t, "2026-11-24 08:00"), To: to, Correction: true}
	if got, want := hears(t, s, correction), "gft op donderdag 26 november, pmd op vrijdag 27 november en restafval op dinsdag 1 december | Domplein 12"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	correction.To.Language = "en"
	if got, want := hears(t, s, correction), "food and garden waste on Thursday 26 November, plastic and cans (PMD) on Friday 27 November and general waste on Tuesday 1 December | Domplein 12"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A provider's calendar is asked at the time of asking, not at the scheduled
// moment: what it said at the selection would stay true all night.
func TestHear_asksAProviderAnewAndNeverFromAnOldCalendar(t *testing.T) {
	p := newProvider(t, CalendarConfig{Refresh: "30m", MaxAge: "24h"})
	s := Example()
	s.calendars = []calendar{p.icsURL}
	p.saysICS(ics(weekly)) // Mondays
	h := bot.Hearing{Due: at(t, "2026-11-22 19:00"), To: bot.Subscriber{Language: "nl", About: []bot.Value{about("Domplein 12", "3511LN")}}}
	if got := hears(t, s, h); got != "gft | Domplein 12" {
		t.Fatal(got)
	}
	p.saysICS(ics(strings.Replace(weekly, "20261102", "20261103", 1))) // Tuesdays by now
	h.Now = at(t, "2026-11-22 20:00")
	if got := hears(t, s, h); got != "nothing" {
		t.Errorf("an hour later it is still %s", got)
	}
	p.says(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
	h.Due, h.Now = at(t, "2026-11-30 19:00"), time.Time{}
	if got := hears(t, s, h); got != "stale" {
		t.Errorf("from a calendar of eight days ago: %s", got)
	}
}

func TestHear_refusesAnotherAudienceAndQuotesNoAddress(t *testing.T) {
	s := Example()
	if _, err := s.Hear(t.Context(), bot.Hearing{Audience: "waste.everyone"}); err == nil {
		t.Error("an audience that is not there is heard")
	}
	_, err := s.Hear(t.Context(), bot.Hearing{Audience: "waste.pickup_tomorrow", Due: at(t, "2029-01-01 19:00"),
		To: bot.Subscriber{About: []bot.Value{about("Domplein 12", "3511LN")}}})
	if err == nil || strings.Contains(err.Error(), "3511") || strings.Contains(err.Error(), "Domplein") {
		t.Errorf("error %v", err)
	}
}

// The bounds that the flow check counts on hold for every kind, every language
// and the longest addresses.
func TestAudiences_boundWhatIsHeard(t *testing.T) {
	for language, tongue := range tongues {
		for _, kind := range Kinds {
			if tongue.names[kind] == "" {
				t.Errorf("%s has no word in %s", kind, language)
			}
		}
	}
	s := Example()
	var lines []string
	for _, kind := range Kinds {
		lines = append(lines, "2026-11-24;"+kind+";3511LN", "2026-11-24;"+kind+";3512", "2026-11-25;"+kind+";3511LN", "2026-11-26;"+kind+";3511LN")
	}
	s.calendars = []calendar{must(readCSVCalendar([]byte("datum;soort;postcode\n"+strings.Join(lines, "\n")), ownTable(t), s.zone, dayOf(2027, 1, 1)))}
	long := []bot.Value{about(strings.Repeat("é", 90), "3511LN"), about(strings.Repeat("f", 90), "3512AB"), about("x", "3511LN"), about("y", "3511LN"), about("z", "3511LN")}
	for language := range tongues {
		for _, correction := range []bool{false, true} {
			values, err := s.Hear(t.Context(), bot.Hearing{Audience: "waste.pickup_tomorrow", Due: at(t, "2026-11-23 19:00"), Correction: correction,
				To: bot.Subscriber{Language: language, About: long}})
			if err != nil {
				t.Fatal(err)
			}
			fields := s.Audiences()[0].Yields
			if correction {
				fields = s.Audiences()[0].Corrects
			}
			for _, f := range fields {
				if n := utf8.RuneCountInString(values[f.Name].Text()); n == 0 || n > f.Longest {
					t.Errorf("%s in %s is %d characters, of %d", f.Name, language, n, f.Longest)
				}
			}
		}
	}
}
