package identity

import (
	"errors"
	"fmt"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/remotejwks"
	"github.com/meshwarden/meshwarden/internal/jwks"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// issuer is how one tenant judges the tokens of one issuer. It is immutable.
type issuer struct {
	tenant, name  string
	sharing       sharing
	audiences     []string
	leeway        time.Duration
	maxLifetime   time.Duration
	required      []claimPath
	roles, groups claimPath
	rolesOfGroup  map[string][]string
	// keys are those that its configuration lists. Where they are fetched there are none: source says from where,
	// and set has them.
	keys   []*jwks.Key
	source remotejwks.Source
	set    *remotejwks.KeySet
}

// key verifies the tokens of an issuer. It is comparable: two are equal when the same version of a key is judged
// by the same version of its issuer.
type key struct {
	*jwks.Key
	issuer *issuer
}

func (k key) id() keyName { return keyName{k.issuer.name, k.ID} }

// parseIssuers reads all of a tenant's issuers.
func parseIssuers(t *plane.Tenant, sets KeySets) ([]*issuer, error) {
	issuers := make([]*issuer, len(t.Spec.Auth.JWT))
	alone := NewIndex(sets)
	for i := range t.Spec.Auth.JWT {
		spec := t.Spec.Auth.JWT[i]
		parsed, err := parseIssuer(t.Name, spec, sets)
		if err != nil {
			return nil, fmt.Errorf("issuer %q: %w", spec.Issuer, err)
		}
		if err := alone.add([]*issuer{parsed}); err != nil {
			return nil, fmt.Errorf("listed twice: %w", err)
		}
		issuers[i] = parsed
	}
	return issuers, nil
}

// parseIssuer believes nothing of what the control plane has checked, and checks it by the same code.
func parseIssuer(tenantName string, spec tenant.JWTIssuer, sets KeySets) (*issuer, error) {
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
	if spec.Fetched() {
		return owner, owner.follow(&spec, sets)
	}
	owner.keys, err = parseKeys(&spec)
	return owner, err
}

// follow finds the key set of an issuer whose keys are fetched.
func (i *issuer) follow(spec *tenant.JWTIssuer, sets KeySets) error {
	if sets == nil {
		return errors.New("keys are not fetched here")
	}
	refresh, err := time.ParseDuration(spec.JWKSRefresh)
	if err != nil {
		return fmt.Errorf("jwks_refresh: %w", err)
	}
	i.source = remotejwks.Source{URI: spec.JWKSURI, CA: spec.JWKSCA, Refresh: refresh}
	if spec.Discovery {
		i.source.Issuer = spec.Issuer
	}
	i.set = sets.Open(i.source)
	i.sharing = notAtAll
	if len(i.audiences) > 0 {
		i.sharing = byAudience
	}
	return nil
}

func parseKeys(spec *tenant.JWTIssuer) ([]*jwks.Key, error) {
	switch {
	case spec.Secret != "":
		k, err := jwks.Secret(spec.Secret)
		if err != nil {
			return nil, fmt.Errorf("secret: %w", err)
		}
		return []*jwks.Key{&k}, nil
	case spec.JWKS != "":
		parsed, errs := jwks.Parse([]byte(spec.JWKS))
		if len(errs) > 0 {
			return nil, fmt.Errorf("jwks: %w", errors.Join(errs...))
		}
		keys := make([]*jwks.Key, len(parsed))
		for i := range parsed {
			keys[i] = &parsed[i]
		}
		return keys, nil
	}
	return nil, errors.New("names a file of keys, which the control plane should have read")
}
