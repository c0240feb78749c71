package config

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/meshwarden/meshwarden/internal/tenant"
)

// maxSecretBytes bounds a secret file.
const maxSecretBytes = 4096

// tenantFile is one tenant's YAML without problems of its own, and what it has to do with other objects.
type tenantFile struct {
	spec       tenant.TenantSpec
	references []reference
	claims     []claim
}

// reference names another object.
type reference struct {
	place
	// field is where the name stands, kind what it names.
	field string
	kind  referenceKind
	name  string
}

type referenceKind int

const (
	toUpstream referenceKind = iota
	toScanPolicy
	toTenant
)

// claim is something that only one tenant may have.
type claim struct {
	place
	field string
	// key identifies it among all claims; text names it in reasons.
	key, text string
}

func parseTenant(name string) func(*tree, []byte) (*tenantFile, []*file, []flaw) {
	return func(t *tree, data []byte) (*tenantFile, []*file, []flaw) {
		var object tenant.Tenant
		d := read(data, &object, header{&object.Kind, &object.Metadata}, tenant.KindTenant, name)
		if d.unreadable || object.Kind != tenant.KindTenant {
			return nil, nil, d.flaws
		}
		parsed := &tenantFile{spec: object.Spec}
		needs := parsed.credentials(t, d)
		parsed.refer(d)
		return parsed, needs, d.flaws
	}
}

// credentials puts the content of named files into the specification and collects the keys that it claims.
func (p *tenantFile) credentials(t *tree, d *document) (needs []*file) {
	for i := range p.spec.Auth.JWT {
		j, path := &p.spec.Auth.JWT[i], fmt.Sprintf("spec.auth.jwt[%d]", i)
		field := path + ".jwks"
		if j.JWKSFile != "" && j.JWKS == "" {
			field = path + ".jwks_file"
			if f := inline(t, d, field, j.JWKSFile); f != nil {
				needs = append(needs, f)
				j.JWKS, j.JWKSFile = string(f.data), ""
			}
		}
		if j.SecretFile != "" && j.Secret == "" {
			if f := inline(t, d, path+".secret_file", j.SecretFile); f != nil {
				needs = append(needs, f)
				j.Secret, j.SecretFile = secretIn(d, path+".secret_file", f), ""
			}
		}
		p.claimKeys(d, path, field, j)
	}
	return needs
}

// inline reads a file that a field names; it is nil for a name outside of the directory.
func inline(t *tree, d *document, field, name string) *file {
	if !filepath.IsLocal(name) {
		d.add(d.at(field), "%s: %s: must be a path inside the configuration directory, relative to it", field, name)
		return nil
	}
	f := &file{path: filepath.ToSlash(filepath.Clean(name))}
	if t.refresh(f); f.reason != "" {
		d.add(d.at(field), "%s: %s: %s", field, f.path, f.reason)
	}
	return f
}

// secretIn is the secret that a file holds: all of it but one line ending.
func secretIn(d *document, field string, f *file) string {
	if f.reason != "" {
		return ""
	}
	secret := strings.TrimSuffix(strings.TrimSuffix(string(f.data), "\n"), "\r")
	if len(secret) > maxSecretBytes {
		d.add(d.at(field), "%s: %s: has %d bytes; at most %d are read", field, f.path, len(secret), maxSecretBytes)
	} else if reason := tenant.ValidateSecret(secret); reason != "" {
		d.add(d.at(field), "%s: %s: %s", field, f.path, reason)
	}
	return secret
}

// claimKeys checks an issuer's key set and claims (issuer, key id) for each of its keys. A shared secret has
// no key id.
func (p *tenantFile) claimKeys(d *document, path, field string, j *tenant.JWTIssuer) {
	ids := []string{""}
	if j.JWKS != "" {
		var reason string
		if ids, reason = keyIDs([]byte(j.JWKS)); reason != "" {
			d.add(d.at(field), "%s: %s", field, reason)
			return
		}
	}
	if j.Issuer == "" {
		return
	}
	for _, id := range ids {
		c := claim{place: d.at(path + ".issuer"), field: path + ".issuer", key: "key\x00" + j.Issuer + "\x00" + id}
		c.text = fmt.Sprintf("issuer %q with key id %q", j.Issuer, id)
		if id == "" {
			c.text = fmt.Sprintf("issuer %q without key ids", j.Issuer)
		}
		for _, other := range p.claims {
			if other.key == c.key {
				d.add(c.place, "%s: %s is listed twice", c.field, c.text)
			}
		}
		p.claims = append(p.claims, c)
	}
}

// refer collects the hosts that the tenant claims and the objects that it names.
func (p *tenantFile) refer(d *document) {
	for i, host := range p.spec.Hosts {
		path := fmt.Sprintf("spec.hosts[%d]", i)
		p.claims = append(p.claims, claim{place: d.at(path), field: path, key: "host\x00" + host, text: fmt.Sprintf("host %q", host)})
	}
	refer := func(kind referenceKind, path, name string) {
		if name != "" {
			p.references = append(p.references, reference{d.at(path), path, kind, name})
		}
	}
	for i, g := range p.spec.Grants {
		refer(toTenant, fmt.Sprintf("spec.grants[%d].tenant", i), g.Tenant)
	}
	for i, r := range p.spec.Routes {
		refer(toUpstream, fmt.Sprintf("spec.routes[%d].upstream", i), r.Upstream)
		refer(toScanPolicy, fmt.Sprintf("spec.routes[%d].scan_policy", i), r.ScanPolicy)
	}
	refer(toScanPolicy, "spec.scan_policy", p.spec.ScanPolicy)
}
