package envoytest_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"

	"github.com/meshwarden/meshwarden/internal/tenant"
	"github.com/meshwarden/meshwarden/xds/internal/adstest"
)

// bodyLimit is the longest body that the tests' gateway sends to authorization.
const bodyLimit = 64 << 10

func bodyMesh(t *testing.T, upstream string) *mesh {
	t.Helper()
	m := newMesh(t)
	snapshot := m.snapshot(tenantOf("acme", "acme.example.com", func(s *tenant.TenantSpec) {
		s.Routes = []tenant.Route{
			{Name: "hooks", Match: tenant.Match{Prefix: "/hooks"}, Upstream: "api", Webhook: "sender", Websocket: true},
			{Name: "api", Match: tenant.Match{Prefix: "/"}, Upstream: "api"},
		}
	}))
	snapshot.Gateway.MaxBodyBytes = bodyLimit
	if upstream != "" {
		snapshot.Upstreams["api"] = tenant.UpstreamSpec{Endpoints: []string{upstream}}
	}
	m.apply(snapshot)
	m.startEnvoy()
	m.await("acme.example.com", "/hooks/up", http.StatusOK)
	return m
}

func (m *mesh) post(path, contentType string, body io.Reader) *auth.CheckRequest {
	m.t.Helper()
	request, err := http.NewRequestWithContext(m.t.Context(), http.MethodPost, "http://"+m.gateway+path, body)
	if err != nil {
		m.t.Fatal(err)
	}
	request.Host = "acme.example.com"
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("x-envoy-auth-partial-body", "forged")
	before, _ := m.authz.asked()
	if _, err := m.do(request); err != nil {
		m.t.Fatal(err)
	}
	n, check := m.authz.asked()
	if n != before+1 {
		m.t.Fatalf("%d checks of one request", n-before)
	}
	return check
}

// partial is what Envoy says of a body, empty when it read none.
func partial(check *auth.CheckRequest) (values []string) {
	for _, h := range check.GetAttributes().GetRequest().GetHttp().GetHeaderMap().GetHeaders() {
		if h.GetKey() == "x-envoy-auth-partial-body" {
			values = append(values, string(h.GetRawValue())+h.GetValue())
		}
	}
	return values
}

func TestAuthorizationSeesTheBodiesThatItNeedsAsTheyAre(t *testing.T) {
	t.Parallel()
	m := bodyMesh(t, "")
	const binary = "{\"a\":\"\xff\xfe\x00\"}"
	for name, c := range map[string]struct {
		path, contentType, body string
		sent                    int
		partial                 string
		limit                   string
	}{
		"a body that is no text":       {"/hooks", "application/json", binary, len(binary), "[false]", "65536"},
		"none":                         {"/hooks", "application/json", "", 0, "[]", "65536"},
		"the longest":                  {"/hooks", "text/plain", strings.Repeat("x", bodyLimit), bodyLimit, "[false]", "65536"},
		"one byte more":                {"/hooks", "text/plain", strings.Repeat("x", bodyLimit+1), bodyLimit + 1, "[false]", "65536"},
		"much more":                    {"/hooks", "text/plain", strings.Repeat("x", bodyLimit+9000), bodyLimit + 1, "[true]", "65536"},
		"another route":                {"/api", "application/json", binary, 0, "[]", ""},
		"a gRPC call":                  {"/hooks", "application/grpc", "\x00\x00\x00\x00\x00", 0, "[]", ""},
		"a gRPC call, in capitals":     {"/hooks", "Application/GRPC+proto", "\x00\x00\x00\x00\x00", 0, "[]", ""},
		"a type that begins like gRPC": {"/hooks", "application/grpcx", binary, len(binary), "[false]", "65536"},
	} {
		check := m.post(c.path, c.contentType, strings.NewReader(c.body))
		got := check.GetAttributes().GetRequest().GetHttp()
		if len(got.GetRawBody()) != c.sent || got.GetBody() != "" || !strings.HasPrefix(c.body, string(got.GetRawBody())) {
			t.Errorf("%s: %d bytes and text %q, want %d", name, len(got.GetRawBody()), got.GetBody(), c.sent)
		}
		if said := fmt.Sprint(partial(check)); said != c.partial {
			t.Errorf("%s: Envoy says %s, want %s", name, said, c.partial)
		}
		if limit := check.GetAttributes().GetContextExtensions()["body"]; limit != c.limit {
			t.Errorf("%s: limit %q, want %q", name, limit, c.limit)
		}
	}
}

// TestABodyThatIsNotAllThereIsLongerThanTheLimit sends as much as Envoy waits for, and the rest after the check: Envoy says
// that the body is whole.
func TestABodyThatIsNotAllThereIsLongerThanTheLimit(t *testing.T) {
	t.Parallel()
	m := bodyMesh(t, "")
	read, write := io.Pipe()
	before, _ := m.authz.asked()
	go func() {
		_, _ = io.WriteString(write, strings.Repeat("x", bodyLimit+1))
		for end := time.Now().Add(adstest.Deadline); time.Now().Before(end); time.Sleep(time.Millisecond) {
			if n, _ := m.authz.asked(); n > before {
				break
			}
		}
		_, _ = io.WriteString(write, "the rest")
		_ = write.Close()
	}()
	check := m.post("/hooks", "text/plain", read)
	if body := check.GetAttributes().GetRequest().GetHttp().GetRawBody(); len(body) <= bodyLimit {
		t.Errorf("%d bytes, which look like a whole body; Envoy says %v", len(body), partial(check))
	}
}

func TestUpgradesAreNotHeldBackForTheirBodies(t *testing.T) {
	t.Parallel()
	m := bodyMesh(t, upgradeServer(t))
	status, conn, reader := m.upgrade("/hooks/live")
	if status != http.StatusSwitchingProtocols {
		t.Fatalf("upgrade answered %d", status)
	}
	if _, err := conn.Write([]byte("ping\n")); err != nil {
		t.Fatal(err)
	}
	if line, err := reader.ReadString('\n'); err != nil || line != "ping\n" {
		t.Errorf("got %q, %v", line, err)
	}
	if _, check := m.authz.asked(); len(partial(check)) != 0 {
		t.Error("Envoy read a body")
	}
}

// TestABodyBehindAnUpgradeIsUnread shows why an upgrade without a body is not a request without one.
func TestABodyBehindAnUpgradeIsUnread(t *testing.T) {
	t.Parallel()
	m := bodyMesh(t, upgradeServer(t))
	conn, err := net.Dial("tcp", m.gateway)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	before, _ := m.authz.asked()
	_, _ = io.WriteString(conn, "POST /hooks HTTP/1.1\r\nHost: acme.example.com\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 4\r\n\r\nbody")
	_, _ = http.ReadResponse(bufio.NewReader(conn), nil)
	n, check := m.authz.asked()
	http := check.GetAttributes().GetRequest().GetHttp()
	if n != before+1 || len(http.GetRawBody()) != 0 || len(partial(check)) != 0 {
		t.Errorf("%d checks, body %q, Envoy says %v", n-before, http.GetRawBody(), partial(check))
	}
}
