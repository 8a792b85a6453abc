package text_test

import (
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/text"
)

var address = bot.ValueOf(map[string]any{"label": "Domplein 12", "postcode": "3511LN", "number": 12, "letter": "",
	"addition": "", "street": "Domplein", "city": "Voorbeeldstad", "bag_id": "0344200000012345"})

var pickups = bot.ValueOf([]map[string]any{
	{"date": "2026-11-20", "kind": "gft"}, {"date": "2026-11-24", "kind": "papier"}, {"date": "2027-01-05", "kind": "restafval"},
})

func dutch() *text.World {
	return &text.World{
		Language:     "nl",
		Now:          time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC),
		Municipality: "Gemeente Voorbeeldstad",
		Facts:        map[string]string{"telefoon": "14 0900"},
		Teams:        map[string]map[string]string{"kcc": {"hours": "ma-vr 09:00-17:00"}},
		Texts:        map[string]string{"groet": "Tot ziens."},
		Kinds:        map[string]string{"gft": "groente en fruit", "papier": "papier en karton"},
		Choices:      map[string]string{"wegdek": "Straat of stoep", "soort.lamp": "Straatlamp", "lamp": "Lamp"},
	}
}

func mustCompile(t testing.TB, source string) *text.Template {
	t.Helper()
	compiled, err := text.Compile(source)
	if err != nil {
		t.Fatalf("%q: %v", source, err)
	}
	return compiled
}

const typical = "Bij {{.adres}} halen wij op {{weekday .datum}} {{date .datum}} op:\n{{.lines}}\nVragen? Bel {{.fact.telefoon}}."

// A turn renders one or two texts: 3 us and 25 allocations each is what the
// performance facts leave for it. Allocations are a gate, time is a trend.
func TestRender_staysUnder25Allocations(t *testing.T) {
	tmpl, world := mustCompile(t, typical), dutch()
	values := text.Values{"adres": address, "datum": bot.ValueOf("2026-11-20"), "lines": bot.ValueOf("• een\n• twee"), "ophaal": pickups}
	got := testing.AllocsPerRun(200, func() {
		if _, err := tmpl.Render(world, values); err != nil {
			t.Fatal(err)
		}
	})
	if got > 25 {
		t.Errorf("a typical text takes %v allocations, want at most 25", got)
	}
}

func BenchmarkRender(b *testing.B) {
	values := text.Values{"adres": address, "datum": bot.ValueOf("2026-11-20"), "lines": bot.ValueOf("• een\n• twee"), "ophaal": pickups}
	for name, source := range map[string]string{
		"typical": typical,
		"fixed":   "Dit adres ken ik niet. Wilt u een ander adres proberen?",
		"range":   "Bij {{.adres}}:\n{{range .ophaal}}\n• {{weekday .date}} {{date .date}}: {{kind .kind}}\n{{end}}",
	} {
		b.Run(name, func(b *testing.B) {
			tmpl, world := mustCompile(b, source), dutch()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := tmpl.Render(world, values); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := text.Compile(typical); err != nil {
			b.Fatal(err)
		}
	}
}
