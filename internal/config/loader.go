package config

import (
	"errors"
	"io/fs"
	"slices"

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
	top          folder
	gateway      entry[tenant.GatewaySpec]
	upstreams    collection[tenant.UpstreamSpec]
	scanPolicies collection[ScanPolicy]
	tenants      tenantSet
	candidates   candidateSet
	platform     moduleSet
	// goodPlatform are the newest platform modules without problems.
	goodPlatform []plane.Module
	// ties are the tenants', owners maps the key of each claim to the tenant that has it in the last snapshot.
	ties   *ties
	owners map[string]string
	// retains says that the last snapshot has objects whose files are gone.
	retains bool
	last    *Snapshot
	// opened says that the last load could read the directory.
	opened bool
}

// NewLoader returns a loader of dir, which need not exist yet.
func NewLoader(dir string) *Loader {
	return &Loader{
		dir:          dir,
		top:          folder{dir: "."},
		gateway:      entry[tenant.GatewaySpec]{file: file{path: gatewayPath}},
		upstreams:    newCollection(upstreamsDir, "upstream/", parseUpstream),
		scanPolicies: newCollection(scanPoliciesDir, "scanpolicy/", parseScanPolicy),
		tenants:      tenantSet{folder: folder{dir: tenantsDir}, byName: map[string]*tenantState{}, troubled: map[string]bool{}},
		candidates:   candidateSet{byName: map[string]*candidateState{}},
		ties:         newTies(),
		owners:       map[string]string{},
		last:         &Snapshot{Upstreams: map[string]tenant.UpstreamSpec{}, ScanPolicies: map[string]ScanPolicy{}, Tenants: map[string]*plane.Tenant{}},
	}
}

// Load reads what changed since the last call. Objects with problems keep their last good version, or are
// left out when they never were good; objects whose file is gone are removed, but for the gateway, without
// which nothing listens, and for what the last good version of a tenant still refers to. While the directory
// itself cannot be read, everything stays. Problems are sorted by file and place.
func (l *Loader) Load() (*Snapshot, []Problem) { return l.LoadChanged(nil) }

// LoadChanged is Load when only these files and directories changed, relative to the directory and with slashes, as Watch names them;
// nil stands for any. Its cost is that of what changed and of the tenants that this has to do with, not of all there are. Links are only
// followed when anything may have changed.
func (l *Loader) LoadChanged(files []string) (*Snapshot, []Problem) {
	s := newScope(files)
	s.all = s.all || !l.opened
	t, err := openTree(l.dir)
	if l.opened = err == nil; err != nil {
		return l.last, []Problem{{File: ".", Reason: "the configuration directory " + whyUnreadable(err)}}
	}
	defer t.close()
	return l.load(t, s)
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

// load refreshes what a scope covers, settles what that has to do with, and reports all problems there are.
func (l *Loader) load(t *tree, s *scope) (*Snapshot, []Problem) {
	l.top.refresh(t, s, topEntries)
	if s.covers(gatewayPath) {
		l.gateway.refresh(t, "gateway", parseGateway)
		if l.gateway.fresh != nil {
			l.gateway.good = l.gateway.fresh
		}
	}
	if s.reaches(policiesDir) {
		l.readPlatform(t)
	}
	changed := l.readTenants(t, s)
	changed.shared(l, toUpstream, l.upstreams.refresh(t, s))
	changed.shared(l, toScanPolicy, l.scanPolicies.refresh(t, s))
	l.candidates.refresh(t, s)

	next := *l.last
	next.Platform = plane.Platform{Modules: l.goodPlatform}
	if l.gateway.good != nil {
		next.Gateway = *l.gateway.good
	}
	l.settle(&next, changed)
	problems := l.attachCandidates(&next)
	next.Warnings = l.warnings(&next)
	l.last = &next
	return l.last, l.report(problems)
}

func (l *Loader) readPlatform(t *tree) {
	l.platform.refresh(t, "platform", policiesDir, func(modules []plane.Module) ([]policy.BodyRead, error) {
		p, err := policy.CompilePlatform(modules)
		return p.BodyReads(), err
	})
	if len(l.platform.problems) == 0 {
		l.goodPlatform = l.platform.modules
	}
}

// report lists the problems that objects have and those given.
func (l *Loader) report(problems []Problem) []Problem {
	problems = slices.Concat(problems, l.top.problems, l.gateway.problems, l.upstreams.report(), l.scanPolicies.report(),
		l.tenants.report(), l.candidates.problems, l.platform.problems)
	sortProblems(problems)
	return problems
}
