package notify

import (
	"fmt"
	"slices"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Limits are when a run is stopped, and how many go first.
type Limits struct {
	First     int     // how many at least go first and are watched
	FirstPart float64 // or this part of all, when that is more
	FirstMost int     // but never more than this
	Failed    float64 // the part that may fail
	FailedOf  int     // of at least so many
	OptedOut  float64 // the part that may opt out
	OptOutOf  int     // of at least so many
}

// DefaultLimits are those of bode serve when nothing is configured.
func DefaultLimits() Limits {
	return Limits{First: 20, FirstPart: 0.01, FirstMost: 500, Failed: 0.10, FailedOf: 20, OptedOut: 0.03, OptOutOf: 30}
}

// Times of a look at a run.
const (
	firstWatched = time.Minute     // how long to wait for news of the first ones
	busyAgain    = 2 * time.Second // a run that is sent
	idleAgain    = time.Minute     // one that is paused or stopped
	doneAgain    = 10 * time.Minute
)

// reasonLate stands on a run that ended with some untold.
const reasonLate = "too late for the rest"

// judge decides what becomes of a run by what is known of it. wrong are the
// templates of the run that are not in order.
func (l Limits) judge(now time.Time, w bot.Watched, wrong []string) bot.Verdict {
	v := bot.Verdict{State: w.Run.State, Reason: w.Run.Reason, Report: w.Report, Next: now.Add(idleAgain)}
	v.Report.Tally = w.Now
	switch {
	case w.Run.State == bot.RunDone:
		v.Next = now.Add(doneAgain)
		return v
	case !now.Before(w.Run.Useless):
		return l.end(now, v, w)
	case w.Run.State != bot.RunSending:
		return v
	}
	v.Next = now.Add(busyAgain)
	if reason := l.stop(w, wrong); reason != "" {
		v.State, v.Reason, v.Next = bot.RunStopped, reason, now.Add(idleAgain)
		v.Report.Passed, v.Report.Templates, v.Room = &w.Now, wrong, new(int) // resumed, a first few go first again
		v.Report.Opened = false
		return v
	}
	if w.Now.Waiting+w.Now.OnWay == 0 && looksAgain[w.Run.Kind] == 0 {
		v.State, v.Reason, v.Next = bot.RunDone, "", now.Add(doneAgain)
		return v
	}
	if room, opens := l.room(now, w); opens {
		v.Room = &room
	}
	return v
}

// end closes a run that is of no use any more.
func (l Limits) end(now time.Time, v bot.Verdict, w bot.Watched) bot.Verdict {
	v.State, v.Next = bot.RunDone, now.Add(doneAgain)
	if w.Run.Reason == "" && w.Now.Waiting+w.Now.LeftOut["late"] > 0 {
		v.Reason = reasonLate
	}
	return v
}

// stop gives why a run has to stop; "" when it may go on. What a colleague let
// pass is not counted again.
func (l Limits) stop(w bot.Watched, wrong []string) string {
	t, passed := w.Now, bot.Tally{}
	if w.Report.Passed != nil {
		passed = *w.Report.Passed
	}
	failed, told, opted := t.Refused()-passed.Refused(), t.Told()-passed.Told(), t.OptedOut-passed.OptedOut
	for _, template := range wrong {
		if !slices.Contains(w.Report.Templates, template) {
			return "template " + template
		}
	}
	if of := told + failed; of >= l.FailedOf && float64(failed) > l.Failed*float64(of) {
		return fmt.Sprintf("%d of %d failed", failed, of)
	}
	if told >= l.OptOutOf && float64(opted) > l.OptedOut*float64(told) {
		return fmt.Sprintf("%d of %d ended their consent after it", opted, told)
	}
	return ""
}

// room opens the run: first for a few, and for all when news of these came, or
// none for a while. Those who turned out to have nothing to hear tell nothing:
// as many others go first then. After a stop that was let pass it begins anew.
func (l Limits) room(now time.Time, w bot.Watched) (room int, opens bool) {
	if w.Run.Room != 0 {
		return 0, false
	}
	t, passed := w.Now, bot.Tally{}
	if w.Report.Passed != nil {
		passed = *w.Report.Passed
	}
	known := t.Told() + t.Refused() - passed.Told() - passed.Refused()
	quiet := !t.LastClaim.IsZero() && now.Sub(t.LastClaim) >= firstWatched
	switch {
	case t.Begun() <= passed.Begun(), t.OnWay == 0 && known <= 0:
		return l.first(t.Selected), true
	case t.OnWay == 0 && t.Sent <= passed.Sent, quiet:
		return -1, known > 0
	}
	return 0, false
}

func (l Limits) first(selected int) int {
	return min(max(l.First, int(l.FirstPart*float64(selected))), l.FirstMost)
}
