package identity_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"

	"github.com/meshwarden/meshwarden/extauthz/internal/identity"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

const secret = "an example secret of 32 bytes and more"

// pairs are key pairs, made once, since RSA keys take their time.
var pairs = sync.OnceValue(func() map[string]crypto.Signer {
	made := map[string]crypto.Signer{}
	for name, bits := range map[string]int{"rsa": 2048, "rsa2": 2048} {
		made[name] = must(rsa.GenerateKey(rand.Reader, bits))
	}
	for name, curve := range map[string]elliptic.Curve{"p224": elliptic.P224(), "p256": elliptic.P256(), "p384": elliptic.P384(), "p521": elliptic.P521()} {
		made[name] = must(ecdsa.GenerateKey(curve, rand.Reader))
	}
	_, private, err := ed25519.GenerateKey(rand.Reader)
	made["ed25519"] = must(private, err)
	return made
})

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// publicJWK is the public half of a pair as a JWK with further fields; nil takes a field out.
func publicJWK(pair string, fields map[string]any) map[string]any {
	raw := must(json.Marshal(must(jwk.Import(pairs()[pair].Public()))))
	object := map[string]any{}
	if err := json.Unmarshal(raw, &object); err != nil {
		panic(err)
	}
	maps.Copy(object, fields)
	return object
}

func keySet(keys ...map[string]any) string {
	return string(must(json.Marshal(map[string]any{"keys": keys})))
}

func acme(issuers ...tenant.JWTIssuer) *plane.Tenant {
	return &plane.Tenant{Name: "acme", Spec: tenant.TenantSpec{Auth: tenant.Auth{JWT: issuers}}}
}

func secretIssuer() tenant.JWTIssuer {
	return tenant.JWTIssuer{Issuer: "https://idp.acme", Secret: secret}
}

func index(t testing.TB, tenants ...*plane.Tenant) *identity.Index {
	t.Helper()
	ix, errs := (*identity.Index)(nil).With(tenants)
	for name, err := range errs {
		t.Fatalf("tenant %s: %v", name, err)
	}
	return ix
}

func verifier() *identity.Verifier {
	return identity.NewVerifier(identity.Options{Now: func() time.Time { return now }})
}

// claims are those of a good token with changes; nil takes a claim out.
func claims(changes map[string]any) map[string]any {
	c := map[string]any{
		"iss": "https://idp.acme", "sub": "alice", "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(), "roles": []string{"viewer"},
	}
	for name, v := range changes {
		if c[name] = v; v == nil {
			delete(c, name)
		}
	}
	return c
}

// sign makes a token of claims, with what else the header should say.
func sign(alg jwa.SignatureAlgorithm, key any, header, claims map[string]any) string {
	return signRaw(alg, key, header, string(must(json.Marshal(claims))))
}

func signRaw(alg jwa.SignatureAlgorithm, key any, header map[string]any, payload string) string {
	h := map[string]any{"alg": alg.String()}
	maps.Copy(h, header)
	return signText(alg, key, string(must(json.Marshal(h))), payload)
}

// signText signs a header as it is written, which a library would refuse to write.
func signText(alg jwa.SignatureAlgorithm, key any, header, payload string) string {
	input := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(payload))
	signer := must(jws.SignerFor(alg))
	return input + "." + base64.RawURLEncoding.EncodeToString(must(signer.Sign(key, []byte(input))))
}

func hs256(changes map[string]any) string {
	return sign(jwa.HS256(), []byte(secret), map[string]any{"typ": "JWT"}, claims(changes))
}

func bearer(token string) identity.Credentials {
	return identity.Credentials{Authorization: "Bearer " + token}
}

// flip changes one character in the middle of a token's part.
func flip(token string, part int) string {
	parts := strings.Split(token, ".")
	middle := len(parts[part]) / 2
	c := byte('A')
	if parts[part][middle] == c {
		c = 'B'
	}
	parts[part] = parts[part][:middle] + string(c) + parts[part][middle+1:]
	return strings.Join(parts, ".")
}

func nested(depth int) string {
	return fmt.Sprintf(`%s1%s`, strings.Repeat(`{"a":`, depth), strings.Repeat("}", depth))
}
