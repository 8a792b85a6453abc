package waste

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gemeentebode/bode/bot"
)

// Bounds of the guide, in characters. An item is also a row of a list, so it
// is as short as WhatsApp wants a row's title.
const (
	longestItem     = 24
	longestWhere    = 200
	longestQuestion = 200
)

// SortingKinds are the places that the guide sends things to: the fractions,
// and what is not picked up at home.
var SortingKinds = append(slices.Clone(Kinds), "elektrisch", "frituurvet", "statiegeld", "kringloop", "apotheek", "milieustraat", "winkel")

// guideColumns are the columns of the guide. A language of its own has its own
// columns: item_en, where_en, synonyms_en.
var guideColumns = map[string][]string{
	"item": {"item"}, "item_en": {"item_en"}, "kind": {"kind", "soort"},
	"where": {"where", "waar"}, "where_en": {"where_en"},
	"synonyms": {"synonyms", "synoniemen"}, "synonyms_en": {"synonyms_en"},
}

// guide is what belongs where. It never changes.
type guide struct {
	items []item
	terms []term
}

type item struct{ name, nameEN, kind, where, whereEN string }

// term is one way to say an item, in the form in which words are compared.
type term struct {
	words []string // stemmed
	bare  string   // as written, without spaces, for typing errors
	item  int
}

// itemFields declares the record of an item. Each language has its own words;
// a text takes those of its language.
func itemFields() []bot.Field {
	return []bot.Field{
		{Name: "item", Kind: bot.FieldText, Longest: longestItem},
		{Name: "item_en", Kind: bot.FieldText, Longest: longestItem},
		{Name: "kind", Kind: bot.FieldCode, Codes: SortingKinds, Longest: 24},
		{Name: "where", Kind: bot.FieldText, Longest: longestWhere},
		{Name: "where_en", Kind: bot.FieldText, Longest: longestWhere},
		{Name: "centre", Kind: bot.FieldBool},
	}
}

// record is the item as a flow keeps it. centre: the advice names the
// recycling centre, so that a text can add where that is.
func (i item) record() map[string]any {
	return map[string]any{"label": i.name, "item": i.name, "item_en": i.nameEN, "kind": i.kind, "where": i.where, "where_en": i.whereEN,
		"centre": strings.Contains(strings.ToLower(i.where), "milieustraat")}
}

// readGuide reads the guide's table; up to twenty faults at once, by line.
func readGuide(data []byte) (*guide, error) {
	rows, place, err := tableOf(data, guideColumns)
	if err != nil {
		return nil, err
	}
	g := &guide{}
	seen := map[string]int{}
	var faults []error
	for len(faults) < mostFaults {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errors.Join(append(faults, err)...)
		}
		line, _ := rows.FieldPos(0)
		get := func(column string) string { return cell(row, place, column) }
		it := item{get("item"), get("item_en"), get("kind"), get("where"), get("where_en")}
		if err := it.check(); err != nil {
			faults = append(faults, fmt.Errorf("line %d: %w", line, err))
			continue
		}
		if first, ok := seen[strings.ToLower(it.name)]; ok {
			faults = append(faults, fmt.Errorf("line %d: %q already stands on line %d", line, it.name, first))
		}
		seen[strings.ToLower(it.name)] = line
		g.add(it, get("synonyms")+","+get("synonyms_en"))
	}
	if len(g.items) == 0 && len(faults) == 0 {
		faults = append(faults, errors.New("there is not one item in it"))
	}
	return g, errors.Join(faults...)
}

func (i item) check() error {
	for name, text := range map[string]string{"item": i.name, "item_en": i.nameEN} {
		if n := utf8.RuneCountInString(text); n == 0 || n > longestItem {
			return fmt.Errorf("%s has to be 1 to %d characters long", name, longestItem)
		}
	}
	for name, text := range map[string]string{"where": i.where, "where_en": i.whereEN} {
		if n := utf8.RuneCountInString(text); n == 0 || n > longestWhere {
			return fmt.Errorf("%s has to be 1 to %d characters long", name, longestWhere)
		}
	}
	if !slices.Contains(SortingKinds, i.kind) {
		return fmt.Errorf("kind %q is not one of %q", i.kind, SortingKinds)
	}
	if !utf8.ValidString(i.name + i.nameEN + i.where + i.whereEN) {
		return errors.New("the file is not UTF-8: save it as CSV UTF-8")
	}
	return nil
}

func (g *guide) add(it item, synonyms string) {
	g.items = append(g.items, it)
	index := len(g.items) - 1
	for name := range strings.SplitSeq(it.name+","+it.nameEN+","+synonyms, ",") {
		words := fold(name)
		if len(words) == 0 {
			continue
		}
		g.terms = append(g.terms, term{stems(words), strings.Join(words, ""), index})
	}
}

// sorting answers where something belongs.
func (s *Service) sorting(call bot.Call) bot.Result {
	found, sure := s.guide.look(call.With["item"].Text())
	switch {
	case len(found) == 0:
		return bot.Result{Outcome: "unknown"}
	case len(found) == 1 && sure:
		return bot.Result{Outcome: "found", Value: bot.ValueOf(found[0].record())}
	}
	var list []map[string]any
	for _, it := range found[:min(mostItems, len(found))] {
		list = append(list, it.record())
	}
	return bot.Result{Outcome: "several", Value: bot.ValueOf(list)}
}
