package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/inbox"
	"github.com/gemeentebode/bode/bot/outbox"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

var (
	_ inbox.Store  = (*store.Store)(nil)
	_ outbox.Store = (*store.Store)(nil)
)

func TestMain(m *testing.M) { storetest.Main(m) }

const account = "100"

// noon is when the tests begin; winter time, so 13:00 in Voorbeeldstad.
var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

var pace = bot.Pace{PerSecond: 80, Horizon: time.Second, Lease: 30 * time.Second, Useful: 2 * time.Hour, Topics: 100, TopicHorizon: time.Second}

// desk is a store with the words that the tests speak.
type desk struct {
	*store.Store
	t   *testing.T
	now time.Time
	n   int
}

func each(t *testing.T, test func(t *testing.T, d *desk)) {
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(t, &desk{Store: s, t: t, now: noon}) })
}

func (d *desk) ok(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) later(by time.Duration) { d.now = d.now.Add(by) }

// phone is a contact that is known by its number alone.
func phone(number string) bot.Contact {
	return bot.Contact{Channel: "cloudapi", Account: account, External: bot.Hide(number), Phone: bot.Hide(number)}
}

// person is a contact with a business-scoped user id.
func person(id, number string) bot.Contact {
	return bot.Contact{Channel: "cloudapi", Account: account, External: bot.Hide(id), Phone: bot.Hide(number)}
}

func (d *desk) message(from bot.Contact, text string) bot.Message {
	d.n++
	return bot.Message{From: from, ID: bot.Hide(fmt.Sprintf("wamid.%d", d.n)), Sent: d.now.Truncate(time.Second), Kind: bot.KindText, Text: bot.Hide(text)}
}

func (d *desk) receive(messages ...bot.Message) bot.Received {
	d.t.Helper()
	got, err := d.Receive(d.t.Context(), d.now, messages)
	d.ok(err)
	return got
}

func (d *desk) says(from bot.Contact, texts ...string) {
	d.t.Helper()
	var messages []bot.Message
	for _, text := range texts {
		messages = append(messages, d.message(from, text))
	}
	if got := d.receive(messages...); got.Kept != len(texts) {
		d.t.Fatalf("kept %+v of %d messages", got, len(texts))
	}
}

func (d *desk) stop(from bot.Contact) {
	d.t.Helper()
	m := d.message(from, "stop")
	m.Stop = true
	if got := d.receive(m); got.Kept != 1 {
		d.t.Fatalf("the STOP was not taken: %+v", got)
	}
}

const lease = time.Minute

func (d *desk) claim(limit int) []bot.Claim {
	d.t.Helper()
	claims, err := d.ClaimTurns(d.t.Context(), d.now, lease, limit)
	d.ok(err)
	return claims
}

func (d *desk) claimOne() bot.Claim {
	d.t.Helper()
	claims := d.claim(10)
	if len(claims) != 1 {
		d.t.Fatalf("%d turns were claimed, want 1", len(claims))
	}
	return claims[0]
}

// outcome answers with a text.
func outcome(text string) bot.Outcome {
	return bot.Outcome{Conversation: bot.Hide(`{"after":"` + text + `"}`), Reply: &bot.Reply{Text: bot.Hide(text)}}
}

func (d *desk) finish(claim bot.Claim, o bot.Outcome) {
	d.t.Helper()
	d.ok(d.tryFinish(claim, o))
}

func (d *desk) tryFinish(claim bot.Claim, o bot.Outcome) error {
	d.t.Helper()
	return d.FinishTurns(d.t.Context(), d.now, []bot.Finish{{Claim: claim, Outcome: o}})[0].Err
}

// answered has one message of a contact answered, up to the waiting row.
func (d *desk) answered(from bot.Contact, text string) {
	d.t.Helper()
	d.says(from, text)
	d.finish(d.claimOne(), outcome("antwoord op "+text))
}

func (d *desk) sends(limit int) []bot.Send {
	d.t.Helper()
	sends, err := d.ClaimSends(d.t.Context(), d.now, account, limit, pace)
	d.ok(err)
	return sends
}

func (d *desk) sendOne() bot.Send {
	d.t.Helper()
	sends := d.sends(10)
	if len(sends) != 1 {
		d.t.Fatalf("%d sends were claimed, want 1", len(sends))
	}
	return sends[0]
}

// sent claims and sends all that waits, and gives the texts in order.
func (d *desk) sent() []string {
	d.t.Helper()
	var texts []string
	for {
		sends := d.sends(10)
		if len(sends) == 0 {
			return texts
		}
		for _, send := range sends {
			if send.Notify != nil {
				texts = append(texts, "bericht "+send.Notify.Run.Job)
			} else {
				texts = append(texts, send.Reply.Text.Reveal())
			}
			d.ok(d.MarkSent(d.t.Context(), d.now, send, bot.Hide("wamid.out."+string(send.ID))))
		}
		d.later(time.Second)
	}
}

func (d *desk) count(query string, args ...any) int {
	d.t.Helper()
	var n int
	d.ok(d.DB().GetContext(d.t.Context(), &n, query, args...))
	return n
}

func (d *desk) text(query string, args ...any) string {
	d.t.Helper()
	var text string
	d.ok(d.DB().GetContext(d.t.Context(), &text, query, args...))
	return text
}

func join(texts []string) string { return strings.Join(texts, " | ") }
