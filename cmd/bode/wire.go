package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/inbox"
	"github.com/gemeentebode/bode/bot/notify"
	"github.com/gemeentebode/bode/bot/outbox"
	"github.com/gemeentebode/bode/bot/privacy"
	"github.com/gemeentebode/bode/store"
)

// parts are what differs between serve, demo, chat and the tests.
type parts struct {
	store     *store.Store
	bundles   *bundles
	services  *services
	channel   outbox.Channel
	account   string
	clock     func() time.Time
	log       *slog.Logger
	count     func(event, detail string)
	meter     *metrics // nil: how long things take is not measured
	parallel  int
	group     int // turns or deliveries in one commit at most; 0: as many as is usual
	perSecond float64
	unknown   time.Duration
	limits    notify.Limits
	quiet     notify.Quiet // when no notice is sent
	fallback  *fallback    // nil: who cannot be reached hears nothing
	outside   int          // people a day with whom a conversation may be begun; 0: no limit
	retention store.Retention
	door      *door         // nil: the service is always open
	keepFirst time.Duration // how long after the start each message is kept before it is answered
	seen      func(ctx context.Context, message bot.Message, coming bool)
	sync      func(context.Context) // keeps the message templates up to date until it ends; nil: there are none to look up
	token     func(context.Context) // looks until when the access token holds; nil: it cannot be asked about
}

// desk is the assembled service: the one place that knows everything.
type desk struct {
	parts
	inbox  *inbox.Inbox
	outbox *outbox.Outbox
	texts  *outbox.Outbox // of the fallback; nil: there is none
	eraser *privacy.Eraser
	notify *notify.Notifier
	clocks *clockGuard
	begun  time.Time
}

// newDesk wires the road from a delivery to a send.
func newDesk(p parts) *desk {
	d := &desk{parts: p, begun: time.Now(), clocks: &clockGuard{store: p.store, clock: p.clock, log: p.log, look: make(chan struct{}, 1)}}
	d.outbox = outbox.New(outbox.Config{
		Store: p.store, Channel: p.channel, Account: p.account, PerSecond: p.perSecond, Unknown: p.unknown,
		Parallel: p.parallel * 2, Clock: p.clock, Log: p.log, Count: p.count, Healthy: d.clocks.healthy,
		Outside: p.outside, Render: d.word, Held: d.held, Ended: p.meter.sends(),
	})
	d.texts = d.fallbackOutbox()
	d.notify = d.notifier()
	var admit func(context.Context, bot.Claim) (bot.Outcome, bool)
	if p.door != nil {
		admit = p.door.admit
	}
	d.inbox = inbox.New(inbox.Config{
		Store: p.store, Bundles: p.bundles, Services: p.services, Clock: p.clock, Log: p.log, Count: p.count,
		Replies: d.outbox.Wake, Healthy: d.mayAnswer, Parallel: p.parallel, Group: p.group, Admit: admit, Seen: p.seen, Timed: p.meter.turns(),
		AtOnce: d.settled,
	})
	d.eraser = &privacy.Eraser{
		Store: p.store, Farewell: d.farewell, Clock: p.clock, Log: p.log, Count: p.count, Erased: d.outbox.Wake,
	}
	return d
}

// settled tells whether messages may be kept together with their answers. A
// process that has just begun keeps each first: one that ends the process is
// brought again by the platform, and would end the next one, and so on for
// days, if its tries were not counted.
func (d *desk) settled() bool { return time.Since(d.begun) >= d.keepFirst }

// held keeps notifications back while the service is closed.
func (d *desk) held() bool { return d.door != nil && d.door.closed() }

// mayAnswer tells whether turns may be claimed: not by a wrong clock, and not
// while the live flows are of a newer program. Messages are accepted all the
// same, and wait for a process that can answer them.
func (d *desk) mayAnswer() bool { return d.clocks.healthy() && d.bundles.behindLive() == nil }

// errClock keeps what arrives with the platform: accepted under a wrong clock
// it would be stamped wrong, and a STOP of tomorrow drops today's messages.
var errClock = errors.New("the clock differs from the database's; set it (NTP)")

// Deliver keeps a decoded delivery; nil means that the platform may forget it.
func (d *desk) Deliver(ctx context.Context, delivery bot.Delivery) error {
	if !d.clocks.healthy() {
		return errClock
	}
	for kind, n := range delivery.Unknown {
		for range n {
			d.count("unknown", kind)
		}
	}
	if err := d.notify.Platform(ctx, delivery.Notices); err != nil {
		return err
	}
	for _, notice := range delivery.Notices {
		if approval(notice) {
			d.log.Info("the platform reports", "notice", notice)
			continue
		}
		d.log.Warn("the platform reports", "notice", notice)
		d.count("notice", "")
	}
	if err := d.templateNews(ctx, delivery.Templates); err != nil {
		return err
	}
	begun := time.Now()
	if err := d.inbox.Receive(ctx, delivery.Messages); err != nil {
		return err
	}
	d.meter.received(len(delivery.Messages), time.Since(begun))
	return d.outbox.Statuses(ctx, delivery.Statuses)
}

// approval tells whether a report is good news of a template: nobody has to be
// woken for what they asked for. The last word is the platform's, not the name.
func approval(notice string) bool {
	words := strings.Fields(notice)
	return len(words) == 4 && words[0] == "message_template_status_update" && words[3] == bot.TemplateApproved
}

// Run works until ctx ends, then lets turns and sends under way come to their
// end. It begins nothing before the clocks were compared.
func (d *desk) Run(ctx context.Context) {
	d.clocks.compare(ctx)
	if d.door != nil {
		d.door.look(ctx) // before anybody is answered
	}
	var running sync.WaitGroup
	runs := []func(context.Context){d.inbox.Run, d.outbox.Run, d.eraser.Run, d.notify.Run, d.pusher().Run, d.clocks.run, d.watchDatabase, d.purge}
	if d.texts != nil {
		runs = append(runs, d.texts.Run)
	}
	if d.sync != nil {
		runs = append(runs, d.sync)
	}
	if d.token != nil {
		runs = append(runs, d.token)
	}
	if d.door != nil {
		runs = append(runs, d.door.run)
	}
	for _, run := range runs {
		running.Go(func() { run(ctx) })
	}
	running.Wait()
}

// farewell words the receipt of STOP by the live bundle. Without one (it was
// checked at the start, so the database is away) the fixed Dutch sentence stands in.
func (d *desk) farewell(closed bot.Closed, receipt string) bot.Reply {
	live, err := d.bundles.live(context.Background())
	if err != nil {
		return bot.Reply{Text: bot.Hide("U bent afgemeld en uw gegevens zijn gewist. Uw bewijs: " + receipt + ".")}
	}
	return live.engine.Farewell(closed.Conversation, receipt, closed.Remains)
}

// purgeEvery is how often what is past its time is destroyed.
const purgeEvery = time.Hour

// purge destroys what is past its time; the log holds numbers only (Archiefwet).
func (d *desk) purge(ctx context.Context) {
	tick := time.NewTicker(purgeEvery)
	defer tick.Stop()
	for {
		d.purgeOnce(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// purgeOnce destroys nothing by a clock that is wrong: a year ahead, all would be past its time.
func (d *desk) purgeOnce(ctx context.Context) {
	if !d.clocks.healthy() {
		return
	}
	purged, err := d.store.Purge(ctx, d.clock(), d.retention, nil)
	if err != nil && ctx.Err() == nil {
		d.log.Error("purge", "error", err)
	}
	if len(purged) > 0 { // with an error too: those are gone
		d.log.Info("purged", numbers(purged)...)
	}
}

// The clock rule of the design: every minute a process compares its clock
// with the database's, and claims nothing above two seconds of difference.
const (
	compareEvery  = time.Minute
	maxDifference = 2 * time.Second
)

// clockGuard keeps a process with a wrong clock from claiming.
type clockGuard struct {
	store    *store.Store
	clock    func() time.Time
	log      *slog.Logger
	off      atomic.Bool
	apart    atomic.Int64 // nanoseconds, as last compared
	compared atomic.Pointer[comparison]
	look     chan struct{} // the clock jumped: compare now
	fixed    bool          // the clock is set by hand (demo): nothing to compare
}

// comparison is when the clocks were compared: by the clock that may jump, and
// by the one that only counts on.
type comparison struct{ wall, steady time.Time }

func (g *clockGuard) healthy() bool {
	jumped := g.jumped() // also while it is off: it may have been set right
	return !jumped && !g.off.Load()
}

// jumped tells that the clock was set since it was compared with the
// database's: nothing is claimed until it is compared again, at once.
func (g *clockGuard) jumped() bool {
	last := g.compared.Load()
	if g.fixed || last == nil {
		return false
	}
	if (g.clock().Round(0).Sub(last.wall) - time.Since(last.steady)).Abs() <= maxDifference/2 {
		return false
	}
	select {
	case g.look <- struct{}{}:
	default:
	}
	return true
}

// difference is how much later it was on the database's clock when they were compared.
func (g *clockGuard) difference() time.Duration { return time.Duration(g.apart.Load()) }

func (g *clockGuard) run(ctx context.Context) {
	tick := time.NewTicker(compareEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-g.look:
		}
		g.compare(ctx)
	}
}

func (g *clockGuard) compare(ctx context.Context) {
	if g.fixed {
		return
	}
	before := g.clock()
	database, err := g.store.DatabaseNow(ctx)
	if err != nil {
		return // the database is away; claiming says so itself
	}
	after := g.clock()
	middle := before.Add(after.Sub(before) / 2)
	difference := database.Sub(middle)
	g.apart.Store(int64(difference))
	off := difference.Abs() > maxDifference+after.Sub(before)/2
	g.compared.Store(&comparison{wall: after.Round(0), steady: time.Now()})
	if off != g.off.Swap(off) {
		g.log.Error("clock compared with the database's: above 2 s nothing is claimed; set the clock (NTP)", "difference", difference, "claiming", !off)
	}
}
