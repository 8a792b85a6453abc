package main

import (
	"context"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
)

// gauges adds what is looked up at each scrape: what there is to do, and what
// there is left. Every process tells the same of the database, so queries take
// the greatest of them.
func (m *metrics) gauges(d *desk, limit int, perSecond float64) {
	m.registry.MustRegister(work{desk: d, limit: limit, perSecond: perSecond})
}

// work is a collector over the store; a database that is away gives no figures.
type work struct {
	desk      *desk
	limit     int
	perSecond float64
}

func gauge(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

var (
	descRows      = gauge("bode_rows", "Rows by what they wait for.", "state")
	descOpen      = gauge("bode_oldest_open_message_seconds", "How long the message that waits longest for its answer waits; 0: none.")
	descSend      = gauge("bode_oldest_waiting_send_seconds", "How long the answer that is due longest waits to be sent; 0: none.")
	descErasure   = gauge("bode_oldest_erasure_seconds", "How long the STOP that waits longest for its erasure waits; 0: none.")
	descPace      = gauge("bode_pace_ahead_seconds", "How far ahead send slots are given away.")
	descRate      = gauge("bode_pace_per_second", "Sends a second that the configuration allows the number.")
	descLimit     = gauge("bode_messaging_limit", "People a day with whom a conversation may be begun; 0: no limit.")
	descLeft      = gauge("bode_messaging_limit_left", "Of these, how many are left.")
	descRuns      = gauge("bode_notification_runs", "Runs of notifications that are not done, by state.", "state")
	descHeld      = gauge("bode_notifications_stopped", "1 while no notification goes out, until bode notify resume --all.")
	descClosed    = gauge("bode_service_closed", "1 while the service is closed by bode close.")
	descOff       = gauge("bode_clock_difference_seconds", "This process's clock against the database's, as it was last compared.")
	descBundle    = gauge("bode_bundle_info", "The flows that are live.", "hash")
	descFacts     = gauge("bode_bundle_facts_expire_timestamp_seconds", "When the first fact of the live flows ends.")
	descTemplates = gauge("bode_templates", "Message templates of the live flows, by what the platform says of them.", "status")
	descBackup    = gauge("bode_last_backup_timestamp_seconds", "When bode backup last wrote a whole backup; 0: never.")
	descPool      = gauge("bode_database_connections", "Connections to the database, by pool and state.", "pool", "state")
	descPoolMost  = gauge("bode_database_connections_max", "Connections that a pool may have; 0: no limit.", "pool")
	descWaits     = gauge("bode_database_waits_total", "How often work waited for a connection.", "pool")
	descWaited    = gauge("bode_database_wait_seconds_total", "How long work waited for connections.", "pool")
	descBad       = gauge("bode_unreadable_rows_total", "Rows that could not be opened since this process started.")
)

var workDescriptions = []*prometheus.Desc{descRows, descOpen, descSend, descErasure, descPace, descRate, descLimit, descLeft, descRuns, descHeld,
	descClosed, descOff, descBundle, descFacts, descTemplates, descBackup, descPool, descPoolMost, descWaits, descWaited, descBad}

// runStates are those of a run that is not done.
var runStates = []bot.RunState{bot.RunSelecting, bot.RunSending, bot.RunPaused, bot.RunStopped}

// templateStates are the labels of templates; what the platform says besides is "other".
var templateStates = []string{"APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED", "DIFFERS", "CATEGORY", "other"}

// Describe is prometheus.Collector's.
func (work) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range workDescriptions {
		ch <- d
	}
}

// scrape takes the values of one scrape.
type scrape chan<- prometheus.Metric

func (f scrape) put(d *prometheus.Desc, value float64, labels ...string) {
	f <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
}

func (f scrape) total(d *prometheus.Desc, value float64, labels ...string) {
	f <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, value, labels...)
}

// Collect is prometheus.Collector's.
func (w work) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	f, now := scrape(ch), w.desk.clock()
	f.put(descRate, w.perSecond)
	f.put(descOff, w.desk.clocks.difference().Seconds())
	f.put(descClosed, oneIf(w.desk.held()))
	w.pools(f)
	if c, err := w.desk.store.Counts(ctx, now); err == nil {
		w.rows(f, c)
	}
	if v, err := w.desk.store.Vitals(ctx, now, w.desk.account); err == nil {
		w.vitals(ctx, f, v, now)
	}
}

func (w work) rows(f scrape, c store.Counts) {
	for state, n := range map[string]int{
		"inbox open": c.Open, "inbox aside": c.AsideIn, "outbox waiting": c.Waiting, "outbox unknown": c.Unknown, "notifications waiting": c.Topics,
		"outbox aside": c.AsideOut, "outbox failed": c.Failed, "stop waiting for erasure": c.Closed, "accounts stopped": c.Stopped,
	} {
		f.put(descRows, float64(n), state)
	}
	f.total(descBad, float64(c.Unreadable))
}

func (w work) vitals(ctx context.Context, f scrape, v store.Vitals, now time.Time) {
	f.put(descOpen, age(now, v.OldestOpen.Time))
	f.put(descSend, age(now, v.OldestSend.Time))
	f.put(descErasure, age(now, v.OldestClosed.Time))
	f.put(descPace, max(0, v.NextSlot.Sub(now).Seconds()))
	f.put(descLimit, float64(w.limit))
	if w.limit > 0 {
		f.put(descLeft, float64(max(0, w.limit-v.Begun)))
	}
	f.put(descHeld, oneIf(!v.TopicsStopped.IsZero()))
	for _, state := range runStates {
		f.put(descRuns, float64(v.Runs[string(state)]), string(state))
	}
	f.put(descBackup, unix(v.BackedUp.Time))
	live, err := w.desk.bundles.live(ctx)
	if err != nil {
		return
	}
	f.put(descBundle, 1, live.bundle.Hash)
	var first time.Time
	for _, fact := range live.bundle.Shared.Facts {
		if end := fact.ValidUntil.AddDate(0, 0, 1); first.IsZero() || end.Before(first) {
			first = end
		}
	}
	f.put(descFacts, unix(first))
	states := map[string]int{}
	for _, t := range v.Templates {
		if live.bundle.Templates[t.Name] != nil {
			states[templateState(t)]++
		}
	}
	for _, state := range templateStates {
		f.put(descTemplates, float64(states[state]), state)
	}
}

// templateState is one word for how a template stands; an approved one that is
// not of the category utility is not used.
func templateState(t store.TemplateHealth) string {
	switch state := strings.ToUpper(t.Status); {
	case t.Status == bot.TemplateDiffers:
		return "DIFFERS"
	case t.Status == bot.TemplateApproved && t.Category != bot.TemplateUtility:
		return "CATEGORY"
	case slices.Contains(templateStates, state):
		return state
	}
	return "other"
}

func (w work) pools(f scrape) {
	for pool, s := range w.desk.store.Pools() {
		f.put(descPool, float64(s.InUse), pool, "in_use")
		f.put(descPool, float64(s.Idle), pool, "idle")
		f.put(descPoolMost, float64(s.MaxOpenConnections), pool)
		f.total(descWaits, float64(s.WaitCount), pool)
		f.total(descWaited, s.WaitDuration.Seconds(), pool)
	}
}

// newBuildInfo says what runs: the version control's revision, where it is known.
func newBuildInfo() prometheus.Collector {
	version, revision := "unknown", "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				revision = s.Value
			}
		}
	}
	g := prometheus.NewGauge(prometheus.GaugeOpts{Name: "bode_build_info", Help: "The program that runs.",
		ConstLabels: prometheus.Labels{"version": version, "revision": revision, "goversion": runtime.Version()}})
	g.Set(1)
	return g
}

func oneIf(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

func age(now, since time.Time) float64 {
	if since.IsZero() {
		return 0
	}
	return max(0, now.Sub(since).Seconds())
}

func unix(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.Unix())
}
