package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// lane is one of several processes that take the same deliveries: what they
// can at once, and the rest the usual way.
type lane struct {
	*store.Store
	t   *testing.T
	now time.Time
}

func (l *lane) take(messages []bot.Message) {
	ctx := l.t.Context()
	claims, err := l.Glance(ctx, l.now, messages)
	if err != nil {
		l.t.Error(err)
	}
	var turns []bot.Finish
	for _, claim := range claims {
		turns = append(turns, bot.Finish{Claim: claim, Outcome: outcome("antwoord")})
	}
	if len(turns) > 0 {
		// A refusal of the ledger is no fault: all go the usual way, which knows what was kept.
		_, _ = l.KeepAnswered(ctx, l.now, turns)
	}
	got, err := l.ReceiveTurns(ctx, l.now, messages, bot.Take{Turns: 2, Lease: turnLease})
	if err != nil {
		l.t.Error(err)
	}
	l.end(got.Claims)
}

func (l *lane) end(claims []bot.Claim) {
	for _, claim := range claims {
		if err := l.FinishTurns(l.t.Context(), l.now, []bot.Finish{{Claim: claim, Outcome: outcome("antwoord")}})[0].Err; err != nil {
			l.t.Error(err)
		}
	}
}

// claims answers some of what is due, as processes do beside it.
func (l *lane) claims() {
	claims, err := l.ClaimTurns(l.t.Context(), l.now, turnLease, 4)
	if err != nil {
		l.t.Error(err)
	}
	l.end(claims)
}

// impatient is a database in which a circle is broken at once, not after a second.
func impatient(t *testing.T) string { return storetest.Postgres(t) + "&deadlock_timeout=20" }

func TestKeepAnswered_theSameMessagesInSeveralProcessesAtOnceHaveOneAnswerEach(t *testing.T) {
	dsn := impatient(t)
	d := &desk{Store: storetest.Open(t, dsn), t: t, now: noon}
	const residents, each = 24, 8
	for i := range residents {
		d.answered(numbered(i), "hallo")
	}
	var messages []bot.Message
	for n := range residents * each {
		messages = append(messages, d.message(numbered(n%residents), fmt.Sprint("vraag ", n)))
	}
	stores := []*store.Store{d.Store, storetest.Open(t, dsn)}
	var working sync.WaitGroup
	for n := range 4 {
		l, random := &lane{stores[n%2], t, d.now}, rand.New(rand.NewPCG(3, uint64(n)))
		mine := slices.Clone(messages)
		random.Shuffle(len(mine)/2, func(i, j int) { mine[i], mine[j] = mine[j], mine[i] }) // the others meet head on
		working.Go(func() {
			for len(mine) > 0 {
				size := min(len(mine), 1+random.IntN(16))
				l.take(mine[:size])
				mine = mine[size:]
				l.claims()
			}
		})
	}
	working.Wait()
	d.answerAll(d.claim(10))
	for query, want := range map[string]int{
		`SELECT count(*) FROM inbox WHERE state = 'done' AND tries = 1`:                                       residents * (each + 1),
		`SELECT count(*) FROM inbox`:                                                                          residents * (each + 1),
		`SELECT count(DISTINCT platform_hash) FROM inbox`:                                                     residents * (each + 1),
		`SELECT count(*) FROM dedupe`:                                                                         residents * (each + 1),
		`SELECT count(*) FROM outbox WHERE reason = 'answer'`:                                                 residents * (each + 1),
		`SELECT count(*) FROM outbox o JOIN inbox i ON i.id = o.message_id AND i.resident_id = o.resident_id`: residents * (each + 1),
		`SELECT count(*) FROM resident WHERE seq = 9 AND handled = 9 AND due IS NULL AND token IS NULL`:       residents,
	} {
		if got := d.count(query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
}

// A resident writes by several ways while they say STOP: what is not kept when
// the STOP was accepted, is never kept.
func TestKeepAnswered_atAnyMomentNothingIsKeptAfterASTOP(t *testing.T) {
	dsn := storetest.Postgres(t)
	stores := []*store.Store{storetest.Open(t, dsn), storetest.Open(t, dsn)}
	for round := range 30 {
		stopAmong(t, stores, round)
		if t.Failed() {
			t.Fatal("round ", round)
		}
	}
}

func stopAmong(t *testing.T, stores []*store.Store, round int) {
	r := &race{t: t, random: rand.New(rand.NewPCG(5, uint64(round))), now: noon.Add(time.Duration(round) * time.Hour)}
	d := &desk{Store: stores[0], t: t, now: r.now, n: round * 1000}
	from := person(fmt.Sprint("NL.", round), fmt.Sprintf("316%08d", round))
	d.answered(from, "hallo")
	moment := r.random.IntN(12)
	var working sync.WaitGroup
	for n, s := range stores {
		writer := &desk{Store: s, t: t, now: r.now, n: round*1000 + 100*(n+1)}
		working.Go(func() { r.writesAtOnce(writer, from) })
	}
	working.Go(func() { r.send(stores[1]) })
	working.Go(func() {
		for range moment {
			r.yield()
		}
		(&desk{Store: stores[1], t: t, now: r.now, n: round*1000 + 900}).stop(from)
		r.stopped.Store(true)
	})
	working.Wait()
	d.later(time.Second)
	if n := d.erase(); n != 1 {
		t.Errorf("%d were erased", n)
	}
	for _, query := range []string{`SELECT count(*) FROM resident`, `SELECT count(*) FROM inbox`, `SELECT count(*) FROM outbox WHERE reason <> 'farewell'`} {
		if n := d.count(query); n != 0 {
			t.Errorf("%s: %d", query, n)
		}
	}
	if send := d.sendOne(); send.Reason != bot.ReasonFarewell {
		t.Error("no farewell")
	}
}

func (r *race) writesAtOnce(d *desk, from bot.Contact) {
	for range 8 {
		r.yield()
		claims, err := d.Glance(r.t.Context(), r.now, []bot.Message{d.message(from, "nog iets")})
		if err != nil {
			r.t.Error(err)
		}
		r.yield()
		for _, claim := range claims {
			after := r.stopped.Load()
			kept, err := d.KeepAnswered(r.t.Context(), r.now, []bot.Finish{{Claim: claim, Outcome: outcome("antwoord")}})
			if err != nil || after && kept[0] {
				r.t.Errorf("kept after the STOP: %v, error %v", kept, err)
			}
		}
	}
}

// A delivery notes ids and then locks residents; here it is the other way
// round. Where the two have the same message Postgres ends one, and it is
// carried out again.
func TestKeepAnswered_aCircleWithADeliveryOfTheSameMessageIsBroken(t *testing.T) {
	d := &desk{Store: storetest.Open(t, impatient(t)), t: t, now: noon}
	who := person("NL.1", "31611111111")
	d.answered(who, "hallo")
	m := d.message(who, "vraag")
	d.answerAll(d.receiveTurns(1, m).Claims)
	d.exec(`DELETE FROM dedupe WHERE hash IN (SELECT platform_hash FROM inbox WHERE seq = 2)`) // as if it was never here
	claim := d.glanceOne(m)
	ctx, end := context.WithTimeout(t.Context(), time.Minute)
	defer end()
	tx, err := d.DB().BeginTxx(ctx, nil) // the delivery
	d.ok(err)
	defer tx.Rollback()
	_, err = tx.Exec(`INSERT INTO dedupe SELECT platform_hash, 1 FROM inbox WHERE seq = 2`)
	d.ok(err)
	var pid int
	d.ok(tx.Get(&pid, `SELECT pg_backend_pid()`))
	kept := make(chan bool, 1)
	go func() {
		got, err := d.KeepAnswered(ctx, d.now, []bot.Finish{{Claim: claim, Outcome: outcome("antwoord")}})
		if err != nil {
			t.Error(err)
		}
		kept <- err == nil && got[0]
	}()
	for d.count(`SELECT count(*) FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))`, pid) == 0 && ctx.Err() == nil {
		time.Sleep(5 * time.Millisecond)
	}
	_, _ = tx.Exec(`SELECT id FROM resident WHERE id = $1 FOR NO KEY UPDATE`, string(claim.Resident)) // either of the two is ended
	d.ok(tx.Rollback())
	had := <-kept
	got := d.receiveTurns(1, m)
	if had != (got.Duplicate == 1) {
		t.Errorf("kept at once: %v, the usual way: %+v", had, got)
	}
	d.answerAll(got.Claims)
	if texts := d.sent(); len(texts) != 3 {
		t.Errorf("sent: %s", join(texts))
	}
}
