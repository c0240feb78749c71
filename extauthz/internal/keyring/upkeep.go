package keyring

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"github.com/meshwarden/meshwarden/internal/apikeys"
)

const (
	// inspectEvery is how often keys are counted by state and looked at for their end.
	inspectEvery = 10 * time.Minute
	// warnBefore is how long before its end a key is announced in the log, once a day.
	warnBefore = 7 * 24 * time.Hour
	// maxWarnings bounds the announcements of one inspection.
	maxWarnings = 100
	// keepExpired is how long an expired key is kept, for lists and for the answer that it has expired.
	keepExpired = 30 * 24 * time.Hour
	// maxRemovals bounds those of one inspection.
	maxRemovals = 1000
)

// spans of the metric of expiring keys.
var spans = map[string]time.Duration{"1d": 24 * time.Hour, "7d": 7 * 24 * time.Hour, "30d": 30 * 24 * time.Hour}

type metrics struct {
	keys, expiring    *prometheus.GaugeVec
	up                prometheus.Gauge
	jumps, usesFailed prometheus.Counter
}

func newMetrics(registerer prometheus.Registerer) *metrics {
	with := promauto.With(registerer)
	m := &metrics{
		keys: with.NewGaugeVec(prometheus.GaugeOpts{
			Name: "meshwarden_extauthz_api_keys", Help: "API keys of the store, by state: active, expired, revoked.",
		}, []string{"state"}),
		expiring: with.NewGaugeVec(prometheus.GaugeOpts{
			Name: "meshwarden_extauthz_api_keys_expiring", Help: "Active API keys of the store that expire within 1d, 7d, 30d.",
		}, []string{"within"}),
		up: with.NewGauge(prometheus.GaugeOpts{
			Name: "meshwarden_extauthz_api_key_store_up", Help: "1 while the API keys in memory are kept equal to the store's.",
		}),
		jumps: with.NewCounter(prometheus.CounterOpts{
			Name: "meshwarden_extauthz_api_key_jumps_total", Help: "Hours in which an API key was used unusually often.",
		}),
		usesFailed: with.NewCounter(prometheus.CounterOpts{
			Name: "meshwarden_extauthz_api_key_uses_failed_total", Help: "Attempts to write the uses of API keys that failed; they are repeated.",
		}),
	}
	for _, state := range []string{apikeys.Active, apikeys.Expired, apikeys.Revoked} {
		m.keys.WithLabelValues(state)
	}
	for within := range spans {
		m.expiring.WithLabelValues(within)
	}
	return m
}

// upkeep writes uses and looks after keys until ctx ends.
func (r *Ring) upkeep(ctx context.Context) {
	flush := time.NewTicker(flushEvery)
	defer flush.Stop()
	var inspected time.Time
	r.hour = r.now()
	for {
		select {
		case <-ctx.Done():
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTimeout)
			defer cancel()
			r.flush(ctx)
			return
		case <-flush.C:
		}
		r.flush(ctx)
		now := r.now()
		if now.Sub(r.hour) >= time.Hour {
			r.endHour()
			r.hour = now
		}
		if r.synced.Load() && now.Sub(inspected) >= inspectEvery {
			inspected = now
			r.inspect(ctx)
		}
	}
}

// inspect counts the keys, announces those that end soon and forgets those that have ended long ago.
func (r *Ring) inspect(ctx context.Context) {
	now := r.now()
	today := int32(now.Unix() / 86400)
	states, expiring := map[string]int{}, map[string]int{}
	warnings := 0
	var old []*entry
	r.each(func(e *entry) {
		key := e.key()
		state := key.State(now)
		states[state]++
		left := key.Expires.Sub(now)
		if left < -keepExpired && len(old) < maxRemovals {
			old = append(old, e)
		}
		if state != apikeys.Active {
			return
		}
		for within, span := range spans {
			if left <= span {
				expiring[within]++
			}
		}
		if left <= warnBefore && e.uses.warned != today && warnings < maxWarnings {
			e.uses.warned = today
			warnings++
			r.log.Warn("api key expires soon", "tenant", key.Tenant, "key_id", key.ID, "name", key.Name, "expires", key.Expires)
		}
	})
	for _, state := range []string{apikeys.Active, apikeys.Expired, apikeys.Revoked} {
		r.metrics.keys.WithLabelValues(state).Set(float64(states[state]))
	}
	for within := range spans {
		r.metrics.expiring.WithLabelValues(within).Set(float64(expiring[within]))
	}
	for _, e := range old {
		if err := r.store.Remove(ctx, e.grant.tenant, e.id); err != nil {
			return
		}
		r.Remove(e.grant.tenant, e.id)
	}
}
