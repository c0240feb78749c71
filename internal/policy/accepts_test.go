package policy_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// permissions are what roles and scopes of the tests name, and requests accept.
var permissions = []string{
	"read", "write", "*", "*:read", "orders:read", "orders:*", "orders/7:read", "orders/7:*", "orders/8:read",
	"read:own", "orders/7:read:own", "orders:read:own", "orders/9:read",
}

func somePermissions(t *rapid.T, label string, most int) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(permissions), 0, most, rapid.ID[string]).Draw(t, label)
}

// What the packs do not get makes no difference: as they stand in Rego they decide the same about the whole list.
func TestPermissionsThatNobodyHasMakeNoDifferenceToThePacks(t *testing.T) {
	t.Parallel()
	p := compilePlatform(t)
	allowed, denied := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		owner := acme()
		for _, role := range []string{"a", "b"} {
			owner.Spec.Roles[role] = tenant.Role{
				Permissions: somePermissions(t, role+" holds", 3), Deny: somePermissions(t, role+" takes away", 2),
			}
		}
		// Only what is said counts, so that most of what requests accept is nobody's.
		for _, role := range []string{"viewer", "editor", "admin", "auditor"} {
			owner.Spec.Roles[role] = tenant.Role{}
		}
		value, err := policy.NewTenant(owner)
		if err != nil {
			t.Fatal(err)
		}
		cache := policy.NewCache(0)
		in := policy.Input{Tenant: value, Identity: policy.IdentityInput{Kind: policy.KindJWT, Tenant: "acme"}}
		in.Route = policy.RouteInput{Name: "orders", Classification: "internal"}
		for range 20 {
			in.Identity.Roles = rapid.SampledFrom([][]string{nil, {"a"}, {"b"}, {"a", "b"}}).Draw(t, "roles")
			in.Identity.Scopes = rapid.SampledFrom([][]string{nil, nil, {"orders:read"}, {"orders/7:read", "read:own"}}).Draw(t, "scopes")
			in.Route.Accepts = somePermissions(t, "accepts", 8)
			want, wantErr := p.InRego(t.Context(), &in)
			got, err := cache.Decide(t.Context(), p, nil, &in)
			if diff := cmp.Diff(want, got); diff != "" || err != nil || wantErr != nil {
				t.Fatalf("errors %v and %v, difference:\n%s", wantErr, err, diff)
			}
			if got.Allow {
				allowed++
			} else {
				denied++
			}
		}
	})
	if allowed == 0 || denied == 0 {
		t.Errorf("%d allowed, %d denied: this test shows nothing", allowed, denied)
	}
}

func TestResourcesAreOneQuestionToThePacksUntilSomebodyNamesOne(t *testing.T) {
	t.Parallel()
	owner := acme()
	owner.Spec.Roles["keeper"] = tenant.Role{Permissions: []string{"orders/8:read"}}
	owner.Spec.Roles["warden"] = tenant.Role{Permissions: []string{"orders:read"}, Deny: []string{"orders/9:*"}}
	p, cache, in := compilePlatform(t), policy.NewCache(0), viewer(t)
	in.Tenant, in.Identity.Roles = tenantValue(t, owner), []string{"warden"}
	// The list that extauthz makes of a route with resource orders/{id}.
	about := func(id string) *policy.Input {
		next := *in
		next.Route.Accepts = tenant.Accepted("orders/"+id, "read")
		return &next
	}
	if d, err := cache.Decide(t.Context(), p, nil, about("1")); !d.Allow || err != nil {
		t.Fatal(d, err)
	}
	for id, known := range map[string]bool{"2": true, "3000000": true, "8": false, "9": false} {
		if isCached(cache, p, nil, about(id)) != known {
			t.Errorf("orders/%s is one question with orders/1: %t", id, !known)
		}
	}
	if d, err := cache.Decide(t.Context(), p, nil, about("9")); d.Allow || err != nil {
		t.Errorf("what the role takes away: %+v, %v", d, err)
	}
	in.Identity.Scopes = []string{"orders/5:read"}
	if d, err := cache.Decide(t.Context(), p, nil, about("4")); d.Allow || err != nil {
		t.Errorf("beyond the scopes: %+v, %v", d, err)
	}
	if isCached(cache, p, nil, about("5")) {
		t.Error("what a scope names is one question with what it does not")
	}
	// A module that reads the list has all of it.
	m := compileTenant(t, module("tenant", `deny if "orders/7:read" in input.route.accepts`))
	in.Identity.Scopes = nil
	for id, allow := range map[string]bool{"1": true, "7": false} {
		if d, err := cache.Decide(t.Context(), p, m, about(id)); d.Allow != allow || err != nil {
			t.Errorf("orders/%s for a module: %+v, %v", id, d, err)
		}
	}
	if !slices.Contains(m.Reads(), "route.accepts") {
		t.Error("the module does not read the list")
	}
}
