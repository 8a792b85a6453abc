package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"
)

// latencies are of one measurement, sorted when they are read.
type latencies struct {
	mu   sync.Mutex
	list []time.Duration
}

func (l *latencies) add(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, d)
}

// milliseconds gives the time within which that part of all ended.
func (l *latencies) milliseconds(of float64) float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	slices.Sort(l.list)
	return valueAt(l.list, of).Seconds() * 1000
}

// planned prepares an open-loop load: messages at even times whatever becomes
// of those before. Each time is that at which its resident presses send.
func (c *townsfolk) planned(turns, lines int, rate float64) [][]written {
	out := make([][]written, lines)
	order := rand.Perm(c.people)
	for i := range turns {
		n := order[i%len(order)]
		one := c.message(n)
		one.at = time.Duration(float64(i) / rate * float64(time.Second))
		line := &out[n%lines]
		*line = append(*line, one)
		if rand.IntN(100) < redelivered {
			one.again = true
			*line = append(*line, one)
		}
	}
	return out
}

// writeOpen posts each message at its time since began, and gives how long each waited for
// its answer, counted from that time: who comes late because the one before
// was slow waited too.
func (c *townsfolk) writeOpen(ctx context.Context, began time.Time, lines [][]written, key func(written) string) (*latencies, error) {
	ctx, cancel := context.WithTimeout(ctx, roundLimit)
	defer cancel()
	waited := &latencies{}
	var open sync.WaitGroup
	errs := make(chan error, len(lines))
	for _, list := range lines {
		go func() {
			errs <- c.writeLine(ctx, list, func(w written) error {
				open.Add(1)
				c.await(key(w), func(at time.Time) {
					waited.add(at.Sub(began.Add(w.at)))
					open.Done()
				})
				err := sleep(ctx, time.Until(began.Add(w.at)))
				c.stages.pass(w.wamid, atPlanned, began.Add(w.at))
				c.stages.pass(w.wamid, atPosted, time.Now())
				return err
			})
		}()
	}
	var err error
	for range lines {
		err = errors.Join(err, <-errs)
	}
	return waited, errors.Join(err, all(ctx, &open))
}

// all waits until nothing is open any more.
func all(ctx context.Context, open *sync.WaitGroup) error {
	over := make(chan struct{})
	go func() { open.Wait(); close(over) }()
	select {
	case <-over:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("messages have no answer: %w", ctx.Err())
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// benchLatency measures row 8: from webhook to commit at half the load that
// group commit reached, against what one flush of this disk takes.
func benchLatency(ctx context.Context, b *bench) error {
	if _, err := b.peopled(ctx); err != nil {
		return err
	}
	reached, err := b.reached(ctx)
	if err != nil {
		return err
	}
	rate := reached / 2
	var half, most []round
	way := newStages()
	b.crowd.stages = way
	b.at.stages.Store(way)
	defer func() { b.crowd.stages = nil; b.at.stages.Store(nil) }()
	for n := range b.rounds {
		flushes, err := b.at.flushes(b.open / 2)
		if err != nil {
			return err
		}
		waited, err := b.openLoop(ctx, rate)
		if err != nil {
			return err
		}
		half = append(half, round{waited.milliseconds(0.5), flushes.milliseconds(0.5)})
		most = append(most, round{waited.milliseconds(0.99), flushes.milliseconds(0.99)})
		b.say("round %d of %d: at %.0f a second p50 %.1f ms, p99 %.1f ms; fdatasync %.1f and %.1f ms", n+1, b.rounds, rate, half[n].Product, most[n].Product, half[n].Anchor, most[n].Anchor)
		if err := b.settle(ctx); err != nil {
			return err
		}
	}
	if err := b.profile("latency", func() error { _, err := b.openLoop(ctx, rate); return err }); err != nil {
		return err
	}
	b.add(atMost("latency", "webhook to commit of the answer at half load, p50", "ms", "fdatasync p50", 8, 5, half).
		noting("open loop at %.0f turns a second, half of what group commit reached; counted from the planned moment. The medians of the parts of the way: %s", rate, way.split(0.5)),
		atMost("latency", "the same, p99", "ms", "fdatasync p99", 20, 10, most).
			noting("the p99 of each part of the way: %s", way.split(0.99)))
	return b.settle(ctx)
}

// reached is how many turns a second group commit does here.
func (b *bench) reached(ctx context.Context) (float64, error) {
	for _, row := range b.measured {
		if row.Row == "group" {
			return row.Product.Median, nil
		}
	}
	turns, took, err := b.group(ctx)
	if err != nil {
		return 0, err
	}
	return perSecond(turns, took), b.settle(ctx)
}

func (b *bench) openLoop(ctx context.Context, rate float64) (*latencies, error) {
	lines := b.crowd.planned(max(50, int(rate*b.open.Seconds())), groupLines, rate)
	d := b.at.desk(nil)
	d.inbox.Store = &watched{Store: b.at.store, committed: b.crowd.arrived, stages: b.crowd.stages}
	stop := b.at.work(ctx, d, d.inbox.Run)
	defer stop()
	return b.crowd.writeOpen(ctx, time.Now(), lines, func(w written) string { return w.wamid })
}

// flushes measures the disk under the server's own folder: a page of the log
// at a time, in a file that has its size already, as Postgres does it.
func (s *benchSite) flushes(d time.Duration) (*latencies, error) {
	const page, pages = 8 << 10, 512
	file, err := os.CreateTemp(s.server.Data(), "flushes-")
	if err != nil {
		return nil, err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	block := make([]byte, page)
	if _, err := file.Write(make([]byte, page*pages)); err != nil {
		return nil, err
	}
	if err := file.Sync(); err != nil {
		return nil, err
	}
	took := &latencies{}
	for i, over := 0, time.Now().Add(d); time.Now().Before(over); i++ {
		began := time.Now()
		if _, err := file.WriteAt(block, int64(i%pages)*page); err != nil {
			return nil, err
		}
		if err := syscall.Fdatasync(int(file.Fd())); err != nil {
			return nil, fmt.Errorf("fdatasync: %w", err)
		}
		took.add(time.Since(began))
	}
	return took, nil
}
