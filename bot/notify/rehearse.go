package notify

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/privacy"
)

// RehearsalStore is what a rehearsal reads besides what a selection does.
type RehearsalStore interface {
	// Standing tells how residents stand to a topic, in numbers.
	Standing(ctx context.Context, account, topic string, areas []string) (bot.Standing, error)
	// Reached tells by what residents can be reached.
	Reached(ctx context.Context, residents []bot.ID, prefixes []string) ([]bot.Reached, error)
	// Begun is how much of the messaging limit is used.
	Begun(ctx context.Context, now time.Time, account string) (int, error)
}

// Rehearsal is what a run would do, in numbers; nothing in it is about anyone.
type Rehearsal struct {
	Job        string
	Kind       bot.RunKind
	Topic      string
	Bundle     string // by which it was worded; the run goes by the same
	Template   string
	Areas      []string  `json:",omitempty"`
	At         time.Time // as of when it was counted
	Due        time.Time
	NotBefore  time.Time
	Useless    time.Time
	QuietFrom  time.Time `json:",omitzero"`
	QuietUntil time.Time `json:",omitzero"`
	Urgent     bool
	Pace       float64 `json:",omitzero"` // the job's own, a second; 0: that of the account

	Standing bot.Standing
	LookedAt int            // stand subscribed, in its areas
	Selected int            // of these, have something to hear
	Stale    bool           // what there is to tell is too old: nobody hears anything
	Stops    []string       // why it would stop before its first message; nobody hears anything then
	LeftOut  map[string]int // of the selected, by reason: template, words, stopped
	Receive  int            // of the selected, will get it
	Inside   int            // of these, within their 24 hours: free text
	Outside  int            // and by the template
	Read     map[string]int // of the receivers, by the language they read it in
	Other    map[string]int // of the receivers, who read it in another language than theirs, by theirs

	InsidePrefix  map[string]int // by the beginning of the number, for the cost; "": none that was asked for
	OutsidePrefix map[string]int
	Begun         int // how much of the messaging limit was used in the day before
}

// Why a selected resident gets nothing.
const (
	leftTemplate = "template" // outside their 24 hours, and no approved template in their language or in Dutch
	leftWords    = "words"    // it cannot be worded, or asks for what is never asked
	leftStopped  = "stopped"  // the run stops by itself
)

// Rehearse counts what a run would do at an instant, and changes nothing. It
// hears and words by the same code as the run itself. Prefixes are beginnings
// of numbers to count apart.
func (n *Notifier) Rehearse(ctx context.Context, store RehearsalStore, run bot.Run, at time.Time, prefixes []string) (r Rehearsal, err error) {
	t, err := n.toldBy(ctx, run)
	if err != nil {
		return r, err
	}
	r = Rehearsal{Job: run.Job, Kind: run.Kind, Topic: run.Topic, Bundle: run.Bundle, Template: run.Template, Areas: run.Areas, At: at, Due: run.Due,
		NotBefore: run.NotBefore, Useless: run.Useless, QuietFrom: run.QuietFrom, QuietUntil: run.QuietUntil, Urgent: run.Urgent, Pace: t.job.Pace,
		LeftOut: map[string]int{}, Read: map[string]int{}, Other: map[string]int{}, InsidePrefix: map[string]int{}, OutsidePrefix: map[string]int{}}
	if r.Standing, err = store.Standing(ctx, run.Account, run.Topic, run.Areas); err != nil {
		return r, err
	}
	if r.Begun, err = store.Begun(ctx, at, run.Account); err != nil {
		return r, err
	}
	counting := &counting{telling: t, Rehearsal: &r, store: store, prefixes: prefixes, words: map[string]bool{}}
	if counting.approved, err = n.usable(ctx, run); err != nil {
		return r, err
	}
	watched := run
	watched.State = bot.RunSending
	if r.Stops, err = n.wrongTemplates(ctx, watched); err != nil {
		return r, err
	}
	err = counting.all(ctx, at)
	if errors.Is(err, bot.ErrStale) {
		r.Stale, err = true, nil
	}
	return r, err
}

// RunOf gives the run of a job's next moment from an instant on, or of the
// moment that is now; found is false where it never comes again. since is the
// moment before, of which the last run was.
func RunOf(account, bundle string, job Job, from time.Time) (run bot.Run, found bool) {
	due := job.Timing.Next(from.Add(-time.Nanosecond))
	if due.IsZero() {
		return run, false
	}
	moment, comes := job.Timing.At(due)
	run = runOf(account, bundle, job, moment)
	run.Since = job.Timing.Before(due)
	return run, comes
}

// usable gives the languages in which a run's template may be sent now.
func (n *Notifier) usable(ctx context.Context, run bot.Run) (map[string]bool, error) {
	all, err := n.Store.Templates(ctx, run.Account)
	languages := map[string]bool{}
	for _, t := range all {
		if t.Name == run.Template && t.Usable() {
			languages[t.Language] = true
		}
	}
	return languages, err
}

// counting is a rehearsal under way.
type counting struct {
	*telling
	*Rehearsal
	store    RehearsalStore
	prefixes []string
	approved map[string]bool
	words    map[string]bool // of a notice, which says the same to all: what can be worded
}

func (c *counting) all(ctx context.Context, at time.Time) error {
	for after, more := bot.ID(""), true; more; {
		list, next, err := c.Store.Subscribers(ctx, c.run, after, page)
		if err != nil {
			return err
		}
		heard, err := c.heard(ctx, list, at)
		if err != nil {
			return err
		}
		c.LookedAt += len(list)
		c.Selected += len(heard)
		if err := c.page(ctx, heard, at); err != nil {
			return err
		}
		after, more = next, next != ""
	}
	return ctx.Err()
}

// page counts those of a page as their claim would find them.
func (c *counting) page(ctx context.Context, heard []hearer, at time.Time) error {
	if len(heard) == 0 {
		return nil
	}
	residents := make([]bot.ID, len(heard))
	for i, one := range heard {
		residents[i] = one.Resident
	}
	reached, err := c.store.Reached(ctx, residents, c.prefixes)
	if err != nil {
		return fmt.Errorf("rehearse: %w", err)
	}
	by := map[bot.ID]bot.Reached{}
	for _, one := range reached {
		by[one.Resident] = one
	}
	for _, one := range heard {
		c.one(one, by[one.Resident], at)
	}
	return nil
}

// one decides about a resident what the claim and Word decide when it is sent.
func (c *counting) one(to hearer, by bot.Reached, at time.Time) {
	open := by.WindowUntil.After(at)
	language := to.Language
	switch {
	case len(c.Stops) > 0:
		c.LeftOut[leftStopped]++
		return
	case open:
		language = c.bundle.Language(c.run, to.Language)
	case c.approved[to.Language]:
	case c.approved[dutch]:
		language = dutch
	default:
		c.LeftOut[leftTemplate]++
		return
	}
	if !c.worded(language, to.values, open) {
		c.LeftOut[leftWords]++
		return
	}
	c.Receive++
	c.Read[language]++
	if language != to.Language {
		c.Other[to.Language]++
	}
	if open {
		c.Inside++
		c.InsidePrefix[by.Prefix]++
		return
	}
	c.Outside++
	c.OutsidePrefix[by.Prefix]++
}

// dutch is the language in which everything is there.
const dutch = "nl"

// worded tells whether it can be said, and passes the door out. A notice says
// the same to everybody: it is worded once.
func (c *counting) worded(language string, values map[string]bot.Value, free bool) bool {
	key := fmt.Sprint(language, free)
	if can, known := c.words[key]; known {
		return can
	}
	reply, err := c.bundle.Word(c.run, language, values, free)
	can := err == nil && !privacy.AsksIn(reply)
	if c.run.Kind == bot.RunNotice {
		c.words[key] = can
	}
	return can
}

// Difference is where a run ended other than its rehearsal said.
type Difference struct {
	What      string
	Rehearsed int
	Now       int
	Why       []string
}

// Differences compares a run with its rehearsal: nothing when they are equal,
// else each difference with its reasons. given and ended are the consents of
// the topic since the rehearsal.
func (r Rehearsal) Differences(t bot.Tally, given, ended int) (all []Difference) {
	note := func(what string, rehearsed, now int, why ...string) {
		if rehearsed != now {
			all = append(all, Difference{what, rehearsed, now, why})
		}
	}
	note("subscribed", r.LookedAt, t.LookedAt, r.subscribedSince(given, ended, t))
	note("selected", r.Selected, t.Selected, r.selectedSince(t))
	note("got it", r.Receive, t.Told(), r.lost(t)...)
	return all
}

func (r Rehearsal) subscribedSince(given, ended int, t bot.Tally) string {
	why := fmt.Sprintf("since the rehearsal %d consents were given and %d ended", given, ended)
	if given == 0 && ended == 0 {
		why = "no consent changed since the rehearsal: who erased everything, paused or moved to another area leaves no line"
	}
	return why
}

func (r Rehearsal) selectedSince(t bot.Tally) string {
	looked, chosen := t.LookedAt-r.LookedAt, t.Selected-r.Selected
	if looked == chosen {
		return "the same subscribers as above"
	}
	return fmt.Sprintf("%+d subscribers as above, and for %+d what there is to tell them is not what it was", looked, chosen-looked)
}

// lost accounts for everybody who was selected and has not got it.
func (r Rehearsal) lost(t bot.Tally) (why []string) {
	say := func(n int, format string, args ...any) {
		if n != 0 {
			why = append(why, fmt.Sprintf("%d ", n)+fmt.Sprintf(format, args...))
		}
	}
	if more := t.Selected - r.Selected; more != 0 {
		why = append(why, fmt.Sprintf("%+d were selected", more))
	}
	say(t.Waiting, "wait still")
	say(t.OnWay, "are on their way: their end is not known yet")
	for _, class := range sortedKeys(t.Failed) {
		say(t.Failed[class], "failed: %s", class)
	}
	for _, reason := range sortedKeys(t.LeftOut) {
		say(t.LeftOut[reason], "were left out at their turn: %s", reason)
	}
	say(t.Withdrawn, "ended their consent before their turn")
	say(t.Erased, "said STOP, and left nothing")
	if rest := t.Selected - t.Told() - t.Waiting - t.OnWay - t.Refused() - sum(t.LeftOut) - t.Withdrawn - t.Erased; rest != 0 {
		why = append(why, fmt.Sprintf("%+d whose row is gone or counts twice: they said STOP or ended their consent while it was sent, or the rows are past their time", rest))
	}
	if held := sum(r.LeftOut); held != 0 {
		why = append(why, fmt.Sprintf("the rehearsal left out %d", held))
	}
	return why
}

func sortedKeys(counts map[string]int) []string { return slices.Sorted(maps.Keys(counts)) }

func sum(counts map[string]int) (n int) {
	for _, count := range counts {
		n += count
	}
	return n
}
