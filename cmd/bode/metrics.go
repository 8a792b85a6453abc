package main

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/gemeentebode/bode/store"
)

// metrics counts events; no label ever holds anything of a resident.
type metrics struct {
	registry *prometheus.Registry
	events   *prometheus.CounterVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bode_events_total",
			Help: "What happened, by event and detail: message kind, turn outcome, send class, status, crisis name.",
		}, []string{"event", "detail"}),
	}
	m.registry.MustRegister(m.events, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) count(event, detail string) { m.events.WithLabelValues(event, detail).Inc() }

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// gauges adds what there is to do, counted in the database at each scrape.
func (m *metrics) gauges(s *store.Store) { m.registry.MustRegister(work{s}) }

// work is a collector over store.Counts; a database that is away gives no figures.
type work struct{ store *store.Store }

var workDescription = prometheus.NewDesc("bode_rows", "Rows by what they wait for.", []string{"state"}, nil)

// Describe is prometheus.Collector's.
func (work) Describe(ch chan<- *prometheus.Desc) { ch <- workDescription }

// Collect is prometheus.Collector's.
func (w work) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	c, err := w.store.Counts(ctx, time.Now())
	if err != nil {
		return
	}
	for state, n := range map[string]int{
		"inbox open": c.Open, "inbox aside": c.AsideIn, "outbox waiting": c.Waiting, "outbox unknown": c.Unknown,
		"outbox aside": c.AsideOut, "outbox failed": c.Failed, "stop waiting for erasure": c.Closed, "accounts stopped": c.Stopped,
	} {
		ch <- prometheus.MustNewConstMetric(workDescription, prometheus.GaugeValue, float64(n), state)
	}
}
