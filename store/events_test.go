package store_test

import (
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// event is what the platform reports about an earlier message.
func (d *desk) event(from bot.Contact, kind bot.MessageKind, original, text string) bot.Received {
	d.t.Helper()
	m := d.message(from, text)
	m.Kind, m.Original = kind, bot.Hide(original)
	return d.receive(m)
}

func TestRevoked_aMessageThatWaitsIsNotAnswered(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.says(from, "oeps") // wamid.1
		if got := d.event(from, bot.KindRevoked, "wamid.1", ""); got.Kept != 1 {
			t.Fatalf("%+v", got)
		}
		if len(d.claim(10)) != 0 || d.count(`SELECT count(*) FROM inbox`) != 0 {
			t.Fatal("it is still here")
		}
		if c, _ := d.Counts(t.Context(), d.now); c.Open != 0 {
			t.Fatalf("%+v", c)
		}
		d.says(from, "wat ik bedoelde")
		if claim := d.claimOne(); claim.Message.Text.Reveal() != "wat ik bedoelde" {
			t.Fatal("the next one is not claimed")
		}
	})
}

func TestRevoked_theFirstOfTwoLeavesTheSecond(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.says(from, "een", "twee", "drie")
		d.event(from, bot.KindRevoked, "wamid.1", "")
		d.event(from, bot.KindRevoked, "wamid.3", "")
		claim := d.claimOne()
		if claim.Message.Text.Reveal() != "twee" {
			t.Fatal("not the second")
		}
		d.finish(claim, outcome("twee"))
		if len(d.claim(10)) != 0 {
			t.Fatal("the third is gone")
		}
	})
}

func TestRevoked_duringItsTurnTheTurnStillEnds(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.says(from, "oeps")
		claim := d.claimOne()
		d.event(from, bot.KindRevoked, "wamid.1", "")
		d.finish(claim, outcome("antwoord"))
		if d.count(`SELECT count(*) FROM inbox`) != 0 || len(d.claim(10)) != 0 {
			t.Fatal("our copy is still here")
		}
	})
}

func TestEvents_aboutWhatWeDoNotHaveMatchNothingAndMakeNobody(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.says(phone("31611111111"), "hallo")
		for _, kind := range []bot.MessageKind{bot.KindRevoked, bot.KindEdited, bot.KindNumberChange, bot.KindPreference} {
			if got := d.event(phone("31699999999"), kind, "wamid.99", "x"); got.Unmatched != 1 {
				t.Errorf("%s of a stranger: %+v", kind, got)
			}
		}
		for _, kind := range []bot.MessageKind{bot.KindRevoked, bot.KindEdited} {
			if got := d.event(phone("31611111111"), kind, "wamid.99", "x"); got.Unmatched != 1 {
				t.Errorf("%s of another message: %+v", kind, got)
			}
		}
		if n := d.count(`SELECT count(*) FROM resident`); n != 1 {
			t.Errorf("%d residents", n)
		}
	})
}

func TestEvents_nobodyTouchesTheMessageOfAnother(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.says(phone("31611111111"), "van mij") // wamid.1
		d.says(phone("31622222222"), "van een ander")
		if got := d.event(phone("31622222222"), bot.KindRevoked, "wamid.1", ""); got.Unmatched != 1 {
			t.Fatalf("%+v", got)
		}
	})
}

func TestEdited_intoACrisisIsAnsweredWhateverBecameOfTheFirst(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		changed := func(original string) {
			m := d.message(from, "")
			m.Kind, m.Original, m.Crisis = bot.KindEdited, bot.Hide(original), "zelfdoding"
			if got := d.receive(m); got.Kept != 1 {
				t.Fatalf("%+v", got)
			}
			claim := d.claimOne()
			if claim.Message.Crisis != "zelfdoding" || claim.Message.Kind != bot.KindText {
				t.Fatalf("%s: %+v", original, claim.Message)
			}
			d.finish(claim, outcome("bel 113"))
			if n := len(d.claim(10)); n != 0 {
				t.Fatalf("%s: %d more", original, n)
			}
		}
		d.says(from, "hallo") // wamid.1
		d.finish(d.claimOne(), outcome("dag"))
		changed("wamid.1")     // answered before
		d.says(from, "wat nu") // wamid.3
		changed("wamid.3")     // waits
		changed("wamid.99")    // is not here any more
		if n := d.count(`SELECT count(*) FROM inbox`); n != 3 {
			t.Errorf("%d texts", n)
		}
	})
}

func TestEdited_ourCopyReadsAsTheResidentNowWantsIt(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.says(from, "Domstraat 12")
		if got := d.event(from, bot.KindEdited, "wamid.1", "Domplein 12"); got.Kept != 1 {
			t.Fatalf("%+v", got)
		}
		claim := d.claimOne()
		if m := claim.Message; m.Text.Reveal() != "Domplein 12" || m.Kind != bot.KindText || m.ID.Reveal() != "wamid.1" {
			t.Fatalf("%+v", m)
		}
		d.finish(claim, outcome("goed"))
		d.event(from, bot.KindEdited, "wamid.1", "Domplein 14")
		if len(d.claim(10)) != 0 {
			t.Fatal("an answered message is answered again")
		}
	})
}

func TestPreference_withdrawsEveryTopicInTheLedger(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.subscribed(from, "afval", "hitte")
		d.event(from, bot.KindPreference, "", "")
		if d.count(`SELECT count(*) FROM subscription`) != 0 || d.count(`SELECT count(*) FROM consent WHERE source = 'preference' AND NOT given`) != 2 {
			t.Fatal("not withdrawn")
		}
		d.says(from, "ik blijf wel")
	})
}

func TestConsent_isReadByTheNextTurnAndReplacedByANewYes(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.subscribed(from, "hitte", "afval")
		d.subscribed(from, "afval")
		d.says(from, "wat heb ik?")
		claim := d.claimOne()
		if len(claim.Subscribed) != 2 {
			t.Fatal(claim.Subscribed)
		}
		if d.count(`SELECT count(*) FROM subscription`) != 2 || d.count(`SELECT count(*) FROM consent WHERE given AND wording <> '' AND version = 'hash-1' AND message_id IS NOT NULL`) != 3 {
			t.Fatal("the ledger does not hold every yes with its wording")
		}
		o := outcome("gestopt")
		o.Consents = []bot.Consent{{Topic: "afval", Language: "nl", Version: "hash-2"}}
		d.finish(claim, o)
		d.says(from, "en nu?")
		if claim := d.claimOne(); len(claim.Subscribed) != 1 || claim.Subscribed[0].Topic != "hitte" {
			t.Fatal(claim.Subscribed)
		}
	})
}

func TestConsent_theLedgerNamesNobody(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.subscribed(phone("31611111111"), "afval")
		if n := d.count(`SELECT count(*) FROM consent c JOIN resident r ON c.pseudonym = r.id`); n != 0 {
			t.Fatal("the pseudonym is the resident's id")
		}
		var made timeColumn
		d.ok(d.DB().GetContext(t.Context(), &made, `SELECT created_at FROM resident`))
		if a, b := d.text(`SELECT pseudonym FROM consent`), d.text(`SELECT id FROM resident`); a[:8] == b[:8] {
			t.Fatal("the pseudonym tells when the resident was made")
		}
	})
}

func TestContact_someoneKnownByPhoneGetsAUserIDAndStaysWhoTheyAre(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.subscribed(phone("31611111111"), "afval")
		now := person("NL.a", "31611111111")
		d.says(now, "hallo")
		claim := d.claimOne()
		if claim.Seq != 2 || len(claim.Subscribed) != 1 || !claim.Message.From.External.Equal(now.External) {
			t.Fatalf("%+v", claim)
		}
		d.finish(claim, outcome("ok"))
		d.says(now, "nog eens")
		d.finish(d.claimOne(), outcome("ok"))
		d.says(phone("31611111111"), "zonder user id") // an older webhook of the same person
		if claim := d.claimOne(); claim.Seq != 4 || !claim.Message.From.External.Equal(now.External) {
			t.Fatalf("%+v", claim)
		}
		if n := d.count(`SELECT count(*) FROM resident`); n != 1 {
			t.Fatalf("%d residents", n)
		}
	})
}

func TestContact_aKnownPhoneWithAnotherUserIDIsANewPerson(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.subscribed(person("NL.a", "31611111111"), "afval")
		d.says(person("NL.b", "31611111111"), "hallo")
		claim := d.claimOne()
		if !claim.Conversation.Empty() || claim.Subscribed != nil || claim.Seq != 1 {
			t.Fatal("something of the old person is shown")
		}
		d.finish(claim, outcome("Welkom"))
		if n := d.count(`SELECT count(*) FROM subscription WHERE paused_at IS NOT NULL`); n != 1 {
			t.Fatal("the old subscription is not paused")
		}
		d.says(person("NL.a", ""), "ik ben er nog")
		if claim := d.claimOne(); claim.Seq != 2 || !claim.Message.From.Phone.Empty() {
			t.Fatalf("%+v", claim)
		}
	})
}

func TestContact_aPhoneThatBecomesKnownLaterIsNoted(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.says(person("NL.a", ""), "hallo")
		d.says(person("NL.a", "31611111111"), "nu met nummer")
		d.says(person("NL.a", ""), "en weer zonder")
		if claim := d.claimOne(); claim.Message.From.Phone.Reveal() != "31611111111" {
			t.Fatal("the phone was not noted")
		}
		if n := d.count(`SELECT count(*) FROM resident`); n != 1 {
			t.Fatalf("%d residents", n)
		}
	})
}

func TestNumberChange_goesOnlyThroughAKnownPreviousID(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.subscribed(phone("31611111111"), "afval")
		if got := d.event(phone("31622222222"), bot.KindNumberChange, "31611111111", ""); got.Kept != 1 {
			t.Fatalf("%+v", got)
		}
		d.says(phone("31622222222"), "mijn nieuwe nummer")
		claim := d.claimOne()
		if claim.Seq != 2 || len(claim.Subscribed) != 1 || claim.Message.From.External.Reveal() != "31622222222" {
			t.Fatalf("%+v", claim)
		}
		d.says(phone("31611111111"), "wie had dit nummer?")
		if claim := d.claimOne(); claim.Seq != 1 || claim.Subscribed != nil {
			t.Fatal("the old number still leads to them")
		}
	})
}

func TestNumberChange_toSomebodyWhoIsHereIsNotTheSamePerson(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.subscribed(phone("31611111111"), "afval")
		d.says(phone("31622222222"), "ik was hier al")
		d.finish(d.claimOne(), outcome("ok"))
		d.event(phone("31622222222"), bot.KindNumberChange, "31611111111", "")
		d.says(phone("31622222222"), "hallo")
		if claim := d.claimOne(); claim.Seq != 2 || claim.Subscribed != nil {
			t.Fatalf("%+v", claim)
		}
		if n := d.count(`SELECT count(*) FROM subscription WHERE paused_at IS NOT NULL`); n != 1 {
			t.Fatal("the old subscription is not paused")
		}
	})
}

func TestStop_afterANumberChangeMarksBothContacts(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.says(person("NL.a", "31611111111"), "hallo")
		d.stop(person("NL.a", "31622222222"))
		d.later(time.Minute)
		d.erase()
		late := d.message(phone("31622222222"), "van voor de wissing")
		late.Sent = noon
		if got := d.receive(late); got.Dropped != 1 {
			t.Fatalf("%+v", got)
		}
	})
}
