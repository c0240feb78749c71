package publish

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	orderWait     *prometheus.HistogramVec
	orderTimeouts *prometheus.CounterVec
}

func newMetrics(registry prometheus.Registerer) *metrics {
	factory := promauto.With(registry)
	return &metrics{
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
}
