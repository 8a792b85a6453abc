package waste

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// at reads "2026-11-20 10:00", Amsterdam time.
func at(t testing.TB, text string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	moment, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

func address(postcode string) bot.Value {
	return bot.ValueOf(map[string]any{"label": "Voorbeeldstraat 12", "postcode": postcode, "number": 12, "letter": "", "addition": "", "bag_id": ""})
}

// call writes the outcome and what it saves: "found 2026-11-24 restafval, ...".
func call(t testing.TB, s *Service, now, operation string, with map[string]bot.Value) string {
	t.Helper()
	result, err := s.Call(context.Background(), at(t, now), bot.Call{Operation: operation, With: with})
	if err != nil && result.Outcome != "failed" {
		t.Fatalf("%s: outcome %s with error %v", operation, result.Outcome, err)
	}
	var parts []string
	switch v := result.Value.Decode().(type) {
	case map[string]any:
		parts = append(parts, fmt.Sprint(v["item"]))
	case []any:
		for _, row := range v {
			record := row.(map[string]any)
			if record["date"] != nil {
				parts = append(parts, fmt.Sprint(record["date"], " ", record["kind"]))
				continue
			}
			parts = append(parts, fmt.Sprint(record["item"]))
		}
	}
	return strings.TrimSpace(result.Outcome + " " + strings.Join(parts, ", "))
}

func TestPickups_ofTheExampleTown(t *testing.T) {
	s := Example()
	for name, c := range map[string]struct{ now, postcode, want string }{
		"an ordinary morning": {"2026-11-20 10:00", "3511LN",
			"found 2026-11-20 pmd, 2026-11-24 gft, 2026-12-01 restafval, 2026-12-02 papier, 2026-12-04 pmd, 2027-01-06 kerstbomen"},
		"the same day after the round": {"2026-11-20 22:00", "3511LN",
			"found 2026-11-24 gft, 2026-12-01 restafval, 2026-12-02 papier, 2026-12-04 pmd, 2026-12-08 gft, 2027-01-06 kerstbomen"},
		"christmas day moves a pickup": {"2026-12-22 10:00", "3515DS",
			"found 2026-12-22 pmd, 2026-12-28 gft, 2027-01-02 papier, 2027-01-02 restafval, 2027-01-05 pmd, 2027-01-06 kerstbomen"},
		"after the calendar's end":         {"2028-01-01 10:00", "3511LN", "failed"},
		"before the calendar's beginning":  {"2025-12-31 10:00", "3511LN", "failed"},
		"the last evening, when all is up": {"2027-12-31 22:30", "3511LN", "found 2028-01-05 kerstbomen"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := call(t, s, c.now, "waste.pickups", map[string]bot.Value{"address": address(c.postcode)}); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
