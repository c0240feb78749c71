package identity

import (
	"errors"
	"fmt"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// issuer is how one tenant judges the tokens of one issuer. It is immutable.
type issuer struct {
	tenant, name  string
	audiences     []string
	leeway        time.Duration
	maxLifetime   time.Duration
	required      []claimPath
	roles, groups claimPath
	rolesOfGroup  map[string][]string
}

// key verifies the tokens of an issuer. Which algorithms may be used with it is the key's property: a token's
// header chooses among them and never what kind of key it is.
type key struct {
	issuer *issuer
	// id is empty for a shared secret and for a public key without one.
	id         string
	algorithms []jwa.SignatureAlgorithm
	// material is a []byte, *rsa.PublicKey, *ecdsa.PublicKey or ed25519.PublicKey.
	material any
}

func (k *key) name() keyName { return keyName{k.issuer.name, k.id} }

// algorithm returns the one that a token's header names, if the key may be used with it.
func (k *key) algorithm(name string) (jwa.SignatureAlgorithm, bool) {
	for _, a := range k.algorithms {
		if a.String() == name {
			return a, true
		}
	}
	return jwa.SignatureAlgorithm{}, false
}

// Defaults and bounds of tenant.JWTIssuer, for documents that come without them.
const (
	defaultLeeway   = 30 * time.Second
	maxLeeway       = 5 * time.Minute
	defaultLifetime = time.Hour
	maxLifetime     = 24 * time.Hour
	minSecretBytes  = 32
)

// parseIssuers makes the keys of all of a tenant's issuers.
func parseIssuers(t *plane.Tenant) ([]*key, error) {
	var keys []*key
	seen := map[keyName]bool{}
	for i := range t.Spec.Auth.JWT {
		spec := &t.Spec.Auth.JWT[i]
		parsed, err := parseIssuer(t.Name, spec)
		if err != nil {
			return nil, fmt.Errorf("issuer %q: %w", spec.Issuer, err)
		}
		for _, k := range parsed {
			if seen[k.name()] {
				return nil, fmt.Errorf("issuer %q: two keys have the id %q", spec.Issuer, k.id)
			}
			seen[k.name()] = true
			keys = append(keys, k)
		}
	}
	return keys, nil
}

func parseIssuer(tenantName string, spec *tenant.JWTIssuer) ([]*key, error) {
	if spec.Issuer == "" {
		return nil, errors.New("has no name")
	}
	leeway, err := span(spec.Leeway, defaultLeeway, maxLeeway)
	if err != nil {
		return nil, fmt.Errorf("leeway: %w", err)
	}
	lifetime, err := span(spec.MaxLifetime, defaultLifetime, maxLifetime)
	if err != nil {
		return nil, fmt.Errorf("max_lifetime: %w", err)
	}
	owner := &issuer{
		tenant: tenantName, name: spec.Issuer, audiences: spec.Audiences, leeway: leeway, maxLifetime: lifetime,
		roles: newClaimPath(spec.RolesClaim, "roles"), groups: newClaimPath(spec.GroupsClaim, "groups"),
		rolesOfGroup: spec.GroupRoles,
	}
	for _, name := range spec.RequiredClaims {
		owner.required = append(owner.required, newClaimPath(name, ""))
	}
	switch {
	case spec.Secret != "" && spec.JWKS != "":
		return nil, errors.New("has both a secret and a key set")
	case spec.Secret != "":
		if len(spec.Secret) < minSecretBytes {
			return nil, fmt.Errorf("the secret has %d bytes; HS256 needs at least %d (RFC 7518)", len(spec.Secret), minSecretBytes)
		}
		return []*key{{issuer: owner, algorithms: []jwa.SignatureAlgorithm{jwa.HS256()}, material: []byte(spec.Secret)}}, nil
	case spec.JWKS != "":
		return parseKeySet([]byte(spec.JWKS), owner)
	}
	return nil, errors.New("has no keys")
}

func span(text string, unset, most time.Duration) (time.Duration, error) {
	if text == "" {
		return unset, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, err
	}
	if d < 0 || d > most {
		return 0, fmt.Errorf("%v is not between 0 and %v", d, most)
	}
	return d, nil
}
