package notify

import (
	"context"
	"fmt"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Fallback is the other channel, for who cannot be reached and agreed to that
// in a topic of its own. The zero value: there is none.
type Fallback struct {
	Account string // its rows and runs have it
	Topic   string // the consent
}

// fallenBack is what the name of a fallback's run ends in, after that of the
// run that it stands in for.
const fallenBack = ".fallback"

// fallbackEvery is how often it is looked whom a run could not reach, until it
// is of no use any more: failures are reported late.
const fallbackEvery = time.Minute

// accounts are those whose runs are selected and watched.
func (n *Notifier) accounts() []string {
	if n.Fallback.Account == "" {
		return []string{n.Account}
	}
	return []string{n.Account, n.Fallback.Account}
}

// beginFallback begins the run that stands in for one that somebody could not
// be reached by. It goes by the instants, the switches and the quiet hours of
// that one, which the claim looks up; a claim also asks for the consent to it.
func (n *Notifier) beginFallback(ctx context.Context, now time.Time, held bot.Watched) error {
	of := held.Run
	ended := of.State == bot.RunDone && of.Reason != "" // by somebody
	if n.Fallback.Account == "" || of.Kind == bot.RunFallback || ended || held.Now.Failed[string(bot.SendRecipient)] == 0 || !now.Before(of.Useless) {
		return nil
	}
	run := bot.Run{Account: n.Fallback.Account, Kind: bot.RunFallback, Corrects: of.ID, Job: of.Job + fallenBack, Due: of.Due, Topic: n.Fallback.Topic,
		Bundle: of.Bundle, NotBefore: of.NotBefore, Useless: of.Useless, Urgent: of.Urgent, Room: -1}
	begun, began, err := n.Store.BeginRun(ctx, now, run)
	if err == nil && began {
		n.Count("run", "fallback")
		n.Log.Info("some cannot be reached: who agreed to the fallback hears it there", "job", of.Job, "run", begun.ID)
	}
	return err
}

// unreached selects a page of those whom the other run could not reach.
func (n *Notifier) unreached(ctx context.Context, held *bot.Selection) (done bool, err error) {
	chosen, next, err := n.Store.Unreached(ctx, held.Run, held.After, page)
	if err != nil {
		return false, err
	}
	_, err = n.Store.Enqueue(ctx, n.Clock(), held, chosen, len(chosen), next)
	return next == "", err
}

// origin gives the run that a fallback stands in for; any other is its own.
func (n *Notifier) origin(ctx context.Context, run bot.Run) (bot.Run, error) {
	if run.Kind != bot.RunFallback {
		return run, nil
	}
	of, found, err := n.Store.Run(ctx, run.Corrects)
	if err == nil && !found {
		err = fmt.Errorf("the run that %s stands in for is gone", run.Job)
	}
	return of, err
}
