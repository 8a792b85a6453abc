package appointment

import (
	"fmt"
	"time"
)

// shortNames are short days (from Sunday) and months. A row of a list holds 24
// characters, and "donderdag 24 december 09:30" is longer.
type shortNames struct {
	days   [7]string
	months [12]string
}

var inDutch = shortNames{
	[7]string{"zo", "ma", "di", "wo", "do", "vr", "za"},
	[12]string{"jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"},
}

var inEnglish = shortNames{
	[7]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
	[12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
}

// longestDay is that of "Thu 31 Dec", longestLabel with the time behind it.
const (
	longestDay   = len("Thu 31 Dec")
	longestLabel = longestDay + len(" 09:30")
)

// shortDay is "vr 20 nov", "Fri 20 Nov", and "20-11" in other languages.
func shortDay(local time.Time, language string) string {
	names := inDutch
	switch language {
	case "nl", "":
	case "en":
		names = inEnglish
	default:
		return local.Format("02-01")
	}
	return fmt.Sprintf("%s %d %s", names.days[local.Weekday()], local.Day(), names.months[local.Month()-1])
}

// moment is how a time stands in a value: whole, and in the parts that fit on a row.
type moment struct {
	Start string `json:"start"` // RFC 3339
	Date  string `json:"date"`  // "2026-11-20"
	Time  string `json:"time"`  // "09:30"
	Label string `json:"label"` // "vr 20 nov 09:30"
}

func (t *town) moment(at time.Time, language string) moment {
	local := at.In(t.zone)
	clock := local.Format("15:04")
	return moment{Start: local.Format(time.RFC3339), Date: local.Format(time.DateOnly), Time: clock, Label: shortDay(local, language) + " " + clock}
}
