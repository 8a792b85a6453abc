package privacy

// maskNumbers goes through the text once: numbers are judged as chains, and
// the words around say what they are. Words are only read where one matters.
func maskNumbers(cells []cell, found []span) []span {
	var around surroundings
	var groups [8]group
	var digits [24]byte
	ch := chain{groups: groups[:0], digits: digits[:0]}
	for i := 0; i < len(cells); {
		switch cells[i].class {
		case letter:
			if from, end, ok := documentAt(cells, i, &around); ok {
				found = take(cells, from, end, kindDocument, found)
				i = end
				continue
			}
			i = wordEnd(cells, i)
		case digit:
			if i = ch.read(cells, i); len(ch.digits) >= 8 { // shorter ones are nothing
				around.readTo(cells, ch.from)
				ch.about(cells, &around)
				found = ch.mask(cells, found)
			}
		default:
			i++
		}
	}
	return found
}

// group is digits that stand together; a chain is groups with nothing between
// them but separators. An identifier is one or more whole groups of one chain.
type group struct {
	from, end int  // cells
	before    int  // digits of the chain in front of it
	n         int  // digits
	sep       rune // what separates it from the group before: its first visible character, else a line break, else a space
	seps      int  // how many separators
}

type chain struct {
	groups                []group
	digits                []byte
	from                  int // cell
	end                   int // the cell after the chain
	plus                  bool
	euroBefore, euroAfter bool
	bsn                   bool // the words around speak of a BSN
	licence               bool
	phone                 bool
	counting              bool // the words around speak of something that is counted or filed
}

// read reads the chain that begins at cell i, over the one that was read
// before, and gives the cell after it.
func (ch *chain) read(cells []cell, i int) (end int) {
	*ch = chain{from: i, groups: ch.groups[:0], digits: ch.digits[:0]}
	sep, seps := rune(0), 0
	for {
		g := group{from: i, before: len(ch.digits), sep: sep, seps: seps}
		for first := i; i < len(cells) && cells[i].class == digit && (i == first || joined(cells[i-1], cells[i])); i++ {
			ch.digits = append(ch.digits, byte(cells[i].r))
		}
		g.end, g.n = i, len(ch.digits)-g.before
		ch.groups = append(ch.groups, g)
		ch.end = i
		if i < len(cells) && cells[i].class == digit {
			sep, seps = 0, 0 // another number, or the same
			continue
		}
		if sep, seps = separator(cells, i); seps == 0 {
			return ch.end
		}
		i += seps
	}
}

// joined tells whether two digits stand together beyond doubt: in one script,
// with nothing unseen between them.
func joined(a, b cell) bool { return a.wide == b.wide && !a.seam }

// separator reads what stands between two groups; 0 when the chain ends here.
// A comma or a plus separates only where it stands alone: "12, 14" are two
// house numbers and " +31" begins a phone number.
func separator(cells []cell, i int) (sep rune, n int) {
	for i+n < len(cells) && cells[i+n].class == gap {
		if r := cells[i+n].r; sep == 0 || sep == ' ' || sep == '\n' && r != ' ' {
			sep = r
		}
		n++
	}
	if n > longestGap || i+n == len(cells) || cells[i+n].class != digit {
		return 0, 0
	}
	for j := i; j < i+n; j++ {
		if r := cells[j].r; (r == ',' || r == '+') && n > 1 {
			return 0, 0
		}
	}
	return sep, n
}

// about notes what the surroundings say about the chain.
func (ch *chain) about(cells []cell, around *surroundings) {
	ch.bsn = around.said(aboutBSN, cells, ch.end)
	ch.licence = around.said(aboutLicence, cells, ch.end)
	ch.phone = around.near(aboutPhone)
	ch.counting = around.near(aboutOther)
	ch.plus = ch.from > 0 && cells[ch.from-1].r == '+'
	ch.euroBefore, ch.euroAfter = euroBefore(cells, ch.from), euroAfter(cells, ch.end)
}

func euroBefore(cells []cell, i int) bool {
	for i--; i >= 0 && cells[i].class == gap && cells[i].r == ' '; i-- {
	}
	if i < 0 {
		return false
	}
	return cells[i].r == '€' || i >= 2 && cells[i].r == 'r' && cells[i-1].r == 'u' && cells[i-2].r == 'e' ||
		i >= 3 && cells[i].r == 'o' && cells[i-1].r == 'r' && cells[i-2].r == 'u' && cells[i-3].r == 'e'
}

func euroAfter(cells []cell, i int) bool {
	if i+1 < len(cells) && (cells[i].r == ',' || cells[i].r == '.') && cells[i+1].r == '-' {
		return true // "125,-"
	}
	for ; i < len(cells) && cells[i].class == gap && cells[i].r == ' '; i++ {
	}
	if i < len(cells) && cells[i].r == '€' {
		return true
	}
	return i+2 < len(cells) && cells[i].r == 'e' && cells[i+1].r == 'u' && cells[i+2].r == 'r'
}

// window gives the digits of groups i to j, both included.
func (ch *chain) window(i, j int) []byte {
	last := ch.groups[j]
	return ch.digits[ch.groups[i].before : last.before+last.n]
}

// mask takes the identifiers of the chain out. First only what stands clearly
// by itself counts; once one is found, any whole groups that pass a test are
// taken: who gives one number that must not be given often gives two.
func (ch *chain) mask(cells []cell, found []span) []span {
	if !ch.bsn && !ch.search(true, nil) {
		return found
	}
	ch.search(false, func(i, j int, kind string) {
		found = take(cells, ch.groups[i].from, ch.groups[j].end, kind, found)
	})
	return found
}

// search goes from left to right over the chain, past what is harmless, and
// reports what it finds; without report it stops at the first.
func (ch *chain) search(strict bool, report func(i, j int, kind string)) bool {
	fresh := true // nothing of the same row stands directly in front
	hit := false
	for i := 0; i < len(ch.groups); {
		if n := ch.passes(i); n > 0 {
			i += n
			fresh = true
			continue
		}
		var allowed func(int) bool
		if strict {
			allowed = func(j int) bool { return ch.standsAlone(i, j, fresh) }
		}
		j, kind := ch.identifier(i, allowed)
		if kind == "" {
			i++
			fresh = i < len(ch.groups) && i > 1 && ch.groups[i].sep != ch.groups[i-1].sep
			continue
		}
		if hit = true; report == nil {
			return true
		}
		report(i, j, kind)
		i, fresh = j+1, true
	}
	return hit
}

// identifier gives the longest identifier that begins with group i.
func (ch *chain) identifier(i int, allowed func(j int) bool) (last int, kind string) {
	last = -1
	for j := i; j < len(ch.groups); j++ {
		digits := ch.window(i, j)
		if len(digits) > 19 {
			break
		}
		if k := ch.kindOf(digits); k != "" && (allowed == nil || allowed(j)) {
			last, kind = j, k
		}
	}
	return last, kind
}

func (ch *chain) kindOf(digits []byte) string {
	switch n := len(digits); {
	case n >= 13 && validCard(digits):
		return kindCard
	case n == 10 && ch.licence && digits[0] != '0':
		return kindDocument
	case n == 9 && validBSN(digits):
		return kindBSN
	case n == 8 && ch.bsn && validBSN(digits):
		return kindBSN
	}
	return ""
}

// asPrinted tells whether groups i to j are written as on a card (4-4-4-4,
// 4-6-5, 4-6-4) or as a BSN is (3-3-3), and are no part of a longer row of the
// kind: what stands around it is an expiry date, a house number, a year.
func (ch *chain) asPrinted(i, j int) bool {
	n := ch.groups[i].n
	for k := i; k <= j; k++ {
		if ch.groups[k].n != n {
			n = 0
		}
	}
	begins := i == 0 || ch.groups[i-1].n != n
	switch digits := len(ch.window(i, j)); {
	case n == 4 && digits == 16:
		return begins // "1227" may be an expiry date
	case n == 3 && digits == 9:
		return begins && (j == len(ch.groups)-1 || ch.groups[j+1].n != n)
	case digits == 14, digits == 15:
		return j == i+2 && ch.groups[i].n == 4 && ch.groups[i+1].n == 6
	}
	return false
}

// standsAlone tells whether groups i to j read as one number: a single group
// always does; several do when one separator joins them and another, or
// nothing, or a second identifier, comes around them. Words that announce a
// file number or a meter make several groups no identifier.
func (ch *chain) standsAlone(i, j int, fresh bool) bool {
	if i == j {
		return true
	}
	last := len(ch.groups) - 1
	if ch.counting && !ch.bsn && !ch.licence {
		return false
	}
	for k := i + 1; k < j; k++ {
		if ch.date(k) > 0 {
			return false // "24-9, then a date"
		}
	}
	if i == 0 && j == last {
		return true
	}
	sep := ch.groups[i+1].sep
	for k := i + 2; k <= j; k++ {
		if ch.groups[k].sep != sep {
			return false
		}
	}
	if ch.asPrinted(i, j) {
		return true
	}
	if !fresh && i > 0 && ch.groups[i].sep == sep {
		return false
	}
	if j == last || ch.groups[j+1].sep != sep || ch.passes(j+1) > 0 {
		return true
	}
	_, another := ch.identifier(j+1, nil)
	return another != ""
}
