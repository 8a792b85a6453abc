package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// PushStore keeps what became of notices.
type PushStore interface {
	// Pushed are the sent notices that were not withdrawn and are still of use.
	Pushed(ctx context.Context, now time.Time, account string) ([]bot.Pushed, error)
	// WithdrawPush ends a notice's run and begins its correction, once.
	WithdrawPush(ctx context.Context, now time.Time, p bot.Push, by, reason string, correction bot.Run) (withdrawn bool, err error)
	// NightRuns are runs of notices that came to their quiet hours.
	NightRuns(ctx context.Context, now time.Time, account string) ([]bot.Run, error)
	SetQuiet(ctx context.Context, run bot.ID, from, until time.Time) error
	SetRun(ctx context.Context, now time.Time, id bot.ID, to bot.RunState, reason string, from ...bot.RunState) (moved bool, err error)
}

// Pusher looks after notices that were sent: it lets each day in after a
// night, holds those whose words changed, and has those that no longer stand
// corrected. It begins none. Every field is set.
type Pusher struct {
	Store   PushStore
	Notices func(ctx context.Context) ([]Notice, error) // of the live bundle
	Account string
	Quiet   Quiet
	Clock   func() time.Time
	Healthy func() bool
	Log     *slog.Logger
	Count   func(event, detail string)
}

// Run works until ctx ends.
func (p *Pusher) Run(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := p.Look(ctx); err != nil && ctx.Err() == nil {
			p.Log.Error("notices: tried again soon", "error", err)
		}
	}
}

// Look does what is to be done now; by a wrong clock nothing.
func (p *Pusher) Look(ctx context.Context) error {
	if !p.Healthy() {
		return nil
	}
	return errors.Join(p.Nights(ctx), p.Withdrawn(ctx))
}

// Nights lets the runs of notices go on after a night, until the next one.
func (p *Pusher) Nights(ctx context.Context) error {
	now := p.Clock()
	runs, err := p.Store.NightRuns(ctx, now, p.Account)
	if err != nil {
		return err
	}
	from, _ := p.Quiet.Next(now)
	if !from.IsZero() && !from.After(now) {
		return nil // it is quiet now
	}
	for _, run := range runs {
		until := run.Useless
		if from.IsZero() || !from.Before(run.Useless) {
			from, until = time.Time{}, time.Time{}
		}
		if err := p.Store.SetQuiet(ctx, run.ID, from, until); err != nil {
			return fmt.Errorf("the night of %s: %w", run.Job, err)
		}
	}
	return nil
}

// Withdrawn has every sent notice corrected that the live bundle no longer
// holds, and holds those that it holds in other words.
func (p *Pusher) Withdrawn(ctx context.Context) error {
	now := p.Clock()
	sent, err := p.Store.Pushed(ctx, now, p.Account)
	if err != nil || len(sent) == 0 {
		return err
	}
	live, err := p.Notices(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, one := range sent {
		switch stands, same := Standing(one, live, now); {
		case !stands:
			_, err = p.Withdraw(ctx, one, "bode", "withdrawn: its file is gone, or says that it is over")
		case !same:
			err = p.changed(ctx, one)
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

// Standing tells whether some notices, those of a bundle, have a sent notice, and whether it
// says the same. A file that got another name is the same notice.
func Standing(sent bot.Pushed, live []Notice, now time.Time) (stands, same bool) {
	for _, n := range live {
		if !n.Until.After(now) {
			continue
		}
		if n.Content() == sent.Content {
			return true, true
		}
		stands = stands || n.Name == sent.Notice
	}
	return stands, false
}

// Withdraw ends a sent notice: nobody is told any more, and those who were
// hear that it no longer holds. It tells false when that was done before.
func (p *Pusher) Withdraw(ctx context.Context, sent bot.Pushed, by, reason string) (bool, error) {
	now := p.Clock().UTC().Truncate(time.Microsecond)
	done, err := p.Store.WithdrawPush(ctx, now, sent.Push, by, reason, correctionOf(sent.Sent, now, p.Quiet))
	if err != nil {
		return false, fmt.Errorf("withdraw %s: %w", sent.Notice, err)
	}
	if done {
		p.Count("run", "withdrawn")
		p.Log.Warn("a notice was withdrawn; who got it hears that", "notice", sent.Notice, "by", by, "run", sent.Run)
	}
	return done, nil
}

// changed holds what is still to be sent of words that were changed.
func (p *Pusher) changed(ctx context.Context, sent bot.Pushed) error {
	const reason = "its file was changed: rehearse, approve and send the new words, or publish the old ones again and resume"
	held, err := p.Store.SetRun(ctx, p.Clock(), sent.Run, bot.RunPaused, reason, bot.RunSelecting, bot.RunSending)
	if held {
		p.Log.Warn("a notice is held: its file was changed after it was approved", "notice", sent.Notice, "run", sent.Run)
	}
	return err
}
