package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/notify"
	"github.com/gemeentebode/bode/bot/outbox"
	"github.com/gemeentebode/bode/bot/text"
)

// worded gives bundles as notifications see them: jobs, and what each says.
type worded struct {
	bundles   *bundles
	audiences []bot.Audience

	mu     sync.Mutex
	byHash map[string]*wordedBundle
}

func newWorded(b *bundles, audiences []bot.Audience) *worded {
	return &worded{bundles: b, audiences: audiences, byHash: map[string]*wordedBundle{}}
}

// Live is notify.Bundles'.
func (w *worded) Live(ctx context.Context) (notify.Bundle, error) {
	l, err := w.bundles.live(ctx)
	if err != nil {
		return nil, err
	}
	return w.read(l.bundle)
}

// At is notify.Bundles'.
func (w *worded) At(ctx context.Context, at time.Time) (notify.Bundle, error) {
	hash, err := w.bundles.store.BundleAt(ctx, at)
	if err != nil || hash == "" {
		return nil, err
	}
	then, err := w.Bundle(ctx, hash)
	if err != nil {
		return nil, nil // an older program could read it: a moment is rather told
	}
	return then, nil
}

// Bundle is notify.Bundles'.
func (w *worded) Bundle(ctx context.Context, hash string) (notify.Bundle, error) {
	l, err := w.bundles.get(ctx, hash)
	if err != nil {
		return nil, err
	}
	return w.read(l.bundle)
}

func (w *worded) read(b *flow.Bundle) (notify.Bundle, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if known := w.byHash[b.Hash]; known != nil {
		return known, nil
	}
	read, err := readWorded(b, w.audiences)
	if err != nil {
		return nil, fmt.Errorf("notifications of the bundle: %w", err)
	}
	w.byHash[b.Hash] = read
	return read, nil
}

// wordedBundle is one bundle's notifications and notices by the name of their run.
type wordedBundle struct {
	bundle  *flow.Bundle
	jobs    []notify.Job
	says    map[string]*text.Text
	notices map[string]flow.Notice
}

func readWorded(b *flow.Bundle, audiences []bot.Audience) (*wordedBundle, error) {
	w := &wordedBundle{bundle: b, says: map[string]*text.Text{}, notices: map[string]flow.Notice{}}
	once := map[string]bool{}
	for _, audience := range audiences {
		once[audience.Name] = audience.Once
	}
	for _, name := range slices.Sorted(maps.Keys(b.Flows)) {
		for _, n := range b.Flows[name].Notifications {
			timing, err := notify.ReadTiming(n.Schedule, n.QuietFrom, n.QuietTo, n.UselessAfter)
			if err != nil {
				return nil, fmt.Errorf("%s.%s: %w", name, n.Name, err)
			}
			if n.SkipsHolidays {
				timing = timing.Without(b.Shared.Holiday)
			}
			job := notify.Job{Name: name + "." + n.Name, Topic: n.Topic, Audience: n.Audience, Template: n.Template,
				Timing: timing, Pace: n.Pace, Once: once[n.Audience], Corrected: n.Correction != nil}
			w.jobs, w.says[job.Name] = append(w.jobs, job), n.Text
			w.says[notify.CorrectionOf(job.Name)] = n.Correction
		}
	}
	for _, n := range b.Notices {
		w.notices[n.Name], w.says[n.Name] = n, n.Text
		if withdrawal := b.Templates[n.Template+notify.CorrectionTemplate]; withdrawal != nil {
			w.notices[notify.CorrectionOf(n.Name)], w.says[notify.CorrectionOf(n.Name)] = n, withdrawal.Text
		}
	}
	return w, nil
}

// Hash is notify.Bundle's, as are those that follow.
func (w *wordedBundle) Hash() string { return w.bundle.Hash }

// Jobs are those of all flows.
func (w *wordedBundle) Jobs() []notify.Job { return w.jobs }

// Languages are those that the bundle is complete in.
func (w *wordedBundle) Languages() []string { return w.bundle.Shared.Languages }

// Approved is notify.Bundle's.
func (w *wordedBundle) Approved(template, language, words string) bool {
	t := w.bundle.Templates[template]
	return t == nil || !otherWords(t.Body(language), words)
}

// Language gives the wanted language where the run's text has it.
func (w *wordedBundle) Language(run bot.Run, wanted string) string {
	if says := w.says[run.Job]; says != nil && says.ByLanguage[wanted] != nil {
		return wanted
	}
	if _, notice := w.notices[run.Job]; notice && w.elsewhere(wanted) != nil {
		return wanted
	}
	return "nl"
}

// Word gives what a run says. Facts and dates are those of the scheduled
// moment, so that a run says the same whenever it is sent.
func (w *wordedBundle) Word(run bot.Run, language string, values map[string]bot.Value, free bool) (bot.Reply, error) {
	values, err := w.filled(run, language, values)
	if err != nil {
		return bot.Reply{}, err
	}
	if !free {
		return w.byTemplate(run, language, values)
	}
	if _, is := w.notices[run.Job]; is {
		return w.noticeWords(run, language, values)
	}
	says := w.says[run.Job]
	if says == nil {
		return bot.Reply{}, fmt.Errorf("the bundle has no text for %s", run.Job)
	}
	said, err := says.In(language).Render(w.bundle.World(language, run.Due), values)
	return bot.Reply{Text: bot.Hide(said)}, err
}

// filled adds to the values of a notice what its template may name.
func (w *wordedBundle) filled(run bot.Run, language string, values map[string]bot.Value) (map[string]bot.Value, error) {
	notice, is := w.notices[run.Job]
	if !is {
		return values, nil
	}
	values = map[string]bot.Value{"title": bot.ValueOf(notice.Title), "source": bot.ValueOf(notice.Source)}
	says := notice.Text.ByLanguage[language]
	if says == nil {
		says = w.elsewhere(language)
	}
	if says == nil {
		says = notice.Text.In(language)
	}
	message, err := says.Render(w.bundle.World(language, run.Due), values)
	if err != nil {
		return nil, err
	}
	values["message"] = bot.ValueOf(message)
	return values, nil
}

// elsewhere is the one reviewed sentence, with the link, for a language that a
// notice is not written in; nil where there is none.
func (w *wordedBundle) elsewhere(language string) *text.Template {
	if s := w.bundle.Sentences["engine.notice.elsewhere"]; s != nil {
		return s.ByLanguage[language]
	}
	return nil
}

// noticeWords are those of a notice within the 24 hours: the same as those of
// its template, where that speaks the language, so that who sent it and how to
// stop it stand with it.
func (w *wordedBundle) noticeWords(run bot.Run, language string, values map[string]bot.Value) (bot.Reply, error) {
	if t := w.bundle.Templates[run.Template]; t != nil && t.Text.ByLanguage[language] != nil {
		said, err := w.bundle.TemplateText(run.Template, language, values)
		return bot.Reply{Text: said}, err
	}
	return bot.Reply{Text: bot.Hide(values["message"].Text())}, nil
}

// byTemplate gives the parameters of a template, and the text as it is read.
func (w *wordedBundle) byTemplate(run bot.Run, language string, values map[string]bot.Value) (bot.Reply, error) {
	parameters, err := w.bundle.TemplateParameters(run.Template, language, values)
	if err != nil {
		return bot.Reply{}, err
	}
	said, err := w.bundle.TemplateText(run.Template, language, values)
	return bot.Reply{Text: said, Template: &bot.Template{Name: run.Template, Language: language, Parameters: parameters}}, err
}

// notifier wires what sends by itself.
func (d *desk) notifier() *notify.Notifier {
	c := notify.Config{
		Store: d.store, Bundles: newWorded(d.bundles, d.services.audiences), Hear: d.services.Hear, Account: d.account,
		Limits: d.limits, Clock: d.clock, Healthy: d.clocks.healthy, Log: d.log, Count: d.count, Queued: d.queued,
	}
	if d.fallback != nil {
		c.Fallback = notify.Fallback{Account: d.fallback.account, Topic: d.fallback.topic}
	}
	return notify.New(c)
}

// word renders a notification for the outbox.
func (d *desk) word(ctx context.Context, now time.Time, out *bot.Outgoing) (bot.Reply, error) {
	reply, err := d.notify.Word(ctx, now, out)
	if left, is := errors.AsType[notify.LeftOut](err); is {
		return bot.Reply{}, &outbox.LeftOut{Reason: string(left)}
	}
	return reply, err
}
