package policy

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// readSet lists the input paths that any rule of the compiled modules can read, shortest prefixes only,
// and reports whether the rules are functions of input alone. It looks at every rule, reachable or not,
// and takes a reference up to its first part that is not a constant string: it may list too much, never
// too little. Aliases (x := input.request) count with all of what they name.
//
// time.now_ns counts as reading input.time, because evaluation sets the clock to it.
func readSet(compiler *ast.Compiler) (paths []string, deterministic bool) {
	impure := impureBuiltins()
	deterministic = true
	visitor := ast.NewGenericVisitor(func(x any) bool {
		ref, ok := x.(ast.Ref)
		if !ok || len(ref) == 0 {
			return false
		}
		if ref[0].Equal(ast.InputRootDocument) {
			paths = append(paths, inputPath(ref))
			return false
		}
		switch name := ref.String(); {
		case name == ast.NowNanos.Name:
			paths = append(paths, "time")
		case impure[name]:
			deterministic = false
		}
		return false
	})
	for _, module := range compiler.Modules {
		for _, rule := range module.Rules {
			visitor.Walk(rule)
		}
	}
	return shortestPrefixes(paths), deterministic
}

func impureBuiltins() map[string]bool {
	names := map[string]bool{}
	for _, b := range ast.Builtins {
		if b.Nondeterministic {
			names[b.Name] = true
		}
	}
	return names
}

// inputPath is the constant part of a reference below input, joined by dots; "" is all of input.
func inputPath(ref ast.Ref) string {
	var parts []string
	for _, term := range ref[1:] {
		s, ok := term.Value.(ast.String)
		if !ok {
			break
		}
		parts = append(parts, string(s))
	}
	return strings.Join(parts, ".")
}

func shortestPrefixes(paths []string) []string {
	slices.Sort(paths)
	paths = slices.Compact(paths)
	kept := paths[:0:0]
	for _, p := range paths {
		if !slices.ContainsFunc(paths, func(q string) bool { return q != p && below(p, q) }) {
			kept = append(kept, p)
		}
	}
	return kept
}

// below reports whether path is prefix or a part of it.
func below(path, prefix string) bool {
	return prefix == "" || path == prefix || strings.HasPrefix(path, prefix) && path[len(prefix)] == '.'
}
