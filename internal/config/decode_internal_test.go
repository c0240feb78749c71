package config

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParseTenant is FuzzTenantYAML without files, a hundred times as fast: it looks for crashes and loops.
func FuzzParseTenant(f *testing.F) {
	for _, seed := range []string{
		"apiVersion: meshwarden.io/v1alpha1\nkind: Tenant\nmetadata: {name: b}\nspec: {hosts: [b.example], routes: [{name: r, match: {regex: '/[a-z]+'}, upstream: u}]}\n",
		"kind: Tenant\nspec: {data: {a: &a [1, 2.5, true, null, !!str 3], b: *a, <<: *a}, cors: {origins: ['*'], max_age: 1h}}\n",
		"kind: Tenant\nspec:\n  quotas:\n  - {name: q, algorithm: token_bucket, limit: 1e9, refill: 0.5}\n  roles: {x: {permissions: [read]}}\n",
		"kind: Tenant\n---\nkind: Tenant\n", "a: [", "\xff", "? x\n: |\n  y\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		parsed, _, flaws := parseTenant("b")(nil, withoutFiles(data))
		if parsed == nil && len(flaws) == 0 {
			t.Fatal("neither a tenant nor a reason")
		}
		for _, flaw := range flaws {
			if flaw.line < 1 || flaw.column < 1 || flaw.reason == "" || len(flaw.reason) > maxReason+3 || strings.Contains(flaw.reason, "\n") || utf8.Valid(data) && !utf8.ValidString(flaw.reason) {
				t.Errorf("%+v", flaw)
			}
		}
	})
}

// withoutFiles keeps a target without a directory from naming files.
func withoutFiles(data []byte) []byte {
	return []byte(strings.ReplaceAll(string(data), "_file", "_fi1e"))
}

func TestSuggestionsAreNearAndNotFar(t *testing.T) {
	t.Parallel()
	known := []string{"quotas", "hosts", "routes", "id"}
	for wrong, want := range map[string]string{
		"quotass": `; did you mean "quotas"?`, "hsots": `; did you mean "hosts"?`, "Routes": `; did you mean "routes"?`, "route": `; did you mean "routes"?`,
		"upstreams": "", "x": "", "ie": `; did you mean "id"?`, strings.Repeat("quotas", 100): "",
	} {
		if got := suggestion(wrong, known); got != want {
			t.Errorf("%s: %q, want %q", wrong, got, want)
		}
	}
}
