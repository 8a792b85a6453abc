package appointment

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/privacy"
)

// friday is 10:00 in Voorbeeldstad.
var friday = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// counter is the example town with the words that the tests speak.
type counter struct {
	*Service
	t        *testing.T
	now      time.Time
	calls    int
	language string
}

func newCounter(t *testing.T) *counter {
	return &counter{Service: Example(NewMemory()), t: t, now: friday, language: "nl"}
}

// does calls an operation with pairs of names and values.
func (c *counter) does(who bot.ID, operation string, with ...any) bot.Result {
	c.t.Helper()
	c.calls++
	return c.again(who, fmt.Sprintf("message/%d", c.calls), operation, with...)
}

func (c *counter) again(who bot.ID, key, operation string, with ...any) bot.Result {
	c.t.Helper()
	call := bot.Call{Operation: "appointment." + operation, Key: key, Resident: who, Language: c.language, With: map[string]bot.Value{}}
	for i := 0; i < len(with); i += 2 {
		call.With[with[i].(string)] = bot.ValueOf(with[i+1])
	}
	result, err := c.Call(c.t.Context(), c.now, call)
	if err != nil {
		c.t.Fatal(err)
	}
	c.declared(call.Operation, result)
	return result
}

// declared holds every result against what the operation says of itself.
func (c *counter) declared(operation string, result bot.Result) {
	c.t.Helper()
	for _, op := range c.Operations() {
		if op.Name != operation {
			continue
		}
		for _, o := range op.Outcomes {
			if o.Name == result.Outcome {
				if o.Saves != nil {
					fitsField(c.t, operation+" "+o.Name, *o.Saves, result.Value.Decode())
				}
				return
			}
		}
	}
	c.t.Errorf("%s ended as %q, which it does not declare", operation, result.Outcome)
}

// fitsField holds a value within the bounds of its field.
func fitsField(t *testing.T, name string, f bot.Field, value any) {
	t.Helper()
	switch f.Kind {
	case bot.FieldList:
		list := value.([]any)
		if len(list) == 0 || len(list) > f.Most {
			t.Errorf("%s: %d items, at most %d", name, len(list), f.Most)
		}
		for _, item := range list {
			fitsField(t, name, bot.Field{Kind: bot.FieldRecord, Fields: f.Fields}, item)
		}
	case bot.FieldRecord:
		record := value.(map[string]any)
		for _, inner := range f.Fields {
			v, there := record[inner.Name]
			if !there {
				t.Errorf("%s has no %s", name, inner.Name)
				continue
			}
			fitsField(t, name+"."+inner.Name, inner, v)
			delete(record, inner.Name)
		}
		for extra := range record {
			t.Errorf("%s has %s, which is not declared", name, extra)
		}
	case bot.FieldTime:
		if _, err := time.Parse(time.RFC3339, value.(string)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	default:
		if text := fmt.Sprint(value); len([]rune(text)) > f.Longest {
			t.Errorf("%s is %d characters, at most %d", name, len([]rune(text)), f.Longest)
		}
	}
}

// part gives a part of a value: "0.id", "location.name".
func part(t *testing.T, v bot.Value, path string) string {
	t.Helper()
	at := v.Decode()
	for _, step := range strings.Split(path, ".") {
		switch x := at.(type) {
		case []any:
			var i int
			fmt.Sscan(step, &i)
			at = x[i]
		case map[string]any:
			at = x[step]
		default:
			t.Fatalf("there is no %s", path)
		}
	}
	return fmt.Sprint(at)
}

func (c *counter) want(result bot.Result, outcome string) bot.Value {
	c.t.Helper()
	if result.Outcome != outcome {
		c.t.Fatalf("ended as %q, want %q", result.Outcome, outcome)
	}
	return result.Value
}

func TestService_fromALocationToABookingThatIsMovedAndCancelled(t *testing.T) {
	c := newCounter(t)
	locations := c.want(c.does("ans", "locations", "product", "paspoort"), "found")
	if got := part(t, locations, "0.name") + ", " + part(t, locations, "0.street"); got != "Stadhuis, Domplein 1" {
		t.Errorf("the first location is %s", got)
	}
	slots := c.want(c.does("ans", "slots", "product", "paspoort", "location", part(t, locations, "0.id"), "count", 1), "found")
	if got := part(t, slots, "0.start") + " " + part(t, slots, "0.label"); got != "2026-11-20T12:00:00+01:00 vr 20 nov 12:00" {
		t.Errorf("the first time is %s", got)
	}
	held := c.want(c.does("ans", "hold", "slot", part(t, slots, "0.id")), "held")
	booked := c.want(c.does("ans", "book", "hold", part(t, held, "id"), "name", "  Wilhelmina   de Vries "), "booked")
	if got := part(t, booked, "location.name") + " " + part(t, booked, "product") + " " + part(t, booked, "product_name") + " " + part(t, booked, "label"); got != "Stadhuis paspoort Paspoort vr 20 nov 12:00" {
		t.Errorf("booked: %s", got)
	}

	c.language = "en"
	typed := "my code is " + strings.ToLower(strings.ReplaceAll(part(t, booked, "code"), "-", " "))
	found := c.want(c.does("bo", "find", "code", typed), "found")
	if got := part(t, found, "product_name") + " " + part(t, found, "label"); got != "Passport Fri 20 Nov 12:00" {
		t.Errorf("found: %s", got)
	}
	other := c.want(c.does("bo", "slots", "product", part(t, found, "product"), "location", part(t, found, "location.id"), "day", "2026-11-21"), "found")
	held = c.want(c.does("bo", "hold", "slot", part(t, other, "1.id")), "held")
	changed := c.want(c.does("bo", "change", "booking", part(t, found, "id"), "hold", part(t, held, "id")), "changed")
	if part(t, changed, "code") != part(t, booked, "code") || part(t, changed, "date") != "2026-11-21" {
		t.Errorf("changed: %s %s", part(t, changed, "label"), part(t, changed, "code"))
	}
	c.want(c.does("bo", "cancel", "booking", part(t, found, "id")), "cancelled")
	c.want(c.does("bo", "cancel", "booking", part(t, found, "id")), "cancelled")
	c.want(c.does("bo", "find", "code", typed), "unknown")
}

func TestService_theSameCallAnswersWithTheSameBooking(t *testing.T) {
	c := newCounter(t)
	slots := c.want(c.does("ans", "slots", "product", "rijbewijs", "location", "voorbeelderdam"), "found")
	held := c.want(c.again("ans", "m/1", "hold", "slot", part(t, slots, "0.id")), "held")
	if same := c.want(c.again("ans", "m/1", "hold", "slot", part(t, slots, "0.id")), "held"); part(t, same, "id") != part(t, held, "id") {
		t.Error("another hold")
	}
	booked := c.want(c.again("ans", "m/2", "book", "hold", part(t, held, "id"), "name", "Ans"), "booked")
	if same := c.want(c.again("ans", "m/2", "book", "hold", part(t, held, "id"), "name", "Ans"), "booked"); part(t, same, "code") != part(t, booked, "code") {
		t.Error("another booking")
	}
	c.want(c.does("bo", "hold", "slot", part(t, slots, "0.id")), "taken") // one seat there
}

func TestService_aHoldExpiresAndIsFreeAgain(t *testing.T) {
	c := newCounter(t)
	slots := c.want(c.does("ans", "slots", "product", "rijbewijs", "location", "voorbeelderdam"), "found")
	held := c.want(c.does("ans", "hold", "slot", part(t, slots, "0.id")), "held")
	c.now = c.now.Add(15 * time.Minute)
	c.want(c.does("ans", "book", "hold", part(t, held, "id"), "name", "Ans"), "expired")
	held = c.want(c.does("bo", "hold", "slot", part(t, slots, "0.id")), "held")
	c.want(c.does("bo", "release", "hold", part(t, held, "id")), "released")
	c.want(c.does("bo", "book", "hold", part(t, held, "id"), "name", "Bo"), "expired")
	c.want(c.does("ans", "hold", "slot", part(t, slots, "0.id")), "held")
}

func TestService_whatIsTakenBackIsFreeAgain(t *testing.T) {
	c := newCounter(t)
	slots := c.want(c.does("ans", "slots", "product", "rijbewijs", "location", "voorbeelderdam"), "found")
	held := c.want(c.again("ans", "m/1", "hold", "slot", part(t, slots, "0.id")), "held")
	c.want(c.again("ans", "m/2", "book", "hold", part(t, held, "id"), "name", "Ans"), "booked")
	if err := c.Cancel(t.Context(), bot.Call{Operation: "appointment.book", Key: "m/2"}); err != nil {
		t.Fatal(err)
	}
	c.want(c.does("bo", "hold", "slot", part(t, slots, "0.id")), "held")
}

func TestService_fiveWrongCodesAnHour(t *testing.T) {
	c := newCounter(t)
	c.want(c.does("ans", "find", "code", "ik weet het niet meer"), "unknown") // is no try
	for range 5 {
		c.want(c.does("ans", "find", "code", NewCode().Reveal()), "unknown")
	}
	c.want(c.does("ans", "find", "code", NewCode().Reveal()), "blocked")
	c.want(c.does("bo", "find", "code", NewCode().Reveal()), "unknown")
	c.now = c.now.Add(time.Hour)
	c.want(c.does("ans", "find", "code", NewCode().Reveal()), "unknown")
}

func TestService_offersDaysWithTimes(t *testing.T) {
	c := newCounter(t)
	days := c.want(c.does("ans", "days", "product", "geboorte", "location", "stadhuis"), "found")
	if got := part(t, days, "0.label") + ", " + part(t, days, "2.label"); got != "vr 20 nov, ma 23 nov" {
		t.Errorf("days: %s", got)
	}
	slots := c.want(c.does("ans", "slots", "product", "geboorte", "location", "stadhuis", "day", part(t, days, "1.date")), "found")
	if got := part(t, slots, "0.time"); got != "09:00" {
		t.Errorf("the first time on Saturday is %s", got)
	}
	c.want(c.does("ans", "slots", "product", "geboorte", "location", "stadhuis", "day", "2026-11-22"), "none") // a Sunday
	c.want(c.does("ans", "slots", "product", "geboorte", "location", "stadhuis", "day", "2027-11-22"), "none") // too far ahead
}

func TestService_aTimeThatCanNoLongerBeHadIsTaken(t *testing.T) {
	for name, slot := range map[string]string{
		"has begun":               "paspoort/stadhuis/20261120T0800Z/1",
		"within the lead time":    "paspoort/stadhuis/20261120T1000Z/1",
		"further than the window": "paspoort/stadhuis/20270401T0800Z/1",
		"on a Sunday":             "paspoort/stadhuis/20261122T0900Z/1",
		"on Christmas Day":        "paspoort/stadhuis/20261225T0900Z/1",
		"before opening":          "paspoort/stadhuis/20261123T0600Z/1",
		"between two steps":       "paspoort/stadhuis/20261123T0905Z/1",
		"runs past closing time":  "geboorte/stadhuis/20261123T1550Z/1",
	} {
		t.Run(name, func(t *testing.T) {
			c := newCounter(t)
			c.want(c.does("ans", "hold", "slot", slot), "taken")
		})
	}
}

func TestService_whatMakesNoSenseFailsAndDoesNothing(t *testing.T) {
	c := newCounter(t)
	id := string(bot.NewID(friday))
	for _, with := range [][]any{
		{"hold", "slot", "morgen"}, {"hold", "slot", "paspoort/stadhuis/20261120T1100Z/9"}, {"hold", "slot", "paspoort/stadhuis/20261120T1100Z/x"},
		{"hold", "slot", "trouwen/stadhuis/20261120T1100Z/1"}, {"hold", "slot", "geboorte/wijkcentrum/20261120T1100Z/1"},
		{"hold", "slot", "paspoort/stadhuis/morgen/1"}, {"release", "hold", "x"}, {"book", "hold", "x", "name", "Ans"}, {"book", "hold", id, "name", " "},
		{"book", "hold", id, "name", strings.Repeat("a", 61)}, {"change", "booking", "x", "hold", id},
		{"cancel", "booking", "'; DROP TABLE booking"},
	} {
		if got := c.does("ans", with[0].(string), with[1:]...); got.Outcome != "failed" {
			t.Errorf("%v: %s", with, got.Outcome)
		}
	}
	c.want(c.does("ans", "cancel", "booking", id), "unknown")
	c.want(c.does("ans", "change", "booking", id, "hold", id), "unknown")
	c.want(c.does("ans", "book", "hold", id, "name", "Ans"), "expired")
	for _, with := range []map[string]any{
		{"product": "trouwen", "location": "stadhuis"}, {"product": "paspoort", "location": "maan"}, {"product": "geboorte", "location": "wijkcentrum"},
		{"product": "paspoort", "location": "stadhuis", "count": 5}, {"product": "paspoort", "location": "stadhuis", "count": "veel"},
		{"product": "paspoort", "location": "stadhuis", "day": "morgen"},
	} {
		call := bot.Call{Operation: "appointment.slots", With: map[string]bot.Value{}}
		for name, v := range with {
			call.With[name] = bot.ValueOf(v)
		}
		if result, err := c.Call(t.Context(), friday, call); err == nil || result.Outcome != "failed" {
			t.Errorf("%v: %s, %v", with, result.Outcome, err)
		}
	}
}

func TestService_personsComeAsANumberOrAsAChoice(t *testing.T) {
	c := newCounter(t)
	for _, count := range []any{2, "2"} {
		slots := c.want(c.does("ans", "slots", "product", "paspoort", "location", "stadhuis", "count", count), "found")
		held := c.want(c.does("ans", "hold", "slot", part(t, slots, "0.id")), "held")
		booked := c.want(c.does("ans", "book", "hold", part(t, held, "id"), "name", "Ans"), "booked")
		if part(t, booked, "count") != "2" {
			t.Errorf("%v: %s persons", count, part(t, booked, "count"))
		}
	}
}

func TestService_withoutAnAgendaItTellsItsOperationsAndNothingElse(t *testing.T) {
	s := Example(nil)
	for _, op := range s.Operations() {
		result, err := s.Call(t.Context(), friday, bot.Call{Operation: op.Name})
		if !errors.Is(err, errNoStore) || result.Outcome != "failed" {
			t.Errorf("%s: %s, %v", op.Name, result.Outcome, err)
		}
		if last := op.Outcomes[len(op.Outcomes)-1].Name; last != "failed" {
			t.Errorf("%s does not declare that it may fail", op.Name)
		}
	}
	if s.Product("paspoort") != "Paspoort" || s.Location("stadhuis") != "Stadhuis" || s.Product("weg") != "weg" || s.Location("weg") != "weg" {
		t.Error("names for colleagues")
	}
}

func TestCode_isReadAsResidentsTypeIt(t *testing.T) {
	for typed, want := range map[string]string{
		"KMH4P-7XWTD":              "KMH4P-7XWTD",
		"kmh4p7xwtd":               "KMH4P-7XWTD",
		" kmh4p 7xwtd ":            "KMH4P-7XWTD",
		"K M H 4 P 7 X W T D":      "KMH4P-7XWTD",
		"kmh4p—7xwtd":              "KMH4P-7XWTD",
		"mijn code is kmh4p-7xwtd": "KMH4P-7XWTD",
		"Code: KMH4P 7XWTD.":       "KMH4P-7XWTD",
		"kmhgp-7xwtd":              "KMH6P-7XWTD", // a G for a 6
		"umh4p-7xwtd":              "VMH4P-7XWTD", // a U for a V
		"KMH4P-7XWT":               "",
		"KMH4P-7XWTDK":             "",
		"111222333":                "",
		"1112223334":               "",
		"6712223334":               "",
		"ik weet het niet":         "",
		"":                         "",
	} {
		got, ok := ReadCode(typed)
		if got.Reveal() != want || ok != (want != "") {
			t.Errorf("%q is read as %q", typed, got.Reveal())
		}
	}
}

func TestCode_isNeverTakenForAnIdentifierAndNeverTwiceTheSame(t *testing.T) {
	seen := map[string]bool{}
	for range 3000 {
		code := NewCode().Reveal()
		if seen[code] {
			t.Fatal("the same code twice")
		}
		seen[code] = true
		if read, ok := ReadCode(code); !ok || read.Reveal() != code {
			t.Fatalf("%s is not read back", code)
		}
		for _, sentence := range []string{"%s", "mijn code is %s", "code voor mijn paspoort: %s", "rijbewijs afspraak %s afzeggen"} {
			for _, shown := range []string{code, strings.ToLower(code), strings.ReplaceAll(code, "-", ""), strings.ReplaceAll(code, "-", " ")} {
				text := fmt.Sprintf(sentence, shown)
				if masked, kinds := privacy.Mask(text); masked != text {
					t.Fatalf("%q is masked as %v", text, kinds)
				}
			}
		}
	}
}

func TestCalendar_isTheSameEventAfterItWasMovedAndCancelled(t *testing.T) {
	s := Example(nil)
	a := bot.Appointment{ID: bot.NewID(friday), Product: "paspoort", Location: "stadhuis", Start: friday, End: friday.Add(10 * time.Minute),
		Name: bot.Hide("Wilhelmina"), Code: bot.Hide("KMH4P-7XWTD")}
	booked := string(s.Calendar(a, "nl", friday))
	for _, line := range []string{"METHOD:PUBLISH", "UID:" + string(a.ID), "SEQUENCE:0", "DTSTART:20261120T090000Z", "DTEND:20261120T091000Z",
		"SUMMARY:Afspraak: Paspoort", "LOCATION:Stadhuis\\, Domplein 1", "STATUS:CONFIRMED", "ORGANIZER:mailto:afspraken@voorbeeldstad.example"} {
		if !strings.Contains(booked, line+"\r\n") {
			t.Errorf("there is no %s in\n%s", line, booked)
		}
	}
	if strings.Contains(booked, "Wilhelmina") || strings.Contains(booked, "KMH4P") {
		t.Error("the file tells whose it is")
	}
	a.Sequence, a.Cancelled, a.Product = 2, true, ""
	cancelled := string(s.Calendar(a, "en", friday))
	for _, line := range []string{"METHOD:CANCEL", "UID:" + string(a.ID), "SEQUENCE:2", "STATUS:CANCELLED", "SUMMARY:Appointment"} {
		if !strings.Contains(cancelled, line+"\r\n") {
			t.Errorf("there is no %s in\n%s", line, cancelled)
		}
	}
}

func TestReadTown_tellsEveryFaultAtOnce(t *testing.T) {
	const wrong = `
hold = "kwartier"
[holidays]
open = ["Sinterklaas"]
[[product]]
id = "Paspoort 1"
name = "Een naam die niet op een regel past"
minutes = 7
lead = "morgen"
ahead_days = 0
most = 0
locations = ["maan"]
[[location]]
id = "stadhuis"
name = ""
seats = 0
step = 7
[location.hours]
maandag = ["09:00-17:00"]
monday = ["9-17"]
[[location]]
id = "stadhuis"
name = "Stadhuis"
seats = 1
step = 30
[location.hours]
monday = ["12:00-09:00"]
tuesday = ["09:00-12:00", "11:00-13:00"]
friday = ["09:10-12:00"]
saturday = ["09:70-12:00"]
`
	_, err := readTown([]byte(wrong))
	if err == nil {
		t.Fatal("no fault")
	}
	for _, part := range []string{"hold", "Sinterklaas", "small letters", "24 characters", "minutes is 7", "lead", "ahead_days is 0", "most is 0", `"maan"`,
		"seats is 0", "step is 7", `"maandag" is no day`, "09:00-17:00 x2", "no stretch", "begins before", "step of 30", "twice"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("nothing is said of %s in:\n%v", part, err)
		}
	}
	if _, err := readTown([]byte("hold = \"15m\"\nholt = 1\n")); err == nil || !strings.Contains(err.Error(), `2:1: unknown key "holt"`) {
		t.Errorf("%v", err)
	}
	if _, err := Open(Config{File: "is-er-niet.toml"}, nil); err == nil {
		t.Error("a file that is not there")
	}
}
