package decision_test

import (
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

func TestWhatCanOutliveItsCredentialEndsWithIt(t *testing.T) {
	t.Parallel()
	with := acme()
	with.Spec.Routes = append(with.Spec.Routes,
		tenant.Route{Name: "minute", Upstream: "echo", Classification: "internal", Timeout: "1m"},
		tenant.Route{Name: "brief", Upstream: "echo", Classification: "internal", MaxStreamDuration: "1s"},
		tenant.Route{Name: "answers", Upstream: "echo", Classification: "internal", Timeout: "10m"},
	)
	state := build(t, nil, with)
	now := time.Unix(1764028800, 0)
	websocket := policy.Header{Name: "upgrade", Value: "websocket"}
	call := policy.Header{Name: "content-type", Value: "Application/gRPC+proto"}
	for name, c := range map[string]struct {
		route   string
		header  policy.Header
		expires time.Duration // of the credential; 0 is never
		want    time.Duration
		why     reason.Reason
	}{
		"a request":                         {"api", policy.Header{}, time.Minute, 0, reason.Allowed},
		"a request of a minute":             {"minute", policy.Header{}, time.Second, 0, reason.Allowed},
		"a longer one":                      {"answers", policy.Header{}, time.Minute, time.Minute, reason.Allowed},
		"a WebSocket":                       {"api", websocket, time.Minute, time.Minute, reason.Allowed},
		"a gRPC call":                       {"api", call, time.Hour, time.Hour, reason.Allowed},
		"a WebSocket without a token's end": {"api", websocket, 0, time.Hour, reason.Allowed},
		"a request without one":             {"api", policy.Header{}, 0, 0, reason.Allowed},
		"a token that outlives the route":   {"brief", websocket, time.Hour, time.Second, reason.Allowed},
		"a route that outlives the token":   {"brief", websocket, time.Millisecond, time.Millisecond, reason.Allowed},
		"a token that ends meanwhile":       {"api", websocket, -time.Nanosecond, 0, reason.CredentialExpired},
	} {
		who := principal("acme", "vera", "viewer", "editor")
		if c.expires != 0 {
			who.identity.Expires = now.Add(c.expires)
		}
		d := decider(who, admitting())
		d.Now = func() time.Time { return now }
		r := ask("GET", c.route, "/")
		if c.header.Name != "" {
			r.Headers = []policy.Header{c.header}
		}
		if out := d.Decide(t.Context(), state, r); out.Lifetime != c.want || out.Reason != c.why {
			t.Errorf("%s: %s for %v, want %s for %v", name, out.Reason, out.Lifetime, c.why, c.want)
		}
	}
}
