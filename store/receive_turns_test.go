package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store/storetest"
)

const turnLease = time.Minute

func (d *desk) receiveTurns(room int, messages ...bot.Message) bot.Received {
	d.t.Helper()
	got, err := d.ReceiveTurns(d.t.Context(), d.now, messages, bot.Take{Turns: room, Lease: turnLease})
	d.ok(err)
	return got
}

func onPostgres(t *testing.T) *desk {
	d := &desk{Store: storetest.Open(t, storetest.Postgres(t)), t: t, now: noon}
	d.ok(d.PutBundle(t.Context(), noon, "hash-1", []byte("content"), "test"))
	return d
}

func reveal(p bot.Private) string { return p.Reveal() }

// What begins with the delivery is what a claim would have given.
func TestReceiveTurns_beginsTheTurnThatAClaimWouldGive(t *testing.T) {
	d := onPostgres(t)
	one, other := person("NL.1", "31611111111"), person("NL.2", "31622222222")
	for _, who := range []bot.Contact{one, other} {
		d.says(who, "hallo")
		o := outcome("dag")
		o.Consents = []bot.Consent{yes("afval")}
		d.finish(d.claimOne(), o)
	}
	d.later(time.Minute)
	got := d.receiveTurns(5, d.message(one, "Wanneer?"))
	if got.Kept != 1 || len(got.Turns) != 1 || len(got.Claims) != 1 {
		t.Fatalf("%+v", got)
	}
	begun := got.Claims[0]
	if d.count(`SELECT count(*) FROM resident WHERE due <= $1`, d.now) != 0 {
		t.Error("it is due though its turn has begun")
	}
	d.says(other, "Wanneer?")
	claimed := d.claimOne()
	same := func(c bot.Claim) bot.Claim {
		c.Resident, c.Token, c.MessageID, c.Message.ID, c.Message.From = "", "", "", bot.Private{}, bot.Contact{}
		c.Until = c.Until.Truncate(time.Hour)
		return c
	}
	if diff := cmp.Diff(same(claimed), same(begun), cmp.Transformer("reveal", reveal)); diff != "" {
		t.Error(diff)
	}
	if reveal(begun.Message.From.External) != "NL.1" || begun.Tries != 1 || begun.MessageID != got.Turns[0] {
		t.Errorf("%+v", begun)
	}
	d.finish(begun, outcome("Maandag"))
	d.finish(claimed, outcome("Maandag"))
}

func TestReceiveTurns_beginsOnePerResidentWhileThereIsRoomAndNothingOlderIsOpen(t *testing.T) {
	d := onPostgres(t)
	people := []bot.Contact{person("NL.1", "31611111111"), person("NL.2", "31622222222"), person("NL.3", "31633333333")}
	for _, who := range people {
		d.answered(who, "hallo")
	}
	d.says(people[0], "een") // is open, and nobody works on it
	got := d.receiveTurns(1, d.message(people[0], "twee"), d.message(people[1], "een"), d.message(people[1], "twee"), d.message(people[2], "een"))
	if got.Kept != 4 || len(got.Claims) != 1 || got.Claims[0].Message.Text.Reveal() != "een" || got.Claims[0].Tries != 1 {
		t.Fatalf("%+v", got)
	}
	if got := d.receiveTurns(0, d.message(person("NL.4", "31644444444"), "nieuw")); len(got.Claims) != 0 {
		t.Error("a turn began without room")
	}
	finished := d.FinishTurns(t.Context(), d.now, []bot.Finish{{Claim: got.Claims[0], Outcome: outcome("antwoord")}})
	if finished[0].Err != nil || finished[0].More != (reveal(got.Claims[0].Message.From.External) == "NL.2") {
		t.Errorf("%+v", finished[0])
	}
	if n := len(d.claim(10)); n < 3 {
		t.Errorf("%d others are due, want the first, the new one and who had no room", n)
	}
}

// A process that dies after the delivery's commit held a turn: it is another's
// when the lease ends, and counts as a second try. A STOP takes it away.
func TestReceiveTurns_aTurnThatBeganEndsWithItsLeaseOrWithSTOP(t *testing.T) {
	d := onPostgres(t)
	who := person("NL.1", "31611111111")
	d.answered(who, "hallo")
	begun := d.receiveTurns(1, d.message(who, "een")).Claims[0]
	if len(d.claim(10)) != 0 {
		t.Fatal("somebody else has it too")
	}
	d.later(turnLease + time.Second)
	again := d.claimOne()
	if again.MessageID != begun.MessageID || again.Tries != 2 {
		t.Errorf("%+v", again)
	}
	if err := d.tryFinish(begun, outcome("te laat")); !errors.Is(err, bot.ErrTokenGone) {
		t.Error(err)
	}
	d.finish(again, outcome("antwoord"))
	begun = d.receiveTurns(1, d.message(who, "twee")).Claims[0]
	d.stop(who)
	if err := d.tryFinish(begun, outcome("na stop")); !errors.Is(err, bot.ErrTokenGone) {
		t.Error(err)
	}
}

// A turn that can be neither opened nor set aside fails by itself: the delivery
// is kept, and the turns that began beside it go on.
func TestReceiveTurns_aTurnThatCannotBeOpenedTakesNoOtherWithIt(t *testing.T) {
	d := onPostgres(t)
	broken, other := person("NL.1", "31611111111"), person("NL.2", "31622222222")
	d.answered(broken, "hallo")
	d.exec(`UPDATE resident SET conversation = 'of another key'`)
	d.answered(other, "hallo")
	d.exec(`CREATE FUNCTION refused() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not now'; END $$`)
	d.exec(`CREATE TRIGGER refused BEFORE UPDATE ON inbox FOR EACH ROW WHEN (NEW.state = 'aside') EXECUTE FUNCTION refused()`)
	got := d.receiveTurns(5, d.message(broken, "een"), d.message(other, "een"))
	if got.Kept != 2 || len(got.Claims) != 1 || reveal(got.Claims[0].Message.From.External) != "NL.2" {
		t.Fatalf("%+v", got)
	}
	d.finish(got.Claims[0], outcome("antwoord"))
}
