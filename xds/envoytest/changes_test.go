package envoytest_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/scannerplugin"
	"github.com/meshwarden/meshwarden/internal/tenant"
	"github.com/meshwarden/meshwarden/xds/internal/ads"
	"github.com/meshwarden/meshwarden/xds/internal/adstest"
	"github.com/meshwarden/meshwarden/xds/internal/shape"
)

func regexRoute(regex string) func(*tenant.TenantSpec) {
	return func(s *tenant.TenantSpec) {
		s.Routes = append([]tenant.Route{{Name: "regex", Match: tenant.Match{Regex: regex}, Upstream: "api"}}, s.Routes...)
	}
}

func TestARefusedTenantIsAttributedAndHoldsNobodyBack(t *testing.T) {
	t.Parallel()
	m := newMesh(t)
	// RE2 has no back-references, and Envoy compiles the regex only when the scope arrives.
	bad := tenantOf("bad", "bad.example.com", regexRoute(`/(x)\1`))
	m.apply(m.snapshot(tenantOf("acme", "acme.example.com"), bad, tenantOf("zeta", "zeta.example.com")))
	m.startEnvoy()
	m.await("zeta.example.com", "/api", http.StatusOK)
	nack := <-m.plane.refused
	if nack.Name != "bad/bad.example.com" || !strings.Contains(nack.Message, `\1`) {
		t.Errorf("refused %+v", nack)
	}
	adstest.Eventually(t, "2 acked, 1 nacked", func() bool { return m.counts("srds") == ads.Counts{Acked: 2, Nacked: 1} })

	// Others still change while it is refused, and it is not sent again.
	m.apply(m.snapshot(tenantOf("acme", "new.example.com"), bad, tenantOf("zeta", "zeta.example.com")))
	m.await("new.example.com", "/api", http.StatusOK)
	m.await("acme.example.com", "/api", http.StatusNotFound)
	if got := m.counts("srds"); got != (ads.Counts{Acked: 2, Nacked: 1}) {
		t.Errorf("counts %+v", got)
	}
	m.apply(m.snapshot(tenantOf("acme", "new.example.com"), tenantOf("bad", "bad.example.com", regexRoute(`/x+`)), tenantOf("zeta", "zeta.example.com")))
	m.await("bad.example.com", "/xx", http.StatusOK)
	m.awaitAcked("srds", 3)
}

func TestARestartOfTheControlPlaneSendsNothingAgain(t *testing.T) {
	t.Parallel()
	m := newMesh(t)
	snapshot := m.snapshot(tenantOf("acme", "acme.example.com"), tenantOf("globex", "globex.example.com"))
	m.apply(snapshot)
	m.startEnvoy()
	m.await("acme.example.com", "/api", http.StatusOK)
	m.awaitAcked("srds", 2)

	m.plane.stop()
	m.await("globex.example.com", "/api", http.StatusOK)
	m.restartPlane(snapshot)
	for label, n := range map[string]int{"lds": 1, "cds": 3, "ecds": 3, "srds": 2} {
		m.awaitAcked(label, n)
	}
	if got := m.plane.pushes(t); got != 0 {
		t.Errorf("%v resources were sent again", got)
	}
	m.apply(m.snapshot(tenantOf("acme", "acme.example.com"), tenantOf("globex", "other.example.com")))
	m.await("other.example.com", "/api", http.StatusOK)
	if got := m.plane.pushes(t); got != 2 {
		t.Errorf("%v resources were sent for one new host and one that is gone", got)
	}
}

func TestAHostMovesBetweenTenants(t *testing.T) {
	t.Parallel()
	m := newMesh(t)
	m.apply(m.snapshot(tenantOf("zeta", "shop.example.com")))
	m.startEnvoy()
	m.await("shop.example.com", "/api", http.StatusOK)
	m.apply(m.snapshot(tenantOf("acme", "shop.example.com"), tenantOf("zeta", "zeta.example.com")))
	adstest.Eventually(t, "the host is acme's", func() bool {
		got, err := m.get("shop.example.com", "/api")
		return err == nil && got.upstream["x-tenant-id"] == "acme"
	})
	m.awaitAcked("srds", 2)
}

func TestAScannerThatWasRefusedIsReplacedByAGoodOne(t *testing.T) {
	t.Parallel()
	m := newMesh(t)
	snapshot := m.snapshot(tenantOf("acme", "acme.example.com"))
	m.apply(snapshot)
	m.startEnvoy()
	m.await("acme.example.com", "/api", http.StatusOK)
	m.awaitAcked("ecds", 3)
	key := ads.Key{Type: resource.ExtensionConfigType, Name: scannerplugin.Name}
	good := m.plane.server.Get(key)

	m.plane.server.Set(m.scanner(wasmModule(false), "bad"))
	nack := <-m.plane.refused
	if nack.Key != key {
		t.Fatalf("refused %+v", nack)
	}
	// Envoy would accept the same bytes now without applying them; a restarted control plane does not know.
	m.plane.stop()
	m.restartPlane(snapshot)
	m.plane.server.Set(m.scanner(wasmModule(false), "bad"))
	if nack := <-m.plane.refused; nack.Key != key {
		t.Fatalf("refused %+v", nack)
	}
	m.plane.server.Set(good)
	m.awaitAcked("ecds", 3)
	snapshot.Gateway.Listeners = append(snapshot.Gateway.Listeners, tenant.Listener{Name: "second", Address: "127.0.0.1:0"})
	m.apply(snapshot)
	m.awaitAcked("lds", 2)
	m.await("acme.example.com", "/api", http.StatusOK)
}

// scanner is the scanner's resource with another module.
func (m *mesh) scanner(module []byte, version string) *ads.Resource {
	m.t.Helper()
	options := m.options
	options.Scanner = module
	shapes, err := shape.New(options)
	if err != nil {
		m.t.Fatal(err)
	}
	resources, err := shapes.Platform(tenant.GatewaySpec{}, nil)
	if err != nil {
		m.t.Fatal(err)
	}
	for _, r := range resources {
		if r.Name == scannerplugin.Name {
			return &ads.Resource{Key: ads.Key{Type: r.Type, Name: r.Name}, Version: version, Body: r.Body, Renew: r.Renew}
		}
	}
	m.t.Fatal("no scanner")
	return nil
}

func TestRequestsSeeNoErrorWhileTenantsChange(t *testing.T) {
	t.Parallel()
	m := newMesh(t)
	route := func(i int) func(*tenant.TenantSpec) {
		return func(s *tenant.TenantSpec) {
			s.Routes = append(s.Routes, tenant.Route{Name: fmt.Sprint("r", i), Match: tenant.Match{Path: fmt.Sprint("/r", i)}, Upstream: "api"})
		}
	}
	m.apply(m.snapshot(tenantOf("acme", "acme.example.com")))
	m.startEnvoy()
	m.await("acme.example.com", "/api", http.StatusOK)

	stop := make(chan struct{})
	var requests int
	var failure string
	var loop sync.WaitGroup
	loop.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			got, err := m.get("acme.example.com", "/api")
			requests++
			if err != nil || got.status != http.StatusOK {
				failure = fmt.Sprint(got.status, got.body, err)
				return
			}
		}
	})
	for i := range 20 {
		tenants := []*plane.Tenant{tenantOf("acme", "acme.example.com", route(i))}
		if i%2 == 0 {
			tenants = append(tenants, tenantOf("temporary", "temporary.example.com"))
		}
		m.apply(m.snapshot(tenants...))
		m.await("acme.example.com", fmt.Sprint("/r", i), http.StatusOK)
		status := http.StatusNotFound
		if i%2 == 0 {
			status = http.StatusOK
		}
		m.await("temporary.example.com", "/api", status)
	}
	close(stop)
	loop.Wait()
	if failure != "" || requests < 20 {
		t.Errorf("after %d requests: %s", requests, failure)
	}
}
