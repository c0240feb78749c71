package xds_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/tlstest"
	"github.com/meshwarden/meshwarden/internal/transport"
	"github.com/meshwarden/meshwarden/xds"
	"github.com/meshwarden/meshwarden/xds/internal/adstest"
)

// acmeServed is a control plane with one tenant, which one replica and one Envoy have accepted.
func acmeServed(t *testing.T) (f files, s *server, replica, envoy *adstest.Client) {
	t.Helper()
	f = newFiles(t, "acme")
	s = start(t, f)
	replica = s.replica("extauthz-1")
	replica.Ack(next(replica, "acme"))
	envoy = adstest.Connect(t, s.Address(), "envoy-1", "gateway")
	envoy.Subscribe(resource.ScopedRouteType, nil)
	envoy.Ack(next(envoy, "acme/acme.example.com"))
	s.tenantState("acme", xds.StateLive)
	return f, s, replica, envoy
}

func TestATenantReachesExtauthzBeforeEnvoyAndLeavesItAfter(t *testing.T) {
	t.Parallel()
	f, s, replica, envoy := acmeServed(t)

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

func TestExtauthzKnowsARenamedRouteByBothNamesUntilEnvoyHasSwitched(t *testing.T) {
	t.Parallel()
	f, _, replica, envoy := acmeServed(t)

	f.write("tenants/acme.yaml", strings.ReplaceAll(f.read("tenants/acme.yaml"), "name: api,", "name: renamed,"))
	both := next(replica, "acme")
	if got := routeNames(t, both); !slices.Equal(got, []string{"renamed", "api"}) {
		t.Errorf("routes %v", got)
	}
	replica.Ack(both)
	scope := next(envoy, "acme/acme.example.com")
	replica.ExpectNothing()
	envoy.Ack(scope)
	if got := routeNames(t, next(replica, "acme")); !slices.Equal(got, []string{"renamed"}) {
		t.Errorf("routes %v", got)
	}
}

func routeNames(t *testing.T, response *discovery.DeltaDiscoveryResponse) []string {
	t.Helper()
	var document plane.Tenant
	if err := plane.Decode(response.Resources[0].Resource, &document); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, route := range document.Spec.Routes {
		names = append(names, route.Name)
	}
	return names
}

func TestATenantThatExtauthzRefusesKeepsItsRoutes(t *testing.T) {
	t.Parallel()
	f, s, replica, envoy := acmeServed(t)

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
	f, s, replica, envoy := acmeServed(t)

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
	s := start(t, files{t, t.TempDir()})
	envoy := adstest.Connect(t, s.Address(), "envoy-1", "gateway")
	envoy.Subscribe(resource.ListenerType, map[string]string{"edge": "1"})
	envoy.ExpectNothing()
	if s.Ready() == nil {
		t.Error("ready without a gateway")
	}
}

func TestTheCertificateDecidesWhatAClientSees(t *testing.T) {
	t.Parallel()
	ca := tlstest.NewAuthority(t)
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
