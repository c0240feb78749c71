package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/internal/plane"
)

// The read set is what the decision cache's key holds: a pack that reads more makes the cache worse for
// every tenant, so a change here wants a reason.
func TestThePacksReadWhatTheCacheKeyHolds(t *testing.T) {
	t.Parallel()
	want := []string{
		"identity.amr", "identity.granted", "identity.kind", "identity.roles", "identity.scopes", "identity.tenant",
		"llm.models",
		"route.accepts", "route.anonymous", "route.classification", "route.name", "route.protocol", "route.unmet",
		"tenant.name", "tenant.roles", "tenant.routes", "tenant.token_scopes",
		"tool.methods", "tool.names",
	}
	if diff := cmp.Diff(want, compilePlatform(t).Reads()); diff != "" {
		t.Error(diff)
	}
}

func TestReadSetsFollowTheSource(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		source string
		want   []string
	}{
		"one header":               {`deny if input.request.headers["x-team"] == "red"`, []string{"request.headers.x-team"}},
		"a computed header":        {`deny if input.request.headers[lower("X")]`, []string{"request.headers"}},
		"object.get of an object":  {`deny if object.get(input.request.headers, "x-team", "") == ""`, []string{"request.headers"}},
		"object.get of input":      {`deny if object.get(input, ["request", "method"], "") == ""`, []string{""}},
		"walk":                     {`deny if walk(input.identity.claims, [_, "x"])`, []string{"identity.claims"}},
		"iteration":                {`deny if { some k, v in input.request.query; k == v[0] }`, []string{"request.query"}},
		"an element of a list":     {`deny if input.request.segments[0] == "x"`, []string{"request.segments"}},
		"an alias":                 {"deny if {\n\tr := input.request\n\tr.method == \"GET\"\n}", []string{"request"}},
		"an import":                {"import input.request as r\n\ndeny if r.method == \"GET\"", []string{"request.method"}},
		"inside a reference":       {`deny if input.tenant.data[input.identity.subject]`, []string{"identity.subject", "tenant.data"}},
		"a function's body":        {"deny if f(1)\n\nf(x) if input.source.ip == x", []string{"source.ip"}},
		"a rule nobody asks for":   {"deny if false\n\nother := input.time", []string{"time"}},
		"an else":                  {"deny := \"a\" if input.route.name == \"a\" else := input.route.extensions.area", []string{"route.extensions.area", "route.name"}},
		"a comprehension's head":   {`deny := {input.identity.key_id | true}`, []string{"identity.key_id"}},
		"a default":                {"default deny := false\n\ndeny if input.request.scheme == \"http\"", []string{"request.scheme"}},
		"the clock":                {`deny if time.clock(time.now_ns())[0] > 20`, []string{"time"}},
		"what with puts in place":  {"deny if x with input.request.method as input.request.host\n\nx if input.request.method == \"a\"", []string{"request.host", "request.method"}},
		"a claim":                  {`deny if input.identity.claims.org.id == 7`, []string{"identity.claims.org.id"}},
		"the longer of two":        {`deny if { input.identity.claims.a; count(input.identity.claims) > 1 }`, []string{"identity.claims"}},
		"names with a common head": {`deny if { input.identity.acr == ""; input.identity.amr[_] == "x" }`, []string{"identity.acr", "identity.amr"}},
		"the first decision":       {`deny if input.decision.scan.mode == "off"`, []string{"decision.scan.mode"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := compileTenant(t, plane.Module{Path: "a.rego", Source: "package tenant\n\n" + test.source})
			if diff := cmp.Diff(test.want, m.Reads()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
