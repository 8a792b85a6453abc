package privacy

import "regexp"

// MatchesIdentifier tells whether a reference pattern would accept some valid
// BSN, IBAN, card or document number.
func MatchesIdentifier(pattern *regexp.Regexp) bool {
	for _, id := range []string{"111222333", "NL91ABNA0417164300", "4111111111111111", "NX1234567", "1234567890"} {
		if pattern.FindString(id) == id {
			return true
		}
	}
	return false
}
