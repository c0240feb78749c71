package tenant

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Default fills the fields that are left out. It is idempotent.
func (t *Tenant) Default() {
	setDefaults(reflect.ValueOf(&t.Spec).Elem())
	for i := range t.Spec.Quotas {
		t.Spec.Quotas[i].Default()
	}
}

// Validate returns everything that is wrong with a defaulted tenant by itself. References to other objects,
// files and key sets are checked by internal/config.
func (t *Tenant) Validate() []Problem {
	var c checker
	s := &t.Spec
	c.header(KindTenant, t.APIVersion, t.Kind, t.Metadata)
	c.fields("spec", reflect.ValueOf(*s))
	c.each("spec.hosts", s.Hosts, isHost, "a host: an exact DNS name or IPv4 address in lower case, without port, wildcard or dot at the end")
	for i := range s.Auth.JWT {
		j, path := &s.Auth.JWT[i], fmt.Sprintf("spec.auth.jwt[%d]", i)
		c.issuer(path, j)
		for _, group := range sorted(j.GroupRoles) {
			c.knownRoles(path+".group_roles."+group, j.GroupRoles[group], s)
		}
	}
	c.lockout("spec.auth.lockout", &s.Auth.Lockout)
	c.webhooks(s)
	c.clientCertificates(s)
	c.roles(s)
	for i, g := range s.Grants {
		c.grant(fmt.Sprintf("spec.grants[%d]", i), g, t)
	}
	c.timezone("spec.timezone", s.Timezone)
	c.signals("spec.signals", &s.Signals)
	if s.Conditions != nil {
		c.conditions("spec.conditions", s.Conditions)
	}
	c.routes(s)
	c.quotas(s)
	if s.CORS != nil {
		c.cors("spec.cors", s.CORS)
	}
	return c.problems
}

func (c *checker) name(path, name string) {
	if name != "" && !isName(name) {
		c.add(path, "%q is not %s", name, nameRule)
	}
}

func (c *checker) text(path, value string) {
	if value != "" && !isText(value) {
		c.add(path, "is not %s", textRule)
	}
}

// What no issuer's max_lifetime and leeway exceed.
const (
	MaxTokenLifetime = 24 * time.Hour
	MaxTokenLeeway   = 5 * time.Minute
)

// Default fills the fields that are left out. It is idempotent.
func (j *JWTIssuer) Default() { setDefaults(reflect.ValueOf(j).Elem()) }

// Validate returns what is wrong with a defaulted issuer by itself: neither its keys nor the roles of its
// groups are looked at. Paths are relative to it, and "jwt" for the whole.
func (j *JWTIssuer) Validate() []Problem {
	var c checker
	c.fields("jwt", reflect.ValueOf(*j))
	c.issuer("jwt", j)
	return c.relativeTo("jwt")
}

// Default fills the fields that are left out. It is idempotent.
func (l *Lockout) Default() { setDefaults(reflect.ValueOf(l).Elem()) }

// Validate returns what is wrong with defaulted limits. Paths are relative to them.
func (l *Lockout) Validate() []Problem {
	var c checker
	c.fields("lockout", reflect.ValueOf(*l))
	c.lockout("lockout", l)
	return c.relativeTo("lockout")
}

func (c *checker) lockout(path string, l *Lockout) {
	c.each(path+".exempt", l.Exempt, isNetwork, networkRule)
}

// issuer checks what the struct tags cannot say.
func (c *checker) issuer(path string, j *JWTIssuer) {
	c.text(path+".issuer", j.Issuer)
	c.keySource(path, j)
	c.each(path+".audiences", j.Audiences, isText, textRule)
	c.each(path+".required_claims", j.RequiredClaims, isText, textRule)
	c.text(path+".roles_claim", j.RolesClaim)
	c.text(path+".groups_claim", j.GroupsClaim)
	for _, group := range sorted(j.GroupRoles) {
		c.text(path+".group_roles."+group, group)
	}
}

func (c *checker) keySource(path string, j *JWTIssuer) {
	discovery := ""
	if j.Discovery {
		discovery = "true"
	}
	c.exactlyOne(path, []alternative{
		{"jwks", j.JWKS}, {"jwks_file", j.JWKSFile}, {"jwks_uri", j.JWKSURI}, {"discovery", discovery},
		{"secret", j.Secret}, {"secret_file", j.SecretFile},
	})
	if j.Development && j.Secret == "" && j.SecretFile == "" {
		c.add(path+".development", "needs a secret: only a shared key can sign development tokens")
	}
	if j.JWKSURI != "" && !isFetchURL(j.JWKSURI) {
		c.add(path+".jwks_uri", "is not %s", fetchURLRule)
	}
	if j.Discovery && (!isFetchURL(j.Issuer) || strings.Contains(j.Issuer, "?")) {
		c.add(path+".discovery", "needs an issuer that is %s, without a query", fetchURLRule)
	}
	c.authority(path, j)
}

// authority checks that who signs the fetched server's certificate is said at most once, and not in vain.
func (c *checker) authority(path string, j *JWTIssuer) {
	switch {
	case j.JWKSCA == "" && j.JWKSCAFile == "":
	case j.JWKSCA != "" && j.JWKSCAFile != "":
		c.add(path+".jwks_ca_file", "stands beside jwks_ca")
	case !j.Fetched():
		c.add(path+".jwks_ca", "needs jwks_uri or discovery: nothing else is fetched")
	case len(j.JWKSCA) > maxAuthority:
		c.add(path+".jwks_ca", "has %d bytes; at most %d are allowed", len(j.JWKSCA), maxAuthority)
	}
}

// maxAuthority bounds the certificates of one issuer's server.
const maxAuthority = 64 << 10

// Fetched reports whether the issuer's keys are fetched from it.
func (j *JWTIssuer) Fetched() bool { return j.JWKSURI != "" || j.Discovery }

func (c *checker) grant(path string, g Grant, t *Tenant) {
	switch {
	case g.Tenant == "":
	case !isLabel(g.Tenant):
		c.add(path+".tenant", "%q is not the name of a tenant", g.Tenant)
	case g.Tenant == t.Metadata.Name:
		c.add(path+".tenant", "is this tenant; its own principals need no grant")
	}
	c.each(path+".subjects", g.Subjects, isText, textRule)
	c.knownRoles(path+".roles", g.Roles, &t.Spec)
	c.expiry(path+".expires", g.Expires)
}

func (c *checker) knownRoles(path string, roles []string, s *TenantSpec) {
	for i, role := range roles {
		if !s.HasRole(role) {
			c.add(fmt.Sprintf("%s[%d]", path, i), "role %q is neither in spec.roles nor %s", role, alternatives(sorted(builtinRoles)))
		}
	}
}

func (c *checker) cors(path string, cors *CORS) {
	for i, origin := range cors.Origins {
		at := fmt.Sprintf("%s.origins[%d]", path, i)
		switch {
		case origin == "*" && len(cors.Origins) > 1:
			c.add(at, `"*" must stand alone`)
		case origin == "*" && cors.Credentials:
			c.add(at, `"*" with credentials is refused by browsers; list the origins`)
		case origin != "*" && !isOrigin(origin):
			c.add(at, "%q is not an origin: http:// or https://, a host in lower case, a port unless it is the scheme's own, nothing after it", origin)
		case slices.Contains(cors.Origins[:i], origin):
			c.add(at, "%q is listed twice", origin)
		}
	}
	c.each(path+".methods", cors.Methods, isMethod, methodRule)
	c.each(path+".headers", cors.Headers, IsHeaderName, "a header name in lower case")
}
