package main

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	_ "github.com/lib/pq" // the driver of the bench's own look at the server

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/notify"
	"github.com/gemeentebode/bode/locales"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/throwaway"
)

//go:embed benchbundle
var benchBundle embed.FS

// benchSite is the installation that is measured: a durable Postgres of its
// own, the real road wired by newDesk, and the strict fake on loopback.
type benchSite struct {
	server   *throwaway.Server
	dsn      string // of the product's schema
	admin    *sql.DB
	counting bool // pg_stat_statements is loaded
	keys     store.Keyring
	store    *store.Store
	bundles  *bundles
	fake     *fakegraph.Server
	client   *cloudapi.Client
	api      cloudapi.Config
	address  string               // of the webhook, "127.0.0.1:1234"
	hear     atomic.Pointer[hear] // what the fake tells of each message it accepts
	current  atomic.Pointer[desk]
	stages   atomic.Pointer[stages] // nil: they are not asked for
	metrics  *metrics
	events   sync.Map // event and detail -> *atomic.Int64
	log      *slog.Logger
	parallel int
	closers  []func()
}

// hear is called for each message that the fake accepts, and plans its statuses.
type hear = func(fakegraph.Sent) []fakegraph.Step

// benchSettings keep a checkpoint from falling into the one round and not into
// the other; durability is as Postgres has it.
var benchSettings = []string{"checkpoint_timeout=1h", "max_wal_size=8GB"}

const (
	statementsLibrary = "pg_stat_statements"
	benchSecret       = "bench-secret"
)

// openBench starts everything; close ends it and removes its files.
func openBench(ctx context.Context, parallel int, gather time.Duration, log *slog.Logger) (*benchSite, error) {
	s := &benchSite{parallel: parallel, log: log, metrics: newMetrics(), keys: store.NewKeyring()}
	for _, open := range []func(context.Context) error{s.openServer, s.openStore,
		func(context.Context) error { return s.openFake(gather) }, s.publish, s.listen} {
		if err := open(ctx); err != nil {
			s.close()
			return nil, err
		}
	}
	return s, nil
}

// beside opens another installation on the same server, with a schema, keys
// and a fake of its own; it is closed with this one.
func (s *benchSite) beside(ctx context.Context) (*benchSite, error) {
	other := &benchSite{server: s.server, admin: s.admin, counting: s.counting, parallel: s.parallel, log: s.log, metrics: newMetrics(), keys: store.NewKeyring()}
	s.later(other.close)
	for _, open := range []func(context.Context) error{other.openStore, func(context.Context) error { return other.openFake(0) }, other.publish, other.listen} {
		if err := open(ctx); err != nil {
			return nil, err
		}
	}
	return other, nil
}

func (s *benchSite) close() {
	for i := len(s.closers) - 1; i >= 0; i-- {
		s.closers[i]()
	}
}

func (s *benchSite) later(f func()) { s.closers = append(s.closers, f) }

func (s *benchSite) openServer(ctx context.Context) error {
	settings := benchSettings
	bin, err := throwaway.Binaries()
	if err != nil {
		return failure{exitUse, err}
	}
	if found, _ := filepath.Glob(filepath.Join(bin, "..", "lib", statementsLibrary+".so")); len(found) > 0 {
		s.counting = true
		settings = append(settings[:len(settings):len(settings)], "shared_preload_libraries="+statementsLibrary)
	}
	if s.server, err = throwaway.Start(throwaway.Config{Durable: true, Settings: settings}); err != nil {
		return err
	}
	s.later(s.server.Stop)
	if s.admin, err = sql.Open("postgres", s.server.Address("")); err != nil {
		return err
	}
	s.later(func() { s.admin.Close() })
	if s.counting {
		if _, err := s.admin.ExecContext(ctx, "CREATE EXTENSION "+statementsLibrary); err != nil {
			return fmt.Errorf("count statements: %w", err)
		}
	}
	return s.durable(ctx)
}

// durable refuses to measure a server that could lose what it committed.
func (s *benchSite) durable(ctx context.Context) error {
	for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		var is string
		if err := s.admin.QueryRowContext(ctx, "SHOW "+setting).Scan(&is); err != nil {
			return fmt.Errorf("look whether the server is durable: %w", err)
		}
		if is != "on" {
			return fmt.Errorf("%s is %s: only a durable server is measured", setting, is)
		}
	}
	return nil
}

func (s *benchSite) openStore(ctx context.Context) (err error) {
	if s.dsn, err = s.server.Schema(); err != nil {
		return err
	}
	if err := store.Migrate(ctx, s.dsn); err != nil {
		return err
	}
	if s.store, err = store.Open(ctx, s.dsn, s.keys); err != nil {
		return err
	}
	s.later(func() { s.store.Close() })
	return nil
}

// openFake serves the strict fake on loopback. Its ladder is short, so that a
// round does not end in waiting for a phone to be looked at.
func (s *benchSite) openFake(gather time.Duration) error {
	s.fake = fakegraph.New(fakegraph.Config{Secret: benchSecret, Keep: -1, Pending: 1 << 20, Gather: gather,
		LadderFor: func(m fakegraph.Sent) []fakegraph.Step {
			if h := s.hear.Load(); h != nil {
				return (*h)(m)
			}
			return noSteps
		}})
	s.later(s.fake.Close)
	address, err := s.serve(s.fake)
	if err != nil {
		return err
	}
	fake := s.fake.Config()
	s.api = cloudapi.Config{BaseURL: "http://" + address, PhoneNumberID: fake.PhoneNumberID, WABAID: fake.WABAID,
		Token: bot.Hide(fake.Token), VerifyToken: bot.Hide(fake.VerifyToken), Secret: bot.Hide(benchSecret)}.WithDefaults()
	s.client = cloudapi.NewClient(s.api)
	s.later(s.client.Close)
	return s.api.Check()
}

// noSteps plans no statuses at all; nil would plan the usual ones.
var noSteps = []fakegraph.Step{}

// serve answers on a loopback port of its own.
func (s *benchSite) serve(handler http.Handler) (address string, err error) {
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: handler, ReadTimeout: readLimit, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: writeLimit, IdleTimeout: idleLimit}
	go func() { _ = server.Serve(socket) }() // it ends by Close
	s.later(func() { server.Close() })
	return socket.Addr().String(), nil
}

// publish makes the bench's own small bundle live.
func (s *benchSite) publish(ctx context.Context) error {
	all := exampleServices(behind{agenda: s.store, requests: s.store})
	s.bundles = newBundles(s.store, flow.Options{Operations: all.operations, Audiences: all.audiences, Sentences: engine.Sentences()}, time.Now)
	content, err := packBench()
	if err != nil {
		return err
	}
	bundle, faults, err := loadPacked(content, s.bundles.options)
	if err != nil {
		return err
	}
	if bundle == nil {
		return errors.New("the bench's bundle has faults; the first: " + firstFault(faults))
	}
	return s.store.PutBundle(ctx, time.Now(), bundle.Hash, content, "bench")
}

// packBench packs the bench's flows with the engine's own Dutch and English sentences.
func packBench() ([]byte, error) {
	files := map[string][]byte{}
	err := fs.WalkDir(benchBundle, "benchbundle", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files[strings.TrimPrefix(name, "benchbundle/")], err = benchBundle.ReadFile(name)
		return err
	})
	for _, name := range []string{"bode.nl.toml", "bode.en.toml"} {
		data, readErr := fs.ReadFile(locales.FS, name)
		err = errors.Join(err, readErr)
		files["locales/"+name] = data
	}
	if err != nil {
		return nil, err
	}
	return archived(files)
}

// listen serves the webhook, for whichever desk is working now.
func (s *benchSite) listen(context.Context) (err error) {
	hook := &cloudapi.Webhook{Config: s.api, Now: time.Now, Log: s.log, Deliver: func(ctx context.Context, d bot.Delivery) error {
		now := s.current.Load()
		if now == nil {
			return errors.New("no desk is working")
		}
		s.stages.Load().delivery(d)
		return now.Deliver(ctx, d)
	}}
	mux := http.NewServeMux()
	mux.Handle(benchPath, hook)
	if s.address, err = s.serve(mux); err == nil {
		s.fake.SetCallback("http://" + s.address + benchPath)
	}
	return err
}

const benchPath = "/webhook/whatsapp"

// anyPace is a pace that binds nothing.
const anyPace = 500_000

// desk wires the road as bode serve does.
func (s *benchSite) desk(change func(*parts)) *desk {
	all := exampleServices(behind{agenda: s.store, requests: s.store})
	p := parts{store: s.store, bundles: s.bundles, services: all, channel: s.client, account: s.api.PhoneNumberID, clock: time.Now, log: s.log,
		count: s.count, parallel: s.parallel, perSecond: anyPace, unknown: 10 * time.Minute, limits: notify.DefaultLimits(), retention: store.DefaultRetention()}
	if change != nil {
		change(&p)
	}
	return newDesk(p)
}

// count counts as the metrics do, and where the bench can read it.
func (s *benchSite) count(event, detail string) {
	s.metrics.count(event, detail)
	s.event(event, detail).Add(1)
}

func (s *benchSite) event(event, detail string) *atomic.Int64 {
	n, _ := s.events.LoadOrStore(event+" "+detail, new(atomic.Int64))
	return n.(*atomic.Int64)
}

// work has a desk work until the function it gives is called: an interrupted
// bench too stops writing first, and then the desk.
func (s *benchSite) work(ctx context.Context, d *desk, run func(context.Context)) (stop func()) {
	s.current.Store(d)
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var working sync.WaitGroup
	working.Go(func() { run(running) })
	return sync.OnceFunc(func() {
		s.current.Store(nil)
		cancel()
		working.Wait()
	})
}

// postgres is the server's version.
func (s *benchSite) postgres(ctx context.Context) (version string) {
	if err := s.admin.QueryRowContext(ctx, "SHOW server_version").Scan(&version); err != nil {
		return err.Error()
	}
	return version
}

// until waits for something that others bring about.
func until(ctx context.Context, limit time.Duration, what string, ok func() bool) error {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-limited.Done():
			return fmt.Errorf("not within %v: %s: %w", limit, what, errors.Join(limited.Err(), os.ErrDeadlineExceeded))
		case <-tick.C:
		}
	}
	return nil
}
