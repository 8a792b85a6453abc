package flow

import (
	"testing"
	"time"
)

func TestOpen_followsTheHoursInAmsterdam(t *testing.T) {
	open := mustLoad(t).Shared.Teams["kcc"].Open // ma-do 09:00-17:00, vr 09:00-12:30
	for _, c := range []struct {
		name, at string
		want     bool
	}{
		{"a Monday morning", "2026-11-16T09:00:00+01:00", true},
		{"just before opening", "2026-11-16T08:59:59+01:00", false},
		{"the end is not included", "2026-11-16T17:00:00+01:00", false},
		{"a Friday afternoon", "2026-11-20T13:00:00+01:00", false},
		{"a Saturday", "2026-11-21T10:00:00+01:00", false},
		{"told in another zone", "2026-11-16T08:30:00Z", true},
		{"the Monday after summer time began", "2026-03-30T07:00:00Z", true},
		{"the Friday before it began", "2026-03-27T07:30:00Z", false},
		{"the Monday after summer time ended", "2026-10-26T07:30:00Z", false},
		{"Christmas Day, a Friday", "2026-12-25T10:00:00+01:00", false},
		{"Easter Monday", "2026-04-06T10:00:00+02:00", false},
		{"King's Day", "2026-04-27T10:00:00+02:00", false},
		{"King's Day that moved from a Sunday is no Monday off", "2025-04-28T10:00:00+02:00", true},
		{"Good Friday", "2026-04-03T10:00:00+02:00", false},
		{"a day that the municipality closes", "2026-12-24T10:00:00+01:00", false},
		{"a holiday that the municipality does not keep", "2026-05-05T10:00:00+02:00", true},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := open(at); got != c.want {
			t.Errorf("%s (%s): open is %v, want %v", c.name, c.at, got, c.want)
		}
	}
}

func TestParseHours_refusesWhatIsNoPartOfAWeek(t *testing.T) {
	for _, hours := range []string{"", "altijd", "ma-vr", "ma-vr 9:00-17:00", "vr-ma 09:00-17:00", "mo-fr 09:00-17:00", "ma 17:00-09:00", "ma 09:00-25:00", "ma 09:00-17:60", "ma 09:00-17:00,", "ma 09:00-17:00 en di"} {
		if spans, err := parseHours(hours); err == nil {
			t.Errorf("%q reads as %v", hours, spans)
		}
	}
}

func TestOpen_onSundaysOfEasterAndWhitsun(t *testing.T) {
	spans, err := parseHours("ma-zo 00:00-24:00")
	if err != nil {
		t.Fatal(err)
	}
	open := opener(spans, newHolidays(nil, nil))
	for day, want := range map[string]bool{"2026-04-05": false, "2026-05-24": false, "2026-05-31": true} {
		at, err := time.ParseInLocation(time.DateOnly, day, amsterdam())
		if err != nil {
			t.Fatal(err)
		}
		if got := open(at.Add(23*time.Hour + 59*time.Minute)); got != want {
			t.Errorf("%s: open is %v, want %v", day, got, want)
		}
	}
}
