package waste

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// reach is how many days a moved pickup may lie from its own day; exceptions
// that move further are refused.
const reach = 14

// rulesFile is what an editor writes: which days, in which area, but for what.
type rulesFile struct {
	ValidFrom  toml.LocalDate `toml:"valid_from"`
	ValidUntil toml.LocalDate `toml:"valid_until"`
	Holidays   struct {
		Move    string           `toml:"move"`
		Working []string         `toml:"working"`
		Also    []toml.LocalDate `toml:"also"`
	} `toml:"holidays"`
	Area []struct {
		Name      string     `toml:"name"`
		Postcodes []string   `toml:"postcodes"`
		Rules     []ruleLine `toml:"rules"`
	} `toml:"area"`
	Exception []exception `toml:"exception"`
}

type ruleLine struct {
	Kind string `toml:"kind"`
	When string `toml:"when"`
}

// exception moves, cancels or adds pickups. Area and Kind may be empty: all.
type exception struct {
	Area    string          `toml:"area"`
	Kind    string          `toml:"kind"`
	Date    toml.LocalDate  `toml:"date"`
	MovedTo *toml.LocalDate `toml:"moved_to"`
	Extra   bool            `toml:"extra"` // a pickup that no rule gives
}

// rules is a calendar by rules. It never changes.
type rules struct {
	zone       *time.Location
	from, to   Day // valid, both included
	holidays   holidayPlan
	areas      *areas
	byArea     map[string][]areaRule
	exceptions []exception
}

type areaRule struct {
	rule
	kind string
}

// readRules reads and checks a calendar by rules; all faults at once.
func readRules(data []byte, table *aliases, zone *time.Location) (*rules, error) {
	var file rulesFile
	if err := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields().Decode(&file); err != nil {
		var unknown *toml.StrictMissingError
		if errors.As(err, &unknown) {
			return nil, fmt.Errorf("unknown key: %s", unknown.String())
		}
		return nil, err // go-toml names line and column
	}
	r := &rules{zone: zone, from: localDay(file.ValidFrom), to: localDay(file.ValidUntil), areas: newAreas(), byArea: map[string][]areaRule{}}
	r.holidays = holidayPlan{move: file.Holidays.Move, working: file.Holidays.Working}
	for _, d := range file.Holidays.Also {
		r.holidays.also = append(r.holidays.also, localDay(d))
	}
	if r.holidays.move == "" {
		r.holidays.move = moveNext
	}
	faults := []error{r.holidays.check(), r.takeAreas(file, table), r.takeExceptions(file, table)}
	if file.ValidUntil.Year == 0 || file.ValidFrom.Year == 0 || r.to < r.from {
		faults = append(faults, errors.New("valid_from and valid_until say from when until when this calendar holds"))
	}
	return r, errors.Join(faults...)
}

func localDay(d toml.LocalDate) Day { return dayOf(d.Year, time.Month(d.Month), d.Day) }

func (r *rules) takeAreas(file rulesFile, table *aliases) error {
	var faults []error
	if len(file.Area) == 0 {
		faults = append(faults, errors.New("there is no [[area]]"))
	}
	for _, area := range file.Area {
		if area.Name == "" || len(area.Postcodes) == 0 || len(area.Rules) == 0 {
			faults = append(faults, fmt.Errorf("area %q: name, postcodes and rules are needed", area.Name))
		}
		if r.byArea[area.Name] != nil {
			faults = append(faults, fmt.Errorf("area %q stands there twice", area.Name))
		}
		for _, code := range area.Postcodes {
			faults = append(faults, r.areas.add(area.Name, code))
		}
		for _, line := range area.Rules {
			parsed, err := parseRule(line.When)
			if err != nil {
				faults = append(faults, fmt.Errorf("area %q, rule %q: %w", area.Name, line.When, err))
			}
			kind, ok := table.one(line.Kind)
			if !ok {
				faults = append(faults, fmt.Errorf("area %q: kind %q is not known", area.Name, line.Kind))
			}
			r.byArea[area.Name] = append(r.byArea[area.Name], areaRule{parsed, kind})
		}
	}
	return errors.Join(faults...)
}

func (r *rules) takeExceptions(file rulesFile, table *aliases) error {
	var faults []error
	for _, e := range file.Exception {
		if e.Area != "" && r.byArea[e.Area] == nil {
			faults = append(faults, fmt.Errorf("exception of %s: there is no area %q", e.Date, e.Area))
		}
		if e.Kind != "" {
			kind, ok := table.one(e.Kind)
			if !ok {
				faults = append(faults, fmt.Errorf("exception of %s: kind %q is not known", e.Date, e.Kind))
			}
			e.Kind = kind
		}
		if e.Extra && (e.Kind == "" || e.MovedTo != nil) {
			faults = append(faults, fmt.Errorf("exception of %s: an extra pickup has a kind and no moved_to", e.Date))
		}
		if e.MovedTo != nil && max(localDay(*e.MovedTo)-localDay(e.Date), localDay(e.Date)-localDay(*e.MovedTo)) > reach {
			faults = append(faults, fmt.Errorf("exception of %s: moved more than %d days", e.Date, reach))
		}
		r.exceptions = append(r.exceptions, e)
	}
	return errors.Join(faults...)
}

// Pickups gives the pickups of an address within the calendar's validity.
func (r *rules) Pickups(_ context.Context, now time.Time, at Place, from, to Day) ([]Pickup, error) {
	if today := DayOf(now, r.zone); today < r.from || today > r.to {
		return nil, fmt.Errorf("rules, valid from %s through %s: %w", r.from, r.to, ErrStale)
	}
	area, ok := r.areas.of(at.Postcode)
	if !ok {
		return nil, ErrUnknown
	}
	var out []Pickup
	for _, p := range r.expand(area, max(from, r.from)-reach, min(to, r.to)+reach) {
		if p.Day >= max(from, r.from) && p.Day <= min(to, r.to) && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out, nil
}

// expand applies the rules to each day, then exceptions, then holidays.
func (r *rules) expand(area string, from, to Day) []Pickup {
	var out []Pickup
	holidays := r.holidays.days(from-reach, to+reach)
	for day := from; day <= to; day++ {
		for _, rule := range r.byArea[area] {
			if !rule.falls(day) {
				continue
			}
			if moved, ok := r.settle(area, rule.kind, day, holidays); ok {
				out = append(out, Pickup{moved, rule.kind})
			}
		}
	}
	for _, e := range r.exceptions {
		if e.Extra && (e.Area == "" || e.Area == area) {
			out = append(out, Pickup{localDay(e.Date), e.Kind})
		}
	}
	return out
}

// settle gives the day on which a pickup really takes place: an exception
// that an editor wrote goes before the holidays.
func (r *rules) settle(area, kind string, day Day, holidays map[Day]bool) (Day, bool) {
	for _, e := range r.exceptions {
		if e.Extra || localDay(e.Date) != day || e.Area != "" && e.Area != area || e.Kind != "" && e.Kind != kind {
			continue
		}
		if e.MovedTo == nil {
			return 0, false
		}
		return localDay(*e.MovedTo), true
	}
	return r.holidays.shift(day, holidays)
}
