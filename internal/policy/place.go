package policy

import (
	"context"
	"strconv"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// Place is the rule that decided.
type Place struct {
	// Rule is its full reference, such as data.platform.hours.deny.
	Rule string
	// File is as modules are named; those of the packs begin with packs/. Line counts from 1.
	File string
	Line int
}

// String is file:line, empty for no place.
func (p Place) String() string {
	if p.Line == 0 {
		return ""
	}
	return p.File + ":" + strconv.Itoa(p.Line)
}

func placeOf(rule *ast.Rule) Place {
	p := Place{Rule: rule.Ref().GroundPrefix().String()}
	if rule.Location != nil {
		p.File, p.Line = rule.Location.File, rule.Location.Row
	}
	return p
}

// held collects the rules whose bodies held, in order. It is a topdown.QueryTracer.
type held struct{ rules []heldRule }

// heldRule is one of them with the element that it added to a set, nil for other rules.
type heldRule struct {
	rule    *ast.Rule
	element ast.Value
}

// maxHeld bounds what one evaluation may be asked to remember; the rules that decide are among the first.
const maxHeld = 4096

// Enabled, Config and TraceEvent implement topdown.QueryTracer.
func (h *held) Enabled() bool               { return len(h.rules) < maxHeld }
func (h *held) Config() topdown.TraceConfig { return topdown.TraceConfig{} }
func (h *held) TraceEvent(event topdown.Event) {
	rule, ok := event.Node.(*ast.Rule)
	if event.Op != topdown.ExitOp || !ok {
		return
	}
	found := heldRule{rule: rule}
	if rule.Head.Key != nil {
		found.element = event.Plug(rule.Head.Key).Value
	}
	h.rules = append(h.rules, found)
}

// locate evaluates a question again, of which d is the answer, and says in d which rule denied. It costs a second
// evaluation, so it is asked once a denial, whose place the cache keeps. Without a rule that can be named the
// place is that of the packs' own case.
func (q *query) locate(ctx context.Context, input ast.Value, now time.Time, d *Decision) {
	var trace held
	if _, err := q.evaluate(ctx, q.prepare(input, now).WithQueryTracer(&trace)); err != nil {
		d.Unplaced = true
		return
	}
	if d.Place = trace.contributed(d); d.Place.Line == 0 {
		d.Place = q.decidedBy(trace.rules)
	}
}

// contributed finds the rule of an owner's package that denied or demanded. Of several that held, it is the
// one whose message the client got.
func (h *held) contributed(d *Decision) Place {
	var found Place
	for _, r := range h.rules {
		point, ok := r.rule.Head.Ref()[0].Value.(ast.Var)
		if !ok || point != pointDeny && point != pointStepUp || packageName(r.rule.Module.Package) != d.Rule {
			continue
		}
		if text, ok := r.element.(ast.String); ok && clip(string(text)) == d.Message {
			return placeOf(r.rule)
		}
		if found.Line == 0 {
			found = placeOf(r.rule)
		}
	}
	return found
}

// decidedBy reads the case of the decision that held. Most say which rule of a pack did not hold: that one
// decided.
func (q *query) decidedBy(rules []heldRule) Place {
	for _, r := range rules {
		if !r.rule.Ref().GroundPrefix().Equal(decisionRef) {
			continue
		}
		for _, expr := range r.rule.Body {
			if ref, ok := negated(expr); ok {
				if missing := q.compiler.GetRulesExact(ref); len(missing) > 0 {
					return placeOf(missing[0])
				}
			}
		}
		return placeOf(r.rule)
	}
	return Place{}
}

// negated is the rule of a pack that an expression says does not hold.
func negated(expr *ast.Expr) (ref ast.Ref, ok bool) {
	term, ok := expr.Terms.(*ast.Term)
	if !ok || !expr.Negated {
		return nil, false
	}
	ref, ok = term.Value.(ast.Ref)
	return ref, ok && ref.HasPrefix(ast.DefaultRootRef)
}
