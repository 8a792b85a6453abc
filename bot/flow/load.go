package flow

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
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
}

const (
	flowDir   = "flows"
	noticeDir = "flows/notices"
	dutch     = "nl"
)

// Load reads and checks a bundle: a folder that holds flows/ and locales/. It
// gives every fault at once, in the order of the files. The Bundle is nil
// exactly when there is a fault that is not a hint.
func Load(fsys fs.FS, opts Options) (*Bundle, Faults) {
	l := newLoading(fsys, opts)
	l.hash()
	check(&l.draft, opts)
	faults := l.faults.once()
	if faults.Broken() {
		return nil, faults
	}
	return l.bundle, faults
}

// loading is a draft with what only reading needs.
type loading struct {
	draft
	fsys    fs.FS
	opts    Options
	catalog *text.Catalog
}

func newLoading(fsys fs.FS, opts Options) *loading {
	b := &Bundle{Flows: map[string]*Flow{}, Operations: map[string]bot.Operation{}, Sentences: map[string]*text.Text{}, zone: amsterdam()}
	for _, op := range opts.Operations {
		b.Operations[op.Name] = op
	}
	return &loading{
		draft: draft{bundle: b, places: map[string]place{}, broken: map[string]bool{}},
		fsys:  fsys, opts: opts,
	}
}

// hash names the bundle by its content: the paths and bytes of every flow,
// notice and locale file. fs.WalkDir goes in the order of the names.
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
			l.fault(dir, "", "unreadable", "deze map is niet te lezen: "+err.Error(), "this folder cannot be read: "+err.Error())
		}
	}
	l.bundle.Hash = hex.EncodeToString(sum.Sum(nil))
}
