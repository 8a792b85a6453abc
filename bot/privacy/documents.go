package privacy

// documentAt reads the number of a passport or identity card at the word that
// begins at cell i: two letters, six letters or digits, a digit, no letter O.
// Order codes look the same, so the words around have to speak of such a
// document. It gives the first cell and the one after the last.
func documentAt(cells []cell, i int, around *surroundings) (from, end int, ok bool) {
	if i > 0 && alnum(cells[i-1]) {
		return 0, 0, false
	}
	if end = documentTogether(cells, i); end == 0 {
		end = documentApart(cells, i)
	}
	if end > 0 {
		return i, end, around.said(aboutDocument, cells, end)
	}
	return documentGlued(cells, i)
}

func alnum(c cell) bool { return c.class == letter || c.class == digit }

// goesOn tells whether what ends before cell end is only a part of something longer.
func goesOn(cells []cell, end int) bool {
	if end == len(cells) || cells[end].class != digit {
		return end < len(cells) && cells[end].class == letter
	}
	return joined(cells[end-1], cells[end])
}

const documentLength = 9

// documentTogether reads the nine characters without anything between or around them.
func documentTogether(cells []cell, i int) (end int) {
	end = i + documentLength
	if end > len(cells) || goesOn(cells, end) {
		return 0
	}
	for n, c := range cells[i:end] {
		if !documentCharacter(c, n) {
			return 0
		}
	}
	return end
}

func documentCharacter(c cell, n int) bool {
	switch {
	case n < 2:
		return c.class == letter && latin(c.r) != 0 && latin(c.r) != 'O'
	case n == documentLength-1:
		return c.class == digit
	}
	return c.class == digit || c.class == letter && latin(c.r) != 0 && latin(c.r) != 'O'
}

// documentApart reads "NX 123 456 7": two letters alone, then mostly digits,
// so that no ordinary words are taken together.
func documentApart(cells []cell, i int) (end int) {
	if wordEnd(cells, i) != i+2 {
		return 0
	}
	digits, at := 0, i
	for n := range documentLength {
		if !documentCharacter(cells[at], n) {
			return 0
		}
		if cells[at].class == digit {
			digits++
		}
		end = at + 1
		if at = next(cells, at); at < 0 && n < documentLength-1 {
			return 0
		}
	}
	if digits < 6 || goesOn(cells, end) {
		return 0
	}
	return end
}

// documentGlued reads "paspoortnummerNX1234567".
func documentGlued(cells []cell, i int) (from, end int, ok bool) {
	from = wordEnd(cells, i) - 2
	if from <= i {
		return 0, 0, false
	}
	var alone surroundings
	if alone.word(cells, i, from); alone.last[aboutDocument] == 0 {
		return 0, 0, false
	}
	end = documentTogether(cells, from)
	return from, end, end > 0
}
