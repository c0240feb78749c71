package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// checkReferences refuses references that can never be defined. In a deny rule such a reference means that
// the rule never denies, and nothing else would tell: Rego takes what does not exist for undefined.
func checkReferences(compiler *ast.Compiler, isOwn func(file string) bool, stage stage) (problems []Problem) {
	for file, module := range compiler.Modules {
		if !isOwn(file) {
			continue
		}
		for _, rule := range module.Rules {
			ast.WalkTerms(rule, func(term *ast.Term) bool {
				ref, ok := term.Value.(ast.Ref)
				if !ok {
					return false
				}
				var reason string
				switch {
				case ref[0].Equal(ast.InputRootDocument):
					reason = inputProblem(ref, stage)
				case ref[0].Equal(ast.DefaultRootDocument):
					reason = dataProblem(ref, compiler, stage)
				}
				if reason == "" {
					return false
				}
				location := term.Location
				if location == nil || location.File == "" {
					location = rule.Location
				}
				problems = append(problems, at(location, reason))
				return false
			})
		}
	}
	return problems
}

// stage says which of the two a module belongs to.
type stage int

const (
	platformStage stage = iota
	tenantStage
)

// inputChildren maps each object of input whose fields are fixed to them.
var inputChildren = func() map[string][]string {
	children := map[string][]string{
		"tenant":   {"version", "name", "tier", "hosts", "roles", "token_scopes", "grants", "routes", "quotas", "scan_policies", "data"},
		"decision": {"allow", "reason", "rule", "quotas", "scan", "audit"},
	}
	for _, f := range inputFields {
		parent, leaf, nested := strings.Cut(f.path, ".")
		if nested {
			children[parent] = append(children[parent], leaf)
		}
		if !slices.Contains(children[""], parent) {
			children[""] = append(children[""], parent)
		}
	}
	return children
}()

func inputProblem(ref ast.Ref, stage stage) string {
	path := inputPath(ref)
	if path == "" {
		return ""
	}
	top, rest, nested := strings.Cut(path, ".")
	if top == "decision" && stage == platformStage {
		return "input.decision is for a tenant's modules only"
	}
	if top != "decision" && !slices.Contains(inputChildren[""], top) {
		return fmt.Sprintf("input.%s does not exist; input has %s", top, strings.Join(inputChildren[""], ", "))
	}
	known := inputChildren[top]
	if leaf, _, _ := strings.Cut(rest, "."); nested && len(known) > 0 && !slices.Contains(known, leaf) {
		return fmt.Sprintf("input.%s.%s does not exist; input.%s has %s", top, leaf, top, strings.Join(known, ", "))
	}
	return ""
}

// dataProblem looks at the constant part of a reference below data, where there are rules only.
func dataProblem(ref ast.Ref, compiler *ast.Compiler, stage stage) string {
	prefix := ref.ConstantPrefix()
	if len(prefix) < 2 || len(compiler.GetRules(prefix)) > 0 {
		return ""
	}
	if name, ok := prefix[1].Value.(ast.String); ok && stage == tenantStage && string(name) != tenantRoot {
		return fmt.Sprintf("%s is not visible to a tenant's modules; they see package %s and input", prefix, tenantRoot)
	}
	return fmt.Sprintf("%s does not exist: data holds rules only, and a tenant's own data is input.tenant.data", prefix)
}
