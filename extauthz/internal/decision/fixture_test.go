package decision_test

import (
	"context"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/decision"
	"github.com/meshwarden/meshwarden/extauthz/internal/identity"
	"github.com/meshwarden/meshwarden/extauthz/internal/quota"
	"github.com/meshwarden/meshwarden/extauthz/internal/request"
	"github.com/meshwarden/meshwarden/extauthz/internal/webhook"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// acme is the tenant that the tests ask about.
func acme() *plane.Tenant {
	return &plane.Tenant{
		Name: "acme",
		Spec: tenant.TenantSpec{
			Hosts: []string{"acme.localhost"}, Tier: "business", ScanPolicy: "strict",
			Grants: []tenant.Grant{{Tenant: "globex", Subjects: []string{"gus"}, Roles: []string{"viewer"}}},
			Routes: []tenant.Route{
				{Name: "api", Upstream: "echo", Classification: "internal"},
				{Name: "chat", Upstream: "echo", Classification: "internal", ScanPolicy: "chat"},
				{Name: "site", Upstream: "echo", Classification: "public", Anonymous: true},
			},
			Quotas: []tenant.Quota{
				{Name: "tenant", Algorithm: "token_bucket", Limit: 100, Refill: 10},
				{Name: "subject", Algorithm: "sliding_window", Limit: 100, Window: "1m", Per: "subject"},
				{Name: "key", Algorithm: "sliding_window", Limit: 100, Window: "1h", Per: "key"},
				{Name: "ip", Algorithm: "sliding_window", Limit: 100, Window: "1m", Per: "ip"},
				{Name: "route", Algorithm: "sliding_window", Limit: 100, Window: "1m", Per: "route"},
			},
		},
		ScanPolicies: map[string]string{"strict": "aa", "chat": "bb"},
	}
}

// who answers every Identify with one principal.
type who struct {
	identity *identity.Identity
	reason   reason.Reason
}

func (w who) Identify(context.Context, *identity.Index, string, identity.Credentials) (*identity.Identity, reason.Reason) {
	return w.identity, w.reason
}

func principal(tenant, subject string, roles ...string) who {
	return who{&identity.Identity{IdentityInput: policy.IdentityInput{
		Kind: policy.KindJWT, Tenant: tenant, Subject: subject, Roles: roles, KeyID: "signing-key",
	}}, reason.Allowed}
}

func anonymous() who {
	return who{&identity.Identity{IdentityInput: policy.IdentityInput{Kind: policy.KindAnonymous}}, reason.Allowed}
}

// store remembers what was charged and answers with result and err.
type store struct {
	result  quota.Result
	err     error
	charges []quota.Charge
	calls   int
}

func (s *store) Charge(_ context.Context, _ string, charges []quota.Charge) (quota.Result, error) {
	s.calls++
	s.charges = append(s.charges, charges...)
	return s.result, s.err
}

func (s *store) Close() error { return nil }

func admitting() *store { return &store{result: quota.Result{Admitted: true}} }

// build compiles a state, all of which must be good.
func build(t testing.TB, platform []plane.Module, tenants ...*plane.Tenant) *decision.State {
	t.Helper()
	var b decision.Builder
	state, problems := b.Apply(decision.Change{Platform: &plane.Platform{Modules: platform}, Tenants: tenants})
	for _, p := range problems {
		t.Fatal(p)
	}
	return state
}

func decider(id decision.Identifier, quotas quota.Store) *decision.Decider {
	return &decision.Decider{Identity: id, Policies: policy.NewCache(0), Quotas: quotas}
}

// ask is a request for a route of acme.
func ask(method, route, path string) *request.Request {
	return &request.Request{
		Method: method, Target: path, Host: "acme.localhost:443", Scheme: "https", Peer: "192.0.2.1", Size: -1,
		Time:       time.Unix(1764028800, 0),
		Extensions: []request.Extension{{Name: "tenant", Value: "acme"}, {Name: "route", Value: route}},
	}
}

// away is a store of webhooks that cannot be asked.
type away struct{}

func (away) First(context.Context, string, string, [32]byte, time.Time) (bool, error) {
	return true, webhook.ErrUnavailable
}

func (away) Forget(string, string, [32]byte) {}
