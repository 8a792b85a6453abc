package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// pushRow is a push as the database has it.
type pushRow struct {
	ID          bot.ID  `db:"id"`
	Notice      string  `db:"notice"`
	Content     string  `db:"content"`
	WrittenBy   string  `db:"written_by"`
	RehearsedBy string  `db:"rehearsed_by"`
	RehearsedAt instant `db:"rehearsed_at"`
	Rehearsal   string  `db:"rehearsal"`
	ApprovedBy  string  `db:"approved_by"`
	ApprovedAt  instant `db:"approved_at"`
	SentBy      string  `db:"sent_by"`
	Run         string  `db:"run_id"`
	WithdrawnBy string  `db:"withdrawn_by"`
	WithdrawnAt instant `db:"withdrawn_at"`
}

const selectPush = `SELECT p.id, p.notice, p.content, p.written_by, p.rehearsed_by, p.rehearsed_at, p.rehearsal,
	COALESCE(p.approved_by, '') AS approved_by, p.approved_at, COALESCE(p.sent_by, '') AS sent_by, COALESCE(CAST(p.run_id AS text), '') AS run_id,
	COALESCE(p.withdrawn_by, '') AS withdrawn_by, p.withdrawn_at FROM push p `

func (r pushRow) push() bot.Push {
	return bot.Push{ID: r.ID, Notice: r.Notice, Content: r.Content, WrittenBy: strings.Split(strings.Trim(r.WrittenBy, ","), ","),
		RehearsedBy: r.RehearsedBy, RehearsedAt: r.RehearsedAt.Time, Rehearsal: r.Rehearsal, ApprovedBy: r.ApprovedBy, ApprovedAt: r.ApprovedAt.Time,
		SentBy: r.SentBy, Run: bot.ID(r.Run), WithdrawnBy: r.WithdrawnBy, WithdrawnAt: r.WithdrawnAt.Time}
}

// SetRehearsal writes down what came of a rehearsal. It takes back an approval
// of an earlier one. bot.ErrPushSent says that the notice was sent with these words.
func (s *Store) SetRehearsal(ctx context.Context, now time.Time, p bot.Push) error {
	const upsert = `INSERT INTO push (id, notice, content, written_by, rehearsed_by, rehearsed_at, rehearsal) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (notice, content) DO UPDATE SET written_by = excluded.written_by, rehearsed_by = excluded.rehearsed_by,
			rehearsed_at = excluded.rehearsed_at, rehearsal = excluded.rehearsal, approved_by = NULL, approved_at = NULL WHERE push.run_id IS NULL`
	return s.in(ctx, "note a rehearsal", func(t *tx) error {
		n, err := t.exec(ctx, upsert, bot.NewID(now), p.Notice, p.Content, ","+strings.Join(p.WrittenBy, ",")+",", p.RehearsedBy, now, p.Rehearsal)
		if err == nil && n == 0 {
			return bot.ErrPushSent
		}
		return err
	})
}

// Pushes gives all that was ever rehearsed, the newest first.
func (s *Store) Pushes(ctx context.Context) ([]bot.Push, error) {
	var rows []pushRow
	if err := s.readers.SelectContext(ctx, &rows, selectPush+`ORDER BY p.rehearsed_at DESC, p.id DESC`); err != nil {
		return nil, fmt.Errorf("rehearsed notices: %w", err)
	}
	list := make([]bot.Push, len(rows))
	for i, row := range rows {
		list[i] = row.push()
	}
	return list, nil
}

// ApprovePush notes the second person's approval of a rehearsal. The schema
// refuses who had a hand in the words. bot.ErrPushChanged says that it is not
// the rehearsal that was looked at, or that it was approved before.
func (s *Store) ApprovePush(ctx context.Context, now time.Time, p bot.Push, by string) error {
	return s.in(ctx, "approve a notice", func(t *tx) error {
		n, err := t.exec(ctx, `UPDATE push SET approved_by = $2, approved_at = $3 WHERE id = $1 AND rehearsed_at = $4 AND approved_by IS NULL`,
			p.ID, by, now, p.RehearsedAt)
		if err == nil && n == 0 {
			return bot.ErrPushChanged
		}
		return err
	})
}

// SendPush begins the run of an approved notice, once: all or nothing. What is
// still sent of earlier words of the same notice ends.
// bot.ErrPushChanged says that the approval no longer stands or that it was sent.
func (s *Store) SendPush(ctx context.Context, now time.Time, p bot.Push, by string, r bot.Run) (run bot.Run, err error) {
	const send = `UPDATE push SET run_id = $2, sent_by = $3 WHERE id = $1 AND run_id IS NULL AND approved_by = $4 AND rehearsed_at = $5`
	err = s.in(ctx, "send a notice", func(t *tx) error {
		var began bool
		if run, began, err = t.beginRun(ctx, now, r); err != nil {
			return err
		}
		n, err := t.exec(ctx, send, p.ID, run.ID, by, p.ApprovedBy, p.RehearsedAt)
		if err == nil && (n == 0 || !began) {
			return bot.ErrPushChanged
		}
		if err != nil {
			return err
		}
		return t.replace(ctx, now, p, by)
	})
	return run, err
}

// replace ends what is sent of earlier words of the same notice. Who got those
// gets the new ones: that is their correction.
func (t *tx) replace(ctx context.Context, now time.Time, p bot.Push, by string) error {
	const earlier = `SELECT run_id FROM push WHERE notice = $1 AND id <> $2 AND run_id IS NOT NULL AND withdrawn_at IS NULL`
	var runs []string
	if err := t.all(ctx, &runs, earlier, p.Notice, p.ID); err != nil {
		return err
	}
	for _, run := range runs {
		const end = `UPDATE run SET state = 'done', reason = 'replaced by other words', done_at = $2, lease_until = NULL WHERE id = $1 AND state <> 'done'`
		if _, err := t.exec(ctx, end, run, now); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `UPDATE push SET withdrawn_by = $2, withdrawn_at = $3 WHERE run_id = $1`, run, by, now); err != nil {
			return err
		}
	}
	return nil
}

// Pushed gives the sent notices that were not withdrawn and are still of use.
func (s *Store) Pushed(ctx context.Context, now time.Time, account string) ([]bot.Pushed, error) {
	const query = selectPush + `JOIN run u ON u.id = p.run_id WHERE u.account = $1 AND p.withdrawn_at IS NULL AND u.useless_after > $2 ORDER BY u.due_at, u.id`
	var rows []pushRow
	if err := s.readers.SelectContext(ctx, &rows, query, account, s.at(now)); err != nil {
		return nil, fmt.Errorf("sent notices: %w", err)
	}
	var list []bot.Pushed
	for _, row := range rows {
		p := bot.Pushed{Push: row.push()}
		var found bool
		var err error
		if p.Sent, found, err = s.Run(ctx, p.Run); err != nil {
			return nil, err
		}
		if found {
			list = append(list, p)
		}
	}
	return list, nil
}

// WithdrawPush ends the run of a sent notice, so that nobody is told any more,
// and begins the correction for those who were: once, and all or nothing. It
// tells false when it was withdrawn before.
func (s *Store) WithdrawPush(ctx context.Context, now time.Time, p bot.Push, by, reason string, correction bot.Run) (withdrawn bool, err error) {
	err = s.in(ctx, "withdraw a notice", func(t *tx) error {
		withdrawn = false
		n, err := t.exec(ctx, `UPDATE push SET withdrawn_by = $2, withdrawn_at = $3 WHERE id = $1 AND run_id = $4 AND withdrawn_at IS NULL`, p.ID, by, now, p.Run)
		if err != nil || n == 0 {
			return err
		}
		const end = `UPDATE run SET state = 'done', reason = $2, done_at = COALESCE(done_at, $3), lease_until = NULL WHERE id = $1`
		if _, err := t.exec(ctx, end, p.Run, reason, now); err != nil {
			return err
		}
		if _, _, err := t.beginRun(ctx, now, correction); err != nil {
			return err
		}
		withdrawn = true
		return nil
	})
	return withdrawn, err
}

// nightRuns are those of notices: they may last many nights.
const nightRuns = `WHERE u.account = $1 AND u.state <> 'done' AND u.quiet_until = u.useless_after AND u.quiet_from <= $2 AND (u.kind = 'notice'
	OR EXISTS (SELECT 1 FROM run c WHERE c.id = u.corrects AND c.kind = 'notice'))`

// NightRuns gives the runs of notices that have come to their quiet hours and
// stay there until SetQuiet says from when on it is quiet next.
func (s *Store) NightRuns(ctx context.Context, now time.Time, account string) ([]bot.Run, error) {
	var rows []runRow
	if err := s.readers.SelectContext(ctx, &rows, selectRun+nightRuns, account, s.at(now)); err != nil {
		return nil, fmt.Errorf("runs in the night: %w", err)
	}
	runs := make([]bot.Run, len(rows))
	for i, row := range rows {
		runs[i] = row.run()
	}
	return runs, nil
}

// SetQuiet writes on a run from when until when it is quiet.
func (s *Store) SetQuiet(ctx context.Context, run bot.ID, from, until time.Time) error {
	return s.in(ctx, "quiet hours of a run", func(t *tx) error {
		_, err := t.exec(ctx, `UPDATE run SET quiet_from = $2, quiet_until = $3 WHERE id = $1`, run, from, until)
		return err
	})
}

// Publication is one time that a bundle was made live.
type Publication struct {
	Hash string  `db:"hash"`
	At   instant `db:"at"`
	By   string  `db:"published_by"`
}

// Publications gives all of them, also what was rolled back, the oldest first.
func (s *Store) Publications(ctx context.Context) ([]Publication, error) {
	var list []Publication
	if err := s.readers.SelectContext(ctx, &list, `SELECT hash, at, published_by FROM publication ORDER BY n`); err != nil {
		return nil, fmt.Errorf("publications: %w", err)
	}
	return list, nil
}

// reachedRow is a resident with what tells their number.
type reachedRow struct {
	residentRow
	Window instant `db:"window"`
}

// Reached gives by what these residents can be reached. Of a number it only
// tells with which of the prefixes it begins, and only where there are any.
func (s *Store) Reached(ctx context.Context, residents []bot.ID, prefixes []string) ([]bot.Reached, error) {
	query := `SELECT r.id, r.channel, r.account, r.external, r.phone, k.wrapped, r.window_until AS "window"
		FROM resident r JOIN resident_key k ON k.resident_id = r.id WHERE r.id = ANY($1::uuid[])`
	var rows []reachedRow
	var err error
	if s.postgres {
		err = s.readers.SelectContext(ctx, &rows, query, ids(residents))
	} else {
		query = strings.Replace(query, "= ANY($1::uuid[])", "IN (SELECT value FROM json_each($1))", 1)
		list := make([]string, len(residents))
		for i, id := range residents {
			list[i] = string(id)
		}
		err = s.readers.SelectContext(ctx, &rows, query, areasJSON(list))
	}
	if err != nil {
		return nil, fmt.Errorf("reached: %w", err)
	}
	out := make([]bot.Reached, 0, len(rows))
	for _, row := range rows {
		one := bot.Reached{Resident: row.ID, WindowUntil: row.Window.Time}
		if one.Prefix, err = s.prefixOf(row.residentRow, prefixes); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// prefixOf tells with which of the prefixes a number begins, the longest. Who
// has no number, or cannot be opened, has none of them.
func (s *Store) prefixOf(r residentRow, prefixes []string) (longest string, err error) {
	if len(prefixes) == 0 {
		return "", nil
	}
	contact, err := s.vault.contact(r)
	if errors.Is(err, errUnreadable) {
		return "", nil
	} else if err != nil {
		return "", err
	}
	number := strings.TrimPrefix(contact.Phone.Reveal(), "+")
	for _, prefix := range prefixes {
		if strings.HasPrefix(number, prefix) && len(prefix) > len(longest) {
			longest = prefix
		}
	}
	return longest, nil
}

const countStanding = `SELECT count(*) AS known,
	COALESCE(sum(CASE WHEN x.closed = 1 THEN 1 ELSE 0 END), 0) AS stopping,
	COALESCE(sum(CASE WHEN x.closed = 0 AND x.open = 0 AND x.paused = 0 AND x.waiting = 1 THEN 1 ELSE 0 END), 0) AS waiting,
	COALESCE(sum(CASE WHEN x.closed = 0 AND x.open = 0 AND x.paused = 1 THEN 1 ELSE 0 END), 0) AS paused,
	COALESCE(sum(CASE WHEN x.closed = 0 AND x.open = 1 AND x.here = 0 THEN 1 ELSE 0 END), 0) AS elsewhere,
	COALESCE(sum(CASE WHEN x.closed = 0 AND x.open = 0 AND x.paused = 0 AND x.waiting = 0 THEN 1 ELSE 0 END), 0) AS no_consent
	FROM (SELECT CASE WHEN r.closed_at IS NULL THEN 0 ELSE 1 END AS closed,
		COALESCE(max(CASE WHEN s.id IS NOT NULL AND s.paused_at IS NULL THEN 1 ELSE 0 END), 0) AS open,
		COALESCE(max(CASE WHEN s.paused_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS paused,
		COALESCE(max(CASE WHEN s.paused_at IS NULL AND ($3 = '' OR s.postcode4 IN (SELECT value FROM json_each($3))) THEN 1 ELSE 0 END), 0) AS here,
		CASE WHEN EXISTS (SELECT 1 FROM pending p WHERE p.resident_id = r.id AND p.topic = $2) THEN 1 ELSE 0 END AS waiting
		FROM resident r LEFT JOIN subscription s ON s.resident_id = r.id AND s.topic = $2 WHERE r.account = $1 GROUP BY r.id, r.closed_at) x`

// Standing tells how the residents of an account stand to a topic, in numbers.
func (s *Store) Standing(ctx context.Context, account, topic string, areas []string) (found bot.Standing, err error) {
	query := countStanding
	if s.postgres {
		query = strings.Replace(query, "$3 = '' OR s.postcode4 IN (SELECT value FROM json_each($3))", "$3::text = '' OR s.postcode4 IN (SELECT json_array_elements_text($3::json))", 1)
	}
	if err := s.readers.GetContext(ctx, &found, query, account, topic, areasJSON(areas)); err != nil {
		return found, fmt.Errorf("standing to a topic: %w", err)
	}
	return found, nil
}

// Begun tells how many conversations outside the window were begun within the
// hours that the messaging limit looks back.
func (s *Store) Begun(ctx context.Context, now time.Time, account string) (begun int, err error) {
	err = s.readers.GetContext(ctx, &begun, `SELECT COALESCE(sum(number), 0) FROM reach WHERE account = $1 AND hour >= $2`, account, hour(now)-reachHours)
	if err != nil {
		return 0, fmt.Errorf("conversations begun: %w", err)
	}
	return begun, nil
}

// ConsentLines counts the lines of the ledger of a topic between two instants:
// consents that were given, and that ended.
func (s *Store) ConsentLines(ctx context.Context, topic string, since, until time.Time) (given, ended int, err error) {
	var row struct {
		Given int `db:"given"`
		Ended int `db:"ended"`
	}
	query := `SELECT COALESCE(sum(CASE WHEN given THEN 1 ELSE 0 END), 0) AS given, COALESCE(sum(CASE WHEN given THEN 0 ELSE 1 END), 0) AS ended
		FROM consent WHERE topic = $1 AND at > $2 AND at <= $3`
	if err := s.readers.GetContext(ctx, &row, query, topic, s.at(since), s.at(until)); err != nil {
		return 0, 0, fmt.Errorf("consents of a topic: %w", err)
	}
	return row.Given, row.Ended, nil
}
