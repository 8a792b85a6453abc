package account

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gemeentebode/bode/bot/flow"
)

// Change is one difference between two bundles. Before is empty for what was
// added, After for what was removed.
type Change struct {
	What          string // "afval.toon.text (nl)", "afval.adres"
	Before, After string
}

// Difference is what changed in what is said and in what is asked, by name.
type Difference struct{ Said, Asked []Change }

// Since compares a bundle with an earlier one. What is asked is described in
// the language of the documents that is named, nl or en.
func Since(earlier, now *flow.Bundle, documents string) Difference {
	l := language(documents)
	return Difference{
		Said:  changes(saidByName(earlier), saidByName(now)),
		Asked: changes(l.askedByName(earlier), l.askedByName(now)),
	}
}

func saidByName(b *flow.Bundle) map[string]string {
	all := map[string]string{}
	for id, s := range Everything(b) {
		for language, source := range s.In {
			all[id+" ("+language+")"] = source
		}
	}
	return all
}

// askedByName describes each question, each flow's purpose and ground, and
// what each service gets.
func (l language) askedByName(b *flow.Bundle) map[string]string {
	all := map[string]string{}
	for name, f := range b.Flows {
		all[name] = l.word(purposeWords, f.Purpose) + ", " + l.word(groundWords, f.Ground)
		for _, q := range Questions(b, f) {
			all[name+"."+q.State] = l.what(q) + "; " + l.why(q)
		}
		for _, c := range passed(b, f) {
			all[name+" > "+c.Operation] = strings.Join(c.Parameters, ", ")
		}
	}
	for name, t := range b.Shared.Topics {
		all["topic "+name] = strings.Join(t.Keeps, ", ")
	}
	return all
}

// changes compares by name. Something that is there without a description is
// told as "–", so that it is not taken for something that is not there.
func changes(before, after map[string]string) []Change {
	names := slices.Collect(maps.Keys(before))
	for name := range after {
		if _, known := before[name]; !known {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var all []Change
	for _, name := range names {
		was, had := before[name]
		is, has := after[name]
		if had != has || was != is {
			all = append(all, Change{name, shown(was, had), shown(is, has)})
		}
	}
	return all
}

func shown(s string, there bool) string {
	if there && s == "" {
		return "–"
	}
	return s
}

// Text says the difference: + is added, - removed, ~ changed.
func (d Difference) Text(documents string) string {
	l, out := language(documents), &strings.Builder{}
	if len(d.Said)+len(d.Asked) == 0 {
		return l.of("Geen verschil in wat wordt gezegd of gevraagd.\n", "No difference in what is said or asked.\n")
	}
	fmt.Fprintf(out, "%s\n", l.of("Wat wordt gevraagd en doorgegeven", "What is asked and passed on"))
	write(out, d.Asked, l)
	fmt.Fprintf(out, "\n%s\n", l.of("Wat wordt gezegd", "What is said"))
	write(out, d.Said, l)
	return out.String()
}

func write(out *strings.Builder, list []Change, l language) {
	if len(list) == 0 {
		fmt.Fprintf(out, "  %s\n", l.of("Geen verschil.", "No difference."))
	}
	for _, c := range list {
		mark := "~"
		switch {
		case c.Before == "":
			mark = "+"
		case c.After == "":
			mark = "-"
		}
		fmt.Fprintf(out, "%s %s\n", mark, c.What)
		lines(out, "-", c.Before)
		lines(out, "+", c.After)
	}
}

func lines(out *strings.Builder, mark, s string) {
	if s == "" {
		return
	}
	for line := range strings.Lines(strings.TrimSpace(s)) {
		fmt.Fprintf(out, "    %s %s\n", mark, strings.TrimRight(line, "\n"))
	}
}
