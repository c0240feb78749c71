package policy_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
)

// isCached asks with a context that has ended: evaluation then fails, and only the cache can answer.
func isCached(c *policy.Cache, p *policy.Platform, m *policy.TenantModule, in *policy.Input) bool {
	ended, end := context.WithCancel(context.Background())
	end()
	_, err := c.Decide(ended, p, m, in)
	return err == nil
}

// changes alters each field of input once.
var changes = map[string]func(*policy.Input){
	"request.method":        func(in *policy.Input) { in.Request.Method = "HEAD" },
	"request.scheme":        func(in *policy.Input) { in.Request.Scheme = "http" },
	"request.host":          func(in *policy.Input) { in.Request.Host = "acme.example" },
	"request.path":          func(in *policy.Input) { in.Request.Path = "/orders/8" },
	"request.segments":      func(in *policy.Input) { in.Request.Segments = []string{"orders", "8"} },
	"request.query":         func(in *policy.Input) { in.Request.Query = map[string][]string{"page": {"3"}} },
	"request.headers":       func(in *policy.Input) { in.Request.Headers = []policy.Header{{Name: "x-team", Value: "red"}} },
	"request.size":          func(in *policy.Input) { in.Request.Size = 9 },
	"request.body":          func(in *policy.Input) { in.Request.Body = claims(9) },
	"identity.kind":         func(in *policy.Input) { in.Identity.Kind = policy.KindAPIKey },
	"identity.subject":      func(in *policy.Input) { in.Identity.Subject = "bob" },
	"identity.tenant":       func(in *policy.Input) { in.Identity.Tenant = "globex" },
	"identity.roles":        func(in *policy.Input) { in.Identity.Roles = []string{"editor"} },
	"identity.granted":      func(in *policy.Input) { in.Identity.Granted = []string{"editor"} },
	"identity.groups":       func(in *policy.Input) { in.Identity.Groups = []string{"staff"} },
	"identity.scopes":       func(in *policy.Input) { in.Identity.Scopes = []string{"all"} },
	"identity.claims":       func(in *policy.Input) { in.Identity.Claims = claims(8) },
	"identity.key_id":       func(in *policy.Input) { in.Identity.KeyID = "k2" },
	"identity.amr":          func(in *policy.Input) { in.Identity.AMR = []string{"otp"} },
	"identity.acr":          func(in *policy.Input) { in.Identity.ACR = "gold" },
	"identity.auth_time":    func(in *policy.Input) { in.Identity.AuthTime = time.Unix(1, 0) },
	"source.ip":             func(in *policy.Input) { in.Source.IP = "192.0.2.8" },
	"source.principal":      func(in *policy.Input) { in.Source.Principal = "spiffe://x" },
	"source.threats":        func(in *policy.Input) { in.Source.Threats = []string{"scanners"} },
	"source.device_trusted": func(in *policy.Input) { in.Source.DeviceTrusted = true },
	"source.risk":           func(in *policy.Input) { in.Source.Risk = 7 },
	"route.name":            func(in *policy.Input) { in.Route.Name = "site" },
	"route.classification":  func(in *policy.Input) { in.Route.Classification = "public" },
	"route.anonymous":       func(in *policy.Input) { in.Route.Anonymous = true },
	"route.permission":      func(in *policy.Input) { in.Route.Permission = "read" },
	"route.extensions":      func(in *policy.Input) { in.Route.Extensions = map[string]string{"area": "ops"} },
	"route.resource":        func(in *policy.Input) { in.Route.Resource = "orders/7" },
	"route.params":          func(in *policy.Input) { in.Route.Params = map[string]string{"id": "7"} },
	"route.owned":           func(in *policy.Input) { in.Route.Owned = true },
	"route.accepts":         func(in *policy.Input) { in.Route.Accepts = []string{"write", "*"} },
	"route.unmet":           func(in *policy.Input) { in.Route.Unmet = []string{"risk_too_high"} },
	"route.protocol":        func(in *policy.Input) { in.Route.Protocol = "mcp" },
	"llm.model":             func(in *policy.Input) { in.LLM.Models = []string{"gpt-4o"} },
	"llm.models":            func(in *policy.Input) { in.LLM.Models = []string{"gpt-4o", "o3"} },
	"tool.methods":          func(in *policy.Input) { in.Tool.Methods = []string{"tools/call"} },
	"tool.names":            func(in *policy.Input) { in.Tool.Names = []string{"search"} },
	"tool.calls":            func(in *policy.Input) { in.Tool.Calls = ast.NewArray(ast.StringTerm("search")) },
	"time":                  func(in *policy.Input) { in.Time = in.Time.Add(time.Minute) },
	"tenant":                func(in *policy.Input) { in.Tenant = nil },
}

func claims(id int) ast.Value {
	return ast.MustInterfaceToValue(map[string]any{"org": map[string]any{"id": id}, "plan": "gold"})
}

// Each field counts exactly when a policy reads it.
func TestTheKeyHoldsAFieldExactlyWhenItIsRead(t *testing.T) {
	t.Parallel()
	p := compilePlatform(t)
	read := map[string]bool{}
	for _, path := range p.Reads() {
		read[path] = true
	}
	read["llm.model"] = read["llm.models"] // It is the first of them.
	for _, path := range policy.FieldPaths() {
		if path == "version" || path == "tenant" {
			continue // Fixed by the versions in the key; TestTheKeyHoldsTheVersions.
		}
		change := changes[path]
		if change == nil {
			t.Fatalf("no change of %s", path)
		}
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			m := compileTenant(t, module("tenant", fmt.Sprintf("deny if false\n\nread := [x | x := input.%s]", path)))
			cache := policy.NewCache(0)
			ask := func(in *policy.Input) {
				for _, m := range []*policy.TenantModule{nil, m} {
					if _, err := cache.Decide(t.Context(), p, m, in); err != nil {
						t.Fatal(err)
					}
				}
			}
			in := viewer(t)
			ask(in)
			if !isCached(cache, p, nil, in) || !isCached(cache, p, m, in) {
				t.Fatal("the same question is not answered from the cache")
			}
			change(in)
			if got := isCached(cache, p, nil, in); got == read[path] {
				t.Errorf("changed for the packs, which read it: %t, cached: %t", read[path], got)
			}
			if isCached(cache, p, m, in) {
				t.Error("changed for a module that reads it, but cached")
			}
		})
	}
}

func TestTheKeyHoldsOnlyThePartsOfObjectsThatAreRead(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		read   string
		same   func(*policy.Input)
		differ func(*policy.Input)
	}{
		"a header": {
			`input.request.headers["x-team"]`,
			func(in *policy.Input) { in.Request.Headers[0].Value = "curl/9" },
			func(in *policy.Input) { in.Request.Headers[1].Value = "red" },
		},
		"an absent header": {
			`input.request.headers["x-none"]`,
			func(in *policy.Input) { in.Request.Headers = nil },
			func(in *policy.Input) { in.Request.Headers = []policy.Header{{Name: "x-none"}} },
		},
		"a parameter": {
			`input.request.query.page`,
			func(in *policy.Input) { in.Request.Query = map[string][]string{"page": {"2"}, "q": {"x"}} },
			func(in *policy.Input) { in.Request.Query = map[string][]string{"page": {"2", "2"}} },
		},
		"a claim": {
			`input.identity.claims.plan`,
			func(in *policy.Input) { in.Identity.Claims = claims(8) },
			func(in *policy.Input) { in.Identity.Claims = nil },
		},
		"an extension": {
			`input.route.extensions.area`,
			func(in *policy.Input) { in.Route.Extensions = map[string]string{"area": "sales", "b": "c"} },
			func(in *policy.Input) { in.Route.Extensions = nil },
		},
		"the minute": {
			`time.now_ns()`,
			func(in *policy.Input) { in.Time = in.Time.Add(44 * time.Second) },
			func(in *policy.Input) { in.Time = in.Time.Add(45 * time.Second) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, cache := compilePlatform(t), policy.NewCache(0)
			m := compileTenant(t, module("tenant", "deny if false\n\nread := [x | x := "+test.read+"]"))
			in := viewer(t)
			in.Identity.Claims = claims(7)
			if _, err := cache.Decide(t.Context(), p, m, in); err != nil {
				t.Fatal(err)
			}
			test.same(in)
			if !isCached(cache, p, m, in) {
				t.Error("a part that is not read changed the key")
			}
			in = viewer(t)
			in.Identity.Claims = claims(7)
			test.differ(in)
			if isCached(cache, p, m, in) {
				t.Error("a part that is read did not change the key")
			}
		})
	}
}

func TestTheKeyHoldsTheVersions(t *testing.T) {
	t.Parallel()
	p, cache, in := compilePlatform(t), policy.NewCache(0), viewer(t)
	m := compileTenant(t, module("tenant", `deny if false`))
	if _, err := cache.Decide(t.Context(), p, m, in); err != nil {
		t.Fatal(err)
	}
	if again := compileTenant(t, module("tenant", `deny if false`)); !isCached(cache, compilePlatform(t), again, in) {
		t.Error("the same sources, compiled again, are another version")
	}
	if isCached(cache, p, compileTenant(t, module("tenant", `deny if 1 == 2`)), in) {
		t.Error("the tenant's modules are not in the key")
	}
	if !isCached(cache, p, nil, in) {
		t.Error("the first stage has no entry of its own")
	}
	if isCached(cache, compilePlatform(t, module("platform", `deny if false`)), m, in) {
		t.Error("the platform's modules are not in the key")
	}
	edited := acme()
	edited.Spec.Roles["viewer"] = edited.Spec.Roles["auditor"]
	in.Tenant = tenantValue(t, edited)
	if isCached(cache, p, m, in) {
		t.Error("the tenant's version is not in the key")
	}
	in.Tenant = nil
	if isCached(cache, p, m, in) {
		t.Error("a request of no tenant is cached")
	}
}

func TestWhatIsNotCached(t *testing.T) {
	t.Parallel()
	p := compilePlatform(t)
	for name, test := range map[string]struct {
		platform *policy.Platform
		source   string
		change   func(*policy.Input)
		// first is how many decisions of the stages before are.
		first int
	}{
		"a tenant's random answer":   {p, `deny if rand.intn("x", 2) > 5`, nil, 1},
		"a platform's random answer": {compilePlatform(t, module("platform", `deny if uuid.rfc4122("") == ""`)), `deny if false`, nil, 1},
		"an error":                   {p, `deny := 7`, nil, 1},
		"a long key":                 {p, `deny if input.request.path == ""`, func(in *policy.Input) { in.Request.Path = strings.Repeat("x", 10_000) }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cache, m, in := policy.NewCache(0), compileTenant(t, module("tenant", test.source)), viewer(t)
			if test.change != nil {
				test.change(in)
			}
			want, wantErr := cache.Decide(t.Context(), test.platform, m, in)
			if isCached(cache, test.platform, m, in) || cache.Len() != test.first {
				t.Error("it is cached")
			}
			again, err := cache.Decide(t.Context(), test.platform, m, in)
			if diff := cmp.Diff(want, again); diff != "" || (err == nil) != (wantErr == nil) {
				t.Errorf("error %v, then %v, difference:\n%s", wantErr, err, diff)
			}
		})
	}
}

func TestTheCacheCountsByStageWhatItKnew(t *testing.T) {
	t.Parallel()
	cache, in := policy.NewCache(0), viewer(t)
	p := compilePlatform(t, module("platform", `deny if input.request.method == "TRACE"`))
	m := compileTenant(t, module("tenant", `deny if input.request.path == "/never"`))
	random := compileTenant(t, module("tenant", `deny if rand.intn("x", 2) > 5`))
	for _, ask := range []struct {
		path string
		m    *policy.TenantModule
	}{{"/a", m}, {"/a", m}, {"/b", m}, {"/b", nil}, {"/b", random}} {
		in.Request.Path = ask.path
		if _, err := cache.Decide(t.Context(), p, ask.m, in); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]policy.Counts{
		"packs": {Misses: 1}, "platform": {Hits: 3, Misses: 1}, "tenant": {Hits: 1, Misses: 2, Uncached: 1},
	}
	got := map[string]policy.Counts{}
	for stage := range policy.Stages {
		got[stage.String()] = cache.Counts(stage)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheCacheIsBounded(t *testing.T) {
	t.Parallel()
	p, cache := compilePlatform(t), policy.NewCache(64)
	m := compileTenant(t, plane.Module{Path: "a.rego", Source: "package tenant\n\ndeny if input.request.path == \"\""})
	for i := range 500 {
		in := viewer(t)
		in.Request.Path = fmt.Sprintf("/%d", i)
		if i%2 == 0 {
			in.Request.Path += strings.Repeat("x", 2000)
		}
		if _, err := cache.Decide(t.Context(), p, m, in); err != nil {
			t.Fatal(err)
		}
	}
	if n := cache.Len(); n == 0 || n > 64 {
		t.Errorf("%d entries", n)
	}
}

func TestTheCacheServesManyAtOnce(t *testing.T) {
	t.Parallel()
	p, cache := compilePlatform(t), policy.NewCache(16)
	m := compileTenant(t, module("tenant", `deny := input.request.path if input.request.path != "/0"`))
	var wait sync.WaitGroup
	for worker := range 8 {
		wait.Go(func() {
			in := viewer(t)
			for i := range 200 {
				path := fmt.Sprintf("/%d", (i+worker)%40)
				in.Request.Path = path
				d, err := cache.Decide(t.Context(), p, m, in)
				if err != nil || d.Allow != (path == "/0") || !d.Allow && d.Message != path {
					t.Errorf("%s: got %+v, %v", path, d, err)
					return
				}
			}
		})
	}
	wait.Wait()
}

func TestACachedDecisionCostsFewAllocations(t *testing.T) {
	p, cache, in := compilePlatform(t), policy.NewCache(0), viewer(t)
	m := compileTenant(t, module("tenant", `deny contains "x" if input.request.headers["x-team"] == "red"`))
	n := testing.AllocsPerRun(200, func() {
		if d, err := cache.Decide(t.Context(), p, m, in); !d.Allow || err != nil {
			t.Fatal(d, err)
		}
	})
	if n > 4 {
		t.Errorf("%v allocations", n)
	}
}
