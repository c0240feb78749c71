package policy_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// contributed are values of every form that an extension point takes, and of some that it does not.
var contributed = map[string][]string{
	"deny":             {`true`, `false`, `"no"`, `[]`, `["b", "a"]`, `{"b", "a"}`, `set()`, `7`, `[7]`, `null`, `{"why": "x"}`, `to_number("x")`},
	"step_up":          {`true`, `false`, `"gold"`, `["b", "a"]`, `set()`, `{"acr_values": ["a"], "max_age": 60}`, `{"rule": "x"}`, `{"acr": 1}`, `7`, `to_number("x")`},
	"headers":          {`{}`, `{"x-a": "1"}`, `{"X-A": "2"}`, `{"x-b": input.request.method}`, `["x-a"]`, `{":path": "/"}`, `to_number("x")`},
	"response_headers": {`{}`, `{"cache-control": "no-store"}`, `{"te": "x"}`, `to_number("x")`},
	"remove_headers":   {`"X-C"`, `["x-c", "x-d"]`, `{"x-d", "x-e"}`, `set()`, `"x-a"`, `"x-subject"`, `"Content-Type"`, `[7]`, `7`, `false`, `to_number("x")`},
	"status":           {`404`, `451`, `410`, `0`, `200`, `401`, `404.5`, `"404"`, `false`, `[404]`, `to_number("x")`},
	"scan":             {`{}`, `{"policy": "chat"}`, `{"policy": "strict", "mode": "off"}`, `{"mode": "shadow"}`, `{"mode": "enforce"}`, `{"mode": "loud"}`, `{"modes": 1}`, `7`, `to_number("x")`},
}

// holds are bodies of rules, some of which ask the packs.
var holds = []string{
	`true`, `input.request.method == "GET"`, `input.identity.subject == "bob"`, `data.meshwarden.tenancy.foreign`,
	`not data.meshwarden.rbac.allow`, `data.platform.lib.late`, `input.route.unmet != []`,
}

func contributing(t *rapid.T, pkg string) plane.Module {
	var b strings.Builder
	for _, point := range slices.Sorted(maps.Keys(contributed)) {
		if rapid.IntRange(0, 2).Draw(t, pkg+" has "+point) > 0 {
			fmt.Fprintf(&b, "%s := %s if %s\n\n", point,
				rapid.SampledFrom(contributed[point]).Draw(t, pkg+" "+point), rapid.SampledFrom(holds).Draw(t, pkg+" "+point+" if"))
		}
	}
	return module(pkg, b.String()+"other := 1")
}

// policies/main.rego says what a decision is, and `meshwarden test` and the packs' own tests ask it. Service asks packs and modules
// apart, and must come to the same.
func TestPacksAndPlatformModulesTogetherDecideAsTheRegoSays(t *testing.T) {
	t.Parallel()
	tenants := []*policy.Input{{Tenant: tenantValue(t, acme())}}
	lib := module("platform.lib", `late if input.route.classification == "restricted"`)
	allowed, narrowed := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		p, err := policy.CompilePlatform([]plane.Module{
			contributing(t, "platform.a"), contributing(t, "platform.b"), lib, module("platform.c", `deny if false`),
		})
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			in := randomInput(t, tenants)
			want, wantErr := p.InRego(t.Context(), in)
			got, err := p.Decide(t.Context(), in)
			if got.Reason == reason.StepUpRequired {
				// One evaluation for all cannot tell a package's deny, which held and denied nothing, from its step_up.
				want.Place = got.Place
			}
			if diff := cmp.Diff(want, got); diff != "" || (err == nil) != (wantErr == nil) {
				t.Fatalf("error %v, want %v, difference:\n%s", err, wantErr, diff)
			}
			switch {
			case got.Allow:
				allowed++
			case strings.HasPrefix(got.Rule, "platform."):
				narrowed++
			}
		}
	})
	if allowed == 0 || narrowed == 0 {
		t.Errorf("of all requests, %d were admitted and %d narrowed by a module: this test shows nothing", allowed, narrowed)
	}
}
