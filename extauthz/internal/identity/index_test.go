package identity_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lestrrat-go/jwx/v3/jwa"

	"github.com/meshwarden/meshwarden/extauthz/internal/identity"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

func named(name string, issuers ...tenant.JWTIssuer) *plane.Tenant {
	t := acme(issuers...)
	t.Name = name
	return t
}

func TestBadIssuersAreErrorsOfTheirTenant(t *testing.T) {
	t.Parallel()
	private := publicJWK("p256", nil)
	private["d"] = "hldxjxRWAwVPHZlkIJu2zYrVmzSgG8Z-lNmcpAAvYEg"
	for name, tc := range map[string]struct {
		issuer tenant.JWTIssuer
		want   string
	}{
		"no name":              {tenant.JWTIssuer{Secret: secret}, "issuer: is required"},
		"no keys":              {tenant.JWTIssuer{}, "needs jwks, jwks_file, jwks_uri, discovery, secret or secret_file"},
		"a file of keys":       {tenant.JWTIssuer{JWKSFile: "keys.json"}, "names a file of keys"},
		"two sources":          {tenant.JWTIssuer{Secret: secret, JWKS: keySet()}, "secret: stands beside jwks"},
		"short secret":         {tenant.JWTIssuer{Secret: "short"}, "secret: has 5 bytes"},
		"private key in a set": {tenant.JWTIssuer{JWKS: keySet(private)}, "jwks: keys[0] is a private key"},
		"the same id twice":    {tenant.JWTIssuer{JWKS: keySet(publicJWK("rsa", nil), publicJWK("p256", nil))}, `keys[1] has the id ""`},
		"leeway":               {tenant.JWTIssuer{Secret: secret, Leeway: "6m"}, "leeway: must be between 0s and 5m"},
		"lifetime":             {tenant.JWTIssuer{Secret: secret, MaxLifetime: "week"}, `max_lifetime: "week" is not a duration`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name != "no name" {
				tc.issuer.Issuer = "https://idp.bad"
			}
			ix, errs := (*identity.Index)(nil).With([]*plane.Tenant{named("bad", tc.issuer), acme(secretIssuer())})
			if err := errs["bad"]; err == nil || !strings.Contains(err.Error(), tc.want) || len(errs) != 1 {
				t.Errorf("errors %v, want %q", errs, tc.want)
			}
			if err := errs["bad"]; err != nil && strings.Contains(err.Error(), secret) {
				t.Error("the error holds the secret")
			}
			if _, why := verifier().Identify(t.Context(), ix, "acme", bearer(hs256(nil))); why != reason.Allowed {
				t.Errorf("the other tenant's token: %v", why)
			}
		})
	}
}

func TestTokenOfAnotherTenantsIssuerIsThatTenants(t *testing.T) {
	t.Parallel()
	other := secretIssuer()
	other.Issuer = "https://idp.globex"
	ix := index(t, acme(secretIssuer()), named("globex", other))
	id, why := verifier().Identify(t.Context(), ix, "acme", bearer(hs256(map[string]any{"iss": "https://idp.globex"})))
	if why != reason.Allowed || id.Tenant != "globex" {
		t.Errorf("%v, %v", id, why)
	}
}

func TestTenantsMayShareAnIssuerWithKeysOfTheirOwn(t *testing.T) {
	t.Parallel()
	set := func(pair, kid string) tenant.JWTIssuer {
		return tenant.JWTIssuer{Issuer: "https://idp.acme", JWKS: keySet(publicJWK(pair, map[string]any{"kid": kid}))}
	}
	ix, errs := (*identity.Index)(nil).With([]*plane.Tenant{named("c", set("ed25519", "one")), named("b", set("p256", "two")), named("a", set("rsa", "one"))})
	if err := errs["c"]; err == nil || !strings.Contains(err.Error(), "belongs to the tenant a") || len(errs) != 1 {
		t.Errorf("errors %v: only c should lose its claim to the key id", errs)
	}
	for _, tc := range []struct {
		alg       jwa.SignatureAlgorithm
		pair, kid string
		want      reason.Reason
		tenant    string
	}{
		{jwa.RS256(), "rsa", "one", reason.Allowed, "a"},
		{jwa.ES256(), "p256", "two", reason.Allowed, "b"},
		{jwa.EdDSA(), "ed25519", "one", reason.CredentialInvalid, ""},
		{jwa.RS256(), "rsa", "two", reason.CredentialInvalid, ""},
	} {
		id, why := verifier().Identify(t.Context(), ix, "a", bearer(sign(tc.alg, pairs()[tc.pair], map[string]any{"kid": tc.kid}, claims(nil))))
		if why != tc.want || id != nil && id.Tenant != tc.tenant {
			t.Errorf("%s with %s: %v, %v", tc.pair, tc.kid, id, why)
		}
	}
}

func TestKeyIDMayBeMissingWhereThereIsOneKey(t *testing.T) {
	t.Parallel()
	ix := index(t, acme(tenant.JWTIssuer{Issuer: "https://idp.acme", JWKS: keySet(publicJWK("p256", map[string]any{"kid": "k"}))}),
		named("globex", tenant.JWTIssuer{Issuer: "https://idp.globex", Secret: secret}))
	for name, tc := range map[string]struct {
		token string
		want  reason.Reason
	}{
		"token without, key with":         {sign(jwa.ES256(), pairs()["p256"], nil, claims(nil)), reason.Allowed},
		"token with another than the key": {sign(jwa.ES256(), pairs()["p256"], map[string]any{"kid": "x"}, claims(nil)), reason.CredentialInvalid},
		"token with, secret without":      {sign(jwa.HS256(), []byte(secret), map[string]any{"kid": "x"}, claims(map[string]any{"iss": "https://idp.globex"})), reason.Allowed},
	} {
		if id, why := verifier().Identify(t.Context(), ix, "acme", bearer(tc.token)); why != tc.want {
			t.Errorf("%s: %v, %v", name, id, why)
		}
	}
}

// Whoever edits one tenant must not be able to make the tokens of another unreadable.
func TestListingAnothersIssuerLeavesItsTokensAlone(t *testing.T) {
	t.Parallel()
	lists := func(name, pair, kid string, grants ...string) *plane.Tenant {
		members := map[string]any{}
		if kid != "" {
			members["kid"] = kid
		}
		p := named(name, tenant.JWTIssuer{Issuer: "https://idp.acme", JWKS: keySet(publicJWK(pair, members))})
		for _, g := range grants {
			p.Spec.Grants = append(p.Spec.Grants, tenant.Grant{Tenant: g, Roles: []string{"viewer"}})
		}
		return p
	}
	token := func(alg jwa.SignatureAlgorithm, pair, kid string) string {
		header := map[string]any{}
		if kid != "" {
			header["kid"] = kid
		}
		return "Bearer " + (sign(alg, pairs()[pair], header, claims(nil)))
	}
	partner := named("partner")
	partner.Spec.Grants = []tenant.Grant{{Tenant: "victim", Roles: []string{"viewer"}}}
	for name, tc := range map[string]struct {
		victim, attacker *plane.Tenant
		token            string
	}{
		"a token without an id":           {lists("victim", "rsa", "one"), lists("attacker", "p256", "two"), token(jwa.RS256(), "rsa", "")},
		"the same algorithm":              {lists("victim", "rsa", "one"), lists("attacker", "rsa2", "two"), token(jwa.RS256(), "rsa", "")},
		"a key without an id":             {lists("victim", "rsa", ""), lists("attacker", "rsa2", "one"), token(jwa.RS256(), "rsa", "one")},
		"the victim's own key":            {lists("victim", "rsa", "one"), lists("attacker", "rsa", "two"), token(jwa.RS256(), "rsa", "")},
		"the victim's own key and its id": {lists("victim", "rsa", ""), lists("attacker", "rsa", "one"), token(jwa.RS256(), "rsa", "one")},
	} {
		ix := index(t, tc.attacker, tc.victim, partner)
		v := verifier()
		if own := strings.HasPrefix(name, "the victim's own"); own {
			// Remembered for the host of whoever trusts the same key.
			if id, why := v.Identify(t.Context(), ix, "attacker", identity.Credentials{Authorization: tc.token}); why != reason.Allowed || id.Tenant != "attacker" {
				t.Errorf("%s, at the attacker's: %v %v", name, id, why)
			}
		}
		for _, host := range []string{"victim", "partner", "victim"} {
			if id, why := v.Identify(t.Context(), ix, host, identity.Credentials{Authorization: tc.token}); why != reason.Allowed || id.Tenant != "victim" {
				t.Errorf("%s, at %s: %v %v", name, host, id, why)
			}
		}
		if id, why := v.Identify(t.Context(), index(t, tc.attacker, partner), "victim", identity.Credentials{Authorization: tc.token}); id != nil && id.Tenant == "victim" {
			t.Errorf("%s, when the victim is gone: %v %v", name, id, why)
		}
	}
}

func TestNoTenantsIdentifyNobody(t *testing.T) {
	t.Parallel()
	for name, ix := range map[string]*identity.Index{"nil": nil, "empty": index(t)} {
		if _, why := verifier().Identify(t.Context(), ix, "acme", bearer(hs256(nil))); why != reason.CredentialInvalid {
			t.Errorf("%s: %v", name, why)
		}
	}
}

func tenants(n int, set string) []*plane.Tenant {
	list := make([]*plane.Tenant, n)
	for i := range list {
		list[i] = named(fmt.Sprintf("t%04d", i), tenant.JWTIssuer{Issuer: fmt.Sprint("https://idp/", i), JWKS: set})
	}
	return list
}

func BenchmarkIndex(b *testing.B) {
	all := tenants(1000, keySet(publicJWK("rsa", map[string]any{"kid": "a"}), publicJWK("rsa2", map[string]any{"kid": "b"})))
	b.Run("1000 tenants from nothing", func(b *testing.B) {
		for b.Loop() {
			index(b, all...)
		}
	})
	b.Run("1000 tenants, one edited", func(b *testing.B) {
		ix := index(b, all...)
		for i := 0; b.Loop(); i++ {
			all[500] = named("t0500", tenant.JWTIssuer{Issuer: "https://idp/500", Audiences: []string{fmt.Sprint(i)}, JWKS: all[500].Spec.Auth.JWT[0].JWKS})
			var errs map[string]error
			if ix, errs = ix.With(all); len(errs) > 0 {
				b.Fatal(errs)
			}
		}
	})
}
