package identity

import (
	"errors"
	"fmt"
	"time"

	"github.com/meshwarden/meshwarden/internal/jwks"
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

// key verifies the tokens of an issuer.
type key struct {
	jwks.Key
	issuer *issuer
}

func (k *key) name() keyName { return keyName{k.issuer.name, k.ID} }

// parseIssuers makes the keys of all of a tenant's issuers.
func parseIssuers(t *plane.Tenant) ([]*key, error) {
	var keys []*key
	seen := map[keyName]bool{}
	for i := range t.Spec.Auth.JWT {
		spec := &t.Spec.Auth.JWT[i]
		parsed, err := parseIssuer(t.Name, *spec)
		if err != nil {
			return nil, fmt.Errorf("issuer %q: %w", spec.Issuer, err)
		}
		for _, k := range parsed {
			if seen[k.name()] {
				return nil, fmt.Errorf("issuer %q: two keys have the id %q", spec.Issuer, k.ID)
			}
			seen[k.name()] = true
			keys = append(keys, k)
		}
	}
	return keys, nil
}

// parseIssuer believes nothing of what the control plane has checked, and checks it by the same code.
func parseIssuer(tenantName string, spec tenant.JWTIssuer) ([]*key, error) {
	spec.Default()
	if problems := spec.Validate(); len(problems) > 0 {
		return nil, fmt.Errorf("%s: %s", problems[0].Path, problems[0].Reason)
	}
	owner := &issuer{
		tenant: tenantName, name: spec.Issuer, audiences: spec.Audiences,
		roles: newClaimPath(spec.RolesClaim), groups: newClaimPath(spec.GroupsClaim), rolesOfGroup: spec.GroupRoles,
	}
	var err error
	if owner.leeway, err = time.ParseDuration(spec.Leeway); err != nil {
		return nil, fmt.Errorf("leeway: %w", err)
	}
	if owner.maxLifetime, err = time.ParseDuration(spec.MaxLifetime); err != nil {
		return nil, fmt.Errorf("max_lifetime: %w", err)
	}
	for _, name := range spec.RequiredClaims {
		owner.required = append(owner.required, newClaimPath(name))
	}
	parsed, err := parseKeys(&spec)
	if err != nil {
		return nil, err
	}
	keys := make([]*key, len(parsed))
	for i := range parsed {
		keys[i] = &key{parsed[i], owner}
	}
	return keys, nil
}

func parseKeys(spec *tenant.JWTIssuer) ([]jwks.Key, error) {
	switch {
	case spec.Secret != "":
		k, err := jwks.Secret(spec.Secret)
		if err != nil {
			return nil, fmt.Errorf("secret: %w", err)
		}
		return []jwks.Key{k}, nil
	case spec.JWKS != "":
		keys, errs := jwks.Parse([]byte(spec.JWKS))
		if len(errs) > 0 {
			return nil, fmt.Errorf("jwks: %w", errors.Join(errs...))
		}
		return keys, nil
	}
	return nil, errors.New("names a file of keys, which the control plane should have read")
}
