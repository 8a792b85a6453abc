package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/notify"
	"github.com/gemeentebode/bode/store"
)

// notifyCmd is for who sends: colleagues who answer for what goes out.
type notifyCmd struct {
	List     notifyListCmd     `cmd:"" help:"Jobs with their next moment, notices with how far they are, runs under way."`
	Rehearse notifyRehearseCmd `cmd:"" help:"Who would get it, who not and why, how it looks, what it costs."`
	Approve  notifyApproveCmd  `cmd:"" help:"Approve a rehearsed notice, as a second person."`
	Send     notifySendCmd     `cmd:"" help:"Send an approved notice; bode serve does it."`
	Withdraw notifyWithdrawCmd `cmd:"" help:"Take a sent notice back: the rest is not told, who got it hears that it no longer holds."`
	Pause    notifyPauseCmd    `cmd:"" help:"Hold a run, or with --all every notification. Answers go on."`
	Resume   notifyResumeCmd   `cmd:"" help:"Let a run, or with --all every notification, go on."`
	Stop     notifyStopCmd     `cmd:"" help:"End a run for good: what was not sent is not sent."`
	Report   notifyReportCmd   `cmd:"" help:"What became of a run, beside its rehearsal."`
}

// Help is what bode notify --help says more.
func (*notifyCmd) Help() string {
	return `A job is a [[notifications]] of a flow; bode serve sends it by its schedule. A notice
is a file in flows/notices: it is shown in the flows while it holds, and it is
pushed only after a rehearsal and the approval of a second person.

  bode publish .                          # anna wrote flows/notices/2027-07-hitte.toml
  bode notify rehearse 2027-07-hitte      # anybody: how many, who not, samples, cost
  bode notify approve 2027-07-hitte       # berta, not anna
  bode notify send 2027-07-hitte --follow # berta, not anna
  bode notify pause --all                 # the one switch`
}

// sender is an opened installation, to look at what it sends.
type sender struct {
	config   *config
	store    *store.Store
	bundles  *bundles
	worded   *worded
	notifier *notify.Notifier
	quiet    notify.Quiet
	account  string
	now      time.Time
}

// openSender opens it; live is false where no flows are needed.
func openSender(ctx context.Context, path string, std streams) (*sender, error) {
	c, err := readConfig(path)
	if err != nil {
		return nil, err
	}
	s, err := c.openStore(ctx)
	if err != nil {
		return nil, err
	}
	sd, err := sending(ctx, c, s, std)
	if err != nil {
		s.Close()
		return nil, err
	}
	return sd, nil
}

func sending(ctx context.Context, c *config, s *store.Store, std streams) (*sender, error) {
	sd := &sender{config: c, store: s, account: c.Channel.CloudAPI.PhoneNumberID, now: time.Now().UTC().Truncate(time.Microsecond)}
	live := func(ctx context.Context) (*loaded, error) { return sd.bundles.live(ctx) }
	log := newLog(std, "warn")
	all, err := c.services(log, behind{agenda: s, requests: s, notices: noticesOf(live, time.Now), rights: ownData(s, live, time.Now, c.exportURL)})
	if err != nil {
		return nil, err
	}
	sd.bundles = newBundles(s, c.flowOptions(all), time.Now)
	sd.worded = newWorded(sd.bundles, all.audiences)
	sd.notifier = notify.New(notify.Config{Store: s, Bundles: sd.worded, Hear: all.Hear, Account: sd.account, Limits: c.limits(), Clock: time.Now,
		Healthy: func() bool { return true }, Log: log, Count: func(string, string) {}, Queued: func() {}})
	if sd.quiet, err = c.quiet(); err != nil {
		return nil, err
	}
	if err := sameClock(ctx, s, time.Now); err != nil { // every moment would be wrong
		return nil, err
	}
	return sd, nil
}

func (s *sender) close() { s.store.Close() }

// notices gives those of the live bundle, and its hash.
func (s *sender) notices(ctx context.Context) ([]notify.Notice, string, error) {
	live, err := s.bundles.live(ctx)
	if errors.Is(err, store.ErrNoBundle) {
		return nil, "", errors.New("nothing is live yet: bode publish")
	}
	if err != nil {
		return nil, "", err
	}
	return pushable(live.bundle), live.bundle.Hash, nil
}

// notice finds one of the live bundle by its name.
func (s *sender) notice(ctx context.Context, name string) (notify.Notice, string, error) {
	all, hash, err := s.notices(ctx)
	if err != nil {
		return notify.Notice{}, "", err
	}
	for _, n := range all {
		if n.Name == name {
			return n, hash, nil
		}
	}
	return notify.Notice{}, "", failure{exitUse, fmt.Errorf("the live bundle has no notice %q; see bode notify list", name)}
}

// push finds what became of a notice as it stands now; found is false when
// these words were not rehearsed.
func (s *sender) push(ctx context.Context, n notify.Notice) (p bot.Push, found bool, err error) {
	all, err := s.store.Pushes(ctx)
	content := n.Content()
	i := slices.IndexFunc(all, func(p bot.Push) bool { return p.Notice == n.Name && p.Content == content })
	if err != nil || i < 0 {
		return p, false, err
	}
	return all[i], true, nil
}

// pusher withdraws.
func (s *sender) pusher(log *slog.Logger) *notify.Pusher {
	return &notify.Pusher{Store: s.store, Account: s.account, Quiet: s.quiet, Clock: time.Now, Healthy: func() bool { return true }, Log: log,
		Count: func(string, string) {}, Notices: func(ctx context.Context) ([]notify.Notice, error) { all, _, err := s.notices(ctx); return all, err }}
}

// run finds a run by its id, the beginning of it, or the name of a job or notice (its newest).
func (s *sender) run(ctx context.Context, named string) (bot.Run, error) {
	if last, found, err := s.store.LastRun(ctx, s.account, named); err != nil || found {
		return last, err
	}
	if idShape.MatchString(named) {
		if run, found, err := s.store.Run(ctx, bot.ID(named)); err != nil || found {
			return run, err
		}
	}
	return bot.Run{}, failure{exitUse, fmt.Errorf("there is no run %q: name a job, a notice, or an id of bode notify list", named)}
}
