package envoytest_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"

	"github.com/meshwarden/meshwarden/internal/scannerplugin"
	"github.com/meshwarden/meshwarden/internal/tenant"
	"github.com/meshwarden/meshwarden/xds/internal/ads"
)

func TestEnvoyServesWhatWasPublished(t *testing.T) {
	t.Parallel()
	m := newMesh(t)
	cors := func(s *tenant.TenantSpec) {
		s.CORS = &tenant.CORS{Origins: []string{"https://app.example.com"}, Methods: []string{"GET", "POST"}, Headers: []string{"authorization"}}
	}
	failOpen := func(s *tenant.TenantSpec) { s.OnAuthzFailure = "allow" }
	m.apply(m.snapshot(
		tenantOf("acme", "acme.example.com", cors),
		tenantOf("globex", "globex.example.com"),
		tenantOf("open", "open.example.com", failOpen),
	))
	m.startEnvoy()
	m.await("acme.example.com", "/api/x", http.StatusOK)
	for label, n := range map[string]int{"lds": 1, "cds": 3, "ecds": 3, "srds": 3} {
		m.awaitAcked(label, n)
	}

	t.Run("authorization is told tenant and route, and upstreams see only our identity headers", func(t *testing.T) {
		got := m.await("acme.example.com", "/api/x", http.StatusOK,
			"x-tenant-id", "globex", "x-subject", "root", "x-roles", "admin", "x_tenant_id", "globex",
			"x-envoy-auth-failure-mode-allowed", "true", "accept-encoding", "gzip",
			"x-http-method-override", "DELETE", "x-http-method", "DELETE", "x-method-override", "DELETE",
			"x-original-url", "/admin", "x-rewrite-url", "/admin", "x-envoy-original-path", "/admin",
			"x-forwarded-host", "globex.example.com", "forwarded", "host=globex.example.com")
		want := map[string]string{"x-tenant-id": "acme", "x-route": "api", "accept-encoding": "identity", "host": "acme.example.com"}
		for name, value := range want {
			if got.upstream[name] != value {
				t.Errorf("upstream saw %s: %q, want %q", name, got.upstream[name], value)
			}
		}
		for _, name := range []string{
			"x-subject", "x-roles", "x_tenant_id", "x-envoy-auth-failure-mode-allowed",
			"x-http-method-override", "x-http-method", "x-method-override",
			"x-original-url", "x-rewrite-url", "x-envoy-original-path", "x-forwarded-host", "forwarded",
		} {
			if value, ok := got.upstream[name]; ok {
				t.Errorf("upstream saw the client's %s: %s", name, value)
			}
		}
		_, check := m.authz.asked()
		if extensions := check.GetAttributes().GetContextExtensions(); extensions["tenant"] != "acme" || extensions["route"] != "api" {
			t.Errorf("context extensions %v", extensions)
		}
		if headers := check.GetAttributes().GetRequest().GetHttp().GetHeaderMap().GetHeaders(); len(headers) == 0 {
			t.Error("headers are not sent raw")
		}
		if got.header.Get("x-request-id") == "" || got.header.Get("server") != "meshwarden" {
			t.Errorf("answer headers %v", got.header)
		}
	})

	t.Run("hosts match without port, trailing dot and case", func(t *testing.T) {
		for _, host := range []string{"acme.example.com:8443", "acme.example.com.", "ACME.Example.com", "Open.Example.COM"} {
			got := m.await(host, "/api", http.StatusOK)
			if want, _, _ := strings.Cut(strings.ToLower(host), "."); got.upstream["x-tenant-id"] != want {
				t.Errorf("%s reached tenant %q", host, got.upstream["x-tenant-id"])
			}
		}
	})

	t.Run("what belongs to no route is denied by authorization", func(t *testing.T) {
		for _, at := range [][2]string{{"acme.example.com", "/apix"}, {"open.example.com", "/"}} {
			if got := m.await(at[0], at[1], http.StatusNotFound); !strings.Contains(got.body, "from extauthz") {
				t.Errorf("%v: %s", at, got.body)
			}
		}
	})

	t.Run("what belongs to no tenant is denied by Envoy", func(t *testing.T) {
		for _, host := range []string{"unknown.example.com", "UNKNOWN.example.com", "acme.example.com.example.com"} {
			if got := m.await(host, "/api", http.StatusNotFound); got.code != "NOT_FOUND" || !strings.Contains(got.body, "no such host") {
				t.Errorf("%s: %s", host, got.body)
			}
		}
	})

	t.Run("escaped slashes are refused with our body", func(t *testing.T) {
		for _, path := range []string{"/api%2Fx", "/api/%5c"} {
			got := m.await("acme.example.com", path, http.StatusBadRequest)
			if got.code != "VALIDATION_ERROR" || got.header.Get("content-type") != "application/json" {
				t.Errorf("%s: %v %s", path, got.header, got.body)
			}
		}
	})

	t.Run("slashes are not merged: authorization judges the path that is forwarded", func(t *testing.T) {
		m.await("acme.example.com", "/api//x/../y", http.StatusOK)
		_, check := m.authz.asked()
		if got := check.GetAttributes().GetRequest().GetHttp().GetPath(); got != "/api//y" {
			t.Errorf("authorization judged %q", got)
		}
	})

	t.Run("preflights are answered before authorization", func(t *testing.T) {
		before, _ := m.authz.asked()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, "http://"+m.gateway+"/api/x", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = "acme.example.com"
		request.Header.Set("Origin", "https://app.example.com")
		request.Header.Set("Access-Control-Request-Method", "POST")
		got, err := m.do(request)
		if err != nil {
			t.Fatal(err)
		}
		if got.status != http.StatusOK || got.header.Get("Access-Control-Allow-Origin") != "https://app.example.com" || got.header.Get("Access-Control-Max-Age") != "600" {
			t.Errorf("%d %v", got.status, got.header)
		}
		if after, _ := m.authz.asked(); after != before {
			t.Errorf("authorization was asked")
		}
	})

	t.Run("headers beyond the limit are refused with our body", func(t *testing.T) {
		got := m.await("acme.example.com", "/api", http.StatusRequestHeaderFieldsTooLarge, "x-large", strings.Repeat("x", 70<<10))
		if got.code != "PAYLOAD_TOO_LARGE" {
			t.Errorf("%s", got.body)
		}
	})

	t.Run("without a configuration of the scanner every request is refused", func(t *testing.T) {
		key := ads.Key{Type: resource.ExtensionConfigType, Name: scannerplugin.Name}
		scanner := m.plane.server.Get(key)
		m.plane.server.Remove(key)
		got := m.await("acme.example.com", "/api", http.StatusServiceUnavailable)
		if got.code != "UNAVAILABLE" || got.header.Get("Retry-After") == "" {
			t.Errorf("%v %s", got.header, got.body)
		}
		m.plane.server.Set(scanner)
		m.await("acme.example.com", "/api", http.StatusOK)
	})

	t.Run("when authorization is away the tenant's choice applies", func(t *testing.T) {
		m.authz.grpc.Stop()
		got := m.await("acme.example.com", "/api", http.StatusServiceUnavailable)
		if got.code != "UNAVAILABLE" || got.header.Get("Retry-After") != "1" || got.requestID == "" {
			t.Errorf("%v %s", got.header, got.body)
		}
		for _, host := range []string{"open.example.com", "OPEN.example.com"} {
			got = m.await(host, "/api", http.StatusOK, "x-tenant-id", "acme")
			if got.upstream["x-envoy-auth-failure-mode-allowed"] != "true" || got.upstream["x-tenant-id"] != "" {
				t.Errorf("upstream saw %v", got.upstream)
			}
		}
		if got = m.await("open.example.com", "/", http.StatusNotFound); got.code != "NOT_FOUND" {
			t.Errorf("%s", got.body)
		}
	})
}

func TestWebSocketsWorkOnlyOnTheRoutesThatSaySo(t *testing.T) {
	t.Parallel()
	m := newMesh(t)
	echo := upgradeServer(t)
	snapshot := m.snapshot(tenantOf("acme", "acme.example.com", func(s *tenant.TenantSpec) {
		s.Routes = []tenant.Route{
			{Name: "live", Match: tenant.Match{Path: "/live"}, Upstream: "echo", Websocket: true},
			{Name: "api", Match: tenant.Match{Prefix: "/"}, Upstream: "echo"},
		}
	}))
	snapshot.Upstreams["echo"] = tenant.UpstreamSpec{Endpoints: []string{echo}}
	m.apply(snapshot)
	m.startEnvoy()
	m.await("acme.example.com", "/plain", http.StatusOK)

	status, conn, reader := m.upgrade("/live")
	if status != http.StatusSwitchingProtocols {
		t.Fatalf("upgrade answered %d", status)
	}
	if _, err := conn.Write([]byte("ping\n")); err != nil {
		t.Fatal(err)
	}
	if line, err := reader.ReadString('\n'); err != nil || line != "ping\n" {
		t.Errorf("got %q, %v", line, err)
	}
	if _, check := m.authz.asked(); check.GetAttributes().GetContextExtensions()["route"] != "live" {
		t.Errorf("authorization was asked about %v", check.GetAttributes().GetContextExtensions())
	}
	if status, _, _ := m.upgrade("/other"); status != http.StatusForbidden {
		t.Errorf("upgrade of a route without websocket answered %d", status)
	}
}

// upgrade asks for a WebSocket and returns the connection behind the answer.
func (m *mesh) upgrade(path string) (status int, conn net.Conn, reader *bufio.Reader) {
	m.t.Helper()
	conn, err := net.Dial("tcp", m.gateway)
	if err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() { _ = conn.Close() })
	_, err = io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: acme.example.com\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	if err != nil {
		m.t.Fatal(err)
	}
	reader = bufio.NewReader(conn)
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		m.t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode, conn, reader
}

// upgradeServer answers upgrades with an echo of bytes, and other requests with 200.
func upgradeServer(t *testing.T) string {
	t.Helper()
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") == "" {
			return
		}
		conn, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		_, _ = io.Copy(conn, buffered)
	})}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close(); <-done })
	return listener.Addr().String()
}
