// Package waste knows when waste is picked up at an address, what belongs
// where, and what to think of a bin that was not emptied. It never answers
// from a calendar that is out of date: then it says so, and people can call.
package waste

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Kinds are the fractions that are picked up, by their Dutch names. A
// provider's own names are brought back to these by the alias table.
var Kinds = []string{
	"gft", "restafval", "papier", "pmd", "plastic", "glas", "textiel", "kca", "grofvuil",
	"snoeiafval", "tuinafval", "kerstbomen", "luiers",
}

// Day is a day of the calendar in the town, counted from 1970-01-01. It has no
// hours, so no clock change can move it.
type Day int

// DayOf gives the day that it is at a moment in a zone.
func DayOf(moment time.Time, zone *time.Location) Day {
	y, m, d := moment.In(zone).Date()
	return dayOf(y, m, d)
}

func dayOf(y int, m time.Month, d int) Day {
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

// ParseDay reads "2026-11-20".
func ParseDay(text string) (Day, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, errors.New("not a date such as 2026-11-20")
	}
	return dayOf(t.Date()), nil
}

// Time is midnight UTC of the day: for arithmetic, not a moment in the town.
func (d Day) Time() time.Time { return time.Unix(int64(d)*24*60*60, 0).UTC() }

// String writes "2026-11-20".
func (d Day) String() string { return d.Time().Format(time.DateOnly) }

// Weekday of the day.
func (d Day) Weekday() time.Weekday { return d.Time().Weekday() }

// Pickup is one kind of waste picked up on one day.
type Pickup struct {
	Day  Day
	Kind string // one of Kinds
}

// Place is what a calendar needs to know of an address.
type Place struct {
	Postcode string `json:"postcode"` // "3511LN"
	Number   int    `json:"number"`
	Letter   string `json:"letter"`
	Addition string `json:"addition"`
	BAGID    string `json:"bag_id"`
}

// String hides: a place is an address.
func (Place) String() string { return "[private]" }

// Format hides, whatever the verb.
func (Place) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[private]") }

// What a calendar can say besides pickups.
var (
	ErrUnknown = errors.New("the calendar does not know this address")
	ErrStale   = errors.New("the calendar is out of date")
)

// calendar is one provider's calendar. Pickups gives those of an address from
// one day through another, in any order, or ErrUnknown or ErrStale.
type calendar interface {
	Pickups(ctx context.Context, now time.Time, at Place, from, to Day) ([]Pickup, error)
}
