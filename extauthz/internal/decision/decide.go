// Package decision decides one request: who is it, what do the policies say, does it stay within its tenant
// and its limits. It knows neither gRPC nor Envoy's messages, and nothing of where its state came from.
package decision

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/calls"
	"github.com/meshwarden/meshwarden/extauthz/internal/identity"
	"github.com/meshwarden/meshwarden/extauthz/internal/lockout"
	"github.com/meshwarden/meshwarden/extauthz/internal/quota"
	"github.com/meshwarden/meshwarden/extauthz/internal/request"
	"github.com/meshwarden/meshwarden/extauthz/internal/target"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// Context extensions that the control plane sets.
const (
	ExtensionTenant = "tenant"
	ExtensionRoute  = "route"
	// ExtensionTrustedHops is how many entries from the right of X-Forwarded-For, as ext_authz sees it, stand
	// before the client's; without it the peer's address is the client's.
	ExtensionTrustedHops = "trusted_hops"
	// ExtensionBody is the length of the longest body that Envoy sends whole on the route; without it Envoy sends none.
	ExtensionBody = "body"
	// ExtensionTrustedProxies are the certificates' names, with commas between, of proxies that are believed in
	// X-Forwarded-Client-Cert; without it Envoy keeps what clients write there from extauthz.
	ExtensionTrustedProxies = "trusted_proxies"
)

// Identifier verifies credentials; *identity.Verifier is one.
type Identifier interface {
	Identify(ctx context.Context, ix *identity.Index, hostTenant string, c identity.Credentials) (*identity.Identity, reason.Reason)
}

// Decider decides requests. It is safe for concurrent use.
type Decider struct {
	Identity Identifier
	Policies *policy.Cache
	Quotas   quota.Store
	// Revocations report whether they were read; nil means that there are none. Until they were, tokens are refused as
	// charges are while the store is away.
	Revocations interface{ Loaded() bool }
	// Lockouts know who is locked out; nil means nobody.
	Lockouts *lockout.Guard
	// Repeats refuses webhooks that were admitted before; nil refuses none.
	Repeats Repeats
	// Candidates is the cache of tenants' candidates.
	Candidates *policy.Cache
	// Threats are the platform's threat lists; nil means that there are none.
	Threats Threats
	// Now is the clock (default time.Now).
	Now func() time.Time
}

// Outcome is a decision with everything that the answer and the log say. The zero value denies.
type Outcome struct {
	Reason reason.Reason
	// Err is why no policy or store could decide; for the log only.
	Err error
	// Decision is the policies', and zero when it did not come to them.
	Decision policy.Decision
	// Policies is what tenancy and the policies said, empty when it did not come to them. Input validation, step-up of routes and
	// limits come after and may have denied what they allowed.
	Policies reason.Reason
	Quota    quota.Result
	// Unmetered says that the request was admitted although the quota store is away (on_store_failure: allow).
	Unmetered bool
	// Lifetime is how long an admitted request may go on at most, because its credential ends then; 0 leaves it to Envoy.
	Lifetime time.Duration
	// Scope is what the credential's scopes lack, when Reason is reason.ScopeInsufficient.
	Scope string
	// RetryAfter is how long somebody is locked out.
	RetryAfter time.Duration
	// Tenant, Route and Version are of the request's tenant as far as they are known.
	Tenant, Route, Version string
	// Identity is nil when no credential was verified.
	Identity *identity.Identity
	// Roles are those that count here: a grant's for principals of other tenants.
	Roles []string
	// Path is the raw path without the query.
	Path string
	// ScanPolicy is the hash of the scan policy document.
	ScanPolicy string
	// Explain says that the tenant's clients are told why they are denied.
	Explain bool

	asked asked
}

// Input is what the policies were asked about with all of its parts, whether they read them or not, for records and for other
// versions of the policies. It is nil when it did not come to them. It holds on to nothing of the request but strings, and must be
// called before the request's memory is used again.
func (o *Outcome) Input() *policy.Input {
	if o.Policies == "" {
		return nil
	}
	in := o.asked.input(o.Identity)
	in.Request.Headers = slices.Clone(in.Request.Headers)
	if !o.asked.fill(in, reads{segments: true, query: true, extensions: true}) {
		return nil
	}
	return in
}

// asked is one request on its way.
type asked struct {
	state   *State
	tenant  *tenantState
	route   *routeState
	request *request.Request
	target  target.Target
	ip      string
	now     time.Time
	threats Threats
	sent    sent
	proven  *proven
	// forged says that the sender's signature was none.
	forged bool
}

// Decide decides r in state, which may be nil. Nothing of r is kept but strings.
func (d *Decider) Decide(ctx context.Context, state *State, r *request.Request) Outcome {
	a := asked{state: state, request: r, now: r.Time, threats: d.Threats}
	if a.now.IsZero() {
		a.now = d.now()
	}
	var out Outcome
	out.Reason = a.locate(&out)
	out.asked = a
	if out.Reason != reason.Allowed {
		return out
	}
	if out.Reason = d.identify(ctx, &a, &out); out.Reason != reason.Allowed {
		return out
	}
	d.judge(ctx, &a, &out)
	if out.Reason == reason.Allowed {
		d.charge(ctx, &a, &out)
	}
	if out.Reason == reason.Allowed {
		d.expire(&a, &out)
	}
	if out.Reason == reason.Allowed {
		d.once(ctx, &a, &out)
	}
	return out
}

func (d *Decider) now() time.Time {
	if d.Now != nil {
		return d.Now()
	}
	return time.Now()
}

// locate finds the tenant and route that Envoy matched, and refuses requests that could be read in two ways.
func (a *asked) locate(out *Outcome) reason.Reason {
	if a.state == nil {
		return reason.NotReady
	}
	name := a.request.Extension(ExtensionTenant)
	if a.tenant = a.state.tenants[name]; a.tenant == nil {
		return reason.TenantUnknown
	}
	out.Tenant, out.Version, out.Explain = name, a.tenant.version, a.tenant.Spec.ExplainDenials
	if a.request.Malformed || !token(a.request.Method) {
		return reason.RequestMalformed
	}
	var why reason.Reason
	if a.target, why = target.Parse(a.request.Method, a.request.Target); why != reason.Allowed {
		return why
	}
	out.Path = a.target.Path
	if a.route = a.tenant.routes[a.request.Extension(ExtensionRoute)]; a.route == nil {
		return reason.RouteUnknown
	}
	out.Route = a.route.input.Name
	a.ip = clientIP(a.request)
	a.cutBody()
	return reason.Allowed
}

// judge enforces tenancy and then asks the policies, who cannot undo it.
func (d *Decider) judge(ctx context.Context, a *asked, out *Outcome) {
	in := a.input(out.Identity)
	out.Roles = in.Identity.Roles
	if a.foreign(out.Identity) {
		out.Roles = in.Identity.Granted
	}
	out.Reason = tenancy(a.tenant.Name, &in.Route, &in.Identity)
	if out.Reason != reason.Allowed {
		out.Policies, out.Decision.Rule = out.Reason, "tenancy"
		return
	}
	needs := a.state.reads.or(a.tenant.reads)
	if refused := a.read(needs.body); refused != nil {
		out.refuse(refused)
		return
	}
	// The body itself is not kept.
	out.asked.sent = sent{models: a.sent.models, tools: calls.Tools{Methods: a.sent.tools.Methods, Names: a.sent.tools.Names}}
	if !a.fill(in, needs) {
		out.Reason = reason.RequestMalformed
		return
	}
	out.Decision, out.Err = d.Policies.Decide(ctx, a.state.platform, a.tenant.module, in)
	out.Reason, out.Policies = out.Decision.Reason, out.Decision.Reason
	switch {
	case out.Decision.Allow != (out.Reason == reason.Allowed), !out.Reason.Known():
		out.Reason = reason.PolicyError
	case out.Err != nil && out.Reason == reason.Allowed:
		out.Reason = reason.PolicyError
	case out.Reason == reason.ScopeInsufficient:
		out.Scope = wantedScope(in.Route.Accepts)
	}
	out.ScanPolicy = a.route.scan
	if name := out.Decision.Scan.Policy; name != "" {
		hash, known := a.tenant.ScanPolicies[name]
		if !known && out.Reason == reason.Allowed {
			out.Reason, out.Err = reason.PolicyError, fmt.Errorf("scan policy %q is not one of the tenant's", name)
		}
		out.ScanPolicy = hash
	}
	if out.Reason == reason.Allowed {
		a.step(out)
	}
	if out.Reason == reason.Allowed {
		if refused := a.validate(ctx); refused != nil {
			out.refuse(refused)
		}
	}
}

// tenancy is the last word on whose request this is. It reads only what Go code verified, so no policy can
// undo it, and it comes first, so that no tenant's module sees a stranger's claims (RATIONALE.md). host is the tenant that owns
// the host.
func tenancy(host string, route *policy.RouteInput, who *policy.IdentityInput) reason.Reason {
	switch {
	case who.Kind == policy.KindAnonymous:
		if route.Anonymous && route.Classification == "public" {
			return reason.Allowed
		}
		return reason.CredentialMissing
	case who.Tenant == host:
		return reason.Allowed
	case who.Tenant != "" && len(who.Granted) > 0:
		return reason.Allowed
	}
	return reason.TenantMismatch
}

// foreign reports whether who is a principal of another tenant.
func (a *asked) foreign(who *identity.Identity) bool {
	return who.Kind != policy.KindAnonymous && who.Tenant != a.tenant.Name
}

// input is what the policies are asked about, without the parts that fill adds.
func (a *asked) input(who *identity.Identity) *policy.Input {
	r := a.request
	in := &policy.Input{
		Request: policy.RequestInput{
			Method: r.Method, Scheme: r.Scheme, Host: host(r.Host),
			Path: a.target.Path, Headers: r.Headers, Size: r.Size,
		},
		Identity: who.IdentityInput,
		Source:   policy.SourceInput{IP: a.ip, Principal: r.Principal},
		Time:     a.now,
	}
	a.source(&in.Source, &in.Identity)
	a.tenant.describe(in, a.route, a.target.Segments)
	return in
}

// fill adds the parts of in that are costly to build; ok is false when the request cannot be shown to policies.
func (a *asked) fill(in *policy.Input, needs reads) (ok bool) {
	if needs.segments {
		in.Request.Segments = a.target.Segments()
	}
	if needs.extensions {
		in.Route.Extensions = make(map[string]string, len(a.request.Extensions))
		for _, e := range a.request.Extensions {
			in.Route.Extensions[e.Name] = e.Value
		}
	}
	if needs.query {
		if in.Request.Query, ok = a.target.Query(); !ok {
			return false
		}
	}
	return a.sent.show(in, needs) == nil
}

// charge charges all limits of an admitted request at once.
func (d *Decider) charge(ctx context.Context, a *asked, out *Outcome) {
	charges, err := a.charges(out)
	if err != nil {
		out.Reason, out.Err = reason.PolicyError, err
		return
	}
	if len(charges) == 0 {
		return
	}
	out.Quota, err = d.Quotas.Charge(ctx, a.tenant.Name, charges)
	switch {
	case errors.Is(err, quota.ErrUnavailable):
		out.Quota, out.Err = quota.Result{}, err
		if out.Unmetered = a.tenant.admitWithoutStore; !out.Unmetered {
			out.Reason = reason.StoreUnavailable
		}
	case err != nil:
		out.Quota, out.Err, out.Reason = quota.Result{}, err, reason.PolicyError
	case !out.Quota.Admitted:
		out.Reason = reason.QuotaExceeded
	}
}

func (a *asked) charges(out *Outcome) ([]quota.Charge, error) {
	d := &out.Decision
	if len(d.Quotas)+len(d.Limits) == 0 {
		return nil, nil
	}
	who := sharer{tenant: a.tenant.Name, route: a.route.input.Name, ip: a.ip, identity: out.Identity}
	charges := make([]quota.Charge, 0, len(d.Quotas)+len(d.Limits))
	add := func(l limit) {
		l.charge.Key = who.key(l.per)
		charges = append(charges, l.charge)
	}
	for _, name := range d.Quotas {
		l, ok := a.tenant.limits[name]
		if !ok {
			return nil, fmt.Errorf("quota %q is not one of the tenant's", name)
		}
		add(l)
	}
	for _, q := range d.Limits {
		l, err := parseLimit(q)
		if err != nil {
			return nil, fmt.Errorf("quota %q of the tenant's module: %w", q.Name, err)
		}
		add(l)
	}
	return charges, nil
}

// token reports whether method is a token of RFC 9110.
func token(method string) bool {
	for i := 0; i < len(method); i++ {
		if c := method[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return method != ""
}

// host is the host without its port and trailing dot, in lower case.
func host(authority string) string {
	if i := strings.LastIndexByte(authority, ':'); i >= 0 && !strings.HasSuffix(authority, "]") {
		authority = authority[:i]
	}
	return strings.ToLower(strings.TrimSuffix(authority, "."))
}

// clientIP is the address that Envoy takes for the client's. The peer's is believed when X-Forwarded-For is
// shorter than the trusted proxies make it, as Envoy does.
func clientIP(r *request.Request) string {
	hops, err := strconv.Atoi(r.Extension(ExtensionTrustedHops))
	if err != nil || hops < 0 {
		return r.Peer
	}
	entries := strings.Split(r.ForwardedFor, ",")
	slices.Reverse(entries)
	if hops >= len(entries) || entries[hops] == "" {
		return r.Peer
	}
	return strings.TrimSpace(entries[hops])
}
