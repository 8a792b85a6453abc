package flow

import (
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fault is one mistake of an editor, in their words, at its place.
type Fault struct {
	File         string // "flows/afval.toml"
	Line, Column int    // from 1; 0 when the whole file is meant
	Code         string // stable, for tests and tools: "unknown-target"
	Dutch        string // 'staat "toon" gaat naar "grofvuill", die bestaat niet. Bedoelt u "grofvuil"?'
	English      string
	Hint         bool     // a suggestion: does not keep a bundle from going live
	Dialogue     []string // the shortest conversation that leads there, where there is one
}

func (f Fault) String() string {
	return fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.Dutch)
}

// Faults are all faults of a bundle, in the order of the files.
type Faults []Fault

// Broken tells whether one of them keeps the bundle from going live.
func (fs Faults) Broken() bool {
	for _, f := range fs {
		if !f.Hint {
			return true
		}
	}
	return false
}

// once sorts, and drops what was said twice of the same place.
func (fs Faults) once() Faults {
	type said struct {
		file, code   string
		line, column int
		dutch        string
	}
	seen := map[said]bool{}
	var out Faults
	for _, f := range fs.sorted() {
		f.Dutch, f.English = sentence(f.Dutch), sentence(f.English)
		key := said{f.File, f.Code, f.Line, f.Column, f.Dutch}
		if !seen[key] {
			seen[key] = true
			out = append(out, f)
		}
	}
	return out
}

// longestSentence bounds what is quoted of a file, in bytes.
const longestSentence = 2000

// sentence begins with a capital and ends with a stop.
func sentence(s string) string {
	if len(s) > longestSentence {
		s = strings.ToValidUTF8(s[:longestSentence], "") + "…."
	}
	first, size := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(first)) + s[size:]
	if strings.ContainsAny(s[len(s)-1:], ".?!") {
		return s
	}
	return s + "."
}

func (fs Faults) sorted() Faults {
	sort.SliceStable(fs, func(i, j int) bool {
		a, b := fs[i], fs[j]
		if a.File != b.File {
			return a.File < b.File
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Column < b.Column
	})
	return fs
}

// draft is a bundle on its way through the checks: what was read so far, where
// each key stands, and what is wrong with it.
type draft struct {
	bundle *Bundle
	places map[string]place // "flows/afval.toml#states.toon.next" -> where the value stands
	broken map[string]bool  // files of which something could not be read: what others say about them may be untrue
	faults Faults
}

type place struct{ line, column int }

// fault notes a mistake at a key path of a file ("states.toon.next"); the
// nearest known parent stands in for a path that has no place of its own.
func (d *draft) fault(file, path, code, dutch, english string) *Fault {
	at := d.place(file, path)
	d.faults = append(d.faults, Fault{File: file, Line: at.line, Column: at.column, Code: code, Dutch: dutch, English: english})
	return &d.faults[len(d.faults)-1]
}

func (d *draft) place(file, path string) place {
	for {
		if at, ok := d.places[file+"#"+path]; ok {
			return at
		}
		cut := lastDot(path)
		if cut < 0 {
			return place{1, 1}
		}
		path = path[:cut]
	}
}

func lastDot(path string) int {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '.' {
			return i
		}
	}
	return -1
}
