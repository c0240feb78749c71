package xds_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/telemetry"
	"github.com/meshwarden/meshwarden/internal/transport"
	"github.com/meshwarden/meshwarden/xds"
	"github.com/meshwarden/meshwarden/xds/internal/adstest"
)

// files is a configuration directory.
type files struct {
	t   testing.TB
	dir string
}

func newFiles(t testing.TB, tenants ...string) files {
	t.Helper()
	f := files{t, t.TempDir()}
	f.write("gateway.yaml", "apiVersion: meshwarden.io/v1alpha1\nkind: Gateway\nmetadata: {name: gateway}\nspec: {listeners: [{name: edge, address: \"127.0.0.1:0\"}]}\n")
	f.write("upstreams/api.yaml", "apiVersion: meshwarden.io/v1alpha1\nkind: Upstream\nmetadata: {name: api}\nspec: {endpoints: [\"127.0.0.1:1\"]}\n")
	f.write("scanpolicies/guarded.yaml", "apiVersion: meshwarden.io/v1alpha1\nkind: ScanPolicy\nmetadata: {name: guarded}\nspec: {mode: enforce}\n")
	for _, name := range tenants {
		f.tenant(name, "/api")
	}
	return f
}

// write replaces a file as careful editors do.
func (f files) write(name, content string) {
	f.t.Helper()
	path := filepath.Join(f.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(path+"~", []byte(content), 0o644); err != nil {
		f.t.Fatal(err)
	}
	if err := os.Rename(path+"~", path); err != nil {
		f.t.Fatal(err)
	}
}

func (f files) tenant(name, prefix string) {
	f.t.Helper()
	f.write("tenants/"+name+".yaml", fmt.Sprintf(`apiVersion: meshwarden.io/v1alpha1
kind: Tenant
metadata: {name: %[1]s}
spec:
  hosts: [%[1]s.example.com]
  scan_policy: guarded
  routes:
    - {name: api, match: {prefix: %[2]s}, upstream: api}
`, name, prefix))
}

func (f files) remove(name string) {
	f.t.Helper()
	if err := os.Remove(filepath.Join(f.dir, name)); err != nil {
		f.t.Fatal(err)
	}
}

// server is a control plane under test.
type server struct {
	*xds.Server
	t        testing.TB
	admin    string
	registry *prometheus.Registry
	stop     func()
}

func start(t testing.TB, f files, change ...func(*xds.Options)) *server {
	t.Helper()
	module := filepath.Join(t.TempDir(), "scanner.wasm")
	if err := os.WriteFile(module, []byte("module"), 0o600); err != nil {
		t.Fatal(err)
	}
	registry := prometheus.NewRegistry()
	admin, err := telemetry.NewAdmin("127.0.0.1:0", registry)
	if err != nil {
		t.Fatal(err)
	}
	options := xds.Options{
		Config: f.dir, Listen: "127.0.0.1:0", Scanner: module, Registry: registry, Admin: admin,
		ExtauthzAddresses: []string{"127.0.0.1:9001"}, ScanPolicyAddresses: []string{"127.0.0.1:9002"},
	}
	for _, c := range change {
		c(&options)
	}
	s, err := xds.New(options)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 2)
	go func() { ended <- admin.Run(ctx) }()
	go func() { ended <- s.Run(ctx) }()
	stopped := false
	stop := func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		for range 2 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	}
	t.Cleanup(stop)
	return &server{s, t, admin.Address(), registry, stop}
}

func (s *server) replica(name string) *adstest.Client {
	s.t.Helper()
	c := adstest.Connect(s.t, s.Address(), name, "extauthz")
	for _, typeURL := range []string{plane.TypePlatform, plane.TypeScanPolicy, plane.TypeTenant} {
		c.Subscribe(typeURL, nil)
	}
	return c
}

// tenantState waits until the tenant has the state, and returns why.
func (s *server) tenantState(name, state string) string {
	s.t.Helper()
	var reason string
	adstest.Eventually(s.t, name+" is "+state, func() bool {
		for _, t := range s.Status().Tenants {
			if t.Name == name {
				reason = t.Reason
				return t.State == state
			}
		}
		return false
	})
	return reason
}

// next receives resources until one has the name, accepting all but that one.
func next(c *adstest.Client, name string) *discovery.DeltaDiscoveryResponse {
	for {
		response := c.Receive()
		for _, r := range response.Resources {
			if r.Name == name {
				return response
			}
		}
		for _, removed := range response.RemovedResources {
			if removed == name {
				return response
			}
		}
		c.Ack(response)
	}
}

func TestATenantReachesExtauthzBeforeEnvoyAndLeavesItAfter(t *testing.T) {
	t.Parallel()
	f := newFiles(t, "acme")
	s := start(t, f)
	replica := s.replica("extauthz-1")
	replica.Ack(next(replica, "acme"))
	envoy := adstest.Connect(t, s.Address(), "envoy-1", "gateway")
	envoy.Subscribe(resource.ScopedRouteType, nil)
	envoy.Ack(next(envoy, "acme/acme.example.com"))
	s.tenantState("acme", xds.StateLive)

	f.tenant("globex", "/api")
	document := next(replica, "globex")
	if reason := s.tenantState("globex", xds.StatePending); !strings.Contains(reason, "extauthz-1") {
		t.Errorf("pending because %q", reason)
	}
	envoy.ExpectNothing()
	replica.Ack(document)
	envoy.Ack(next(envoy, "globex/globex.example.com"))
	s.tenantState("globex", xds.StateLive)

	f.remove("tenants/globex.yaml")
	removal := next(envoy, "globex/globex.example.com")
	replica.ExpectNothing()
	envoy.Ack(removal)
	if got := next(replica, "globex"); len(got.RemovedResources) != 1 {
		t.Errorf("got %v", got)
	}
}

func TestATenantThatExtauthzRefusesKeepsItsRoutes(t *testing.T) {
	t.Parallel()
	f := newFiles(t, "acme")
	s := start(t, f)
	replica := s.replica("extauthz-1")
	replica.Ack(next(replica, "acme"))
	envoy := adstest.Connect(t, s.Address(), "envoy-1", "gateway")
	envoy.Subscribe(resource.ScopedRouteType, nil)
	envoy.Ack(next(envoy, "acme/acme.example.com"))

	f.tenant("acme", "/v2")
	replica.Nack(next(replica, "acme"), "tenants/acme/rules.rego:3:7: no such function")
	reason := s.tenantState("acme", xds.StateRejected)
	if !strings.Contains(reason, "rules.rego:3:7") {
		t.Errorf("rejected because %q", reason)
	}
	envoy.ExpectNothing()
	for _, c := range s.Status().Clients {
		if c.Type != "extauthz" {
			continue
		}
		if len(c.Nacks) != 1 || c.Nacks[0].Tenant != "acme" || c.Nacks[0].Object != "tenant/acme" || c.Nacks[0].Field != "tenants/acme/rules.rego:3:7" {
			t.Errorf("nacks %+v", c.Nacks)
		}
	}
	f.tenant("acme", "/v3")
	replica.Ack(next(replica, "acme"))
	envoy.Ack(next(envoy, "acme/acme.example.com"))
	s.tenantState("acme", xds.StateLive)
}

func TestAReplicaThatRepairsItselfLetsTheRoutesGo(t *testing.T) {
	t.Parallel()
	f := newFiles(t, "acme")
	s := start(t, f)
	replica := s.replica("extauthz-1")
	replica.Ack(next(replica, "acme"))
	envoy := adstest.Connect(t, s.Address(), "envoy-1", "gateway")
	envoy.Subscribe(resource.ScopedRouteType, nil)
	envoy.Ack(next(envoy, "acme/acme.example.com"))

	f.tenant("acme", "/v2")
	replica.Nack(next(replica, "acme"), "out of memory")
	s.tenantState("acme", xds.StateRejected)
	envoy.ExpectNothing()
	replica.Close()
	envoy.Ack(next(envoy, "acme/acme.example.com"))
}

func TestABrokenFileIsShownAndHoldsNobodyBack(t *testing.T) {
	t.Parallel()
	f := newFiles(t, "acme", "globex")
	s := start(t, f)
	replica := s.replica("extauthz-1")
	replica.Ack(next(replica, "globex"))
	adstest.Eventually(t, "ready", func() bool { return s.Ready() == nil })

	f.write("tenants/acme.yaml", "apiVersion: meshwarden.io/v1alpha1\nkind: Tenant\nmetadata: {name: acme}\nspec:\n  hosts: [acme.example.com\n")
	reason := s.tenantState("acme", xds.StateRejected)
	if !strings.HasPrefix(reason, "tenants/acme.yaml:") {
		t.Errorf("rejected because %q", reason)
	}
	f.tenant("globex", "/v2")
	replica.Ack(next(replica, "globex"))

	response, err := http.Get("http://" + s.admin + "/status")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var status xds.Status
	if err := json.NewDecoder(response.Body).Decode(&status); err != nil {
		t.Fatal(err)
	}
	if len(status.Config.Problems) != 1 || status.Config.Problems[0].Object != "tenant/acme" || status.Config.Problems[0].Line == 0 || status.Config.Version == "" {
		t.Errorf("config %+v", status.Config)
	}
	if got := metric(t, s.registry, "meshwarden_xds_config_problems"); got != 1 {
		t.Errorf("metric of problems: %v", got)
	}
	f.tenant("acme", "/v2")
	replica.Ack(next(replica, "acme"))
	adstest.Eventually(t, "no problems", func() bool { return len(s.Status().Config.Problems) == 0 })
}

func TestARestartWithABrokenFileTakesNothingFromClients(t *testing.T) {
	t.Parallel()
	f := newFiles(t, "acme", "globex")
	s := start(t, f)
	replica := s.replica("extauthz-1")
	first := next(replica, "acme").Resources[0]
	s.stop()

	f.write("tenants/acme.yaml", "no tenant")
	s = start(t, f)
	again := adstest.Connect(t, s.Address(), "extauthz-1", "extauthz")
	again.Subscribe(plane.TypeTenant, map[string]string{"acme": first.Version, "gone": "1"})
	if got := again.Receive(); len(got.RemovedResources) != 1 || got.RemovedResources[0] != "gone" {
		t.Errorf("removed %v", got.RemovedResources)
	}
	again.Ack(next(again, "globex"))
	f.remove("tenants/acme.yaml")
	if got := next(again, "acme"); len(got.RemovedResources) != 1 {
		t.Errorf("got %v", got)
	}
}

func TestWithoutAGatewayNothingIsTakenFromClients(t *testing.T) {
	t.Parallel()
	s := start(t, files{t, filepath.Join(t.TempDir(), "missing")})
	envoy := adstest.Connect(t, s.Address(), "envoy-1", "gateway")
	envoy.Subscribe(resource.ListenerType, map[string]string{"edge": "1"})
	envoy.ExpectNothing()
	if s.Ready() == nil {
		t.Error("ready without a gateway")
	}
}

func TestTheCertificateDecidesWhatAClientSees(t *testing.T) {
	t.Parallel()
	ca := adstest.NewAuthority(t)
	s := start(t, newFiles(t, "acme"), func(o *xds.Options) { o.TLS = ca.Issue(t, "xds") })
	for certificate, want := range map[string]map[string]bool{
		"extauthz":        {"extauthz": true, "gateway": false},
		"envoy-7":         {"extauthz": false, "gateway": true},
		"extauthz.mesh":   {"extauthz": true},
		"extauthzoid":     {"extauthz": false, "gateway": false},
		"evil-extauthz-1": {"extauthz": false},
	} {
		for cluster, allowed := range want {
			c := adstest.ConnectTLS(t, s.Address(), "n", cluster, ca.Issue(t, certificate))
			c.Subscribe(plane.TypeTenant, nil)
			_, err := c.Stream.Recv()
			if (err == nil) != allowed {
				t.Errorf("certificate %s as %s: %v", certificate, cluster, err)
			}
		}
	}
}

func TestPlaintextOffLoopbackAndMissingPartsAreRefused(t *testing.T) {
	t.Parallel()
	f := newFiles(t)
	module := filepath.Join(f.dir, "scanner.wasm")
	f.write("scanner.wasm", "module")
	good := xds.Options{
		Config: f.dir, Listen: "127.0.0.1:0", Scanner: module,
		ExtauthzAddresses: []string{"127.0.0.1:1"}, ScanPolicyAddresses: []string{"127.0.0.1:1"},
	}
	for name, change := range map[string]func(*xds.Options){
		"plaintext":        func(o *xds.Options) { o.Listen = "0.0.0.0:0" },
		"half of TLS":      func(o *xds.Options) { o.TLS = transport.Options{CertFile: "x"} },
		"no extauthz":      func(o *xds.Options) { o.ExtauthzAddresses = nil },
		"no scan policies": func(o *xds.Options) { o.ScanPolicyAddresses = nil },
		"no scanner":       func(o *xds.Options) { o.Scanner = module + ".missing" },
		"a bad address":    func(o *xds.Options) { o.Listen = "nonsense" },
	} {
		options := good
		change(&options)
		if _, err := xds.New(options); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func metric(t *testing.T, registry *prometheus.Registry, name string) float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() == name {
			return family.GetMetric()[0].GetGauge().GetValue()
		}
	}
	return -1
}
