package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/gemeentebode/bode/bot"
)

// Nothing of these residents is opened, so sealed columns hold anything.
const manySubscribers = `INSERT INTO resident (id, channel, account, external, pseudonym, window_until, created_at)
		SELECT gen_random_uuid(), 'cloudapi', $1, 'x', 'x', now(), now() FROM generate_series(1, $2::int);`

const manySubscriptions = `INSERT INTO resident_key (resident_id, wrapping_id, wrapped) SELECT id, 'w', 'x' FROM resident;
	INSERT INTO subscription (id, resident_id, topic, given_at, language, postcode4)
		SELECT gen_random_uuid(), id, 'nieuws', created_at, 'nl', '3511' FROM resident; ANALYZE`

// enqueuePlain is what a selection is measured against: a plain INSERT ... SELECT by
// chunks, with ids that sort by their moment as ours do.
const enqueuePlain = `WITH chunk AS (SELECT r.id, r.channel, r.account FROM subscription s JOIN resident r ON r.id = s.resident_id
		WHERE s.topic = 'nieuws' AND s.paused_at IS NULL AND r.closed_at IS NULL AND r.id > $2::uuid ORDER BY r.id LIMIT 20000),
	added AS (INSERT INTO outbox (id, resident_id, channel, account, reason, rank, topic, run_id, not_before, useless_after, created_at)
		SELECT overlay(gen_random_uuid()::text placing $3 from 1 for 13)::uuid, id, channel, account, 'topic', 3, 'nieuws', $1::uuid, now(), now() + interval '6 hours', now() FROM chunk
		ON CONFLICT (run_id, resident_id) WHERE run_id IS NOT NULL DO NOTHING RETURNING resident_id)
	SELECT COALESCE(max(resident_id::text), '') FROM added`

// enqueueing is a town in which everybody is subscribed and nobody is told.
type enqueueing struct {
	site *benchSite
	desk *desk
	db   *sqlx.DB
	size int
}

// benchFanout measures the first half of row 11: everybody gets their row.
func benchFanout(ctx context.Context, b *bench) error {
	size := b.fanout
	if b.cmd.FullFanout {
		size = fullBench.fanout
	}
	b.say("%d residents are subscribed", size)
	e, err := b.subscribed(ctx, size)
	if err != nil {
		return err
	}
	var rounds []round
	for n := range b.rounds {
		anchor, err := e.timed(ctx, e.plainly)
		if err != nil {
			return fmt.Errorf("plainly: %w", err)
		}
		product, err := e.timed(ctx, func(ctx context.Context, _ bot.Run) error { return e.desk.notify.Select(ctx) })
		if err != nil {
			return err
		}
		rounds = append(rounds, round{product.Seconds(), anchor.Seconds()})
		b.say("round %d of %d: %d enqueued in %.2f s, plainly in %.2f s", n+1, b.rounds, size, rounds[n].Product, rounds[n].Anchor)
	}
	err = b.profile("fanout", func() error {
		_, err := e.timed(ctx, func(ctx context.Context, _ bot.Run) error { return e.desk.notify.Select(ctx) })
		return err
	})
	b.add(atMost("fanout", fmt.Sprintf("fan-out of %d enqueued, resumable and once each", size), "s", "chunked INSERT ... SELECT", 1.3, 1.05, rounds).
		noting("chunks of 20,000; each is committed with how far the selection came, and a second run over the same people adds nobody twice"))
	return err
}

func (b *bench) subscribed(ctx context.Context, size int) (*enqueueing, error) {
	s, err := b.site(ctx)
	if err != nil {
		return nil, err
	}
	if s, err = s.beside(ctx); err != nil {
		return nil, err
	}
	e := &enqueueing{site: s, size: size, desk: s.desk(nil)}
	if e.db, err = sqlx.Open("postgres", s.dsn); err != nil {
		return nil, err
	}
	s.later(func() { e.db.Close() })
	if _, err := e.db.ExecContext(ctx, manySubscribers, s.api.PhoneNumberID, size); err != nil {
		return nil, err
	}
	_, err = e.db.ExecContext(ctx, manySubscriptions)
	return e, err
}

// timed begins a run, has it selected for, sees that everybody has one row,
// and leaves nothing of it.
func (e *enqueueing) timed(ctx context.Context, do func(context.Context, bot.Run) error) (time.Duration, error) {
	run, err := e.site.begin(ctx)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	if err := do(ctx, run); err != nil {
		return 0, err
	}
	took := time.Since(began)
	var got struct{ Rows, Residents int }
	if err := e.db.GetContext(ctx, &got, `SELECT count(*) AS rows, count(DISTINCT resident_id) AS residents FROM outbox WHERE run_id = $1`, string(run.ID)); err != nil {
		return 0, err
	}
	if got.Rows != e.size || got.Residents != e.size {
		return 0, fmt.Errorf("%w: %d rows for %d residents, not one for each of %d", errUnfaithful, got.Rows, got.Residents, e.size)
	}
	if _, err := e.site.store.SetRun(ctx, time.Now(), run.ID, bot.RunDone, "bench", bot.RunSelecting, bot.RunSending); err != nil {
		return 0, err
	}
	_, err = e.db.ExecContext(ctx, `TRUNCATE outbox`)
	return took, err
}

// plainly is the anchor.
func (e *enqueueing) plainly(ctx context.Context, run bot.Run) error {
	for after := "00000000-0000-0000-0000-000000000000"; after != ""; {
		next := ""
		if err := e.db.GetContext(ctx, &next, enqueuePlain, string(run.ID), after, string(bot.NewID(time.Now()))[:13]); err != nil {
			return err
		}
		after = next
	}
	return nil
}

// begin gives the notice of the bench's bundle a run.
func (s *benchSite) begin(ctx context.Context) (bot.Run, error) {
	live, err := s.bundles.live(ctx)
	if err != nil {
		return bot.Run{}, err
	}
	now := time.Now()
	run, began, err := s.store.BeginRun(ctx, now, bot.Run{Account: s.api.PhoneNumberID, Kind: bot.RunNotice, Job: "bericht", Topic: newsTopic,
		Bundle: live.bundle.Hash, Template: "nieuws_bericht", Due: now, NotBefore: now, Useless: now.Add(6 * time.Hour), Room: -1})
	if err == nil && !began {
		err = fmt.Errorf("a run of that moment is there already")
	}
	return run, err
}
