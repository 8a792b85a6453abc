package engine

import (
	"slices"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/engine/floor"
)

// turnCost is what a turn may cost, codec included; facts measured with
// goflow: 1,810 allocations and 128 kB.
const (
	mostAllocations = 50
	mostBytes       = 3 << 10
)

// A turn of the benchmark goes from one question to the next over a state
// that only talks: "Jonger dan 18" and a price, in both directions.
func pingPong(b testing.TB, turns int) (e *Engine, state bot.Private, taps [2]bot.Message) {
	k := newTalk(b).says("paspoort").taps("Jonger dan 18").taps("maandag 09:00").says("Jan").at("paspoort", "klopt")
	taps[0] = bot.Message{Kind: bot.KindTap, Choice: "paspoort.klopt.andere_naam~1"}
	taps[1] = bot.Message{Kind: bot.KindText, Text: bot.Hide("Jan Jansen")}
	for i := range turns {
		k.send(taps[i%2])
	}
	return k.engine, k.state, taps
}

func step(b testing.TB, e *Engine, state bot.Private, m *bot.Message) bot.Private {
	m.Sent = morning
	out, err := e.Step(morning, state, bot.Input{Message: m})
	if err != nil || out.Reply == nil {
		b.Fatal("no answer", err)
	}
	return out.Conversation
}

func BenchmarkTurn(b *testing.B) {
	for _, c := range []struct {
		name  string
		turns int
	}{{"after_5", 6}, {"after_20", 20}} {
		b.Run(c.name, func(b *testing.B) {
			e, state, taps := pingPong(b, c.turns)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				state = step(b, e, state, &taps[i%2])
			}
		})
	}
}

// leastTurn is the floor over the flow of the benchmark. Targets are ratios to it.
func leastTurn(b testing.TB) func() {
	turn, err := floor.New(newTalk(b).engine.bundle.Flows["paspoort"], "klopt", morning,
		map[string]string{"klopt": "choice:andere_naam", "naam": "answered"})
	if err != nil {
		b.Fatal(err)
	}
	return func() {
		if err := turn(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFloor(b *testing.B) {
	move := leastTurn(b)
	b.ReportAllocs()
	for b.Loop() {
		move()
	}
}

// BenchmarkRatio takes turns and floors in alternating rounds, so that a busy
// machine slows both, and reports the median of the rounds' ratios: 1 would be
// as fast as the floor. The target is 0.27 or more, and 0.65 is the stretch.
func BenchmarkRatio(b *testing.B) {
	const perRound, rounds = 400, 31
	e, state, taps := pingPong(b, 6)
	move := leastTurn(b)
	i := 0
	turn := func() {
		state = step(b, e, state, &taps[i%2])
		i++
	}
	timed := func(do func()) float64 {
		from := time.Now()
		for range perRound {
			do()
		}
		return float64(time.Since(from))
	}
	var ratios []float64
	for b.Loop() {
		ratios = ratios[:0]
		for range rounds {
			ratios = append(ratios, timed(move)/timed(turn))
		}
		slices.Sort(ratios)
	}
	b.ReportMetric(ratios[rounds/2], "x-floor")
	b.ReportMetric(ratios[rounds/4], "x-floor-q1")
	b.ReportMetric(ratios[rounds*3/4], "x-floor-q3")
}

func BenchmarkFreeText(b *testing.B) {
	k := newTalk(b).says("hallo")
	m := bot.Message{Kind: bot.KindText, Text: bot.Hide("wanneer wordt bij ons de kliko geleegd")}
	b.ReportAllocs()
	for b.Loop() {
		step(b, k.engine, k.state, &m)
	}
}

func TestCost_allocationsOfATurn(t *testing.T) {
	e, state, taps := pingPong(t, 6)
	i := 0
	run := func() {
		state = step(t, e, state, &taps[i%2])
		i++
	}
	if n := testing.AllocsPerRun(500, run); n > mostAllocations {
		t.Errorf("a turn makes %.0f allocations, at most %d may be", n, mostAllocations)
	}
	result := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			run()
		}
	})
	if n := result.AllocedBytesPerOp(); n > mostBytes+overhead {
		t.Errorf("a turn takes %d bytes, at most %d may be", n, mostBytes)
	}
}

// A conversation does not grow with its turns: turn 20 costs what turn 1 did.
func TestCost_doesNotGrow(t *testing.T) {
	sizes := map[int]int{}
	for _, turns := range []int{10, 20, 200} {
		_, state, _ := pingPong(t, turns)
		sizes[turns] = len(state.Reveal())
	}
	if sizes[20] > sizes[10]+8 || sizes[200] > sizes[10]+8 {
		t.Errorf("sizes by turns: %v", sizes)
	}
}
