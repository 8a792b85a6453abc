package notify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// Timing is when a job comes, when it may not come, and until when it is of
// use: all in the local time of Europe/Amsterdam, as the editor wrote it.
type Timing struct {
	schedule  cron.Schedule
	from, to  wall // quiet; equal: never
	useless   wall
	amsterdam *time.Location
}

// Moment is one coming of a job, as instants.
type Moment struct {
	Due        time.Time // what the schedule says
	NotBefore  time.Time // the first instant from Due on that is not quiet
	Useless    time.Time // from here on it is of no use
	QuietFrom  time.Time // the quiet hours between NotBefore and Useless; both zero: none
	QuietUntil time.Time
}

// Over tells whether a moment can no longer be used: it is useless by now, or
// quiet until it is.
func (m Moment) Over(now time.Time) bool {
	if m.QuietFrom.IsZero() || m.QuietUntil.Before(m.Useless) {
		return !now.Before(m.Useless)
	}
	return !now.Before(m.QuietFrom)
}

// ReadTiming reads a schedule ("0 19 * * *"), quiet hours ("21:00" to "08:00";
// both empty: none) and the time after which it is useless ("07:30").
//
// A schedule in the hour from 02:00 to 03:00 is refused: that hour is skipped
// when summer time begins and comes twice when it ends. In all others each
// local date and time is one instant, so that a run, which is named by its
// instant, is unique on its local date and time.
func ReadTiming(schedule, quietFrom, quietTo, useless string) (t Timing, err error) {
	if t.schedule, err = readSchedule(schedule); err != nil {
		return t, err
	}
	if t.amsterdam, err = time.LoadLocation("Europe/Amsterdam"); err != nil {
		return t, fmt.Errorf("timing: %w", err)
	}
	if t.useless, err = readWall(useless); err != nil || quietFrom == "" && quietTo == "" {
		return t, err
	}
	if t.from, err = readWall(quietFrom); err != nil {
		return t, err
	}
	t.to, err = readWall(quietTo)
	return t, err
}

// Without gives the timing without the moments on days that free names.
func (t Timing) Without(free func(local time.Time) bool) Timing {
	t.schedule = workdays{t.schedule, free}
	return t
}

// workdays is a schedule without the days that are free.
type workdays struct {
	cron.Schedule
	free func(local time.Time) bool
}

// mostFree bounds, in days that are free, the search for a moment on one that
// is not: a schedule such as every 25th of December has none.
const mostFree = 400

// Next is cron.Schedule's.
func (w workdays) Next(after time.Time) time.Time {
	next := w.Schedule.Next(after)
	for range mostFree {
		if next.IsZero() || !w.free(next) {
			return next
		}
		year, month, day := next.Date()
		next = w.Schedule.Next(time.Date(year, month, day+1, 0, 0, 0, 0, next.Location()).Add(-time.Nanosecond))
	}
	return time.Time{}
}

// readSchedule recovers because robfig/cron panics on some specs that hold a
// zone (v3.0.1).
func readSchedule(written string) (schedule cron.Schedule, err error) {
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("schedule %q cannot be read", written)
		}
	}()
	if strings.Contains(written, "=") {
		return nil, fmt.Errorf("schedule %q has a zone of its own", written)
	}
	parsed, err := cron.ParseStandard(written)
	if err != nil {
		return nil, fmt.Errorf("schedule %q: %w", written, err)
	}
	spec, ok := parsed.(*cron.SpecSchedule)
	switch {
	case !ok:
		return nil, fmt.Errorf("schedule %q is an interval", written)
	case spec.Hour&(1<<2) != 0:
		return nil, fmt.Errorf("schedule %q: the clock changes between 02:00 and 03:00", written)
	}
	return spec, nil
}

// Next gives the first scheduled moment after an instant; zero: none comes.
func (t Timing) Next(after time.Time) time.Time { return t.schedule.Next(after.In(t.amsterdam)).UTC() }

// backs are how far to look back for a moment: the least of these in which
// there is one. A leap day is at most eight years ago.
var backs = []time.Duration{time.Hour, 25 * time.Hour, 8 * 24 * time.Hour, 32 * 24 * time.Hour, 367 * 24 * time.Hour, 3000 * 24 * time.Hour}

// Last gives the newest scheduled moment at or before an instant; zero: there
// was none.
func (t Timing) Last(at time.Time) (last time.Time) {
	for _, back := range backs {
		for next := t.upTo(at.Add(-back), at); !next.IsZero(); next = t.upTo(next, at) {
			last = next
		}
		if !last.IsZero() {
			break
		}
	}
	return last
}

// upTo gives the first moment after an instant that is not after another.
func (t Timing) upTo(after, at time.Time) time.Time {
	if next := t.schedule.Next(after.In(t.amsterdam)); !next.IsZero() && !next.After(at) {
		return next.UTC()
	}
	return time.Time{}
}

// Before gives the scheduled moment before another; zero: there was none.
func (t Timing) Before(due time.Time) time.Time { return t.Last(due.Add(-time.Nanosecond)) }

// At gives the instants of a scheduled moment; ok is false when it is quiet
// until it is useless, and it never comes.
func (t Timing) At(due time.Time) (m Moment, ok bool) {
	m = Moment{Due: due.UTC(), NotBefore: due.UTC(), Useless: t.uselessAfter(due)}
	quiet := t.quietAround(due)
	for _, q := range quiet { // in order: where a clock change joins two, both are passed
		if !m.NotBefore.Before(q.from) && m.NotBefore.Before(q.until) {
			m.NotBefore = q.until
		}
	}
	for _, q := range quiet {
		if q.from.After(m.NotBefore) && q.from.Before(m.Useless) {
			m.QuietFrom, m.QuietUntil = q.from, q.until
			break
		}
	}
	return m, m.NotBefore.Before(m.Useless)
}

// daysAround are the local days that can matter to a moment: quiet hours that
// began the day before, and what comes within a day.
var daysAround = []int{-1, 0, 1, 2}

func (t Timing) uselessAfter(due time.Time) time.Time {
	for _, day := range daysAround {
		for _, at := range t.useless.on(due, day, t.amsterdam) {
			if at.After(due) {
				return at
			}
		}
	}
	return due.UTC() // not reached: every local time comes within two days
}

// span is from and until, until not included.
type span struct{ from, until time.Time }

// quietAround gives the quiet hours around an instant, in order. Where a clock
// time comes twice they last longest: from the first to the last.
func (t Timing) quietAround(due time.Time) (spans []span) {
	if t.from == t.to {
		return nil
	}
	overnight := 0
	if t.to < t.from {
		overnight = 1
	}
	for _, day := range append([]int{-2}, daysAround...) {
		from, until := t.from.on(due, day, t.amsterdam), t.to.on(due, day+overnight, t.amsterdam)
		spans = append(spans, span{from[0], until[len(until)-1]})
	}
	return spans
}

// wall is a time on the clock, in minutes of the day.
type wall int

func readWall(written string) (wall, error) {
	at, err := time.Parse("15:04", written)
	if err != nil {
		return 0, fmt.Errorf("%q is no time such as 07:30", written)
	}
	return wall(at.Hour()*60 + at.Minute()), nil
}

// on gives the instants at which the clock shows this time on the local day of
// an instant, or so many days later: one, two in the hour that comes twice, and
// for a time that is skipped the instant of the change.
func (w wall) on(day time.Time, later int, zone *time.Location) []time.Time {
	local := day.In(zone)
	shown := time.Date(local.Year(), local.Month(), local.Day()+later, int(w)/60, int(w)%60, 0, 0, time.UTC)
	var found []time.Time
	for _, near := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, offset := shown.Add(near).In(zone).Zone()
		at := shown.Add(-time.Duration(offset) * time.Second)
		_, really := at.In(zone).Zone()
		if really == offset && !slices.ContainsFunc(found, at.Equal) {
			found = append(found, at)
		}
	}
	if found == nil {
		_, offset := shown.Add(-24 * time.Hour).In(zone).Zone()
		change, _ := shown.Add(-time.Duration(offset) * time.Second).In(zone).ZoneBounds()
		found = []time.Time{change.UTC()}
	}
	return found
}
