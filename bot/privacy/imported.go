package privacy

import (
	"errors"
	"slices"
	"strings"

	"github.com/gemeentebode/bode/bot"
)

// Imported masks the values of one row that an import or a colleague brought,
// in place, before anything looks at them, and names per value what was taken
// out: {"phone": ["bsn"]}.
func Imported(row map[string]string) map[string][]string {
	var found map[string][]string
	for name, value := range row {
		masked, kinds := Mask(value)
		if len(kinds) == 0 {
			continue
		}
		if found == nil {
			found = map[string][]string{}
		}
		row[name], found[name] = masked, kinds
	}
	return found
}

// Why a text is no phone number; none quotes the text.
var (
	errPhoneEmpty   = errors.New("there is no phone number")
	errPhoneText    = errors.New("it is not a phone number: write digits, as in 06 12345678 or +31 6 12345678")
	errPhoneLength  = errors.New("a phone number has 8 to 15 digits with its country code, and a Dutch one 10 digits from its 0")
	errPhoneCountry = errors.New("it begins with no 0 and no country code: write +31 6 ...; spreadsheets drop a 0 from a column that is not text")
	errPhoneService = errors.New("0800 and 0900 numbers have no chat")
)

// Phone reads a phone number as people write it (06-12345678, 0031 6 ...,
// +31 (0)6 ...) and gives its digits with the country code, as WhatsApp does.
// A number without a country is Dutch. Source of the lengths: E.164, and the
// Dutch numbering plan.
func Phone(text string) (bot.Private, error) {
	text = strings.TrimSpace(text)
	plus := strings.HasPrefix(text, "+")
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \u00a0\u202f-.()/\u2010\u2011\u2013", r) {
			return -1
		}
		return r
	}, strings.Replace(strings.TrimPrefix(text, "+"), "(0)", "", 1))
	switch {
	case text == "":
		return bot.Private{}, errPhoneEmpty
	case digits == "" || strings.Trim(digits, "0123456789") != "":
		return bot.Private{}, errPhoneText
	case plus:
	case strings.HasPrefix(digits, "00"):
		digits = digits[2:]
	case strings.HasPrefix(digits, "0"):
		digits = "31" + digits[1:]
	case !strings.HasPrefix(digits, "31") || len(digits) != 11:
		return bot.Private{}, errPhoneCountry
	}
	if strings.HasPrefix(digits, "310") {
		digits = "31" + digits[3:] // "+31 06 ..."
	}
	return e164(digits)
}

func e164(digits string) (bot.Private, error) {
	national, dutch := strings.CutPrefix(digits, "31")
	switch {
	case len(digits) < 8 || len(digits) > 15 || digits[0] == '0' || dutch && len(national) != 9:
		return bot.Private{}, errPhoneLength
	case dutch && slices.Contains([]string{"800", "900", "906", "909"}, national[:3]):
		return bot.Private{}, errPhoneService
	}
	return bot.Hide(digits), nil
}
