package waste

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	ical "github.com/arran4/golang-ical"
	"github.com/teambition/rrule-go"
)

// Bounds of one iCalendar file: a year of pickups of one address is 200 events
// and 40 kB; a whole town in one file is not read here.
const (
	mostICSBytes  = 4 << 20
	mostICSEvents = 20_000
	mostRepeats   = 20_000 // of one event: every day for fifty years
)

// earliestStart: repeating events that begin before it would be counted
// through for nothing, and are a mistake in the file.
var earliestStart = dayOf(2000, time.January, 1)

// feed is one iCalendar file, read: events that name a kind of waste.
type feed struct{ events []event }

// event is a pickup, once or repeated (RFC 5545).
type event struct {
	uid     string
	start   Day
	kinds   []string
	repeat  *rrule.ROption // nil: once
	extra   []Day          // RDATE
	without []Day          // EXDATE, and what a RECURRENCE-ID replaces
}

// readICS reads a file. Events whose summary names no known kind ("kantoor
// gesloten") are left out; a file without any that does is an error, so that
// an empty answer never replaces a good calendar.
func readICS(data []byte, table *aliases, zone *time.Location) (*feed, error) {
	if len(data) > mostICSBytes {
		return nil, fmt.Errorf("ics: larger than %d bytes", mostICSBytes)
	}
	calendar, err := ical.ParseCalendarWithOptions(bytes.NewReader(data), ical.WithUnknownPropertyHandler(ical.AcceptUnknownPropertyHandler))
	if err != nil {
		return nil, errors.New("ics: this is not an iCalendar file") // the cause may quote it
	}
	events := calendar.Events()
	if len(events) > mostICSEvents {
		return nil, fmt.Errorf("ics: more than %d events", mostICSEvents)
	}
	out := &feed{}
	replaced := map[string][]Day{}
	for i, raw := range events {
		e, err := readEvent(raw, table, zone)
		if err != nil {
			return nil, fmt.Errorf("ics: event %d: %w", i+1, err)
		}
		if day, ok := firstDay(raw, "RECURRENCE-ID", zone); ok {
			replaced[e.uid] = append(replaced[e.uid], day)
			e.repeat = nil
		}
		if len(e.kinds) > 0 && value(raw, "STATUS") != "CANCELLED" {
			out.events = append(out.events, e)
		}
	}
	if len(out.events) == 0 {
		return nil, errors.New("ics: not one event names a kind of waste that we know")
	}
	for i := range out.events {
		if e := &out.events[i]; e.repeat != nil {
			e.without = append(e.without, replaced[e.uid]...)
		}
	}
	return out, nil
}

func readEvent(raw *ical.VEvent, table *aliases, zone *time.Location) (event, error) {
	e := event{uid: value(raw, "UID"), kinds: table.in(value(raw, "SUMMARY"))}
	var ok bool
	if e.start, ok = firstDay(raw, "DTSTART", zone); !ok {
		return e, errors.New("DTSTART is not a date")
	}
	e.extra = allDays(raw, "RDATE", zone)
	e.without = allDays(raw, "EXDATE", zone)
	text := value(raw, "RRULE")
	if text == "" {
		return e, nil
	}
	if e.start < earliestStart {
		return e, fmt.Errorf("it repeats from before %s", earliestStart)
	}
	var err error
	e.repeat, err = readRepeat(text, e.start, zone)
	return e, err
}

// repeatParts are the parts of an RRULE that make sense for days. One with
// hours or minutes is refused: it could give thousands of times a day.
var repeatParts = []string{"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYWEEKNO", "BYSETPOS", "WKST"}

func readRepeat(text string, start Day, zone *time.Location) (*rrule.ROption, error) {
	text = strings.ToUpper(strings.TrimSuffix(strings.TrimSpace(text), ";"))
	var parts []string
	var until Day
	for part := range strings.SplitSeq(text, ";") {
		key, v, _ := strings.Cut(part, "=")
		if !slices.Contains(repeatParts, key) {
			return nil, errors.New("RRULE has a part that is not of days")
		}
		if key == "UNTIL" {
			day, ok := readDay(v, zone)
			if !ok {
				return nil, errors.New("RRULE: UNTIL is not a date")
			}
			until = day
			continue
		}
		parts = append(parts, part)
	}
	option, err := rrule.StrToROption(strings.Join(parts, ";"))
	if err != nil {
		return nil, errors.New("RRULE is not understood")
	}
	if option.Freq > rrule.DAILY || option.Interval < 0 || option.Interval > 1000 || option.Count < 0 {
		return nil, errors.New("RRULE repeats in a way that is not of days")
	}
	option.Dtstart = start.Time()
	if until != 0 {
		option.Until = until.Time()
	}
	rule, err := rrule.NewRRule(*option)
	if err != nil {
		return nil, errors.New("RRULE is out of bounds")
	}
	if _, falls := rule.Iterator()(); !falls { // 30 February would be looked for through the year 9999 at every question
		return nil, errors.New("RRULE names no day at all")
	}
	return option, nil
}

// pickups expands the events from one day through another, in order.
func (f *feed) pickups(from, to Day) []Pickup {
	var out []Pickup
	for _, e := range f.events {
		for _, day := range e.days(from, to) {
			for _, kind := range e.kinds {
				out = append(out, Pickup{day, kind})
			}
		}
	}
	slices.SortFunc(out, byDay)
	return slices.Compact(out)
}

func byDay(a, b Pickup) int {
	return cmp.Or(cmp.Compare(a.Day, b.Day), strings.Compare(a.Kind, b.Kind))
}

func (e event) days(from, to Day) []Day {
	days := append([]Day{e.start}, e.extra...)
	if e.repeat != nil {
		days = append(e.extra[:len(e.extra):len(e.extra)], e.repeated(to)...)
	}
	return slices.DeleteFunc(days, func(d Day) bool { return d < from || d > to || slices.Contains(e.without, d) })
}

// repeated expands the rule, day by day in UTC so that no clock change counts.
func (e event) repeated(to Day) []Day {
	option := *e.repeat
	if end := to.Time(); option.Until.IsZero() || option.Until.After(end) {
		option.Until = end
	}
	rule, err := rrule.NewRRule(option)
	if err != nil || option.Until.Before(option.Dtstart) {
		return nil
	}
	var days []Day
	next := rule.Iterator()
	for t, ok := next(); ok && len(days) < mostRepeats; t, ok = next() {
		days = append(days, dayOf(t.Date()))
	}
	return days
}

func value(raw *ical.VEvent, name string) string {
	if p := raw.GetProperty(ical.ComponentProperty(name)); p != nil {
		return strings.TrimSpace(p.Value)
	}
	return ""
}

func firstDay(raw *ical.VEvent, name string, zone *time.Location) (Day, bool) {
	return readDay(value(raw, name), zone)
}

func allDays(raw *ical.VEvent, name string, zone *time.Location) []Day {
	var out []Day
	for _, p := range raw.GetProperties(ical.ComponentProperty(name)) {
		for part := range strings.SplitSeq(p.Value, ",") {
			if day, ok := readDay(part, zone); ok {
				out = append(out, day)
			}
		}
	}
	return out
}

var icsTime = regexp.MustCompile(`^(\d{8})(T\d{6}(Z)?)?$`)

// readDay reads a date or a date with a time. In UTC ("Z") it is brought to
// the town's zone: 20260104T230000Z is 5 January. Any other zone is the
// collector's own, so the date stands as it is written.
func readDay(text string, zone *time.Location) (Day, bool) {
	m := icsTime.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return 0, false
	}
	if m[3] == "Z" {
		t, err := time.Parse("20060102T150405Z", m[0])
		return DayOf(t, zone), err == nil
	}
	t, err := time.Parse("20060102", m[1])
	return dayOf(t.Date()), err == nil
}
