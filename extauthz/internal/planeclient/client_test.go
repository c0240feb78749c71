package planeclient_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/meshwarden/meshwarden/extauthz/internal/planeclient"
	"github.com/meshwarden/meshwarden/extauthz/internal/planetest"
	"github.com/meshwarden/meshwarden/internal/plane"
)

// user is what a client's caller sees.
type user struct {
	mu        sync.Mutex
	held      map[planeclient.Key]string
	refuse    map[string]error
	syncedAt  int
	connected bool
}

func (u *user) apply(update planeclient.Update) map[planeclient.Key]error {
	u.mu.Lock()
	defer u.mu.Unlock()
	refused := map[planeclient.Key]error{}
	for _, r := range update.Changed {
		if err := u.refuse[r.Name]; err != nil {
			refused[r.Key] = err
			continue
		}
		u.held[r.Key] = r.Version
	}
	for _, key := range update.Removed {
		delete(u.held, key)
	}
	return refused
}

func (u *user) heldAtSync() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.syncedAt
}

func (u *user) count() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.held)
}

// follow runs a client of the server until the returned function or the test's end stops it.
func follow(t *testing.T, s *planetest.Server, u *user, snapshot string) (client *planeclient.Client, stop func()) {
	t.Helper()
	u.held = map[planeclient.Key]string{}
	client, err := planeclient.New(planeclient.Options{
		Address: s.Address(), Node: "replica-1", Cluster: "extauthz",
		Types: []string{plane.TypePlatform, plane.TypeScanPolicy, plane.TypeTenant}, Essential: plane.TypePlatform,
		Snapshot: snapshot, Apply: u.apply,
		Synced:    func() { u.mu.Lock(); u.syncedAt = len(u.held); u.mu.Unlock() },
		Connected: func(c bool) { u.mu.Lock(); u.connected = c; u.mu.Unlock() },
		Logger:    slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := client.Run(ctx); err != nil {
			t.Error(err)
		}
	}()
	stop = func() { cancel(); <-ended }
	t.Cleanup(stop)
	return client, stop
}

func tenantNamed(name string) *plane.Tenant { return &plane.Tenant{Name: name} }

func (u *user) ready(s *planetest.Server, c *planeclient.Client) {
	s.Await("readiness", func() bool { return c.Ready() == nil })
}

func TestEverythingArrivesBeforeTheClientIsReady(t *testing.T) {
	t.Parallel()
	s := planetest.New(t)
	s.Set(plane.TypePlatform, plane.PlatformName, plane.Platform{})
	for i := range 100 {
		s.Set(plane.TypeTenant, strings.Repeat("t", i+1), tenantNamed("t"))
	}
	u := &user{}
	client, _ := follow(t, s, u, "")
	u.ready(s, client)
	if synced := u.heldAtSync(); synced != 101 {
		t.Errorf("ready with %d of 101 resources", synced)
	}
	if node := s.Node(); node.GetId() != "replica-1" || node.GetCluster() != "extauthz" {
		t.Errorf("node %v", node)
	}
}

func TestWithoutTheEssentialResourceTheClientIsNotReady(t *testing.T) {
	t.Parallel()
	s := planetest.New(t)
	s.Set(plane.TypeTenant, "acme", tenantNamed("acme"))
	u := &user{}
	client, _ := follow(t, s, u, "")
	s.Await("the tenant", func() bool { return u.count() == 1 })
	s.Await("three answers", func() bool { return len(s.Answers()) == 3 })
	if client.Ready() == nil {
		t.Error("it is ready")
	}
	s.Set(plane.TypePlatform, plane.PlatformName, plane.Platform{})
	u.ready(s, client)
}

func TestARefusalNamesItsResourceAndBlocksNoOther(t *testing.T) {
	t.Parallel()
	s := planetest.New(t)
	s.Set(plane.TypePlatform, plane.PlatformName, plane.Platform{})
	s.Set(plane.TypeTenant, "bad", tenantNamed("bad"))
	s.Set(plane.TypeTenant, "good", tenantNamed("good"))
	u := &user{refuse: map[string]error{"bad": errors.New("tenant/bad: tenants/bad/x.rego:3:1: no")}}
	client, stop := follow(t, s, u, "")
	u.ready(s, client)
	var refused, taken int
	for _, a := range s.Answers() {
		switch a.Detail {
		case "":
			taken++
		case "tenant/bad: tenants/bad/x.rego:3:1: no":
			refused++
		default:
			t.Errorf("detail %q", a.Detail)
		}
	}
	if refused != 1 || taken != 3 || u.count() != 2 {
		t.Errorf("%d refused, %d taken, %d held", refused, taken, u.count())
	}
	// What was refused is not claimed as held, so that it is sent again.
	s.Stop()
	s.Start()
	s.Await("the next stream", func() bool { return len(s.Initial(plane.TypeTenant)) > 0 })
	if initial := s.Initial(plane.TypeTenant); len(initial) != 1 || initial["good"] == "" {
		t.Errorf("held are %v", initial)
	}
	stop()
}

func TestAReconnectTakesOverWhatChangedMeanwhile(t *testing.T) {
	t.Parallel()
	s := planetest.New(t)
	s.Set(plane.TypePlatform, plane.PlatformName, plane.Platform{})
	s.Set(plane.TypeTenant, "acme", tenantNamed("acme"))
	s.Set(plane.TypeTenant, "globex", tenantNamed("globex"))
	u := &user{}
	client, _ := follow(t, s, u, "")
	u.ready(s, client)
	s.Stop()
	s.Await("the end of the stream", func() bool { u.mu.Lock(); defer u.mu.Unlock(); return !u.connected })
	if client.Ready() != nil {
		t.Error("without a control plane the client is not ready any more")
	}
	s.Remove(plane.TypeTenant, "acme")
	s.Set(plane.TypeTenant, "initech", tenantNamed("initech"))
	s.Start()
	s.Await("the change", func() bool {
		u.mu.Lock()
		defer u.mu.Unlock()
		_, gone := u.held[planeclient.Key{Type: plane.TypeTenant, Name: "acme"}]
		_, here := u.held[planeclient.Key{Type: plane.TypeTenant, Name: "initech"}]
		return !gone && here
	})
	if u.count() != 3 {
		t.Errorf("%d are held", u.count())
	}
	// What the client says it holds is what need not be sent again.
	if len(s.Initial(plane.TypePlatform)) != 1 || len(s.Initial(plane.TypeTenant)) != 2 {
		t.Errorf("the client says that it holds %v and %v", s.Initial(plane.TypePlatform), s.Initial(plane.TypeTenant))
	}
}

func TestTheSnapshotServesWhileTheControlPlaneIsAway(t *testing.T) {
	t.Parallel()
	snapshot := filepath.Join(t.TempDir(), "snapshot")
	s := planetest.New(t)
	s.Set(plane.TypePlatform, plane.PlatformName, plane.Platform{})
	s.Set(plane.TypeTenant, "acme", tenantNamed("acme"))
	s.Set(plane.TypeTenant, "bad", tenantNamed("bad"))
	first := &user{refuse: map[string]error{"bad": errors.New("no")}}
	client, stop := follow(t, s, first, snapshot)
	first.ready(s, client)
	stop()
	s.Stop()
	info, err := os.Stat(snapshot)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("snapshot %v, %v", info, err)
	}

	second := &user{}
	client, _ = follow(t, s, second, snapshot)
	second.ready(s, client)
	if second.count() != 2 {
		t.Errorf("%d resources, want platform and acme", second.count())
	}
	s.Start()
	s.Await("what the snapshot lacks", func() bool { return second.count() == 3 })
}

func TestABadSnapshotIsAsGoodAsNone(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{"text": "not JSON", "version": `{"version":99}`, "empty": ""} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		s := planetest.New(t)
		s.Set(plane.TypePlatform, plane.PlatformName, plane.Platform{})
		u := &user{}
		client, _ := follow(t, s, u, path)
		u.ready(s, client)
	}
}
