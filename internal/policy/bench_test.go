package policy_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/policies"
)

func BenchmarkDecideWarm(b *testing.B) {
	cache, p, in := policy.NewCache(0), compilePlatform(b), viewer(b)
	b.ReportAllocs()
	for b.Loop() {
		if d, err := cache.Decide(b.Context(), p, nil, in); !d.Allow || err != nil {
			b.Fatal(d, err)
		}
	}
}

func BenchmarkDecideCold(b *testing.B) {
	p, in := compilePlatform(b), viewer(b)
	b.ReportAllocs()
	for b.Loop() {
		if d, err := p.Decide(b.Context(), in); !d.Allow || err != nil {
			b.Fatal(d, err)
		}
	}
}

// BenchmarkNewDecision is the first request for a path, which a module reads, where the packs' answer is known.
func BenchmarkNewDecision(b *testing.B) {
	for _, owner := range []string{"platform", "tenant"} {
		b.Run(owner, func(b *testing.B) {
			source := module(owner, `deny if input.request.path == "/never"`)
			p, m := compilePlatform(b), (*policy.TenantModule)(nil)
			if owner == "platform" {
				p = compilePlatform(b, source)
			} else {
				m = compileTenant(b, source)
			}
			cache, in := policy.NewCache(0), viewer(b)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				in.Request.Path = strconv.Itoa(i)
				if d, err := cache.Decide(b.Context(), p, m, in); !d.Allow || err != nil {
					b.Fatal(d, err)
				}
			}
		})
	}
}

func BenchmarkNarrow(b *testing.B) {
	m, in := compileTenant(b, module("tenant", `deny contains "blocked" if input.identity.subject in input.tenant.data.blocked`)), viewer(b)
	d, err := compilePlatform(b).Decide(b.Context(), in)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if d, err := m.Narrow(b.Context(), in, d); !d.Allow || err != nil {
			b.Fatal(d, err)
		}
	}
}

// BenchmarkBaselineEvalInput is what the library's documented way costs for the same decision.
func BenchmarkBaselineEvalInput(b *testing.B) {
	baseline := evalInput(b, viewer(b))
	b.ReportAllocs()
	for b.Loop() {
		baseline()
	}
}

// BenchmarkColdAgainstBaseline interleaves both, so that the ratio holds on a machine whose speed wanders.
func BenchmarkColdAgainstBaseline(b *testing.B) {
	p, in := compilePlatform(b), viewer(b)
	baseline := evalInput(b, in)
	var ours, theirs time.Duration
	for b.Loop() {
		start := time.Now()
		d, err := p.Decide(b.Context(), in)
		between := time.Now()
		baseline()
		ours, theirs = ours+between.Sub(start), theirs+time.Since(between)
		if !d.Allow || err != nil {
			b.Fatal(d, err)
		}
	}
	b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N), "cold-ns/op")
	b.ReportMetric(float64(theirs)/float64(ours), "baseline/cold")
}

// evalInput asks the packs through rego.PreparedEvalQuery with input as JSON values.
func evalInput(b *testing.B, in *policy.Input) func() {
	b.Helper()
	options := []func(*rego.Rego){rego.Query("data.meshwarden.main.decision"), rego.StrictBuiltinErrors(true)}
	for _, file := range []string{
		"main.rego", "extensions.rego", "extend/extend.rego", "rbac/rbac.rego", "tenancy/tenancy.rego",
		"classification/classification.rego", "quota/quota.rego",
	} {
		source, err := policies.Files.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		options = append(options, rego.Module(file, string(source)))
	}
	query, err := rego.New(options...).PrepareForEval(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	input, err := ast.JSON(in.Value())
	if err != nil {
		b.Fatal(err)
	}
	return func() {
		result, err := query.Eval(b.Context(), rego.EvalInput(input))
		if err != nil || len(result) != 1 {
			b.Fatal(result, err)
		}
	}
}
