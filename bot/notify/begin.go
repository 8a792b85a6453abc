package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Begin looks at the jobs of the live bundle and begins the runs whose moment
// came since the last one. Of moments that were missed only the newest is
// caught up with, and only while it is of use.
func (n *Notifier) Begin(ctx context.Context) error {
	live, err := n.Bundles.Live(ctx)
	if err != nil {
		return fmt.Errorf("begin runs: %w", err)
	}
	var failed []error
	for _, job := range live.Jobs() {
		if err := n.begin(ctx, n.Clock(), live.Hash(), job); err != nil {
			failed = append(failed, fmt.Errorf("begin %s: %w", job.Name, err))
		}
	}
	return errors.Join(failed...)
}

func (n *Notifier) begin(ctx context.Context, now time.Time, bundle string, job Job) error {
	due := job.Timing.Last(now)
	if due.IsZero() || n.isSettled(job, due) { // its first moment is yet to come, or its next
		return nil
	}
	last, found, err := n.Store.LastRun(ctx, n.Account, job.Name)
	if err != nil {
		return err
	}
	if !found {
		return n.beginNew(ctx, now, bundle, job, due)
	}
	if !due.After(last.Due) {
		n.settle(job, due)
		return nil
	}
	stood, err := n.stood(ctx, job, due)
	if err != nil {
		return err
	}
	if !stood {
		n.settle(job, due)
		n.Log.Info("a notification was written or changed after its moment, and comes from its next one on", "job", job.Name, "due", due, "next", job.Timing.Next(now))
		return nil
	}
	moment, comes := job.Timing.At(due)
	if !comes || moment.Over(now) {
		n.settle(job, due)
		n.Count("run", "missed")
		n.Log.Warn("a notification was missed and is of no use any more", "job", job.Name, "due", due)
		return nil
	}
	run := runOf(n.Account, bundle, job, moment)
	run.Since = last.Due
	begun, began, err := n.Store.BeginRun(ctx, now, run)
	if err == nil && began {
		n.Count("run", "begun")
		n.Log.Info("a notification begins", "job", job.Name, "run", begun.ID, "due", due, "late", now.Sub(due).Round(time.Second))
	}
	return err
}

// stood tells whether a job stood in the flows at a moment of its own: what an
// editor wrote, renamed back or gave another hour afterwards missed nothing.
// They were told under the other name, or at the other hour.
func (n *Notifier) stood(ctx context.Context, now Job, due time.Time) (bool, error) {
	then, err := n.Bundles.At(ctx, due)
	if err != nil || then == nil {
		return then == nil, err
	}
	for _, was := range then.Jobs() {
		if was.Name == now.Name {
			return was.Timing.Last(due).Equal(due), nil
		}
	}
	return false, nil
}

// beginNew notes that a job is known from its last moment on. That moment was
// before the job was: nothing is sent for it, and the next one is the first.
func (n *Notifier) beginNew(ctx context.Context, now time.Time, bundle string, job Job, due time.Time) error {
	run := runOf(n.Account, bundle, job, Moment{Due: due, NotBefore: due, Useless: due})
	begun, began, err := n.Store.BeginRun(ctx, now, run)
	if err != nil || !began {
		return err
	}
	n.Log.Info("a notification is new, and comes from its next moment on", "job", job.Name, "next", job.Timing.Next(now))
	_, err = n.Store.SetRun(ctx, now, begun.ID, bot.RunDone, "the job is new since then", bot.RunSelecting)
	return err
}

// runOf writes a moment's instants on a run. It has no room until the first
// few are let through, and watched.
func runOf(account, bundle string, job Job, m Moment) bot.Run {
	return bot.Run{Account: account, Kind: bot.RunJob, Job: job.Name, Due: m.Due, Topic: job.Topic, Bundle: bundle, Template: job.Template,
		NotBefore: m.NotBefore, Useless: m.Useless, QuietFrom: m.QuietFrom, QuietUntil: m.QuietUntil}
}

// settle notes in memory that nothing is to be done for a moment any more, so
// that the store is not asked every few seconds, and what is missed is said once.
func (n *Notifier) settle(job Job, due time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.settled[job.Name] = due
}

func (n *Notifier) isSettled(job Job, due time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.settled[job.Name].Equal(due)
}
