package config_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwk"
)

// key is one JWK of a raw key, with the given members added.
func key(t *testing.T, raw any, members map[string]any) map[string]any {
	t.Helper()
	k, err := jwk.Import(raw)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]any
	if err := json.Unmarshal(text, &object); err != nil {
		t.Fatal(err)
	}
	for name, value := range members {
		object[name] = value
	}
	return object
}

func jwks(t *testing.T, keys ...map[string]any) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{"keys": keys})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func ec(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestNamedFilesAreInlinedAndWatched(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	first, second := jwks(t, key(t, ec(t).Public(), map[string]any{"kid": "1"})), jwks(t, key(t, ec(t).Public(), map[string]any{"kid": "2"}))
	d.write("keys/b.json", first)
	d.write("keys/c.secret", strings.Repeat("c", 32)+"\n")
	d.write("tenants/b.yaml", withKey("jwks_file: keys/b.json"))
	d.write("tenants/c.yaml", strings.NewReplacer("b.example", "c.example", "name: b", "name: c").Replace(withKey("secret_file: keys/c.secret")))
	l := d.loader()
	s := load(t, l)
	b, c := s.Tenants["b"].Spec.Auth.JWT[0], s.Tenants["c"].Spec.Auth.JWT[0]
	if b.JWKS != first || b.JWKSFile != "" || c.Secret != strings.Repeat("c", 32) || c.SecretFile != "" {
		t.Errorf("%+v %+v", b, c)
	}
	d.write("keys/b.json", second)
	if s = load(t, l); s.Tenants["b"].Spec.Auth.JWT[0].JWKS != second {
		t.Error("a rotated key set is not taken over")
	}
	d.write("keys/c.secret", "short")
	if s = load(t, l, "tenants/c.yaml:12:22: spec.auth.jwt[0].secret_file: keys/c.secret: has 5 bytes; HS256 needs at least 32 (RFC 7518)"); s.Tenants["c"] == nil {
		t.Error("the last good secret is gone")
	}
	d.remove("keys/b.json")
	load(t, l,
		"tenants/b.yaml:12:20: spec.auth.jwt[0].jwks_file: keys/b.json: there is no such file",
		"tenants/c.yaml:...")
}

func TestKeySetsThatShouldNotBeThereAreRefusedWithoutQuotingThem(t *testing.T) {
	t.Parallel()
	public := key(t, ec(t).Public(), map[string]any{"kid": "1"})
	for name, c := range map[string]struct{ set, want string }{
		"not JSON":          {"{", "is not a JSON Web Key Set: not valid JSON"},
		"a private key":     {jwks(t, public, key(t, ec(t), nil)), "keys[1] is a private key: only public keys belong here"},
		"a shared key":      {jwks(t, key(t, []byte(strings.Repeat("s", 32)), nil)), "keys[0] is a shared key: use secret or secret_file"},
		"another algorithm": {jwks(t, key(t, ec(t).Public(), map[string]any{"alg": "RS256"})), `keys[0] names the algorithm "RS256", which does not belong to its type`},
		"nonsense":          {`{"keys": [{"kty": "EC", "x": "verysecret"}]}`, "keys[0] is not a usable JSON Web Key"},
		"one id twice":      {jwks(t, public, public), `keys[1] has the id "1" of keys[0]`},
		"no set but a key":  {`{"kty": "EC"}`, `is not a JSON Web Key Set with a signature key: {"keys": [...]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDirectory(t)
			l := d.loader()
			d.write("tenants/b.yaml", withKey("jwks: '"+c.set+"'"))
			load(t, l, "tenants/b.yaml:12:15: spec.auth.jwt[0].jwks: "+c.want)
		})
	}
}

func TestWhatIsWrongWithKeysIsSaidWhereTheyAreNamed(t *testing.T) {
	t.Parallel()
	private := jwks(t, key(t, ec(t), nil), key(t, ec(t), nil))
	for name, c := range map[string]struct{ field, file, want string }{
		"a short secret":           {"secret: hunter2", "", "12:17: spec.auth.jwt[0].secret: has 7 bytes; HS256 needs at least 32 (RFC 7518)"},
		"a long secret":            {"secret: " + strings.Repeat("s", 4097), "", "12:17: spec.auth.jwt[0].secret: has 4097 bytes; at most 4096 are allowed"},
		"a short secret in a file": {"secret_file: keys/b", "hunter2\r\n", "12:22: spec.auth.jwt[0].secret_file: keys/b: has 7 bytes; HS256 needs at least 32 (RFC 7518)"},
		"both keys of a file":      {"jwks_file: keys/b", private, "12:20: spec.auth.jwt[0].jwks_file: keys/b: keys[0] is a private key: only public keys belong here\ntenants/b.yaml:12:20: spec.auth.jwt[0].jwks_file: keys/b: keys[1] is a private key: only public keys belong here"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDirectory(t)
			l := d.loader()
			if c.file != "" {
				d.write("keys/b", c.file)
			}
			d.write("tenants/b.yaml", withKey(c.field))
			load(t, l, strings.Split("tenants/b.yaml:"+c.want, "\n")...)
		})
	}
}

func TestIssuersWithOtherKeyIDsMayBeShared(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	one, two := key(t, ec(t).Public(), map[string]any{"kid": "1"}), key(t, ec(t).Public(), map[string]any{"kid": "2"})
	shared := func(name string, keys ...map[string]any) {
		d.write("tenants/"+name+".yaml", replace(strings.NewReplacer("b.example.com\n  tier", name+".example.com\n  tier", "name: b", "name: "+name).
			Replace(withKey("jwks: '"+jwks(t, keys...)+"'")), "issuer: https://b.", "issuer: https://shared."))
	}
	shared("a", one)
	shared("b", two)
	l := d.loader()
	shared("b", two, one)
	load(t, l, `tenants/b.yaml:11:17: spec.auth.jwt[0].issuer: issuer "https://shared.example.com" with key id "1" belongs to tenant "a" already (tenants/a.yaml)`)
}

func TestIssuersWhoseKeysAreFetchedAreSharedByAudience(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	one := "jwks: '" + jwks(t, key(t, ec(t).Public(), map[string]any{"kid": "1"})) + "'"
	shared := func(name, source string) {
		d.write("tenants/"+name+".yaml", replace(strings.NewReplacer("b.example.com\n  tier", name+".example.com\n  tier", "name: b", "name: "+name).
			Replace(withKey(source)), "issuer: https://b.", "issuer: https://shared."))
	}
	shared("a", "discovery: true\n        audiences: [a, x]")
	shared("b", "jwks_uri: https://shared.example.com/keys\n        audiences: [b]")
	l := d.loader()
	load(t, l)
	const at = "tenants/b.yaml:11:17: spec.auth.jwt[0].issuer: issuer \"https://shared.example.com\""
	shared("b", "discovery: true\n        audiences: [b, x]")
	load(t, l, at+` with the audience "x" belongs to tenant "a" already (tenants/a.yaml)`)
	shared("b", "discovery: true")
	load(t, l, at+` for all audiences belongs to tenant "a" already (tenants/a.yaml)`)
	shared("b", one)
	load(t, l, at+` with key id "1" belongs to tenant "a" already (tenants/a.yaml)`)
	shared("a", "discovery: true")
	shared("b", "discovery: true\n        audiences: [b]")
	load(t, l, `tenants/a.yaml:11:17: spec.auth.jwt[0].issuer: issuer "https://shared.example.com" for all audiences belongs to tenant "b" already (tenants/b.yaml)`)
}

func TestAuthoritiesOfFetchedServersAreInlinedAndChecked(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	l := d.loader()
	d.write("keys/ca.pem", "nothing")
	d.write("tenants/b.yaml", withKey("discovery: true\n        jwks_ca_file: keys/ca.pem"))
	load(t, l, "tenants/b.yaml:13:23: spec.auth.jwt[0].jwks_ca_file: holds no certificate in PEM")
	ca := authority(t)
	d.write("keys/ca.pem", ca)
	if j := load(t, l).Tenants["b"].Spec.Auth.JWT[0]; j.JWKSCA != ca || j.JWKSCAFile != "" {
		t.Errorf("%+v", j)
	}
	d.write("tenants/b.yaml", withKey("discovery: true\n        jwks_ca_file: ../ca.pem"))
	load(t, l, "tenants/b.yaml:13:23: spec.auth.jwt[0].jwks_ca_file: ../ca.pem: must be a path inside the configuration directory, relative to it")
}

// authority is a self-signed certificate in PEM.
func authority(t *testing.T) string {
	t.Helper()
	k := ec(t)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func TestSecretsOfWebhooksComeFromFilesToo(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	hook := func(files string) string {
		return strings.Replace(tenantYAML("b", "free"), "  auth:\n", "  auth:\n    webhooks:\n      - name: gh\n        preset: github\n        secrets: [inline]\n        secret_files: ["+files+"]\n", 1)
	}
	d.write("keys/hook", "from a file\n")
	d.write("tenants/b.yaml", hook("keys/hook"))
	l := d.loader()
	w := load(t, l).Tenants["b"].Spec.Auth.Webhooks[0]
	if len(w.Secrets) != 2 || w.Secrets[0] != "inline" || w.Secrets[1] != "from a file" || len(w.SecretFiles) != 0 {
		t.Errorf("%d secrets, files %v", len(w.Secrets), w.SecretFiles)
	}
	d.write("keys/hook", "rotated\n")
	if w = load(t, l).Tenants["b"].Spec.Auth.Webhooks[0]; w.Secrets[1] != "rotated" {
		t.Error("a rotated secret is not taken over")
	}
	d.write("tenants/b.yaml", hook("../hook"))
	load(t, l, "tenants/b.yaml:...")
}
