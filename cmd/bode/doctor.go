package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/store"
)

type doctorCmd struct {
	Config string `help:"The configuration file." default:"config.toml" type:"path"`
	JSON   bool   `name:"json" help:"Print the lines as JSON."`
	liveFlags
}

// finding is one line of the doctor: what was looked at, what is wrong, what to do.
type finding struct {
	what string
	err  error
	todo string
}

func (f finding) remark() remark {
	if f.err == nil {
		return good(f.what, "")
	}
	return wrong(f.what, f.err.Error(), f.todo)
}

// Run looks at everything an installation needs on its own side, with --live
// at what only the platform and the outside know, and prints a line each; exit
// 1 when one of them is wrong.
func (d *doctorCmd) Run(ctx context.Context, std streams) error {
	c, err := readConfig(d.Config)
	if err != nil {
		return err
	}
	if err := d.checkFlags(c); err != nil {
		return err
	}
	r := &report{out: std.out, asJSON: d.JSON}
	for _, f := range c.examine(ctx) {
		if !d.live() || f.what != rememberedTemplates { // the platform itself is asked
			r.say(f.remark())
		}
	}
	r.say(c.besides(ctx)...)
	if c.Service.Mode != "open" {
		r.say(note(fmt.Sprintf("the service is in mode %q", c.Service.Mode), "residents hear that it is not open", "set [service] mode = \"open\" when it is to be"))
	}
	if c.exportURL() == "" {
		r.say(note("own data", "residents cannot get an overview of their data by a link", "set [privacy] export_url"))
	}
	if !d.live() {
		return r.end("Nothing is wrong on this side. The platform's side is looked at by: bode doctor --live")
	}
	d.examineLive(ctx, c, r, std)
	return r.end("Nothing is wrong, here, at the platform and on the way in between.")
}

func (c *config) examine(ctx context.Context) []finding {
	_, keyErr := c.keyring()
	_, apiErr := c.cloudAPI()
	all, serviceErr := c.services(slog.New(slog.DiscardHandler), behind{})
	findings := []finding{
		{"keys", keyErr, "mend the file, or put the installation's own back; a new one (bode keys new FILE) opens nothing that was stored"},
		{"provider's secrets", apiErr, "fill in what the provider's letter says; see config.example.toml"},
		{"addresses and waste calendar", serviceErr, "correct the file at the line named"},
	}
	if keyErr != nil || serviceErr != nil {
		return findings
	}
	s, err := c.openStore(ctx)
	findings = append(findings, finding{"database", err, databaseAdvice(err)})
	if err != nil {
		return findings
	}
	defer s.Close()
	guard := &clockGuard{store: s, clock: time.Now, log: slog.New(slog.DiscardHandler)}
	guard.compare(ctx)
	var clockErr error
	if !guard.healthy() {
		clockErr = fmt.Errorf("differs more than %v from the database's", maxDifference)
	}
	bundle, live := c.bundleFinding(ctx, s, all)
	if f, on := c.fallbackFinding(ctx, newBundles(s, c.flowOptions(all), time.Now)); on {
		findings = append(findings, f)
	}
	return append(findings,
		finding{"clock", clockErr, "set this machine's clock (NTP), and the database's"},
		live, c.templateFinding(ctx, s, bundle), closedFinding(ctx, s, time.Now()), stoppedFinding(ctx, s), topicsFinding(ctx, s, c.Channel.CloudAPI.PhoneNumberID))
}

// stoppedFinding tells that the platform refused the account and sending stopped.
func stoppedFinding(ctx context.Context, s *store.Store) finding {
	f := finding{what: "sending", todo: "mend what the platform refuses (token, payment, account), then start bode serve again"}
	stops, err := s.Stopped(ctx)
	if f.err = err; err == nil && len(stops) > 0 {
		f.err = fmt.Errorf("stopped since %s: %s", inTown(stops[0].Since.Time), stops[0].Reason)
	}
	return f
}

// topicsFinding tells that no notification goes out, and why.
func topicsFinding(ctx context.Context, s *store.Store, account string) finding {
	f := finding{what: "notifications", todo: "look into it, then let them go on with: bode notify resume --all"}
	since, reason, err := s.TopicsStopped(ctx, account)
	if f.err = err; err == nil && !since.IsZero() {
		f.err = fmt.Errorf("all stopped since %s: %s", inTown(since), reason)
	}
	return f
}

func databaseAdvice(err error) string {
	if errors.Is(err, store.ErrNotMigrated) {
		return "run: bode migrate"
	}
	if errors.Is(err, store.ErrWrongKeys) {
		return "name the key file and the database of one installation under [store]"
	}
	return "check [store] database, that the server runs, and that this machine may reach it"
}

// bundleFinding checks the live bundle as if it were published today: what has expired shows.
func (c *config) bundleFinding(ctx context.Context, s *store.Store, all *services) (*flow.Bundle, finding) {
	f := finding{what: "live flows", todo: "correct the files and run: bode publish"}
	_, content, err := s.LiveBundle(ctx)
	if errors.Is(err, store.ErrNoBundle) {
		f.what = "live flows (none yet: bode serve publishes the first at its start)"
		return nil, f
	}
	if f.err = err; err != nil {
		return nil, f
	}
	options := c.flowOptions(all)
	options.At, options.Publishing = time.Now(), true
	bundle, faults, err := loadPacked(content, options)
	if f.err = err; err == nil && bundle == nil {
		f.err = fmt.Errorf("%d faults, the first: %s", countFaults(faults), firstFault(faults))
	}
	return bundle, f
}

func countFaults(faults flow.Faults) (n int) {
	for _, f := range faults {
		if !f.Hint {
			n++
		}
	}
	return n
}
