package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
)

// home is an address as the chat keeps it with a subscription.
func home(postcode string, number int) bot.Value {
	return bot.ValueOf(map[string]any{"address": map[string]any{"label": fmt.Sprint("Domplein ", number), "postcode": postcode, "number": number, "letter": "", "addition": ""}})
}

func yesAbout(topic string, about bot.Value) bot.Consent {
	c := yes(topic)
	c.About = about
	return c
}

// decides has a contact answer in one turn, with these consents.
func (d *desk) decides(from bot.Contact, consents ...bot.Consent) {
	d.t.Helper()
	d.says(from, "ja")
	d.finish(d.claimOne(), bot.Outcome{Conversation: bot.Hide("{}"), Consents: consents})
	d.later(time.Minute)
}

// ledger gives the ledger as lines "afval + chat" in order.
func (d *desk) ledger() (lines []string) {
	d.t.Helper()
	d.ok(d.Ledger(d.t.Context(), "", func(l store.LedgerLine) error {
		sign := "-"
		if l.Given {
			sign = "+"
		}
		lines = append(lines, strings.TrimSpace(strings.Join([]string{l.Topic, sign, l.Source}, " ")))
		return nil
	}))
	return lines
}

// subscribedTo gives what a contact's next turn is told: "afval" for what
// stands, "afval?" for what waits.
func (d *desk) subscribedTo(from bot.Contact) (list []string) {
	d.t.Helper()
	d.says(from, "hallo")
	claim := d.claimOne()
	for _, s := range claim.Subscribed {
		if s.Given.IsZero() {
			s.Topic += "?"
		}
		list = append(list, s.Topic)
	}
	d.finish(claim, bot.Outcome{Conversation: bot.Hide("{}")})
	slices.Sort(list)
	return list
}

func (d *desk) sees(what string, got []string, want ...string) {
	d.t.Helper()
	if !slices.Equal(got, want) {
		d.t.Fatalf("%s: %q, want %q", what, got, want)
	}
}

func TestConsent_twoAddressesOneEndsAndTheOtherStands(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.decides(from, yesAbout("afval", home("3511LN", 12)), yesAbout("afval", home("3512AB", 3)))
		d.sees("both", d.subscribedTo(from), "afval", "afval")
		ends := yesAbout("afval", home("3511LN", 12))
		ends.Given = false
		d.decides(from, ends)
		d.sees("one", d.subscribedTo(from), "afval")
		d.sees("ledger", d.ledger(), "afval + chat", "afval + chat", "afval - chat")
		const same = `SELECT count(*) FROM consent a JOIN consent b ON b.subscription = a.subscription WHERE a.given AND NOT b.given`
		if d.count(same) != 1 {
			t.Fatal("the end does not name the subscription that it is about")
		}
	})
}

func TestConsent_theSameAddressIsOneSubscriptionHoweverItCame(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		pinned := bot.ValueOf(map[string]any{"address": map[string]any{"label": "hier", "address": map[string]any{"postcode": "3511 ln", "number": "12", "street": "Domplein"}}})
		d.decides(from, yesAbout("afval", home("3511LN", 12)))
		d.decides(from, yesAbout("afval", pinned))
		d.sees("one", d.subscribedTo(from), "afval")
		d.sees("ledger", d.ledger(), "afval + chat", "afval + chat")
		d.decides(from, yesAbout("afval", home("3511LN", 13)))
		d.sees("two", d.subscribedTo(from), "afval", "afval")
	})
}

func TestConsent_aTopicEndsWithAllOfItAndWhatWaits(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.decides(from, yesAbout("afval", home("3511LN", 12)), yesAbout("afval", home("3512AB", 3)), yes("hitte"))
		d.imports(row("31611111111", "afval", home("3513CD", 4), time.Time{}))
		d.sees("before", d.subscribedTo(from), "afval", "afval", "afval?", "hitte")
		d.decides(from, bot.Consent{Topic: "afval", Wording: "Stoppen?", Language: "nl"})
		d.sees("after", d.subscribedTo(from), "hitte")
		d.sees("ledger", d.ledger()[3:], "afval - chat")
		if d.count(`SELECT count(*) FROM consent WHERE NOT given AND subscription IS NULL`) != 1 {
			t.Fatal("the line does not say that all of the topic ended")
		}
		d.decides(from, bot.Consent{Wording: "Alles?", Language: "nl"})
		d.sees("nothing", d.subscribedTo(from))
	})
}

func TestConsent_endingWhatWasNotThereIsNotedForThatAlone(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.decides(from, yesAbout("afval", home("3511LN", 12)))
		ends := yesAbout("afval", home("3512AB", 3))
		ends.Given = false
		d.decides(from, ends)
		d.sees("stands", d.subscribedTo(from), "afval")
		if d.count(`SELECT count(*) FROM consent WHERE NOT given AND subscription IS NULL`) != 0 {
			t.Fatal("the ledger says that all of the topic ended")
		}
	})
}

func TestConsent_aYesToWhatIsKeptGivesItAnewAndTakesInWhatWaits(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.decides(from, yesAbout("afval", home("3511LN", 12)))
		d.imports(row("31611111111", "afval", home("3512AB", 3), time.Time{}))
		d.now = noon.AddDate(1, 0, 0)
		again := yes("afval")
		again.Kept, again.About = true, bot.Value{}
		d.decides(from, again)
		d.sees("both", d.subscribedTo(from), "afval", "afval")
		if d.count(`SELECT count(*) FROM subscription WHERE given_at < $1`, d.stamp(noon.AddDate(1, 0, 0))) != 0 || d.count(`SELECT count(*) FROM pending`) != 0 {
			t.Fatal("not all of it was given anew")
		}
		d.sees("ledger", d.ledger(), "afval + chat", "afval + chat", "afval + chat")
		d.decides(from, yesAbout("afval", home("3512 ab", 3))) // what waited can be known again by what it is about
		d.sees("both still", d.subscribedTo(from), "afval", "afval")
	})
}

func TestConsent_aYesToWhatWasWithdrawnMeanwhileKeepsNothing(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.decides(from, yes("afval"))
		d.says(from, "ja")
		claim := d.claimOne()
		_, err := d.Withdraw(t.Context(), d.now, store.Withdrawal{Who: from, Topic: "afval", Source: "colleague"})
		d.ok(err)
		again := yes("afval")
		again.Kept = true
		d.finish(claim, bot.Outcome{Conversation: bot.Hide("{}"), Consents: []bot.Consent{again}})
		d.sees("nothing", d.subscribedTo(from))
		d.sees("ledger", d.ledger(), "afval + chat", "afval - colleague")
	})
}

func TestConsent_isNeverGivenAgainByChatting(t *testing.T) {
	ends := map[string]func(d *desk, from bot.Contact){
		"chat":       func(d *desk, from bot.Contact) { d.decides(from, bot.Consent{Topic: "afval"}) },
		"preference": func(d *desk, from bot.Contact) { d.event(from, bot.KindPreference, "", "") },
		"colleague": func(d *desk, from bot.Contact) {
			_, err := d.Withdraw(d.t.Context(), d.now, store.Withdrawal{Who: from, Source: "colleague"})
			d.ok(err)
		},
		"stop": func(d *desk, from bot.Contact) { d.stop(from); d.erase() },
		"paused": func(d *desk, from bot.Contact) { // somebody else writes with the number, and then the first again without it
			d.says(person("NL.ander", from.Phone.Reveal()), "hoi")
			d.finish(d.claimOne(), bot.Outcome{Conversation: bot.Hide("{}")})
		},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, d *desk) {
				from := person("NL.een", "31611111111")
				d.decides(from, yes("afval"))
				end(d, from)
				for range 3 {
					d.later(time.Hour)
					d.sees("nothing", d.subscribedTo(from))
				}
				d.decides(from, yes("afval"))
				d.sees("by an explicit yes", d.subscribedTo(from), "afval")
			})
		})
	}
}

func TestLedger_saysByWhichWordsHowAndWhen(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.decides(from, yes("afval"))
		d.says(from, "stop afval")
		claim := d.claimOne()
		d.finish(claim, bot.Outcome{Conversation: bot.Hide("{}"), Consents: []bot.Consent{{Topic: "afval", Wording: "Wilt u stoppen?", Language: "en", Version: "hash-2"}}})
		var lines []store.LedgerLine
		d.ok(d.Ledger(t.Context(), "", func(l store.LedgerLine) error { lines = append(lines, l); return nil }))
		if len(lines) != 2 {
			t.Fatalf("%d lines", len(lines))
		}
		given, ended := lines[0], lines[1]
		if !given.Given || given.Wording != yes("afval").Wording || given.Language != "nl" || given.Version != "hash-1" || !given.At.Equal(noon) || given.Subscription == "" {
			t.Errorf("given: %+v", given)
		}
		if ended.Given || ended.Wording != "Wilt u stoppen?" || ended.Language != "en" || ended.Version != "hash-2" || !ended.At.Equal(d.now) || ended.Pseudonym != given.Pseudonym {
			t.Errorf("ended: %+v", ended)
		}
		if d.text(`SELECT CAST(message_id AS text) FROM consent WHERE NOT given`) != string(claim.MessageID) {
			t.Error("the line does not name the message")
		}
		if d.count(`SELECT count(*) FROM resident WHERE CAST(id AS text) = $1`, string(given.Pseudonym)) != 0 {
			t.Error("the pseudonym is the resident's id")
		}
	})
}

func TestLedger_isReachedByTheReceiptOfAnErasureAndByNothingElse(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.decides(from, yes("afval"))
		d.decides(phone("31622222222"), yes("hitte"))
		d.stop(from)
		d.ok(d.Erase(t.Context(), d.now, d.closed()[0].Resident, nil, "BON-1"))
		pseudonym, err := d.PseudonymOfReceipt(t.Context(), "BON-1")
		d.ok(err)
		n := 0
		d.ok(d.Ledger(t.Context(), pseudonym, func(l store.LedgerLine) error {
			if n++; l.Topic != "afval" {
				t.Errorf("a line of somebody else: %+v", l)
			}
			return nil
		}))
		if n != 2 {
			t.Fatalf("%d lines", n)
		}
		if _, err := d.PseudonymOfReceipt(t.Context(), "BON-2"); err != store.ErrUnknownReceipt {
			t.Fatalf("%v", err)
		}
	})
}

func TestWithdraw_byPhoneOrIDEndsATopicAndErasesNothing(t *testing.T) {
	for name, who := range map[string]bot.Contact{"phone": phone("31611111111"), "id": {Channel: "cloudapi", Account: account, External: bot.Hide("NL.een")}} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, d *desk) {
				from := person("NL.een", "31611111111")
				d.decides(from, yesAbout("afval", home("3511LN", 12)), yesAbout("afval", home("3512AB", 3)), yes("hitte"))
				done, err := d.Withdraw(t.Context(), d.now, store.Withdrawal{Who: who, Topic: "afval", Source: "command", Reference: bot.Hide("zaak 9")})
				d.ok(err)
				if done != (store.Withdrawn{Known: true, Ended: 2}) {
					t.Fatalf("%+v", done)
				}
				d.sees("the other", d.subscribedTo(from), "hitte")
				d.sees("ledger", d.ledger()[3:], "afval - command")
				if d.count(`SELECT count(*) FROM consent WHERE reference IS NOT NULL`) != 1 || d.count(`SELECT count(*) FROM suppression`) != 1 {
					t.Fatal("the reference or the mark of the topic is not kept")
				}
			})
		})
	}
}

func TestWithdraw_ofSomeoneUnknownMakesNobodyAndHoldsAgainstAnOlderConsent(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		done, err := d.Withdraw(t.Context(), d.now, store.Withdrawal{Who: phone("31611111111"), Topic: "afval", Source: "command"})
		d.ok(err)
		if done != (store.Withdrawn{Noted: true}) || d.count(`SELECT count(*) FROM resident`) != 0 || d.count(`SELECT count(*) FROM consent`) != 0 {
			t.Fatalf("%+v", done)
		}
		before, after := noon.AddDate(0, 0, -3), noon.AddDate(0, 0, 2)
		d.now = noon.AddDate(0, 0, 5)
		d.sees("imports", d.imports(
			row("31611111111", "afval", bot.Value{}, before), row("31611111111", "afval", bot.Value{}, time.Time{}),
			row("31611111111", "hitte", bot.Value{}, before), row("31611111111", "afval", bot.Value{}, after),
		), "withdrew", "withdrew", "stands", "stands")
		done, err = d.Withdraw(t.Context(), d.now, store.Withdrawal{Who: bot.Contact{Channel: "cloudapi", Account: account, External: bot.Hide("NL.wie")}, Source: "command"})
		d.ok(err)
		if done != (store.Withdrawn{}) {
			t.Fatalf("of an id that nobody has: %+v", done)
		}
	})
}

func TestWithdraw_whatWaitsForTheTopicIsNotSent(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.decides(from, yesAbout("afval", home("3511LN", 12)), yes("hitte"))
		d.notify(from, "afval", "morgen-gft")
		d.notify(from, "hitte", "drink-water")
		resident := bot.ID(d.text(`SELECT CAST(id AS text) FROM resident`))
		done, err := d.Withdraw(t.Context(), d.now, store.Withdrawal{Resident: resident, Topic: "afval", Source: "colleague"})
		d.ok(err)
		if !done.Known || done.Ended != 1 {
			t.Fatalf("%+v", done)
		}
		if got := d.text(`SELECT topic FROM outbox WHERE reason = 'topic' AND state = 'waiting'`); got != "hitte" || len(d.sends(10)) != 1 {
			t.Fatalf("what waits is for %s", got)
		}
		if done, err = d.Withdraw(t.Context(), d.now, store.Withdrawal{Resident: bot.NewID(noon), Source: "colleague"}); err != nil || done.Known || done.Noted {
			t.Fatalf("%+v %v", done, err)
		}
	})
}

func TestLedger_aLineIsNeverChanged(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.subscribed(phone("31611111111"), "afval")
		if _, err := d.Exec(t.Context(), `UPDATE consent SET given = NOT given`); err == nil {
			t.Fatal("a line of the ledger was changed")
		}
		if d.count(`SELECT count(*) FROM consent WHERE given`) != 1 {
			t.Fatal("the ledger does not say what was said")
		}
	})
}
