package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// reasonStale stands on a run that stopped because what it tells is too old.
const reasonStale = "stale data"

// Select gives the residents of every run that is to be selected for their
// row, page by page. A process that ends halfway leaves the rest to another.
func (n *Notifier) Select(ctx context.Context) error {
	var failed []error
	for _, account := range n.accounts() {
		failed = append(failed, n.selectOf(ctx, account))
	}
	return errors.Join(failed...)
}

func (n *Notifier) selectOf(ctx context.Context, account string) error {
	for ctx.Err() == nil && n.Healthy() {
		held, found, err := n.Store.HoldRun(ctx, n.Clock(), account, selectLease)
		if err != nil || !found {
			return err
		}
		if err := n.selectFor(ctx, &held); err != nil {
			return fmt.Errorf("select for %s: %w", held.Run.Job, err)
		}
		n.Queued()
	}
	return nil
}

// selectFor selects until the run is ready, or is no longer ours to select for.
func (n *Notifier) selectFor(ctx context.Context, held *bot.Selection) error {
	if over, err := n.closeLate(ctx, held.Run); err != nil || over {
		return err
	}
	next, err := n.pages(ctx, held.Run)
	for done := false; err == nil && !done && ctx.Err() == nil && n.Healthy(); {
		done, err = next(ctx, held)
	}
	switch {
	case errors.Is(err, bot.ErrTokenGone):
		return nil
	case errors.Is(err, bot.ErrStale):
		return n.stale(ctx, held.Run)
	case err == nil:
		n.Count("run", "selected")
	}
	return err
}

// closeLate ends a run that is of no use any more before it was selected for.
func (n *Notifier) closeLate(ctx context.Context, run bot.Run) (over bool, err error) {
	now := n.Clock()
	if !momentOf(run).Over(now) {
		return false, nil
	}
	_, err = n.Store.SetRun(ctx, now, run.ID, bot.RunDone, reasonLate, bot.RunSelecting)
	return true, err
}

// momentOf gives the instants of a run. A notice lasts longer than one night:
// it is not over because it is quiet now.
func momentOf(r bot.Run) Moment {
	if r.Kind != bot.RunJob {
		r.QuietFrom, r.QuietUntil = time.Time{}, time.Time{}
	}
	return Moment{Due: r.Due, NotBefore: r.NotBefore, Useless: r.Useless, QuietFrom: r.QuietFrom, QuietUntil: r.QuietUntil}
}

// reasonTemplate stands on a run whose template was approved with other words
// since it began: what it would fill in does not belong there.
const reasonTemplate = "its template has other words since"

// stale stops a run: nobody is told anything from data that is too old. A
// colleague has the data mended and resumes it.
func (n *Notifier) stale(ctx context.Context, run bot.Run) error {
	return n.stop(ctx, run, reasonStale)
}

// stop has a run wait for a colleague.
func (n *Notifier) stop(ctx context.Context, run bot.Run, reason string) error {
	stopped, err := n.Store.SetRun(ctx, n.Clock(), run.ID, bot.RunStopped, reason, bot.RunSelecting, bot.RunSending)
	if stopped {
		n.Count("run", "stopped")
		n.Log.Error("a notification stopped: "+reasonSaid[reason], "job", run.Job, "run", run.ID)
	}
	return err
}

// reasonSaid says in the log why a run stopped, and what to do.
var reasonSaid = map[string]string{
	reasonStale:    "its data is too old to tell anybody from; mend that, and resume it",
	reasonTemplate: "its template was approved with other words since it began; end it, or have the old words approved again and resume it",
}

// selecting does the next page of a selection; done says that it was the last.
type selecting func(ctx context.Context, held *bot.Selection) (done bool, err error)

// pages tells how the residents of a run are found: all who are subscribed,
// those for whom the audience has something, those who got the run that this
// one corrects, or those whom the one that it stands in for could not reach.
func (n *Notifier) pages(ctx context.Context, run bot.Run) (selecting, error) {
	switch run.Kind {
	case bot.RunNotice:
		return n.everyone, nil
	case bot.RunFallback:
		return n.unreached, nil
	}
	told, err := n.toldBy(ctx, run)
	if err != nil {
		return nil, err
	}
	if run.Kind == bot.RunCorrection {
		return told.receivers, nil
	}
	return told.audience, nil
}

func (n *Notifier) everyone(ctx context.Context, held *bot.Selection) (done bool, err error) {
	_, done, err = n.Store.EnqueueAll(ctx, n.Clock(), held, chunk)
	return done, err
}

// audience hears for a page of subscribers what there is to tell each.
func (t *telling) audience(ctx context.Context, held *bot.Selection) (done bool, err error) {
	list, next, err := t.Store.Subscribers(ctx, held.Run, held.After, page)
	if err != nil {
		return false, err
	}
	heard, err := t.heard(ctx, list, t.Clock())
	if err != nil {
		return false, err
	}
	if err := t.endPast(ctx); err != nil {
		return false, err
	}
	chosen := make([]bot.ID, len(heard))
	for i, one := range heard {
		chosen[i] = one.Resident
	}
	_, err = t.Store.Enqueue(ctx, t.Clock(), held, chosen, len(list), next)
	return next == "", err
}

// endPast ends what could not be told in its time, because no process ran or
// no template was approved: it is kept no longer than what could.
func (t *telling) endPast(ctx context.Context) error {
	past := t.past
	t.past = nil
	for _, one := range past {
		if err := t.Store.EndPast(ctx, t.Clock(), t.run, one.Subscriber, one.about); err != nil {
			return err
		}
	}
	return nil
}

// hearer is a subscriber whom a run has something to tell.
type hearer struct {
	bot.Subscriber
	values map[string]bot.Value
}

// heard gives those of some subscribers whom the run has something to tell, and
// what: all of them for a notice. A selection and its rehearsal both go by it.
func (t *telling) heard(ctx context.Context, list []bot.Subscriber, now time.Time) (heard []hearer, err error) {
	for _, one := range list {
		values := map[string]bot.Value{}
		if t.run.Kind == bot.RunJob {
			if values, _, err = t.hear(ctx, one, one.Language, now); err != nil {
				return nil, err
			}
		}
		if values != nil {
			heard = append(heard, hearer{one, values})
		}
	}
	return heard, nil
}

// receivers looks through a page of those who were told before for whom it no
// longer holds. Nothing that is worded here leaves the process.
func (t *telling) receivers(ctx context.Context, held *bot.Selection) (done bool, err error) {
	list, next, err := t.Store.Receivers(ctx, t.run, held.After, page)
	if err != nil {
		return false, err
	}
	var chosen []bot.ID
	for _, one := range list {
		values, err := t.correct(ctx, one, one.Language, t.Clock())
		if err != nil {
			return false, err
		}
		if values != nil {
			chosen = append(chosen, one.Resident)
		}
	}
	_, err = t.Store.Enqueue(ctx, t.Clock(), held, chosen, len(list), next)
	return next == "", err
}

// telling is what the wording of a run goes by; of a correction, the run that
// it corrects.
type telling struct {
	*Notifier
	run    bot.Run
	bundle Bundle
	job    Job // zero for a notice
	past   []pastFor
}

// pastFor are subscriptions of a resident whose day went by.
type pastFor struct {
	bot.Subscriber
	about []bot.Value
}

func (n *Notifier) toldBy(ctx context.Context, run bot.Run) (*telling, error) {
	if run.Kind == bot.RunCorrection {
		found := false
		var err error
		if run, found, err = n.Store.Run(ctx, run.Corrects); err != nil {
			return nil, err
		} else if !found {
			return nil, errors.New("the run that it corrects is gone")
		}
	}
	bundle, err := n.Bundles.Bundle(ctx, run.Bundle)
	if err != nil {
		return nil, err
	}
	t := &telling{Notifier: n, run: run, bundle: bundle}
	if run.Kind == bot.RunJob {
		known := false
		if t.job, known = job(bundle, run.Job); !known {
			return nil, fmt.Errorf("its bundle has no notification %s", run.Job)
		}
	}
	return t, nil
}

// hear asks the audience what there is to tell a subscriber in a language; nil
// when there is nothing. ends is what the subscriptions are about that have
// had their use with it: those of a job that comes once, which have something
// to tell by themselves.
func (t *telling) hear(ctx context.Context, to bot.Subscriber, language string, now time.Time) (values map[string]bot.Value, ends []bot.Value, err error) {
	to.Language = language
	h := bot.Hearing{Audience: t.job.Audience, Due: t.run.Due, Since: t.run.Since, Now: now, To: to}
	if !t.job.Once {
		values, err = t.Hear(ctx, h)
		return values, nil, err
	}
	past := pastFor{Subscriber: to}
	for _, about := range to.About {
		h.To.About = []bot.Value{about}
		values, err = t.Hear(ctx, h)
		if errors.Is(err, bot.ErrPast) {
			past.about = append(past.about, about)
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		if values != nil {
			ends = append(ends, about)
		}
	}
	if len(past.about) > 0 {
		t.past = append(t.past, past)
	}
	if len(ends) == 0 {
		return nil, nil, nil
	}
	h.To.About = ends
	values, err = t.Hear(ctx, h)
	return values, ends, err
}
