package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// HoldRun takes the selection of the oldest run that nobody selects for, until
// now+lease; found is false when there is none.
func (s *Store) HoldRun(ctx context.Context, now time.Time, account string, lease time.Duration) (held bot.Selection, found bool, err error) {
	query := selectRun + `WHERE u.account = $1 AND u.state = 'selecting' AND (u.lease_until IS NULL OR u.lease_until <= $2)
		ORDER BY u.urgent DESC, u.due_at, u.id LIMIT 1`
	if s.postgres {
		query += ` FOR UPDATE SKIP LOCKED`
	}
	err = s.in(ctx, "hold run", func(t *tx) error {
		var row runRow
		if found, err = t.one(ctx, &row, query, account, now); err != nil || !found {
			return err
		}
		held = bot.Selection{Run: row.run(), Token: randomID(), Lease: lease, After: bot.ID(row.After)}
		_, err := t.exec(ctx, `UPDATE run SET token = $2, lease_until = $3 WHERE id = $1`, row.ID, held.Token, now.Add(lease))
		return err
	})
	return held, found, err
}

// subscriberRow is one subscription of a subscriber.
type subscriberRow struct {
	ID        bot.ID  `db:"id"`
	Resident  bot.ID  `db:"resident_id"`
	Language  string  `db:"language"`
	Given     instant `db:"given_at"`
	Postcode4 string  `db:"postcode4"`
	About     []byte  `db:"about"`
	Wrapped   []byte  `db:"wrapped"`
}

const subscriberColumns = `SELECT s.id, s.resident_id, s.language, s.given_at, COALESCE(s.postcode4, '') AS postcode4, s.about, k.wrapped
	FROM subscription s JOIN resident_key k ON k.resident_id = s.resident_id `

// Subscribers gives up to limit residents who stand subscribed to a run's
// topic in its areas, in the order of their ids, after the one named; next is
// the last that was looked at, and empty when there are no more. Who cannot be
// opened is counted and passed over.
func (s *Store) Subscribers(ctx context.Context, run bot.Run, after bot.ID, limit int) (list []bot.Subscriber, next bot.ID, err error) {
	residents, err := s.subscribed(ctx, run, after, limit)
	if err != nil || len(residents) == 0 {
		return nil, "", err
	}
	if list, err = s.subscribers(ctx, run.Topic, residents); err != nil {
		return nil, "", err
	}
	if len(residents) < limit {
		return list, "", nil
	}
	return list, residents[len(residents)-1], nil
}

// subscribed gives the ids of the residents of a page. Each database reads the
// page alone: Postgres merges the two tables in the order of their ids, and
// begins with the first resident where r.id is not told to be after the page
// before; SQLite takes the tables of a CROSS JOIN in the order that they stand in.
func (s *Store) subscribed(ctx context.Context, run bot.Run, after bot.ID, limit int) (residents []bot.ID, err error) {
	query := `SELECT DISTINCT s.resident_id FROM subscription s CROSS JOIN resident r ON r.id = s.resident_id
		WHERE s.topic = $1 AND s.paused_at IS NULL AND r.closed_at IS NULL AND r.account = $2 AND s.resident_id > $3
			AND ($4 = '' OR s.postcode4 IN (SELECT value FROM json_each($4))) ORDER BY s.resident_id LIMIT $5`
	if s.postgres {
		query = `SELECT DISTINCT s.resident_id FROM subscription s JOIN resident r ON r.id = s.resident_id
			WHERE s.topic = $1 AND s.paused_at IS NULL AND r.closed_at IS NULL AND r.account = $2 AND s.resident_id > $3 AND r.id > $3
				AND ($4::text = '' OR s.postcode4 IN (SELECT json_array_elements_text($4::json))) ORDER BY s.resident_id LIMIT $5`
	}
	if after == "" {
		after = firstID
	}
	err = s.in(ctx, "subscribers", func(t *tx) error {
		residents = nil
		return t.all(ctx, &residents, query, run.Topic, run.Account, after, areasJSON(run.Areas), limit)
	})
	return residents, err
}

// firstID comes before every id, lastID after.
const (
	firstID bot.ID = "00000000-0000-0000-0000-000000000000"
	lastID  bot.ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"
)

// areasJSON is "" for everyone.
func areasJSON(areas []string) string {
	if len(areas) == 0 {
		return ""
	}
	data, err := json.Marshal(areas)
	if err != nil {
		panic(err) // strings only
	}
	return string(data)
}

// subscribers opens what the subscriptions of these residents are about.
func (s *Store) subscribers(ctx context.Context, topic string, residents []bot.ID) (list []bot.Subscriber, err error) {
	var rows []subscriberRow
	err = s.in(ctx, "subscribers", func(t *tx) error {
		rows = nil
		if t.postgres {
			return t.all(ctx, &rows, subscriberColumns+`WHERE s.resident_id = ANY($1::uuid[]) AND s.topic = $2 AND s.paused_at IS NULL
				ORDER BY s.resident_id, s.given_at, s.id`, ids(residents), topic)
		}
		for _, id := range residents {
			var some []subscriberRow
			if err := t.all(ctx, &some, subscriberColumns+`WHERE s.resident_id = $1 AND s.topic = $2 AND s.paused_at IS NULL
				ORDER BY s.given_at, s.id`, id, topic); err != nil {
				return err
			}
			rows = append(rows, some...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if list, err = s.addSubscription(list, row); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (s *Store) addSubscription(list []bot.Subscriber, row subscriberRow) ([]bot.Subscriber, error) {
	key, err := s.vault.dataKey(row.Resident, row.Wrapped)
	var about []byte
	if err == nil {
		about, err = unseal(key, row.About, place("subscription", row.ID, "about"))
	}
	if errors.Is(err, errUnreadable) {
		s.unreadable.Add(1)
		return list, nil
	} else if err != nil {
		return nil, err
	}
	if len(list) == 0 || list[len(list)-1].Resident != row.Resident {
		list = append(list, bot.Subscriber{Resident: row.Resident})
	}
	sub := &list[len(list)-1]
	sub.Language = row.Language // the newest comes last
	sub.Postcode4 = append(sub.Postcode4, row.Postcode4)
	if len(about) > 0 {
		sub.About = append(sub.About, bot.RawValue(about))
	}
	return list, nil
}

// Enqueue gives these residents of a selection's page their row, notes how far
// the selection came, and when done opens the run for sending. A resident who
// has one already keeps it. bot.ErrTokenGone says that another process selects
// now or that the run was paused, and that nothing was written.
func (s *Store) Enqueue(ctx context.Context, now time.Time, held *bot.Selection, residents []bot.ID, looked int, next bot.ID) (added int, err error) {
	err = s.in(ctx, "enqueue", func(t *tx) error {
		if added, err = t.enqueue(ctx, now, held.Run, residents); err != nil {
			return err
		}
		if err := t.grown(ctx, next == ""); err != nil {
			return err
		}
		return t.selected(ctx, now, held, looked, added, next)
	})
	if err == nil {
		held.After = next
	}
	return added, err
}

// grown tells Postgres, before a run is opened for sending, how large the outbox
// is by now. A process that polled while there was nothing to send has plans for
// an empty outbox, and with those a claim of a run of everybody takes minutes;
// new numbers end all plans that were made before.
func (t *tx) grown(ctx context.Context, done bool) error {
	if !done || !t.postgres {
		return nil
	}
	_, err := t.tx.ExecContext(ctx, `ANALYZE outbox`)
	return err
}

// EnqueueAll gives the next chunk of subscribers their row without opening
// anything: for a run whose text goes to every subscriber in its areas.
func (s *Store) EnqueueAll(ctx context.Context, now time.Time, held *bot.Selection, chunk int) (added int, done bool, err error) {
	residents, err := s.subscribed(ctx, held.Run, held.After, chunk)
	if err != nil {
		return 0, false, err
	}
	next := bot.ID("")
	if len(residents) == chunk {
		next = residents[chunk-1]
	}
	added, err = s.Enqueue(ctx, now, held, residents, len(residents), next)
	return added, next == "", err
}

// The residents are locked as their rows' foreign key would lock them, before
// the rows are made: who is erased meanwhile is left out, and is no error.
const enqueuePostgres = `WITH there AS (
		SELECT id, channel, account FROM resident WHERE id = ANY ($2::uuid[]) AND closed_at IS NULL ORDER BY id FOR KEY SHARE)
	INSERT INTO outbox (id, resident_id, channel, account, reason, rank, topic, run_id, not_before, useless_after, created_at)
	SELECT n.id, r.id, CASE WHEN r.account = $8::text THEN r.channel ELSE $8::text END, $8::text, 'topic', 3, $3, $4::uuid, $5, $6, $7
	FROM unnest($1::uuid[], $2::uuid[]) AS n (id, resident) JOIN there r ON r.id = n.resident
	ORDER BY r.id
	ON CONFLICT (run_id, resident_id) WHERE run_id IS NOT NULL DO NOTHING`

// enqueue writes in the order of the residents' ids. A withdrawal that commits
// meanwhile may leave its row behind: without a standing consent no claim takes it.
// A run of another account goes by the channel of that name.
func (t *tx) enqueue(ctx context.Context, now time.Time, run bot.Run, residents []bot.ID) (int, error) {
	if t.postgres {
		rows := make([]bot.ID, len(residents))
		for i := range rows {
			rows[i] = bot.NewID(now)
		}
		n, err := t.exec(ctx, enqueuePostgres, ids(rows), ids(residents), run.Topic, run.ID, run.NotBefore, run.Useless, now, run.Account)
		return int(n), err
	}
	const insert = `INSERT INTO outbox (id, resident_id, channel, account, reason, rank, topic, run_id, not_before, useless_after, created_at)
		SELECT $1, id, CASE WHEN account = $8 THEN channel ELSE $8 END, $8, 'topic', 3, $3, $4, $5, $6, $7 FROM resident WHERE id = $2 AND closed_at IS NULL
		ON CONFLICT (run_id, resident_id) WHERE run_id IS NOT NULL DO NOTHING`
	added := 0
	for _, resident := range residents {
		n, err := t.exec(ctx, insert, bot.NewID(now), resident, run.Topic, run.ID, run.NotBefore, run.Useless, now, run.Account)
		if err != nil {
			return 0, err
		}
		added += int(n)
	}
	return added, nil
}

// selected notes a page last, so that a run's row is locked after those of
// residents. A run that is paused or stopped meanwhile is not selected for.
func (t *tx) selected(ctx context.Context, now time.Time, held *bot.Selection, looked, added int, next bot.ID) error {
	state, until := bot.RunSelecting, now.Add(held.Lease)
	if next == "" {
		state, until, next = bot.RunSending, time.Time{}, lastID // resumed, there is nobody left to look at
	}
	const query = `UPDATE run SET after = $3, looked_at = looked_at + $4, selected = selected + $5, lease_until = $6, state = $7
		WHERE id = $1 AND token = $2 AND state = 'selecting'`
	n, err := t.exec(ctx, query, held.Run.ID, held.Token, next, looked, added, until, string(state))
	if err == nil && n == 0 {
		return bot.ErrTokenGone
	}
	return err
}
