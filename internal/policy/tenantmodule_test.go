package policy_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// admitted is the first stage's decision that the tests narrow.
func admitted() policy.Decision {
	return policy.Decision{
		Allow: true, Reason: reason.Allowed, Rule: "rbac",
		Quotas: []string{"burst"}, Headers: map[string]string{"x-area": "sales"},
	}
}

func TestATenantsModuleNarrows(t *testing.T) {
	t.Parallel()
	burst := tenant.Quota{Name: "burst", Algorithm: "token_bucket", Limit: 100, Refill: 10, Per: "tenant"}
	lowered := func(limit int64, refill float64) policy.Decision {
		d, q := admitted(), burst
		q.Limit, q.Refill = limit, refill
		d.Quotas, d.Limits = []string{}, []tenant.Quota{q}
		return d
	}
	denied := func(rule, message string) policy.Decision {
		return policy.Decision{Reason: reason.PolicyDenied, Rule: rule, Message: message}
	}
	with := func(change func(*policy.Decision)) policy.Decision {
		d := admitted()
		change(&d)
		return d
	}
	for name, test := range map[string]struct {
		source string
		want   policy.Decision
	}{
		"denies with a message":         {`deny contains "no" if input.identity.subject == "vera"`, denied("tenant", "no")},
		"denies with the first message": {`deny := {"b", "a"}`, denied("tenant", "a")},
		"denies without words":          {`deny if input.request.segments[0] == "orders"`, denied("tenant", "")},
		"denies with a status": {
			"deny contains \"gone\"\n\nstatus := 404 if input.request.method == \"GET\"",
			policy.Decision{Reason: reason.PolicyDenied, Rule: "tenant", Message: "gone", Status: 404},
		},
		"has a status for nothing":     {"status := 404\n\ndeny if false", admitted()},
		"does not deny":                {`deny contains "no" if input.identity.subject == "bob"`, admitted()},
		"denies by the tenant's data":  {`deny contains "no" if not input.identity.subject in input.tenant.data.blocked`, denied("tenant", "no")},
		"denies by the first decision": {`deny := input.decision.rule if input.decision.allow`, denied("tenant", "rbac")},
		"cuts a long message":          {`deny := sprintf("%600d", [1])`, denied("tenant", strings.Repeat(" ", policy.MaxMessage))},

		"lowers a limit":                      {`quotas.burst := {"limit": input.tenant.data.limit}`, lowered(7, 10)},
		"lowers a refill":                     {`quotas := {"burst": {"refill": 0.5}}`, lowered(100, 0.5)},
		"cannot raise a limit":                {`quotas := {"burst": {"limit": 1000, "refill": 1000}}`, admitted()},
		"leaves limits of other routes alone": {`quotas := {"vault-hour": {"limit": 1}}`, admitted()},
		"adds a limit": {
			`quotas["exports"] := {"algorithm": "sliding_window", "limit": 5, "window": "1h", "per": "subject"}`,
			with(func(d *policy.Decision) {
				d.Limits = []tenant.Quota{{Name: "module/exports", Algorithm: "sliding_window", Limit: 5, Window: "1h", Per: "subject"}}
			}),
		},
		"adds a limit for the tenant": {
			`quotas.b := {"algorithm": "token_bucket", "limit": 5, "refill": 0.1}`,
			with(func(d *policy.Decision) {
				d.Limits = []tenant.Quota{{Name: "module/b", Algorithm: "token_bucket", Limit: 5, Refill: 0.1, Per: "tenant"}}
			}),
		},

		"chooses a scan policy":           {`scan := {"policy": "chat"}`, with(func(d *policy.Decision) { d.Scan.Policy = "chat" })},
		"enforces":                        {`scan.mode := "enforce"`, with(func(d *policy.Decision) { d.Scan.Mode = "enforce" })},
		"cannot turn scanning off":        {`scan := {"mode": "off"}`, admitted()},
		"cannot weaken what may be stern": {`scan := {"mode": "shadow"}`, admitted()},

		"cannot allow":                   {"allow := true\n\ndeny contains \"no\" if allow", denied("tenant", "no")},
		"cannot override the decision":   {"decision := {\"allow\": true}\n\ndeny if false", admitted()},
		"cannot undo its own denial":     {"deny contains \"no\"\n\nallow if not deny", denied("tenant", "no")},
		"cannot mock what denies":        {"deny contains \"no\" if closed with input.request.method as \"GET\"\n\nclosed if input.request.method == \"GET\"", denied("tenant", "no")},
		"does not see the engine's time": {`deny contains "late" if time.now_ns() != input.time`, admitted()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first := admitted()
			got, err := compileTenant(t, module("tenant", test.source)).Narrow(t.Context(), viewer(t), first)
			if diff := cmp.Diff(test.want, got, anyPlace); diff != "" || err != nil {
				t.Errorf("error %v, difference:\n%s", err, diff)
			}
			if diff := cmp.Diff(admitted(), first); diff != "" {
				t.Errorf("the first decision was modified:\n%s", diff)
			}
		})
	}
}

func TestAScanModeIsOnlyEverRaised(t *testing.T) {
	t.Parallel()
	modes := []string{"off", "shadow", "enforce"}
	for i, before := range modes {
		for j, asked := range modes {
			d := admitted()
			d.Scan.Mode = before
			got, err := compileTenant(t, module("tenant", `scan := {"mode": "`+asked+`"}`)).Narrow(t.Context(), viewer(t), d)
			if want := modes[max(i, j)]; got.Scan.Mode != want || err != nil {
				t.Errorf("%s, asked for %s: got %s, %v", before, asked, got.Scan.Mode, err)
			}
		}
	}
}

func TestAScanPolicyOfThePlatformStays(t *testing.T) {
	t.Parallel()
	d := admitted()
	d.Scan.Policy = "strict"
	got, err := compileTenant(t, module("tenant", `scan := {"policy": "chat", "mode": "enforce"}`)).Narrow(t.Context(), viewer(t), d)
	if want := (policy.Scan{Policy: "strict", Mode: "enforce"}); got.Scan != want || err != nil {
		t.Errorf("got %+v, %v", got.Scan, err)
	}
}

func TestADenialStaysWhateverTheTenantsModuleSays(t *testing.T) {
	t.Parallel()
	d := policy.Decision{Reason: reason.PermissionDenied, Rule: "rbac"}
	m := compileTenant(t, module("tenant", "deny := false\n\nallow := true\n\nscan := {\"mode\": \"enforce\"}"))
	got, err := m.Narrow(t.Context(), viewer(t), d)
	if diff := cmp.Diff(d, got); diff != "" || err != nil {
		t.Errorf("error %v, difference:\n%s", err, diff)
	}
}

func TestPackagesOfATenantAreTakenTogether(t *testing.T) {
	t.Parallel()
	m := compileTenant(t,
		module("tenant.hours", `deny contains "closed" if input.request.method == "DELETE"`),
		module("tenant.load", `quotas := {"burst": {"limit": 50}, "own": {"algorithm": "token_bucket", "limit": 3, "refill": 1}}`),
		module("tenant", `quotas := {"burst": {"limit": 40}}`),
		plane.Module{Path: "tenants/acme/x_test.rego", Source: "package broken {"},
	)
	in := viewer(t)
	got, err := m.Narrow(t.Context(), in, admitted())
	want := admitted()
	want.Quotas = []string{}
	want.Limits = []tenant.Quota{
		{Name: "burst", Algorithm: "token_bucket", Limit: 40, Refill: 10, Per: "tenant"},
		{Name: "module/own", Algorithm: "token_bucket", Limit: 3, Refill: 1, Per: "tenant"},
	}
	if diff := cmp.Diff(want, got, anyPlace); diff != "" || err != nil {
		t.Errorf("error %v, difference:\n%s", err, diff)
	}
	in.Request.Method = "DELETE"
	if got, err = m.Narrow(t.Context(), in, admitted()); got.Allow || got.Rule != "tenant.hours" || err != nil {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestATenantWithoutModulesChangesNothing(t *testing.T) {
	t.Parallel()
	m, err := policy.CompileTenant("acme", []plane.Module{{Path: "tenants/acme/own_test.rego", Source: "package tenant_test"}})
	if m != nil || err != nil {
		t.Fatalf("got %v, %v", m, err)
	}
	got, err := m.Narrow(t.Context(), viewer(t), admitted())
	if diff := cmp.Diff(admitted(), got); diff != "" || err != nil || m.Reads() != nil {
		t.Errorf("error %v, difference:\n%s", err, diff)
	}
}

func TestATenantsModuleThatMisbehavesDeniesAndIsNamed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ source, want string }{
		"failing built-in":       {`deny contains "x" if to_number(input.request.method) > 1`, "eval_builtin_error: to_number"},
		"failing in a negation":  {`deny contains "x" if not to_number(input.request.method) > 1`, "eval_builtin_error: to_number"},
		"conflicting values":     {"deny := \"a\"\n\ndeny := \"b\" if input.request.method", "eval_conflict_error"},
		"a message of a number":  {`deny contains 1`, "tenant: deny: number, not a string"},
		"a deny of an object":    {`deny["x"] := "y"`, "tenant: deny: object, not an array or a set"},
		"too many messages":      {`deny contains sprintf("%d", [i]) if some i in numbers.range(1, 5000)`, "tenant: deny: more than 100 elements"},
		"an unknown limit":       {`quotas := {"burts": {"limit": 1}}`, `tenant: quotas: burts: algorithm is missing, or the name is not that of a declared limit`},
		"a limit of nothing":     {`quotas := {"burst": {"limit": 0}}`, "burst: limit: 0 is not a whole number from 1"},
		"a negative limit":       {`quotas := {"burst": {"limit": -1}}`, "burst: limit: -1 is not a whole number from 1"},
		"a huge limit":           {`quotas := {"burst": {"limit": 1e300}}`, "is not a whole number from 1"},
		"a limit of text":        {`quotas := {"burst": {"limit": "5"}}`, "burst: limit: string, not a number"},
		"another algorithm":      {`quotas := {"burst": {"algorithm": "sliding_window", "limit": 5}}`, "can only be given a lower limit and refill"},
		"an unknown field":       {`quotas := {"burst": {"limits": 5}}`, `burst: unknown field "limits"`},
		"a window out of range":  {`quotas := {"x": {"algorithm": "sliding_window", "limit": 5, "window": "10ms"}}`, "x: window: must be between"},
		"a window not said":      {`quotas := {"x": {"algorithm": "sliding_window", "limit": 5}}`, "x: window: is required"},
		"a refill not said":      {`quotas := {"x": {"algorithm": "token_bucket", "limit": 5}}`, "x: refill: is required"},
		"no limit":               {`quotas := {"x": {"algorithm": "token_bucket", "refill": 1}}`, "x: limit: must be between 1 and 1e9"},
		"a limit out of range":   {`quotas := {"x": {"algorithm": "token_bucket", "limit": 1000000001, "refill": 1}}`, "x: limit: must be between"},
		"an unknown algorithm":   {`quotas := {"x": {"algorithm": "leaky", "limit": 5, "refill": 1}}`, `x: algorithm: "leaky" is not known`},
		"an unknown sharer":      {`quotas := {"x": {"algorithm": "token_bucket", "limit": 5, "refill": 1, "per": "host"}}`, `x: per: "host" is not known`},
		"a negative refill":      {`quotas := {"burst": {"refill": -1}}`, "burst: refill: -1 is not 0 or more"},
		"a name for the prefix":  {`quotas := {"module/x": {"algorithm": "token_bucket", "limit": 5, "refill": 1}}`, "module/x\" is not a name"},
		"quotas of a list":       {`quotas := ["burst"]`, "tenant: quotas: array, not an object"},
		"another's scan policy":  {`scan := {"policy": "lax"}`, `tenant: scan: policy: "lax" is not one of the tenant's scan policies`},
		"an unknown scan mode":   {`scan := {"mode": "audit"}`, `tenant: scan: mode: "audit" is not off, shadow or enforce`},
		"an unknown scan field":  {`scan := {"profile": "x"}`, `tenant: scan: unknown field "profile"`},
		"too many added limits":  {`quotas[sprintf("q%d", [i])] := {"algorithm": "token_bucket", "limit": 1, "refill": 1} if some i in numbers.range(1, 50)`, "more than 16 limits"},
		"too many quotas at all": {`quotas[sprintf("q%d", [i])] := {"algorithm": "token_bucket", "limit": 1, "refill": 1} if some i in numbers.range(1, 500)`, "more than 100 fields"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := compileTenant(t, module("tenant", test.source)).Narrow(t.Context(), viewer(t), admitted())
			if got.Allow || got.Reason != reason.PolicyError || got.Rule != "tenant" || err == nil ||
				!strings.Contains(err.Error(), "policy of tenant acme: ") || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %+v\nerror %v\nwant  %s", got, err, test.want)
			}
		})
	}
}

func TestATenantsModuleIsStoppedAtTheDeadline(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]string{
		"nested iteration": `deny if count([1 | numbers.range(1, 100000)[_]; numbers.range(1, 100000)[_]]) < 0`,
		"huge result":      `deny contains sprintf("%d-%d", [i, j]) if { some i in numbers.range(1, 100000); some j in numbers.range(1, 100000) }`,
		"walk":             `deny if count([1 | walk(input, _); walk(input, _); walk(input, _); walk(input, _); walk(input, _)]) < 0`,
		"regular expressions": `deny if { some i in numbers.range(1, 100000)
	regex.match(sprintf("(a|b|%d)+c", [i]), "ababababababab") }`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			start := time.Now()
			got, err := compileTenant(t, module("tenant", source)).Narrow(ctx, viewer(t), admitted())
			if got.Allow || got.Reason != reason.PolicyTimeout || err == nil {
				t.Errorf("got %+v, %v", got, err)
			}
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

func TestATenantsModuleIsRefusedWhatReachesOutside(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ pkg, source, want string }{
		"the network":             {"tenant", `deny if http.send({"method": "GET", "url": "http://x"}).status_code == 200`, "policies/tenant.rego:3:9: http.send is not available to a tenant's modules: it reaches the network"},
		"name resolution":         {"tenant", `deny if count(net.lookup_ip_addr("x")) > 0`, "net.lookup_ip_addr is not available"},
		"the environment":         {"tenant", `deny := opa.runtime().env.HOME`, "opa.runtime is not available to a tenant's modules: it shows the server's environment"},
		"remote schemas":          {"tenant", `deny if json.match_schema({}, {})[0]`, "json.match_schema is not available"},
		"an unbounded shift":      {"tenant", `deny if bits.lsh(1, 1000000000) > 0`, "bits.lsh is not available"},
		"automata":                {"tenant", `deny if regex.globs_match("a.*", "b.*")`, "regex.globs_match is not available"},
		"every path of a graph":   {"tenant", `deny if count(graph.reachable({"a": ["a"]}, {"a"})) < 0`, "graph.reachable is not available"},
		"each network with each":  {"tenant", `deny if count(net.cidr_contains_matches([], [])) < 0`, "net.cidr_contains_matches is not available"},
		"templates":               {"tenant", `deny := strings.render_template("{{.}}", {})`, "strings.render_template is not available"},
		"the packs":               {"tenant", `deny if data.meshwarden.rbac.allow`, "data.meshwarden.rbac.allow is not visible to a tenant's modules"},
		"an import of the packs":  {"tenant", "import data.meshwarden.rbac\n\ndeny if rbac.allow", "data.meshwarden.rbac.allow is not visible"},
		"the platform's modules":  {"tenant", `deny if data.platform.secret`, "data.platform.secret is not visible to a tenant's modules"},
		"another tenant's data":   {"tenant", `deny if data.tenants.globex.roles`, "data.tenants.globex.roles is not visible"},
		"another root":            {"platform", `deny if true`, "policies/platform.rego:1:1: package platform is not tenant or below it"},
		"the packs' root":         {"meshwarden.main", `decision := {"allow": true}`, "package meshwarden.main is not tenant or below it"},
		"nothing contributed":     {"tenant", `allow := true`, "none of the modules defines status, deny, quotas, scan"},
		"demands":                 {"tenant", "deny := false\n\nstep_up := true", "policies/tenant.rego:5:1: step_up does nothing here: these modules may define status, deny, quotas, scan"},
		"removal of headers":      {"tenant", "deny := false\n\nremove_headers := [\"x-cost-center\"]", "remove_headers does nothing here"},
		"headers":                 {"tenant", `headers["x-a"] := "1"`, "headers does nothing here"},
		"a helper that is not":    {"tenant", `deny if data.tenant.clsoed`, "data.tenant.clsoed does not exist"},
		"a decision's field":      {"tenant", `deny if input.decision.headers`, "input.decision.headers does not exist; input.decision has allow,"},
		"old syntax":              {"tenant", "deny[msg] { msg := \"x\" }", "rego_parse_error"},
		"an undefined function":   {"tenant", `deny if nosuch(1)`, "undefined function nosuch"},
		"a type error":            {"tenant", `deny if 1 + "a" == 2`, "rego_type_error"},
		"an unsafe variable":      {"tenant", `deny if x == 1`, "rego_unsafe_var_error"},
		"a regex at compile time": {"tenant", `deny if input.request.path == regex.nosuch("x")`, "undefined function regex.nosuch"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := policy.CompileTenant("acme", []plane.Module{module(test.pkg, test.source)})
			var problems *policy.Error
			if m != nil || !errors.As(err, &problems) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

// A tenant's data query sees its own rules only, even where the compiler cannot tell what it asks for.

func TestOneTenantDoesNotRunMoreThanItsShareAtOnce(t *testing.T) {
	t.Parallel()
	busy := compileTenant(t, module("tenant", `deny if count([1 | numbers.range(1, 100000)[_]; numbers.range(1, 100000)[_]]) < 0`))
	in := viewer(t)
	ctx, cancel := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	for range policy.EvaluationsAtOnce {
		wait.Go(func() {
			if d, err := busy.Narrow(ctx, in, admitted()); d.Allow || err == nil {
				t.Errorf("got %+v, %v", d, err)
			}
		})
	}
	for busy.Running() < policy.EvaluationsAtOnce {
		runtime.Gosched()
	}
	ended, end := context.WithCancel(t.Context())
	end()
	d, err := busy.Narrow(ended, in, admitted())
	if d.Allow || d.Reason != reason.PolicyTimeout || err == nil || !strings.Contains(err.Error(), "evaluations of this tenant are running") {
		t.Errorf("one more: got %+v, %v", d, err)
	}
	other := compileTenant(t, module("tenant", `deny if false`))
	if d, err := other.Narrow(t.Context(), in, admitted()); !d.Allow || err != nil {
		t.Errorf("another tenant: got %+v, %v", d, err)
	}
	cancel()
	wait.Wait()
	if n := busy.Running(); n != 0 {
		t.Errorf("%d evaluations still hold a slot", n)
	}
}
