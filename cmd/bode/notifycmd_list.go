package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/notify"
)

type notifyListCmd struct {
	Config string `help:"The configuration file." default:"config.toml" type:"path"`
	All    bool   `help:"Also notices that are over, and runs that are done."`
}

// Run lists.
func (c *notifyListCmd) Run(ctx context.Context, std streams) error {
	s, err := openSender(ctx, c.Config, std)
	if err != nil {
		return err
	}
	defer s.close()
	since, reason, err := s.store.TopicsStopped(ctx, s.account)
	if err != nil {
		return err
	}
	if !since.IsZero() {
		fmt.Fprintf(std.out, "NO NOTIFICATION GOES OUT since %s: %s. Again: bode notify resume --all\n\n", inTown(since), reason)
	}
	w := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	if err := s.listJobs(ctx, w); err != nil {
		return err
	}
	if err := s.listNotices(ctx, w, c.All); err != nil {
		return err
	}
	if err := s.listRuns(ctx, w, c.All); err != nil {
		return err
	}
	return w.Flush()
}

func (s *sender) listJobs(ctx context.Context, w *tabwriter.Writer) error {
	if _, _, err := s.notices(ctx); err != nil {
		return err
	}
	live, err := s.worded.Live(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "JOB\tTOPIC\tNEXT\tLAST RUN")
	for _, job := range live.Jobs() {
		last, found, err := s.store.LastRun(ctx, s.account, job.Name)
		if err != nil {
			return err
		}
		ran := "never"
		if found {
			ran = inTown(last.Due) + " " + stateOf(last)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", job.Name, job.Topic, inTown(job.Timing.Next(s.now)), ran)
	}
	return nil
}

// soon is how long before it holds a notice is listed.
const soon = 30 * 24 * time.Hour

func (s *sender) listNotices(ctx context.Context, w *tabwriter.Writer, all bool) error {
	notices, _, err := s.notices(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "\nNOTICE\tTOPIC\tHOLDS\tPUSHED")
	for _, n := range notices {
		if !all && (!n.Until.After(s.now) || n.From.After(s.now.Add(soon))) {
			continue
		}
		state, err := s.stateOfNotice(ctx, n)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\t%s\t%s - %s\t%s\n", n.Name, n.Topic, inTown(n.From), inTown(n.Until), state)
	}
	return nil
}

// stateOfNotice tells how far a notice is on its way out.
func (s *sender) stateOfNotice(ctx context.Context, n notify.Notice) (string, error) {
	p, found, err := s.push(ctx, n)
	switch {
	case err != nil:
		return "", err
	case !found:
		return "draft: not rehearsed as it is now", nil
	case p.WithdrawnBy != "":
		return "withdrawn by " + p.WithdrawnBy, nil
	case p.Run != "":
		run, _, err := s.store.Run(ctx, p.Run)
		state := "sent by " + p.SentBy
		if run.State != bot.RunDone {
			state = stateOf(run) + ", by " + p.SentBy
		}
		return state, err
	case p.ApprovedBy != "":
		return fmt.Sprintf("approved by %s at %s", p.ApprovedBy, inTown(p.ApprovedAt)), nil
	case s.now.Sub(p.RehearsedAt) > rehearsedFor:
		return fmt.Sprintf("rehearsed by %s, more than 24 hours ago", p.RehearsedBy), nil
	}
	return fmt.Sprintf("rehearsed by %s at %s", p.RehearsedBy, inTown(p.RehearsedAt)), nil
}

// mostRuns is how many runs are listed.
const mostRuns = 30

func (s *sender) listRuns(ctx context.Context, w *tabwriter.Writer, all bool) error {
	runs, err := s.store.Runs(ctx, s.account, all, mostRuns)
	if err != nil || len(runs) == 0 {
		return err
	}
	fmt.Fprintln(w, "\nRUN\tOF\tID\tHOW IT GOES")
	for _, run := range runs {
		t, err := s.tally(ctx, run)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s %s\n", run.Job, inTown(run.Due), run.ID, bar(t), stateOf(run))
	}
	return nil
}
