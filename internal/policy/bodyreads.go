package policy

import (
	"cmp"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// BodyRead is a rule that reads input.request.body, which is null on routes whose requests are decided before their bodies are
// there. A deny that looks at one would never deny there, and nothing in its answers would tell.
type BodyRead struct {
	// File, Line and Column are the place, as those of Problem.
	File         string
	Line, Column int
	// Routes are the names of the routes that the rule holds on only; empty for all.
	Routes []string
}

// maxBodyReads bounds what one owner's modules are told: of more places the first stand for all.
const maxBodyReads = 16

// BodyReads lists where the platform owner's modules read bodies, the first place of each rule, sorted. Rules of files that ask
// whether the body is null are not among them, because their author knows, nor those of routes with a protocol, which always have one.
func (p *Platform) BodyReads() []BodyRead {
	if p == nil || p.modules == nil {
		return nil
	}
	return bodyReads(p.modules.compiler, isOwn)
}

// BodyReads is as Platform.BodyReads.
func (m *TenantModule) BodyReads() []BodyRead {
	if m == nil {
		return nil
	}
	return bodyReads(m.query.compiler, func(string) bool { return true })
}

func bodyReads(compiler *ast.Compiler, isOwn func(file string) bool) (reads []BodyRead) {
	for file, module := range compiler.Modules {
		if !isOwn(file) || asksForNull(module) {
			continue
		}
		names := namesBody(module)
		for _, rule := range module.Rules {
			for ; rule != nil; rule = rule.Else {
				place := firstBodyRead(rule, names)
				routes, always := guards(rule.Body)
				if place == nil || always {
					continue
				}
				reads = append(reads, BodyRead{File: file, Line: place.Row, Column: place.Col, Routes: routes})
			}
		}
	}
	slices.SortFunc(reads, func(a, b BodyRead) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return reads[:min(len(reads), maxBodyReads)]
}

var bodyRef = ast.MustParseRef("input.request.body")

// firstBodyRead is where a rule reads the body; also through all of input or input.request when names says that the module's text
// has the word "body" elsewhere, as object.get and variables do. nil when it does not.
func firstBodyRead(rule *ast.Rule, names bool) (place *ast.Location) {
	visit := func(term *ast.Term) bool {
		ref, ok := term.Value.(ast.Ref)
		if place != nil || !ok || !ref.HasPrefix(ast.InputRootRef) {
			return place != nil
		}
		if !ref.HasPrefix(bodyRef) && !(names && bodyRef.HasPrefix(ref.ConstantPrefix())) {
			return false
		}
		if place = term.Location; place == nil || place.File == "" {
			place = rule.Location
		}
		return true
	}
	ast.WalkTerms(rule.Head, visit)
	ast.WalkTerms(rule.Body, visit)
	return place
}

// namesBody reports whether the word "body" stands in a module other than in references to it.
func namesBody(module *ast.Module) (found bool) {
	ast.WalkTerms(module, func(term *ast.Term) bool {
		if ref, ok := term.Value.(ast.Ref); ok && ref.HasPrefix(ast.InputRootRef) && len(ref) > 1 && ref.HasPrefix(bodyRef[:2]) {
			return true
		}
		found = found || term.Equal(bodyRef[2])
		return found
	})
	return found
}

// asksForNull reports whether a module compares the body with null.
func asksForNull(module *ast.Module) (found bool) {
	ast.WalkBodies(module, func(body ast.Body) bool {
		aliases := aliasesOf(body)
		for _, expr := range body {
			if !expr.IsCall() {
				continue
			}
			isBody := func(t *ast.Term) bool { return bodyRef.Equal(aliases.resolve(t)) }
			isNull := func(t *ast.Term) bool { return ast.InternedNullTerm.Equal(t) }
			compared := slices.ContainsFunc(expr.Operands(), isNull) || expr.Operator().Equal(ast.IsNull.Ref())
			found = found || compared && slices.ContainsFunc(expr.Operands(), isBody)
		}
		return found
	})
	return found
}

// aliases are the variables of a body that stand for references, as the compiler makes them for arguments of built-ins.
type aliases map[ast.Var]ast.Value

func aliasesOf(body ast.Body) aliases {
	a := aliases{}
	for _, expr := range body {
		if !expr.IsEquality() {
			continue
		}
		for _, pair := range [][2]int{{0, 1}, {1, 0}} {
			name, isVar := expr.Operand(pair[0]).Value.(ast.Var)
			ref, isRef := expr.Operand(pair[1]).Value.(ast.Ref)
			if isVar && isRef {
				a[name] = ref
			}
		}
	}
	return a
}

func (a aliases) resolve(t *ast.Term) ast.Value {
	if name, ok := t.Value.(ast.Var); ok && a[name] != nil {
		return a[name]
	}
	return t.Value
}

var (
	routeNameRef = ast.MustParseRef("input.route.name")
	protocolRef  = ast.MustParseRef("input.route.protocol")
)

// guards are the routes that a body compares input.route.name with, when it holds on no other, and whether it asks for a protocol.
func guards(body ast.Body) (routes []string, always bool) {
	aliases := aliasesOf(body)
	for _, expr := range body {
		if expr.Negated || len(expr.With) > 0 || !expr.IsCall() || len(expr.Operands()) != 2 {
			continue
		}
		left, right := aliases.resolve(expr.Operand(0)), aliases.resolve(expr.Operand(1))
		switch operator := expr.Operator(); {
		case operator.Equal(ast.Equality.Ref()), operator.Equal(ast.Equal.Ref()):
			if _, constant := left.(ast.String); constant {
				left, right = right, left
			}
			name, constant := right.(ast.String)
			if constant && routeNameRef.Equal(left) {
				routes = []string{string(name)}
			}
			always = always || constant && name != "" && protocolRef.Equal(left)
		case operator.Equal(ast.Member.Ref()) && routeNameRef.Equal(left):
			routes = constantStrings(right)
		}
	}
	return routes, always
}

// constantStrings are the strings of a literal set or array of them; nil for anything else.
func constantStrings(v ast.Value) (list []string) {
	collect := func(term *ast.Term) error {
		s, err := stringOf(term.Value)
		list = append(list, s)
		return err
	}
	switch v := v.(type) {
	case ast.Set:
		if v.Iter(collect) != nil {
			return nil
		}
	case *ast.Array:
		if v.Iter(collect) != nil {
			return nil
		}
	}
	slices.Sort(list)
	return list
}
