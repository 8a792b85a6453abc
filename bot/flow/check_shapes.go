package flow

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/text"
)

// The longest that an answer can get, in characters as shown, where the state
// does not say so itself. The engine refuses longer ones.
const (
	longestText      = 500
	longestNumber    = 24 // twelve digits, six decimals, separators
	longestDate      = 30 // "woensdag 30 september 2026" and its like in other languages
	longestTime      = len("14:30")
	longestAddress   = 180 // a street name (BAG: 80), number with letter and addition, city (80)
	longestPlace     = 200
	longestPhone     = 20
	longestEmail     = 254 // RFC 5321
	longestReference = 40
	longestBool      = 5
)

// askField is the shape of the answer to a question.
func askField(s *State) bot.Field {
	f := bot.Field{Name: s.Save, Kind: bot.FieldText, Longest: longestText}
	switch s.Ask {
	case "number":
		f.Kind, f.Longest = bot.FieldNumber, max(longestNumber, len(s.Max), len(s.Min))
	case "date":
		f.Kind, f.Longest = bot.FieldDate, longestDate
	case "time":
		f.Longest = longestTime // a time of day without a day is no moment
	case "address":
		f.Kind, f.Longest = bot.FieldAddress, longestAddress
	case "place":
		f.Kind, f.Longest = bot.FieldPlace, longestPlace
	case "yes_no":
		f.Kind, f.Longest = bot.FieldBool, longestBool
	case "phone":
		f.Longest = longestPhone
	case "email":
		f.Longest = longestEmail
	case "reference":
		f.Longest = longestReference
	}
	if s.MaxLength > 0 {
		f.Longest = s.MaxLength
	}
	return f
}

// fieldsOf are the fields of a record, also of those that every installation has.
func fieldsOf(f bot.Field) []bot.Field {
	switch f.Kind {
	case bot.FieldAddress:
		return []bot.Field{
			{Name: "label", Kind: bot.FieldText, Longest: longestAddress},
			{Name: "postcode", Kind: bot.FieldText, Longest: 7},
			{Name: "number", Kind: bot.FieldNumber, Longest: 5},
			{Name: "letter", Kind: bot.FieldText, Longest: 1},
			{Name: "addition", Kind: bot.FieldText, Longest: 4},
			{Name: "street", Kind: bot.FieldText, Longest: 80},
			{Name: "city", Kind: bot.FieldText, Longest: 80},
			{Name: "bag_id", Kind: bot.FieldText, Longest: 16},
		}
	case bot.FieldPlace:
		return []bot.Field{
			{Name: "label", Kind: bot.FieldText, Longest: longestPlace},
			{Name: "latitude", Kind: bot.FieldNumber, Longest: 20, Optional: true},
			{Name: "longitude", Kind: bot.FieldNumber, Longest: 20, Optional: true},
			{Name: "address", Kind: bot.FieldAddress, Longest: longestAddress, Optional: true},
		}
	case bot.FieldRecord:
		return f.Fields
	}
	return nil
}

func fieldNames(fields []bot.Field) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names
}

// showable tells whether a text may show the value as it is: a record is shown
// by its label.
func (sh valueShape) showable() bool {
	if sh.Kind == bot.FieldRecord {
		return slices.Contains(fieldNames(sh.Fields), "label")
	}
	return text.Fits("", sh.Kind)
}

// longest is the bound of the shape in one language, words of codes and labels
// of choices included.
func (c *checker) longest(sh valueShape, language string) text.Bound {
	b := text.Bound{Longest: sh.Longest, Most: sh.Most}
	if b.Longest == 0 {
		b.Longest = c.declaredLongest(sh, language)
	}
	for _, code := range sh.Codes {
		b.Longest = max(b.Longest, text.Length(code))
		b.Word = max(b.Word, text.Length(code))
		if word := c.b.Shared.Kinds[code]; word != nil && !sh.choice {
			b.Word = max(b.Word, c.worldly(word, language))
		}
	}
	for _, label := range sh.labels {
		b.Word = max(b.Word, c.worldly(label, language))
	}
	return b
}

// declaredLongest stands in where a service declares no longest value.
func (c *checker) declaredLongest(sh valueShape, language string) int {
	switch sh.Kind {
	case bot.FieldNumber:
		return longestNumber
	case bot.FieldBool:
		return longestBool
	case bot.FieldDate:
		return longestDate
	case bot.FieldTime:
		return longestDate + longestTime
	case bot.FieldAddress:
		return longestAddress
	case bot.FieldPlace:
		return longestPlace
	case bot.FieldRecord:
		if label, ok := sh.inside("label"); ok && label.Kind != bot.FieldRecord {
			return c.longest(label, language).Longest
		}
	case bot.FieldText:
		return longestText
	}
	return 0
}

// fits tells why a value of one shape cannot go where another is asked, as a
// pair of sentences without their subject; "" when it can.
func fits(have, want bot.Field) (dutchWhy, englishWhy string) {
	switch {
	case want.Kind == bot.FieldCode && have.Kind == bot.FieldCode:
		return codesFit(have.Codes, want.Codes)
	case have.Kind == want.Kind, want.Kind == bot.FieldPlace && have.Kind == bot.FieldAddress:
		return "", ""
	case want.Kind == bot.FieldText:
		switch have.Kind { // all of these are texts in a conversation
		case bot.FieldCode, bot.FieldDate, bot.FieldTime:
			return "", ""
		}
	}
	return fmt.Sprintf("is %s, maar hier hoort %s.", kindDutch(have.Kind), kindDutch(want.Kind)),
		fmt.Sprintf("is %s, but this takes %s.", kindEnglish(have.Kind), kindEnglish(want.Kind))
}

func codesFit(have, want []string) (dutchWhy, englishWhy string) {
	if len(want) == 0 {
		return "", ""
	}
	for _, code := range have {
		if !slices.Contains(want, code) {
			meant := near(code, want)
			return fmt.Sprintf("kan %q zijn, en die waarde is hier niet bekend.", code) + meantDutch(meant),
				fmt.Sprintf("can be %q, which is not known here.", code) + meantEnglish(meant)
		}
	}
	return "", ""
}

// literal is the shape of a value that stands in the file itself.
func literal(v bot.Value) bot.Field {
	switch x := v.Decode().(type) {
	case string:
		f := bot.Field{Kind: bot.FieldText, Codes: []string{x}}
		return f
	case float64:
		return bot.Field{Kind: bot.FieldNumber}
	case bool:
		return bot.Field{Kind: bot.FieldBool}
	}
	return bot.Field{Kind: bot.FieldRecord}
}

// literalFits is as fits, for a literal: a text may be written for what
// conversations hold as one.
func literalFits(v bot.Value, want bot.Field) (dutchWhy, englishWhy string) {
	have := literal(v)
	if have.Kind == bot.FieldText {
		switch want.Kind {
		case bot.FieldCode:
			return codesFit(have.Codes, want.Codes)
		case bot.FieldDate, bot.FieldTime:
			return "", ""
		}
	}
	return fits(have, want)
}

func kindDutch(k bot.FieldKind) string {
	words := map[bot.FieldKind]string{
		bot.FieldText: "een tekst", bot.FieldNumber: "een getal", bot.FieldBool: "ja of nee", bot.FieldDate: "een datum",
		bot.FieldTime: "een tijdstip", bot.FieldAddress: "een adres", bot.FieldPlace: "een plek",
		bot.FieldCode: "een vaste waarde", bot.FieldRecord: "een gegeven met onderdelen", bot.FieldList: "een lijst",
	}
	return words[k]
}

func kindEnglish(k bot.FieldKind) string {
	words := map[bot.FieldKind]string{
		bot.FieldText: "a text", bot.FieldNumber: "a number", bot.FieldBool: "yes or no", bot.FieldDate: "a date",
		bot.FieldTime: "a moment", bot.FieldAddress: "an address", bot.FieldPlace: "a place",
		bot.FieldCode: "one of fixed values", bot.FieldRecord: "a record with fields", bot.FieldList: "a list",
	}
	return words[k]
}

// compared reads a comparison of a branch: "< 18", ">= 2026-12-31".
func compared(value string) (op string, than float64, ok bool) {
	for _, op := range []string{"<=", ">=", "==", "!=", "<", ">", "="} {
		if rest, found := strings.CutPrefix(value, op); found {
			than, ok := measure(strings.TrimSpace(rest))
			return op, than, ok
		}
	}
	return "", 0, false
}

// measure reads a number, or a date as its day.
func measure(s string) (float64, bool) {
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		return n, true
	}
	day, err := time.Parse(time.DateOnly, s)
	return float64(day.Unix() / (24 * 60 * 60)), err == nil
}

// coversAll tells whether comparisons and exact values leave nothing out. It
// is enough to look at each bound, and between and beside them.
func coversAll(values []string) bool {
	var bounds []float64
	for _, v := range values {
		if _, than, ok := compared(v); ok {
			bounds = append(bounds, than)
		} else if n, ok := measure(v); ok {
			bounds = append(bounds, n)
		}
	}
	if len(bounds) == 0 {
		return false
	}
	slices.Sort(bounds)
	probes := []float64{bounds[0] - 1, bounds[len(bounds)-1] + 1}
	for i, b := range bounds {
		probes = append(probes, b)
		if i > 0 {
			probes = append(probes, (bounds[i-1]+b)/2)
		}
	}
	return !slices.ContainsFunc(probes, func(n float64) bool {
		return !slices.ContainsFunc(values, func(v string) bool { return takes(v, n) })
	})
}

func takes(value string, n float64) bool {
	op, than, ok := compared(value)
	if !ok {
		than, ok = measure(value)
		op = "="
	}
	switch op {
	case "<":
		return ok && n < than
	case "<=":
		return ok && n <= than
	case ">":
		return ok && n > than
	case ">=":
		return ok && n >= than
	case "!=":
		return ok && n != than
	}
	return ok && n == than
}
