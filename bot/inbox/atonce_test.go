package inbox_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/inbox"
)

func TestAtOnce_aPlainTurnIsOneLookAndOneStatement(t *testing.T) {
	var mu sync.Mutex
	timed, woken := 0, 0
	var shown []string
	h, c := known(t, func(_ *house, config *inbox.Config) {
		config.Timed = func(time.Duration) { mu.Lock(); timed++; mu.Unlock() }
		config.Replies = func() { mu.Lock(); woken++; mu.Unlock() }
		config.Seen = func(_ context.Context, m bot.Message, coming bool) {
			mu.Lock()
			defer mu.Unlock()
			shown = append(shown, fmt.Sprint(m.ID.Reveal(), " ", coming))
		}
	})
	mu.Lock()
	timed, woken, shown = 0, 0, nil
	mu.Unlock()
	h.receive("a", "vraag")
	if done := h.seen("turn done"); done != 1 || h.seen("message text") != 1 { // when the platform hears of it
		t.Errorf("%d turns ended", done)
	}
	if got := h.answers(1); got != "op vraag" {
		t.Errorf("answers: %s", got)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.asked) != 2 || c.asked["glance"] != 1 || c.asked["keep answered"] != 1 {
		t.Errorf("asked: %v", c.asked)
	}
	mu.Lock()
	defer mu.Unlock()
	if timed != 1 || woken != 1 || len(shown) != 1 || shown[0] != "m2 false" {
		t.Errorf("timed %d, woken %d, shown %v", timed, woken, shown)
	}
	if log := h.logged(); strings.Count(log, "msg=answered") != 2 || strings.Contains(log, "vraag") {
		t.Error(log)
	}
}

func TestAtOnce_ofWhatIsDecidedWithoutTheFlows(t *testing.T) {
	for name, test := range map[string]struct {
		instead bot.Outcome
		want    string
	}{
		"an answer":  {bot.Outcome{Reply: &bot.Reply{Text: bot.Hide("nog niet open")}}, "nog niet open"},
		"not a word": {bot.Outcome{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var admitted sync.Map
			h, c := known(t, func(_ *house, config *inbox.Config) {
				config.Admit = func(_ context.Context, claim bot.Claim) (bot.Outcome, bool) {
					text := claim.Message.Text.Reveal()
					admitted.Store(text, true)
					return test.instead, text != "hallo" && text != "later"
				}
			})
			h.receive("a", "vraag")
			if got := h.answers(1); got != test.want || c.usual() {
				t.Errorf("answers: %s; the usual way: %v", got, c.usual())
			}
			var conversation bot.Private
			h.step = func(time.Time, bot.Input) (bot.Outcome, error) { return answer("op later") }
			claims, err := c.Store.Glance(t.Context(), h.clock(), []bot.Message{h.message("a", "x", "later")})
			if err == nil && len(claims) == 1 {
				conversation = claims[0].Conversation
			}
			if conversation.Reveal() != "{}" {
				t.Errorf("the conversation is %q, error %v", conversation.Reveal(), err)
			}
		})
	}
}

// What takes more than thinking, or goes wrong, goes the usual way from its beginning.
func TestAtOnce_whatTakesMoreThanThinkingGoesTheUsualWay(t *testing.T) {
	with := func(change func(*bot.Outcome)) func(int, bot.Input) (bot.Outcome, error) {
		return func(_ int, in bot.Input) (bot.Outcome, error) {
			o, err := echoes(time.Time{}, in)
			change(&o)
			return o, err
		}
	}
	for name, test := range map[string]struct {
		step  func(try int, in bot.Input) (bot.Outcome, error)
		ends  string // what is counted
		turns int
		want  string
	}{
		"a service is asked": {func(_ int, in bot.Input) (bot.Outcome, error) {
			if in.Message != nil {
				return bot.Outcome{Conversation: bot.Hide("{}"), Call: &bot.Call{Operation: "agenda.book"}}, nil
			}
			return answer("uitkomst " + in.Result.Outcome)
		}, "call agenda.book booked", 1, "uitkomst booked"},
		"a yes": {with(func(o *bot.Outcome) {
			o.Consents = []bot.Consent{{Topic: "afval", Given: true, Wording: "Mag het?", Language: "nl", Version: "hash"}}
		}), "consent given", 1, "op vraag"},
		"a language":                   {with(func(o *bot.Outcome) { o.Language = "en" }), "turn done", 1, "op vraag"},
		"an erasure":                   {with(func(o *bot.Outcome) { o.Erase = true }), "turn erase", 0, ""},
		"an answer that asks for BSN":  {with(func(o *bot.Outcome) { o.Reply = &bot.Reply{Text: bot.Hide("Wat is uw BSN?")} }), "guard out refused", 1, "Sorry."},
		"an error, twice":              {failsUntil(3, func() error { return errors.New("broken") }), "turn retry", 1, "op vraag"},
		"a panic, twice":               {failsUntil(3, func() error { panic("Domplein 12") }), "turn retry", 1, "op vraag"},
		"an error while thinking only": {failsUntil(2, func() error { return errors.New("broken") }), "turn done", 1, "op vraag"},
	} {
		t.Run(name, func(t *testing.T) {
			h, c := known(t)
			h.call = func(bot.Call) (bot.Result, error) { return bot.Result{Outcome: "booked"}, nil }
			tries := 0
			h.step = func(_ time.Time, in bot.Input) (bot.Outcome, error) { tries++; return test.step(tries, in) } // one after the other
			h.receive("a", "vraag")
			h.wait(test.ends)
			if test.ends == "turn retry" {
				h.until("the turn was given back", func() bool { return c.times("given back") == 1 })
				h.later(time.Minute)
			}
			if got := h.answers(test.turns); got != test.want {
				t.Errorf("answers: %s", got)
			}
			if c.times("keep answered") != 0 || !c.usual() || h.seen(test.ends) != 1 {
				t.Errorf("asked: %v, happened: %v", c.asked, h.counted)
			}
			if strings.Contains(h.logged(), "Domplein") {
				t.Error("the log quotes the panic")
			}
		})
	}
}

// failsUntil fails before a try, as it is told.
func failsUntil(try int, fail func() error) func(int, bot.Input) (bot.Outcome, error) {
	return func(n int, in bot.Input) (bot.Outcome, error) {
		if n < try {
			return bot.Outcome{}, fail()
		}
		return echoes(time.Time{}, in)
	}
}

func TestAtOnce_whoHearsThatItIsClosedIsNotedAsSuch(t *testing.T) {
	var resident bot.ID
	h, c := known(t, func(_ *house, config *inbox.Config) {
		config.Admit = func(_ context.Context, claim bot.Claim) (bot.Outcome, bool) {
			resident = claim.Resident // one after the other
			return bot.Outcome{Reply: &bot.Reply{Text: bot.Hide("gesloten")}, ToldClosed: true}, claim.Message.Text.Reveal() == "vraag"
		}
	})
	h.receive("a", "vraag")
	if got := h.answers(1); got != "gesloten" || !c.usual() {
		t.Errorf("answers: %s; the usual way: %v", got, c.usual())
	}
	if told, err := c.ToldClosed(t.Context(), resident, h.clock().Add(-time.Hour)); err != nil || !told {
		t.Errorf("told %v, error %v", told, err)
	}
}

func TestAtOnce_inOneDelivery(t *testing.T) {
	for name, test := range map[string]struct {
		messages  func(h *house) []bot.Message
		turns     int
		want      string
		duplicate int
	}{
		"two messages of one resident keep their order": {func(h *house) []bot.Message {
			return []bot.Message{h.message("a", "x", "een"), h.message("a", "y", "twee")}
		}, 2, "op een|op twee", 0},
		"two whose stamps are the other way round go by their stamps": {func(h *house) []bot.Message {
			two, one := h.message("a", "y", "twee"), h.message("a", "x", "een")
			one.Sent = one.Sent.Add(-time.Second)
			return []bot.Message{two, one}
		}, 2, "op een|op twee", 0},
		"one message twice is one answer": {func(h *house) []bot.Message {
			return []bot.Message{h.message("a", "x", "een"), h.message("a", "x", "een")}
		}, 1, "op een", 1},
		"one message twice around another": {func(h *house) []bot.Message {
			return []bot.Message{h.message("a", "x", "een"), h.message("a", "y", "twee"), h.message("a", "x", "een")}
		}, 2, "op een|op twee", 1},
		"somebody new beside somebody known": {func(h *house) []bot.Message {
			return []bot.Message{h.message("b", "x", "nieuw"), h.message("a", "y", "een")}
		}, 2, "op een|op nieuw", 0},
		"a message with its revocation is not answered": {func(h *house) []bot.Message {
			gone := h.message("a", "y", "")
			gone.Kind, gone.Original = bot.KindRevoked, bot.Hide("x")
			return []bot.Message{h.message("a", "x", "een"), gone}
		}, 0, "", 0},
		"a message with its change is answered as changed": {func(h *house) []bot.Message {
			other := h.message("a", "y", "anders")
			other.Kind, other.Original = bot.KindEdited, bot.Hide("x")
			return []bot.Message{h.message("a", "x", "een"), other}
		}, 1, "op anders", 0},
		"a message with a STOP after it is not answered": {func(h *house) []bot.Message {
			return []bot.Message{h.message("a", "x", "een"), h.message("a", "y", "stop")}
		}, 0, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			h, _ := known(t)
			messages := test.messages(h)
			h.deliver(messages...)
			if got := h.answers(test.turns); got != test.want {
				t.Errorf("answers: %s", got)
			}
			if n := h.seen("duplicate"); n != test.duplicate {
				t.Errorf("%d duplicates", n)
			}
			h.deliver(messages...) // once more
			if got := h.answers(test.turns); got != "" && test.turns > 0 {
				t.Errorf("answers to the second delivery: %s", got)
			}
		})
	}
}

// Deliveries of the same message at the same moment, in whatever groups they come.
func TestAtOnce_oneMessageInManyDeliveriesIsOneAnswer(t *testing.T) {
	h, _ := known(t)
	var posting sync.WaitGroup
	for n := range 60 {
		posting.Go(func() {
			if err := h.inbox.Receive(t.Context(), []bot.Message{h.message("a", fmt.Sprint("x", n%6), "vraag")}); err != nil {
				t.Error(err)
			}
		})
	}
	posting.Wait()
	if got := h.answers(6); strings.Count(got, "op vraag") != 6 {
		t.Errorf("answers: %s", got)
	}
	if n := h.seen("duplicate"); n != 54 {
		t.Errorf("%d duplicates", n)
	}
}

func TestAtOnce_isNotForAProcessThat(t *testing.T) {
	no := func() bool { return false }
	for name, change := range map[string]func(*inbox.Config){
		"has just begun": func(c *inbox.Config) { c.AtOnce = no },
		"was not told":   func(c *inbox.Config) { c.AtOnce = nil },
	} {
		t.Run(name, func(t *testing.T) {
			h, c := known(t, func(_ *house, config *inbox.Config) { change(config) })
			h.receive("a", "vraag")
			if got := h.answers(1); got != "op vraag" || c.times("glance") != 0 || !c.usual() {
				t.Errorf("answers: %s, asked: %v", got, c.asked)
			}
		})
	}
	t.Run("may not answer now", func(t *testing.T) {
		var mu sync.Mutex
		healthy := true
		set := func(to bool) { mu.Lock(); healthy = to; mu.Unlock() }
		h, c := known(t, func(_ *house, config *inbox.Config) {
			config.Healthy = func() bool { mu.Lock(); defer mu.Unlock(); return healthy }
		})
		set(false)
		h.receive("a", "vraag")
		if c.times("glance") != 0 || !c.usual() || h.seen("turn done") != 0 {
			t.Errorf("asked: %v", c.asked)
		}
		set(true)
		h.later(0)
		if got := h.answers(1); got != "op vraag" {
			t.Errorf("answers: %s", got)
		}
	})
}

func TestAtOnce_aFailureLosesNothingAndSaysNothingTwice(t *testing.T) {
	for name, test := range map[string]struct {
		fail      func(c *counting)
		duplicate int
	}{
		"of the glance":                            {func(c *counting) { c.failing["glance"] = errors.New("away") }, 0},
		"before it is kept":                        {func(c *counting) { c.failing["keep answered"] = errors.New("away") }, 0},
		"after it was kept, of which nobody heard": {func(c *counting) { c.lost = errors.New("cut") }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			h, c := known(t)
			test.fail(c)
			h.receive("a", "vraag")
			if got := h.answers(1 - test.duplicate); got != "op vraag" || h.seen("duplicate") != test.duplicate {
				t.Errorf("answers: %s, happened: %v", got, h.counted)
			}
			if !strings.Contains(h.logged(), "messages are kept before they are answered") {
				t.Error("the log does not tell of it")
			}
		})
	}
}

// Of a group of which one part was kept, and the rest could not be: nobody is
// told that it was, and what the platform brings again is known.
func TestAtOnce_theRestOfADeliveryThatCannotBeKeptIsRefused(t *testing.T) {
	h, c := known(t)
	c.failing["receive turns"] = errors.New("full")
	delivery := []bot.Message{h.message("a", "x", "een"), h.message("b", "y", "nieuw")}
	if err := h.inbox.Receive(t.Context(), delivery); err == nil {
		t.Fatal("it was taken")
	}
	c.mu.Lock()
	clear(c.failing)
	c.mu.Unlock()
	h.deliver(delivery...)
	if got := h.answers(2); got != "op een|op nieuw" || h.seen("duplicate") != 1 {
		t.Errorf("answers: %s, happened: %v", got, h.counted)
	}
}

// What is kept for the resident while their turn is thought about goes first.
func TestAtOnce_whatComesInWhileItIsThoughtAbout(t *testing.T) {
	for name, test := range map[string]struct {
		text  string
		turns int
		want  string
	}{
		"another message":  {"eerst", 2, "op eerst|op vraag"},
		"the same message": {"vraag", 1, "op vraag"},
		"a STOP":           {"stop", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			h, c := known(t)
			m := h.message("a", "x", "vraag")
			m.Sent = m.Sent.Add(-time.Minute) // before the STOP
			var once sync.Once
			h.step = func(now time.Time, in bot.Input) (bot.Outcome, error) {
				once.Do(func() {
					other := h.message("a", "y", test.text)
					other.Stop = test.text == "stop"
					if test.text == "vraag" {
						other = m
					}
					if _, err := c.Store.Receive(t.Context(), h.clock(), []bot.Message{other}); err != nil { // in another process
						t.Error(err)
					}
				})
				return echoes(now, in)
			}
			h.deliver(m)
			if got := h.answers(test.turns); got != test.want {
				t.Errorf("answers: %s", got)
			}
			if c.times("keep answered") != 1 || !c.usual() {
				t.Errorf("asked: %v", c.asked)
			}
		})
	}
}
