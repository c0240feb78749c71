package publish_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshwarden/meshwarden/internal/config"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/tenant"
	"github.com/meshwarden/meshwarden/xds/internal/ads"
	"github.com/meshwarden/meshwarden/xds/internal/publish"
	"github.com/meshwarden/meshwarden/xds/internal/shape"
)

func newPublisher(t *testing.T) (*ads.Server, *publish.Publisher) {
	t.Helper()
	server := ads.New(ads.Options{
		Types: publish.Types(), Logger: slog.New(slog.DiscardHandler), Registry: prometheus.NewRegistry(),
		Authorize: func(context.Context, string) (ads.Role, error) { return ads.Envoy, nil },
	})
	shapes, err := shape.New(shape.Options{
		ExtauthzAddresses: []string{"127.0.0.1:1"}, ScanPolicyAddresses: []string{"127.0.0.1:1"}, Scanner: []byte("module"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return server, publish.New(server, shapes, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
}

func snapshot(policies []string, tenants ...*plane.Tenant) *config.Snapshot {
	s := &config.Snapshot{
		Gateway:      tenant.GatewaySpec{Listeners: []tenant.Listener{{Name: "edge", Address: "127.0.0.1:0"}}},
		Upstreams:    map[string]tenant.UpstreamSpec{"api": {Endpoints: []string{"127.0.0.1:1"}}},
		ScanPolicies: map[string]config.ScanPolicy{},
		Tenants:      map[string]*plane.Tenant{},
	}
	for _, hash := range policies {
		s.ScanPolicies["policy-"+hash] = config.ScanPolicy{ScanPolicy: plane.ScanPolicy{Hash: hash, Document: []byte(hash)}}
	}
	for _, t := range tenants {
		s.Tenants[t.Name] = t
	}
	return s
}

func newTenant(name string, prefix string, hosts ...string) *plane.Tenant {
	return &plane.Tenant{Name: name, Spec: tenant.TenantSpec{
		Hosts:  hosts,
		Routes: []tenant.Route{{Name: "api", Match: tenant.Match{Prefix: prefix}, Upstream: "api"}},
	}}
}

func TestUnusedScanPoliciesStayFetchableForTenMinutes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server, publisher := newPublisher(t)
		publisher.Apply(t.Context(), snapshot([]string{"a", "b"}), nil)
		for _, step := range []struct {
			after time.Duration
			used  []string
			want  []string
		}{
			{0, []string{"a"}, []string{"a", "b"}},
			{9 * time.Minute, []string{"a"}, []string{"a", "b"}},
			// Used again, its time starts anew.
			{0, []string{"a", "b"}, []string{"a", "b"}},
			{5 * time.Minute, []string{"a"}, []string{"a", "b"}},
			{9 * time.Minute, []string{"a"}, []string{"a", "b"}},
			{time.Minute, []string{"a"}, []string{"a"}},
		} {
			time.Sleep(step.after)
			publisher.Apply(t.Context(), snapshot(step.used), nil)
			if got := server.Names(plane.TypeScanPolicy); !slices.Equal(got, step.want) {
				t.Errorf("after %v more: %v, want %v", step.after, got, step.want)
			}
		}
	})
}

func TestWhatEnvoyWouldRefuseKeepsItsLastVersionAndIsAProblem(t *testing.T) {
	t.Parallel()
	server, publisher := newPublisher(t)
	publisher.Apply(t.Context(), snapshot(nil, newTenant("acme", "/api", "acme.example.com")), nil)
	scope := ads.Key{Type: resource.ScopedRouteType, Name: "acme/acme.example.com"}
	before := server.Get(scope)
	outcome := publisher.Apply(t.Context(), snapshot(nil, newTenant("acme", "/a?b", "acme.example.com"), newTenant("globex", "/", "globex.example.com")), nil)
	if len(outcome.Problems) != 1 || outcome.Problems[0].Object != "tenant/acme" {
		t.Errorf("problems %v", outcome.Problems)
	}
	if server.Get(scope) != before {
		t.Error("the last good version is gone")
	}
	if got := server.Names(plane.TypeTenant); !slices.Equal(got, []string{"acme", "globex"}) {
		t.Errorf("tenants %v", got)
	}
}

func TestAnUnchangedSnapshotPublishesNothing(t *testing.T) {
	t.Parallel()
	_, publisher := newPublisher(t)
	s := snapshot([]string{"a"}, newTenant("acme", "/api", "acme.example.com"))
	if first := publisher.Apply(t.Context(), s, nil); first.Changed == 0 {
		t.Error("nothing was published")
	}
	if again := publisher.Apply(t.Context(), s, nil); again.Changed != 0 {
		t.Errorf("%d resources were published again", again.Changed)
	}
}

func TestPlatformModulesThatWereNeverGoodAreNotReplacedByNone(t *testing.T) {
	t.Parallel()
	server, publisher := newPublisher(t)
	broken := []config.Problem{{Object: "platform", File: "policies/x.rego"}}
	publisher.Apply(t.Context(), snapshot(nil), broken)
	if got := server.Names(plane.TypePlatform); len(got) != 0 {
		t.Errorf("an empty platform was published: replicas would drop the platform's denials")
	}
	publisher.Apply(t.Context(), snapshot(nil), nil)
	publisher.Apply(t.Context(), snapshot(nil), broken)
	if got := server.Names(plane.TypePlatform); len(got) != 1 {
		t.Errorf("the last good platform is gone")
	}
}
