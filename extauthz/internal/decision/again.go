package decision

import (
	"context"

	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// Again decides a recorded request of a tenant as this state would, from what the policies saw of it: its credential is taken as
// verified and its route as matched, and no limits are charged. The error is why policies could not decide.
func (s *State) Again(ctx context.Context, tenant string, doc *policy.Document) (policy.Decision, error) {
	q, module, why := s.question(tenant, doc)
	if why != reason.Allowed {
		return policy.Decision{Reason: why}, nil
	}
	return q.Decide(ctx, s.platform, module)
}

// question is what the policies of this state would be asked about a recorded request; another reason than Allowed is why it
// would not come to them.
func (s *State) question(tenant string, doc *policy.Document) (policy.Question, *policy.TenantModule, reason.Reason) {
	t := s.tenants[tenant]
	if t == nil {
		return policy.Question{}, nil, reason.TenantUnknown
	}
	route := t.routes[doc.Route()]
	if route == nil {
		return policy.Question{}, nil, reason.RouteUnknown
	}
	who := doc.Principal()
	who.Granted = t.granted(&who, doc.Time())
	facts := route.input
	route.access.describe(&facts, doc.Method(), doc.Segments, &who, who.Tenant == tenant)
	return doc.Question(t.value, facts, who.Granted), t.module, tenancy(tenant, &route.input, &who)
}

// Facts are the values of the rules that take part in a recorded request's decision; none when it would not come to the policies.
func (s *State) Facts(ctx context.Context, tenant string, doc *policy.Document) []policy.Fact {
	q, module, why := s.question(tenant, doc)
	if why != reason.Allowed {
		return nil
	}
	return factsOf(ctx, q, s.platform, module)
}

// Facts are the values of the rules that took part in a decision; none when it did not come to the policies.
func (o *Outcome) Facts(ctx context.Context) []policy.Fact {
	in := o.Input()
	if in == nil {
		return nil
	}
	return factsOf(ctx, in.Question(), o.asked.state.platform, o.asked.tenant.module)
}

// factsOf are the facts of the platform, and of the tenant when it comes to that.
func factsOf(ctx context.Context, q policy.Question, platform *policy.Platform, module *policy.TenantModule) []policy.Fact {
	facts := q.Facts(ctx, platform)
	if first, err := q.Decide(ctx, platform, nil); err == nil && first.Allow {
		facts = append(facts, q.TenantFacts(ctx, module, first)...)
	}
	return facts
}
