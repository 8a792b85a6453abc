package text

import (
	"fmt"
	"strings"

	"github.com/gemeentebode/bode/bot"
)

// Reserved tells whether a name means something in every text, so that no
// saved value and no field of a list may have it.
func Reserved(name string) bool {
	switch name {
	case "municipality", "fact", "team", "text", "lines":
		return true
	}
	return false
}

// worldly tells whether a path is answered by the World and not by the flow.
// {{.lines}} is the flow's: the engine saves it for the one rendering.
func worldly(path string) bool {
	first, _, _ := strings.Cut(path, ".")
	return first != "lines" && Reserved(first)
}

// worldShape refuses {{.fact}}, {{.text.a.b}} and the like.
func worldShape(at int, path string) *Error {
	parts := strings.Split(path, ".")
	want := map[string]string{"municipality": ".municipality", "fact": ".fact.telefoon", "text": ".text.groet", "team": ".team.kcc.hours"}[parts[0]]
	if want == "" || len(parts) == strings.Count(want, ".") {
		return nil
	}
	return mistake(at, "text-path", fmt.Sprintf(`.%s kan niet: schrijf zoiets als %s`, path, want), fmt.Sprintf(`.%s is not possible: write something like %s`, path, want))
}

// lookup answers a worldly path.
func (w *World) lookup(path []string) (string, bool) {
	var found string
	var ok bool
	switch {
	case path[0] == "municipality":
		return w.Municipality, true
	case path[0] == "fact":
		found, ok = w.Facts[path[1]]
	case path[0] == "text":
		found, ok = w.Texts[path[1]]
	case path[0] == "team":
		found, ok = w.Teams[path[1]][path[2]]
	}
	return found, ok
}

// Fits tells whether a text may show a value of a kind with a function ("" for
// as it is). A date, a moment and a code are not for people to read as they are.
func Fits(function string, kind bot.FieldKind) bool {
	switch function {
	case "":
		switch kind {
		case bot.FieldText, bot.FieldNumber, bot.FieldBool, bot.FieldAddress, bot.FieldPlace, bot.FieldRecord:
			return true
		}
		return false
	case "weekday", "date":
		return kind == bot.FieldDate || kind == bot.FieldTime
	case "time", "slot":
		return kind == bot.FieldTime
	case "money":
		return kind == bot.FieldNumber
	case "kind":
		return kind == bot.FieldCode
	case "choice":
		return kind == bot.FieldCode || kind == bot.FieldText
	}
	return false
}
