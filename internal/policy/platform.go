package policy

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/policies"
)

// Package roots: where an owner's modules live, and no other module does.
const (
	platformRoot = "platform"
	tenantRoot   = "tenant"
)

// PackPrefix stands before the paths of the embedded packs in problems and errors.
const PackPrefix = "packs/"

// Platform is the compiled first stage. It is immutable and safe for concurrent use.
type Platform struct {
	query *query
}

// platformCapabilities are the whole language: the platform's owner is trusted with what reaches outside.
var platformCapabilities = sync.OnceValue(func() *ast.Capabilities { return ast.CapabilitiesForThisVersion() })

// CompilePlatform compiles the embedded packs and the platform owner's modules into one query. The
// modules' packages are platform or platform.*. Files ending in _test.rego are left out. Errors are of type
// *Error.
func CompilePlatform(modules []plane.Module) (*Platform, error) {
	parsed, problems := platformModules(modules)
	if len(problems) > 0 {
		return nil, newError(problems)
	}
	compiler, problems := compileModules(parsed, platformCapabilities())
	if len(problems) > 0 {
		return nil, newError(problems)
	}
	if problems = checkReferences(compiler, isOwn, platformStage); len(problems) > 0 {
		return nil, newError(problems)
	}
	q, err := newQuery(compiler, "data.meshwarden.main.decision", versionOf(modules))
	if err != nil {
		return nil, newError([]Problem{{Reason: err.Error()}})
	}
	return &Platform{query: q}, nil
}

func isOwn(file string) bool { return !strings.HasPrefix(file, PackPrefix) }

// platformModules parses the packs and the platform owner's modules, tests left out, and adds the module
// that gathers what the latter contribute: what CompilePlatform compiles, by file.
func platformModules(modules []plane.Module) (map[string]*ast.Module, []Problem) {
	parsed, problems := parseModules(modules, platformRoot, platformCapabilities())
	if len(problems) > 0 {
		return nil, problems
	}
	list, problems := contributions(parsed, platformPoints)
	if len(problems) > 0 {
		return nil, problems
	}
	packs, err := parsePacks(func(path string) bool { return !isTest(path) })
	if err != nil {
		return nil, []Problem{{Reason: err.Error()}}
	}
	maps.Copy(parsed, packs)
	if len(list) > 0 {
		generated := plane.Module{Path: PackPrefix + extensionsFile, Source: generateExtensions(list)}
		m, err := parseModule(generated, platformCapabilities())
		if err != nil {
			return nil, problemsOf(generated.Path, err)
		}
		parsed[generated.Path] = m
	}
	return parsed, nil
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

// Decide evaluates data.meshwarden.main.decision. It always returns a usable Decision: with an error, one
// that denies with reason.PolicyError, or reason.PolicyTimeout when ctx ended first; the error names the
// module and is for the log, never for the client.
func (p *Platform) Decide(ctx context.Context, in *Input) (Decision, error) {
	return p.decide(ctx, in.build(&p.query.shape, nil), in.clock())
}

func (p *Platform) decide(ctx context.Context, input ast.Value, now time.Time) (Decision, error) {
	result, err := p.query.run(ctx, input, now)
	if err != nil {
		return Decision{Reason: failureReason(err)}, fmt.Errorf("platform policy: data.meshwarden.main.decision: %w", err)
	}
	d, err := decodeDecision(result)
	if err != nil {
		return Decision{Reason: reason.PolicyError}, fmt.Errorf("platform policy: %w", err)
	}
	if !d.Allow {
		d.Place = p.query.locate(ctx, input, now, d)
	}
	return d, nil
}

// Reads lists the input paths that the compiled policies can read, such as "request.method" or
// "request.headers.x-team"; "" means all of input. Sorted.
func (p *Platform) Reads() []string { return p.query.reads }
