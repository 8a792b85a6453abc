package flow

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/text"
)

// Options are what a bundle is checked against besides itself.
type Options struct {
	Operations []bot.Operation
	Audiences  []bot.Audience
	At         time.Time // the day that facts and reviews must still hold; zero: not looked at
	Hosts      []string  // where links may go, subdomains included; empty: any https host
	Publishing bool      // what has expired is a fault instead of a hint
	Sentences  []string  // ids of the engine's own sentences that must be there
	Live       bool      // it was published before: its faults are told, and only what cannot run keeps it back
}

const (
	flowDir   = "flows"
	noticeDir = "flows/notices"
	// templateDir holds what the platform approves, one file per template.
	templateDir = "flows/templates"
	// sharedFile holds what the flows of one municipality share.
	sharedFile = "flows/bode.toml"
	dutch      = "nl"
)

// Load reads and checks a bundle: a folder that holds flows/ and locales/. It
// gives every fault at once, in the order of the files. The Bundle is nil
// exactly when there is a fault that is not a hint; with Options.Live only
// when it cannot run at all, so that a stricter check in a newer program does
// not end a service that ran well.
func Load(fsys fs.FS, opts Options) (*Bundle, Faults) {
	l := newLoading(fsys, opts)
	l.hash()
	l.read()
	l.machines()
	check(&l.draft, opts)
	faults := l.faults.once()
	if faults.Broken() && !(opts.Live && l.runs()) {
		return nil, faults
	}
	return l.bundle, faults
}

// runs tells whether every file was understood and every flow has its machine.
func (l *loading) runs() bool {
	for _, f := range l.bundle.Flows {
		if f.machine == nil || f.States[f.Start] == nil {
			return false
		}
	}
	return len(l.broken) == 0 && len(l.bundle.Flows) > 0
}

// loading is a draft with what only reading needs.
type loading struct {
	draft
	fsys    fs.FS
	opts    Options
	catalog *text.Catalog
	ids     []string // of every text
}

func newLoading(fsys fs.FS, opts Options) *loading {
	b := &Bundle{Flows: map[string]*Flow{}, Operations: map[string]bot.Operation{}, Sentences: map[string]*text.Text{}, Templates: map[string]*Template{}, zone: amsterdam()}
	for _, op := range opts.Operations {
		b.Operations[op.Name] = op
	}
	return &loading{
		draft: draft{bundle: b, places: map[string]place{}, broken: map[string]bool{}},
		fsys:  fsys, opts: opts,
	}
}

// hash names the bundle by its content: the paths and bytes of every flow,
// notice, template and locale file. fs.WalkDir goes in the order of the names.
func (l *loading) hash() {
	sum := sha256.New()
	for _, dir := range []string{flowDir, "locales"} {
		err := fs.WalkDir(l.fsys, dir, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || path.Ext(name) != ".toml" {
				return err
			}
			data, err := fs.ReadFile(l.fsys, name)
			fmt.Fprintf(sum, "%s %d\n", name, len(data))
			sum.Write(data)
			return err
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			l.whole(dir, "unreadable", "deze map is niet te lezen: "+err.Error(), "this folder cannot be read: "+err.Error())
		}
	}
	l.bundle.Hash = hex.EncodeToString(sum.Sum(nil))
}

// read goes by the shared file first: it says which languages are complete.
// Notices come last, because they name its topics.
func (l *loading) read() {
	l.locales()
	if data, ok := l.file(sharedFile); ok {
		l.shared(data)
	} else {
		l.broken[sharedFile] = true
	}
	for _, name := range l.files(flowDir) {
		if data, ok := l.file(name); ok && name != sharedFile {
			l.flow(name, data)
		}
	}
	for _, name := range l.files(noticeDir) {
		if data, ok := l.file(name); ok {
			l.notice(name, data)
		}
	}
	for _, name := range l.files(templateDir) {
		if data, ok := l.file(name); ok {
			l.template(name, data)
		}
	}
	l.sentences()
	l.unused()
}

// files lists the TOML files of a folder; a folder that is not there is empty.
func (l *loading) files(dir string) []string {
	names, err := fs.Glob(l.fsys, dir+"/*.toml")
	if err != nil {
		panic(err) // the pattern is ours
	}
	return names
}

func (l *loading) file(name string) ([]byte, bool) {
	data, err := fs.ReadFile(l.fsys, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		l.whole(name, "missing-file", "dit bestand ontbreekt", "this file is missing")
	case err != nil:
		l.whole(name, "unreadable", "dit bestand is niet te lezen: "+err.Error(), "this file cannot be read: "+err.Error())
	}
	if len(data) > text.MaxFile {
		l.faults = append(l.faults, Fault{File: name, Line: 1, Column: 1, Code: "too-large",
			Dutch: fmt.Sprintf("dit bestand is groter dan %d kB. Verdeel het", text.MaxFile>>10), English: fmt.Sprintf("this file is larger than %d kB. Divide it", text.MaxFile>>10)})
		l.broken[name] = true
		return nil, false
	}
	return data, err == nil
}

// whole notes a mistake of a whole file or folder.
func (l *loading) whole(name, code, dutchSentence, englishSentence string) {
	l.faults = append(l.faults, Fault{File: name, Code: code, Dutch: dutchSentence, English: englishSentence})
}

func (l *loading) locales() {
	catalog, problems := text.ReadCatalog(l.fsys, spoken)
	l.catalog = catalog
	for _, p := range problems {
		l.faults = append(l.faults, Fault{File: p.File, Line: p.Line, Column: p.Column, Code: p.Code, Dutch: p.Dutch, English: p.English})
	}
}

// sentences reads the engine's own: their Dutch is the source, and stands in
// locales/bode.nl.toml like their translations stand beside it.
func (l *loading) sentences() {
	for _, id := range l.catalog.IDs(dutch) {
		if !strings.HasPrefix(id, "engine.") {
			continue
		}
		source, _ := l.catalog.Find(dutch, id, "")
		template, err := text.Compile(source)
		if err != nil {
			l.translationFault(dutch, id, err)
			continue
		}
		at := l.catalog.Where(dutch, id)
		t := &text.Text{ID: id, ByLanguage: map[string]*text.Template{dutch: template}}
		l.bundle.Sentences[id] = l.translated(t, source, fileSpot{at.File, place{at.Line, at.Column}})
		l.sentence(t)
	}
	for _, id := range l.opts.Sentences {
		if l.bundle.Sentences[id] == nil {
			l.whole("locales/bode.nl.toml", "missing-sentence", fmt.Sprintf("de zin %q ontbreekt", id), fmt.Sprintf("the sentence %q is missing", id))
		}
	}
}

// unused notes translations of texts that are not there: harmless, or the
// misspelled id of one that is.
func (l *loading) unused() {
	for _, o := range l.catalog.Unused(l.ids) {
		if o.Language == dutch || l.fromBroken(o.ID) {
			continue
		}
		l.faults = append(l.faults, Fault{File: o.File, Line: o.Line, Column: o.Column, Code: "unused-translation", Hint: true,
			Dutch:   fmt.Sprintf("de tekst %q bestaat niet.%s", o.ID, meantDutch(o.Near)),
			English: fmt.Sprintf("there is no text %q.%s", o.ID, meantEnglish(o.Near))})
	}
}

// fromBroken tells whether the text may stand in a file that could not be read.
func (l *loading) fromBroken(id string) bool {
	first, _, _ := strings.Cut(id, ".")
	return l.broken[flowDir+"/"+first+".toml"]
}

// machines compiles each flow, whether or not it is right: the proofs do not
// need them, and a bundle with faults is never given out.
func (l *loading) machines() {
	for _, f := range l.bundle.Flows {
		m, err := newMachine(f)
		if err != nil {
			l.whole(flowDir+"/"+f.Name+".toml", "machine", err.Error(), err.Error())
			continue
		}
		f.machine = m
	}
}
