package privacy

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// generator makes identifiers and sentences, the same ones in every run.
type generator struct{ *rand.Rand }

func newGenerator(seed uint64) generator { return generator{rand.New(rand.NewPCG(seed, 20261120))} }

func (g generator) digits(n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(byte('0' + g.IntN(10)))
	}
	return b.String()
}

func (g generator) bsn() string {
	for {
		if s := g.digits(9); validBSN([]byte(s)) {
			return s
		}
	}
}

func (g generator) card() string {
	forms := []struct {
		prefix string
		length int
	}{{"4", 16}, {"52", 16}, {"2230", 16}, {"37", 15}, {"36", 14}, {"6011", 16}, {"3530", 16}, {"6759", 19}, {"622", 19}}
	form := forms[g.IntN(len(forms))]
	for {
		if s := form.prefix + g.digits(form.length-len(form.prefix)); luhn([]byte(s)) {
			return s
		}
	}
}

// iban computes the check digits the way a bank does, with arithmetic of its own.
func (g generator) iban(country string) string {
	var b strings.Builder
	for _, want := range ibanForms[country] {
		switch {
		case want == 'n' || want == 'c' && g.IntN(2) == 0:
			b.WriteByte(byte('0' + g.IntN(10)))
		default:
			b.WriteByte(byte('A' + g.IntN(26)))
		}
	}
	rest := 0
	for _, c := range b.String() + country + "00" {
		if c >= 'A' {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return fmt.Sprintf("%s%02d%s", country, 98-rest, b.String())
}

func (g generator) document() string {
	const letters, both = "ABCDEFGHIJKLMNPQRSTUVWXYZ", "ABCDEFGHIJKLMNPQRSTUVWXYZ0123456789"
	var b strings.Builder
	for i := range 9 {
		switch {
		case i < 2:
			b.WriteByte(letters[g.IntN(len(letters))])
		case i < 8:
			b.WriteByte(both[g.IntN(len(both))])
		default:
			b.WriteByte(byte('0' + g.IntN(10)))
		}
	}
	return b.String()
}

// spelled writes an identifier the ways people do.
func (g generator) spelled(id string) string {
	seps := []string{" ", ".", "-", "/", "\u00a0", "\n", " - ", "–", "\u200b", "_"}
	sep := seps[g.IntN(len(seps))]
	switch g.IntN(6) {
	case 0:
		return id
	case 1:
		return grouped(id, 3, sep)
	case 2:
		return grouped(id, 4, sep)
	case 3:
		return grouped(id, 1, sep)
	case 4:
		return wide(id)
	default:
		return strings.ToLower(id)
	}
}

func grouped(id string, n int, sep string) string {
	var parts []string
	for len(id) > n {
		parts, id = append(parts, id[:n]), id[n:]
	}
	return strings.Join(append(parts, id), sep)
}

// wide writes full-width characters, as a phone set to an Asian language does.
func wide(id string) string {
	return strings.Map(func(r rune) rune { return r - '!' + '！' }, id)
}

func (g generator) of(list ...string) string { return list[g.IntN(len(list))] }

// phone is a number that must pass, in the ways people write one.
func (g generator) phone() string {
	mobile := g.digits(8)
	return g.of("06"+mobile, "06 "+mobile, "06-"+mobile, "06 "+grouped(mobile, 2, " "), "+316"+mobile, "+31 6 "+mobile,
		"+31 (0)6 "+mobile, "0031 6 "+mobile, "00316"+mobile, "+31 6"+mobile, "06-"+grouped(mobile, 4, " "),
		"030-2"+g.digits(6), "030 2"+grouped(g.digits(6), 2, " "), "(030) 2"+g.digits(6), "0111-4"+g.digits(5),
		"+48 5"+grouped(g.digits(8), 3, " "), "+380 5"+g.digits(8), "+90 5"+g.digits(9), "+32 4"+g.digits(8), "0900-"+g.digits(4))
}

func (g generator) date() string {
	d, m, y := 1+g.IntN(28), 1+g.IntN(12), 1930+g.IntN(110)
	return g.of(fmt.Sprintf("%02d-%02d-%d", d, m, y), fmt.Sprintf("%d/%d/%d", d, m, y), fmt.Sprintf("%d-%02d-%02d", y, m, d),
		fmt.Sprintf("%02d.%02d.%d", d, m, y), fmt.Sprintf("%02d %02d %d", d, m, y), fmt.Sprintf("%02d%02d%d", d, m, y),
		fmt.Sprintf("%d-%d-%02d", d, m, y%100))
}

func (g generator) postcode() string {
	return fmt.Sprintf("%d%s%c%c", 1000+g.IntN(9000), g.of("", " "), 'A'+rune(g.IntN(26)), 'A'+rune(g.IntN(26)))
}

func (g generator) house() string {
	n := 1 + g.IntN(999)
	return g.of(fmt.Sprint(n), fmt.Sprintf("%d%c", n, 'a'+rune(g.IntN(6))), fmt.Sprintf("%d-%d", n, 1+g.IntN(9)), fmt.Sprintf("%d bis", n))
}

func (g generator) amount() string {
	return g.of(fmt.Sprintf("€ %d,%02d", g.IntN(900), g.IntN(100)), fmt.Sprintf("€%d.%03d,%02d", 1+g.IntN(99), g.IntN(1000), g.IntN(100)),
		fmt.Sprintf("%d euro", g.IntN(9000)), fmt.Sprintf("€ %d.%03d.%03d,%02d", 1+g.IntN(9), g.IntN(1000), g.IntN(1000), g.IntN(100)),
		fmt.Sprintf("%d,-", g.IntN(900)))
}
