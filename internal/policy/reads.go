package policy

import (
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// readSet is what an answer of compiled modules depends on: what stands in its key in the decision cache.
type readSet struct {
	// version is of the modules' sources.
	version string
	// paths are those of input that can be read, shortest prefixes only, sorted; "" is all of input.
	paths []string
	shape shape
	// deterministic says that answers follow from the fields of shape alone.
	deterministic bool
}

// newReadSet looks at every rule of the packages that roots, or packages that they name, name a part of, whether the rule is asked
// for or not, and takes a reference up to its first part that is not a constant string: it may list too much, never too little.
// Aliases (x := input.request) count with all of what they name.
//
// time.now_ns counts as reading input.time, because evaluation sets the clock to it.
func newReadSet(compiler *ast.Compiler, version string, roots ...ast.Ref) readSet {
	impure := impureBuiltins()
	set := readSet{version: version, deterministic: true}
	visitor := ast.NewGenericVisitor(func(x any) bool {
		ref, ok := x.(ast.Ref)
		if !ok {
			return false
		}
		switch name := ref.String(); {
		case ref.HasPrefix(ast.InputRootRef):
			set.paths = append(set.paths, inputPath(ref))
		case ref.HasPrefix(ast.DefaultRootRef):
			roots = append(roots, ref.ConstantPrefix())
		case name == ast.NowNanos.Name:
			set.paths = append(set.paths, "time")
		case impure[name]:
			set.deterministic = false
		}
		return false
	})
	unseen := maps.Clone(compiler.Modules)
	for len(roots) > 0 {
		root := roots[0]
		roots = roots[1:]
		for file, module := range unseen {
			if path := module.Package.Path; !root.HasPrefix(path) && !path.HasPrefix(root) {
				continue
			}
			delete(unseen, file)
			for _, rule := range module.Rules {
				visitor.Walk(rule)
			}
		}
	}
	set.paths = shortestPrefixes(set.paths)
	set.shape = newShape(set.paths)
	return set
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
