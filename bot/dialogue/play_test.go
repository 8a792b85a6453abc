package dialogue

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/flow"
)

var (
	days       = &bot.Field{Kind: bot.FieldList, Most: 6, Fields: []bot.Field{{Name: "date", Kind: bot.FieldDate, Longest: 10}, {Name: "kind", Kind: bot.FieldCode, Longest: 24, Codes: []string{"gft", "papier"}}}}
	addresses  = []bot.Field{{Name: "label", Kind: bot.FieldText, Longest: 40}, {Name: "postcode", Kind: bot.FieldText, Longest: 6}}
	operations = []bot.Operation{
		{Name: "address.find", With: []bot.Field{{Name: "text", Kind: bot.FieldText}}, Outcomes: []bot.OutcomeField{
			{Name: "found", Saves: &bot.Field{Kind: bot.FieldAddress, Longest: 40, Fields: addresses}},
			{Name: "several", Saves: &bot.Field{Kind: bot.FieldList, Most: 9, Fields: addresses}}, {Name: "none"}, {Name: "failed"}}},
		{Name: "waste.pickups", With: []bot.Field{{Name: "address", Kind: bot.FieldAddress}},
			Outcomes: []bot.OutcomeField{{Name: "found", Saves: days}, {Name: "none"}, {Name: "failed"}}},
		{Name: "pas.vraag", Writes: true, With: []bot.Field{{Name: "reden", Kind: bot.FieldText}}, Outcomes: []bot.OutcomeField{
			{Name: "ok", Saves: &bot.Field{Kind: bot.FieldRecord, Fields: []bot.Field{{Name: "code", Kind: bot.FieldText, Longest: 8}}}}, {Name: "failed"}}},
	}
)

// town knows one address, two days, and writes nothing.
type town struct{ calls int }

func (s *town) Call(_ context.Context, now time.Time, call bot.Call) (bot.Result, error) {
	s.calls++
	switch call.Operation {
	case "address.find":
		if !strings.HasPrefix(call.With["text"].Text(), "3511") {
			return bot.Result{Outcome: "none"}, nil
		}
		return bot.Result{Outcome: "found", Value: bot.ValueOf(map[string]any{"label": "Domplein 12", "postcode": "3511LN"})}, nil
	case "waste.pickups":
		day := func(n int) string { return now.AddDate(0, 0, n).Format(time.DateOnly) }
		return bot.Result{Outcome: "found", Value: bot.ValueOf([]map[string]any{{"date": day(1), "kind": "gft"}, {"date": day(2), "kind": "papier"}})}, nil
	}
	return bot.Result{}, errors.New("no such service")
}

func bundle(t testing.TB) *flow.Bundle {
	t.Helper()
	files := fstest.MapFS{}
	for pattern, from := range map[string]string{"flows/*.toml": "testdata", "locales/flows.*.toml": "testdata", "locales/bode.*.toml": "../.."} {
		names, err := fs.Glob(os.DirFS(from), pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("no %s in %s: %v", pattern, from, err)
		}
		for _, name := range names {
			data, err := os.ReadFile(from + "/" + name)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = &fstest.MapFile{Data: data}
		}
	}
	b, faults := flow.Load(files, flow.Options{Operations: operations, Sentences: engine.Sentences()})
	if b == nil {
		for _, f := range faults {
			if !f.Hint {
				t.Error(f)
			}
		}
		t.FailNow()
	}
	return b
}

// play reads and plays a file on the small bundle.
func play(t testing.TB, text string) (*Player, *Result) {
	t.Helper()
	p := NewPlayer(bundle(t), func() Services { return &town{} })
	f, faults := Read("flows/proef.chat", []byte(text))
	if f != nil {
		faults = f.Fits(p.bundle)
	}
	for _, fault := range faults {
		t.Error(fault)
	}
	if len(faults) > 0 {
		t.FailNow()
	}
	return p, p.Play(context.Background(), f)
}

// good is all there is to say in a dialogue.
const good = `# Over dit bestand.

# Wanneer wordt de bak geleegd?
at 2026-11-20 10:00

> kliko
< Goedendag. Dit is de automatische assistent van Gemeente Proefstad.

  Wij lezen deze chat niet live.

  Wat zijn uw postcode en huisnummer?
> 3511 ln 12
< Bij Domplein 12 halen wij op:
  ...
  [Herinner mij] [Ander adres] [Medewerker]
at 2026-11-20 18:30
> [Medewerker]
< Er is nu ... medewerker. Bel 14 0900.
> [Herinner mij]
< ...
  Vindt u dat goed? ...
  [Ja] [Nee]
> ja
< U krijgt de avond ervoor een bericht.
> dank u
< (geen antwoord)
> stop
< U bent afgemeld. ...
  ...

---
# Het lukt niet
at 2026-11-20 10:00
service waste.pickups = failed
> kliko
> 3511LN 12
< De afvalkalender werkt nu niet. Bel 14 0900.
service waste.pickups = none
> kliko
< Wat zijn uw postcode en huisnummer?
  [Domplein 12]
> [Domplein 12]
< Hier halen wij niets op.
  [Containers] https://proefstad.example/afval
service waste.pickups = found [{"date": "2026-12-01", "kind": "papier"}]
> kliko
< ...
> 1
< Bij Domplein 12 halen wij op:
  • dinsdag 1 december: papier
  [Herinner mij] [Ander adres] [Medewerker]

---
# Een pas die kwijt is
at 2026-11-20 10:00
service pas.vraag = ok {"code": "K7"}
> pas
< Waarom wilt u een nieuwe pas?
  (Kies)
  [Kwijt] verloren of gestolen
  [Kapot] de bak gaat niet open
> [Kwijt]
< Waar staat uw bak?
  (locatie delen)
> (locatie 52.09, 5.12)
< Uw pas komt eraan. Uw code is K7.
> (foto) de lamp
< Ik kan geen foto's openen. ...
  ...

---
# Wat een import bracht wacht op een ja, twee adressen, en opnieuw na een jaar
at 2026-11-20 10:00
pending afval
> pas
< ...
  ...
> menu
< Waarmee kan ik u helpen? ...
  ...
  [Ja] [Nee] [Menu]
> ja
< Dank u. U bent aangemeld voor: Afvalherinnering.
  ...
> kliko
< ...
  ...
> 3511LN 12
< ...
  ...
> [Herinner mij]
< ...
  [Ja] [Nee]
> ja
< U krijgt de avond ervoor een bericht.
> stop afval
< U bent afgemeld voor: Afvalherinnering. Al uw aanmeldingen daarvoor zijn gestopt. ...
at 2027-11-25 10:00
> kliko
< ...
  ...
> 3511LN 12
< ...
  ...
> [Herinner mij]
< ...
  ...
> ja
< U krijgt de avond ervoor een bericht.
at 2028-11-25 10:00
> menu
< Waarmee kan ik u helpen? ...

  Dan heb ik nog een vraag. U bent al een tijd aangemeld ...
  ...
> nee
< U bent afgemeld voor: Afvalherinnering. ...
  ...
> alles wissen
< Weet u het zeker? ...
  ...
> ja
< U bent afgemeld. ...
  ...
pending afval
> hallo
< Goedendag. Dit is de automatische assistent van Gemeente Proefstad.
  ...
  [Ja] [Nee] [Menu]

---
# In English
lang en
at 2026-11-20 10:00
> kliko
< What are your postcode and house number?
> there is a fire
< Call 112 now. We do not read this chat live.
`

func TestPlay_followsADialogueAsItIsWritten(t *testing.T) {
	_, r := play(t, good)
	for _, d := range r.Differences {
		var b bytes.Buffer
		d.Write(&b, "en")
		t.Error(b.String())
	}
	if got := string(r.Updated()); len(r.Differences) == 0 {
		want := strings.Replace(good, "> kliko\n> 3511LN 12", "> kliko\n< Wat zijn uw postcode en huisnummer?\n> 3511LN 12", 1)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("an update of a good file adds only the answer that was not written:\n%s", diff)
		}
	}
	var titles []string
	for _, d := range r.File.Dialogues {
		titles = append(titles, d.Title)
	}
	if diff := cmp.Diff([]string{"Wanneer wordt de bak geleegd?", "Het lukt niet", "Een pas die kwijt is",
		"Wat een import bracht wacht op een ja, twee adressen, en opnieuw na een jaar", "In English"}, titles); diff != "" {
		t.Error(diff)
	}
}
