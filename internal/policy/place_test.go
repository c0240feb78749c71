package policy_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
)

func TestADenialNamesTheRuleThatDecided(t *testing.T) {
	t.Parallel()
	hours := plane.Module{Path: "policies/hours.rego", Source: `package platform.hours

deny contains "never" if input.request.method == "TRACE"

deny contains sprintf("%s is closed", [input.request.path]) if input.request.path == "/shop"

deny contains "closed" if input.request.path == "/shop"

step_up := "gold" if input.request.path == "/gold"
`}
	module := plane.Module{Path: "tenants/acme/own.rego", Source: `package tenant

deny := "not today" if {
	input.request.path == "/today"
}
`}
	p, m := compilePlatform(t, hours), compileTenant(t, module)
	for name, test := range map[string]struct {
		change func(*policy.Input)
		rule   string
		file   string
		line   int
	}{
		"a pack's rule that did not hold": {
			func(in *policy.Input) { in.Route.Accepts = []string{"write", "*"} }, "data.meshwarden.rbac.allow", "packs/rbac/rbac.rego", 0,
		},
		"a case of the decision itself": {
			func(in *policy.Input) { in.Identity = policy.IdentityInput{Kind: policy.KindAnonymous} },
			"data.meshwarden.main.decision", "packs/main.rego", 0,
		},
		"another tenant's credential": {
			func(in *policy.Input) { in.Identity.Tenant = "globex" }, "data.meshwarden.tenancy.allow", "packs/tenancy/tenancy.rego", 0,
		},
		"of several messages the one that the client got": {
			func(in *policy.Input) { in.Request.Path = "/shop" }, "data.platform.hours.deny", "policies/hours.rego", 5,
		},
		"a demand": {
			func(in *policy.Input) { in.Request.Path = "/gold" }, "data.platform.hours.step_up", "policies/hours.rego", 9,
		},
		"the tenant's own module": {
			func(in *policy.Input) { in.Request.Path = "/today" }, "data.tenant.deny", "tenants/acme/own.rego", 3,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := viewer(t)
			test.change(in)
			d, err := policy.NewCache(0).Decide(t.Context(), p, m, in)
			if err != nil || d.Allow {
				t.Fatalf("allow %t, err %v; want a denial", d.Allow, err)
			}
			got := d.Place
			if got.Rule != test.rule || got.File != test.file || test.line != 0 && got.Line != test.line || got.Line == 0 {
				t.Errorf("%s at %s (%s); want %s at %s:%d", got.Rule, got, d.Message, test.rule, test.file, test.line)
			}
		})
	}
}
