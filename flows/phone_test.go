package flows_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/service/address"
	"github.com/gemeentebode/bode/bot/service/waste"
)

// phone is one resident in a conversation with the example town.
type phone struct {
	t            *testing.T
	engine       *engine.Engine
	now          time.Time
	conversation bot.Private
	last         bot.Reply
	broken       map[string]bool // operations that fail
	service      service         // nil: the calendar and the addresses, which need no store
	resident     bot.ID
	messages     int
}

func newPhone(t *testing.T, now string) *phone {
	t.Helper()
	return phoneOf(t, engine.New(load(t)), now)
}

func phoneOf(t *testing.T, e *engine.Engine, now string) *phone {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", now, zone)
	if err != nil {
		t.Fatal(err)
	}
	return &phone{t: t, engine: e, now: at, broken: map[string]bool{}}
}

// types sends a text and reads the answer; tapping is typing a label's words.
func (p *phone) types(text string) string {
	p.t.Helper()
	return p.sends(bot.Message{Kind: bot.KindText, Text: bot.Hide(text)})
}

// taps presses the button or row with this label under the last answer.
func (p *phone) taps(label string) string {
	p.t.Helper()
	choices := p.last.Buttons
	if p.last.List != nil {
		choices = p.last.List.Rows
	}
	for _, c := range choices {
		if c.Label.Reveal() == label {
			return p.sends(bot.Message{Kind: bot.KindTap, Choice: c.ID, Text: c.Label})
		}
	}
	p.t.Fatalf("there is no %q under:\n%s", label, p.shown())
	return ""
}

func (p *phone) sends(m bot.Message) string {
	p.t.Helper()
	p.now, p.messages = p.now.Add(time.Minute), p.messages+1
	m.Sent = p.now
	in := bot.Input{Message: &m}
	replies := 0
	for calls := range 20 {
		outcome, err := p.engine.Step(p.now, p.conversation, in)
		if err != nil {
			p.t.Fatal(err)
		}
		p.conversation = outcome.Conversation
		if outcome.Reply != nil {
			replies, p.last = replies+1, *outcome.Reply
		}
		if outcome.Call == nil {
			if replies != 1 {
				p.t.Fatalf("one message got %d answers", replies)
			}
			return p.shown()
		}
		outcome.Call.Resident, outcome.Call.Key = p.resident, fmt.Sprintf("%s/%d/%d", p.resident, p.messages, calls)
		result := p.serve(*outcome.Call)
		in = bot.Input{Result: &result}
	}
	p.t.Fatal("the turn does not end")
	return ""
}

func (p *phone) serve(call bot.Call) bot.Result {
	p.t.Helper()
	if p.broken[call.Operation] {
		return bot.Result{Outcome: "failed"}
	}
	service := waste.Example().Call
	if strings.HasPrefix(call.Operation, "address.") {
		service = address.Example().Call
	} else if p.service != nil {
		service = p.service.Call
	}
	result, err := service(context.Background(), p.now, call)
	if err != nil {
		p.t.Logf("%s: %v", call.Operation, err)
	}
	return result
}

// shown is the last answer as a person sees it.
func (p *phone) shown() string {
	var b strings.Builder
	b.WriteString(p.last.Text.Reveal())
	for _, c := range p.last.Buttons {
		fmt.Fprintf(&b, "\n[%s]", c.Label.Reveal())
	}
	if p.last.List != nil {
		for _, c := range p.last.List.Rows {
			fmt.Fprintf(&b, "\n- %s", c.Label.Reveal())
			if !c.Description.Empty() {
				fmt.Fprintf(&b, " (%s)", c.Description.Reveal())
			}
		}
	}
	if p.last.Link != nil {
		fmt.Fprintf(&b, "\n<%s>", p.last.Link.URL)
	}
	return b.String()
}

// holds fails when a part is missing, and shows the whole answer.
func (p *phone) holds(answer string, parts ...string) {
	p.t.Helper()
	for _, part := range parts {
		if !strings.Contains(answer, part) {
			p.t.Errorf("%q is missing in:\n%s", part, answer)
		}
	}
}
