package notify_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/notify"
)

// Two processes at one store and one clock, from before a moment until after
// it: which moments are told, and at which time the first message may go.
func TestBegin_twoProcessesTellEachMomentOnceAndInTime(t *testing.T) {
	for name, c := range map[string]struct {
		timing timing
		from   string
		hours  int
		down   [2]string // between these no process runs
		want   []string  // when a message reached the resident
	}{
		"two evenings":                        {timing: evening, from: "2026-11-22 12:00", hours: 48, want: []string{"2026-11-22 19:00", "2026-11-23 19:00"}},
		"the night of winter time":            {timing: evening, from: "2026-10-24 12:00", hours: 50, want: []string{"2026-10-24 19:00", "2026-10-25 19:00"}},
		"the night of summer time":            {timing: evening, from: "2027-03-27 12:00", hours: 48, want: []string{"2027-03-27 19:00", "2027-03-28 19:00"}},
		"at three, winter time":               {timing: atThree, from: "2026-10-24 12:00", hours: 48, want: []string{"2026-10-25 03:00", "2026-10-26 03:00"}},
		"at three, summer time":               {timing: atThree, from: "2027-03-27 12:00", hours: 48, want: []string{"2027-03-28 03:00", "2027-03-29 03:00"}},
		"half past one, winter time":          {timing: atOne, from: "2026-10-24 12:00", hours: 16, want: []string{"2026-10-25 01:30"}},
		"half past one, summer time":          {timing: atOne, from: "2027-03-27 12:00", hours: 16, want: []string{"2027-03-28 01:30"}},
		"late, the night of winter time":      {timing: late, from: "2026-10-24 12:00", hours: 24, want: []string{"2026-10-25 08:00"}},
		"late, the night of summer time":      {timing: late, from: "2027-03-27 12:00", hours: 24, want: []string{"2027-03-28 08:00"}},
		"the new year":                        {timing: evening, from: "2026-12-31 12:00", hours: 32, want: []string{"2026-12-31 19:00", "2027-01-01 19:00"}},
		"midnight of the new year":            {timing: midnight, from: "2026-12-31 12:00", hours: 24, want: []string{"2027-01-01 07:00"}},
		"the leap day":                        {timing: evening, from: "2028-02-28 12:00", hours: 58, want: []string{"2028-02-28 19:00", "2028-02-29 19:00", "2028-03-01 19:00"}},
		"the eve of a moved Koningsdag":       {timing: evening, from: "2025-04-25 12:00", hours: 32, want: []string{"2025-04-25 19:00", "2025-04-26 19:00"}},
		"quiet when it is due":                {timing: early, from: "2026-11-22 00:00", hours: 24, want: []string{"2026-11-22 08:00"}},
		"quiet until it is useless":           {timing: never, from: "2026-11-22 12:00", hours: 24},
		"down at the moment":                  {timing: evening, from: "2026-11-22 12:00", hours: 12, down: [2]string{"2026-11-22 18:30", "2026-11-22 19:30"}, want: []string{"2026-11-22 19:30"}},
		"down until shortly before the quiet": {timing: evening, from: "2026-11-22 12:00", hours: 12, down: [2]string{"2026-11-22 18:30", "2026-11-22 20:30"}, want: []string{"2026-11-22 20:30"}},
		"down until it is quiet":              {timing: evening, from: "2026-11-22 12:00", hours: 24, down: [2]string{"2026-11-22 18:30", "2026-11-22 21:00"}},
		"down until it is useless":            {timing: morning, from: "2026-11-22 06:00", hours: 16, down: [2]string{"2026-11-22 08:30", "2026-11-22 18:00"}},
		"down until just before":              {timing: morning, from: "2026-11-22 06:00", hours: 16, down: [2]string{"2026-11-22 08:30", "2026-11-22 17:30"}, want: []string{"2026-11-22 17:30"}},
		"down for two moments":                {timing: evening, from: "2026-11-22 12:00", hours: 40, down: [2]string{"2026-11-22 18:30", "2026-11-23 19:30"}, want: []string{"2026-11-23 19:30"}},
		"down over the night of winter time":  {timing: late, from: "2026-10-24 12:00", hours: 26, down: [2]string{"2026-10-24 22:30", "2026-10-25 09:30"}, want: []string{"2026-10-25 09:30"}},
		"down over the night of summer time":  {timing: late, from: "2027-03-27 12:00", hours: 26, down: [2]string{"2027-03-27 22:30", "2027-03-28 09:30"}, want: []string{"2027-03-28 09:30"}},
		"every half hour but at two":          {timing: timing{"*/30 0,1,3 * * *", "", "", "03:45"}, from: "2026-10-24 23:30", hours: 6, want: []string{"2026-10-25 00:00", "2026-10-25 00:30", "2026-10-25 01:00", "2026-10-25 01:30", "2026-10-25 03:00", "2026-10-25 03:30"}},
		"the same in spring":                  {timing: timing{"*/30 0,1,3 * * *", "", "", "03:45"}, from: "2027-03-27 23:30", hours: 6, want: []string{"2027-03-28 00:00", "2027-03-28 00:30", "2027-03-28 01:00", "2027-03-28 01:30", "2027-03-28 03:00", "2027-03-28 03:30"}},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, c.from, func(t *testing.T, d *town) {
				job := d.reminder()
				job.Timing, job.Corrected = c.timing.read(t), false
				d.book.jobs = []notify.Job{job}
				d.subscribe(1)
				one, two := d.process(), d.process()
				var got []string
				for end := d.now.Add(time.Duration(c.hours) * time.Hour); d.now.Before(end); d.later(30 * time.Minute) {
					if c.down[0] != "" && !d.now.Before(local(t, c.down[0])) && d.now.Before(local(t, c.down[1])) {
						continue
					}
					d.ok(one.Begin(t.Context()))
					d.look(two)
					d.look(one)
					for _, m := range d.drain(two, bot.StatusRead) {
						got = append(got, m.at.In(amsterdam()).Format("2006-01-02 15:04"))
					}
				}
				if fmt.Sprint(got) != fmt.Sprint(c.want) {
					t.Fatalf("told at %q, want %q\n%s", got, c.want, d.logged.String())
				}
			})
		})
	}
}

func TestBegin_aJobThatIsNewComesFromItsNextMomentOn(t *testing.T) {
	each(t, "2026-11-22 19:30", func(t *testing.T, d *town) {
		d.subscribe(1)
		n := d.process()
		if got := d.rush(n, bot.StatusRead); len(got) != 0 {
			t.Fatalf("told for a moment before it was there: %+v", got)
		}
		d.at("2026-11-23 19:00")
		if got := d.rush(n, bot.StatusRead); len(got) != 1 {
			t.Fatalf("%d told, want 1", len(got))
		}
		if run := d.last(herinnering); !run.Since.Equal(local(t, "2026-11-22 19:00")) {
			t.Errorf("since %s", run.Since)
		}
	})
}

// What was missed counts for what is told next.
func TestBegin_sinceIsTheMomentThatWasTold(t *testing.T) {
	each(t, "2026-11-20 19:30", func(t *testing.T, d *town) {
		n := d.process()
		d.look(n)
		d.at("2026-11-21 19:00")
		d.look(n)
		d.at("2026-11-24 19:00")
		d.look(n)
		if run := d.last(herinnering); !run.Since.Equal(local(t, "2026-11-21 19:00")) || !run.Due.Equal(local(t, "2026-11-24 19:00")) {
			t.Errorf("due %s since %s", run.Due, run.Since)
		}
	})
}

// A moment that cannot be told any more is said once, not at every look.
func TestBegin_aMissedMomentIsLoggedOnce(t *testing.T) {
	each(t, "2026-11-21 19:30", func(t *testing.T, d *town) {
		n := d.process()
		d.look(n)
		d.at("2026-11-22 22:00")
		d.look(n)
		d.look(n)
		if got := strings.Count(d.logged.String(), "was missed"); got != 1 || d.counted["run missed"] != 1 {
			t.Errorf("said %d times:\n%s", got, d.logged.String())
		}
	})
}

// The store names a run by its job and moment: whichever process is first.
func TestBegin_manyProcessesAtOnceBeginOneRun(t *testing.T) {
	each(t, "2026-11-21 19:30", func(t *testing.T, d *town) {
		d.subscribe(3)
		d.look(d.process())
		d.at("2026-11-22 19:00")
		errs := make(chan error)
		for range 8 {
			go func() {
				n := d.process()
				err := n.Begin(t.Context())
				if err == nil {
					err = n.Select(t.Context())
				}
				errs <- err
			}()
		}
		for range 8 {
			d.ok(<-errs)
		}
		runs, err := d.store.Runs(t.Context(), account, true, 10)
		d.ok(err)
		due := slices.DeleteFunc(runs, func(r bot.Run) bool { return !r.Due.Equal(d.now) })
		if got := d.tally(herinnering); len(due) != 1 || got.Selected != 3 || got.Waiting != 3 {
			t.Fatalf("%d runs, %+v", len(due), got)
		}
	})
}

// A name that is given back, an hour that is changed, a job that is put back:
// what was told under the other name or hour is not told twice, and what did
// not stand at its moment missed nothing.
func TestBegin_whatAnEditorChangesAfterTheMomentIsNotCaughtUpWith(t *testing.T) {
	each(t, "2026-11-20 12:00", func(t *testing.T, d *town) {
		d.subscribe(1)
		n := d.process()
		job := d.reminder()
		job.Corrected = false
		renamed, later := job, job
		renamed.Name, later.Timing = "afval.anders", timing{"30 19 * * *", "21:00", "08:00", "07:30"}.read(t)
		told := func(at string, want int) {
			t.Helper()
			d.at(at)
			if got := d.rush(n, bot.StatusRead); len(got) != want {
				t.Fatalf("%s: %d told, want %d\n%s", at, len(got), want, d.logged.String())
			}
		}
		d.publish(job)
		told("2026-11-20 12:00", 0)
		told("2026-11-20 19:00", 1)
		d.publish(renamed)
		told("2026-11-20 19:10", 0) // it is new
		told("2026-11-21 19:00", 1)
		d.publish(job)
		told("2026-11-21 19:10", 0)
		told("2026-11-22 19:00", 1)
		d.at("2026-11-22 19:40")
		d.publish(later)
		told("2026-11-22 19:41", 0)
		told("2026-11-23 19:30", 1)
		d.at("2026-11-24 12:00")
		d.publish()
		told("2026-11-24 19:30", 0)
		d.publish(later)
		told("2026-11-24 19:40", 0)
		told("2026-11-25 20:00", 1) // late, and it stood: nothing is skipped
	})
}
