package decision

import (
	"context"
	"reflect"

	"github.com/meshwarden/meshwarden/extauthz/internal/compare"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// Candidate is a version of a tenant that runs beside the enforced one. Equal values are the same versions.
type Candidate struct {
	tenant, enforced *tenantState
	platform         *policy.Platform
	// reads are the platform's.
	reads reads
	// cache is not that of enforced decisions: what nobody waits for must not push out what somebody does.
	cache *policy.Cache
}

// Candidate is that of the tenant that a request was decided for; ok is false when there is none, or when the request did not
// come to the policies.
func (d *Decider) Candidate(o *Outcome) (c Candidate, ok bool) {
	if o.Policies == "" || o.asked.tenant.candidate == nil {
		return Candidate{}, false
	}
	return d.candidate(o.asked.state, o.asked.tenant), true
}

// CandidateOf is the candidate that a state has of a tenant.
func (d *Decider) CandidateOf(s *State, tenant string) (c Candidate, ok bool) {
	if s == nil || s.tenants[tenant] == nil || s.tenants[tenant].candidate == nil {
		return Candidate{}, false
	}
	return d.candidate(s, s.tenants[tenant]), true
}

func (d *Decider) candidate(s *State, enforced *tenantState) Candidate {
	return Candidate{enforced.candidate, enforced, s.platform, s.reads, d.Candidates}
}

// Tenant is its name.
func (c Candidate) Tenant() string { return c.tenant.Name }

// Ask decides what Outcome.Input was made of: the principal and the route are as they were found, no limits are charged. What is
// unknown says that the decision may be another one.
func (c Candidate) Ask(ctx context.Context, in *policy.Input) (policy.Decision, compare.Unknown, error) {
	own := *in
	route, why := c.tenant.recast(&own, func() []string { return in.Request.Segments })
	if why != reason.Allowed {
		return policy.Decision{Reason: why}, "", nil
	}
	d, err := c.cache.Decide(ctx, c.platform, c.tenant.module, &own)
	d = c.tenant.demand(route, &own, d)
	unknown := c.tenant.unknown(c.reads, route, &own, in.Route.Protocol)
	switch {
	case unknown != "":
	case d.Allow && !route.rulesInputAs(c.enforced.routes[in.Route.Name]):
		unknown = compare.InputRules
	case !reflect.DeepEqual(c.tenant.Spec.Signals, c.enforced.Spec.Signals):
		unknown = compare.Signals
	}
	return d, unknown, err
}

// compileCandidate compiles a tenant's candidate; nil when it has none or when it is refused, which is for the control plane to say.
func compileCandidate(t *plane.Tenant) *tenantState {
	if t.Candidate == nil {
		return nil
	}
	compiled, err := compileTenant(&plane.Tenant{
		Name: t.Name, Spec: t.Candidate.Spec, Modules: t.Candidate.Modules, ScanPolicies: t.Candidate.ScanPolicies,
	})
	if err != nil {
		return nil
	}
	return compiled
}
