package tenant

import (
	"fmt"
	"slices"
	"strings"
)

// Kinds of credentials that a route may narrow itself to.
const (
	CredentialJWT     = "jwt"
	CredentialAPIKey  = "api_key"
	CredentialWebhook = "webhook"
	CredentialMTLS    = "mtls"
)

var credentialKinds = []string{CredentialJWT, CredentialAPIKey, CredentialWebhook, CredentialMTLS}

// ClientCertificate maps client certificates to a principal.
type ClientCertificate struct {
	// Principal is the certificate's SPIFFE id (its URI), such as spiffe://corp/ns/shop/web, or spiffe://corp/ns/shop/* for every
	// id below. Without a URI it is the certificate's first DNS name.
	Principal string `json:"principal" yaml:"principal"`
	// Subject names the principal (default the certificate's own name), Roles are its roles.
	Subject string   `json:"subject,omitempty" yaml:"subject,omitempty"`
	Roles   []string `json:"roles,omitempty" yaml:"roles,omitempty" items:"0..64"`
}

// StepUp is how well a principal must have authenticated (RFC 9470). All that is given must hold.
type StepUp struct {
	// ACRValues are authentication context classes of which the token must have one; they are offered in this order.
	ACRValues []string `json:"acr_values,omitempty" yaml:"acr_values,omitempty" items:"0..16"`
	// AMR are authentication methods (RFC 8176) of which the token must have one, such as mfa, otp and hwk.
	AMR []string `json:"amr,omitempty" yaml:"amr,omitempty" items:"0..16"`
	// MaxAge is how long ago the principal may have authenticated, a duration from 10s to 720h.
	MaxAge string `json:"max_age,omitempty" yaml:"max_age,omitempty" range:"10s..720h"`
	// Credentials are the kinds that the demand is for (default all): jwt, api_key, webhook and mtls. Only tokens say how
	// their principal authenticated, so it shuts out the others.
	Credentials []string `json:"credentials,omitempty" yaml:"credentials,omitempty" items:"0..4"`
}

// ReadsBody reports whether requests of the route are decided with their bodies, which Envoy then holds back and sends along.
// It is the one place that says so.
func (r *Route) ReadsBody() bool { return r.Webhook != "" || r.UnderstandsBody() }

// UnderstandsBody reports whether what bodies say matters too: a signature is over bytes of any type.
func (r *Route) UnderstandsBody() bool {
	return r.ReadBody || r.Protocol != "" || r.Validate != nil && r.Validate.readsBody()
}

// BodyLimit is the length of the longest body that is read on the route; 0 where only the gateway's max_body_bytes bounds it.
func (r *Route) BodyLimit() int {
	if r.Validate == nil {
		return 0
	}
	return r.Validate.MaxBody
}

// Takes reports whether requests of a method can take the route.
func (r *Route) Takes(method string) bool {
	return len(r.Match.Methods) == 0 || slices.Contains(r.Match.Methods, method)
}

func (c *checker) authentication(path string, r *Route, auth *Auth) {
	c.credentialKinds(path+".auth", r.Auth)
	if r.Webhook != "" && auth.Webhook(r.Webhook) == nil {
		c.add(path+".webhook", "%q is not in spec.auth.webhooks", r.Webhook)
	}
	accepted := map[string]bool{
		CredentialJWT: len(auth.JWT) > 0, CredentialAPIKey: auth.APIKeys != nil && auth.APIKeys.Enabled,
		CredentialWebhook: r.Webhook != "", CredentialMTLS: len(auth.MTLS) > 0,
	}
	// Principals of other tenants bring tokens and keys of theirs, so that those are no mistake.
	for i, kind := range r.Auth {
		if !accepted[kind] && (kind == CredentialWebhook || kind == CredentialMTLS) {
			c.add(fmt.Sprintf("%s.auth[%d]", path, i), "the tenant accepts no such credential here: %s", map[string]string{
				CredentialWebhook: "the route names no webhook", CredentialMTLS: "spec.auth.mtls is empty",
			}[kind])
		}
	}
	if r.Anonymous && (r.Webhook != "" || len(r.Auth) > 0 || r.StepUp != nil) {
		c.add(path+".anonymous", "stands beside auth, webhook or step_up, which requests without a credential would get around")
	}
	if r.Webhook != "" && len(r.Auth) > 0 && !slices.Contains(r.Auth, CredentialWebhook) {
		c.add(path+".webhook", "has no effect: auth does not list webhook")
	}
	c.stepUp(path+".step_up", r.StepUp)
}

func (c *checker) credentialKinds(path string, kinds []string) {
	c.each(path, kinds, func(s string) bool { return slices.Contains(credentialKinds, s) }, alternatives(credentialKinds))
}

func (c *checker) stepUp(path string, s *StepUp) {
	if s == nil {
		return
	}
	if len(s.ACRValues)+len(s.AMR) == 0 && s.MaxAge == "" {
		c.add(path, "demands nothing: acr_values, amr or max_age says what")
	}
	isToken := func(s string) bool { return isText(s) && !strings.ContainsAny(s, " \"\\") }
	c.each(path+".acr_values", s.ACRValues, isToken, "a word without spaces and quotes")
	c.each(path+".amr", s.AMR, isToken, "a word without spaces and quotes")
	c.credentialKinds(path+".credentials", s.Credentials)
}

func (c *checker) clientCertificates(s *TenantSpec) {
	seen := map[string]bool{}
	for i, m := range s.Auth.MTLS {
		path := fmt.Sprintf("spec.auth.mtls[%d]", i)
		switch {
		case m.Principal == "":
		case !isPrincipalPattern(m.Principal):
			c.add(path+".principal", "%q is not a SPIFFE id (spiffe://TRUST-DOMAIN/PATH, or /* for its last segment) or a DNS name", m.Principal)
		case seen[m.Principal]:
			c.add(path+".principal", "%q is listed twice", m.Principal)
		}
		seen[m.Principal] = true
		c.text(path+".subject", m.Subject)
		c.knownRoles(path+".roles", m.Roles, s)
	}
}

// maxSPIFFE is the longest SPIFFE id, in bytes (SPIFFE-ID section 2.3).
const maxSPIFFE = 2048

const spiffeScheme = "spiffe://"

func isPrincipalPattern(s string) bool {
	if !strings.HasPrefix(s, spiffeScheme) {
		return isHost(s)
	}
	if below, ok := strings.CutSuffix(s, "/*"); ok {
		s = below
	}
	return isSPIFFE(s)
}

// isSPIFFE reports whether s is a SPIFFE id (SPIFFE-ID section 2): a trust domain and segments, without anything that two
// readers could read differently.
func isSPIFFE(s string) bool {
	rest, ok := strings.CutPrefix(s, spiffeScheme)
	if !ok || len(s) > maxSPIFFE {
		return false
	}
	for i, segment := range strings.Split(rest, "/") {
		if segment == "" || segment == "." || segment == ".." || !isSegment(segment, i == 0) {
			return false
		}
	}
	return true
}

func isSegment(s string, domain bool) bool {
	for i := range len(s) {
		c := s[i]
		if !isLower(c) && !isDigit(c) && c != '.' && c != '-' && c != '_' && (domain || c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// Matches reports whether the entry is for a certificate's name.
func (m *ClientCertificate) Matches(principal string) bool {
	below, prefix := strings.CutSuffix(m.Principal, "*")
	if !prefix {
		return m.Principal == principal
	}
	// What follows must be a SPIFFE id still: no empty segment, no dots that a reader resolves.
	return strings.HasPrefix(principal, below) && isSPIFFE(principal)
}
