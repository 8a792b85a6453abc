package notify_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/gemeentebode/bode/bot/notify"
)

// local reads a time on the clock of Voorbeeldstad; an offset tells the two
// hours of the autumn night apart: "2026-10-25 02:30 +0200".
func local(t interface {
	Helper()
	Fatal(...any)
}, written string) time.Time {
	t.Helper()
	if written == "" {
		return time.Time{}
	}
	if at, err := time.Parse("2006-01-02 15:04 -0700", written); err == nil {
		return at.UTC()
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", written, amsterdam())
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

func amsterdam() *time.Location {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic(err)
	}
	return zone
}

// timing is "0 19 * * * | 21:00-08:00 | 07:30".
type timing struct{ schedule, quietFrom, quietTo, useless string }

func (w timing) read(t interface {
	Helper()
	Fatal(...any)
}) notify.Timing {
	t.Helper()
	read, err := notify.ReadTiming(w.schedule, w.quietFrom, w.quietTo, w.useless)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

var (
	evening  = timing{"0 19 * * *", "21:00", "08:00", "07:30"} // the waste reminder
	morning  = timing{"0 9 * * *", "21:00", "08:00", "18:00"}
	early    = timing{"0 6 * * *", "21:00", "08:00", "12:00"} // quiet when it is due
	late     = timing{"30 22 * * *", "21:00", "08:00", "12:00"}
	midnight = timing{"0 0 * * *", "22:00", "07:00", "09:00"}
	never    = timing{"0 23 * * *", "22:00", "07:00", "06:30"} // quiet until it is useless
	noQuiet  = timing{"0 19 * * *", "", "", "07:30"}
	lunch    = timing{"0 12 * * *", "13:00", "14:00", "15:00"} // quiet by day
	atThree  = timing{"0 3 * * *", "", "", "04:00"}
	atOne    = timing{"30 1 * * *", "", "", "02:30"} // useless in the hour that changes
	gapQuiet = timing{"0 1 * * *", "00:00", "02:30", "06:00"}
	fromGap  = timing{"0 1 * * *", "02:30", "05:00", "06:00"}
)

// The instants of a scheduled moment, on ordinary days and on those that go wrong.
func TestTiming_theInstantsOfAMoment(t *testing.T) {
	for name, c := range map[string]struct {
		timing                                timing
		due                                   string
		notBefore, useless, quiet, quietUntil string // notBefore "": it never comes
	}{
		"an evening in winter":             {evening, "2026-11-22 19:00", "2026-11-22 19:00", "2026-11-23 07:30", "2026-11-22 21:00", "2026-11-23 08:00"},
		"an evening in summer":             {evening, "2026-07-01 19:00", "2026-07-01 19:00", "2026-07-02 07:30", "2026-07-01 21:00", "2026-07-02 08:00"},
		"the evening before winter time":   {evening, "2026-10-24 19:00", "2026-10-24 19:00", "2026-10-25 07:30", "2026-10-24 21:00", "2026-10-25 08:00"},
		"the evening before summer time":   {evening, "2027-03-27 19:00", "2027-03-27 19:00", "2027-03-28 07:30", "2027-03-27 21:00", "2027-03-28 08:00"},
		"the evening of winter time":       {evening, "2026-10-25 19:00", "2026-10-25 19:00", "2026-10-26 07:30", "2026-10-25 21:00", "2026-10-26 08:00"},
		"the evening of summer time":       {evening, "2027-03-28 19:00", "2027-03-28 19:00", "2027-03-29 07:30", "2027-03-28 21:00", "2027-03-29 08:00"},
		"the last evening of the year":     {evening, "2026-12-31 19:00", "2026-12-31 19:00", "2027-01-01 07:30", "2026-12-31 21:00", "2027-01-01 08:00"},
		"the evening before the leap day":  {evening, "2028-02-28 19:00", "2028-02-28 19:00", "2028-02-29 07:30", "2028-02-28 21:00", "2028-02-29 08:00"},
		"the evening of the leap day":      {evening, "2028-02-29 19:00", "2028-02-29 19:00", "2028-03-01 07:30", "2028-02-29 21:00", "2028-03-01 08:00"},
		"the evening before Koningsdag":    {evening, "2025-04-25 19:00", "2025-04-25 19:00", "2025-04-26 07:30", "2025-04-25 21:00", "2025-04-26 08:00"},
		"without quiet hours":              {noQuiet, "2026-11-22 19:00", "2026-11-22 19:00", "2026-11-23 07:30", "", ""},
		"in the morning":                   {morning, "2026-11-22 09:00", "2026-11-22 09:00", "2026-11-22 18:00", "", ""},
		"too early waits for the end":      {early, "2026-11-22 06:00", "2026-11-22 08:00", "2026-11-22 12:00", "", ""},
		"early on the day of winter time":  {early, "2026-10-25 06:00", "2026-10-25 08:00", "2026-10-25 12:00", "", ""},
		"early on the day of summer time":  {early, "2027-03-28 06:00", "2027-03-28 08:00", "2027-03-28 12:00", "", ""},
		"too late waits for the morning":   {late, "2026-11-22 22:30", "2026-11-23 08:00", "2026-11-23 12:00", "", ""},
		"late, the night of winter time":   {late, "2026-10-24 22:30", "2026-10-25 08:00", "2026-10-25 12:00", "", ""},
		"late, the night of summer time":   {late, "2027-03-27 22:30", "2027-03-28 08:00", "2027-03-28 12:00", "", ""},
		"late, into the new year":          {late, "2026-12-31 22:30", "2027-01-01 08:00", "2027-01-01 12:00", "", ""},
		"midnight":                         {midnight, "2026-11-22 00:00", "2026-11-22 07:00", "2026-11-22 09:00", "", ""},
		"midnight of winter time":          {midnight, "2026-10-25 00:00", "2026-10-25 07:00", "2026-10-25 09:00", "", ""},
		"midnight of summer time":          {midnight, "2027-03-28 00:00", "2027-03-28 07:00", "2027-03-28 09:00", "", ""},
		"midnight of the new year":         {midnight, "2027-01-01 00:00", "2027-01-01 07:00", "2027-01-01 09:00", "", ""},
		"midnight of the leap day":         {midnight, "2028-02-29 00:00", "2028-02-29 07:00", "2028-02-29 09:00", "", ""},
		"quiet until useless":              {never, "2026-11-22 23:00", "", "", "", ""},
		"quiet by day":                     {lunch, "2026-11-22 12:00", "2026-11-22 12:00", "2026-11-22 15:00", "2026-11-22 13:00", "2026-11-22 14:00"},
		"at three in winter":               {atThree, "2026-11-22 03:00", "2026-11-22 03:00", "2026-11-22 04:00", "", ""},
		"at three after two twos":          {atThree, "2026-10-25 03:00", "2026-10-25 03:00", "2026-10-25 04:00", "", ""},
		"at three after no two":            {atThree, "2027-03-28 03:00", "2027-03-28 03:00", "2027-03-28 04:00", "", ""},
		"useless at the first half past 2": {atOne, "2026-10-25 01:30", "2026-10-25 01:30", "2026-10-25 02:30 +0200", "", ""},
		"useless at a skipped half past 2": {atOne, "2027-03-28 01:30", "2027-03-28 01:30", "2027-03-28 03:00", "", ""},
		"useless at an ordinary half past": {atOne, "2026-11-22 01:30", "2026-11-22 01:30", "2026-11-22 02:30", "", ""},
		"quiet to the second half past 2":  {gapQuiet, "2026-10-25 01:00", "2026-10-25 02:30 +0100", "2026-10-25 06:00", "", ""},
		"quiet to a skipped half past 2":   {gapQuiet, "2027-03-28 01:00", "2027-03-28 03:00", "2027-03-28 06:00", "", ""},
		"quiet from the first half past 2": {fromGap, "2026-10-25 01:00", "2026-10-25 01:00", "2026-10-25 06:00", "2026-10-25 02:30 +0200", "2026-10-25 05:00"},
		"quiet from a skipped half past 2": {fromGap, "2027-03-28 01:00", "2027-03-28 01:00", "2027-03-28 06:00", "2027-03-28 03:00", "2027-03-28 05:00"},
	} {
		t.Run(name, func(t *testing.T) {
			m, comes := c.timing.read(t).At(local(t, c.due))
			if comes != (c.notBefore != "") {
				t.Fatalf("comes: %t", comes)
			}
			if !comes {
				return
			}
			for what, pair := range map[string][2]time.Time{
				"not before": {m.NotBefore, local(t, c.notBefore)}, "useless": {m.Useless, local(t, c.useless)},
				"quiet from": {m.QuietFrom, local(t, c.quiet)}, "quiet until": {m.QuietUntil, local(t, c.quietUntil)},
			} {
				if !pair[0].Equal(pair[1]) {
					t.Errorf("%s: %s, want %s", what, pair[0].In(amsterdam()), pair[1].In(amsterdam()))
				}
			}
		})
	}
}

// Which moments come, one after the other, and looked back at.
func TestTiming_theMomentsOfASchedule(t *testing.T) {
	for name, c := range map[string]struct {
		schedule, after string
		next            []string
	}{
		"every evening":                         {"0 19 * * *", "2026-11-22 19:00", []string{"2026-11-23 19:00", "2026-11-24 19:00"}},
		"a minute before":                       {"0 19 * * *", "2026-11-22 18:59", []string{"2026-11-22 19:00"}},
		"over winter time":                      {"0 19 * * *", "2026-10-23 19:00", []string{"2026-10-24 19:00", "2026-10-25 19:00", "2026-10-26 19:00"}},
		"over summer time":                      {"0 19 * * *", "2027-03-26 19:00", []string{"2027-03-27 19:00", "2027-03-28 19:00", "2027-03-29 19:00"}},
		"at three over winter time":             {"0 3 * * *", "2026-10-24 03:00", []string{"2026-10-25 03:00", "2026-10-26 03:00"}},
		"at three over summer time":             {"0 3 * * *", "2027-03-27 03:00", []string{"2027-03-28 03:00", "2027-03-29 03:00"}},
		"at 01:59 over winter time":             {"59 1 * * *", "2026-10-24 01:59", []string{"2026-10-25 01:59", "2026-10-26 01:59"}},
		"at 01:59 over summer time":             {"59 1 * * *", "2027-03-27 01:59", []string{"2027-03-28 01:59", "2027-03-29 01:59"}},
		"midnight over winter time":             {"0 0 * * *", "2026-10-25 00:00", []string{"2026-10-26 00:00"}},
		"midnight over summer time":             {"0 0 * * *", "2027-03-28 00:00", []string{"2027-03-29 00:00"}},
		"every quarter but at two, winter time": {"*/30 0,1,3 * * *", "2026-10-25 01:30", []string{"2026-10-25 03:00", "2026-10-25 03:30"}},
		"every quarter but at two, summer time": {"*/30 0,1,3 * * *", "2027-03-28 01:30", []string{"2027-03-28 03:00", "2027-03-28 03:30"}},
		"over the new year":                     {"0 19 * * *", "2026-12-31 19:00", []string{"2027-01-01 19:00"}},
		"the first of the year":                 {"0 9 1 1 *", "2026-11-22 12:00", []string{"2027-01-01 09:00", "2028-01-01 09:00"}},
		"the last of December":                  {"59 23 31 12 *", "2026-12-31 23:58", []string{"2026-12-31 23:59", "2027-12-31 23:59"}},
		"the leap day":                          {"0 9 29 2 *", "2026-11-22 12:00", []string{"2028-02-29 09:00", "2032-02-29 09:00"}},
		"every evening over the leap day":       {"0 19 * * *", "2028-02-28 19:00", []string{"2028-02-29 19:00", "2028-03-01 19:00"}},
		"no leap day in 2027":                   {"0 19 * * *", "2027-02-28 19:00", []string{"2027-03-01 19:00"}},
		"the 31st skips short months":           {"0 9 31 * *", "2027-01-31 09:00", []string{"2027-03-31 09:00", "2027-05-31 09:00", "2027-07-31 09:00", "2027-08-31 09:00"}},
		"the 30th skips February":               {"0 9 30 * *", "2027-01-30 09:00", []string{"2027-03-30 09:00", "2027-04-30 09:00"}},
		"weekdays":                              {"0 9 * * 1-5", "2026-11-20 09:00", []string{"2026-11-23 09:00", "2026-11-24 09:00"}},
		"Sunday by its number":                  {"0 9 * * 0", "2026-11-22 10:00", []string{"2026-11-29 09:00"}},
		"Sunday of winter time":                 {"0 9 * * SUN", "2026-10-24 10:00", []string{"2026-10-25 09:00", "2026-11-01 09:00"}},
		"a day of the month or of the week":     {"0 9 1 * 1", "2026-11-27 10:00", []string{"2026-11-30 09:00", "2026-12-01 09:00", "2026-12-07 09:00"}},
		"26 April, when Koningsdag is moved":    {"0 19 26 4 *", "2025-04-01 00:00", []string{"2025-04-26 19:00", "2026-04-26 19:00"}},
		"the eve of Koningsdag":                 {"0 19 25,26 4 *", "2025-04-01 00:00", []string{"2025-04-25 19:00", "2025-04-26 19:00"}},
		"several times a day":                   {"0 9,19 * * *", "2026-10-25 09:00", []string{"2026-10-25 19:00", "2026-10-26 09:00"}},
	} {
		t.Run(name, func(t *testing.T) {
			timing := timing{c.schedule, "", "", "23:30"}.read(t)
			at := local(t, c.after)
			for _, want := range c.next {
				next := timing.Next(at)
				if !next.Equal(local(t, want)) {
					t.Fatalf("after %s comes %s, want %s", at.In(amsterdam()), next.In(amsterdam()), want)
				}
				if last := timing.Last(next); !last.Equal(next) {
					t.Errorf("at its moment the last is %s", last.In(amsterdam()))
				}
				if last := timing.Last(next.Add(time.Second)); !last.Equal(next) {
					t.Errorf("a second after %s the last is %s", next.In(amsterdam()), last.In(amsterdam()))
				}
				at = next
			}
		})
	}
}

func TestReadTiming_refusesWhatCannotBeKept(t *testing.T) {
	for name, c := range map[string]timing{
		"the hour that changes":     {"30 2 * * *", "21:00", "08:00", "07:30"},
		"every hour":                {"0 * * * *", "21:00", "08:00", "07:30"},
		"a zone of its own":         {"TZ=UTC 0 19 * * *", "21:00", "08:00", "07:30"},
		"a zone and nothing else":   {"TZ=Europe/Amsterdam", "21:00", "08:00", "07:30"},
		"an interval":               {"@every 1h", "21:00", "08:00", "07:30"},
		"no schedule":               {"straks", "21:00", "08:00", "07:30"},
		"quiet from no time":        {"0 19 * * *", "25:00", "08:00", "07:30"},
		"quiet to no time":          {"0 19 * * *", "21:00", "", "07:30"},
		"useless after no time":     {"0 19 * * *", "21:00", "08:00", ""},
		"useless after midnight 24": {"0 19 * * *", "21:00", "08:00", "24:00"},
	} {
		if _, err := notify.ReadTiming(c.schedule, c.quietFrom, c.quietTo, c.useless); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestTiming_aJobThatSkipsHolidaysComesOnNone(t *testing.T) {
	free := func(day time.Time) bool { return day.Month() == time.December && (day.Day() == 25 || day.Day() == 26) }
	skips := morning.read(t).Without(free)
	if next := skips.Next(local(t, "2026-12-24 09:00")); !next.Equal(local(t, "2026-12-27 09:00")) {
		t.Errorf("after the 24th comes %s", next)
	}
	if last := skips.Last(local(t, "2026-12-26 12:00")); !last.Equal(local(t, "2026-12-24 09:00")) {
		t.Errorf("before the 26th came %s", last)
	}
	often := (timing{"* 0,1,3-23 * * *", "", "", "00:00"}).read(t).Without(free)
	if next := often.Next(local(t, "2026-12-25 10:00")); !next.Equal(local(t, "2026-12-27 00:00")) {
		t.Errorf("a job of every minute comes again at %s", next)
	}
	if never := (timing{"0 9 25 12 *", "21:00", "08:00", "18:00"}).read(t).Without(free); !never.Next(local(t, "2026-01-01 09:00")).IsZero() {
		t.Error("a job on Christmas Day alone comes all the same")
	}
}

// Whatever is written, a moment is never in quiet hours, never useless, and the
// clock on the wall agrees: minute by minute, in both nights too.
func TestTiming_noMomentIsQuietOrUseless(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clock := rapid.Custom(func(t *rapid.T) string {
			return time.Date(2026, 1, 1, 0, rapid.IntRange(0, 24*60-1).Draw(t, "minute"), 0, 0, time.UTC).Format("15:04")
		})
		from, to, useless := clock.Draw(t, "from"), clock.Draw(t, "to"), clock.Draw(t, "useless")
		timing := timing{"0 19 * * *", from, to, useless}.read(t)
		day := rapid.SampledFrom([]string{"2026-10-24 12:00", "2027-03-27 12:00", "2026-12-31 12:00", "2028-02-28 12:00", "2026-06-01 12:00"}).Draw(t, "day")
		due := local(t, day).Add(time.Duration(rapid.IntRange(0, 40*60).Draw(t, "minutes")) * time.Minute)
		m, comes := timing.At(due)
		if !comes {
			return
		}
		if m.NotBefore.Before(due) || !m.Useless.After(m.NotBefore) || m.Useless.Sub(due) > 25*time.Hour || m.Useless.In(amsterdam()).Format("15:04") != useless && useless[:2] != "02" {
			t.Fatalf("%+v", m)
		}
		for at := m.NotBefore; at.Before(m.Useless); at = at.Add(time.Minute) {
			if !m.QuietFrom.IsZero() && !at.Before(m.QuietFrom) && at.Before(m.QuietUntil) {
				continue
			}
			if reads := at.In(amsterdam()).Format("15:04"); quiet(reads, from, to) {
				t.Fatalf("%s is quiet (%s-%s), and a message may go: %+v", reads, from, to, m)
			}
		}
	})
}

func quiet(at, from, to string) bool {
	if from <= to {
		return from <= at && at < to
	}
	return at >= from || at < to
}

// Every local date and time of a schedule is one instant, and none is passed
// over: over both nights a year of moments is as many as there are days.
func TestTiming_aYearHasEachEveningOnce(t *testing.T) {
	for _, schedule := range []string{"0 19 * * *", "0 3 * * *", "59 1 * * *", "0 0 * * *"} {
		timing, seen := timing{schedule, "", "", "23:30"}.read(t), map[string]bool{}
		for at := local(t, "2026-01-01 00:00").Add(-time.Second); ; {
			if at = timing.Next(at); !at.Before(local(t, "2029-01-01 00:00")) {
				break
			}
			seen[at.In(amsterdam()).Format("2006-01-02 15:04")] = true
			if before := timing.Before(at); before.IsZero() || !timing.Next(before).Equal(at) {
				t.Fatalf("before %s comes %s", at, before)
			}
		}
		if want := 365 + 365 + 366; len(seen) != want {
			t.Errorf("%s: %d moments on different dates, want %d", schedule, len(seen), want)
		}
	}
}
