package privacy_test

import (
	"regexp"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/privacy"
	"github.com/gemeentebode/bode/flows"
	"github.com/gemeentebode/bode/locales"
)

// usual is a message of 200 characters as residents write them, with numbers
// that are no identifiers.
const usual = "Goedemiddag, ik woon op Domplein 12 in Utrecht (3511 LN) en mijn container is vorige week niet geleegd. " +
	"Mijn telefoonnummer is 06 12345678, kunt u mij bellen na 17:30 uur? Alvast bedankt, groet J. de V"

const question = `
title    = "Vraag"
purpose  = "municipal_service"
ground   = "public_task"
start    = "vraag"
keywords = ["vraag"]

[states.vraag]
ask        = "text"
text       = "Wat is uw vraag? Stuur nooit uw BSN of bankgegevens. Typ uw vraag in een paar zinnen."
max_length = 300
save       = "vraag"
next       = "wanneer"

[states.wanneer]
text    = "Wij bellen u binnen twee werkdagen terug over uw vraag. Wat komt u het best uit? U kunt ook langskomen in het stadhuis, Domplein 1, zonder afspraak."
save    = "wanneer"
choices = [
  { label = "In de ochtend",  value = "ochtend", next = "vraag" },
  { label = "In de middag",   value = "middag",  next = "vraag" },
  { label = "Maakt niet uit", value = "altijd",  next = "vraag" },
]
`

var morning = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// cost is a turn and the guard around it: the municipality's own words of a
// crisis and of STOP, a message of 200 characters, and the answer to it.
type cost struct {
	door         *privacy.Door
	engine       *engine.Engine
	conversation bot.Private
	message      bot.Message
	reply        bot.Reply
}

func newCost(t testing.TB) *cost {
	t.Helper()
	shared, err := flows.FS.ReadFile("bode.toml")
	if err != nil {
		t.Fatal(err)
	}
	shared = regexp.MustCompile(`(?m)^menu .*`).ReplaceAll(shared, []byte(`menu = ["vraag"]`))
	files := fstest.MapFS{"flows/bode.toml": {Data: shared}, "flows/vraag.toml": {Data: []byte(question)}}
	for _, language := range []string{"nl", "en"} {
		data, err := locales.FS.ReadFile("bode." + language + ".toml")
		if err != nil {
			t.Fatal(err)
		}
		files["locales/bode."+language+".toml"] = &fstest.MapFile{Data: data}
	}
	bundle, faults := flow.Load(files, flow.Options{At: morning, Live: true})
	if bundle == nil {
		t.Fatal(faults)
	}
	c := &cost{door: bundle.Door(), engine: engine.New(bundle), message: bot.Message{Kind: bot.KindText, Text: bot.Hide(usual), Sent: morning}}
	c.conversation = c.step(t, bot.Message{Kind: bot.KindText, Text: bot.Hide("vraag"), Sent: morning}).Conversation
	answer := c.step(t, c.message)
	if c.reply = *answer.Reply; len(c.reply.Buttons) != 3 {
		t.Fatalf("the turn goes elsewhere: %q", c.reply.Text.Reveal())
	}
	return c
}

func (c *cost) step(t testing.TB, m bot.Message) bot.Outcome {
	out, err := c.engine.Step(morning, c.conversation, bot.Input{Message: &m})
	if err != nil || out.Reply == nil {
		t.Fatal("no answer", err)
	}
	return out
}

// guard is the whole guard of one message: the door in, and the guard out on its answer.
func (c *cost) guard() bool {
	m := c.door.Enter(c.message)
	return privacy.AsksIn(c.reply) || m.Crisis != "" || m.Stop
}

// BenchmarkGuard takes the guard and an engine's turn over the same message in
// alternating rounds, so that a busy machine slows both, and reports the
// median of the rounds' ratios. At most 0.5 may be: "x-turn".
func BenchmarkGuard(b *testing.B) {
	const perRound, rounds = 200, 31
	c := newCost(b)
	timed := func(do func()) float64 {
		from := time.Now()
		for range perRound {
			do()
		}
		return float64(time.Since(from)) / perRound
	}
	var ratios, guards, turns []float64
	for b.Loop() {
		ratios, guards, turns = ratios[:0], guards[:0], turns[:0]
		for range rounds {
			guard, turn := timed(func() { c.guard() }), timed(func() { c.step(b, c.message) })
			ratios, guards, turns = append(ratios, guard/turn), append(guards, guard), append(turns, turn)
		}
		slices.Sort(ratios)
		slices.Sort(guards)
		slices.Sort(turns)
	}
	b.ReportMetric(ratios[rounds/2], "x-turn")
	b.ReportMetric(guards[rounds/2], "ns/guard")
	b.ReportMetric(turns[rounds/2], "ns/turn")
	b.ReportMetric(0, "ns/op")
}

func BenchmarkEnter(b *testing.B) {
	c := newCost(b)
	b.ReportAllocs()
	for b.Loop() {
		c.door.Enter(c.message)
	}
}

func BenchmarkAsksIn(b *testing.B) {
	c := newCost(b)
	b.ReportAllocs()
	for b.Loop() {
		privacy.AsksIn(c.reply)
	}
}

func BenchmarkTurn(b *testing.B) {
	c := newCost(b)
	b.ReportAllocs()
	for b.Loop() {
		c.step(b, c.message)
	}
}

// mostGuardAllocations is what the whole guard may ask of memory, of the 34
// times that the turn itself does: a count is the same on every machine, so
// that this, and no time, is what the ordinary suite holds.
const mostGuardAllocations = 6

func TestGuard_allocationsAgainstATurn(t *testing.T) {
	c := newCost(t)
	guard := testing.AllocsPerRun(200, func() { c.guard() })
	turn := testing.AllocsPerRun(200, func() { c.step(t, c.message) })
	t.Logf("the guard allocates %.0f times, the turn %.0f", guard, turn)
	if guard > mostGuardAllocations || guard > turn/2 {
		t.Errorf("the guard allocates %.0f times, the turn %.0f: at most %d, and half", guard, turn, mostGuardAllocations)
	}
}
