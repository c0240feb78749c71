package decision

import (
	"cmp"
	"strings"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/request"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// longRequest is the timeout of a route up to which its requests may be finished by a credential that ends meanwhile: they
// were admitted while it was good, and ending a write half way helps nobody.
const longRequest = time.Minute

// isLong reports whether a route's requests may take longer than that. What control planes accept is a duration.
func isLong(r *tenant.Route) bool {
	timeout, err := time.ParseDuration(r.Timeout)
	return r.Timeout != "" && (err != nil || timeout > longRequest)
}

// defaultMaxStream is what revocations of credentials wait for at most.
const defaultMaxStream = time.Hour

// maxStream is a route's max_stream_duration, or its tenant's.
func maxStream(t *plane.Tenant, r *tenant.Route) time.Duration {
	if d, err := time.ParseDuration(cmp.Or(r.MaxStreamDuration, t.Spec.MaxStreamDuration)); err == nil {
		return d
	}
	return defaultMaxStream
}

// expire has an admitted request end with its credential, or with its route's max_stream_duration, where it could outlive them: a
// WebSocket, a gRPC call, which no timeout ends while messages flow, and long answers. The client comes back with a credential
// that is looked at again. Envoy's own max_stream_duration would turn the route's timeout off.
func (d *Decider) expire(a *asked, out *Outcome) {
	if !a.route.long && !upgrades(a.request) && !callsGRPC(a.request) {
		return
	}
	out.Lifetime = a.route.maxStream
	end := out.Identity.Expires
	if end.IsZero() {
		return
	}
	if out.Lifetime = min(out.Lifetime, end.Sub(d.now())); out.Lifetime <= 0 {
		// It ended while limits were charged.
		out.Lifetime, out.Reason = 0, reason.CredentialExpired
	}
}

// callsGRPC reports whether a request has the media type of gRPC, by which Envoy tells too.
func callsGRPC(r *request.Request) bool {
	return strings.HasPrefix(strings.ToLower(r.Header("content-type")), "application/grpc")
}
