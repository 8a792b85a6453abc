package privacy

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/gemeentebode/bode/bot/privacy/privacytest"
)

// fewestSpellings is how many ways to write one identifier the mask must know.
const fewestSpellings = 40

func TestMask_everySpellingOfEveryKind(t *testing.T) {
	for _, kind := range privacytest.Kinds() {
		spellings := privacytest.Spellings(kind, privacytest.Examples[kind])
		if len(spellings) < fewestSpellings {
			t.Errorf("%s: %d spellings, want %d", kind, len(spellings), fewestSpellings)
		}
		missed := 0
		for _, s := range spellings {
			masked, kinds := Mask(s.Text)
			if !slices.Contains(kinds, privacytest.Masked(kind)) || strings.Contains(masked, s.Secret) {
				missed++
				t.Errorf("%s, %s: %q -> %q %v", kind, s.How, s.Text, masked, kinds)
			}
		}
		t.Logf("%s: %d spellings, %d missed", kind, len(spellings), missed)
	}
}

func TestMask_theDigitsOfEveryScript(t *testing.T) {
	scripts := 0
	each := func(low, high rune) {
		for zero := low; zero+9 <= high; zero += 10 {
			scripts++
			id := strings.Map(func(r rune) rune { return zero + r - '0' }, "111222333")
			if masked, _ := Mask("nummer " + id); masked != "nummer [bsn]" {
				t.Errorf("digits from %U: %q", zero, masked)
			}
		}
	}
	for _, r := range unicode.Nd.R16 {
		each(rune(r.Lo), rune(r.Hi))
	}
	for _, r := range unicode.Nd.R32 {
		each(rune(r.Lo), rune(r.Hi))
	}
	if scripts < fewestSpellings {
		t.Errorf("only %d scripts", scripts)
	}
}
