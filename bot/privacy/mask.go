package privacy

import "regexp"

var nine = regexp.MustCompile(`\b[0-9]{9}\b`)

// Mask takes identifiers out of a text and names the kinds that it took out.
func Mask(text string) (string, []string) {
	masked := nine.ReplaceAllString(text, "[bsn]")
	if masked == text {
		return text, nil
	}
	return masked, []string{"bsn"}
}
