package extauthz_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/extauthz"
)

func TestEveryMetricIsDocumented(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("../docs/operations*.md")
	if err != nil || len(paths) == 0 {
		t.Fatalf("%v, %v", paths, err)
	}
	var docs strings.Builder
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		docs.Write(raw)
	}
	shown := map[string]bool{}
	files := twoTenants()
	files["candidates/acme/own.rego"] = "package tenant\n\ndeny if false\n"
	memory, _ := direct(t, files)
	memory.check(ask{tenant: "acme", token: acmeToken(t, "vera", "viewer")})
	await(t, "the candidate is asked", func() bool { return memory.metrics()["meshwarden_extauthz_shadow_decisions_total"] })
	feed := filepath.Join(t.TempDir(), "feed.txt")
	if err := os.WriteFile(feed, []byte("192.0.2.66\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	redis := start(t, extauthz.Options{ThreatLists: []string{"feed=" + feed}, Config: writeConfig(t, twoTenants()), Redis: "unix://" + filepath.Join(t.TempDir(), "redis.sock"), AdminAPI: "127.0.0.1:0", AdminTokens: writeTokens(t)}).ready()
	redis.check(ask{tenant: "acme", token: acmeToken(t, "vera", "viewer")})
	for _, s := range []*server{memory, redis} {
		maps.Copy(shown, s.metrics())
	}
	documented := map[string]bool{}
	for _, name := range regexp.MustCompile("`(meshwarden_extauthz_[a-z_]+)`").FindAllStringSubmatch(docs.String(), -1) {
		documented[name[1]] = true
	}
	if diff := cmp.Diff(documented, shown); diff != "" {
		t.Errorf("documented in docs/operations*.md (-) and shown (+):\n%s", diff)
	}
}

// metrics are the names of what the server shows.
func (s *server) metrics() map[string]bool {
	s.t.Helper()
	families, err := s.registry.Gather()
	if err != nil {
		s.t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, family := range families {
		shown[family.GetName()] = true
	}
	return shown
}
