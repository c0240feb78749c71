package decision_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/decision"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

func TestABadTenantKeepsItsLastGoodVersionAndBlocksNobody(t *testing.T) {
	t.Parallel()
	var b decision.Builder
	if _, problems := b.Apply(decision.Change{Platform: &plane.Platform{}, Tenants: []*plane.Tenant{acme()}}); problems != nil {
		t.Fatal(problems)
	}
	bad := acme()
	bad.Modules = []plane.Module{{Path: "tenants/acme/own.rego", Source: "package tenant\n\ndeny contains nonsense(1)\n"}}
	other := acme()
	other.Name = "globex"
	state, problems := b.Apply(decision.Change{Tenants: []*plane.Tenant{bad, other}})
	if len(problems) != 1 || !strings.HasPrefix(problems[0].String(), "tenant/acme: tenants/acme/own.rego:3:") {
		t.Errorf("problems %v", problems)
	}
	if state.Tenants() != 2 {
		t.Errorf("%d tenants", state.Tenants())
	}
	d := decider(principal("acme", "alice", "viewer"), admitting())
	if got := d.Decide(t.Context(), state, ask("GET", "api", "/")); got.Reason != reason.Allowed {
		t.Errorf("the last good version: %s", got.Reason)
	}
}

func TestATenantWhoseIssuerIsTakenKeepsItsLastGoodVersion(t *testing.T) {
	t.Parallel()
	named := func(name, issuer string) *plane.Tenant {
		copied := acme()
		copied.Name = name
		copied.Spec.Auth.JWT = []tenant.JWTIssuer{{Issuer: issuer, Secret: strings.Repeat(issuer, 40)}}
		return copied
	}
	var b decision.Builder
	if _, problems := b.Apply(decision.Change{Platform: &plane.Platform{}, Tenants: []*plane.Tenant{named("acme", "a"), named("globex", "g")}}); problems != nil {
		t.Fatal(problems)
	}
	state, problems := b.Apply(decision.Change{Tenants: []*plane.Tenant{named("globex", "a")}})
	if len(problems) != 1 || problems[0].Tenant != "globex" {
		t.Fatalf("problems %v", problems)
	}
	if state.Tenants() != 2 {
		t.Errorf("%d tenants are left", state.Tenants())
	}
}

func TestNothingIsDecidedWithoutAPlatform(t *testing.T) {
	t.Parallel()
	var b decision.Builder
	state, problems := b.Apply(decision.Change{
		Platform: &plane.Platform{Modules: []plane.Module{{Path: "policies/x.rego", Source: "package platform.x\n\ndeny contains nonsense(1)\n"}}},
		Tenants:  []*plane.Tenant{acme()},
	})
	if state != nil || len(problems) != 1 || problems[0].Kind() != "platform" {
		t.Errorf("%v, %v", state, problems)
	}
	if state, _ = b.Apply(decision.Change{Platform: &plane.Platform{}}); state == nil || state.Tenants() != 1 {
		t.Errorf("with a good platform: %v", state)
	}
}

func TestAStateDoesNotChangeWithTheNextOne(t *testing.T) {
	t.Parallel()
	var b decision.Builder
	first, _ := b.Apply(decision.Change{Platform: &plane.Platform{}, Tenants: []*plane.Tenant{acme()}})
	second, _ := b.Apply(decision.Change{Removed: []string{"acme"}})
	if first.Tenants() != 1 || second.Tenants() != 0 {
		t.Errorf("%d and %d tenants", first.Tenants(), second.Tenants())
	}
}

// crowd is n tenants with an issuer each.
func crowd(n int) []*plane.Tenant {
	tenants := make([]*plane.Tenant, n)
	for i := range tenants {
		t := acme()
		t.Name = fmt.Sprintf("tenant-%04d", i)
		t.Spec.Auth.JWT = []tenant.JWTIssuer{{Issuer: "https://" + t.Name, Secret: strings.Repeat(t.Name, 5)}}
		tenants[i] = t
	}
	return tenants
}

func TestAnEditOfOneTenantDoesNotRebuildTheOthers(t *testing.T) {
	var b decision.Builder
	if _, problems := b.Apply(decision.Change{Platform: &plane.Platform{}, Tenants: crowd(1000)}); problems != nil {
		t.Fatal(problems)
	}
	best := time.Hour
	for range 5 {
		started := time.Now()
		if _, problems := b.Apply(decision.Change{Tenants: crowd(1)}); problems != nil {
			t.Fatal(problems)
		}
		best = min(best, time.Since(started))
	}
	if best > 20*time.Millisecond {
		t.Errorf("one edit among 1,000 tenants takes %v", best)
	}
}

func BenchmarkOneEditAmongAThousandTenants(b *testing.B) {
	var builder decision.Builder
	builder.Apply(decision.Change{Platform: &plane.Platform{}, Tenants: crowd(1000)})
	one := crowd(1)
	for b.Loop() {
		if _, problems := builder.Apply(decision.Change{Tenants: one}); problems != nil {
			b.Fatal(problems)
		}
	}
}
