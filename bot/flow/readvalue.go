package flow

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// date is a day in Europe/Amsterdam, written without quotes: 2027-12-31.
type date struct{ time.Time }

// moment is a day or an instant: 2026-07-01, 2026-07-01T12:00:00 (then
// Europe/Amsterdam) or with a zone of its own.
type moment struct {
	time.Time
	wholeDay bool
}

// scalar is a text, a number or true or false; Text is how it was written.
type scalar struct {
	Text string
	Any  any
}

var (
	dateType   = reflect.TypeFor[date]()
	momentType = reflect.TypeFor[moment]()
	scalarType = reflect.TypeFor[scalar]()
	nodeType   = reflect.TypeFor[*node]()
)

func (r *reader) wrongType(path string, n *node, t reflect.Type) {
	wantDutch, wantEnglish := typeWords(t)
	haveDutch, haveEnglish := formWords(n.form)
	name := nameOf(path)
	r.faultAt(n.at, "wrong-type", fmt.Sprintf("Bij %q hoort %s. Hier staat %s.", name, wantDutch, haveDutch),
		fmt.Sprintf("%q takes %s. This is %s.", name, wantEnglish, haveEnglish))
}

// nameOf is the key that a path ends in; an item of a list has its list's.
func nameOf(path string) string {
	cut := lastDot(path)
	if _, err := strconv.Atoi(path[cut+1:]); err == nil && cut > 0 {
		return nameOf(path[:cut])
	}
	return path[cut+1:]
}

func typeWords(t reflect.Type) (string, string) {
	switch t {
	case dateType:
		return formWords(aDate)
	case momentType:
		return formWords(aMoment)
	case scalarType:
		return "een tekst of een getal", "a text or a number"
	}
	switch t.Kind() {
	case reflect.String:
		return formWords(aText)
	case reflect.Bool:
		return formWords(aTruth)
	case reflect.Int:
		return formWords(aWhole)
	case reflect.Slice:
		return formWords(aList)
	}
	return formWords(aTable)
}

func formWords(s form) (dutch, english string) {
	switch s {
	case aList:
		return "een lijst: [ … ]", "a list: [ … ]"
	case aText:
		return `een tekst tussen aanhalingstekens: "…"`, `a text in quotes: "…"`
	case aWhole:
		return "een heel getal", "a whole number"
	case aFloat:
		return "een getal met een komma", "a fraction"
	case aTruth:
		return "true of false", "true or false"
	case aDate:
		return "een datum zonder aanhalingstekens: 2027-12-31", "a date without quotes: 2027-12-31"
	case aMoment:
		return "een datum met of zonder tijd: 2026-07-01T12:00:00", "a date with or without a time: 2026-07-01T12:00:00"
	case aDayTime:
		return "een tijd", "a time"
	}
	return "een tabel: { … } of [naam]", "a table: { … } or [name]"
}

func (r *reader) whole(n *node, v reflect.Value) {
	i, err := strconv.ParseInt(strings.ReplaceAll(n.text, "_", ""), 0, 32)
	if err != nil {
		r.faultAt(n.at, "bad-number", fmt.Sprintf("%s is te groot", n.text), fmt.Sprintf("%s is too large", n.text))
		i = math.MaxInt32
	}
	v.SetInt(i)
}

func (r *reader) date(path string, n *node, d *date) {
	t, err := time.ParseInLocation(time.DateOnly, n.text, r.zone)
	switch {
	case n.form != aDate:
		r.wrongType(path, n, dateType)
	case err != nil:
		r.noSuchDay(n)
	default:
		d.Time = t
	}
}

func (r *reader) noSuchDay(n *node) {
	r.faultAt(n.at, "bad-date", fmt.Sprintf("de dag %s bestaat niet", n.text), fmt.Sprintf("the day %s does not exist", n.text))
}

func (r *reader) moment(path string, n *node, m *moment) {
	if n.form != aDate && n.form != aMoment {
		r.wrongType(path, n, momentType)
		return
	}
	written := strings.Replace(n.text, " ", "T", 1)
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339} {
		if t, err := time.ParseInLocation(layout, written, r.zone); err == nil {
			m.Time, m.wholeDay = t, layout == time.DateOnly
			return
		}
	}
	r.noSuchDay(n)
}

func (r *reader) scalar(path string, n *node, s *scalar) {
	s.Text, s.Any = n.text, n.text
	var err error
	switch n.form {
	case aTable, aList:
		r.wrongType(path, n, scalarType)
	case aWhole:
		s.Any, err = strconv.ParseInt(strings.ReplaceAll(n.text, "_", ""), 0, 64)
	case aFloat:
		s.Any, err = strconv.ParseFloat(strings.ReplaceAll(n.text, "_", ""), 64)
	case aTruth:
		s.Any = n.text == "true"
	}
	if err != nil {
		r.faultAt(n.at, "bad-number", fmt.Sprintf("%s is geen getal dat ik ken", n.text), fmt.Sprintf("%s is not a number that is known", n.text))
	}
}
