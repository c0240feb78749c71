package policy

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// The compiler cannot be stopped, and its time is not bounded by the size of its source: it grows with the cube of a body's
// expressions, with each level of comprehensions by a factor of 2.6, and with the square of the rules that refer to each other. So
// a tenant's modules are judged before they are compiled (RATIONALE.md).
const (
	// compileBudget is about a second; a unit is some 50 ns.
	compileBudget = 20_000_000
	// levelCost and bodyCost are of comprehensions and the like.
	levelCost = 2.6
	bodyCost  = 32
	// referCost is of each pair of rules that refer to others.
	referCost = 3
	// maxNesting is how deep terms may be nested.
	maxNesting = 200
)

// overBudget reports what would take the compiler too long; nil when nothing would.
func overBudget(modules map[string]*ast.Module) []Problem {
	names := map[string]bool{}
	for _, m := range modules {
		for _, rule := range m.Rules {
			if name, ok := rule.Head.Ref()[0].Value.(ast.Var); ok {
				names[string(name)] = true
			}
		}
	}
	b := budget{names: names}
	for _, path := range slices.Sorted(maps.Keys(modules)) {
		for _, rule := range modules[path].Rules {
			b.rule(rule)
		}
	}
	switch pairs := referCost * b.refers * b.refers; {
	case b.deepest != nil:
		return []Problem{at(b.deepest, fmt.Sprintf("terms are nested more than %d deep", maxNesting))}
	case b.spent+pairs <= compileBudget:
		return nil
	case pairs > b.spent:
		return []Problem{{File: b.worst.File, Reason: fmt.Sprintf("%.0f rules that refer to others would take too long to compile; put data under data: of the tenant", b.refers)}}
	}
	return []Problem{at(b.worst, fmt.Sprintf("this would take too long to compile: %d expressions in a body, or comprehensions nested %d deep; make rules of parts", b.expressions, b.depth))}
}

// budget adds up what compiling costs.
type budget struct {
	names         map[string]bool
	spent, refers float64
	// worst is the place of the costliest body, of which the others tell.
	worst              *ast.Location
	cost               float64
	expressions, depth int
	// deepest is where terms are nested too deep, nil when they are nowhere.
	deepest *ast.Location
}

func (b *budget) rule(rule *ast.Rule) {
	level, nesting, refers := 0, 0, false
	visitor := ast.NewBeforeAfterVisitor(func(x any) bool {
		switch x := x.(type) {
		case ast.Body:
			level++
			b.body(x, level, rule.Location)
		case *ast.Term:
			if nesting++; nesting > maxNesting {
				if b.deepest == nil {
					b.deepest = rule.Location
				}
				nesting--
				return true
			}
		case ast.Var:
			refers = refers || b.names[string(x)]
		case ast.Ref:
			refers = refers || x.HasPrefix(ast.DefaultRootRef)
		}
		return false
	}, func(x any) {
		switch x.(type) {
		case ast.Body:
			level--
		case *ast.Term:
			nesting--
		}
	})
	visitor.Walk(rule.Body)
	for _, term := range append(rule.Head.Args, rule.Head.Key, rule.Head.Value) { // not the rule's own name
		if term != nil {
			visitor.Walk(term)
		}
	}
	if refers {
		b.refers++
	}
	if rule.Else != nil {
		b.rule(rule.Else)
	}
}

func (b *budget) body(body ast.Body, level int, rule *ast.Location) {
	n := float64(len(body))
	cost := n*n*n + bodyCost*math.Pow(levelCost, float64(level))
	b.spent += cost
	if b.worst == nil || cost > b.cost {
		b.worst, b.cost, b.expressions, b.depth = rule, cost, len(body), level
	}
}
