package flow

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/text"
)

var stateType = reflect.TypeFor[stateTOML]()

// state turns [states.x] into a State.
func (w *flowReader) state(name string, s *stateTOML) *State {
	at := "states." + name
	out := &State{
		Name: name, Kind: w.kind(at, s.Node), Next: s.Next, Ask: s.Ask, Save: s.Save, MaxLength: s.MaxLength,
		Pattern: s.Pattern, Opening: s.Opening, Call: s.Call, Topic: s.Subscribe + s.Unsubscribe, Team: s.Handover, Note: s.Note, Flow: s.Flow,
		List: w.path(at+".list", s.List), From: w.path(at+".choices_from", s.From), Value: w.path(at+".branch", s.Branch),
	}
	w.texts(at, s, out)
	w.question(at, s, out)
	out.Choices = w.choices(at, s)
	out.With = w.with(at, s)
	w.ways(at, s, out)
	if s.Node.has("save") {
		w.saved(at+".save", s.Save)
	}
	if s.Node.has("end") && !s.End {
		w.fault(at+".end", "bad-end", `"end" kan alleen true zijn. Haal de regel anders weg.`, `"end" can only be true. Otherwise remove the line.`)
	}
	return out
}

func (w *flowReader) texts(at string, s *stateTOML, out *State) {
	id := w.name + "." + out.Name
	own := func(key, source string) *text.Text {
		if !out.Kind.belongs(key) {
			return nil // noted already
		}
		return w.text(at+"."+key, id+"."+key, source)
	}
	out.Text, out.Line = own("text", s.Text), own("line", s.Line)
	out.Label, out.Description = own("label", s.Label), own("description", s.Description)
	out.Invalid, out.Optional, out.Button = own("invalid", s.Invalid), own("optional", s.Optional), own("button", s.Button)
	if s.Link != nil && out.Kind.belongs("link") {
		out.Link = &Link{w.text(at+".link.label", id+".link", s.Link.Label), s.Link.URL}
		w.link(at+".link.url", s.Link.URL)
	}
	switch {
	case s.Node.has("list") && !s.Node.has("line"):
		w.fault(at+".list", "list-without-line", `bij "list" hoort "line": hoe één regel eruitziet`, `"list" needs "line": what one line looks like`)
	case s.Node.has("line") && !s.Node.has("list"):
		w.fault(at+".line", "line-without-list", `bij "line" hoort "list": de bewaarde lijst`, `"line" needs "list": the saved list`)
	case s.Node.has("list") && out.Text != nil && !uses(out.Text, "lines"):
		w.fault(at+".text", "list-not-shown", `de tekst toont de lijst niet: zet {{.lines}} waar de regels komen`, `the text does not show the list: put {{.lines}} where the lines go`)
	}
}

func uses(t *text.Text, path string) bool {
	return slices.ContainsFunc(t.In(dutch).Uses(), func(u text.Use) bool { return u.Path == path })
}

// saved checks the name of a value. What branch knows of itself cannot be one.
func (r *reader) saved(path, name string) {
	if name != "" && !plainName.MatchString(name) {
		r.fault(path, "bad-name", fmt.Sprintf("Een waarde kan niet %q heten. Gebruik kleine letters, cijfers en _, zonder punt ervoor.", name),
			fmt.Sprintf("A value cannot be called %q. Use small letters, digits and _, without a dot.", name))
	}
	switch name {
	case "language", "open", "subscribed":
		r.fault(path, "reserved-name", fmt.Sprintf("%q heeft al een betekenis bij branch. Kies een andere naam.", name),
			fmt.Sprintf("%q already means something to branch. Choose another name.", name))
	}
}

var savedPath = regexp.MustCompile(`^\.[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$`)

// path checks how a saved value is named: ".adres", ".locatie.id". Without
// its dot it is taken for what was meant.
func (r *reader) path(path, value string) string {
	if value == "" || savedPath.MatchString(value) {
		return value
	}
	if meant := "." + value; savedPath.MatchString(meant) {
		r.fault(path, "bad-path", fmt.Sprintf("Voor een bewaarde waarde hoort een punt.%s", meantDutch(meant)), fmt.Sprintf("A saved value is written with a dot.%s", meantEnglish(meant)))
		return meant
	}
	r.fault(path, "bad-path", fmt.Sprintf(`%q is geen naam van een bewaarde waarde, zoals ".adres" of ".locatie.id"`, value),
		fmt.Sprintf(`%q is not the name of a saved value, such as ".adres" or ".locatie.id"`, value))
	return ""
}

// question checks what an ask has besides its text.
func (w *flowReader) question(at string, s *stateTOML, out *State) {
	if out.Kind != Ask {
		return
	}
	out.Min, out.Max = w.limit(at, "min", s.Ask, s.Min.Text), w.limit(at, "max", s.Ask, s.Max.Text)
	if out.Min != "" && out.Max != "" && above(s.Ask, out.Min, out.Max) {
		w.fault(at+".max", "min-above-max", fmt.Sprintf(`"max" (%s) is kleiner dan "min" (%s)`, out.Max, out.Min), fmt.Sprintf(`"max" (%s) is less than "min" (%s)`, out.Max, out.Min))
	}
	if s.Node.has("max_length") {
		w.only(at, "max_length", s.Ask, "text", "reference")
		if s.MaxLength < 1 {
			w.fault(at+".max_length", "bad-length", `"max_length" is minstens 1`, `"max_length" is at least 1`)
		}
	}
	if s.Node.has("opening") {
		w.opening(at, out.Name, s)
	}
	switch {
	case s.Node.has("pattern"):
		w.only(at, "pattern", s.Ask, "reference")
		if _, err := regexp.Compile(s.Pattern); err != nil {
			w.fault(at+".pattern", "bad-pattern", "dit patroon is niet te lezen: "+err.Error(), "this pattern cannot be read: "+err.Error())
		}
	case s.Ask == "reference":
		w.fault(at+".ask", "missing-key", `Bij ask = "reference" hoort ook "pattern".`, `ask = "reference" also needs "pattern".`)
	}
}

// opening belongs to the question that a flow begins with.
func (w *flowReader) opening(at, name string, s *stateTOML) {
	if w.only(at, "opening", s.Ask, "text") && (!s.Opening || w.start != name) {
		w.fault(at+".opening", "bad-opening", `"opening" kan alleen true zijn, en alleen bij de eerste vraag van een flow.`, `"opening" can only be true, and only at the question that a flow begins with.`)
	}
}

// only notes a key that does not belong to this sort of question.
func (w *flowReader) only(at, key, ask string, sorts ...string) bool {
	if ask == "" || slices.Contains(sorts, ask) {
		return true
	}
	w.fault(at+"."+key, "wrong-key", fmt.Sprintf("%q hoort niet bij ask = %q, alleen bij %s", key, ask, quoted(sorts)),
		fmt.Sprintf("%q does not belong to ask = %q, only to %s", key, ask, quoted(sorts)))
	return false
}

func (w *flowReader) limit(at, key, ask, value string) string {
	if value == "" || !w.only(at, key, ask, "number", "date", "time") {
		return ""
	}
	var err error
	switch ask {
	case "number":
		_, err = strconv.ParseFloat(value, 64)
	case "date":
		_, err = time.Parse(time.DateOnly, value)
	case "time":
		_, err = time.Parse("15:04", value)
	}
	if err == nil {
		return value
	}
	w.fault(at+"."+key, "bad-limit", fmt.Sprintf(`%q kan niet %q zijn. Schrijf een getal, een datum zoals 2026-12-31 of een tijd zoals "09:00".`, key, value),
		fmt.Sprintf(`%q cannot be %q. Write a number, a date such as 2026-12-31 or a time such as "09:00".`, key, value))
	return ""
}

func above(ask, low, high string) bool {
	if ask != "number" {
		return low > high
	}
	a, _ := strconv.ParseFloat(low, 64)
	b, _ := strconv.ParseFloat(high, 64)
	return a > b
}

func (w *flowReader) choices(at string, s *stateTOML) []Choice {
	var out []Choice
	taken := map[string]bool{}
	for i, c := range s.Choices {
		own := fmt.Sprintf("%s.choices.%d", at, i)
		key := w.choiceKey(own, c)
		if c.Value != nil && !s.Node.has("save") {
			w.fault(own+".value", "value-without-save", `deze "value" wordt nergens bewaard: zet "save" bij de staat`, `this "value" is saved nowhere: give the state a "save"`)
		}
		if taken[key] { // its texts would be those of the first one
			at, value := own+".label", ""
			if c.Value != nil {
				at, value = own+".value", c.Value.Text
			}
			w.fault(at, "duplicate-choice", fmt.Sprintf("Twee keuzes heten hier %q. Geef ze elk een eigen value.", key),
				fmt.Sprintf("Two choices are called %q here. Give each a value of its own.", key))
			out = append(out, Choice{Key: key + "_" + strconv.Itoa(i), Value: value, Next: c.Next})
			continue
		}
		taken[key] = true
		out = append(out, w.choice(at, own, key, c))
	}
	return out
}

func (w *flowReader) choice(state, at, key string, c choiceTOML) Choice {
	id := w.name + strings.TrimPrefix(state, "states") + ".choice." + key
	out := Choice{Key: key, Next: c.Next, Label: w.text(at+".label", id, c.Label), Description: w.text(at+".description", id+".description", c.Description)}
	if c.Value != nil {
		out.Value = c.Value.Text
	}
	return out
}

// choiceKey names a choice: its value, else a slug of its Dutch label.
func (w *flowReader) choiceKey(at string, c choiceTOML) string {
	if c.Value == nil {
		return slug(c.Label)
	}
	if !plainName.MatchString(c.Value.Text) && strings.Trim(c.Value.Text, "0123456789") != "" {
		w.fault(at+".value", "bad-name", fmt.Sprintf("%q kan geen value zijn. Gebruik kleine letters, cijfers en _.", c.Value.Text),
			fmt.Sprintf("%q cannot be a value. Use small letters, digits and _.", c.Value.Text))
		return slug(c.Value.Text)
	}
	return c.Value.Text
}

// slug makes "Herinner mij" into "herinner_mij", "Café's" into "cafe_s".
func slug(label string) string {
	var out strings.Builder
	gap := false
	for _, c := range norm.NFD.String(strings.ToLower(label)) {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			if gap && out.Len() > 0 {
				out.WriteByte('_')
			}
			gap = false
			out.WriteRune(c)
		case !unicode.Is(unicode.Mn, c):
			gap = true
		}
	}
	if out.Len() == 0 {
		return "choice"
	}
	return out.String()
}

func (w *flowReader) with(at string, s *stateTOML) map[string]Source {
	out := map[string]Source{}
	for _, name := range sortedKeys(s.With) {
		v := s.With[name]
		if written, ok := v.Any.(string); ok && strings.HasPrefix(written, ".") {
			out[name] = Source{Path: w.path(at+".with."+name, written)}
		} else {
			out[name] = Source{Literal: bot.ValueOf(v.Any)}
		}
	}
	return out
}

// ways fills in where the events lead; "else" of a branch is a way of its own.
func (w *flowReader) ways(at string, s *stateTOML, out *State) {
	out.On = map[string]string{}
	for event, to := range s.On {
		out.On[event] = to
	}
	if out.Kind == Branch {
		out.Else = out.On["else"]
		delete(out.On, "else")
		w.l.places[w.file+"#"+at+".else"] = w.l.place(w.file, at+".on.else")
	}
}
