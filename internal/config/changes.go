package config

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
)

// Changes gathers what Watch saw until somebody loads it.
type Changes struct {
	mu    sync.Mutex
	all   bool
	files map[string]bool
	ready chan struct{}
}

// NewChanges returns Changes without any.
func NewChanges() *Changes {
	return &Changes{files: map[string]bool{}, ready: make(chan struct{}, 1)}
}

// Add is what Watch calls.
func (c *Changes) Add(files []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = c.all || files == nil
	for _, f := range files {
		c.files[f] = true
	}
	select {
	case c.ready <- struct{}{}:
	default:
	}
}

// Ready has a value when there are changes.
func (c *Changes) Ready() <-chan struct{} { return c.ready }

// Take returns the files that changed, sorted, nil when anything may have, and forgets them.
func (c *Changes) Take() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	files := slices.AppendSeq([]string{}, maps.Keys(c.files))
	slices.Sort(files)
	if c.all {
		files = nil
	}
	c.all, c.files = false, map[string]bool{}
	return files
}

// LoadChanged is Load when only these files changed; nil stands for any. An edit of some tenants is taken over without a look at the
// others, which ten thousand of them make worth while: when all was well before, and the edit has no problem, gives up no host or
// issuer and claims no other.
func (l *Loader) LoadChanged(files []string) (*Snapshot, []Problem) {
	if names := l.edited(files); names != nil {
		if snapshot := l.loadTenants(names); snapshot != nil {
			return snapshot, nil
		}
	}
	return l.Load()
}

// edited are the tenants whose files these are, nil when some are other files or belong to what needs a look at more.
func (l *Loader) edited(files []string) []string {
	if !l.clean {
		return nil
	}
	var names []string
	for _, f := range files {
		rest, ok := strings.CutPrefix(f, tenantsDir+"/")
		name, _, module := strings.Cut(rest, "/")
		if !module {
			name, ok = strings.CutSuffix(rest, ".yaml")
		}
		s := l.tenants[name]
		if !ok || s == nil || s.good == nil || module && !s.modules.loaded || l.candidates[name] != nil {
			return nil
		}
		names = append(names, name)
	}
	return slices.Compact(names)
}

// loadTenants reads some tenants' files and returns a snapshot with their new versions, nil when that takes a look at all.
func (l *Loader) loadTenants(names []string) *Snapshot {
	t, err := openTree(l.dir)
	if err != nil {
		return nil
	}
	defer t.close()
	next := *l.last
	next.Tenants = maps.Clone(l.last.Tenants)
	for _, name := range names {
		if !l.loadTenant(t, name, &next) {
			return nil
		}
	}
	l.last = &next
	return l.last
}

func (l *Loader) loadTenant(t *tree, name string, snapshot *Snapshot) bool {
	s := l.tenants[name]
	s.yaml.refresh(t, "tenant/"+name, parseTenant(name))
	if s.modules.loaded {
		s.modules.refresh(t, "tenant/"+name, modulesOf(name), compileFor(name))
	}
	v := s.candidate()
	r := resolution{loader: l}
	if v == nil || !r.refer(name, v.file) || !slices.EqualFunc(v.file.claims, s.good.file.claims, func(a, b claim) bool { return a.key == b.key }) {
		return false
	}
	s.adopt(v)
	snapshot.Tenants[name] = s.publish(name, snapshot.ScanPolicies)
	return true
}

func modulesOf(name string) string { return tenantsDir + "/" + name }

func compileFor(name string) func([]plane.Module) (reads []string, err error) {
	return func(modules []plane.Module) ([]string, error) {
		m, err := policy.CompileTenant(name, modules)
		return m.Reads(), err
	}
}
