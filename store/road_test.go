package store_test

import (
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
)

func TestRoad_aMessageIsAnsweredAndSent(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.ok(d.PutBundle(t.Context(), d.now, "hash-1", []byte("flows"), "ans"))
		from := person("NL.abc", "31612345678")
		d.says(from, "wanneer wordt de kliko geleegd")

		claim := d.claimOne()
		if claim.Message.Text.Reveal() != "wanneer wordt de kliko geleegd" || claim.Seq != 1 || claim.Tries != 1 || claim.Bundle != "hash-1" {
			t.Fatalf("claim %+v", claim)
		}
		if !claim.Message.From.External.Equal(from.External) || !claim.Message.From.Phone.Equal(from.Phone) || !claim.Message.Sent.Equal(noon) {
			t.Fatal("the sender or the stamp did not come back")
		}
		if !claim.Conversation.Empty() || claim.Subscribed != nil {
			t.Fatal("a first contact has no conversation and no subscriptions")
		}
		d.finish(claim, outcome("Wat is uw postcode?"))

		send := d.sendOne()
		if send.Reason != bot.ReasonAnswer || send.Reply.Text.Reveal() != "Wat is uw postcode?" || !send.To.External.Equal(from.External) || !send.At.Equal(d.now) {
			t.Fatalf("send %+v", send)
		}
		d.ok(d.MarkSent(t.Context(), d.now, send, bot.Hide("wamid.out")))
		if more := d.sends(10); len(more) != 0 {
			t.Fatal("it was claimed twice")
		}

		d.says(from, "3511LN 12")
		if next := d.claimOne(); next.Seq != 2 || next.Conversation.Reveal() != `{"after":"Wat is uw postcode?"}` {
			t.Fatalf("the second turn does not go on from the first: %+v", next)
		}
	})
}

func TestRoad_theCountsTellWhatIsOpen(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		check := func(when string, open, waiting, unknown int) {
			t.Helper()
			c, err := d.Counts(t.Context(), d.now)
			d.ok(err)
			if c.Open != open || c.Waiting != waiting || c.Unknown != unknown {
				t.Fatalf("%s: %+v", when, c)
			}
		}
		check("empty", 0, 0, 0)
		d.says(phone("31612345678"), "een", "twee")
		check("accepted", 2, 0, 0)
		d.finish(d.claimOne(), outcome("een"))
		check("one finished", 1, 1, 0)
		d.sendOne()
		check("on its way", 1, 1, 0)
		d.later(time.Minute)
		check("lease over", 1, 0, 1)
	})
}
