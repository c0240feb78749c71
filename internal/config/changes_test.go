package config_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/internal/config"
)

// An edit of some tenants is taken over without a look at the others, and must come to the same.
func TestLoadingWhatChangedIsAsLoadingEverything(t *testing.T) {
	t.Parallel()
	type edit struct {
		file, content string
		removed       bool
	}
	for name, edits := range map[string][]edit{
		"a tier":                {{file: "tenants/a.yaml", content: tenantYAML("a", "enterprise")}},
		"a module":              {{file: "tenants/b/own.rego", content: ownModule + "\n# again\n"}},
		"a first module":        {{file: "tenants/a/own.rego", content: ownModule}},
		"a broken module":       {{file: "tenants/b/own.rego", content: "package tenant\n\ndeny if {"}},
		"a broken file":         {{file: "tenants/a.yaml", content: strings.Replace(tenantYAML("a", "free"), "tier", "tear", 1)}},
		"another host":          {{file: "tenants/a.yaml", content: strings.Replace(tenantYAML("a", "free"), "- a.example.com", "- z.example.com", 1)}},
		"a host that is taken":  {{file: "tenants/a.yaml", content: strings.Replace(tenantYAML("a", "free"), "- a.example.com", "- b.example.com", 1)}},
		"an unknown upstream":   {{file: "tenants/a.yaml", content: strings.Replace(tenantYAML("a", "free"), "upstream: echo", "upstream: none", 1)}},
		"a new tenant":          {{file: "tenants/z.yaml", content: tenantYAML("z", "free")}},
		"a candidate":           {{file: "candidates/a/own.rego", content: ownModule}, {file: "tenants/a.yaml", content: tenantYAML("a", "enterprise")}},
		"broken, then mended":   {{file: "tenants/a.yaml", content: "x"}, {file: "tenants/a.yaml", content: tenantYAML("a", "enterprise")}},
		"one broken, one not":   {{file: "tenants/a.yaml", content: "x"}, {file: "tenants/b.yaml", content: tenantYAML("b", "enterprise")}},
		"a body that is unread": {{file: "tenants/a/own.rego", content: readsBody}},
		"a body that is read on one route": {
			{file: "tenants/a.yaml", content: withUploads("a", "free", uploads)},
			{file: "tenants/a/own.rego", content: readsBody},
			{file: "tenants/a.yaml", content: withUploads("a", "enterprise", uploads)},
			{file: "tenants/b.yaml", content: tenantYAML("b", "enterprise")},
		},
		"a body that is read": {
			{file: "tenants/a/own.rego", content: readsBody},
			{file: "tenants/a.yaml", content: strings.Replace(tenantYAML("a", "free"), "upstream: echo", "upstream: echo\n      read_body: true", 1)},
		},
		"a removed file":         {{file: "tenants/a.yaml", removed: true}},
		"two, one after another": {{file: "tenants/a.yaml", content: tenantYAML("a", "enterprise")}, {file: "tenants/b.yaml", content: tenantYAML("b", "enterprise")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDirectory(t)
			d.write("tenants/b/own.rego", ownModule)
			one, all := d.loader(), d.loader()
			one.Load()
			all.Load()
			for _, e := range edits {
				if e.removed {
					d.remove(e.file)
				} else {
					d.write(e.file, e.content)
				}
				got, gotProblems := one.LoadChanged([]string{e.file})
				want, wantProblems := all.Load()
				if diff := cmp.Diff(want, got) + cmp.Diff(wantProblems, gotProblems); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestAnEditOfOneTenantLeavesTheOthersUnread(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	l := d.loader()
	l.Load()
	d.write("tenants/a.yaml", tenantYAML("a", "enterprise"))
	d.write("tenants/b.yaml", tenantYAML("b", "enterprise"))
	tiers := func(s *config.Snapshot, problems []config.Problem) string {
		if len(problems) > 0 {
			t.Error(problems)
		}
		return s.Tenants["a"].Spec.Tier + ", " + s.Tenants["b"].Spec.Tier
	}
	if got := tiers(l.LoadChanged([]string{"tenants/a.yaml"})); got != "enterprise, business" {
		t.Errorf("after the first's file: %s", got)
	}
	if got := tiers(l.LoadChanged(nil)); got != "enterprise, enterprise" {
		t.Errorf("when anything may have changed: %s", got)
	}
}

func TestChangesAreTakenTogether(t *testing.T) {
	t.Parallel()
	c := config.NewChanges()
	c.Add([]string{"b", "a"})
	c.Add([]string{"a"})
	<-c.Ready()
	if diff := cmp.Diff([]string{"a", "b"}, c.Take()); diff != "" {
		t.Error(diff)
	}
	c.Add([]string{"a"})
	c.Add(nil)
	if c.Take() != nil {
		t.Error("what may be anything is taken for a file")
	}
	if files := c.Take(); files == nil || len(files) != 0 {
		t.Errorf("%q after everything was taken", files)
	}
}
