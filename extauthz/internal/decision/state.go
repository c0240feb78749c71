package decision

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/conditions"
	"github.com/meshwarden/meshwarden/extauthz/internal/identity"
	"github.com/meshwarden/meshwarden/extauthz/internal/lockout"
	"github.com/meshwarden/meshwarden/extauthz/internal/remotejwks"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// State is everything that requests are decided by, compiled. It is immutable; a change makes a new one
// that shares all that did not change.
type State struct {
	platform *policy.Platform
	reads    reads
	tenants  map[string]*tenantState
	index    *identity.Index
}

// Tenants is how many tenants the state knows.
func (s *State) Tenants() int { return len(s.tenants) }

// Tenant returns one, nil for an unknown name.
func (s *State) Tenant(name string) *plane.Tenant {
	if t := s.tenants[name]; t != nil {
		return t.Tenant
	}
	return nil
}

// KeySources are where the keys of the state's issuers are fetched from.
func (s *State) KeySources() []remotejwks.Source { return s.index.Sources() }

// tenantState is one compiled tenant.
type tenantState struct {
	*plane.Tenant
	value  *policy.Tenant
	module *policy.TenantModule
	reads  reads
	routes map[string]*routeState
	limits map[string]limit
	// stepUps are the demands of roles.
	stepUps map[string]*stepUp
	// conditions and signals are the tenant's, for all routes.
	conditions *conditions.Set
	signals    signals
	// admitWithoutStore is on_store_failure: allow.
	admitWithoutStore bool
	lockout           lockout.Limits
	// candidate is nil without one.
	candidate *tenantState
	version   string
}

// routeState is one route: what policies see of it and its scan policy's hash.
type routeState struct {
	spec   *tenant.Route
	input  policy.RouteInput
	scan   string
	access access
	bodies bodies

	credentials credentials
	stepUp      *stepUp
	// conditions are the route's own; ignoreThreats says that matches in threat lists are left to policies.
	conditions    *conditions.Set
	ignoreThreats bool
	// long says that its requests may take longer than longRequest.
	long bool
	// maxStream is how long such a request may take at most.
	maxStream time.Duration
}

// reads are the costly parts of the input that some policy looks at; the others are not built.
type reads struct{ segments, query, extensions, body, calls bool }

func readsOf(paths []string) reads {
	var r reads
	for _, path := range paths {
		r.segments = r.segments || overlap(path, "request.segments")
		r.query = r.query || overlap(path, "request.query")
		r.extensions = r.extensions || overlap(path, "route.extensions")
		r.body = r.body || overlap(path, "request.body")
		r.calls = r.calls || overlap(path, "tool.calls")
	}
	return r
}

// overlap reports whether one path is the other or stands above it; "" stands above all.
func overlap(a, b string) bool {
	return a == "" || a == b || strings.HasPrefix(a, b+".") || strings.HasPrefix(b, a+".")
}

func (r reads) or(other reads) reads {
	return reads{
		r.segments || other.segments, r.query || other.query, r.extensions || other.extensions, r.body || other.body, r.calls || other.calls,
	}
}

// Change is what a configuration source brings at once. Tenants are new or changed ones.
type Change struct {
	// Platform is nil when it did not change.
	Platform *plane.Platform
	Tenants  []*plane.Tenant
	Removed  []string
}

// Problem says why one object of a Change was not taken over; its last good version stays.
type Problem struct {
	// Tenant is its name, empty when the platform is meant.
	Tenant string
	Err    error
}

// Kind is platform or tenant.
func (p Problem) Kind() string {
	if p.Tenant == "" {
		return "platform"
	}
	return "tenant"
}

// String names the object with every reason, one a line.
func (p Problem) String() string {
	object := p.Kind()
	if p.Tenant != "" {
		object += "/" + p.Tenant
	}
	return object + ": " + strings.ReplaceAll(p.Err.Error(), "\n", "\n"+object+": ")
}

// Builder compiles changes into states. It belongs to one goroutine.
type Builder struct {
	// KeySets has the keys that issuers publish; without it, a tenant with such an issuer is refused.
	KeySets identity.KeySets

	state State
}

// Apply compiles a change and returns the new state. Objects with problems keep their last good version,
// and do not keep others from being applied. The state is nil as long as no platform could be compiled.
func (b *Builder) Apply(change Change) (*State, []Problem) {
	var problems []Problem
	next := b.state
	if change.Platform != nil {
		compiled, err := policy.CompilePlatform(change.Platform.Modules)
		if err != nil {
			problems = append(problems, Problem{"", err})
		} else {
			next.platform, next.reads = compiled, readsOf(compiled.Reads())
		}
	}
	next.tenants = maps.Clone(b.state.tenants)
	if next.tenants == nil {
		next.tenants = map[string]*tenantState{}
	}
	for _, name := range change.Removed {
		delete(next.tenants, name)
	}
	for _, t := range change.Tenants {
		compiled, err := compileTenant(t)
		if err != nil {
			problems = append(problems, Problem{t.Name, err})
			continue
		}
		next.tenants[t.Name] = compiled
	}
	if next.index == nil || b.movesCredentials(change) {
		problems = append(problems, b.reindex(&next)...)
	}
	b.state = next
	if next.platform == nil {
		return nil, problems
	}
	return &next, problems
}

// movesCredentials reports whether a change has to do with whose credentials are whose: most edits have not, and among ten thousand
// tenants the index of all is what an edit would wait for.
func (b *Builder) movesCredentials(change Change) bool {
	return len(change.Removed) > 0 || slices.ContainsFunc(change.Tenants, func(t *plane.Tenant) bool {
		held := b.state.tenants[t.Name]
		return held == nil || !reflect.DeepEqual(held.Spec.Auth, t.Spec.Auth)
	})
}

// reindex builds the identity index. A tenant whose issuers are refused goes back to its last good version.
func (b *Builder) reindex(next *State) []Problem {
	if b.state.index == nil {
		b.state.index = identity.NewIndex(b.KeySets)
	}
	index, failed := b.state.index.With(next.list())
	if len(failed) == 0 {
		next.index = index
		return nil
	}
	var problems []Problem
	for _, name := range slices.Sorted(maps.Keys(failed)) {
		problems = append(problems, Problem{name, failed[name]})
		if last := b.state.tenants[name]; last != nil && last != next.tenants[name] {
			next.tenants[name] = last
		} else {
			delete(next.tenants, name)
		}
	}
	// A last good version can only fail again when another tenant took its issuer, and is then left out.
	next.index, failed = b.state.index.With(next.list())
	for name := range failed {
		delete(next.tenants, name)
	}
	return problems
}

// list is the tenants by name: of two that claim one issuer, the same one always has it.
func (s *State) list() []*plane.Tenant {
	list := make([]*plane.Tenant, 0, len(s.tenants))
	for _, name := range slices.Sorted(maps.Keys(s.tenants)) {
		list = append(list, s.tenants[name].Tenant)
	}
	return list
}

func compileTenant(t *plane.Tenant) (*tenantState, error) {
	value, err := policy.NewTenant(t)
	if err != nil {
		return nil, err
	}
	module, err := policy.CompileTenant(t.Name, t.Modules)
	if err != nil {
		return nil, err
	}
	limits, err := compileLimits(t.Spec.Quotas)
	if err != nil {
		return nil, err
	}
	lockoutLimits, err := lockout.ParseLimits(t.Spec.Auth.Lockout)
	if err != nil {
		return nil, fmt.Errorf("auth.lockout: %w", err)
	}
	state := &tenantState{
		Tenant: t, value: value, module: module, limits: limits,
		routes:            make(map[string]*routeState, len(t.Spec.Routes)),
		admitWithoutStore: t.Spec.OnStoreFailure == "allow",
		lockout:           lockoutLimits,
		version:           value.Version(),
		candidate:         compileCandidate(t),
	}
	if module != nil {
		state.reads = readsOf(module.Reads())
	}
	if state.conditions, err = conditions.New(t.Spec.Conditions, t.Spec.Timezone); err != nil {
		return nil, fmt.Errorf("conditions: %w", err)
	}
	if state.stepUps, err = roleStepUps(t.Spec.Roles); err != nil {
		return nil, err
	}
	if state.signals, err = newSignals(t.Spec.Signals); err != nil {
		return nil, err
	}
	for i := range t.Spec.Routes {
		r := &t.Spec.Routes[i]
		if state.routes[r.Name], err = compileRoute(t, r); err != nil {
			return nil, fmt.Errorf("route %s: %w", r.Name, err)
		}
	}
	return state, nil
}

func compileRoute(t *plane.Tenant, r *tenant.Route) (*routeState, error) {
	own, err := conditions.New(r.Conditions, t.Spec.Timezone)
	if err != nil {
		return nil, fmt.Errorf("conditions: %w", err)
	}
	bodies, err := newBodies(r)
	if err != nil {
		return nil, err
	}
	taken, err := newCredentials(t, r)
	if err != nil {
		return nil, err
	}
	demand, err := newStepUp(r.StepUp)
	if err != nil {
		return nil, err
	}
	return &routeState{
		spec:        r,
		credentials: taken,
		stepUp:      demand,
		input: policy.RouteInput{
			Name: r.Name, Classification: r.Classification, Anonymous: r.Anonymous, Permission: r.Permission, Protocol: r.Protocol,
		},
		bodies:        bodies,
		scan:          t.ScanPolicies[cmp.Or(r.ScanPolicy, t.Spec.ScanPolicy)],
		access:        newAccess(r),
		long:          isLong(r),
		maxStream:     maxStream(t, r),
		conditions:    own,
		ignoreThreats: threats(r.Conditions, t.Spec.Conditions) == "ignore",
	}, nil
}

// threats is what the first of conditions that says so makes of a match in a threat list.
func threats(list ...*tenant.Conditions) string {
	for _, c := range list {
		if c != nil && c.Threats != "" {
			return c.Threats
		}
	}
	return ""
}

// compileLimits checks again what the control plane checked: it may be older or newer (RATIONALE.md).
func compileLimits(declared []tenant.Quota) (map[string]limit, error) {
	limits := map[string]limit{}
	for _, q := range policy.EffectiveQuotas(declared) {
		if problems := q.Validate(); len(problems) > 0 {
			return nil, fmt.Errorf("quota %s: %s: %s", q.Name, problems[0].Path, problems[0].Reason)
		}
		var err error
		if limits[q.Name], err = parseLimit(q); err != nil {
			return nil, fmt.Errorf("quota %s: %w", q.Name, err)
		}
	}
	return limits, nil
}
