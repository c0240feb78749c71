package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/config"
)

// FuzzTenantYAML feeds any bytes as a tenant's file: nothing crashes, a refused file says where and why, and
// the last good version stays.
func FuzzTenantYAML(f *testing.F) {
	f.Add(tenantYAML("b", "free"))
	for _, c := range brokenFiles {
		if strings.HasSuffix(c.file, ".yaml") && len(c.text) < 4096 {
			f.Add(c.text)
		}
	}
	quickstart, err := filepath.Glob("../../examples/quickstart/tenants/*.yaml")
	if err != nil || len(quickstart) == 0 {
		f.Fatal(err, quickstart)
	}
	for _, path := range quickstart {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(strings.ReplaceAll(string(text), "acme", "b"))
	}
	dir := newDirectory(f).dir
	f.Fuzz(func(t *testing.T, text string) {
		// A directory a run would cost more than the parsing.
		d := &directory{t, dir}
		d.write("tenants/b.yaml", tenantYAML("b", "business"))
		l := config.NewLoader(d.dir)
		good := load(t, l)
		d.write("tenants/b.yaml", text)
		s, problems := l.Load()
		if s.Tenants["a"] != good.Tenants["a"] || s.Tenants["b"] == nil {
			t.Fatal("a tenant is gone")
		}
		if len(problems) > 0 && s.Tenants["b"] != good.Tenants["b"] {
			t.Fatalf("a file with problems was taken over:\n%s", lines(problems))
		}
		for _, p := range problems {
			if p.Object != "tenant/b" || p.File != "tenants/b.yaml" || p.Line < 1 || p.Column < 1 || p.Reason == "" || strings.ContainsAny(p.Reason, "\n\x00") {
				t.Errorf("%#v", p)
			}
			if n := strings.Count(text, "\n") + 2; p.Line > n && len(text) < 1<<20 && !strings.ContainsAny(text, "\r\u0085\u2028\u2029") {
				t.Errorf("line %d of %d: %s", p.Line, n, p)
			}
		}
	})
}
