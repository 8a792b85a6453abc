package privacy

// documentAt reads the number of a passport or identity card at the word that
// begins at cell i: two letters, six letters or digits, a digit, no letter O.
// Order codes look the same, so the words around have to speak of such a
// document. It gives the first cell and the one after the last.
func documentAt(cells []cell, i int, around *surroundings) (from, end int, ok bool) {
	if i > 0 && alnum(cells[i-1]) || !figuresFollow(cells, i) {
		return 0, 0, false
	}
	if end = documentTogether(cells, i); end == 0 {
		end = documentApart(cells, i)
	}
	if end > 0 {
		around.readTo(cells, i)
		return i, end, around.said(aboutDocument, cells, end)
	}
	return documentGlued(cells, i)
}

// figuresFollow tells whether a digit comes behind the word at cell i, or
// behind the second of two letters that stand alone: most words end here.
func figuresFollow(cells []cell, i int) bool {
	end := wordEnd(cells, i)
	behind := next(cells, end-1)
	if behind > 0 && cells[behind].class == letter && end == i+1 && wordEnd(cells, behind) == behind+1 {
		behind = next(cells, behind)
	}
	return behind > 0 && cells[behind].class == digit
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

// documentApart reads "NX 123 456 7", "N X 1 2 3 4 5 6 7" and "NXA-1B2-C37".
// Only the first group may be without a digit, or the first two where each is
// one letter, so that no ordinary words are taken together; what reads as a
// date is one.
func documentApart(cells []cell, i int) (end int) {
	digits, groups, bare, at := 0, 1, 0, i
	ofGroup := 0
	for n := range documentLength {
		if !documentCharacter(cells[at], n) {
			return 0
		}
		if cells[at].class == digit {
			digits++
			ofGroup++
		}
		if end = at + 1; n == documentLength-1 {
			break
		}
		if at = next(cells, at); at < 0 {
			return 0
		}
		if at > end {
			if groups++; ofGroup == 0 {
				bare++
			}
			ofGroup = 0
		}
	}
	lettersApart := bare == 2 && wordEnd(cells, i) == i+1
	if bare > 1 && !lettersApart || digits < 3 || groups == 2 && digits < 5 || goesOn(cells, end) || dated(cells, i) {
		return 0
	}
	return end
}

// dated tells whether the first digits from cell i on read as a date: "is 1-11-2026".
func dated(cells []cell, i int) bool {
	for i < len(cells) && (cells[i].class == gap || cells[i].class == letter) {
		i++
	}
	if i == len(cells) || cells[i].class != digit {
		return false
	}
	var ch chain
	ch.read(cells, i)
	return ch.date(0) > 0
}

// documentGlued reads "paspoortnummerNX1234567".
func documentGlued(cells []cell, i int) (from, end int, ok bool) {
	from = wordEnd(cells, i) - 2
	if from <= i {
		return 0, 0, false
	}
	if end = documentTogether(cells, from); end == 0 {
		return 0, 0, false
	}
	var alone surroundings
	alone.word(cells, i, from)
	return from, end, alone.last[aboutDocument] > 0
}
