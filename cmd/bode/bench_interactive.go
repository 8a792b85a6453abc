package main

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/bot/notify"
)

// How a fan-out is sent while people chat.
const (
	fanPace    = 300 // a second
	chatRate   = 25  // messages a second
	chatPeople = 200
	chatLines  = 32
)

// fanTown is a town that is told a notice while others chat.
type fanTown struct {
	site  *benchSite
	crowd *townsfolk
	size  int

	mu   sync.Mutex
	told map[string]int // by the platform's key
}

// benchInteractive measures the rest of rows 11 and 12: the drain, and how
// long an answer takes meanwhile.
func benchInteractive(ctx context.Context, b *bench) error {
	b.say("a town of %d", b.town)
	f, err := b.fanTown(ctx)
	if err != nil {
		return err
	}
	var sent, committed, drained []round
	for n := range b.paced {
		quiet, err := f.chat(ctx, f.lasts())
		if err != nil {
			return fmt.Errorf("quiet: %w", err)
		}
		if err := b.judgeTown(f); err != nil {
			return err
		}
		busy, err := f.during(ctx)
		if err != nil {
			return fmt.Errorf("during a fan-out: %w", err)
		}
		if err := b.judgeTown(f); err != nil {
			return err
		}
		sent = append(sent, round{busy.sent.milliseconds(0.99), quiet.sent.milliseconds(0.99)})
		committed = append(committed, round{busy.committed.milliseconds(0.99), quiet.committed.milliseconds(0.99)})
		b.say("round %d of %d: p99 to the answer %.0f ms during the fan-out, %.0f ms when quiet; to its commit %.0f and %.0f ms", n+1, b.paced, sent[n].Product, sent[n].Anchor, committed[n].Product, committed[n].Anchor)
		took, err := f.drain(ctx)
		if err != nil {
			return fmt.Errorf("drain: %w", err)
		}
		if err := b.judgeTown(f); err != nil {
			return err
		}
		drained = append(drained, round{Product: perSecond(f.subscribers(), took)})
		b.say("round %d of %d: %d told at %.0f a second", n+1, b.paced, f.subscribers(), drained[n].Product)
	}
	if err := b.profileTown(ctx, f); err != nil {
		return err
	}
	b.add(trend("drain", "a fan-out's drain with no pace that binds: consent, words, push and mark of each", "/s", "", drained).
		noting("half of the town has no open window and gets the template; the fake shares the cores with what is measured"),
		atMost("interactive", "interactive p99 during the fan-out, webhook to the answer at the fake", "ms", "quiet p99", 2, 1.3, sent).
			noting("open loop, %d messages a second beside a fan-out at %d a second; an answer takes the next slot, whoever holds it", chatRate, fanPace),
		atMost("interactive", "interactive p99 during the fan-out, webhook to commit of the answer", "ms", "quiet p99", 2, 1.3, committed))
	return nil
}

func (b *bench) profileTown(ctx context.Context, f *fanTown) error {
	for row, do := range map[string]func() error{
		"drain":       func() error { _, err := f.drain(ctx); return err },
		"interactive": func() error { _, err := f.during(ctx); return err },
	} {
		if err := b.profile(row, do); err != nil {
			return err
		}
		if err := b.judgeTown(f); err != nil {
			return err
		}
	}
	return nil
}

// judgeTown has lost or doubled answers and notices end the bench.
func (b *bench) judgeTown(f *fanTown) error {
	w := f.crowd.judge.verdict()
	w.add(f.verdict())
	b.Judged.add(w)
	return w.err()
}

func (b *bench) fanTown(ctx context.Context) (*fanTown, error) {
	s, err := b.site(ctx)
	if err != nil {
		return nil, err
	}
	if s, err = s.beside(ctx); err != nil {
		return nil, err
	}
	f := &fanTown{site: s, size: b.town, crowd: newTownsfolk(s, chatPeople), told: map[string]int{}}
	f.crowd.first = f.size
	db, err := sqlx.Open("postgres", s.dsn)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	if err := copyTown(db, sealer{s.keys, s.api.PhoneNumberID}, f.size, func(t time.Time) any { return t.UTC() }); err != nil {
		return nil, err
	}
	approved := bot.TemplateStatus{Name: "nieuws_bericht", Language: "nl", Status: bot.TemplateApproved, Category: bot.TemplateUtility}
	if err := s.store.SetTemplate(ctx, time.Now(), s.api.PhoneNumberID, approved); err != nil {
		return nil, err
	}
	hear := f.hear
	s.hear.Store(&hear)
	return f, f.greet(ctx)
}

// greet has the people who chat write for the first time.
func (f *fanTown) greet(ctx context.Context) error {
	lines := make([][]written, chatLines)
	for n := range f.crowd.people {
		lines[n%chatLines] = append(lines[n%chatLines], f.crowd.greeting(n))
	}
	d := f.desk(anyPace)
	d.inbox.Store = &watched{Store: f.site.store, committed: f.crowd.arrived}
	stop := f.site.work(ctx, d, d.Run)
	defer stop()
	if _, err := f.crowd.write(ctx, lines, chatLines, func(w written) string { return w.wamid }); err != nil {
		return err
	}
	return f.sent(ctx)
}

func (f *fanTown) desk(pace float64) *desk {
	return f.site.desk(func(p *parts) {
		p.perSecond = pace
		p.limits = notify.DefaultLimits()
		p.limits.First, p.limits.FirstMost = f.size, f.size // all at once: it is the whole that is measured
	})
}

// hear tells notices from answers.
func (f *fanTown) hear(m fakegraph.Sent) []fakegraph.Step {
	if m.Type == "template" || strings.Contains(m.Text, "Er is nieuws.") {
		f.mu.Lock()
		f.told[m.To]++
		f.mu.Unlock()
		return benchLadder()
	}
	number, found := f.crowd.judge.hears(m.To, m.Text)
	if found {
		go f.crowd.arrived(answerKey(m.To, number), m.At) // the fake is locked meanwhile
	}
	return benchLadder()
}

// subscribers is how many are told.
func (f *fanTown) subscribers() (n int) {
	for i := range f.size {
		if standing(i) == subscribed {
			n++
		}
	}
	return n
}

// lasts is how long a fan-out lasts, and a chat beside it.
func (f *fanTown) lasts() time.Duration {
	return time.Duration(0.9 * float64(f.subscribers()) / fanPace * float64(time.Second))
}

// verdict judges who was told: each subscriber once, nobody else. Nobody was
// told where no fan-out was.
func (f *fanTown) verdict() (w wrongs) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.told) == 0 {
		return w
	}
	told := maps.Clone(f.told)
	clear(f.told)
	for i := range f.size {
		key, want := benchPerson(i).Key(), 0
		if standing(i) == subscribed {
			want = 1
			w.Messages++
		}
		w.Lost += max(0, want-told[key])
		w.Doubled += max(0, told[key]-max(1, want))
		w.Strange += max(0, min(1, told[key])-want)
		delete(told, key)
	}
	w.Strange += len(told)
	return w
}

// chatted is how long answers took, to their commit and to the fake.
type chatted struct{ committed, sent *latencies }

// chat has people write for a while, and gives how long they waited.
func (f *fanTown) chat(ctx context.Context, lasts time.Duration) (chatted, error) {
	d := f.desk(fanPace)
	lines := f.crowd.planned(max(20, int(lasts.Seconds()*chatRate)), chatLines, chatRate)
	planned, committed := map[string]time.Duration{}, &latencies{}
	for _, list := range lines {
		for _, w := range list {
			planned[w.wamid] = w.at
		}
	}
	began := time.Now()
	d.inbox.Store = &watched{Store: f.site.store, committed: func(wamid string, at time.Time) { committed.add(at.Sub(began.Add(planned[wamid]))) }}
	stop := f.site.work(ctx, d, d.Run)
	defer stop()
	sent, err := f.crowd.writeOpen(ctx, began, lines, func(w written) string { return answerKey(w.key, w.number) })
	if err != nil {
		return chatted{}, err
	}
	return chatted{committed, sent}, f.sent(ctx)
}

// during is a chat while a notice is selected for and sent.
func (f *fanTown) during(ctx context.Context) (c chatted, err error) {
	if _, err := f.site.begin(ctx); err != nil {
		return c, err
	}
	selected := make(chan error, 1)
	go func() { selected <- f.desk(fanPace).notify.Select(ctx) }()
	c, err = f.chat(ctx, f.lasts())
	if err != nil {
		return c, err
	}
	return c, <-selected
}

// drain sends a notice as fast as it goes, and gives how long that took.
func (f *fanTown) drain(ctx context.Context) (time.Duration, error) {
	if _, err := f.site.begin(ctx); err != nil {
		return 0, err
	}
	d := f.desk(anyPace)
	if err := d.notify.Select(ctx); err != nil {
		return 0, err
	}
	stop := f.site.work(ctx, d, d.Run)
	defer stop()
	began, want := time.Now(), f.subscribers()
	err := until(ctx, roundLimit, "everybody is told", func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return len(f.told) >= want
	})
	took := time.Since(began)
	if err != nil {
		return took, err
	}
	return took, f.sent(ctx)
}

// sent waits until nothing is on its way, statuses included.
func (f *fanTown) sent(ctx context.Context) error {
	return until(ctx, roundLimit, "everything is sent, and its statuses came", func() bool {
		return f.site.idle(ctx) && f.site.statuses() >= int64(f.site.fake.Counts().Accepted*len(benchLadder()))
	})
}
