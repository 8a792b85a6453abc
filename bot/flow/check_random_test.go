package flow

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"
)

// madeState is a state of a flow that a test makes up: good by construction.
type madeState struct {
	kind, save string
	targets    []string // by number, or "menu"
	shows      []string
}

// madeFlow makes a flow in which every state leads on to the next, so that all
// can be reached and reach the end, and to others further on; only states that
// wait may lead back.
func madeFlow(t *rapid.T, size int) []madeState {
	states := make([]madeState, size)
	for i := range states {
		s := &states[i]
		s.kind = rapid.SampledFrom([]string{"say", "ask", "choose", "call", "handover"}).Draw(t, "kind")
		if i == size-1 {
			s.kind = "end"
			continue
		}
		s.targets = []string{stateName(i + 1)}
		if ways := map[string]int{"choose": 3, "call": 2, "handover": 3}[s.kind]; ways > 0 {
			for range ways - 1 {
				s.targets = append(s.targets, madeTarget(t, i, size, s.kind))
			}
		}
		if s.kind == "ask" {
			s.save = fmt.Sprintf("w%d", rapid.IntRange(0, 4).Draw(t, "save"))
		}
	}
	return states
}

func madeTarget(t *rapid.T, from, size int, kind string) string {
	low := from + 1
	if kind == "choose" {
		low = 0
	}
	if rapid.Bool().Draw(t, "menu") {
		return MenuState
	}
	return stateName(rapid.IntRange(low, size-1).Draw(t, "target"))
}

func stateName(i int) string { return fmt.Sprintf("s%d", i) }

// savedBefore works out, by going over everything until nothing changes, what
// is saved on every road to each state: the plain way, to hold against check.
func savedBefore(states []madeState) []map[string]bool {
	all := map[string]bool{}
	for _, s := range states {
		all[s.save] = s.save != ""
	}
	saved := make([]map[string]bool, len(states))
	for i := range saved {
		saved[i] = map[string]bool{}
		for name, is := range all {
			saved[i][name] = is && i > 0
		}
	}
	for changed := true; changed; {
		changed = false
		for i, s := range states {
			for _, target := range s.targets {
				for j := range states {
					for name := range all {
						if target == stateName(j) && saved[j][name] && !saved[i][name] && s.save != name {
							saved[j][name], changed = false, true
						}
					}
				}
			}
		}
	}
	return saved
}

func written(states []madeState) string {
	var b strings.Builder
	b.WriteString(strings.Replace(checkHead, `start = "een"`, `start = "s0"`, 1))
	for i, s := range states {
		shows := ""
		for _, name := range s.shows {
			shows += " {{." + name + "}}"
		}
		fmt.Fprintf(&b, "[states.s%d]\n", i)
		switch s.kind {
		case "say":
			fmt.Fprintf(&b, "text = \"Zin.%s\"\nnext = %q\n", shows, s.targets[0])
		case "ask":
			fmt.Fprintf(&b, "ask = \"number\"\ntext = \"Hoeveel?%s\"\nsave = %q\nnext = %q\n", shows, s.save, s.targets[0])
		case "choose":
			fmt.Fprintf(&b, "text = \"Kies.%s\"\nchoices = [ { label = \"A\", next = %q }, { label = \"B\", next = %q }, { label = \"C\", next = %q } ]\n", shows, s.targets[0], s.targets[1], s.targets[2])
		case "call":
			fmt.Fprintf(&b, "call = \"request.cancel\"\nwith = {}\non = { done = %q, failed = %q }\n", s.targets[0], s.targets[1])
		case "handover":
			fmt.Fprintf(&b, "handover = \"kcc\"\non = { back = %q, closed = %q, nobody = %q }\n", s.targets[0], s.targets[1], s.targets[2])
		case "end":
			fmt.Fprintf(&b, "text = \"Dag.%s\"\nend = true\n", shows)
		}
	}
	return b.String()
}

func loadMade(states []madeState) Faults {
	_, faults := Load(fstest.MapFS{"flows/bode.toml": {Data: []byte(checkShared)}, "flows/proef.toml": {Data: []byte(written(states))}}, checkOptions())
	return slices.DeleteFunc(faults, func(f Fault) bool { return f.Hint })
}

// A flow that uses only what every road saves has no faults; with one use of
// what some road does not save, it has just that fault, and the dialogue that
// is shown leads there.
func TestCheck_agreesWithThePlainWayOnMadeFlows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		states := madeFlow(t, rapid.IntRange(2, 12).Draw(t, "size"))
		saved := savedBefore(states)
		var wrong [][2]any
		for i := range states {
			if states[i].kind == "call" || states[i].kind == "handover" {
				continue
			}
			for name, is := range saved[i] {
				if is && rapid.Bool().Draw(t, "shows") {
					states[i].shows = append(states[i].shows, name)
				} else if !is && name != "" {
					wrong = append(wrong, [2]any{i, name})
				}
			}
		}
		if faults := loadMade(states); len(faults) > 0 {
			t.Fatalf("faults in a good flow: %v\n%s", faults, written(states))
		}
		if len(wrong) == 0 {
			return
		}
		slices.SortFunc(wrong, func(a, b [2]any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		pick := rapid.SampledFrom(wrong).Draw(t, "wrong")
		at := pick[0].(int)
		states[at].shows = append(states[at].shows, pick[1].(string))
		faults := loadMade(states)
		if len(faults) != 1 || faults[0].Code != "not-saved" || !strings.Contains(faults[0].Dutch, fmt.Sprintf("%q", stateName(at))) {
			t.Fatalf("want one not-saved at s%d of %s, got %v\n%s", at, pick[1], faults, written(states))
		}
	})
}

// bigBundle has 200 states in four flows of every common kind.
func bigBundle() fstest.MapFS {
	files := fstest.MapFS{"flows/bode.toml": {Data: []byte(strings.Replace(checkShared, `["proef"]`, `["f0", "f1", "f2", "f3"]`, 1))}}
	for f := range 4 {
		states := make([]madeState, 50)
		for i := range states {
			s := &states[i]
			s.kind = []string{"say", "ask", "choose", "call", "ask", "choose", "handover"}[i%7]
			s.targets = []string{stateName(i + 1), stateName(min(i+5, 49)), MenuState}
			s.save = map[string]string{"ask": fmt.Sprintf("w%d", i)}[s.kind]
			if i == 49 {
				s.kind = "end"
			}
			if s.kind == "choose" {
				s.targets[1] = stateName(i / 2)
			}
		}
		files[fmt.Sprintf("flows/f%d.toml", f)] = &fstest.MapFile{Data: []byte(strings.Replace(written(states), "Proef", fmt.Sprintf("Proef %d", f), 1))}
	}
	return files
}

func BenchmarkLoad_aBundleOf200States(b *testing.B) {
	files := bigBundle()
	for b.Loop() {
		bundle, faults := Load(files, checkOptions())
		if bundle == nil {
			b.Fatal(faults)
		}
	}
}
