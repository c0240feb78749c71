package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/xds"
)

// configDirectory has a tenant that is good and one with a misspelt field in line 5.
func configDirectory(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"gateway.yaml":        "apiVersion: meshwarden.io/v1alpha1\nkind: Gateway\nmetadata: {name: gateway}\nspec: {listeners: [{name: edge, address: \"127.0.0.1:0\"}]}\n",
		"upstreams/api.yaml":  "apiVersion: meshwarden.io/v1alpha1\nkind: Upstream\nmetadata: {name: api}\nspec: {endpoints: [\"127.0.0.1:1\"]}\n",
		"tenants/acme.yaml":   "apiVersion: meshwarden.io/v1alpha1\nkind: Tenant\nmetadata: {name: acme}\nspec:\n  hosts: [acme.example.com]\n  routes: [{name: api, match: {prefix: /}, upstream: api}]\n",
		"tenants/broken.yaml": "apiVersion: meshwarden.io/v1alpha1\nkind: Tenant\nmetadata: {name: broken}\nspec:\n  hots: [broken.example.com]\n  routes: [{name: api, match: {prefix: /}, upstream: api}]\n",
		"scanner.wasm":        "not looked into",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestStatusShowsWhatARunningControlPlaneKnows(t *testing.T) {
	t.Parallel()
	dir := configDirectory(t)
	ready := filepath.Join(t.TempDir(), "ready.json")
	ctx, cancel := context.WithCancel(t.Context())
	root := newRootCommand()
	root.SetErr(io.Discard)
	root.SetArgs([]string{
		"xds", "--config", dir, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--scanner", filepath.Join(dir, "scanner.wasm"),
		"--extauthz", "127.0.0.1:1", "--scan-policies", "127.0.0.1:2", "--ready-file", ready,
	})
	ended := make(chan error, 1)
	go func() { ended <- root.ExecuteContext(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	addresses := awaitFile(t, ready)

	var stdout, stderr bytes.Buffer
	if code := run([]string{"status", "--admin", addresses["admin"]}, nil, &stdout, &stderr); code != 0 {
		t.Fatal(stderr.String())
	}
	for _, want := range []string{
		`configuration [0-9a-f]{16}, loaded \d+s ago`,
		`acme +[0-9a-f]{12} +pending +no (envoy|extauthz) is connected`,
		`broken +- +rejected +tenants/broken.yaml:5:3: `,
		`problem: tenants/broken.yaml:5:3: .*hosts`,
	} {
		if !regexp.MustCompile(want).Match(stdout.Bytes()) {
			t.Errorf("no %q in\n%s", want, &stdout)
		}
	}
	stdout.Reset()
	if code := run([]string{"status", "--admin", addresses["admin"], "--output", "json"}, nil, &stdout, &stderr); code != 0 {
		t.Fatal(stderr.String())
	}
	var status xds.Status
	if err := json.Unmarshal(stdout.Bytes(), &status); err != nil || len(status.Tenants) != 2 || len(status.Config.Problems) != 1 {
		t.Errorf("%v: %s", err, &stdout)
	}
}

func awaitFile(t *testing.T, path string) map[string]string {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		raw, err := os.ReadFile(path)
		if err == nil {
			var content map[string]string
			if err := json.Unmarshal(raw, &content); err != nil {
				t.Fatal(err)
			}
			return content
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}
