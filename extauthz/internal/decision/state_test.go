package decision_test

import (
	"fmt"
	"strings"
	"testing"

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

func TestALimitThatTheConfigurationWouldRefuseIsRefusedHereToo(t *testing.T) {
	t.Parallel()
	for want, edit := range map[string]func(*tenant.Quota){
		"window: must be between":       func(q *tenant.Quota) { q.Window = "10ms" },
		"window: is required":           func(q *tenant.Quota) { q.Window = "" },
		`algorithm: "leaky" is not`:     func(q *tenant.Quota) { q.Algorithm = "leaky" },
		`per: "host" is not`:            func(q *tenant.Quota) { q.Per = "host" },
		"limit: must be between 1 and":  func(q *tenant.Quota) { q.Limit = 0 },
		"refill: belongs to a token_bu": func(q *tenant.Quota) { q.Refill = 1 },
	} {
		bad := acme()
		edit(&bad.Spec.Quotas[1])
		var b decision.Builder
		_, problems := b.Apply(decision.Change{Platform: &plane.Platform{}, Tenants: []*plane.Tenant{bad}})
		if len(problems) != 1 || !strings.Contains(problems[0].String(), "tenant/acme: quota subject: "+want) {
			t.Errorf("%s: %v", want, problems)
		}
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

// Allocations, because times wander: to compile a tenant takes hundreds of them.
func TestAnEditOfOneTenantDoesNotRebuildTheOthers(t *testing.T) {
	edit := func(tenants int) float64 {
		var b decision.Builder
		if _, problems := b.Apply(decision.Change{Platform: &plane.Platform{}, Tenants: crowd(tenants)}); problems != nil {
			t.Fatal(problems)
		}
		one := crowd(1)
		return testing.AllocsPerRun(5, func() {
			copied := *one[0]
			if _, problems := b.Apply(decision.Change{Tenants: []*plane.Tenant{&copied}}); problems != nil {
				t.Fatal(problems)
			}
		})
	}
	if few, many := edit(1), edit(1000); many > few+1000 {
		t.Errorf("one edit allocates %v times, among 1,000 tenants %v times", few, many)
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
