package engine

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gemeentebode/bode/bot"
)

// filler is a flow that nobody in these tests comes to.
const filler = `
title    = "Onderwerp %[1]s"
purpose  = "municipal_service"
ground   = "public_task"
start    = "vraag"
keywords = ["%[1]s"]

[states.vraag]
ask        = "text"
text       = "Wat is uw vraag? Typ uw vraag in een paar zinnen."
max_length = 300
save       = "vraag"
next       = "wanneer"

[states.wanneer]
text    = "Wij bellen u binnen twee werkdagen terug. Wat komt u het best uit?"
save    = "wanneer"
choices = [
  { label = "In de ochtend", value = "ochtend", next = "vraag" },
  { label = "In de middag",  value = "middag",  next = "klaar" },
]

[states.klaar]
text = "Dank u wel."
end  = true
`

const fillerEnglish = `
[vuller_%[1]d]
title    = "Subject %[2]s"
keywords = "%[2]sx"
[vuller_%[1]d.vraag]
text = "What is your question? Type it in a few sentences."
[vuller_%[1]d.wanneer]
text = "We call you back within two working days. What suits you best?"
[vuller_%[1]d.wanneer.choice]
ochtend = "In the morning"
middag  = "In the afternoon"
[vuller_%[1]d.klaar]
text = "Thank you."
`

// spelled is a word of its own for each number, no two within a typing error.
func spelled(n int) string {
	const letters = "bdfgklmprtvz"
	var word strings.Builder
	for range 4 {
		letter := string(letters[n%len(letters)])
		word.WriteString(letter + "oe" + letter)
		n /= len(letters)
	}
	return word.String()
}

// withFlows is the engine of the tests' bundle with so many flows in all.
func withFlows(t testing.TB, number int) *Engine {
	t.Helper()
	all := files(t)
	had := 0
	for name := range all {
		if strings.HasPrefix(name, "flows/") && strings.HasSuffix(name, ".toml") && name != "flows/bode.toml" {
			had++
		}
	}
	for i := had; i < number; i++ {
		all[fmt.Sprintf("flows/vuller_%d.toml", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, filler, spelled(i))}
		all["locales/test.en.toml"] = &fstest.MapFile{Data: fmt.Appendf(all["locales/test.en.toml"].Data, fillerEnglish, i, spelled(i))}
	}
	return New(load(t, all))
}

// measured is what one turn costs, and how large the conversation is that it
// leaves, after so many turns.
type measured struct{ allocations, bytes, size int64 }

func costOf(t testing.TB, e *Engine, turns int) measured {
	t.Helper()
	k := talkWith(t, e).says("paspoort").taps("Jonger dan 18").taps("maandag 09:00").says("Jan").at("paspoort", "klopt")
	taps := [2]bot.Message{
		{Kind: bot.KindTap, Choice: "paspoort.klopt.andere_naam~1"},
		{Kind: bot.KindText, Text: bot.Hide("Jan Jansen")},
	}
	for i := range turns {
		k.send(taps[i%2])
	}
	state, i := k.state, turns
	turn := func() {
		state = step(t, e, state, &taps[i%2])
		i++
	}
	cost := measured{size: int64(len(state.Reveal()))}
	cost.allocations = int64(testing.AllocsPerRun(400, turn))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 400 {
		turn()
	}
	runtime.ReadMemStats(&after)
	cost.bytes = int64(after.TotalAlloc-before.TotalAlloc) / 400
	return cost
}

// exceeds tells whether a turn costs more than another one did. The number of a
// run or of a message may be a digit longer.
func (c measured) exceeds(o measured) bool {
	return c.allocations > o.allocations+3 || c.bytes > o.bytes+128 || c.size > o.size+8
}

func TestGrow_aTurnCostsTheSameAfterManyTurnsAndInALargeBundle(t *testing.T) {
	var first measured
	for _, flows := range []int{10, 200} {
		e := withFlows(t, flows)
		for _, turns := range []int{1, 20, 200} {
			got := costOf(t, e, turns)
			t.Logf("%3d flows, after %3d turns: %+v", flows, turns, got)
			if first == (measured{}) {
				first = got
			}
			if got.exceeds(first) {
				t.Errorf("with %d flows, after %d turns a turn costs %+v; the first cost %+v", flows, turns, got, first)
			}
		}
	}
}

// BenchmarkGrow gives the times that go with those counts.
func BenchmarkGrow(b *testing.B) {
	for _, flows := range []int{10, 200} {
		e := withFlows(b, flows)
		for _, turns := range []int{2, 20, 200} {
			b.Run(fmt.Sprintf("%d_flows/after_%d", flows, turns), func(b *testing.B) {
				k := talkWith(b, e).says("paspoort").taps("Jonger dan 18").taps("maandag 09:00").says("Jan").at("paspoort", "klopt")
				taps := [2]bot.Message{{Kind: bot.KindTap, Choice: "paspoort.klopt.andere_naam~1"}, {Kind: bot.KindText, Text: bot.Hide("Jan Jansen")}}
				for i := range turns {
					k.send(taps[i%2])
				}
				state := k.state
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					state = step(b, e, state, &taps[i%2])
				}
			})
		}
	}
}
