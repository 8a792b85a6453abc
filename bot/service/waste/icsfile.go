package waste

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// horizon is how far ahead a feed has to know anything, in days.
const horizon = 400

// icsFiles is a calendar of iCalendar files on disk: one for the whole town,
// or one per area.
type icsFiles struct {
	zone   *time.Location
	areas  *areas
	byArea map[string]*feed // by area; under "" when there is one file
	until  Day              // 0: as long as the files know a day to come
}

// openICSFiles reads every file now, so that a broken one is told at the start.
func openICSFiles(config CalendarConfig, table *aliases, zone *time.Location) (*icsFiles, error) {
	c := &icsFiles{zone: zone, areas: newAreas(), byArea: map[string]*feed{}, until: config.validUntil()}
	if err := config.fillAreas(c.areas); err != nil {
		return nil, err
	}
	names := []string{""}
	if len(config.Areas) > 0 {
		names = names[:0]
		for name := range config.Areas {
			names = append(names, name)
		}
	}
	for _, name := range names {
		path := fillAddress(config.File, Place{}, name, plainText)
		data, err := readCapped(path, mostICSBytes)
		if err != nil {
			return nil, err
		}
		if c.byArea[name], err = readICS(data, table, zone); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
	}
	return c, nil
}

// Pickups gives what the file of the address's area knows.
func (c *icsFiles) Pickups(_ context.Context, now time.Time, at Place, from, to Day) ([]Pickup, error) {
	area := ""
	if c.byArea[""] == nil {
		var ok bool
		if area, ok = c.areas.of(at.Postcode); !ok {
			return nil, ErrUnknown
		}
	}
	feed := c.byArea[area]
	if feed == nil {
		return nil, ErrUnknown
	}
	if err := fresh(feed, DayOf(now, c.zone), c.until); err != nil {
		return nil, err
	}
	return feed.pickups(from, to), nil
}

// fresh refuses a feed whose validity has passed, or that knows no day to come.
func fresh(f *feed, today, until Day) error {
	if until != 0 && today > until {
		return fmt.Errorf("ics, valid through %s: %w", until, ErrStale)
	}
	if len(f.pickups(today, today+horizon)) == 0 {
		return fmt.Errorf("ics, no pickup to come: %w", ErrStale)
	}
	return nil
}

// readCapped reads a file that may not be larger than most bytes.
func readCapped(path string, most int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, most+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", filepath.Base(path), err)
	}
	if int64(len(data)) > most {
		return nil, errors.New(filepath.Base(path) + " is too large")
	}
	return data, nil
}
