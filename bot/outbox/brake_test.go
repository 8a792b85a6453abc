package outbox_test

import (
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

func TestOutbox_aPlatformThatIsAwayForAnHourLosesNothingAndIsNotHammered(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPost(t, s, nil)
		away := start.Add(time.Hour)
		p.send = func(_ int, s bot.Send) (bot.Private, error) {
			if p.clock().Before(away) {
				return bot.Private{}, &bot.SendError{Class: bot.SendRetry, Cause: "no connection"}
			}
			return bot.Hide(string(s.ID)), nil
		}
		const residents = 30
		for i := range residents {
			p.answer(string(rune('A'+i)), 1)
		}
		p.run()
		p.wait("it is seen that the platform is away", func() bool { return p.outbox.Slowed() != "" })
		for p.clock().Add(10 * time.Minute).Before(away) {
			p.mu.Lock()
			tried := p.counted["failure noted"]
			p.mu.Unlock()
			p.later(10 * time.Minute)
			p.wait("one more try", p.seen("failure noted", tried+1))
		}
		if p.outbox.Slowed() == "" {
			t.Error("the outbox does not say why messages wait")
		}
		p.later(10 * time.Minute) // later than any of them waits for its next try
		p.wait("all are sent", p.seen("send sent", residents))
		if c := p.counts(); c.Failed+c.AsideOut != 0 {
			t.Errorf("%d failed, %d set aside", c.Failed, c.AsideOut)
		}
		if tries := p.counted["send retry"]; tries > 8+6 {
			t.Errorf("%d tries in vain within the hour, want those that were on their way at first (8) and one each ten minutes", tries)
		}
		if p.counted["platform slowed"] != 1 || p.counted["platform back"] != 1 || p.outbox.Slowed() != "" {
			t.Errorf("slowed %d times, back %d times, says %q", p.counted["platform slowed"], p.counted["platform back"], p.outbox.Slowed())
		}
	})
}

func TestOutbox_aPlatformThatAsksToWaitIsLeftAlone(t *testing.T) {
	s := storetest.Open(t, storetest.SQLite(t))
	p := newPost(t, s, func(try int, s bot.Send) (bot.Private, error) {
		if try == 1 && s.Reply.Text.Reveal() == "a1" {
			return bot.Private{}, &bot.SendError{Class: bot.SendRetry, Code: 4, After: time.Minute}
		}
		return bot.Hide(string(s.ID)), nil
	})
	p.answer("a", 1)
	p.run()
	p.wait("the failure", p.seen("failure noted", 1))
	p.answer("b", 1)
	p.later(59 * time.Second)
	p.wait("nothing is on its way", func() bool { return p.counts().Waiting == 2 })
	if p.seen("send sent", 1)() {
		t.Error("something was sent before the time was over")
	}
	p.later(time.Second)
	p.wait("both are sent", func() bool { p.outbox.Wake(); return p.seen("send sent", 2)() })
}
