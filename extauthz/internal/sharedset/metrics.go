package sharedset

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct{ errors prometheus.Counter }

func newMetrics(options Options, count, age func() float64) *metrics {
	labels := prometheus.Labels{"set": options.Name}
	factory := promauto.With(options.Registerer)
	factory.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "meshwarden_extauthz_shared_set_records", ConstLabels: labels,
		Help: "Records of a shared set in memory, by set: revocations or lockouts.",
	}, count)
	factory.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "meshwarden_extauthz_shared_set_age_seconds", ConstLabels: labels,
		Help: "Time since a shared set was last read from its store; 0 before the first time and without a store.",
	}, age)
	return &metrics{factory.NewCounter(prometheus.CounterOpts{
		Name: "meshwarden_extauthz_shared_set_read_errors_total", ConstLabels: labels,
		Help: "Reads of a shared set that failed.",
	})}
}
