package decision

import (
	"strings"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/request"
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

// expire has an admitted request end with its credential where it could outlive it: a WebSocket, a gRPC call, which no timeout
// ends while messages flow, and long answers. The client comes back with a credential that is looked at again.
func (d *Decider) expire(a *asked, out *Outcome) {
	end := out.Identity.Expires
	if end.IsZero() || !a.route.long && !upgrades(a.request) && !callsGRPC(a.request) {
		return
	}
	if out.Lifetime = end.Sub(d.now()); out.Lifetime <= 0 {
		// It ended while limits were charged.
		out.Lifetime, out.Reason = 0, reason.CredentialExpired
	}
}

// callsGRPC reports whether a request has the media type of gRPC, by which Envoy tells too.
func callsGRPC(r *request.Request) bool {
	return strings.HasPrefix(strings.ToLower(r.Header("content-type")), "application/grpc")
}
