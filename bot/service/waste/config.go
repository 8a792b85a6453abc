package waste

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// Config is the part [waste] of the configuration.
type Config struct {
	Sorting   string           `toml:"sorting"`   // CSV: what belongs where
	Aliases   string           `toml:"aliases"`   // CSV "name;kind": names that our own table does not have
	Collected string           `toml:"collected"` // "22:00": until then a bin may still be emptied; local time
	Calendars []CalendarConfig `toml:"calendar"`  // together they are the calendar
}

// CalendarConfig is one [[waste.calendar]]. In File and URL stand, where the
// provider has a file per address or area: {postcode} {number} {letter}
// {addition} {bag_id} {area}.
type CalendarConfig struct {
	Kind       string              `toml:"kind"` // rules | csv | ics
	File       string              `toml:"file"`
	URL        string              `toml:"url"`         // ics only; https
	Host       string              `toml:"host"`        // the one host that URL may name or redirect to
	Private    bool                `toml:"private"`     // Host may be on the own network
	Areas      map[string][]string `toml:"areas"`       // ics only: area = ["3511", "3512AA-3512CZ", "3513LN"]
	ValidUntil toml.LocalDate      `toml:"valid_until"` // csv and ics; without it: the last day that they know
	Refresh    string              `toml:"refresh"`     // "12h": when a url is fetched again
	MaxAge     string              `toml:"max_age"`     // "168h": when the last good one is too old to use
}

func (c CalendarConfig) validUntil() Day {
	if c.ValidUntil.Year == 0 {
		return 0
	}
	return localDay(c.ValidUntil)
}

func (c CalendarConfig) refresh() time.Duration { return duration(c.Refresh, 12*time.Hour) }
func (c CalendarConfig) maxAge() time.Duration  { return duration(c.MaxAge, 7*24*time.Hour) }

// duration reads what check has seen to be readable.
func duration(text string, otherwise time.Duration) time.Duration {
	if d, err := time.ParseDuration(text); err == nil && d > 0 {
		return d
	}
	return otherwise
}

func (c CalendarConfig) check() error {
	for _, text := range []string{c.Refresh, c.MaxAge} {
		if d, err := time.ParseDuration(text); text != "" && (err != nil || d <= 0) {
			return fmt.Errorf("%q is not a time such as 12h", text)
		}
	}
	if (c.File == "") == (c.URL == "") {
		return errors.New("either file or url is needed")
	}
	if c.URL != "" && c.Kind != "ics" {
		return fmt.Errorf("kind %q is read from a file", c.Kind)
	}
	return nil
}

func (c CalendarConfig) fillAreas(into *areas) error {
	var faults []error
	for name, postcodes := range c.Areas {
		for _, code := range postcodes {
			faults = append(faults, into.add(name, code))
		}
	}
	return errors.Join(faults...)
}

// openCalendar reads one calendar; a broken file is told now.
func openCalendar(c CalendarConfig, table *aliases, zone *time.Location, report func(string)) (calendar, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	switch {
	case c.URL != "":
		return openICSURL(c, table, zone, report)
	case c.Kind == "ics":
		return openICSFiles(c, table, zone)
	}
	data, err := readCapped(c.File, mostCSVBytes)
	if err != nil {
		return nil, err
	}
	switch c.Kind {
	case "rules":
		return readRules(data, table, zone)
	case "csv":
		return readCSVCalendar(data, table, zone, c.validUntil())
	}
	return nil, fmt.Errorf("kind is rules, csv or ics, and not %q", c.Kind)
}

// openAliases reads our own table, and the town's after it, which wins.
func openAliases(own io.Reader, path string) (*aliases, error) {
	if path == "" {
		return readAliases(own)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("aliases: %w", err)
	}
	defer file.Close()
	return readAliases(own, file)
}
