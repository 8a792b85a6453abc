package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// watchLease is how long one process has a run to itself to look at it.
const watchLease = 30 * time.Second

// costly is how much longer than a look at a run took the next one waits at
// least: counting a million rows every two seconds would be felt in the chat.
const costly = 20

// Watch looks at every run whose turn it is: lets the first through, then the
// rest, stops what goes wrong, ends what is over, and keeps the numbers. It
// touches notifications only: answers go on whatever happens.
func (n *Notifier) Watch(ctx context.Context) error {
	if err := n.refused(ctx); err != nil {
		return err
	}
	var failed []error
	for _, account := range n.accounts() {
		failed = append(failed, n.watchOf(ctx, account))
	}
	return errors.Join(failed...)
}

func (n *Notifier) watchOf(ctx context.Context, account string) error {
	for ctx.Err() == nil && n.Healthy() {
		began := time.Now()
		held, found, err := n.Store.WatchRun(ctx, n.Clock(), account, watchLease)
		if err != nil || !found {
			return err
		}
		if err := n.watch(ctx, n.Clock(), held, time.Since(began)); err != nil {
			return fmt.Errorf("watch %s: %w", held.Run.Job, err)
		}
	}
	return ctx.Err()
}

func (n *Notifier) watch(ctx context.Context, now time.Time, held bot.Watched, took time.Duration) error {
	wrong, err := n.wrongTemplates(ctx, held.Run)
	if err != nil {
		return err
	}
	v := n.Limits.judge(now, held, wrong)
	if least := now.Add(costly * took); v.Next.Before(least) {
		v.Next = least
	}
	if err := n.pace(ctx, now, held.Run, &v); err != nil {
		return err
	}
	if again := lookAgain(now, held, &v); again {
		v.State, v.Next = bot.RunSelecting, time.Time{}
	}
	kept, err := n.Store.Conclude(ctx, now, held, v)
	if err != nil || !kept {
		return err
	}
	n.tell(held, v)
	if err := n.beginFallback(ctx, now, held); err != nil {
		return err
	}
	of, err := n.origin(ctx, held.Run) // who got it by the fallback was told what it said
	if err != nil {
		return err
	}
	held.Run = of
	if needs, err := n.correctable(ctx, now, held); err != nil || !needs {
		return err
	}
	return n.beginCorrection(ctx, now, of)
}

// pace gives a run of a job with a pace of its own the room of the time until
// the next look, once its first ones went well: not all at once.
func (n *Notifier) pace(ctx context.Context, now time.Time, run bot.Run, v *bot.Verdict) error {
	if v.Room != nil && *v.Room < 0 {
		v.Report.Opened = true
	}
	if run.Kind == bot.RunNotice || !v.Report.Opened || v.State != bot.RunSending {
		return nil
	}
	t, err := n.toldBy(ctx, run)
	if err != nil || t.job.Pace <= 0 {
		return err
	}
	room := max(1, int(t.job.Pace*v.Next.Sub(now).Seconds()))
	v.Room = &room
	return nil
}

// looksAgain are the runs that look again and again who is to hear them, until
// they are of no use any more, and how often.
var looksAgain = map[bot.RunKind]time.Duration{bot.RunCorrection: correctEvery, bot.RunFallback: fallbackEvery}

// lookAgain tells whether a run looks once more who is to hear it.
func lookAgain(now time.Time, held bot.Watched, v *bot.Verdict) bool {
	every, again := looksAgain[held.Run.Kind]
	if !again || v.State != bot.RunSending {
		return false
	}
	if v.Report.Looked.IsZero() {
		v.Report.Looked = now // it was looked through just now, when it began
	}
	if now.Sub(v.Report.Looked) < every {
		return false
	}
	v.Report.Looked = now
	return true
}

// tell logs what a look changed, and lets what may go now go.
func (n *Notifier) tell(held bot.Watched, v bot.Verdict) {
	if v.Room != nil {
		n.Queued()
	}
	if v.State == held.Run.State {
		return
	}
	t := held.Now
	attributes := []any{"job", held.Run.Job, "run", held.Run.ID, "selected", t.Selected, "told", t.Told(), "failed", t.Refused(), "withdrawn", t.Withdrawn, "opted_out", t.OptedOut}
	switch v.State {
	case bot.RunStopped:
		n.Count("run", "stopped")
		n.Log.Error("a notification stopped by itself; look into it, and resume it or let it be", append(attributes, "reason", v.Reason)...)
	case bot.RunDone:
		n.Count("run", "done")
		n.Log.Info("a notification is done", append(attributes, "reason", v.Reason)...)
	}
}

// spoilt are the states of a template that was in use and is not any more. One
// that is still looked at, or was never approved, is not among them: who would
// get it in that language waits.
var spoilt = []string{"PAUSED", "DISABLED", "FLAGGED", bot.TemplateDiffers, bot.TemplateGone}

// wrongTemplates gives the languages in which a run's template may no longer
// be used: the platform paused it, calls it marketing, or has other words.
func (n *Notifier) wrongTemplates(ctx context.Context, run bot.Run) (wrong []string, err error) {
	if run.Template == "" || run.State != bot.RunSending {
		return nil, nil
	}
	all, err := n.Store.Templates(ctx, run.Account)
	for _, t := range all {
		switch {
		case t.Name != run.Template:
		case slices.Contains(spoilt, t.Status):
			wrong = append(wrong, t.Name+" "+t.Language+" "+strings.ToLower(t.Status))
		case t.Category != "" && t.Category != bot.TemplateUtility:
			wrong = append(wrong, t.Name+" "+t.Language+" "+strings.ToLower(t.Category))
		}
	}
	return wrong, err
}

// refused stops all notifications when the platform refuses the account:
// answers start again with the service, notifications when a colleague says so.
func (n *Notifier) refused(ctx context.Context) error {
	reason, stopped, err := n.Store.SendingStopped(ctx, n.Account)
	if err != nil || !stopped {
		return err
	}
	return n.stopAll(ctx, "sending stopped: "+reason)
}

func (n *Notifier) stopAll(ctx context.Context, reason string) error {
	since, _, err := n.Store.TopicsStopped(ctx, n.Account)
	if err != nil || !since.IsZero() {
		return err
	}
	if err := n.Store.StopTopics(ctx, n.Clock(), n.Account, reason); err != nil {
		return err
	}
	n.Count("notifications", "stopped")
	n.Log.Error("all notifications stopped; answers go on. Look into it, then resume them", "reason", reason)
	return nil
}

// Platform hears what the platform reports about the account ("account_update
// ACCOUNT_RESTRICTION ..."): what shows that it is displeased stops all
// notifications. Other reports it leaves alone.
func (n *Notifier) Platform(ctx context.Context, notices []string) error {
	for _, notice := range notices {
		if grave(notice) {
			if err := n.stopAll(ctx, notice); err != nil {
				return fmt.Errorf("stop notifications: %w", err)
			}
		}
	}
	return nil
}

// graveWords are the platform's constants that say that quality is at its
// lowest or that the account is restricted, by webhook field (Meta's webhook
// reference for business accounts).
var graveWords = map[string][]string{
	"phone_number_quality_update": {"RED", "FLAGGED"},
	"account_update":              {"ACCOUNT_RESTRICTION", "ACCOUNT_VIOLATION", "ACCOUNT_DELETED", "DISABLED_UPDATE", "DISABLE", "SCHEDULE_FOR_DISABLE"},
}

func grave(notice string) bool {
	field, words, _ := strings.Cut(notice, " ")
	return slices.ContainsFunc(strings.Fields(words), func(word string) bool { return slices.Contains(graveWords[field], word) })
}
