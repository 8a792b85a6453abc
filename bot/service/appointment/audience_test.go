package appointment

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/gemeentebode/bode/bot"
)

// booked puts a booking into the agenda as if the counter had made it.
func (c *counter) booked(who bot.ID, slot string) (code string) {
	c.t.Helper()
	held := c.want(c.does(who, "hold", "slot", slot), "held")
	return part(c.t, c.want(c.does(who, "book", "hold", part(c.t, held, "id"), "name", "Wilhelmina de Vries"), "booked"), "code")
}

// hears is what a resident is told on behalf of a moment, asked at another
// (empty: then), in Amsterdam time; codes are written as C1, C2.
func (c *counter) hears(who bot.ID, due, now string, codes ...string) string {
	c.t.Helper()
	h := bot.Hearing{Audience: "appointment.tomorrow", Due: c.clock(due), To: bot.Subscriber{Resident: who, Language: c.language}}
	if now != "" {
		h.Now = c.clock(now)
	}
	values, err := c.Hear(c.t.Context(), h)
	if err != nil {
		c.t.Fatal(err)
	}
	if values == nil {
		return "nothing"
	}
	var parts []string
	for _, f := range c.Audiences()[0].Yields {
		said := values[f.Name].Text()
		if n := utf8.RuneCountInString(said); n == 0 || n > f.Longest {
			c.t.Errorf("%s is %d characters, of %d", f.Name, n, f.Longest)
		}
		parts = append(parts, said)
	}
	said := strings.Join(parts, " | ")
	for i, code := range codes {
		said = strings.ReplaceAll(said, code, "C"+string(rune('1'+i)))
	}
	return said
}

func (c *counter) clock(text string) time.Time {
	c.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, c.town.zone)
	if err != nil {
		c.t.Fatal(err)
	}
	return at
}

func TestHear_tellsWhatIsBookedTheNextDay(t *testing.T) {
	c := newCounter(t)
	code := c.booked("ans", "paspoort/stadhuis/20261124T0830Z/1")
	other := c.booked("bo", "rijbewijs/stadhuis/20261124T0900Z/1")
	one := "dinsdag 24 november 09:30 | Paspoort | Stadhuis, Domplein 1 | C1"
	for name, step := range map[string]struct {
		who      bot.ID
		due, now string
		want     string
	}{
		"the evening before":                     {"ans", "2026-11-23 18:00", "", one},
		"two evenings before":                    {"ans", "2026-11-22 18:00", "", "nothing"},
		"on the day itself":                      {"ans", "2026-11-24 08:00", "", "nothing"},
		"late, but before it":                    {"ans", "2026-11-23 18:00", "2026-11-24 09:29", one},
		"too late":                               {"ans", "2026-11-23 18:00", "2026-11-24 09:31", "nothing"},
		"each their own":                         {"bo", "2026-11-23 18:00", "", "dinsdag 24 november 10:00 | Rijbewijs | Stadhuis, Domplein 1 | " + other},
		"whoever has none hears nothing":         {"cas", "2026-11-23 18:00", "", "nothing"},
		"the first minute of the day before":     {"ans", "2026-11-23 00:00", "", one},
		"the last minute before that day":        {"ans", "2026-11-22 23:59", "", "nothing"},
		"the last minute of the day before that": {"ans", "2026-11-23 23:59", "", one},
	} {
		t.Run(name, func(t *testing.T) {
			c.t = t
			if got := c.hears(step.who, step.due, step.now, code); got != step.want {
				t.Errorf("got  %s\nwant %s", got, step.want)
			}
		})
	}
	c.t, c.language = t, "en"
	if got := c.hears("ans", "2026-11-23 18:00", "", code); got != "Tuesday 24 November 09:30 | Passport | Stadhuis, Domplein 1 | C1" {
		t.Error(got)
	}
}

func TestHear_severalOnOneDayAreOneMessage(t *testing.T) {
	c := newCounter(t)
	late, early := c.booked("ans", "rijbewijs/stadhuis/20261124T1000Z/1"), c.booked("ans", "paspoort/stadhuis/20261124T0830Z/1")
	if got, want := c.hears("ans", "2026-11-23 18:00", "", early, late), "dinsdag 24 november 09:30 en 11:00 | Paspoort en Rijbewijs | Stadhuis, Domplein 1 | C1 en C2"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, at := range []string{"1100", "1130", "1200"} {
		c.booked("ans", "rijbewijs/stadhuis/20261124T"+at+"Z/1")
	}
	if got := c.hears("ans", "2026-11-23 18:00", ""); strings.Count(got, "Rijbewijs") != mostReminded-1 {
		t.Errorf("five appointments: %s", got)
	}
}

// What happens between the selection and the claim is told, or nothing is.
func TestHear_aMovedOneTellsItsNewTimeAndACancelledOneNothing(t *testing.T) {
	c := newCounter(t)
	code := c.booked("ans", "paspoort/stadhuis/20261124T0830Z/1")
	found := c.want(c.does("ans", "find", "code", code), "found")
	held := c.want(c.does("bo", "hold", "slot", "paspoort/stadhuis/20261124T1000Z/1"), "held")
	if got := c.hears("ans", "2026-11-23 18:00", "", code); !strings.Contains(got, "09:30") {
		t.Errorf("a hold tells: %s", got)
	}
	c.want(c.does("bo", "change", "booking", part(t, found, "id"), "hold", part(t, held, "id")), "changed")
	if got, want := c.hears("ans", "2026-11-23 18:00", "", code), "dinsdag 24 november 11:00 | Paspoort | Stadhuis, Domplein 1 | C1"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	held = c.want(c.does("ans", "hold", "slot", "paspoort/stadhuis/20261125T0830Z/1"), "held")
	c.want(c.does("ans", "change", "booking", part(t, found, "id"), "hold", part(t, held, "id")), "changed")
	if got := c.hears("ans", "2026-11-23 18:00", "", code); got != "nothing" {
		t.Errorf("moved to another day: %s", got)
	}
	if got := c.hears("ans", "2026-11-24 18:00", "", code); !strings.HasPrefix(got, "woensdag 25 november") {
		t.Errorf("and on its own day: %s", got)
	}
	c.want(c.does("ans", "cancel", "booking", part(t, found, "id")), "cancelled")
	if got := c.hears("ans", "2026-11-24 18:00", "", code); got != "nothing" {
		t.Errorf("cancelled: %s", got)
	}
}

// The day after is the day on the calendar, whether it has 23, 24 or 25 hours.
func TestHear_tomorrowAcrossClockChangesAndYearsEnd(t *testing.T) {
	for name, step := range map[string]struct {
		start  time.Time
		due    string
		notDue string
		want   string
	}{
		"the clock goes back, the first hour":   {time.Date(2026, 10, 24, 22, 0, 0, 0, time.UTC), "2026-10-24 18:00", "2026-10-25 18:00", "zondag 25 oktober 00:00"},
		"the clock goes back, the last hour":    {time.Date(2026, 10, 25, 22, 30, 0, 0, time.UTC), "2026-10-24 18:00", "2026-10-25 18:00", "zondag 25 oktober 23:30"},
		"the day after the clock went back":     {time.Date(2026, 10, 26, 8, 0, 0, 0, time.UTC), "2026-10-25 18:00", "2026-10-24 18:00", "maandag 26 oktober 09:00"},
		"the clock goes forward, the last hour": {time.Date(2027, 3, 28, 21, 30, 0, 0, time.UTC), "2027-03-27 18:00", "2027-03-28 18:00", "zondag 28 maart 23:30"},
		"the day after it went forward":         {time.Date(2027, 3, 28, 22, 30, 0, 0, time.UTC), "2027-03-28 18:00", "2027-03-27 18:00", "maandag 29 maart 00:30"},
		"over the end of the year":              {time.Date(2027, 1, 1, 9, 0, 0, 0, time.UTC), "2026-12-31 18:00", "2027-01-01 18:00", "vrijdag 1 januari 10:00"},
		"a leap day":                            {time.Date(2028, 2, 29, 9, 0, 0, 0, time.UTC), "2028-02-28 18:00", "2028-02-29 18:00", "dinsdag 29 februari 10:00"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCounter(t)
			c.t = t
			agenda := c.store.(*Memory)
			now := step.start.Add(-time.Hour)
			held, err := agenda.HoldPlace(t.Context(), now, bot.Hold{Key: "h", Resident: "ans", Product: "paspoort", Location: "stadhuis", Start: step.start,
				End: step.start.Add(10 * time.Minute), Count: 1, Seats: 1, Until: now.Add(time.Minute)})
			if err != nil {
				t.Fatal(err)
			}
			if _, err = agenda.BookHold(t.Context(), now, "b", "ans", held.ID, bot.Hide("Ans"), NewCode()); err != nil {
				t.Fatal(err)
			}
			if got := c.hears("ans", step.due, ""); !strings.HasPrefix(got, step.want+" |") {
				t.Errorf("got %s, want %s", got, step.want)
			}
			if got := c.hears("ans", step.notDue, ""); got != "nothing" {
				t.Errorf("another evening: %s", got)
			}
		})
	}
}

func TestHear_refusesAnotherAudienceAndNoAgenda(t *testing.T) {
	if _, err := Example(nil).Hear(t.Context(), bot.Hearing{Audience: "appointment.tomorrow", Due: friday}); err == nil {
		t.Error("without an agenda something is heard")
	}
	if _, err := Example(NewMemory()).Hear(t.Context(), bot.Hearing{Audience: "appointment.everyone", Due: friday}); err == nil {
		t.Error("an audience that is not there is heard")
	}
}
