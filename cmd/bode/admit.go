package main

import (
	"context"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
)

const (
	// closingEvery is how soon each process knows that the service was closed or opened.
	closingEvery = 2 * time.Second
	// closedAgain is how long after the fixed answer a resident hears it once more.
	closedAgain = 4 * time.Hour
)

// door decides who is answered by the flows: by the mode of the configuration,
// and by `bode close`, which all processes look up in the database.
type door struct {
	mode    string
	testers []string
	store   *store.Store
	bundles *bundles
	clock   func() time.Time
	log     *slog.Logger
	closing atomic.Pointer[store.Closing] // nil: not looked up yet
}

// admit gives what is said instead of what the flows say. Who is in danger gets
// the numbers to call, also while the service is closed; STOP was carried out
// when the message was accepted.
func (d *door) admit(ctx context.Context, claim bot.Claim) (bot.Outcome, bool) {
	if claim.Message.Crisis != "" {
		return bot.Outcome{}, false
	}
	if d.closed() {
		return d.whileClosed(ctx, claim), true
	}
	if d.mode == "open" || d.mode == "test" && slices.Contains(d.testers, claim.Message.From.Phone.Reveal()) {
		return bot.Outcome{}, false
	}
	reply := bot.Reply{Text: bot.Hide("Deze dienst is nog niet open.")}
	if live, err := d.bundles.live(ctx); err == nil {
		reply = live.engine.NotOpen()
	}
	return bot.Outcome{Reply: &reply}, true
}

// whileClosed says that the service is closed to whoever did not hear it in
// the last hours. Where that cannot be looked up it is rather said twice.
func (d *door) whileClosed(ctx context.Context, claim bot.Claim) bot.Outcome {
	now := d.clock()
	if told, err := d.store.ToldClosed(ctx, claim.Resident, now.Add(-closedAgain)); err == nil && told {
		return bot.Outcome{}
	}
	reply := bot.Reply{Text: bot.Hide("Deze dienst is nu even gesloten.")}
	if live, err := d.bundles.live(ctx); err == nil {
		c := d.closing.Load()
		reply = live.engine.Closed(c.Dutch, c.English)
	}
	return bot.Outcome{Reply: &reply, ToldClosed: true}
}

// closed tells whether the service is closed now, as far as this process knows.
func (d *door) closed() bool {
	c := d.closing.Load()
	return c != nil && c.Closed(d.clock())
}

// look looks up whether the service was closed. While the database is away,
// what was known last holds.
func (d *door) look(ctx context.Context) {
	c, err := d.store.Closing(ctx)
	if err != nil {
		return
	}
	before := d.closing.Swap(&c)
	if is, was := c.Closed(d.clock()), before != nil && before.Closed(d.clock()); is != was {
		d.log.Warn("the service was closed or opened by bode close, bode open", "closed", is, "by", c.By)
	}
}

// run looks until ctx ends.
func (d *door) run(ctx context.Context) {
	tick := time.NewTicker(closingEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			d.look(ctx)
		}
	}
}
