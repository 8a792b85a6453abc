package privacy

import "regexp"

var asked = regexp.MustCompile(`(?i)\b(wat is|geef|vul|stuur|typ|what is|give|enter|send)\b[^.?!]*\b(bsn|burgerservicenummer|iban|rekeningnummer|kaartnummer|documentnummer|digid|bank account)\b`)

// Asks tells whether a text asks a resident for an identifier that may not be
// asked, and the words that do so.
func Asks(text string) (found string, asks bool) {
	found = asked.FindString(text)
	return found, found != ""
}
