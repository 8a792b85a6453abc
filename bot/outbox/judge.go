package outbox

import (
	"context"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// judge decides what follows a failed send (facts: classify on the code).
func (o *Outbox) judge(ctx context.Context, s bot.Send, failure bot.SendError) {
	o.Count("send", string(failure.Class))
	switch failure.Class {
	case bot.SendUnknown:
		// It may have arrived: its lease ends, and Reconcile waits for its status.
		o.Log.Warn("send without an answer, waits for its status", s.Of.Attr(), "send", s.ID, "cause", failure.Cause)
		o.note(ctx, s, failure, time.Time{})
	case bot.SendRetry, bot.SendPair:
		// A platform may be away for an hour: it is tried as long as it is useful.
		if s.Reason == bot.ReasonFarewell || failure.Class == bot.SendPair && s.Tries >= maxTries {
			o.failed(ctx, s, failure, time.Time{})
			return
		}
		wait := max(backoff(failure.Class, s.Tries), min(failure.After, askedMost))
		o.failed(ctx, s, failure, o.Clock().Add(wait))
	case bot.SendStop:
		o.Log.Error("sending stopped: the platform refuses this account; see bode doctor, mend it, and start bode serve again", "code", failure.Code, "cause", failure.Cause)
		if err := o.Store.StopSending(ctx, o.Clock(), o.Account, failure.Cause); err != nil {
			o.Log.Error("noting that sending stopped", "error", err)
		}
		o.failed(ctx, s, failure, o.Clock().Add(time.Minute))
	default:
		o.failed(ctx, s, failure, time.Time{})
	}
}

// backoff doubles from one second; the pair limit asks for 4^n seconds.
func backoff(class bot.SendClass, tries int) time.Duration {
	if class == bot.SendPair {
		return time.Second << (2 * min(tries, 6))
	}
	return time.Second << min(tries, 8)
}

func (o *Outbox) failed(ctx context.Context, s bot.Send, failure bot.SendError, again time.Time) {
	if again.IsZero() {
		o.Log.Warn("message not delivered", s.Of.Attr(), "send", s.ID, "class", failure.Class, "code", failure.Code)
	}
	o.note(ctx, s, failure, again)
}

func (o *Outbox) note(ctx context.Context, s bot.Send, failure bot.SendError, again time.Time) {
	err := untilNoted(func() error { return o.Store.MarkFailed(ctx, o.Clock(), s, failure, again) })
	if err != nil {
		o.Log.Error("noting a failed send", "send", s.ID, "error", err)
	}
}
