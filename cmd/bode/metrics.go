package main

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/outbox"
)

// metrics are what Prometheus reads at /metrics. No label ever holds anything
// of a resident, and none can take any number of values. What a message passes
// costs one look in a map of labels, made at the start.
type metrics struct {
	registry *prometheus.Registry
	events   *prometheus.CounterVec
	requests *prometheus.CounterVec         // by HTTP status
	webhook  prometheus.ObserverVec         // by HTTP status
	receive  prometheus.Observer            // a delivery until its commit
	turn     prometheus.Observer            // a turn from its claim to its commit
	answer   prometheus.Observer            // from the commit of a message to its answer sent
	bySend   map[string]prometheus.Observer // by class
	errors   *prometheus.CounterVec         // by the platform's code
	token    prometheus.Gauge               // when the access token ends

	mu     sync.Mutex
	labels map[string]bool
}

// mostLabels bounds what the platform can make of labels.
const mostLabels = 100

// Buckets in seconds: what is fast, what the targets speak of, and what a
// resident notices. The last of answers is the time after which none is sent.
var (
	quickBuckets  = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 25}
	answerBuckets = []float64{.025, .05, .1, .25, .5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200}
)

// sendClasses are those of a send that ended; sent is success.
var sendClasses = []bot.SendClass{"sent", bot.SendRetry, bot.SendPair, bot.SendWindow, bot.SendRecipient, bot.SendOptedOut, bot.SendOurs, bot.SendStop, bot.SendUnknown}

// begun are counters that exist from the start, so that the first of them is seen as a rise.
var begun = map[string][]string{
	"turn": {"done", "aside", "retry", "erase", "token gone"},
	"stop": {""}, "erased": {""}, "duplicate": {""}, "dropped": {""}, "notice": {""},
	"send":          {"aside"},
	"status":        {"sent", "delivered", "read", "failed", "unmatched"},
	"message":       {string(bot.KindText), string(bot.KindTap), string(bot.KindPlace), string(bot.KindMedia), string(bot.KindUnsupported)},
	"consent":       {"given", "withdrawn"},
	"masked":        {"bsn", "iban", "card"},
	"notifications": {"stopped"},
	"run":           {"begun", "done", "stopped", "missed"},
	"guard out":     {"refused"},
	"database":      {"away", "full", "read-only", "locked", "refused"},
}

func newMetrics() *metrics {
	m := &metrics{registry: prometheus.NewRegistry(), bySend: map[string]prometheus.Observer{}, labels: map[string]bool{}}
	m.events = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "bode_events_total",
		Help: "What happened, by event and detail: message kind, turn outcome, send class, status, crisis name, kind of what was masked."},
		[]string{"event", "detail"})
	for event, details := range begun {
		for _, detail := range details {
			m.events.WithLabelValues(event, detail)
		}
	}
	m.requests = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "bode_webhook_requests_total",
		Help: "Requests at the webhook's address, by HTTP status."}, []string{"code"})
	webhook := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "bode_webhook_request_duration_seconds",
		Help: "How long the platform waited for an answer, by HTTP status.", Buckets: quickBuckets}, []string{"code"})
	m.webhook = webhook
	m.requests.WithLabelValues("200")
	m.errors = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "bode_platform_errors_total",
		Help: "Sends that the platform refused, by its code; 0: without one, other: rarer ones together."}, []string{"code"})
	m.token = prometheus.NewGauge(prometheus.GaugeOpts{Name: "bode_token_expires_timestamp_seconds",
		Help: "When the access token ends, as the platform last said; 0: never, or it does not tell."})
	sends := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "bode_send_duration_seconds",
		Help: "How long the platform took for a send, by what became of it.", Buckets: quickBuckets}, []string{"class"})
	for _, class := range sendClasses {
		m.bySend[string(class)] = sends.WithLabelValues(string(class))
	}
	receive := histogram("bode_receive_duration_seconds", "From a decoded delivery to its commit.", quickBuckets)
	turn := histogram("bode_turn_duration_seconds", "From the claim of a turn to its commit.", quickBuckets)
	answer := histogram("bode_answer_latency_seconds", "From the commit of a resident's message to its answer accepted by the platform.", answerBuckets)
	m.receive, m.turn, m.answer = receive, turn, answer
	m.registry.MustRegister(m.events, m.requests, webhook, m.errors, m.token, sends, receive, turn, answer, newBuildInfo(),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func histogram(name, help string, buckets []float64) prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets})
}

// count counts an event. What the platform may name as it likes is bounded.
func (m *metrics) count(event, detail string) {
	if event == "unknown" {
		detail = m.bounded(detail)
	}
	m.events.WithLabelValues(event, detail).Inc()
}

// turns gives what hears how long turns take; nil when nothing is measured.
func (m *metrics) turns() func(time.Duration) {
	if m == nil {
		return nil
	}
	return func(took time.Duration) { m.turn.Observe(took.Seconds()) }
}

// sends gives what hears of sends; nil when nothing is measured.
func (m *metrics) sends() func(outbox.Ended) {
	if m == nil {
		return nil
	}
	return m.sent
}

// received measures the commit of a delivery's messages.
func (m *metrics) received(messages int, took time.Duration) {
	if m != nil && messages > 0 {
		m.receive.Observe(took.Seconds())
	}
}

// sent counts a send that ended.
func (m *metrics) sent(e outbox.Ended) {
	class := string(e.Class)
	if class == "" {
		class = "sent"
	}
	if of := m.bySend[class]; of != nil {
		of.Observe(e.Took.Seconds())
	}
	if e.Waited > 0 {
		m.answer.Observe(e.Waited.Seconds())
	}
	if e.Class != "" {
		m.errors.WithLabelValues(m.bounded(strconv.Itoa(e.Code))).Inc()
	}
}

// bounded gives a label as it is, or other when there are many already.
func (m *metrics) bounded(label string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.labels[label] {
		if len(m.labels) >= mostLabels {
			return "other"
		}
		m.labels[label] = true
	}
	return label
}

// watch measures the webhook's handler.
func (m *metrics) watch(next http.Handler) http.Handler {
	return promhttp.InstrumentHandlerDuration(m.webhook, promhttp.InstrumentHandlerCounter(m.requests, next))
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
