// Package remind tells residents, on a day that they chose, what they wanted
// to think of. It keeps nothing itself and adds no word of its own: day and
// text stand with the consent for that one message, and end with it.
package remind

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gemeentebode/bode/bot"
)

// Bounds of what one may be reminded of.
const (
	longestWhat = 100 // characters
	mostOfADay  = 5   // of one resident; of more, the first
	aheadYears  = 1
)

const today = "remind.today"

// between stands between two reminders of one day.
const between = "; "

// Service answers remind.day. It is safe for use by several goroutines.
type Service struct{ zone *time.Location }

// New makes the service. A machine without time zones cannot say what day it
// is, and the program does not start on it.
func New() *Service {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic("remind: no time zone data for Europe/Amsterdam")
	}
	return &Service{zone}
}

// Operations declares what flows may call: whether a day can be chosen, from
// tomorrow through the same day a year ahead.
func (s *Service) Operations() []bot.Operation {
	return []bot.Operation{{
		Name:     "remind.day",
		With:     []bot.Field{{Name: "date", Kind: bot.FieldDate, Longest: len(time.DateOnly)}},
		Outcomes: []bot.OutcomeField{{Name: "good"}, {Name: "past"}, {Name: "far"}, {Name: "failed"}},
	}}
}

// Audiences declares who hears today what they asked for; a subscription is
// about {"date": "2026-12-01", "what": "pas ophalen"}.
func (s *Service) Audiences() []bot.Audience {
	return []bot.Audience{{Name: today, Once: true, Yields: []bot.Field{
		{Name: "subject", Kind: bot.FieldText, Longest: mostOfADay*(longestWhat+len(between)) - len(between)},
	}}}
}

// Call runs one operation.
func (s *Service) Call(_ context.Context, now time.Time, call bot.Call) (bot.Result, error) {
	if call.Operation != "remind.day" {
		return bot.Result{Outcome: "failed"}, fmt.Errorf("remind: unknown operation %q", call.Operation)
	}
	date := call.With["date"].Text()
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		return bot.Result{Outcome: "failed"}, fmt.Errorf("remind.day: not a date")
	}
	switch local := now.In(s.zone); { // dates in this form compare as text
	case date <= local.Format(time.DateOnly):
		return bot.Result{Outcome: "past"}, nil
	case date > lastDay(local).Format(time.DateOnly):
		return bot.Result{Outcome: "far"}, nil
	}
	return bot.Result{Outcome: "good"}, nil
}

// lastDay is the same day of next year; of a leap day, the 28th.
func lastDay(local time.Time) time.Time {
	year, month, day := local.Date()
	last := time.Date(year+aheadYears, month, day, 0, 0, 0, 0, time.UTC)
	if last.Month() != month {
		last = last.AddDate(0, 0, -1)
	}
	return last
}

// Hear tells a subscriber what they chose for the day of the scheduled moment,
// Amsterdam time; nothing once that day is over. What was for earlier days
// alone is past: it was told, or nobody could.
func (s *Service) Hear(_ context.Context, h bot.Hearing) (map[string]bot.Value, error) {
	if h.Audience != today {
		return nil, fmt.Errorf("remind: unknown audience %q", h.Audience)
	}
	day := h.Due.In(s.zone).Format(time.DateOnly)
	if h.At().In(s.zone).Format(time.DateOnly) > day {
		return nil, nil
	}
	var all []string
	past := 0
	for _, about := range h.To.About {
		var chosen struct {
			Date string `json:"date"`
			What string `json:"what"`
		}
		if err := about.Into(&chosen); err != nil || chosen.Date != day {
			if err == nil && chosen.Date < day {
				past++
			}
			continue
		}
		if what := oneLine(chosen.What); what != "" && !slices.Contains(all, what) && len(all) < mostOfADay {
			all = append(all, what)
		}
	}
	switch {
	case past > 0 && past == len(h.To.About):
		return nil, bot.ErrPast
	case len(all) == 0:
		return nil, nil
	}
	return map[string]bot.Value{"subject": bot.ValueOf(strings.Join(all, between))}, nil
}

// oneLine makes what somebody typed fit a message template, which takes no
// newline, tab or row of spaces, and ends it without a sign: a text goes on.
func oneLine(typed string) string {
	line := strings.Join(strings.Fields(typed), " ")
	if utf8.RuneCountInString(line) > longestWhat {
		line = strings.TrimRight(string([]rune(line)[:longestWhat-1]), " ,;:") + "…"
	}
	return strings.TrimRight(line, ".;, ")
}
