package main

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// Lines over which webhooks come, and turns under way at most. One a
// transaction has as many lines as the anchor has clients.
const (
	singleLines, singleFlying = anchorClients, 64
	groupLines, groupFlying   = 256, 512
)

// benchLadder is what becomes of an answer, quickly.
func benchLadder() []fakegraph.Step {
	return []fakegraph.Step{{State: "sent", After: 5 * time.Millisecond}, {State: "delivered", After: 20 * time.Millisecond}, {State: "read", After: 40 * time.Millisecond}}
}

// turnRounds are the measurements of one kind of turn.
type turnRounds struct {
	perSecond  []round
	statements []round
	trips      []round
	wal        []round   // bytes, beside the anchor's
	cpu        []float64 // of this process, milliseconds a turn
	server     []round   // of the database's server, beside what a turn of the anchor takes of it
}

// binds says what a turn takes, so that one sees what there is too little of.
func (t turnRounds) binds() string {
	median := func(rounds []round, of func(round) float64) float64 {
		all := make([]float64, len(rounds))
		for i, r := range rounds {
			all[i] = of(r)
		}
		return spreadOf(all).Median
	}
	product, anchored := func(r round) float64 { return r.Product }, func(r round) float64 { return r.Anchor }
	cpu, server := spreadOf(t.cpu).Median, median(t.server, product)
	part := (cpu + server) / 1000 * median(t.perSecond, product) / float64(runtime.GOMAXPROCS(0))
	return fmt.Sprintf("a turn takes %s ms of CPU in this process and %s ms in Postgres (a turn of the anchor %s ms), together %.0f %% of all cores",
		digits(cpu), digits(server), digits(median(t.server, anchored)), 100*part)
}

// benchTurns measures rows 4 to 7: durable turns one a transaction and with
// shared commits, delivered turns, and what they cost the database.
func benchTurns(ctx context.Context, b *bench) error {
	s, err := b.peopled(ctx)
	if err != nil {
		return err
	}
	a, err := newAnchor(ctx, s, b.people)
	if err != nil {
		return err
	}
	kinds := []*turnKind{{row: "single", turn: b.single}, {row: "group", turn: b.group}, {row: "delivered", turn: b.delivered}}
	for n := range b.rounds {
		anchored, err := b.counted(ctx, func() (turns int, took time.Duration, err error) {
			perSecond, err := a.run(ctx, b.seconds)
			return int(perSecond * float64(b.seconds)), time.Duration(b.seconds) * time.Second, err
		})
		if err != nil {
			return err
		}
		b.say("round %d of %d: anchor %.0f turns a second, %.0f bytes of WAL a turn", n+1, b.rounds, anchored.perSecond, anchored.wal)
		for _, kind := range kinds {
			if !b.wanted(kind.row) && !b.wanted("counts") {
				continue
			}
			got, err := b.counted(ctx, func() (int, time.Duration, error) { return kind.turn(ctx) })
			if err != nil {
				return fmt.Errorf("%s: %w", kind.row, err)
			}
			kind.keep(got, anchored)
			b.say("round %d of %d: %s %.0f turns a second, %.2f of the anchor; %.1f statements, %.0f bytes of WAL a turn", n+1, b.rounds, kind.row, got.perSecond, got.perSecond/anchored.perSecond, got.statements, got.wal)
			if err := b.settle(ctx); err != nil {
				return fmt.Errorf("%s: %w", kind.row, err)
			}
		}
	}
	for _, kind := range kinds {
		if err := b.profile(kind.row, func() error { _, _, err := kind.turn(ctx); return err }); err != nil {
			return err
		}
		if err := b.settle(ctx); err != nil {
			return err
		}
	}
	b.addTurns(kinds)
	return nil
}

// turnKind is one way in which turns are measured.
type turnKind struct {
	row  string
	turn func(context.Context) (turns int, took time.Duration, err error)
	turnRounds
}

func (k *turnKind) keep(got, anchored turnCost) {
	k.perSecond = append(k.perSecond, round{got.perSecond, anchored.perSecond})
	k.statements = append(k.statements, round{Product: got.statements})
	k.trips = append(k.trips, round{Product: got.trips})
	k.wal = append(k.wal, round{got.wal, anchored.wal})
	k.cpu, k.server = append(k.cpu, got.cpu), append(k.server, round{got.server, anchored.server})
}

func (b *bench) addTurns(kinds []*turnKind) {
	single, group, delivered := kinds[0], kinds[1], kinds[2]
	const anchor = "pgbench"
	b.add(least("single", "durable turns, webhook to commit of the answer, one a transaction", "/s", anchor, 0.7, 0.9, single.perSecond).
		noting("%d connections; a look at the resident, and a commit of the message with its answer; %s", singleLines, single.binds()),
		least("group", "the same with group commit", "/s", anchor, 2.0, 2.5, group.perSecond).
			noting("%d connections; %s", groupLines, group.binds()),
		least("delivered", "delivered turns, push and statuses included", "/s", anchor, 1.2, 1.6, delivered.perSecond).
			noting("each turn is a webhook, a push to the strict fake, a read mark where there is room for it, and webhooks of three statuses; the load and the fake are in this process too; %s", delivered.binds()))
	if b.at.counting {
		b.add(atMost("counts", "statements a turn, one a transaction", "", "", 5, 1, single.statements),
			atMost("counts", "statements a turn, with group commit", "", "", 5, 1, group.statements),
			trend("counts", "statements a delivered turn", "", "", delivered.statements),
			trend("counts", "round trips a turn, one a transaction", "", "", single.trips),
			trend("counts", "round trips a turn, with group commit", "", "", group.trips),
			trend("counts", "round trips a delivered turn", "", "", delivered.trips))
	}
	b.add(trend("counts", "WAL a turn, one a transaction", "B", anchor, single.wal),
		trend("counts", "WAL a turn, with group commit", "B", anchor, group.wal),
		trend("counts", "WAL a delivered turn", "B", anchor, delivered.wal))
}

// turnCost is what turns cost, each.
type turnCost struct {
	perSecond, statements, trips, wal float64
	cpu, server                       float64 // of this process and of the database's server, milliseconds
}

// counted does turns, and counts what the server did for them.
func (b *bench) counted(ctx context.Context, do func() (int, time.Duration, error)) (c turnCost, err error) {
	before, err := b.at.written(ctx)
	if err != nil {
		return c, err
	}
	cpu := ownCPU()
	server, err := b.at.serverCPU()
	if err != nil {
		return c, err
	}
	turns, took, err := do()
	if err != nil {
		return c, err
	}
	cpu = ownCPU() - cpu
	until, err := b.at.serverCPU()
	if err != nil {
		return c, err
	}
	after, err := b.at.written(ctx)
	if err != nil || turns == 0 {
		return c, fmt.Errorf("%d turns: %w", turns, err)
	}
	each := func(f float64) float64 { return f / float64(turns) }
	return turnCost{perSecond: float64(turns) / took.Seconds(), statements: each(after.statements - before.statements),
		trips: each(after.trips - before.trips), wal: each(after.wal - before.wal), cpu: each(cpu.Seconds() * 1000), server: each((until - server).Seconds() * 1000)}, nil
}

// serverCounts are the server's since it started.
type serverCounts struct{ statements, trips, wal float64 }

// written reads them. A statement is one that is no begin or end of a
// transaction; a round trip is either.
func (s *benchSite) written(ctx context.Context) (c serverCounts, err error) {
	if err := s.admin.QueryRowContext(ctx, "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')").Scan(&c.wal); err != nil {
		return c, fmt.Errorf("how much was written: %w", err)
	}
	if !s.counting {
		return c, nil
	}
	const calls = `SELECT COALESCE(sum(calls) FILTER (WHERE query !~* '^(begin|commit|rollback|start|end)'), 0), COALESCE(sum(calls), 0) FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat_statements%' AND query NOT LIKE '%pg_wal_lsn_diff%'`
	if err := s.admin.QueryRowContext(ctx, calls).Scan(&c.statements, &c.trips); err != nil {
		return c, fmt.Errorf("how many statements there were: %w", err)
	}
	return c, nil
}

// peopled gives the installation with everybody known: their first word was
// written and answered.
func (b *bench) peopled(ctx context.Context) (*benchSite, error) {
	s, err := b.site(ctx)
	if err != nil || b.crowd != nil {
		return s, err
	}
	b.crowd = newTownsfolk(s, b.people)
	b.say("%d residents write for the first time", b.people)
	lines := make([][]written, groupLines)
	for n := range b.people {
		lines[n%groupLines] = append(lines[n%groupLines], b.crowd.greeting(n))
	}
	if _, err := b.commit(ctx, nil, lines, groupFlying); err != nil {
		return nil, err
	}
	if err := b.settle(ctx); err != nil {
		return nil, err
	}
	_, err = s.admin.ExecContext(ctx, "VACUUM ANALYZE")
	return s, err
}

func (b *bench) single(ctx context.Context) (int, time.Duration, error) {
	took, err := b.commit(ctx, func(p *parts) { p.group = 1 }, b.crowd.messages(b.turns, singleLines), singleFlying)
	return b.turns, took, err
}

func (b *bench) group(ctx context.Context) (int, time.Duration, error) {
	took, err := b.commit(ctx, nil, b.crowd.messages(b.turns, groupLines), groupFlying)
	return b.turns, took, err
}

// commit has an inbox answer what is written; nothing is sent. It gives how
// long it took from the first webhook to the commit of the last answer.
func (b *bench) commit(ctx context.Context, change func(*parts), lines [][]written, flying int) (time.Duration, error) {
	d := b.at.desk(change)
	d.inbox.Store = &watched{Store: b.at.store, committed: b.crowd.arrived}
	stop := b.at.work(ctx, d, d.inbox.Run)
	defer stop()
	began := time.Now()
	last, err := b.crowd.write(ctx, lines, flying, func(w written) string { return w.wamid })
	return last.Sub(began), err
}

// delivered has the whole desk work, as bode serve does: each answer goes to
// the fake, whose statuses come back.
func (b *bench) delivered(ctx context.Context) (int, time.Duration, error) {
	lines := b.crowd.messages(b.turns, groupLines)
	b.at.hear.Store(b.crowd.hearing(benchLadder(), true))
	defer b.at.hear.Store(b.crowd.hearing(noSteps, false))
	d := b.at.desk(func(p *parts) { p.seen = seen(b.at.client, b.log, b.at.metrics) })
	want := b.at.statuses() + int64(b.turns*len(benchLadder()))
	stop := b.at.work(ctx, d, d.Run)
	defer stop()
	began := time.Now()
	if _, err := b.crowd.write(ctx, lines, groupFlying, func(w written) string { return answerKey(w.key, w.number) }); err != nil {
		return 0, 0, err
	}
	err := until(ctx, time.Minute, "all statuses", func() bool { return b.at.statuses() >= want })
	return b.turns, time.Since(began), err
}

// statuses counts what was applied.
func (s *benchSite) statuses() (n int64) {
	for _, step := range benchLadder() {
		n += s.event("status", step.State).Load()
	}
	return n
}

// settle sends what waits, and judges everything that was written: at the
// fake, where a resident would read it.
func (b *bench) settle(ctx context.Context) error {
	b.at.hear.Store(b.crowd.hearing(noSteps, false))
	d := b.at.desk(nil)
	stop := b.at.work(ctx, d, d.Run)
	defer stop()
	err := until(ctx, roundLimit, "everything is sent", func() bool { return b.at.idle(ctx) })
	w := b.crowd.judge.verdict()
	b.Judged.add(w)
	if wrong := w.err(); wrong != nil {
		return wrong
	}
	return err
}

// idle tells whether nothing waits or is on its way. Asked again and again, it
// takes its time: a count of all rows is not for free.
func (s *benchSite) idle(ctx context.Context) bool {
	time.Sleep(20 * time.Millisecond)
	c, err := s.store.Counts(ctx, time.Now())
	return err == nil && c.Open+c.Waiting+c.Unknown == 0
}
