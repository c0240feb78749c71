package policy_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"
	"pgregory.net/rapid"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// asked are expressions over all of input. A random policy denies with the values of some of them as its
// message, so that two requests which it tells apart have different decisions.
var asked = []string{
	`input`, `input.version`, `input.request`, `input.request.method`, `input.request.path`, `input.request.segments[0]`,
	`input.request.query`, `input.request.query.page`, `input.request.query.page[_]`, `input.request.query[input.request.method]`,
	`input.request.headers`, `input.request.headers["x-team"]`, `input.request.headers[lower(input.request.method)]`,
	`count(input.request.headers)`, `input.request.size`, `input.identity`, `input.identity.kind`, `input.identity.subject`,
	`input.identity.roles`, `count(input.identity.groups)`, `input.identity.scopes[0]`, `input.identity.claims`,
	`input.identity.claims.org`, `input.identity.claims.org.id`, `input.identity.claims[input.identity.subject]`,
	`input.identity.amr[_]`, `input.identity.auth_time`, `input.source.ip`, `input.source`, `input.route.name`,
	`input.route.anonymous`, `input.route.accepts`, `input.route.params.id`, `input.route.params`, `input.route.unmet`,
	`input.source.threats[_]`, `input.source.risk`, `input.llm`, `input.llm.model`, `input.tool.names`, `input.tool.calls`,
	`input.request.body`, `input.request.body.a`, `input.request.body.a.b`, `input.request.body[_]`, `input.route.extensions`, `input.route.extensions.area`, `input.time`, `time.now_ns()`,
	`object.get(input, ["request", "host"], 0)`, `object.get(input.identity, "acr", 0)`, `input.tenant.data`, `input.tenant.name`,
	`{k | some k, _ in input.request.query}`, `walk(input.source)`, `time.clock(time.now_ns())`,
}

// askedOfPacks are what only a platform module can ask.
var askedOfPacks = []string{
	`data.meshwarden.tenancy.roles`, `data.meshwarden.tenancy`, `data.meshwarden.rbac.permission`, `data.meshwarden[_].allow`, `data.meshwarden.conditions.reason`,
}

// requestsOfAPolicy is how many requests each random policy is asked about; `make differential` sets it.
var requestsOfAPolicy = flag.Int("requests", 60, "requests that each random policy of TestTheCacheAnswersAsEvaluationDoes is asked about")

// randomParts is JSON of the values of some expressions.
func randomParts(t *rapid.T, label string, expressions []string) string {
	chosen := rapid.SliceOfNDistinct(rapid.SampledFrom(expressions), 1, 4, rapid.ID[string]).Draw(t, label)
	parts := make([]string, len(chosen))
	for i, expression := range chosen {
		if _, argument, ok := strings.Cut(expression, "walk("); ok {
			parts[i] = "[x | walk(" + strings.TrimSuffix(argument, ")") + ", x)]"
			continue
		}
		parts[i] = "[x | x := " + expression + "]"
	}
	return "json.marshal([" + strings.Join(parts, ", ") + "])"
}

// randomPlatform also tells requests apart by a header and by what the packs say.
func randomPlatform(t *rapid.T) []plane.Module {
	header := randomParts(t, "header", slices.Concat(asked, askedOfPacks, askedOfPacks))
	return []plane.Module{
		randomSource(t, "platform"),
		module("platform.effects", fmt.Sprintf(`seen := crypto.sha256(%s)

headers := {"x-seen": seen}

remove_headers := {concat("", ["x-", seen])}

scan := {"mode": ["off", "shadow", "enforce"][to_number(substring(seen, 0, 1)) %% 3]}`, header)),
	}
}

func randomSource(t *rapid.T, pkg string) plane.Module {
	message := randomParts(t, pkg, asked)
	// Some requests are admitted, so that the second stage is asked too.
	condition := rapid.SampledFrom([]string{`input.request.method != "GET"`, `input.identity.subject == "bob"`, `true`}).Draw(t, pkg+" denies")
	return module(pkg, fmt.Sprintf("deny := %s if %s\n\nstatus := 404 if count(%s) %% 2 == 0", message, condition, randomParts(t, pkg+" status", asked)))
}

// randomInput draws from few values, so that equal keys are as common as different ones. Values that run
// into each other when they are put side by side are among them.
func randomInput(t *rapid.T, tenants []*policy.Input) *policy.Input {
	word := func(label string, words ...string) string { return rapid.SampledFrom(words).Draw(t, label) }
	words := func(label string) []string {
		return rapid.SampledFrom([][]string{nil, {""}, {"a"}, {"a", "b"}, {"ab"}, {"b", "a"}}).Draw(t, label)
	}
	in := *tenants[rapid.IntRange(0, len(tenants)-1).Draw(t, "tenant")]
	in.Request.Method = word("method", "GET", "POST", "get", "")
	in.Request.Path = word("path", "/a", "/b", "")
	in.Request.Host = word("host", "acme.localhost", "a")
	in.Request.Segments = words("segments")
	in.Request.Size = rapid.SampledFrom([]int64{-1, 0, 1}).Draw(t, "size")
	in.Request.Query = rapid.SampledFrom([]map[string][]string{
		nil, {"page": nil}, {"page": {"1"}}, {"page": {"1", "2"}}, {"page": {"1"}, "GET": {"x"}}, {"GET": {"1"}},
	}).Draw(t, "query")
	in.Request.Headers = rapid.SampledFrom([][]policy.Header{
		nil, {{Name: "x-team", Value: ""}}, {{Name: "x-team", Value: "a"}}, {{Name: "get", Value: "x-team"}, {Name: "x-team", Value: "a"}},
		{{Name: "x-team", Value: "a"}, {Name: "get", Value: "x-team"}},
	}).Draw(t, "headers")
	in.Identity.Kind = word("kind", policy.KindJWT, policy.KindAPIKey, policy.KindAnonymous)
	in.Identity.Subject = word("subject", "vera", "bob", "org")
	in.Identity.Tenant = word("principal's tenant", "acme", "acme", "globex")
	in.Identity.Roles = rapid.SampledFrom([][]string{nil, {"viewer"}, {"editor"}, {"viewer", "editor"}}).Draw(t, "roles")
	in.Identity.Granted = rapid.SampledFrom([][]string{nil, {"viewer"}}).Draw(t, "granted")
	in.Identity.Groups, in.Identity.Scopes, in.Identity.AMR = words("groups"), words("scopes"), words("amr")
	if id := rapid.IntRange(0, 3).Draw(t, "claims"); id > 0 {
		in.Identity.Claims = claims(id)
	}
	if rapid.Bool().Draw(t, "authenticated at") {
		in.Identity.AuthTime = time.Unix(1_700_000_000, 0)
	}
	in.Source.IP = word("ip", "192.0.2.1", "192.0.2.2")
	in.Source.Principal = word("principal", "", "192.0.2.1")
	in.Source.Threats, in.Source.Risk = words("threats"), rapid.SampledFrom([]int64{-1, 0, 9}).Draw(t, "risk")
	in.LLM.Models, in.Tool.Names = words("models"), words("tools")
	in.Request.Body = rapid.SampledFrom([]ast.Value{
		nil, ast.Null{}, ast.String("a"), ast.NewArray(ast.StringTerm("a")), body("a"), body(map[string]any{"b": 1}), body(map[string]any{"b": "1"}),
	}).Draw(t, "body")
	in.Tool.Calls = rapid.SampledFrom([]ast.Value{nil, ast.NewArray(), ast.NewArray(ast.StringTerm("a"))}).Draw(t, "calls")
	in.Route = rapid.SampledFrom([]policy.RouteInput{
		{Name: "orders", Classification: "internal", Accepts: []string{"read", "*"}},
		{Name: "orders", Classification: "internal", Accepts: []string{"write", "*"}},
		{Name: "orders", Classification: "internal", Accepts: []string{"read", "*"}, Protocol: "openai"},
		{Name: "orders", Classification: "internal", Accepts: []string{"read", "*"}, Unmet: []string{"time_not_allowed"}},
		{Name: "orders", Classification: "internal", Accepts: tenant.Accepted("orders/a", "read"), Params: map[string]string{"id": "a"}},
		{Name: "orders", Classification: "internal", Accepts: tenant.Accepted("orders/b", "read"), Params: map[string]string{"id": "b"}},
		{Name: "site", Classification: "public", Anonymous: true}, {Name: "vault", Classification: "restricted", Accepts: []string{"read"}},
		{Name: "orders", Classification: "internal", Accepts: []string{"read", "*"}, Extensions: map[string]string{"area": "a"}},
	}).Draw(t, "route")
	in.Time = time.Unix(1_700_000_000+rapid.Int64Range(0, 3).Draw(t, "time")*25, 0)
	return &in
}

func body(a any) ast.Value { return ast.MustInterfaceToValue(map[string]any{"a": a, "c": 1}) }

// copies are the parts in which a request differs from the one before.
var copies = []func(to, from *policy.Input){
	func(to, from *policy.Input) { to.Request.Method = from.Request.Method },
	func(to, from *policy.Input) {
		to.Request.Path, to.Request.Segments = from.Request.Path, from.Request.Segments
	},
	func(to, from *policy.Input) { to.Request.Query = from.Request.Query },
	func(to, from *policy.Input) { to.Request.Headers = from.Request.Headers },
	func(to, from *policy.Input) { to.Request.Host, to.Request.Size = from.Request.Host, from.Request.Size },
	func(to, from *policy.Input) {
		to.Identity.Kind, to.Identity.Subject = from.Identity.Kind, from.Identity.Subject
	},
	func(to, from *policy.Input) {
		to.Identity.Roles, to.Identity.Granted = from.Identity.Roles, from.Identity.Granted
	},
	func(to, from *policy.Input) { to.Identity.Claims = from.Identity.Claims },
	func(to, from *policy.Input) { to.Identity = from.Identity },
	func(to, from *policy.Input) { to.Source = from.Source },
	func(to, from *policy.Input) { to.Route = from.Route },
	func(to, from *policy.Input) { to.Request.Body = from.Request.Body },
	func(to, from *policy.Input) { to.LLM, to.Tool = from.LLM, from.Tool },
	func(to, from *policy.Input) { to.Tenant = from.Tenant },
	func(to, from *policy.Input) { to.Time = from.Time },
}

// The cache is only right if nobody can tell that it is there.
func TestTheCacheAnswersAsEvaluationDoes(t *testing.T) {
	t.Parallel()
	edited := acme()
	edited.Spec.Data["limit"] = 8
	edited.Spec.Roles["editor"] = tenant.Role{Permissions: []string{"orders/a:read", "orders:read"}, Deny: []string{"orders/b:read"}}
	tenants := []*policy.Input{{Tenant: tenantValue(t, acme())}, {Tenant: tenantValue(t, edited)}}
	cache := policy.NewCache(0)
	pairs, cached := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		modules := []plane.Module{randomSource(t, "tenant")}
		m, err := policy.CompileTenant("acme", modules)
		if err != nil {
			t.Fatal(err)
		}
		var platform []plane.Module
		if rapid.Bool().Draw(t, "own platform modules") {
			platform = randomPlatform(t)
		}
		p, err := policy.CompilePlatform(platform)
		if err != nil {
			t.Fatal(err)
		}
		in := randomInput(t, tenants)
		for range *requestsOfAPolicy {
			rapid.SampledFrom(copies).Draw(t, "changed")(in, randomInput(t, tenants))
			want, wantErr := p.Decide(t.Context(), in)
			if wantErr == nil {
				want, wantErr = m.Narrow(t.Context(), in, want)
			}
			if timedOut(want, wantErr) {
				continue // a machine that stood still says nothing of the cache
			}
			pairs++
			if isCached(cache, p, m, in) {
				cached++
			}
			for range 2 {
				got, err := cache.Decide(t.Context(), p, m, in)
				if timedOut(got, err) {
					continue
				}
				if diff := cmp.Diff(want, got); diff != "" || fmt.Sprint(err) != fmt.Sprint(wantErr) {
					t.Fatalf("error %v, want %v, difference:\n%s", err, wantErr, diff)
				}
			}
		}
	})
	t.Logf("%d pairs of a policy and a request, %d of which the cache knew", pairs, cached)
	if cached < pairs/20 {
		t.Errorf("only %d of %d questions were answered from the cache: this test shows nothing", cached, pairs)
	}
}

// What a policy sees is the same whether all of the input document is built or only what it reads.
func TestAPolicySeesTheSameInAPartialInput(t *testing.T) {
	t.Parallel()
	tenants := []*policy.Input{{Tenant: tenantValue(t, acme())}}
	rapid.Check(t, func(t *rapid.T) {
		// Those that name all of input are the cache's test.
		expression := rapid.SampledFrom(asked).Filter(func(e string) bool {
			return e != "input" && !strings.HasPrefix(e, "walk")
		}).Draw(t, "asked")
		source := func(also string) []plane.Module {
			return []plane.Module{module("tenant", fmt.Sprintf("deny := json.marshal([x | x := %s])\n\nother := %s", expression, also))}
		}
		partial, err := policy.CompileTenant("acme", source("1"))
		if err != nil {
			t.Fatal(err)
		}
		whole, err := policy.CompileTenant("acme", source("input"))
		if err != nil {
			t.Fatal(err)
		}
		in := randomInput(t, tenants)
		got, err1 := partial.Narrow(t.Context(), in, admitted())
		want, err2 := whole.Narrow(t.Context(), in, admitted())
		if err1 != nil || err2 != nil || got.Message != want.Message {
			t.Errorf("%s: %q, %v; want %q, %v", expression, got.Message, err1, want.Message, err2)
		}
		if got.Message == "" || !json.Valid([]byte(got.Message)) && len(got.Message) < policy.MaxMessage {
			t.Errorf("%s: message %q", expression, got.Message)
		}
	})
}

// timedOut reports whether no decision was reached in time, or not its place.
func timedOut(d policy.Decision, err error) bool {
	return err != nil && d.Reason == reason.PolicyTimeout || d.Unplaced
}
