package main

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"sync"
	"time"

	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/inbox"
	"github.com/gemeentebode/bode/bot/privacy"
	"github.com/gemeentebode/bode/flows"
	"github.com/gemeentebode/bode/locales"
	"github.com/gemeentebode/bode/store"
)

// bundleLimit keeps a mistake (a film in the flows folder) out of the database.
const bundleLimit = 16 << 20

// unpackedLimit bounds what a bundle unpacks to, in bytes: every process holds
// it in memory, and a few kilobytes can unpack to gigabytes.
const unpackedLimit = 64 << 20

var errTooLarge = fmt.Errorf("the bundle has more than %d MB of files: only flows and locales belong in it", unpackedLimit>>20)

// packFolder reads a bundle from a folder that holds flows/ and locales/ (or
// is the flows folder itself) into the form in which it stands in the store.
func packFolder(dir string) ([]byte, error) {
	if _, err := os.Stat(filepath.Join(dir, "bode.toml")); err == nil {
		dir = filepath.Join(dir, "..")
	}
	if _, err := os.Stat(filepath.Join(dir, "flows")); err != nil {
		return nil, failure{exitUse, fmt.Errorf("no folder flows in %s: name the folder that holds flows and locales", dir)}
	}
	return pack(map[string]fs.FS{"flows": os.DirFS(filepath.Join(dir, "flows")), "locales": os.DirFS(filepath.Join(dir, "locales"))})
}

// packShipped gives the example bundle that is built in.
func packShipped() ([]byte, error) {
	return pack(map[string]fs.FS{"flows": flows.FS, "locales": locales.FS})
}

// pack writes the bundle's files into one archive, the same bytes for the same files.
func pack(folders map[string]fs.FS) ([]byte, error) {
	files := map[string][]byte{}
	for name, folder := range folders {
		if err := gather(files, name, folder); err != nil {
			return nil, err
		}
	}
	return archived(files)
}

// archived writes files into one archive.
func archived(files map[string][]byte) ([]byte, error) {
	var names []string
	size := uint64(0)
	for name, data := range files {
		names = append(names, name)
		size += uint64(len(data))
	}
	if size > unpackedLimit { // no process would open it
		return nil, errTooLarge
	}
	sort.Strings(names)
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for _, name := range names {
		w, err := archive.Create(name)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(files[name]); err != nil {
			return nil, err
		}
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	if out.Len() > bundleLimit {
		return nil, fmt.Errorf("the bundle is %d MB: only flows and locales belong in it", out.Len()>>20)
	}
	return out.Bytes(), nil
}

func gather(files map[string][]byte, prefix string, folder fs.FS) error {
	return fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if ext := path.Ext(name); ext != ".toml" && ext != ".chat" {
			return nil
		}
		data, err := fs.ReadFile(folder, name)
		files[path.Join(prefix, name)] = data
		return err
	})
}

// unpack opens an archive as the folder it was made from. It goes by the sizes
// that the archive tells: archive/zip gives no more of a file than that.
func unpack(content []byte) (fs.FS, error) {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, fmt.Errorf("stored bundle: %w", err)
	}
	size := uint64(0)
	for _, file := range archive.File {
		if size += min(file.UncompressedSize64, unpackedLimit+1); size > unpackedLimit {
			return nil, fmt.Errorf("stored bundle: %w; publish another: bode publish DIR", errTooLarge)
		}
	}
	return archive, nil
}

// loadPacked checks and compiles a packed bundle.
func loadPacked(content []byte, options flow.Options) (*flow.Bundle, flow.Faults, error) {
	files, err := unpack(content)
	if err != nil {
		return nil, nil, err
	}
	bundle, faults := flow.Load(files, options)
	return bundle, faults, nil
}

// loaded is a bundle ready to answer with.
type loaded struct {
	bundle *flow.Bundle
	engine *engine.Engine
	door   *privacy.Door
}

// bundles compiles each bundle once per process and knows which one is live.
type bundles struct {
	store   *store.Store
	options flow.Options
	clock   func() time.Time

	mu      sync.Mutex
	byHash  map[string]*loaded
	current *loaded
	looked  time.Time
	refused error // why the live bundle is not the current one
}

// lookAgain is how often a process asks the store which bundle is live. A turn
// does not depend on it: its claim names the bundle.
const lookAgain = time.Second

func newBundles(s *store.Store, options flow.Options, clock func() time.Time) *bundles {
	return &bundles{store: s, options: options, clock: clock, byHash: map[string]*loaded{}}
}

// Door gives the door of the live bundle.
func (b *bundles) Door(ctx context.Context) (inbox.Door, error) {
	live, err := b.live(ctx)
	if err != nil {
		return nil, err
	}
	return live.door, nil
}

// Stepper gives the engine of one bundle.
func (b *bundles) Stepper(ctx context.Context, hash string) (inbox.Stepper, error) {
	l, err := b.get(ctx, hash)
	if err != nil {
		return nil, err
	}
	return l.engine, nil
}

// lookNow has the next question about the live bundle ask the store.
func (b *bundles) lookNow() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.looked = time.Time{}
}

func (b *bundles) live(ctx context.Context) (*loaded, error) {
	b.mu.Lock()
	current, fresh := b.current, b.clock().Sub(b.looked).Abs() < lookAgain
	b.mu.Unlock()
	if current != nil && fresh {
		return current, nil
	}
	hash, content, err := b.store.LiveBundle(ctx)
	if err != nil {
		return nil, err
	}
	l, err := b.compiled(hash, content)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refused = err
	if err != nil && current == nil {
		return nil, err
	}
	if err == nil {
		b.current = l
	}
	b.looked = b.clock()
	return b.current, nil
}

// behindLive tells why this process still goes by an older bundle than the
// live one: a newer program published it.
func (b *bundles) behindLive() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.refused
}

func (b *bundles) get(ctx context.Context, hash string) (*loaded, error) {
	b.mu.Lock()
	l := b.byHash[hash]
	b.mu.Unlock()
	if l != nil {
		return l, nil
	}
	content, err := b.store.BundleByHash(ctx, hash)
	if err != nil {
		return nil, err
	}
	return b.compiled(hash, content)
}

func (b *bundles) compiled(hash string, content []byte) (*loaded, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if l := b.byHash[hash]; l != nil {
		return l, nil
	}
	options := b.options
	options.At = b.clock()
	bundle, faults, err := loadStored(hash, content, options)
	if err != nil {
		return nil, err
	}
	if bundle == nil {
		return nil, fmt.Errorf("the live bundle has faults for this version of bode; correct the files and run bode publish; the first: %s", firstFault(faults))
	}
	l := &loaded{bundle, engine.New(bundle), bundle.Door()}
	b.byHash[hash] = l
	return l, nil
}

func firstFault(faults flow.Faults) string {
	for _, f := range faults {
		if !f.Hint {
			return f.String()
		}
	}
	return ""
}
