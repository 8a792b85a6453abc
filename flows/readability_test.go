package flows_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/text"
)

// What every shipped text keeps to. The score of Flesch-Douma is of Dutch
// alone, and says nothing of fewer words than fewWords.
const (
	easyScore     = 65.0
	fewWords      = 10
	longestPhrase = text.LongSentence
)

// excused are texts that may be harder, each with its reason, by id and what
// is excused: "score" or "sentence".
var excused = map[string]string{
	"bode.fact.dicht_dagen score":               "the names of months are what they are",
	"bode.fact.geboorte_meenemen score":         "papers by the names that stand on them",
	"bode.fact.verhuizing_komen_meenemen score": "papers by the names that stand on them",
	"engine.changed.flow score":                 "two sentences of five words; \"opnieuw beginnen\" has no shorter word",
	"engine.late score":                         "two sentences of six words; \"opnieuw beginnen\" has no shorter word",
}

// shown is a text as residents read it, and how long it may be in characters.
type shown struct {
	text  *text.Text
	limit int
}

func TestTexts_areShortAndPlainInEveryLanguage(t *testing.T) {
	bundle := load(t)
	texts, day := append(flowTexts(bundle), sharedTexts(bundle)...), options().At
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "text\tlanguage\tlength\tof\tlongest sentence\tFlesch-Douma")
	excuses := map[string]bool{}
	for _, s := range texts {
		for _, language := range slices.Sorted(maps.Keys(s.text.ByLanguage)) {
			judge(t, w, s, language, boundsOf(bundle.World(language, day)), excuses)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d texts\n%s", len(texts), table.String())
	for id := range excused {
		if !excuses[id] {
			t.Errorf("%s is excused, and needs no excuse", id)
		}
	}
}

// judge measures one text in one language and prints its row.
func judge(t *testing.T, w *tabwriter.Writer, s shown, language string, bounds func(string) (text.Bound, bool), excuses map[string]bool) {
	template := s.text.ByLanguage[language]
	length := template.LongestIn(language, bounds)
	r, score := text.Readability(template.Source()), "-"
	if language == "nl" && r.Words >= fewWords {
		score = fmt.Sprintf("%.0f", r.Score)
		if r.Score < easyScore && !excuse(s.text.ID+" score", excuses) {
			t.Errorf("%s scores %.1f by Flesch-Douma: %q", s.text.ID, r.Score, template.Source())
		}
	}
	fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%s\n", s.text.ID, language, length, s.limit, r.Longest, score)
	if length > s.limit {
		t.Errorf("%s in %s is %d characters, of %d: %q", s.text.ID, language, length, s.limit, template.Source())
	}
	if r.Longest > longestPhrase && !excuse(s.text.ID+" sentence", excuses) {
		t.Errorf("%s in %s has a sentence of %d words: %q", s.text.ID, language, r.Longest, r.Sentence)
	}
}

func excuse(id string, used map[string]bool) bool {
	used[id] = excused[id] != ""
	return used[id]
}

// boundsOf counts facts, shared sentences and hours at their own length. What
// is saved in a conversation counts for nothing here: `bode check` proves that
// whole messages fit, with the longest value of each kind.
func boundsOf(world *text.World) func(string) (text.Bound, bool) {
	return func(path string) (text.Bound, bool) {
		first, rest, _ := strings.Cut(path, ".")
		switch first {
		case "municipality":
			return text.Bound{Longest: text.Length(world.Municipality)}, true
		case "fact":
			return text.Bound{Longest: text.Length(world.Facts[rest])}, true
		case "text":
			return text.Bound{Longest: text.Length(world.Texts[rest])}, true
		case "team":
			team, what, _ := strings.Cut(rest, ".")
			return text.Bound{Longest: text.Length(world.Teams[team][what])}, true
		}
		return text.Bound{}, false
	}
}

// flowTexts gives what the flows say, in the order of their files.
func flowTexts(b *flow.Bundle) []shown {
	var out []shown
	for _, name := range slices.Sorted(maps.Keys(b.Flows)) {
		f := b.Flows[name]
		out = append(out, shown{f.Title, text.MaxRowTitle})
		for _, state := range f.Order {
			out = append(out, stateTexts(f.States[state])...)
		}
	}
	return slices.DeleteFunc(out, func(s shown) bool { return s.text == nil })
}

// stateTexts gives what one state says. Labels are buttons up to three of
// them, where none has a description; else they are rows.
func stateTexts(s *flow.State) []shown {
	body := text.MaxBody
	if s.Kind == flow.Choose || s.Kind == flow.ChooseFrom || s.Optional != nil || s.Link != nil || s.Ask == "place" || s.Ask == "yes_no" {
		body = text.MaxInteractiveBody
	}
	label := text.MaxRowTitle
	if s.Kind == flow.Choose && len(s.Choices) <= text.MaxButtons &&
		!slices.ContainsFunc(s.Choices, func(c flow.Choice) bool { return c.Description != nil }) {
		label = text.MaxButtonTitle
	}
	out := []shown{{s.Text, body}, {s.Line, body}, {s.Invalid, body}, {s.Optional, text.MaxButtonTitle},
		{s.Button, text.MaxListButton}, {s.Label, text.MaxRowTitle}, {s.Description, text.MaxRowDescription}}
	if s.Link != nil {
		out = append(out, shown{s.Link.Label, text.MaxLinkLabel})
	}
	for _, c := range s.Choices {
		out = append(out, shown{c.Label, label}, shown{c.Description, text.MaxRowDescription})
	}
	return out
}

// sharedTexts gives what flows share, what the engine says itself, and notices.
func sharedTexts(b *flow.Bundle) []shown {
	out := []shown{{b.Shared.FirstContact, text.MaxInteractiveBody}}
	for _, name := range slices.Sorted(maps.Keys(b.Shared.Topics)) {
		out = append(out, shown{b.Shared.Topics[name].Title, text.MaxInteractiveBody}, shown{b.Shared.Topics[name].Wording, text.MaxInteractiveBody})
	}
	for _, name := range slices.Sorted(maps.Keys(b.Shared.Facts)) {
		out = append(out, shown{b.Shared.Facts[name].Value, text.MaxInteractiveBody}, shown{b.Shared.Facts[name].Fallback, text.MaxInteractiveBody})
	}
	for _, name := range slices.Sorted(maps.Keys(b.Shared.Texts)) {
		out = append(out, shown{b.Shared.Texts[name], text.MaxInteractiveBody})
	}
	for _, name := range slices.Sorted(maps.Keys(b.Shared.Kinds)) {
		out = append(out, shown{b.Shared.Kinds[name], text.MaxRowTitle})
	}
	for _, c := range b.Shared.Crisis {
		out = append(out, shown{c.Answer, text.MaxInteractiveBody})
	}
	for _, f := range b.Shared.Formal {
		out = append(out, shown{f.Answer, text.MaxInteractiveBody})
	}
	for _, id := range slices.Sorted(maps.Keys(b.Sentences)) {
		if !strings.HasPrefix(id, "engine.words.") { // words that are understood, not said
			out = append(out, shown{b.Sentences[id], text.MaxInteractiveBody})
		}
	}
	for _, n := range b.Notices {
		out = append(out, shown{n.Text, longestNotice})
	}
	for _, name := range slices.Sorted(maps.Keys(b.Templates)) {
		out = append(out, shown{b.Templates[name].Text, text.MaxInteractiveBody})
	}
	return slices.DeleteFunc(out, func(s shown) bool { return s.text == nil })
}

// longestNotice is what notice.current shows of a notice before it is cut.
const longestNotice = 400
