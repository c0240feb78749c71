package policy

import (
	"context"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Len is how many decisions the cache holds once its pending evictions are done.
func (c *Cache) Len() int {
	c.decisions.CleanUp()
	return c.decisions.EstimatedSize()
}

// FieldPaths lists the documented fields of input.
func FieldPaths() []string {
	paths := make([]string, len(inputFields))
	for i, f := range inputFields {
		paths[i] = f.path
	}
	return paths
}

// Withheld lists the built-ins that a tenant's modules do without.
func Withheld() []string {
	names := make([]string, 0, len(withheld))
	for name := range withheld {
		names = append(names, name)
	}
	return names
}

// EvaluationsAtOnce is how many evaluations of one tenant's module run at once.
var EvaluationsAtOnce = evaluationsAtOnce

// Running is how many evaluations of m run now.
func (m *TenantModule) Running() int { return m.slots.running() }

// InRego is p's decision as policies/main.rego puts it together, in one evaluation.
func (p *Platform) InRego(ctx context.Context, in *Input) (Decision, error) {
	q, err := newQuery(p.compiler(), decisionRef.String())
	if err != nil {
		return Decision{}, err
	}
	whole := packs{query: q, reads: newReadSet(p.compiler(), "", ast.DefaultRootRef)}
	return whole.Narrow(ctx, in, Decision{})
}
