package policy

import (
	"context"
	"fmt"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// platformModules is the second stage: what the platform owner's modules contribute, put together with the packs' decision as
// policies/main.rego does it. They are asked apart from the packs, so that a module that reads what differs from request to request
// does not have the packs evaluated each time (RATIONALE.md).
type platformModules struct {
	compiler *ast.Compiler
	reads    readSet
	// Gathered lists, of package meshwarden.extensions; nil where no module contributes.
	denials, statuses, demands, headers, responseHeaders, removed, scans *gathered
}

// gathered is one of the lists of the generated module.
type gathered struct {
	*query
	// point is the extension point, which is also the decision's field, and name the list.
	point, name string
}

// compilePlatformModules compiles them together with the packs, whose rules they may name. It returns nil when there are none.
func compilePlatformModules(modules []plane.Module) (*platformModules, error) {
	parsed, list, problems := parsePlatform(modules)
	if len(problems) > 0 {
		return nil, newError(problems)
	}
	if len(list) == 0 {
		return nil, nil
	}
	compiler, problems := compileModules(parsed, platformCapabilities())
	if len(problems) > 0 {
		return nil, newError(problems)
	}
	if problems = checkReferences(compiler, isOwn, platformStage); len(problems) > 0 {
		return nil, newError(problems)
	}
	m := &platformModules{compiler: compiler}
	var roots []ast.Ref
	for _, g := range []struct {
		list        **gathered
		point, name string
	}{
		{&m.denials, pointDeny, "denials"}, {&m.statuses, pointStatus, "statuses"}, {&m.demands, pointStepUp, "demands"},
		{&m.headers, pointHeaders, "headers"}, {&m.responseHeaders, pointResponseHeaders, "response_headers"},
		{&m.removed, pointRemoveHeaders, "remove_headers"}, {&m.scans, pointScan, "scans"},
	} {
		if !contributes(list, g.point) {
			continue
		}
		ref := extensionsRef.Append(ast.StringTerm(g.name))
		q, err := newQuery(compiler, ref.String())
		if err != nil {
			return nil, AsError(err)
		}
		*g.list = &gathered{q, g.point, g.name}
		roots = append(roots, ref)
	}
	m.reads = newReadSet(compiler, versionOf(modules), roots...)
	return m, nil
}

func (m *platformModules) readSet() *readSet { return &m.reads }

// Narrow applies what the modules contribute to the packs' decision. Errors are as those of Platform.Decide.
func (m *platformModules) Narrow(ctx context.Context, in *Input, d Decision) (Decision, error) {
	if d.settled() {
		return d, nil
	}
	return m.decide(ctx, in.build(&m.reads.shape, nil), in.clock(), d)
}

// decide is for decisions that are not settled.
func (m *platformModules) decide(ctx context.Context, input ast.Value, now time.Time, d Decision) (Decision, error) {
	a := asking{ctx: ctx, input: input, now: now, values: topdown.NewVirtualCache()}
	narrowed, by, err := m.apply(&a, d)
	switch {
	case err != nil:
		return Decision{Reason: failureReason(err)}, fmt.Errorf("platform policy: %w", err)
	case by != nil:
		by.locate(ctx, input, now, &narrowed)
	}
	return narrowed, nil
}

// apply is the order of cases: a denial stands before the packs' own; demands, headers and scanning only matter to what they admit. by
// is the list that denied, nil when none did.
func (m *platformModules) apply(a *asking, d Decision) (narrowed Decision, by *gathered, err error) {
	denial, err := a.first(m.denials)
	if err != nil {
		return d, nil, err
	}
	if denial != nil {
		narrowed, err = a.denied(denial, m.statuses, d.Audit)
		return narrowed, m.denials, err
	}
	if !d.Allow {
		return d, nil, nil
	}
	demand, err := a.first(m.demands)
	if err != nil {
		return d, nil, err
	}
	if demand != nil {
		narrowed = Decision{Reason: reason.StepUpRequired, Audit: d.Audit}
		return narrowed, m.demands, narrowed.take(challenge(demand))
	}
	return d, nil, a.effects(m, &d)
}

// denied is the decision of a denial, with the status that the same package gives its denials.
func (a *asking) denied(denial ast.Value, statuses *gathered, audit Audit) (Decision, error) {
	d := Decision{Reason: reason.PolicyDenied, Audit: audit}
	if err := d.take(denial); err != nil {
		return d, err
	}
	status, err := contributed(a, statuses, func(v ast.Value) (status int, err error) {
		err = eachSet(v, func(rule string, set ast.Value) (err error) {
			if rule == d.Rule {
				status, err = statusOf(set)
			}
			return err
		})
		return status, err
	})
	d.Status = status
	return d, err
}

// effects adds what happens to an admitted request.
func (a *asking) effects(m *platformModules, d *Decision) (err error) {
	if d.Headers, err = contributed(a, m.headers, requestHeadersOf); err != nil {
		return err
	}
	if d.ResponseHeaders, err = contributed(a, m.responseHeaders, headersOf); err != nil {
		return err
	}
	if d.RemoveHeaders, err = contributed(a, m.removed, removedOf); err != nil {
		return err
	}
	if d.Scan, err = contributed(a, m.scans, scansOf); err != nil {
		return err
	}
	if err = d.check(); err != nil {
		return fmt.Errorf("decision: %w", err)
	}
	return nil
}

// contributed reads a list as a field of a decision.
func contributed[T any](a *asking, list *gathered, read func(ast.Value) (T, error)) (T, error) {
	var none T
	array, err := a.gather(list)
	if err != nil {
		return none, err
	}
	field, err := read(array)
	return field, list.field(err)
}

// field says of which field of a decision err is.
func (g *gathered) field(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("decision: %s: %w", g.point, err)
}

// challenge is a demand as a decision says it: object.remove(demand, ["rule"]) is the challenge.
func challenge(demand ast.Value) ast.Value {
	object, ok := demand.(ast.Object)
	if !ok {
		return demand
	}
	stepUp, rule := ast.NewObject(), object.Get(ruleKey)
	object.Foreach(func(key, value *ast.Term) {
		if !key.Equal(ruleKey) {
			stepUp.Insert(key, value)
		}
	})
	return ast.NewObject(ast.Item(ruleKey, rule), ast.Item(ast.StringTerm("step_up"), ast.NewTerm(stepUp)))
}

// asking is one question to several lists. What rules came to for one of them is known to the next.
type asking struct {
	ctx    context.Context //nolint:containedctx // lives as long as one call
	input  ast.Value
	now    time.Time
	values topdown.VirtualCache
}

// gather evaluates a list; it is empty for nil.
func (a *asking) gather(list *gathered) (*ast.Array, error) {
	if list == nil {
		return ast.NewArray(), nil
	}
	result, err := list.evaluate(a.ctx, list.prepare(a.input, a.now).WithVirtualCache(a.values))
	if err != nil {
		return nil, fmt.Errorf("%s.%s: %w", extensionsRef, list.name, err)
	}
	array, ok := result.(*ast.Array)
	if !ok {
		return nil, fmt.Errorf("%s.%s: %w", extensionsRef, list.name, wrongType(result, "an array"))
	}
	return array, nil
}

// first is the first element of a list, nil when it is empty.
func (a *asking) first(list *gathered) (ast.Value, error) {
	array, err := a.gather(list)
	if err != nil || array.Len() == 0 {
		return nil, err
	}
	return array.Elem(0).Value, nil
}
