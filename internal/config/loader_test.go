package config_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/meshwarden/meshwarden/internal/config"
	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

func TestADirectoryBecomesASnapshot(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	d.write("tenants/a/own.rego", ownModule)
	d.write("tenants/a/deep/er.rego", "package tenant.deep\n\nclosed := true\n")
	d.write("tenants/a/own_test.rego", "package tenant_test\n")
	d.write("policies/hours.rego", "package platform\n\ndeny contains \"closed\" if input.request.method == \"TRACE\"\n")
	d.write("README.md", "notes")
	d.write("keys.json", "{}")
	s := load(t, d.loader())

	if len(s.Gateway.Listeners) != 1 || s.Gateway.AuthzTimeout != "500ms" {
		t.Errorf("gateway %+v", s.Gateway)
	}
	if len(s.Upstreams) != 2 || s.Upstreams["echo"].ConnectTimeout != "1s" {
		t.Errorf("upstreams %+v", s.Upstreams)
	}
	a := s.Tenants["a"]
	if a == nil || a.Name != "a" || a.Spec.Tier != "business" || a.Spec.Routes[0].Timeout != "5s" || len(s.Tenants) != 3 {
		t.Fatalf("tenants %+v", s.Tenants)
	}
	policy := s.ScanPolicies["standard"]
	if policy.Spec.Mode != "shadow" || len(policy.Hash) != 64 || a.ScanPolicies["standard"] != policy.Hash || len(a.ScanPolicies) != 1 {
		t.Errorf("scan policy %+v, tenant's %v", policy, a.ScanPolicies)
	}
	parsed, err := scan.ParsePolicy(policy.Document)
	if err != nil || parsed.Mode != scan.Shadow || parsed.Name != "standard" {
		t.Errorf("document %+v %v", parsed, err)
	}
	if len(a.Modules) != 2 || a.Modules[0].Path != "tenants/a/deep/er.rego" || a.Modules[1].Source != ownModule {
		t.Errorf("modules %+v", a.Modules)
	}
	if len(s.Platform.Modules) != 1 || s.Platform.Modules[0].Path != "policies/hours.rego" {
		t.Errorf("platform %+v", s.Platform)
	}
}

func TestFindingTypesAreThoseOfTheScanner(t *testing.T) {
	t.Parallel()
	if got, want := tenant.FindingTypes(), scan.Types(); !slices.Equal(got, want) {
		t.Errorf("policies may name %v, the scanner finds %v", got, want)
	}
}

// many fills a directory with n tenants, every tenth with a module of its own.
func many(t testing.TB, n int) *directory {
	d := newDirectory(t)
	for i := range n {
		name := fmt.Sprintf("tenant-%04d", i)
		d.write("tenants/"+name+".yaml", tenantYAML(name, "business"))
		if i%10 == 0 {
			d.write("tenants/"+name+"/own.rego", ownModule)
		}
	}
	return d
}

func BenchmarkFirstLoadOf1000Tenants(b *testing.B) {
	d := many(b, 1000)
	for b.Loop() {
		if s, problems := config.NewLoader(d.dir).Load(); len(s.Tenants) != 1003 || problems != nil {
			b.Fatal(len(s.Tenants), problems)
		}
	}
}

func BenchmarkOneEditAmong1000Tenants(b *testing.B) {
	d := many(b, 1000)
	l := d.loader()
	tiers := []string{"free", "starter"}
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		d.write("tenants/tenant-0500.yaml", tenantYAML("tenant-0500", tiers[i%2]))
		b.StartTimer()
		if s, problems := l.Load(); s.Tenants["tenant-0500"].Spec.Tier != tiers[i%2] || problems != nil {
			b.Fatal(problems)
		}
	}
}
