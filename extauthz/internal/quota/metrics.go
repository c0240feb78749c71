package quota

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// storeErrors counts charges that were not decided, by kind: full, open (the circuit breaker), timeout,
// connection, server.
func storeErrors(registerer prometheus.Registerer, store string) *prometheus.CounterVec {
	return promauto.With(registerer).NewCounterVec(prometheus.CounterOpts{
		Name:        "meshwarden_extauthz_quota_store_errors_total",
		Help:        "Charges that the quota store could not decide, by kind: full, open, timeout, connection or server.",
		ConstLabels: prometheus.Labels{"store": store},
	}, []string{"kind"})
}
