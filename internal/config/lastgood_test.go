package config_test

import (
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/config"
)

func TestUnchangedObjectsKeepTheirPointers(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	d.write("tenants/a/own.rego", ownModule)
	l := d.loader()
	before := load(t, l)
	d.write("tenants/a.yaml", tenantYAML("a", "business"))
	d.write("tenants/b.yaml", tenantYAML("b", "free"))
	after := load(t, l)
	if before.Tenants["a"] != after.Tenants["a"] || before.Tenants["c"] != after.Tenants["c"] {
		t.Error("a file written again with the same content is another object")
	}
	if before.Tenants["b"] == after.Tenants["b"] || before.Tenants["b"].Spec.Tier != "business" {
		t.Error("a changed object has the same pointer, or an old snapshot changed")
	}
	if load(t, l).Tenants["b"] != after.Tenants["b"] {
		t.Error("a load without changes made new objects")
	}
}

func TestATenantsYAMLAndModulesAreTakenOverTogether(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	l := d.loader()
	d.write("tenants/a.yaml", tenantYAML("a", "free"))
	d.write("tenants/a/own.rego", "package tenant\n\ndeny if")
	if s := load(t, l, "tenants/a/own.rego:..."); s.Tenants["a"].Spec.Tier != "business" {
		t.Error("the YAML was taken over without its module")
	}
	d.write("tenants/a/own.rego", ownModule)
	if s := load(t, l); s.Tenants["a"].Spec.Tier != "free" || len(s.Tenants["a"].Modules) != 1 {
		t.Errorf("%+v", s.Tenants["a"])
	}
	d.remove("tenants/a")
	if s := load(t, l); len(s.Tenants["a"].Modules) != 0 {
		t.Error("a removed module is still there")
	}
}

func TestAnEditedScanPolicyReachesItsTenants(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	l := d.loader()
	before := load(t, l)
	d.write("scanpolicies/standard.yaml", scanPolicyYAML("standard", "enforce"))
	d.write("tenants/b.yaml", "broken")
	after := load(t, l, "tenants/b.yaml:1:1: must be a mapping that starts with apiVersion and kind, not a string")
	for name, tenant := range after.Tenants {
		if tenant.ScanPolicies["standard"] != after.ScanPolicies["standard"].Hash || tenant.ScanPolicies["standard"] == before.Tenants[name].ScanPolicies["standard"] {
			t.Errorf("tenant %s has the policy %v", name, tenant.ScanPolicies)
		}
	}
	d.write("scanpolicies/standard.yaml", scanPolicyYAML("standard", "enforced"))
	bad := load(t, l,
		`scanpolicies/standard.yaml:4:14: spec.mode: "enforced" is not known: must be enforce, shadow or off`,
		"tenants/b.yaml:1:1: ...")
	if bad.ScanPolicies["standard"].Hash != after.ScanPolicies["standard"].Hash || bad.Tenants["a"] != after.Tenants["a"] {
		t.Error("a bad scan policy lost its last good version")
	}
}

func TestWhatALastGoodTenantNeedsStaysWhenItsFileIsGone(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	d.write("tenants/b.yaml", replace(replace(tenantYAML("b", "free"), "upstream: echo", "upstream: spare"), "  scan_policy: standard\n", ""))
	l := d.loader()
	before := load(t, l)
	d.remove("upstreams/spare.yaml")
	d.remove("scanpolicies/standard.yaml")
	problems := []string{
		`tenants/a.yaml:14:16: spec.scan_policy: unknown scan policy "standard"`,
		`tenants/b.yaml:17:17: spec.routes[0].upstream: unknown upstream "spare"`,
		`tenants/c.yaml:14:16: spec.scan_policy: unknown scan policy "standard"`,
	}
	for range 2 {
		s := load(t, l, problems...)
		if s.Tenants["a"] != before.Tenants["a"] || s.Tenants["b"] != before.Tenants["b"] || s.Upstreams["spare"].Builtin != "echo" || s.ScanPolicies["standard"].Hash == "" {
			t.Fatalf("%+v", s)
		}
	}
	for _, name := range []string{"a", "c"} {
		d.edit("tenants/"+name+".yaml", "  scan_policy: standard\n", "")
	}
	d.edit("tenants/b.yaml", "upstream: spare", "upstream: echo")
	s := load(t, l)
	if len(s.Upstreams) != 1 || len(s.ScanPolicies) != 0 {
		t.Error("what nobody needs any more is still there")
	}
}

func TestRemovedFilesRemoveTheirObjectsButNotTheGateway(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	l := d.loader()
	d.remove("tenants/a.yaml")
	d.remove("upstreams/spare.yaml")
	d.remove("gateway.yaml")
	s := load(t, l, "gateway.yaml:1:1: there is no such file")
	if s.Tenants["a"] != nil || len(s.Tenants) != 2 || len(s.Upstreams) != 1 || len(s.Gateway.Listeners) != 1 {
		t.Errorf("%+v", s)
	}
}

func TestADirectoryThatCannotBeReadChangesNothing(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	l := d.loader()
	before := load(t, l)
	d.remove(".")
	if s := load(t, l, ".: the configuration directory does not exist"); s != before {
		t.Error("the snapshot changed")
	}
	if s := load(t, config.NewLoader(d.dir), ".: the configuration directory does not exist"); s.Tenants == nil || len(s.Tenants) != 0 {
		t.Errorf("%+v", s)
	}
}

// with adds hosts to tenant name.
func with(name string, hosts ...string) string {
	return replace(tenantYAML(name, "free"), "  tier:", "    - "+strings.Join(hosts, "\n    - ")+"\n  tier:")
}

func TestHostsBelongToTheTenantThatHasThem(t *testing.T) {
	t.Parallel()
	taken := func(tenant, host, owner string) string {
		return "tenants/" + tenant + ".yaml:8:7: spec.hosts[1]: host \"" + host + "\" belongs to tenant \"" + owner + "\" already (tenants/" + owner + ".yaml)"
	}
	for name, c := range map[string]struct {
		// before and after are the hosts that tenants have beside their own.
		before, after map[string]string
		problems      []string
		owners        map[string]string
	}{
		"new claims go to the first by name": {nil, map[string]string{"a": "x.example", "b": "x.example"},
			[]string{taken("b", "x.example", "a")}, map[string]string{"x.example": "a"}},
		"the owner keeps its host": {map[string]string{"b": "x.example"}, map[string]string{"a": "x.example", "b": "x.example"},
			[]string{taken("a", "x.example", "b")}, map[string]string{"x.example": "b"}},
		"a host moves in one load": {map[string]string{"a": "x.example"}, map[string]string{"b": "x.example"},
			nil, map[string]string{"x.example": "b"}},
		"two hosts are swapped in one load": {map[string]string{"a": "x.example", "b": "y.example"}, map[string]string{"a": "y.example", "b": "x.example"},
			nil, map[string]string{"x.example": "b", "y.example": "a"}},
		"a tenant that falls back takes its host back": {
			map[string]string{"a": "x.example", "b": "y.example", "c": "z.example"},
			// a loses y to b, which keeps it, and so needs x again, which c wants.
			map[string]string{"a": "y.example", "b": "y.example", "c": "x.example"},
			[]string{taken("a", "y.example", "b"), taken("c", "x.example", "a")},
			map[string]string{"x.example": "a", "y.example": "b", "z.example": "c"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDirectory(t)
			put := func(extra map[string]string) {
				for _, tenant := range []string{"a", "b", "c"} {
					d.write("tenants/"+tenant+".yaml", tenantYAML(tenant, "free"))
					if host := extra[tenant]; host != "" {
						d.write("tenants/"+tenant+".yaml", with(tenant, host))
					}
				}
			}
			put(c.before)
			l := d.loader()
			put(c.after)
			s := load(t, l, c.problems...)
			owners := map[string]string{}
			for tenant, object := range s.Tenants {
				for _, host := range object.Spec.Hosts[1:] {
					if owners[host] != "" {
						t.Errorf("%s has two owners", host)
					}
					owners[host] = tenant
				}
			}
			for host, want := range c.owners {
				if owners[host] != want {
					t.Errorf("%s belongs to %q, not %q", host, owners[host], want)
				}
			}
			load(t, l, c.problems...)
		})
	}
}

func TestALoserDoesNotHoldWhatItDidNotGet(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	// At a first load b gets nothing, because x is a's: then y is free for c.
	d.write("tenants/a.yaml", with("a", "x.example"))
	d.write("tenants/b.yaml", with("b", "x.example", "y.example"))
	d.write("tenants/c.yaml", with("c", "y.example"))
	l := config.NewLoader(d.dir)
	for range 2 {
		s := load(t, l, "tenants/b.yaml:8:7: spec.hosts[1]: host \"x.example\"...", "tenants/b.yaml:9:7: spec.hosts[2]: host \"y.example\"...")
		if s.Tenants["b"] != nil || s.Tenants["c"] == nil {
			t.Errorf("%v", s.Tenants)
		}
	}
}
