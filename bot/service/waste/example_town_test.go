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
			"found 2026-11-24 gft, 2026-11-27 pmd, 2026-12-01 restafval, 2026-12-02 papier, 2026-12-08 gft, 2027-01-06 kerstbomen"},
		"the day itself, until the round is over": {"2026-11-24 21:59", "3511LN",
			"found 2026-11-24 gft, 2026-11-27 pmd, 2026-12-01 restafval, 2026-12-02 papier, 2026-12-08 gft, 2027-01-06 kerstbomen"},
		"the day itself, after the round": {"2026-11-24 22:00", "3511LN",
			"found 2026-11-27 pmd, 2026-12-01 restafval, 2026-12-02 papier, 2026-12-08 gft, 2026-12-11 pmd, 2027-01-06 kerstbomen"},
		"christmas day moves a pickup": {"2026-12-22 10:00", "3515DS",
			"found 2026-12-28 restafval, 2026-12-29 pmd, 2027-01-02 gft, 2027-01-02 papier, 2027-01-06 kerstbomen, 2027-01-08 restafval"},
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

func TestPickups_reachEveryAreaThroughTheWholeValidity(t *testing.T) {
	s := Example()
	from, to := dayOf(2026, 1, 1), dayOf(2027, 12, 20)
	for _, postcode := range []string{"3511LN", "3512ST", "3513LA", "3514AM", "3515DS"} {
		for day := from; day <= to; day += 3 {
			got := call(t, s, day.String()+" 10:00", "waste.pickups", map[string]bot.Value{"address": address(postcode)})
			if !strings.HasPrefix(got, "found ") {
				t.Fatalf("%s on %s: %s", postcode, day, got)
			}
		}
	}
}

func TestMissed_tellsWhatToThinkOfIt(t *testing.T) {
	s := Example()
	for name, c := range map[string]struct{ now, kind, want string }{
		"on the day itself":                     {"2026-11-24 10:00", "", "today 2026-11-24 gft"},
		"late that evening":                     {"2026-11-24 22:00", "", "passed 2026-11-24 gft"},
		"the next morning":                      {"2026-11-25 08:00", "", "passed 2026-11-24 gft"},
		"two bins within the week":              {"2026-11-27 10:00", "", "several 2026-11-27 pmd, 2026-11-24 gft"},
		"of which it was the one of Tuesday":    {"2026-11-27 10:00", "gft", "passed 2026-11-24 gft"},
		"of which it was today's":               {"2026-11-27 10:00", "pmd", "today 2026-11-27 pmd"},
		"a bin that was not due":                {"2026-11-27 10:00", "restafval", "none"},
		"six days later":                        {"2026-11-30 10:00", "gft", "passed 2026-11-24 gft"},
		"a week later":                          {"2026-12-01 10:00", "gft", "none"},
		"the clock goes back in that night":     {"2026-10-25 02:30", "gft", "none"},
		"the calendar of two years ago is dead": {"2028-06-01 10:00", "", "failed"},
	} {
		t.Run(name, func(t *testing.T) {
			with := map[string]bot.Value{"address": address("3511LN")}
			if c.kind != "" {
				with["kind"] = bot.ValueOf(c.kind)
			}
			if got := call(t, s, c.now, "waste.missed", with); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestCall_failsInWordsWithoutTheAddress(t *testing.T) {
	s := Example()
	for name, c := range map[string]bot.Call{
		"an unknown operation": {Operation: "waste.burn"},
		"no address":           {Operation: "waste.pickups"},
		"not an address":       {Operation: "waste.missed", With: map[string]bot.Value{"address": bot.ValueOf("3511LN 12")}},
		"out of date":          {Operation: "waste.pickups", With: map[string]bot.Value{"address": address("3511LN")}},
	} {
		t.Run(name, func(t *testing.T) {
			result, err := s.Call(context.Background(), at(t, "2030-01-01 10:00"), c)
			if result.Outcome != "failed" || err == nil || strings.Contains(err.Error(), "3511") {
				t.Errorf("outcome %s, error %v", result.Outcome, err)
			}
		})
	}
}

func TestOperations_declareWhatIsSaved(t *testing.T) {
	s := Example()
	for _, op := range s.Operations() {
		if op.Writes {
			t.Errorf("%s only reads", op.Name)
		}
		if last := op.Outcomes[len(op.Outcomes)-1]; last.Name != "failed" || last.Saves != nil {
			t.Errorf("%s: failed is declared last and saves nothing", op.Name)
		}
	}
	for _, it := range s.guide.items {
		record := it.record()
		for _, field := range itemFields() {
			if field.Kind == bot.FieldBool {
				continue
			}
			if n := len([]rune(fmt.Sprint(record[field.Name]))); n == 0 || n > field.Longest {
				t.Errorf("%s: %s has %d characters", it.name, field.Name, n)
			}
		}
	}
	for _, audience := range s.Audiences() {
		if len(audience.Yields) == 0 {
			t.Errorf("%s yields nothing", audience.Name)
		}
	}
}
