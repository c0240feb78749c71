package policy

import (
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/meshwarden/meshwarden/internal/plane"
)

// Suite is a set of modules with their tests, ready to be compiled as they are in service.
type Suite struct {
	Modules      map[string]*ast.Module
	Capabilities *ast.Capabilities
}

// PackSuite is the packs with their tests, without anybody's modules, which may rightly decide otherwise.
func PackSuite() (Suite, error) {
	parsed, err := parsePacks(func(string) bool { return true })
	if err != nil {
		return Suite{}, AsError(err)
	}
	return Suite{Modules: parsed, Capabilities: platformCapabilities()}, nil
}

// PlatformSuite is the packs and the platform's modules with the latter's tests. Modules are refused as
// CompilePlatform refuses them; tests may be of any package.
func PlatformSuite(modules []plane.Module) (Suite, error) {
	if _, err := CompilePlatform(modules); err != nil {
		return Suite{}, err
	}
	parsed, _, problems := parsePlatform(modules)
	if len(problems) > 0 {
		return Suite{}, newError(problems)
	}
	return withTests(parsed, modules, platformCapabilities())
}

// TenantSuite is a tenant's modules with their tests, alone and with the built-ins of a tenant's modules.
func TenantSuite(name string, modules []plane.Module) (Suite, error) {
	if _, err := CompileTenant(name, modules); err != nil {
		return Suite{}, err
	}
	parsed, problems := parseModules(modules, tenantRoot, tenantCapabilities())
	if len(problems) > 0 {
		return Suite{}, newError(problems)
	}
	return withTests(parsed, modules, tenantCapabilities())
}

// withTests adds those of modules that are tests.
func withTests(parsed map[string]*ast.Module, modules []plane.Module, capabilities *ast.Capabilities) (Suite, error) {
	var problems []Problem
	for _, module := range modules {
		if !isTest(module.Path) {
			continue
		}
		m, err := parseModule(module, capabilities)
		if err != nil {
			problems = append(problems, problemsOf(module.Path, err)...)
			continue
		}
		parsed[module.Path] = m
	}
	if len(problems) > 0 {
		return Suite{}, newError(problems)
	}
	return Suite{Modules: parsed, Capabilities: capabilities}, nil
}
