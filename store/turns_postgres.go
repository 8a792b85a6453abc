package store

import (
	"context"
	"time"

	"github.com/lib/pq"

	"github.com/gemeentebode/bode/bot"
)

// subscribedOf is turnRow.Subscribed of the resident t.
const subscribedOf = `COALESCE((SELECT string_agg(s.line, chr(10) ORDER BY s.line) FROM (
			SELECT topic || ' ' || (extract(epoch FROM given_at) * 1000000)::bigint AS line FROM subscription WHERE resident_id = t.id AND paused_at IS NULL
			UNION ALL SELECT topic || ' 0' FROM pending WHERE resident_id = t.id) AS s), '') AS subscribed`

// One statement locks the residents that are due and nobody else has, and
// counts the try. A resident whose row changed while the statement waited for
// its place has its messages read from before: when none is found there,
// settle looks again.
const claimTurnsPostgres = `WITH picked AS (
		SELECT id FROM resident WHERE due <= $1 ORDER BY due LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED),
	taken AS (
		UPDATE resident r SET token = $3::uuid, due = $4 WHERE r.id = ANY (ARRAY(SELECT id FROM picked))
		RETURNING r.id, r.channel, r.account, r.external, r.phone, r.conversation, r.handled),
	opened AS (
		UPDATE inbox i SET tries = i.tries + 1 FROM taken t
		WHERE i.resident_id = t.id AND i.seq = (
			SELECT min(o.seq) FROM inbox o WHERE o.resident_id = t.id AND o.seq > t.handled AND o.state = 'open')
		RETURNING i.resident_id, i.id, i.seq, i.tries, i.accepted_at, i.sent_at, i.body)
	SELECT t.id, t.channel, t.account, t.external, t.phone, t.conversation, k.wrapped,
		COALESCE(o.id::text, '') AS message_id, COALESCE(o.seq, 0) AS message_seq, COALESCE(o.tries, 0) AS tries,
		o.accepted_at, o.sent_at, o.body, ` + liveBundle + ` AS bundle, ` + subscribedOf + `
	FROM taken t JOIN resident_key k ON k.resident_id = t.id LEFT JOIN opened o ON o.resident_id = t.id`

func (t *tx) claimTurnsPostgres(ctx context.Context, now, until time.Time, token bot.ID, limit int) ([]turnRow, error) {
	var rows, open []turnRow
	if err := t.all(ctx, &rows, claimTurnsPostgres, now, limit, token, until); err != nil {
		return nil, err
	}
	for _, row := range rows {
		if row.MessageID != "" {
			open = append(open, row)
		} else if err := t.settle(ctx, now, row.ID, token); err != nil {
			return nil, err
		}
	}
	return open, nil
}

// One statement for a whole group. Rows are locked in the order of their ids,
// as everywhere; a turn whose token is gone locks nothing and changes nothing.
const finishPostgres = `WITH f AS (
		SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bytea[], $5::uuid[])
			AS f (resident_id, token, seq, conversation, message_id)),
	held AS (
		SELECT r.id FROM resident r JOIN f ON f.resident_id = r.id AND f.token = r.token ORDER BY r.id FOR NO KEY UPDATE OF r),
	ended AS (
		UPDATE resident r SET token = NULL, handled = f.seq, due = CASE WHEN r.seq > f.seq THEN $6::timestamptz ELSE NULL END,
			conversation = COALESCE(NULLIF(f.conversation, ''::bytea), r.conversation)
		FROM f JOIN held ON held.id = f.resident_id WHERE r.id = f.resident_id AND r.token = f.token
		RETURNING r.id, r.due IS NOT NULL AS more),
	done AS (
		UPDATE inbox i SET state = 'done' FROM f JOIN ended ON ended.id = f.resident_id WHERE i.id = f.message_id),
	said AS (
		INSERT INTO outbox (id, resident_id, channel, account, reason, rank, message_id, template, body, not_before, created_at)
		SELECT a.id, a.resident_id, a.channel, a.account, 'answer', 1, a.message_id, a.template, a.body, $6::timestamptz, $6::timestamptz
		FROM unnest($7::uuid[], $8::uuid[], $9::text[], $10::text[], $11::uuid[], $12::boolean[], $13::bytea[])
			AS a (id, resident_id, channel, account, message_id, template, body)
		JOIN ended ON ended.id = a.resident_id)
	SELECT id, more FROM ended`

func (t *tx) finishPostgres(ctx context.Context, now time.Time, list []finish) ([]ended, error) {
	if len(list) == 0 {
		return nil, nil
	}
	var rows finishRows
	for _, f := range list {
		rows.add(f)
	}
	said := rows.replies
	var told []struct {
		ID   bot.ID `db:"id"`
		More bool   `db:"more"`
	}
	if err := t.all(ctx, &told, finishPostgres, ids(rows.residents), ids(rows.tokens), rows.seqs, pq.ByteaArray(rows.conversations), ids(rows.messages), now,
		ids(said.ids), ids(said.to), said.channels, said.accounts, ids(said.messages), said.templates, pq.ByteaArray(said.bodies)); err != nil {
		return nil, err
	}
	byResident := make(map[bot.ID]ended, len(told))
	for _, row := range told {
		byResident[row.ID] = ended{kept: true, more: row.More}
	}
	all := make([]ended, len(list))
	for i, f := range list {
		all[i] = byResident[f.Claim.Resident]
	}
	return all, nil
}

// finishRows are the columns of a group of turns, and of its replies.
type finishRows struct {
	residents, tokens, messages []bot.ID
	seqs                        pq.Int64Array
	conversations               [][]byte

	replies answerRows
}

func (rows *finishRows) add(f finish) {
	rows.residents, rows.tokens = append(rows.residents, f.Claim.Resident), append(rows.tokens, f.Claim.Token)
	rows.messages, rows.seqs = append(rows.messages, f.Claim.MessageID), append(rows.seqs, f.Claim.Seq)
	rows.conversations = append(rows.conversations, f.conversation)
	if f.reply != nil {
		rows.replies.add(f.Claim, f.reply)
	}
}
