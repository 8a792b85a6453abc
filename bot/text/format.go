package text

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
	"time"
)

// amsterdam is read once: LoadLocation opens a file every time. A program
// without time zone data cannot say when anything is, so it does not start.
var amsterdam = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic("no time zone data for Europe/Amsterdam")
	}
	return zone
})

var (
	errNotMoment = errors.New("not a date or a moment")
	errNoClock   = errors.New("a date without a time of day")
	errNotAmount = errors.New("not an amount")
	errNotShown  = errors.New("a list, or a record without a label, cannot be shown")
)

// call applies a function to a value that is there. Its errors hold no value.
func (f *filling) call(n need, raw string) (string, error) {
	switch n.verb {
	case "":
		return f.words.plain(raw)
	case "money":
		return f.words.amount(raw)
	case "kind", "choice":
		return f.word(n, raw)
	}
	at, clock, err := moment(raw)
	if err != nil {
		return "", err
	}
	if !clock && (n.verb == "time" || n.verb == "slot") {
		return "", errNoClock
	}
	switch n.verb {
	case "weekday":
		return f.words.weekdays[at.Weekday()], nil
	case "date":
		return f.date(at), nil
	case "time":
		return at.Format("15:04"), nil
	case "slot":
		return f.words.weekdays[at.Weekday()] + " " + f.date(at) + " " + at.Format("15:04"), nil
	}
	return "", fmt.Errorf("no function %s", n.verb)
}

// word gives the word for a code, or the label of a saved choice. A code that
// has no word is shown as it is: readable, where an error would be silence.
func (f *filling) word(n need, raw string) (string, error) {
	code, err := f.words.plain(raw)
	if err != nil {
		return "", err
	}
	known := f.world.Kinds
	if n.verb == "choice" {
		known = f.world.Choices
		if label, ok := known[n.path[len(n.path)-1]+"."+code]; ok {
			return label, nil
		}
	}
	if word, ok := known[code]; ok {
		return word, nil
	}
	return code, nil
}

// date is "20 november"; the year only when it is not the World's.
func (f *filling) date(at time.Time) string {
	day := strconv.Itoa(at.Day()) + " " + f.words.months[at.Month()-1]
	if now := f.world.Now; !now.IsZero() && now.In(amsterdam()).Year() != at.Year() {
		day += " " + strconv.Itoa(at.Year())
	}
	return day
}

// moment reads "2026-11-20" or an RFC 3339 instant, in local time; clock tells
// whether it has a time of day. Years have four digits.
func moment(raw string) (at time.Time, clock bool, err error) {
	if raw[0] != '"' {
		return at, false, errNotMoment
	}
	s := unquote(raw)
	if at, err = time.ParseInLocation(time.DateOnly, s, amsterdam()); err == nil {
		return at, false, nil
	}
	if at, err = time.Parse(time.RFC3339, s); err != nil {
		return at, false, errNotMoment
	}
	at = at.In(amsterdam())
	if at.Year() < 0 || at.Year() > 9999 {
		return at, false, errNotMoment
	}
	return at, true, nil
}

// plain shows a value without a function: a record by its label, a number
// without exponent, yes and no in words.
func (w *words) plain(raw string) (string, error) {
	switch raw[0] {
	case '"':
		return unquote(raw), nil
	case '{':
		label, ok := member(raw, "label")
		if !ok || label[0] != '"' {
			return "", errNotShown
		}
		return unquote(label), nil
	case '[':
		return "", errNotShown
	case 't':
		return w.yes, nil
	case 'f':
		return w.no, nil
	}
	return w.number(raw)
}

func (w *words) number(raw string) (string, error) {
	if strings.ContainsAny(raw, "eE") {
		f, err := strconv.ParseFloat(raw, 64)
		if err != nil {
			return "", errNotAmount
		}
		raw = strconv.FormatFloat(f, 'f', -1, 64)
	}
	return strings.Replace(raw, ".", w.decimal, 1), nil
}

// most is the largest amount in euros that is shown; above it, cents are lost
// in a float64 and something is wrong anyway.
const most = 1e12

// amount shows euros: "€ 1.086,85".
func (w *words) amount(raw string) (string, error) {
	if raw[0] == '"' {
		raw = unquote(raw)
		if strings.Trim(raw, "-0123456789.") != "" {
			return "", errNotAmount
		}
	}
	euros, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsNaN(euros) || math.Abs(euros) >= most {
		return "", errNotAmount
	}
	cents := int64(math.Round(math.Abs(euros) * 100))
	shown := w.thousands(strconv.FormatInt(cents/100, 10)) + w.decimal + fmt.Sprintf("%02d", cents%100)
	if euros < 0 && cents > 0 {
		shown = "-" + shown
	}
	return strings.Replace(w.money, "#", shown, 1), nil
}

func (w *words) thousands(digits string) string {
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + w.grouped + digits[at:]
	}
	return digits
}

// holds tells whether an if goes on: there is something, and it is not false,
// zero or empty.
func holds(raw string) bool {
	switch raw[0] {
	case '"':
		return len(raw) > 2
	case '{', '[':
		for range pairs(raw, raw[0]) {
			return true
		}
		return false
	case 'f':
		return false
	case 't':
		return true
	}
	return strings.Trim(raw, "-0.") != "" && !strings.HasPrefix(raw, "0e")
}
