package decision

import (
	"context"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// Candidate is a version of a tenant that runs beside the enforced one. Equal values are the same versions.
type Candidate struct {
	tenant   *tenantState
	platform *policy.Platform
	// cache is not that of enforced decisions: what nobody waits for must not push out what somebody does.
	cache *policy.Cache
}

// Candidate is that of the tenant that a request was decided for; ok is false when there is none, or when the request did not
// come to the policies.
func (d *Decider) Candidate(o *Outcome) (c Candidate, ok bool) {
	if o.Policies == "" || o.asked.tenant.candidate == nil {
		return Candidate{}, false
	}
	return Candidate{o.asked.tenant.candidate, o.asked.state.platform, d.Candidates}, true
}

// CandidateOf is the candidate that a state has of a tenant.
func (d *Decider) CandidateOf(s *State, tenant string) (c Candidate, ok bool) {
	if s == nil || s.tenants[tenant] == nil || s.tenants[tenant].candidate == nil {
		return Candidate{}, false
	}
	return Candidate{s.tenants[tenant].candidate, s.platform, d.Candidates}, true
}

// Tenant is its name.
func (c Candidate) Tenant() string { return c.tenant.Name }

// Ask decides what Outcome.Input was made of: the principal and the route are as they were found, no limits are charged.
func (c Candidate) Ask(ctx context.Context, in *policy.Input) (policy.Decision, error) {
	route := c.tenant.routes[in.Route.Name]
	if route == nil {
		return policy.Decision{Reason: reason.RouteUnknown}, nil
	}
	own := *in
	c.tenant.describe(&own, route, func() []string { return in.Request.Segments })
	if why := tenancy(c.tenant.Name, &own.Route, &own.Identity); why != reason.Allowed {
		return policy.Decision{Reason: why}, nil
	}
	return c.cache.Decide(ctx, c.platform, c.tenant.module, &own)
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
