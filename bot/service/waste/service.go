package waste

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Bounds of what is shown.
const (
	mostPickups = 6
	mostItems   = 8
	lookAhead   = 60 // days; further only when there is nothing nearer
	lookBack    = 6  // days in which a bin counts as not emptied: not the same weekday again
)

//go:embed voorbeeldstad
var voorbeeldstad embed.FS

// Service answers waste.pickups, waste.missed and waste.sorting. It is safe
// for use by several goroutines.
type Service struct {
	zone      *time.Location
	collected time.Duration // since midnight, local time
	calendars []calendar
	guide     *guide
}

// Open reads everything that the configuration names; all faults at once.
func Open(config Config, log *slog.Logger) (*Service, error) {
	s, err := begin(config.Collected)
	if err != nil {
		return nil, err
	}
	table, err := openAliases(strings.NewReader(ownAliases), config.Aliases)
	if err != nil {
		return nil, fmt.Errorf("waste: %w", err)
	}
	var faults []error
	if len(config.Calendars) == 0 {
		faults = append(faults, errors.New("waste: no calendar is configured"))
	}
	report := func(problem string) { log.Warn(problem) }
	for i, c := range config.Calendars {
		calendar, err := openCalendar(c, table, s.zone, report)
		if err != nil {
			faults = append(faults, fmt.Errorf("waste: calendar %d: %w", i+1, err))
		}
		s.calendars = append(s.calendars, calendar)
	}
	data, err := readCapped(config.Sorting, mostCSVBytes)
	if err == nil {
		s.guide, err = readGuide(data)
	}
	if err != nil {
		faults = append(faults, fmt.Errorf("waste: sorting: %w", err))
	}
	return s, errors.Join(faults...)
}

func begin(collected string) (*Service, error) {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		return nil, fmt.Errorf("waste: %w", err)
	}
	if collected == "" {
		collected = "22:00"
	}
	t, err := time.Parse("15:04", collected)
	if err != nil {
		return nil, fmt.Errorf("waste: collected = %q is not a time such as 22:00", collected)
	}
	return &Service{zone: zone, collected: time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute}, nil
}

// Example is the service for the fictional town of Voorbeeldstad.
func Example() *Service {
	s, err := begin("")
	if err != nil {
		panic(err) // the zone database is missing from the machine
	}
	table := must(readAliases(strings.NewReader(ownAliases)))
	s.guide = must(readGuide(must(voorbeeldstad.ReadFile("voorbeeldstad/scheiden.csv"))))
	bins := must(readRules(must(voorbeeldstad.ReadFile("voorbeeldstad/ophalen.toml")), table, s.zone))
	trees := must(readICS(must(voorbeeldstad.ReadFile("voorbeeldstad/kerstbomen.ics")), table, s.zone))
	s.calendars = []calendar{bins, &icsFiles{zone: s.zone, areas: newAreas(), byArea: map[string]*feed{"": trees}}}
	return s
}

// must is for what is embedded, and held by a test.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Operations declares what flows may call.
func (s *Service) Operations() []bot.Operation {
	address := bot.Field{Name: "address", Kind: bot.FieldAddress}
	days := &bot.Field{Kind: bot.FieldList, Most: mostPickups, Fields: []bot.Field{
		{Name: "date", Kind: bot.FieldDate, Longest: len(time.DateOnly)},
		{Name: "kind", Kind: bot.FieldCode, Codes: Kinds, Longest: 24},
	}}
	item := &bot.Field{Kind: bot.FieldRecord, Fields: itemFields()}
	return []bot.Operation{
		{
			Name:     "waste.pickups",
			With:     []bot.Field{address},
			Outcomes: []bot.OutcomeField{{Name: "found", Saves: days}, {Name: "none"}, {Name: "failed"}},
		},
		{
			Name: "waste.missed",
			With: []bot.Field{address, {Name: "kind", Kind: bot.FieldCode, Codes: Kinds, Optional: true}},
			Outcomes: []bot.OutcomeField{{Name: "today", Saves: days}, {Name: "passed", Saves: days}, {Name: "several", Saves: days},
				{Name: "none"}, {Name: "failed"}},
		},
		{
			Name: "waste.sorting",
			With: []bot.Field{{Name: "item", Kind: bot.FieldText, Longest: longestQuestion}},
			Outcomes: []bot.OutcomeField{{Name: "found", Saves: item},
				{Name: "several", Saves: &bot.Field{Kind: bot.FieldList, Most: mostItems, Fields: itemFields()}},
				{Name: "unknown"}, {Name: "failed"}},
		},
	}
}

// Call runs one operation. An error comes with the outcome "failed" and holds
// nothing of the resident.
func (s *Service) Call(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error) {
	switch call.Operation {
	case "waste.pickups":
		return s.upcoming(ctx, now, call)
	case "waste.missed":
		return s.missed(ctx, now, call)
	case "waste.sorting":
		return s.sorting(call), nil
	}
	return failed(fmt.Errorf("waste: unknown operation %q", call.Operation))
}

func failed(err error) (bot.Result, error) { return bot.Result{Outcome: "failed"}, err }

// all asks every calendar. One that does not know the address is passed over;
// one that fails or is stale fails the whole: half a calendar is a wrong one.
func (s *Service) all(ctx context.Context, now time.Time, at Place, from, to Day) ([]Pickup, error) {
	known := false
	var out []Pickup
	for _, c := range s.calendars {
		found, err := c.Pickups(ctx, now, at, from, to)
		if errors.Is(err, ErrUnknown) {
			continue
		}
		if err != nil {
			return nil, err
		}
		known = true
		out = append(out, found...)
	}
	if !known {
		return nil, ErrUnknown
	}
	slices.SortFunc(out, byDay)
	return slices.Compact(out), nil
}

// placeOf reads the address of a call.
func placeOf(call bot.Call) (at Place, err error) {
	if err := call.With["address"].Into(&at); err != nil || at.Postcode == "" {
		return Place{}, fmt.Errorf("%s: there is no address", call.Operation)
	}
	return at, nil
}

// today is the first day whose pickups are still to come.
func (s *Service) today(now time.Time) (today, open Day) {
	today = DayOf(now, s.zone)
	local := now.In(s.zone)
	if time.Duration(local.Hour())*time.Hour+time.Duration(local.Minute())*time.Minute >= s.collected {
		return today, today + 1
	}
	return today, today
}

// upcoming gives the next pickups: of each kind the first, then the earliest
// others, in order of day, so that a kind that comes monthly is not pushed out.
func (s *Service) upcoming(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error) {
	at, err := placeOf(call)
	if err != nil {
		return failed(err)
	}
	_, from := s.today(now)
	all, err := s.all(ctx, now, at, from, from+lookAhead)
	if err == nil && len(all) == 0 {
		all, err = s.all(ctx, now, at, from, from+horizon)
	}
	if errors.Is(err, ErrUnknown) || err == nil && len(all) == 0 {
		return bot.Result{Outcome: "none"}, nil
	}
	if err != nil {
		return failed(fmt.Errorf("%s: %w", call.Operation, err))
	}
	return bot.Result{Outcome: "found", Value: listOf(firstOfEach(all, mostPickups))}, nil
}

func firstOfEach(all []Pickup, most int) []Pickup {
	var first, others []Pickup
	for _, p := range all {
		if slices.ContainsFunc(first, func(q Pickup) bool { return q.Kind == p.Kind }) {
			others = append(others, p)
			continue
		}
		first = append(first, p)
	}
	out := append(first, others...)
	out = out[:min(most, len(out))]
	slices.SortFunc(out, byDay)
	return out
}

func listOf(pickups []Pickup) bot.Value {
	list := []map[string]string{}
	for _, p := range pickups {
		list = append(list, map[string]string{"date": p.Day.String(), "kind": p.Kind})
	}
	return bot.ValueOf(list)
}
