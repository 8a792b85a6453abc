package outbox

import "context"

// ReconcileOnce is one look at the sends whose end is not known.
func (o *Outbox) ReconcileOnce(ctx context.Context) { o.reconcileOnce(ctx) }
