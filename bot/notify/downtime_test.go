package notify_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/notify"
)

const halfHour = 30 * time.Minute

// Whatever the schedule, and however often both processes are down, over the
// nights in which the clock changes too: what is told, and when, is what a
// reading of the clock on the wall says, half hour by half hour.
func TestBegin_whateverHappensTheClockOnTheWallAgrees(t *testing.T) {
	for seed := range uint64(16) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 2026))
			start := []string{"2026-10-23 12:00", "2027-03-26 12:00", "2026-12-30 12:00", "2028-02-27 12:00"}[seed%4]
			d := newTown(t, openSQLite(t), local(t, start))
			wall := timing{fmt.Sprintf("%d %d * * *", 30*random.IntN(2), (3+random.IntN(23))%24), anHour(random), anHour(random), anHour(random)}
			job := d.reminder()
			job.Timing, job.Corrected = wall.read(t), false
			d.book.jobs = []notify.Job{job}
			d.subscribe(1)
			d.ok(d.process().Begin(t.Context())) // from the next half hour on its moments count
			d.later(halfHour)
			one, two := d.process(), d.process()
			var got, want []string
			expect := reading{timing: wall, at: dueAt(wall)}
			for up, end := true, d.now.Add(4*24*time.Hour); d.now.Before(end); d.later(halfHour) {
				expect.pass(d.now)
				if random.IntN(5) == 0 {
					up = !up
				}
				if !up {
					continue
				}
				if expect.told(d.now) {
					want = append(want, d.now.In(amsterdam()).Format("2006-01-02 15:04"))
				}
				d.look(one)
				d.look(two)
				for range d.drain(two, bot.StatusRead) {
					got = append(got, d.now.In(amsterdam()).Format("2006-01-02 15:04"))
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%+v: told at %q, want %q", wall, got, want)
			}
		})
	}
}

func anHour(random *rand.Rand) string {
	return fmt.Sprintf("%02d:%02d", (3+random.IntN(23))%24, 30*random.IntN(2))
}

// dueAt is the clock time of a schedule "30 19 * * *".
func dueAt(w timing) string {
	var minute, hour int
	fmt.Sscanf(w.schedule, "%d %d", &minute, &hour)
	return fmt.Sprintf("%02d:%02d", hour, minute)
}

// reading follows one job by the clock on the wall alone.
type reading struct {
	timing timing
	at     string
	due    time.Time // of the newest moment, zero while there is none
	done   bool      // it was told
}

func shows(at time.Time) string { return at.In(amsterdam()).Format("15:04") }

// pass notes a moment that comes.
func (r *reading) pass(now time.Time) {
	if shows(now) == r.at {
		r.due, r.done = now, false
	}
}

// useless is when the moment is of no use any more.
func (r *reading) useless(due time.Time) time.Time {
	at := due.Add(halfHour)
	for shows(at) != r.timing.useless {
		at = at.Add(halfHour)
	}
	return at
}

// told tells whether a message of the newest moment is told now, by a process
// that is up.
func (r *reading) told(now time.Time) bool {
	if r.due.IsZero() || r.done || !now.Before(r.useless(r.due)) || quiet(shows(now), r.timing.quietFrom, r.timing.quietTo) {
		return false
	}
	r.done = true
	return true
}
