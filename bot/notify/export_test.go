package notify

import (
	"context"

	"github.com/gemeentebode/bode/bot"
)

// Corrects tells whether a receiver of a run is to be told something else.
func Corrects(ctx context.Context, n *Notifier, run bot.Run, r bot.Receiver) (bool, error) {
	t, err := n.toldBy(ctx, run)
	if err != nil {
		return false, err
	}
	values, err := t.correct(ctx, r, r.Language, n.Clock())
	return values != nil, err
}
