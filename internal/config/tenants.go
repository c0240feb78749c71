package config

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
)

// tenantState is one tenant's files and its last good version.
type tenantState struct {
	yaml    entry[tenantFile]
	modules moduleSet
	good    *version
	// document is good with the scan policies that it had in the last snapshot.
	document *plane.Tenant
	// conflicts are what the newest version has with other objects.
	conflicts []Problem
}

// version is a tenant's YAML and modules of one moment, which are good or bad together.
type version struct {
	file           *tenantFile
	modules        []plane.Module
	modulesVersion int
}

// candidate is the newest version, or nil while a file of it has problems of its own.
func (s *tenantState) candidate(name string) *version {
	if s.yaml.fresh == nil || len(s.modules.problems) > 0 || len(s.unread(name)) > 0 {
		return nil
	}
	if g := s.good; g != nil && g.file == s.yaml.fresh && g.modulesVersion == s.modules.version {
		return g
	}
	return &version{s.yaml.fresh, s.modules.modules, s.modules.version}
}

// unread are the problems of modules that ask for bodies which the routes of the same moment do not have read.
func (s *tenantState) unread(name string) []Problem {
	if s.yaml.fresh == nil || len(s.modules.problems) > 0 {
		return nil
	}
	return unreadBodies("tenant/"+name, s.modules.bodies, s.yaml.fresh.spec.Routes)
}

// tenantSet is the tenants' files.
type tenantSet struct {
	folder
	byName map[string]*tenantState
	// troubled are the tenants that have problems.
	troubled map[string]bool
}

// changes are the tenants that have to be settled anew.
type changes struct {
	tenants map[string]bool
	// gone are those of them that are not there any more.
	gone map[string]*tenantState
	// upstreams and policies say that some of these changed.
	upstreams, policies bool
}

// readTenants refreshes the files of tenants.
func (l *Loader) readTenants(t *tree, s *scope) *changes {
	set := &l.tenants
	c := &changes{tenants: map[string]bool{}, gone: map[string]*tenantState{}}
	if set.folder.refresh(t, s, tenantFiles) {
		for name, state := range set.byName {
			if !set.has(name) {
				c.gone[name] = state
				l.dropTenant(name, state)
			}
		}
		for _, name := range set.names {
			if set.byName[name] == nil {
				set.byName[name] = &tenantState{yaml: entry[tenantFile]{file: file{path: describe(name)}}}
				c.tenants[name] = true
				c.named(l, referee{toTenant, name})
			}
		}
	}
	if !set.listed {
		return c
	}
	for name := range c.gone {
		c.named(l, referee{toTenant, name})
	}
	for name := range l.touchedTenants(s) {
		c.tenants[name] = true
	}
	for name := range c.tenants {
		if state := set.byName[name]; state != nil {
			l.readTenant(t, name, state, c)
		}
	}
	return c
}

// touchedTenants are the tenants that a scope covers files of.
func (l *Loader) touchedTenants(s *scope) map[string]bool {
	touched := map[string]bool{}
	if s.all || s.covers(tenantsDir) {
		for name := range l.tenants.byName {
			touched[name] = true
		}
		return touched
	}
	for _, child := range s.children(tenantsDir) {
		if name := strings.TrimSuffix(child, ".yaml"); l.tenants.byName[name] != nil {
			touched[name] = true
		}
	}
	for p := range s.paths {
		for name := range l.ties.readers[p] {
			touched[name] = true
		}
	}
	return touched
}

// readTenant refreshes the files of one tenant. Those that it had to do with are settled anew if it has to do with others now.
func (l *Loader) readTenant(t *tree, name string, s *tenantState, c *changes) {
	needs := s.yaml.paths()
	s.yaml.refresh(t, "tenant/"+name, parseTenant(name))
	if now := s.yaml.paths(); !slices.Equal(now, needs) {
		l.ties.read(name, needs, now)
	}
	if l.tenants.folders[name] {
		s.modules.refresh(t, "tenant/"+name, modulesOf(name), compileFor(name))
	} else if s.modules.loaded || len(s.modules.problems) > 0 {
		s.modules = moduleSet{version: s.modules.version + 1}
	}
	if l.ties.held[name][0] != s.yaml.parsed {
		l.ties.rivals(name, c.add)
		l.ties.hold(name, s.yaml.parsed, s.goodFile())
	}
}

// dropTenant forgets a tenant that is gone.
func (l *Loader) dropTenant(name string, s *tenantState) {
	delete(l.tenants.byName, name)
	delete(l.tenants.troubled, name)
	l.ties.read(name, s.yaml.paths(), nil)
}

func (c *changes) add(name string) { c.tenants[name] = true }

// named adds the tenants that refer to an object that came, went, or became another one, and those whose problems may name what is near.
func (c *changes) named(l *Loader, r referee) {
	for name := range l.ties.references[r] {
		c.add(name)
	}
	for name := range l.tenants.troubled {
		c.add(name)
	}
}

// shared adds the tenants that refer to what changed of a kind.
func (c *changes) shared(l *Loader, kind referenceKind, moved []string) {
	for _, name := range moved {
		c.named(l, referee{kind, name})
	}
	c.upstreams = c.upstreams || kind == toUpstream && len(moved) > 0
	c.policies = c.policies || kind == toScanPolicy && len(moved) > 0
}

// report lists the problems of the tenants' files and of what they have to do with others.
func (set *tenantSet) report() []Problem {
	problems := set.problems
	for name := range set.troubled {
		problems = append(problems, set.byName[name].problems(name)...)
	}
	return problems
}

func (s *tenantState) problems(name string) []Problem {
	return slices.Concat(s.yaml.problems, s.modules.problems, s.conflicts, s.unread(name))
}

func (s *tenantState) goodFile() *tenantFile {
	if s.good == nil {
		return nil
	}
	return s.good.file
}

func modulesOf(name string) string { return tenantsDir + "/" + name }

func compileFor(name string) func([]plane.Module) ([]policy.BodyRead, error) {
	return func(modules []plane.Module) ([]policy.BodyRead, error) {
		m, err := policy.CompileTenant(name, modules)
		return m.BodyReads(), err
	}
}

func (s *tenantState) adopt(v *version) {
	if s.good != v {
		s.good, s.document = v, nil
	}
}

// publish returns the tenant's document, the same one as long as nothing in it changed.
func (s *tenantState) publish(name string, policies map[string]ScanPolicy) *plane.Tenant {
	hashes := policyHashes(s.good.file, policies)
	if s.document == nil || !maps.Equal(s.document.ScanPolicies, hashes) {
		s.document = &plane.Tenant{Name: name, Spec: s.good.file.spec, Modules: s.good.modules, ScanPolicies: hashes}
	}
	return s.document
}

// policyHashes maps the scan policies that a tenant's file names to the hashes of their documents.
func policyHashes(f *tenantFile, policies map[string]ScanPolicy) map[string]string {
	hashes := map[string]string{}
	for _, ref := range f.references {
		if ref.kind == toScanPolicy {
			hashes[ref.name] = policies[ref.name].Hash
		}
	}
	return hashes
}

// describe names a tenant's file in reasons.
func describe(name string) string { return path.Join(tenantsDir, name+".yaml") }
