package outbox_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/outbox"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var start = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

// post is an outbox on a real store with a channel that a test writes.
type post struct {
	t     *testing.T
	store *store.Store
	send  func(try int, s bot.Send) (bot.Private, error)

	mu      sync.Mutex
	now     time.Time
	tries   map[bot.ID]int
	order   []string
	counted map[string]int
	outbox  *outbox.Outbox
}

func newPost(t *testing.T, s *store.Store, send func(int, bot.Send) (bot.Private, error)) *post {
	p := &post{t: t, store: s, send: send, now: start, tries: map[bot.ID]int{}, counted: map[string]int{}}
	if err := s.PutBundle(t.Context(), start, "hash", []byte("content"), "test"); err != nil {
		t.Fatal(err)
	}
	p.outbox = outbox.New(outbox.Config{Store: noting{s, p.count}, Channel: p, Account: "desk", PerSecond: 1000, Unknown: 10 * time.Minute, Parallel: 8,
		Clock: p.clock, Log: slog.New(slog.DiscardHandler), Count: p.count, Healthy: func() bool { return true }})
	return p
}

func (p *post) run() {
	ctx, stop := context.WithCancel(context.WithoutCancel(p.t.Context()))
	var running sync.WaitGroup
	running.Go(func() { p.outbox.Run(ctx) })
	p.t.Cleanup(func() { stop(); running.Wait() })
}

func (p *post) clock() time.Time { p.mu.Lock(); defer p.mu.Unlock(); return p.now }
func (p *post) later(d time.Duration) {
	p.mu.Lock()
	p.now = p.now.Add(d)
	p.mu.Unlock()
	p.outbox.Wake()
}
func (p *post) count(event, detail string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.counted[event+" "+detail]++
}

func (p *post) Send(_ context.Context, s bot.Send) (bot.Private, error) {
	p.mu.Lock()
	p.tries[s.ID]++
	try := p.tries[s.ID]
	p.order = append(p.order, s.Reply.Text.Reveal())
	p.mu.Unlock()
	return p.send(try, s)
}

// noting tells when a failure is written down, so that a test moves the clock after it.
type noting struct {
	*store.Store
	count func(event, detail string)
}

func (n noting) MarkFailed(ctx context.Context, now time.Time, s bot.Send, failure bot.SendError, again time.Time) error {
	defer n.count("failure", "noted")
	return n.Store.MarkFailed(ctx, now, s, failure, again)
}

// answer puts one reply of a resident's turn into the outbox, by the road.
func (p *post) answer(resident string, n int) {
	p.t.Helper()
	ctx := p.t.Context()
	contact := bot.Contact{Channel: "test", Account: "desk", External: bot.Hide(resident)}
	m := bot.Message{From: contact, ID: bot.Hide(fmt.Sprint(resident, n)), Sent: p.clock(), Kind: bot.KindText, Text: bot.Hide("x")}
	if _, err := p.store.Receive(ctx, p.clock(), []bot.Message{m}); err != nil {
		p.t.Fatal(err)
	}
	claims, err := p.store.ClaimTurns(ctx, p.clock(), time.Minute, 1)
	if err != nil || len(claims) != 1 {
		p.t.Fatalf("claims %d, error %v", len(claims), err)
	}
	reply := bot.Reply{Text: bot.Hide(fmt.Sprint(resident, n))}
	ended := p.store.FinishTurns(ctx, p.clock(), []bot.Finish{{Claim: claims[0], Outcome: bot.Outcome{Conversation: bot.Hide("{}"), Reply: &reply}}})
	if ended[0].Err != nil {
		p.t.Fatal(ended[0].Err)
	}
}

func (p *post) wait(what string, ok func() bool) {
	p.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			p.t.Fatalf("never: %s; happened: %v", what, p.counted)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func (p *post) seen(what string, n int) func() bool {
	return func() bool { p.mu.Lock(); defer p.mu.Unlock(); return p.counted[what] >= n }
}

func (p *post) counts() store.Counts {
	p.t.Helper()
	c, err := p.store.Counts(p.t.Context(), p.clock())
	if err != nil {
		p.t.Fatal(err)
	}
	return c
}

// fails lets the first tries of the answer "a1" end in a class; all else is sent.
func fails(class bot.SendClass, times int) func(int, bot.Send) (bot.Private, error) {
	return func(try int, s bot.Send) (bot.Private, error) {
		if try <= times && s.Reply.Text.Reveal() == "a1" {
			return bot.Private{}, &bot.SendError{Class: class, Code: 1}
		}
		return bot.Hide(string(s.ID)), nil
	}
}

func TestOutbox_eachClassOfFailureHasItsConsequence(t *testing.T) {
	for class, want := range map[bot.SendClass]struct{ tries, failed int }{
		bot.SendRetry:     {3, 0}, // twice in vain, then well
		bot.SendPair:      {3, 0},
		bot.SendWindow:    {1, 1},
		bot.SendRecipient: {1, 1},
		bot.SendOptedOut:  {1, 1},
		bot.SendOurs:      {1, 1},
	} {
		t.Run(string(class), func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				p := newPost(t, s, fails(class, 2))
				p.answer("a", 1)
				p.run()
				for n := 1; n < want.tries; n++ {
					p.wait("a failure", p.seen("failure noted", n))
					p.later(20 * time.Minute)
				}
				p.wait("nothing waits", func() bool { return p.counts().Waiting == 0 })
				if got := p.counts().Failed; got != want.failed {
					t.Errorf("failed rows: %d, want %d", got, want.failed)
				}
				if len(p.order) != want.tries {
					t.Errorf("tries: %d, want %d", len(p.order), want.tries)
				}
			})
		})
	}
}

func TestOutbox_anAccountThatThePlatformRefusesStopsSending(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPost(t, s, fails(bot.SendStop, 1))
		p.answer("a", 1)
		p.run()
		p.wait("the refusal", func() bool { return p.counts().Stopped == 1 })
		p.answer("b", 1)
		p.later(10 * time.Minute)
		p.outbox.Wake()
		if stops, err := s.Stopped(t.Context()); err != nil || len(stops) != 1 {
			t.Fatalf("stops %v, error %v", stops, err)
		}
		if err := s.ResumeSending(t.Context(), "desk"); err != nil {
			t.Fatal(err)
		}
		p.outbox.Wake()
		p.wait("both are sent after all", p.seen("send sent", 2))
	})
}

func TestOutbox_aSendThatCouldNotBeginInTimeIsClaimedAgain(t *testing.T) {
	s := storetest.Open(t, storetest.SQLite(t))
	p := newPost(t, s, func(int, bot.Send) (bot.Private, error) { return bot.Hide("id"), nil })
	p.answer("a", 1)
	jumped := false
	p.outbox.Clock = func() time.Time {
		now := p.clock()
		if !jumped { // the claim is stamped now, what follows is 5 s later
			jumped = true
			p.mu.Lock()
			p.now = p.now.Add(5 * time.Second)
			p.mu.Unlock()
		}
		return now
	}
	p.run()
	p.wait("it is sent", p.seen("send sent", 1))
	p.wait("it is noted", func() bool { return p.counts().Waiting == 0 })
	if got := p.counts(); got.Failed != 0 {
		t.Errorf("failed %d", got.Failed)
	}
}

func TestOutbox_aResidentsAnswersKeepTheirOrderThroughFailures(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPost(t, s, nil)
		p.send = func(try int, s bot.Send) (bot.Private, error) {
			if try == 1 && s.Reply.Text.Reveal() == "a2" {
				return bot.Private{}, &bot.SendError{Class: bot.SendRetry}
			}
			return bot.Hide(string(s.ID)), nil
		}
		for n := range 4 {
			p.answer("a", n+1)
		}
		p.run()
		p.wait("the failure", p.seen("send retry", 1))
		p.later(time.Minute)
		p.wait("all are sent", p.seen("send sent", 4))
		if got := fmt.Sprint(p.order); got != "[a1 a2 a2 a3 a4]" {
			t.Errorf("order %s", got)
		}
	})
}

func TestOutbox_aSendWithoutAnAnswerIsNotTouchedUntilItsStatusOrTheRule(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPost(t, s, fails(bot.SendUnknown, 1))
		p.answer("a", 1)
		p.run()
		p.wait("no answer", p.seen("send unknown", 1))
		p.later(time.Minute) // unknown, and not claimable
		p.answer("b", 1)
		p.wait("a later answer goes out", p.seen("send sent", 1))
		if got := fmt.Sprint(p.order); got != "[a1 b1]" {
			t.Errorf("sent %s", got)
		}
	})
}

func TestOutbox_whatAsksForABSNDoesNotLeave(t *testing.T) {
	s := storetest.Open(t, storetest.SQLite(t))
	p := newPost(t, s, func(int, bot.Send) (bot.Private, error) { return bot.Hide("id"), nil })
	p.answer("Stuur uw BSN, nummer ", 1)
	p.run()
	p.wait("it is refused", p.seen("send ours", 1))
	p.wait("it is closed", func() bool { return p.counts().Failed == 1 })
	if len(p.order) != 0 {
		t.Error("it reached the channel")
	}
}

func TestOutbox_aPanicInAChannelEndsThatSendAlone(t *testing.T) {
	s := storetest.Open(t, storetest.SQLite(t))
	p := newPost(t, s, func(try int, s bot.Send) (bot.Private, error) {
		if s.Reply.Text.Reveal() == "a1" {
			panic("broken channel")
		}
		return bot.Hide(string(s.ID)), nil
	})
	p.answer("a", 1)
	p.answer("b", 1)
	p.run()
	p.wait("the other is sent", p.seen("send sent", 1))
}
