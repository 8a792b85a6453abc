package waste

import (
	"fmt"
	"slices"
	"time"

	"github.com/rickar/cal/v2/nl"
)

// Where a pickup goes that would fall on a holiday.
const (
	moveNext     = "next"     // the next day that is no holiday and no Sunday
	movePrevious = "previous" // the last such day before
	moveSkip     = "skip"     // it is not made up for
	moveNone     = "none"     // collectors work on holidays
)

// holidayPlan is which days are holidays for the collectors, and what then.
// The names are those of rickar/cal: Nieuwjaarsdag, Goede Vrijdag, Tweede
// Paasdag, Koningsdag, Bevrijdingsdag, Hemelvaartsdag, Tweede Pinksterdag,
// Eerste Kerstdag, Tweede Kerstdag.
type holidayPlan struct {
	move    string
	working []string // holidays on which is collected all the same
	also    []Day
}

func (p holidayPlan) check() error {
	if !slices.Contains([]string{moveNext, movePrevious, moveSkip, moveNone}, p.move) {
		return fmt.Errorf("holidays: move is next, previous, skip or none, and not %q", p.move)
	}
	for _, name := range p.working {
		if !slices.ContainsFunc(holidayNames(), func(n string) bool { return n == name }) {
			return fmt.Errorf("holidays: there is no holiday %q; there are %q", name, holidayNames())
		}
	}
	return nil
}

func holidayNames() []string {
	var names []string
	for _, h := range nl.Holidays {
		names = append(names, h.Name)
	}
	return names
}

// days gives the holidays from one day through another.
func (p holidayPlan) days(from, to Day) map[Day]bool {
	out := map[Day]bool{}
	if p.move == moveNone {
		return out
	}
	for _, d := range p.also {
		out[d] = true
	}
	for year := from.Time().Year(); year <= to.Time().Year(); year++ {
		for _, h := range nl.Holidays {
			if _, observed := h.Calc(year); !slices.Contains(p.working, h.Name) && !observed.IsZero() {
				out[dayOf(observed.Date())] = true
			}
		}
	}
	return out
}

// shift gives the day that a pickup of this day moves to; false: it lapses.
func (p holidayPlan) shift(day Day, holidays map[Day]bool) (Day, bool) {
	if !holidays[day] {
		return day, true
	}
	step := Day(1)
	switch p.move {
	case moveSkip:
		return 0, false
	case movePrevious:
		step = -1
	}
	for holidays[day] || day.Weekday() == time.Sunday {
		day += step
	}
	return day, true
}
