package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/gemeentebode/bode/store"
)

type purgeCmd struct {
	Config string `help:"The configuration file." default:"config.toml" type:"path"`
	DryRun bool   `help:"Count what is past its time, and destroy nothing." xor:"do"`
	Log    bool   `help:"Print the destruction log: when, what, how many, on which ground." xor:"do"`

	clock func() time.Time // nil: the machine's
}

// Help is what bode purge --help says more.
func (*purgeCmd) Help() string {
	return `bode serve does this every hour by itself; the periods stand under [retention].
It goes in small steps, beside whatever is being served. Stopped halfway, what
is destroyed is destroyed and logged, and the next time does the rest.

  bode purge --dry-run   # how many of each kind are past their time
  bode purge
  bode purge --log       # what was destroyed, when and on which ground`
}

// Run destroys what is past its time, counts it, or tells what was destroyed.
func (p *purgeCmd) Run(ctx context.Context, std streams) error {
	c, err := readConfig(p.Config)
	if err != nil {
		return err
	}
	s, err := c.openStore(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	if p.Log {
		return printDestruction(ctx, s, std)
	}
	clock := p.clock
	if clock == nil {
		clock = time.Now
	}
	if err := sameClock(ctx, s, clock); err != nil { // a year ahead, all would be past its time
		return fmt.Errorf("nothing was destroyed: %w", err)
	}
	due, err := s.Overdue(ctx, clock(), c.Retention)
	if err != nil {
		return err
	}
	if p.DryRun {
		fmt.Fprintf(std.out, "Past its time, and not destroyed: %s.\n", inWords(due))
		return nil
	}
	return purgeAloud(ctx, s, clock(), c.Retention, due, std)
}

// purgeAloud tells how far it is: of each kind, how many of those that were counted.
func purgeAloud(ctx context.Context, s *store.Store, now time.Time, r store.Retention, due store.Purged, std streams) error {
	last := ""
	purged, err := s.Purge(ctx, now, r, func(d store.Destroyed) {
		if last != "" && last != d.Kind {
			fmt.Fprintln(std.err)
		}
		last = d.Kind
		fmt.Fprintf(std.err, "\r%s: %d of %d", d.Kind, d.Number, max(due.Of(d.Kind), d.Number))
	})
	if last != "" {
		fmt.Fprintln(std.err)
	}
	fmt.Fprintf(std.out, "Destroyed because its time is past: %s.\n", inWords(purged))
	if err != nil {
		return fmt.Errorf("cut short, which is no harm: give bode purge again (%w)", err)
	}
	return nil
}

func printDestruction(ctx context.Context, s *store.Store, std streams) error {
	fmt.Fprintf(std.out, "%-20s  %-15s  %10s  %s\n", "when (UTC)", "what", "number", "ground")
	return s.DestructionLog(ctx, func(d store.Destruction) error {
		_, err := fmt.Fprintf(std.out, "%-20s  %-15s  %10d  %s\n", d.At.UTC().Format(time.RFC3339), d.Kind, d.Number, d.Ground)
		return err
	})
}

// inWords lists numbers: "12 texts, 3 requests", or "nothing".
func inWords(purged store.Purged) string {
	var parts []string
	for _, d := range purged {
		parts = append(parts, fmt.Sprintf("%d %s", d.Number, d.Kind))
	}
	if parts == nil {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}

// numbers are the attributes of a line in the service's log.
func numbers(purged store.Purged) []any {
	var attributes []any
	for _, d := range purged {
		attributes = append(attributes, slog.Int64(d.Kind, d.Number))
	}
	return attributes
}

// sameClock refuses a clock that differs from the database's, as bode serve does.
func sameClock(ctx context.Context, s *store.Store, clock func() time.Time) error {
	if _, err := s.DatabaseNow(ctx); err != nil {
		return err
	}
	clocks := &clockGuard{store: s, clock: clock, log: slog.New(slog.DiscardHandler)}
	if clocks.compare(ctx); !clocks.healthy() {
		return errors.New("this machine's clock differs from the database's: set it (NTP)")
	}
	return nil
}
