package decision_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/extauthz/internal/decision"
	"github.com/meshwarden/meshwarden/extauthz/internal/quota"
	"github.com/meshwarden/meshwarden/extauthz/internal/request"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

func TestTheZeroOutcomeAdmitsNobody(t *testing.T) {
	t.Parallel()
	if (decision.Outcome{}).Reason == reason.Allowed {
		t.Error("it does")
	}
	d := decider(who{nil, reason.Allowed}, admitting())
	if got := d.Decide(t.Context(), build(t, nil, acme()), ask("GET", "api", "/")); got.Reason != reason.InternalError {
		t.Errorf("an identifier without an identity: %s", got.Reason)
	}
	if got := d.Decide(t.Context(), nil, ask("GET", "api", "/")); got.Reason != reason.NotReady {
		t.Errorf("without a state: %s", got.Reason)
	}
}

func TestTenancyHoldsWhateverThePoliciesSay(t *testing.T) {
	t.Parallel()
	// A module that says allow in every way that it can.
	tenant := acme()
	tenant.Modules = []plane.Module{{Path: "tenants/acme/open.rego", Source: `package tenant

allow := true

decision := {"allow": true, "reason": "allowed"}

deny contains "never" if false
`}}
	state := build(t, nil, tenant)
	for _, c := range []struct {
		name string
		who  who
		want reason.Reason
	}{
		{"own principal", principal("acme", "alice", "viewer"), reason.Allowed},
		{"stranger with all roles", principal("globex", "mallory", "admin", "editor", "viewer"), reason.TenantMismatch},
		{"stranger with a grant", principal("globex", "gus"), reason.Allowed},
		{"stranger of a tenant without a name", principal("", "gus", "admin"), reason.TenantMismatch},
		{"nobody", anonymous(), reason.CredentialMissing},
	} {
		if got := decider(c.who, admitting()).Decide(t.Context(), state, ask("GET", "api", "/")); got.Reason != c.want {
			t.Errorf("%s: %s, want %s", c.name, got.Reason, c.want)
		} else if c.want != reason.Allowed && got.Decision.Rule != "tenancy" {
			t.Errorf("%s: the policies were asked, and %q decided", c.name, got.Decision.Rule)
		}
	}
}

func TestAGrantGivesItsOwnRolesAndNoMore(t *testing.T) {
	t.Parallel()
	d := decider(principal("globex", "gus", "admin"), admitting())
	state := build(t, nil, acme())
	got := d.Decide(t.Context(), state, ask("GET", "api", "/"))
	if got.Reason != reason.Allowed || !slices.Equal(got.Roles, []string{"viewer"}) || got.Decision.Audit != policy.AuditFull {
		t.Errorf("%+v", got)
	}
	if got := d.Decide(t.Context(), state, ask("DELETE", "api", "/")); got.Reason != reason.PermissionDenied {
		t.Errorf("the role of its own tenant counts: %s", got.Reason)
	}
}

func TestAnonymousRequestsReachAnonymousRoutesOnly(t *testing.T) {
	t.Parallel()
	d, state := decider(anonymous(), admitting()), build(t, nil, acme())
	if got := d.Decide(t.Context(), state, ask("GET", "site", "/")); got.Reason != reason.Allowed {
		t.Errorf("site: %s", got.Reason)
	}
	if got := d.Decide(t.Context(), state, ask("GET", "api", "/")); got.Reason != reason.CredentialMissing {
		t.Errorf("api: %s", got.Reason)
	}
}

func TestLimitsAreKeyedByWhatSharesThem(t *testing.T) {
	t.Parallel()
	key := principal("acme", "robot", "viewer")
	key.identity.Kind, key.identity.KeyID = policy.KindAPIKey, "k-1"
	for _, c := range []struct {
		name string
		who  who
		peer string
		want []string
	}{
		{"token", principal("acme", "alice", "viewer"), "192.0.2.1", []string{"tenant", "subject:alice", "subject:alice", "ip:192.0.2.1", "route:site"}},
		{"API key", key, "2001:db8:1:2:3::4", []string{"tenant", "subject:robot", "key:k-1", "ip:2001:db8:1:2::/64", "route:site"}},
		{"stranger", principal("globex", "gus"), "::ffff:192.0.2.1", []string{"tenant", "foreign:globex/gus", "foreign:globex/gus", "ip:192.0.2.1", "route:site"}},
		{"nobody", anonymous(), "192.0.2.1", []string{"tenant", "ip:192.0.2.1", "ip:192.0.2.1", "ip:192.0.2.1", "route:site"}},
	} {
		s := admitting()
		r := ask("GET", "site", "/")
		r.Peer = c.peer
		if got := decider(c.who, s).Decide(t.Context(), build(t, nil, acme()), r); got.Reason != reason.Allowed {
			t.Fatalf("%s: %s %v", c.name, got.Reason, got.Err)
		}
		var keys []string
		for _, charge := range s.charges {
			keys = append(keys, charge.Key)
		}
		if !slices.Equal(keys, c.want) || s.calls != 1 {
			t.Errorf("%s: keys %q in %d calls, want %q", c.name, keys, s.calls, c.want)
		}
	}
}

func TestDeniedRequestsAreNotCharged(t *testing.T) {
	t.Parallel()
	s := admitting()
	decider(principal("acme", "alice", "viewer"), s).Decide(t.Context(), build(t, nil, acme()), ask("DELETE", "api", "/"))
	decider(principal("globex", "mallory"), s).Decide(t.Context(), build(t, nil, acme()), ask("GET", "api", "/"))
	if s.calls != 0 {
		t.Errorf("%v were charged", s.charges)
	}
}

func TestAsManyLimitsAsATenantMayHaveAreCharged(t *testing.T) {
	t.Parallel()
	crowded := acme()
	crowded.Spec.Quotas = nil
	for i := range 32 {
		crowded.Spec.Quotas = append(crowded.Spec.Quotas, tenant.Quota{Name: fmt.Sprintf("declared-%d", i), Algorithm: tenant.TokenBucket, Limit: 100, Refill: 1, Per: "tenant"})
	}
	crowded.Modules = []plane.Module{{Path: "tenants/acme/own.rego", Source: `package tenant

quotas[sprintf("added-%d", [i])] := {"algorithm": "token_bucket", "limit": 100, "refill": 1} if some i in numbers.range(1, 16)
`}}
	memory := quota.NewMemory(quota.Options{})
	got := decider(principal("acme", "alice", "viewer"), memory).Decide(t.Context(), build(t, nil, crowded), ask("GET", "api", "/"))
	if got.Reason != reason.Allowed || len(got.Quota.Statuses) != 48 {
		t.Errorf("%s, %v, %d limits", got.Reason, got.Err, len(got.Quota.Statuses))
	}
}

func TestTheTenantChoosesWhatAStoreFailureMeans(t *testing.T) {
	t.Parallel()
	away := &store{err: fmt.Errorf("charge: %w", quota.ErrUnavailable)}
	open := acme()
	open.Spec.OnStoreFailure = "allow"
	alice := principal("acme", "alice", "viewer")
	if got := decider(alice, away).Decide(t.Context(), build(t, nil, acme()), ask("GET", "api", "/")); got.Reason != reason.StoreUnavailable || got.Err == nil {
		t.Errorf("by default: %s, %v", got.Reason, got.Err)
	}
	got := decider(alice, away).Decide(t.Context(), build(t, nil, open), ask("GET", "api", "/"))
	if got.Reason != reason.Allowed || !got.Unmetered || len(got.Quota.Statuses) != 0 {
		t.Errorf("with allow: %+v", got)
	}
	broken := &store{err: errors.New("charge out of bounds")}
	if got := decider(alice, broken).Decide(t.Context(), build(t, nil, open), ask("GET", "api", "/")); got.Reason != reason.PolicyError {
		t.Errorf("an error that is no outage: %s", got.Reason)
	}
	full := &store{result: quota.Result{}}
	if got := decider(alice, full).Decide(t.Context(), build(t, nil, open), ask("GET", "api", "/")); got.Reason != reason.QuotaExceeded {
		t.Errorf("a refusal: %s", got.Reason)
	}
}

func TestTheRoutesScanPolicyStandsBeforeTheTenantsAndAModulesBeforeBoth(t *testing.T) {
	t.Parallel()
	alice := principal("acme", "alice", "viewer")
	for route, want := range map[string]string{"api": "aa", "chat": "bb"} {
		if got := decider(alice, admitting()).Decide(t.Context(), build(t, nil, acme()), ask("GET", route, "/")); got.ScanPolicy != want {
			t.Errorf("%s: %q, want %q", route, got.ScanPolicy, want)
		}
	}
	own := acme()
	own.Modules = []plane.Module{{Path: "tenants/acme/scan.rego", Source: "package tenant\n\nscan := {\"policy\": \"chat\"}\n"}}
	if got := decider(alice, admitting()).Decide(t.Context(), build(t, nil, own), ask("GET", "api", "/")); got.ScanPolicy != "bb" {
		t.Errorf("a module's: %q (%s, %v)", got.ScanPolicy, got.Reason, got.Err)
	}
}

func TestOnlyReadPartsOfTheRequestCanMakeItMalformed(t *testing.T) {
	t.Parallel()
	alice := principal("acme", "alice", "viewer")
	r := ask("GET", "api", "/?a=%zz")
	if got := decider(alice, admitting()).Decide(t.Context(), build(t, nil, acme()), r); got.Reason != reason.Allowed {
		t.Errorf("nobody reads the query: %s", got.Reason)
	}
	reads := acme()
	reads.Modules = []plane.Module{{Path: "tenants/acme/q.rego", Source: `package tenant

deny contains "no" if input.request.query.a[_] == "x y"

deny contains "segment" if input.request.segments[0] == "a b"
`}}
	state := build(t, nil, reads)
	for path, want := range map[string]reason.Reason{
		"/?a=%zz":    reason.RequestMalformed,
		"/?a=x%20y":  reason.PolicyDenied,
		"/?a=x":      reason.Allowed,
		"/a%20b?a=x": reason.PolicyDenied,
	} {
		if got := decider(alice, admitting()).Decide(t.Context(), state, ask("GET", "api", path)); got.Reason != want {
			t.Errorf("%s: %s, want %s (%v)", path, got.Reason, want, got.Err)
		}
	}
}

func TestTheClientsAddressIsFoundBehindTrustedProxies(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ hops, forwarded, want string }{
		{"", "203.0.113.9", "ip:192.0.2.1"},
		{"0", "6.6.6.6, 203.0.113.9", "ip:203.0.113.9"},
		{"1", "6.6.6.6, 203.0.113.9, 10.0.0.1", "ip:203.0.113.9"},
		{"5", "203.0.113.9", "ip:192.0.2.1"},
		{"-1", "203.0.113.9", "ip:192.0.2.1"},
		{"x", "203.0.113.9", "ip:192.0.2.1"},
	} {
		r, s := ask("GET", "api", "/"), admitting()
		r.ForwardedFor = c.forwarded
		r.Extensions = append(r.Extensions, request.Extension{Name: decision.ExtensionTrustedHops, Value: c.hops})
		decider(principal("acme", "alice", "viewer"), s).Decide(t.Context(), build(t, nil, acme()), r)
		if !slices.ContainsFunc(s.charges, func(q quota.Charge) bool { return q.Key == c.want }) {
			t.Errorf("hops %q of %q: %v has no %s", c.hops, c.forwarded, s.charges, c.want)
		}
	}
}

func TestWhatNeedsNoPolicyIsRefusedBeforeOne(t *testing.T) {
	t.Parallel()
	malformed := ask("GET", "api", "/")
	malformed.Malformed = true
	for name, c := range map[string]struct {
		request *request.Request
		want    reason.Reason
	}{
		"unknown tenant": {&request.Request{Method: "GET", Target: "/"}, reason.TenantUnknown},
		"unknown route":  {ask("GET", "nowhere", "/"), reason.RouteUnknown},
		"bad path first": {ask("GET", "nowhere", "//x"), reason.PathAmbiguous},
		"bad method":     {ask("GET\r\n", "api", "/"), reason.RequestMalformed},
		"no method":      {ask("", "api", "/"), reason.RequestMalformed},
		"malformed":      {malformed, reason.RequestMalformed},
		"too long":       {ask("GET", "api", strings.Repeat("/a", 2000)), reason.RequestMalformed},
	} {
		if got := decider(anonymous(), admitting()).Decide(t.Context(), build(t, nil, acme()), c.request); got.Reason != c.want {
			t.Errorf("%s: %s, want %s", name, got.Reason, c.want)
		}
	}
}
