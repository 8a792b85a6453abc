package flow

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gemeentebode/bode/bot"
)

// checkOptions are services that show every kind of value.
func checkOptions() Options {
	nothing := func(name string) bot.OutcomeField { return bot.OutcomeField{Name: name} }
	saves := func(name string, f bot.Field) bot.OutcomeField { return bot.OutcomeField{Name: name, Saves: &f} }
	return Options{
		At: time.Date(2026, 11, 20, 10, 0, 0, 0, amsterdam()), Hosts: []string{"waterveen.example"},
		Operations: []bot.Operation{
			{Name: "waste.pickups", With: []bot.Field{{Name: "address", Kind: bot.FieldAddress}}, Outcomes: []bot.OutcomeField{
				saves("found", bot.Field{Kind: bot.FieldList, Most: 6, Fields: []bot.Field{
					{Name: "date", Kind: bot.FieldDate}, {Name: "kind", Kind: bot.FieldCode, Codes: []string{"gft", "papier"}},
					{Name: "remark", Kind: bot.FieldText, Longest: 40, Optional: true},
				}}), nothing("none"), nothing("failed")}},
			{Name: "appointment.locations", Outcomes: []bot.OutcomeField{
				saves("found", bot.Field{Kind: bot.FieldList, Most: 9, Fields: []bot.Field{
					{Name: "id", Kind: bot.FieldText, Longest: 20}, {Name: "name", Kind: bot.FieldText, Longest: 24},
				}}), nothing("failed")}},
			{Name: "request.submit", Writes: true, With: []bot.Field{
				{Name: "kind", Kind: bot.FieldCode, Codes: []string{"wegdek", "lamp"}}, {Name: "place", Kind: bot.FieldPlace},
				{Name: "count", Kind: bot.FieldNumber, Optional: true}, {Name: "on", Kind: bot.FieldDate, Optional: true},
			}, Outcomes: []bot.OutcomeField{
				saves("received", bot.Field{Kind: bot.FieldRecord, Fields: []bot.Field{{Name: "code", Kind: bot.FieldText, Longest: 12}}}), nothing("failed")}},
			{Name: "request.cancel", Outcomes: []bot.OutcomeField{nothing("done"), nothing("failed")}},
		},
		Audiences: []bot.Audience{{Name: "waste.pickup_tomorrow", Yields: []bot.Field{
			{Name: "kinds", Kind: bot.FieldText, Longest: 80}, {Name: "date", Kind: bot.FieldDate},
		}, Corrects: []bot.Field{{Name: "pickups", Kind: bot.FieldText, Longest: 200}}}, {Name: "remind.today"}},
	}
}

const checkShared = `municipality = "Gemeente Waterveen"
languages = ["nl"]
menu = ["proef"]
[first_contact]
text = "Goedendag."
[words]
stop = { nl = ["stop"] }
person = { nl = ["medewerker"] }
menu = { nl = ["menu"] }
back = { nl = ["terug"] }
[teams.kcc]
phone = "14 0999"
hours = "ma-vr 09:00-17:00"
[topics.afval]
title = "Afval"
keeps = ["address"]
ask_again = "12 months"
wording = "Gemeente Waterveen stuurt mij een bericht. Daarvoor bewaart de gemeente mijn adres."
[facts.telefoon]
value = "14 0999"
owner = "KCC"
source = "https://waterveen.example/contact"
valid_until = 2027-12-31
[texts]
bellen = "Bel {{.fact.telefoon}}."
[kinds]
gft = "groente en fruit"
papier = "papier"
`

const checkTemplate = `category = "utility"
[text]
nl = "Morgen halen wij uw afval op."
`

const checkHead = `title = "Proef"
purpose = "municipal_service"
ground = "public_task"
start = "een"
`

// loadStates checks one flow, whose states stand from line 5 on.
func loadStates(states string, others ...string) Faults {
	return loadShared(checkShared, states, others...)
}

func loadShared(shared, states string, others ...string) Faults {
	files := fstest.MapFS{"flows/bode.toml": {Data: []byte(shared)}, "flows/proef.toml": {Data: []byte(checkHead + states)}}
	for _, template := range []string{"afval", "afval_correctie"} {
		files["flows/templates/"+template+".toml"] = &fstest.MapFile{Data: []byte(checkTemplate)}
	}
	for i := 0; i < len(others); i += 2 {
		files["flows/"+others[i]+".toml"] = &fstest.MapFile{Data: []byte(checkHead + others[i+1])}
	}
	_, faults := Load(files, checkOptions())
	return faults
}

// told gives "line:column code" of the faults of flows/proef.toml, and the
// whole place for those of other files. Hints are left out.
func told(faults Faults) []string {
	var out []string
	for _, f := range faults {
		place := fmt.Sprintf("%d:%d", f.Line, f.Column)
		if f.File != "flows/proef.toml" {
			place = f.File + ":" + place
		}
		if !f.Hint {
			out = append(out, place+" "+f.Code)
		}
	}
	return out
}

func expect(t *testing.T, faults Faults, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, told(faults)); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
		for _, f := range faults {
			t.Log(f, f.Dialogue)
		}
	}
}

func TestCheck_namesFortyDifferentFaultsEachAtItsPlace(t *testing.T) {
	_, faults := Load(os.DirFS("testdata/forty"), checkOptions())
	golden, err := os.ReadFile("testdata/forty.txt")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	codes := map[string]bool{}
	for _, f := range faults {
		if !f.Hint {
			codes[f.Code] = true
			got = append(got, fmt.Sprintf("%s:%d:%d %s", f.File, f.Line, f.Column, f.Code))
		}
		if f.Dutch == "" || f.English == "" || f.Dutch == f.English {
			t.Errorf("%s is not told in both languages", f)
		}
	}
	if diff := cmp.Diff(strings.Split(strings.TrimSpace(string(golden)), "\n"), got); diff != "" {
		t.Errorf("faults (-planted +found):\n%s", diff)
	}
	if len(codes) < 40 {
		t.Errorf("%d different faults, want at least 40", len(codes))
	}
}

func TestCheck_showsTheShortestDialogueThatLeadsThere(t *testing.T) {
	faults := loadStates(`[states.een]
ask = "address"
text = "Waar woont u?"
save = "adres"
next = "twee"
[states.twee]
call = "waste.pickups"
with = { address = ".adres" }
save = "ophaal"
on = { found = "drie", none = "drie", failed = "omweg" }
[states.omweg]
text = "Het lukt niet."
next = "drie"
[states.drie]
list = ".ophaal"
line = "{{date .date}}"
text = "{{.lines}}"
choices = [ { label = "Weer", next = "een" }, { label = "Klaar", next = "menu" } ]
`)
	expect(t, faults, "19:8 not-saved")
	want := []string{`> (kiest "Proef" in het menu)`, "> 3511LN 12", "(waste.pickups = none)"}
	if diff := cmp.Diff(want, faults[0].Dialogue); diff != "" {
		t.Errorf("dialogue (-want +got):\n%s", diff)
	}
}

func TestCheck_leadsThroughTheFlowThatCalls(t *testing.T) {
	faults := loadStates(`[states.een]
text = "Kies."
choices = [ { label = "Onder", next = "twee" }, { label = "Weg", next = "menu" } ]
[states.twee]
flow = "onder"
next = "menu"
`, "onder", `[states.een]
ask = "yes_no"
text = "Zeker?"
save = "zeker"
next = "twee"
[states.twee]
text = "{{.zekr}}"
end = true
`)
	expect(t, faults, "flows/onder.toml:11:8 unknown-value")
	want := []string{`> (kiest "Proef" in het menu)`, `> (kiest "Onder")`, "> ja"}
	for _, f := range faults {
		if diff := cmp.Diff(want, f.Dialogue); f.Code == "unknown-value" && diff != "" {
			t.Errorf("dialogue (-want +got):\n%s", diff)
		}
	}
	if !strings.Contains(faults[len(faults)-1].String()+faults[0].String(), `"zeker"`) {
		t.Errorf("no near name in %v", faults)
	}
}
