package plane_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

func acme() *plane.Tenant {
	return &plane.Tenant{
		Name: "acme",
		Spec: tenant.TenantSpec{
			Hosts:  []string{"acme.example.com"},
			Routes: []tenant.Route{{Name: "all", Match: tenant.Match{Prefix: "/"}, Upstream: "echo"}},
			Roles:  map[string]tenant.Role{"b": {Permissions: []string{"read"}}, "a": {}, "c": {}},
		},
		Modules:      []plane.Module{{Path: "tenants/acme/rule.rego", Source: "package tenant\n# <é>\u2028"}},
		ScanPolicies: map[string]string{"y": "2", "x": "1"},
	}
}

func TestDocumentsSurviveTheWire(t *testing.T) {
	t.Parallel()
	for url, tc := range map[string]struct{ in, out any }{
		plane.TypeTenant:     {acme(), &plane.Tenant{}},
		plane.TypeScanPolicy: {&plane.ScanPolicy{Hash: "ab", Document: []byte{0, 0xff, '\n'}}, &plane.ScanPolicy{}},
		plane.TypePlatform:   {&plane.Platform{Modules: []plane.Module{{Path: "policies/a.rego", Source: "package a"}}}, &plane.Platform{}},
	} {
		t.Run(url, func(t *testing.T) {
			t.Parallel()
			resource, version, err := plane.Encode(url, tc.in)
			if err != nil || resource.GetTypeUrl() != url || len(version) != 32 {
				t.Fatal(resource, version, err)
			}
			if err := plane.Decode(resource, tc.out); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.in, tc.out); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestVersionsAreOfTheContent(t *testing.T) {
	t.Parallel()
	version := func(edit func(*plane.Tenant)) string {
		t.Helper()
		document := acme()
		edit(document)
		_, v, err := plane.Encode(plane.TypeTenant, document)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	first := version(func(*plane.Tenant) {})
	for range 20 {
		if v := version(func(*plane.Tenant) {}); v != first {
			t.Fatalf("the same document has the versions %s and %s", first, v)
		}
	}
	for name, edit := range map[string]func(*plane.Tenant){
		"a module": func(p *plane.Tenant) { p.Modules[0].Source += " " },
		"a role":   func(p *plane.Tenant) { p.Spec.Roles["a"] = tenant.Role{Clearance: "public"} },
		"a policy": func(p *plane.Tenant) { p.ScanPolicies["x"] = "3" },
	} {
		if version(edit) == first {
			t.Errorf("%s changes no version", name)
		}
	}
}

func TestWhatCannotBeReadIsAnErrorThatNamesItsType(t *testing.T) {
	t.Parallel()
	for name, value := range map[string][]byte{
		"no message":     {0xff},
		"no document":    nil,
		"no JSON":        append([]byte{0x0a, 1}, '{'),
		"another type":   append([]byte{0x0a, 2}, "[]"...),
		"another number": append([]byte{0x0a, 10}, `{"name":1}`...),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := plane.Decode(&anypb.Any{TypeUrl: plane.TypeTenant, Value: value}, &plane.Tenant{})
			if err == nil || !strings.HasPrefix(err.Error(), "decode "+plane.TypeTenant+": ") {
				t.Error(err)
			}
		})
	}
	if _, _, err := plane.Encode(plane.TypeTenant, func() {}); err == nil || !strings.HasPrefix(err.Error(), "encode ") {
		t.Error(err)
	}
}
