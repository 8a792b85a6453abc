package inbox_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/inbox"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// counting is a store that counts what is asked of it, and fails as a test says.
type counting struct {
	*store.Store
	mu      sync.Mutex
	asked   map[string]int
	failing map[string]error // before anything is done
	lost    error            // of KeepAnswered, after its commit
}

func (c *counting) ask(what string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked[what]++
	return c.failing[what]
}

func (c *counting) times(what string) int { c.mu.Lock(); defer c.mu.Unlock(); return c.asked[what] }

func (c *counting) Glance(ctx context.Context, now time.Time, messages []bot.Message) ([]bot.Claim, error) {
	if err := c.ask("glance"); err != nil {
		return nil, err
	}
	return c.Store.Glance(ctx, now, messages)
}

func (c *counting) KeepAnswered(ctx context.Context, now time.Time, turns []bot.Finish) ([]bool, error) {
	if err := c.ask("keep answered"); err != nil {
		return nil, err
	}
	kept, err := c.Store.KeepAnswered(ctx, now, turns)
	if err == nil && c.lost != nil {
		return nil, c.lost
	}
	return kept, err
}

func (c *counting) ReceiveTurns(ctx context.Context, now time.Time, messages []bot.Message, take bot.Take) (bot.Received, error) {
	if err := c.ask("receive turns"); err != nil {
		return bot.Received{}, err
	}
	return c.Store.ReceiveTurns(ctx, now, messages, take)
}

// ClaimTurns counts what it gives: there are looks without end.
func (c *counting) ClaimTurns(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]bot.Claim, error) {
	claims, err := c.Store.ClaimTurns(ctx, now, lease, limit)
	for range claims {
		_ = c.ask("claim")
	}
	return claims, err
}

func (c *counting) FinishTurns(ctx context.Context, now time.Time, turns []bot.Finish) []bot.Finished {
	_ = c.ask("finish turns")
	return c.Store.FinishTurns(ctx, now, turns)
}

func (c *counting) RetryTurn(ctx context.Context, now time.Time, claim bot.Claim, at time.Time) error {
	err := c.Store.RetryTurn(ctx, now, claim, at)
	_ = c.ask("given back")
	return err
}

// known is a house that answers at once, in which resident "a" was answered
// once, and the store counts from there.
func known(t *testing.T, change ...func(*house, *inbox.Config)) (*house, *counting) {
	t.Helper()
	c := &counting{Store: storetest.Open(t, storetest.Postgres(t)), asked: map[string]int{}, failing: map[string]error{}}
	settled := func(_ *house, config *inbox.Config) {
		config.Store, config.AtOnce = c, func() bool { return true }
	}
	h := newHouse(t, c.Store, append([]func(*house, *inbox.Config){settled}, change...)...)
	h.step = func(time.Time, bot.Input) (bot.Outcome, error) { return answer("dag") }
	h.receive("a", "hallo")
	h.wait("turn done")
	if got := strings.Join(h.sent(), "|"); got != "dag" {
		t.Fatalf("answers: %s", got)
	}
	h.mu.Lock()
	clear(h.counted)
	h.mu.Unlock()
	c.mu.Lock()
	clear(c.asked)
	c.mu.Unlock()
	h.step = echoes
	return h, c
}

// echoes answers with what was said.
func echoes(_ time.Time, in bot.Input) (bot.Outcome, error) {
	return answer("op " + in.Message.Text.Reveal())
}

// message is one of resident "a" or another.
func (h *house) message(from, id, text string) bot.Message {
	return bot.Message{From: bot.Contact{Channel: "test", Account: "desk", External: bot.Hide(from)}, ID: bot.Hide(id), Sent: h.clock(), Kind: bot.KindText, Text: bot.Hide(text)}
}

func (h *house) deliver(messages ...bot.Message) {
	h.t.Helper()
	if err := h.inbox.Receive(h.t.Context(), messages); err != nil {
		h.t.Fatal(err)
	}
}

// answers waits until so many turns ended, and gives what waits to be sent.
func (h *house) answers(turns int) string {
	h.t.Helper()
	h.until(fmt.Sprint(turns, " turns ended"), func() bool { return h.seen("turn done") >= turns })
	return strings.Join(h.sent(), "|")
}

func (h *house) until(what string, ok func() bool) {
	h.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			h.t.Fatalf("not so: %s; happened: %v", what, h.counted)
		}
	}
}

// usual tells whether a message was kept before it was answered.
func (c *counting) usual() bool { return c.times("receive turns") > 0 }
