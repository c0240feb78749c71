package policy_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// anyPlace leaves the deciding rule's place to TestADenialNamesTheRuleThatDecided.
var anyPlace = cmpopts.IgnoreFields(policy.Decision{}, "Place")

// acme is the tenant that the tests ask about.
func acme() *plane.Tenant {
	return &plane.Tenant{
		Name: "acme",
		Spec: tenant.TenantSpec{
			Hosts: []string{"acme.localhost"}, Tier: "business",
			Roles:  map[string]tenant.Role{"auditor": {Permissions: []string{"read"}, Clearance: "restricted"}},
			Grants: []tenant.Grant{{Tenant: "globex", Subjects: []string{"gus"}, Roles: []string{"viewer"}}},
			Routes: []tenant.Route{
				{Name: "orders", Upstream: "echo", Classification: "internal"},
				{Name: "vault", Upstream: "echo", Classification: "restricted"},
				{Name: "site", Upstream: "echo", Classification: "public", Anonymous: true},
			},
			Quotas: []tenant.Quota{
				{Name: "burst", Algorithm: "token_bucket", Limit: 100, Refill: 10, Per: "tenant"},
				{Name: "vault-hour", Algorithm: "sliding_window", Limit: 20, Window: "1h", Per: "subject", Routes: []string{"vault"}},
			},
			Data: map[string]any{"blocked": []any{"mallory"}, "limit": 7},
		},
		ScanPolicies: map[string]string{"strict": "00", "chat": "11"},
	}
}

func tenantValue(t testing.TB, tenant *plane.Tenant) *policy.Tenant {
	t.Helper()
	value, err := policy.NewTenant(tenant)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func compilePlatform(t testing.TB, modules ...plane.Module) *policy.Platform {
	t.Helper()
	p, err := policy.CompilePlatform(modules)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func compileTenant(t testing.TB, modules ...plane.Module) *policy.TenantModule {
	t.Helper()
	m, err := policy.CompileTenant("acme", modules)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// module is a file of the given owner's root package.
func module(pkg, source string) plane.Module {
	return plane.Module{Path: "policies/" + pkg + ".rego", Source: "package " + pkg + "\n\n" + source + "\n"}
}

// viewer asks to read acme's orders.
func viewer(t testing.TB) *policy.Input {
	return &policy.Input{
		Request: policy.RequestInput{
			Method: "GET", Scheme: "https", Host: "acme.localhost", Path: "/orders/7", Segments: []string{"orders", "7"},
			Query:   map[string][]string{"page": {"2"}},
			Headers: []policy.Header{{Name: "user-agent", Value: "curl/8"}, {Name: "x-team", Value: "blue"}},
		},
		Identity: policy.IdentityInput{
			Kind: policy.KindJWT, Subject: "vera", Tenant: "acme", Roles: []string{"viewer"}, KeyID: "k1", AMR: []string{"pwd"},
		},
		Source: policy.SourceInput{IP: "192.0.2.7", Risk: policy.RiskUnknown},
		Route: policy.RouteInput{
			Name: "orders", Classification: "internal", Extensions: map[string]string{"area": "sales"},
			Accepts: []string{"read", "*"},
		},
		Tenant: tenantValue(t, acme()),
		Time:   time.Date(2026, 11, 24, 10, 30, 15, 0, time.UTC),
	}
}
