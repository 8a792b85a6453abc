package request

import (
	"crypto/rand"
	"regexp"
	"strings"
)

// A code is M and nine of these, in groups: "M-BC4-7XK-R2T". Nine out of 28
// are 43 random bits. There are no vowels (no words), and nothing that reads
// as something else (0 and O, 1 and I).
const (
	codeSigns  = "BCDFGHJKLMNPQRSTVWXZ23456789"
	codeLetter = "M"
	codeLength = 9
	digits     = "23456789"
)

// fewestLetters keeps a code from looking like a number of a person: the door
// in would mask it. One code in 320 is drawn again for it.
const fewestLetters = 3

// newCode draws a code as residents read it.
func newCode() string {
	for {
		code := drawn()
		if letters(code) >= fewestLetters {
			return codeLetter + "-" + code[0:3] + "-" + code[3:6] + "-" + code[6:9]
		}
	}
}

// drawn takes signs from random bytes; a byte that would make some signs
// likelier is thrown away.
func drawn() string {
	const fair = 256 - 256%len(codeSigns)
	var code []byte
	for len(code) < codeLength {
		var b [2 * codeLength]byte
		rand.Read(b[:]) // never fails: crypto/rand.Read ends the process instead
		for _, x := range b {
			if int(x) < fair && len(code) < codeLength {
				code = append(code, codeSigns[int(x)%len(codeSigns)])
			}
		}
	}
	return string(code)
}

func letters(code string) int {
	n := 0
	for _, r := range code {
		if !strings.ContainsRune(digits, r) {
			n++
		}
	}
	return n
}

// codeInside finds a code in a sentence, by its letter.
var codeInside = regexp.MustCompile(`(?:^|[^\pL\pN])` + codeLetter + strings.Repeat(`[^\pL\pN]?([`+codeSigns+`]{3})`, 3) + `(?:$|[^\pL\pN])`)

// readCode brings what a resident typed back to the form of newCode: any
// case, with or without the letter, dashes and spaces, alone or, with the
// letter, in a sentence.
func readCode(typed string) (string, bool) {
	plain := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '.', '\u2010', '\u2011', '\u2013', '\u00a0':
			return -1
		}
		return r
	}, strings.ToUpper(typed))
	if len(plain) == codeLength+1 {
		plain = strings.TrimPrefix(plain, codeLetter)
	}
	if len(plain) != codeLength || strings.Trim(plain, codeSigns) != "" {
		m := codeInside.FindStringSubmatch(strings.ToUpper(typed))
		if m == nil {
			return "", false
		}
		plain = m[1] + m[2] + m[3]
	}
	return codeLetter + "-" + plain[0:3] + "-" + plain[3:6] + "-" + plain[6:9], true
}
