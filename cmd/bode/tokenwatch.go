package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/gemeentebode/bode/bot/channel/cloudapi"
)

// How often the platform is asked about the access token.
const (
	tokenEvery = 24 * time.Hour
	tokenAgain = time.Hour // after a failure
)

// tokenWatch tells of an access token that is going to end while there is time:
// without one nothing can be sent, and a new one takes a provider days.
type tokenWatch struct {
	ask   func(context.Context) (cloudapi.Token, error)
	own   bool // the platform itself answers, which knows the question
	until prometheus.Gauge
	clock func() time.Time
	log   *slog.Logger
}

// watchToken gives what asks about the token; nil where access is by a
// provider's API key, which cannot be asked about.
func watchToken(api cloudapi.Config, client *cloudapi.Client, m *metrics, log *slog.Logger) func(context.Context) {
	if api.ByKey() {
		return nil
	}
	return (&tokenWatch{ask: client.Token, own: api.Own(), until: m.token, clock: time.Now, log: log}).run
}

// run asks at the start and once a day.
func (t *tokenWatch) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(t.once(ctx)):
		}
	}
}

// once asks, and gives how long to wait before the next time. Where there is no
// answer, what was heard before stands.
func (t *tokenWatch) once(ctx context.Context) time.Duration {
	token, err := t.ask(ctx)
	switch {
	case err != nil && (ctx.Err() != nil || !t.own && cloudapi.NotOffered(err)):
		return tokenEvery
	case err != nil:
		t.log.Warn("the platform did not tell until when the access token holds; it is asked again within the hour", "error", err)
		return tokenAgain
	}
	t.until.Set(unix(token.Expires))
	if !token.Expires.IsZero() && token.Expires.Sub(t.clock()) <= expirySoon {
		t.log.Warn("the access token ends soon, and nothing can be sent without one; see bode doctor --live", "until", inTown(token.Expires))
	}
	return tokenEvery
}
