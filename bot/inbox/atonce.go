package inbox

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/privacy"
)

// thinkLimit is how long the messages of a group are thought about before they
// are kept. The platform waits for all of them meanwhile: whose turn did not
// begin by then is kept first. Thinking takes less than a millisecond, unless
// flows have to be loaded or the database is slow.
const thinkLimit = 2 * time.Second

// answerAtOnce keeps messages together with their answers where a turn takes
// nothing but thinking, and gives the others. What goes wrong here is no loss:
// those messages go the usual way, which knows what was kept.
func (in *Inbox) answerAtOnce(ctx context.Context, messages []bot.Message) (others []bot.Message) {
	if in.AtOnce == nil || !in.AtOnce() || !in.Healthy() {
		return messages
	}
	begun := in.Clock()
	claims, err := in.Store.Glance(ctx, begun, messages)
	if err != nil {
		in.Log.Warn("messages are kept before they are answered: looking at who sent them failed", "error", err)
	}
	if err != nil || len(claims) == 0 {
		return messages
	}
	turns := in.thinkAll(ctx, claims)
	if len(turns) == 0 {
		return messages
	}
	kept, err := in.Store.KeepAnswered(ctx, in.Clock(), turns)
	if err != nil {
		in.Log.Warn("messages are kept before they are answered: keeping both at once failed", "error", err)
		in.Replies() // they may be kept all the same
		return messages
	}
	answered := make(map[string]bool, len(turns))
	for i, t := range turns {
		if kept[i] {
			answered[keyOf(t.Claim.Message)] = true
			in.answered(ctx, begun, t)
		}
	}
	if len(answered) > 0 {
		in.Replies()
	}
	return slices.DeleteFunc(slices.Clone(messages), func(m bot.Message) bool {
		key := keyOf(m)
		first := answered[key]
		delete(answered, key) // the same message once more is a duplicate
		return first
	})
}

// keyOf tells a message from others of a group.
func keyOf(m bot.Message) string { return m.From.Account + " " + m.ID.Reveal() }

// thinkAll decides claims, all cores beside each other, and gives those that were.
func (in *Inbox) thinkAll(ctx context.Context, claims []bot.Claim) []bot.Finish {
	ctx, cancel := context.WithTimeout(ctx, thinkLimit)
	defer cancel()
	outcomes := make([]*bot.Outcome, len(claims))
	next := make(chan int, len(claims))
	for i := range claims {
		next <- i
	}
	close(next)
	var thinking sync.WaitGroup
	for range min(len(claims), runtime.GOMAXPROCS(0)) {
		thinking.Go(func() {
			for i := range next {
				if ctx.Err() == nil {
					outcomes[i] = in.think(ctx, claims[i])
				}
			}
		})
	}
	thinking.Wait()
	var turns []bot.Finish
	for i, o := range outcomes {
		if o != nil {
			turns = append(turns, bot.Finish{Claim: claims[i], Outcome: *o})
		}
	}
	return turns
}

// think decides a turn that asks nobody anything, and writes nothing but its
// conversation and its answer; nil for all others. An error and a panic are
// nil as well: in the usual way they are said, counted and tried again.
func (in *Inbox) think(ctx context.Context, claim bot.Claim) (decided *bot.Outcome) {
	defer func() {
		if recover() != nil {
			decided = nil
		}
	}()
	if in.Admit != nil {
		if outcome, instead := in.Admit(ctx, claim); instead {
			outcome.Conversation = claim.Conversation
			return plain(outcome)
		}
	}
	stepper, err := in.Bundles.Stepper(ctx, claim.Bundle)
	if err != nil {
		return nil
	}
	outcome, err := stepper.Step(in.Clock(), claim.Conversation, bot.Input{Message: &claim.Message, Subscribed: claim.Subscribed})
	if err != nil {
		return nil
	}
	return plain(outcome)
}

func plain(o bot.Outcome) *bot.Outcome {
	if o.Call != nil || len(o.Consents) > 0 || o.Language != "" || o.Erase || o.ToldClosed || o.Reply != nil && privacy.AsksIn(*o.Reply) {
		return nil
	}
	return &o
}

// answered tells of a turn that ended with the keeping of its message.
func (in *Inbox) answered(ctx context.Context, begun time.Time, t bot.Finish) {
	in.Log.Debug("accepted", "turn", t.Claim.MessageID)
	in.Log.Info("answered", "turn", t.Claim.MessageID, "try", t.Claim.Tries, "with", saidWith(t.Outcome), "waited", in.Clock().Sub(begun))
	in.ended(begun, t.Outcome)
	if in.Seen != nil {
		in.Seen(ctx, t.Claim.Message, false)
	}
}
