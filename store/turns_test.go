package store_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store/storetest"
)

func TestClaimTurns_oneTurnPerResident(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.says(phone("31611111111"), "een", "twee")
		d.says(phone("31622222222"), "drie")
		if claims := d.claim(10); len(claims) != 2 || claims[0].Resident == claims[1].Resident {
			t.Fatalf("%d claims", len(claims))
		}
		if claims := d.claim(10); len(claims) != 0 {
			t.Fatal("a resident is in two turns")
		}
	})
}

func TestClaimTurns_concurrentProcessesNeverShareAResident(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		d := &desk{Store: storetest.Open(t, dsn), t: t, now: noon}
		for i := range 40 {
			d.says(phone(fmt.Sprintf("316%08d", i)), "een", "twee")
		}
		var mu sync.Mutex
		var group sync.WaitGroup
		seen := map[bot.ID]int{}
		for range 4 {
			s := storetest.Open(t, dsn)
			group.Go(func() {
				for range 6 {
					claims, err := s.ClaimTurns(t.Context(), noon, time.Minute, 5)
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					for _, claim := range claims {
						seen[claim.Resident]++
					}
					mu.Unlock()
				}
			})
		}
		group.Wait()
		for id, n := range seen {
			if n != 1 {
				t.Errorf("resident %s was claimed %d times", id, n)
			}
		}
		if len(seen) != 40 {
			t.Errorf("%d of 40 were claimed", len(seen))
		}
	})
}

func TestClaimTurns_takesWhoIsDueLongestFirst(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for i := range 3 {
			d.says(phone(fmt.Sprintf("3161111111%d", i)), fmt.Sprint(i))
			d.later(time.Second)
		}
		for i := range 3 {
			if claims := d.claim(1); len(claims) != 1 || claims[0].Message.Text.Reveal() != fmt.Sprint(i) {
				t.Fatalf("turn %d", i)
			}
		}
	})
}

func TestClaimTurns_aCrashedTurnIsClaimedAgainAndItsOldTokenIsGone(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.says(phone("31611111111"), "een")
		crashed := d.claimOne()
		d.later(lease - time.Second)
		if len(d.claim(10)) != 0 {
			t.Fatal("claimed inside the lease")
		}
		d.later(2 * time.Second)
		again := d.claimOne()
		if again.Tries != 2 || again.MessageID != crashed.MessageID || again.Token == crashed.Token {
			t.Fatalf("again %+v", again)
		}
		if err := d.tryFinish(crashed, outcome("van de dode")); !errors.Is(err, bot.ErrTokenGone) {
			t.Fatalf("finished with an old token: %v", err)
		}
		if err := d.RetryTurn(t.Context(), d.now, crashed, d.now); !errors.Is(err, bot.ErrTokenGone) {
			t.Fatalf("given back with an old token: %v", err)
		}
		if err := d.SetAside(t.Context(), d.now, crashed, nil); !errors.Is(err, bot.ErrTokenGone) {
			t.Fatalf("set aside with an old token: %v", err)
		}
		if err := d.StartCall(t.Context(), d.now, crashed, bot.Call{Operation: "appointment.book", Key: "k"}); !errors.Is(err, bot.ErrTokenGone) {
			t.Fatalf("called with an old token: %v", err)
		}
		d.finish(again, outcome("van de levende"))
		if texts := d.sent(); join(texts) != "van de levende" {
			t.Fatal(join(texts))
		}
	})
}

func TestFinishTurns_aLateTurnWhoseLeaseNobodyTookIsKept(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.says(phone("31611111111"), "een")
		claim := d.claimOne()
		d.later(2 * lease)
		d.finish(claim, outcome("laat"))
		if len(d.claim(10)) != 0 {
			t.Fatal("it is claimed again")
		}
	})
}

func TestFinishTurns_oneLostTokenLeavesTheOthersOfItsGroupAlone(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for i := range 3 {
			d.says(phone(fmt.Sprintf("3161111111%d", i)), fmt.Sprint(i))
		}
		var turns []bot.Finish
		for _, claim := range d.claim(10) {
			turns = append(turns, bot.Finish{Claim: claim, Outcome: outcome("op " + claim.Message.Text.Reveal())})
		}
		turns[1].Claim.Token = bot.NewID(d.now)
		for i, ended := range d.FinishTurns(t.Context(), d.now, turns) {
			err := ended.Err
			if want := i == 1; errors.Is(err, bot.ErrTokenGone) != want || (err != nil) != want {
				t.Errorf("turn %d: %v", i, err)
			}
		}
		if texts := d.sent(); len(texts) != 2 {
			t.Errorf("sent %v", texts)
		}
	})
}

func TestFinishTurns_aFailingTurnIsTheOnlyOneOfItsGroupThatFails(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.answered(phone("31611111110"), "0")
		for i := 1; i < 4; i++ {
			d.says(phone(fmt.Sprintf("3161111111%d", i)), fmt.Sprint(i))
		}
		var turns []bot.Finish
		for _, claim := range d.claim(10) {
			turns = append(turns, bot.Finish{Claim: claim, Outcome: outcome("op " + claim.Message.Text.Reveal())})
		}
		// An answer to a message that was answered breaks the schema's rule.
		turns[1].Claim.MessageID = bot.ID(d.text(`SELECT message_id FROM outbox`))
		for i, ended := range d.FinishTurns(t.Context(), d.now, turns) {
			err := ended.Err
			if (err != nil) != (i == 1) {
				t.Errorf("turn %d: %v", i, err)
			}
		}
		if texts := d.sent(); len(texts) != 3 {
			t.Errorf("sent %v", texts)
		}
	})
}

func TestFinishTurns_withoutAReplyNothingIsSaid(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.says(phone("31611111111"), "dank u")
		d.finish(d.claimOne(), bot.Outcome{Conversation: bot.Hide("{}")})
		if n := d.count(`SELECT count(*) FROM outbox`); n != 0 {
			t.Fatal("something is said")
		}
		if n := d.count(`SELECT count(*) FROM inbox WHERE state = 'done'`); n != 1 {
			t.Fatal("it is not done")
		}
	})
}

func TestFinishTurns_aMessageThatCameDuringTheTurnIsNextAtOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.says(from, "een")
		claim := d.claimOne()
		d.says(from, "twee")
		if len(d.claim(10)) != 0 {
			t.Fatal("it did not wait for the turn")
		}
		d.finish(claim, outcome("een"))
		if next := d.claimOne(); next.Message.Text.Reveal() != "twee" {
			t.Fatal("not the next message")
		}
	})
}

// A message that arrives while its resident's turn ends is never forgotten:
// FinishTurns and Receive meet on the resident's row.
func TestFinishTurns_aMessageThatArrivesAtTheSameMomentIsNotForgotten(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		d := &desk{Store: storetest.Open(t, dsn), t: t, now: noon}
		other := storetest.Open(t, dsn)
		from := phone("31611111111")
		d.says(from, "0")
		for i := 1; i <= 40; i++ {
			claim := d.claimOne()
			message := d.message(from, fmt.Sprint(i))
			var group sync.WaitGroup
			group.Go(func() {
				if _, err := other.Receive(t.Context(), noon, []bot.Message{message}); err != nil {
					t.Error(err)
				}
			})
			d.finish(claim, outcome("ok"))
			group.Wait()
		}
		if last := d.claimOne(); last.Message.Text.Reveal() != "40" {
			t.Fatal("the last message is not next")
		}
	})
}

func TestRetryTurn_comesBackAtItsTime(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.says(phone("31611111111"), "een")
		d.ok(d.RetryTurn(t.Context(), d.now, d.claimOne(), d.now.Add(10*time.Second)))
		d.later(9 * time.Second)
		if len(d.claim(10)) != 0 {
			t.Fatal("too early")
		}
		d.says(phone("31611111111"), "twee") // does not bring it forward
		if len(d.claim(10)) != 0 {
			t.Fatal("a second message broke the backoff")
		}
		d.later(time.Second)
		if claim := d.claimOne(); claim.Tries != 2 || claim.Message.Text.Reveal() != "een" {
			t.Fatalf("%+v", claim)
		}
	})
}

func TestSetAside_keepsTheConversationAndGoesOn(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.answered(from, "goed")
		d.says(from, "giftig", "verder")
		d.ok(d.SetAside(t.Context(), d.now, d.claimOne(), &bot.Reply{Text: bot.Hide("Er ging iets mis.")}))
		next := d.claimOne()
		if next.Message.Text.Reveal() != "verder" || next.Conversation.Reveal() != `{"after":"antwoord op goed"}` {
			t.Fatalf("%+v", next)
		}
		if texts := d.sent(); join(texts) != "antwoord op goed | Er ging iets mis." {
			t.Fatal(join(texts))
		}
		if c, _ := d.Counts(t.Context(), d.now); c.AsideIn != 1 {
			t.Fatalf("%+v", c)
		}
	})
}

func TestClaimTurns_aRowThatCannotBeOpenedIsSetAsideAndHoldsUpNobody(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		broken := phone("31611111111")
		d.says(broken, "kapot")
		d.later(time.Second)
		d.says(phone("31622222222"), "goed")
		_, err := d.Exec(t.Context(), `UPDATE inbox SET body = $1 WHERE id = (SELECT id FROM inbox ORDER BY accepted_at, id LIMIT 1)`, []byte("x"))
		d.ok(err)
		if claims := d.claim(10); len(claims) != 1 {
			t.Fatalf("%d claims", len(claims))
		}
		d.says(broken, "heel")
		if claim := d.claimOne(); claim.Message.Text.Reveal() != "heel" {
			t.Fatal("the next message is not claimed")
		}
		if c, _ := d.Counts(t.Context(), d.now); c.AsideIn != 1 || c.Unreadable != 1 {
			t.Fatalf("%+v", c)
		}
	})
}

func TestStartCall_theSameKeyTwiceIsOneIntent(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.says(phone("31611111111"), "afspraak")
		claim := d.claimOne()
		call := bot.Call{Operation: "appointment.book", Key: string(claim.MessageID) + ":1", With: map[string]bot.Value{"name": bot.ValueOf("De Vries")}}
		d.ok(d.StartCall(t.Context(), d.now, claim, call))
		d.later(2 * lease)
		d.ok(d.StartCall(t.Context(), d.now, d.claimOne(), call))
		if n := d.count(`SELECT count(*) FROM intent`); n != 1 {
			t.Fatalf("%d intents", n)
		}
	})
}
