package dialogue

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestUpdated_writesTodaysAnswersAndKeepsTheRest(t *testing.T) {
	const before = `# Een oud gesprek.
# Met twee regels erboven.
at 2026-11-20 10:00

> kliko
< Wat is uw postcode?

# hierna is het raak
> 3511LN 12

< Bij Domplein 12 halen wij op:
  ...
  [Herinner mij] [Iets anders]
> [Medewerker]
> dank u
< Graag gedaan!
> [Ander adres]
< ...
`
	const after = `# Een oud gesprek.
# Met twee regels erboven.
at 2026-11-20 10:00

> kliko
< Wat zijn uw postcode en huisnummer?

# hierna is het raak
> 3511LN 12

< Bij Domplein 12 halen wij op:
  ...
  [Herinner mij] [Ander adres] [Medewerker]
> [Medewerker]
< Er is nu geen medewerker. Bel 14 0900.
> dank u
< (geen antwoord)
> [Ander adres]
< ...
`
	_, r := play(t, before)
	if diff := cmp.Diff(after, string(r.Updated())); diff != "" {
		t.Error(diff)
	}
	if len(r.Differences) != 1 || r.Differences[0].Line != 6 {
		t.Errorf("only the first difference of a dialogue is told: %+v", r.Differences)
	}
	if _, again := play(t, string(r.Updated())); again.Wrong() != 0 || string(again.Updated()) != after {
		t.Errorf("what was updated goes another way: %+v", again.Differences)
	}
}

func TestUpdated_keepsTheGreetingOnlyWhereItWasWritten(t *testing.T) {
	for name, c := range map[string]struct{ before, after string }{
		"left out": {"< Wat?", "< Wat zijn uw postcode en huisnummer?"},
		"written": {"< Goedendag. Dit is de automatische assistent van Gemeente Oudstad.\n\n  Wij lezen deze chat niet live.\n\n  Wat?",
			"< Goedendag. Dit is de automatische assistent van Gemeente Proefstad.\n\n  Wij lezen deze chat niet live.\n\n  Wat zijn uw postcode en huisnummer?"},
	} {
		_, r := play(t, "at 2026-11-20 10:00\n> kliko\n"+c.before+"\n")
		if diff := cmp.Diff("at 2026-11-20 10:00\n> kliko\n"+c.after+"\n", string(r.Updated())); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestCompare_laysLinesBesideEachOther(t *testing.T) {
	for name, c := range map[string]struct {
		want, got []string
		cost      int
	}{
		"the same":                        {[]string{"a", "b"}, []string{"a", "b"}, 0},
		"anything is many lines":          {[]string{"a", "...", "z"}, []string{"a", "b", "c", "z"}, 0},
		"anything is no line":             {[]string{"a", "...", "z"}, []string{"a", "z"}, 0},
		"anything is everything":          {[]string{"..."}, []string{"a", "", "b"}, 0},
		"anything within a line":          {[]string{"Bij ... op ..."}, []string{"Bij Domplein 12 op dinsdag"}, 0},
		"the end of a line has to fit":    {[]string{"... op"}, []string{"wij halen op"}, 0},
		"both ends have to fit":           {[]string{"a...a"}, []string{"a"}, costChanged},
		"a line that changed":             {[]string{"a", "b"}, []string{"a", "c"}, costChanged},
		"a line that went":                {[]string{"a", "b"}, []string{"b"}, costGone},
		"a line that came":                {[]string{"b"}, []string{"a", "b"}, costCame},
		"a change behind anything counts": {[]string{"a", "...", "b"}, []string{"a", "x", "c"}, costChanged},
		"an empty line counts":            {[]string{"a", "b"}, []string{"a", "", "b"}, costCame},
	} {
		if _, cost := compare(c.want, c.got); cost != c.cost {
			t.Errorf("%s: cost %d, want %d", name, cost, c.cost)
		}
	}
}

// Whatever was expected and whatever came: each line of both stands in the
// comparison once and in order, and it costs nothing exactly when every row fits.
func TestCompare_losesNoLine(t *testing.T) {
	lines := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "", "...", "a...", "ab"}), 0, 8)
	rapid.Check(t, func(t *rapid.T) {
		want, got := lines.Draw(t, "want"), rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "", "ab"}), 0, 8).Draw(t, "got")
		rows, cost := compare(want, got)
		var came []int
		same, last := true, -1
		for _, r := range rows {
			same = same && r.same
			if r.got >= 0 {
				came = append(came, r.got)
			}
			if r.want >= 0 && r.want < last {
				t.Fatalf("expected lines out of order: %v", rows)
			}
			if r.want >= 0 && r.want != last {
				if r.want != last+1 {
					t.Fatalf("an expected line is lost: %v", rows)
				}
				last = r.want
			}
		}
		if last != len(want)-1 || len(came) != len(got) || same != (cost == 0) {
			t.Fatalf("%q beside %q: %v, cost %d", want, got, rows, cost)
		}
		a := answer{says: &Says{Want: &Want{Lines: want}}, lines: got}
		if renewed := a.renewed(); len(got) > 0 {
			if _, cost := compare(renewed, got); cost != 0 {
				t.Fatalf("renewed to %q, which does not match", renewed)
			}
		}
	})
}

func TestDifference_showsBothSidesAndMarksTheFirst(t *testing.T) {
	_, r := play(t, "# Proef\nat 2026-11-20 10:00\n> kliko\n> 3511LN 12\n< Bij Domplein 12 halen wij op:\n  ...\n  [Herinner mij] [Iets anders]\n")
	if len(r.Differences) != 1 {
		t.Fatalf("%+v", r.Differences)
	}
	var b bytes.Buffer
	r.Differences[0].Write(&b, "nl")
	want := strings.Join([]string{
		`flows/proef.chat:5: op "3511LN 12" komt een ander antwoord. (Proef)`,
		`    verwacht                                       | gekregen`,
		`    Bij Domplein 12 halen wij op:                  | Bij Domplein 12 halen wij op:`,
		`    ...                                            | • zaterdag 21 november: groente en fruit`,
		`                                                   | • zondag 22 november: papier`,
		`  ≠ [Herinner mij] [Iets anders]                   | [Herinner mij] [Ander adres] [Medewerker]`, ""}, "\n")
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestPlay_tellsWhereADialogueCannotGoOnAndPlaysTheNext(t *testing.T) {
	_, r := play(t, `at 2026-11-20 10:00
> kliko
> 3511LN 12
> [Anderadres]
> [Iets heel anders]
---
at 2026-11-20 10:00
> pas
> [Kwijt]
> Domplein 12
---
at 2026-11-20 10:00
> er is brand
< ...
---
at 2026-11-20 10:00
> kliko
> dank u
< ...
`)
	var b bytes.Buffer
	for _, d := range r.Differences {
		d.Write(&b, "nl")
	}
	want := `flows/proef.chat:4: er staat geen knop [Anderadres] op het scherm. Bedoelt u [Ander adres]?
flows/proef.chat:10: pas.vraag kan hier niet echt gebeuren: no such service. Zet er een uitkomst boven: service pas.vraag = ...
`
	want += `flows/proef.chat:19: op "dank u" komt een ander antwoord.
    verwacht                                       | gekregen
  ≠ ...                                            | (geen antwoord)
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestCoverage_namesWhatNoDialogueVisits(t *testing.T) {
	p, _ := play(t, good)
	want := Coverage{
		{Flow: "kliko", States: Count{9, 9}, Edges: Count{8, 12}, Untaken: []Way{{"adres", "invalid", "adres"},
			{"toon", "choice:ander_adres", "adres"}, {"aanmelden", "no", "menu"}, {"balie", "nobody", "dicht"}}},
		{Flow: "pas", States: Count{4, 5}, Edges: Count{3, 6}, Unseen: []string{"mislukt"}, Untaken: []Way{
			{"waarom", "choice:kapot", "plek"}, {"plek", "invalid", "plek"}, {"stuur", "failed", "mislukt"}}},
	}
	got := p.Coverage()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if states, edges := got.Total(); states != (Count{13, 14}) || edges != (Count{11, 18}) || edges.Percent() != 61 {
		t.Errorf("together %v states and %v edges, %d %%", states, edges, edges.Percent())
	}
}

func TestPlay_isOfOneResidentAtATime(t *testing.T) {
	towns := 0
	p := NewPlayer(bundle(t), func() Services { towns++; return &town{} })
	f, faults := Read("x.chat", []byte(good))
	if f == nil {
		t.Fatal(faults)
	}
	first := p.Play(context.Background(), f)
	second := p.Play(context.Background(), f)
	if towns != 2*len(f.Dialogues) || first.Wrong()+second.Wrong() > 0 {
		t.Errorf("%d towns for two times %d dialogues, %d wrong", towns, len(f.Dialogues), second.Wrong())
	}
}
