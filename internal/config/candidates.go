package config

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/meshwarden/meshwarden/internal/plane"
)

// candidatesDir holds versions of tenants that run beside the enforced ones: NAME.yaml, NAME/*.rego, or both; what is not there
// is as enforced.
const candidatesDir = "candidates"

// candidateState is one candidate's files.
type candidateState struct {
	yaml    *entry[tenantFile] // nil without a file
	modules *moduleSet         // nil without a directory
	// document was made of the versions beside it.
	document       *plane.Candidate
	file           *tenantFile
	modulesVersion int
	enforced       *version
}

// candidateSet is the candidates' files. There are few: all are read whenever one may have changed.
type candidateSet struct {
	byName   map[string]*candidateState
	problems []Problem
	// attached are the tenants that have one in the last snapshot.
	attached []string
}

// refresh reads the files of candidates. They are of objects of their own: a bad candidate holds nothing of its tenant back.
func (set *candidateSet) refresh(t *tree, s *scope) {
	if !s.reaches(candidatesDir) && !set.touched(s) {
		return
	}
	listed, err := t.list(candidatesDir)
	if err != nil {
		set.problems = []Problem{unreadableDir(candidatesDir)}
		return
	}
	files, folders := map[string]bool{}, map[string]bool{}
	set.problems = nil
	for _, e := range listed {
		p := path.Join(candidatesDir, e.Name())
		name, isObject := strings.CutSuffix(e.Name(), ".yaml")
		switch {
		case t.isDir(p, e):
			folders[e.Name()] = true
		case isObject:
			files[name] = true
		case isYAML(e.Name()), strings.HasSuffix(p, ".rego"):
			set.problems = append(set.problems, stray(p, "the file has no effect: a candidate is NAME.yaml, NAME/*.rego, or both"))
		}
	}
	maps.DeleteFunc(set.byName, func(name string, _ *candidateState) bool { return !files[name] && !folders[name] })
	for _, name := range slices.Sorted(maps.Keys(union(files, folders))) {
		c := set.byName[name]
		if c == nil {
			c = &candidateState{}
			set.byName[name] = c
		}
		set.problems = append(set.problems, c.refresh(t, name, files[name], folders[name])...)
	}
}

// touched reports whether a file that a candidate names may have changed.
func (set *candidateSet) touched(s *scope) bool {
	for _, c := range set.byName {
		if c.yaml != nil && c.yaml.touched(s) {
			return true
		}
	}
	return false
}

func union(a, b map[string]bool) map[string]bool {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

func (c *candidateState) refresh(t *tree, name string, hasFile, hasFolder bool) []Problem {
	object := "candidate/" + name
	var problems []Problem
	if hasFile {
		if c.yaml == nil {
			c.yaml = &entry[tenantFile]{file: file{path: path.Join(candidatesDir, name+".yaml")}}
		}
		c.yaml.refresh(t, object, parseTenant(name))
		problems = append(problems, c.yaml.problems...)
	} else {
		c.yaml = nil
	}
	if hasFolder {
		if c.modules == nil {
			c.modules = &moduleSet{}
		}
		c.modules.refresh(t, object, path.Join(candidatesDir, name), compileFor(name))
		problems = append(problems, c.modules.problems...)
	} else {
		c.modules = nil
	}
	return problems
}

// attachCandidates gives the snapshot's tenants their candidates and reports those that no tenant has or that name what is not there.
func (l *Loader) attachCandidates(snapshot *Snapshot) (problems []Problem) {
	for _, name := range l.candidates.attached {
		if snapshot.Tenants[name] != nil && l.candidates.byName[name] == nil {
			l.tenants.byName[name].attach(snapshot, nil)
		}
	}
	l.candidates.attached = nil
	for _, name := range slices.Sorted(maps.Keys(l.candidates.byName)) {
		c, s := l.candidates.byName[name], l.tenants.byName[name]
		if s == nil || s.good == nil {
			problems = append(problems, Problem{
				Object: "candidate/" + name, File: path.Join(candidatesDir, name),
				Reason: "has no effect: there is no tenant " + name + suggestion(name, slices.Collect(maps.Keys(l.tenants.byName))),
			})
			continue
		}
		flaws := append(c.unresolved(snapshot), c.unread("candidate/"+name, s)...)
		problems = append(problems, flaws...)
		var document *plane.Candidate
		if len(flaws) == 0 {
			document = c.publish(s.good, snapshot.ScanPolicies)
		}
		s.attach(snapshot, document)
		l.candidates.attached = append(l.candidates.attached, name)
	}
	return problems
}

// attach gives the tenant's document a candidate, or takes it away.
func (s *tenantState) attach(snapshot *Snapshot, candidate *plane.Candidate) {
	if s.document.Candidate == candidate {
		return
	}
	with := *s.document
	with.Candidate = candidate
	s.document = &with
	snapshot.Tenants[with.Name] = s.document
}

// unresolved reports what a candidate's file names that is not there.
func (c *candidateState) unresolved(snapshot *Snapshot) (problems []Problem) {
	if c.yaml == nil || c.yaml.fresh == nil {
		return nil
	}
	for _, ref := range c.yaml.fresh.references {
		known := true
		what := ""
		switch ref.kind {
		case toUpstream:
			_, known = snapshot.Upstreams[ref.name]
			what = "upstream"
		case toScanPolicy:
			_, known = snapshot.ScanPolicies[ref.name]
			what = "scan policy"
		case toTenant:
			_, known = snapshot.Tenants[ref.name]
			what = "tenant"
		}
		if !known {
			problems = append(problems, Problem{
				Object: "candidate/" + path.Base(strings.TrimSuffix(c.yaml.file.path, ".yaml")), File: c.yaml.file.path,
				Line: ref.line, Column: ref.column, Reason: ref.field + ": there is no " + what + " " + ref.name + " without problems",
			})
		}
	}
	return problems
}

// unread is as that of the tenant.
func (c *candidateState) unread(object string, s *tenantState) []Problem {
	file, bodies := s.good.file, s.modules.bodies
	if c.yaml != nil {
		file = c.yaml.fresh
	}
	if c.modules != nil {
		bodies = c.modules.bodies
	}
	if file == nil {
		return nil
	}
	return unreadBodies(object, bodies, file.spec.Routes)
}

// publish is the candidate's document, nil while a file of it has problems, and the same one as long as nothing in it changed.
func (c *candidateState) publish(enforced *version, policies map[string]ScanPolicy) *plane.Candidate {
	file, modules, modulesVersion := enforced.file, enforced.modules, enforced.modulesVersion
	if c.yaml != nil {
		file = c.yaml.fresh
	}
	if c.modules != nil {
		if len(c.modules.problems) > 0 {
			return nil
		}
		modules, modulesVersion = c.modules.modules, c.modules.version
	}
	if file == nil {
		return nil
	}
	hashes := policyHashes(file, policies)
	if d := c.document; d == nil || c.file != file || c.modulesVersion != modulesVersion || c.enforced != enforced || !maps.Equal(d.ScanPolicies, hashes) {
		c.document = &plane.Candidate{Spec: file.spec, Modules: modules, ScanPolicies: hashes}
		c.file, c.modulesVersion, c.enforced = file, modulesVersion, enforced
	}
	return c.document
}
