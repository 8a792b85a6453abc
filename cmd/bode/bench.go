package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"strings"
	"time"
)

type benchCmd struct {
	Quick      bool          `help:"Fewer and shorter rounds: within a minute. The full run takes some twenty minutes."`
	Only       []string      `help:"Only these rows, by their names or their part's: ${benchParts}." placeholder:"ROW,..."`
	JSON       string        `name:"json" help:"Write everything to this file too, every round of it." placeholder:"FILE" type:"path"`
	Cpuprofile string        `help:"Write a CPU profile of what each row times to this folder, taken in a round of its own." placeholder:"DIR" type:"path"`
	Rounds     int           `help:"Rounds of product and anchor; 0: ${benchRounds}, and 3 with --quick."`
	Turns      int           `help:"Turns in a round; 0: as many as take some seconds."`
	Parallel   int           `help:"Turns at once, as [service] parallel." default:"32"`
	Gather     time.Duration `help:"The fake brings statuses that fall due within this time in one webhook; 0: each in its own." default:"0s"`
	FullFanout bool          `help:"A fan-out of a million with --quick or --only too."`

	sizes *benchSizes // tests bring their own; nil: by Quick
}

// Help is shown by bode bench --help.
func (benchCmd) Help() string {
	return `Measures this machine: the service against anchors, in alternating rounds of one
run, each row with its target. It starts a Postgres of its own, durable, and
removes it again; nothing of an installation is touched. Progress goes to
standard error. It ends with 1 when a message is lost, answered twice or out of
order; a target that is missed is told and is no failure, for times are trends.

  bode bench --quick                 all rows, within a minute
  bode bench --json figures.json     the full run, and every round in a file
  bode bench --only turns            the durable and the delivered turn
  bode bench --only group --rounds 3 --cpuprofile profiles`
}

// benchSizes is how much is measured.
type benchSizes struct {
	rounds  int
	turns   int           // of a round
	seconds int           // of the anchor in a round
	people  int           // who write
	steps   int           // of the engine in a round
	open    time.Duration // an open loop lasts
	paced   int           // rounds of a pace, and of a fan-out that is sent
	fanout  int           // people who are enqueued
	town    int           // people who are told while others chat
}

var (
	fullBench  = benchSizes{rounds: 9, turns: 6000, seconds: 3, people: 10_000, steps: 4000, open: 10 * time.Second, paced: 3, fanout: 1_000_000, town: 12_000}
	quickBench = benchSizes{rounds: 3, turns: 1000, seconds: 1, people: 800, steps: 1000, open: 1500 * time.Millisecond, paced: 1, fanout: 20_000, town: 1200}
)

// benchPart measures some rows together.
type benchPart struct {
	name string
	rows []string
	run  func(context.Context, *bench) error
}

func benchParts() []benchPart {
	return []benchPart{
		{"engine", []string{"engine", "growth", "allocations"}, benchEngine},
		{"turns", []string{"single", "group", "delivered", "counts"}, benchTurns},
		{"latency", []string{"latency"}, benchLatency},
		{"ingress", []string{"ingress"}, benchIngress},
		{"pace", []string{"pace"}, benchPace},
		{"fanout", []string{"fanout"}, benchFanout},
		{"interactive", []string{"interactive", "drain"}, benchInteractive},
	}
}

// benchNames are what --only knows, for its help.
func benchNames() string {
	var all []string
	for _, p := range benchParts() {
		all = append(all, fmt.Sprintf("%s (%s)", p.name, strings.Join(p.rows, ", ")))
	}
	return strings.Join(all, "; ")
}

// bench is one run.
type bench struct {
	benchSizes
	cmd   *benchCmd
	std   streams
	began time.Time
	at    *benchSite // nil until a part needs it
	crowd *townsfolk
	log   *slog.Logger
	benchReport
	measured []result // also those that were not asked for
}

// Run measures, and prints.
func (c *benchCmd) Run(ctx context.Context, std streams) error {
	b := &bench{benchSizes: c.size(), cmd: c, std: std, began: time.Now(),
		log: slog.New(slog.NewTextHandler(std.err, &slog.HandlerOptions{Level: slog.LevelError}))}
	if err := c.known(); err != nil {
		return err
	}
	if c.Cpuprofile != "" {
		if err := os.MkdirAll(c.Cpuprofile, 0o755); err != nil {
			return failure{exitUse, err}
		}
	}
	defer func() {
		if b.at != nil {
			b.at.close()
		}
	}()
	debug.SetGCPercent(collectAt) // as bode serve does; its bound on memory leaves no room for the load, which is in here too
	for _, p := range benchParts() {
		if slices.ContainsFunc(p.rows, b.wanted) {
			if err := p.run(ctx, b); ctx.Err() != nil {
				return errors.New("interrupted; what was started is removed")
			} else if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
		}
	}
	return b.finish(ctx)
}

func (c *benchCmd) size() benchSizes {
	size := fullBench
	if c.Quick {
		size = quickBench
	}
	if c.sizes != nil {
		size = *c.sizes
	}
	if c.Rounds > 0 {
		size.rounds = c.Rounds
	}
	if c.Turns > 0 {
		size.turns = c.Turns
	}
	return size
}

// known refuses names that no row has.
func (c *benchCmd) known() error {
	for _, name := range c.Only {
		if !slices.ContainsFunc(benchParts(), func(p benchPart) bool { return p.name == name || slices.Contains(p.rows, name) }) {
			return failure{exitUse, fmt.Errorf("--only %s: there is no such row; choose of %s", name, benchNames())}
		}
	}
	return nil
}

// wanted tells whether a row is measured.
func (b *bench) wanted(row string) bool {
	if len(b.cmd.Only) == 0 || slices.Contains(b.cmd.Only, row) {
		return true
	}
	return slices.ContainsFunc(benchParts(), func(p benchPart) bool { return slices.Contains(b.cmd.Only, p.name) && slices.Contains(p.rows, row) })
}

// site gives the installation, started when it is first asked for.
func (b *bench) site(ctx context.Context) (*benchSite, error) {
	if b.at != nil {
		return b.at, nil
	}
	b.say("starting a durable Postgres")
	s, err := openBench(ctx, b.cmd.Parallel, b.cmd.Gather, b.log)
	b.at = s
	return s, err
}

func (b *bench) finish(ctx context.Context) error {
	b.Machine = machine{Cores: runtime.GOMAXPROCS(0), Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH}
	if b.at != nil {
		b.Machine.Postgres = b.at.postgres(ctx)
	}
	b.Seconds = time.Since(b.began).Seconds()
	if err := b.print(b.std.out); err != nil {
		return err
	}
	if b.cmd.JSON == "" {
		return nil
	}
	return b.write(b.cmd.JSON)
}

// say tells how far it is.
func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(b.std.err, "%6.1f s  %s\n", time.Since(b.began).Seconds(), fmt.Sprintf(format, args...))
}

// add keeps a row that was asked for.
func (b *bench) add(rows ...result) {
	b.measured = append(b.measured, rows...)
	for _, row := range rows {
		if len(row.Rounds) > 0 && b.wanted(row.Row) {
			b.Rows = append(b.Rows, row)
		}
	}
}

// profile does something under the profiler, where one was asked for.
func (b *bench) profile(row string, do func() error) error {
	if b.cmd.Cpuprofile == "" || !b.wanted(row) {
		return nil
	}
	path := filepath.Join(b.cmd.Cpuprofile, row+".pprof")
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := pprof.StartCPUProfile(file); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	b.say("profiling %s to %s", row, path)
	return do()
}
