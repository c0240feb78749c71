package extauthz_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/meshwarden/meshwarden/extauthz"
)

// Secrets of the tenants' issuers.
const (
	acmeSecret   = "acme-secret-of-thirty-two-bytes-or-more"
	globexSecret = "globex-secret-of-thirty-two-bytes-or-more"
)

const gatewayYAML = `apiVersion: meshwarden.io/v1alpha1
kind: Gateway
metadata: {name: gateway}
spec:
  listeners: [{name: http, address: "127.0.0.1:0"}]
`

const upstreamYAML = `apiVersion: meshwarden.io/v1alpha1
kind: Upstream
metadata: {name: echo}
spec: {builtin: echo}
`

const scanPolicyYAML = `apiVersion: meshwarden.io/v1alpha1
kind: ScanPolicy
metadata: {name: guarded}
spec: {mode: enforce, request: {actions: {sqli: block}}}
`

// tenantYAML is a tenant with a public, an internal and a restricted route; more is added to its spec.
func tenantYAML(name, secret, more string) string {
	return `apiVersion: meshwarden.io/v1alpha1
kind: Tenant
metadata: {name: ` + name + `}
spec:
  hosts: [` + name + `.localhost]
  tier: business
  auth:
    jwt: [{issuer: "https://` + name + `.example", secret: ` + secret + `}]
  routes:
    - {name: site, match: {path: /site}, upstream: echo, classification: public, anonymous: true}
    - {name: vault, match: {prefix: /vault}, upstream: echo, classification: restricted}
    - {name: api, match: {prefix: /}, upstream: echo}
` + more
}

// writeConfig writes files below a new directory, parents included.
func writeConfig(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		write(t, dir, name, content)
	}
	return dir
}

// write puts a file into place whole: a server that reads half of one would take it for a broken one.
func write(t testing.TB, dir, name, content string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".new", []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// twoTenants is the configuration that most tests start from.
func twoTenants() map[string]string {
	return map[string]string{
		"gateway.yaml":              gatewayYAML,
		"upstreams/echo.yaml":       upstreamYAML,
		"scanpolicies/guarded.yaml": scanPolicyYAML,
		"tenants/acme.yaml": tenantYAML("acme", acmeSecret, `  scan_policy: guarded
  quotas: [{name: burst, algorithm: token_bucket, limit: 1000, refill: 1}]
`),
		"tenants/globex.yaml": tenantYAML("globex", globexSecret, `  quotas: [{name: hour, algorithm: sliding_window, limit: 3, window: 1h, per: subject}]
`),
	}
}

// server is a running extauthz with a client.
type server struct {
	t        testing.TB
	authz    *extauthz.Server
	client   auth.AuthorizationClient
	conn     *grpc.ClientConn
	registry *prometheus.Registry
	// stop ends Run and waits for it.
	stop func() error
}

func start(t testing.TB, options extauthz.Options) *server {
	t.Helper()
	return startWith(t, options, func(*extauthz.Server) {})
}

// startWith calls prepare before the server runs.
func startWith(t testing.TB, options extauthz.Options, prepare func(*extauthz.Server)) *server {
	t.Helper()
	if options.Logger == nil {
		options.Logger = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	options.Registry = prometheus.NewRegistry()
	authz, err := extauthz.New(options)
	if err != nil {
		t.Fatal(err)
	}
	prepare(authz)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- authz.Run(ctx) }()
	s := &server{t: t, authz: authz, registry: options.Registry}
	stopped := false
	s.stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		return <-ended
	}
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Error(err)
		}
	})
	if s.conn, err = grpc.NewClient(authz.Address(), grpc.WithTransportCredentials(insecure.NewCredentials())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.conn.Close() })
	s.client = auth.NewAuthorizationClient(s.conn)
	return s
}

func (s *server) ready() *server {
	s.t.Helper()
	await(s.t, "readiness", func() bool { return s.authz.Ready() == nil })
	return s
}

// patience bounds every wait: the machine may be slow, and a test that passes never waits this long.
const patience = 2 * time.Minute

// await polls condition until it holds.
func await(t testing.TB, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !condition(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s did not happen in time", what)
		}
	}
}

// ask is one Check, as the control plane configures Envoy to make it.
type ask struct {
	tenant, route, method, path, token string
	headers                            map[string]string
}

func (a ask) message() *auth.CheckRequest {
	list := []*core.HeaderValue{
		{Key: ":path", RawValue: []byte(a.path)}, {Key: ":authority", RawValue: []byte(a.tenant + ".localhost")},
		{Key: "x-request-id", RawValue: []byte("req-1")},
	}
	if a.token != "" {
		list = append(list, &core.HeaderValue{Key: "authorization", RawValue: []byte("Bearer " + a.token)})
	}
	for name, value := range a.headers {
		list = append(list, &core.HeaderValue{Key: name, RawValue: []byte(value)})
	}
	return &auth.CheckRequest{Attributes: &auth.AttributeContext{
		Source: &auth.AttributeContext_Peer{Address: &core.Address{Address: &core.Address_SocketAddress{
			SocketAddress: &core.SocketAddress{Address: "192.0.2.1"},
		}}},
		Request: &auth.AttributeContext_Request{Http: &auth.AttributeContext_HttpRequest{
			Id: "42", Method: a.method, Path: a.path, Host: a.tenant + ".localhost", Scheme: "https", Size: -1,
			Protocol: "HTTP/1.1", HeaderMap: &core.HeaderMap{Headers: list},
		}},
		ContextExtensions: map[string]string{"tenant": a.tenant, "route": a.route},
	}}
}

func (s *server) check(a ask) *auth.CheckResponse {
	s.t.Helper()
	if a.method == "" {
		a.method = "GET"
	}
	if a.route == "" {
		a.route = "api"
	}
	if a.path == "" {
		a.path = "/notes"
	}
	response, err := s.client.Check(context.Background(), a.message(), grpc.WaitForReady(true))
	if err != nil {
		s.t.Fatal(err)
	}
	return response
}

// status of a check's answer, 200 when it admits.
func (s *server) status(a ask) int {
	s.t.Helper()
	return statusOf(s.check(a))
}

func statusOf(response *auth.CheckResponse) int {
	switch {
	case response.GetStatus().GetCode() == 0 && response.GetOkResponse() != nil:
		return 200
	case response.GetDeniedResponse() != nil:
		return int(response.GetDeniedResponse().GetStatus().GetCode())
	}
	return int(response.GetErrorResponse().GetStatus().GetCode())
}

// token signs HS256; changes are merged into usual claims.
func token(t testing.TB, tenant, secret, subject string, roles ...string) string {
	t.Helper()
	now := time.Now().Unix()
	claims, err := json.Marshal(map[string]any{
		"iss": "https://" + tenant + ".example", "sub": subject, "roles": roles, "iat": now, "exp": now + 600,
	})
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encode(claims)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(signed))
	return signed + "." + encode(mac.Sum(nil))
}

func acmeToken(t testing.TB, subject string, roles ...string) string {
	return token(t, "acme", acmeSecret, subject, roles...)
}

func globexToken(t testing.TB, subject string, roles ...string) string {
	return token(t, "globex", globexSecret, subject, roles...)
}

func header(list []*core.HeaderValueOption, name string) string {
	for _, h := range list {
		if h.GetHeader().GetKey() == name {
			return h.GetHeader().GetValue()
		}
	}
	return ""
}

func contains(text, part string) bool { return strings.Contains(text, part) }
