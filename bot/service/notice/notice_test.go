package notice

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/gemeentebode/bode/bot"
)

// noon of the first hot day, summer time: 14:00 in Voorbeeldstad.
var noon = time.Date(2026, 7, 14, 12, 0, 0, 0, time.UTC)

func warning(name string, change func(*Notice)) Notice {
	n := Notice{Name: name, Topic: "gezondheid", Title: name, Source: "https://ggd.example/" + name, From: noon.Add(-time.Hour), Until: noon.Add(time.Hour),
		Text: map[string]string{"nl": "Nederlands", "en": "English"}}
	if change != nil {
		change(&n)
	}
	return n
}

func current(t *testing.T, notices []Notice, call bot.Call) ([]map[string]string, string) {
	t.Helper()
	call.Operation = "notice.current"
	if call.With == nil {
		call.With = map[string]bot.Value{"topic": bot.ValueOf("gezondheid")}
	}
	result, err := New(func(context.Context) ([]Notice, error) { return notices, nil }).Call(t.Context(), noon, call)
	if err != nil {
		t.Fatal(err)
	}
	var list []map[string]string
	if result.Outcome == "found" {
		if err := result.Value.Into(&list); err != nil {
			t.Fatal(err)
		}
	}
	return list, result.Outcome
}

func titles(list []map[string]string) []string {
	var out []string
	for _, n := range list {
		out = append(out, n["title"])
	}
	return out
}

func TestCurrent_isWhatHoldsNow(t *testing.T) {
	list, _ := current(t, []Notice{
		warning("begint nu", func(n *Notice) { n.From = noon }),
		warning("is net voorbij", func(n *Notice) { n.Until = noon }),
		warning("begint straks", func(n *Notice) { n.From = noon.Add(time.Second) }),
		warning("houdt bijna op", func(n *Notice) { n.Until = noon.Add(time.Second) }),
		warning("gaat over iets anders", func(n *Notice) { n.Topic = "afval" }),
	}, bot.Call{})
	if diff := cmp.Diff([]string{"begint nu", "houdt bijna op"}, titles(list)); diff != "" {
		t.Error(diff)
	}
	if _, outcome := current(t, nil, bot.Call{}); outcome != "none" {
		t.Errorf("without notices: %s", outcome)
	}
}

func TestCurrent_matchesTheArea(t *testing.T) {
	notices := []Notice{
		warning("overal", nil),
		warning("hier", func(n *Notice) { n.Areas = []string{"3511", "3512"} }),
		warning("daar", func(n *Notice) { n.Areas = []string{"3527"} }),
	}
	for postcode, want := range map[string][]string{
		"3512": {"hier", "overal"}, "3511LN": {"hier", "overal"}, " 3511 ln": {"hier", "overal"}, "3527": {"daar", "overal"}, "9999": {"overal"},
		"": {"daar", "hier", "overal"}, "35": {"daar", "hier", "overal"}, "weet niet": {"daar", "hier", "overal"},
	} {
		list, _ := current(t, notices, bot.Call{With: map[string]bot.Value{"topic": bot.ValueOf("gezondheid"), "postcode4": bot.ValueOf(postcode)}})
		if diff := cmp.Diff(want, titles(list)); diff != "" {
			t.Errorf("%q: %s", postcode, diff)
		}
	}
}

func TestCurrent_urgentOnesFirstThenTheNewestAndFiveAtMost(t *testing.T) {
	var notices []Notice
	for i, name := range []string{"a", "b", "c", "d", "e", "f"} {
		notices = append(notices, warning(name, func(n *Notice) { n.From = noon.Add(time.Duration(i-60) * time.Minute); n.Urgent = name == "b" }))
	}
	list, _ := current(t, notices, bot.Call{})
	if diff := cmp.Diff([]string{"b", "f", "e", "d", "c"}, titles(list)); diff != "" {
		t.Error(diff)
	}
}

func TestCurrent_speaksTheLanguageOfTheConversation(t *testing.T) {
	for language, want := range map[string]string{"nl": "Nederlands", "en": "English", "pl": "Nederlands", "": "Nederlands"} {
		list, _ := current(t, []Notice{warning("hitte", nil)}, bot.Call{Language: language})
		if list[0]["message"] != want || list[0]["source"] != "https://ggd.example/hitte" {
			t.Errorf("%q: %v", language, list[0])
		}
	}
}

// A notice until and with 14 July ends at midnight; its date must read 14 July.
func TestCurrent_untilIsTheLastMomentNotTheFirstAfterIt(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	list, _ := current(t, []Notice{warning("hitte", func(n *Notice) { n.Until = time.Date(2026, 7, 15, 0, 0, 0, 0, zone) })}, bot.Call{})
	until, err := time.Parse(time.RFC3339, list[0]["until"])
	if err != nil || until.In(zone).Format(time.DateOnly) != "2026-07-14" {
		t.Errorf("until %v, %v", until.In(zone), err)
	}
}

func TestCurrent_keepsToTheLengthsThatItDeclares(t *testing.T) {
	long := warning("lang", func(n *Notice) {
		n.Title = strings.Repeat("Hitte ", 30)
		n.Text = map[string]string{"nl": strings.Repeat("Drink genoeg water, ook als u geen dorst hebt. ", 30)}
		n.Source = "https://ggd.example/" + strings.Repeat("x", 300)
	})
	list, _ := current(t, []Notice{long}, bot.Call{})
	for field, most := range map[string]int{"title": longestTitle, "message": longestText, "source": longestSource} {
		if n := utf8.RuneCountInString(list[0][field]); n > most || n < 10 {
			t.Errorf("%s has %d characters: %q", field, n, list[0][field])
		}
	}
	if list[0]["source"] != "https://ggd.example" || !strings.HasSuffix(list[0]["message"], "dorst hebt.") || !strings.HasSuffix(list[0]["title"], "Hitte…") {
		t.Errorf("cut as %q", list[0])
	}
}

func TestCurrent_aBundleThatIsAwayIsAFailure(t *testing.T) {
	gone := errors.New("no live bundle")
	s := New(func(context.Context) ([]Notice, error) { return nil, gone })
	for _, operation := range []string{"notice.current", "notice.push"} {
		if result, err := s.Call(t.Context(), noon, bot.Call{Operation: operation}); err == nil || result.Outcome != "failed" {
			t.Errorf("%s: %s, %v", operation, result.Outcome, err)
		}
	}
}
