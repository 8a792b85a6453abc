package store

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"time"

	"github.com/lib/pq"

	"github.com/gemeentebode/bode/bot"
)

// report is one status, with the row that it is about as far as we know.
type report struct {
	id    string
	rank  int64
	state string
	class string
	code  int64
}

// canonicalID is what we gave the platform as callback data. What comes back
// may be anything, and Postgres refuses a whole statement for one bad uuid.
var canonicalID = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// Ranks by which a status only moves forward. Failed is final, and beats all
// but delivered and read. What we set aside or repeat yields to any report.
var statusRanks = map[bot.StatusState]int64{bot.StatusSent: 1, bot.StatusFailed: 2, bot.StatusDelivered: 3, bot.StatusRead: 4}

// rowRank is the rank of the state that row o has, as an expression.
const rowRank = `CASE o.state WHEN 'read' THEN 4 WHEN 'delivered' THEN 3 WHEN 'failed' THEN 2 WHEN 'sent' THEN 1 ELSE 0 END`

// Statuses applies reports in one transaction, forward only; see outbox.Store.
// They may come before MarkSent: the callback id names the row. A report that
// matches nothing creates nobody. What a report is of is filled in.
func (s *Store) Statuses(ctx context.Context, now time.Time, statuses []bot.Status) (unmatched int, err error) {
	err = s.in(ctx, "statuses", func(t *tx) error {
		unmatched = 0
		reports, optedOut, err := t.reports(ctx, statuses, &unmatched)
		if err != nil || len(reports) == 0 {
			return err
		}
		for _, id := range optedOut { // the resident's lock comes before the row's
			if err := t.optedOut(ctx, now, id); err != nil {
				return err
			}
		}
		if t.postgres {
			return t.applyPostgres(ctx, reports)
		}
		return t.applySQLite(ctx, reports)
	})
	return unmatched, err
}

// reports finds the rows and keeps, per row, the report that got furthest.
func (t *tx) reports(ctx context.Context, statuses []bot.Status, unmatched *int) (list []report, optedOut []bot.ID, err error) {
	named, err := t.named(ctx, statuses)
	if err != nil {
		return nil, nil, err
	}
	furthest := map[bot.ID]report{}
	for i, status := range statuses {
		id := named[i]
		rank, known := statusRanks[status.State]
		if id == "" || !known {
			*unmatched++
			continue
		}
		r := report{id: string(id), rank: rank, state: string(status.State)}
		if status.Error != nil {
			r.class, r.code = string(status.Error.Class), int64(status.Error.Code)
			if status.Error.Class == bot.SendOptedOut {
				optedOut = append(optedOut, id)
			}
		}
		if r.rank > furthest[id].rank {
			furthest[id] = r
		}
	}
	for _, r := range furthest {
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b report) int { return cmp.Compare(a.id, b.id) })
	return list, optedOut, nil
}

// named gives each status the id of its row, empty when there is none: by the
// callback id, else by the platform's id.
func (t *tx) named(ctx context.Context, statuses []bot.Status) ([]bot.ID, error) {
	var wanted []bot.ID
	for _, status := range statuses {
		if canonicalID.MatchString(string(status.Send)) {
			wanted = append(wanted, status.Send)
		}
	}
	there, err := t.outboxRows(ctx, wanted)
	if err != nil {
		return nil, err
	}
	named := make([]bot.ID, len(statuses))
	for i, status := range statuses {
		row, found := there[status.Send]
		if !found && !status.Message.Empty() {
			if row, err = t.byPlatformID(ctx, status.Message); err != nil {
				return nil, err
			}
		}
		if named[i] = row.ID; row.ID != "" { // what the platform echoed may be anything
			statuses[i].Send, statuses[i].Of = row.ID, bot.Trace{Turn: bot.ID(row.Turn), Run: bot.ID(row.Run)}
		}
	}
	return named, nil
}

// tracedRow is an outgoing row with what it came of.
type tracedRow struct {
	ID   bot.ID `db:"id"`
	Turn string `db:"turn"`
	Run  string `db:"run"`
}

const readTraced = `SELECT id, COALESCE(CAST(message_id AS text), '') AS turn, COALESCE(CAST(run_id AS text), '') AS run FROM outbox WHERE `

// outboxRows gives those of these rows that exist.
func (t *tx) outboxRows(ctx context.Context, wanted []bot.ID) (map[bot.ID]tracedRow, error) {
	there := make(map[bot.ID]tracedRow, len(wanted))
	if len(wanted) == 0 {
		return there, nil
	}
	if t.postgres {
		var found []tracedRow
		err := t.all(ctx, &found, readTraced+`id = ANY($1::uuid[])`, ids(wanted))
		for _, row := range found {
			there[row.ID] = row
		}
		return there, err
	}
	for _, id := range wanted {
		var row tracedRow
		ok, err := t.one(ctx, &row, readTraced+`id = $1`, id)
		if err != nil {
			return nil, err
		}
		if ok {
			there[id] = row
		}
	}
	return there, nil
}

func (t *tx) byPlatformID(ctx context.Context, id bot.Private) (row tracedRow, err error) {
	_, err = t.one(ctx, &row, readTraced+`platform_hash = $1`, t.vault.sentHash(id))
	return row, err
}

// One statement for all. The rows that move are locked in the order of their
// ids, as everywhere; since a row's rank never falls, the others need no lock.
// heard has the newest claim of which a status arrived, per account, and is
// written after them.
const applyPostgres = `WITH s AS (
		SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::bigint[]) AS s (id, rank, state, class, code)),
	held AS (
		SELECT o.id FROM outbox o JOIN s ON s.id = o.id WHERE s.rank > ` + rowRank + ` ORDER BY o.id FOR NO KEY UPDATE OF o),
	moved AS (
		UPDATE outbox o SET state = s.state, token = NULL, error_class = NULLIF(s.class, ''), error_code = NULLIF(s.code, 0),
			body = CASE WHEN o.reason = 'farewell' THEN NULL ELSE o.body END, address = NULL
		FROM s JOIN held ON held.id = s.id WHERE o.id = s.id
		RETURNING o.id),
	newest AS (
		SELECT o.account, max(o.claimed_at) AS claimed_at FROM outbox o JOIN s ON s.id = o.id GROUP BY o.account)
	INSERT INTO heard (account, claimed_to)
	SELECT n.account, n.claimed_at FROM newest n LEFT JOIN heard h ON h.account = n.account
	WHERE n.claimed_at > COALESCE(h.claimed_to, '-infinity') AND (SELECT count(*) FROM moved) >= 0 ORDER BY n.account
	ON CONFLICT (account) DO UPDATE SET claimed_to = excluded.claimed_to WHERE heard.claimed_to < excluded.claimed_to`

func (t *tx) applyPostgres(ctx context.Context, reports []report) error {
	var ids, states, classes pq.StringArray
	var ranks, codes pq.Int64Array
	for _, r := range reports {
		ids, states, classes = append(ids, r.id), append(states, r.state), append(classes, r.class)
		ranks, codes = append(ranks, r.rank), append(codes, r.code)
	}
	_, err := t.exec(ctx, applyPostgres, ids, ranks, states, classes, codes)
	return err
}

// The same in a loop; there is one writer.
const (
	applySQLite = `UPDATE outbox AS o SET state = $2, token = NULL, error_class = $3, error_code = $4,
			body = CASE WHEN reason = 'farewell' THEN NULL ELSE body END, address = NULL
		WHERE id = $1 AND $5 > ` + rowRank
	heardSQLite = `INSERT INTO heard (account, claimed_to) SELECT account, claimed_at FROM outbox WHERE id = $1 AND claimed_at IS NOT NULL
		ON CONFLICT (account) DO UPDATE SET claimed_to = excluded.claimed_to WHERE heard.claimed_to < excluded.claimed_to`
)

func (t *tx) applySQLite(ctx context.Context, reports []report) error {
	for _, r := range reports {
		if _, err := t.exec(ctx, applySQLite, r.id, r.state, nullable(r.class), r.code, r.rank); err != nil {
			return err
		}
		if _, err := t.exec(ctx, heardSQLite, r.id); err != nil {
			return err
		}
	}
	return nil
}
