package flow

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/text"
)

// slot is one text of a state, at its key.
type slot struct {
	key   string
	text  *text.Text
	item  string // the list over whose items it is written once each; "" for the flow's values
	limit int    // characters; 0: part of the message, see lengths
}

// slotsOf lists the texts of a state.
func slotsOf(s *State) []slot {
	label := text.MaxRowTitle
	if s.Kind == Choose && len(s.Choices) <= text.MaxButtons && !described(s) {
		label = text.MaxButtonTitle
	}
	slots := []slot{
		{key: "text", text: s.Text},
		{key: "line", text: s.Line, item: s.List},
		{key: "invalid", text: s.Invalid},
		{key: "optional", text: s.Optional, limit: text.MaxButtonTitle},
		{key: "button", text: s.Button, limit: text.MaxListButton},
		{key: "label", text: s.Label, item: s.From, limit: text.MaxRowTitle},
		{key: "description", text: s.Description, item: s.From, limit: text.MaxRowDescription},
	}
	if s.Link != nil {
		slots = append(slots, slot{key: "link.label", text: s.Link.Label, limit: text.MaxLinkLabel})
	}
	for i, choice := range s.Choices {
		key := "choices." + strconv.Itoa(i)
		slots = append(slots, slot{key: key + ".label", text: choice.Label, limit: label},
			slot{key: key + ".description", text: choice.Description, limit: text.MaxRowDescription})
	}
	return slices.DeleteFunc(slots, func(s slot) bool { return s.text == nil })
}

// described tells whether a choice has a description: it takes a list to show that.
func described(s *State) bool {
	return slices.ContainsFunc(s.Choices, func(c Choice) bool { return c.Description != nil })
}

// uses proves that what the texts of a state show is there and can be shown,
// in every language.
func (c *checker) uses(g *graph, s int) {
	for _, sl := range slotsOf(g.states[s]) {
		for _, language := range sortedKeys(sl.text.ByLanguage) {
			at := c.inLanguage(g.at(s, sl.key), sl.text, language)
			for _, u := range sl.text.ByLanguage[language].Uses() {
				c.use(g, s, at, sl, u)
			}
		}
	}
}

// inLanguage is where the text of one language stands: a translation in its
// locale file, where its key is its id ("locales/afval.en.toml#afval.adres.text"
// among the places), else at its Dutch source.
func (c *checker) inLanguage(at spot, t *text.Text, language string) spot {
	if language == dutch {
		return at
	}
	if c.files == nil {
		c.files = map[string]string{}
		for key := range c.d.places {
			if file, id, ok := strings.Cut(key, "#"); ok && strings.HasPrefix(file, "locales/") {
				parts := strings.Split(file, ".")
				c.files[parts[max(len(parts)-2, 0)]+"#"+id] = file
			}
		}
	}
	if file := c.files[language+"#"+t.ID]; file != "" {
		at.file, at.path = file, t.ID
	} else {
		at.language = language
	}
	return at
}

func (c *checker) use(g *graph, s int, at spot, sl slot, u text.Use) {
	if c.worldUse(at, u.Path, everything) {
		return
	}
	if u.Path == "lines" {
		if g.states[s].List == "" || sl.key == "line" {
			c.fault(at, "no-list", "{{.lines}} hoort bij \"list\" en \"line\", en die staan hier niet.", "{{.lines}} goes with \"list\" and \"line\", which are not here.")
		}
		return
	}
	soft := u.Condition || u.Guarded
	var found []valueShape
	if sl.item != "" {
		found = c.itemUse(g, s, at, sl.item, u)
	} else {
		found = c.valueUse(g, at, u, soft)
	}
	for _, sh := range found {
		if c.misused(at, u, sh) {
			return
		}
	}
}

// itemUse resolves a field of a list's items: "date" in line, label and description.
func (c *checker) itemUse(g *graph, s int, at spot, list string, u text.Use) []valueShape {
	var found []valueShape
	for _, sh := range g.resolveAll(s, list) {
		if sh.Kind != bot.FieldList {
			continue // noted at the list
		}
		found = append(found, c.inItem(at, sh, list, u.Path, u)...)
	}
	return found
}

func (c *checker) inItem(at spot, list valueShape, name, path string, u text.Use) []valueShape {
	item := valueShape{Field: itemOf(list.Field)}
	inner, ok := c.through(item, path, u)
	if !ok {
		c.noField(at, name, item, path)
		return nil
	}
	return []valueShape{inner}
}

// through follows a path that may pass a list over which a range walks.
func (c *checker) through(sh valueShape, path string, u text.Use) (valueShape, bool) {
	if inner, ok := sh.inside(path); ok {
		return inner, true
	}
	parts := strings.Split(path, ".")
	for i := 1; i < len(parts) && u.List != ""; i++ {
		list, ok := sh.inside(strings.Join(parts[:i], "."))
		if ok && list.Kind == bot.FieldList {
			return c.through(valueShape{Field: itemOf(list.Field)}, strings.Join(parts[i:], "."), u)
		}
	}
	return valueShape{}, false
}

func (c *checker) valueUse(g *graph, at spot, u text.Use, soft bool) []valueShape {
	name, rest, _ := strings.Cut(u.Path, ".")
	var found []valueShape
	for _, sh := range c.needsValue(g, at, name, soft) {
		if u.List == u.Path || u.List == "" || !strings.HasPrefix(u.Path, u.List+".") {
			inner, ok := sh.inside(rest)
			if !ok {
				c.noField(at, "."+u.Path, sh, rest)
				return nil
			}
			found = append(found, inner)
			continue
		}
		list, ok := c.through(sh, strings.TrimPrefix(strings.TrimPrefix(u.List, name), "."), u)
		if ok && list.Kind == bot.FieldList {
			found = append(found, c.inItem(at, list, "."+u.List, strings.TrimPrefix(u.Path, u.List+"."), u)...)
		}
	}
	return found
}

// misused notes a value that a text cannot show in this way.
func (c *checker) misused(at spot, u text.Use, sh valueShape) bool {
	path := "." + u.Path
	switch {
	case u.Condition:
		return false
	case u.Range:
		if sh.Kind != bot.FieldList {
			c.notAList(at, path, sh.Kind)
		}
		return sh.Kind != bot.FieldList
	case sh.Optional && !u.Guarded:
		c.fault(at, "may-be-absent", fmt.Sprintf("%s kan leeg zijn. Zet er {{if %s}} en {{end}} omheen.", path, path),
			fmt.Sprintf("%s can be empty. Put {{if %s}} and {{end}} around it.", path, path))
	case u.Func == "" && !sh.showable():
		c.fault(at, "not-shown", fmt.Sprintf("%s is %s en is zo niet te lezen.%s", path, kindDutch(sh.Kind), tryDutch(u.Path, sh)),
			fmt.Sprintf("%s is %s and cannot be read like this.%s", path, kindEnglish(sh.Kind), tryEnglish(u.Path, sh)))
	case u.Func != "" && !text.Fits(u.Func, sh.Kind):
		c.fault(at, "wrong-function", fmt.Sprintf("%q kan niet bij %s: dat is %s.", u.Func, path, kindDutch(sh.Kind)),
			fmt.Sprintf("%q does not go with %s: that is %s.", u.Func, path, kindEnglish(sh.Kind)))
	case u.Func == "choice" && !sh.choice:
		c.fault(at, "wrong-function", fmt.Sprintf("%s is geen keuze van de bewoner. \"choice\" kan hier niet.", path),
			fmt.Sprintf("%s is no choice of the resident. \"choice\" is not possible here.", path))
	case u.Func == "kind" && sh.choice:
		c.fault(at, "wrong-function", fmt.Sprintf("%s is een keuze van de bewoner. Schrijf {{choice %s}}.", path, path),
			fmt.Sprintf("%s is a choice of the resident. Write {{choice %s}}.", path, path))
	case u.Func == "kind":
		return c.wordless(at, sh)
	default:
		return false
	}
	return true
}

// wordless notes the codes that bode.toml has no word for.
func (c *checker) wordless(at spot, sh valueShape) bool {
	var without []string
	for _, code := range sh.Codes {
		if c.b.Shared.Kinds[code] == nil {
			without = append(without, code)
		}
	}
	if without != nil {
		c.fault(at, "no-word", fmt.Sprintf("In bode.toml staat onder [kinds] nog geen woord voor %s.", quoted(without)),
			fmt.Sprintf("In bode.toml there is no word yet under [kinds] for %s.", quoted(without)))
	}
	return without != nil
}

// tryDutch and tryEnglish say how a value can be shown.
func tryDutch(path string, sh valueShape) string {
	return try(path, sh, " Schrijf %s.", " Noem een onderdeel: %s.")
}

func tryEnglish(path string, sh valueShape) string {
	return try(path, sh, " Write %s.", " Name a field: %s.")
}

func try(path string, sh valueShape, write, name string) string {
	switch {
	case sh.choice:
		return fmt.Sprintf(write, "{{choice ."+path+"}}")
	case sh.Kind == bot.FieldCode:
		return fmt.Sprintf(write, "{{kind ."+path+"}}")
	case sh.Kind == bot.FieldDate:
		return fmt.Sprintf(write, "{{date ."+path+"}}")
	case sh.Kind == bot.FieldTime:
		return fmt.Sprintf(write, "{{slot ."+path+"}}")
	case sh.Kind == bot.FieldRecord && len(sh.Fields) > 0:
		return fmt.Sprintf(name, "."+path+"."+sh.Fields[0].Name)
	}
	return ""
}
