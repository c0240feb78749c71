package decision_test

import (
	"net/netip"
	"testing"

	"github.com/meshwarden/meshwarden/extauthz/internal/request"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// shop is acme with resources, an owner and roles for them.
func shop() *plane.Tenant {
	t := acme()
	t.Spec.Roles = map[string]tenant.Role{
		"clerk":    {Permissions: []string{"orders:*", "invoices:read"}, Deny: []string{"orders:delete"}},
		"customer": {Permissions: []string{"orders:read:own", "orders:write:own"}},
		"picker":   {Permissions: []string{"orders/7:read"}},
	}
	t.Spec.Routes = append(t.Spec.Routes,
		tenant.Route{Name: "orders", Resource: "orders", Permissions: map[string]string{"POST": "orders:create", "PATCH": "amend"}},
		tenant.Route{Name: "mine", Resource: "orders", Params: "/users/{user}/orders", Owner: &tenant.Owner{Param: "user"}},
		tenant.Route{Name: "account", Resource: "orders", Params: "/accounts/{id}", Owner: &tenant.Owner{Param: "id", Claim: "account.id"}},
		tenant.Route{Name: "order", Resource: "orders/{id}", Params: "/orders/{id}"},
		tenant.Route{Name: "any", Resource: "{kind}", Params: "/data/{kind}"},
	)
	return defaulted(t)
}

// defaulted is t as internal/config hands it on.
func defaulted(t *plane.Tenant) *plane.Tenant {
	whole := tenant.Tenant{Spec: t.Spec}
	whole.Default()
	t.Spec = whole.Spec
	return t
}

func TestPermissionsAreAboutTheResourceOfTheRoute(t *testing.T) {
	t.Parallel()
	state := build(t, nil, shop())
	for name, test := range map[string]struct {
		who                 who
		method, route, path string
		want                reason.Reason
	}{
		"a viewer reads any resource":              {principal("acme", "vera", "viewer"), "GET", "orders", "/orders", reason.Allowed},
		"a clerk reads orders":                     {principal("acme", "carl", "clerk"), "GET", "orders", "/orders", reason.Allowed},
		"a clerk reads nothing else":               {principal("acme", "carl", "clerk"), "GET", "api", "/x", reason.PermissionDenied},
		"a clerk does what a method is set to":     {principal("acme", "carl", "clerk"), "POST", "orders", "/orders", reason.Allowed},
		"an editor has no such permission":         {principal("acme", "ed", "editor"), "POST", "orders", "/orders", reason.PermissionDenied},
		"an action of a method is of the resource": {principal("acme", "carl", "clerk"), "PATCH", "orders", "/orders", reason.Allowed},
		"what a role denies":                       {principal("acme", "carl", "clerk"), "DELETE", "orders", "/orders", reason.PermissionDenied},
		"an unknown method":                        {principal("acme", "carl", "clerk"), "BREW", "orders", "/orders", reason.PermissionDenied},

		"a customer reads its own":           {principal("acme", "vera", "customer"), "GET", "mine", "/users/vera/orders", reason.Allowed},
		"a longer path is its own too":       {principal("acme", "vera", "customer"), "GET", "mine", "/users/vera/orders/7", reason.Allowed},
		"an escaped name is the same":        {principal("acme", "vera", "customer"), "GET", "mine", "/users/%76era/orders", reason.Allowed},
		"not another's":                      {principal("acme", "vera", "customer"), "GET", "mine", "/users/walt/orders", reason.PermissionDenied},
		"not in another case":                {principal("acme", "vera", "customer"), "GET", "mine", "/users/Vera/orders", reason.PermissionDenied},
		"a path parameter of a path is none": {principal("acme", "vera", "customer"), "GET", "mine", "/users/vera;walt/orders", reason.PermissionDenied},
		"not on another path":                {principal("acme", "vera", "customer"), "GET", "mine", "/people/vera/orders", reason.PermissionDenied},
		"not on a shorter path":              {principal("acme", "vera", "customer"), "GET", "mine", "/users/vera", reason.PermissionDenied},
		"an own permission only":             {principal("acme", "vera", "customer"), "DELETE", "mine", "/users/vera/orders", reason.PermissionDenied},
		"a claim names the owner":            {account("acme", "vera", "a7"), "GET", "account", "/accounts/a7", reason.Allowed},
		"the subject is then none":           {account("acme", "a8", "a7"), "GET", "account", "/accounts/a8", reason.PermissionDenied},
		"without the claim nobody is":        {principal("acme", "vera", "customer"), "GET", "account", "/accounts/vera", reason.PermissionDenied},

		"one order":                        {principal("acme", "pia", "picker"), "GET", "order", "/orders/7", reason.Allowed},
		"another order":                    {principal("acme", "pia", "picker"), "GET", "order", "/orders/8", reason.PermissionDenied},
		"all orders give each":             {principal("acme", "carl", "clerk"), "GET", "order", "/orders/8", reason.Allowed},
		"a resource from the path":         {principal("acme", "carl", "clerk"), "GET", "any", "/data/invoices", reason.Allowed},
		"another one":                      {principal("acme", "carl", "clerk"), "GET", "any", "/data/salaries", reason.PermissionDenied},
		"a wildcard in the path":           {principal("acme", "carl", "clerk"), "GET", "any", "/data/*", reason.PermissionDenied},
		"a permission in the path":         {principal("acme", "carl", "clerk"), "GET", "any", "/data/orders:read", reason.PermissionDenied},
		"an escaped permission":            {principal("acme", "pia", "picker"), "GET", "any", "/data/orders%3Aread", reason.PermissionDenied},
		"no resource in the path":          {principal("acme", "carl", "clerk"), "GET", "any", "/data", reason.PermissionDenied},
		"even a viewer needs one":          {principal("acme", "vera", "viewer"), "GET", "any", "/data/", reason.PermissionDenied},
		"a viewer reads a resource's part": {principal("acme", "vera", "viewer"), "GET", "order", "/orders/9", reason.Allowed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := decider(test.who, admitting()).Decide(t.Context(), state, ask(test.method, test.route, test.path))
			if out.Reason != test.want {
				t.Errorf("%s, want %s (%v)", out.Reason, test.want, out.Err)
			}
		})
	}
}

// account is a customer whose token names an account.
func account(tenant, subject, id string) who {
	w := principal(tenant, subject, "customer")
	w.identity.Claims, _ = policy.ClaimsValue(map[string]any{"account": map[string]any{"id": id}})
	return w
}

// Principals of another tenant own nothing here, whatever they are called.
func TestAGrantOwnsNothing(t *testing.T) {
	t.Parallel()
	s := shop()
	s.Spec.Grants = []tenant.Grant{{Tenant: "globex", Roles: []string{"customer"}}}
	state := build(t, nil, s)
	out := decider(principal("globex", "vera", "customer"), admitting()).Decide(t.Context(), state, ask("GET", "mine", "/users/vera/orders"))
	if out.Reason != reason.PermissionDenied || out.Decision.Audit != policy.AuditFull {
		t.Errorf("%s, audit %q", out.Reason, out.Decision.Audit)
	}
}

func TestAnExpiredGrantLetsNobodyIn(t *testing.T) {
	t.Parallel()
	request := ask("GET", "api", "/x")
	for expires, want := range map[string]reason.Reason{
		"":                          reason.Allowed,
		"2025-11-25T00:00:01Z":      reason.Allowed,
		"2025-11-25T00:00:00Z":      reason.TenantMismatch,
		"2025-11-25T01:00:00+02:00": reason.TenantMismatch,
		"soon":                      reason.TenantMismatch,
	} {
		s := acme()
		s.Spec.Grants[0].Expires = expires
		out := decider(principal("globex", "gus"), admitting()).Decide(t.Context(), build(t, nil, s), request)
		if out.Reason != want {
			t.Errorf("%q: %s, want %s", expires, out.Reason, want)
		}
	}
}

func TestScopesNarrowRoles(t *testing.T) {
	t.Parallel()
	state := build(t, nil, shop())
	for name, test := range map[string]struct {
		scopes []string
		kind   string
		method string
		want   reason.Reason
	}{
		"no scopes":              {nil, policy.KindAPIKey, "GET", reason.Allowed},
		"the scope":              {[]string{"orders:read"}, policy.KindAPIKey, "GET", reason.Allowed},
		"a wider scope":          {[]string{"*"}, policy.KindAPIKey, "GET", reason.Allowed},
		"another scope":          {[]string{"invoices:read"}, policy.KindAPIKey, "GET", reason.ScopeInsufficient},
		"a scope without a role": {[]string{"orders:delete"}, policy.KindAPIKey, "DELETE", reason.PermissionDenied},
		"scopes of OpenID":       {[]string{"openid", "email"}, policy.KindJWT, "GET", reason.Allowed},
		"and of a token":         {[]string{"openid", "invoices:read"}, policy.KindJWT, "GET", reason.ScopeInsufficient},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := principal("acme", "carl", "clerk")
			w.identity.Kind, w.identity.Scopes = test.kind, test.scopes
			out := decider(w, admitting()).Decide(t.Context(), state, ask(test.method, "orders", "/orders"))
			if out.Reason != test.want {
				t.Errorf("%s, want %s", out.Reason, test.want)
			}
			if (out.Scope == "orders:read") != (test.want == reason.ScopeInsufficient) {
				t.Errorf("the scope that would do is %q", out.Scope)
			}
		})
	}
}

// listed is a threat list of one address, one page and one principal.
type listed struct{}

func (listed) Lists(address netip.Addr, host, principal string) []string {
	if address.String() == "192.0.2.66" || host == "evil.example" || principal == "acme/mallory" {
		return []string{"feed"}
	}
	return nil
}

func TestWhatIsListedAsAThreatStaysOut(t *testing.T) {
	t.Parallel()
	s := acme()
	s.Spec.Routes = append(s.Spec.Routes, tenant.Route{Name: "open", Conditions: &tenant.Conditions{Threats: "ignore"}})
	state := build(t, nil, defaulted(s))
	page := func(name, value string) func(*request.Request) {
		return func(r *request.Request) { r.Headers = append(r.Headers, policy.Header{Name: name, Value: value}) }
	}
	address := func(r *request.Request) { r.Peer = "192.0.2.66" }
	for name, test := range map[string]struct {
		subject, route string
		change         func(*request.Request)
		want           reason.Reason
	}{
		"nobody":           {"vera", "api", func(*request.Request) {}, reason.Allowed},
		"an address":       {"vera", "api", address, reason.ThreatListed},
		"a page":           {"vera", "api", page("origin", "https://evil.example:8443"), reason.ThreatListed},
		"in capitals":      {"vera", "api", page("origin", "https://EVIL.example"), reason.ThreatListed},
		"a referrer":       {"vera", "api", page("referer", "https://u@evil.example/x?y"), reason.ThreatListed},
		"another page":     {"vera", "api", page("origin", "https://good.example/evil.example"), reason.Allowed},
		"a principal":      {"mallory", "api", func(*request.Request) {}, reason.ThreatListed},
		"left to policies": {"mallory", "open", address, reason.Allowed},
	} {
		r := ask("GET", test.route, "/x")
		test.change(r)
		d := decider(principal("acme", test.subject, "viewer"), admitting())
		d.Threats = listed{}
		if out := d.Decide(t.Context(), state, r); out.Reason != test.want {
			t.Errorf("%s: %s, want %s", name, out.Reason, test.want)
		}
	}
}

func TestConditionsOfTenantAndRouteMustHold(t *testing.T) {
	t.Parallel()
	s := acme()
	s.Spec.Timezone = "America/New_York"
	s.Spec.Conditions = &tenant.Conditions{DenyIPs: []string{"192.0.2.66"}}
	s.Spec.Signals = tenant.Signals{
		Device:       tenant.DeviceSignal{Header: "x-device", Values: []string{"managed"}},
		Risk:         tenant.RiskSignal{Claim: "risk", Header: "x-risk"},
		TrustedPeers: []string{"10.0.0.0/8"},
	}
	s.Spec.Routes = append(s.Spec.Routes,
		tenant.Route{Name: "office", Conditions: &tenant.Conditions{AllowIPs: []string{"192.0.2.0/24"}, Hours: []tenant.Hours{{From: "18:00", To: "20:00"}}}},
		tenant.Route{Name: "device", Conditions: &tenant.Conditions{TrustedDevice: true}},
		tenant.Route{Name: "risky", Conditions: &tenant.Conditions{MaxRisk: 50}},
	)
	state := build(t, nil, defaulted(s))
	set := func(name, value string) func(*request.Request) {
		return func(r *request.Request) {
			r.Headers = append(r.Headers, policy.Header{Name: name, Value: value})
			r.Peer = "10.0.0.1"
		}
	}
	for name, test := range map[string]struct {
		route  string
		change func(*request.Request)
		risk   any
		want   reason.Reason
	}{
		"nothing demanded":         {"api", nil, nil, reason.Allowed},
		"a denied address":         {"api", func(r *request.Request) { r.Peer = "192.0.2.66" }, nil, reason.AddressNotAllowed},
		"no address":               {"api", func(r *request.Request) { r.Peer = "" }, nil, reason.AddressNotAllowed},
		"the office":               {"office", nil, nil, reason.Allowed}, // 19:00 in New York
		"outside of it":            {"office", func(r *request.Request) { r.Peer = "198.51.100.1" }, nil, reason.AddressNotAllowed},
		"too late":                 {"office", func(r *request.Request) { r.Time = r.Time.Add(3600e9) }, nil, reason.TimeNotAllowed},
		"a managed device":         {"device", set("x-device", "managed"), nil, reason.Allowed},
		"another device":           {"device", set("x-device", "true"), nil, reason.DeviceNotTrusted},
		"two headers":              {"device", set("x-device", "managed, managed"), nil, reason.DeviceNotTrusted},
		"a client that says so":    {"device", func(r *request.Request) { set("x-device", "managed")(r); r.Peer = "192.0.2.1" }, nil, reason.DeviceNotTrusted},
		"nothing said":             {"device", nil, nil, reason.DeviceNotTrusted},
		"a low risk":               {"risky", set("x-risk", "12.5"), 50, reason.Allowed},
		"a high claim":             {"risky", set("x-risk", "12"), 50.5, reason.RiskTooHigh},
		"a high header":            {"risky", set("x-risk", "90"), 1, reason.RiskTooHigh},
		"a claim alone":            {"risky", nil, 1, reason.RiskTooHigh},
		"a header alone":           {"risky", set("x-risk", "1"), nil, reason.RiskTooHigh},
		"no number":                {"risky", set("x-risk", "NaN"), 1, reason.RiskTooHigh},
		"below nothing":            {"risky", set("x-risk", "-5"), 1, reason.RiskTooHigh},
		"a client's own low score": {"risky", func(r *request.Request) { set("x-risk", "0")(r); r.Peer = "192.0.2.1" }, 1, reason.RiskTooHigh},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := principal("acme", "vera", "viewer")
			if test.risk != nil {
				w.identity.Claims, _ = policy.ClaimsValue(map[string]any{"risk": test.risk})
			}
			r := ask("GET", test.route, "/x")
			if test.change != nil {
				test.change(r)
			}
			if out := decider(w, admitting()).Decide(t.Context(), state, r); out.Reason != test.want {
				t.Errorf("%s, want %s (%v)", out.Reason, test.want, out.Err)
			}
		})
	}
}
