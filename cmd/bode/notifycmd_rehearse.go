package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/notify"
)

type notifyRehearseCmd struct {
	Name   string `arg:"" help:"A job, such as afval.herinnering, or the name of a notice's file without .toml."`
	At     string `help:"As of this moment, as 2026-11-20 19:00; a job: its first moment from then on." placeholder:"TIME"`
	Out    string `help:"Write the numbers as CSV (or with the ending .json for bode notify report), without personal data." type:"path" placeholder:"FILE"`
	Config string `help:"The configuration file." default:"config.toml" type:"path"`
}

// Help is what bode notify rehearse --help says more.
func (*notifyRehearseCmd) Help() string {
	return `It goes through everybody by the same code as the sending itself, and changes nothing:
only the rehearsal of a notice (without --at) is written down, for the second person.

  bode notify rehearse afval.herinnering
  bode notify rehearse afval.herinnering --at "2026-12-24 19:00" --out herinnering.csv
  bode notify rehearse 2027-07-hitte`
}

// Run rehearses.
func (c *notifyRehearseCmd) Run(ctx context.Context, std streams) error {
	s, err := openSender(ctx, c.Config, std)
	if err != nil {
		return err
	}
	defer s.close()
	at := s.now
	if c.At != "" {
		if at, err = townTime(c.At); err != nil {
			return err
		}
	}
	run, n, err := s.planned(ctx, c.Name, at)
	if err != nil {
		return err
	}
	r, err := s.notifier.Rehearse(ctx, s.store, run, laterOf(at, run.NotBefore), s.config.Notify.Prices.codes())
	if err != nil {
		return err
	}
	if err := s.show(ctx, std.out, r, n); err != nil {
		return err
	}
	if c.Out != "" {
		if err := writeNumbers(c.Out, r, s.config.Notify.Prices); err != nil {
			return err
		}
	}
	if n == nil {
		return nil
	}
	if c.At != "" {
		fmt.Fprintln(std.out, "\nNot written down: it was as of another moment (--at).")
		return nil
	}
	return s.note(ctx, std, *n, r)
}

func laterOf(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// townTime reads a local time of Europe/Amsterdam.
func townTime(text string) (time.Time, error) {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		return time.Time{}, err
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, text, zone); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, failure{exitUse, fmt.Errorf("--at: write %q as 2026-11-20 19:00", text)}
}

// planned gives the run that a name would be; a notice too when it is one.
func (s *sender) planned(ctx context.Context, name string, at time.Time) (run bot.Run, n *notify.Notice, err error) {
	all, hash, err := s.notices(ctx)
	if err != nil {
		return run, nil, err
	}
	for _, one := range all {
		if one.Name != name {
			continue
		}
		if !one.Until.After(at) {
			return run, nil, fmt.Errorf("%s held until %s: that is over", name, inTown(one.Until))
		}
		run := one.Run(s.account, hash, at, s.quiet)
		if !run.NotBefore.Before(run.Useless) {
			return run, nil, fmt.Errorf("%s would never come: it is quiet until %s, and it holds until %s", name, inTown(run.NotBefore), inTown(run.Useless))
		}
		return run, &one, nil
	}
	live, err := s.worded.Live(ctx)
	if err != nil {
		return run, nil, err
	}
	for _, job := range live.Jobs() {
		if job.Name != name {
			continue
		}
		run, comes := notify.RunOf(s.account, hash, job, at)
		if !comes {
			return run, nil, fmt.Errorf("%s never comes: its schedule and quiet hours leave no moment", name)
		}
		return run, nil, nil
	}
	return run, nil, failure{exitUse, fmt.Errorf("nothing is called %q: see bode notify list", name)}
}

// note writes the rehearsal of a notice down.
func (s *sender) note(ctx context.Context, std streams, n notify.Notice, r notify.Rehearsal) error {
	by, err := whoActs(ctx)
	if err != nil {
		return failure{exitUse, fmt.Errorf("not written down: %w", err)}
	}
	all, err := s.store.Pushes(ctx)
	if err != nil {
		return err
	}
	content := n.Content()
	for _, p := range all {
		if p.Content == content && p.Run != "" {
			return fmt.Errorf("not written down: the same was sent before, as %s, by %s: a message goes out once", p.Notice, p.SentBy)
		}
	}
	wrote, unknown, err := writers(ctx, s.store, n.Name)
	if err != nil {
		return err
	}
	if unknown && !slices.Contains(wrote, by) {
		wrote = append(wrote, by) // nobody is known to have written it: who rehearses it stands in
	}
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	err = s.store.SetRehearsal(ctx, s.now, bot.Push{Notice: n.Name, Content: content, WrittenBy: wrote, RehearsedBy: by, Rehearsal: string(data)})
	if errors.Is(err, bot.ErrPushSent) {
		return fmt.Errorf("not written down: %w", err)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "\nRehearsed by %s; written by %s. Within 24 hours, not by who wrote it: bode notify approve %s\n", by, strings.Join(wrote, ", "), n.Name)
	return nil
}

// show prints a rehearsal: numbers, how it looks, what it costs, how long it takes.
func (s *sender) show(ctx context.Context, w io.Writer, r notify.Rehearsal, n *notify.Notice) error {
	usable, err := s.usable(ctx, r)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s, as of %s, topic %s\n", r.Job, inTown(r.At), r.Topic)
	fmt.Fprintf(w, "Sent from %s, of use until %s", inTown(r.NotBefore), inTown(r.Useless))
	if !r.QuietFrom.IsZero() {
		fmt.Fprintf(w, "; quiet from %s", inTown(r.QuietFrom))
	}
	fmt.Fprintln(w)
	if n != nil && n.Urgent && n.Night != "" {
		fmt.Fprintf(w, "Urgent, but quiet hours hold for it: %s.\n", n.Night)
	}
	if n != nil && n.PassesQuiet() {
		fmt.Fprintln(w, "Urgent: it passes quiet hours.")
	}
	if n != nil && n.Urgent && usable {
		fmt.Fprintf(w, "Urgent: it goes by the template %s, which was approved before.\n", r.Template)
	}
	if !usable {
		fmt.Fprintf(w, "The template %s is not approved in any language: who did not write for 24 hours does not get it. Submit it: bode templates submit\n", r.Template)
	}
	showNumbers(w, r)
	if err := s.samples(ctx, w, r); err != nil {
		return err
	}
	s.config.Notify.Prices.print(w, r)
	s.takes(w, r)
	return nil
}

// usable tells whether the template may be sent in some language.
func (s *sender) usable(ctx context.Context, r notify.Rehearsal) (bool, error) {
	all, err := s.store.Templates(ctx, s.account)
	return slices.ContainsFunc(all, func(t bot.TemplateStatus) bool { return t.Name == r.Template && t.Usable() }), err
}

// figure is one number of a rehearsal.
type figure struct {
	what string
	n    int
	deep int
}

// leftOutIs says in words why a selected resident gets nothing.
var leftOutIs = map[string]string{
	"template": "outside their 24 hours, and no approved template in their language or in Dutch",
	"words":    "it cannot be worded",
	"stopped":  "the run stops by itself",
}

func figures(r notify.Rehearsal) []figure {
	st := r.Standing
	out := []figure{
		{"known", st.Known, 0}, {"no consent", st.NoConsent, 1}, {"consent from elsewhere, waits for their own yes", st.Waiting, 1},
		{"paused (the number changed hands)", st.Paused, 1}, {"said STOP, being erased", st.Stopping, 1}, {"in another area", st.Elsewhere, 1},
		{"subscribed", r.LookedAt, 0}, {"nothing to tell them", r.LookedAt - r.Selected, 1},
		{"selected", r.Selected, 0},
	}
	for _, reason := range slices.Sorted(maps.Keys(r.LeftOut)) {
		out = append(out, figure{"left out: " + leftOutIs[reason], r.LeftOut[reason], 1})
	}
	out = append(out, figure{"will receive", r.Receive, 0}, figure{"within their 24 hours: free text", r.Inside, 1}, figure{"by the template", r.Outside, 1})
	for _, language := range slices.Sorted(maps.Keys(r.Read)) {
		out = append(out, figure{"in " + language, r.Read[language], 1})
	}
	for _, language := range slices.Sorted(maps.Keys(r.Other)) {
		out = append(out, figure{"whose own language is " + language + ", in which it is not", r.Other[language], 1})
	}
	return out
}

func showNumbers(w io.Writer, r notify.Rehearsal) {
	if r.Stale {
		fmt.Fprintln(w, "Nobody: what there is to tell is too old. Mend the data; it is never told from old data.")
	}
	for _, why := range r.Stops {
		fmt.Fprintf(w, "Nobody: it would stop by itself at once: template %s\n", why)
	}
	for _, f := range figures(r) {
		if f.deep == 0 || f.n != 0 {
			fmt.Fprintf(w, "%9d  %s%s\n", f.n, strings.Repeat("  ", f.deep), f.what)
		}
	}
}

// samples prints a message in each language exactly as it will look: of a job,
// with the invented values of its template.
func (s *sender) samples(ctx context.Context, w io.Writer, r notify.Rehearsal) error {
	bundle, err := s.worded.Bundle(ctx, r.Bundle)
	if err != nil {
		return err
	}
	flows, err := s.bundles.get(ctx, r.Bundle)
	if err != nil {
		return err
	}
	run := bot.Run{Account: s.account, Kind: r.Kind, Job: r.Job, Due: r.Due, Template: r.Template, Bundle: r.Bundle}
	values := map[string]bot.Value{}
	if t := flows.bundle.Templates[r.Template]; t != nil && r.Kind == bot.RunJob {
		values = t.Sample
		fmt.Fprintln(w, "\nHow it looks, with the invented values of the template:")
	} else {
		fmt.Fprintln(w, "\nHow it looks:")
	}
	languages := slices.Compact(slices.Sorted(slices.Values(append(slices.Collect(maps.Keys(r.Other)), bundle.Languages()...))))
	for _, language := range languages {
		free, err := bundle.Word(run, bundle.Language(run, language), values, true)
		if err != nil {
			return fmt.Errorf("the words in %s: %w", language, err)
		}
		filled, err := bundle.Word(run, language, values, false)
		if err != nil { // no such template: they get the Dutch one
			if filled, err = bundle.Word(run, "nl", values, false); err != nil {
				return fmt.Errorf("the template: %w", err)
			}
		}
		if free.Text.Equal(filled.Text) {
			fmt.Fprintf(w, "  [%s] %s\n", language, free.Text.Reveal())
			continue
		}
		fmt.Fprintf(w, "  [%s, within 24 hours] %s\n  [%s, by the template] %s\n", language, free.Text.Reveal(), language, filled.Text.Reveal())
	}
	fmt.Fprintln(w)
	return nil
}

// takes tells how long it takes at the present pace and messaging limit.
func (s *sender) takes(w io.Writer, r notify.Rehearsal) {
	pace, limit := s.config.Service.PerSecond, s.config.Service.MessagingLimit
	if r.Pace > 0 {
		pace = min(pace, r.Pace)
	}
	seconds := time.Duration(float64(r.Receive) / pace * float64(time.Second)).Round(time.Second)
	fmt.Fprintf(w, "Takes about %v at %v a second, after a first few that are watched for a minute.\n", seconds, pace)
	left := max(0, limit-r.Begun)
	if limit > 0 && r.Outside > left {
		days := 1 + (r.Outside-left+limit-1)/limit
		fmt.Fprintf(w, "The messaging limit is %d people a day, of which %d are left: it takes %d days. Ask the platform for a higher limit, or choose areas.\n", limit, left, days)
	}
}

// writeNumbers writes a rehearsal as CSV: numbers only.
func writeNumbers(path string, r notify.Rehearsal, p prices) error {
	if filepath.Ext(path) == ".json" {
		data, err := json.MarshalIndent(r, "", "  ")
		return errors.Join(err, os.WriteFile(path, data, 0o644))
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	rows := [][]string{{"what", "number"}}
	for _, one := range figures(r) {
		rows = append(rows, []string{one.what, strconv.Itoa(one.n)})
	}
	rows = append(rows, []string{"cost " + p.Currency, strconv.FormatFloat(p.cost(r), 'f', 2, 64)})
	return errors.Join(w.WriteAll(rows), f.Close())
}
