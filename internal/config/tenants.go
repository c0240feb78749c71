package config

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// tenantState is one tenant's files and its last good version.
type tenantState struct {
	yaml    entry[tenantFile]
	modules moduleSet
	good    *version
	// document is good with the scan policies that it had in the last snapshot.
	document *plane.Tenant
}

// version is a tenant's YAML and modules of one moment, which are good or bad together.
type version struct {
	file           *tenantFile
	modules        []plane.Module
	modulesVersion int
}

// candidate is the newest version, or nil while a file of it has problems of its own.
func (s *tenantState) candidate() *version {
	if s.yaml.fresh == nil || len(s.modules.problems) > 0 || s.unread() {
		return nil
	}
	if g := s.good; g != nil && g.file == s.yaml.fresh && g.modulesVersion == s.modules.version {
		return g
	}
	return &version{s.yaml.fresh, s.modules.modules, s.modules.version}
}

// unread reports whether modules ask for bodies that no route of the tenant has read: a deny that looks at one would never deny.
func (s *tenantState) unread() bool {
	if s.yaml.fresh == nil || len(s.modules.problems) > 0 {
		return false
	}
	reads := slices.ContainsFunc(s.modules.reads, func(path string) bool {
		return path == "request.body" || strings.HasPrefix(path, "request.body.")
	})
	return reads && !slices.ContainsFunc(s.yaml.fresh.spec.Routes, func(r tenant.Route) bool { return r.UnderstandsBody() })
}

func (l *Loader) readTenants(t *tree) []Problem {
	listed, err := t.list(tenantsDir)
	if err != nil {
		return []Problem{unreadableDir(tenantsDir)}
	}
	names, problems := objectFiles(t, tenantsDir, listed)
	maps.DeleteFunc(l.tenants, func(name string, _ *tenantState) bool {
		_, there := slices.BinarySearch(names, name)
		return !there
	})
	folders, strays := moduleFolders(t, names, listed)
	problems = append(problems, strays...)
	for _, name := range names {
		s := l.tenants[name]
		if s == nil {
			s = &tenantState{yaml: entry[tenantFile]{file: file{path: path.Join(tenantsDir, name+".yaml")}}}
			l.tenants[name] = s
		}
		s.yaml.refresh(t, "tenant/"+name, parseTenant(name))
		if folders[name] {
			s.modules.refresh(t, "tenant/"+name, modulesOf(name), compileFor(name))
		} else if s.modules.loaded || len(s.modules.problems) > 0 {
			s.modules = moduleSet{version: s.modules.version + 1}
		}
		problems = append(append(problems, s.yaml.problems...), s.modules.problems...)
		if s.unread() {
			problems = append(problems, Problem{
				Object: "tenant/" + name, File: s.modules.modules[0].Path, Line: 1, Column: 1,
				Reason: "the tenant's modules read input.request.body, which is null on each of its routes: they need read_body, validate or protocol",
			})
		}
	}
	return problems
}

// moduleFolders lists the tenants that have a directory of modules, and the directories that no tenant has.
func moduleFolders(t *tree, tenants []string, entries []fs.DirEntry) (folders map[string]bool, problems []Problem) {
	folders = map[string]bool{}
	for _, e := range entries {
		p := path.Join(tenantsDir, e.Name())
		if !t.isDir(p, e) {
			continue
		}
		if _, there := slices.BinarySearch(tenants, e.Name()); there {
			folders[e.Name()] = true
			continue
		}
		problems = append(problems, Problem{File: p, Reason: "the directory has no effect: there is no " + p + ".yaml" + suggestion(e.Name(), slices.Clone(tenants))})
	}
	return folders, problems
}

// resolve settles what objects have to do with each other and fills the snapshot.
func (l *Loader) resolve(snapshot *Snapshot) []Problem {
	r := &resolution{loader: l, chosen: make(map[string]*version, len(l.tenants))}
	for _, name := range slices.Sorted(maps.Keys(l.tenants)) {
		r.names = append(r.names, name)
		s := l.tenants[name]
		// References are checked of flawed files too, so that all problems are reported at once.
		if s.yaml.parsed == nil || !r.refer(name, s.yaml.parsed) {
			continue
		}
		if v := s.candidate(); v != nil {
			r.chosen[name] = v
		}
	}
	r.claim()
	l.owners = map[string]string{}
	snapshot.Upstreams, snapshot.ScanPolicies = goodOnes(l.upstreams), goodOnes(l.scanPolicies)
	snapshot.Tenants = make(map[string]*plane.Tenant, len(l.tenants))
	for _, name := range r.names {
		s := l.tenants[name]
		if v := r.chosen[name]; v != nil {
			s.adopt(v)
		}
		if s.good == nil {
			continue
		}
		for _, c := range s.good.file.claims {
			l.owners[c.key] = name
		}
		l.retain(snapshot, s.good.file)
		snapshot.Tenants[name] = s.publish(name, snapshot.ScanPolicies)
	}
	r.problems = append(r.problems, l.attachCandidates(snapshot)...)
	return r.problems
}

func goodOnes[T any](entries map[string]*entry[T]) map[string]T {
	good := make(map[string]T, len(entries))
	for name, e := range entries {
		if e.good != nil {
			good[name] = *e.good
		}
	}
	return good
}

func (s *tenantState) adopt(v *version) {
	if s.good != v {
		s.good, s.document = v, nil
	}
}

// retain keeps removed objects that a tenant's last good version refers to as they were.
func (l *Loader) retain(snapshot *Snapshot, f *tenantFile) {
	for _, ref := range f.references {
		switch ref.kind {
		case toUpstream:
			keepFrom(l.last.Upstreams, snapshot.Upstreams, ref.name)
		case toScanPolicy:
			keepFrom(l.last.ScanPolicies, snapshot.ScanPolicies, ref.name)
		}
	}
}

func keepFrom[T any](last, now map[string]T, name string) {
	if _, ok := now[name]; ok {
		return
	}
	if value, ok := last[name]; ok {
		now[name] = value
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
