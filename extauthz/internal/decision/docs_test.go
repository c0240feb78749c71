package decision_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/extauthz/internal/decision"
	"github.com/meshwarden/meshwarden/internal/config"
	"github.com/meshwarden/meshwarden/internal/plane"
)

// documented loads an example of docs/authorization.md as a tenant, whose missing fields are filled in.
func documented(t *testing.T, example string) *plane.Tenant {
	t.Helper()
	dir := t.TempDir()
	write := func(path, text string) {
		t.Helper()
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	object := func(kind, name, spec string) string {
		return "apiVersion: meshwarden.io/v1alpha1\nkind: " + kind + "\nmetadata: {name: " + name + "}\n" + spec
	}
	tenantOf := func(name, spec string) string {
		if !strings.Contains(spec, "\n  routes:") {
			spec += "  routes:\n    - {name: all, match: {prefix: /}, upstream: echo}\n"
		}
		if !strings.Contains(spec, "\n  roles:") {
			spec += "  roles:\n    auditor: {permissions: [read]}\n"
		}
		return object("Tenant", name, spec+"  hosts: ["+name+".example]\n")
	}
	write("gateway.yaml", object("Gateway", "edge", "spec:\n  listeners: [{name: http, address: \"127.0.0.1:0\"}]\n"))
	write("upstreams/echo.yaml", object("Upstream", "echo", "spec: {builtin: echo}\n"))
	write("tenants/acme.yaml", tenantOf("acme", example))
	write("tenants/globex.yaml", tenantOf("globex", "spec:\n"))
	snapshot, problems := config.NewLoader(dir).Load()
	for _, p := range problems {
		t.Errorf("%s in:\n%s", p.String(), example)
	}
	return snapshot.Tenants["acme"]
}

func TestTheDocumentsExamplesLoad(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../docs/authorization.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(examples) < 5 {
		t.Fatalf("%d examples", len(examples))
	}
	for _, example := range examples {
		var b decision.Builder
		_, problems := b.Apply(decision.Change{Platform: &plane.Platform{}, Tenants: []*plane.Tenant{documented(t, example[1])}})
		for _, p := range problems {
			t.Error(p)
		}
	}
}
