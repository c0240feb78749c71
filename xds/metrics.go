package xds

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type serverMetrics struct {
	problems, heldBack prometheus.Gauge
	publishTime        prometheus.Histogram
}

func newServerMetrics(registry prometheus.Registerer) *serverMetrics {
	factory := promauto.With(registry)
	return &serverMetrics{
		problems: factory.NewGauge(prometheus.GaugeOpts{
			Name: "meshwarden_xds_config_problems", Help: "Reasons why objects are not at the version of their files.",
		}),
		heldBack: factory.NewGauge(prometheus.GaugeOpts{
			Name: "meshwarden_xds_tenants_held_back", Help: "Tenants whose routes wait because an extauthz replica refuses the tenant.",
		}),
		publishTime: factory.NewHistogram(prometheus.HistogramOpts{
			Name:    "meshwarden_xds_publish_seconds",
			Help:    "From reading changed files to handing the last resource to the streams, ordering waits included.",
			Buckets: prometheus.ExponentialBuckets(0.001, 3, 10),
		}),
	}
}
