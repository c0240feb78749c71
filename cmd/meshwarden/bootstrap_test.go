package main

import (
	"bytes"
	"flag"
	"os"
	"testing"
)

var updateBootstraps = flag.Bool("update-bootstraps", false, "rewrite envoy/*.yaml")

func TestTheShippedBootstrapsAreWhatTheCommandPrints(t *testing.T) {
	t.Parallel()
	for path, arguments := range map[string][]string{
		"../../envoy/bootstrap.yaml": {"--xds", "127.0.0.1:18000"},
		"../../envoy/bootstrap-tls.yaml": {
			"--xds", "xds.mesh.example.com:18000", "--node", "envoy-1", "--tls-cert", "/etc/envoy/tls/tls.crt",
			"--tls-key", "/etc/envoy/tls/tls.key", "--tls-client-ca", "/etc/envoy/tls/ca.crt",
		},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(append([]string{"bootstrap"}, arguments...), nil, &stdout, &stderr); code != 0 {
			t.Fatalf("%v: %s", arguments, &stderr)
		}
		if *updateBootstraps {
			if err := os.WriteFile(path, stdout.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		shipped, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(shipped, stdout.Bytes()) {
			t.Errorf("%s is stale (%v): go test ./cmd/meshwarden -run Bootstraps -update-bootstraps", path, err)
		}
	}
}
