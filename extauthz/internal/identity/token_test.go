package identity_test

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/lestrrat-go/jwx/v3/jwa"

	"github.com/meshwarden/meshwarden/extauthz/internal/identity"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

func TestEveryAlgorithmOfAKeyVerifies(t *testing.T) {
	t.Parallel()
	for pair, algorithms := range map[string][]jwa.SignatureAlgorithm{
		"rsa":     {jwa.RS256(), jwa.RS384(), jwa.RS512(), jwa.PS256(), jwa.PS384(), jwa.PS512()},
		"p256":    {jwa.ES256()},
		"p384":    {jwa.ES384()},
		"p521":    {jwa.ES512()},
		"ed25519": {jwa.EdDSA(), jwa.EdDSAEd25519()},
	} {
		ix := index(t, acme(tenant.JWTIssuer{Issuer: "https://idp.acme", JWKS: keySet(publicJWK(pair, map[string]any{"kid": "k"}))}))
		for _, alg := range algorithms {
			token := sign(alg, pairs()[pair], map[string]any{"kid": "k"}, claims(nil))
			id, why := verifier().Identify(t.Context(), ix, "acme", bearer(token))
			if why != reason.Allowed || id.Subject != "alice" || id.KeyID != "k" {
				t.Errorf("%s: %v, %v", alg, id, why)
			}
			if id, why := verifier().Identify(t.Context(), ix, "acme", bearer(flip(token, 2))); why != reason.CredentialInvalid {
				t.Errorf("%s with a changed signature: %v, %v", alg, id, why)
			}
		}
	}
}

func TestTokenBecomesAnIdentity(t *testing.T) {
	t.Parallel()
	issuer := secretIssuer()
	issuer.RolesClaim, issuer.GroupsClaim = "realm_access.roles", "https://acme.example/groups"
	issuer.GroupRoles = map[string][]string{"ops": {"admin", "viewer"}, "eng": {"editor"}}
	ix := index(t, acme(issuer))
	id, why := verifier().Identify(t.Context(), ix, "acme", bearer(hs256(map[string]any{
		"realm_access":                map[string]any{"roles": []string{"viewer", "a,b", "with space"}},
		"https://acme.example/groups": []string{"ops", "unmapped"},
		"scope":                       "orders:read orders:write", "amr": []string{"pwd", "otp"}, "acr": "2", "auth_time": now.Unix() - 60,
	})))
	if why != reason.Allowed {
		t.Fatal(why)
	}
	want := identity.Identity{
		IdentityInput: policy.IdentityInput{
			Kind: policy.KindJWT, Subject: "alice", Tenant: "acme",
			Roles: []string{"viewer", "admin"}, Groups: []string{"ops", "unmapped"}, Scopes: []string{"orders:read", "orders:write"},
			AMR: []string{"pwd", "otp"}, ACR: "2", AuthTime: now.Add(-time.Minute),
		},
		Expires: now.Add(time.Hour + 30*time.Second),
	}
	if diff := cmp.Diff(want, *id, cmpopts.IgnoreFields(policy.IdentityInput{}, "Claims")); diff != "" {
		t.Error(diff)
	}
	if got := id.Claims.String(); !strings.Contains(got, `"sub": "alice"`) || !strings.Contains(got, `"exp": 1795525200`) {
		t.Errorf("claims: %s", got)
	}
}

func TestClaimsDecide(t *testing.T) {
	t.Parallel()
	issuer := secretIssuer()
	issuer.Audiences, issuer.RequiredClaims = []string{"api", "spa ce"}, []string{"email", "org.id"}
	ix := index(t, acme(issuer))
	at := func(d time.Duration) int64 { return now.Add(d).Unix() }
	for name, tc := range map[string]struct {
		changes map[string]any
		want    reason.Reason
	}{
		"good":                             {nil, reason.Allowed},
		"one audience of several":          {map[string]any{"aud": []string{"x", "api"}}, reason.Allowed},
		"an audience with a space":         {map[string]any{"aud": "spa ce"}, reason.Allowed},
		"another audience":                 {map[string]any{"aud": "other"}, reason.CredentialInvalid},
		"no audience":                      {map[string]any{"aud": nil}, reason.CredentialInvalid},
		"audience is a number":             {map[string]any{"aud": 1}, reason.CredentialInvalid},
		"a required claim is missing":      {map[string]any{"email": nil}, reason.CredentialInvalid},
		"a nested required one is missing": {map[string]any{"org": map[string]any{}}, reason.CredentialInvalid},
		"expired within the leeway":        {map[string]any{"iat": at(-time.Hour), "exp": at(-29 * time.Second)}, reason.Allowed},
		"expired":                          {map[string]any{"iat": at(-time.Hour), "exp": at(-30 * time.Second)}, reason.CredentialExpired},
		"never expires":                    {map[string]any{"exp": nil}, reason.CredentialInvalid},
		"expiry is a text":                 {map[string]any{"exp": "1795525200"}, reason.CredentialInvalid},
		"expiry in fractions":              {map[string]any{"exp": float64(now.Unix()) + 0.5}, reason.Allowed},
		"expiry beyond time":               {map[string]any{"exp": 1e300}, reason.CredentialInvalid},
		"negative expiry":                  {map[string]any{"exp": -1}, reason.CredentialInvalid},
		"no issue date":                    {map[string]any{"iat": nil}, reason.CredentialInvalid},
		"issued in the future":             {map[string]any{"iat": at(31 * time.Second)}, reason.CredentialInvalid},
		"issued just now by a fast clock":  {map[string]any{"iat": at(30 * time.Second)}, reason.Allowed},
		"lives too long":                   {map[string]any{"exp": at(time.Hour + time.Second)}, reason.CredentialInvalid},
		"not yet valid":                    {map[string]any{"nbf": at(31 * time.Second)}, reason.CredentialInvalid},
		"not valid for the leeway":         {map[string]any{"nbf": at(30 * time.Second)}, reason.Allowed},
		"no subject":                       {map[string]any{"sub": nil}, reason.CredentialInvalid},
		"empty subject":                    {map[string]any{"sub": ""}, reason.CredentialInvalid},
		"subject is a number":              {map[string]any{"sub": 7}, reason.CredentialInvalid},
		"subject of 256 bytes":             {map[string]any{"sub": strings.Repeat("a", 256)}, reason.CredentialInvalid},
		"subject with a line feed":         {map[string]any{"sub": "a\r\nx-roles: admin"}, reason.CredentialInvalid},
		"another issuer":                   {map[string]any{"iss": "https://idp.other"}, reason.CredentialInvalid},
		"no issuer":                        {map[string]any{"iss": nil}, reason.CredentialInvalid},
		"roles as one text":                {map[string]any{"roles": "viewer editor"}, reason.Allowed},
		"roles as an object":               {map[string]any{"roles": map[string]any{}}, reason.CredentialInvalid},
		"roles with a number":              {map[string]any{"roles": []any{"viewer", 1}}, reason.CredentialInvalid},
		"an id of 1024 bytes":              {map[string]any{"jti": strings.Repeat("x", 1024)}, reason.Allowed},
		"an id of 1025 bytes":              {map[string]any{"jti": strings.Repeat("x", 1025)}, reason.CredentialInvalid},
		"an id that is a number":           {map[string]any{"jti": 7}, reason.CredentialInvalid},
		"acr is a number":                  {map[string]any{"acr": 2}, reason.CredentialInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changes := map[string]any{"aud": "api", "email": "a@example.com", "org": map[string]any{"id": 1}}
			for k, v := range tc.changes {
				changes[k] = v
			}
			v, token := verifier(), hs256(changes)
			for range 2 { // the second time from the cache
				id, why := v.Identify(t.Context(), ix, "acme", bearer(token))
				if why != tc.want || (id != nil) != (why == reason.Allowed) {
					t.Errorf("%v, %v, want %v", id, why, tc.want)
				}
			}
		})
	}
}

func TestForgedAndMalformedTokensAreInvalid(t *testing.T) {
	t.Parallel()
	rsaOnly := map[string]any{"kid": "rsa", "alg": "RS256"}
	ix := index(t, acme(
		tenant.JWTIssuer{Issuer: "https://idp.acme", JWKS: keySet(publicJWK("rsa", rsaOnly), publicJWK("p256", map[string]any{"kid": "ec"}))},
		tenant.JWTIssuer{Issuer: "https://hs.acme", Secret: secret},
	))
	kid := map[string]any{"kid": "rsa"}
	good := sign(jwa.RS256(), pairs()["rsa"], kid, claims(nil))
	if _, why := verifier().Identify(t.Context(), ix, "acme", bearer(good)); why != reason.Allowed {
		t.Fatalf("the good token: %v", why)
	}
	der := must(x509.MarshalPKIXPublicKey(pairs()["rsa"].Public()))
	publicPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	goodClaims := string(must(json.Marshal(claims(nil))))
	hs := func(header, payload string) string { return signText(jwa.HS256(), []byte(secret), header, payload) }
	hsClaims := string(must(json.Marshal(claims(map[string]any{"iss": "https://hs.acme"}))))
	if _, why := verifier().Identify(t.Context(), ix, "acme", bearer(hs(`{"alg":"HS256","typ":"at+JWT"}`, hsClaims))); why != reason.Allowed {
		t.Fatalf("the good HS256 token: %v", why)
	}
	parts := strings.Split(good, ".")
	for name, token := range map[string]string{
		"empty":                           "",
		"not a token":                     "abc",
		"two parts":                       parts[0] + "." + parts[1],
		"four parts":                      good + ".x",
		"no signature":                    parts[0] + "." + parts[1] + ".",
		"padded":                          parts[0] + "." + parts[1] + "." + parts[2] + "==",
		"a line end in the signature":     good[:len(good)-4] + "\n" + good[len(good)-4:],
		"stray bits at the end":           strayBits(good),
		"a space in front of a part":      parts[0] + ". " + parts[1] + "." + parts[2],
		"changed header":                  flip(good, 0),
		"changed claims":                  flip(good, 1),
		"changed signature":               flip(good, 2),
		"another key's signature":         sign(jwa.RS256(), pairs()["rsa2"], kid, claims(nil)),
		"unknown key id":                  sign(jwa.RS256(), pairs()["rsa"], map[string]any{"kid": "x"}, claims(nil)),
		"no key id, two keys":             sign(jwa.RS256(), pairs()["rsa"], nil, claims(nil)),
		"key id is a number":              sign(jwa.RS256(), pairs()["rsa"], map[string]any{"kid": 1}, claims(nil)),
		"another algorithm of the type":   sign(jwa.PS256(), pairs()["rsa"], kid, claims(nil)),
		"the id of another type's key":    sign(jwa.RS256(), pairs()["rsa"], map[string]any{"kid": "ec"}, claims(nil)),
		"HS256 with the public key (PEM)": sign(jwa.HS256(), publicPEM, kid, claims(nil)),
		"HS256 with the public key (DER)": sign(jwa.HS256(), der, kid, claims(nil)),
		"HS512 with the secret":           sign(jwa.HS512(), []byte(secret), nil, claims(map[string]any{"iss": "https://hs.acme"})),
		"RS256 for the secret's issuer":   sign(jwa.RS256(), pairs()["rsa"], nil, claims(map[string]any{"iss": "https://hs.acme"})),
		"alg none":                        noSignature(`{"alg":"none","kid":"rsa"}`, goodClaims),
		"alg None":                        noSignature(`{"alg":"None"}`, hsClaims),
		"alg missing":                     hs(`{"typ":"JWT"}`, hsClaims),
		"alg is a list":                   hs(`{"alg":["HS256"]}`, hsClaims),
		"alg twice":                       hs(`{"alg":"none","alg":"HS256"}`, hsClaims),
		"crit":                            hs(`{"alg":"HS256","crit":["exp"]}`, hsClaims),
		"empty crit":                      hs(`{"alg":"HS256","crit":[]}`, hsClaims),
		"b64 false":                       hs(`{"alg":"HS256","b64":false,"crit":["b64"]}`, hsClaims),
		"b64 without crit":                hs(`{"alg":"HS256","b64":false}`, hsClaims),
		"another typ":                     hs(`{"alg":"HS256","typ":"secevent+jwt"}`, hsClaims),
		"typ is a number":                 hs(`{"alg":"HS256","typ":1}`, hsClaims),
		"subject twice":                   hs(`{"alg":"HS256"}`, strings.Replace(hsClaims, `{`, `{"sub":"mallory",`, 1)),
		"a name twice below":              hs(`{"alg":"HS256"}`, strings.Replace(hsClaims, `{`, `{"x":[{"a":1,"\u0061":2}],`, 1)),
		"claims are a list":               hs(`{"alg":"HS256"}`, `[]`),
		"something after the claims":      hs(`{"alg":"HS256"}`, hsClaims+`{}`),
		"claims nested too deep":          hs(`{"alg":"HS256"}`, strings.Replace(hsClaims, `{`, `{"x":`+nested(40)+`,`, 1)),
		"claims are not UTF-8":            hs(`{"alg":"HS256"}`, strings.Replace(hsClaims, `alice`, "al\xffice", 1)),
		"longer than 8 KiB":               hs(`{"alg":"HS256"}`, strings.Replace(hsClaims, `{`, `{"x":"`+strings.Repeat("x", 8<<10)+`",`, 1)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := verifier()
			for range 2 {
				if id, why := v.Identify(t.Context(), ix, "acme", bearer(token)); why != reason.CredentialInvalid || id != nil {
					t.Errorf("%v, %v", id, why)
				}
			}
		})
	}
}

func noSignature(header, payload string) string {
	token := signText(jwa.HS256(), []byte(secret), header, payload)
	return token[:strings.LastIndex(token, ".")+1]
}

// strayBits sets a bit of the last character that belongs to no byte: a signature of 256 bytes ends in two characters with four.
func strayBits(token string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, token[len(token)-1])
	return token[:len(token)-1] + string(alphabet[last|1])
}
