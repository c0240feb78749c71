package remotejwks

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	succeeded, failed prometheus.Counter
	sets              prometheus.Gauge
}

func newMetrics(registerer prometheus.Registerer, oldest func() float64) *metrics {
	factory := promauto.With(registerer)
	fetches := factory.NewCounterVec(prometheus.CounterOpts{
		Name: "meshwarden_extauthz_jwks_fetches_total",
		Help: "Fetches of key sets by URI or discovery, by result: ok or error.",
	}, []string{"result"})
	factory.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "meshwarden_extauthz_jwks_oldest_seconds",
		Help: "Time since the last successful fetch of the key set that was not fetched for the longest time.",
	}, oldest)
	return &metrics{
		succeeded: fetches.WithLabelValues("ok"), failed: fetches.WithLabelValues("error"),
		sets: factory.NewGauge(prometheus.GaugeOpts{
			Name: "meshwarden_extauthz_jwks_sets",
			Help: "Key sets that are kept fresh by URI or discovery.",
		}),
	}
}
