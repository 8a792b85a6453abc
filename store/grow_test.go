package store_test

import (
	"fmt"
	"os"
	"testing"
)

// usage is what a turn costs the database: exact counts, and no time.
type usage struct {
	asked
	log   int64   // bytes a turn
	pages float64 // pages of tables and indexes looked at, a turn
	rows  float64 // rows read, a turn
}

func (u usage) String() string {
	return fmt.Sprintf("%d bytes of log, %.1f pages, %.1f rows a turn; %d statements in all", u.log, u.pages, u.rows, u.statements)
}

// touched is what Postgres itself counted of this schema.
func (c *counted) touched() (pages, rows int64) {
	c.t.Helper()
	_, err := c.DB().Exec(`SELECT pg_stat_force_next_flush()`)
	c.ok(err)
	c.ok(c.DB().Get(&pages, `SELECT sum(heap_blks_read + heap_blks_hit + coalesce(idx_blks_read, 0) + coalesce(idx_blks_hit, 0)) FROM pg_statio_user_tables WHERE schemaname = current_schema()`))
	c.ok(c.DB().Get(&rows, `SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables WHERE schemaname = current_schema()`))
	return pages, rows
}

// turnOf has the residents take a turn each and tells what one of them cost.
func (c *counted) turnOf(residents []int, group int) usage {
	c.t.Helper()
	pages, rows := c.touched()
	c.road(residents, group, onArrival)
	morePages, moreRows := c.touched()
	n := int64(len(residents))
	u := usage{pages: float64(morePages-pages) / float64(n), rows: float64(moreRows-rows) / float64(n)}
	for _, hop := range c.hops {
		u.statements, u.roundTrips, u.transactions = u.statements+hop.statements, u.roundTrips+hop.roundTrips, u.transactions+hop.transactions
	}
	for _, log := range c.log {
		u.log += log / n
	}
	return u
}

// others makes the rest of the town: so many residents who wrote twice, and
// were answered. What is sealed holds anything, since nobody opens it.
func (c *counted) others(residents int) {
	c.t.Helper()
	c.exec(`INSERT INTO resident (id, channel, account, external_hash, phone_hash, external, pseudonym, conversation, seq, handled, window_until, created_at)
		SELECT gen_random_uuid(), 'cloudapi', $2, decode(md5('e' || g), 'hex'), decode(md5('p' || g), 'hex'), 'x', 'x', repeat('x', 300)::bytea, 2, 2, $1, $1 FROM generate_series(1, $3) g`, noon, account, residents)
	for _, query := range []string{
		`INSERT INTO resident_key SELECT id, 'w', 'x' FROM resident ON CONFLICT DO NOTHING`,
		`INSERT INTO inbox (id, resident_id, seq, accepted_at, sent_at, body, platform_hash, state)
			SELECT gen_random_uuid(), r.id, g, r.created_at, r.created_at, repeat('x', 150)::bytea, decode(md5(r.id::text || g), 'hex'), 'done' FROM resident r, generate_series(1, 2) g WHERE r.pseudonym = 'x'`,
		`INSERT INTO dedupe SELECT platform_hash, 20000 FROM inbox ON CONFLICT DO NOTHING`,
		`INSERT INTO outbox (id, resident_id, channel, account, reason, rank, message_id, body, state, claimed_at, not_before, created_at, platform_hash)
			SELECT gen_random_uuid(), resident_id, 'cloudapi', '` + account + `', 'answer', 1, id, repeat('x', 400)::bytea, 'read', sent_at, sent_at, sent_at, decode(md5(id::text), 'hex') FROM inbox WHERE body = repeat('x', 150)::bytea`,
		`VACUUM ANALYZE`,
	} {
		c.exec(query)
	}
}

// actors are the residents who take the turns that are counted.
var actors = []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}

func fullSize() bool { return os.Getenv("BODE_TEST_FULL") == "1" }

// margin is what may differ by chance: where a page was full. A tree of ten
// times as many rows may also be one page deeper, at each of the looks into an
// index that a turn takes.
const (
	margin = 1.25
	deeper = 1.3
)

func TestGrow_aTurnCostsTheSameInATownOfAnySize(t *testing.T) {
	sizes := []int{10, 1_000, 10_000}
	if fullSize() {
		sizes = append(sizes, 100_000)
	}
	server := quietServer(t)
	before := map[int]usage{} // by how many are in a commit
	for i, size := range sizes {
		c := newCounted(t, server)
		c.arrive(len(actors))
		if size > len(actors) {
			c.others(size - len(actors))
		}
		for _, group := range []int{1, len(actors)} {
			c.road(actors, group, onArrival)
			c.road(actors, group, onArrival)
			got := c.turnOf(actors, group)
			t.Logf("%7d residents, %2d in a commit: %s", size, group, got)
			if i > 1 { // of ten rows the database reads all: that costs less than an index
				c.noMore(fmt.Sprintf("with %d residents", size), before[group], got, deeper)
			} else if i == 1 && got.asked != before[group].asked {
				t.Errorf("with %d residents a turn asks %+v, with %d %+v", size, got.asked, sizes[0], before[group].asked)
			}
			before[group] = got
		}
	}
}

func TestGrow_aTurnCostsTheSameAfterManyTurns(t *testing.T) {
	c := newCounted(t, quietServer(t))
	c.arrive(len(actors))
	c.others(10_000)
	c.road(actors, len(actors), onArrival) // every statement is prepared
	var first usage
	for turn := 2; turn <= 200; turn++ {
		got := c.turnOf(actors, len(actors))
		switch turn {
		case 2:
			first = got
			t.Logf("after   1 turn: %s", got)
		case 20, 200:
			t.Logf("after %3d turns: %s", turn, got)
			c.noMore(fmt.Sprintf("after %d turns", turn), first, got, margin)
		}
	}
}

// noMore holds that a turn costs what it did.
func (c *counted) noMore(when string, was, is usage, pages float64) {
	c.t.Helper()
	if is.asked != was.asked {
		c.t.Errorf("%s a turn asks %+v, it was %+v", when, is.asked, was.asked)
	}
	if float64(is.log) > margin*float64(was.log) {
		c.t.Errorf("%s a turn writes %d bytes of log, it was %d", when, is.log, was.log)
	}
	if is.rows > margin*was.rows {
		c.t.Errorf("%s a turn reads %.1f rows, it was %.1f", when, is.rows, was.rows)
	}
	if is.pages > pages*was.pages {
		c.t.Errorf("%s a turn looks at %.1f pages, it was %.1f", when, is.pages, was.pages)
	}
}
