package outbox

import (
	"context"
	"log/slog"
	"slices"

	"github.com/gemeentebode/bode/bot"
)

// Statuses applies what the platform reports, while Run runs. It returns after
// the commit: nil means that the platform may forget them.
func (o *Outbox) Statuses(ctx context.Context, statuses []bot.Status) error {
	if len(statuses) == 0 {
		return nil
	}
	if err := o.heard.Do(ctx, statuses); err != nil {
		return err
	}
	for _, s := range statuses {
		o.Count("status", string(s.State))
	}
	return nil
}

// hear applies several deliveries as one; when that fails each is tried alone,
// so that one that cannot be applied does not take the others with it.
func (o *Outbox) hear(ctx context.Context, deliveries [][]bot.Status) []error {
	errs := make([]error, len(deliveries))
	err := o.hearOne(ctx, slices.Concat(deliveries...))
	for i, d := range deliveries {
		if err != nil && len(deliveries) > 1 {
			errs[i] = o.hearOne(ctx, d)
		} else {
			errs[i] = err
		}
	}
	return errs
}

func (o *Outbox) hearOne(ctx context.Context, statuses []bot.Status) error {
	unmatched, err := o.Store.Statuses(ctx, o.Clock(), statuses)
	if err != nil {
		return err
	}
	for _, s := range statuses {
		o.reported(s)
	}
	for range unmatched {
		o.Count("status", "unmatched")
	}
	o.free() // a send whose end was not known may have had its end
	return nil
}

// reported tells how far a message came, at the level that its part of the way
// asks for: the end of it is told.
func (o *Outbox) reported(s bot.Status) {
	if s.Of == (bot.Trace{}) {
		return // a farewell, or not ours
	}
	level := slog.LevelDebug
	if s.Of.Turn != "" && s.State == bot.StatusDelivered {
		level = slog.LevelInfo
	}
	if s.Error != nil {
		o.Log.Warn(string(s.State), s.Of.Attr(), "send", s.Send, "class", s.Error.Class, "code", s.Error.Code)
		return
	}
	o.Log.Log(context.Background(), level, string(s.State), s.Of.Attr(), "send", s.Send)
}
