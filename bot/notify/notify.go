package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// How it works; no promise hangs on these.
const (
	lookEvery   = 2 * time.Second // for moments that came, and at runs
	page        = 500             // residents who are heard at a time
	chunk       = 20_000          // residents who all get the same text, at a time
	selectLease = time.Minute     // longer than a page takes
)

// Config is what a Notifier needs; every field is set but Fallback, where there is none.
type Config struct {
	Store    Store
	Bundles  Bundles
	Hear     func(ctx context.Context, h bot.Hearing) (map[string]bot.Value, error)
	Account  string
	Fallback Fallback
	Limits   Limits
	Clock    func() time.Time
	Healthy  func() bool // false while the clock is not to be trusted
	Log      *slog.Logger
	Count    func(event, detail string)
	Queued   func() // says that rows are waiting; it never blocks
}

// Notifier begins runs, selects for them, words them and watches them. Any
// number of processes run one each on the same store.
type Notifier struct {
	Config
	mu      sync.Mutex
	settled map[string]time.Time // by job: the newest moment, when nothing is to be done for it any more
}

// New makes a Notifier; Run starts it.
func New(c Config) *Notifier { return &Notifier{Config: c, settled: map[string]time.Time{}} }

// Run works until ctx ends. Selecting goes on beside the rest: it may take minutes.
func (n *Notifier) Run(ctx context.Context) {
	var running sync.WaitGroup
	for _, look := range []func(context.Context) error{n.Begin, n.Select, n.Watch} {
		running.Go(func() { n.every(ctx, look) })
	}
	running.Wait()
}

func (n *Notifier) every(ctx context.Context, look func(context.Context) error) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := n.safely(ctx, look); err != nil && ctx.Err() == nil {
			n.Log.Error("notifications: tried again soon", "error", err)
		}
	}
}

// safely keeps a panic in a service or a schedule from ending the process.
func (n *Notifier) safely(ctx context.Context, look func(context.Context) error) (err error) {
	defer func() {
		if p := recover(); p != nil { // the value may quote a resident
			err = fmt.Errorf("panic of type %T", p)
			n.Log.Error("panic in notifications", "stack", string(debug.Stack()))
		}
	}()
	if !n.Healthy() { // by a wrong clock every moment is wrong
		return nil
	}
	return look(ctx)
}

// Pause keeps a run from selecting and sending until Resume.
func (n *Notifier) Pause(ctx context.Context, run bot.ID, reason string) error {
	moved, err := n.Store.SetRun(ctx, n.Clock(), run, bot.RunPaused, reason, bot.RunSelecting, bot.RunSending)
	return errors.Join(err, unless(moved || err != nil, "the run is not under way"))
}

// Resume lets a run that was paused or that stopped go on where it was. What
// made it stop is let pass; what comes on top of that stops it again.
func (n *Notifier) Resume(ctx context.Context, run bot.ID) error {
	moved, err := n.Store.SetRun(ctx, n.Clock(), run, bot.RunSelecting, "", bot.RunPaused, bot.RunStopped)
	return errors.Join(err, unless(moved || err != nil, "the run is not paused or stopped"))
}

func unless(good bool, wrong string) error {
	if good {
		return nil
	}
	return errors.New(wrong)
}
