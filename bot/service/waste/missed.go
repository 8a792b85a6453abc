package waste

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// missed tells what to think of a bin that was not emptied:
//
//	today   it is picked up today and the collectors are still on their way
//	passed  it should have been emptied, on one day of the last week
//	several more than one day is possible: ask which bin, and call again with its kind
//	none    nothing was due in the last week
func (s *Service) missed(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error) {
	at, err := placeOf(call)
	if err != nil {
		return failed(err)
	}
	today, open := s.today(now)
	all, err := s.all(ctx, now, at, today-lookBack, today)
	if errors.Is(err, ErrUnknown) {
		return bot.Result{Outcome: "none"}, nil
	}
	if err != nil {
		return failed(fmt.Errorf("%s: %w", call.Operation, err))
	}
	due := latestOfEach(all, call.With["kind"].Text())
	switch {
	case len(due) == 0:
		return bot.Result{Outcome: "none"}, nil
	case slices.ContainsFunc(due, func(p Pickup) bool { return p.Day != due[0].Day }):
		return bot.Result{Outcome: "several", Value: listOf(due)}, nil
	case due[0].Day >= open:
		return bot.Result{Outcome: "today", Value: listOf(due)}, nil
	}
	return bot.Result{Outcome: "passed", Value: listOf(due)}, nil
}

// latestOfEach keeps of every kind (or of the one asked for) its last day,
// the latest first.
func latestOfEach(all []Pickup, kind string) []Pickup {
	var out []Pickup
	for _, p := range slices.Backward(all) { // all is in order of day
		if kind != "" && p.Kind != kind {
			continue
		}
		if len(out) < mostPickups && !slices.ContainsFunc(out, func(q Pickup) bool { return q.Kind == p.Kind }) {
			out = append(out, p)
		}
	}
	return out
}
