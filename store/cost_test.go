package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store/storetest"
	"github.com/gemeentebode/bode/store/throwaway"
)

// counted is a store on a Postgres of its own, on one connection behind a
// wire, so that what it asks and writes can be counted: pages are never
// written whole to the log, and nothing else writes.
type counted struct {
	*desk
	wire *wire
	hops map[string]asked
	log  map[string]int64 // bytes
}

func newCounted(t *testing.T, server *throwaway.Server) *counted {
	t.Helper()
	dsn, err := server.Schema()
	if err != nil {
		t.Fatal(err)
	}
	storetest.Migrate(t, dsn)
	w, dsn := listen(t, dsn)
	c := &counted{&desk{Store: storetest.Open(t, dsn), t: t, now: noon}, w, nil, nil}
	c.DB().SetMaxOpenConns(1)
	c.ok(c.PutBundle(t.Context(), noon, "hash", []byte("flows"), "test"))
	return c
}

// quietServer is a Postgres on which only the test writes.
func quietServer(t *testing.T) *throwaway.Server {
	return storetest.Server(t, throwaway.Config{Settings: []string{"autovacuum=off", "checkpoint_timeout=1h", "max_wal_size=8GB", "bgwriter_delay=10s"}})
}

func (c *counted) lsn() (bytes int64) {
	c.t.Helper()
	c.ok(c.DB().Get(&bytes, `SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn`))
	return bytes
}

// hop counts what one step of the road asks and writes.
func (c *counted) hop(name string, do func()) {
	c.t.Helper()
	log := c.lsn()
	before := c.wire.so()
	do()
	n := c.wire.so().minus(before)
	had := c.hops[name]
	c.hops[name] = asked{had.statements + n.statements, had.roundTrips + n.roundTrips, had.transactions + n.transactions}
	c.log[name] += c.lsn() - log
}

// conversation is as large as one of the example flows' is, reply and message likewise.
var (
	talk = bot.Hide(`{"v":1,"flow":"paspoort","state":"klopt","lang":"nl","at":1763640000,"values":{"naam":"J. de Vries-van den Berg","wie":"kind","dag":"maandag 09:00"}}` + strings.Repeat(" ", 150))
	said = strings.Repeat("Uw afspraak staat op maandag 24 november om 9.00 uur. ", 5)
)

// arrive makes so many residents.
func (c *counted) arrive(residents int) {
	c.t.Helper()
	for first := 0; first < residents; first += 64 {
		var messages []bot.Message
		for i := first; i < min(first+64, residents); i++ {
			m := c.message(numbered(i), "x")
			m.Sent = c.now.Add(-48 * time.Hour)
			messages = append(messages, m)
		}
		c.receive(messages...)
		for _, claim := range c.claim(64) {
			c.finish(claim, bot.Outcome{Conversation: talk})
		}
	}
	_, err := c.DB().Exec(`VACUUM ANALYZE`)
	c.ok(err)
}

func numbered(i int) bot.Contact { return phone(fmt.Sprintf("316%08d", i)) }

var fast = bot.Pace{PerSecond: 1e6, Horizon: time.Second, Lease: 30 * time.Second, Useful: 2 * time.Hour}

// How a turn goes: kept together with its answer, as when it takes nothing but
// thinking; begun with the delivery of its message; or by a claim, as when
// nobody had room for it then.
type beginning string

const (
	atOnce    beginning = "at once"
	onArrival beginning = "on arrival"
	byClaim   beginning = "claimed"
)

// road takes residents through one turn each, in groups of so many, from the
// webhook to the report that the answer was delivered.
func (c *counted) road(residents []int, group int, at beginning) {
	c.t.Helper()
	c.hops, c.log = map[string]asked{}, map[string]int64{}
	for some := range slices.Chunk(residents, group) {
		var messages []bot.Message
		for _, i := range some {
			messages = append(messages, c.message(numbered(i), "De lantaarnpaal bij ons voor de deur brandt al een week niet meer"))
		}
		c.answer(messages, at)
		var sends []bot.Send
		c.hop("claim sends", func() {
			var err error
			sends, err = c.ClaimSends(c.t.Context(), c.now, account, group, fast)
			c.ok(err)
		})
		c.report(sends, len(some))
		c.later(time.Second)
	}
}

// answer has a delivery answered, up to the commit.
func (c *counted) answer(messages []bot.Message, at beginning) {
	c.t.Helper()
	var claims []bot.Claim
	switch at {
	case atOnce:
		c.hop("glance", func() { claims = c.glance(messages...) })
		c.hop("keep answered", func() {
			kept, err := c.KeepAnswered(c.t.Context(), c.now, answersTo(claims))
			c.ok(err)
			if len(kept) != len(messages) || slices.Contains(kept, false) {
				c.t.Fatalf("of %d messages were kept: %v", len(messages), kept)
			}
		})
		return
	case onArrival:
		c.hop("receive", func() { claims = c.receiveTurns(len(messages), messages...).Claims })
	case byClaim:
		c.hop("receive", func() { c.receive(messages...) })
		c.hop("claim turns", func() { claims = c.claim(len(messages)) })
	}
	turns := answersTo(claims)
	c.hop("finish turns", func() { c.ended(c.FinishTurns(c.t.Context(), c.now, turns)) })
}

func answersTo(claims []bot.Claim) []bot.Finish {
	turns := make([]bot.Finish, len(claims))
	for i, claim := range claims {
		turns[i] = bot.Finish{Claim: claim, Outcome: bot.Outcome{Conversation: talk, Reply: &bot.Reply{Text: bot.Hide(said)}}}
	}
	return turns
}

func (c *counted) report(sends []bot.Send, want int) {
	c.t.Helper()
	if len(sends) != want {
		c.t.Fatalf("%d sends were claimed, want %d", len(sends), want)
	}
	var sent []bot.Sent
	var delivered []bot.Status
	for _, send := range sends {
		id := bot.Hide("wamid." + string(send.ID))
		sent = append(sent, bot.Sent{Send: send, PlatformID: id})
		delivered = append(delivered, bot.Status{Send: send.ID, Message: id, State: bot.StatusDelivered})
	}
	c.hop("mark sent", func() { c.all(c.MarkAllSent(c.t.Context(), c.now, sent)) })
	c.hop("status", func() { c.status(delivered...) })
}

func (c *counted) ended(turns []bot.Finished) {
	c.t.Helper()
	for _, f := range turns {
		c.ok(f.Err)
	}
}

func (c *counted) all(errs []error) {
	c.t.Helper()
	for _, err := range errs {
		c.ok(err)
	}
}

// hopCost is what a hop asks each time, and how many bytes of log a turn may write in it.
type hopCost struct {
	asked
	log int64
}

// What a hop asks is exact: one statement more is a fault, or a decision. The
// bytes of log are those of the day on which this was written and 15 % more.
// facts: mailroom asks 12 statements and 11 of another store; ours for the same,
// from the webhook to the commit of the answer, are to be 5, and less than 1 in
// groups; pgbench's minimal turn writes 2.8 kB. A turn that is kept together with its
// answer asks 2, each a transaction by itself, of which the first writes nothing.
var (
	alone = map[string]hopCost{
		"receive":      {asked{3, 5, 1}, 1600},
		"finish turns": {asked{1, 3, 1}, 2350},
		"claim sends":  {asked{2, 4, 1}, 950},
		"mark sent":    {asked{1, 3, 1}, 700},
		"status":       {asked{2, 4, 1}, 760},
	}
	grouped = map[string]hopCost{
		"receive":      {asked{3, 5, 1}, 1600},
		"finish turns": {asked{1, 3, 1}, 2300},
		"claim sends":  {asked{2, 4, 1}, 760},
		"mark sent":    {asked{1, 3, 1}, 620},
		"status":       {asked{2, 4, 1}, 620},
	}
	aloneAtOnce = map[string]hopCost{
		"glance":        {asked{1, 1, 0}, 0},
		"keep answered": {asked{1, 1, 0}, 2560},
		"claim sends":   {asked{2, 4, 1}, 950},
		"mark sent":     {asked{1, 3, 1}, 715},
		"status":        {asked{2, 4, 1}, 830},
	}
	groupedAtOnce = map[string]hopCost{
		"glance":        {asked{1, 1, 0}, 0},
		"keep answered": {asked{1, 1, 0}, 2480},
		"claim sends":   {asked{2, 4, 1}, 760},
		"mark sent":     {asked{1, 3, 1}, 725},
		"status":        {asked{2, 4, 1}, 670},
	}
	claimed = map[string]hopCost{
		"receive":     {asked{3, 5, 1}, 1500},
		"claim turns": {asked{1, 3, 1}, 740},
	}
)

func TestCost_ofATurnAtTheDatabase(t *testing.T) {
	c := newCounted(t, quietServer(t))
	c.arrive(800)
	var residents []int // not each other's neighbours, as those who write at the same moment are not
	for i := range 160 {
		residents = append(residents, i*5)
	}
	for _, at := range []beginning{byClaim, onArrival, atOnce} {
		c.road(residents, 16, at)
		c.road(residents, 1, at) // every statement is prepared
	}
	for _, run := range []struct {
		name  string
		group int
		at    beginning
		most  map[string]hopCost
	}{
		{"one at a time", 1, onArrival, alone}, {"in groups of 16", 16, onArrival, grouped},
		{"one at a time, at once", 1, atOnce, aloneAtOnce}, {"in groups of 16, at once", 16, atOnce, groupedAtOnce},
		{"one at a time, claimed", 1, byClaim, claimed}, {"in groups of 16, claimed", 16, byClaim, claimed},
	} {
		t.Run(run.name, func(t *testing.T) {
			c.t = t
			c.road(residents, run.group, run.at)
			c.hold(len(residents), run.group, run.most)
		})
	}
}

func (c *counted) hold(residents, group int, most map[string]hopCost) {
	c.t.Helper()
	times := residents / group
	var sum asked
	var log int64
	for name, want := range most {
		got := c.hops[name]
		each := asked{got.statements / times, got.roundTrips / times, got.transactions / times}
		c.t.Logf("%-13s %d statements, %d round trips, %d transactions each time; %d bytes of log a turn", name, each.statements, each.roundTrips, each.transactions, c.log[name]/int64(residents))
		if each != want.asked {
			c.t.Errorf("%s: %+v each time, want %+v", name, each, want.asked)
		}
		if n := c.log[name] / int64(residents); n > want.log {
			c.t.Errorf("%s: %d bytes of log a turn, at most %d may be", name, n, want.log)
		}
		sum.statements, sum.roundTrips = sum.statements+got.statements, sum.roundTrips+got.roundTrips
		log += c.log[name]
	}
	perTurn := float64(sum.statements) / float64(residents)
	c.t.Logf("a turn: %.2f statements, %.2f round trips, %d bytes of log", perTurn, float64(sum.roundTrips)/float64(residents), log/int64(residents))
	if group > 1 && perTurn >= 1 {
		c.t.Errorf("%.2f statements a turn in groups, less than 1 is asked", perTurn)
	}
}
