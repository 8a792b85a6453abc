package appointment

import (
	"crypto/rand"
	"math/big"
	"regexp"
	"strings"

	"github.com/gemeentebode/bode/bot"
)

// A code is ten characters of letters and digits of which no two look alike:
// of 0 O, 1 I L, 2 Z, 5 S, 8 B nothing is used, of 6 G the 6, of U V the V. It
// has no vowels, so it is never a word, and begins with a letter, so it is
// never a citizen service number or anything else of digits alone. That is
// 43.5 random bits; with five wrong ones an hour nobody finds one.
const (
	letters    = "CDFHJKMNPQRTVWXY"
	codeSigns  = letters + "34679"
	codeLength = 10
)

// NewCode makes a code as it is shown: "KMH4P-7XWTD".
func NewCode() bot.Private {
	code := make([]byte, 0, codeLength+1)
	for i := range codeLength {
		signs := codeSigns
		switch i {
		case 0:
			signs = letters
		case codeLength / 2:
			code = append(code, '-')
		}
		code = append(code, signs[pick(len(signs))])
	}
	return bot.Hide(string(code))
}

func pick(n int) int {
	i, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic(err) // crypto/rand ends the process before it fails
	}
	return int(i.Int64())
}

var (
	wholeCode  = regexp.MustCompile(`^[` + letters + `][` + codeSigns + `]{9}$`)
	codeInside = regexp.MustCompile(`(?:^|[^\pL\pN])([` + letters + `][` + codeSigns + `]{4}[^\pL\pN]?[` + codeSigns + `]{5})(?:$|[^\pL\pN])`)
	noSign     = regexp.MustCompile(`[^\pL\pN]+`)
)

// ReadCode reads a code as a resident types it: small or large, with or
// without dashes and spaces, alone or in a sentence. What looks like a sign
// of ours is taken for it.
func ReadCode(typed string) (bot.Private, bool) {
	text := strings.NewReplacer("G", "6", "U", "V").Replace(strings.ToUpper(typed))
	signs := noSign.ReplaceAllString(text, "")
	if !wholeCode.MatchString(signs) {
		m := codeInside.FindStringSubmatch(text)
		if m == nil {
			return bot.Private{}, false
		}
		signs = noSign.ReplaceAllString(m[1], "")
	}
	return bot.Hide(signs[:codeLength/2] + "-" + signs[codeLength/2:]), true
}
