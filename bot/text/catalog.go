package text

import (
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
)

// State says how a translation stands to its Dutch source.
type State int

// The closed list.
const (
	Missing State = iota
	Found
	Stale // translated, but the Dutch has changed since
)

func (s State) String() string { return [...]string{"missing", "found", "stale"}[s] }

// Place is where something stands in a file; Line and Column from 1, 0 when unknown.
type Place struct {
	File         string // "locales/afval.en.toml"
	Line, Column int
}

// Problem is a mistake in a locale file, in the translator's words.
type Problem struct {
	Place
	Code           string // stable, for tests and tools: "locale-language"
	Dutch, English string
}

// Orphan is a translation of an id that does not exist.
type Orphan struct {
	Place
	Language, ID string
	Near         string // an existing id that it may have meant; empty when none is near
}

// Catalog holds the translations of a bundle, as go-i18n reads them. It only
// serves compiling: nothing is looked up or parsed while residents wait.
type Catalog struct {
	entries map[string]map[string]entry // by language and id
}

type entry struct {
	Place
	text, hash string
}

// reading is a catalog on its way.
type reading struct {
	*Catalog
	languages []string
	problems  []Problem
}

// MaxFile is the most that one file of a bundle may hold, in bytes: ten times
// the largest that editors wrote. What is slow to read is refused unread.
const MaxFile = 256 << 10

// ReadCatalog reads locales/*.<language>.toml, in the languages that the
// bundle knows. What it cannot read is a problem and stands in the way of
// nothing else; the problems are in the order of the files.
func ReadCatalog(fsys fs.FS, languages []string) (*Catalog, []Problem) {
	r := &reading{Catalog: &Catalog{map[string]map[string]entry{}}, languages: languages}
	files, err := fs.Glob(fsys, "locales/*")
	if err != nil {
		panic(err) // the pattern is ours
	}
	for _, name := range files {
		if path.Ext(name) == ".toml" {
			r.file(fsys, name)
		}
	}
	return r.Catalog, r.problems
}

func (r *reading) problem(at Place, code, dutch, english string) {
	r.problems = append(r.problems, Problem{at, code, dutch, english})
}

func (r *reading) file(fsys fs.FS, name string) {
	language := strings.TrimPrefix(path.Ext(strings.TrimSuffix(name, ".toml")), ".")
	if !slices.Contains(r.languages, language) {
		r.unknownLanguage(name, language)
		return
	}
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		r.problem(Place{File: name}, "locale-unreadable", "dit bestand is niet te openen", "this file cannot be opened")
		return
	}
	if len(data) > MaxFile {
		r.problem(Place{name, 1, 1}, "too-large", fmt.Sprintf("dit bestand is groter dan %d kB. Verdeel het", MaxFile>>10), fmt.Sprintf("this file is larger than %d kB. Divide it", MaxFile>>10))
		return
	}
	parsed, err := i18n.ParseMessageFileBytes(data, path.Base(name), map[string]i18n.UnmarshalFunc{"toml": toml.Unmarshal})
	if err != nil {
		r.unreadable(name, data, err)
		return
	}
	places := keyPlaces(name, data)
	sort.Slice(parsed.Messages, func(i, j int) bool { return parsed.Messages[i].ID < parsed.Messages[j].ID })
	for _, m := range parsed.Messages {
		r.message(language, m, places.of(m.ID))
	}
}

func (r *reading) unknownLanguage(name, language string) {
	at := Place{File: name}
	if language == "" {
		r.problem(at, "locale-name", `de taal ontbreekt in de naam van dit bestand: noem het bijvoorbeeld afval.en.toml`,
			`the language is missing from this file's name: call it afval.en.toml, for example`)
		return
	}
	dutch, english := fmt.Sprintf("de taal %q staat niet in flows/bode.toml", language), fmt.Sprintf("language %q is not in flows/bode.toml", language)
	if near := Near(language, r.languages); near != "" {
		dutch, english = dutch+fmt.Sprintf(". Bedoelt u %q?", near), english+fmt.Sprintf(". Did you mean %q?", near)
	}
	r.problem(at, "locale-language", dutch, english)
}

// unreadable passes on where the parser stopped; go-i18n's own complaints
// (its words among ordinary keys) name the keys and not the line.
func (r *reading) unreadable(name string, data []byte, err error) {
	at := Place{File: name, Line: 1, Column: 1}
	var syntax *toml.DecodeError
	if errors.As(err, &syntax) {
		at.Line, at.Column = syntax.Position()
		r.problem(at, "locale-syntax", fmt.Sprintf("dit is geen geldige TOML: %s", syntax.Error()), fmt.Sprintf("this is not valid TOML: %s", syntax.Error()))
		return
	}
	if mixed, ok := keyPlaces(name, data).mixed(); ok {
		at = mixed
	} else if odd, ok := notText(name, data); ok {
		at = odd
	}
	r.problem(at, "locale-shape", fmt.Sprintf("go-i18n kan dit niet lezen: %v. Zet elke vertaling onder een naam van haar eigen: [afval.adres.description]", err),
		fmt.Sprintf("go-i18n cannot read this: %v. Put each translation under a name of its own: [afval.adres.description]", err))
}

func (r *reading) message(language string, m *i18n.Message, at Place) {
	if m.Zero+m.One+m.Two+m.Few+m.Many+m.LeftDelim+m.RightDelim != "" {
		r.problem(at, "locale-plural", fmt.Sprintf("%s: alleen other en hash tellen hier; gebruik if in de tekst", m.ID),
			fmt.Sprintf("%s: only other and hash count here; use if in the text", m.ID))
	}
	if before, twice := r.entries[language][m.ID]; twice {
		r.problem(at, "locale-twice", fmt.Sprintf("%s is al vertaald in %s:%d", m.ID, before.File, before.Line),
			fmt.Sprintf("%s is translated already, in %s:%d", m.ID, before.File, before.Line))
		return
	}
	if strings.TrimSpace(m.Other) == "" {
		return // not translated yet
	}
	if r.entries[language] == nil {
		r.entries[language] = map[string]entry{}
	}
	r.entries[language][m.ID] = entry{at, m.Other, m.Hash}
}

// Find gives the source of a translation and how it stands to the Dutch. A
// translation without a hash is taken at its word; so is any for an empty dutch.
func (c *Catalog) Find(language, id, dutch string) (string, State) {
	e, ok := c.entries[language][id]
	switch {
	case !ok:
		return "", Missing
	case e.hash != "" && dutch != "" && e.hash != Hash(dutch):
		return e.text, Stale
	}
	return e.text, Found
}

// Where tells where a translation stands: its text, for faults in it.
func (c *Catalog) Where(language, id string) Place { return c.entries[language][id].Place }

// IDs lists the translated ids of a language, sorted.
func (c *Catalog) IDs(language string) []string {
	return slices.Sorted(maps.Keys(c.entries[language]))
}

// Languages lists the languages that have a translation, sorted.
func (c *Catalog) Languages() []string { return slices.Sorted(maps.Keys(c.entries)) }

// Unused lists the translations whose id is not among the known ones, with a
// near one where there is, by language and id.
func (c *Catalog) Unused(known []string) []Orphan {
	is := make(map[string]bool, len(known))
	for _, id := range known {
		is[id] = true
	}
	var out []Orphan
	for _, language := range c.Languages() {
		for _, id := range c.IDs(language) {
			if !is[id] {
				out = append(out, Orphan{c.Where(language, id), language, id, Near(id, known)})
			}
		}
	}
	return out
}

// Hash marks the Dutch source that a translation was made from, as go-i18n's
// own merge command writes it.
func Hash(dutch string) string {
	sum := sha1.Sum([]byte(dutch))
	return "sha1-" + hex.EncodeToString(sum[:])
}
