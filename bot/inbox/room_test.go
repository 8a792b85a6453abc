package inbox_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/inbox"
)

// repeated has nothing but deliveries that were kept before, and notes when it
// is asked for turns.
type repeated struct {
	inbox.Store
	keep    chan struct{}
	claimed chan time.Time
}

func (s repeated) ReceiveTurns(context.Context, time.Time, []bot.Message, bot.Take) (bot.Received, error) {
	<-s.keep
	return bot.Received{Duplicate: 1}, nil
}

func (s repeated) ClaimTurns(context.Context, time.Time, time.Duration, int) ([]bot.Claim, error) {
	s.claimed <- time.Now()
	return nil, nil
}

func TestInbox_whatWasDueWhileADeliveryHeldAllRoomIsClaimedAsSoonAsItIsGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := repeated{keep: make(chan struct{}), claimed: make(chan time.Time, 100)}
		h := &house{counted: map[string]int{}}
		in := inbox.New(inbox.Config{Store: s, Bundles: h, Services: h, Clock: time.Now, Log: slog.New(slog.DiscardHandler), Count: h.count,
			Replies: func() {}, Healthy: func() bool { return true }, Parallel: 1})
		ctx, stop := context.WithCancel(t.Context())
		go in.Run(ctx)
		<-s.claimed
		synctest.Wait()
		go in.Receive(ctx, []bot.Message{{Kind: bot.KindText}})
		synctest.Wait() // the delivery has all room
		in.Wake()
		synctest.Wait() // there was none for a claim
		begun := time.Now()
		close(s.keep)
		if waited := (<-s.claimed).Sub(begun); waited > 0 {
			t.Errorf("it was claimed %s after there was room", waited)
		}
		stop()
		synctest.Wait()
	})
}
