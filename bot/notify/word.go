package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// LeftOut says why a message is not sent after all, in one word.
type LeftOut string

// The reasons; see also bot.Tally.
const (
	LeftNothing   LeftOut = "nothing"   // there is nothing to tell any more
	LeftStale     LeftOut = "stale"     // the data is too old by now
	LeftWithdrawn LeftOut = "withdrawn" // no subscription stands
	LeftTemplate  LeftOut = "template"  // approved with other words than the run was begun with
)

func (l LeftOut) Error() string { return "left out: " + string(l) }

// Word gives a notification's text at its claim: by the bundle of its run, in
// the resident's language, from what the audience says now. A LeftOut error
// says that it is not sent after all. It sets which subscriptions end with it.
func (n *Notifier) Word(ctx context.Context, now time.Time, out *bot.Outgoing) (bot.Reply, error) {
	if !out.To.Subscribed() {
		return bot.Reply{}, LeftWithdrawn
	}
	t, err := n.toldBy(ctx, out.Run)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("word %s: %w", out.Run.Job, err)
	}
	language := out.Template
	if out.WindowOpen {
		language = t.bundle.Language(out.Run, out.To.Language)
	}
	values, err := t.toldNow(ctx, now, out, language)
	switch {
	case errors.Is(err, bot.ErrStale):
		if err := n.stale(ctx, out.Run); err != nil { // those who wait hear it when it is mended
			return bot.Reply{}, err
		}
		return bot.Reply{}, LeftStale
	case err != nil:
		return bot.Reply{}, fmt.Errorf("word %s: %w", out.Run.Job, err)
	case values == nil:
		return bot.Reply{}, LeftNothing
	}
	if !out.WindowOpen && out.Approved != "" && !t.bundle.Approved(out.Run.Template, language, out.Approved) {
		if err := n.stop(ctx, out.Run, reasonTemplate); err != nil {
			return bot.Reply{}, err
		}
		return bot.Reply{}, LeftTemplate
	}
	return t.bundle.Word(out.Run, language, values, out.WindowOpen)
}

// toldNow gives the values of a message as they are at its claim.
func (t *telling) toldNow(ctx context.Context, now time.Time, out *bot.Outgoing, language string) (values map[string]bot.Value, err error) {
	switch out.Run.Kind {
	case bot.RunNotice:
		return map[string]bot.Value{}, nil
	case bot.RunCorrection:
		receiver, found, err := t.Store.Receiver(ctx, t.run, out.To.Resident)
		if err != nil || !found {
			return nil, err
		}
		return t.correct(ctx, receiver, language, now)
	}
	values, out.Ends, err = t.hear(ctx, out.To, language, now)
	return values, err
}
