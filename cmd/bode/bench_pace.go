package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// benchPaces are the usual pace of a number, and that of one that was raised.
var benchPaces = []int{80, 1000}

// benchPace measures row 10: what waits goes out at the pace of the number,
// never above it in any second, and close below.
func benchPace(ctx context.Context, b *bench) error {
	if _, err := b.peopled(ctx); err != nil {
		return err
	}
	for _, pace := range benchPaces {
		var over, used []round
		for n := range b.paced {
			sent, err := b.atPace(ctx, pace)
			if err != nil {
				return fmt.Errorf("%d a second: %w", pace, err)
			}
			over = append(over, round{float64(densest(sent)), float64(pace)})
			used = append(used, round{between(sent), float64(pace)})
			b.say("round %d of %d: at a pace of %d the densest second held %.0f, %.1f a second on average", n+1, b.paced, pace, over[n].Product, used[n].Product)
		}
		if err := b.profile("pace", func() error { _, err := b.atPace(ctx, pace); return err }); err != nil {
			return err
		}
		b.add(atMost("pace", fmt.Sprintf("pacing at %d/s: the densest second", pace), "", "the limit", 1, 1, over),
			least("pace", fmt.Sprintf("pacing at %d/s: used", pace), "/s", "the limit", 0.98, 0.995, used).
				missing("at %d/s: slots lie somewhat further apart than the limit asks, so that a send that is late falls into no other's second; and where less than nine tenths is used, the machine sends no faster (see the row drain)", pace))
	}
	return nil
}

// atPace has answers wait, sends them at a pace, and gives when the fake accepted each.
func (b *bench) atPace(ctx context.Context, pace int) ([]time.Time, error) {
	waiting := int(float64(pace) * b.open.Seconds())
	if _, err := b.commit(ctx, nil, b.crowd.messages(waiting, groupLines), groupFlying); err != nil {
		return nil, err
	}
	var mu sync.Mutex
	var sent []time.Time
	judging := *b.crowd.hearing(noSteps, false)
	listening := func(m fakegraph.Sent) []fakegraph.Step {
		mu.Lock()
		sent = append(sent, m.At)
		mu.Unlock()
		return judging(m)
	}
	b.at.hear.Store(&listening)
	d := b.at.desk(func(p *parts) { p.perSecond = float64(pace) })
	stop := b.at.work(ctx, d, d.outbox.Run)
	defer stop()
	if err := until(ctx, roundLimit, "everything is sent", b.crowd.judge.complete); err != nil {
		return nil, err
	}
	stop()
	mu.Lock()
	defer mu.Unlock()
	return slices.SortedFunc(slices.Values(sent), time.Time.Compare), b.settle(ctx)
}

// densest gives the most that any second held, wherever it begins.
func densest(sent []time.Time) (most int) {
	from := 0
	for i, at := range sent {
		for at.Sub(sent[from]) >= time.Second {
			from++
		}
		most = max(most, i-from+1)
	}
	return most
}

// between is how many went out a second, from the first to the last.
func between(sent []time.Time) float64 {
	if len(sent) < 2 {
		return 0
	}
	return float64(len(sent)-1) / sent[len(sent)-1].Sub(sent[0]).Seconds()
}
