package address

import (
	"slices"
	"strings"
)

// found is what a text comes down to. sure is false when a person has to
// confirm even a single address: a typing error, a word that we do not know.
type found struct {
	addresses []Address
	sure      bool
}

// find reads a resident's text and looks it up.
func (b *Book) find(text string) found {
	q := parse(text, b.hasPostcode)
	byPostcode, sure := b.findByPostcode(q)
	byStreet := b.findByStreet(q)
	switch {
	case q.postcode != "" && len(byPostcode) == 0 && !b.hasPostcode(q.postcode[:4]):
		return found{} // an address elsewhere, in a street whose name we also have
	case len(byPostcode) == 0:
		return found{byStreet.addresses, byStreet.sure && q.postcode == ""}
	case len(byStreet.addresses) == 0 || overlap(byPostcode, byStreet.addresses):
		return found{byPostcode, sure}
	default:
		return found{append(byPostcode, byStreet.addresses...), false}
	}
}

func overlap(a, b []Address) bool {
	return slices.ContainsFunc(a, func(x Address) bool { return slices.Contains(b, x) })
}

// findByPostcode looks for postcode and house number, or for the postcode
// alone. Four digits without letters are tried when a number stands beside them.
func (b *Book) findByPostcode(q query) ([]Address, bool) {
	postcode, words, after := q.postcode, q.words, q.after
	if postcode == "" {
		at := slices.IndexFunc(words, func(w string) bool { return postcodeDigits.MatchString(w) && b.byPostcode[w] != nil })
		if at < 0 {
			return nil, false
		}
		postcode, words, after = words[at], slices.Delete(slices.Clone(words), at, at+1), at
		if houseNumberAt(words, after) < 0 {
			return nil, false
		}
	}
	at := houseNumberAt(words, after)
	if at < 0 {
		return b.pick(b.byPostcode[postcode], 0), false
	}
	end := len(words)
	if at < after {
		end = after // "12 a, 3511 LN": what follows the postcode belongs to no number
	}
	matches, sure := bySuffix(b.pick(b.byPostcode[postcode], toNumber(words[at])), words[at+1:end])
	return matches, sure && len(postcode) == len("3511LN")
}

// findByStreet looks for a street and a house number.
func (b *Book) findByStreet(q query) found {
	var out found
	seen := look(b.streets, q.words)
	for _, s := range seen {
		at := houseNumberAt(q.words, s.to)
		if at >= s.from && at < s.to {
			at = -1 // the number is part of the name: "Plein 1944"
		}
		if at < 0 {
			out.addresses = append(out.addresses, b.pick(s.street.addresses, 0)...)
			continue
		}
		end := len(q.words)
		if at < s.from {
			end = s.from // "12 Domplein"
		}
		suffix := q.words[at+1 : end]
		matches, sure := bySuffix(inCity(b.pick(s.street.addresses, toNumber(q.words[at])), q.words), suffix)
		out.addresses = append(out.addresses, matches...)
		out.sure = sure && s.distance <= 1 && len(seen) == 1 && b.onlyKnown(q.words, s, at, matches)
	}
	return out
}

// onlyKnown tells whether every word of the text is accounted for: the street,
// the number with its suffix, the place, or a word such as "ik woon". Another
// word may be another town, or "Oude" before a name that we do not have so.
func (b *Book) onlyKnown(words []string, s sighting, number int, matches []Address) bool {
	if len(matches) != 1 {
		return false
	}
	rest := slices.Concat(words[:min(number, s.from)], words[min(max(number+1, s.to), len(words)):])
	if number > s.to {
		rest = append(rest, words[s.to:number]...)
	}
	city := tokens(matches[0].City)
	suffix := matches[0].suffix()
	for _, w := range suffixWords(rest) {
		if strings.HasPrefix(suffix, w) {
			suffix = strings.TrimPrefix(suffix, w)
			continue
		}
		if !slices.ContainsFunc(city, func(c string) bool { return sameWord(w, c) }) {
			return false
		}
	}
	return true
}

// inCity keeps the addresses of the place that the text names, if it names one.
func inCity(all []Address, words []string) []Address {
	var named []Address
	for _, a := range all {
		missing := slices.ContainsFunc(tokens(a.City), func(c string) bool {
			return !slices.ContainsFunc(words, func(w string) bool { return sameWord(w, c) })
		})
		if !missing {
			named = append(named, a)
		}
	}
	if len(named) == 0 {
		return all
	}
	return named
}

// sameWord allows for the typing errors that a word of this length may have.
func sameWord(typed, word string) bool {
	most := typos(len(word))
	return distance(typed, word, most) <= most
}

// bySuffix narrows addresses of one number down by what was typed behind it:
// "a", "2", "bis", "a 3". Without a suffix, or with one that does not exist,
// all stay and the resident chooses. sure: exactly one, and it is what was typed.
func bySuffix(all []Address, words []string) ([]Address, bool) {
	typed := suffixWords(words)
	for size := min(3, len(typed)); size > 0; size-- {
		want := strings.Join(typed[:size], "")
		var exact []Address
		for _, a := range all {
			if a.suffix() == want {
				exact = append(exact, a)
			}
		}
		if len(exact) > 0 {
			return exact, len(exact) == 1
		}
	}
	plain := len(all) == 1 && all[0].suffix() == ""
	return all, plain && !looksLikeSuffix(typed)
}

// looksLikeSuffix: "12 c" asks for something that this number does not have.
func looksLikeSuffix(words []string) bool {
	return len(words) > 0 && (len(words[0]) <= 2 || digitsOnly.MatchString(words[0]) || words[0] == "bis")
}
