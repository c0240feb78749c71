package jwks_test

import (
	"crypto/ecdh"
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

	"github.com/google/go-cmp/cmp"
	"github.com/lestrrat-go/jwx/v3/jwk"

	"github.com/meshwarden/meshwarden/internal/jwks"
)

// TestMain turns the checks of the jwk package off, as OPA does in each process that it is linked into.
func TestMain(m *testing.M) {
	jwk.Configure(jwk.WithMinRSAPublicExponent(0), jwk.WithMinRSAModulusBits(0))
	m.Run()
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// private keys are made once, since RSA keys take their time.
var private = sync.OnceValue(func() map[string]any {
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	return map[string]any{
		"rsa":    must(rsa.GenerateKey(rand.Reader, 2048)),
		"p224":   must(ecdsa.GenerateKey(elliptic.P224(), rand.Reader)),
		"p256":   must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)),
		"p384":   must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader)),
		"p521":   must(ecdsa.GenerateKey(elliptic.P521(), rand.Reader)),
		"ed":     must(edwards, err),
		"x25519": must(ecdh.X25519().GenerateKey(rand.Reader)),
		"oct":    []byte("an example secret of 32 bytes and more"),
	}
})

type members map[string]any

// object is a key as JSON with other members; nil takes one out.
func object(raw any, change members) members {
	fields := members{}
	if err := json.Unmarshal(must(json.Marshal(must(jwk.Import(raw)))), &fields); err != nil {
		panic(err)
	}
	maps.Copy(fields, change)
	maps.DeleteFunc(fields, func(_ string, v any) bool { return v == nil })
	return fields
}

func public(name string, change members) members {
	raw := must(jwk.PublicRawKeyOf(private()[name]))
	return object(raw, change)
}

func set(keys ...members) string {
	return string(must(json.Marshal(map[string]any{"keys": keys})))
}

func number(b ...byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func TestKeysAreUsedWithTheAlgorithmsOfTheirTypeOnly(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		key  members
		want string
	}{
		"RSA":                 {public("rsa", nil), "RS256 RS384 RS512 PS256 PS384 PS512"},
		"RSA that names one":  {public("rsa", members{"alg": "PS384"}), "PS384"},
		"P-256":               {public("p256", nil), "ES256"},
		"P-384":               {public("p384", nil), "ES384"},
		"P-521":               {public("p521", members{"alg": "ES512"}), "ES512"},
		"Ed25519":             {public("ed", nil), "EdDSA Ed25519"},
		"Ed25519, new name":   {public("ed", members{"alg": "Ed25519"}), "Ed25519"},
		"with use and operas": {public("p256", members{"use": "sig", "key_ops": []string{"verify"}}), "ES256"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.key["kid"] = "k"
			keys, errs := jwks.Parse([]byte(set(tc.key)))
			if len(errs) > 0 || len(keys) != 1 || keys[0].ID != "k" {
				t.Fatal(keys, errs)
			}
			var names []string
			for _, a := range keys[0].Algorithms {
				names = append(names, a.String())
			}
			if got := strings.Join(names, " "); got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
			for _, foreign := range []string{"none", "HS256", "", "ES256K"} {
				if _, ok := keys[0].Algorithm(foreign); ok {
					t.Errorf("may be used with %q", foreign)
				}
			}
		})
	}
}

func TestOnlySignatureKeysAreTaken(t *testing.T) {
	t.Parallel()
	keys, errs := jwks.Parse([]byte(set(
		public("rsa", members{"use": "enc", "kid": "a"}), public("p256", members{"kid": "b"}),
		public("p384", members{"key_ops": []string{"deriveKey"}, "kid": "c"}), public("ed", nil),
	)))
	var ids []string
	for _, k := range keys {
		ids = append(ids, k.ID)
	}
	if diff := cmp.Diff([]string{"b", ""}, ids); diff != "" || errs != nil {
		t.Error(diff, errs)
	}
}

func TestSetsAreRefusedForWhatIsWrongWithThem(t *testing.T) {
	t.Parallel()
	const noKey = `is not a JSON Web Key Set with a signature key: {"keys": [...]}`
	const unsupported = "keys[0] is of a type that is not supported: RSA, P-256, P-384, P-521 and Ed25519 are"
	const notRSA = "keys[0] is no RSA key: the modulus is odd and the exponent from 3 to 2147483647"
	short := must(rsa.GenerateKey(rand.Reader, 1024))
	good := private()["rsa"].(*rsa.PrivateKey)
	even := good.N.Bytes()
	even[len(even)-1] &^= 1
	long := make([]byte, 1025)
	long[0], long[1024] = 1, 1
	many := make([]members, jwks.MaxKeys+1)
	for i := range many {
		many[i] = public("ed", members{"kid": fmt.Sprint(i)})
	}
	for name, tc := range map[string]struct{ set, want string }{
		"not JSON":                {"{secret", "is not a JSON Web Key Set: not valid JSON"},
		"empty":                   {"", "is not a JSON Web Key Set: not valid JSON"},
		"keys of another type":    {`{"keys": "secret"}`, "is not a JSON Web Key Set: not valid JSON"},
		"a key and no set":        {string(must(json.Marshal(public("ed", nil)))), noKey},
		"an empty set":            {set(), noKey},
		"only encryption":         {set(public("rsa", members{"use": "enc"})), noKey},
		"only signing":            {set(public("rsa", members{"key_ops": []string{"sign"}})), noKey},
		"too many keys":           {set(many...), "has 65 keys; at most 64 are allowed"},
		"too long":                {`{"keys": []}` + strings.Repeat(" ", jwks.MaxBytes), "has 1048588 bytes; at most 1048576 are read"},
		"nonsense":                {`{"keys": [{"kty": "EC", "x": "secret"}]}`, "keys[0] is not a usable JSON Web Key"},
		"null":                    {`{"keys": [null]}`, "keys[0] is not a usable JSON Web Key"},
		"no algorithm":            {set(public("p256", members{"alg": "none"})), `keys[0] names the algorithm "none", which does not belong to its type`},
		"an algorithm of secrets": {set(public("rsa", members{"alg": "HS256"})), `keys[0] names the algorithm "HS256", which does not belong to its type`},
		"of another curve":        {set(public("p256", members{"alg": "ES384"})), `keys[0] names the algorithm "ES384", which does not belong to its type`},
		"a shared key":            {set(object(private()["oct"], nil)), "keys[0] is a shared key: use secret or secret_file"},
		"a private key":           {set(object(private()["p256"], nil)), "keys[0] is a private key: only public keys belong here"},
		"a private RSA key":       {set(object(private()["rsa"], nil)), "keys[0] is a private key: only public keys belong here"},
		"RSA of 1024 bits":        {set(object(short.Public(), nil)), "keys[0] is an RSA key of 1024 bits; 2048 to 8192 are allowed (RFC 7518)"},
		"RSA of 8193 bits":        {set(public("rsa", members{"n": number(long...)})), "keys[0] is an RSA key of 8193 bits; 2048 to 8192 are allowed (RFC 7518)"},
		"RSA, exponent 1":         {set(public("rsa", members{"e": number(1)})), notRSA},
		"RSA, large exponent":     {set(public("rsa", members{"e": number(1, 0, 0, 0, 1)})), notRSA},
		"RSA, even exponent":      {set(public("rsa", members{"e": number(1, 0, 0)})), "keys[0] is not a usable JSON Web Key"},
		"RSA, even modulus":       {set(public("rsa", members{"n": number(even...)})), notRSA},
		"P-224":                   {set(members{"kty": "EC", "crv": "P-224", "x": number(1), "y": number(1)}), "keys[0] is not a usable JSON Web Key"},
		"X25519":                  {set(public("x25519", nil)), unsupported},
		"a point elsewhere":       {set(public("p256", members{"x": number(make([]byte, 32)...)})), "keys[0] is not a usable JSON Web Key"},
		"half an Ed25519 key":     {set(public("ed", members{"x": number(1, 2, 3)})), "keys[0] is not a usable JSON Web Key"},
		"one id twice":            {set(public("p256", members{"kid": "a"}), public("ed", members{"kid": "a"})), `keys[1] has the id "a" of keys[0]`},
		"two without an id":       {set(public("p256", nil), public("ed", nil)), `keys[1] has the id "" of keys[0]`},
		"several things": {
			set(object(private()["ed"], nil), public("ed", nil), object(private()["oct"], nil)),
			"keys[0] is a private key: only public keys belong here\nkeys[2] is a shared key: use secret or secret_file",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			keys, errs := jwks.Parse([]byte(tc.set))
			var texts []string
			for _, err := range errs {
				texts = append(texts, err.Error())
			}
			if diff := cmp.Diff(tc.want, strings.Join(texts, "\n")); diff != "" || keys != nil {
				t.Error(keys, diff)
			}
		})
	}
}

func TestSecretsAreAsLongAsTheHash(t *testing.T) {
	t.Parallel()
	k, err := jwks.Secret(strings.Repeat("s", jwks.MinSecretBytes))
	if _, ok := k.Algorithm("HS256"); err != nil || !ok || len(k.Algorithms) != 1 || k.ID != "" {
		t.Error(k.Algorithms, err)
	}
	_, err = jwks.Secret(strings.Repeat("s", jwks.MinSecretBytes-1))
	if err == nil || err.Error() != "has 31 bytes; HS256 needs at least 32 (RFC 7518)" {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(set(public("p256", members{"kid": "a"}), public("ed", nil))))
	f.Add([]byte(`{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		keys, errs := jwks.Parse(raw)
		if (len(keys) > 0) == (len(errs) > 0) {
			t.Errorf("%d keys and %d errors", len(keys), len(errs))
		}
	})
}
