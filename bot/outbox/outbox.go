// Package outbox sends what waits: at the account's pace, in each resident's
// order, again after a temporary error, once more after a send whose end is
// not known. It decides nothing about who may hear what: the statement that
// claims a row does (promise 3), and there is no second way to send.
package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/group"
	"github.com/gemeentebode/bode/bot/privacy"
)

// Times that keep promises; changed together or not at all.
const (
	// beginWithin is how long after its claim a send may begin: consent was
	// checked at the claim, so a later one is claimed again (promise 3).
	beginWithin = 2 * time.Second
	// lateBy is how long after its slot a send may begin; a later one takes a
	// new slot. The slots lie as much further apart, and once more for the way to
	// the platform, so that no second, wherever it begins, holds more sends than
	// the account's pace.
	lateBy = 8 * time.Millisecond
	// sendLimit is one send's time limit; shorter than the lease, so that
	// erasure after STOP waits for it at most.
	sendLimit = 10 * time.Second
	sendLease = 13 * time.Second
	// answerUseful is how long an answer is worth sending; the engine does
	// not answer a question that is older either.
	answerUseful = 2 * time.Hour

	// topicHorizon is how far ahead notifications take slots: an answer that another
	// process claims meanwhile waits no longer than this (for our own see line).
	topicHorizon = 100 * time.Millisecond

	// slowClaim is a claim that takes long, and restFor how many times as long
	// notifications are left alone when it did so in vain: restFirst at most the
	// first time, and twice as long each time in a row.
	slowClaim = 100 * time.Millisecond
	restFor   = 20
	restFirst = 20 * time.Second

	gatherFree     = 15 * time.Millisecond
	pollEvery      = 250 * time.Millisecond
	reconcileEvery = time.Second // soon after a lease ended: a process that died is perhaps not the last
	maxTries       = 6           // of what only this message can be the cause of
	maxGroup       = 64          // sends that are noted, or deliveries of statuses, in one commit

	// gather is how long what was sent, and what the platform reports, waits for
	// others before it is written: no resident waits for it, and a commit of its own
	// for each costs more than the message did. The platform waits too, with so many
	// reports at once and no more.
	gather = 3 * time.Millisecond
)

// Channel is one provider.
type Channel interface {
	// Send gives the platform's id. Any error is a *bot.SendError.
	Send(ctx context.Context, send bot.Send) (bot.Private, error)
}

// Config is what an Outbox needs; every field is set.
type Config struct {
	Store     Store
	Channel   Channel
	Account   string
	PerSecond float64       // the number's pace: 80 unless the platform raised it
	Unknown   time.Duration // how long to wait for a status of a send whose end is not known
	Parallel  int           // sends in flight
	Clock     func() time.Time
	Log       *slog.Logger
	Count     func(event, detail string)
	Healthy   func() bool

	// Outside is how many people a day a conversation may be begun with (the
	// portfolio's messaging limit); 0: no limit.
	Outside int
	// Render gives the text of a notification at its claim; a *LeftOut is not
	// sent after all. It sets which subscriptions end with it. Nil where there
	// are no notifications.
	Render func(ctx context.Context, now time.Time, out *bot.Outgoing) (bot.Reply, error)
	// Ended, when set, hears of each send that came to an end, with or without success.
	Ended func(Ended)
	// Held, when set, keeps notifications waiting while it says so: the service is closed. Answers go on.
	Held func() bool
}

// Ended is how one send went. Class is empty when it was sent; Waited is how
// long the resident waited since their message was accepted, for an answer that was sent.
type Ended struct {
	Class        bot.SendClass
	Code         int
	Took, Waited time.Duration
}

// LeftOut says why a claimed notification is not sent after all, in one word:
// nothing, stale, language, template.
type LeftOut struct{ Reason string }

func (l *LeftOut) Error() string { return "left out: " + l.Reason }

// Outbox is the one door out.
type Outbox struct {
	Config
	wake   chan struct{}
	freed  chan struct{}
	missed chan chan<- time.Time // sends that wait for a new slot
	line   line

	// Of Run alone.
	lead       time.Duration // what a claim takes
	topicsRest time.Time     // until when notifications are not asked for
	vain       int           // claims in a row that took long and found next to none

	brake brake
	sent  *group.Group[bot.Sent]
	heard *group.Group[[]bot.Status]
}

// New makes an Outbox; Run starts it.
func New(c Config) *Outbox {
	o := &Outbox{Config: c, wake: make(chan struct{}, 1), freed: make(chan struct{}, 1)}
	o.sent = group.New(maxGroup, gather, func(ctx context.Context, sent []bot.Sent) []error {
		return o.Store.MarkAllSent(ctx, o.Clock(), sent)
	})
	o.heard = group.New(maxGroup, gather, o.hear)
	return o
}

// Wake says that something may be waiting; it never blocks.
func (o *Outbox) Wake() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// Run sends until ctx ends, then waits for the sends in flight.
func (o *Outbox) Run(ctx context.Context) {
	var running sync.WaitGroup
	groups, stopGroups := context.WithCancel(context.WithoutCancel(ctx))
	running.Go(func() { o.sent.Run(groups) })
	running.Go(func() { o.heard.Run(groups) })
	o.missed = make(chan chan<- time.Time, o.Parallel)
	running.Go(func() { o.reconcile(ctx) })
	running.Go(func() { o.giveSlots(context.WithoutCancel(ctx)) })
	o.send(ctx)
	stopGroups()
	close(o.missed)
	running.Wait()
}

func (o *Outbox) send(ctx context.Context) {
	var sends sync.WaitGroup
	defer sends.Wait()
	free := make(chan struct{}, o.Parallel)
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	for ctx.Err() == nil {
		claimed := o.claim(ctx, o.Parallel-len(free))
		for _, s := range claimed {
			free <- struct{}{}
			sends.Go(func() {
				defer o.brake.over()
				defer o.free() // there is room, and the resident's next message may go now
				defer func() { <-free }()
				o.one(context.WithoutCancel(ctx), s)
			})
		}
		o.untilWoken(ctx, poll.C)
	}
}

// untilWoken waits for a reason to claim. What comes free is gathered for a
// moment: a claim for each send that ended would cost more than the sends.
func (o *Outbox) untilWoken(ctx context.Context, poll <-chan time.Time) {
	select {
	case <-o.freed:
		select {
		case <-o.wake:
		case <-time.After(gatherFree):
		case <-ctx.Done():
		}
	case <-o.wake:
	case <-poll:
	case <-ctx.Done():
	}
}

// free says that a send ended; it never blocks.
func (o *Outbox) free() {
	select {
	case o.freed <- struct{}{}:
	default:
	}
}

func (o *Outbox) claim(ctx context.Context, limit int) []bot.Send {
	room := o.brake.room(o.Clock(), limit)
	if room == 0 || !o.Healthy() {
		return nil
	}
	pace := Pace{PerSecond: o.rate(), Lead: o.lead, Horizon: beginWithin / 2, Lease: sendLease, Useful: answerUseful, Outside: o.Outside}
	begun := time.Now()
	if o.Render != nil && (o.Held == nil || !o.Held()) && !begun.Before(o.topicsRest) {
		pace.Topics, pace.TopicHorizon = min(room, max(0, limit-o.Parallel/4)), topicHorizon
	}
	sends, err := o.Store.ClaimSends(ctx, o.Clock(), o.Account, room, pace)
	o.took(begun, pace, sends)
	if err != nil && ctx.Err() == nil {
		o.Log.Error("claiming sends", "error", err)
	}
	if len(sends) > 0 {
		o.brake.try()
	}
	return sends
}

// one waits for its slot and sends; what became of it is written down. A panic
// ends this send alone: its lease runs out, and Reconcile looks after it.
func (o *Outbox) one(ctx context.Context, s bot.Send) {
	defer func() {
		if p := recover(); p != nil { // the value may quote the message
			o.Log.Error("panic in a send", "send", s.ID, "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
		}
	}()
	if s.Notify != nil && !o.render(ctx, &s) { // before its slot: a service may be slow to say what there is to tell
		return
	}
	if privacy.AsksIn(s.Reply) { // the one door out (promise 1)
		o.Log.Error("refused at the door out: it asks for what is never asked", "send", s.ID, "reason", s.Reason)
		o.judge(ctx, s, bot.SendError{Class: bot.SendOurs, Cause: "asks for what is never asked"})
		return
	}
	if !o.inTime(ctx, &s) {
		return
	}
	limited, cancel := context.WithTimeout(ctx, sendLimit)
	defer cancel()
	begun := o.Clock()
	id, err := o.Channel.Send(limited, s)
	if err == nil {
		o.platform(nil)
		o.Count("send", "sent")
		o.ended(s, Ended{Took: o.Clock().Sub(begun)})
		if err := untilNoted(func() error { return o.sent.Do(ctx, bot.Sent{Send: s, PlatformID: id}) }); err != nil {
			o.Log.Error("a send is not noted; its status will say", s.Of.Attr(), "send", s.ID, "error", err)
		}
		return
	}
	failure := &bot.SendError{Class: bot.SendUnknown, Cause: "channel gave no class"}
	errors.As(err, &failure)
	o.ended(s, Ended{Class: failure.Class, Code: failure.Code, Took: o.Clock().Sub(begun)})
	o.platform(failure)
	o.judge(ctx, s, *failure)
}

// ended tells of a send. A run of everybody would fill the log: it is told at debug.
func (o *Outbox) ended(s bot.Send, e Ended) {
	if at := s.Of.Turn.Time(); e.Class == "" && s.Reason == bot.ReasonAnswer && !at.IsZero() {
		e.Waited = o.Clock().Sub(at)
	}
	if o.Ended != nil {
		o.Ended(e)
	}
	level := slog.LevelInfo
	if s.Reason == bot.ReasonTopic {
		level = slog.LevelDebug
	}
	if e.Class == "" {
		o.Log.Log(context.Background(), level, "sent", s.Of.Attr(), "send", s.ID, "reason", s.Reason, "try", s.Tries, "waited", e.Waited)
	} else {
		o.Log.Log(context.Background(), level, "not sent", s.Of.Attr(), "send", s.ID, "class", e.Class, "code", e.Code, "try", s.Tries)
	}
}

// render words a notification; false when it is not sent now.
func (o *Outbox) render(ctx context.Context, s *bot.Send) bool {
	reply, err := o.Render(ctx, o.Clock(), s.Notify)
	var left *LeftOut
	switch {
	case errors.As(err, &left):
		o.Count("notification", left.Reason)
		if err := o.Store.LeaveOut(ctx, *s, left.Reason); err != nil {
			o.Log.Error("noting a notification that is left out", "send", s.ID, "error", err)
		}
		return false
	case err != nil:
		o.Log.Error("a notification cannot be worded, is tried again", "send", s.ID, "error", err)
		again := o.Clock().Add(backoff(bot.SendRetry, s.Tries+4))
		if s.Tries >= maxTries {
			again = time.Time{}
		}
		o.failed(ctx, *s, bot.SendError{Class: bot.SendOurs, Cause: "cannot be worded"}, again)
		return false
	}
	s.Reply = reply
	return true
}

// reconcile looks after the sends whose end is not known (promise 6).
func (o *Outbox) reconcile(ctx context.Context) {
	tick := time.NewTicker(reconcileEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			o.reconcileOnce(ctx)
		}
	}
}

// reconcileOnce judges nothing by a clock that is wrong: ahead, every send
// under way would be unknown at once, and sent again.
func (o *Outbox) reconcileOnce(ctx context.Context) {
	if !o.Healthy() {
		return
	}
	again, aside, err := o.Store.Reconcile(ctx, o.Clock(), o.Unknown)
	if err != nil {
		o.Log.Error("reconciling unknown sends", "error", err)
		return
	}
	if again > 0 {
		o.Log.Info("unknown sends are sent once more", "count", again)
		o.Wake()
	}
	if aside > 0 {
		o.Log.Warn("unknown sends set aside: it is not known whether they arrived", "count", aside)
		o.Count("send", "aside")
	}
}
