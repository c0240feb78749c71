package xds_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/telemetry"
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

func (f files) read(name string) string {
	f.t.Helper()
	content, err := os.ReadFile(filepath.Join(f.dir, name))
	if err != nil {
		f.t.Fatal(err)
	}
	return string(content)
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
