package inbox_test

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"sync/atomic"
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

// slow gives every message a turn, and counts by which way each is kept.
type slow struct {
	inbox.Store
	together, first *atomic.Int64
}

func (s slow) Glance(_ context.Context, _ time.Time, messages []bot.Message) (claims []bot.Claim, err error) {
	for _, m := range messages {
		claims = append(claims, bot.Claim{Message: m})
	}
	return claims, nil
}

func (s slow) KeepAnswered(_ context.Context, _ time.Time, turns []bot.Finish) ([]bool, error) {
	kept := make([]bool, len(turns))
	for i := range kept {
		kept[i] = true
	}
	s.together.Add(int64(len(turns)))
	return kept, nil
}

func (s slow) ReceiveTurns(_ context.Context, _ time.Time, messages []bot.Message, _ bot.Take) (bot.Received, error) {
	s.first.Add(int64(len(messages)))
	return bot.Received{Kept: len(messages)}, nil
}

func (s slow) ClaimTurns(context.Context, time.Time, time.Duration, int) ([]bot.Claim, error) {
	return nil, nil
}

func TestInbox_thinkingDoesNotHoldUpTheKeepingOfAGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := slow{together: new(atomic.Int64), first: new(atomic.Int64)}
		h := &house{counted: map[string]int{}, step: func(time.Time, bot.Input) (bot.Outcome, error) {
			time.Sleep(time.Second)
			return answer("eindelijk")
		}}
		in := inbox.New(inbox.Config{Store: s, Bundles: h, Services: h, Clock: time.Now, Log: slog.New(slog.DiscardHandler), Count: h.count,
			Replies: func() {}, Healthy: func() bool { return true }, AtOnce: func() bool { return true }, Parallel: 1})
		ctx, stop := context.WithCancel(t.Context())
		go in.Run(ctx)
		messages := make([]bot.Message, 5*runtime.GOMAXPROCS(0))
		for i := range messages {
			messages[i] = bot.Message{ID: bot.Hide(fmt.Sprint(i)), Kind: bot.KindText, Sent: time.Now()}
		}
		begun := time.Now()
		if err := in.Receive(ctx, messages); err != nil {
			t.Error(err)
		}
		if took := time.Since(begun); took > 3*time.Second {
			t.Errorf("it took %s", took)
		}
		if together, first := s.together.Load(), s.first.Load(); together == 0 || first == 0 || int(together+first) != len(messages) {
			t.Errorf("%d together with their answers, %d before them, of %d", together, first, len(messages))
		}
		stop()
		synctest.Wait()
	})
}
