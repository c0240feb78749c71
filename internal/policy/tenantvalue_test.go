package policy_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

func TestInputTenantHoldsWhatPoliciesLookUp(t *testing.T) {
	t.Parallel()
	got, err := ast.JSON(tenantValue(t, acme()).Value())
	if err != nil {
		t.Fatal(err)
	}
	document := got.(map[string]any)
	for key, want := range map[string]any{
		"name": "acme", "tier": "business", "hosts": []any{"acme.localhost"}, "scan_policies": []any{"chat", "strict"},
		"grants": []any{map[string]any{"tenant": "globex", "subjects": []any{"gus"}, "roles": []any{"viewer"}, "expires": ""}},
	} {
		if diff := cmp.Diff(want, document[key]); diff != "" {
			t.Errorf("%s:\n%s", key, diff)
		}
	}
	roles := document["roles"].(map[string]any)
	everything := map[string]any{"names": []any{}, "prefixes": []any{""}}
	session := map[string]any{
		"names": []any{"initialize", "logging/setLevel", "ping", "tools/call", "tools/list"}, "prefixes": []any{"notifications/"},
	}
	for name, want := range map[string]any{
		"viewer":  map[string]any{"methods": session, "permissions": []any{"read"}, "reaches": []any{"confidential", "internal", "public"}},
		"admin":   map[string]any{"methods": everything, "tools": everything, "models": everything, "permissions": []any{"admin", "delete", "read", "write"}, "reaches": []any{"confidential", "internal", "public", "restricted"}},
		"auditor": map[string]any{"methods": session, "permissions": []any{"read"}, "reaches": []any{"confidential", "internal", "public", "restricted"}},
	} {
		if diff := cmp.Diff(want, roles[name]); diff != "" {
			t.Errorf("role %s:\n%s", name, diff)
		}
	}
	routes := document["routes"].(map[string]any)
	if diff := cmp.Diff([]any{"burst"}, routes["orders"].(map[string]any)["quotas"]); diff != "" {
		t.Errorf("the limits of orders:\n%s", diff)
	}
	if diff := cmp.Diff([]any{"burst", "vault-hour"}, routes["vault"].(map[string]any)["quotas"]); diff != "" {
		t.Errorf("the limits of vault:\n%s", diff)
	}
}

func TestATenantReplacesBuiltInRoles(t *testing.T) {
	t.Parallel()
	acme := acme()
	acme.Spec.Roles["editor"] = tenant.Role{Permissions: []string{"read"}}
	acme.Spec.Roles["lost"] = tenant.Role{Permissions: []string{"read"}, Clearance: "cosmic"}
	in := viewer(t)
	in.Tenant, in.Route.Accepts, in.Identity.Roles = tenantValue(t, acme), []string{"write", "*"}, []string{"editor"}
	if d, err := compilePlatform(t).Decide(t.Context(), in); d.Allow || err != nil {
		t.Errorf("a replaced role keeps its permissions: %+v, %v", d, err)
	}
	in.Route.Accepts, in.Identity.Roles = []string{"read", "*"}, []string{"lost"}
	if d, err := compilePlatform(t).Decide(t.Context(), in); d.Allow || err != nil {
		t.Errorf("an unknown clearance reaches something: %+v, %v", d, err)
	}
}

func TestATenantWithoutLimitsHasTheDefaultOnes(t *testing.T) {
	t.Parallel()
	acme := acme()
	acme.Spec.Quotas = nil
	in := viewer(t)
	in.Tenant = tenantValue(t, acme)
	d, err := compilePlatform(t).Decide(t.Context(), in)
	if diff := cmp.Diff([]string{"default-minute", "default-hour"}, d.Quotas); diff != "" || err != nil {
		t.Errorf("error %v, difference:\n%s", err, diff)
	}
	d, err = compileTenant(t, module("tenant", `quotas["default-hour"] := {"limit": 10}`)).Narrow(t.Context(), in, d)
	want := []tenant.Quota{{Name: "default-hour", Algorithm: "sliding_window", Limit: 10, Window: "1h", Per: "tenant"}}
	if diff := cmp.Diff(want, d.Limits); diff != "" || err != nil || !cmp.Equal(d.Quotas, []string{"default-minute"}) {
		t.Errorf("error %v, limits %v, difference:\n%s", err, d.Quotas, diff)
	}
}

func TestInputTenantHoldsNoCredentials(t *testing.T) {
	t.Parallel()
	acme := acme()
	acme.Spec.Auth.JWT = []tenant.JWTIssuer{{Issuer: "https://issuer.example", Secret: "hush-hush-hush", JWKS: "hush-hush-hush"}}
	if s := tenantValue(t, acme).Value().String(); strings.Contains(s, "hush") || strings.Contains(s, "issuer") {
		t.Error("input.tenant holds the tenant's issuers")
	}
}

func TestTheTenantsVersionFollowsItsContent(t *testing.T) {
	t.Parallel()
	version := func(change func(*plane.Tenant)) string {
		acme := acme()
		change(acme)
		return tenantValue(t, acme).Version()
	}
	same := version(func(*plane.Tenant) {})
	if again := version(func(*plane.Tenant) {}); again != same {
		t.Error("the same tenant has two versions")
	}
	seen := map[string]string{}
	for name, change := range map[string]func(*plane.Tenant){
		"nothing": func(*plane.Tenant) {},
		"name":    func(t *plane.Tenant) { t.Name = "acme2" },
		"role":    func(t *plane.Tenant) { t.Spec.Roles["x"] = tenant.Role{} },
		"data":    func(t *plane.Tenant) { t.Spec.Data["limit"] = 8 },
		"quota":   func(t *plane.Tenant) { t.Spec.Quotas[0].Limit++ },
		"scan":    func(t *plane.Tenant) { t.ScanPolicies["new"] = "22" },
	} {
		v := version(change)
		if other, ok := seen[v]; ok {
			t.Errorf("%s and %s have one version", name, other)
		}
		seen[v] = name
	}
}

func TestDataThatIsNotJSONIsRefused(t *testing.T) {
	t.Parallel()
	acme := acme()
	acme.Spec.Data["f"] = func() {}
	if v, err := policy.NewTenant(acme); err == nil {
		t.Errorf("got %v", v)
	}
}

func TestGrantedRolesFollowTheGrants(t *testing.T) {
	t.Parallel()
	grants := []tenant.Grant{
		{Tenant: "globex", Subjects: []string{"gus"}, Roles: []string{"viewer", "editor"}},
		{Tenant: "globex", Roles: []string{"viewer", "guest"}},
		{Tenant: "hooli", Roles: []string{"admin"}},
		{Tenant: "initech", Roles: []string{"viewer"}, Expires: "2026-12-31T23:00:00Z"},
		{Tenant: "umbrella", Roles: []string{"viewer"}, Expires: "2026-11-24T10:30:00Z"},
		{Tenant: "wayne", Roles: []string{"viewer"}, Expires: "tomorrow"},
	}
	now := time.Date(2026, 11, 24, 10, 30, 0, 0, time.UTC)
	for principal, want := range map[[2]string][]string{
		{"globex", "gus"}: {"viewer", "editor", "guest"},
		{"globex", "ann"}: {"viewer", "guest"},
		{"hooli", "gus"}:  {"admin"},
		{"acme", "gus"}:   nil,
		{"", ""}:          nil,
		{"initech", "x"}:  {"viewer"},
		{"umbrella", "x"}: nil,
		{"wayne", "x"}:    nil,
	} {
		if diff := cmp.Diff(want, policy.Granted(grants, principal[0], principal[1], now)); diff != "" {
			t.Errorf("%v:\n%s", principal, diff)
		}
	}
}
