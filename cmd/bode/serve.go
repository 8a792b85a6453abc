package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/service/address"
	"github.com/gemeentebode/bode/bot/service/appointment"
	"github.com/gemeentebode/bode/bot/service/notice"
	"github.com/gemeentebode/bode/bot/service/remind"
	"github.com/gemeentebode/bode/bot/service/request"
	"github.com/gemeentebode/bode/bot/service/rights"
	"github.com/gemeentebode/bode/bot/service/waste"
	"github.com/gemeentebode/bode/store"
)

type serveCmd struct {
	Config    string        `help:"The configuration file." default:"config.toml" type:"path"`
	KeepFirst time.Duration `help:"For how long after the start each message is kept before it is answered, so that one that ends the process is found and set aside. After it both are written together, which is faster." default:"10m"`
}

// Run serves until SIGTERM; then it stops listening, finishes what is under way and leaves.
func (s *serveCmd) Run(ctx context.Context, std streams) error {
	c, err := readConfig(s.Config)
	if err != nil {
		return err
	}
	log := newLog(std, c.Log.Level)
	m := newMetrics()
	api, err := c.cloudAPI()
	if err != nil {
		return err
	}
	for _, warning := range api.Warnings() {
		log.Warn(warning)
	}
	d, err := openDesk(ctx, c, api, log, m)
	if err != nil {
		return err
	}
	d.keepFirst = s.KeepFirst
	defer d.store.Close()
	keys, err := c.keyring()
	if err != nil {
		return err
	}
	heard := newEchoes(echoKey(keys), d.store.Ping, m.count)
	hook := &cloudapi.Webhook{Config: api, Deliver: heard.deliver(d.Deliver), Echo: heard.answer, Now: time.Now, Log: log}
	public, internal := http.NewServeMux(), http.NewServeMux()
	public.Handle(c.webhookPath(api), m.watch(hook))
	public.Handle(c.exportPath()+"/", d.ownPage(c.exportPath(), c.Municipality.Name))
	if d.fallback != nil {
		public.Handle(receiptsPath, d.receipts())
	}
	internal.Handle("/desk/", c.colleaguePages(d, log))
	internal.Handle("GET /metrics", m.handler())
	internal.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	internal.HandleFunc("GET /readyz", d.ready)
	return serve(ctx, log, d, []listener{{"public", c.Listen.Public, public}, {"internal", c.Listen.Internal, internal}})
}

// openDesk assembles the service that a configuration describes.
func openDesk(ctx context.Context, c *config, api cloudapi.Config, log *slog.Logger, m *metrics) (*desk, error) {
	s, err := c.openStore(ctx)
	if err != nil {
		return nil, err
	}
	logAudit(s, log)
	var b *bundles
	live := func(ctx context.Context) (*loaded, error) { return b.live(ctx) }
	all, err := c.services(log, behind{agenda: s, requests: s, notices: noticesOf(live, time.Now), rights: ownData(s, live, time.Now, c.exportURL)})
	if err != nil {
		s.Close()
		return nil, err
	}
	b = newBundles(s, c.flowOptions(all), time.Now)
	if err := firstBundle(ctx, c, s, b, log); err != nil {
		s.Close()
		return nil, err
	}
	other, err := c.openFallback(ctx, s, b)
	if err != nil {
		s.Close()
		return nil, err
	}
	client := cloudapi.NewClient(api)
	wait, _ := time.ParseDuration(c.Service.UnknownWait) // checked by readConfig
	quiet, _ := c.quiet()                                // as is this
	// Whoever starts the service has mended what stopped it; if not, the first send stops it again.
	if err := s.ResumeSending(ctx, api.PhoneNumberID); err != nil {
		s.Close()
		return nil, err
	}
	d := newDesk(parts{
		store: s, bundles: b, services: all, channel: client, account: api.PhoneNumberID,
		clock: time.Now, log: log, count: m.count, meter: m, parallel: c.Service.Parallel, perSecond: c.Service.PerSecond,
		unknown: wait, limits: c.limits(), quiet: quiet, outside: c.Service.MessagingLimit, retention: c.Retention,
		door: &door{mode: c.Service.Mode, testers: c.Service.Testers, store: s, bundles: b, clock: time.Now, log: log}, seen: seen(client, log, m),
		sync: syncTemplates(api, client, s, b, log), token: watchToken(api, client, m, log), fallback: other,
	})
	m.gauges(d, c.Service.MessagingLimit, c.Service.PerSecond)
	return d, nil
}

// firstBundle makes the configured (else the shipped) bundle live when none is.
func firstBundle(ctx context.Context, c *config, s *store.Store, b *bundles, log *slog.Logger) error {
	_, err := b.live(ctx)
	if !errors.Is(err, store.ErrNoBundle) {
		return err
	}
	content, err := c.bundleContent()
	if err != nil {
		return err
	}
	options := b.options
	options.At, options.Publishing = b.clock(), true
	bundle, faults, err := loadPacked(content, options)
	if err != nil {
		return err
	}
	if bundle == nil {
		return fmt.Errorf("the first bundle has faults, see bode check; the first: %s", firstFault(faults))
	}
	log.Info("no bundle was live: published the first", "hash", bundle.Hash)
	return s.PutBundle(ctx, b.clock(), bundle.Hash, content, "first start")
}

// listener is one address with what answers there.
type listener struct {
	name, address string
	handler       http.Handler
}

// serve listens and works until ctx ends. Listeners close before the workers
// stop, so that what was accepted is also answered where there is time.
func serve(ctx context.Context, log *slog.Logger, d *desk, listeners []listener) error {
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	var working sync.WaitGroup
	working.Go(func() { d.Run(work) })
	defer working.Wait()
	defer stopWork()
	boundMemory()
	var servers []*http.Server
	failed := make(chan error, len(listeners))
	for _, l := range listeners {
		socket, err := net.Listen("tcp", l.address)
		if err != nil {
			return fmt.Errorf("[listen] %s: %w", l.name, err)
		}
		server := newServer(l.handler, log)
		server.ConnState = newConnections(mostConnections, d.count).watch
		servers = append(servers, server)
		log.Info("listening", "for", l.name, "address", socket.Addr().String())
		go func() { failed <- server.Serve(socket) }()
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	log.Info("stopping: finishing what is under way")
	limit, cancel := context.WithTimeout(context.Background(), shutdownLimit)
	defer cancel()
	for _, server := range servers {
		err = errors.Join(err, server.Shutdown(limit))
	}
	return err
}

// ready answers whether this process can do its work, and if not why.
func (d *desk) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
	defer cancel()
	var wrong []string
	if troubles := d.databaseTroubles(ctx); len(troubles) > 0 {
		for _, trouble := range troubles {
			wrong = append(wrong, "database: "+trouble.Said())
		}
	} else if _, err := d.bundles.live(ctx); err != nil {
		wrong = append(wrong, "bundle: "+err.Error())
	} else if err := d.bundles.behindLive(); err != nil {
		wrong = append(wrong, "bundle: update this process; "+err.Error())
	}
	if !d.clocks.healthy() {
		wrong = append(wrong, "clock: differs more than 2 s from the database's; set it (NTP)")
	}
	if len(wrong) > 0 {
		http.Error(w, strings.Join(wrong, "\n"), http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ready")
	// Messages are still accepted then, so this is no reason to be taken out of service.
	for _, f := range []finding{closedFinding(ctx, d.store, d.clock()), stoppedFinding(ctx, d.store), topicsFinding(ctx, d.store, d.account)} {
		if f.err != nil {
			fmt.Fprintf(w, "%s: %v; %s\n", f.what, f.err, f.todo)
		}
	}
	if cause := d.outbox.Slowed(); cause != "" {
		fmt.Fprintf(w, "platform: %s; messages wait, and go out when it answers again\n", cause)
	}
}

// services opens what flows may call; where nothing is configured the
// fictional town stands in, so that a first try needs no data.
func (c *config) services(log *slog.Logger, b behind) (*services, error) {
	addresses, calendar := address.Example(), (*waste.Service)(nil)
	var err error
	if c.Address.File != "" {
		c.Address.File = c.path(c.Address.File)
		if addresses, err = address.Open(c.Address); err != nil {
			return nil, fmt.Errorf("[address] %w", err)
		}
	}
	if len(c.Waste.Calendars) == 0 {
		calendar = waste.Example()
	} else {
		c.wastePaths()
		calendar, err = waste.Open(c.Waste, log)
	}
	if err != nil {
		return nil, fmt.Errorf("[waste] %w", err)
	}
	agenda, err := c.agenda(b.agenda)
	if err != nil {
		return nil, err
	}
	services := []service{addresses, calendar, agenda, notice.New(b.notices), rights.New(b.rights), remind.New()}
	if c.Request.Receiver == "local" {
		services = append(services, request.New(b.requests))
	}
	return newServices(services...).knowing(b.rights), nil
}

// agenda opens the town's appointments.
func (c *config) agenda(store appointment.Store) (*appointment.Service, error) {
	if c.Appointment.File == "" {
		return appointment.Example(store), nil
	}
	s, err := appointment.Open(appointment.Config{File: c.path(c.Appointment.File)}, store)
	if err != nil {
		return nil, fmt.Errorf("[appointment] %w", err)
	}
	return s, nil
}

func (c *config) wastePaths() {
	c.Waste.Sorting, c.Waste.Aliases = c.path(c.Waste.Sorting), c.path(c.Waste.Aliases)
	for i := range c.Waste.Calendars {
		c.Waste.Calendars[i].File = c.path(c.Waste.Calendars[i].File)
	}
}

func (c *config) flowOptions(s *services) flow.Options {
	return flow.Options{Operations: s.operations, Audiences: s.audiences, Sentences: engine.Sentences(), Hosts: c.Flows.Hosts}
}

func (c *config) bundleContent() ([]byte, error) {
	if c.Flows.Dir == "" {
		return packShipped()
	}
	return packFolder(c.path(c.Flows.Dir))
}

func (c *config) cloudAPI() (cloudapi.Config, error) {
	api := c.Channel.CloudAPI
	token, err1 := c.secret(envToken, "[channel.cloudapi] token_file", api.TokenFile)
	verify, err2 := c.secret(envVerifyToken, "[channel.cloudapi] verify_token_file", api.VerifyTokenFile)
	config := cloudapi.Config{BaseURL: api.BaseURL, Private: api.Private, Version: api.Version, PhoneNumberID: api.PhoneNumberID, WABAID: api.WABAID,
		Token: token, AuthHeader: api.AuthHeader, VerifyToken: verify, SignatureHeader: api.Webhook.SignatureHeader}
	var err3, err4 error
	if api.Webhook.PathSecretFile == "" {
		config.Secret, err3 = c.secret(envSecret, "[channel.cloudapi.webhook] secret_file", api.Webhook.SecretFile)
	} else {
		config.PathSecret, err3 = c.secret(envPathSecret, "[channel.cloudapi.webhook] path_secret_file", api.Webhook.PathSecretFile)
		config.Allow, err4 = prefixes(api.Webhook.Allow)
	}
	config = config.WithDefaults()
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return config, failure{exitUse, err}
	}
	if err := config.Check(); err != nil {
		return config, failure{exitUse, fmt.Errorf("[channel.cloudapi] %w", err)}
	}
	return config, nil
}

// prefixes reads the addresses that may call an unsigned webhook.
func prefixes(texts []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range texts {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("[channel.cloudapi.webhook] allow: write %q as 203.0.113.0/24", text)
		}
		out = append(out, prefix)
	}
	return out, nil
}

func (c *config) openStore(ctx context.Context) (*store.Store, error) {
	keys, err := c.keyring()
	if err != nil {
		return nil, failure{exitUse, err}
	}
	dsn, err := c.database()
	if err != nil {
		return nil, failure{exitUse, err}
	}
	s, err := store.Open(ctx, dsn, keys)
	return s, storeError(err)
}

// storeError names the setting that an error of the database is about.
func storeError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, store.ErrWrongKeys):
		return fmt.Errorf("[store] keys_file: %w: put that one back, or name its database", err)
	}
	return fmt.Errorf("[store] database: %w", err)
}

// keyring advises a new key file only where there is none: made beside one
// that cannot be read, it would open nothing that was stored.
func (c *config) keyring() (store.Keyring, error) {
	text, err := c.secret(envKeys, "[store] keys_file", c.Store.KeysFile)
	if errors.Is(err, fs.ErrNotExist) {
		return store.Keyring{}, fmt.Errorf("%w; put the installation's own back, or for a new one: bode keys new FILE", err)
	}
	if err != nil {
		return store.Keyring{}, err
	}
	keys, err := store.ParseKeyring([]byte(text.Reveal()))
	if err != nil {
		return keys, fmt.Errorf("[store] keys_file %q: %w", c.Store.KeysFile, err)
	}
	return keys, nil
}

// seen shows read marks and typing; there is no harm in one that is missed,
// so it never holds up a turn.
func seen(client *cloudapi.Client, log *slog.Logger, m *metrics) func(context.Context, bot.Message, bool) {
	busy := make(chan struct{}, 16)
	return func(ctx context.Context, message bot.Message, coming bool) {
		select {
		case busy <- struct{}{}:
		default:
			return
		}
		go func() {
			defer func() { <-busy }()
			limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			if err := client.Seen(limited, message.From.Account, message.ID, coming); err != nil {
				m.count("seen", "failed")
				log.Debug("read mark", "error", err)
			}
		}()
	}
}

// webhookPath ends in the path secret where the provider does not sign.
func (c *config) webhookPath(api cloudapi.Config) string {
	path := "/" + strings.Trim(c.Channel.CloudAPI.Webhook.Path, "/")
	if secret := api.PathSecret.Reveal(); secret != "" {
		return path + "/" + secret
	}
	return path
}

func newLog(std streams, level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	return slog.New(newSteady(slog.NewJSONHandler(std.err, &slog.HandlerOptions{Level: l})))
}
