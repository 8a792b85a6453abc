package waste

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pelletier/go-toml/v2"
)

func ics(events ...string) string {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//NL\r\n")
	for i, e := range events {
		if !strings.Contains(e, "UID:") {
			e = fmt.Sprintf("UID:%d@test\n", i) + e
		}
		b.WriteString("BEGIN:VEVENT\r\n" + strings.ReplaceAll(e, "\n", "\r\n") + "\r\nEND:VEVENT\r\n")
	}
	return b.String() + "END:VCALENDAR\r\n"
}

func TestICS_saysItsDays(t *testing.T) {
	for name, c := range map[string]struct{ file, from, to, want string }{
		"a day":                      {ics("DTSTART;VALUE=DATE:20260105\nDTEND;VALUE=DATE:20260106\nSUMMARY:GFT"), "2026-01-01", "2026-12-31", "2026-01-05 gft"},
		"a name with commas":         {ics("DTSTART;VALUE=DATE:20260105\nSUMMARY:Plastic\\, blik & drinkpakken"), "2026-01-01", "2026-12-31", "2026-01-05 pmd"},
		"two kinds":                  {ics("DTSTART:20260105\nSUMMARY:GFT en papier"), "2026-01-01", "2026-12-31", "2026-01-05 gft, 2026-01-05 papier"},
		"midnight in UTC":            {ics("DTSTART:20260104T230000Z\nSUMMARY:GFT"), "2026-01-01", "2026-12-31", "2026-01-05 gft"},
		"midnight in UTC, in summer": {ics("DTSTART:20260704T220000Z\nSUMMARY:GFT"), "2026-01-01", "2026-12-31", "2026-07-05 gft"},
		"the town's time":            {ics("DTSTART;TZID=Europe/Amsterdam:20260105T000000\nSUMMARY:GFT"), "2026-01-01", "2026-12-31", "2026-01-05 gft"},
		"a zone nobody knows":        {ics("DTSTART;TZID=W. Europe Standard Time:20260105T073000\nSUMMARY:GFT"), "2026-01-01", "2026-12-31", "2026-01-05 gft"},
		"every other week, over both clock changes": {ics("DTSTART;TZID=Europe/Amsterdam:20260316T073000\nRRULE:FREQ=WEEKLY;INTERVAL=2\nSUMMARY:GFT"), "2026-03-16", "2026-04-14", "2026-03-16 gft, 2026-03-30 gft, 2026-04-13 gft"},
		"over that of October":                      {ics("DTSTART;VALUE=DATE:20261012\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO\nSUMMARY:GFT"), "2026-10-01", "2026-11-10", "2026-10-12 gft, 2026-10-26 gft, 2026-11-09 gft"},
		"without the days that are taken out":       {ics("DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=WEEKLY;COUNT=5\nEXDATE;VALUE=DATE:20260112,20260126\nEXDATE;VALUE=DATE:20260202\nSUMMARY:GFT"), "2026-01-01", "2026-12-31", "2026-01-05 gft, 2026-01-19 gft"},
		"with days that are put in":                 {ics("DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=WEEKLY;COUNT=2\nRDATE;VALUE=DATE:20260120\nSUMMARY:GFT"), "2026-01-01", "2026-12-31", "2026-01-05 gft, 2026-01-12 gft, 2026-01-20 gft"},
		"until a day, that day too":                 {ics("DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=WEEKLY;UNTIL=20260119\nSUMMARY:GFT"), "2026-01-01", "2026-12-31", "2026-01-05 gft, 2026-01-12 gft, 2026-01-19 gft"},
		"until a moment in UTC":                     {ics("DTSTART;TZID=Europe/Amsterdam:20260105T073000\nRRULE:FREQ=WEEKLY;UNTIL=20260112T063000Z\nSUMMARY:GFT"), "2026-01-01", "2026-12-31", "2026-01-05 gft, 2026-01-12 gft"},
		"one of them moved": {ics("UID:a\nDTSTART;VALUE=DATE:20260105\nRRULE:FREQ=WEEKLY;COUNT=3\nSUMMARY:GFT",
			"UID:a\nRECURRENCE-ID;VALUE=DATE:20260112\nDTSTART;VALUE=DATE:20260113\nSUMMARY:GFT"), "2026-01-01", "2026-12-31", "2026-01-05 gft, 2026-01-13 gft, 2026-01-19 gft"},
		"one of them cancelled": {ics("UID:a\nDTSTART;VALUE=DATE:20260105\nRRULE:FREQ=WEEKLY;COUNT=3\nSUMMARY:GFT",
			"UID:a\nRECURRENCE-ID;VALUE=DATE:20260112\nDTSTART;VALUE=DATE:20260112\nSTATUS:CANCELLED\nSUMMARY:GFT"), "2026-01-01", "2026-12-31", "2026-01-05 gft, 2026-01-19 gft"},
		"the first Monday of the month": {ics("DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=MONTHLY;BYDAY=1MO\nSUMMARY:PAPER"), "2026-01-01", "2026-03-31", "2026-01-05 papier, 2026-02-02 papier, 2026-03-02 papier"},
		"leap day":                      {ics("DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY\nSUMMARY:GFT"), "2025-01-01", "2028-12-31", "2028-02-29 gft"},
		"over the end of the year":      {ics("DTSTART;VALUE=DATE:20261221\nRRULE:FREQ=WEEKLY\nSUMMARY:GFT"), "2026-12-28", "2027-01-05", "2026-12-28 gft, 2027-01-04 gft"},
		"what is not waste is left out": {ics("DTSTART;VALUE=DATE:20260105\nSUMMARY:GFT", "DTSTART;VALUE=DATE:20260106\nSUMMARY:Kantoor gesloten"), "2026-01-01", "2026-12-31", "2026-01-05 gft"},
		"what is cancelled too":         {ics("DTSTART;VALUE=DATE:20260105\nSUMMARY:GFT", "DTSTART;VALUE=DATE:20260106\nSTATUS:CANCELLED\nSUMMARY:Papier"), "2026-01-01", "2026-12-31", "2026-01-05 gft"},
		"twice the same is once":        {ics("DTSTART;VALUE=DATE:20260105\nSUMMARY:GFT", "DTSTART;VALUE=DATE:20260105\nSUMMARY:groene bak"), "2026-01-01", "2026-12-31", "2026-01-05 gft"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := readICS([]byte(c.file), ownTable(t), amsterdam(t))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range f.pickups(day(t, c.from), day(t, c.to)) {
				got = append(got, p.Day.String()+" "+p.Kind)
			}
			if strings.Join(got, ", ") != c.want {
				t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), c.want)
			}
		})
	}
}

func TestReadICS_refuses(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"a page":                {"<html>", "not an iCalendar file"},
		"half a file":           {"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n", "ics"},
		"nothing":               {"", "not one event"},
		"no events":             {ics(), "not one event"},
		"only what is no waste": {ics("DTSTART:20260105\nSUMMARY:Buurtfeest"), "not one event"},
		"no date":               {ics("SUMMARY:GFT"), "event 1: DTSTART"},
		"a date that is none":   {ics("DTSTART:20261301\nSUMMARY:GFT"), "event 1: DTSTART"},
		"every second":          {ics("DTSTART:20260105\nRRULE:FREQ=SECONDLY\nSUMMARY:GFT"), "not of days"},
		"hours":                 {ics("DTSTART:20260105\nRRULE:FREQ=DAILY;BYHOUR=1,2\nSUMMARY:GFT"), "not of days"},
		"nonsense":              {ics("DTSTART:20260105\nRRULE:FREQ=WEEKLY;BYDAY=XX\nSUMMARY:GFT"), "not understood"},
		"out of bounds":         {ics("DTSTART:20260105\nRRULE:FREQ=YEARLY;BYMONTH=13\nSUMMARY:GFT"), "out of bounds"},
		"the 30th of February":  {ics("DTSTART:20260105\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\nSUMMARY:GFT"), "no day at all"},
		"from before our time":  {ics("DTSTART:19000101\nRRULE:FREQ=DAILY\nSUMMARY:GFT"), "repeats from before"},
		"too large":             {strings.Repeat("x", mostICSBytes+1), "larger"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := readICS([]byte(c.file), ownTable(t), amsterdam(t)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestICSFiles_oneForTheTownOrOnePerArea(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	one := write("town.ics", ics("DTSTART:20261123\nSUMMARY:GFT"))
	write("noord.ics", ics("DTSTART:20261124\nSUMMARY:GFT"))
	write("zuid.ics", ics("DTSTART:20261125\nSUMMARY:GFT"))
	perArea := CalendarConfig{Kind: "ics", File: filepath.Join(dir, "{area}.ics"), Areas: map[string][]string{"noord": {"3511"}, "zuid": {"3512"}}}
	until := CalendarConfig{Kind: "ics", File: one, ValidUntil: toml.LocalDate{Year: 2026, Month: 11, Day: 20}}
	for name, c := range map[string]struct {
		config              CalendarConfig
		now, postcode, want string
	}{
		"one for the town":         {CalendarConfig{Kind: "ics", File: one}, "2026-11-20 10:00", "3599ZZ", "2026-11-23 gft"},
		"on its last day":          {CalendarConfig{Kind: "ics", File: one}, "2026-11-23 23:00", "3511LN", "2026-11-23 gft"},
		"after its last day":       {CalendarConfig{Kind: "ics", File: one}, "2026-11-24 00:00", "3511LN", "error: ics, no pickup to come: the calendar is out of date"},
		"the north":                {perArea, "2026-11-20 10:00", "3511LN", "2026-11-24 gft"},
		"the south":                {perArea, "2026-11-20 10:00", "3512ST", "2026-11-25 gft"},
		"neither":                  {perArea, "2026-11-20 10:00", "3513LA", "error: the calendar does not know this address"},
		"through its validity":     {until, "2026-11-20 23:59", "3511LN", "2026-11-23 gft"},
		"and not after, all known": {until, "2026-11-21 00:00", "3511LN", "error: ics, valid through 2026-11-20: the calendar is out of date"},
	} {
		t.Run(name, func(t *testing.T) {
			calendar, err := openCalendar(c.config, ownTable(t), amsterdam(t), func(string) {})
			if err != nil {
				t.Fatal(err)
			}
			if got := pickups(t, calendar, c.now, c.postcode, "2026-11-01", "2026-12-31"); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func FuzzReadICS(f *testing.F) {
	f.Add(ics("DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO\nEXDATE:20260119\nSUMMARY:GFT"))
	f.Add(ics("DTSTART:20260105\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\nSUMMARY:GFT"))
	f.Add(ics("DTSTART:20260105T230000Z\nRRULE:FREQ=YEARLY;BYWEEKNO=53;BYSETPOS=-1\nRDATE:20260202\nSUMMARY:GFT"))
	table, zone := ownTable(f), amsterdam(f)
	f.Fuzz(func(t *testing.T, file string) {
		feed, err := readICS([]byte(file), table, zone)
		if err != nil {
			return
		}
		from, to := dayOf(2026, time.January, 1), dayOf(2027, time.December, 31)
		for _, p := range feed.pickups(from, to) {
			if p.Day < from || p.Day > to {
				t.Errorf("%s was not asked for", p.Day)
			}
		}
	})
}
