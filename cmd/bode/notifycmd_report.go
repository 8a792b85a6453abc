package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/notify"
)

type notifyReportCmd struct {
	Run_   string `arg:"" name:"run" help:"A job or notice (its newest run), or the id of a run."`
	Follow bool   `help:"Stay, and show how it goes until it is done."`
	Config string `help:"The configuration file." default:"config.toml" type:"path"`

	Rehearsal string `help:"Of a job: compare with what bode notify rehearse --out FILE.json wrote." type:"path" placeholder:"FILE"`
}

// Help is what bode notify report --help says more.
func (*notifyReportCmd) Help() string {
	return `A notice is compared with the rehearsal that was approved; each difference has its reason.

  bode notify report 2027-07-hitte --follow
  bode notify report afval.herinnering --rehearsal herinnering.json`
}

// Run reports.
func (c *notifyReportCmd) Run(ctx context.Context, std streams) error {
	s, err := openSender(ctx, c.Config, std)
	if err != nil {
		return err
	}
	defer s.close()
	run, err := s.run(ctx, c.Run_)
	if err != nil {
		return err
	}
	if c.Follow {
		return s.follow(ctx, std, run)
	}
	if err := s.report(ctx, std.out, run); err != nil || c.Rehearsal == "" {
		return err
	}
	return s.besideFile(ctx, std.out, run, c.Rehearsal)
}

// besideFile compares a run with a rehearsal that was written to a file.
func (s *sender) besideFile(ctx context.Context, w io.Writer, run bot.Run, file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var r notify.Rehearsal
	if err := json.Unmarshal(data, &r); err != nil || r.Job == "" {
		return failure{exitUse, fmt.Errorf("%s is no rehearsal: write one with bode notify rehearse --out FILE.json", file)}
	}
	if r.Job != run.Job || !r.Due.Equal(run.Due) {
		return failure{exitUse, fmt.Errorf("that is the rehearsal of %s of %s, and the run is %s of %s", r.Job, inTown(r.Due), run.Job, inTown(run.Due))}
	}
	t, err := s.tally(ctx, run)
	if err != nil {
		return err
	}
	return s.differences(ctx, w, run, t, r, r.At)
}

// tally gives how a run stands: what was kept, where its rows are gone.
func (s *sender) tally(ctx context.Context, run bot.Run) (bot.Tally, error) {
	now, err := s.store.Tally(ctx, run.ID)
	if err != nil {
		return now, err
	}
	kept, err := s.store.Report(ctx, run.ID)
	if err == nil && now.Begun() < kept.Begun() {
		return kept.Tally, nil
	}
	return now, err
}

func (s *sender) report(ctx context.Context, w io.Writer, run bot.Run) error {
	t, err := s.tally(ctx, run)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s of %s, run %s: %s\n", run.Job, inTown(run.Due), run.ID, stateOf(run))
	showTally(w, run, t)
	if err := s.byFallback(ctx, w, run); err != nil {
		return err
	}
	if run.Kind != bot.RunNotice {
		return nil
	}
	return s.beside(ctx, w, run, t)
}

// byFallback tells how many of those whom WhatsApp could not reach got it otherwise.
func (s *sender) byFallback(ctx context.Context, w io.Writer, run bot.Run) error {
	other, found, err := s.store.Fallback(ctx, run.ID)
	if err != nil || !found {
		return err
	}
	t, err := s.tally(ctx, other)
	if err == nil {
		fmt.Fprintf(w, "%9d  got it by the fallback (%s), of %d who agreed to that\n", t.Told(), other.Account, t.Selected)
	}
	return err
}

func stateOf(run bot.Run) string {
	if run.Reason == "" {
		return string(run.State)
	}
	return fmt.Sprintf("%s (%s)", run.State, run.Reason)
}

func showTally(w io.Writer, run bot.Run, t bot.Tally) {
	waits := "wait"
	if run.State == bot.RunDone {
		waits = "not told: it ended before their turn"
	}
	line := func(n int, what string) {
		if n != 0 {
			fmt.Fprintf(w, "%9d  %s\n", n, what)
		}
	}
	fmt.Fprintf(w, "%9d  selected, of %d looked at\n", t.Selected, t.LookedAt)
	fmt.Fprintf(w, "%9d  got it\n", t.Told())
	line(t.Sent, "  sent, nothing heard since")
	line(t.Delivered, "  delivered")
	line(t.Read, "  read")
	for _, class := range slices.Sorted(maps.Keys(t.Failed)) {
		line(t.Failed[class], "failed: "+class)
	}
	for _, reason := range slices.Sorted(maps.Keys(t.LeftOut)) {
		line(t.LeftOut[reason], "left out: "+reason)
	}
	line(t.Waiting, waits)
	line(t.OnWay, "on their way, the end is not known yet")
	line(t.Withdrawn, "ended their consent before their turn: not told")
	line(t.OptedOut, "ended their consent within a day after it")
	line(t.Erased, "said STOP later on")
}

// beside compares a notice's run with the rehearsal that was approved.
func (s *sender) beside(ctx context.Context, w io.Writer, run bot.Run, t bot.Tally) error {
	all, err := s.store.Pushes(ctx)
	i := slices.IndexFunc(all, func(p bot.Push) bool { return p.Run == run.ID })
	if err != nil || i < 0 {
		return err
	}
	p := all[i]
	fmt.Fprintf(w, "Written by %s; rehearsed by %s, approved by %s, sent by %s.\n", strings.Join(p.WrittenBy, ", "), p.RehearsedBy, p.ApprovedBy, p.SentBy)
	if p.WithdrawnBy != "" {
		fmt.Fprintf(w, "Withdrawn by %s at %s: bode notify report %s\n", p.WithdrawnBy, inTown(p.WithdrawnAt), notify.CorrectionOf(p.Notice))
	}
	r, err := readRehearsal(p)
	if err != nil {
		return err
	}
	return s.differences(ctx, w, run, t, r, p.RehearsedAt)
}

// differences prints where a run is not what its rehearsal said, and why.
func (s *sender) differences(ctx context.Context, w io.Writer, run bot.Run, t bot.Tally, r notify.Rehearsal, since time.Time) error {
	given, ended, err := s.store.ConsentLines(ctx, run.Topic, since, s.now)
	if err != nil {
		return err
	}
	differences := r.Differences(t, given, ended)
	if len(differences) == 0 {
		fmt.Fprintln(w, "As rehearsed.")
	}
	for _, d := range differences {
		fmt.Fprintf(w, "Rehearsed %d %s, now %d:\n", d.Rehearsed, d.What, d.Now)
		for _, why := range d.Why {
			fmt.Fprintf(w, "  %s\n", why)
		}
	}
	return nil
}

// followEvery is how often a run is looked at.
const followEvery = time.Second

// follow shows how a run goes on one line of a terminal, until it is done.
func (s *sender) follow(ctx context.Context, std streams, run bot.Run) error {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for {
		now, found, err := s.store.Run(ctx, run.ID)
		if err != nil || !found {
			return err
		}
		t, err := s.tally(ctx, now)
		if err != nil {
			return err
		}
		fmt.Fprintf(std.err, "\r%-110s", bar(t)+" "+stateOf(now))
		if now.State == bot.RunDone && t.OnWay == 0 || now.State == bot.RunStopped {
			fmt.Fprintln(std.err)
			return s.report(ctx, std.out, now)
		}
		select {
		case <-ctx.Done():
			fmt.Fprintln(std.err, "\nIt goes on without you: bode notify report", run.ID)
			return nil
		case <-tick.C:
		}
	}
}

// bar is a progress bar of a run, in 30 characters, and its numbers.
func bar(t bot.Tally) string {
	const wide = 30
	done := t.Begun() + t.Withdrawn - t.OnWay
	filled := 0
	if t.Selected > 0 {
		filled = min(wide, done*wide/t.Selected)
	}
	return fmt.Sprintf("[%s%s] %d of %d, %d failed", strings.Repeat("#", filled), strings.Repeat(".", wide-filled), done, t.Selected, t.Refused())
}
