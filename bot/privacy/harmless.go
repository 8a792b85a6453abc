package privacy

// passes tells how many groups, from i on, are something that residents write
// every day and that must not be taken for an identifier: a phone number, a
// date, an amount, a file number of a year, a place on the map. Where the
// words speak of a BSN only an explicit phone number and a date with a
// plausible year pass, and only when the groups are no BSN.
func (ch *chain) passes(i int) int {
	if n := ch.international(i); n > 0 {
		return n
	}
	if ch.bsn {
		if _, kind := ch.identifier(i, nil); kind != "" {
			return 0
		}
		return ch.date(i)
	}
	// one of them at most is above zero in practice; the longest wins
	return max(ch.domestic(i), ch.date(i), ch.amount(i), ch.fileNumber(i), ch.decimal(i))
}

// nationalDigits is how many digits follow a country code, for the countries
// that residents call from most; others have 7 to 10.
var nationalDigits = map[string][2]int{
	"1": {10, 10}, "7": {10, 10}, "30": {10, 10}, "31": {9, 10}, "32": {8, 9}, "33": {9, 9}, "34": {9, 9},
	"36": {8, 9}, "39": {9, 11}, "40": {9, 9}, "41": {9, 9}, "43": {8, 12}, "44": {10, 10}, "45": {8, 8},
	"46": {7, 9}, "47": {8, 8}, "48": {9, 9}, "49": {7, 12}, "90": {10, 10}, "93": {9, 9}, "98": {10, 10},
	"212": {9, 9}, "251": {9, 9}, "252": {8, 9}, "291": {7, 7}, "297": {7, 7}, "351": {9, 9}, "359": {8, 9},
	"380": {9, 9}, "420": {9, 9}, "421": {9, 9}, "597": {6, 7}, "599": {7, 8}, "963": {8, 9}, "964": {10, 10},
}

// international recognises a phone number with its country code: after a plus,
// after 00, or as bare 31 where the words speak of phoning.
func (ch *chain) international(i int) int {
	skip := 0
	switch first := ch.window(i, i); {
	case i == 0 && ch.plus:
	case len(first) >= 2 && len(first) != 9 && first[0] == '0' && first[1] == '0':
		skip = 2
	case ch.phone && len(first) == 2 && first[0] == '3' && first[1] == '1':
	default:
		return 0
	}
	groups := 0
	for j := i; j < len(ch.groups); j++ {
		digits := ch.window(i, j)
		if len(digits) > 17 || j > i && ch.groups[j].sep == '\n' {
			break
		}
		if phoneAbroad(digits[skip:], ch.groups[i].n-skip) {
			groups = j - i + 1
		}
	}
	return groups
}

// phoneAbroad judges the digits behind the plus; code is how many stand in the
// first group, which is the country code where it is short.
func phoneAbroad(digits []byte, code int) bool {
	for n := 1; n <= 3 && n < len(digits); n++ {
		if length, ok := nationalDigits[string(digits[:n])]; ok {
			rest := len(digits) - n
			if n == 2 && digits[0] == '3' && digits[1] == '1' && rest == 10 {
				return digits[2] == '0' // +31 (0)6
			}
			return rest >= length[0] && rest <= length[1]
		}
	}
	return code != 1 && len(digits) >= 10 && len(digits) <= 12 // only +1 and +7 have one digit
}

// domestic recognises a Dutch phone number in groups: ten digits from 0, or a
// service number (0800, 0900...) of eight or eleven.
func (ch *chain) domestic(i int) int {
	first := ch.window(i, i)
	if first[0] != '0' || len(first) > 4 || len(first) == 1 && i+1 < len(ch.groups) && ch.groups[i+1].n > 1 {
		return 0
	}
	service := len(first) == 4 && (first[1] == '8' || first[1] == '9') && first[2] == '0'
	for j := i + 1; j < len(ch.groups) && ch.groups[j].sep != '\n' && ch.groups[j].sep != ','; j++ {
		digits := ch.window(i, j)
		if digits[1] == '0' || len(digits) > 11 {
			return 0
		}
		switch len(digits) {
		case 8, 11:
			if service && (j == len(ch.groups)-1 || len(digits) == 11 || ch.groups[j+1].sep != ch.groups[j].sep) {
				return j - i + 1
			}
		case 10:
			if !service && (ch.groups[j].n > 1 || ch.groups[i].n == 1 || ch.groups[j-1].n == 1) {
				return j - i + 1
			}
		}
	}
	return 0
}

// date recognises day, month and year in both orders, with a year of 1900 to 2099.
func (ch *chain) date(i int) int {
	if i+2 >= len(ch.groups) {
		return 0
	}
	a, b, c := ch.groups[i], ch.groups[i+1], ch.groups[i+2]
	if b.sep != c.sep || b.sep == '\n' || b.sep == ',' || ch.goesOn(i+2) {
		return 0
	}
	if i > 0 && a.sep == b.sep && a.n == 2 && c.n == 2 {
		return 0 // the end of a longer row: "41.11.11.11"
	}
	x, y, z := ch.number(a), ch.number(b), ch.number(c)
	switch {
	case b.n > 2 || y < 1 || y > 12:
		return 0
	case a.n <= 2 && x >= 1 && x <= 31 && c.n == 4 && z >= 1900 && z < 2100,
		a.n <= 2 && x >= 1 && x <= 31 && c.n == 2 && b.sep != ' ',
		a.n == 4 && x >= 1900 && x < 2100 && c.n <= 2 && z >= 1 && z <= 31:
		return 3
	}
	return 0
}

// goesOn tells whether group i is followed by one more with the same visible separator.
func (ch *chain) goesOn(i int) bool {
	return i+1 < len(ch.groups) && ch.groups[i+1].sep == ch.groups[i].sep && ch.groups[i].sep != ' '
}

func (ch *chain) number(g group) int {
	v := 0
	for _, d := range ch.digits[g.before : g.before+min(g.n, 6)] {
		v = v*10 + int(d-'0')
	}
	return v
}

// amount recognises what stands beside a euro sign, and 1.234.567,89.
func (ch *chain) amount(i int) int {
	j := i
	for j+1 < len(ch.groups) && ch.groups[j+1].n == 3 && ch.groups[j+1].sep == '.' && ch.groups[j+1].seps == 1 {
		j++
	}
	cents := j+1 < len(ch.groups) && ch.groups[j+1].n == 2 && ch.groups[j+1].seps == 1 &&
		(ch.groups[j+1].sep == ',' || ch.groups[j+1].sep == '.' && j == i)
	if cents {
		j++
	}
	beside := ch.euroBefore && i == 0 || ch.euroAfter && j == len(ch.groups)-1
	if beside && ch.groups[i].n <= 9 || cents && j > i+1 && ch.groups[i].n <= 3 && !ch.goesOn(j) {
		return j - i + 1
	}
	return 0
}

// fileNumber recognises 2026-00123: a year, then a number of a file.
func (ch *chain) fileNumber(i int) int {
	if i+1 >= len(ch.groups) || ch.groups[i].n != 4 || ch.groups[i+1].n > 8 || ch.goesOn(i+1) {
		return 0
	}
	year, sep := ch.number(ch.groups[i]), ch.groups[i+1].sep
	if year >= 1990 && year < 2040 && (sep == '-' || sep == '/' || sep == '.' || sep == '_') {
		return 2
	}
	return 0
}

// decimal recognises 52.0907374 and 123456,789: one point or comma and no
// second, the way coordinates and meters are written.
func (ch *chain) decimal(i int) int {
	if i+1 >= len(ch.groups) || ch.goesOn(i+1) {
		return 0
	}
	g := ch.groups[i+1]
	if ch.groups[i].n > 8 || g.n > 8 {
		return 0 // a whole identifier in one piece is never left over
	}
	if g.seps == 1 && (g.sep == ',' || g.sep == '.' && ch.groups[i].n <= 2 && g.n >= 4) {
		return 2
	}
	return 0
}
