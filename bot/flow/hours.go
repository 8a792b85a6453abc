package flow

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/aa"
	"github.com/rickar/cal/v2/nl"
)

// amsterdam is the zone of every day and time that an editor writes.
func amsterdam() *time.Location {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic(err) // the zone data is embedded or on the machine; without it no time is right
	}
	return zone
}

// holidays are the days on which no team is open: those of the library, which
// lacks the two Sundays, and what the shared file adds and removes.
type holidays struct {
	calendar     *cal.Calendar
	closed, open map[string]bool // "2026-12-24"
}

func newHolidays(closed, open map[string]bool) *holidays {
	h := &holidays{&cal.Calendar{}, closed, open}
	h.calendar.AddHoliday(nl.Holidays...)
	h.calendar.AddHoliday(aa.Easter, aa.Pentecost)
	return h
}

func days(list []date) map[string]bool {
	out := map[string]bool{}
	for _, d := range list {
		out[d.Format(time.DateOnly)] = true
	}
	return out
}

// on takes a time in Europe/Amsterdam.
func (h *holidays) on(local time.Time) bool {
	day := local.Format(time.DateOnly)
	if h.open[day] || h.closed[day] {
		return h.closed[day]
	}
	actual, observed, _ := h.calendar.IsHoliday(local)
	return actual || observed
}

var (
	hoursPart = regexp.MustCompile(`^([a-z]{2})(?:-([a-z]{2}))? (\d{2}:\d{2})-(\d{2}:\d{2})$`)
	weekdays  = []string{"ma", "di", "wo", "do", "vr", "za", "zo"}
)

// span is one part of a week in which a team is open: minutes of the day,
// Europe/Amsterdam, the end not included.
type span struct {
	days     [7]bool // Monday first
	from, to int
}

// parseHours reads "ma-vr 09:00-17:00, za 10:00-12:00". The error is a
// sentence for the editor in Dutch.
func parseHours(hours string) ([]span, error) {
	var spans []span
	for _, part := range strings.Split(hours, ",") {
		s, err := parseSpan(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		spans = append(spans, s)
	}
	return spans, nil
}

func parseSpan(part string) (span, error) {
	var s span
	m := hoursPart.FindStringSubmatch(part)
	if m == nil {
		return s, fmt.Errorf("%q", part)
	}
	first, last := weekday(m[1]), weekday(m[2])
	if m[2] == "" {
		last = first
	}
	from, okFrom := clock(m[3])
	to, okTo := clock(m[4])
	if first < 0 || last < first || !okFrom || !okTo || to <= from {
		return s, fmt.Errorf("%q", part)
	}
	for day := first; day <= last; day++ {
		s.days[day] = true
	}
	s.from, s.to = from, to
	return s, nil
}

func weekday(name string) int {
	for i, day := range weekdays {
		if day == name {
			return i
		}
	}
	return -1
}

// clock reads "07:30" as minutes of the day; "24:00" is the end of a day.
func clock(s string) (int, bool) {
	if len(s) != 5 || s[2] != ':' {
		return 0, false
	}
	h, errH := strconv.Atoi(s[:2])
	m, errM := strconv.Atoi(s[3:])
	ok := errH == nil && errM == nil && h >= 0 && m >= 0 && m < 60 && (h < 24 || h == 24 && m == 0)
	return h*60 + m, ok
}

// dayOpener tells whether a team opens at all on the day of an instant.
func dayOpener(spans []span, free *holidays) func(time.Time) bool {
	zone := amsterdam()
	return func(day time.Time) bool {
		local := day.In(zone)
		weekday := (int(local.Weekday()) + 6) % 7
		return !free.on(local) && slices.ContainsFunc(spans, func(s span) bool { return s.days[weekday] })
	}
}

// opener tells whether a team is open at an instant.
func opener(spans []span, free *holidays) func(time.Time) bool {
	zone := amsterdam()
	return func(now time.Time) bool {
		local := now.In(zone)
		if free.on(local) {
			return false
		}
		day, minute := (int(local.Weekday())+6)%7, local.Hour()*60+local.Minute()
		for _, s := range spans {
			if s.days[day] && minute >= s.from && minute < s.to {
				return true
			}
		}
		return false
	}
}
