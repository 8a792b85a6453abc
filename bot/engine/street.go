package engine

import (
	"regexp"
	"strings"

	"github.com/gemeentebode/bode/bot/text"
)

// An address as people type it: a Dutch postcode (four digits, the first not
// 0, and two letters) and a house number, in either order. What comes after
// the number (12a, 12-2, 12 bis) is the service's to read.
var (
	postcodeFirst = regexp.MustCompile(`(?i)\b[1-9]\d{3}\s?[a-z]{2}[\s,]*(?:(?:huisnummer|nummer|nr)\.?\s*)?\d{1,5}(?:\s?-\s?[a-z0-9]{1,4}\b|[a-z]\b|\s(?:bis|hs|huis|[a-z])\b)?(?:\s?-?\s?\d{1,4}\b)?`)
	numberFirst   = regexp.MustCompile(`(?i)\b\d{1,5}(?:\s?-?[a-z0-9]{1,4})?[\s,]+[1-9]\d{3}\s?[a-z]{2}\b`)
	postcodeOnly  = regexp.MustCompile(`(?i)^\s*(?:(?:mijn|de)?\s*postcode\s*(?:is)?:?\s*)?([1-9]\d{3}\s?[a-z]{2})[\s.,]*$`)
	postcodeAny   = regexp.MustCompile(`\b[1-9]\d{3}(?:[a-zA-Z]{2}| ?[A-Z]{2})\b`)
	numberOnly    = regexp.MustCompile(`(?i)^\s*(?:(?:op|mijn)\s+)?(?:(?:huisnummer|nummer|nr)\.?\s*(?:is\s+)?)?(\d{1,3}(?:\s?-?\s?[a-z]|\s?-\s?\d{1,4}|\s(?:bis|hs|huis))?)[\s.,]*$`)

	// A street that its last part shows, with what may stand before it: "lange
	// nieuwstraat 10", "burg. van der bergplein 4a".
	streetNumber = regexp.MustCompile(`(?i)(?:\b(?:lange|korte|oude|nieuwe|grote|kleine|hoge|lage|eerste|tweede|1e|2e|sint|st|van|de|den|der|het|ten|ter|dr|prof|mr|burg|burgemeester|prins|prinses|koning|koningin)\.?\s+)*` +
		`(?:\b\p{L}[\p{L}'’-]*(?:straat|laan|plein|gracht|singel|dijk|kade|steeg|dreef|plantsoen|hof|wal)|\b\p{L}[\p{L}'’-]{2,}(?:weg|pad|park|markt|baan|dam|veld)|\b(?:brink|markt|kade|singel|plein|wal|hof))` +
		`\s+(?:(?:huisnummer|nummer|nr)\.?\s*)?\d{1,5}-?[a-z]?\b`)
	wordsNumber = regexp.MustCompile(`(?i)^\s*\p{L}[\p{L}'’.-]*(?:\s+[\p{L}'’.-]+){0,4}\s+\d{1,4}\s?-?[a-z]?[\s.,]*$`)
)

// addressIn finds an address in a longer sentence; "" when there is none.
func addressIn(typed string) string {
	for _, shape := range []*regexp.Regexp{postcodeFirst, numberFirst, streetNumber} {
		if found := shape.FindString(typed); found != "" {
			return found
		}
	}
	return ""
}

// postcodeIn finds a postcode without a number in a sentence. Small letters
// behind a space may be a word: "in 2026 is".
func postcodeIn(typed string) string {
	if found := postcodeOnly.FindStringSubmatch(typed); found != nil {
		return found[1]
	}
	return postcodeAny.FindString(typed)
}

// looksLikeAddress tells whether a text is worth asking the address service.
func looksLikeAddress(typed string) bool {
	if text.Length(typed) > 120 {
		return false
	}
	if addressIn(typed) != "" {
		return true
	}
	return strings.ContainsAny(typed, "0123456789") && strings.ContainsFunc(fold(typed), func(r rune) bool { return r >= 'a' }) &&
		!postcodeOnly.MatchString(typed) && !numberOnly.MatchString(typed)
}

// bareAddress tells whether a message is an address, or the postcode of one,
// and nothing else.
func bareAddress(typed string) bool {
	if text.Length(typed) > 80 {
		return false
	}
	folded := fold(typed)
	for _, shape := range []*regexp.Regexp{postcodeFirst, numberFirst, streetNumber, postcodeOnly} {
		found := fold(shape.FindString(typed))
		if found != "" && onlySmallWords(strings.ReplaceAll(folded, found, " in ")) {
			return true
		}
	}
	name := strings.TrimRight(folded, "0123456789 ")
	return wordsNumber.MatchString(typed) && !onlySmallWords(name)
}

// half keeps one half of an address and asks for the other.
func (t *turn) half(typed string) bool {
	if found := postcodeOnly.FindStringSubmatch(typed); found != nil {
		t.c.part = found[1]
		t.say(sayHouseNumber)
		return true
	}
	if found := numberOnly.FindStringSubmatch(typed); found != nil {
		t.c.part = found[1]
		t.say(sayPostcode)
		return true
	}
	return false
}

// otherHalf puts what is typed to the half that was typed before.
func (t *turn) otherHalf(typed string) bool {
	if t.c.part == "" {
		return false
	}
	postcode, number := postcodeOnly.FindStringSubmatch(typed), numberOnly.FindStringSubmatch(typed)
	switch {
	case number != nil && postcodeOnly.MatchString(t.c.part):
		t.find(t.c.part + " " + number[1])
	case postcode != nil && numberOnly.MatchString(t.c.part):
		t.find(postcode[1] + " " + t.c.part)
	default:
		return false
	}
	return true
}
