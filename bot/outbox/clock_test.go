package outbox_test

import (
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// A process whose clock is an hour ahead would take every send under way for
// unknown, and what waits for useless.
func TestOutbox_aWrongClockJudgesNoSend(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPost(t, s, fails(bot.SendUnknown, 0))
		p.answer("a", 1)
		right := false
		p.outbox.Healthy = func() bool { return right }
		p.later(25 * time.Hour)
		p.outbox.ReconcileOnce(t.Context())
		if aside := p.counts().AsideOut; aside != 0 {
			t.Errorf("%d set aside by a clock that is known to be wrong", aside)
		}
		right = true
		p.outbox.ReconcileOnce(t.Context())
		if aside := p.counts().AsideOut; aside != 1 {
			t.Errorf("%d set aside by a good clock, want the one that is too late", aside)
		}
	})
}
