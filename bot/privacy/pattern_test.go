package privacy

import (
	"regexp"
	"testing"
)

func TestMatchesIdentifier(t *testing.T) {
	refused := []string{
		`\d{9}`, `[0-9]+`, `[0-9]{8,10}`, `\d*`, `.*`, `.+`, `\w{9}`, `\d{3} ?\d{3} ?\d{3}`, `\d{4}\.\d{2}\.\d{3}`, `[1-9]\d{8}`,
		`\d{8}`, `\d{10}`, `[A-Z]{2}\d{2}[A-Z]{4}\d{10}`, `[A-Z0-9]{18}`, `NL\d{2}[A-Z]{4}\d{10}`, `nl\d\d[a-z]{4} ?\d{10}`, `(?i)[a-z0-9 ]+`,
		`\d{16}`, `(\d{4} ?){4}`, `4\d{12}`, `[A-Z]{2}\d{7}`, `[A-Z]{2}[A-Z0-9]{6}\d`, `[A-Z0-9]{9}`, `[A-Z0-9-]{5,12}`, `BSN\d{9}`, `Z\d{9}`,
		`111222333`, `\b\d{9}\b`, `(?:M-)?\d{9}`, `[^a]{9}`, `BE\d{14}`, `3[47]\d{13}`, `\S+`, `(?s).{9}`,
		`\d{3}_\d{3}_\d{3}`, `\d{3} {2}\d{3} {2}\d{3}`, `\d{3} - \d{3} - \d{3}`, `\d{3},\d{3},\d{3}`, `(\d\*){8}\d`, `\d{3}'\d{3}'\d{3}`, `\d{3}\(\d{3}\)\d{3}`, `\d{4}[|~]\d{5}`,
	}
	for _, p := range refused {
		if !MatchesIdentifier(regexp.MustCompile(p)) {
			t.Errorf("%s accepts an identifier, and was let through", p)
		}
	}
	let := []string{
		`M-\d{6}`, `[A-Z]{3}-\d{4}`, `AF\d{6}`, `Z-\d{4}-\d{5}`, `\d{4}`, `\d{7}`, `\d{11}`, `\d{12}`, `123456789`, `[A-Z]{4}\d{4}`, `A[0-9]{8}`, `WOO-20\d{2}-\d{3}`,
		`[BCDF]{5}`, `V[0-9]{4}[A-Z]{2}`, `20\d{2}-\d{3}`, `\d{6}-[A-Z]{2}`, `111222334`, `OO\d{7}`, `\d{20}`, `7\d{15}`,
	}
	for _, p := range let {
		if MatchesIdentifier(regexp.MustCompile(p)) {
			t.Errorf("%s accepts no identifier, and was refused", p)
		}
	}
}
