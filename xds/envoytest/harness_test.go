package envoytest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	httpstatus "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"github.com/prometheus/client_golang/prometheus"
	rpcstatus "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/meshwarden/meshwarden/internal/config"
	"github.com/meshwarden/meshwarden/internal/envoyproc"
	"github.com/meshwarden/meshwarden/internal/handoff"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/tenant"
	"github.com/meshwarden/meshwarden/internal/tlstest"
	"github.com/meshwarden/meshwarden/xds"
	"github.com/meshwarden/meshwarden/xds/internal/ads"
	"github.com/meshwarden/meshwarden/xds/internal/adstest"
	"github.com/meshwarden/meshwarden/xds/internal/publish"
	"github.com/meshwarden/meshwarden/xds/internal/shape"
)

// mesh is a control plane, an authorization server and an upstream around one real Envoy.
type mesh struct {
	t        *testing.T
	authz    *authzServer
	upstream *httptest.Server
	options  shape.Options
	listen   string
	plane    *controlPlane
	envoy    *envoyproc.Process
	gateway  string
	pid      atomic.Int64
	// authority, when set, secures all connections of ours.
	authority *tlstest.Authority
}

// controlPlane is one life of the control plane.
type controlPlane struct {
	server    *ads.Server
	publisher *publish.Publisher
	grpc      *grpc.Server
	done      chan struct{}
	refused   chan ads.Nack
	registry  *prometheus.Registry
}

// pushes is how many resources this life of the control plane has sent.
func (p *controlPlane) pushes(t *testing.T) float64 {
	t.Helper()
	families, err := p.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var sum float64
	for _, family := range families {
		if family.GetName() == "meshwarden_xds_pushes_total" {
			for _, metric := range family.GetMetric() {
				sum += metric.GetCounter().GetValue()
			}
		}
	}
	return sum
}

func newMesh(t *testing.T) *mesh {
	t.Helper()
	return meshWith(t, nil)
}

func meshWith(t *testing.T, authority *tlstest.Authority) *mesh {
	t.Helper()
	m := &mesh{t: t, authority: authority, authz: startAuthz(t, serverOptions(t, authority, "extauthz-1"))}
	m.upstream = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		headers := map[string]string{"host": r.Host}
		for name := range r.Header {
			headers[strings.ToLower(name)] = r.Header.Get(name)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"path": r.URL.Path, "headers": headers})
	}))
	t.Cleanup(m.upstream.Close)
	address, release, err := envoyproc.Reserve("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(release)
	m.gateway = address
	m.options = shape.Options{
		ExtauthzAddresses: []string{m.authz.address}, ScanPolicyAddresses: []string{m.authz.address},
		GatewayAddress: address, Scanner: wasmModule(true), Secure: authority != nil,
	}
	m.makePlane()
	m.servePlane("127.0.0.1:0")
	return m
}

// restartPlane runs a new control plane where the last one was. As xds.Server does it, it serves only once it has published: what Envoy
// holds would look deleted before.
func (m *mesh) restartPlane(snapshot *config.Snapshot) {
	m.t.Helper()
	m.makePlane()
	m.apply(snapshot)
	m.servePlane(m.listen)
}

func (m *mesh) makePlane() {
	m.t.Helper()
	shapes, err := shape.New(m.options)
	if err != nil {
		m.t.Fatal(err)
	}
	p := &controlPlane{done: make(chan struct{}), refused: make(chan ads.Nack, 64), registry: prometheus.NewRegistry()}
	p.server = ads.New(ads.Options{
		Types: publish.Types(), Logger: slog.New(slog.DiscardHandler), Registry: p.registry,
		Authorize: func(context.Context, string) (ads.Role, error) { return ads.Envoy, nil },
		Refused:   func(_ string, nack ads.Nack) { p.refused <- nack },
	})
	p.publisher = publish.New(p.server, shapes, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	p.grpc = grpc.NewServer(serverOptions(m.t, m.authority, "xds")...)
	discovery.RegisterAggregatedDiscoveryServiceServer(p.grpc, p.server)
	m.plane = p
}

func (m *mesh) servePlane(listen string) {
	m.t.Helper()
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		m.t.Fatal(err)
	}
	m.listen = listener.Addr().String()
	p := m.plane
	m.t.Cleanup(p.stop)
	go func() { defer close(p.done); _ = p.grpc.Serve(listener) }()
}

func (p *controlPlane) stop() { p.grpc.Stop(); <-p.done }

// startEnvoy runs Envoy on a bootstrap of ours; its log is shown when the test fails.
func (m *mesh) startEnvoy() {
	m.t.Helper()
	path, err := envoyproc.Find("")
	if err != nil {
		m.t.Fatal(err)
	}
	options := xds.BootstrapOptions{XDS: []string{m.listen}, Node: "envoy-1", AdminAddress: "127.0.0.1:0"}
	if m.authority != nil {
		options.TLS = m.authority.Issue(m.t, "envoy-1")
	}
	bootstrap, err := xds.Bootstrap(options)
	if err != nil {
		m.t.Fatal(err)
	}
	dir := m.t.TempDir()
	file := filepath.Join(dir, "bootstrap.json")
	if err := os.WriteFile(file, bootstrap, 0o600); err != nil {
		m.t.Fatal(err)
	}
	log := &failureLog{t: m.t}
	m.envoy, err = envoyproc.New(envoyproc.Options{
		Path: path, Bootstrap: file, Dir: dir, Concurrency: 1,
		Started: func(pid int) { m.pid.Store(int64(pid)) },
		Logger:  slog.New(slog.NewTextHandler(log, nil)),
	})
	if err != nil {
		m.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = m.envoy.Run(ctx) }()
	m.t.Cleanup(func() { cancel(); <-done; log.show() })
}

// failureLog keeps what Envoy said for a test that fails.
type failureLog struct {
	t  *testing.T
	mu sync.Mutex
	b  strings.Builder
}

func (l *failureLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	// A refused resource is printed whole, a line a field.
	if bytes.Contains(p, []byte("][")) {
		l.b.Write(p[:min(len(p), 600)])
		l.b.WriteByte('\n')
	}
	return len(p), nil
}

func (l *failureLog) show() {
	if l.t.Failed() {
		l.t.Log(l.b.String())
	}
}

func (m *mesh) apply(snapshot *config.Snapshot) publish.Outcome {
	m.t.Helper()
	outcome := m.plane.publisher.Apply(m.t.Context(), snapshot, nil)
	for _, problem := range outcome.Problems {
		m.t.Errorf("not published: %v", problem)
	}
	return outcome
}

// counts are what Envoy answered, over all of a type.
func (m *mesh) counts(label string) ads.Counts {
	for _, c := range m.plane.server.Clients() {
		return c.Types[label]
	}
	return ads.Counts{}
}

func (m *mesh) awaitAcked(label string, n int) {
	m.t.Helper()
	adstest.Eventually(m.t, fmt.Sprintf("%d %s acked", n, label), func() bool { return m.counts(label) == ads.Counts{Acked: n} })
}

// answer is an HTTP answer of the gateway.
type answer struct {
	status int
	header http.Header
	body   string
	// upstream is what the upstream saw, when it answered.
	upstream map[string]string
	// code is that of an error body.
	code, requestID string
}

func (m *mesh) get(host, path string, headers ...string) (answer, error) {
	request, err := http.NewRequestWithContext(m.t.Context(), http.MethodGet, "http://"+m.gateway+"/", nil)
	if err != nil {
		return answer{}, err
	}
	request.URL.Opaque = path
	request.Host = host
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return m.do(request)
}

func (m *mesh) do(request *http.Request) (answer, error) {
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{}, err
	}
	a := answer{status: response.StatusCode, header: response.Header, body: string(body)}
	var parsed struct {
		Headers map[string]string `json:"headers"`
		Error   struct {
			Code      string `json:"code"`
			RequestID string `json:"request_id"`
		} `json:"error"`
	}
	_ = json.Unmarshal(body, &parsed)
	a.upstream, a.code, a.requestID = parsed.Headers, parsed.Error.Code, parsed.Error.RequestID
	return a, nil
}

// await polls until the gateway answers with the status.
func (m *mesh) await(host, path string, status int, headers ...string) answer {
	m.t.Helper()
	var got answer
	var err error
	end := time.Now().Add(adstest.Deadline)
	for {
		if got, err = m.get(host, path, headers...); err == nil && got.status == status {
			return got
		}
		if time.Now().After(end) {
			m.t.Fatalf("%s%s: want status %d, got %d %s, %v", host, path, status, got.status, got.body, err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// authzServer allows what carries a tenant, and remembers what it was asked.
type authzServer struct {
	auth.UnimplementedAuthorizationServer
	address  string
	listener *hanging
	grpc     *grpc.Server
	mu       sync.Mutex
	last     *auth.CheckRequest
	checks   int
}

// serverOptions are none without an authority.
func serverOptions(t *testing.T, authority *tlstest.Authority, name string) []grpc.ServerOption {
	t.Helper()
	if authority == nil {
		return nil
	}
	options := authority.Issue(t, name)
	config, err := options.Server("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return []grpc.ServerOption{grpc.Creds(credentials.NewTLS(config))}
}

func startAuthz(t *testing.T, options []grpc.ServerOption) *authzServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	a := &authzServer{address: listener.Addr().String(), listener: &hanging{Listener: listener}, grpc: grpc.NewServer(options...)}
	auth.RegisterAuthorizationServer(a.grpc, a)
	done := make(chan struct{})
	go func() { defer close(done); _ = a.grpc.Serve(a.listener) }()
	t.Cleanup(func() { a.grpc.Stop(); <-done })
	return a
}

func (a *authzServer) Check(_ context.Context, request *auth.CheckRequest) (*auth.CheckResponse, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last = request
	a.checks++
	extensions := request.GetAttributes().GetContextExtensions()
	if extensions["tenant"] == "" || extensions["route"] == "" {
		return &auth.CheckResponse{Status: &rpcstatus.Status{Code: int32(codes.PermissionDenied)}, HttpResponse: &auth.CheckResponse_DeniedResponse{
			DeniedResponse: &auth.DeniedHttpResponse{
				Status:  &httpstatus.HttpStatus{Code: httpstatus.StatusCode_NotFound},
				Headers: []*core.HeaderValueOption{{Header: &core.HeaderValue{Key: "content-type", Value: "application/json"}}},
				Body:    `{"error":{"code":"NOT_FOUND","message":"from extauthz","request_id":"r"}}`,
			},
		}}, nil
	}
	set := func(key, value string) *core.HeaderValueOption {
		return &core.HeaderValueOption{Header: &core.HeaderValue{Key: key, Value: value}, AppendAction: core.HeaderValueOption_OVERWRITE_IF_EXISTS_OR_ADD}
	}
	metadata, err := structpb.NewStruct(map[string]any{handoff.Key: handoff.Handoff{Tenant: extensions["tenant"]}.String()})
	if err != nil {
		return nil, err
	}
	return &auth.CheckResponse{
		Status: &rpcstatus.Status{}, DynamicMetadata: metadata,
		HttpResponse: &auth.CheckResponse_OkResponse{OkResponse: &auth.OkHttpResponse{Headers: []*core.HeaderValueOption{
			set("x-tenant-id", extensions["tenant"]), set("x-route", extensions["route"]),
		}}},
	}, nil
}

func (a *authzServer) asked() (int, *auth.CheckRequest) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.checks, a.last
}

// snapshot is a gateway, one upstream and the tenants.
func (m *mesh) snapshot(tenants ...*plane.Tenant) *config.Snapshot {
	s := &config.Snapshot{
		Gateway:   tenant.GatewaySpec{Listeners: []tenant.Listener{{Name: "edge", Address: "127.0.0.1:0"}}},
		Upstreams: map[string]tenant.UpstreamSpec{"api": {Endpoints: []string{strings.TrimPrefix(m.upstream.URL, "http://")}}},
		Tenants:   map[string]*plane.Tenant{},
	}
	for _, t := range tenants {
		s.Tenants[t.Name] = t
	}
	return s
}

func tenantOf(name, host string, change ...func(*tenant.TenantSpec)) *plane.Tenant {
	t := &plane.Tenant{Name: name, Spec: tenant.TenantSpec{
		Hosts:  []string{host},
		Routes: []tenant.Route{{Name: "api", Match: tenant.Match{Prefix: "/api"}, Upstream: "api"}},
	}}
	for _, c := range change {
		c(&t.Spec)
	}
	return t
}
