package policy

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// TenantModule is one tenant's own compiled modules. It is immutable and safe for concurrent use.
type TenantModule struct {
	tenant string
	query  *query
	reads  readSet
	// contributions stand in the order of the query's result.
	contributions []contribution
	slots         *slots
}

// CompileTenant compiles the tenant's modules (package tenant or tenant.*) alone, without built-ins that
// reach outside. Files ending in _test.rego are left out. Errors are of type *Error. Without any module it
// returns nil, whose Narrow changes nothing.
func CompileTenant(name string, modules []plane.Module) (*TenantModule, error) {
	parsed, problems := parseModules(modules, tenantRoot, tenantCapabilities())
	if len(problems) > 0 {
		return nil, newError(problems)
	}
	if len(parsed) == 0 {
		return nil, nil
	}
	if problems = overBudget(parsed); len(problems) > 0 {
		return nil, newError(problems)
	}
	list, problems := contributions(parsed, tenantPoints)
	if len(problems) > 0 {
		return nil, newError(problems)
	}
	compiler, problems := compileModules(parsed, tenantCapabilities())
	if len(problems) > 0 {
		return nil, newError(explainWithheld(problems))
	}
	everyFile := func(string) bool { return true }
	if problems = checkReferences(compiler, everyFile, tenantStage); len(problems) > 0 {
		return nil, newError(problems)
	}
	q, err := newQuery(compiler, tenantQuery(list))
	if err != nil {
		return nil, AsError(err)
	}
	reads := newReadSet(compiler, versionOf(modules), ast.DefaultRootRef)
	return &TenantModule{tenant: name, query: q, reads: reads, contributions: list, slots: newSlots()}, nil
}

func (m *TenantModule) readSet() *readSet { return &m.reads }

// Narrow evaluates the tenant's modules with d as input.decision and applies their deny, status, quotas
// and scan to it. A denied d is returned as it is. Errors are as those of Platform.Decide.
func (m *TenantModule) Narrow(ctx context.Context, in *Input, d Decision) (Decision, error) {
	if m == nil || !d.Allow {
		return d, nil
	}
	var first *ast.Term
	if m.reads.shape.decision {
		first = decisionTerm(d)
	}
	return m.narrow(ctx, in.build(&m.reads.shape, first), tenantTerm(in, nil).Value, in.clock(), d)
}

func (m *TenantModule) narrow(ctx context.Context, input, tenant ast.Value, now time.Time, d Decision) (Decision, error) {
	slot, err := m.slots.take(ctx)
	var result ast.Value
	if err == nil {
		defer m.slots.give(slot)
		result, err = m.query.run(ctx, input, now)
	}
	if err != nil {
		return Decision{Reason: failureReason(err), Audit: d.Audit, Rule: tenantRoot}, fmt.Errorf("policy of tenant %s: %w", m.tenant, err)
	}
	narrowed, rule, err := m.apply(result, tenant, d)
	if err != nil {
		return Decision{Reason: reason.PolicyError, Audit: d.Audit, Rule: rule}, fmt.Errorf("policy of tenant %s: %s: %w", m.tenant, rule, err)
	}
	if !narrowed.Allow {
		m.query.locate(ctx, input, now, &narrowed)
	}
	return narrowed, nil
}

// apply narrows d by each contribution in turn; rule is the package that erred.
func (m *TenantModule) apply(result, tenantValue ast.Value, d Decision) (narrowed Decision, rule string, err error) {
	values, ok := result.(*ast.Array)
	if !ok || values.Len() != len(m.contributions) {
		return d, tenantRoot, wrongType(result, "what was asked for")
	}
	n := narrowing{tenant: tenantValue, decision: d, scanChosen: d.Scan.Policy != ""}
	for i, c := range m.contributions {
		found, ok := values.Elem(i).Value.(*ast.Array)
		if !ok || found.Len() == 0 {
			continue
		}
		if err := n.add(c, found.Elem(0).Value); err != nil {
			return d, c.rule, fmt.Errorf("%s: %w", c.point, err)
		}
		if !n.decision.Allow {
			break
		}
	}
	return n.decision, "", nil
}

// Reads is as Platform.Reads.
func (m *TenantModule) Reads() []string {
	if m == nil {
		return nil
	}
	return m.reads.paths
}

// decisionTerm is input.decision: the first stage's decision, as far as a tenant may know it.
func decisionTerm(d Decision) *ast.Term {
	audit := d.Audit
	if audit == AuditStandard {
		audit = "standard"
	}
	return ast.ObjectTerm(
		ast.Item(ast.StringTerm("allow"), ast.BooleanTerm(d.Allow)),
		ast.Item(ast.StringTerm("reason"), ast.StringTerm(string(d.Reason))),
		ast.Item(ast.StringTerm("rule"), ast.StringTerm(d.Rule)),
		ast.Item(ast.StringTerm("quotas"), listTerm(d.Quotas)),
		ast.Item(ast.StringTerm("scan"), ast.ObjectTerm(
			ast.Item(ast.StringTerm("policy"), ast.StringTerm(d.Scan.Policy)),
			ast.Item(ast.StringTerm("mode"), ast.StringTerm(d.Scan.Mode)),
		)),
		ast.Item(ast.StringTerm("audit"), ast.StringTerm(string(audit))),
	)
}

// denialOf reads a deny: true, a message, or a set or array of messages, of which the client gets the
// first. false and an empty collection deny nothing.
func denialOf(v ast.Value) (denied bool, message string, err error) {
	switch v := v.(type) {
	case ast.Boolean:
		return bool(v), "", nil
	case ast.String:
		return true, clip(string(v)), nil
	}
	messages, err := stringsOf(v)
	if err != nil || len(messages) == 0 {
		return false, "", err
	}
	return true, clip(messages[0]), nil
}

// narrowing is a decision on its way through the contributions of a tenant's packages. Decisions are shared:
// it replaces the lists that it changes.
type narrowing struct {
	tenant   ast.Value
	decision Decision
	// statuses are of the denials of a package.
	statuses map[string]int
	// scanChosen says that the platform chose the scan policy, which then stays.
	scanChosen bool
}

func (n *narrowing) add(c contribution, v ast.Value) error {
	switch c.point {
	case pointStatus:
		status, err := statusOf(v)
		if n.statuses == nil {
			n.statuses = map[string]int{}
		}
		n.statuses[c.rule] = status
		return err
	case pointDeny:
		denied, message, err := denialOf(v)
		if denied {
			n.decision = Decision{
				Reason: reason.PolicyDenied, Message: message, Status: n.statuses[c.rule], Audit: n.decision.Audit, Rule: c.rule,
			}
		}
		return err
	case pointQuotas:
		return eachField(v, n.addQuota)
	default:
		return n.addScan(v)
	}
}

// addScan takes one of the tenant's policies where the platform chose none, and a mode that is stricter than the one decided so far. An
// undecided mode is the scan policy's own, which is not known here: only enforce is certain not to weaken it.
func (n *narrowing) addScan(v ast.Value) error {
	scan, err := scanOf(v)
	if err != nil {
		return err
	}
	if scan.Policy != "" {
		if !memberOf(n.tenant, "scan_policies", scan.Policy) {
			return fmt.Errorf("policy: %q is not one of the tenant's scan policies", scan.Policy)
		}
		if !n.scanChosen {
			n.decision.Scan.Policy = scan.Policy
		}
	}
	current := n.decision.Scan.Mode
	if scan.Mode == "enforce" || current != "" && strictness(scan.Mode) > strictness(current) {
		n.decision.Scan.Mode = scan.Mode
	}
	return nil
}

// memberOf reports whether the set at key of object holds name.
func memberOf(object ast.Value, key, name string) bool {
	members, ok := fieldOf(object, key).(ast.Set)
	return ok && members.Contains(ast.StringTerm(name))
}

// fieldOf is the field of object at key, or nil.
func fieldOf(object ast.Value, key string) ast.Value {
	o, ok := object.(ast.Object)
	if !ok {
		return nil
	}
	if term := o.Get(ast.StringTerm(key)); term != nil {
		return term.Value
	}
	return nil
}

// without is list less name, in a new slice.
func without(list []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == name })
}
