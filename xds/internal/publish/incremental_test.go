package publish_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/meshwarden/meshwarden/internal/config"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/tenant"
	"github.com/meshwarden/meshwarden/xds/internal/publish"
)

// Each snapshot shares with the one before what did not change, and what is published must be what a new process would publish.
func TestAnyRowOfSnapshotsPublishesWhatTheLastOneSays(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 7))
		server, publisher := newPublisher(t)
		tenants, next := map[string]*plane.Tenant{}, snapshot([]string{"a"})
		hosts := []string{"v.example", "w.example", "x.example", "y.example", "z.example"}
		for step := range 60 {
			snapshotNow := *next
			next = &snapshotNow
			switch name := fmt.Sprint("tenant-", r.IntN(4)); r.IntN(8) {
			case 0:
				delete(tenants, name)
			case 1:
				next.Gateway.MaxBodyBytes = uint32(1+r.IntN(2)) << 20
			case 2:
				next.Upstreams = map[string]tenant.UpstreamSpec{"api": {Endpoints: []string{"127.0.0.1:1"}}, fmt.Sprint("more-", r.IntN(2)): {Builtin: "echo"}}
			default:
				tenants[name] = newTenant(name, fmt.Sprint("/", r.IntN(3)), free(r, hosts, tenants, name)...)
			}
			next.Tenants = maps.Clone(tenants)
			apply(t, publisher, next)
			fresh, first := newPublisher(t)
			apply(t, first, next)
			if got, want := server.Digest(), fresh.Digest(); got != want {
				for _, kind := range publish.Types() {
					t.Errorf("%s: %v, want %v", kind.Label, server.Names(kind.URL), fresh.Names(kind.URL))
				}
				t.Fatalf("seed %d, step %d", seed, step)
			}
		}
	}
}

func apply(t *testing.T, p *publish.Publisher, s *config.Snapshot) {
	t.Helper()
	if outcome := p.Apply(t.Context(), s, nil); len(outcome.Problems)+len(outcome.HeldBack) > 0 {
		t.Fatal(outcome)
	}
}

// free are some hosts that no other tenant has.
func free(r *rand.Rand, hosts []string, tenants map[string]*plane.Tenant, name string) (chosen []string) {
	for _, host := range hosts {
		taken := slices.ContainsFunc(slices.Collect(maps.Values(tenants)), func(t *plane.Tenant) bool {
			return t.Name != name && slices.Contains(t.Spec.Hosts, host)
		})
		if !taken && r.IntN(2) == 0 {
			chosen = append(chosen, host)
		}
	}
	return chosen
}
