package waste

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// rule says on which days something is picked up, as an editor wrote it:
// "even weken, dinsdag" or "first Monday of the month".
type rule struct {
	weekday             time.Weekday
	hasWeekday          bool
	parity              int // of the ISO week: 0 any, 1 odd, 2 even
	weeks               int // every so many weeks from anchor; 0: every week
	anchor              Day
	nth                 int // of the month: 1 to 4, -1 the last; 0: not monthly
	days                []Day
	firstMonth, toMonth time.Month // a season; 0: all year
}

// falls tells whether the rule names this day. ISO weeks decide what is even:
// 2026 has a week 53, after which "odd weeks" has two in a row (53 and 1).
func (r rule) falls(day Day) bool {
	t := day.Time()
	if len(r.days) > 0 {
		return slices.Contains(r.days, day)
	}
	if r.firstMonth != 0 && !inSeason(t.Month(), r.firstMonth, r.toMonth) {
		return false
	}
	if t.Weekday() != r.weekday {
		return false
	}
	switch _, week := t.ISOWeek(); {
	case r.nth > 0:
		return (t.Day()-1)/7+1 == r.nth
	case r.nth < 0:
		return t.AddDate(0, 0, 7).Month() != t.Month()
	case r.parity != 0:
		return week%2 == r.parity%2
	case r.weeks > 0:
		return day >= r.anchor && int(day-r.anchor)%(7*r.weeks) == 0
	}
	return true
}

func inSeason(m, first, last time.Month) bool {
	if first <= last {
		return m >= first && m <= last
	}
	return m >= first || m <= last
}

var weekdays = words[time.Weekday](
	"zondag zo sunday sun", "maandag ma monday mon", "dinsdag di tuesday tue", "woensdag wo wednesday wed",
	"donderdag do thursday thu", "vrijdag vr friday fri", "zaterdag za saturday sat")

var months = words[time.Month]("-",
	"januari january", "februari february", "maart march", "april", "mei may", "juni june", "juli july",
	"augustus august", "september", "oktober october", "november", "december")

var ordinals = map[string]int{
	"eerste": 1, "first": 1, "1e": 1, "tweede": 2, "second": 2, "2e": 2, "derde": 3, "third": 3, "3e": 3,
	"vierde": 4, "fourth": 4, "4e": 4, "laatste": -1, "last": -1,
}

// words numbers the names in the lists from zero.
func words[T ~int](lists ...string) map[string]T {
	out := map[string]T{}
	for i, list := range lists {
		for _, w := range strings.Fields(list) {
			out[w] = T(i)
		}
	}
	return out
}

// reading is a rule on its way from text, with what only decides its form.
type reading struct {
	rule
	every, from, other, monthWord bool
	seasonMonths                  []time.Month
}

// parseRule reads a rule in Dutch or English:
//
//	elke dinsdag | every Tuesday
//	even weken, dinsdag | odd weeks, Tuesday
//	elke tweede vrijdag vanaf 2026-01-09 | every second Friday from 2026-01-09
//	elke 4 weken vanaf 2026-01-09 | every 4 weeks from 2026-01-09 | om de week vanaf 2026-01-09
//	eerste maandag van de maand | last Monday of the month
//	op 2027-01-06, 2027-01-13 | on 2027-01-06
//
// each with a season behind it: "maart tot en met november", "march to november".
func parseRule(text string) (rule, error) {
	var r reading
	for _, word := range strings.FieldsFunc(strings.ToLower(text), func(c rune) bool { return c == ' ' || c == ',' || c == '\t' }) {
		if err := r.take(word); err != nil {
			return rule{}, err
		}
	}
	return r.finish()
}

func (r *reading) take(word string) error {
	if day, err := ParseDay(word); err == nil {
		r.days = append(r.days, day)
		return nil
	}
	if day, ok := weekdays[word]; ok {
		if r.hasWeekday {
			return errors.New("two weekdays in one rule: write two rules")
		}
		r.weekday, r.hasWeekday = day, true
		return nil
	}
	if month, ok := months[word]; ok && month > 0 {
		r.seasonMonths = append(r.seasonMonths, month)
		return nil
	}
	if n, ok := ordinals[word]; ok {
		r.nth = n
		return nil
	}
	if n, err := strconv.Atoi(word); err == nil && n > 0 && n <= 52 {
		r.weeks = n
		return nil
	}
	return r.takeSmallWord(word)
}

func (r *reading) takeSmallWord(word string) error {
	switch word {
	case "even":
		r.parity = 2
	case "oneven", "odd":
		r.parity = 1
	case "elke", "iedere", "every":
		r.every = true
	case "om": // "om de week" is every second week
		r.other = true
	case "maand", "month":
		r.monthWord = true
	case "vanaf", "from":
		r.from = true
	case "week", "weken", "weeks", "de", "van", "the", "of", "op", "on", "tot", "en", "met", "t/m", "to", "through", "in":
	default:
		return fmt.Errorf("the word %q is not understood", word)
	}
	return nil
}

// finish puts the words together, or says what is missing.
func (r *reading) finish() (rule, error) {
	if err := r.season(); err != nil {
		return rule{}, err
	}
	switch {
	case r.monthWord:
		return r.monthly()
	case r.parity != 0:
		if !r.hasWeekday || r.from || r.weeks != 0 || r.nth != 0 || len(r.days) > 0 {
			return rule{}, errors.New(`even or odd weeks need one weekday and nothing else: "even weeks, Tuesday"`)
		}
		return r.rule, nil
	case r.from:
		return r.anchored()
	case len(r.days) > 0:
		if r.hasWeekday || r.weeks != 0 || r.nth != 0 {
			return rule{}, errors.New("dates stand alone: a weekday beside them can only contradict them")
		}
		return r.rule, nil
	case r.every && r.hasWeekday && r.weeks == 0 && r.nth == 0:
		return r.rule, nil
	}
	return rule{}, errors.New(`this says no days: write "every Tuesday", "even weeks, Tuesday" or "every second Friday from 2026-01-09"`)
}

func (r *reading) season() error {
	switch len(r.seasonMonths) {
	case 0:
	case 2:
		r.firstMonth, r.toMonth = r.seasonMonths[0], r.seasonMonths[1]
	default:
		return errors.New("a season has a first and a last month")
	}
	return nil
}

func (r *reading) monthly() (rule, error) {
	if r.nth == 0 || !r.hasWeekday || r.from || r.parity != 0 || len(r.days) > 0 || r.weeks != 0 {
		return rule{}, errors.New(`a monthly rule names which weekday: "first Monday of the month"`)
	}
	return r.rule, nil
}

// anchored: every so many weeks, counted from a date.
func (r *reading) anchored() (rule, error) {
	if len(r.days) != 1 || r.nth < 0 || r.nth > 0 && r.weeks > 0 {
		return rule{}, errors.New(`counting needs one date to count from: "every second Friday from 2026-01-09"`)
	}
	out := r.rule
	out.anchor, out.days = r.days[0], nil
	out.weeks, out.nth = max(r.weeks, r.nth), 0
	if out.weeks == 0 {
		out.weeks = 1
		if r.other {
			out.weeks = 2
		}
	}
	if r.hasWeekday && out.anchor.Weekday() != r.weekday {
		return rule{}, fmt.Errorf("%s is not the weekday that the rule names", out.anchor)
	}
	out.weekday, out.hasWeekday = out.anchor.Weekday(), true
	return out, nil
}
