package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/gemeentebode/bode/bot"
)

// runFlags name one run, or all.
type runFlags struct {
	Run    string `arg:"" optional:"" name:"run" help:"A job or notice (its newest run), or the id of a run."`
	Config string `help:"The configuration file." default:"config.toml" type:"path"`
}

type notifyPauseCmd struct {
	runFlags `embed:""`
	All      bool `help:"The one switch: nothing goes out but answers, until resume --all."`
}

type notifyResumeCmd struct {
	runFlags `embed:""`
	All      bool `help:"End what pause --all began; it also ends a stop by itself."`
}

type notifyStopCmd struct {
	runFlags `embed:""`
}

var errWhichRun = failure{exitUse, errors.New("name a run, or give --all")}

// act opens the installation and finds the run.
func (f runFlags) act(ctx context.Context, std streams, all bool, do func(s *sender, by string, run bot.Run) error) error {
	by, err := whoActs(ctx)
	if err != nil {
		return failure{exitUse, err}
	}
	if (f.Run == "") != all {
		return errWhichRun
	}
	s, err := openSender(ctx, f.Config, std)
	if err != nil {
		return err
	}
	defer s.close()
	run := bot.Run{}
	if !all {
		if run, err = s.run(ctx, f.Run); err != nil {
			return err
		}
	}
	return do(s, by, run)
}

// Run pauses.
func (p *notifyPauseCmd) Run(ctx context.Context, std streams) error {
	return p.act(ctx, std, p.All, func(s *sender, by string, run bot.Run) error {
		if p.All {
			if err := s.store.StopTopics(ctx, s.now, s.account, "by "+by); err != nil {
				return err
			}
			fmt.Fprintln(std.out, "No notification goes out; answers do. Again: bode notify resume --all")
			return nil
		}
		if err := s.notifier.Pause(ctx, run.ID, "by "+by); err != nil {
			return fmt.Errorf("%s: %w", run.Job, err)
		}
		fmt.Fprintf(std.out, "Paused: %s. Again: bode notify resume %s\n", run.Job, run.ID)
		return nil
	})
}

// Run resumes.
func (r *notifyResumeCmd) Run(ctx context.Context, std streams) error {
	return r.act(ctx, std, r.All, func(s *sender, _ string, run bot.Run) error {
		if r.All {
			if err := s.store.ResumeTopics(ctx, s.account); err != nil {
				return err
			}
			fmt.Fprintln(std.out, "Notifications go out again, as far as they are still of use.")
			return nil
		}
		if err := s.notifier.Resume(ctx, run.ID); err != nil {
			return fmt.Errorf("%s: %w", run.Job, err)
		}
		fmt.Fprintf(std.out, "It goes on: %s.\n", run.Job)
		return nil
	})
}

// Run ends a run.
func (c *notifyStopCmd) Run(ctx context.Context, std streams) error {
	return c.act(ctx, std, false, func(s *sender, by string, run bot.Run) error {
		moved, err := s.store.SetRun(ctx, s.now, run.ID, bot.RunDone, "stopped by "+by, bot.RunSelecting, bot.RunSending, bot.RunPaused, bot.RunStopped)
		if err != nil {
			return err
		}
		if !moved {
			return fmt.Errorf("%s is done already", run.Job)
		}
		fmt.Fprintf(std.out, "Ended: %s. What was sent, was sent: bode notify report %s\n", run.Job, run.ID)
		return nil
	})
}
