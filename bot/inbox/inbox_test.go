package inbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/inbox"
	"github.com/gemeentebode/bode/bot/privacy"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// house is an inbox on a real store, with a stepper and services that a test writes.
type house struct {
	t     *testing.T
	store *store.Store
	inbox *inbox.Inbox
	step  func(now time.Time, in bot.Input) (bot.Outcome, error)
	call  func(bot.Call) (bot.Result, error)

	mu        sync.Mutex
	now       time.Time
	counted   map[string]int
	calls     []bot.Call
	cancelled []bot.Call
	log       bytes.Buffer
	serial    int
}

func newHouse(t *testing.T, s *store.Store, change ...func(*house, *inbox.Config)) *house {
	h := &house{t: t, store: s, now: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC), counted: map[string]int{}}
	if err := s.PutBundle(t.Context(), h.now, "hash", []byte("content"), "test"); err != nil {
		t.Fatal(err)
	}
	config := inbox.Config{Store: s, Bundles: h, Services: h, Clock: h.clock, Log: slog.New(slog.NewTextHandler(h, nil)),
		Count: h.count, Replies: func() {}, Healthy: func() bool { return true }, Parallel: 4}
	for _, c := range change {
		c(h, &config)
	}
	h.inbox = inbox.New(config)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	running.Go(func() { h.inbox.Run(ctx) })
	t.Cleanup(func() { stop(); running.Wait() })
	return h
}

func (h *house) clock() time.Time { h.mu.Lock(); defer h.mu.Unlock(); return h.now }

// later moves the clock and lets the inbox look again.
func (h *house) later(d time.Duration) {
	h.mu.Lock()
	h.now = h.now.Add(d)
	h.mu.Unlock()
	h.inbox.Wake()
}

func (h *house) Write(p []byte) (int, error) { h.mu.Lock(); defer h.mu.Unlock(); return h.log.Write(p) }
func (h *house) count(event, detail string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.counted[strings.TrimSpace(event+" "+detail)]++
}
func (h *house) seen(what string) int { h.mu.Lock(); defer h.mu.Unlock(); return h.counted[what] }

func (h *house) Door(context.Context) (inbox.Door, error) {
	return privacy.NewDoor([]string{"stop"}, nil), nil
}
func (h *house) Stepper(context.Context, string) (inbox.Stepper, error) { return h, nil }
func (h *house) Step(now time.Time, _ bot.Private, in bot.Input) (bot.Outcome, error) {
	return h.step(now, in)
}
func (h *house) Sorry(bot.Private) bot.Reply  { return bot.Reply{Text: bot.Hide("Sorry.")} }
func (h *house) Writes(operation string) bool { return operation == "agenda.book" }
func (h *house) Call(_ context.Context, _ time.Time, call bot.Call) (bot.Result, error) {
	h.mu.Lock()
	h.calls = append(h.calls, call)
	h.mu.Unlock()
	return h.call(call)
}
func (h *house) Cancel(_ context.Context, call bot.Call) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cancelled = append(h.cancelled, call)
	return nil
}

func (h *house) receive(from, text string) {
	h.t.Helper()
	h.mu.Lock()
	h.serial++
	id := fmt.Sprintf("m%d", h.serial)
	h.mu.Unlock()
	contact := bot.Contact{Channel: "test", Account: "desk", External: bot.Hide(from)}
	if err := h.inbox.Receive(h.t.Context(), []bot.Message{{From: contact, ID: bot.Hide(id), Sent: h.clock(), Kind: bot.KindText, Text: bot.Hide(text)}}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) wait(what string) {
	h.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for h.seen(what) == 0 {
		if time.Now().After(deadline) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.t.Fatalf("%q never happened; happened: %v", what, h.counted)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// sent gives the texts that wait in the outbox, in order of the claims.
func (h *house) sent() (texts []string) {
	h.t.Helper()
	for {
		sends, err := h.store.ClaimSends(h.t.Context(), h.clock(), "desk", 10, bot.Pace{PerSecond: 1000, Horizon: time.Second, Lease: time.Minute, Useful: time.Hour})
		if err != nil {
			h.t.Fatal(err)
		}
		if len(sends) == 0 {
			return texts
		}
		for _, s := range sends {
			texts = append(texts, s.Reply.Text.Reveal())
			if err := h.store.MarkSent(h.t.Context(), h.clock(), s, bot.Hide(string(s.ID))); err != nil {
				h.t.Fatal(err)
			}
		}
	}
}

func answer(text string) (bot.Outcome, error) {
	return bot.Outcome{Conversation: bot.Hide("{}"), Reply: &bot.Reply{Text: bot.Hide(text)}}, nil
}

func TestInbox_aMessageThatFailsEveryTimeIsSetAsideAndTheNextIsAnswered(t *testing.T) {
	for name, fail := range map[string]func() (bot.Outcome, error){
		"by an error": func() (bot.Outcome, error) { return bot.Outcome{}, errors.New("broken") },
		"by a panic":  func() (bot.Outcome, error) { panic("Domplein 12") },
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				h := newHouse(t, s)
				h.step = func(_ time.Time, in bot.Input) (bot.Outcome, error) {
					if in.Message.Text.Reveal() == "gif" {
						return fail()
					}
					return answer("goed")
				}
				h.receive("a", "gif")
				h.receive("a", "hallo")
				for try := range 3 {
					eventuallyCounted(h, try+1)
					h.later(time.Minute)
				}
				h.wait("turn aside")
				h.wait("turn done")
				if got := strings.Join(h.sent(), "|"); got != "Sorry.|goed" {
					t.Errorf("answers: %s", got)
				}
				if log := h.logged(); strings.Contains(log, "Domplein") {
					t.Errorf("the log quotes the panic: %s", log)
				}
			})
		})
	}
}

// A message that kills its process never fails: its turns only end with their leases.
func TestInbox_aMessageThatEndsItsProcessIsSetAsideWithoutAnotherTry(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
		contact := bot.Contact{Channel: "test", Account: "desk", External: bot.Hide("a")}
		poison := bot.Message{From: contact, ID: bot.Hide("gif"), Sent: now, Kind: bot.KindText, Text: bot.Hide("gif")}
		if _, err := s.Receive(t.Context(), now, []bot.Message{poison}); err != nil {
			t.Fatal(err)
		}
		for range 6 {
			if claims, err := s.ClaimTurns(t.Context(), now, inbox.Lease, 1); err != nil || len(claims) != 1 {
				t.Fatalf("%d claims, error %v", len(claims), err)
			}
			now = now.Add(inbox.Lease + time.Second) // the process is dead
		}
		h := newHouse(t, s)
		h.step = func(_ time.Time, in bot.Input) (bot.Outcome, error) {
			if in.Message.Text.Reveal() == "gif" {
				t.Error("the seventh turn was begun too")
			}
			return answer("goed")
		}
		h.wait("turn aside")
		h.receive("a", "hallo")
		h.wait("turn done")
		if got := strings.Join(h.sent(), "|"); got != "Sorry.|goed" {
			t.Errorf("answers: %s", got)
		}
	})
}

func (h *house) logged() string { h.mu.Lock(); defer h.mu.Unlock(); return h.log.String() }

// eventuallyCounted waits until a message failed n times.
func eventuallyCounted(h *house, n int) {
	h.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for h.seen("turn retry")+h.seen("turn aside") < n {
		if time.Now().After(deadline) {
			h.t.Fatalf("failed %d times, want %d", h.seen("turn retry"), n)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func TestInbox_aReadingServiceThatFailsIsAnOutcomeOfTheFlow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		h.step = func(_ time.Time, in bot.Input) (bot.Outcome, error) {
			if in.Message != nil {
				return bot.Outcome{Conversation: bot.Hide("{}"), Call: &bot.Call{Operation: "waste.pickups"}}, nil
			}
			return answer("uitkomst " + in.Result.Outcome)
		}
		h.call = func(bot.Call) (bot.Result, error) { return bot.Result{}, errors.New("calendar away") }
		h.receive("a", "kliko")
		h.wait("turn done")
		if got := strings.Join(h.sent(), "|"); got != "uitkomst failed" {
			t.Errorf("answers: %s", got)
		}
	})
}

func TestInbox_anAnswerThatAsksForABSNIsReplacedByACalmSentence(t *testing.T) {
	s := storetest.Open(t, storetest.SQLite(t))
	h := newHouse(t, s)
	h.step = func(time.Time, bot.Input) (bot.Outcome, error) { return answer("Wat is uw BSN?") }
	h.receive("a", "hallo")
	h.wait("turn done")
	if got := strings.Join(h.sent(), "|"); got != "Sorry." || h.seen("guard out refused") != 1 {
		t.Errorf("answers: %s", got)
	}
}

func TestInbox_aWritingCallIsRepeatedUnderItsKeyAndNeverToldAsFailed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		h.step = func(_ time.Time, in bot.Input) (bot.Outcome, error) {
			if in.Message != nil {
				return bot.Outcome{Conversation: bot.Hide("{}"), Call: &bot.Call{Operation: "agenda.book"}}, nil
			}
			return answer("uitkomst " + in.Result.Outcome)
		}
		tries := 0
		h.call = func(bot.Call) (bot.Result, error) {
			if tries++; tries == 1 {
				return bot.Result{}, errors.New("no answer")
			}
			return bot.Result{Outcome: "booked"}, nil
		}
		h.receive("a", "afspraak")
		h.wait("turn retry")
		h.later(time.Minute)
		h.wait("turn done")
		if got := strings.Join(h.sent(), "|"); got != "uitkomst booked" {
			t.Errorf("answers: %s", got)
		}
		if len(h.calls) != 2 || h.calls[0].Key == "" || h.calls[0].Key != h.calls[1].Key {
			t.Errorf("calls %d, keys differ: %q %q", len(h.calls), h.calls[0].Key, h.calls[len(h.calls)-1].Key)
		}
	})
}

func TestInbox_aWriteWhoseTurnWasLostToSTOPIsTakenBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		h.step = func(_ time.Time, in bot.Input) (bot.Outcome, error) {
			if in.Message != nil {
				return bot.Outcome{Conversation: bot.Hide("{}"), Call: &bot.Call{Operation: "agenda.book"}}, nil
			}
			return answer("geboekt")
		}
		h.call = func(bot.Call) (bot.Result, error) {
			h.receive("a", "stop") // while the agenda is writing
			return bot.Result{Outcome: "booked"}, nil
		}
		h.receive("a", "afspraak")
		h.wait("turn token gone")
		deadline := time.Now().Add(10 * time.Second)
		for {
			h.mu.Lock()
			n := len(h.cancelled)
			h.mu.Unlock()
			if n == 1 {
				break
			}
			if time.Now().After(deadline) {
				t.Fatal("the booking was not taken back")
			}
			time.Sleep(2 * time.Millisecond)
		}
		if got := h.sent(); len(got) != 0 {
			t.Errorf("something waits to be sent after STOP: %d", len(got))
		}
	})
}

// refusing keeps everything but a delivery that holds one text.
type refusing struct {
	*store.Store
}

func (r refusing) ReceiveTurns(ctx context.Context, now time.Time, messages []bot.Message, take bot.Take) (bot.Received, error) {
	for _, m := range messages {
		if m.Text.Reveal() == "gif" {
			return bot.Received{}, errors.New("cannot be kept")
		}
	}
	return r.Store.ReceiveTurns(ctx, now, messages, take)
}

func TestInbox_aDeliveryThatCannotBeKeptDoesNotTakeItsGroupWithIt(t *testing.T) {
	s := storetest.Open(t, storetest.SQLite(t))
	h := newHouse(t, s)
	h.step = func(time.Time, bot.Input) (bot.Outcome, error) { return answer("goed") }
	h.inbox.Store = refusing{s}
	var failed, kept sync.Map
	var posting sync.WaitGroup
	for i := range 40 {
		text := "hallo"
		if i%10 == 0 {
			text = "gif"
		}
		posting.Go(func() {
			contact := bot.Contact{Channel: "test", Account: "desk", External: bot.Hide(fmt.Sprint(i))}
			err := h.inbox.Receive(t.Context(), []bot.Message{{From: contact, ID: bot.Hide(fmt.Sprint("g", i)), Sent: h.clock(), Kind: bot.KindText, Text: bot.Hide(text)}})
			if err != nil {
				failed.Store(i, true)
			} else {
				kept.Store(i, true)
			}
		})
	}
	posting.Wait()
	for i := range 40 {
		if _, bad := failed.Load(i); bad != (i%10 == 0) {
			t.Errorf("delivery %d: refused %v", i, bad)
		}
	}
}
