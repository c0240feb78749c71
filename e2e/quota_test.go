package e2e

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// redis starts a real Redis on a unix socket and returns the --redis value for it.
func redis(t testing.TB) (*process, string) {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatal("redis-server is missing: run scripts/tools")
	}
	// Not t.TempDir: a socket's path is at most 107 bytes.
	dir, err := os.MkdirTemp("", "mw-redis-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return startRedis(t, path, filepath.Join(dir, "s"))
}

func startRedis(t testing.TB, path, socket string) (*process, string) {
	t.Helper()
	p := start(t, "redis", path, "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", filepath.Dir(socket))
	eventually(t, "redis listens", func() bool {
		_, err := os.Stat(socket)
		return err == nil
	})
	return p, "unix://" + socket
}

func TestABurstOverTheBucketIsRefused(t *testing.T) {
	t.Parallel()
	g := up(t, quickstart(t))
	token := g.token(t, "acme", "vera", "viewer")
	admitted, refused := 0, answer{}
	for range 2000 {
		a := g.send(t, request{host: "acme.localhost", token: token})
		if a.status == http.StatusTooManyRequests {
			refused = a
			break
		}
		if a.status != 200 {
			t.Fatalf("status %d: %s", a.status, a.body)
		}
		if !strings.Contains(a.header.Get("RateLimit"), "r=") || !strings.Contains(a.header.Get("RateLimit-Policy"), "q=100") {
			t.Fatalf("RateLimit %q, RateLimit-Policy %q", a.header.Get("RateLimit"), a.header.Get("RateLimit-Policy"))
		}
		admitted++
	}
	if admitted < 99 {
		t.Errorf("%d were admitted of a bucket of 100", admitted)
	}
	checkError(t, refused, 429, "RATE_LIMITED")
	if seconds, err := strconv.Atoi(refused.header.Get("Retry-After")); err != nil || seconds < 1 {
		t.Errorf("Retry-After %q", refused.header.Get("Retry-After"))
	}
	if !strings.Contains(refused.header.Get("RateLimit"), "r=0") {
		t.Errorf("RateLimit %q", refused.header.Get("RateLimit"))
	}
}

// setQuota replaces acme's quotas by one, given as a YAML flow mapping.
func setQuota(t testing.TB, dir, quota string) {
	t.Helper()
	g := &gateway{dir: dir}
	before, _, ok := strings.Cut(g.read(t, "tenants/acme.yaml"), "  quotas:\n")
	if !ok {
		t.Fatal("tenants/acme.yaml has no quotas block at its end")
	}
	g.write(t, "tenants/acme.yaml", before+"  quotas:\n    - "+quota+"\n")
}

func TestTwoReplicasOnOneRedisAdmitExactlyTheLimit(t *testing.T) {
	t.Parallel()
	_, address := redis(t)
	dir := quickstart(t)
	setQuota(t, dir, "{name: hourly, algorithm: sliding_window, limit: 200, window: 1h}")
	g := split(t, dir, splitOptions{replicas: 2, redis: address})
	token := g.token(t, "acme", "vera", "viewer")
	var admitted, refused, other atomic.Int64
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for range 50 {
				switch a, err := g.try(t, request{host: "acme.localhost", token: token}); {
				case err == nil && a.status == 200:
					admitted.Add(1)
				case err == nil && a.status == 429:
					refused.Add(1)
				default:
					other.Add(1)
				}
			}
		})
	}
	group.Wait()
	if admitted.Load() != 200 || refused.Load() != 600 || other.Load() != 0 {
		t.Errorf("%d admitted, %d refused, %d otherwise", admitted.Load(), refused.Load(), other.Load())
	}
	for i, replica := range g.replicas {
		if replica.decisions(t) == 0 {
			t.Errorf("replica %d decided nothing", i)
		}
	}
}

func TestALimitPerAddressGoesByWhatTrustedProxiesSay(t *testing.T) {
	t.Parallel()
	dir := quickstart(t)
	setQuota(t, dir, "{name: address, algorithm: sliding_window, limit: 3, window: 1h, per: ip}")
	(&gateway{dir: dir}).edit(t, "gateway.yaml", "spec:\n", "spec:\n  trusted_hops: 1\n")
	g := up(t, dir)
	token := g.token(t, "acme", "vera", "viewer")
	from := func(forwarded string) int {
		return g.send(t, request{host: "acme.localhost", token: token, headers: map[string]string{"X-Forwarded-For": forwarded}}).status
	}
	// What stands left of the trusted proxy's entry is the client's own and changes nothing.
	for i, forwarded := range []string{"203.0.113.7", "198.51.100.1, 203.0.113.7", "10.0.0.1, 203.0.113.7"} {
		if status := from(forwarded); status != 200 {
			t.Fatalf("request %d: %d", i, status)
		}
	}
	if status := from("192.0.2.99, 203.0.113.7"); status != http.StatusTooManyRequests {
		t.Errorf("the fourth request of an address: %d", status)
	}
	if status := from("203.0.113.8"); status != 200 {
		t.Errorf("another address: %d", status)
	}
}
