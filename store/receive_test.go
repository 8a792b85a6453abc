package store_test

import (
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

func TestReceive_theSameMessageIsKeptOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		a, b := d.message(phone("31611111111"), "a"), d.message(person("NL.b", ""), "b")
		deliveries := []struct {
			messages  []bot.Message
			kept, dup int
		}{
			{[]bot.Message{a}, 1, 0},
			{[]bot.Message{a}, 0, 1},
			{[]bot.Message{b, a, b}, 1, 2},
			{[]bot.Message{a, b}, 0, 2},
			{nil, 0, 0},
		}
		for i, delivery := range deliveries {
			if got := d.receive(delivery.messages...); got.Kept != delivery.kept || got.Duplicate != delivery.dup {
				t.Errorf("delivery %d: %+v", i, got)
			}
		}
		if n := d.count(`SELECT count(*) FROM inbox`); n != 2 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestReceive_theSameIDOnAnotherAccountIsAnotherMessage(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		a := d.message(phone("31611111111"), "a")
		b := a
		b.From.Account = "200"
		if got := d.receive(a, b); got.Kept != 2 {
			t.Fatalf("%+v", got)
		}
	})
}

func TestReceive_aDeliveryIsTakenInTheOrderOfItsStampsThenItsPositions(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.says(from, "eerst") // known from here on, so that Postgres takes the short road too
		first, second, third := d.message(from, "1"), d.message(from, "2"), d.message(from, "3")
		second.Sent, third.Sent, first.Sent = noon.Add(5*time.Second), noon.Add(5*time.Second), noon.Add(time.Second)
		d.later(10 * time.Second)
		d.receive(second, third, first)
		var got []string
		for range 4 {
			claim := d.claimOne()
			got = append(got, claim.Message.Text.Reveal())
			d.finish(claim, bot.Outcome{})
		}
		if join(got) != "eerst | 1 | 2 | 3" {
			t.Fatal(join(got))
		}
	})
}

func TestReceive_reactionsAreNotKept(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		m := d.message(phone("31611111111"), "👍")
		m.Kind = bot.KindReaction
		if got := d.receive(m); got.Dropped != 1 || d.count(`SELECT count(*) FROM resident`) != 0 {
			t.Fatalf("%+v", got)
		}
	})
}

func TestReceive_theWindowGoesByTheStampAndNeverBackOrAhead(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		window := func() time.Time {
			claim := d.claimOne()
			stop := claim.Message
			d.ok(d.RetryTurn(t.Context(), d.now, claim, d.now))
			_ = stop
			var until timeColumn
			d.ok(d.DB().GetContext(t.Context(), &until, `SELECT window_until FROM resident`))
			return until.Time
		}
		send := func(stamp time.Time) {
			m := d.message(from, "x")
			m.Sent = stamp
			d.receive(m)
		}
		for _, step := range []struct{ stamp, want time.Time }{
			{noon.Add(-2 * time.Hour), noon.Add(22 * time.Hour)},
			{noon.Add(-3 * time.Hour), noon.Add(22 * time.Hour)},
			{noon.Add(-time.Hour), noon.Add(23 * time.Hour)},
			{noon.Add(time.Hour), noon.Add(24 * time.Hour)},
		} {
			send(step.stamp)
			if got := window(); !got.Equal(step.want) {
				t.Errorf("stamp %s: window until %s, want %s", step.stamp, got, step.want)
			}
		}
	})
}

// The same ids in other orders, in batches, to two processes at once:
// measured without key order, 335 of 500 of these deadlocked.
func TestReceive_concurrentDeliveriesInAnyOrderKeepEachMessageOnce(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		stores := []*store.Store{storetest.Open(t, dsn), storetest.Open(t, dsn)}
		d := &desk{Store: stores[0], t: t, now: noon}
		var messages []bot.Message
		for i := range 60 {
			messages = append(messages, d.message(phone(fmt.Sprintf("316%08d", i%15)), fmt.Sprint(i)))
		}
		var kept, duplicate int
		var mu sync.Mutex
		var group sync.WaitGroup
		for worker := range 12 {
			mine := slices.Clone(messages)
			random := rand.New(rand.NewPCG(1, uint64(worker)))
			random.Shuffle(len(mine), func(i, j int) { mine[i], mine[j] = mine[j], mine[i] })
			group.Go(func() {
				for batch := range slices.Chunk(mine, 1+worker*2) {
					got, err := stores[worker%2].Receive(t.Context(), noon, batch)
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					kept, duplicate = kept+got.Kept, duplicate+got.Duplicate
					mu.Unlock()
				}
			})
		}
		group.Wait()
		if kept != 60 || duplicate != 11*60 {
			t.Errorf("kept %d, duplicate %d", kept, duplicate)
		}
		if n := d.count(`SELECT count(*) FROM resident`); n != 15 {
			t.Errorf("%d residents of 15 people", n)
		}
		if n := d.count(`SELECT count(*) FROM inbox i JOIN resident r ON r.id = i.resident_id WHERE r.seq = 4 AND i.seq BETWEEN 1 AND 4`); n != 60 {
			t.Errorf("%d rows are numbered 1 to 4 without a gap", n)
		}
	})
}

// 200 residents write at once while two processes answer.
func TestRoad_twoHundredResidentsAreAnsweredInTheirOrder(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		const residents, each = 200, 4
		stores := []*store.Store{storetest.Open(t, dsn), storetest.Open(t, dsn)}
		var writers, workers sync.WaitGroup
		for part := range 8 {
			writers.Go(func() { writeAll(t, stores[part%2], part, residents/8, each) })
		}
		var mu sync.Mutex
		heard := map[bot.ID][]string{}
		turns := 0
		for worker := range 4 {
			workers.Go(func() {
				answerAll(t, stores[worker%2], func(claim bot.Claim) bool {
					mu.Lock()
					defer mu.Unlock()
					heard[claim.Resident] = append(heard[claim.Resident], claim.Message.Text.Reveal())
					turns++
					return turns < residents*each
				}, func() bool { mu.Lock(); defer mu.Unlock(); return turns < residents*each && !t.Failed() })
			})
		}
		writers.Wait()
		workers.Wait()
		for id, texts := range heard {
			if join(texts) != "0 | 1 | 2 | 3" {
				t.Errorf("resident %s was answered in the order %s", id, join(texts))
			}
		}
		if len(heard) != residents || turns != residents*each {
			t.Errorf("%d residents, %d turns", len(heard), turns)
		}
	})
}

func writeAll(t *testing.T, s *store.Store, part, residents, each int) {
	for i := range each {
		var messages []bot.Message
		for r := range residents {
			messages = append(messages, bot.Message{From: phone(fmt.Sprintf("316%d%06d", part, r)), Kind: bot.KindText, Sent: noon,
				ID: bot.Hide(fmt.Sprintf("w%d-%d-%d", part, r, i)), Text: bot.Hide(fmt.Sprint(i))})
		}
		if _, err := s.Receive(t.Context(), noon, messages); err != nil {
			t.Error(err)
		}
	}
}

// answerAll claims and finishes until more says that all is done. It notes a
// turn before it finishes it, while nobody else can have the resident.
func answerAll(t *testing.T, s *store.Store, note func(bot.Claim) bool, more func() bool) {
	for more() {
		claims, err := s.ClaimTurns(t.Context(), noon, time.Minute, 16)
		if err != nil {
			t.Error(err)
			return
		}
		var turns []bot.Finish
		for _, claim := range claims {
			note(claim)
			turns = append(turns, bot.Finish{Claim: claim, Outcome: outcome("ok")})
		}
		for _, ended := range s.FinishTurns(t.Context(), noon, turns) {
			if ended.Err != nil {
				t.Error(ended.Err)
			}
		}
	}
}

// timeColumn reads an instant as a test does: of either database.
type timeColumn struct{ time.Time }

func (c *timeColumn) Scan(v any) error {
	switch v := v.(type) {
	case time.Time:
		c.Time = v
	case int64:
		c.Time = time.UnixMicro(v)
	case nil:
		c.Time = time.Time{}
	default:
		return fmt.Errorf("%T", v)
	}
	return nil
}
