package tenant_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/tenant"
)

// authenticated is a valid tenant that takes every kind of credential.
func authenticated() *tenant.Tenant {
	t := &tenant.Tenant{
		APIVersion: tenant.APIVersion, Kind: tenant.KindTenant, Metadata: tenant.Metadata{Name: "acme"},
		Spec: tenant.TenantSpec{
			Hosts: []string{"acme.example.com"},
			Auth: tenant.Auth{
				Webhooks: []tenant.Webhook{
					{Name: "stripe", Preset: "stripe", Secrets: []string{"a", "b"}, Roles: []string{"editor"}},
					{Name: "own", Secrets: []string{"a"}, Header: "x-sign", TimestampHeader: "x-time", Payload: "{timestamp}.{body}"},
				},
				MTLS: []tenant.ClientCertificate{{Principal: "spiffe://corp/shop/*", Roles: []string{"viewer"}}, {Principal: "batch.example.com"}},
			},
			Routes: []tenant.Route{
				{Name: "hook", Match: tenant.Match{Prefix: "/hook"}, Upstream: "api", Webhook: "stripe", Auth: []string{"webhook", "mtls"}},
				{Name: "all", Match: tenant.Match{Prefix: "/"}, Upstream: "api", StepUp: &tenant.StepUp{ACRValues: []string{"gold"}, MaxAge: "5m"}},
			},
		},
	}
	return t
}

func TestAuthenticationIsCheckedWhole(t *testing.T) {
	t.Parallel()
	hook := func(s *tenant.TenantSpec) *tenant.Webhook { return &s.Auth.Webhooks[1] }
	for name, c := range map[string]struct {
		change func(*tenant.TenantSpec)
		path   string
	}{
		"good":                             {func(*tenant.TenantSpec) {}, ""},
		"two senders of one name":          {func(s *tenant.TenantSpec) { hook(s).Name = "stripe" }, "spec.auth.webhooks[1].name"},
		"no secret":                        {func(s *tenant.TenantSpec) { hook(s).Secrets = nil }, "spec.auth.webhooks[1]"},
		"an empty secret":                  {func(s *tenant.TenantSpec) { hook(s).Secrets[0] = "" }, "spec.auth.webhooks[1].secrets[0]"},
		"no header":                        {func(s *tenant.TenantSpec) { hook(s).Header = "" }, "spec.auth.webhooks[1].header"},
		"a header with capitals":           {func(s *tenant.TenantSpec) { hook(s).Header = "X-Sign" }, "spec.auth.webhooks[1].header"},
		"one header for both":              {func(s *tenant.TenantSpec) { hook(s).TimestampHeader = "x-sign" }, "spec.auth.webhooks[1].timestamp_header"},
		"a time that is not signed":        {func(s *tenant.TenantSpec) { hook(s).Payload = "{body}" }, "spec.auth.webhooks[1].payload"},
		"a signed time without a header":   {func(s *tenant.TenantSpec) { hook(s).TimestampHeader = "" }, "spec.auth.webhooks[1].payload"},
		"a body that is not signed":        {func(s *tenant.TenantSpec) { hook(s).Payload = "{timestamp}." }, "spec.auth.webhooks[1].payload"},
		"digits that could move":           {func(s *tenant.TenantSpec) { hook(s).Payload = "{timestamp}{body}" }, "spec.auth.webhooks[1].payload"},
		"digits that could move, too":      {func(s *tenant.TenantSpec) { hook(s).Payload = "{timestamp}0{body}" }, "spec.auth.webhooks[1].payload"},
		"an unknown placeholder":           {func(s *tenant.TenantSpec) { hook(s).Payload = "{time}.{body}" }, "spec.auth.webhooks[1].payload"},
		"an open brace":                    {func(s *tenant.TenantSpec) { hook(s).Payload = "{timestamp}.{body}{" }, "spec.auth.webhooks[1].payload"},
		"a closed brace":                   {func(s *tenant.TenantSpec) { hook(s).Payload = "{timestamp}.{body}}" }, "spec.auth.webhooks[1].payload"},
		"two bodies":                       {func(s *tenant.TenantSpec) { hook(s).Payload = "{timestamp}.{body}.{body}" }, "spec.auth.webhooks[1].payload"},
		"a preset that is described again": {func(s *tenant.TenantSpec) { s.Auth.Webhooks[0].Header = "x" }, "spec.auth.webhooks[0].preset"},
		"an address with a path":           {func(s *tenant.TenantSpec) { hook(s).BaseURL = "https://a.example.com/x" }, "spec.auth.webhooks[1].base_url"},
		"a role that nobody knows":         {func(s *tenant.TenantSpec) { hook(s).Roles = []string{"king"} }, "spec.auth.webhooks[1].roles[0]"},
		"a star inside of a name":          {func(s *tenant.TenantSpec) { s.Auth.MTLS[0].Principal = "spiffe://corp/shop*" }, "spec.auth.mtls[0].principal"},
		"any trust domain":                 {func(s *tenant.TenantSpec) { s.Auth.MTLS[0].Principal = "spiffe://*" }, "spec.auth.mtls[0].principal"},
		"dots in a SPIFFE id":              {func(s *tenant.TenantSpec) { s.Auth.MTLS[0].Principal = "spiffe://corp/../x" }, "spec.auth.mtls[0].principal"},
		"a certificate twice":              {func(s *tenant.TenantSpec) { s.Auth.MTLS[1].Principal = s.Auth.MTLS[0].Principal }, "spec.auth.mtls[1].principal"},
		"a sender that nobody is":          {func(s *tenant.TenantSpec) { s.Routes[0].Webhook = "paypal" }, "spec.routes[0].webhook"},
		"a sender that is not taken":       {func(s *tenant.TenantSpec) { s.Routes[0].Auth = []string{"jwt"} }, "spec.routes[0].webhook"},
		"webhooks without a sender":        {func(s *tenant.TenantSpec) { s.Routes[1].Auth = []string{"webhook"} }, "spec.routes[1].auth[0]"},
		"an unknown kind":                  {func(s *tenant.TenantSpec) { s.Routes[1].Auth = []string{"basic"} }, "spec.routes[1].auth[0]"},
		"anonymous around a signature":     {func(s *tenant.TenantSpec) { s.Routes[0].Anonymous, s.Routes[0].Classification = true, "public" }, "spec.routes[0].anonymous"},
		"a demand for nothing":             {func(s *tenant.TenantSpec) { s.Routes[1].StepUp = &tenant.StepUp{} }, "spec.routes[1].step_up"},
		"a class that ends a header":       {func(s *tenant.TenantSpec) { s.Routes[1].StepUp.ACRValues = []string{`a", x="`} }, "spec.routes[1].step_up.acr_values[0]"},
		"a role's demand for nothing": {func(s *tenant.TenantSpec) {
			s.Roles = map[string]tenant.Role{"boss": {StepUp: &tenant.StepUp{}}}
		}, "spec.roles.boss.step_up"},
	} {
		object := authenticated()
		c.change(&object.Spec)
		object.Default()
		problems := object.Validate()
		found := slices.ContainsFunc(problems, func(p tenant.Problem) bool { return p.Path == c.path })
		if found != (c.path != "") || c.path == "" && len(problems) > 0 {
			t.Errorf("%s: %v", name, problems)
		}
		for _, p := range problems {
			if strings.Contains(p.Reason, "secret-") {
				t.Errorf("%s: %v quotes a secret", name, p)
			}
		}
	}
}

func TestAListenersFilesAreEnvoysOwn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*tenant.GatewaySpec)
		path   string
	}{
		"good":                              {func(*tenant.GatewaySpec) {}, ""},
		"no key":                            {func(g *tenant.GatewaySpec) { g.Listeners[0].TLS.KeyFile = "" }, "spec.listeners[0].tls.key_file"},
		"a relative path":                   {func(g *tenant.GatewaySpec) { g.Listeners[0].TLS.CertFile = "tls.crt" }, "spec.listeners[0].tls.cert_file"},
		"certificates of nobody":            {func(g *tenant.GatewaySpec) { g.Listeners[0].TLS.ClientCAFile = "" }, "spec.listeners[0].tls.require_client_certificate"},
		"two names in one":                  {func(g *tenant.GatewaySpec) { g.TrustedProxies[0] += ",spiffe://corp/x" }, "spec.trusted_proxies[0]"},
		"any proxy of a domain":             {func(g *tenant.GatewaySpec) { g.TrustedProxies[0] = "spiffe://corp/*" }, "spec.trusted_proxies[0]"},
		"an empty name, which nobody bears": {func(g *tenant.GatewaySpec) { g.TrustedProxies[0] = "" }, "spec.trusted_proxies[0]"},
	} {
		g := tenant.Gateway{
			APIVersion: tenant.APIVersion, Kind: tenant.KindGateway, Metadata: tenant.Metadata{Name: "gateway"},
			Spec: tenant.GatewaySpec{
				Listeners: []tenant.Listener{{Name: "edge", Address: "0.0.0.0:8443", TLS: &tenant.ListenerTLS{
					CertFile: "/etc/tls.crt", KeyFile: "/etc/tls.key", ClientCAFile: "/etc/ca.pem", RequireClientCertificate: true,
				}}},
				TrustedProxies: []string{"spiffe://corp/edge"},
			},
		}
		c.change(&g.Spec)
		g.Default()
		problems := g.Validate()
		found := slices.ContainsFunc(problems, func(p tenant.Problem) bool { return p.Path == c.path })
		if found != (c.path != "") || c.path == "" && len(problems) > 0 {
			t.Errorf("%s: %v", name, problems)
		}
	}
}
