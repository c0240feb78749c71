package decision_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/meshwarden/meshwarden/extauthz/internal/decision"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// No request of a principal of another tenant is admitted without a grant, whatever roles, modules, headers and paths it has.
func TestNobodyReachesAnotherTenantWithoutAGrant(t *testing.T) {
	t.Parallel()
	modules := []string{"", "allow := true\n\ndeny if false", `deny if input.identity.subject == "s1"`, "scan := {\"mode\": \"enforce\"}"}
	rapid.Check(t, func(t *rapid.T) {
		acme := acme()
		acme.Spec.Grants = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) tenant.Grant {
			return tenant.Grant{
				Tenant: rapid.SampledFrom([]string{"globex", "hooli"}).Draw(t, "tenant"), Roles: []string{"admin"},
				Subjects: rapid.SampledFrom([][]string{nil, {"s1"}, {"s2"}}).Draw(t, "subjects"),
				Expires:  rapid.SampledFrom([]string{"", "2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"}).Draw(t, "expires"),
			}
		}), 0, 3).Draw(t, "grants")
		if source := rapid.SampledFrom(modules).Draw(t, "module"); source != "" {
			acme.Modules = []plane.Module{{Path: "tenants/acme/x.rego", Source: "package tenant\n\n" + source + "\n"}}
		}
		var b decision.Builder
		state, problems := b.Apply(decision.Change{Platform: &plane.Platform{}, Tenants: []*plane.Tenant{acme}})
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		home := rapid.SampledFrom([]string{"acme", "globex", "hooli", "initech", ""}).Draw(t, "home")
		subject := rapid.SampledFrom([]string{"s1", "s2"}).Draw(t, "subject")
		r := ask("GET", "api", rapid.SampledFrom([]string{"/x", "/acme/x", "/x?tenant=acme"}).Draw(t, "path"))
		for _, name := range []string{"x-tenant-id", "x-subject", "x-roles"} {
			r.Headers = append(r.Headers, policy.Header{Name: name, Value: "acme"})
		}
		out := decider(principal(home, subject, "admin"), admitting()).Decide(t.Context(), state, r)
		may := home == "acme"
		for _, g := range acme.Spec.Grants {
			ends, err := time.Parse(time.RFC3339, g.Expires)
			may = may || g.Tenant == home && (g.Subjects == nil || g.Subjects[0] == subject) && (g.Expires == "" || err == nil && r.Time.Before(ends))
		}
		if !may && out.Reason != reason.TenantMismatch || may && out.Reason == reason.TenantMismatch {
			t.Fatalf("%s/%s: %s, may %t", home, subject, out.Reason, may)
		}
	})
}
