package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/notify"
)

// rehearsedFor is how long a rehearsal may be approved, and an approval used.
const rehearsedFor = 24 * time.Hour

type notifyApproveCmd struct {
	Name   string `arg:"" help:"The notice: the name of its file, without .toml."`
	Config string `help:"The configuration file." default:"config.toml" type:"path"`
}

// Help is what bode notify approve --help says more.
func (*notifyApproveCmd) Help() string {
	return `It shows the rehearsal again and notes your approval. Not for who wrote the notice or
any version of it: that is who first published it (bode publish). Who you are is
who you are logged in as, or who you were before sudo.
A rehearsal is good for 24 hours, and only for the very same words, areas and dates.`
}

// Run approves.
func (a *notifyApproveCmd) Run(ctx context.Context, std streams) error {
	by, err := whoActs(ctx)
	if err != nil {
		return failure{exitUse, err}
	}
	s, err := openSender(ctx, a.Config, std)
	if err != nil {
		return err
	}
	defer s.close()
	n, p, err := s.rehearsed(ctx, a.Name)
	if err != nil {
		return err
	}
	r, err := readRehearsal(p)
	if err != nil {
		return err
	}
	if err := s.show(ctx, std.out, r, &n); err != nil {
		return err
	}
	if p.ApprovedBy != "" {
		return fmt.Errorf("%s approved it already, at %s: bode notify send %s", p.ApprovedBy, inTown(p.ApprovedAt), n.Name)
	}
	if err := s.another(ctx, p, by, "approves"); err != nil {
		return err
	}
	if err := s.store.ApprovePush(ctx, s.now, p, by); err != nil {
		return changed(err)
	}
	fmt.Fprintf(std.out, "\nApproved by %s. Send it within 24 hours: bode notify send %s\n", by, n.Name)
	return nil
}

// rehearsed finds the rehearsal of a notice as it is live now.
func (s *sender) rehearsed(ctx context.Context, name string) (n notify.Notice, p bot.Push, err error) {
	n, _, err = s.notice(ctx, name)
	if err != nil {
		return n, p, err
	}
	p, found, err := s.push(ctx, n)
	switch again := "bode notify rehearse " + name; {
	case err != nil:
		return n, p, err
	case !found:
		return n, p, fmt.Errorf("%s was not rehearsed as it is now: %s", name, again)
	case p.Run != "":
		return n, p, fmt.Errorf("%s was sent by %s already: bode notify report %s", name, p.SentBy, name)
	case !n.Until.After(s.now):
		return n, p, fmt.Errorf("%s held until %s: that is over", name, inTown(n.Until))
	case s.now.Sub(p.RehearsedAt) > rehearsedFor:
		return n, p, fmt.Errorf("its rehearsal is of %s, more than 24 hours ago: %s", inTown(p.RehearsedAt), again)
	}
	return n, p, nil
}

// another refuses who had a hand in a notice: by what the rehearsal noted, and
// by what was published since. The schema refuses them too.
func (s *sender) another(ctx context.Context, p bot.Push, by, does string) error {
	now, unknown, err := writers(ctx, s.store, p.Notice)
	if err != nil {
		return err
	}
	all := slices.Concat(p.WrittenBy, now)
	if unknown {
		all = append(all, p.RehearsedBy)
	}
	if slices.Contains(all, by) {
		return fmt.Errorf("you are %s, and a notice is not for who wrote it: a second person %s it (it was written by %s)", by, does, strings.Join(p.WrittenBy, ", "))
	}
	return nil
}

func changed(err error) error {
	if errors.Is(err, bot.ErrPushChanged) {
		return errors.New("somebody rehearsed, approved or sent it meanwhile: see bode notify list")
	}
	return err
}

func readRehearsal(p bot.Push) (r notify.Rehearsal, err error) {
	if err := json.Unmarshal([]byte(p.Rehearsal), &r); err != nil {
		return r, fmt.Errorf("the rehearsal of %s: %w", p.Notice, err)
	}
	return r, nil
}

type notifySendCmd struct {
	Name   string `arg:"" help:"The notice: the name of its file, without .toml."`
	Follow bool   `help:"Stay, and show how it goes until it is done."`
	Config string `help:"The configuration file." default:"config.toml" type:"path"`
}

// Help is what bode notify send --help says more.
func (*notifySendCmd) Help() string {
	return `It says so in the database, and a running bode serve sends: a first few, which are
watched, then the rest. Answers to residents always go first. Not for who wrote it.`
}

// Run begins the run of an approved notice.
func (c *notifySendCmd) Run(ctx context.Context, std streams) error {
	by, err := whoActs(ctx)
	if err != nil {
		return failure{exitUse, err}
	}
	s, err := openSender(ctx, c.Config, std)
	if err != nil {
		return err
	}
	defer s.close()
	n, p, err := s.rehearsed(ctx, c.Name)
	if err != nil {
		return err
	}
	if p.ApprovedBy == "" {
		return fmt.Errorf("nobody approved it: a second person gives bode notify approve %s", n.Name)
	}
	if s.now.Sub(p.ApprovedAt) > rehearsedFor {
		return fmt.Errorf("it was approved more than 24 hours ago, at %s: bode notify rehearse %s", inTown(p.ApprovedAt), n.Name)
	}
	if err := s.another(ctx, p, by, "sends"); err != nil {
		return err
	}
	r, err := readRehearsal(p)
	if err != nil {
		return err
	}
	planned := n.Run(s.account, r.Bundle, s.now, s.quiet)
	if !planned.NotBefore.Before(planned.Useless) {
		return fmt.Errorf("%s would never come: it is quiet until %s, and it holds until %s", n.Name, inTown(planned.NotBefore), inTown(planned.Useless))
	}
	run, err := s.store.SendPush(ctx, s.now, p, by, planned)
	if err != nil {
		return changed(err)
	}
	fmt.Fprintf(std.out, "Run %s: sent by bode serve, not before %s.\n", run.ID, inTown(run.NotBefore))
	if c.Follow {
		return s.follow(ctx, std, run)
	}
	fmt.Fprintf(std.out, "How it goes: bode notify report %s --follow\n", n.Name)
	return nil
}

type notifyWithdrawCmd struct {
	Name   string `arg:"" help:"The notice, as it was called when it was sent."`
	Config string `help:"The configuration file." default:"config.toml" type:"path"`
}

// Help is what bode notify withdraw --help says more.
func (*notifyWithdrawCmd) Help() string {
	return `The same happens by itself when its file is gone from the live bundle, or says by
valid_until that it is over. Remove the file too: until then the flows show it.`
}

// Run withdraws. Anybody may: it has to be quick.
func (w *notifyWithdrawCmd) Run(ctx context.Context, std streams) error {
	by, err := whoActs(ctx)
	if err != nil {
		return failure{exitUse, err}
	}
	s, err := openSender(ctx, w.Config, std)
	if err != nil {
		return err
	}
	defer s.close()
	sent, err := s.store.Pushed(ctx, s.now, s.account)
	if err != nil {
		return err
	}
	withdrawn := 0
	for _, one := range sent {
		if one.Notice != w.Name {
			continue
		}
		done, err := s.pusher(newLog(std, "error")).Withdraw(ctx, one, by, "withdrawn by "+by)
		if err != nil {
			return err
		}
		if done {
			withdrawn++
		}
	}
	if withdrawn == 0 {
		return failure{exitUse, fmt.Errorf("no notice %q is out: it was not sent, is over, or was withdrawn before", w.Name)}
	}
	fmt.Fprintf(std.out, "Withdrawn: the rest is not told, and who got it hears that it no longer holds.\nHow that goes: bode notify report %s\n", notify.CorrectionOf(w.Name))
	return nil
}
