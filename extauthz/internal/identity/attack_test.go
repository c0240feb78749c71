package identity_test

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"

	"github.com/meshwarden/meshwarden/extauthz/internal/identity"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// A token brings its own key, or the address of one, in every member that RFC 7515 has for that. Who looks at one of
// them accepts a token that anybody has signed; nobody here does, and nothing is fetched.
func TestKeysThatATokenBringsAreNotLookedAt(t *testing.T) {
	t.Parallel()
	ix := index(t, acme(tenant.JWTIssuer{Issuer: "https://idp.acme", JWKS: keySet(publicJWK("rsa", map[string]any{"kid": "k"}))}))
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now, NotAfter: now.Add(time.Hour)}
	der := must(x509.CreateCertificate(rand.Reader, template, template, pairs()["rsa2"].Public(), pairs()["rsa2"]))
	for name, member := range map[string]map[string]any{
		"jwk":      {"jwk": publicJWK("rsa2", map[string]any{"kid": "k"})},
		"jku":      {"jku": "http://127.0.0.1:1/keys"},
		"x5u":      {"x5u": "http://127.0.0.1:1/chain"},
		"x5c":      {"x5c": []string{base64.StdEncoding.EncodeToString(der)}},
		"x5t":      {"x5t": "AAAA", "x5t#S256": "AAAA"},
		"jwk, alg": {"jwk": map[string]any{"kty": "oct", "k": base64.RawURLEncoding.EncodeToString([]byte(secret))}},
	} {
		header := map[string]any{"kid": "k"}
		maps.Copy(header, member)
		if _, why := verifier().Identify(t.Context(), ix, "acme", bearer(sign(jwa.RS256(), pairs()["rsa2"], header, claims(nil)))); why != reason.CredentialInvalid {
			t.Errorf("%s: a token signed by the key that it brings: %v", name, why)
		}
		if _, why := verifier().Identify(t.Context(), ix, "acme", bearer(sign(jwa.RS256(), pairs()["rsa"], header, claims(nil)))); why != reason.Allowed {
			t.Errorf("%s: a good token that brings one too: %v", name, why)
		}
	}
}

// Key ids that are paths, queries or templates to those who look keys up elsewhere are names here and nothing more.
func TestAKeyIDIsANameAndNothingMore(t *testing.T) {
	t.Parallel()
	const odd = "k' OR '1'='1"
	ix := index(t, acme(tenant.JWTIssuer{Issuer: "https://idp.acme", JWKS: keySet(publicJWK("rsa", map[string]any{"kid": "k"}), publicJWK("p256", map[string]any{"kid": odd}))}))
	for _, kid := range []any{
		"../../../../dev/null", "/dev/null", "k\x00", "k\n", " k", "K", "k ", "", nil, "k' OR '1'='1' --", "|whoami", "http://127.0.0.1/k", "{{7*7}}", "%00",
		[]any{"k"}, map[string]any{"": "k"}, true, 0, strings.Repeat("k", 4096),
	} {
		for _, pair := range []string{"rsa", "rsa2"} {
			if _, why := verifier().Identify(t.Context(), ix, "acme", bearer(sign(jwa.RS256(), pairs()[pair], map[string]any{"kid": kid}, claims(nil)))); why != reason.CredentialInvalid {
				t.Errorf("%v signed by %s: %v", kid, pair, why)
			}
		}
		// The empty key that a file like /dev/null would be.
		if _, why := verifier().Identify(t.Context(), ix, "acme", bearer(sign(jwa.HS256(), []byte{0}, map[string]any{"kid": kid}, claims(nil)))); why != reason.CredentialInvalid {
			t.Errorf("%v signed by an empty key: %v", kid, why)
		}
	}
	if _, why := verifier().Identify(t.Context(), ix, "acme", bearer(sign(jwa.ES256(), pairs()["p256"], map[string]any{"kid": odd}, claims(nil)))); why != reason.Allowed {
		t.Errorf("the key with the odd id: %v", why)
	}
}

// A key verifies with the algorithms of its type, and an issuer with its own keys, whatever the header says.
func TestAlgorithmsAreThoseOfTheKeyAndNotOfTheHeader(t *testing.T) {
	t.Parallel()
	set := []map[string]any{}
	for _, pair := range []string{"rsa", "p256", "p384", "p521", "ed25519"} {
		set = append(set, publicJWK(pair, map[string]any{"kid": pair}))
	}
	ix := index(t, acme(tenant.JWTIssuer{Issuer: "https://idp.acme", JWKS: keySet(set...)}))
	header, payload := func(alg, kid string) string { return fmt.Sprintf(`{"alg":%q,"kid":%q}`, alg, kid) }, string(must(json.Marshal(claims(nil))))
	names := []string{"none", "None", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "RS256", "PS256", "ES256", "ES384", "ES512", "ES256K", "EdDSA", "RSA1_5", "dir", "rs256", "RS256 ", "RS256\x00"}
	for _, kid := range []string{"rsa", "p256", "p384", "p521", "ed25519"} {
		for _, alg := range names {
			// A signature by the wrong kind of key, and none.
			for what, token := range map[string]string{
				"HMAC with the public key": signText(jwa.HS256(), must(json.Marshal(publicJWK(kid, nil))), header(alg, kid), payload),
				"no signature":             noSignature(header(alg, kid), payload),
				"a zero signature": strings.Join([]string{
					base64.RawURLEncoding.EncodeToString([]byte(header(alg, kid))), base64.RawURLEncoding.EncodeToString([]byte(payload)),
					base64.RawURLEncoding.EncodeToString(make([]byte, 64)), // r = s = 0 (CVE-2022-21449)
				}, "."),
			} {
				if _, why := verifier().Identify(t.Context(), ix, "acme", bearer(token)); why != reason.CredentialInvalid {
					t.Errorf("%s as %q with %s: %v", kid, alg, what, why)
				}
			}
		}
	}
}

func TestTokensAreBoundedInLengthAndDepth(t *testing.T) {
	t.Parallel()
	ix := index(t, acme(secretIssuer()))
	raw := func(payload string) string {
		return signText(jwa.HS256(), []byte(secret), `{"alg":"HS256"}`, strings.Replace(payload, "{", `{"x":`, 1)+string(must(json.Marshal(claims(nil))))[1:])
	}
	for name, tc := range map[string]struct {
		value string
		want  reason.Reason
	}{
		"nested lists within the bound": {strings.Repeat("[", 30) + strings.Repeat("]", 30), reason.Allowed},
		"nested lists beyond it":        {strings.Repeat("[", 33) + strings.Repeat("]", 33), reason.CredentialInvalid},
		"lists without an end":          {strings.Repeat("[", 4000), reason.CredentialInvalid},
		"nested objects beyond it":      {nested(33), reason.CredentialInvalid},
		"a long list":                   {"[" + strings.TrimSuffix(strings.Repeat("1,", 2000), ",") + "]", reason.Allowed},
		"more than 8 KiB":               {`"` + strings.Repeat("x", 8<<10) + `"`, reason.CredentialInvalid},
	} {
		_, why := verifier().Identify(t.Context(), ix, "acme", bearer(raw("{"+tc.value+",")))
		if why != tc.want {
			t.Errorf("%s: %v, want %v", name, why, tc.want)
		}
	}
	if _, why := verifier().Identify(t.Context(), ix, "acme", bearer(strings.Repeat("a", 10<<20))); why != reason.CredentialInvalid {
		t.Errorf("10 MB: %v", why)
	}
}

func TestRequestsWithTheSameNewTokenVerifyItOnce(t *testing.T) {
	t.Parallel()
	ix := index(t, acme(tenant.JWTIssuer{Issuer: "https://idp.acme", JWKS: keySet(publicJWK("rsa", map[string]any{"kid": "k"}))}))
	v := verifier()
	defer v.Close()
	for round := range 20 {
		token := bearer(sign(jwa.RS256(), pairs()["rsa"], map[string]any{"kid": "k"}, claims(map[string]any{"round": round})))
		var group sync.WaitGroup
		identities := make([]*identity.Identity, 32)
		start := make(chan struct{})
		for i := range identities {
			group.Go(func() {
				<-start
				identities[i], _ = v.Identify(t.Context(), ix, "acme", token)
			})
		}
		close(start)
		group.Wait()
		for _, id := range identities {
			if id == nil || id != identities[0] { // each verification makes an identity of its own
				t.Fatal("the token was verified more than once")
			}
		}
	}
}

func TestNamedIsWhatATokenSaysOfItself(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		credentials identity.Credentials
		want        string
	}{
		"forged":              {bearer(flip(hs256(nil), 2)), "alice"},
		"scheme in capitals":  {identity.Credentials{Authorization: "BEARER  " + hs256(nil)}, "alice"},
		"without a subject":   {bearer(hs256(map[string]any{"sub": nil})), ""},
		"subject is a list":   {bearer(hs256(map[string]any{"sub": []string{"alice"}})), ""},
		"subject twice":       {bearer(signText(jwa.HS256(), []byte(secret), `{"alg":"HS256"}`, `{"sub":"alice","sub":"bob"}`)), ""},
		"not a token":         {bearer("alice"), ""},
		"basic":               {identity.Credentials{Authorization: "Basic YWxpY2U6eA=="}, ""},
		"an API key":          {identity.Credentials{APIKey: "mw_x"}, ""},
		"longer than a token": {bearer(strings.Repeat("a", 9<<10)), ""},
	} {
		if got := identity.Named(tc.credentials); got != tc.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
