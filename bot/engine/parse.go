package engine

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/text"
)

// Kinds of questions whose answer is one typed text; the others (address,
// place) need a service.
const (
	askText      = "text"
	askNumber    = "number"
	askDate      = "date"
	askTime      = "time"
	askAddress   = "address"
	askPlace     = "place"
	askYesNo     = "yes_no"
	askReference = "reference"
	askPhone     = "phone"
	askEmail     = "email"
)

// How long an answer may get where the flow does not say, in characters; the
// flow check counts with the same bounds.
const (
	maxTyped     = 1000
	maxReference = 40
	maxPlace     = 200
)

var (
	emailShape  = regexp.MustCompile(`^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]{2,}$`)
	numberShape = regexp.MustCompile(`^-?\d{1,12}([.,]\d{1,6})?$`)
)

// parse reads a typed answer to a question into JSON; "" when it is not one.
func (t *turn) parse(s *flow.State, typed string) string {
	typed = strings.TrimSpace(typed)
	switch s.Ask {
	case askText:
		return parseText(s, typed)
	case askNumber:
		return parseNumber(s, typed)
	case askDate:
		return t.parseDay(s, typed)
	case askTime:
		return parseClock(s, typed)
	case askYesNo:
		return t.parseYesNo(s, fold(typed))
	case askReference:
		return parseReference(t.patterns[s], typed)
	case askPhone:
		return parsePhone(typed)
	case askEmail:
		return parseEmail(typed)
	}
	return ""
}

// parseYesNo takes a sentence that begins with a clear yes or no as well, where
// nothing is booked or sent upon it.
func (t *turn) parseYesNo(s *flow.State, folded string) string {
	if said := t.words.parseYesNo(folded); said != "" {
		return said
	}
	if said := t.words.leading(folded); said != "" && !t.commits(s.Next) {
		return said
	}
	return ""
}

func parseText(s *flow.State, typed string) string {
	longest := s.MaxLength
	if longest == 0 {
		longest = maxTyped
	}
	if fold(typed) == "" || text.Length(typed) > longest {
		return ""
	}
	return quoted(typed)
}

func parseNumber(s *flow.State, typed string) string {
	for _, unit := range []string{"€", "euro", "jaar", "stuks", "years"} {
		typed = strings.TrimSpace(strings.ReplaceAll(typed, unit, ""))
	}
	if n, ok := hourNames[fold(typed)]; ok {
		typed = strconv.Itoa(n)
	}
	if !numberShape.MatchString(typed) {
		return ""
	}
	plain := strings.Replace(typed, ",", ".", 1)
	n, err := strconv.ParseFloat(plain, 64)
	if err != nil || outside(n, s.Min, s.Max) {
		return ""
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

func outside(n float64, low, high string) bool {
	if bound, err := strconv.ParseFloat(low, 64); err == nil && n < bound {
		return true
	}
	bound, err := strconv.ParseFloat(high, 64)
	return err == nil && n > bound
}

func (t *turn) parseDay(s *flow.State, typed string) string {
	d, ok := parseDate(typed, t.now.In(t.zone))
	if !ok {
		return ""
	}
	if low, set := parseBound(s.Min); set && d.Before(low) {
		return ""
	}
	if high, set := parseBound(s.Max); set && d.After(high) {
		return ""
	}
	return quoted(d.Format(time.DateOnly))
}

// parseBound reads what an editor wrote as min or max of a date: "2026-12-31".
func parseBound(bound string) (time.Time, bool) {
	d, err := time.Parse(time.DateOnly, bound)
	return d, err == nil
}

// parseClock gives a time of day as "09:30", in Europe/Amsterdam.
func parseClock(s *flow.State, typed string) string {
	minutes, ok := parseTime(typed)
	if !ok || s.Min != "" && minutes < minutesOf(s.Min) || s.Max != "" && minutes > minutesOf(s.Max) {
		return ""
	}
	return quoted(time.Date(1, 1, 1, 0, minutes, 0, 0, time.UTC).Format("15:04"))
}

// minutesOf reads an editor's bound: "09:30".
func minutesOf(bound string) int {
	at, err := time.Parse("15:04", bound)
	if err != nil {
		return 0
	}
	return at.Hour()*60 + at.Minute()
}

func parseReference(pattern *regexp.Regexp, typed string) string {
	bare := strings.ReplaceAll(typed, " ", "")
	for _, form := range []string{typed, strings.ToUpper(typed), bare, strings.ToUpper(bare)} {
		if pattern != nil && form != "" && len(form) <= maxReference && pattern.FindString(form) == form {
			return quoted(form)
		}
	}
	return ""
}

// parsePhone gives the number with its country code, Dutch where none is typed.
func parsePhone(typed string) string {
	var digits []byte
	for _, r := range typed {
		switch {
		case r >= '0' && r <= '9':
			digits = append(digits, byte(r))
		case strings.ContainsRune(" +-.()/", r):
		default:
			return ""
		}
	}
	number := string(digits)
	switch {
	case strings.HasPrefix(strings.TrimSpace(typed), "+"):
	case strings.HasPrefix(number, "00"):
		number = number[2:]
	case strings.HasPrefix(number, "0") && len(number) == 10:
		number = "31" + number[1:]
	default:
		return ""
	}
	if len(number) < 8 || len(number) > 15 {
		return ""
	}
	return quoted("+" + number)
}

func parseEmail(typed string) string {
	if len(typed) > 254 || !emailShape.MatchString(typed) {
		return ""
	}
	return quoted(typed)
}
