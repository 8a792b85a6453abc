package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/engine/floor"
	"github.com/gemeentebode/bode/bot/flow"
)

// benchTalk goes from one question to the next and back, over a state that
// only talks: a tap and a typed name in turns.
type benchTalk struct {
	engine   *engine.Engine
	state    bot.Private
	messages [2]bot.Message
	turns    int
	now      time.Time
}

func newBenchTalk(e *engine.Engine) (*benchTalk, error) {
	t := &benchTalk{engine: e, now: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)}
	text := func(s string) bot.Message { return bot.Message{Kind: bot.KindText, Text: bot.Hide(s)} }
	t.messages[1] = text("Jan Jansen")
	for _, said := range []bot.Message{text("hallo"), text("naam"), t.messages[1]} {
		outcome, err := t.say(said)
		if err != nil {
			return nil, err
		}
		for _, button := range outcome.Reply.Buttons {
			if button.Label.Reveal() == "Andere naam" {
				t.messages[0] = bot.Message{Kind: bot.KindTap, Choice: button.ID, Text: button.Label}
			}
		}
	}
	if t.messages[0].Choice == "" {
		return nil, errors.New("the bench's conversation does not come where it should")
	}
	return t, nil
}

func (t *benchTalk) say(m bot.Message) (bot.Outcome, error) {
	m.Sent = t.now
	outcome, err := t.engine.Step(t.now, t.state, bot.Input{Message: &m})
	if err == nil && outcome.Reply == nil {
		err = errors.New("a step of the bench has no answer")
	}
	if err == nil {
		t.state = outcome.Conversation
	}
	return outcome, err
}

// turn is the next one of an endless conversation.
func (t *benchTalk) turn() error {
	_, err := t.say(t.messages[t.turns%2])
	t.turns++
	return err
}

// after gives what does a tap and a name from a state of so many turns, again and again.
func (t *benchTalk) after(turns int) (func() error, error) {
	for range turns {
		if err := t.turn(); err != nil {
			return nil, err
		}
	}
	kept, done := *t, *t
	return func() error {
		done.state, done.turns = kept.state, kept.turns
		return errors.Join(done.turn(), done.turn())
	}, nil
}

// benchEngine measures rows 1 to 3, on one core.
func benchEngine(ctx context.Context, b *bench) error {
	content, err := packBench()
	if err != nil {
		return err
	}
	all := exampleServices(behind{})
	bundle, faults, err := loadPacked(content, flow.Options{Operations: all.operations, Audiences: all.audiences, Sentences: engine.Sentences()})
	if err != nil || bundle == nil {
		return errors.Join(err, errors.New(firstFault(faults)))
	}
	e := engine.New(bundle)
	talk, err := newBenchTalk(e)
	if err != nil {
		return err
	}
	least, err := floor.New(bundle.Flows["naam"], "klopt", talk.now, map[string]string{"klopt": "choice:andere_naam", "naam": "answered"})
	if err != nil {
		return err
	}
	if err := b.engineRatio(ctx, talk, least); err != nil {
		return err
	}
	if err := b.profile("engine", func() error { _, err := timed(20*b.steps, talk.turn); return err }); err != nil {
		return err
	}
	if err := b.growth(ctx, e); err != nil {
		return err
	}
	return b.allocations(talk)
}

// engineRounds are short: so a busy machine slows product and anchor alike.
const engineRounds = 10

func (b *bench) engineRatio(ctx context.Context, talk *benchTalk, least func() error) error {
	var rounds []round
	for range engineRounds * b.rounds {
		anchor, err := timed(b.steps, least)
		if err != nil {
			return err
		}
		product, err := timed(b.steps, talk.turn)
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		rounds = append(rounds, round{perSecond(b.steps, product), perSecond(b.steps, anchor)})
	}
	b.engineRow(rounds)
	return nil
}

func (b *bench) engineRow(rounds []round) {
	row := least("engine", "engine turn with state codec, one core", "/s", "the floor", 0.27, 0.65, rounds).
		noting("a tap and a typed name in turns, in a bundle of two flows; the floor is one move of the compiled flow with its state through encoding/json")
	b.say("engine: %s of the floor", digits(row.Ratio.Median))
	b.add(row)
}

// growth holds a turn after 20 turns, and after 200, against one after the first.
func (b *bench) growth(ctx context.Context, e *engine.Engine) error {
	var does []func() error
	for _, turns := range []int{1, 20, 200} {
		talk, err := newBenchTalk(e)
		if err != nil {
			return err
		}
		do, err := talk.after(turns + turns%2) // at the same question
		if err != nil {
			return err
		}
		does = append(does, do)
	}
	var twenty, many []round
	for range engineRounds * b.rounds {
		var took [3]float64
		for i, do := range does {
			d, err := timed(b.steps/2, do)
			if err := errors.Join(err, ctx.Err()); err != nil {
				return err
			}
			took[i] = d.Seconds() * 1e6 / float64(b.steps)
		}
		twenty, many = append(twenty, round{took[1], took[0]}), append(many, round{took[2], took[0]})
	}
	b.add(atMost("growth", "turn cost after 20 turns / after 1", "us", "after 1", 1.05, 1.0, twenty).
		missing("the state has the same size after any number of turns (a test holds that), so what differs is the machine: look at the quartiles"),
		atMost("growth", "turn cost after 200 turns / after 1", "us", "after 1", 1.05, 1.0, many))
	return nil
}

// allocations are counted, not timed: they are the same on every machine.
func (b *bench) allocations(talk *benchTalk) error {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := timed(b.steps, talk.turn); err != nil {
		return err
	}
	runtime.ReadMemStats(&after)
	each := func(n uint64) []round { return []round{{Product: float64(n) / float64(b.steps)}} }
	b.add(atMost("allocations", "allocations a turn", "", "", 100, 50, each(after.Mallocs-before.Mallocs)),
		atMost("allocations", "bytes allocated a turn", "B", "", 8<<10, 3<<10, each(after.TotalAlloc-before.TotalAlloc)))
	return nil
}

func timed(times int, do func() error) (time.Duration, error) {
	began := time.Now()
	for range times {
		if err := do(); err != nil {
			return 0, fmt.Errorf("a step of the bench: %w", err)
		}
	}
	return time.Since(began), nil
}

func perSecond(times int, took time.Duration) float64 { return float64(times) / took.Seconds() }
