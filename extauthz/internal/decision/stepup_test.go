package decision_test

import (
	"slices"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// guarded demands more on a route, of a role, and of one kind of credential.
func guarded() *plane.Tenant {
	t := acme()
	t.Spec.Roles = map[string]tenant.Role{"boss": {Permissions: []string{"read"}, Clearance: "confidential", StepUp: &tenant.StepUp{AMR: []string{"hwk", "mfa"}, MaxAge: "30m"}}}
	t.Spec.Routes = []tenant.Route{
		{Name: "api", Upstream: "echo", Classification: "internal"},
		{Name: "pay", Upstream: "echo", Classification: "internal", StepUp: &tenant.StepUp{ACRValues: []string{"gold", "silver"}, MaxAge: "1h"}},
		{Name: "users", Upstream: "echo", Classification: "internal", StepUp: &tenant.StepUp{AMR: []string{"mfa"}, Credentials: []string{"jwt"}}},
	}
	return t
}

func TestStrongerAuthenticationIsDemandedByRouteRoleAndKind(t *testing.T) {
	t.Parallel()
	state := build(t, nil, guarded())
	now := ask("GET", "api", "/").Time
	for name, c := range map[string]struct {
		route, kind, role, acr string
		amr                    []string
		age                    time.Duration // 0 is unknown
		met                    bool
		values                 []string
		maxAge                 time.Duration
	}{
		"no demand":                      {route: "api", kind: "jwt", role: "viewer", met: true},
		"class and age":                  {route: "pay", kind: "jwt", role: "viewer", acr: "silver", age: time.Hour, met: true},
		"another class":                  {route: "pay", kind: "jwt", role: "viewer", acr: "bronze", age: time.Minute, values: []string{"gold", "silver"}, maxAge: time.Hour},
		"no class":                       {route: "pay", kind: "jwt", role: "viewer", age: time.Minute, values: []string{"gold", "silver"}, maxAge: time.Hour},
		"too long ago":                   {route: "pay", kind: "jwt", role: "viewer", acr: "gold", age: time.Hour + time.Second, values: []string{"gold", "silver"}, maxAge: time.Hour},
		"nobody knows when":              {route: "pay", kind: "jwt", role: "viewer", acr: "gold", values: []string{"gold", "silver"}, maxAge: time.Hour},
		"a key, which says nothing":      {route: "pay", kind: "api_key", role: "viewer", values: []string{"gold", "silver"}, maxAge: time.Hour},
		"a role":                         {route: "api", kind: "jwt", role: "boss", amr: []string{"pwd"}, age: time.Minute, maxAge: 30 * time.Minute},
		"a role that is met":             {route: "api", kind: "jwt", role: "boss", amr: []string{"pwd", "mfa"}, age: time.Minute, met: true},
		"both, the stricter age":         {route: "pay", kind: "jwt", role: "boss", amr: []string{"mfa"}, age: 2 * time.Hour, values: []string{"gold", "silver"}, maxAge: 30 * time.Minute},
		"both, of which one is met":      {route: "pay", kind: "jwt", role: "boss", acr: "gold", amr: []string{"pwd"}, age: time.Minute, maxAge: 30 * time.Minute},
		"a demand on tokens":             {route: "users", kind: "jwt", role: "viewer", amr: []string{"pwd"}},
		"a key where tokens are demands": {route: "users", kind: "api_key", role: "viewer", met: true},
	} {
		principal := identified(c.kind, "acme", "vera")
		principal.identity.Roles, principal.identity.ACR, principal.identity.AMR = []string{c.role}, c.acr, c.amr
		if c.age > 0 {
			principal.identity.AuthTime = now.Add(-c.age)
		}
		store := admitting()
		out := decider(principal, store).Decide(t.Context(), state, ask("GET", c.route, "/"))
		want := reason.StepUpRequired
		if c.met {
			want = reason.Allowed
		}
		if out.Reason != want || !slices.Equal(out.Decision.StepUp.ACRValues, c.values) || out.Decision.StepUp.MaxAge != c.maxAge {
			t.Errorf("%s: %s %+v", name, out.Reason, out.Decision.StepUp)
		}
		if !c.met && store.calls > 0 {
			t.Errorf("%s: a refused request was charged", name)
		}
	}
}

func TestWhoMayNotUseARouteIsNotSentToAuthenticate(t *testing.T) {
	t.Parallel()
	who := identified(policy.KindJWT, "acme", "vera")
	who.identity.Roles = []string{"viewer"}
	out := decider(who, admitting()).Decide(t.Context(), build(t, nil, guarded()), ask("POST", "pay", "/"))
	if out.Reason != reason.PermissionDenied {
		t.Error(out.Reason)
	}
}
