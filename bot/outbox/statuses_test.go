package outbox_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/outbox"
)

// strict is a store that refuses all it gets when one report is bad.
type strict struct {
	outbox.Store
	kept  []bot.StatusState
	calls int
}

var errBad = errors.New("bad report")

func (s *strict) Statuses(_ context.Context, _ time.Time, statuses []bot.Status) (int, error) {
	s.calls++
	for _, one := range statuses {
		if one.Send == "bad" {
			return 0, errBad
		}
	}
	for _, one := range statuses {
		s.kept = append(s.kept, one.State)
	}
	return 1, nil
}

func hearing(s *strict, counted map[string]int) *outbox.Outbox {
	return outbox.New(outbox.Config{Store: s, Clock: func() time.Time { return start }, Count: func(event, detail string) { counted[event+" "+detail]++ }})
}

func TestStatuses_ofSeveralDeliveriesAreAppliedTogether(t *testing.T) {
	s, counted := &strict{}, map[string]int{}
	errs := hearing(s, counted).Hear(t.Context(), [][]bot.Status{{{State: "sent"}}, {{State: "delivered"}, {State: "read"}}})
	if errs[0] != nil || errs[1] != nil || s.calls != 1 || len(s.kept) != 3 || counted["status unmatched"] != 1 {
		t.Errorf("results %v, %d calls, kept %v, counted %v", errs, s.calls, s.kept, counted)
	}
}

func TestStatuses_oneThatCannotBeAppliedTakesNoOtherDeliveryWithIt(t *testing.T) {
	s := &strict{}
	errs := hearing(s, map[string]int{}).Hear(t.Context(), [][]bot.Status{{{State: "sent"}}, {{Send: "bad"}, {State: "read"}}, {{State: "delivered"}}})
	if errs[0] != nil || !errors.Is(errs[1], errBad) || errs[2] != nil || len(s.kept) != 2 {
		t.Errorf("results %v, kept %v", errs, s.kept)
	}
}
