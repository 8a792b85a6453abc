package engine

import (
	"strconv"
	"strings"
	"time"
)

// Names of days and months as people type them, in Dutch and English, folded;
// a name of three letters or more may be cut short ("nov", "vrij").
var (
	dayNames = [7][]string{{"zondag", "sunday"}, {"maandag", "monday"}, {"dinsdag", "tuesday"},
		{"woensdag", "wednesday"}, {"donderdag", "thursday"}, {"vrijdag", "friday"}, {"zaterdag", "saturday"}}
	monthNames = [12][]string{{"januari", "january"}, {"februari", "february"}, {"maart", "march", "mrt"}, {"april"}, {"mei", "may"},
		{"juni", "june"}, {"juli", "july"}, {"augustus", "august"}, {"september", "sept"}, {"oktober", "october"}, {"november"}, {"december"}}
	relativeDays = map[string]int{"vandaag": 0, "today": 0, "morgen": 1, "tomorrow": 1, "overmorgen": 2}
)

// parseDate reads a date as people type it, relative to today, a moment of the
// local day. A date without a year is the first such day from today on.
func parseDate(typed string, today time.Time) (time.Time, bool) {
	today = day(today)
	typed = fold(typed)
	if ahead, ok := relativeDays[typed]; ok {
		return today.AddDate(0, 0, ahead), true
	}
	words := strings.Fields(typed)
	if d, ok := numericDate(words, today); ok {
		return d, true
	}
	if d, ok := namedDate(words, today); ok {
		return d, true
	}
	return weekdayDate(words, today)
}

func day(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// numericDate reads 2026-11-20, 20-11-2026, 20/11/26 and 20-11; fold has made
// the signs between the numbers spaces.
func numericDate(words []string, today time.Time) (time.Time, bool) {
	if len(words) < 2 || len(words) > 3 {
		return time.Time{}, false
	}
	var n [3]int
	for i, w := range words {
		v, err := strconv.Atoi(w)
		if err != nil {
			return time.Time{}, false
		}
		n[i] = v
	}
	switch {
	case len(words) == 2:
		return coming(n[0], n[1], today)
	case len(words[0]) == 4:
		return civil(n[0], n[1], n[2])
	}
	return civil(fullYear(n[2], words[2]), n[1], n[0])
}

// namedDate reads "20 november", "vrijdag 20 nov 2026" and "November 20th".
func namedDate(words []string, today time.Time) (time.Time, bool) {
	dayOf, month, year := 0, 0, 0
	for _, w := range words {
		bare := strings.TrimRight(w, "abcdefghijklmnopqrstuvwxyz")
		n, err := strconv.Atoi(bare)
		switch {
		case err == nil && len(bare) == 4 && bare == w:
			year = n
		case err == nil && dayOf == 0 && len(bare) <= 2:
			dayOf = n
		case err == nil:
			return time.Time{}, false
		case month == 0:
			month = nameIn(monthNames[:], w) + 1
		}
	}
	if dayOf == 0 || month == 0 {
		return time.Time{}, false
	}
	if year != 0 {
		return civil(year, month, dayOf)
	}
	return coming(dayOf, month, today)
}

// weekdayDate reads "vrijdag" and "aanstaande vrijdag" as the first one after today.
func weekdayDate(words []string, today time.Time) (time.Time, bool) {
	if len(words) == 0 || len(words) > 3 {
		return time.Time{}, false
	}
	weekday := nameIn(dayNames[:], words[len(words)-1])
	if weekday < 0 {
		return time.Time{}, false
	}
	ahead := (weekday-int(today.Weekday())+6)%7 + 1
	return today.AddDate(0, 0, ahead), true
}

func nameIn(names [][]string, word string) int {
	for i, forms := range names {
		for _, form := range forms {
			if word == form || len(word) >= 3 && strings.HasPrefix(form, word) {
				return i
			}
		}
	}
	return -1
}

func fullYear(year int, as string) int {
	if len(as) == 2 {
		return 2000 + year
	}
	return year
}

// civil refuses days that do not exist: 31 February.
func civil(year, month, dayOf int) (time.Time, bool) {
	d := time.Date(year, time.Month(month), dayOf, 0, 0, 0, 0, time.UTC)
	ok := year >= 1900 && year < 2200 && d.Day() == dayOf && int(d.Month()) == month
	return d, ok
}

// coming is the first such day from today on; 29 February may be years ahead.
func coming(dayOf, month int, today time.Time) (time.Time, bool) {
	for year := today.Year(); year <= today.Year()+8; year++ {
		if d, ok := civil(year, month, dayOf); ok && !d.Before(today) {
			return d, true
		}
	}
	return time.Time{}, false
}

var (
	hourNames = map[string]int{"een": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8, "negen": 9,
		"tien": 10, "elf": 11, "twaalf": 12, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
		"eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12}
	minuteNames = map[string]int{"kwart": 15, "quarter": 15, "vijf": 5, "tien": 10, "twintig": 20, "five": 5, "ten": 10, "twenty": 20}
	timeFillers = map[string]bool{"om": true, "uur": true, "at": true, "o": true, "clock": true, "oclock": true, "s": true, "h": true, "the": true, "in": true, "a": true, "minuten": true, "u": true, "ur": true}
	dayParts    = map[string]int{"middags": 12, "avonds": 12, "afternoon": 12, "evening": 12, "pm": 12, "ochtends": 0, "morgens": 0, "nachts": 0, "am": 0, "morning": 0}
)

// parseTime reads a time of day as people type it, in minutes since midnight:
// 9.30, 09:30, 9u30, 0930, half tien, kwart over negen, half past nine, 2 pm.
// "half twee" without more is in the afternoon: nobody means the night.
func parseTime(typed string) (int, bool) {
	part := -1
	var words []string
	for _, w := range strings.Fields(spaced(fold(typed))) {
		if p, ok := dayParts[w]; ok {
			part = p
		} else if !timeFillers[w] {
			words = append(words, w)
		}
	}
	minutes, ok := digitalTime(words)
	spoken := !ok || len(words) == 1 && len(words[0]) == 1 // "2 uur" is said, "02:00" is written
	if !ok {
		minutes, ok = spokenTime(words)
	}
	switch hour := minutes / 60; {
	case !ok:
		return 0, false
	case part == 12 && hour < 12:
		minutes += 12 * 60
	case part == 0 && hour == 12:
		minutes -= 12 * 60
	case part < 0 && spoken && hour < 7:
		minutes += 12 * 60
	}
	return minutes, minutes < 24*60
}

// spaced sets a space where digits and letters meet: "9u30", "2pm".
func spaced(s string) string {
	var b strings.Builder
	for i := range len(s) {
		digit := s[i] >= '0' && s[i] <= '9'
		if i > 0 && s[i] != ' ' && s[i-1] != ' ' && digit != (s[i-1] >= '0' && s[i-1] <= '9') {
			b.WriteByte(' ')
		}
		if s[i] != 'u' || i == 0 || s[i-1] < '0' || s[i-1] > '9' { // the u of "9u30"
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func digitalTime(words []string) (int, bool) {
	if len(words) == 1 && len(words[0]) == 4 {
		words = []string{words[0][:2], words[0][2:]}
	}
	if len(words) == 0 || len(words) > 2 {
		return 0, false
	}
	hour, err := strconv.Atoi(words[0])
	minute := 0
	if err == nil && len(words) == 2 {
		minute, err = strconv.Atoi(words[1])
		if len(words[1]) != 2 {
			return 0, false
		}
	}
	return hour*60 + minute, err == nil && hour >= 0 && hour < 24 && minute >= 0 && minute < 60
}

// spokenTime reads "negen", "half tien", "kwart voor tien", "tien over half tien", "half past nine".
func spokenTime(words []string) (int, bool) {
	if len(words) == 0 {
		return 0, false
	}
	hour, ok := hourNames[words[len(words)-1]]
	if n, err := strconv.Atoi(words[len(words)-1]); err == nil && n >= 1 && n <= 12 {
		hour, ok = n, true
	}
	if !ok {
		return 0, false
	}
	total := hour % 12 * 60
	words = words[:len(words)-1]
	if n := len(words); n > 0 && words[n-1] == "half" {
		total, words = total-30, words[:n-1]
	}
	if len(words) == 2 {
		minutes, known := minuteNames[words[0]]
		if n, err := strconv.Atoi(words[0]); err == nil && n > 0 && n < 30 {
			minutes, known = n, true
		}
		if words[0] == "half" {
			minutes, known = 30, true
		}
		switch words[1] {
		case "over", "past":
			total += minutes
		case "voor", "to":
			total -= minutes
		default:
			return 0, false
		}
		ok, words = known, nil
	}
	if hour == 12 && total < 7*60 { // "twaalf", "half een" are at noon, not at night
		total += 12 * 60
	}
	return (total + 24*60) % (24 * 60), ok && len(words) == 0
}
