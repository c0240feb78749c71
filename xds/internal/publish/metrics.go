package publish

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"github.com/meshwarden/meshwarden/xds/internal/ads"
)

type metrics struct {
	orderWait     *prometheus.HistogramVec
	orderTimeouts *prometheus.CounterVec
}

// newMetrics makes all series at once, so that what never happened is 0 and not absent.
func newMetrics(registry prometheus.Registerer) *metrics {
	factory := promauto.With(registry)
	m := &metrics{
		orderWait: factory.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "meshwarden_xds_ordering_wait_seconds",
			Help:    "How long a publication waited for clients of the role to answer before it went on.",
			Buckets: prometheus.ExponentialBuckets(0.001, 3, 9),
		}, []string{"role"}),
		orderTimeouts: factory.NewCounterVec(prometheus.CounterOpts{
			Name: "meshwarden_xds_ordering_timeouts_total",
			Help: "Publications that went on although clients of the role had not answered in time.",
		}, []string{"role"}),
	}
	for _, role := range []ads.Role{ads.Envoy, ads.Extauthz} {
		m.orderWait.WithLabelValues(string(role))
		m.orderTimeouts.WithLabelValues(string(role))
	}
	return m
}
