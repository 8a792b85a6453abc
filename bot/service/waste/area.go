package waste

import (
	"fmt"
	"regexp"
	"strings"
)

// areas tells in which part of the town an address lies, by postcode: a whole
// one ("3511LN"), a span ("3511AA-3511CZ") or four digits ("3511"). The more
// precise one wins.
type areas struct {
	whole, digits map[string]string
	spans         []span
}

type span struct{ from, to, area string }

var (
	wholePostcode  = regexp.MustCompile(`^[1-9][0-9]{3}[A-Z]{2}$`)
	digitsPostcode = regexp.MustCompile(`^[1-9][0-9]{3}$`)
)

func newAreas() *areas {
	return &areas{whole: map[string]string{}, digits: map[string]string{}}
}

// add gives a postcode, a span or four digits to an area.
func (a *areas) add(area, postcode string) error {
	code := strings.ToUpper(strings.ReplaceAll(postcode, " ", ""))
	if from, to, ok := strings.Cut(code, "-"); ok {
		if !wholePostcode.MatchString(from) || !wholePostcode.MatchString(to) || from > to {
			return fmt.Errorf("area %q: %q is not a span such as 3511AA-3511CZ", area, postcode)
		}
		for _, s := range a.spans {
			if from <= s.to && s.from <= to && s.area != area {
				return fmt.Errorf("area %q: %q overlaps with area %q", area, postcode, s.area)
			}
		}
		a.spans = append(a.spans, span{from, to, area})
		return nil
	}
	table := a.whole
	switch {
	case digitsPostcode.MatchString(code):
		table = a.digits
	case !wholePostcode.MatchString(code):
		return fmt.Errorf("area %q: %q is not a postcode such as 3511LN or 3511", area, postcode)
	}
	if other, ok := table[code]; ok && other != area {
		return fmt.Errorf("area %q: %q already belongs to area %q", area, postcode, other)
	}
	table[code] = area
	return nil
}

func (a *areas) of(postcode string) (string, bool) {
	if area, ok := a.whole[postcode]; ok {
		return area, true
	}
	for _, s := range a.spans {
		if postcode >= s.from && postcode <= s.to {
			return s.area, true
		}
	}
	if len(postcode) < 4 {
		return "", false
	}
	area, ok := a.digits[postcode[:4]]
	return area, ok
}
