package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/config"
)

// directory is a configuration directory of a test's own.
type directory struct {
	t   testing.TB
	dir string
}

// newDirectory holds a gateway, two upstreams, a scan policy and the tenants a, b and c, all good.
func newDirectory(t testing.TB) *directory {
	t.Helper()
	d := &directory{t, t.TempDir()}
	d.write("gateway.yaml", gatewayYAML)
	d.write("upstreams/echo.yaml", upstreamYAML("echo"))
	d.write("upstreams/spare.yaml", upstreamYAML("spare"))
	d.write("scanpolicies/standard.yaml", scanPolicyYAML("standard", "shadow"))
	for _, name := range []string{"a", "b", "c"} {
		d.write("tenants/"+name+".yaml", tenantYAML(name, "business"))
	}
	return d
}

const ownModule = `package tenant

deny contains "closed" if input.request.method == "TRACE"
`

const gatewayYAML = `apiVersion: meshwarden.io/v1alpha1
kind: Gateway
metadata: {name: gateway}
spec:
  listeners:
    - {name: http, address: "127.0.0.1:0"}
`

func upstreamYAML(name string) string {
	return "apiVersion: meshwarden.io/v1alpha1\nkind: Upstream\nmetadata: {name: " + name + "}\nspec: {builtin: echo}\n"
}

func scanPolicyYAML(name, mode string) string {
	return "apiVersion: meshwarden.io/v1alpha1\nkind: ScanPolicy\nmetadata: {name: " + name + "}\nspec: {mode: " + mode + "}\n"
}

// tenantYAML is a small tenant. Tests count its lines:
//
//	7  hosts   11 jwt issuer   16 the route's name   18 its upstream
func tenantYAML(name, tier string) string {
	return strings.NewReplacer("NAME", name, "TIER", tier).Replace(`apiVersion: meshwarden.io/v1alpha1
kind: Tenant
metadata:
  name: NAME
spec:
  hosts:
    - NAME.example.com
  tier: TIER
  auth:
    jwt:
      - issuer: https://NAME.example.com
        secret: development-secret-of-tenant-NAME-0123456789
        development: true
  scan_policy: standard
  routes:
    - name: all
      match: {prefix: /}
      upstream: echo
`)
}

func (d *directory) path(name string) string { return filepath.Join(d.dir, filepath.FromSlash(name)) }

// write puts a file into place by renaming, as editors do.
func (d *directory) write(name, text string) {
	d.t.Helper()
	path := d.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(path+".new", []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		d.t.Fatal(err)
	}
}

// edit replaces one occurrence of old in a file.
func (d *directory) edit(name, old, replacement string) {
	d.t.Helper()
	raw, err := os.ReadFile(d.path(name))
	if err != nil {
		d.t.Fatal(err)
	}
	if n := strings.Count(string(raw), old); n != 1 {
		d.t.Fatalf("%s holds %q %d times", name, old, n)
	}
	d.write(name, strings.Replace(string(raw), old, replacement, 1))
}

func (d *directory) remove(name string) {
	d.t.Helper()
	if err := os.RemoveAll(d.path(name)); err != nil {
		d.t.Fatal(err)
	}
}

// loader loads the directory once, which must be without problems.
func (d *directory) loader() *config.Loader {
	d.t.Helper()
	l := config.NewLoader(d.dir)
	load(d.t, l)
	return l
}

// load loads and compares the problems with those wanted; one that ends in ... is compared up to there.
func load(t testing.TB, l *config.Loader, want ...string) *config.Snapshot {
	t.Helper()
	snapshot, problems := l.Load()
	ok := len(problems) == len(want)
	for i := 0; ok && i < len(want); i++ {
		start, more := strings.CutSuffix(want[i], "...")
		got := problems[i].String()
		ok = got == want[i] || more && strings.HasPrefix(got, start)
	}
	if !ok {
		t.Fatalf("problems:\n%s\nwanted:\n%s", lines(problems), strings.Join(want, "\n"))
	}
	return snapshot
}

func lines(problems []config.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		fmt.Fprintln(&b, p)
	}
	return b.String()
}
