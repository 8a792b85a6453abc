package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/store/storetest"
)

// tinyBench is everything, as small as it can be.
var tinyBench = benchSizes{rounds: 1, turns: 60, seconds: 1, people: 40, steps: 40, open: 300 * time.Millisecond, paced: 1, fanout: 400, town: 100}

func TestBench_everyRowOfTheTargetsIsMeasuredAndNothingIsLost(t *testing.T) {
	t.Parallel()
	storetest.Postgres(t) // skips where there is none
	file := filepath.Join(t.TempDir(), "bench.json")
	var out, progress bytes.Buffer
	cmd := benchCmd{JSON: file, Parallel: 8, sizes: &tinyBench}
	if err := cmd.Run(t.Context(), streams{strings.NewReader(""), &out, &progress}); err != nil {
		t.Fatalf("%v\n%s", err, &progress)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var got benchReport
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	for _, p := range benchParts() {
		for _, row := range p.rows {
			if !slices.ContainsFunc(got.Rows, func(r result) bool { return r.Row == row && len(r.Rounds) > 0 && r.Product.Median > 0 }) {
				t.Errorf("row %s was not measured", row)
			}
		}
	}
	for _, what := range []string{"engine turn with state codec", "turn cost after 20 turns / after 1", "allocations a turn", "one a transaction", "with group commit",
		"delivered turns", "statements a turn", "WAL a turn", "at half load, p50", "the same, p99", "ingress without database", "pacing at 80/s", "pacing at 1000/s",
		"fan-out of 400", "interactive p99 during the fan-out", "≥ 0.27", "≤ 1.05", "≥ 0.7", "≥ 2 ", "≥ 1.2", "≤ 8 ", "≤ 20", "≥ 0.98", "≤ 1.3"} {
		if !strings.Contains(out.String(), what) {
			t.Errorf("the table does not say %q:\n%s", what, &out)
		}
	}
	if w := got.Judged; w.Messages < 3*tinyBench.turns || w.err() != nil {
		t.Errorf("judged: %+v", w)
	}
}

func TestJudge_whatIsLostDoubledOrOutOfOrderEndsTheBench(t *testing.T) {
	for name, c := range map[string]struct {
		heard []string
		want  wrongs
	}{
		"each once and in order":       {[]string{"U zei: m1\nEn nu?", "U zei: m2", "U zei: m3"}, wrongs{Messages: 3}},
		"one is never answered":        {[]string{"U zei: m1", "U zei: m3"}, wrongs{Messages: 3, Lost: 1}},
		"one is answered twice":        {[]string{"U zei: m1", "U zei: m2", "U zei: m2", "U zei: m3"}, wrongs{Messages: 3, Doubled: 1}},
		"two change places":            {[]string{"U zei: m2", "U zei: m1", "U zei: m3"}, wrongs{Messages: 3, Disordered: 1}},
		"one that nobody wrote":        {[]string{"U zei: m1", "U zei: m2", "U zei: m3", "U zei: m4"}, wrongs{Messages: 3, Strange: 1}},
		"a greeting is not judged":     {[]string{"Wat wilt u melden?", "U zei: m1", "U zei: m2", "U zei: m3"}, wrongs{Messages: 3}},
		"nothing is answered":          {nil, wrongs{Messages: 3, Lost: 3}},
		"the last one comes back late": {[]string{"U zei: m1", "U zei: m2", "U zei: m3", "U zei: m1"}, wrongs{Messages: 3, Doubled: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			j := newJudge()
			for range 3 {
				j.wrote("NL.1", j.next("NL.1"))
			}
			for _, text := range c.heard {
				j.hears("NL.1", text)
			}
			got := j.verdict()
			if got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
			bad := c.want.Lost+c.want.Doubled+c.want.Disordered+c.want.Strange > 0
			if code := exitCode(got.err(), streams{err: &bytes.Buffer{}}); (code == exitFaults) != bad || errors.Is(got.err(), errUnfaithful) != bad {
				t.Errorf("exit code %d, error %v", code, got.err())
			}
			if again := j.verdict(); again != (wrongs{}) {
				t.Errorf("judged a second time: %+v", again)
			}
		})
	}
}

func TestJudge_anAnswerToSomebodyWhoWroteNothingIsStrange(t *testing.T) {
	j := newJudge()
	j.hears("NL.2", "U zei: m1")
	if w := j.verdict(); w != (wrongs{Strange: 1}) {
		t.Errorf("%+v", w)
	}
}

func TestFanTown_whoIsToldTwiceOrNotAtAllEndsTheBench(t *testing.T) {
	const size = 30
	for name, c := range map[string]struct {
		change func(told map[string]int)
		want   wrongs
	}{
		"each subscriber once":       {func(map[string]int) {}, wrongs{}},
		"one twice":                  {func(told map[string]int) { told[benchPerson(3).Key()]++ }, wrongs{Doubled: 1}},
		"one not":                    {func(told map[string]int) { delete(told, benchPerson(3).Key()) }, wrongs{Lost: 1}},
		"one whose consent is away":  {func(told map[string]int) { told[benchPerson(17).Key()] = 1 }, wrongs{Strange: 1}},
		"somebody from another town": {func(told map[string]int) { told["NL.9"] = 1 }, wrongs{Strange: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fanTown{size: size, told: map[string]int{}}
			for i := range size {
				if standing(i) == subscribed {
					f.hear(fakegraph.Sent{To: benchPerson(i).Key(), Type: "template"})
				}
			}
			c.change(f.told)
			c.want.Messages = f.subscribers()
			if got := f.verdict(); got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

func TestResult_isMeasuredByTheMedianOfTheRoundsRatios(t *testing.T) {
	rounds := []round{{10, 100}, {30, 100}, {80, 100}} // one slow machine, one fast
	for name, c := range map[string]struct {
		row  result
		want string
	}{
		"below what is asked":    {least("r", "w", "", "a", 0.31, 0.5, rounds), "missed"},
		"what is asked":          {least("r", "w", "", "a", 0.3, 0.5, rounds), "met"},
		"more than that":         {least("r", "w", "", "a", 0.1, 0.3, rounds), "stretch"},
		"above what is allowed":  {atMost("r", "w", "", "a", 0.29, 0.2, rounds), "missed"},
		"what is allowed":        {atMost("r", "w", "", "a", 0.3, 0.2, rounds), "met"},
		"less than that":         {atMost("r", "w", "", "a", 0.4, 0.3, rounds), "stretch"},
		"nothing is asked of it": {trend("r", "w", "", "a", rounds), "-"},
	} {
		if c.row.Verdict != c.want || c.row.Ratio.Median != 0.3 {
			t.Errorf("%s: %s at %v, want %s at 0.3", name, c.row.Verdict, c.row.Ratio.Median, c.want)
		}
	}
}

func TestDensest_looksAtEverySecondWhereverItBegins(t *testing.T) {
	start := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	var sent []time.Time
	for _, ms := range []int{0, 600, 900, 1100, 1500, 1599, 1600, 2700} {
		sent = append(sent, start.Add(time.Duration(ms)*time.Millisecond))
	}
	if got := densest(sent); got != 5 { // from 600 to 1599; 1600 is a second later
		t.Errorf("%d, want 5", got)
	}
	if got := between(sent); got < 2.59 || got > 2.6 { // seven steps in 2.7 s
		t.Errorf("%v a second", got)
	}
}

func TestBench_aRowThatIsNotThereIsNamedAndTheOthersAreTold(t *testing.T) {
	code, _, errs := command(t, "", "bench", "--only", "hoofdprijs")
	if code != exitUse || !strings.Contains(errs, "hoofdprijs") || !strings.Contains(errs, "turns (single, group, delivered, counts)") {
		t.Errorf("exit code %d: %s", code, errs)
	}
}

func TestAgainLater_aRepetitionComesAfterItsMessageAndChangesNoOrder(t *testing.T) {
	var line []written
	for n := range 2000 {
		line = append(line, written{number: n + 1})
	}
	last, repeated := 0, 0
	for _, w := range againLater(line) {
		switch {
		case w.again && w.number > last:
			t.Fatalf("%d is repeated before it was written", w.number)
		case w.again:
			repeated++
		case w.number != last+1:
			t.Fatalf("%d comes after %d", w.number, last)
		default:
			last = w.number
		}
	}
	if last != len(line) || repeated < len(line)*redelivered/300 || repeated > len(line)*redelivered*3/100 {
		t.Errorf("%d of %d messages, %d repeated", last, len(line), repeated)
	}
}
