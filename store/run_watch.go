package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// watchAfter is how long what still happens to a run that is done is counted:
// statuses come, and people opt out.
const watchAfter = 26 * time.Hour

// WatchRun takes the run that was not looked at for longest, until now+lease,
// with how it goes; found is false when none is due. It gives runs that are
// selected already, and those that were done within a day.
func (s *Store) WatchRun(ctx context.Context, now time.Time, account string, lease time.Duration) (held bot.Watched, found bool, err error) {
	query := selectRun + `WHERE u.account = $1 AND u.state <> 'selecting' AND (u.state <> 'done' OR u.done_at > $3)
		AND (u.lease_until IS NULL OR u.lease_until <= $2) ORDER BY COALESCE(u.lease_until, u.due_at), u.id LIMIT 1`
	if s.postgres {
		query += ` FOR UPDATE SKIP LOCKED`
	}
	err = s.in(ctx, "watch run", func(t *tx) error {
		var row runRow
		if found, err = t.one(ctx, &row, query, account, now, now.Add(-watchAfter)); err != nil || !found {
			return err
		}
		held = bot.Watched{Run: row.run(), Token: randomID()}
		_, err := t.exec(ctx, `UPDATE run SET token = $2, lease_until = $3 WHERE id = $1`, row.ID, held.Token, now.Add(lease))
		return err
	})
	if err != nil || !found {
		return held, false, err
	}
	if held.Now, err = s.Tally(ctx, held.Run.ID); err != nil {
		return held, false, err
	}
	held.Report, err = s.Report(ctx, held.Run.ID)
	return held, err == nil, err
}

// Conclude writes down what a look at a run concluded. It tells false, and
// changes nothing, when the run was moved meanwhile or another process holds it.
func (s *Store) Conclude(ctx context.Context, now time.Time, held bot.Watched, v bot.Verdict) (kept bool, err error) {
	report, err := json.Marshal(v.Report)
	if err != nil {
		return false, fmt.Errorf("report of a run: %w", err)
	}
	query := `UPDATE run SET report = $3, lease_until = $4, state = $5, reason = $6, done_at = COALESCE(done_at, $7)`
	done := time.Time{}
	if v.State == bot.RunDone {
		done = now
	}
	args := []any{held.Run.ID, held.Token, string(report), v.Next, string(v.State), v.Reason, done, string(held.Run.State)}
	if v.State == bot.RunSelecting { // once more, from the beginning
		query += `, after = NULL`
	}
	if v.Room != nil {
		query, args = query+`, room = $9`, append(args, roomOf(*v.Room))
	}
	err = s.in(ctx, "conclude", func(t *tx) error {
		n, err := t.exec(ctx, query+` WHERE id = $1 AND token = $2 AND state = $8`, append([]any(nil), args...)...)
		kept = n == 1
		return err
	})
	return kept, err
}

// Report gives what was last kept of a run.
func (s *Store) Report(ctx context.Context, run bot.ID) (report bot.Report, err error) {
	var text string
	if err := s.readers.GetContext(ctx, &text, `SELECT report FROM run WHERE id = $1`, string(run)); err != nil {
		return report, fmt.Errorf("report of a run: %w", err)
	}
	if text == "" {
		return report, nil
	}
	if err := json.Unmarshal([]byte(text), &report); err != nil {
		return report, fmt.Errorf("report of a run: %w", err)
	}
	return report, nil
}

// leftOutWords are the reasons for which a message may be left out. What is
// set aside with anything else waited until it was of no use.
var leftOutWords = map[string]bool{"nothing": true, "stale": true, "withdrawn": true, "language": true, "template": true, "late": true, "unknown": true}

// Tally counts what became of a run so far, as far as the rows of its messages
// still stand; see Report for later.
func (s *Store) Tally(ctx context.Context, run bot.ID) (t bot.Tally, err error) {
	if err := s.readers.QueryRowxContext(ctx, `SELECT looked_at, selected, withdrawn, opted_out, erased FROM run WHERE id = $1`, string(run)).
		Scan(&t.LookedAt, &t.Selected, &t.Withdrawn, &t.OptedOut, &t.Erased); err != nil {
		return t, fmt.Errorf("tally of a run: %w", err)
	}
	var rows []struct {
		State string  `db:"state"`
		Class string  `db:"class"`
		N     int     `db:"n"`
		Last  instant `db:"last"`
	}
	const query = `SELECT state, COALESCE(error_class, '') AS class, count(*) AS n, max(claimed_at) AS last FROM outbox WHERE run_id = $1 GROUP BY 1, 2`
	if err := s.readers.SelectContext(ctx, &rows, query, string(run)); err != nil {
		return t, fmt.Errorf("tally of a run: %w", err)
	}
	t.Failed, t.LeftOut = map[string]int{}, map[string]int{}
	for _, row := range rows {
		if row.Last.After(t.LastClaim) {
			t.LastClaim = row.Last.Time
		}
		switch row.State {
		case "waiting":
			t.Waiting += row.N
		case "claimed":
			t.OnWay += row.N
		case "sent":
			t.Sent += row.N
		case "delivered":
			t.Delivered += row.N
		case "read":
			t.Read += row.N
		case "failed":
			t.Failed[row.Class] += row.N
		case "aside":
			t.LeftOut[leftOutFor(row.Class, row.Last.IsZero())] += row.N
		}
	}
	return t, nil
}

// leftOutFor names why a row was set aside. One that was never claimed waited
// too long, and of one that was claimed and has no reason nobody knows the end.
func leftOutFor(class string, neverClaimed bool) string {
	switch {
	case leftOutWords[class]:
		return class
	case class == "" && !neverClaimed:
		return "unknown"
	}
	return "late"
}

// SendingStopped tells why nothing at all of an account is sent: the platform
// refuses token, account or payment.
func (s *Store) SendingStopped(ctx context.Context, account string) (reason string, stopped bool, err error) {
	stops, err := s.Stopped(ctx)
	for _, stop := range stops {
		if stop.Account == account {
			return stop.Reason, true, nil
		}
	}
	return "", false, err
}
