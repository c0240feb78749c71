package decision

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/compare"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// Again decides a recorded request of a tenant as this state would, from what the policies saw of it at a time: its credential is
// taken as verified and its route as matched, and no limits are charged. What is unknown says that the decision may be another one,
// but for compare.InputRules, which come after it. The error is why policies could not decide.
func (s *State) Again(ctx context.Context, tenant string, at time.Time, doc *policy.Document) (policy.Decision, compare.Unknown, error) {
	t, route, in, why := s.recast(tenant, at, doc)
	if why != reason.Allowed {
		return policy.Decision{Reason: why}, "", nil
	}
	d, err := doc.Question(&in).Decide(ctx, s.platform, t.module)
	d = t.demand(route, &in, d)
	unknown := t.unknown(s.reads, route, &in, doc.Input().Route.Protocol)
	if paths := slices.Concat(s.platform.Reads(), t.module.Reads()); unknown == "" && doc.Redacted(paths) {
		unknown = compare.Redacted
	}
	if unknown == "" && d.Allow && route.rulesInput() {
		unknown = compare.InputRules
	}
	return d, unknown, err
}

// recast is a recorded request as this state has it; another reason than Allowed is why it would not come to the policies.
func (s *State) recast(tenant string, at time.Time, doc *policy.Document) (*tenantState, *routeState, policy.Input, reason.Reason) {
	t := s.tenants[tenant]
	if t == nil {
		return nil, nil, policy.Input{}, reason.TenantUnknown
	}
	in := doc.Input()
	if !at.IsZero() {
		in.Time = at
	}
	route, why := t.recast(&in, doc.Segments)
	return t, route, in, why
}

// recast puts what this version makes of a decided request into in: the principal and the route's name are as they were found.
// Another reason than Allowed is why it would not come to the policies.
func (t *tenantState) recast(in *policy.Input, segments func() []string) (*routeState, reason.Reason) {
	route := t.routes[in.Route.Name]
	if route == nil {
		return nil, reason.RouteUnknown
	}
	if !route.credentials.take(in.Identity.Kind) {
		return nil, reason.CredentialNotAccepted
	}
	t.describe(in, route, segments)
	return route, tenancy(t.Name, &in.Route, &in.Identity)
}

// demand is a decision after the demands of the route and of roles for better authentication.
func (t *tenantState) demand(route *routeState, in *policy.Input, d policy.Decision) policy.Decision {
	roles := in.Identity.Roles
	if in.Identity.Kind != policy.KindAnonymous && in.Identity.Tenant != t.Name {
		roles = in.Identity.Granted
	}
	if wanted, unmet := t.unmet(route, roles, &in.Identity, in.Time); d.Allow && unmet {
		return challenged(wanted, d.Audit)
	}
	return d
}

// unknown is what of a decided request was not kept and can change what this version would decide. platform is what the platform's
// policies read, protocol that of the route as it was.
func (t *tenantState) unknown(platform reads, route *routeState, in *policy.Input, protocol string) compare.Unknown {
	switch needs := platform.or(t.reads); {
	case route.bodies.protocol != "" && route.bodies.protocol != protocol:
		return compare.Calls
	case (needs.body || needs.calls) && mayHaveBody(&in.Request):
		return compare.Body
	}
	return ""
}

// mayHaveBody reports whether a request had a body as far as its length tells: one without a length has none where methods do
// not expect any, unless it says that it comes in parts.
func mayHaveBody(r *policy.RequestInput) bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodDelete:
		return r.Size > 0 || headerOf(r, "transfer-encoding") != ""
	}
	return r.Size != 0
}

// rulesInput reports whether the route has rules for what policies admit.
func (r *routeState) rulesInput() bool {
	return r.spec.Validate != nil || len(r.spec.ToolArguments) > 0
}

// rulesInputAs reports whether another version of the route has the same rules.
func (r *routeState) rulesInputAs(other *routeState) bool {
	return other != nil && reflect.DeepEqual(r.spec.Validate, other.spec.Validate) && reflect.DeepEqual(r.spec.ToolArguments, other.spec.ToolArguments)
}

// Facts are the values of the rules that take part in a recorded request's decision; none when it would not come to the policies.
func (s *State) Facts(ctx context.Context, tenant string, at time.Time, doc *policy.Document) []policy.Fact {
	t, _, in, why := s.recast(tenant, at, doc)
	if why != reason.Allowed {
		return nil
	}
	return factsOf(ctx, doc.Question(&in), s.platform, t.module)
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
