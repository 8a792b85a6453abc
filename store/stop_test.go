package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
)

// yes is a consent for a topic.
func yes(topic string) bot.Consent {
	return bot.Consent{Topic: topic, Given: true, Wording: "Mag Gemeente Voorbeeldstad u berichten over " + topic + " sturen?", Language: "nl", Version: "hash-1",
		About: bot.ValueOf(map[string]any{"label": "Domplein 12"}), Postcode4: "3511", BagID: bot.Hide("0344200000012345")}
}

// subscribed has a contact say yes to topics in one turn, without an answer.
func (d *desk) subscribed(from bot.Contact, topics ...string) {
	d.t.Helper()
	d.says(from, "ja")
	o := bot.Outcome{Conversation: bot.Hide("{}")}
	for _, topic := range topics {
		o.Consents = append(o.Consents, yes(topic))
	}
	d.finish(d.claimOne(), o)
}

func (d *desk) closed() []bot.Closed {
	d.t.Helper()
	closed, err := d.Closed(d.t.Context(), d.now, 10)
	d.ok(err)
	return closed
}

// erase erases who is closed, with a farewell, and tells how many.
func (d *desk) erase() int {
	d.t.Helper()
	closed := d.closed()
	for i, c := range closed {
		d.ok(d.Erase(d.t.Context(), d.now, c.Resident, &bot.Reply{Text: bot.Hide("Wij hebben alles gewist.")}, fmt.Sprint("bon-", d.now.Unix(), i)))
	}
	return len(closed)
}

func TestStop_takesEverythingThatWaits(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from, other := person("NL.stop", "31611111111"), phone("31622222222")
		d.subscribed(from, "afval", "hitte")
		d.subscribed(other, "afval")
		d.answered(from, "een")
		for i := range 10 {
			d.says(from, fmt.Sprint("wacht ", i))
		}
		d.answeredAside(other, "blijft")
		d.stop(from)

		for query, want := range map[string]int{
			`SELECT count(*) FROM inbox WHERE state = 'open'`:                             0,
			`SELECT count(*) FROM outbox WHERE state = 'waiting'`:                         1,
			`SELECT count(*) FROM subscription`:                                           1,
			`SELECT count(*) FROM consent WHERE given`:                                    3,
			`SELECT count(*) FROM consent WHERE NOT given AND source = 'stop'`:            2,
			`SELECT count(*) FROM suppression WHERE day IS NOT NULL`:                      2,
			`SELECT count(*) FROM resident WHERE external_hash IS NULL`:                   1,
			`SELECT count(*) FROM resident WHERE closed_at IS NOT NULL AND token IS NULL`: 1,
		} {
			if got := d.count(query); got != want {
				t.Errorf("%s: %d, want %d", query, got, want)
			}
		}
		if len(d.claim(10)) != 0 {
			t.Error("a closed resident has a turn")
		}
	})
}

// answeredAside answers one contact while others have open messages too.
func (d *desk) answeredAside(from bot.Contact, text string) {
	d.t.Helper()
	d.says(from, text)
	for _, claim := range d.claim(100) {
		if claim.Message.From.External.Equal(from.External) {
			d.finish(claim, outcome("antwoord op "+text))
		} else {
			d.ok(d.RetryTurn(d.t.Context(), d.now, claim, d.now))
		}
	}
}

func TestStop_duringATurnTheTokenIsGone(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.says(from, "een")
		claim := d.claimOne()
		d.stop(from)
		o := outcome("te laat")
		o.Consents = []bot.Consent{yes("afval")}
		if err := d.tryFinish(claim, o); !errors.Is(err, bot.ErrTokenGone) {
			t.Fatal(err)
		}
		if err := d.StartCall(t.Context(), d.now, claim, bot.Call{Key: "k", Operation: "request.submit"}); !errors.Is(err, bot.ErrTokenGone) {
			t.Fatal(err)
		}
		if d.count(`SELECT count(*) FROM subscription`)+d.count(`SELECT count(*) FROM outbox`)+d.count(`SELECT count(*) FROM consent`) != 0 {
			t.Fatal("something of the turn was kept")
		}
		d.erase()
		if err := d.tryFinish(claim, o); !errors.Is(err, bot.ErrTokenGone) {
			t.Fatal("after the erasure:", err)
		}
	})
}

func TestStop_duringASendTheErasureWaitsForItAndForNothingElse(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.answered(from, "een")
		send := d.sendOne()
		d.stop(from)
		if len(d.closed()) != 0 {
			t.Fatal("given for erasure while a message is on its way")
		}
		id := bot.ID(d.text(`SELECT id FROM resident`))
		if err := d.Erase(t.Context(), d.now, id, nil, "bon"); !errors.Is(err, store.ErrInFlight) {
			t.Fatal(err)
		}
		d.later(5 * time.Second)
		d.ok(d.MarkSent(t.Context(), d.now, send, bot.Hide("wamid.out")))
		if d.erase() != 1 {
			t.Fatal("not given for erasure after the send")
		}
		if farewell := d.sendOne(); farewell.Reason != bot.ReasonFarewell || !farewell.To.External.Equal(from.External) {
			t.Fatalf("%+v", farewell)
		}
	})
}

func TestStop_aSendThatNeverEndedHoldsUpTheErasureForItsLeaseOnly(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.answered(from, "een")
		crashed := d.sendOne()
		d.stop(from)
		d.later(pace.Lease + time.Second)
		if d.erase() != 1 {
			t.Fatal("not erased after the lease")
		}
		d.ok(d.MarkSent(t.Context(), d.now, crashed, bot.Hide("wamid.out")))
		if d.count(`SELECT count(*) FROM resident`) != 0 || d.count(`SELECT count(*) FROM outbox WHERE reason <> 'farewell'`) != 0 {
			t.Fatal("not gone")
		}
	})
}

func TestStop_inOneDeliveryTakesWhatCameBeforeAndDropsWhatIsStampedBeforeIt(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		before, stop, after := d.message(from, "voor"), d.message(from, "stop"), d.message(from, "na")
		stop.Stop = true
		stop.Sent, after.Sent = noon.Add(time.Second), noon.Add(2*time.Second)
		d.later(time.Minute)
		d.receive(after, stop, before)
		if d.count(`SELECT count(*) FROM inbox`) != 0 || d.count(`SELECT count(*) FROM resident`) != 1 {
			t.Fatal("something is left of the delivery")
		}
	})
}

func TestStop_ofSomeoneWeDidNotKnowGetsAFarewell(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.stop(phone("31611111111"))
		if d.erase() != 1 {
			t.Fatal("nobody to say farewell to")
		}
		if farewell := d.sendOne(); farewell.Reply.Text.Reveal() != "Wij hebben alles gewist." {
			t.Fatalf("%+v", farewell)
		}
	})
}

func TestAfterStop_aLaterMessageIsANewPersonWithoutSubscriptions(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := person("NL.stop", "31611111111")
		d.subscribed(from, "afval")
		d.stop(from)
		d.later(time.Minute)
		d.says(from, "hallo") // before the erasure
		claim := d.claimOne()
		if !claim.Conversation.Empty() || claim.Subscribed != nil || claim.Seq != 1 {
			t.Fatalf("%+v", claim)
		}
		if d.erase() != 1 {
			t.Fatal("not erased")
		}
		d.finish(claim, outcome("Welkom"))
		if n := d.count(`SELECT count(*) FROM suppression WHERE day IS NOT NULL`); n != 2 {
			t.Fatal("ordinary chatting lifted the suppression")
		}
	})
}

func TestAfterStop_whatIsStampedBeforeTheErasureIsDropped(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := person("NL.stop", "31611111111")
		d.says(from, "hallo")
		d.later(time.Minute)
		d.stop(from)
		d.later(time.Minute)
		d.erase()
		late := d.message(from, "onderweg gebleven")
		late.Sent = d.now.Add(-time.Second)
		byNumber := d.message(phone("31611111111"), "ook")
		byNumber.Sent = d.now.Add(-time.Second)
		again := d.message(from, "stop")
		again.Stop, again.Sent = true, d.now.Add(-time.Second)
		if got := d.receive(late, byNumber, again); got.Dropped != 3 {
			t.Fatalf("%+v", got)
		}
		if d.count(`SELECT count(*) FROM resident`) != 0 {
			t.Fatal("someone was made of it")
		}
		d.says(from, "een nieuwe vraag")
	})
}

func TestAfterStop_onlyAnExplicitYesLiftsTheMark(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := person("NL.stop", "31611111111")
		d.stop(from)
		d.later(time.Minute)
		d.erase()
		d.subscribed(from, "afval")
		if n := d.count(`SELECT count(*) FROM suppression WHERE day IS NOT NULL AND drop_before IS NOT NULL`); n != 0 {
			t.Fatal("the yes did not lift the mark")
		}
		late := d.message(from, "van voor de wissing")
		late.Sent = noon
		if got := d.receive(late); got.Dropped != 1 {
			t.Fatalf("%+v", got)
		}
	})
}

func TestErase_leavesTheLedgerUnderAPseudonymAndNothingElse(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := person("NL.stop", "31611111111")
		d.subscribed(from, "afval")
		d.says(from, "afspraak")
		claim := d.claimOne()
		d.ok(d.StartCall(t.Context(), d.now, claim, bot.Call{Operation: "appointment.book", Key: "k", With: map[string]bot.Value{"name": bot.ValueOf("De Vries")}}))
		d.finish(claim, outcome("geboekt"))
		d.stop(from)
		d.erase()
		for _, table := range []string{"resident", "resident_key", "inbox", "subscription", "intent"} {
			if n := d.count(`SELECT count(*) FROM ` + table); n != 0 {
				t.Errorf("%d rows are left in %s", n, table)
			}
		}
		if n := d.count(`SELECT count(*) FROM outbox WHERE reason <> 'farewell'`); n != 0 {
			t.Errorf("%d rows are left in outbox", n)
		}
		if n := d.count(`SELECT count(*) FROM receipt r JOIN outbox o ON o.created_at = r.erased_at`) + d.count(`SELECT count(*) FROM receipt r JOIN suppression s ON s.drop_before > r.erased_at`); n != 2 {
			t.Errorf("the moment of the receipt is that of the farewell or of the mark: %d", n)
		}
		if n := d.count(`SELECT count(*) FROM consent c JOIN receipt r ON r.pseudonym = c.pseudonym`); n != 2 {
			t.Errorf("the receipt leads to %d lines", n)
		}
	})
}

func TestErase_twiceIsOneFarewell(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.stop(phone("31611111111"))
		c := d.closed()[0]
		for _, receipt := range []string{"bon-1", "bon-2"} {
			d.ok(d.Erase(t.Context(), d.now, c.Resident, &bot.Reply{Text: bot.Hide("Dag")}, receipt))
		}
		if n := d.count(`SELECT count(*) FROM outbox`); n != 1 {
			t.Fatalf("%d farewells", n)
		}
	})
}

func TestErase_refusesWhoDidNotSayStop(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.says(phone("31611111111"), "hallo")
		if err := d.Erase(t.Context(), d.now, bot.ID(d.text(`SELECT id FROM resident`)), nil, ""); !errors.Is(err, store.ErrNotClosed) {
			t.Fatal(err)
		}
	})
}

func TestErase_afterTheWindowThereIsNoFarewell(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.stop(phone("31611111111"))
		d.later(25 * time.Hour)
		if d.erase() != 1 || d.count(`SELECT count(*) FROM outbox`) != 0 {
			t.Fatal("a farewell outside the window")
		}
	})
}

func TestFarewell_isTriedOnceAndItsAddressDies(t *testing.T) {
	gone := `SELECT count(*) FROM outbox WHERE address IS NULL AND body IS NULL`
	failure := bot.SendError{Class: bot.SendRetry, Code: 130429}
	for name, end := range map[string]func(d *desk, send bot.Send){
		"sent":   func(d *desk, send bot.Send) { d.ok(d.MarkSent(d.t.Context(), d.now, send, bot.Hide("w"))) },
		"failed": func(d *desk, send bot.Send) { d.ok(d.MarkFailed(d.t.Context(), d.now, send, failure, time.Time{})) },
		"to be retried": func(d *desk, send bot.Send) {
			d.ok(d.MarkFailed(d.t.Context(), d.now, send, failure, d.now.Add(time.Second)))
		},
		"unknown": func(d *desk, send bot.Send) {
			d.ok(d.MarkFailed(d.t.Context(), d.now, send, bot.SendError{Class: bot.SendUnknown}, time.Time{}))
		},
		"crashed": func(d *desk, send bot.Send) {
			d.later(11 * time.Minute)
			_, _, err := d.Reconcile(d.t.Context(), d.now, 10*time.Minute)
			d.ok(err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, d *desk) {
				d.stop(phone("31611111111"))
				d.erase()
				end(d, d.sendOne())
				if d.count(gone) != 1 {
					t.Error("the address is still there")
				}
				d.later(2 * time.Minute)
				if len(d.sends(10)) != 0 {
					t.Error("tried a second time")
				}
			})
		})
	}
}

func TestFarewell_thatNobodySendsDiesAfterFifteenMinutes(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.stop(phone("31611111111"))
		d.erase()
		d.later(15 * time.Minute)
		if len(d.sends(10)) != 0 {
			t.Fatal("claimed too late")
		}
		purged, err := d.Purge(t.Context(), d.now, store.Retention{Texts: 30}, nil)
		d.ok(err)
		if purged.Of("farewells") != 1 || d.count(`SELECT count(*) FROM outbox`) != 0 {
			t.Fatalf("%+v", purged)
		}
	})
}
