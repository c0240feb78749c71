package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/config"
)

func TestACandidateIsTheTenantButForWhatItReplaces(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../examples/quickstart")); err != nil {
		t.Fatal(err)
	}
	loader := config.NewLoader(dir)
	put := func(name, content string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	first, problems := loader.Load()
	if len(problems) > 0 || first.Tenants["acme"].Candidate != nil {
		t.Fatal(problems)
	}

	put("candidates/acme/own.rego", "package tenant\n\ndeny if false\n")
	second, problems := loader.Load()
	acme := second.Tenants["acme"]
	if len(problems) > 0 || acme.Candidate == nil || len(acme.Candidate.Modules) != 1 || len(acme.Candidate.Spec.Routes) != len(acme.Spec.Routes) {
		t.Fatalf("%v, %+v", problems, acme.Candidate)
	}
	if again, _ := loader.Load(); again.Tenants["acme"] != acme || again.Tenants["globex"] != first.Tenants["globex"] {
		t.Error("a tenant changed without an edit")
	}

	put("candidates/acme/own.rego", "package tenant\n\ndeny if {\n")
	third, problems := loader.Load()
	if len(problems) != 1 || problems[0].Object != "candidate/acme" || !strings.HasPrefix(problems[0].String(), "candidates/acme/own.rego:") {
		t.Errorf("%v", problems)
	}
	if third.Tenants["acme"].Candidate != nil || len(third.Tenants["acme"].Spec.Hosts) == 0 {
		t.Error("a bad candidate is asked, or holds its tenant back")
	}

	if err := os.RemoveAll(filepath.Join(dir, "candidates")); err != nil {
		t.Fatal(err)
	}
	put("candidates/acm.yaml", "kind: Tenant\n")
	fourth, problems := loader.Load()
	if fourth.Tenants["acme"].Candidate != nil {
		t.Error("a candidate that is gone is still asked")
	}
	found := false
	for _, p := range problems {
		found = found || strings.Contains(p.Reason, "there is no tenant acm") && strings.Contains(p.Reason, "acme")
	}
	if !found {
		t.Errorf("%v", problems)
	}
}
