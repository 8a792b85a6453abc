package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store/storetest"
)

func (d *desk) glance(messages ...bot.Message) []bot.Claim {
	d.t.Helper()
	claims, err := d.Glance(d.t.Context(), d.now, messages)
	d.ok(err)
	return claims
}

func (d *desk) glanceOne(m bot.Message) bot.Claim {
	d.t.Helper()
	claims := d.glance(m)
	if len(claims) != 1 {
		d.t.Fatalf("%d turns were seen, want 1", len(claims))
	}
	return claims[0]
}

// answersAtOnce keeps claims of a glance, each with the answer that answerAll gives.
func (d *desk) answersAtOnce(claims ...bot.Claim) []bool {
	d.t.Helper()
	var turns []bot.Finish
	for _, claim := range claims {
		turns = append(turns, bot.Finish{Claim: claim, Outcome: outcome("antwoord op " + claim.Message.Text.Reveal())})
	}
	kept, err := d.KeepAnswered(d.t.Context(), d.now, turns)
	d.ok(err)
	return kept
}

// answerAll ends turns that began, and then all that are due.
func (d *desk) answerAll(claims []bot.Claim) {
	d.t.Helper()
	for ; len(claims) > 0; claims = d.claim(10) {
		for _, claim := range claims {
			d.finish(claim, outcome("antwoord op "+claim.Message.Text.Reveal()))
		}
	}
}

// everything gives all that a turn may write, as one text.
func (d *desk) everything() string {
	d.t.Helper()
	return d.text(`SELECT concat_ws(chr(10),
		(SELECT string_agg(to_jsonb(r)::text, chr(10) ORDER BY id) FROM resident r), (SELECT string_agg(to_jsonb(i)::text, chr(10) ORDER BY id) FROM inbox i),
		(SELECT string_agg(to_jsonb(o)::text, chr(10) ORDER BY id) FROM outbox o), (SELECT string_agg(to_jsonb(d)::text, chr(10) ORDER BY hash) FROM dedupe d))`)
}

// What is seen is what a claim would have given, of every kind of message.
func TestGlance_seesTheTurnThatAClaimWouldGive(t *testing.T) {
	for name, of := range map[string]func(*bot.Message){
		"a text":       func(*bot.Message) {},
		"a masked one": func(m *bot.Message) { m.Masked = []string{"bsn", "iban"} },
		"a crisis":     func(m *bot.Message) { m.Text, m.Crisis = bot.Private{}, "suicide" },
		"a tap":        func(m *bot.Message) { m.Kind, m.Choice = bot.KindTap, "melding/straat" },
		"a place": func(m *bot.Message) {
			m.Kind, m.Place = bot.KindPlace, &bot.Place{Latitude: 52.1, Longitude: 5.1, Name: bot.Hide("Domplein")}
		},
		"a picture":            func(m *bot.Message) { m.Kind, m.Media = bot.KindMedia, "image" },
		"a stamp of yesterday": func(m *bot.Message) { m.Sent = noon.AddDate(0, 0, -1) },
		"no stamp":             func(m *bot.Message) { m.Sent = time.Time{} },
	} {
		t.Run(name, func(t *testing.T) {
			d := onPostgres(t)
			who := person("NL.1", "31611111111")
			d.decides(who, yes("afval"), yes("hitte"))
			d.answered(who, "hallo")
			d.publish("a newer one")
			d.later(time.Minute)
			m := d.message(who, "Wanneer?")
			of(&m)
			seen := d.glanceOne(m)
			d.receive(m)
			claimed := d.claimOne()
			same := func(c bot.Claim) bot.Claim {
				c.Token, c.Until, c.MessageID = "", time.Time{}, ""
				return c
			}
			if diff := cmp.Diff(same(claimed), same(seen), cmp.Transformer("reveal", reveal)); diff != "" {
				t.Error(diff)
			}
			if seen.MessageID == "" || seen.Token != "" || len(seen.Subscribed) != 2 || seen.Bundle != "a newer one" {
				t.Errorf("%+v", seen)
			}
		})
	}
}

// What Glance leaves out goes the usual way.
func TestGlance_leavesOut(t *testing.T) {
	who, other := person("NL.1", "31611111111"), person("NL.2", "31622222222")
	one := func(d *desk) []bot.Message { return []bot.Message{d.message(who, "vraag")} }
	and := func(change func(*bot.Message)) func(d *desk) []bot.Message {
		return func(d *desk) []bot.Message {
			second := d.message(who, "en")
			change(&second)
			return append(one(d), second)
		}
	}
	for name, messages := range map[string]func(d *desk) []bot.Message{
		"somebody new":                         func(d *desk) []bot.Message { return []bot.Message{d.message(person("NL.3", "31633333333"), "hoi")} },
		"somebody with another number":         func(d *desk) []bot.Message { return []bot.Message{d.message(person("NL.1", "31644444444"), "hoi")} },
		"somebody who is known by number only": func(d *desk) []bot.Message { return []bot.Message{d.message(phone("31611111111"), "hoi")} },
		"somebody for whom a message is open":  func(d *desk) []bot.Message { d.says(who, "eerst"); return one(d) },
		"somebody whose turn is claimed":       func(d *desk) []bot.Message { d.says(who, "eerst"); d.claimOne(); return one(d) },
		"somebody whose turn is given back": func(d *desk) []bot.Message {
			d.says(who, "eerst")
			d.ok(d.RetryTurn(d.t.Context(), d.now, d.claimOne(), d.now.Add(time.Hour)))
			return one(d)
		},
		"what was kept before":                    func(d *desk) []bot.Message { m := one(d); d.answerAll(d.receiveTurns(1, m...).Claims); return m },
		"what was kept and answered at once":      func(d *desk) []bot.Message { m := one(d); d.answersAtOnce(d.glance(m...)...); return m },
		"STOP":                                    func(d *desk) []bot.Message { m := one(d); m[0].Stop = true; return m },
		"a message with a STOP after it":          and(func(m *bot.Message) { m.Stop = true }),
		"a message that was taken back after it":  and(func(m *bot.Message) { m.Kind, m.Original = bot.KindRevoked, bot.Hide("x") }),
		"a message that was changed after it":     and(func(m *bot.Message) { m.Kind, m.Original = bot.KindEdited, bot.Hide("x") }),
		"a message with a withdrawal after it":    and(func(m *bot.Message) { m.Kind = bot.KindPreference }),
		"a message with an event stamped earlier": and(func(m *bot.Message) { m.Kind, m.Sent = bot.KindReaction, noon.Add(-time.Hour) }),
		"a message without an id":                 func(d *desk) []bot.Message { m := one(d); m[0].ID = bot.Private{}; return m },
		"what is stamped before an erasure": func(d *desk) []bot.Message {
			m := one(d)
			d.later(time.Minute)
			d.stop(who)
			d.erase()
			d.answered(who, "terug")
			return m
		},
		"a conversation that cannot be opened": func(d *desk) []bot.Message {
			m := one(d)
			d.exec(`UPDATE resident SET conversation = 'broken' WHERE id = $1`, d.glanceOne(m[0]).Resident)
			return m
		},
		"nothing": func(*desk) []bot.Message { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			d := onPostgres(t)
			d.answered(who, "hallo")
			d.answered(other, "hallo")
			brought := messages(d)
			before := d.everything()
			if claims := d.glance(brought...); len(claims) != 0 {
				t.Errorf("%d turns were seen", len(claims))
			}
			if d.everything() != before {
				t.Error("a glance wrote")
			}
			if claims := d.glance(append(brought, d.message(other, "hoi"))...); len(claims) != 1 || reveal(claims[0].Message.From.External) != "NL.2" {
				t.Errorf("somebody else's is not seen beside it: %d", len(claims))
			}
		})
	}
	t.Run("all on SQLite", func(t *testing.T) {
		d := &desk{Store: storetest.Open(t, storetest.SQLite(t)), t: t, now: noon}
		d.answered(who, "hallo")
		if len(d.glance(one(d)...)) != 0 {
			t.Error("it was seen")
		}
	})
	t.Run("the second of two messages", func(t *testing.T) {
		d := onPostgres(t)
		d.answered(who, "hallo")
		later, earlier := d.message(who, "twee"), d.message(who, "een")
		earlier.Sent = earlier.Sent.Add(-time.Second)
		if seen := d.glance(later, earlier, earlier); len(seen) != 1 || reveal(seen[0].Message.Text) != "een" {
			t.Errorf("%d turns", len(seen))
		}
	})
}
