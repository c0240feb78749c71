package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/meshwarden/meshwarden/internal/plane"
)

// Bounds of what is compiled. MaxSourceBytes is of all modules of one owner together, far above any
// hand-written policy; the parser's and the compiler's memory grow with it.
const (
	MaxSourceBytes = 1 << 20
	maxProblems    = 100
)

// isTest reports whether path is a Rego test file, which only `meshwarden test` compiles.
func isTest(path string) bool { return strings.HasSuffix(path, "_test.rego") }

// parseModules parses the modules of one owner, whose packages must be root or below it.
func parseModules(modules []plane.Module, root string, capabilities *ast.Capabilities) (map[string]*ast.Module, []Problem) {
	parsed := make(map[string]*ast.Module, len(modules))
	var problems []Problem
	size := 0
	for _, module := range modules {
		if isTest(module.Path) {
			continue
		}
		if size += len(module.Source); size > MaxSourceBytes {
			return nil, append(problems, Problem{File: module.Path, Reason: fmt.Sprintf("more than %d bytes of Rego", MaxSourceBytes)})
		}
		if _, ok := parsed[module.Path]; ok {
			problems = append(problems, Problem{File: module.Path, Reason: "the file is listed twice"})
			continue
		}
		m, err := parseModule(module, capabilities)
		if err != nil {
			problems = append(problems, problemsOf(module.Path, err)...)
			continue
		}
		if !inPackage(m, root) {
			problems = append(problems, at(m.Package.Location, fmt.Sprintf("%s is not %s or below it", m.Package, root)))
			continue
		}
		parsed[module.Path] = m
	}
	return parsed, problems
}

func parseModule(module plane.Module, capabilities *ast.Capabilities) (m *ast.Module, err error) {
	defer recovered(&err)
	m, err = ast.ParseModuleWithOpts(module.Path, module.Source, ast.ParserOptions{
		Capabilities: capabilities, RegoVersion: ast.RegoV1, ProcessAnnotation: true,
	})
	if err == nil && m == nil {
		err = errors.New("the file is empty")
	}
	return m, err
}

func inPackage(m *ast.Module, root string) bool {
	name, ok := m.Package.Path[1].Value.(ast.String)
	return ok && string(name) == root
}

// compileModules compiles parsed modules with the given capabilities.
func compileModules(modules map[string]*ast.Module, capabilities *ast.Capabilities) (compiler *ast.Compiler, problems []Problem) {
	var err error
	func() {
		defer recovered(&err)
		compiler = ast.NewCompiler().WithCapabilities(capabilities).SetErrorLimit(maxProblems)
		compiler.Compile(modules)
	}()
	if err != nil {
		return nil, []Problem{{Reason: err.Error()}}
	}
	if compiler.Failed() {
		return nil, problemsOf("", compiler.Errors)
	}
	return compiler, nil
}

// recovered turns a panic of the library into an error: one owner's module must not end the process that
// serves all tenants.
func recovered(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("internal error: %v", r)
	}
}

func problemsOf(file string, err error) []Problem {
	var list ast.Errors
	if !errors.As(err, &list) {
		return []Problem{{File: file, Reason: err.Error()}}
	}
	problems := make([]Problem, 0, len(list))
	for _, e := range list {
		p := at(e.Location, e.Code+": "+e.Message)
		if p.File == "" {
			p.File = file
		}
		problems = append(problems, p)
	}
	return problems
}

func at(location *ast.Location, reason string) Problem {
	if location == nil {
		return Problem{Reason: reason}
	}
	// The parser puts the end of a file in column 0.
	return Problem{File: location.File, Line: location.Row, Column: max(location.Col, 1), Reason: reason}
}

// versionOf is a content hash of modules, whatever their order.
func versionOf(modules []plane.Module) string {
	sorted := slices.SortedFunc(slices.Values(modules), func(a, b plane.Module) int { return strings.Compare(a.Path, b.Path) })
	h := sha256.New()
	for _, m := range sorted {
		fmt.Fprintf(h, "%d:%s%d:%s", len(m.Path), m.Path, len(m.Source), m.Source)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
