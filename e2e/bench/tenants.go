package main

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jwt"
)

const (
	benchHost   = "bench.localhost"
	benchIssuer = "https://bench.example"
)

// issuer signs tokens of the benchmark's tenant.
type issuer struct {
	key jwk.Key
	set string
}

func newIssuer() (*issuer, error) {
	raw, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	key, err := jwk.Import(raw)
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	if err := key.Set(jwk.KeyIDKey, "bench"); err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	if err := key.Set(jwk.AlgorithmKey, jwa.RS256()); err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	public, err := key.PublicKey()
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	set := jwk.NewSet()
	if err := set.AddKey(public); err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	text, err := json.Marshal(set)
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	return &issuer{key: key, set: string(text)}, nil
}

// token signs an editor's token of about 790 bytes, a usual size for an identity provider's.
func (i *issuer) token(subject string) (string, error) {
	now := time.Now()
	token, err := jwt.NewBuilder().Issuer(benchIssuer).Subject(subject).Audience([]string{"bench"}).
		IssuedAt(now).NotBefore(now).Expiration(now.Add(time.Hour)).JwtID(rand.Text()).
		Claim("roles", []string{"editor"}).Claim("email", subject+"@bench.example").Claim("filler", strings.Repeat("x", 110)).Build()
	if err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	signed, err := jwt.Sign(token, jwt.WithKey(jwa.RS256(), i.key))
	if err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	return string(signed), nil
}

const gatewayYAML = `apiVersion: meshwarden.io/v1alpha1
kind: Gateway
metadata: {name: gateway}
spec:
  listeners:
    - {name: main, address: "127.0.0.1:0"}
`

const upstreamYAML = `apiVersion: meshwarden.io/v1alpha1
kind: Upstream
metadata: {name: service}
spec:
  endpoints: [%q]
`

const scanYAML = `apiVersion: meshwarden.io/v1alpha1
kind: ScanPolicy
metadata: {name: bench}
spec:
  mode: enforce
  request: {actions: {default: log, sqli: block, xss: block, path_traversal: block, command_injection: block, prompt_injection: block}}
  response: {actions: {CARD: redact, EMAIL: redact, IBAN: redact, JWT: redact, PHONE: redact, SECRET: redact, SSN: redact}}
`

const tenantYAML = `apiVersion: meshwarden.io/v1alpha1
kind: Tenant
metadata: {name: %[1]s}
spec:
  hosts: [%[2]s]
  auth:
    jwt:
      - %[3]s
  routes:
    - {name: orders, match: {prefix: /orders}, upstream: service, params: "/orders/{id}", resource: "orders/{id}", owner: {param: id}}
    - {name: all, match: {prefix: /}, upstream: service}
  quotas:
    - {name: burst, algorithm: token_bucket, limit: 1000000000, refill: 1000000}
    - {name: hour, algorithm: sliding_window, limit: 1000000000, window: 1h}
  scan_policy: bench
`

// tenantFile is the file of one tenant whose issuer is given as a YAML flow mapping.
func tenantFile(name, host, issuer string) string { return fmt.Sprintf(tenantYAML, name, host, issuer) }

// otherSecret signs the tokens of all tenants but bench.
const otherSecret = "development-secret-of-a-benchmark-0123456789"

func otherTenant(n int) string { return fmt.Sprintf("tenant-%04d", n) }

func otherIssuer(tenant string) string { return "https://" + tenant + ".example" }

// otherToken signs an editor's token of another tenant than bench.
func otherToken(tenant string) (string, error) {
	now := time.Now()
	token, err := jwt.NewBuilder().Issuer(otherIssuer(tenant)).Subject("bob").IssuedAt(now).Expiration(now.Add(time.Hour)).
		Claim("roles", []string{"editor"}).Build()
	if err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	signed, err := jwt.Sign(token, jwt.WithKey(jwa.HS256(), []byte(otherSecret)))
	if err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	return string(signed), nil
}

// configuration writes a directory with the tenant bench, whose tokens i signs, and others that only have
// a development secret.
func (e *environment) configuration(name string, i *issuer, others int, more map[string]string) (string, error) {
	dir := filepath.Join(e.dir, name)
	files := map[string]string{
		"gateway.yaml":            gatewayYAML,
		"upstreams/service.yaml":  fmt.Sprintf(upstreamYAML, e.upstream),
		"scanpolicies/bench.yaml": scanYAML,
		"tenants/bench.yaml": tenantFile("bench", benchHost,
			fmt.Sprintf("{issuer: %q, audiences: [bench], jwks: %q}", benchIssuer, i.set)),
	}
	maps.Copy(files, more)
	for n := range others {
		tenant := otherTenant(n)
		files["tenants/"+tenant+".yaml"] = tenantFile(tenant, tenant+".localhost",
			fmt.Sprintf("{issuer: %q, secret: %s, development: true}", otherIssuer(tenant), otherSecret))
	}
	for file, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return "", fmt.Errorf("configuration: %w", err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return "", fmt.Errorf("configuration: %w", err)
		}
	}
	if raw, err := exec.Command(e.bin, "validate", dir).CombinedOutput(); err != nil {
		return "", fmt.Errorf("configuration: %w\n%s", err, raw)
	}
	return dir, nil
}
