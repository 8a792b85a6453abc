package privacy

import "strings"

// validBSN applies the 11-test to eight or nine digits: times 9, 8, 7, 6, 5,
// 4, 3, 2 and -1 they add up to a multiple of 11; eight digits had a zero in
// front. The RSIN of organisations passes the same test.
func validBSN(digits []byte) bool {
	if len(digits) < 8 || len(digits) > 9 {
		return false
	}
	weight, sum, any := len(digits), 0, false
	for _, d := range digits {
		if weight == 1 {
			weight = -1
		}
		sum += weight * int(d-'0')
		any = any || d != '0'
		weight--
	}
	return any && sum%11 == 0
}

// validCard tells whether the digits are a payment card number: a length and
// a prefix that an issuer gives out, and the check digit of Luhn (ISO/IEC 7812).
func validCard(digits []byte) bool {
	return len(digits) >= 13 && len(digits) <= 19 && issued(digits) && luhn(digits)
}

func luhn(digits []byte) bool {
	sum := 0
	for i, d := range digits {
		v := int(d - '0')
		if (len(digits)-i)%2 == 0 {
			v *= 2
			if v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}

// issuers are the prefixes of payment cards with the lengths they come in.
var issuers = []struct {
	from, to string // prefixes of equal length, both included
	lengths  []int
}{
	{"4", "4", []int{13, 16, 19}},                   // Visa
	{"51", "55", []int{16}},                         // Mastercard
	{"2221", "2720", []int{16}},                     // Mastercard
	{"34", "34", []int{15}},                         // American Express
	{"37", "37", []int{15}},                         // American Express
	{"300", "305", []int{14, 16, 17, 18, 19}},       // Diners Club
	{"3095", "3095", []int{14, 16, 17, 18, 19}},     // Diners Club
	{"36", "36", []int{14, 15, 16, 17, 18, 19}},     // Diners Club
	{"38", "39", []int{14, 16, 17, 18, 19}},         // Diners Club
	{"3528", "3589", []int{16, 17, 18, 19}},         // JCB
	{"2200", "2204", []int{16, 17, 18, 19}},         // Mir
	{"50", "50", []int{13, 14, 15, 16, 17, 18, 19}}, // Maestro
	{"56", "69", []int{13, 14, 15, 16, 17, 18, 19}}, // Maestro, Discover, UnionPay, RuPay
	{"81", "82", []int{16}},                         // RuPay
	{"9792", "9792", []int{16}},                     // Troy
}

func issued(digits []byte) bool {
	for _, is := range issuers {
		prefix := string(digits[:len(is.from)])
		if prefix < is.from || prefix > is.to {
			continue
		}
		for _, n := range is.lengths {
			if n == len(digits) {
				return true
			}
		}
	}
	return false
}

// ibanAt reads an IBAN (ISO 13616) whose country code begins at cell i: the
// country's own form, and 1 modulo 97. It gives the cell after the last one.
// What stands before or behind does not matter: it may be glued to a word.
func ibanAt(cells []cell, i int) (end int, ok bool) {
	first, spread := i, i+1 < len(cells) && cells[i+1].class == gap
	if spread && i > 0 && cells[i-1].class == letter {
		return 0, false // the end of a word and the beginning of another
	}
	if i = next(cells, i); i < 0 || cells[i].class != letter {
		return 0, false
	}
	if check := next(cells, i); check < 0 || cells[check].class != digit {
		return 0, false // most words end here
	}
	country := [2]byte{latin(cells[first].r), latin(cells[i].r)}
	form := ibanForms[string(country[:])]
	if form == "" {
		return 0, false
	}
	sum, check := 0, 0
	for at := range len(form) + 2 {
		if i = next(cells, i); i < 0 {
			return 0, false
		}
		want := byte('n')
		if at >= 2 {
			want = form[at-2]
		}
		v, width := ibanValue(cells[i], want)
		switch {
		case width == 0:
			return 0, false
		case at < 2:
			check = check*10 + v
		case width == 10:
			sum = (sum*10 + v) % 97
		default:
			sum = (sum*100 + v) % 97
		}
	}
	for _, c := range country {
		sum = (sum*100 + int(c-'A') + 10) % 97
	}
	return i + 1, check >= 2 && (sum*100+check)%97 == 1
}

// ibanValue gives what a character counts for, and by how much it shifts the
// sum (0: it does not fit here). n is a digit, a a letter, c either.
func ibanValue(c cell, want byte) (value, shift int) {
	if c.class == digit && want != 'a' {
		return int(c.r - '0'), 10
	}
	if c.class == letter && want != 'n' {
		if l := latin(c.r); l != 0 {
			return int(l-'A') + 10, 100
		}
	}
	return 0, 0
}

// longestGap is how many separators may stand between two characters of one
// identifier: a line break with spaces around it, a dash with spaces.
const longestGap = 5

// next gives the cell after i, over a gap; -1 when there is none near enough.
func next(cells []cell, i int) int {
	for n := i + 1; n < len(cells) && n <= i+1+longestGap; n++ {
		if cells[n].class != gap {
			return n
		}
	}
	return -1
}

// ibanForms gives, per country, the form of what follows country code and
// check digits, one letter for each character.
var ibanForms = readIBANForms(ibanRegistry)

func readIBANForms(registry string) map[string]string {
	forms := map[string]string{}
	for _, entry := range strings.Fields(registry) {
		var form strings.Builder
		n := 0
		for _, c := range entry[3:] {
			if c >= '0' && c <= '9' {
				n = n*10 + int(c-'0')
				continue
			}
			form.WriteString(strings.Repeat(string(c), n))
			n = 0
		}
		forms[entry[:2]] = form.String()
	}
	return forms
}
