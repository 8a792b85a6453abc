package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// confirmed is the outcome of a turn in which the resident confirmed the erase.
func confirmed() bot.Outcome {
	o := outcome("deze tekst gaat niet uit")
	o.Erase = true
	return o
}

func TestConfirmedErase_closesInTheTurnsOwnTransactionAsStopDoes(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from, other := person("NL.wis", "31611111111"), phone("31622222222")
		d.subscribed(from, "afval", "hitte")
		d.subscribed(other, "afval")
		d.answeredAside(from, "een") // waits in the outbox
		d.answeredAside(other, "blijft")
		d.says(from, "ja, wis alles")
		claim := d.claimOne()
		d.says(from, "en nog iets")
		d.later(time.Second)
		o := confirmed()
		o.Consents = []bot.Consent{yes("meldingen")} // collected before it in the turn
		d.finish(claim, o)

		for query, want := range map[string]int{
			`SELECT count(*) FROM inbox WHERE state = 'open'`:                                               0,
			`SELECT count(*) FROM outbox WHERE state = 'waiting'`:                                           1,
			`SELECT count(*) FROM subscription`:                                                             1,
			`SELECT count(*) FROM consent WHERE given`:                                                      4,
			`SELECT count(*) FROM consent WHERE NOT given AND source = 'erase'`:                             3,
			`SELECT count(*) FROM suppression WHERE day IS NOT NULL`:                                        2,
			`SELECT count(*) FROM resident WHERE closed_at IS NOT NULL AND external_hash IS NULL`:           1,
			`SELECT count(*) FROM resident WHERE closed_at IS NOT NULL AND (token IS NULL) AND due IS NULL`: 1,
		} {
			if got := d.count(query); got != want {
				t.Errorf("%s: %d, want %d", query, got, want)
			}
		}
		if len(d.claim(10)) != 0 {
			t.Error("a closed resident has a turn")
		}
		if d.erase() != 1 {
			t.Fatal("not given for erasure")
		}
		if texts := d.sent(); join(texts) != "Wij hebben alles gewist. | antwoord op blijft" && join(texts) != "antwoord op blijft | Wij hebben alles gewist." {
			t.Errorf("sent: %s", join(texts))
		}
	})
}

func TestConfirmedErase_withoutTheTokenNothingIsClosed(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.says(phone("31611111111"), "ja, wis alles")
		lost := d.claimOne()
		d.later(2 * lease)
		again := d.claimOne()
		if err := d.tryFinish(lost, confirmed()); !errors.Is(err, bot.ErrTokenGone) {
			t.Fatal(err)
		}
		if len(d.closed()) != 0 || d.count(`SELECT count(*) FROM suppression`) != 0 {
			t.Fatal("closed by a turn that was lost")
		}
		d.finish(again, confirmed())
		if len(d.closed()) != 1 {
			t.Fatal("not closed by the turn that holds the token")
		}
	})
}

func TestConfirmedErase_takesNobodyElseOfItsGroupWithIt(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for i := range 3 {
			d.says(phone(fmt.Sprintf("3161111111%d", i)), fmt.Sprint(i))
		}
		var turns []bot.Finish
		for i, claim := range d.claim(10) {
			o := outcome("op " + claim.Message.Text.Reveal())
			o.Erase = i == 1
			turns = append(turns, bot.Finish{Claim: claim, Outcome: o})
		}
		for i, ended := range d.FinishTurns(t.Context(), d.now, turns) {
			if ended.Err != nil {
				t.Errorf("turn %d: %v", i, ended.Err)
			}
		}
		if texts := d.sent(); len(texts) != 2 || len(d.closed()) != 1 {
			t.Errorf("sent %v", texts)
		}
	})
}

func TestConfirmedErase_duringASendWaitsForItAndForNothingElse(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.answered(from, "een")
		send := d.sendOne()
		d.says(from, "ja, wis alles")
		d.finish(d.claimOne(), confirmed())
		if len(d.closed()) != 0 {
			t.Fatal("given for erasure while a message is on its way")
		}
		d.ok(d.MarkSent(t.Context(), d.now, send, bot.Hide("wamid.out")))
		if d.erase() != 1 {
			t.Fatal("not given for erasure after the send")
		}
	})
}

func TestConfirmedErase_aLaterMessageIsOfANewPersonAndAnEarlierOneIsDropped(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := person("NL.wis", "31611111111")
		d.says(from, "ja, wis alles")
		d.later(time.Minute)
		d.finish(d.claimOne(), confirmed())
		late := d.message(from, "onderweg gebleven")
		late.Sent = d.now.Add(-time.Second)
		if got := d.receive(late); got.Dropped != 1 {
			t.Fatalf("%+v", got)
		}
		d.later(time.Second)
		d.says(from, "hallo")
		if claim := d.claimOne(); !claim.Conversation.Empty() || claim.Seq != 1 {
			t.Fatalf("%+v", claim)
		}
	})
}

// A second message, a send and a confirmed erase at any moment: what comes
// after the erase is of a new person, and nothing of the old one is left.
func TestConfirmedErase_atAnyMomentNothingOfTheOldIsClaimedAfterIt(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		stores := []*store.Store{storetest.Open(t, dsn), storetest.Open(t, dsn)}
		rounds := 40
		switch {
		case os.Getenv("BODE_TEST_FULL") != "":
			rounds = 1000
		case testing.Short():
			rounds = 8
		}
		for round := range rounds {
			eraseAmong(t, stores, round)
			if t.Failed() {
				t.Fatal("round ", round)
			}
		}
	})
}

func eraseAmong(t *testing.T, stores []*store.Store, round int) {
	r := &race{t: t, random: rand.New(rand.NewPCG(11, uint64(round))), now: noon.Add(time.Duration(round) * time.Hour)}
	d := &desk{Store: stores[0], t: t, now: r.now, n: round * 1000}
	from := person(fmt.Sprint("NL.e", round), fmt.Sprintf("317%08d", round))
	d.answered(from, "0")
	d.says(from, "ja, wis alles")
	claim := d.claimOne()
	other := &desk{Store: stores[1], t: t, now: r.now, n: round*1000 + 500}
	var group sync.WaitGroup
	group.Go(func() {
		for i := range 4 {
			other.receive(other.message(from, fmt.Sprint("tijdens ", i))) // kept, of the old or of a new person
			r.yield()
		}
	})
	group.Go(func() { r.send(stores[1]) })
	group.Go(func() {
		r.yield()
		if err := stores[0].FinishTurns(t.Context(), r.now, []bot.Finish{{Claim: claim, Outcome: confirmed()}})[0].Err; err != nil {
			t.Error(err)
		}
	})
	group.Wait()
	for query, want := range map[string]int{
		`SELECT count(*) FROM inbox i JOIN resident r ON r.id = i.resident_id WHERE r.closed_at IS NOT NULL AND i.state = 'open'`:     0,
		`SELECT count(*) FROM outbox o JOIN resident r ON r.id = o.resident_id WHERE r.closed_at IS NOT NULL AND o.state = 'waiting'`: 0,
	} {
		if got := d.count(query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	d.later(time.Minute)
	if d.erase() != 1 || d.count(`SELECT count(*) FROM resident WHERE id = $1`, string(claim.Resident)) != 0 {
		t.Error("the old person is not gone")
	}
	for _, send := range d.sends(10) {
		d.ok(d.MarkSent(t.Context(), d.now, send, bot.Hide(string(send.ID))))
	}
	for claims := d.claim(10); len(claims) > 0; claims = d.claim(10) { // of the new person; cleared for the next round
		d.finish(claims[0], bot.Outcome{Conversation: bot.Hide("{}")})
	}
}
