package extauthz

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshwarden/meshwarden/extauthz/internal/webhook"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// metrics are the server's own; identity, quota and decision log register theirs. Labels are from closed
// sets: no tenant, subject or path ever becomes one.
type metrics struct {
	decisions map[reason.Reason]prometheus.Counter
	duration  prometheus.Histogram
	malformed prometheus.Counter
	panics    prometheus.Counter
	unmetered prometheus.Counter
	applied   prometheus.Counter
	refused   *prometheus.CounterVec
	tenants   prometheus.Gauge
	changed   prometheus.Gauge
	connected prometheus.Gauge
}

func newMetrics(registerer prometheus.Registerer) *metrics {
	counter := func(name, help string) prometheus.Counter {
		c := prometheus.NewCounter(prometheus.CounterOpts{Name: "meshwarden_extauthz_" + name, Help: help})
		registerer.MustRegister(c)
		return c
	}
	gauge := func(name, help string) prometheus.Gauge {
		g := prometheus.NewGauge(prometheus.GaugeOpts{Name: "meshwarden_extauthz_" + name, Help: help})
		registerer.MustRegister(g)
		return g
	}
	m := &metrics{
		decisions: map[reason.Reason]prometheus.Counter{},
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "meshwarden_extauthz_check_duration_seconds",
			Help:    "Time from a decoded CheckRequest to its encoded answer.",
			Buckets: []float64{25e-6, 50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3, 50e-3, 100e-3, 250e-3, 500e-3, 1},
		}),
		malformed: counter("malformed_checks_total", "Check calls whose message could not be decoded."),
		panics:    counter("panics_total", "Requests that were answered 500 because deciding them panicked."),
		unmetered: counter("unmetered_total", "Requests admitted without quotas because the store was away (on_store_failure: allow)."),
		applied:   counter("config_changes_total", "Changes of the configuration that took effect."),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "meshwarden_extauthz_config_refused_total",
			Help: "Objects that could not be taken over, by kind.",
		}, []string{"kind"}),
		tenants:   gauge("config_tenants", "Tenants in the current configuration."),
		changed:   gauge("config_changed_timestamp_seconds", "When the configuration last changed, as Unix time."),
		connected: gauge("control_plane_connected", "1 while a stream to the control plane is open."),
	}
	registerer.MustRegister(m.duration, m.refused)
	decisions := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "meshwarden_extauthz_decisions_total",
		Help: "Decisions by reason.",
	}, []string{"reason"})
	registerer.MustRegister(decisions)
	for _, r := range reason.All() {
		m.decisions[r] = decisions.WithLabelValues(string(r))
	}
	for _, kind := range []string{"platform", "tenant", "scanpolicy", "file"} {
		m.refused.WithLabelValues(kind)
	}
	return m
}

func (m *metrics) decided(r reason.Reason, took time.Duration) {
	c := m.decisions[r]
	if c == nil {
		c = m.decisions[reason.InternalError]
	}
	c.Inc()
	m.duration.Observe(took.Seconds())
}

// showRepeats registers how full the memory of webhooks is.
func showRepeats(registerer prometheus.Registerer, repeats *webhook.Repeats) {
	for name, g := range map[string]struct {
		help string
		read func() float64
	}{
		"webhooks_remembered":                {"Admitted webhooks that this replica remembers, of at most 1,048,576.", func() float64 { n, _, _ := repeats.Counts(); return float64(n) }},
		"webhooks_remembered_fullest_tenant": {"Those of the tenant that has most, of at most 65,536.", func() float64 { _, n, _ := repeats.Counts(); return float64(n) }},
	} {
		registerer.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "meshwarden_extauthz_" + name, Help: g.help}, g.read))
	}
	registerer.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "meshwarden_extauthz_webhooks_not_remembered_total", Help: "Webhooks that this replica had no room to remember.",
	}, func() float64 { _, _, n := repeats.Counts(); return float64(n) }))
}

// showCache registers the decision cache's own counts.
func showCache(registerer prometheus.Registerer, cache *policy.Cache) {
	for stage := range policy.Stages {
		for result, count := range map[string]func() uint64{
			"hit":      func() uint64 { return cache.Counts(stage).Hits },
			"miss":     func() uint64 { return cache.Counts(stage).Misses },
			"uncached": func() uint64 { return cache.Counts(stage).Uncached },
		} {
			registerer.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
				Name: "meshwarden_extauthz_decision_cache_requests_total",
				Help: "Look-ups in the decision cache, by stage and result: hit, miss, or uncached for what is not kept. " +
					"A stage is looked up when the one after it is none or missed.",
				ConstLabels: prometheus.Labels{"stage": stage.String(), "result": result},
			}, func() float64 { return float64(count()) }))
		}
	}
}
