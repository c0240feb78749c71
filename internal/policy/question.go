package policy

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Question is a whole input document, to be put to any version of the policies outside of the request path: it is not cached, and
// all of it is built.
type Question struct {
	input  ast.Object
	tenant ast.Value
	now    time.Time
}

// Question is in with all its parts, as a question.
func (in *Input) Question() Question {
	input, _ := in.Value().(ast.Object) // it always is one
	return Question{input: input, tenant: tenantTerm(in, nil).Value, now: in.clock()}
}

// Decide asks all stages; m may be nil. Results are as those of Cache.Decide.
func (q Question) Decide(ctx context.Context, p *Platform, m *TenantModule) (Decision, error) {
	d, err := p.packs.decide(ctx, q.input, q.now)
	if err == nil && p.modules != nil && !d.settled() {
		d, err = p.modules.decide(ctx, q.input, q.now, d)
	}
	if err != nil || m == nil || !d.Allow {
		return d, err
	}
	return m.narrow(ctx, q.second(d), q.tenant, q.now, d)
}

// second is the input of the tenant's stage.
func (q Question) second(d Decision) ast.Value {
	input := q.input.Copy()
	input.Insert(decisionKey, decisionTerm(d))
	return input
}

// Fact is the value of one rule for a request.
type Fact struct {
	// Rule is its reference without data, such as meshwarden.rbac.permission.
	Rule string `json:"rule"`
	// Value is JSON, sets as arrays; nil for an undefined rule.
	Value json.RawMessage `json:"value,omitempty"`
	// Error is why it could not be evaluated.
	Error string `json:"error,omitempty"`
	// Place is where the rule begins.
	Place string `json:"place"`
}

// Facts evaluates every rule of the packs and the platform owner's modules but functions, tests and the gathering of extensions.
func (q Question) Facts(ctx context.Context, p *Platform) []Fact {
	return facts(ctx, p.compiler(), q.input, q.now)
}

// TenantFacts is Facts for a tenant's modules after the platform decided d; m may be nil.
func (q Question) TenantFacts(ctx context.Context, m *TenantModule, d Decision) []Fact {
	if m == nil {
		return nil
	}
	return facts(ctx, m.query.compiler, q.second(d), q.now)
}

// gathering are packages that only bring together what others say.
var gathering = []string{"meshwarden.extend", "meshwarden.extensions", "meshwarden.main"}

func facts(ctx context.Context, compiler *ast.Compiler, input ast.Value, now time.Time) []Fact {
	rules := map[string]*ast.Rule{}
	for _, module := range compiler.Modules {
		pkg := packageName(module.Package)
		if slices.Contains(gathering, pkg) {
			continue
		}
		for _, rule := range module.Rules {
			name := strings.TrimPrefix(rule.Ref().GroundPrefix().String(), "data.")
			if first := rules[name]; len(rule.Head.Args) == 0 && (first == nil || before(rule, first)) {
				rules[name] = rule
			}
		}
	}
	list := make([]Fact, 0, len(rules))
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		list = append(list, factOf(ctx, compiler, name, rules[name], input, now))
	}
	return list
}

// before orders rules by file and line.
func before(a, b *ast.Rule) bool {
	p, q := placeOf(a), placeOf(b)
	return p.File < q.File || p.File == q.File && p.Line < q.Line
}

func factOf(ctx context.Context, compiler *ast.Compiler, name string, rule *ast.Rule, input ast.Value, now time.Time) Fact {
	fact := Fact{Rule: name, Place: placeOf(rule).String()}
	one, err := newQuery(compiler, rule.Ref().GroundPrefix().String())
	if err != nil {
		fact.Error = err.Error()
		return fact
	}
	value, err := one.run(ctx, input, now)
	switch {
	case errors.Is(err, errUndefined):
		return fact
	case err != nil:
		fact.Error = err.Error()
		return fact
	}
	plain, err := ast.JSON(value)
	if err == nil {
		fact.Value, err = json.Marshal(plain)
	}
	if err != nil {
		fact.Error = err.Error()
	}
	return fact
}
