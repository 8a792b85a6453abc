package appointment

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/rickar/cal/v2/nl"

	"github.com/gemeentebode/bode/bot"
)

// day is a day of the calendar, counted from 1970-01-01. It has no hours, so
// no clock change can move it.
type day int

func dayOf(y int, m time.Month, d int) day {
	return day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

func (d day) utc() time.Time { return time.Unix(int64(d)*24*60*60, 0).UTC() }
func (d day) String() string { return d.utc().Format(time.DateOnly) }
func (t *town) midnight(d day) time.Time {
	y, m, n := d.utc().Date()
	return time.Date(y, m, n, 0, 0, 0, 0, t.zone) // no clock changes at midnight in the Netherlands
}

func (t *town) dayAt(moment time.Time) day { return dayOf(moment.In(t.zone).Date()) }

// The Sundays that rickar/cal leaves out, for towns that open on Sundays.
const easter, whitSunday = "Eerste Paasdag", "Eerste Pinksterdag"

// onMonday are the holidays whose Sunday is one too.
var onMonday = map[string]string{"Tweede Paasdag": easter, "Tweede Pinksterdag": whitSunday}

func checkHolidays(names []string) error {
	known := []string{easter, whitSunday}
	for _, h := range nl.Holidays {
		known = append(known, h.Name)
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return fmt.Errorf("holidays: there is no holiday %q; there are %q", name, known)
		}
	}
	return nil
}

// holiday tells whether everything is closed on a day: a closing day of the
// town, or a holiday on which it is not open all the same.
func (t *town) holiday(d day) bool {
	if t.closed[d] {
		return true
	}
	for _, h := range nl.Holidays {
		_, observed := h.Calc(d.utc().Year())
		if observed.IsZero() {
			continue
		}
		on := dayOf(observed.Date())
		if on == d && !slices.Contains(t.open, h.Name) {
			return true
		}
		if sunday, ok := onMonday[h.Name]; ok && on-1 == d && !slices.Contains(t.open, sunday) {
			return true
		}
	}
	return false
}

// hours gives when a location is open on a day.
func (t *town) hours(l location, d day) []period {
	periods := l.week[d.utc().Weekday()]
	if len(periods) == 0 || l.closed[d] || t.holiday(d) {
		return nil
	}
	return periods
}

// start is a moment at which an appointment may begin, with the seats that are open then.
type start struct {
	at    time.Time
	seats int
}

// starts gives the moments of a day at which an appointment of a length fits
// within the opening hours. Hours are those of the clock on the wall: an hour
// that is skipped has no times, and of the hour that comes twice only the
// first is offered, because nobody can tell the two apart.
func (t *town) starts(l location, d day, length time.Duration) []start {
	periods := t.hours(l, d)
	if periods == nil {
		return nil
	}
	var out []start
	last, next := -1, t.midnight(d+1)
	for at := t.midnight(d); at.Before(next); at = at.Add(l.step) {
		begins := t.onTheWall(at, d)
		if begins <= last {
			continue
		}
		last = begins
		ends := max(t.onTheWall(at.Add(length), d), begins+int(length/time.Minute))
		i := slices.IndexFunc(periods, func(p period) bool { return p.from <= begins && ends <= p.to })
		if i >= 0 {
			out = append(out, start{at, periods[i].seats})
		}
	}
	return out
}

// onTheWall is the time on the clock in minutes since the midnight that began a day.
func (t *town) onTheWall(at time.Time, d day) int {
	local := at.In(t.zone)
	return int(t.dayAt(at)-d)*24*60 + local.Hour()*60 + local.Minute()
}

// window gives the first and last day of a product, and the first moment.
func (t *town) window(p product, now time.Time) (first, last day, earliest time.Time) {
	earliest = now.Add(p.lead)
	return t.dayAt(earliest), t.dayAt(now) + day(p.ahead), earliest
}

// free gives the starts from a day through another that are still to be had,
// in order of time; taken is what is booked or held there, by time.
func (t *town) free(p product, l location, persons int, now time.Time, from, to day, taken []bot.Seat) []time.Time {
	first, last, earliest := t.window(p, now)
	length := p.length * time.Duration(persons)
	var out []time.Time
	for d := max(first, from); d <= min(last, to); d++ {
		for _, s := range t.starts(l, d, length) {
			if s.at.Before(earliest) {
				continue
			}
			if _, ok := bot.FreeSeat(within(taken, s.at, s.at.Add(length)), s.seats); ok {
				out = append(out, s.at)
			}
		}
	}
	return out
}

// within gives what is taken between two moments.
func within(taken []bot.Seat, from, to time.Time) []bot.Seat {
	first := sort.Search(len(taken), func(i int) bool { return !taken[i].Start.Before(from) })
	end := sort.Search(len(taken), func(i int) bool { return !taken[i].Start.Before(to) })
	return taken[first:max(first, end)]
}

// seatsAt tells whether an appointment may begin at a moment, by the opening
// hours alone, and how many seats are open then.
func (t *town) seatsAt(l location, at time.Time, length time.Duration) (int, bool) {
	for _, s := range t.starts(l, t.dayAt(at), length) {
		if s.at.Equal(at) {
			return s.seats, true
		}
	}
	return 0, false
}

// byDay groups moments by their day, in order.
func (t *town) byDay(moments []time.Time) [][]time.Time {
	var out [][]time.Time
	for _, at := range moments {
		if n := len(out); n > 0 && t.dayAt(out[n-1][0]) == t.dayAt(at) {
			out[n-1] = append(out[n-1], at)
			continue
		}
		out = append(out, []time.Time{at})
	}
	return out
}

// Bounds of an offer. Nobody reads a hundred times: without a day asked for,
// each day gives a few, spread over it, so that the list reaches further than
// tomorrow morning.
const (
	mostSlots = 30
	fewADay   = 3
	mostDays  = 30
)

func (t *town) offer(moments []time.Time) []time.Time {
	byDay := t.byDay(moments)
	if len(byDay) == 0 {
		return nil
	}
	each := max(fewADay, mostSlots/len(byDay))
	var out []time.Time
	for _, list := range byDay {
		out = append(out, spread(list, min(each, mostSlots-len(out)))...)
	}
	return out
}

// spread takes most of a list at even distances, the first and the last with it.
func spread(list []time.Time, most int) []time.Time {
	if len(list) <= most {
		return list
	}
	var out []time.Time
	for i := range most {
		at := 0
		if most > 1 {
			at = i * (len(list) - 1) / (most - 1)
		}
		out = append(out, list[at])
	}
	return out
}
