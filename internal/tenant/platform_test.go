package tenant_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/tenant"
)

func scanPolicy() *tenant.ScanPolicy {
	return &tenant.ScanPolicy{APIVersion: tenant.APIVersion, Kind: tenant.KindScanPolicy, Metadata: tenant.Metadata{Name: "standard"}}
}

func TestANewScanPolicyShadowsAndLogs(t *testing.T) {
	t.Parallel()
	p := scanPolicy()
	p.Default()
	if got := p.Validate(); got != nil {
		t.Fatal(got)
	}
	s := p.Spec
	if s.Mode != "shadow" || s.Profile != "strict-api" || s.RedactFormat != "partial" {
		t.Errorf("%+v", s)
	}
	for _, d := range []tenant.ScanDirection{s.Request, s.Response} {
		if d.MaxBytes != 1<<20 || d.Oversize != "block" || d.Actions["default"] != "log" {
			t.Errorf("%+v", d)
		}
	}
}

// check compares paths and the start of reasons.
func check(t *testing.T, got []tenant.Problem, want ...string) {
	t.Helper()
	ok := slices.EqualFunc(got, want, func(p tenant.Problem, w string) bool { return strings.HasPrefix(p.Path+": "+p.Reason, w) })
	if !ok {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestOnlyKeyPathsAndKnownTypesAreAllowed(t *testing.T) {
	t.Parallel()
	p := scanPolicy()
	p.Spec.Request.Allow = []tenant.ScanAllow{
		{Path: "$.support.phone", Types: []string{"PHONE", "sqli"}}, {Path: "$[*].a-b.c_d"}, {Path: "$.items[*][*]"},
	}
	p.Default()
	check(t, p.Validate())
	p.Spec.Response.Allow = []tenant.ScanAllow{
		{Path: "support.phone"}, {Path: "$.a", Types: []string{"phone", "PHONE", "PHONE"}}, {}, {Path: "$.a"}, {Path: "$.a[0]"}, {Path: "$..note"},
	}
	check(t, p.Validate(),
		"spec.response.allow[2].path: is required",
		`spec.response.allow[0].path: "support.phone" is not a key path: must be $ and `,
		`spec.response.allow[1].types[0]: "phone" is not a finding type: must be `,
		`spec.response.allow[1].types[2]: "PHONE" is listed twice`,
		`spec.response.allow[3].path: "$.a" is listed twice`,
		`spec.response.allow[4].path: "$.a[0]" is not a key path`,
		`spec.response.allow[5].path: "$..note" is not a key path`)
	p.Spec.Response.Allow = make([]tenant.ScanAllow, 65)
	for i := range p.Spec.Response.Allow {
		p.Spec.Response.Allow[i].Path = "$" + strings.Repeat(".a", i%32+1) + strings.Repeat("b", i/32)
	}
	check(t, p.Validate(), "spec.response.allow: has 65 entries; at most 64 are allowed")
}

func TestActionsNameKnownTypesAndRedactOnlyValues(t *testing.T) {
	t.Parallel()
	p := scanPolicy()
	p.Spec.Mode, p.Spec.Response.MaxBytes = "on", 100
	p.Spec.Request.Actions = map[string]string{"EMAIL": "redact", "sqli": "redact", "card": "block", "SSN": "drop", "default": "redact",
		"CARD": "mask", "IBAN": "tokenize", "canary": "redact", "prohibited_term": "tokenize", "xss": "mask"}
	p.Default()
	check(t, p.Validate(),
		`spec.mode: "on" is not known: must be enforce, shadow or off`,
		"spec.response.max_bytes: must be between 1024 and 10485760",
		"spec.request.actions.IBAN: tokenize needs spec.tokenize_key_file",
		`spec.request.actions.SSN: "drop" is not known: must be block, redact, mask, tokenize, log or pass`,
		`spec.request.actions.card: "card" is not a finding type: must be `,
		"spec.request.actions.default: redact is not for default: must be block, log or pass",
		"spec.request.actions.prohibited_term: tokenize is not for prohibited_term: must be block, redact, mask, log or pass",
		"spec.request.actions.prohibited_term: tokenize needs ",
		"spec.request.actions.sqli: redact is not for sqli: must be ",
		"spec.request.actions.xss: mask is not for xss: must be ")
}

func TestAnUpstreamHasEndpointsOrIsBuiltIn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spec tenant.UpstreamSpec
		want []string
	}{
		"built in":         {tenant.UpstreamSpec{Builtin: "echo"}, nil},
		"endpoints":        {tenant.UpstreamSpec{Endpoints: []string{"api.svc:8080", "10.0.0.1:80", "[::1]:80"}}, nil},
		"neither":          {tenant.UpstreamSpec{}, []string{"spec: needs endpoints or builtin"}},
		"both":             {tenant.UpstreamSpec{Builtin: "echo", Endpoints: []string{"a:1"}}, []string{"spec.builtin: stands beside endpoints"}},
		"unknown built-in": {tenant.UpstreamSpec{Builtin: "ecko"}, []string{`spec.builtin: "ecko" is not known: must be echo`}},
		"bad endpoints": {tenant.UpstreamSpec{Endpoints: []string{"a", "a:0", "a:99999", "http://a:1", "::1:80"}},
			[]string{"spec.endpoints[0]: ", "spec.endpoints[1]: ", "spec.endpoints[2]: ", "spec.endpoints[3]: ", "spec.endpoints[4]: "}},
		"connect timeout": {tenant.UpstreamSpec{Builtin: "echo", ConnectTimeout: "2m"}, []string{"spec.connect_timeout: must be between 10ms and 1m"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := &tenant.Upstream{APIVersion: tenant.APIVersion, Kind: tenant.KindUpstream, Metadata: tenant.Metadata{Name: "echo"}, Spec: c.spec}
			u.Default()
			check(t, u.Validate(), c.want...)
			if u.Spec.MaxConnections != 1024 || u.Spec.MaxPending != 1024 {
				t.Errorf("%+v", u.Spec)
			}
		})
	}
}

func TestAGatewayListensOnAddressesThatEnvoyCanBind(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spec tenant.GatewaySpec
		want []string
	}{
		"two free ports": {tenant.GatewaySpec{Listeners: []tenant.Listener{{Name: "a", Address: "127.0.0.1:0"}, {Name: "b", Address: "127.0.0.1:0"}}}, nil},
		"none":           {tenant.GatewaySpec{}, []string{"spec.listeners: needs at least one entry"}},
		"a name":         {tenant.GatewaySpec{Listeners: []tenant.Listener{{Name: "a", Address: "localhost:80"}}}, []string{`spec.listeners[0].address: "localhost:80" is not IP:port`}},
		"the same": {tenant.GatewaySpec{Listeners: []tenant.Listener{{Name: "a", Address: "[::]:80"}, {Name: "a", Address: "[::]:80"}}},
			[]string{`spec.listeners[1].name: "a" names two listeners`, `spec.listeners[1].address: "[::]:80" is another listener's too`}},
		"hops and sizes": {tenant.GatewaySpec{Listeners: []tenant.Listener{{Name: "a", Address: "[::]:80"}}, TrustedHops: 17, MaxBodyBytes: 1, MaxHeaderKB: 9000, AuthzTimeout: "0s"},
			[]string{"spec.trusted_hops: ", "spec.authz_timeout: ", "spec.max_body_bytes: ", "spec.max_header_kb: "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := &tenant.Gateway{APIVersion: tenant.APIVersion, Kind: tenant.KindGateway, Metadata: tenant.Metadata{Name: "gateway"}, Spec: c.spec}
			g.Default()
			check(t, g.Validate(), c.want...)
			if !*g.Spec.UseRemoteAddress {
				t.Error("the peer's address is not used")
			}
		})
	}
}
