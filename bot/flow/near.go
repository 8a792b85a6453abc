package flow

import (
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// near finds the name that was probably meant: at most two letters off, or a
// third of its length for longer names. It gives "" when nothing comes near.
func near(name string, known []string) string {
	best, found := 1+max(2, utf8.RuneCountInString(name)/3), ""
	for _, k := range known {
		if k == name {
			continue
		}
		distance := levenshtein.ComputeDistance(name, k)
		if distance >= utf8.RuneCountInString(k) {
			continue // nothing of it is left: "a" is not a misspelled "nl"
		}
		if distance < best || distance == best && found != "" && k < found {
			best, found = distance, k
		}
	}
	return found
}

// meantDutch and meantEnglish are the tails of a sentence about an unknown name.
func meantDutch(name string) string {
	if name == "" {
		return ""
	}
	return ` Bedoelt u "` + name + `"?`
}

func meantEnglish(name string) string {
	if name == "" {
		return ""
	}
	return ` Did you mean "` + name + `"?`
}
