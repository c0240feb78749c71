package config

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// The places of a configuration directory.
const (
	gatewayPath     = "gateway.yaml"
	upstreamsDir    = "upstreams"
	scanPoliciesDir = "scanpolicies"
	tenantsDir      = "tenants"
	policiesDir     = "policies"
)

// Loader reads one configuration directory again and again. It keeps what it parsed and compiled, and each
// object's last good version. It is not safe for concurrent use.
type Loader struct {
	dir          string
	gateway      entry[tenant.GatewaySpec]
	upstreams    map[string]*entry[tenant.UpstreamSpec]
	scanPolicies map[string]*entry[ScanPolicy]
	tenants      map[string]*tenantState
	candidates   map[string]*candidateState
	platform     moduleSet
	// goodPlatform are the newest platform modules without problems.
	goodPlatform []plane.Module
	// owners maps the key of each claim to the tenant that has it in the last snapshot.
	owners map[string]string
	last   *Snapshot
	// clean says that the last Load found no problem.
	clean bool
}

// NewLoader returns a loader of dir, which need not exist yet.
func NewLoader(dir string) *Loader {
	return &Loader{
		dir:          dir,
		gateway:      entry[tenant.GatewaySpec]{file: file{path: gatewayPath}},
		upstreams:    map[string]*entry[tenant.UpstreamSpec]{},
		scanPolicies: map[string]*entry[ScanPolicy]{},
		tenants:      map[string]*tenantState{},
		candidates:   map[string]*candidateState{},
		owners:       map[string]string{},
		last:         &Snapshot{Upstreams: map[string]tenant.UpstreamSpec{}, ScanPolicies: map[string]ScanPolicy{}, Tenants: map[string]*plane.Tenant{}},
	}
}

// Load reads what changed since the last call. Objects with problems keep their last good version, or are
// left out when they never were good; objects whose file is gone are removed, but for the gateway, without
// which nothing listens, and for what the last good version of a tenant still refers to. While the directory
// itself cannot be read, everything stays. Problems are sorted by file and place.
func (l *Loader) Load() (*Snapshot, []Problem) {
	l.clean = false
	t, err := openTree(l.dir)
	if err != nil {
		return l.last, []Problem{{File: ".", Reason: "the configuration directory " + whyUnreadable(err)}}
	}
	defer t.close()
	problems := l.read(t)
	snapshot := &Snapshot{Platform: plane.Platform{Modules: l.goodPlatform}}
	if l.gateway.good != nil {
		snapshot.Gateway = *l.gateway.good
	}
	problems = append(problems, l.resolve(snapshot)...)
	sortProblems(problems)
	l.last, l.clean = snapshot, len(problems) == 0
	return snapshot, problems
}

func whyUnreadable(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "does not exist"
	case errors.Is(err, fs.ErrPermission):
		return "cannot be read: permission denied"
	}
	return "cannot be read"
}

// read refreshes all files and returns the problems that objects have by themselves.
func (l *Loader) read(t *tree) []Problem {
	problems := strayFiles(t)
	l.gateway.refresh(t, "gateway", parseGateway)
	problems = append(problems, l.gateway.problems...)
	if l.gateway.fresh != nil {
		l.gateway.good = l.gateway.fresh
	}
	problems = append(problems, refreshAll(t, upstreamsDir, "upstream/", l.upstreams, parseUpstream)...)
	problems = append(problems, refreshAll(t, scanPoliciesDir, "scanpolicy/", l.scanPolicies, parseScanPolicy)...)
	problems = append(problems, l.readTenants(t)...)
	problems = append(problems, l.readCandidates(t)...)

	l.platform.refresh(t, "platform", policiesDir, func(modules []plane.Module) (reads []string, err error) {
		_, err = policy.CompilePlatform(modules)
		return nil, err
	})
	if len(l.platform.problems) == 0 {
		l.goodPlatform = l.platform.modules
	}
	return append(problems, l.platform.problems...)
}

// refreshAll reads the objects of one directory, whose files name them.
func refreshAll[T any](t *tree, dir, prefix string, entries map[string]*entry[T], parse func(name string) func(*tree, []byte) (*T, []*file, []flaw)) []Problem {
	listed, err := t.list(dir)
	if err != nil {
		return []Problem{unreadableDir(dir)}
	}
	names, problems := objectFiles(t, dir, listed)
	maps.DeleteFunc(entries, func(name string, _ *entry[T]) bool {
		_, there := slices.BinarySearch(names, name)
		return !there
	})
	for _, name := range names {
		e := entries[name]
		if e == nil {
			e = &entry[T]{file: file{path: path.Join(dir, name+".yaml")}}
			entries[name] = e
		}
		e.refresh(t, prefix+name, parse(name))
		problems = append(problems, e.problems...)
		if e.fresh != nil {
			e.good = e.fresh
		}
	}
	return problems
}

func unreadableDir(dir string) Problem {
	return Problem{File: dir, Reason: "the directory cannot be read; its objects stay as they are"}
}

// objectFiles lists the names of the objects among a directory's entries; what else lies there and looks like
// configuration is a problem, since it has no effect.
func objectFiles(t *tree, dir string, entries []fs.DirEntry) (names []string, problems []Problem) {
	for _, e := range entries {
		p := path.Join(dir, e.Name())
		name, isObject := strings.CutSuffix(e.Name(), ".yaml")
		switch {
		case t.isDir(p, e):
			if dir != tenantsDir {
				problems = append(problems, Problem{File: p, Reason: "a directory has no effect here: objects are files NAME.yaml"})
			}
		case isObject:
			names = append(names, name)
		case isYAML(e):
			problems = append(problems, stray(p, "the file has no effect: objects are files NAME.yaml, not .yml"))
		case strings.HasSuffix(p, ".rego"):
			problems = append(problems, stray(p, "the file has no effect: modules belong in policies/ or tenants/NAME/"))
		}
	}
	// The order of names is not that of files: "a-b.yaml" stands before "a.yaml".
	slices.Sort(names)
	return names, problems
}

func stray(path, reason string) Problem {
	return Problem{File: path, Line: 1, Column: 1, Reason: reason}
}

// strayFiles reports configuration at the top of the directory that has no effect.
func strayFiles(t *tree) []Problem {
	entries, err := t.list(".")
	if err != nil {
		return []Problem{unreadableDir(".")}
	}
	var problems []Problem
	known := []string{gatewayPath, upstreamsDir, scanPoliciesDir, tenantsDir, candidatesDir, policiesDir}
	for _, e := range entries {
		if slices.Contains(known, e.Name()) {
			continue
		}
		near := suggestion(e.Name(), slices.Clone(known))
		switch {
		case t.isDir(e.Name(), e) && near != "":
			problems = append(problems, Problem{File: e.Name(), Reason: "the directory has no effect" + near})
		case !t.isDir(e.Name(), e) && (isYAML(e) || strings.HasSuffix(e.Name(), ".rego")):
			problems = append(problems, stray(e.Name(), "the file has no effect here"+near))
		}
	}
	return problems
}
