package e2e

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/meshwarden/meshwarden/internal/echo"
	"github.com/meshwarden/meshwarden/internal/envoyproc"
)

// addresses counts the loopback addresses given out, so that parts that must know each other's ports in
// advance can have fixed ones without a race.
var addresses atomic.Uint32

func loopbackIP() string {
	n := addresses.Add(1)
	return fmt.Sprintf("127.%d.%d.%d", 64+os.Getpid()%64, os.Getpid()/64%250, n)
}

// deployment is the chain as separate processes, which a test may kill and restart one at a time.
type deployment struct {
	gateway
	replicas []*replica
	control  *restartable
	envoy    *restartable
}

type splitOptions struct {
	// replicas is the number of extauthz processes (default 1); redis the --redis value of all of them.
	replicas int
	redis    string
}

// restartable is a process that can be started again with the same arguments.
type restartable struct {
	*process
	start func() *process
}

func (r *restartable) restart() { r.process = r.start() }

type replica struct {
	*restartable
	admin string
}

// decisions sums a replica's decision counter.
func (r *replica) decisions(t testing.TB) (sum float64) {
	t.Helper()
	return metric(t, r.admin, "meshwarden_extauthz_decisions_total")
}

// metric sums all series of a metric of an admin server.
func metric(t testing.TB, admin, name string) (sum float64) {
	t.Helper()
	response, err := client.Get("http://" + admin + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	found := false
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		series, value, _ := strings.Cut(lines.Text(), " ")
		if base, _, _ := strings.Cut(series, "{"); base == name {
			v, err := strconv.ParseFloat(value, 64)
			if err != nil {
				t.Fatalf("%s: %v", lines.Text(), err)
			}
			sum, found = sum+v, true
		}
	}
	if !found {
		t.Fatalf("there is no metric %s", name)
	}
	return sum
}

// split runs `meshwarden xds`, `meshwarden extauthz` and Envoy on dir.
func split(t testing.TB, dir string, options splitOptions) *deployment {
	t.Helper()
	ip := loopbackIP()
	d := &deployment{gateway: gateway{dir: dir, Gateway: "http://" + ip + ":10000", XDS: ip + ":18000", Admin: "http://" + ip + ":9900"}}
	upstream := httptest.NewServer(echo.Handler())
	t.Cleanup(upstream.Close)
	control := []string{
		"xds", "--config", dir, "--listen", d.XDS, "--admin", ip + ":9900", "--gateway", ip + ":10000",
		"--echo", strings.TrimPrefix(upstream.URL, "http://"), "--scanner", filepath.Join(bin, "scanner.wasm"),
	}
	for i := range max(options.replicas, 1) {
		address, scanPolicies := fmt.Sprintf("%s:%d", ip, 9001+i), fmt.Sprintf("%s:%d", ip, 9101+i)
		control = append(control, "--extauthz", address, "--scan-policies", scanPolicies)
		d.replicas = append(d.replicas, newReplica(t, dir, d.XDS, address, scanPolicies, fmt.Sprintf("%s:%d", ip, 9201+i), options.redis))
	}
	d.control = command(t, "meshwarden xds", control...)
	for _, r := range d.replicas {
		r.restart()
	}
	d.control.restart()
	d.envoy = newEnvoy(t, d.XDS)
	d.envoy.restart()
	eventually(t, "the gateway decides", func() bool {
		a, err := d.try(t, request{host: "acme.localhost"})
		return err == nil && a.status == http.StatusUnauthorized
	})
	return d
}

func command(t testing.TB, name string, args ...string) *restartable {
	return &restartable{start: func() *process { return start(t, name, filepath.Join(bin, "meshwarden"), args...) }}
}

func newReplica(t testing.TB, dir, control, address, scanPolicies, admin, redis string) *replica {
	args := []string{
		"extauthz", "--xds", control, "--listen", address, "--http-listen", scanPolicies, "--admin", admin,
		"--snapshot", filepath.Join(t.TempDir(), "snapshot"), "--key-file", filepath.Join(dir, "keys.json"), "--node", address,
	}
	if redis != "" {
		args = append(args, "--redis", redis)
	}
	return &replica{restartable: command(t, "meshwarden extauthz "+address, args...), admin: admin}
}

func newEnvoy(t testing.TB, control string) *restartable {
	t.Helper()
	path, err := envoyproc.Find("")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	out, errs, code := meshwarden(t, "bootstrap", "--xds", control, "--node", "envoy-e2e", "--admin-address", "127.0.0.1:0")
	if code != 0 {
		t.Fatalf("bootstrap: %d %s", code, errs)
	}
	bootstrap := filepath.Join(dir, "bootstrap.yaml")
	if err := os.WriteFile(bootstrap, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	return &restartable{start: func() *process {
		return start(t, "envoy", path, "-c", bootstrap, "--disable-hot-restart", "--concurrency", "2", "--log-level", "warning")
	}}
}
