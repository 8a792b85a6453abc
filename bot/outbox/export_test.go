package outbox

import (
	"context"

	"github.com/gemeentebode/bode/bot"
)

// ReconcileOnce is one look at the sends whose end is not known.
func (o *Outbox) ReconcileOnce(ctx context.Context) { o.reconcileOnce(ctx) }

// Hear applies deliveries as a group that gathered.
func (o *Outbox) Hear(ctx context.Context, deliveries [][]bot.Status) []error {
	return o.hear(ctx, deliveries)
}
