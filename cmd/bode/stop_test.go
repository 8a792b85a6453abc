package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

const slowFlow = `
title = "Traag"
purpose = "municipal_service"
ground = "public_task"
start = "vraag"
keywords = ["traag"]

[states.vraag]
ask = "text"
text = "Wat wilt u weten?"
save = "zin"
next = "zoek"

[states.zoek]
call = "slow.look"
with = { text = ".zin" }
on = { found = "vraag", failed = "klaar" }

[states.klaar]
text = "Tot ziens."
end = true
`

// slow is a service that takes its time: up to 150 ms.
type slow struct{}

func (slow) Operations() []bot.Operation {
	return []bot.Operation{{Name: "slow.look", With: []bot.Field{{Name: "text", Kind: bot.FieldText, Longest: 1000}},
		Outcomes: []bot.OutcomeField{{Name: "found"}, {Name: "failed"}}}}
}

func (slow) Call(ctx context.Context, _ time.Time, _ bot.Call) (bot.Result, error) {
	select {
	case <-ctx.Done():
		return bot.Result{}, ctx.Err()
	case <-time.After(time.Duration(rand.IntN(150)) * time.Millisecond):
		return bot.Result{Outcome: "found"}, nil
	}
}

// stopHouse is two desks with stores of their own on one Postgres, as two
// processes have them, and one fake.
type stopHouse struct {
	fake  *fakegraph.Server
	desks [2]*desk
	db    *sqlx.DB
}

func newStopHouse(t *testing.T) *stopHouse {
	t.Helper()
	h := &stopHouse{fake: fakegraph.New(fakegraph.Config{Latency: 5 * time.Millisecond, Ladder: []fakegraph.Step{}})}
	graph := httptest.NewServer(h.fake)
	dsn, keys := storetest.Postgres(t), store.NewKeyring()
	if err := store.Migrate(t.Context(), dsn); err != nil {
		t.Fatal(err)
	}
	in := &installation{t: t, dir: t.TempDir()}
	in.write("config.toml", "")
	shared := strings.ReplaceAll(echoShared, `menu = ["echo"]`, `menu = ["traag"]`)
	in.bundle(map[string]string{"flows/bode.toml": shared, "flows/traag.toml": slowFlow})
	content, err := packFolder(in.dir + "/bundle")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	for i := range h.desks {
		s, err := store.Open(t.Context(), dsn, keys)
		if err != nil {
			t.Fatal(err)
		}
		h.desks[i] = h.desk(t, s, graph.URL, content)
		running.Go(func() { h.desks[i].Run(ctx) })
		t.Cleanup(func() { s.Close() })
	}
	h.db, err = sqlx.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); running.Wait(); h.fake.Close(); graph.Close(); h.db.Close() })
	return h
}

func (h *stopHouse) desk(t *testing.T, s *store.Store, graph string, content []byte) *desk {
	t.Helper()
	all := newServices(slow{})
	options := flow.Options{Operations: all.operations, At: time.Now()}
	bundle, faults, err := loadPacked(content, options)
	if err != nil || bundle == nil {
		t.Fatalf("bundle: %v %v", err, faults)
	}
	if err := s.PutBundle(t.Context(), time.Now(), bundle.Hash, content, "test"); err != nil {
		t.Fatal(err)
	}
	api := cloudapi.NewClient(cloudapi.Config{BaseURL: graph, PhoneNumberID: h.fake.Config().PhoneNumberID, Token: bot.Hide(h.fake.Config().Token)})
	return newDesk(parts{store: s, bundles: newBundles(s, options, time.Now), services: all, channel: api,
		account: h.fake.Config().PhoneNumberID, clock: time.Now, log: slog.New(slog.DiscardHandler), count: newMetrics().count,
		parallel: 16, perSecond: 1000, unknown: time.Minute, retention: store.Retention{Texts: 28}})
}

func (h *stopHouse) say(ctx context.Context, d *desk, p fakegraph.Person, text string) error {
	_, id := h.fake.Message(p, time.Now(), fakegraph.Text(text))
	return d.Deliver(ctx, bot.Delivery{Messages: []bot.Message{{
		From: bot.Contact{Channel: cloudapi.Channel, Account: h.fake.Config().PhoneNumberID, External: bot.Hide(p.UserID), Phone: bot.Hide(p.Phone)},
		ID:   bot.Hide(id), Sent: time.Now(), Kind: bot.KindText, Text: bot.Hide(text)}}})
}

// interleavings is how often STOP falls somewhere else; BODE_TEST_FULL=1 runs all.
func interleavings() int {
	if os.Getenv("BODE_TEST_FULL") != "" {
		return 300
	}
	return 60
}

// TestStop is promise 4 with two desks: whatever is under way, after the
// erasure only the farewell arrives, and nothing of the resident is left.
func TestStop_inTheMiddleOfAnythingLeavesOnlyTheFarewell(t *testing.T) {
	h := newStopHouse(t)
	var chatting sync.WaitGroup
	limit := make(chan struct{}, 20)
	for i := range interleavings() {
		limit <- struct{}{}
		chatting.Go(func() {
			defer func() { <-limit }()
			h.stopSomewhere(t, person(i))
		})
	}
	chatting.Wait()
	for _, table := range []string{"resident", "resident_key", "inbox", "subscription", "intent"} {
		var rows int
		if err := h.db.Get(&rows, "SELECT count(*) FROM "+table); err != nil || rows != 0 {
			t.Errorf("table %s: %d rows left, error %v", table, rows, err)
		}
	}
}

// stopSomewhere has one resident begin, write ten messages, and say STOP to the
// desk that is not working, at a random moment.
func (h *stopHouse) stopSomewhere(t *testing.T, p fakegraph.Person) {
	ctx := context.WithoutCancel(t.Context())
	must := func(err error) {
		if err != nil {
			t.Errorf("delivery: %v", err)
		}
	}
	must(h.say(ctx, h.desks[0], p, "traag"))
	time.Sleep(time.Duration(rand.IntN(40)) * time.Millisecond)
	for n := range 10 {
		must(h.say(ctx, h.desks[0], p, fmt.Sprintf("vraag %d", n)))
	}
	time.Sleep(time.Duration(rand.IntN(400)) * time.Millisecond)
	must(h.say(ctx, h.desks[1], p, "STOP"))
	eventually(t, 30*time.Second, "the farewell", func() bool { return farewells(h.fake.To(p.Key())) == 1 })
	time.Sleep(200 * time.Millisecond) // long enough for a claimed turn or send to come out
	sent := h.fake.To(p.Key())
	if last := sent[len(sent)-1]; !isFarewell(last) || farewells(sent) != 1 {
		t.Errorf("after the farewell came something else: %d messages, %d farewells", len(sent), farewells(sent))
	}
}

func farewells(sent []fakegraph.Sent) (n int) {
	for _, m := range sent {
		if isFarewell(m) {
			n++
		}
	}
	return n
}

func isFarewell(m fakegraph.Sent) bool { return strings.Contains(m.Text, "gewist") }
