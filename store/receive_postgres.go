package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"github.com/lib/pq"

	"github.com/gemeentebode/bode/bot"
)

const notePostgres = `INSERT INTO dedupe (hash, day)
	SELECT h, $2 FROM unnest($1::bytea[]) AS h ON CONFLICT DO NOTHING RETURNING hash`

// notePostgres inserts in the order of hashes, which is key order: so do all
// others, and none waits in a circle.
func (t *tx) notePostgres(ctx context.Context, now time.Time, hashes [][]byte) (map[string]bool, error) {
	var fresh [][]byte
	if err := t.all(ctx, &fresh, notePostgres, pq.ByteaArray(hashes), day(now)); err != nil {
		return nil, err
	}
	noted := make(map[string]bool, len(fresh))
	for _, hash := range fresh {
		noted[string(hash)] = true
	}
	return noted, nil
}

// lockContacts makes concurrent deliveries of the same contacts take turns,
// also where no row exists yet, and then locks the rows that exist.
func (t *tx) lockContacts(ctx context.Context, arrivals []arrival) error {
	if !t.postgres || len(arrivals) == 0 {
		return nil // SQLite has one writer
	}
	var hashes [][]byte
	for _, a := range arrivals {
		hashes = append(hashes, a.external)
		if a.phone != nil {
			hashes = append(hashes, a.phone)
		}
		if a.Kind == bot.KindNumberChange {
			hashes = append(hashes, t.vault.externalHash(a.From.Channel, a.From.Account, a.Original))
		}
	}
	slices.SortFunc(hashes, bytes.Compare)
	hashes = slices.CompactFunc(hashes, bytes.Equal)
	numbers := make(pq.Int64Array, len(hashes))
	for i, hash := range hashes {
		numbers[i] = int64(binary.BigEndian.Uint64(hash))
	}
	slices.Sort(numbers)
	if _, err := t.exec(ctx, `SELECT pg_advisory_xact_lock(k) FROM unnest($1::bigint[]) AS k`, numbers); err != nil {
		return err
	}
	const rows = `SELECT id FROM resident WHERE id = ANY (ARRAY(SELECT id FROM resident WHERE external_hash = ANY($1::bytea[])
		UNION ALL SELECT id FROM resident WHERE phone_hash = ANY($1::bytea[]))) ORDER BY id FOR NO KEY UPDATE`
	_, err := t.exec(ctx, rows, pq.ByteaArray(hashes))
	return err
}

// errNotPlain says that a delivery holds more than messages of known contacts.
var errNotPlain = errors.New("not only plain messages of known contacts")

// receiveKnown is the short road, three statements a delivery: all messages
// are to be answered, and all contacts are known as they stand. It tells
// whether it took the delivery; if not, nothing was kept.
func (s *Store) receiveKnown(ctx context.Context, now time.Time, arrivals []arrival, take bot.Take, got *bot.Received) (bool, error) {
	if !s.postgres || slices.ContainsFunc(arrivals, func(a arrival) bool { return a.Stop || !a.Kind.Answered() }) {
		return false, nil
	}
	begun := turnsBegun{token: randomID(), until: now.Add(take.Lease)}
	err := s.in(ctx, "receive", func(t *tx) error {
		*got, begun.room, begun.rows = bot.Received{}, take.Turns, nil
		fresh, err := t.fresh(ctx, now, arrivals)
		if err != nil {
			return err
		}
		got.Duplicate = len(arrivals) - len(fresh)
		return t.keepKnown(ctx, now, fresh, &begun, got)
	})
	if errors.Is(err, errNotPlain) {
		return false, nil
	}
	if err != nil {
		s.lost.keep(&s.lost.turns, begun.token, idsOfTurns(begun.rows), err)
		return false, err
	}
	// The delivery is kept, whatever comes of its turns: one that can be neither
	// opened nor set aside now waits for its lease.
	got.Claims, _ = s.openTurns(ctx, now, begun.rows, begun.token, begun.until)
	return true, nil
}

// turnsBegun are the turns that begin in the transaction that keeps their
// message: of residents for whom nothing else is open, while there is room.
// That saves the claim, which would write the same rows once more.
type turnsBegun struct {
	token bot.ID
	until time.Time
	room  int
	rows  []turnRow
}

// take begins the turn of a message, if it may.
func (b *turnsBegun) take(now time.Time, id bot.ID, r *knownContact, a arrival, body []byte) (tries int64) {
	if b.room == 0 || !r.Idle {
		return 0
	}
	b.room--
	r.Idle, r.token = false, b.token
	b.rows = append(b.rows, turnRow{residentRow: residentRow{ID: r.ID, Wrapped: r.Wrapped}, MessageID: string(id), MessageSeq: r.Seq,
		Tries: 1, Accepted: instant{now.Truncate(time.Microsecond)}, Sent: instant{a.Sent.Truncate(time.Microsecond)}, Body: body})
	return 1
}

// complete adds what the database told of the residents.
func (b *turnsBegun) complete(told []turnRow) error {
	byResident := make(map[bot.ID]turnRow, len(told))
	for _, row := range told {
		byResident[row.ID] = row
	}
	for i := range b.rows {
		row := &b.rows[i]
		r, ok := byResident[row.ID]
		if !ok {
			return errors.New("a turn that begins was not told of")
		}
		r.residentRow.Wrapped = row.Wrapped
		row.residentRow, row.Bundle, row.Subscribed = r.residentRow, r.Bundle, r.Subscribed
	}
	return nil
}

// knownContact is a resident under lock, with the newest erasure of its contact.
type knownContact struct {
	ID         bot.ID  `db:"id"`
	Hash       []byte  `db:"external_hash"`
	Phone      []byte  `db:"phone_hash"`
	Seq        int64   `db:"seq"`
	Wrapped    []byte  `db:"wrapped"`
	DropBefore instant `db:"drop_before"`
	Idle       bool    `db:"idle"` // nothing of theirs is open
	until      time.Time
	token      bot.ID // of the turn that begins; "" for none
}

// The suppression is read in the statement that locks: a row that still has
// its hash after the wait was made after any erasure of the same contact.
const lockKnown = `SELECT r.id, r.external_hash, r.phone_hash, r.seq, k.wrapped, r.due IS NULL AND r.token IS NULL AS idle,
		(SELECT max(s.drop_before) FROM suppression s WHERE s.mark_hash IN (i.mark, i.phone_mark)) AS drop_before
	FROM unnest($1::bytea[], $2::bytea[], $3::bytea[]) AS i (hash, mark, phone_mark)
	JOIN resident r ON r.external_hash = i.hash
	JOIN resident_key k ON k.resident_id = r.id
	ORDER BY r.id FOR NO KEY UPDATE OF r`

const insertKnown = `WITH kept AS (
		UPDATE resident r SET seq = k.seq, window_until = GREATEST(r.window_until, k.until), token = COALESCE(NULLIF(k.token, '')::uuid, r.token),
			due = CASE WHEN k.token = '' THEN COALESCE(r.due, $10::timestamptz) ELSE $12::timestamptz END
		FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $13::text[]) AS k (id, seq, until, token) WHERE r.id = k.id
		RETURNING r.id, r.channel, r.account, r.external, r.phone, r.conversation, k.token),
	put AS (
		INSERT INTO inbox (id, resident_id, seq, accepted_at, sent_at, body, platform_hash, tries)
		SELECT m.id, m.resident_id, m.seq, $10::timestamptz, m.sent_at, m.body, m.platform_hash, m.tries
		FROM unnest($4::uuid[], $5::uuid[], $6::bigint[], $7::timestamptz[], $8::bytea[], $9::bytea[], $11::bigint[])
			AS m (id, resident_id, seq, sent_at, body, platform_hash, tries))
	SELECT t.id, t.channel, t.account, t.external, t.phone, t.conversation, ` + liveBundle + ` AS bundle, ` + subscribedOf + `
	FROM kept t WHERE t.token <> ''`

func (t *tx) keepKnown(ctx context.Context, now time.Time, fresh []arrival, begun *turnsBegun, got *bot.Received) error {
	if len(fresh) == 0 {
		return nil
	}
	known, err := t.lockKnown(ctx, fresh)
	if err != nil {
		return err
	}
	var rows inboxRows
	for _, a := range fresh {
		r, ok := known[string(a.external)]
		if !ok || a.phone != nil && !bytes.Equal(a.phone, r.Phone) {
			return errNotPlain
		}
		if a.Sent.Before(r.DropBefore.Time) {
			got.Dropped++
			continue
		}
		key, err := t.vault.dataKey(r.ID, r.Wrapped)
		if err != nil {
			return err
		}
		got.Kept++
		r.Seq++
		if until := a.window(now); until.After(r.until) {
			r.until = until
		}
		id := bot.NewID(now)
		body := seal(key, a.Encode(), place("inbox", id, "body"))
		rows.add(id, r, a, body, begun.take(now, id, r, a, body))
	}
	got.Turns = append(got.Turns, rows.ids...)
	told, err := t.insertKnown(ctx, now, known, rows, begun.until)
	if err != nil {
		return err
	}
	return begun.complete(told)
}

func (t *tx) lockKnown(ctx context.Context, fresh []arrival) (map[string]*knownContact, error) {
	var hashes, marks, phones [][]byte
	for i, a := range fresh {
		if i > 0 && bytes.Equal(a.external, fresh[i-1].external) {
			continue
		}
		mine := t.vault.marks(a.From)
		hashes, marks, phones = append(hashes, a.external), append(marks, mine[0]), append(phones, mine[len(mine)-1])
	}
	var list []*knownContact
	if err := t.all(ctx, &list, lockKnown, pq.ByteaArray(hashes), pq.ByteaArray(marks), pq.ByteaArray(phones)); err != nil {
		return nil, err
	}
	known := make(map[string]*knownContact, len(list))
	for _, r := range list {
		known[string(r.Hash)] = r
	}
	return known, nil
}

// inboxRows are the columns of new messages.
type inboxRows struct {
	ids, residents []bot.ID
	seqs, tries    pq.Int64Array
	sent           []time.Time
	bodies, hashes [][]byte
}

func (rows *inboxRows) add(id bot.ID, r *knownContact, a arrival, body []byte, tries int64) {
	rows.tries = append(rows.tries, tries)
	rows.ids, rows.residents = append(rows.ids, id), append(rows.residents, r.ID)
	rows.seqs, rows.sent = append(rows.seqs, r.Seq), append(rows.sent, a.Sent)
	rows.bodies, rows.hashes = append(rows.bodies, body), append(rows.hashes, a.hash)
}

func (t *tx) insertKnown(ctx context.Context, now time.Time, known map[string]*knownContact, rows inboxRows, until time.Time) (told []turnRow, err error) {
	if len(rows.ids) == 0 {
		return nil, nil
	}
	var residents, tokens []bot.ID
	var seqs pq.Int64Array
	var untils []time.Time
	for _, r := range known {
		if !r.until.IsZero() {
			residents, seqs, untils = append(residents, r.ID), append(seqs, r.Seq), append(untils, r.until)
			tokens = append(tokens, r.token)
		}
	}
	err = t.all(ctx, &told, insertKnown, ids(residents), seqs, instants(untils),
		ids(rows.ids), ids(rows.residents), rows.seqs, instants(rows.sent),
		pq.ByteaArray(rows.bodies), pq.ByteaArray(rows.hashes), now, rows.tries, until, ids(tokens))
	return told, err
}
