package tenant_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/internal/tenant"
)

func TestAcceptedPermissionsCoverTheOneThatIsNeeded(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		resource, need string
		want           []string
	}{
		{"", "read", []string{"read", "*"}},
		{"orders", "read", []string{"orders:read", "orders:*", "*:read", "read", "*"}},
		{"orders", "invoices:read", []string{"invoices:read", "invoices:*", "*:read", "read", "*"}},
		{"orders/7", "write", []string{"orders/7:write", "orders/7:*", "orders:write", "orders:*", "*:write", "write", "*"}},
	} {
		if diff := cmp.Diff(test.want, tenant.Accepted(test.resource, test.need)); diff != "" {
			t.Errorf("%s of %q:\n%s", test.need, test.resource, diff)
		}
	}
}

func TestARouteNeedsThePermissionOfTheMethod(t *testing.T) {
	t.Parallel()
	r := tenant.Route{Permissions: map[string]string{"GET": "list"}}
	for method, want := range map[string]string{"GET": "list", "HEAD": "read", "PUT": "write", "DELETE": "delete", "TRACE": "", "get": ""} {
		if got := r.Need(method); got != want {
			t.Errorf("%s needs %q, want %q", method, got, want)
		}
	}
	r.Permission = "export"
	if r.Need("DELETE") != "export" || r.Need("GET") != "list" {
		t.Error("a permission for one method does not go before the route's")
	}
}

// Each flaw stands alone on an otherwise good tenant.
func TestEachBrokenFieldOfAuthorizationIsReportedAtItsPath(t *testing.T) {
	t.Parallel()
	role := func(permission string) func(*tenant.TenantSpec) {
		return func(s *tenant.TenantSpec) { s.Roles["x"] = tenant.Role{Permissions: []string{permission}} }
	}
	route := func(edit func(*tenant.Route)) func(*tenant.TenantSpec) {
		return func(s *tenant.TenantSpec) { edit(&s.Routes[3]) }
	}
	conditions := func(c tenant.Conditions) func(*tenant.TenantSpec) {
		return func(s *tenant.TenantSpec) { s.Conditions = &c }
	}
	for name, test := range map[string]struct {
		edit func(*tenant.TenantSpec)
		want string
	}{
		"a permission of nothing":       {role(":read"), "spec.roles.x.permissions[0]: "},
		"a wildcard inside a name":      {role("ord*:read"), "spec.roles.x.permissions[0]: "},
		"two instances":                 {role("orders/7/8:read"), "spec.roles.x.permissions[0]: "},
		"a path":                        {role("/orders:read"), "spec.roles.x.permissions[0]: "},
		"own of nothing":                {role(":own"), "spec.roles.x.permissions[0]: "},
		"a denial":                      {func(s *tenant.TenantSpec) { s.Roles["x"] = tenant.Role{Deny: []string{"a b"}} }, "spec.roles.x.deny[0]: "},
		"a grant's end":                 {func(s *tenant.TenantSpec) { s.Grants[0].Expires = "31.12.2026" }, "spec.grants[0].expires: "},
		"a wildcard that is needed":     {route(func(r *tenant.Route) { r.Permission = "orders:*" }), "spec.routes[3].permission: "},
		"an owner's need":               {route(func(r *tenant.Route) { r.Permission = "read:own" }), "spec.routes[3].permission: "},
		"a need that no role has":       {route(func(r *tenant.Route) { r.Resource, r.Permission = "orders", "refund" }), `spec.routes[3].permission: no role has`},
		"a method":                      {route(func(r *tenant.Route) { r.Permissions = map[string]string{"get": "read"} }), "spec.routes[3].permissions.get: "},
		"a method's need":               {route(func(r *tenant.Route) { r.Permissions = map[string]string{"GET": "a b"} }), "spec.routes[3].permissions.GET: "},
		"a resource":                    {route(func(r *tenant.Route) { r.Resource = "orders:x" }), "spec.routes[3].resource: "},
		"a parameter that is not there": {route(func(r *tenant.Route) { r.Resource = "orders/{id}" }), "spec.routes[3].resource: "},
		"a resource's empty part":       {route(func(r *tenant.Route) { r.Resource = "orders/" }), "spec.routes[3].resource: "},
		"a relative template":           {route(func(r *tenant.Route) { r.Params = "users/{u}" }), "spec.routes[3].params: "},
		"a parameter without a name":    {route(func(r *tenant.Route) { r.Params = "/users/{}" }), "spec.routes[3].params: "},
		"a parameter twice":             {route(func(r *tenant.Route) { r.Params = "/{a}/{a}" }), "spec.routes[3].params: "},
		"half a parameter":              {route(func(r *tenant.Route) { r.Params = "/a{b}" }), "spec.routes[3].params: "},
		"an escaped segment":            {route(func(r *tenant.Route) { r.Params = "/a%20b" }), "spec.routes[3].params: "},
		"an owner that is not there":    {route(func(r *tenant.Route) { r.Params, r.Owner = "/{a}", &tenant.Owner{Param: "b"} }), "spec.routes[3].owner.param: "},
		"a zone":                        {func(s *tenant.TenantSpec) { s.Timezone = "Berlin" }, "spec.timezone: "},
		"the machine's zone":            {func(s *tenant.TenantSpec) { s.Timezone = "Local" }, "spec.timezone: "},
		"host bits":                     {conditions(tenant.Conditions{AllowIPs: []string{"192.0.2.1/24"}}), "spec.conditions.allow_ips[0]: "},
		"a name":                        {conditions(tenant.Conditions{DenyIPs: []string{"evil.example"}}), "spec.conditions.deny_ips[0]: "},
		"a mapped address":              {conditions(tenant.Conditions{DenyIPs: []string{"::ffff:192.0.2.1"}}), "spec.conditions.deny_ips[0]: "},
		"a day":                         {conditions(tenant.Conditions{Hours: []tenant.Hours{{Days: []string{"monday"}, From: "08:00", To: "09:00"}}}), "spec.conditions.hours[0].days[0]: "},
		"a time":                        {conditions(tenant.Conditions{Hours: []tenant.Hours{{From: "8:00", To: "09:00"}}}), "spec.conditions.hours[0].from: "},
		"a late time":                   {conditions(tenant.Conditions{Hours: []tenant.Hours{{From: "08:00", To: "24:01"}}}), "spec.conditions.hours[0].to: "},
		"a risk":                        {conditions(tenant.Conditions{MaxRisk: 101}), "spec.conditions.max_risk: "},
		"a route's condition":           {route(func(r *tenant.Route) { r.Conditions = &tenant.Conditions{DenyIPs: []string{"x"}} }), "spec.routes[3].conditions.deny_ips[0]: "},
		"a header that anybody can set": {func(s *tenant.TenantSpec) { s.Signals.Device.Header = "x-device" }, "spec.signals.device.header: needs trusted_peers"},
		"a header's name":               {func(s *tenant.TenantSpec) { s.Signals.Risk.Header, s.Signals.TrustedPeers = "X-Risk", []string{"::1"} }, "spec.signals.risk.header: "},
		"a peer":                        {func(s *tenant.TenantSpec) { s.Signals.TrustedPeers = []string{"10.0.0.1/8"} }, "spec.signals.trusted_peers[0]: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := problemsOf(func(v *tenant.Tenant) { test.edit(&v.Spec) })
			if len(got) != 1 || !strings.HasPrefix(got[0], test.want) {
				t.Errorf("got %q\nwant %q...", got, test.want)
			}
		})
	}
}

func TestAuthorizationIsValidInAllItsForms(t *testing.T) {
	t.Parallel()
	got := problemsOf(func(v *tenant.Tenant) {
		s := &v.Spec
		s.Timezone = "America/Argentina/Buenos_Aires"
		s.Roles["clerk"] = tenant.Role{
			Permissions: []string{"*", "read", "*:read", "orders:*", "orders:read:own", "orders/7:read", "orders/7:*:own", "audit:export", "read:own"},
			Deny:        []string{"orders:delete"},
		}
		s.Grants[0].Expires = "2026-12-31T23:00:00+01:00"
		s.Routes[3].Params, s.Routes[3].Resource, s.Routes[3].Owner = "/users/{user}/orders/{id}", "orders/{id}", &tenant.Owner{Param: "user", Claim: "a.b"}
		s.Routes[3].Permissions = map[string]string{"GET": "orders:list", "DELETE": "admin"}
		s.Conditions = &tenant.Conditions{
			AllowIPs: []string{"192.0.2.0/24", "2001:db8::/32", "::1", "0.0.0.0/0"}, MaxRisk: 100, Threats: "ignore",
			Hours: []tenant.Hours{{Days: []string{"mon", "sun"}, From: "22:00", To: "06:00"}, {From: "00:00", To: "24:00"}},
		}
		s.Signals = tenant.Signals{Device: tenant.DeviceSignal{Claim: "device.ok", Header: "x-device"}, TrustedPeers: []string{"10.0.0.0/8"}}
	})
	if len(got) > 0 {
		t.Error(strings.Join(got, "\n"))
	}
	v := valid()
	v.Default()
	if !slices.Equal(v.Spec.Signals.Device.Values, []string{"true"}) || v.Spec.Timezone != "UTC" || v.Spec.TokenScopes != "enforce" {
		t.Errorf("defaults %+v, %s, %s", v.Spec.Signals, v.Spec.Timezone, v.Spec.TokenScopes)
	}
}
