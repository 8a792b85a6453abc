package store

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/lib/pq"

	"github.com/gemeentebode/bode/bot"
)

// glanceRow is a resident as it stands, with nothing of theirs open.
type glanceRow struct {
	turnRow
	Hash       []byte  `db:"external_hash"`
	DropBefore instant `db:"drop_before"` // the newest erasure of this contact
}

const glance = `SELECT t.id, t.channel, t.account, t.external_hash, t.phone_hash, t.external, t.phone, t.conversation, t.seq, k.wrapped,
		(SELECT max(s.drop_before) FROM suppression s WHERE s.mark_hash IN (i.mark, i.phone_mark)) AS drop_before,
		` + liveBundle + ` AS bundle, ` + subscribedOf + `
	FROM unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::bytea[]) AS i (hash, mark, phone_mark, message)
	JOIN resident t ON t.external_hash = i.hash JOIN resident_key k ON k.resident_id = t.id
	WHERE t.due IS NULL AND t.token IS NULL AND t.handled = t.seq AND NOT EXISTS (SELECT 1 FROM dedupe d WHERE d.hash = i.message)`

// Glance gives the turns of messages as they would be if these were kept now;
// see inbox.Store. It locks and writes nothing. What it leaves out, and all on
// SQLite, goes by Receive.
func (s *Store) Glance(ctx context.Context, now time.Time, messages []bot.Message) ([]bot.Claim, error) {
	if !s.postgres {
		return nil, nil
	}
	arrivals, _ := s.arrivals(now, messages)
	first := make(map[string]arrival, len(arrivals))
	var hashes, marks, phones, seen [][]byte
	for _, a := range plainFirst(arrivals) {
		first[string(a.external)] = a
		mine := s.vault.marks(a.From)
		hashes, marks, phones, seen = append(hashes, a.external), append(marks, mine[0]), append(phones, mine[len(mine)-1]), append(seen, a.hash)
	}
	if len(first) == 0 {
		return nil, nil
	}
	rows, err := alone[glanceRow](ctx, s, "glance", glance, pq.ByteaArray(hashes), pq.ByteaArray(marks), pq.ByteaArray(phones), pq.ByteaArray(seen))
	if err != nil {
		return nil, err
	}
	claims := make([]bot.Claim, 0, len(rows))
	for _, row := range rows {
		if claim, ok := s.glanced(now, row, first[string(row.Hash)]); ok {
			claims = append(claims, claim)
		}
	}
	return claims, nil
}

// plainFirst gives the first message of each contact. Who also said STOP, or took
// a message back or changed it, is left out: that goes before an answer.
func plainFirst(arrivals []arrival) (first []arrival) {
	for rest := arrivals; len(rest) > 0; {
		n := 1
		for n < len(rest) && bytes.Equal(rest[n].external, rest[0].external) {
			n++
		}
		if !slices.ContainsFunc(rest[:n], func(a arrival) bool { return a.Stop || !a.Kind.Answered() || a.ID.Empty() }) {
			first = append(first, rest[0])
		}
		rest = rest[n:]
	}
	return first
}

// glanced makes a claim of a row. One that is not as simple as it looked goes by Receive.
func (s *Store) glanced(now time.Time, row glanceRow, a arrival) (bot.Claim, bool) {
	if a.phone != nil && !bytes.Equal(a.phone, row.PhoneHash) || a.Sent.Before(row.DropBefore.Time) {
		return bot.Claim{}, false
	}
	row.Sent = instant{a.Sent.Truncate(time.Microsecond)}
	claim := bot.Claim{Resident: row.ID, Bundle: row.Bundle, MessageID: bot.NewID(now), Seq: row.Seq + 1, Tries: 1, Accepted: now.Truncate(time.Microsecond)}
	err := s.openClaim(row.turnRow, a.Encode(), &claim)
	return claim, err == nil
}

// keepAnswered writes each row of a turn once, where the resident stands as at
// the glance: whatever else was kept, ended, erased or brought again meanwhile
// changed one of these columns. Who is locked is being changed. The ledger of
// ids refuses the whole statement when an id is there after all: it is the only
// thing waited for here, and the one circle there can be (a delivery of the same
// message, which notes the id and then locks) Postgres breaks after a second.
const keepAnswered = `WITH m AS (
		SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::bigint[], $4::timestamptz[], $5::bytea[], $6::uuid[], $7::timestamptz[], $8::bytea[], $9::bytea[])
			AS m (resident_id, external_hash, seq, until, conversation, id, sent_at, body, hash)),
	held AS (
		SELECT r.id FROM resident r JOIN m ON m.resident_id = r.id
		WHERE r.external_hash = m.external_hash AND r.seq = m.seq - 1 AND r.handled = m.seq - 1 AND r.due IS NULL AND r.token IS NULL
		ORDER BY r.id FOR NO KEY UPDATE OF r SKIP LOCKED),
	kept AS (
		UPDATE resident r SET seq = m.seq, handled = m.seq, window_until = GREATEST(r.window_until, m.until),
			conversation = COALESCE(NULLIF(m.conversation, ''::bytea), r.conversation)
		FROM m JOIN held ON held.id = m.resident_id WHERE r.id = m.resident_id RETURNING r.id),
	noted AS (
		INSERT INTO dedupe (hash, day) SELECT m.hash, $10 FROM m JOIN kept ON kept.id = m.resident_id ORDER BY m.hash),
	put AS (
		INSERT INTO inbox (id, resident_id, seq, accepted_at, sent_at, body, platform_hash, tries, state)
		SELECT m.id, m.resident_id, m.seq, $11::timestamptz, m.sent_at, m.body, m.hash, 1, 'done' FROM m JOIN kept ON kept.id = m.resident_id),
	said AS (
		INSERT INTO outbox (id, resident_id, channel, account, reason, rank, message_id, template, body, not_before, created_at)
		SELECT a.id, a.resident_id, a.channel, a.account, 'answer', 1, a.message_id, a.template, a.body, $11::timestamptz, $11::timestamptz
		FROM unnest($12::uuid[], $13::uuid[], $14::text[], $15::text[], $16::uuid[], $17::boolean[], $18::bytea[])
			AS a (id, resident_id, channel, account, message_id, template, body)
		JOIN kept ON kept.id = a.resident_id)
	SELECT id FROM kept`

// KeepAnswered keeps messages with their answers, of claims that Glance gave;
// see inbox.Store. After an error none or all may be kept: the ledger of ids
// knows.
func (s *Store) KeepAnswered(ctx context.Context, now time.Time, turns []bot.Finish) (kept []bool, err error) {
	var rows keptRows
	for _, t := range turns {
		key, ok := s.vault.remembered(t.Claim.Resident)
		if !ok {
			continue // it is gone: the resident was erased, or is one of very many
		}
		rows.add(s.arrival(now, t.Claim.Message), now, t, key)
	}
	kept = make([]bool, len(turns))
	if len(rows.ids) == 0 {
		return kept, nil
	}
	said := rows.replies
	done, err := alone[bot.ID](ctx, s, "keep answered", keepAnswered, ids(rows.residents), pq.ByteaArray(rows.external), rows.seqs, instants(rows.untils), pq.ByteaArray(rows.conversations),
		ids(rows.ids), instants(rows.sent), pq.ByteaArray(rows.bodies), pq.ByteaArray(rows.hashes), day(now), now,
		ids(said.ids), ids(said.to), said.channels, said.accounts, ids(said.messages), said.templates, pq.ByteaArray(said.bodies))
	if err != nil {
		return nil, err
	}
	for i, t := range turns {
		kept[i] = slices.Contains(done, t.Claim.Resident)
	}
	return kept, nil
}
