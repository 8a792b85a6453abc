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
	const rows = `SELECT id FROM resident WHERE external_hash = ANY($1::bytea[]) OR phone_hash = ANY($1::bytea[]) ORDER BY id FOR NO KEY UPDATE`
	_, err := t.exec(ctx, rows, pq.ByteaArray(hashes))
	return err
}

// errNotPlain says that a delivery holds more than messages of known contacts.
var errNotPlain = errors.New("not only plain messages of known contacts")

// receiveKnown is the short road, three statements a delivery: all messages
// are to be answered, and all contacts are known as they stand. It tells
// whether it took the delivery; if not, nothing was kept.
func (s *Store) receiveKnown(ctx context.Context, now time.Time, arrivals []arrival, got *bot.Received) (bool, error) {
	if !s.postgres || slices.ContainsFunc(arrivals, func(a arrival) bool { return a.Stop || !a.Kind.Answered() }) {
		return false, nil
	}
	err := s.in(ctx, "receive", func(t *tx) error {
		*got = bot.Received{}
		fresh, err := t.fresh(ctx, now, arrivals)
		if err != nil {
			return err
		}
		got.Duplicate = len(arrivals) - len(fresh)
		return t.keepKnown(ctx, now, fresh, got)
	})
	if errors.Is(err, errNotPlain) {
		return false, nil
	}
	return err == nil, err
}

// knownContact is a resident under lock, with the newest erasure of its contact.
type knownContact struct {
	ID         bot.ID  `db:"id"`
	Hash       []byte  `db:"external_hash"`
	Phone      []byte  `db:"phone_hash"`
	Seq        int64   `db:"seq"`
	Wrapped    []byte  `db:"wrapped"`
	DropBefore instant `db:"drop_before"`
	until      time.Time
}

// The suppression is read in the statement that locks: a row that still has
// its hash after the wait was made after any erasure of the same contact.
const lockKnown = `SELECT r.id, r.external_hash, r.phone_hash, r.seq, k.wrapped,
		(SELECT max(s.drop_before) FROM suppression s WHERE s.mark_hash IN (i.mark, i.phone_mark)) AS drop_before
	FROM unnest($1::bytea[], $2::bytea[], $3::bytea[]) AS i (hash, mark, phone_mark)
	JOIN resident r ON r.external_hash = i.hash
	JOIN resident_key k ON k.resident_id = r.id
	ORDER BY r.id FOR NO KEY UPDATE OF r`

const insertKnown = `WITH kept AS (
		UPDATE resident r SET seq = k.seq, due = COALESCE(r.due, $10::timestamptz), window_until = GREATEST(r.window_until, k.until)
		FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[]) AS k (id, seq, until) WHERE r.id = k.id)
	INSERT INTO inbox (id, resident_id, seq, accepted_at, sent_at, body, platform_hash)
	SELECT m.id, m.resident_id, m.seq, $10::timestamptz, m.sent_at, m.body, m.platform_hash
	FROM unnest($4::uuid[], $5::uuid[], $6::bigint[], $7::timestamptz[], $8::bytea[], $9::bytea[])
		AS m (id, resident_id, seq, sent_at, body, platform_hash)`

func (t *tx) keepKnown(ctx context.Context, now time.Time, fresh []arrival, got *bot.Received) error {
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
		rows.add(id, r, a, seal(key, a.Encode(), place("inbox", id, "body")))
	}
	got.Turns = append(got.Turns, rows.ids...)
	return t.insertKnown(ctx, now, known, rows)
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
	seqs           pq.Int64Array
	sent           []time.Time
	bodies, hashes [][]byte
}

func (rows *inboxRows) add(id bot.ID, r *knownContact, a arrival, body []byte) {
	rows.ids, rows.residents = append(rows.ids, id), append(rows.residents, r.ID)
	rows.seqs, rows.sent = append(rows.seqs, r.Seq), append(rows.sent, a.Sent)
	rows.bodies, rows.hashes = append(rows.bodies, body), append(rows.hashes, a.hash)
}

func (t *tx) insertKnown(ctx context.Context, now time.Time, known map[string]*knownContact, rows inboxRows) error {
	if len(rows.ids) == 0 {
		return nil
	}
	var residents []bot.ID
	var seqs pq.Int64Array
	var untils []time.Time
	for _, r := range known {
		if !r.until.IsZero() {
			residents, seqs, untils = append(residents, r.ID), append(seqs, r.Seq), append(untils, r.until)
		}
	}
	_, err := t.exec(ctx, insertKnown, ids(residents), seqs, instants(untils),
		ids(rows.ids), ids(rows.residents), rows.seqs, instants(rows.sent),
		pq.ByteaArray(rows.bodies), pq.ByteaArray(rows.hashes), now)
	return err
}
