package config

import (
	"crypto/x509"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/meshwarden/meshwarden/internal/jwks"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// maxSecretBytes bounds a secret.
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
	// family are the claims that can stand beside each other only when all are of one kind and none is exclusive;
	// "" for a claim without such others.
	family    string
	kind      claimKind
	exclusive bool
}

// claimKind is what of an issuer a tenant claims.
type claimKind int

const (
	ofKeys claimKind = iota
	ofAudiences
)

func parseTenant(name string) func(*tree, []byte) (*tenantFile, []*file, []flaw) {
	return func(t *tree, data []byte) (*tenantFile, []*file, []flaw) {
		var object tenant.Tenant
		d := read(data, &object, header{&object.Kind, &object.Metadata}, tenant.KindTenant, name)
		if d.unreadable || object.Kind != tenant.KindTenant {
			return nil, nil, d.flaws
		}
		parsed := &tenantFile{spec: object.Spec}
		needs := append(parsed.credentials(t, d), parsed.rules(t, d)...)
		parsed.refer(d)
		return parsed, needs, d.flaws
	}
}

// credentials puts the content of named files into the specification, checks the keys and collects the ids that
// they claim.
func (p *tenantFile) credentials(t *tree, d *document) (needs []*file) {
	for i := range p.spec.Auth.JWT {
		j, path := &p.spec.Auth.JWT[i], fmt.Sprintf("spec.auth.jwt[%d]", i)
		source := keySource{document: d, field: path + ".jwks"}
		switch {
		case j.JWKS != "":
		case j.JWKSFile != "":
			source.field += "_file"
			if source.file = inline(t, d, source.field, j.JWKSFile); source.file != nil {
				j.JWKS, j.JWKSFile = string(source.file.data), ""
			}
		case j.Secret != "":
			source.field = path + ".secret"
		case j.SecretFile != "":
			source.field = path + ".secret_file"
			if source.file = inline(t, d, source.field, j.SecretFile); source.file != nil {
				j.Secret, j.SecretFile = secretIn(source.file.data), ""
			}
		}
		needs = append(needs, p.authority(t, d, path, j)...)
		if source.file != nil {
			needs = append(needs, source.file)
		}
		if source.file == nil || source.file.reason == "" {
			p.claimIssuer(d, path+".issuer", j, source.ids(j))
		}
	}
	for i := range p.spec.Auth.Webhooks {
		needs = append(needs, webhookSecrets(t, d, fmt.Sprintf("spec.auth.webhooks[%d]", i), &p.spec.Auth.Webhooks[i])...)
	}
	return needs
}

// webhookSecrets puts the secrets of named files behind those that stand in the specification.
func webhookSecrets(t *tree, d *document, path string, w *tenant.Webhook) (needs []*file) {
	for i, name := range w.SecretFiles {
		field := fmt.Sprintf("%s.secret_files[%d]", path, i)
		f := inline(t, d, field, name)
		if f == nil {
			continue
		}
		if needs = append(needs, f); f.reason == "" {
			secret := secretIn(f.data)
			if secret == "" || len(secret) > maxSecretBytes {
				d.add(d.at(field), "%s: %s: must hold a secret of 1 to %d bytes", field, f.path, maxSecretBytes)
			}
			w.Secrets = append(w.Secrets, secret)
		}
	}
	w.SecretFiles = nil
	return needs
}

// keySource is where an issuer's keys come from: a field, and the file that it names, if it does.
type keySource struct {
	*document
	field string
	file  *file
}

// authority puts the certificates that sign a fetched server's into the specification, and checks them.
func (p *tenantFile) authority(t *tree, d *document, path string, j *tenant.JWTIssuer) (needs []*file) {
	field := path + ".jwks_ca"
	if j.JWKSCAFile != "" {
		field += "_file"
		f := inline(t, d, field, j.JWKSCAFile)
		if f == nil {
			return nil
		}
		needs = append(needs, f)
		if f.reason != "" {
			return needs
		}
		j.JWKSCA, j.JWKSCAFile = string(f.data), ""
	}
	if j.JWKSCA != "" && !x509.NewCertPool().AppendCertsFromPEM([]byte(j.JWKSCA)) {
		d.add(d.at(field), "%s: holds no certificate in PEM", field)
	}
	return needs
}

// ids are those of an issuer's keys, without any that is wrong. A shared secret has the id "".
func (s keySource) ids(j *tenant.JWTIssuer) (ids []string) {
	if j.JWKS != "" {
		keys, errs := jwks.Parse([]byte(j.JWKS))
		for _, err := range errs {
			s.refuse(err)
		}
		for _, k := range keys {
			ids = append(ids, k.ID)
		}
	} else if j.Secret != "" || s.file != nil {
		ids = []string{""}
		if _, err := jwks.Secret(j.Secret); err != nil {
			s.refuse(err)
		} else if len(j.Secret) > maxSecretBytes {
			s.refuse(fmt.Errorf("has %d bytes; at most %d are allowed", len(j.Secret), maxSecretBytes))
		}
	}
	return ids
}

func (s keySource) refuse(err error) {
	if s.file != nil {
		err = fmt.Errorf("%s: %w", s.file.path, err)
	}
	s.add(s.at(s.field), "%s: %v", s.field, err)
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
func secretIn(data []byte) string {
	return strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
}

// claimIssuer claims (issuer, key id) for each key that is listed, or (issuer, audience) where the keys are fetched
// and so not ours to know; without audiences that is all of the issuer.
func (p *tenantFile) claimIssuer(d *document, field string, j *tenant.JWTIssuer, ids []string) {
	if j.Issuer == "" {
		return
	}
	c := claim{place: d.at(field), field: field, family: "issuer\x00" + j.Issuer}
	for _, id := range ids {
		c.key = "key\x00" + j.Issuer + "\x00" + id
		c.text = fmt.Sprintf("issuer %q with key id %q", j.Issuer, id)
		if id == "" {
			c.text = fmt.Sprintf("issuer %q without key ids", j.Issuer)
		}
		p.claim(d, c)
	}
	if !j.Fetched() {
		return
	}
	c.kind = ofAudiences
	for _, a := range j.Audiences {
		c.key, c.text = "audience\x00"+j.Issuer+"\x00"+a, fmt.Sprintf("issuer %q with the audience %q", j.Issuer, a)
		p.claim(d, c)
	}
	if len(j.Audiences) == 0 {
		c.key, c.text, c.exclusive = c.family, fmt.Sprintf("issuer %q for all audiences", j.Issuer), true
		p.claim(d, c)
	}
}

func (p *tenantFile) claim(d *document, c claim) {
	for _, other := range p.claims {
		switch {
		case other.key == c.key:
			d.add(c.place, "%s: %s is listed twice", c.field, c.text)
		case c.rules(other):
			d.add(c.place, "%s: %s stands beside %s", c.field, c.text, other.text)
		}
	}
	p.claims = append(p.claims, c)
}

// rules reports whether two claims of one family rule each other out.
func (c *claim) rules(other claim) bool {
	return c.family != "" && c.family == other.family && (c.kind != other.kind || c.exclusive || other.exclusive)
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
