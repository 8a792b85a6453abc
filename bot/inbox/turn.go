package inbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/privacy"
)

// turn answers one claimed message before ctx ends, or gives it back, or sets
// it aside. It tells whether its resident may be due again.
func (in *Inbox) turn(ctx context.Context, claim bot.Claim) (more bool) {
	log := in.Log.With("turn", claim.MessageID, "try", claim.Tries)
	if claim.Tries > maxBegun {
		log.Error("message set aside: its turns never came to an end, perhaps it ends the process")
		in.Count("turn", "aside")
		in.setAside(ctx, claim)
		return true
	}
	if ctx.Err() != nil {
		log.Warn("turn not begun in time, is tried again")
		in.Count("turn", "retry")
		in.retry(ctx, claim)
		return true
	}
	t, begun := &turn{Inbox: in, claim: claim}, in.Clock()
	outcome, err := t.decide(ctx)
	decided := err == nil // what fails from here on is the database's, not the message's
	if decided {
		ended := &finish{Finish: bot.Finish{Claim: claim, Outcome: outcome}}
		err = in.finish.Do(ctx, ended)
		more = err == nil && ended.more // else it may be written still
	}
	switch {
	case err == nil && outcome.Erase:
		log.Info("answered", "with", "farewell")
		in.Count("turn", "erase") // the eraser says the farewell
	case err == nil:
		log.Info("answered", "with", saidWith(outcome), "waited", in.Clock().Sub(claim.Accepted))
		in.ended(begun, outcome)
		in.Replies()
	case errors.Is(err, bot.ErrTokenGone):
		in.Count("turn", "token gone")
		t.cancelWrites(ctx)
	case decided, errors.Is(err, errBundle), claim.Tries < maxTries:
		log.Warn("turn failed, is tried again", "error", err)
		in.Count("turn", "retry")
		in.retry(ctx, claim)
	default:
		log.Error("message set aside: it failed every time", "error", err)
		in.Count("turn", "aside")
		in.setAside(ctx, claim)
	}
	return more || err != nil
}

// ended counts a turn that was kept.
func (in *Inbox) ended(begun time.Time, outcome bot.Outcome) {
	in.Count("turn", "done")
	if in.Timed != nil {
		in.Timed(in.Clock().Sub(begun))
	}
	for _, c := range outcome.Consents {
		if c.Given {
			in.Count("consent", "given")
		} else {
			in.Count("consent", "withdrawn")
		}
	}
}

// saidWith tells in a word what a turn came to.
func saidWith(outcome bot.Outcome) string {
	switch {
	case outcome.ToldClosed:
		return "closed"
	case outcome.Reply == nil:
		return "nothing"
	}
	return "answer"
}

// errBundle says that this process cannot read the flows of a turn; another
// one may, so it does not make the message bad.
var errBundle = errors.New("live bundle")

// turn is one claim on its way, with the writing calls that were made for it.
type turn struct {
	*Inbox
	claim  bot.Claim
	writes []bot.Call
}

// decide steps until the turn is over. A panic in a step or a service is an
// error of this message alone; its stack goes to the log, its value does not,
// because it may quote the message.
func (t *turn) decide(ctx context.Context) (outcome bot.Outcome, err error) {
	defer func() {
		if p := recover(); p != nil {
			t.Log.Error("panic in a turn", "turn", t.claim.MessageID, "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			err = errors.New("panic in a turn")
		}
	}()
	if t.Admit != nil {
		if outcome, instead := t.Admit(ctx, t.claim); instead {
			outcome.Conversation = t.claim.Conversation
			return outcome, nil
		}
	}
	stepper, err := t.Bundles.Stepper(ctx, t.claim.Bundle)
	if err != nil {
		return bot.Outcome{}, fmt.Errorf("%w: %w", errBundle, err)
	}
	if t.Seen != nil {
		t.Seen(ctx, t.claim.Message, true)
	}
	outcome, err = t.steps(ctx, stepper)
	if outcome.Erase {
		outcome.Reply = nil // the farewell is the answer
	}
	if err == nil && outcome.Reply != nil && privacy.AsksIn(*outcome.Reply) {
		t.Count("guard out", "refused")
		t.Log.Error("an answer asks for what is never asked; a service's text is the likely cause", "turn", t.claim.MessageID)
		sorry := stepper.Sorry(outcome.Conversation)
		outcome.Reply = &sorry
	}
	return outcome, err
}

func (t *turn) steps(ctx context.Context, stepper Stepper) (bot.Outcome, error) {
	in := bot.Input{Message: &t.claim.Message, Subscribed: t.claim.Subscribed}
	conversation := t.claim.Conversation
	var consents []bot.Consent
	language := ""
	for calls := 0; ; calls++ {
		outcome, err := stepper.Step(t.Clock(), conversation, in)
		if err != nil {
			return bot.Outcome{}, err
		}
		consents = append(consents, outcome.Consents...)
		language = cmp.Or(outcome.Language, language)
		if outcome.Call == nil {
			outcome.Consents, outcome.Language = consents, language
			return outcome, nil
		}
		if calls == maxCalls {
			return bot.Outcome{}, fmt.Errorf("more than %d service calls in one turn", maxCalls)
		}
		result, err := t.call(ctx, *outcome.Call, calls+1)
		if err != nil {
			return bot.Outcome{}, err
		}
		conversation = outcome.Conversation
		in = bot.Input{Result: &result, Subscribed: t.claim.Subscribed}
	}
}

// call runs one operation. One that only reads ends as "failed" when it goes
// wrong, and the flow says so. One that writes may have happened: the turn is
// begun again under the same key, and after the last try the message is set
// aside for a colleague; it is never told to the resident as failed.
func (t *turn) call(ctx context.Context, call bot.Call, number int) (bot.Result, error) {
	writes := t.Services.Writes(call.Operation)
	call.Resident = t.claim.Resident
	if writes {
		call.Key = fmt.Sprintf("%s/%d", t.claim.MessageID, number)
		if err := t.Store.StartCall(ctx, t.Clock(), t.claim, call); err != nil {
			return bot.Result{}, fmt.Errorf("intent of %s: %w", call.Operation, err)
		}
		t.writes = append(t.writes, call)
	}
	limited, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	result, err := t.Services.Call(limited, t.Clock(), call)
	if err == nil {
		t.Count("call", call.Operation+" "+result.Outcome)
		return result, nil
	}
	t.Count("call", call.Operation+" error")
	if writes {
		return bot.Result{}, fmt.Errorf("%s: %w", call.Operation, err)
	}
	t.Log.Warn("service call failed", "operation", call.Operation, "error", err)
	return bot.Result{Outcome: "failed"}, nil
}

func (t *turn) cancelWrites(ctx context.Context) {
	for _, call := range t.writes {
		if err := t.Services.Cancel(ctx, call); err != nil {
			t.Log.Error("a write whose turn was lost could not be taken back: a colleague has to look",
				"operation", call.Operation, "key", call.Key, "error", err)
		}
	}
}

func (in *Inbox) retry(ctx context.Context, claim bot.Claim) {
	at := in.Clock().Add(time.Duration(claim.Tries*claim.Tries) * 2 * time.Second)
	if err := in.Store.RetryTurn(context.WithoutCancel(ctx), in.Clock(), claim, at); err != nil && !errors.Is(err, bot.ErrTokenGone) {
		in.Log.Error("giving a turn back: it is claimed again when its lease ends", "error", err)
	}
}

func (in *Inbox) setAside(ctx context.Context, claim bot.Claim) {
	ctx = context.WithoutCancel(ctx)
	var reply *bot.Reply
	if stepper, err := in.Bundles.Stepper(ctx, claim.Bundle); err == nil {
		sorry := stepper.Sorry(claim.Conversation)
		reply = &sorry
	}
	err := in.Store.SetAside(ctx, in.Clock(), claim, reply)
	if err != nil && !errors.Is(err, bot.ErrTokenGone) {
		in.Log.Error("setting a message aside", "error", err)
		return
	}
	in.Replies()
}
