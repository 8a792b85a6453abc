package appointment

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// testTown is open every day of the week, so that the calendar decides.
const testTown = `
[holidays]
open   = [%s]
closed = [%s]

[[product]]
id = "paspoort"
name = "Paspoort"
minutes = 10
lead = "%s"
ahead_days = %d
most = 4

[[location]]
id = "stadhuis"
name = "Stadhuis"
seats = 2
step = %d
closed = [2026-12-24]
[location.hours]
monday    = [%[6]s]
tuesday   = [%[6]s]
wednesday = [%[6]s]
thursday  = [%[6]s]
friday    = [%[6]s]
saturday  = [%[6]s]
sunday    = [%[6]s]
`

// setting is what differs from case to case; the zero values are the usual ones.
type setting struct {
	open, closed string // holidays
	lead         string
	ahead        int
	step         int
	hours        string
}

func (s setting) town(t *testing.T) *town {
	t.Helper()
	if s.lead == "" {
		s.lead = "0s"
	}
	if s.ahead == 0 {
		s.ahead = 366
	}
	if s.step == 0 {
		s.step = 30
	}
	if s.hours == "" {
		s.hours = `"09:00-10:30"`
	}
	town, err := readTown(fmt.Appendf(nil, testTown, s.open, s.closed, s.lead, s.ahead, s.step, s.hours))
	if err != nil {
		t.Fatal(err)
	}
	return town
}

// on gives the times of a day as a resident reads them: "09:00 09:30 10:00".
func (s setting) on(t *testing.T, date, now string, persons int, taken ...bot.Seat) string {
	t.Helper()
	town := s.town(t)
	moment, err := time.ParseInLocation("2006-01-02 15:04", now, town.zone)
	if err != nil {
		t.Fatal(err)
	}
	d, err := time.Parse(time.DateOnly, date)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(taken, func(a, b bot.Seat) int { return a.Start.Compare(b.Start) })
	on := dayOf(d.Date())
	var out []string
	for _, at := range town.free(town.products[0], town.locations[0], persons, moment, on, on, taken) {
		out = append(out, at.In(town.zone).Format("15:04"))
	}
	return strings.Join(out, " ")
}

const usual = "09:00 09:30 10:00"

func TestSlots_theCalendarOfTheTown(t *testing.T) {
	longAgo := map[string]string{"2024": "2024-01-02 00:00", "2025": "2025-01-02 00:00", "2026": "2026-01-02 00:00", "2027": "2027-01-02 00:00", "2028": "2028-01-02 00:00"}
	night := setting{hours: `"00:00-06:00"`}
	for _, c := range []struct {
		day, why string
		setting
		want string
	}{
		{"2026-11-20", "an ordinary Friday", setting{}, usual},
		{"2026-11-21", "a Saturday with hours", setting{}, usual},
		{"2026-11-22", "a Sunday with hours", setting{}, usual},

		{"2027-01-01", "New Year's Day", setting{}, ""},
		{"2026-04-03", "Good Friday is a holiday", setting{}, ""},
		{"2026-04-03", "Good Friday where it is open", setting{open: `"Goede Vrijdag"`}, usual},
		{"2026-04-04", "the Saturday before Easter", setting{}, usual},
		{"2026-04-05", "Easter Sunday", setting{}, ""},
		{"2026-04-05", "Easter Sunday where it is open", setting{open: `"Eerste Paasdag"`}, usual},
		{"2026-04-06", "Easter Monday", setting{}, ""},
		{"2026-04-07", "the Tuesday after Easter", setting{}, usual},
		{"2026-04-27", "King's Day", setting{}, ""},
		{"2025-04-26", "King's Day a day early, for it would be a Sunday", setting{}, ""},
		{"2025-04-27", "and that Sunday is an ordinary one", setting{}, usual},
		{"2025-05-05", "Liberation Day", setting{}, ""},
		{"2026-05-05", "Liberation Day where it is open", setting{open: `"Bevrijdingsdag"`}, usual},
		{"2026-05-04", "Remembrance Day is no holiday", setting{}, usual},
		{"2026-05-14", "Ascension Day", setting{}, ""},
		{"2026-05-15", "the Friday after Ascension Day", setting{}, usual},
		{"2026-05-15", "that Friday as a closing day", setting{closed: "2026-05-15"}, ""},
		{"2026-05-24", "Whit Sunday", setting{}, ""},
		{"2026-05-25", "Whit Monday", setting{}, ""},
		{"2026-05-26", "the Tuesday after Whitsun", setting{}, usual},
		{"2027-03-28", "Easter Sunday on which the clock changes", setting{}, ""},
		{"2027-05-06", "Ascension Day of the next year", setting{}, ""},
		{"2026-12-05", "Saint Nicholas is no holiday", setting{}, usual},
		{"2026-12-23", "the day before the location closes", setting{}, usual},
		{"2026-12-24", "a closing day of the location", setting{}, ""},
		{"2026-12-25", "Christmas Day", setting{}, ""},
		{"2026-12-26", "Boxing Day", setting{}, ""},
		{"2026-12-27", "the Sunday after Christmas", setting{}, usual},
		{"2026-12-31", "New Year's Eve is no holiday", setting{}, usual},
		{"2026-12-31", "New Year's Eve as a closing day", setting{closed: "2026-12-31"}, ""},
		{"2026-12-25", "all holidays where Christmas Day is an ordinary day", setting{open: `"Eerste Kerstdag"`}, usual},
		{"2024-02-29", "a leap day", setting{}, usual},
		{"2028-02-29", "the next leap day", setting{}, usual},
		{"2028-02-29", "a leap day as a closing day", setting{closed: "2028-02-29"}, ""},
		{"2027-03-01", "the day after February without a leap day", setting{}, usual},
		{"2028-03-01", "the day after a leap day", setting{closed: "2028-02-29"}, usual},

		{"2026-03-29", "clock forward: the hour from two to three has no times", night, "00:00 00:30 01:00 01:30 03:00 03:30 04:00 04:30 05:00 05:30"},
		{"2026-03-28", "the night before has them", night, "00:00 00:30 01:00 01:30 02:00 02:30 03:00 03:30 04:00 04:30 05:00 05:30"},
		{"2026-10-25", "clock back: the hour that comes twice is offered once", night, "00:00 00:30 01:00 01:30 02:00 02:30 03:00 03:30 04:00 04:30 05:00 05:30"},
		{"2026-03-29", "clock forward: opening within the hour that is skipped", setting{hours: `"02:00-04:00"`}, "03:00 03:30"},
		{"2026-03-29", "clock forward: what would run past closing time", setting{hours: `"00:00-02:00"`, step: 5}, "00:00 00:05 00:10 00:15 00:20 00:25 00:30 00:35 00:40 00:45 00:50 00:55 01:00 01:05 01:10 01:15 01:20 01:25 01:30 01:35 01:40 01:45"},
		{"2026-03-29", "clock forward: by day nothing changes", setting{}, usual},
		{"2026-10-25", "clock back: by day nothing changes", setting{}, usual},
		{"2026-10-25", "clock back: open until half past two", setting{hours: `"01:00-02:30"`}, "01:00 01:30 02:00"},

		{"2026-11-20", "a lunch break", setting{hours: `"09:00-10:00", "11:00-12:00"`}, "09:00 09:30 11:00 11:30"},
		{"2026-11-20", "closing time is kept", setting{hours: `"09:00-09:35"`}, "09:00"},
		{"2026-11-20", "an appointment may end at closing time", setting{hours: `"09:00-09:40"`}, "09:00 09:30"},
		{"2026-11-20", "until midnight", setting{hours: `"23:00-24:00"`}, "23:00 23:30"},
		{"2026-11-20", "no longer than to midnight", setting{hours: `"23:00-24:00"`, step: 5}, "23:00 23:05 23:10 23:15 23:20 23:25 23:30 23:35 23:40 23:45 23:50"},
	} {
		t.Run(c.day+" "+c.why, func(t *testing.T) {
			if got := c.on(t, c.day, longAgo[c.day[:4]], 1); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestSlots_leadTimeAndHorizon(t *testing.T) {
	for _, c := range []struct {
		why, day, now string
		setting
		want string
	}{
		{"long before opening", "2026-11-20", "2026-11-20 06:00", setting{}, usual},
		{"exactly at the time it begins", "2026-11-20", "2026-11-20 09:30", setting{}, "09:30 10:00"},
		{"a minute later", "2026-11-20", "2026-11-20 09:31", setting{}, "10:00"},
		{"after the last", "2026-11-20", "2026-11-20 10:01", setting{}, ""},
		{"two hours before the first", "2026-11-20", "2026-11-20 07:00", setting{lead: "2h"}, usual},
		{"less than two hours before the first", "2026-11-20", "2026-11-20 07:01", setting{lead: "2h"}, "09:30 10:00"},
		{"a day before", "2026-11-20", "2026-11-19 09:30", setting{lead: "24h"}, "09:30 10:00"},
		{"a day in which the clock went forward is 24 hours all the same", "2026-03-30", "2026-03-29 01:30", setting{lead: "31h30m"}, "10:00"},
		{"a day in which the clock went back too", "2026-10-26", "2026-10-25 01:30", setting{lead: "32h30m"}, usual},
		{"over the end of the year", "2027-01-02", "2026-12-31 10:00", setting{lead: "47h"}, usual},
		{"the last day that can be chosen", "2026-11-27", "2026-11-20 12:00", setting{ahead: 7}, usual},
		{"the day after that", "2026-11-28", "2026-11-20 12:00", setting{ahead: 7}, ""},
		{"counted from the day in the town, not in UTC", "2026-11-28", "2026-11-21 00:30", setting{ahead: 7}, usual},
		{"yesterday", "2026-11-19", "2026-11-20 06:00", setting{}, ""},
		{"a leap day lies within a year ahead", "2028-02-29", "2027-03-01 06:00", setting{ahead: 365}, usual},
		{"and a year less a day before it does not", "2028-02-29", "2027-03-01 06:00", setting{ahead: 364}, ""},
	} {
		t.Run(c.why, func(t *testing.T) {
			if got := c.on(t, c.day, c.now, 1); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// seats are taken on 20 November from a time, for some units of five minutes.
func seats(number int, clock string, units int) []bot.Seat {
	at, err := time.Parse("2006-01-02 15:04 -0700", "2026-11-20 "+clock+" +0100")
	if err != nil {
		panic(err)
	}
	var out []bot.Seat
	for i := range units {
		out = append(out, bot.Seat{Start: at.Add(time.Duration(i) * bot.SeatUnit), Number: number})
	}
	return out
}

func TestSlots_capacity(t *testing.T) {
	both := func(clock string, units int) []bot.Seat {
		return append(seats(0, clock, units), seats(1, clock, units)...)
	}
	for _, c := range []struct {
		why     string
		persons int
		setting
		taken []bot.Seat
		want  string
	}{
		{"one of two seats is taken", 1, setting{}, seats(0, "09:30", 2), usual},
		{"both seats are taken", 1, setting{}, both("09:30", 2), "09:00 10:00"},
		{"both are taken for a part of it", 1, setting{}, both("09:35", 1), "09:00 10:00"},
		{"both are taken just before and just after", 1, setting{}, append(both("09:25", 1), both("09:40", 1)...), usual},
		{"one appointment on each seat, one after the other", 1, setting{}, append(seats(0, "09:30", 1), seats(1, "09:35", 1)...), "09:00 10:00"},
		{"a seat beyond the last, taken before there were fewer", 1, setting{}, append(seats(5, "09:30", 2), seats(0, "09:30", 2)...), "09:00 10:00"},
		{"two persons take twenty minutes", 2, setting{hours: `"09:00-09:20"`}, nil, "09:00"},
		{"three persons do not fit there", 3, setting{hours: `"09:00-09:20"`}, nil, ""},
		{"four persons run into what is taken", 4, setting{}, both("09:30", 2), ""},
		{"three persons do not", 3, setting{}, both("09:30", 2), "09:00 10:00"},
		{"one seat over lunch", 1, setting{hours: `"09:00-09:30", "09:30-10:00 x1", "10:00-10:30"`}, seats(1, "09:30", 2), "09:00 10:00"},
		{"more seats on a busy morning", 1, setting{hours: `"09:00-10:30 x3"`}, both("09:30", 2), usual},
	} {
		t.Run(c.why, func(t *testing.T) {
			if got := c.on(t, "2026-11-20", "2026-11-19 06:00", c.persons, c.taken...); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestOffer_reachesFurtherThanTomorrow(t *testing.T) {
	town := setting{step: 5, hours: `"09:00-17:00"`}.town(t)
	now := time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC)
	first, last, _ := town.window(town.products[0], now)
	all := town.free(town.products[0], town.locations[0], 1, now, first, last, nil)
	offer := town.offer(all)
	if days := town.byDay(offer); len(offer) != mostSlots || len(days) != mostSlots/fewADay {
		t.Fatalf("%d times on %d days", len(offer), len(days))
	}
	if !offer[0].Equal(all[0]) {
		t.Error("the first time of all is not offered")
	}
	next := town.byDay(offer)[1]
	if got := next[0].In(town.zone).Format("15:04") + " " + next[2].In(town.zone).Format("15:04"); got != "09:00 16:50" {
		t.Errorf("of a day are offered %s: not its first and last", got)
	}
	if few := town.offer(all[:4]); len(few) != 4 {
		t.Errorf("of 4 times %d are offered", len(few))
	}
	if none := town.offer(nil); len(none) != 0 {
		t.Error("something is offered of nothing")
	}
}

func TestSpread_takesTheFirstAndTheLast(t *testing.T) {
	var list []time.Time
	for i := range 100 {
		list = append(list, time.Unix(int64(i), 0))
	}
	for _, most := range []int{2, 3, 7, 30, 99} {
		got := spread(list, most)
		if len(got) != most || !got[0].Equal(list[0]) || !got[most-1].Equal(list[99]) || !slices.IsSortedFunc(got, time.Time.Compare) || len(slices.Compact(got)) != most {
			t.Errorf("%d: %d moments, from %d to %d", most, len(got), got[0].Unix(), got[len(got)-1].Unix())
		}
	}
	if got := spread(list, 1); len(got) != 1 || len(spread(list, 0)) != 0 {
		t.Error("one or none")
	}
}
