package outbox_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/outbox"
)

// oneNotification is a store that hands out one notification until it is sent.
type oneNotification struct {
	outbox.Store
	mu     sync.Mutex
	claims int
	failed []bot.SendError
	sent   chan struct{}
}

func (o *oneNotification) ClaimSends(_ context.Context, now time.Time, _ string, _ int, _ outbox.Pace) ([]bot.Send, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.claims > len(o.failed) { // it is on its way
		return nil, nil
	}
	o.claims++
	return []bot.Send{{ID: "1", Reason: bot.ReasonTopic, At: now, Claimed: now, Tries: o.claims, Notify: &bot.Outgoing{}}}, nil
}

func (o *oneNotification) MarkFailed(_ context.Context, _ time.Time, _ bot.Send, failure bot.SendError, again time.Time) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if again.IsZero() {
		failure.Cause = "for good"
	}
	o.failed = append(o.failed, failure)
	return nil
}

func (o *oneNotification) MarkAllSent(_ context.Context, _ time.Time, sent []bot.Sent) []error {
	close(o.sent)
	return make([]error, len(sent))
}

type always struct{ sent func(bot.Send) }

func (a always) Send(_ context.Context, s bot.Send) (bot.Private, error) {
	a.sent(s)
	return bot.Hide("id"), nil
}

// A consent may be withdrawn while a service takes its time to say what there
// is to tell: what was claimed too long ago is claimed again (promise 3).
func TestOutbox_aNotificationThatWasSlowToWordIsClaimedAgain(t *testing.T) {
	now, worded := start, 0
	var mu sync.Mutex
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	store := &oneNotification{sent: make(chan struct{})}
	began := time.Duration(-1)
	var claimed time.Time
	o := outbox.New(outbox.Config{Store: store, Account: "desk", PerSecond: 1000, Unknown: time.Minute, Parallel: 8, Clock: clock,
		Channel: always{func(s bot.Send) { claimed, began = s.Claimed, clock().Sub(s.Claimed) }},
		Log:     slog.New(slog.DiscardHandler), Count: func(string, string) {}, Healthy: func() bool { return true },
		Render: func(context.Context, time.Time, *bot.Outgoing) (bot.Reply, error) {
			mu.Lock()
			defer mu.Unlock()
			if worded++; worded == 1 {
				now = now.Add(3 * time.Second)
			}
			return bot.Reply{Text: bot.Hide("x")}, nil
		}})
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { o.Run(ctx) })
	<-store.sent
	stop()
	running.Wait()
	if began != 0 || claimed.Equal(start) || len(store.failed) != 1 || store.failed[0].Class != bot.SendRetry || store.failed[0].Cause == "for good" {
		t.Fatalf("sent %s after its claim at %s; before: %+v", began, claimed, store.failed)
	}
}
