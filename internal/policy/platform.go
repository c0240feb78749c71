package policy

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/policies"
)

// Package roots: where an owner's modules live, and no other module does.
const (
	platformRoot = "platform"
	tenantRoot   = "tenant"
)

// PackPrefix stands before the paths of the embedded packs in problems and errors.
const PackPrefix = "packs/"

// Platform is the compiled packs and the platform owner's modules. It is immutable and safe for concurrent use.
type Platform struct {
	packs *packs
	// modules is nil when there are none.
	modules *platformModules
}

// platformCapabilities are the whole language: the platform's owner is trusted with what reaches outside.
var platformCapabilities = sync.OnceValue(func() *ast.Capabilities { return ast.CapabilitiesForThisVersion() })

// CompilePlatform compiles the embedded packs and the platform owner's modules. The modules' packages are platform or platform.*.
// Files ending in _test.rego are left out. Errors are of type *Error.
func CompilePlatform(modules []plane.Module) (*Platform, error) {
	packs, err := compilePacks()
	if err != nil {
		return nil, AsError(err)
	}
	own, err := compilePlatformModules(modules)
	if err != nil {
		return nil, err
	}
	return &Platform{packs: packs, modules: own}, nil
}

func isOwn(file string) bool { return !strings.HasPrefix(file, PackPrefix) }

// parsePlatform parses the packs and the platform owner's modules, tests left out, and adds the module that gathers what the
// latter contribute: all that decides before a tenant's modules, by file. list is what they contribute.
func parsePlatform(modules []plane.Module) (parsed map[string]*ast.Module, list []contribution, problems []Problem) {
	parsed, problems = parseModules(modules, platformRoot, platformCapabilities())
	if len(problems) > 0 {
		return nil, nil, problems
	}
	if list, problems = contributions(parsed, platformPoints); len(problems) > 0 {
		return nil, nil, problems
	}
	packs, err := parsePacks(func(path string) bool { return !isTest(path) })
	if err != nil {
		return nil, nil, []Problem{{Reason: err.Error()}}
	}
	maps.Copy(parsed, packs)
	if len(list) > 0 {
		generated := plane.Module{Path: PackPrefix + extensionsFile, Source: generateExtensions(list)}
		m, err := parseModule(generated, platformCapabilities())
		if err != nil {
			return nil, nil, problemsOf(generated.Path, err)
		}
		parsed[generated.Path] = m
	}
	return parsed, list, nil
}

// parsePacks parses the embedded packs' files that keep selects.
func parsePacks(keep func(path string) bool) (map[string]*ast.Module, error) {
	parsed := map[string]*ast.Module{}
	err := fs.WalkDir(policies.Files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !keep(path) {
			return err
		}
		source, err := policies.Files.ReadFile(path)
		if err != nil {
			return err
		}
		parsed[PackPrefix+path], err = parseModule(plane.Module{Path: PackPrefix + path, Source: string(source)}, platformCapabilities())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("parse the packs: %w", err)
	}
	return parsed, nil
}

// Decide asks the packs, and then the platform owner's modules. It always returns a usable Decision: with an error, one that denies
// with reason.PolicyError, or reason.PolicyTimeout when ctx ended first; the error names the module and is for the log, never for
// the client.
func (p *Platform) Decide(ctx context.Context, in *Input) (Decision, error) {
	d, err := p.packs.Narrow(ctx, in, Decision{})
	if err != nil || p.modules == nil {
		return d, err
	}
	return p.modules.Narrow(ctx, in, d)
}

// Reads lists the input paths that the compiled policies can read, such as "request.method" or
// "request.headers.x-team"; "" means all of input. Sorted.
func (p *Platform) Reads() []string {
	if p.modules == nil {
		return p.packs.reads.paths
	}
	return shortestPrefixes(slices.Concat(p.packs.reads.paths, p.modules.reads.paths))
}

// compiler is of all modules together.
func (p *Platform) compiler() *ast.Compiler {
	if p.modules == nil {
		return p.packs.query.compiler
	}
	return p.modules.compiler
}
