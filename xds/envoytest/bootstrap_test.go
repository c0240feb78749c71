package envoytest_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/envoyproc"
	"github.com/meshwarden/meshwarden/internal/tlstest"
	"github.com/meshwarden/meshwarden/xds"
)

func TestEnvoyAcceptsTheBootstrap(t *testing.T) {
	t.Parallel()
	envoy, err := envoyproc.Find("")
	if err != nil {
		t.Fatal(err)
	}
	certificates := tlstest.NewAuthority(t)
	for name, options := range map[string]xds.BootstrapOptions{
		"plaintext on loopback": {XDS: []string{"127.0.0.1:18000"}, AdminAddress: "127.0.0.1:0"},
		"TLS and a name":        {XDS: []string{"xds.example.com:18000"}, AdminAddress: "127.0.0.1:0", TLS: certificates.Issue(t, "envoy-1")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config, err := xds.Bootstrap(options)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "bootstrap.json")
			if err := os.WriteFile(path, config, 0o600); err != nil {
				t.Fatal(err)
			}
			output, err := exec.CommandContext(t.Context(), envoy, "--mode", "validate", "-c", path, "--disable-hot-restart").CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, output)
			}
			if strings.Contains(string(output), "deprecated") {
				t.Errorf("Envoy warns:\n%s", output)
			}
		})
	}
}

func TestAllConnectionsOfOursCanBeMutualTLS(t *testing.T) {
	t.Parallel()
	m := meshWith(t, tlstest.NewAuthority(t))
	m.apply(m.snapshot(tenantOf("acme", "acme.example.com")))
	m.startEnvoy()
	got := m.await("acme.example.com", "/api", http.StatusOK)
	if got.upstream["x-tenant-id"] != "acme" {
		t.Errorf("upstream saw %v", got.upstream)
	}
	m.awaitAcked("cds", 3)
}
