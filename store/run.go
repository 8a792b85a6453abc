package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// runRow is a run as the database has it.
type runRow struct {
	ID         bot.ID       `db:"id"`
	Account    string       `db:"account"`
	Kind       bot.RunKind  `db:"kind"`
	Job        string       `db:"job"`
	Due        instant      `db:"due_at"`
	Since      instant      `db:"since"`
	Topic      string       `db:"topic"`
	Bundle     string       `db:"bundle"`
	Template   string       `db:"template"`
	Areas      string       `db:"areas"`
	NotBefore  instant      `db:"not_before"`
	Useless    instant      `db:"useless_after"`
	QuietFrom  instant      `db:"quiet_from"`
	QuietUntil instant      `db:"quiet_until"`
	Urgent     bool         `db:"urgent"`
	Room       int          `db:"room"`
	State      bot.RunState `db:"state"`
	Reason     string       `db:"reason"`
	Corrects   string       `db:"corrects"`
	After      string       `db:"after"`
}

const selectRun = `SELECT u.id, u.account, u.kind, u.job, u.due_at, u.since, u.topic, u.bundle, u.template, u.areas, u.not_before, u.useless_after,
	u.quiet_from, u.quiet_until, u.urgent, COALESCE(u.room, -1) AS room, u.state, u.reason,
	COALESCE(CAST(u.corrects AS text), '') AS corrects, COALESCE(CAST(u.after AS text), '') AS after FROM run u `

func (r runRow) run() bot.Run {
	run := bot.Run{ID: r.ID, Account: r.Account, Kind: r.Kind, Job: r.Job, Due: r.Due.Time, Since: r.Since.Time, Topic: r.Topic,
		Bundle: r.Bundle, Template: r.Template, NotBefore: r.NotBefore.Time, Useless: r.Useless.Time,
		QuietFrom: r.QuietFrom.Time, QuietUntil: r.QuietUntil.Time, Urgent: r.Urgent, Room: r.Room,
		State: r.State, Reason: r.Reason, Corrects: bot.ID(r.Corrects)}
	if r.Areas != "" {
		run.Areas = strings.Split(r.Areas, ",")
	}
	return run
}

// BeginRun writes a run down, in the state selecting. Of all processes one
// begins it: for the others, and the second time, began is false and the run
// is given as it stands.
func (s *Store) BeginRun(ctx context.Context, now time.Time, r bot.Run) (run bot.Run, began bool, err error) {
	err = s.in(ctx, "begin run", func(t *tx) (err error) {
		run, began, err = t.beginRun(ctx, now, r)
		return err
	})
	return run, began, err
}

func (t *tx) beginRun(ctx context.Context, now time.Time, r bot.Run) (run bot.Run, began bool, err error) {
	const insert = `INSERT INTO run (id, account, kind, job, due_at, since, topic, bundle, template, areas, not_before, useless_after,
			quiet_from, quiet_until, urgent, room, state, corrects, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'selecting', $17, $18)
		ON CONFLICT (account, job, due_at) DO NOTHING`
	n, err := t.exec(ctx, insert, bot.NewID(now), r.Account, string(r.Kind), r.Job, r.Due, r.Since, r.Topic, r.Bundle, r.Template,
		strings.Join(r.Areas, ","), r.NotBefore, r.Useless, r.QuietFrom, r.QuietUntil, r.Urgent, roomOf(r.Room), r.Corrects, now)
	if err != nil {
		return run, false, err
	}
	var row runRow
	_, err = t.one(ctx, &row, selectRun+`WHERE u.account = $1 AND u.job = $2 AND u.due_at = $3`, r.Account, r.Job, r.Due)
	return row.run(), n == 1, err
}

// LastRun gives the newest run of a job; found is false when there was none.
func (s *Store) LastRun(ctx context.Context, account, job string) (run bot.Run, found bool, err error) {
	err = s.in(ctx, "last run", func(t *tx) (err error) {
		var row runRow
		found, err = t.one(ctx, &row, selectRun+`WHERE u.account = $1 AND u.job = $2 ORDER BY u.due_at DESC LIMIT 1`, account, job)
		run = row.run()
		return err
	})
	return run, found, err
}

// Run gives one run; found is false when there is none.
func (s *Store) Run(ctx context.Context, id bot.ID) (run bot.Run, found bool, err error) {
	err = s.in(ctx, "run", func(t *tx) (err error) {
		var row runRow
		found, err = t.one(ctx, &row, selectRun+`WHERE u.id = $1`, id)
		run = row.run()
		return err
	})
	return run, found, err
}

// Runs gives an account's runs, the newest first: those that are not done, and
// with all the others too, at most limit.
func (s *Store) Runs(ctx context.Context, account string, all bool, limit int) ([]bot.Run, error) {
	query := selectRun + `WHERE u.account = $1 AND u.state <> 'done' ORDER BY u.due_at DESC, u.id LIMIT $2`
	if all {
		query = selectRun + `WHERE u.account = $1 ORDER BY u.due_at DESC, u.id LIMIT $2`
	}
	var rows []runRow
	err := s.in(ctx, "runs", func(t *tx) error {
		rows = nil
		return t.all(ctx, &rows, query, account, limit)
	})
	runs := make([]bot.Run, len(rows))
	for i, row := range rows {
		runs[i] = row.run()
	}
	return runs, err
}

// SetRun moves a run to a state and says why; only from the states named. It
// tells whether the run was in one of them. Whoever held it holds it no more.
func (s *Store) SetRun(ctx context.Context, now time.Time, id bot.ID, to bot.RunState, reason string, from ...bot.RunState) (moved bool, err error) {
	const query = `UPDATE run SET state = $2, reason = $3, done_at = $4, lease_until = NULL WHERE id = $1 AND state = $5`
	done := time.Time{}
	if to == bot.RunDone {
		done = now
	}
	err = s.in(ctx, "set run", func(t *tx) error {
		moved = false
		for _, state := range from {
			n, err := t.exec(ctx, query, id, string(to), reason, done, string(state))
			if err != nil {
				return err
			}
			moved = moved || n == 1
		}
		return nil
	})
	return moved, err
}

// SetRoom lets so many more of a run be claimed; below zero lets all.
func (s *Store) SetRoom(ctx context.Context, id bot.ID, room int) error {
	return s.in(ctx, "room of a run", func(t *tx) error {
		_, err := t.exec(ctx, `UPDATE run SET room = $2 WHERE id = $1`, id, roomOf(room))
		return err
	})
}

// roomOf is NULL for all.
func roomOf(room int) any {
	if room < 0 {
		return nil
	}
	return room
}

// StopTopics is the one switch for all notifications of an account; answers go on.
func (s *Store) StopTopics(ctx context.Context, now time.Time, account, reason string) error {
	return s.in(ctx, "stop notifications", func(t *tx) error {
		if err := t.addPace(ctx, account, now); err != nil {
			return err
		}
		_, err := t.exec(ctx, `UPDATE pace SET topics_stopped_at = $2, topics_reason = $3 WHERE account = $1 AND topics_stopped_at IS NULL`, account, now, reason)
		return err
	})
}

// ResumeTopics ends what StopTopics began.
func (s *Store) ResumeTopics(ctx context.Context, account string) error {
	return s.in(ctx, "resume notifications", func(t *tx) error {
		_, err := t.exec(ctx, `UPDATE pace SET topics_stopped_at = NULL, topics_reason = NULL WHERE account = $1`, account)
		return err
	})
}

// TopicsStopped tells since when no notification of an account goes out (zero:
// they do), and why.
func (s *Store) TopicsStopped(ctx context.Context, account string) (since time.Time, reason string, err error) {
	var row struct {
		At     instant `db:"at"`
		Reason string  `db:"reason"`
	}
	err = s.in(ctx, "notifications stopped", func(t *tx) error {
		_, err := t.one(ctx, &row, `SELECT topics_stopped_at AS at, COALESCE(topics_reason, '') AS reason FROM pace WHERE account = $1`, account)
		return err
	})
	if err != nil {
		return time.Time{}, "", fmt.Errorf("notifications stopped: %w", err)
	}
	return row.At.Time, row.Reason, nil
}
