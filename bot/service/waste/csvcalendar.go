package waste

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	mostCSVBytes = 64 << 20
	mostFaults   = 20
)

// csvCalendar is a calendar as a table: one line per pickup, for a postcode, a
// postcode with house number, or a BAG id. It never changes.
type csvCalendar struct {
	zone    *time.Location
	pickups map[string][]Pickup // by "3511LN", "3511LN 12", "3511" or BAG id
	last    Day                 // valid through
}

// calendarColumns are the names that a header may use.
var calendarColumns = map[string][]string{
	"date":     {"datum", "date", "ophaaldatum"},
	"kind":     {"soort", "fractie", "afvalsoort", "kind", "type"},
	"postcode": {"postcode", "postal_code"},
	"number":   {"huisnummer", "number", "house_number"},
	"bag_id":   {"nummeraanduiding", "bag_id", "bagid"},
}

// readCSVCalendar reads semicolons or commas, UTF-8, a header. until is when
// the calendar stops being valid; 0: after its own last day.
func readCSVCalendar(data []byte, table *aliases, zone *time.Location, until Day) (*csvCalendar, error) {
	rows, place, err := tableOf(data, calendarColumns)
	if err != nil {
		return nil, err
	}
	c := &csvCalendar{zone: zone, pickups: map[string][]Pickup{}, last: until}
	var last Day
	var faults []error
	for len(faults) < mostFaults {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errors.Join(append(faults, err)...)
		}
		line, _ := rows.FieldPos(0)
		key, found, err := readPickup(row, place, table)
		if err != nil {
			faults = append(faults, fmt.Errorf("line %d: %w", line, err))
			continue
		}
		c.pickups[key] = append(c.pickups[key], found...)
		last = max(last, found[0].Day)
	}
	if until == 0 {
		c.last = last
	}
	if len(c.pickups) == 0 && len(faults) == 0 {
		faults = append(faults, errors.New("there is not one pickup in it"))
	}
	return c, errors.Join(faults...)
}

// tableOf reads the header and finds the columns; -1 for one that is not there.
func tableOf(data []byte, columns map[string][]string) (*csv.Reader, map[string]int, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	line, _, _ := bytes.Cut(data, []byte("\n"))
	rows := csv.NewReader(bytes.NewReader(data))
	rows.Comment = '#'
	if bytes.Count(line, []byte(";")) > bytes.Count(line, []byte(",")) || bytes.HasPrefix(line, []byte("#")) {
		rows.Comma = ';'
	}
	names, err := rows.Read()
	if err != nil {
		return nil, nil, fmt.Errorf("no header: %w", err)
	}
	place := map[string]int{}
	for column, known := range columns {
		place[column] = slices.IndexFunc(names, func(n string) bool {
			return slices.Contains(known, strings.ToLower(strings.TrimSpace(n)))
		})
	}
	return rows, place, nil
}

func cell(row []string, place map[string]int, column string) string {
	if i, ok := place[column]; ok && i >= 0 && i < len(row) {
		return strings.TrimSpace(row[i])
	}
	return ""
}

func readPickup(row []string, place map[string]int, table *aliases) (key string, found []Pickup, err error) {
	day, err := readCSVDay(cell(row, place, "date"))
	if err != nil {
		return "", nil, err
	}
	kinds := table.in(cell(row, place, "kind"))
	if len(kinds) == 0 {
		return "", nil, fmt.Errorf("the kind %q is not known", cell(row, place, "kind"))
	}
	for _, kind := range kinds {
		found = append(found, Pickup{day, kind})
	}
	if id := cell(row, place, "bag_id"); id != "" {
		return id, found, nil
	}
	key = strings.ToUpper(strings.ReplaceAll(cell(row, place, "postcode"), " ", ""))
	if !wholePostcode.MatchString(key) && !digitsPostcode.MatchString(key) {
		return "", nil, errors.New("there is no postcode such as 3511LN or 3511, and no BAG id")
	}
	if number := cell(row, place, "number"); number != "" {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > 99999 {
			return "", nil, errors.New("huisnummer is not a number from 1 to 99999")
		}
		key += " " + strconv.Itoa(n)
	}
	return key, found, nil
}

// readCSVDay reads "2026-11-20" and what Dutch spreadsheets write: "20-11-2026".
func readCSVDay(text string) (Day, error) {
	for _, layout := range []string{time.DateOnly, "2-1-2006", "2/1/2006", "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, text); err == nil {
			return dayOf(t.Date()), nil
		}
	}
	return 0, errors.New("datum is not a date such as 2026-11-20 or 20-11-2026")
}

// Pickups gives the lines of the most precise key that the table has.
func (c *csvCalendar) Pickups(_ context.Context, now time.Time, at Place, from, to Day) ([]Pickup, error) {
	if today := DayOf(now, c.zone); today > c.last {
		return nil, fmt.Errorf("csv, valid through %s: %w", c.last, ErrStale)
	}
	keys := []string{at.BAGID, at.Postcode + " " + strconv.Itoa(at.Number), at.Postcode}
	if len(at.Postcode) >= 4 {
		keys = append(keys, at.Postcode[:4])
	}
	for _, key := range keys {
		all, ok := c.pickups[key]
		if !ok || key == "" {
			continue
		}
		var out []Pickup
		for _, p := range all {
			if p.Day >= from && p.Day <= to {
				out = append(out, p)
			}
		}
		return out, nil
	}
	return nil, ErrUnknown
}
