package ads

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	pushes, acks, nacks *prometheus.CounterVec
	clients             *prometheus.GaugeVec
	answerTime          *prometheus.HistogramVec
}

// newMetrics makes all series at once, so that what never happened is 0 and not absent.
func newMetrics(registry prometheus.Registerer, types []Type) *metrics {
	factory := promauto.With(registry)
	counter := func(name, help string) *prometheus.CounterVec {
		return factory.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, []string{"type"})
	}
	m := &metrics{
		pushes: counter("meshwarden_xds_pushes_total", "Resources sent to clients, removals included, by resource type."),
		acks:   counter("meshwarden_xds_acks_total", "Resources that clients accepted, by resource type."),
		nacks:  counter("meshwarden_xds_nacks_total", "Resources that clients refused, by resource type."),
		clients: factory.NewGaugeVec(prometheus.GaugeOpts{
			Name: "meshwarden_xds_clients", Help: "Connected clients, by role.",
		}, []string{"role"}),
		answerTime: factory.NewHistogramVec(prometheus.HistogramOpts{
			Name: "meshwarden_xds_answer_seconds", Help: "From sending a response to its ACK or NACK, by resource type.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 4, 9),
		}, []string{"type"}),
	}
	for _, t := range types {
		m.pushes.WithLabelValues(t.Label)
		m.acks.WithLabelValues(t.Label)
		m.nacks.WithLabelValues(t.Label)
		m.answerTime.WithLabelValues(t.Label)
		m.clients.WithLabelValues(string(t.Visible))
	}
	return m
}
