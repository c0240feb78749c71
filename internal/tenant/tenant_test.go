package tenant_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/internal/tenant"
)

// valid is a tenant that uses most fields.
func valid() *tenant.Tenant {
	t := &tenant.Tenant{
		APIVersion: tenant.APIVersion, Kind: tenant.KindTenant, Metadata: tenant.Metadata{Name: "acme"},
		Spec: tenant.TenantSpec{
			Hosts: []string{"acme.example.com", "127.0.0.1"},
			Auth: tenant.Auth{JWT: []tenant.JWTIssuer{{
				Issuer: "https://login.example.com", Secret: strings.Repeat("s", 32), Development: true,
				GroupRoles: map[string][]string{"ops": {"auditor", "admin"}},
			}}},
			Roles:  map[string]tenant.Role{"auditor": {Permissions: []string{"read", "audit:export"}}},
			Grants: []tenant.Grant{{Tenant: "globex", Roles: []string{"viewer"}}},
			Routes: []tenant.Route{
				{Name: "health", Match: tenant.Match{Path: "/healthz"}, Upstream: "echo", Classification: "public", Anonymous: true},
				{Name: "export", Match: tenant.Match{Regex: "/export/[0-9]+"}, Upstream: "echo", Permission: "audit:export"},
				{Name: "read", Match: tenant.Match{Prefix: "/api", Methods: []string{"GET"}}, Upstream: "echo"},
				{Name: "all", Match: tenant.Match{Prefix: "/"}, Upstream: "echo"},
			},
			Quotas: []tenant.Quota{
				{Name: "burst", Algorithm: "token_bucket", Limit: 100, Refill: 10},
				{Name: "hourly", Algorithm: "sliding_window", Limit: 1000, Per: "subject", Routes: []string{"read"}},
			},
			CORS: &tenant.CORS{Origins: []string{"https://app.example.com", "http://localhost:3000"}},
		},
	}
	return t
}

func TestAValidTenantIsDefaultedAndHasNoProblems(t *testing.T) {
	t.Parallel()
	v := valid()
	v.Default()
	if got := v.Validate(); got != nil {
		t.Fatal(got)
	}
	s := v.Spec
	got := fmt.Sprint(s.Tier, s.OnStoreFailure, s.OnAuthzFailure, s.Auth.JWT[0].Leeway, s.Auth.JWT[0].MaxLifetime, s.Auth.JWT[0].RolesClaim,
		s.Auth.JWT[0].GroupsClaim, s.Roles["auditor"].Clearance, s.Routes[1].Classification, s.Routes[1].Timeout, s.Quotas[0].Per, s.Quotas[1].Window,
		s.CORS.Methods, s.CORS.Headers, s.CORS.MaxAge)
	want := "freedenydeny30s1hrolesgroupsconfidentialinternal5stenant1h[GET HEAD POST PUT PATCH DELETE] [authorization content-type x-api-key]10m"
	if got != want {
		t.Errorf("defaults %s", cmp.Diff(want, got))
	}
	again := valid()
	again.Default()
	again.Default()
	if diff := cmp.Diff(v, again); diff != "" {
		t.Errorf("a second Default changed something: %s", diff)
	}
	if s.Quotas[0].Window != "" {
		t.Error("a token bucket got a window")
	}
}

// problemsOf edits a valid tenant and lists what Validate says, as path: reason.
func problemsOf(edit func(*tenant.Tenant)) []string {
	v := valid()
	edit(v)
	v.Default()
	var list []string
	for _, p := range v.Validate() {
		list = append(list, p.Path+": "+p.Reason)
	}
	return list
}

// fetched is an edit of an issuer that has no secret.
func fetched(edit func(*tenant.JWTIssuer)) func(*tenant.TenantSpec) {
	return func(s *tenant.TenantSpec) {
		j := &s.Auth.JWT[0]
		j.Secret, j.Development = "", false
		edit(j)
	}
}

func TestTheBoundsOfTokensAreThoseThatAreSaid(t *testing.T) {
	t.Parallel()
	for lifetime, leeway := range map[time.Duration]time.Duration{
		tenant.MaxTokenLifetime: tenant.MaxTokenLeeway, tenant.MaxTokenLifetime + time.Second: tenant.MaxTokenLeeway + time.Second,
	} {
		got := problemsOf(func(t *tenant.Tenant) {
			t.Spec.Auth.JWT[0].MaxLifetime, t.Spec.Auth.JWT[0].Leeway = lifetime.String(), leeway.String()
		})
		if within := lifetime == tenant.MaxTokenLifetime; within != (len(got) == 0) || !within && len(got) != 2 {
			t.Errorf("%v and %v: %v", lifetime, leeway, got)
		}
	}
}

func TestKeysMayBeFetchedFromTheseURLs(t *testing.T) {
	t.Parallel()
	for _, uri := range []string{
		"https://idp.example/keys?a=b:c", "https://IDP.example:8443", "https://192.0.2.1/k", "https://[2001:db8::1]:443/k",
		"http://localhost:8080/k", "http://127.0.0.1/k", "http://[::1]:8080/k",
	} {
		problems := func(edit func(*tenant.JWTIssuer)) []string {
			return problemsOf(func(t *tenant.Tenant) { fetched(edit)(&t.Spec) })
		}
		if got := problems(func(j *tenant.JWTIssuer) { j.JWKSURI = uri }); len(got) > 0 {
			t.Errorf("%s: %v", uri, got)
		}
		if got := problems(func(j *tenant.JWTIssuer) { j.Issuer, j.Discovery = uri, true }); len(got) > 0 != strings.Contains(uri, "?") {
			t.Errorf("discovery of %s: %v", uri, got)
		}
	}
}

func TestEachBrokenFieldOfATenantIsReportedAtItsPath(t *testing.T) {
	t.Parallel()
	type spec = tenant.TenantSpec
	for name, c := range map[string]struct {
		edit func(*spec)
		want string
	}{
		"no host":             {func(s *spec) { s.Hosts = nil }, "spec.hosts: needs at least one entry"},
		"host in capitals":    {func(s *spec) { s.Hosts[0] = "Acme.example.com" }, `spec.hosts[0]: "Acme.example.com" is not a host`},
		"host with port":      {func(s *spec) { s.Hosts[0] = "acme.example.com:80" }, "spec.hosts[0]: "},
		"wildcard host":       {func(s *spec) { s.Hosts[0] = "*.example.com" }, "spec.hosts[0]: "},
		"bad address":         {func(s *spec) { s.Hosts[0] = "1.2.3" }, "spec.hosts[0]: "},
		"host twice":          {func(s *spec) { s.Hosts = []string{"a.example", "a.example"} }, `spec.hosts[1]: "a.example" is listed twice`},
		"tier":                {func(s *spec) { s.Tier = "gold" }, `spec.tier: "gold" is not known: must be enterprise, business, starter or free`},
		"no key":              {func(s *spec) { s.Auth.JWT[0].Secret, s.Auth.JWT[0].Development = "", false }, "spec.auth.jwt[0]: needs jwks, jwks_file, jwks_uri, discovery, secret or secret_file"},
		"two keys":            {func(s *spec) { s.Auth.JWT[0].JWKS = "{}" }, "spec.auth.jwt[0].secret: stands beside jwks"},
		"development JWKS":    {func(s *spec) { s.Auth.JWT[0].Secret, s.Auth.JWT[0].JWKSFile = "", "k.json" }, "spec.auth.jwt[0].development: needs a secret"},
		"http elsewhere":      {fetched(func(j *tenant.JWTIssuer) { j.JWKSURI = "http://idp.example/keys" }), "spec.auth.jwt[0].jwks_uri: is not a URL to fetch"},
		"no URL":              {fetched(func(j *tenant.JWTIssuer) { j.JWKSURI = "keys.json" }), "spec.auth.jwt[0].jwks_uri: is not a URL to fetch"},
		"URI with password":   {fetched(func(j *tenant.JWTIssuer) { j.JWKSURI = "https://a:b@idp.example/" }), "spec.auth.jwt[0].jwks_uri: is not a URL to fetch"},
		"URI with fragment":   {fetched(func(j *tenant.JWTIssuer) { j.JWKSURI = "https://idp.example/#a" }), "spec.auth.jwt[0].jwks_uri: is not a URL to fetch"},
		"URI without a host":  {fetched(func(j *tenant.JWTIssuer) { j.JWKSURI = "https:///keys" }), "spec.auth.jwt[0].jwks_uri: is not a URL to fetch"},
		"URI, bad address":    {fetched(func(j *tenant.JWTIssuer) { j.JWKSURI = "https://[::1/" }), "spec.auth.jwt[0].jwks_uri: is not a URL to fetch"},
		"URI, zone":           {fetched(func(j *tenant.JWTIssuer) { j.JWKSURI = "https://[fe80::1%25eth0]/" }), "spec.auth.jwt[0].jwks_uri: is not a URL to fetch"},
		"URI, bad port":       {fetched(func(j *tenant.JWTIssuer) { j.JWKSURI = "https://idp.example:0/" }), "spec.auth.jwt[0].jwks_uri: is not a URL to fetch"},
		"URI, backslash":      {fetched(func(j *tenant.JWTIssuer) { j.JWKSURI = `https://idp.example\@evil.example/` }), "spec.auth.jwt[0].jwks_uri: is not a URL to fetch"},
		"discovery, no URL":   {fetched(func(j *tenant.JWTIssuer) { j.Discovery, j.Issuer = true, "acme" }), "spec.auth.jwt[0].discovery: needs an issuer that is a URL"},
		"discovery, query":    {fetched(func(j *tenant.JWTIssuer) { j.Discovery, j.Issuer = true, "https://idp.example/?a" }), "spec.auth.jwt[0].discovery: needs an issuer that is a URL"},
		"discovery and a URI": {fetched(func(j *tenant.JWTIssuer) { j.Discovery, j.JWKSURI = true, "https://idp.example" }), "spec.auth.jwt[0].discovery: stands beside jwks_uri"},
		"CA and a secret":     {func(s *spec) { s.Auth.JWT[0].JWKSCA = "x" }, "spec.auth.jwt[0].jwks_ca: needs jwks_uri or discovery"},
		"CA twice":            {fetched(func(j *tenant.JWTIssuer) { j.Discovery, j.JWKSCA, j.JWKSCAFile = true, "x", "x" }), "spec.auth.jwt[0].jwks_ca_file: stands beside jwks_ca"},
		"refresh":             {fetched(func(j *tenant.JWTIssuer) { j.Discovery, j.JWKSRefresh = true, "30s" }), "spec.auth.jwt[0].jwks_refresh: must be between 1m and 24h"},
		"no issuer":           {func(s *spec) { s.Auth.JWT[0].Issuer = "" }, "spec.auth.jwt[0].issuer: is required"},
		"issuer with newline": {func(s *spec) { s.Auth.JWT[0].Issuer = "a\nb" }, "spec.auth.jwt[0].issuer: is not text"},
		"leeway":              {func(s *spec) { s.Auth.JWT[0].Leeway = "6m" }, "spec.auth.jwt[0].leeway: must be between 0s and 5m"},
		"lifetime":            {func(s *spec) { s.Auth.JWT[0].MaxLifetime = "a day" }, `spec.auth.jwt[0].max_lifetime: "a day" is not a duration`},
		"unknown group role":  {func(s *spec) { s.Auth.JWT[0].GroupRoles["ops"] = []string{"admn"} }, `spec.auth.jwt[0].group_roles.ops[0]: role "admn" is neither`},
		"role with comma":     {func(s *spec) { s.Roles["a,b"] = tenant.Role{} }, `spec.roles.a,b: "a,b" is not a name`},
		"clearance":           {func(s *spec) { s.Roles["x"] = tenant.Role{Clearance: "top"} }, `spec.roles.x.clearance: "top" is not known`},
		"permission":          {func(s *spec) { s.Roles["x"] = tenant.Role{Permissions: []string{"a b"}} }, `spec.roles.x.permissions[0]: "a b" is not a permission`},
		"grant to itself":     {func(s *spec) { s.Grants[0].Tenant = "acme" }, "spec.grants[0].tenant: is this tenant"},
		"grant without roles": {func(s *spec) { s.Grants[0].Roles = nil }, "spec.grants[0].roles: needs at least one entry"},
		"no route":            {func(s *spec) { s.Routes, s.Quotas = nil, nil }, "spec.routes: needs at least one entry"},
		"route name":          {func(s *spec) { s.Routes[0].Name = "a b" }, `spec.routes[0].name: "a b" is not a name`},
		"route name twice":    {func(s *spec) { s.Routes[0].Name = "all" }, `spec.routes[3].name: "all" names two routes`},
		"no upstream":         {func(s *spec) { s.Routes[0].Upstream = "" }, "spec.routes[0].upstream: is required"},
		"no match":            {func(s *spec) { s.Routes[0].Match.Path = "" }, "spec.routes[0].match: needs path, prefix or regex"},
		"two matches":         {func(s *spec) { s.Routes[0].Match.Prefix = "/x" }, "spec.routes[0].match.prefix: stands beside path"},
		"anonymous internal":  {func(s *spec) { s.Routes[0].Classification = "" }, "spec.routes[0].anonymous: needs classification: public; this route is internal"},
		"nobody's permission": {func(s *spec) { s.Routes[1].Permission = "fly" }, `spec.routes[1].permission: no role has the permission "fly"`},
		"timeout":             {func(s *spec) { s.Routes[0].Timeout = "1ms" }, "spec.routes[0].timeout: must be between 10ms and 1h"},
		"stream duration":     {func(s *spec) { s.MaxStreamDuration = "25h" }, "spec.max_stream_duration: must be between 1s and 24h"},
		"route's duration":    {func(s *spec) { s.Routes[0].MaxStreamDuration = "10ms" }, "spec.routes[0].max_stream_duration: must be between 1s and 24h"},
		"retries":             {func(s *spec) { s.Routes[0].Retries = -1 }, "spec.routes[0].retries: must be between 0 and 10"},
		"method":              {func(s *spec) { s.Routes[2].Match.Methods = []string{"get"} }, `spec.routes[2].match.methods[0]: "get" is not a method`},
		"websocket method":    {func(s *spec) { s.Routes[2].Match.Methods, s.Routes[2].Websocket = []string{"POST"}, true }, "spec.routes[2].websocket: needs the method GET"},
		"quota limit":         {func(s *spec) { s.Quotas[0].Limit = 0 }, "spec.quotas[0].limit: must be between 1 and 1e9"},
		"no refill":           {func(s *spec) { s.Quotas[0].Refill = 0 }, "spec.quotas[0].refill: is required"},
		"negative refill":     {func(s *spec) { s.Quotas[0].Refill = -1 }, "spec.quotas[0].refill: must be between 0 and 1e6"},
		"bucket with window":  {func(s *spec) { s.Quotas[0].Window = "1h" }, "spec.quotas[0].window: belongs to a sliding_window"},
		"window with refill":  {func(s *spec) { s.Quotas[1].Refill = 1 }, "spec.quotas[1].refill: belongs to a token_bucket"},
		"window too long":     {func(s *spec) { s.Quotas[1].Window = "745h" }, "spec.quotas[1].window: must be between 1s and 744h"},
		"algorithm":           {func(s *spec) { s.Quotas[1].Algorithm = "leaky" }, `spec.quotas[1].algorithm: "leaky" is not known`},
		"quota of no route":   {func(s *spec) { s.Quotas[1].Routes = []string{"reed"} }, `spec.quotas[1].routes[0]: "reed" is not the name of a route`},
		"quota name":          {func(s *spec) { s.Quotas[0].Name = "module/x" }, `spec.quotas[0].name: "module/x" is not a name`},
		"origin with path":    {func(s *spec) { s.CORS.Origins[0] = "https://a.example/" }, `spec.cors.origins[0]: "https://a.example/" is not an origin`},
		"default port":        {func(s *spec) { s.CORS.Origins[0] = "https://a.example:443" }, "spec.cors.origins[0]: "},
		"star and others":     {func(s *spec) { s.CORS.Origins[0] = "*" }, `spec.cors.origins[0]: "*" must stand alone`},
		"star, credentials":   {func(s *spec) { s.CORS.Origins, s.CORS.Credentials = []string{"*"}, true }, `spec.cors.origins[0]: "*" with credentials`},
		"header name":         {func(s *spec) { s.CORS.Headers = []string{"X-Team:"} }, `spec.cors.headers[0]: "X-Team:" is not a header name`},
		"max age":             {func(s *spec) { s.CORS.MaxAge = "25h" }, "spec.cors.max_age: must be between 0s and 24h"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := problemsOf(func(v *tenant.Tenant) { c.edit(&v.Spec) })
			if len(got) != 1 || !strings.HasPrefix(got[0], c.want) {
				t.Errorf("got  %q\nwant [%q...]", got, c.want)
			}
		})
	}
}

func TestAllProblemsAreReportedAtOnce(t *testing.T) {
	t.Parallel()
	got := problemsOf(func(v *tenant.Tenant) {
		v.APIVersion, v.Kind, v.Metadata.Name = "v1", "Tennant", "Acme"
		v.Spec.Tier, v.Spec.Quotas[0].Limit = "gold", 2e9
	})
	if len(got) != 5 {
		t.Errorf("%q", got)
	}
}

func TestSecretsDoNotStandInReasons(t *testing.T) {
	t.Parallel()
	for _, p := range problemsOf(func(v *tenant.Tenant) { v.Spec.Auth.JWT[0].Secret, v.Spec.Auth.JWT[0].JWKS = "hunter2", "hunter2" }) {
		if strings.Contains(p, "hunter2") {
			t.Error(p)
		}
	}
}

func TestAnIssuerIsJudgedByItselfAsInItsTenant(t *testing.T) {
	t.Parallel()
	j := tenant.JWTIssuer{Issuer: "https://idp.example", JWKS: "{}", GroupRoles: map[string][]string{"staff": {"not looked at"}}}
	j.Default()
	if got := j.Validate(); got != nil || j.Leeway != "30s" || j.MaxLifetime != "1h" || j.RolesClaim != "roles" {
		t.Errorf("%v %+v", got, j)
	}
	j.Leeway, j.Secret, j.Issuer = "6m", "s", ""
	var paths []string
	for _, p := range j.Validate() {
		paths = append(paths, p.Path)
	}
	if got := strings.Join(paths, " "); got != "issuer leeway secret" {
		t.Errorf("problems of %s", got)
	}
}
