package privacy

import (
	"regexp"
	"testing"
)

// Patterns that look as if they wanted something else, and accept a BSN, IBAN,
// card or document number on some way through them.
func TestMatchesIdentifier_isNotFooled(t *testing.T) {
	for _, p := range []string{
		`(AB)?\d{9}`, `(?:Z-)?\d{3}-?\d{3}-?\d{3}`, `A\d{4}|\d{9}`, `M-\d{6}|[0-9]{9}|X`, `(?:[A-Z]-)?(?:\d{4})?\d{5}`, `\d{4}[A-Z]?\d{5}`, `[\d]{9}`, `[[:digit:]]{9}`, `\p{Nd}{9}`, `\pN{9}`,
		`[^\D]{9}`, `[^A-Za-z]{9}`, `[\x30-\x39]{9}`, `[0-46-9]{9}`, `1+2+3+`, `(1|2|3)+`, `(\d\d\d)(\d\d\d)(\d\d\d)`, `(?P<x>\d{3})(?P<y>\d{6})`, `(?i:a?)\d{9}`, `\d{3}(?:\.\d{3}){2}`, `\d{5,}`, `\d{1,20}`,
		`\d{9}Z?`, `Z?\d{9}Z?`, `^\d{9}$`, `\A\d{9}\z`, `(?m)^\d{9}$`, `(?U)\d+`, `\Q111222333\E`, `11122233[0-9]`, `[1]{3}[2]{3}[3]{3}`, `0{0,1}\d{8}`, `\d{8}|A`, `(?:0|1)\d{7,8}`,
		`[[:alnum:]]{18}`, `[A-Z\d]+`, `(?i)nl\d{2}[a-z]{4}\d{10}`, `[N][L]\d+[A-Z]+\d+`, `\w+`, `\pL{2}\d{2}\pL{4}\d{10}`, `[\pL\pN]{15,34}`, `(?:[A-Z0-9]{4} ?){4,8}[A-Z0-9]{0,4}`, `\S{5,40}`,
		`(?:\d[ -]*){16}`, `4[0-9 ]{12,18}`, `5[1-5]\d{14}`, `\d{4}(?:-\d{4}){3}`, `\d{13,19}`, `[A-Z]{2}[0-9]{7}`, `[A-NP-Z]{2}[A-NP-Z0-9]{6}[0-9]`, `(?i)[a-z]{2}\w{7}`, `[^ ]{9}`, `.{9,10}`, `\D{2}\d{7}`, `[5]\d{9}`,
		`(a|b|\d{9}|c)`, `(((((\d{9})))))`, `(?:\d{3}|[A-Z]{3}){3}`, `\d{2}(?:\d{2}|[A-Z]{2})\d{5}`, `[0-9٠-٩]{9}`, `\d+(?:\.\d+)*`, `#?\d{9}`, `(?:nr|no|nummer)?[ .:]?\d{9}`, `\B*\d{9}`, `[٠-٩]{9}`, `[０-９]{9}`, `\p{Arabic}{9}|[٠-٩]{9}`, `[Ａ-Ｚ]{2}[0-9]{2}[Ａ-Ｚ]{4}[0-9]{10}`, `[०-९]{3}[ -][०-९]{3}[ -][०-९]{3}`, `[^a-zA-Z0-9]{9}`, `\b\d{3}\b \b\d{3}\b \b\d{3}\b`,
	} {
		if !MatchesIdentifier(regexp.MustCompile(p)) {
			t.Errorf("%s accepts an identifier, and was let through", p)
		}
	}
	for _, p := range []string{
		`(?:M|Z)-\d{4}`, `[A-Z]{3}-?\d{4}`, `(?i)woo-\d{4}-\d{3}`, `20\d{2}[A-Z]\d{4}`, `(?:AF)?\d{6}`, `\d{2}[A-Z]{2}\d{2}`, `V-(?:\d{3}|[A-Z]{3})`, `\p{Lu}{3}\d{4}`, `[BCDFGHJKLMNPQRSTVWXZ]{6}`, `\d{1,7}`, `(?:\d{2}-){2}\d{2}`, `[a-z]{9}`, `\d{3}[A-Z]\d{3}[A-Z]\d{3}`,
	} {
		if MatchesIdentifier(regexp.MustCompile(p)) {
			t.Errorf("%s accepts no identifier, and was refused", p)
		}
	}
}
