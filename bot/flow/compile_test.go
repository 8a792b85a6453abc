package flow

import (
	"strings"
	"sync"
	"testing"
)

func TestMove_goesWhereTheFileSays(t *testing.T) {
	b := mustLoad(t)
	for _, move := range []struct{ flow, from, event, to string }{
		{"kliko", "adres", "answered", "dagen"},
		{"kliko", "adres", "invalid", "adres"}, // stays: fsm calls that no transition, a resident does not
		{"kliko", "dagen", "found", "toon"},
		{"kliko", "toon", "choice:herinner_mij", "aanmelden"},
		{"kliko", "toon", "choice:iets_anders", "menu"},
		{"kliko", "aanmelden", "yes", "aangemeld"},
		{"kliko", "hulp", "next", "menu"},
		{"balie", "leeftijd", "skip", "wat"},
		{"balie", "wat", "is:afval", "open"},
		{"balie", "wat", "else", "open"},
		{"balie", "open", "is:yes", "geef"},
		{"balie", "geef", "nobody", "dicht"},
	} {
		to, err := b.Flows[move.flow].Move(move.from, move.event)
		if err != nil || to != move.to {
			t.Errorf("%s: %s on %s goes to %q (%v), want %q", move.flow, move.from, move.event, to, err, move.to)
		}
	}
}

func TestMove_refusesWhatTheFlowDoesNotKnow(t *testing.T) {
	kliko := mustLoad(t).Flows["kliko"]
	for _, move := range [][2]string{{"nergens", "next"}, {"adres", "chosen"}, {"toon", "choice:verhuizen"}, {"aangemeld", "next"}, {"menu", "next"}, {"", "next"}} {
		if to, err := kliko.Move(move[0], move[1]); err == nil {
			t.Errorf("%q on %q goes to %q, want an error", move[0], move[1], to)
		}
	}
}

func TestMove_keepsResidentsApart(t *testing.T) {
	kliko := mustLoad(t).Flows["kliko"]
	var all sync.WaitGroup
	for _, move := range [][3]string{{"adres", "answered", "dagen"}, {"dagen", "none", "onbekend"}, {"toon", "choice:ander_adres", "adres"}} {
		all.Go(func() {
			for range 500 {
				if to, err := kliko.Move(move[0], move[1]); err != nil || to != move[2] {
					t.Errorf("%s on %s goes to %q (%v), want %q", move[0], move[1], to, err, move[2])
					return
				}
			}
		})
	}
	all.Wait()
}

func TestNewMachine_refusesAnEventThatLeavesTwice(t *testing.T) {
	f := &Flow{Name: "x", Start: "a", Order: []string{"a"}, States: map[string]*State{
		"a": {Name: "a", Kind: Choose, Choices: []Choice{{Key: "ja", Next: "a"}, {Key: "ja", Next: "menu"}}},
	}}
	if _, err := newMachine(f); err == nil || !strings.Contains(err.Error(), "choice:ja") {
		t.Errorf("got %v, want an error that names choice:ja", err)
	}
}

func TestEdges_leadToStatesOrTheMenu(t *testing.T) {
	for _, f := range mustLoad(t).Flows {
		for _, name := range f.Order {
			for _, e := range f.States[name].Edges() {
				if e.To != MenuState && f.States[e.To] == nil {
					t.Errorf("%s.%s: %s leads to %q", f.Name, name, e.Event, e.To)
				}
			}
		}
	}
}

func TestMove_borrowsAMachineInsteadOfBuildingOne(t *testing.T) {
	kliko := mustLoad(t).Flows["kliko"]
	build := testing.AllocsPerRun(10, func() {
		if _, err := newMachine(kliko); err != nil {
			t.Fatal(err)
		}
	})
	move := testing.AllocsPerRun(100, func() {
		if _, err := kliko.Move("adres", "answered"); err != nil {
			t.Fatal(err)
		}
	})
	if move > build/2 || move > 20 { // 6; the race detector's pool forgets some
		t.Errorf("%v allocations a move, %v to build", move, build)
	}
}

func BenchmarkMove(b *testing.B) {
	kliko := mustLoad(b).Flows["kliko"]
	b.ReportAllocs()
	for b.Loop() {
		if _, err := kliko.Move("toon", "choice:ander_adres"); err != nil {
			b.Fatal(err)
		}
	}
}
