package waste

import (
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

//go:embed aliases.csv
var ownAliases string

// mostAliasWords is how many words of a provider's name are compared at once.
const mostAliasWords = 8

// aliases brings the names that calendars use back to Kinds. The table is a
// file that the town can add to.
type aliases struct{ kinds map[string][]string }

// readAliases reads lines "name;kind"; a name that stands for two fractions
// ("PMD en restafval") has both, with a plus between them.
func readAliases(files ...io.Reader) (*aliases, error) {
	table := &aliases{map[string][]string{}}
	for _, kind := range Kinds {
		table.kinds[kind] = []string{kind}
	}
	for _, file := range files {
		rows := csv.NewReader(file)
		rows.Comma, rows.Comment, rows.FieldsPerRecord = ';', '#', 2
		for {
			row, err := rows.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return nil, fmt.Errorf("aliases: %w", err)
			}
			line, _ := rows.FieldPos(0)
			if err := table.add(row[0], row[1]); err != nil {
				return nil, fmt.Errorf("aliases: line %d: %w", line, err)
			}
		}
	}
	return table, nil
}

func (a *aliases) add(name, kinds string) error {
	key := strings.Join(fold(name), " ")
	if key == "" {
		return errors.New("the name is empty")
	}
	var list []string
	for kind := range strings.SplitSeq(kinds, "+") {
		kind = strings.TrimSpace(kind)
		if !slices.Contains(Kinds, kind) {
			return fmt.Errorf("%q is not one of %q", kind, Kinds)
		}
		list = append(list, kind)
	}
	a.kinds[key] = list
	return nil
}

// one gives the kind for a name that stands for exactly one.
func (a *aliases) one(name string) (string, bool) {
	kinds := a.kinds[strings.Join(fold(name), " ")]
	if len(kinds) != 1 {
		return "", false
	}
	return kinds[0], true
}

// in gives the kinds that a free text names ("HA ZLK GFT VR 2W", "GFT en
// papier"): the longest known names in it, from left to right.
func (a *aliases) in(text string) []string {
	words := fold(text)
	var out []string
	for i := 0; i < len(words); {
		kinds, used := a.at(words[i:])
		for _, k := range kinds {
			if !slices.Contains(out, k) {
				out = append(out, k)
			}
		}
		i += max(1, used)
	}
	return out
}

func (a *aliases) at(words []string) ([]string, int) {
	for size := min(mostAliasWords, len(words)); size > 0; size-- {
		if kinds := a.kinds[strings.Join(words[:size], " ")]; kinds != nil {
			return kinds, size
		}
	}
	return nil, 0
}

// fold splits a text into words of lower-case letters and digits without
// diacritics; "en", "and" and "of" say nothing between fractions.
func fold(text string) []string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return ' '
	}, norm.NFD.String(strings.ToValidUTF8(text, " ")))
	return slices.DeleteFunc(strings.Fields(plain), func(w string) bool { return w == "en" || w == "and" || w == "of" })
}
