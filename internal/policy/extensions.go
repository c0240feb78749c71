package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Extension points: the names of the rules through which an owner's packages take part in a decision.
const (
	pointDeny            = "deny"
	pointStepUp          = "step_up"
	pointHeaders         = "headers"
	pointResponseHeaders = "response_headers"
	pointRemoveHeaders   = "remove_headers"
	pointStatus          = "status"
	pointQuotas          = "quotas"
	pointScan            = "scan"
)

// points are an owner's extension points. Those of the other owner are refused: a rule that looks like one and does nothing
// would leave out a demand or a limit that somebody believes in.
type points struct{ own, foreign []string }

// A tenant's statuses stand before its denials, which have them. Headers are between the platform and the upstreams: a tenant
// could take from them what the platform set.
var (
	platformPoints = points{
		own:     []string{pointDeny, pointStatus, pointStepUp, pointHeaders, pointResponseHeaders, pointRemoveHeaders, pointScan},
		foreign: []string{pointQuotas},
	}
	tenantPoints = points{
		own:     []string{pointStatus, pointDeny, pointQuotas, pointScan},
		foreign: []string{pointStepUp, pointHeaders, pointResponseHeaders, pointRemoveHeaders},
	}
)

// contribution is one extension point that one package defines.
type contribution struct {
	// rule names the package as decisions and errors do, such as "platform.hours".
	rule  string
	point string
	// ref is the rule's full reference.
	ref string
}

// contributions lists what modules contribute at points, in order of point, then package. Modules that
// contribute nothing at all are a mistake worth refusing: most often a misspelt deny, which would admit.
func contributions(modules map[string]*ast.Module, of points) ([]contribution, []Problem) {
	found := map[contribution]bool{}
	var problems []Problem
	for _, path := range slices.Sorted(maps.Keys(modules)) {
		module := modules[path]
		for _, rule := range module.Rules {
			point, ok := rule.Head.Ref()[0].Value.(ast.Var)
			if ok && slices.Contains(of.foreign, string(point)) {
				problems = append(problems, at(rule.Location, fmt.Sprintf("%s does nothing here: these modules may define %s", point, strings.Join(of.own, ", "))))
				continue
			}
			if !ok || !slices.Contains(of.own, string(point)) {
				continue
			}
			if len(rule.Head.Args) > 0 {
				problems = append(problems, at(rule.Location, string(point)+" is an extension point and cannot be a function"))
				continue
			}
			found[contribution{
				rule:  packageName(module.Package),
				point: string(point),
				ref:   module.Package.Path.Append(ast.StringTerm(string(point))).String(),
			}] = true
		}
	}
	if len(modules) > 0 && len(found) == 0 && len(problems) == 0 {
		first := modules[slices.Min(slices.Collect(maps.Keys(modules)))]
		problems = append(problems, at(first.Package.Location, fmt.Sprintf(
			"none of the modules defines %s, so they would change nothing", strings.Join(of.own, ", "))))
	}
	return slices.SortedFunc(maps.Keys(found), func(a, b contribution) int {
		if d := slices.Index(of.own, a.point) - slices.Index(of.own, b.point); d != 0 {
			return d
		}
		return strings.Compare(a.rule, b.rule)
	}), problems
}

// contributes reports whether one of list is at point.
func contributes(list []contribution, point string) bool {
	return slices.ContainsFunc(list, func(c contribution) bool { return c.point == point })
}

// packageName is the package's path without data.
func packageName(p *ast.Package) string {
	parts := make([]string, 0, len(p.Path)-1)
	for _, term := range p.Path[1:] {
		if s, ok := term.Value.(ast.String); ok {
			parts = append(parts, string(s))
		}
	}
	return strings.Join(parts, ".")
}

// extensionsFile is the pack's file that generateExtensions replaces, of package extensionsRef.
const extensionsFile = "extensions.rego"

var extensionsRef = ast.MustParseRef("data.meshwarden.extensions")

// generateExtensions writes the module that gathers what the platform's own packages contribute, as
// policies/extensions.rego describes it. Each value is read in a comprehension: an undefined one adds
// nothing instead of making all of them undefined.
func generateExtensions(list []contribution) string {
	var b strings.Builder
	b.WriteString("package meshwarden.extensions\n\nimport data.meshwarden.extend\n\nclear if {\n\tdenials == []\n\tdemands == []\n}\n")
	const set = `[{"rule": %[1]s, "set": value} | value := %[2]s]`
	for _, g := range []struct{ name, point, element string }{
		{"denials", pointDeny, "[denial | value := %[2]s; some denial in extend.denials(%[1]s, value)]"},
		{"demands", pointStepUp, "[demand | value := %[2]s; some demand in extend.demands(%[1]s, value)]"},
		{"statuses", pointStatus, set},
		{"headers", pointHeaders, set},
		{"response_headers", pointResponseHeaders, set},
		{"remove_headers", pointRemoveHeaders, set},
		{"scans", pointScan, set},
	} {
		fmt.Fprintf(&b, "\n%s := array.flatten([\n", g.name)
		for _, c := range list {
			if c.point == g.point {
				fmt.Fprintf(&b, "\t"+g.element+",\n", ast.String(c.rule), c.ref)
			}
		}
		b.WriteString("])\n")
	}
	return b.String()
}

// tenantQuery asks for every contribution, in order: an array with one array each, which is empty when
// the rule is undefined.
func tenantQuery(list []contribution) string {
	terms := make([]string, len(list))
	for i, c := range list {
		terms[i] = "[value | value := " + c.ref + "]"
	}
	return "[" + strings.Join(terms, ", ") + "]"
}
