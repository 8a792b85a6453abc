package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// corrected is what the name of a correction ends in, after that of its job.
const corrected = ".correction"

// correctEvery is how often it is looked whether what was told still holds,
// until it is of no use any more.
const correctEvery = 15 * time.Minute

// beginCorrection begins the run that looks through the receivers of another
// again and again: its selection. Each of them hears at most one correction.
func (n *Notifier) beginCorrection(ctx context.Context, now time.Time, of bot.Run) error {
	run := of
	run.Kind, run.Corrects, run.Job, run.Since, run.Room = bot.RunCorrection, of.ID, of.Job+corrected, time.Time{}, -1
	if of.Template != "" {
		run.Template = of.Template + CorrectionTemplate
	}
	run.NotBefore = now
	if !of.QuietFrom.IsZero() && !now.Before(of.QuietFrom) && now.Before(of.QuietUntil) {
		run.NotBefore = of.QuietUntil
	}
	_, began, err := n.Store.BeginRun(ctx, now, run)
	if err == nil && began {
		n.Count("run", "begun")
	}
	return err
}

// CorrectionOf is the name of the correction of a job or notice.
func CorrectionOf(job string) string { return job + corrected }

// CorrectionTemplate is what the name of a correction's template ends in,
// after that of the template that it corrects.
const CorrectionTemplate = "_correctie"

// Correct begins the correction of a run at once: of a notice, to all who got
// it. Its words are those of CorrectionOf; it may go in what is left of the
// run's time, and not in its quiet hours.
func (n *Notifier) Correct(ctx context.Context, run bot.ID) error {
	of, found, err := n.Store.Run(ctx, run)
	if err != nil || !found {
		return errors.Join(err, unless(found || err != nil, "there is no such run"))
	}
	return n.beginCorrection(ctx, n.Clock(), of)
}

// correctable tells whether somebody may have been told something by a run
// that can still be corrected.
func (n *Notifier) correctable(ctx context.Context, now time.Time, held bot.Watched) (bool, error) {
	run := held.Run
	if run.Kind != bot.RunJob || held.Now.Told() == 0 || momentOf(run).Over(now) {
		return false, nil
	}
	bundle, err := n.Bundles.Bundle(ctx, run.Bundle)
	if err != nil {
		return false, err
	}
	of, known := job(bundle, run.Job)
	return known && of.Corrected && !of.Once, nil
}

// correct gives what a receiver is to be told instead of what they were told;
// nil when that still holds. A notice was withdrawn as a whole: that is
// everybody's correction, without values.
func (t *telling) correct(ctx context.Context, r bot.Receiver, language string, now time.Time) (map[string]bot.Value, error) {
	if t.run.Kind == bot.RunNotice {
		return map[string]bot.Value{}, nil
	}
	holds, err := t.holds(ctx, r)
	if err != nil || holds {
		return nil, err
	}
	r.Language = language
	return t.Hear(ctx, bot.Hearing{Audience: t.job.Audience, Due: t.run.Due, Since: t.run.Since, Now: now, To: r.Subscriber, Correction: true})
}

// holds tells whether the words would be the same today, in any language: a
// resident who changed theirs was told the same. It asks as of the scheduled
// moment, so that the hour alone changes nothing. Where it is not known what
// somebody was told, it holds as long as there is something to tell.
func (t *telling) holds(ctx context.Context, r bot.Receiver) (bool, error) {
	languages := append([]string{r.Language}, t.bundle.Languages()...)
	for _, language := range languages {
		values, _, err := t.hear(ctx, r.Subscriber, language, time.Time{})
		if err != nil || values == nil {
			return false, err
		}
		if r.Told.Empty() {
			return true, nil
		}
		for _, free := range []bool{true, false} {
			if !free && t.run.Template == "" {
				continue
			}
			reply, err := t.bundle.Word(t.run, language, values, free)
			if err != nil {
				return false, fmt.Errorf("compare what was told: %w", err)
			}
			if reply.Text.Equal(r.Told) {
				return true, nil
			}
		}
	}
	return false, nil
}
