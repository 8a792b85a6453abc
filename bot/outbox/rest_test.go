package outbox_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/outbox"
)

// blocked is a store in which a claim takes long when it asks for
// notifications, none of which may go now.
type blocked struct {
	outbox.Store
	takes         time.Duration
	asked, others int
}

func (b *blocked) ClaimSends(_ context.Context, _ time.Time, _ string, _ int, pace outbox.Pace) ([]bot.Send, error) {
	if pace.Topics == 0 {
		b.others++
		return nil, nil
	}
	b.asked++
	time.Sleep(b.takes)
	return nil, nil
}

func (b *blocked) Reconcile(context.Context, time.Time, time.Duration) (int, int, error) {
	return 0, 0, nil
}

// A run of a million whose messaging limit is used up: each claim would go
// past all of it, with the account locked, and no answer would get through.
func TestOutbox_aClaimThatTookLongInVainLeavesNotificationsAloneAndAnswersNot(t *testing.T) {
	for name, test := range map[string]struct {
		takes         time.Duration
		most, answers int // asked for notifications at most, for answers alone at least, in two minutes
	}{
		"long":  {2 * time.Second, 4, 300},
		"quick": {10 * time.Millisecond, 500, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &blocked{takes: test.takes}
				o := outbox.New(outbox.Config{Store: s, Account: "desk", PerSecond: 80, Unknown: time.Minute, Parallel: 8, Clock: time.Now,
					Log: slog.New(slog.DiscardHandler), Count: func(string, string) {}, Healthy: func() bool { return true },
					Render: func(context.Context, time.Time, *bot.Outgoing) (bot.Reply, error) { return bot.Reply{}, nil }})
				ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
				defer stop()
				o.Run(ctx)
				if s.asked == 0 || s.asked > test.most || s.others < test.answers {
					t.Errorf("asked %d times with notifications and %d times without", s.asked, s.others)
				}
			})
		})
	}
}

// away is a store that is away for the first claim, and then has nothing to do.
type away struct {
	blocked
	first, again time.Time // claims that ask for notifications
}

func (a *away) ClaimSends(_ context.Context, _ time.Time, _ string, _ int, pace outbox.Pace) ([]bot.Send, error) {
	switch {
	case pace.Topics == 0:
	case a.first.IsZero():
		a.first = time.Now()
		time.Sleep(45 * time.Second) // a lock, then the statement: each to its limit
		return nil, errors.New("the database is away")
	case a.again.IsZero():
		a.again = time.Now()
	}
	return nil, nil
}

func TestOutbox_aDatabaseThatWasAwayOnceHoldsNotificationsUpNoLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &away{}
		o := outbox.New(outbox.Config{Store: s, Account: "desk", PerSecond: 80, Unknown: time.Minute, Parallel: 8, Clock: time.Now,
			Log: slog.New(slog.DiscardHandler), Count: func(string, string) {}, Healthy: func() bool { return true },
			Render: func(context.Context, time.Time, *bot.Outgoing) (bot.Reply, error) { return bot.Reply{}, nil }})
		ctx, stop := context.WithTimeout(t.Context(), time.Hour)
		defer stop()
		o.Run(ctx)
		if rested := s.again.Sub(s.first) - 45*time.Second; s.again.IsZero() || rested > 30*time.Second {
			t.Errorf("notifications were left alone for %s after one claim that failed", rested)
		}
	})
}
