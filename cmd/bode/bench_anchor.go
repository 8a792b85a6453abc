package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/gemeentebode/bode/store"
)

// anchorClients is how many clients the anchor has, as the facts say.
const anchorClients = 16

// anchor is pgbench with the minimal durable turn, on the product's own
// tables in a schema beside it, with rows as large as the product's.
type anchor struct {
	site                    *benchSite
	schema                  string
	people                  int
	inbound, talk, outbound int // bytes of a sealed message, conversation, answer
}

// ordered is an id that sorts by its moment, as the product's do.
const ordered = `(lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || right(translate(gen_random_uuid()::text, '-', ''), 20))::uuid`

// anchorTurn inserts what came in, locks and changes the conversation, inserts
// what goes out, and commits.
const anchorTurn = `\set r random(1, :people)
BEGIN;
INSERT INTO inbox (id, resident_id, seq, accepted_at, sent_at, body, platform_hash, state)
	VALUES (` + ordered + `, lpad(to_hex(:r::bigint), 32, '0')::uuid, (random() * 9e18)::bigint, now(), now(), :inbound, uuid_send(gen_random_uuid()), 'done');
SELECT conversation FROM resident WHERE id = lpad(to_hex(:r::bigint), 32, '0')::uuid FOR NO KEY UPDATE;
UPDATE resident SET seq = seq + 1, handled = handled + 1, window_until = now() + interval '24 hours', conversation = :talk
	WHERE id = lpad(to_hex(:r::bigint), 32, '0')::uuid;
INSERT INTO outbox (id, resident_id, channel, account, reason, rank, message_id, body, not_before, created_at)
	VALUES (` + ordered + `, lpad(to_hex(:r::bigint), 32, '0')::uuid, 'cloudapi', '100000000000001', 'answer', 1, gen_random_uuid(), :outbound, now(), now());
COMMIT;
`

const anchorPeople = `INSERT INTO resident (id, channel, account, external_hash, phone_hash, external, phone, conversation, pseudonym, window_until, created_at)
	SELECT lpad(to_hex(i), 32, '0')::uuid, 'cloudapi', '100000000000001', uuid_send(gen_random_uuid()), uuid_send(gen_random_uuid()),
		decode(repeat('ab', 50), 'hex'), decode(repeat('ab', 40), 'hex'), decode(repeat('ab', $2::int), 'hex'), decode(repeat('ab', 65), 'hex'), now(), now()
	FROM generate_series(1, $1::int) AS i`

// newAnchor measures the product's rows, and settles as many residents.
func newAnchor(ctx context.Context, s *benchSite, people int) (*anchor, error) {
	if _, err := exec.LookPath(s.server.Command("pgbench").Path); err != nil {
		return nil, failure{exitUse, fmt.Errorf("the anchor needs pgbench, which comes with Postgres's server: %w", err)}
	}
	a := &anchor{site: s, people: people}
	if err := a.measure(ctx); err != nil {
		return nil, err
	}
	address, err := s.server.Schema()
	if err != nil {
		return nil, err
	}
	if err := store.Migrate(ctx, address); err != nil {
		return nil, err
	}
	db, err := sql.Open("postgres", address)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	if err := db.QueryRowContext(ctx, "SELECT current_schema()").Scan(&a.schema); err != nil {
		return nil, err
	}
	if _, err := db.ExecContext(ctx, anchorPeople, people, a.talk); err != nil {
		return nil, fmt.Errorf("residents of the anchor: %w", err)
	}
	_, err = db.ExecContext(ctx, "ANALYZE")
	return a, err
}

func (a *anchor) measure(ctx context.Context) error {
	db, err := sqlx.Open("postgres", a.site.dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	const sizes = `SELECT (SELECT round(avg(octet_length(body))) FROM inbox), (SELECT round(avg(octet_length(conversation))) FROM resident), (SELECT round(avg(octet_length(body))) FROM outbox)`
	var in, talk, out sql.NullFloat64
	if err := db.QueryRowContext(ctx, sizes).Scan(&in, &talk, &out); err != nil {
		return fmt.Errorf("sizes of the product's rows: %w", err)
	}
	a.inbound, a.talk, a.outbound = int(in.Float64), int(talk.Float64), int(out.Float64)
	if a.inbound*a.talk*a.outbound == 0 {
		return errors.New("sizes of the product's rows: there are none yet")
	}
	return nil
}

var transactions = regexp.MustCompile(`(?m)^tps = ([0-9.]+)`)

// run has pgbench work for so many seconds, and gives its turns a second.
func (a *anchor) run(ctx context.Context, seconds int) (float64, error) {
	bytes16 := func(n int) string { return `\x` + hex.EncodeToString(bytes.Repeat([]byte{0xab}, n)) }
	cmd := a.site.server.Command("pgbench", "-n", "-M", "prepared", "-c", strconv.Itoa(anchorClients), "-j", "2", "-T", strconv.Itoa(seconds), "-f", "-",
		"-D", "people="+strconv.Itoa(a.people), "-D", "inbound="+bytes16(a.inbound), "-D", "talk="+bytes16(a.talk), "-D", "outbound="+bytes16(a.outbound),
		a.site.server.Address(""))
	cmd.Stdin = strings.NewReader(anchorTurn)
	cmd.Env = append(os.Environ(), "PGOPTIONS=-c search_path="+a.schema)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("pgbench: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
	defer stop()
	if err := cmd.Wait(); err != nil {
		return 0, errors.Join(ctx.Err(), fmt.Errorf("pgbench: %w: %s", err, &out))
	}
	hit := transactions.FindSubmatch(out.Bytes())
	if hit == nil || bytes.Contains(out.Bytes(), []byte("aborted")) {
		return 0, fmt.Errorf("pgbench: %s", &out)
	}
	return strconv.ParseFloat(string(hit[1]), 64)
}
