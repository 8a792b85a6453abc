package inbox_test

import (
	"context"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/inbox"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// timed notes when the turns that it gave were asked for, and until when they may go on.
type timed struct {
	*store.Store
	*house
	asked, until chan time.Time
}

func (s *timed) ReceiveTurns(ctx context.Context, now time.Time, messages []bot.Message, take bot.Take) (bot.Received, error) {
	asked := time.Now()
	got, err := s.Store.ReceiveTurns(ctx, now, messages, take)
	for range got.Claims {
		s.asked <- asked
	}
	return got, err
}

func (s *timed) ClaimTurns(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]bot.Claim, error) {
	asked := time.Now()
	claims, err := s.Store.ClaimTurns(ctx, now, lease, limit)
	for range claims {
		s.asked <- asked
	}
	return claims, err
}

func (s *timed) Stepper(ctx context.Context, hash string) (inbox.Stepper, error) {
	until, _ := ctx.Deadline()
	s.until <- until
	return s.house.Stepper(ctx, hash)
}

// A lease counts from before its transaction, which may wait for locks or for
// a disk. A turn that went on after it would be another process's too.
func TestInbox_aTurnEndsBeforeItsLeaseHoweverLongItsTransactionTook(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := &timed{Store: s, asked: make(chan time.Time, 10), until: make(chan time.Time, 10)}
		h := newHouse(t, s, func(h *house, c *inbox.Config) { w.house, c.Store, c.Bundles = h, w, w })
		h.step = func(time.Time, bot.Input) (bot.Outcome, error) { return answer("goed") }
		for _, text := range []string{"a claim, for the first message", "with the message"} {
			h.receive("a", text)
			asked, until := <-w.asked, <-w.until
			if left := until.Sub(asked); left > inbox.Lease-5*time.Second {
				t.Errorf("%s: a turn may go on until %s after it was asked for, its lease is %s", text, left, inbox.Lease)
			}
			h.wait("turn done")
		}
	})
}
