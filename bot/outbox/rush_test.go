package outbox_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/outbox"
)

// rush is a store and a platform. Notifications wait from the start, and from
// 100 ms on more answers than the pace lets through, for so long.
type rush struct {
	outbox.Store
	begun  time.Time
	lasts  time.Duration
	topics int

	mu   sync.Mutex
	next time.Time
	sent int
	some bool          // were claimed
	held time.Duration // the longest from a claim to its send, or to being given back
}

func (r *rush) ClaimSends(_ context.Context, now time.Time, _ string, limit int, pace outbox.Pace) (sends []bot.Send, _ error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if base := now.Add(pace.Lead); base.After(r.next) {
		r.next = base
	}
	claim := func(s bot.Send) {
		s.ID, s.Claimed, s.At = bot.ID(fmt.Sprint(r.next.UnixMicro())), now, r.next
		r.some = true
		sends, r.next = append(sends, s), r.next.Add(time.Duration(float64(time.Second)/pace.PerSecond))
	}
	at := time.Since(r.begun)
	for at >= 100*time.Millisecond && at < r.lasts && len(sends) < limit && !r.next.After(now.Add(pace.Horizon)) {
		claim(bot.Send{Reason: bot.ReasonAnswer})
	}
	for ; r.topics > 0 && pace.Topics > 0 && len(sends) < limit && !r.next.After(now.Add(pace.TopicHorizon)); r.topics-- {
		claim(bot.Send{Reason: bot.ReasonTopic, Notify: &bot.Outgoing{}})
	}
	return sends, nil
}

func (r *rush) Slots(_ context.Context, now time.Time, _ string, number int, perSecond float64) (slots []time.Time, _ error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.After(r.next) {
		r.next = now
	}
	for range number {
		slots, r.next = append(slots, r.next), r.next.Add(time.Duration(float64(time.Second)/perSecond))
	}
	return slots, nil
}

func (r *rush) ended(s bot.Send, sent int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent += sent
	r.held = max(r.held, time.Since(s.Claimed))
}

func (r *rush) MarkFailed(_ context.Context, _ time.Time, s bot.Send, _ bot.SendError, _ time.Time) error {
	r.ended(s, 0)
	return nil
}

func (r *rush) MarkAllSent(_ context.Context, _ time.Time, sent []bot.Sent) []error {
	return make([]error, len(sent))
}

func (r *rush) Reconcile(context.Context, time.Time, time.Duration) (int, int, error) {
	return 0, 0, nil
}

func (r *rush) Send(_ context.Context, s bot.Send) (bot.Private, error) {
	r.ended(s, 1)
	time.Sleep(20 * time.Millisecond)
	return bot.Hide("id"), nil
}

// run gives how long it took to stop.
func (r *rush) run(t *testing.T, clock func() time.Time) time.Duration {
	r.begun = time.Now()
	o := outbox.New(outbox.Config{Store: r, Channel: r, Account: "desk", PerSecond: 80, Unknown: time.Minute, Parallel: 128, Clock: clock,
		Log: slog.New(slog.DiscardHandler), Count: func(string, string) {}, Healthy: func() bool { return true },
		Render: func(context.Context, time.Time, *bot.Outgoing) (bot.Reply, error) { return bot.Reply{}, nil }})
	ctx, stop := context.WithTimeout(t.Context(), r.lasts)
	defer stop()
	o.Run(ctx)
	return time.Since(r.begun) - r.lasts
}

// A resident whose notification is claimed gets no answer until it is sent or
// given back, and one whose lease ended is held for a send of unknown end.
func TestOutbox_notificationsThatMeetARushOfAnswersAreGivenBackInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &rush{lasts: 20 * time.Second, topics: 50}
		r.run(t, time.Now)
		if r.held > 2100*time.Millisecond {
			t.Errorf("one was held for %s after its claim", r.held)
		}
		if r.sent < 1400 {
			t.Errorf("%d sent in 20 s", r.sent)
		}
	})
}

func TestOutbox_aMachineThatIsLateForItsSlotsGoesOnSending(t *testing.T) {
	for name, late := range map[string]time.Duration{"a little late": 5 * time.Millisecond, "late": 10 * time.Millisecond, "very late": 20 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &rush{lasts: 20 * time.Second}
				r.run(t, func() time.Time { time.Sleep(late); return time.Now() }) // twice between a slot and its send
				if r.sent < 20*80/5 {
					t.Errorf("%d sent in 20 s", r.sent)
				}
			})
		})
	}
}

// The clock is set back between a claim and the wait for its slots.
func TestOutbox_aClockThatIsSetBackHoldsUpNoStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &rush{lasts: 10 * time.Second}
		stopped := r.run(t, func() time.Time {
			now := time.Now().Round(0) // as the slots of a database: of the wall's clock alone
			r.mu.Lock()
			defer r.mu.Unlock()
			if r.some {
				return now.Add(-time.Hour)
			}
			return now
		})
		if stopped > 30*time.Second {
			t.Errorf("it took %s to stop", stopped)
		}
	})
}
