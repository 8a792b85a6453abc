package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/simulator"
	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/notify"
	"github.com/gemeentebode/bode/bot/service/rights"
	"github.com/gemeentebode/bode/store"
)

// local is a whole service on this machine with phones instead of WhatsApp:
// what demo, chat and the browser tests run. The store is a SQLite file in a
// folder of its own with keys of its own, the services are the example town's.
type local struct {
	desk   *desk
	phones *simulator.Simulator
	own    atomic.Pointer[string] // where residents see their own data, once a page is served
	clock  *setClock
	watch  *watcher
	close  func()
}

// setClock is a clock that can be set: real time plus what was asked for.
type setClock struct {
	mu     sync.Mutex
	offset time.Duration
}

// Now gives the set time; it runs on from there.
func (c *setClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset)
}

// Set makes it that moment now; the zero time goes back to the real one.
func (c *setClock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset = 0
	if !t.IsZero() {
		c.offset = time.Until(t)
	}
}

// openLocal starts it: dir is the folder of flows ("" for the shipped ones),
// data where to keep the store ("" for a folder that is deleted at the end).
func openLocal(ctx context.Context, dir, data string, log *slog.Logger) (*local, error) {
	l := &local{clock: &setClock{}}
	s, closeStore, err := localStore(ctx, data)
	if err != nil {
		return nil, err
	}
	logAudit(s, log)
	var b *bundles
	live := func(ctx context.Context) (*loaded, error) { return b.live(ctx) }
	all := exampleServices(behind{agenda: s, requests: s, notices: noticesOf(live, l.clock.Now), rights: ownData(s, live, l.clock.Now, l.ownURL)})
	options := flow.Options{Operations: all.operations, Audiences: all.audiences, Sentences: engine.Sentences()}
	b = newBundles(s, options, l.clock.Now)
	l.watch = &watcher{dir: dir, store: s, bundles: b, clock: l.clock.Now, changed: map[chan struct{}]bool{}}
	if err := l.watch.look(ctx); err != nil {
		closeStore()
		return nil, err
	}
	l.phones = simulator.New(l.deliver, l.clock.Now)
	l.desk = newDesk(parts{
		store: s, bundles: b, services: all, channel: l.phones, account: simulator.Account, clock: l.clock.Now,
		log: log, count: newMetrics().count, parallel: 8, perSecond: 80, unknown: 10 * time.Minute, limits: notify.DefaultLimits(), retention: store.DefaultRetention(), seen: l.phones.Seen,
	})
	l.desk.clocks.fixed = true
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	var working sync.WaitGroup
	working.Go(func() { l.desk.Run(work) })
	working.Go(func() { l.watch.run(work) })
	l.close = func() {
		stop()
		working.Wait()
		closeStore()
	}
	return l, nil
}

// ownURL is where residents see their own data.
func (l *local) ownURL() string {
	if page := l.own.Load(); page != nil {
		return *page
	}
	return ""
}

// servedAt says under which address the page is served.
func (l *local) servedAt(address string) {
	page := "http://" + address + rights.Path
	l.own.Store(&page)
}

// deliver is where the phones write to: the desk, once it stands.
func (l *local) deliver(ctx context.Context, d bot.Delivery) error { return l.desk.Deliver(ctx, d) }

// localStore opens a SQLite store with its own keys, made when they are not there.
func localStore(ctx context.Context, data string) (*store.Store, func(), error) {
	remove := func() {}
	if data == "" {
		made, err := os.MkdirTemp("", "bode-")
		if err != nil {
			return nil, nil, err
		}
		data, remove = made, func() { os.RemoveAll(made) }
	}
	s, err := openData(ctx, data)
	if err != nil {
		remove()
		return nil, nil, err
	}
	return s, func() { s.Close(); remove() }, nil
}

func openData(ctx context.Context, data string) (*store.Store, error) {
	keyFile, database := filepath.Join(data, "bode.keys"), filepath.Join(data, "bode.db")
	if _, err := os.Stat(keyFile); errors.Is(err, os.ErrNotExist) {
		if err := os.MkdirAll(data, 0o700); err != nil {
			return nil, err
		}
		if err := (&keysNewCmd{File: keyFile}).Run(streams{out: io.Discard}); err != nil {
			return nil, err
		}
	}
	text, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, err
	}
	keys, err := store.ParseKeyring(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", keyFile, err)
	}
	if err := store.Migrate(ctx, database); err != nil {
		return nil, err
	}
	return store.Open(ctx, database, keys)
}

// settle waits until everything said so far is answered and the answers are
// on the phones. A test or a terminal asks; nothing of the service does.
func (l *local) settle(ctx context.Context) error {
	for {
		counts, err := l.desk.store.Counts(ctx, l.clock.Now())
		if err != nil {
			return err
		}
		if counts.Open == 0 && counts.Waiting == counts.Topics && counts.Closed == 0 { // notifications come in their own time
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("no answer: %w", ctx.Err())
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// watchEvery is how soon a saved file is live.
const watchEvery = 300 * time.Millisecond

// watcher publishes a folder whenever it changes and is without faults.
type watcher struct {
	dir     string
	store   *store.Store
	bundles *bundles
	clock   func() time.Time

	mu      sync.Mutex
	last    [32]byte
	faults  flow.Faults
	changed map[chan struct{}]bool
}

func (w *watcher) run(ctx context.Context) {
	if w.dir == "" {
		return
	}
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := w.look(ctx); err != nil {
			w.note(flow.Faults{{File: w.dir, Code: "folder", Dutch: err.Error(), English: err.Error()}})
		}
	}
}

// look reads the folder and publishes it when it changed and is good.
func (w *watcher) look(ctx context.Context) error {
	content, err := w.read()
	if err != nil {
		return err
	}
	hash := sha256.Sum256(content)
	if bytes.Equal(hash[:], w.last[:]) {
		return nil
	}
	options := w.bundles.options
	options.At = w.clock()
	bundle, faults, err := loadPacked(content, options)
	if err != nil {
		return err
	}
	if bundle != nil {
		if err := w.store.PutBundle(ctx, w.clock(), bundle.Hash, content, "demo"); err != nil {
			return err
		}
		if err := approveAll(ctx, w.store, w.clock(), simulator.Account, bundle); err != nil {
			return err
		}
		w.bundles.lookNow()
	}
	first := w.last == [32]byte{}
	w.last = hash
	w.note(faults)
	if bundle == nil && first {
		return fmt.Errorf("the flows have faults, see bode check; the first: %s", firstFault(faults))
	}
	return nil
}

func (w *watcher) read() ([]byte, error) {
	if w.dir == "" {
		return packShipped()
	}
	return packFolder(w.dir)
}

func (w *watcher) note(faults flow.Faults) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = faults
	for c := range w.changed {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// Faults gives what is wrong with the folder as it stands on disk.
func (w *watcher) Faults() flow.Faults {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.faults
}

// Watch signals each change of the live bundle or its faults until stop is called.
func (w *watcher) Watch() (changed <-chan struct{}, stop func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := make(chan struct{}, 1)
	w.changed[c] = true
	return c, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.changed, c)
	}
}
