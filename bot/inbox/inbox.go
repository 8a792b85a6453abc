// Package inbox keeps what residents send, then has it answered: one message
// of one resident at a time, in the order in which they were accepted, over
// any number of processes. It never answers the platform before the commit,
// and never holds a transaction while a service is called.
//
//	Receive -> door -> Glance -> Step -> KeepAnswered (group commit) -> 200
//	                or Store.ReceiveTurns (group commit) -> 200
//	Run     -> ClaimTurns -> Step <-> service calls -> FinishTurns (group commit)
//
// A turn that takes nothing but thinking is decided before its message is
// kept, and both are written at once if nothing came in between. The turn of
// another known resident begins with the keeping, and ClaimTurns has the rest.
package inbox

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/group"
)

// Times that keep promises; changed together or not at all.
const (
	// Lease is how long a turn may take before another process may have it.
	Lease = 30 * time.Second
	// turnLimit ends a turn of ours before its lease ends, so that two
	// processes never work on one resident.
	turnLimit = 25 * time.Second
	// callLimit is how long one service call may take; the flow goes on with "failed".
	callLimit = 10 * time.Second
	// pollEvery finds work that another process accepted; our own wakes us.
	pollEvery = 500 * time.Millisecond

	maxTries = 3 // turns begun for one message before a failure sets it aside
	// maxBegun is how many turns may begin for one message at all. It is larger,
	// for who restarts processes or a database does not make a message bad; but
	// one that kills its process never gets as far as failing.
	maxBegun = 2 * maxTries
	maxCalls = 10  // service calls in one turn
	maxGroup = 128 // turns or deliveries in one commit
	// receiveLanes is how many groups of deliveries are kept beside each other:
	// while the database writes one, another is thought about.
	receiveLanes = 2
)

// Door masks a message and recognises STOP and crisis words (bot/privacy).
type Door interface {
	Enter(bot.Message) bot.Message
}

// Stepper decides; bot/engine is the real one.
type Stepper interface {
	Step(now time.Time, conversation bot.Private, in bot.Input) (bot.Outcome, error)
	// Sorry is the calm sentence for a message that cannot be handled, with a way to a person.
	Sorry(conversation bot.Private) bot.Reply
}

// Bundles gives what goes with a bundle: the door of the live one, and the
// stepper of the one that was live when a turn was claimed.
type Bundles interface {
	Door(ctx context.Context) (Door, error)
	Stepper(ctx context.Context, hash string) (Stepper, error)
}

// Services runs the operations that flows may call.
type Services interface {
	// Writes tells whether an operation changes something elsewhere.
	Writes(operation string) bool
	Call(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error)
	// Cancel takes back a writing call whose turn was lost.
	Cancel(ctx context.Context, call bot.Call) error
}

// Config is what an Inbox needs; every field is set, but for those that say otherwise.
type Config struct {
	Store    Store
	Bundles  Bundles
	Services Services
	Clock    func() time.Time
	Log      *slog.Logger
	Count    func(event, detail string) // metrics; never personal
	Replies  func()                     // called when replies may be waiting
	Healthy  func() bool                // false: claims nothing (clock differs from the database's)
	Parallel int                        // turns at once
	Group    int                        // turns or deliveries in one commit at most; 0: as many as is usual

	// Admit, when set, may answer instead of the flows, or say nothing: a service
	// that is closed, or open to testers only. The conversation stays as it is.
	Admit func(context.Context, bot.Claim) (bot.Outcome, bool)
	// Timed, when set, hears how long a turn took from its claim to its commit.
	Timed func(took time.Duration)
	// Seen, when set, shows the resident that their message was read and, when so, that an answer is coming.
	Seen func(ctx context.Context, message bot.Message, coming bool)
	// AtOnce, when set, tells whether a message may be kept together with its answer.
	AtOnce func() bool
}

// Inbox is the road from a webhook to a decided reply.
type Inbox struct {
	Config
	wake    chan struct{}
	receive *group.Group[[]bot.Message]
	finish  *group.Group[*finish]
	free    chan struct{} // a token for each turn that may begin; none before Run and after it
	behind  atomic.Bool   // there may be more to claim than there was room for
}

// finish is a turn that ends, and whether its resident is due again.
type finish struct {
	bot.Finish
	more bool
}

// New makes an Inbox; Run starts it.
func New(c Config) *Inbox {
	in := &Inbox{Config: c, wake: make(chan struct{}, 1), free: make(chan struct{}, c.Parallel)}
	most := cmp.Or(c.Group, maxGroup)
	in.receive = group.New(most, 0, in.keep)
	in.finish = group.New(most, 0, in.end)
	return in
}

// Receive keeps the messages of one delivery. It returns after the commit:
// nil means that the platform may forget them.
func (in *Inbox) Receive(ctx context.Context, messages []bot.Message) error {
	if len(messages) == 0 {
		return nil
	}
	door, err := in.Bundles.Door(ctx)
	if err != nil {
		return err
	}
	entered := make([]bot.Message, len(messages))
	for i, m := range messages {
		entered[i] = door.Enter(m)
		in.countMessage(entered[i])
	}
	return in.receive.Do(ctx, entered)
}

func (in *Inbox) countMessage(m bot.Message) {
	in.Count("message", string(m.Kind))
	if m.Crisis != "" {
		in.Count("crisis", m.Crisis)
	}
	if m.Stop {
		in.Count("stop", "")
	}
	for _, kind := range m.Masked {
		in.Count("masked", kind)
	}
}

// keep commits several deliveries as one; when that fails each is tried alone,
// so that one that cannot be kept does not take the others with it.
func (in *Inbox) keep(ctx context.Context, deliveries [][]bot.Message) []error {
	errs := make([]error, len(deliveries))
	var all []bot.Message
	for _, d := range deliveries {
		all = append(all, d...)
	}
	err := in.keepOne(ctx, all)
	if err != nil && len(deliveries) > 1 {
		for i, d := range deliveries {
			errs[i] = in.keepOne(ctx, d)
		}
		return errs
	}
	for i := range errs {
		errs[i] = err
	}
	return errs
}

func (in *Inbox) keepOne(ctx context.Context, messages []bot.Message) error {
	if messages = in.answerAtOnce(ctx, messages); len(messages) == 0 {
		return nil
	}
	room := 0
	if in.Healthy() {
		room = in.reserve(len(messages))
	}
	since := time.Now()
	got, err := in.Store.ReceiveTurns(ctx, in.Clock(), messages, bot.Take{Turns: room, Lease: Lease})
	in.release(room - len(got.Claims))
	if err != nil {
		return err
	}
	in.begin(ctx, since, got.Claims)
	if in.Log.Enabled(ctx, slog.LevelDebug) {
		for _, id := range got.Turns {
			in.Log.Debug("accepted", "turn", id)
		}
	}
	for range got.Duplicate {
		in.Count("duplicate", "")
	}
	for range got.Dropped {
		in.Count("dropped", "")
	}
	if len(got.Turns) > len(got.Claims) {
		in.behind.Store(true)
		in.Wake()
	}
	return nil
}

// Wake says that there may be work; it never waits.
func (in *Inbox) Wake() {
	select {
	case in.wake <- struct{}{}:
	default:
	}
}

// Run answers until ctx ends, then lets the turns under way come to their end
// (at most the turn limit) and returns.
func (in *Inbox) Run(ctx context.Context) {
	groups, stopGroups := context.WithCancel(context.WithoutCancel(ctx))
	var committing sync.WaitGroup
	for range receiveLanes {
		committing.Go(func() { in.receive.Run(groups) })
	}
	committing.Go(func() { in.finish.Run(groups) })
	in.work(ctx)
	stopGroups()
	committing.Wait()
}

func (in *Inbox) work(ctx context.Context) {
	in.release(in.Parallel)
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	for ctx.Err() == nil {
		if in.claim(ctx) {
			continue
		}
		select {
		case <-in.wake:
		case <-poll.C:
		case <-ctx.Done():
		}
	}
	for range in.Parallel {
		<-in.free // those under way come to their end, and no other begins
	}
}

// reserve takes room for at most so many turns, as there is.
func (in *Inbox) reserve(most int) (room int) {
	for ; room < most; room++ {
		select {
		case <-in.free:
		default:
			return room
		}
	}
	return room
}

// release gives room back, and wakes what found none.
func (in *Inbox) release(room int) {
	for range room {
		in.free <- struct{}{}
	}
	if room > 0 && in.behind.Load() {
		in.Wake()
	}
}

// claim begins turns of what is due, and tells whether there may be more. It
// takes half of the room: the rest is for what is accepted meanwhile, whose
// turns begin without a claim of their own.
func (in *Inbox) claim(ctx context.Context) (again bool) {
	if !in.Healthy() {
		return false
	}
	in.behind.Store(true) // before it looks for room: what is released meanwhile wakes us
	room := in.reserve((len(in.free) + 1) / 2)
	if room == 0 {
		return false
	}
	in.behind.Store(false)
	since := time.Now()
	claims, err := in.Store.ClaimTurns(ctx, in.Clock(), Lease, room)
	if err != nil && ctx.Err() == nil {
		in.Log.Error("claiming turns", "error", err)
	}
	in.release(room - len(claims))
	in.begin(ctx, since, claims)
	if len(claims) == room {
		in.behind.Store(true)
	}
	return len(claims) > 0
}

// begin answers claims beside each other, each in the room that was reserved
// for it. Their lease counts from before the transaction that took them, which
// may have waited for locks or for a disk: so does their limit.
func (in *Inbox) begin(ctx context.Context, since time.Time, claims []bot.Claim) {
	for _, claim := range claims {
		go func() {
			limited, cancel := context.WithDeadline(context.WithoutCancel(ctx), since.Add(turnLimit))
			defer cancel()
			more := in.turn(limited, claim)
			in.release(1)
			if more {
				in.Wake()
			}
		}()
	}
}

// end commits the ends of turns together.
func (in *Inbox) end(ctx context.Context, turns []*finish) []error {
	list, errs := make([]bot.Finish, len(turns)), make([]error, len(turns))
	for i, t := range turns {
		list[i] = t.Finish
	}
	for i, f := range in.Store.FinishTurns(ctx, in.Clock(), list) {
		turns[i].more, errs[i] = f.More, f.Err
	}
	return errs
}
