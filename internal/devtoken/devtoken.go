// Package devtoken signs tokens with a tenant's development key, for trying things and for tests. It knows
// how the tenant's issuer is configured and nothing of how tokens are verified.
package devtoken

import (
	"fmt"
	"maps"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwt"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// Request is what a token should say.
type Request struct {
	Subject string
	Roles   []string
	// Lifetime is above 0 and at most the issuer's max_lifetime.
	Lifetime time.Duration
	// Issuer chooses among the tenant's development issuers; empty takes the first.
	Issuer string
	// Claims are added, and replace those that the rest of the request makes.
	Claims map[string]any
}

// Sign returns a token of the tenant. It refuses tenants that declare no development key, and what the tenant
// would not accept.
func Sign(t *plane.Tenant, r Request, now time.Time) (string, error) {
	issuer, err := find(t, r.Issuer)
	if err != nil {
		return "", err
	}
	most, err := time.ParseDuration(issuer.MaxLifetime)
	if err != nil {
		return "", fmt.Errorf("tenant %s: max_lifetime: %w", t.Name, err)
	}
	if r.Lifetime <= 0 || r.Lifetime > most {
		return "", fmt.Errorf("tenant %s accepts tokens that live at most %v, not %v", t.Name, most, r.Lifetime)
	}
	claims := claimsOf(issuer, r, now)
	for _, name := range issuer.RequiredClaims {
		if claims[name] == nil {
			return "", fmt.Errorf("tenant %s demands the claim %q: add --claim %s=VALUE", t.Name, name, name)
		}
	}
	token := jwt.New()
	for name, value := range claims {
		if err := token.Set(name, value); err != nil {
			return "", fmt.Errorf("claim %s: %w", name, err)
		}
	}
	signed, err := jwt.Sign(token, jwt.WithKey(jwa.HS256(), []byte(issuer.Secret)))
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return string(signed), nil
}

func find(t *plane.Tenant, name string) (*tenant.JWTIssuer, error) {
	for i := range t.Spec.Auth.JWT {
		if j := &t.Spec.Auth.JWT[i]; j.Development && j.Secret != "" && (name == "" || j.Issuer == name) {
			return j, nil
		}
	}
	if name != "" {
		return nil, fmt.Errorf("tenant %s has no development key for the issuer %q", t.Name, name)
	}
	return nil, fmt.Errorf("tenant %s has no development key: that is an issuer in spec.auth.jwt with a secret and development: true", t.Name)
}

func claimsOf(issuer *tenant.JWTIssuer, r Request, now time.Time) map[string]any {
	claims := map[string]any{
		"iss": issuer.Issuer,
		"sub": r.Subject,
		"iat": now.Unix(),
		"exp": now.Add(r.Lifetime).Unix(),
	}
	if len(r.Roles) > 0 {
		// A claim of this very name is found before a path through objects is tried.
		claims[issuer.RolesClaim] = r.Roles
	}
	if len(issuer.Audiences) > 0 {
		claims["aud"] = issuer.Audiences[0]
	}
	maps.Copy(claims, r.Claims)
	return claims
}
