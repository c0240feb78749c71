package extauthz

import (
	"context"
	"fmt"
	"slices"

	"github.com/meshwarden/meshwarden/extauthz/internal/compare"
	"github.com/meshwarden/meshwarden/extauthz/internal/decision"
	"github.com/meshwarden/meshwarden/extauthz/internal/identity"
	"github.com/meshwarden/meshwarden/extauthz/internal/quota"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// Explanation says what would be decided about a request and why.
type Explanation struct {
	Method  string `json:"method"`
	URL     string `json:"url"`
	Tenant  string `json:"tenant"`
	Version string `json:"policy_version,omitempty"`
	Route   string `json:"route,omitempty"`
	// Classification of the route.
	Classification string   `json:"classification,omitempty"`
	Kind           string   `json:"credential,omitempty"`
	Subject        string   `json:"subject,omitempty"`
	SubjectTenant  string   `json:"subject_tenant,omitempty"`
	Roles          []string `json:"roles,omitempty"`

	Allow   bool          `json:"allow"`
	Reason  reason.Reason `json:"reason"`
	Status  int           `json:"status"`
	Message string        `json:"message,omitempty"`
	// Rule and Place are the policies' rule that denied, Source its text.
	Rule   string `json:"rule,omitempty"`
	Place  string `json:"place,omitempty"`
	Source string `json:"source,omitempty"`
	// Error is why nothing could be decided.
	Error string `json:"error,omitempty"`
	// Unknown is what a record does not hold and the decision may depend on: body, calls, redacted or input_rules.
	Unknown compare.Unknown `json:"unknown,omitempty"`

	Facts  []policy.Fact `json:"facts,omitempty"`
	Quotas []string      `json:"quotas,omitempty"`
	Scan   string        `json:"scan_policy,omitempty"`
	Mode   string        `json:"scan_mode,omitempty"`
}

// Explain decides a typed request. An error means that it is none; whatever the server would answer is in the explanation.
func (c *Candidate) Explain(ctx context.Context, typed TypedRequest) (*Explanation, error) {
	r, err := c.read(&typed)
	if err != nil {
		return nil, err
	}
	decider := decision.Decider{Policies: policy.NewCache(0), Quotas: uncounted{}}
	if typed.Identity != nil {
		who := &identity.Identity{IdentityInput: *typed.Identity}
		if who.Tenant == "" {
			who.Tenant = r.Extension(decision.ExtensionTenant)
		}
		decider.Identity = verified{who}
	} else {
		verifier := identity.NewVerifier(identity.Options{})
		defer verifier.Close()
		decider.Identity = verifier
	}
	out := decider.Decide(ctx, c.state, r)
	e := &Explanation{Method: r.Method, URL: typed.URL}
	c.describe(e, &out)
	e.Facts = out.Facts(ctx)
	return e, nil
}

// ExplainRecord decides again what a record of the decision log holds.
func (c *Candidate) ExplainRecord(ctx context.Context, line *Line) (*Explanation, error) {
	if line.Input == nil {
		return nil, fmt.Errorf("request %s was denied before policies saw it: %s", line.RequestID, line.Reason)
	}
	d, unknown, err := c.state.Again(ctx, line.Tenant, line.Time, line.Input)
	who := line.Input.Principal()
	e := &Explanation{
		Method: line.Method, URL: line.Path, Tenant: line.Tenant, Route: line.Route,
		Kind: who.Kind, Subject: who.Subject, SubjectTenant: who.Tenant, Roles: who.Roles, Unknown: unknown,
	}
	if err != nil {
		e.Error = err.Error()
	}
	c.decided(e, d.Reason, &d)
	e.Facts = c.state.Facts(ctx, line.Tenant, line.Time, line.Input)
	return e, nil
}

func (c *Candidate) describe(e *Explanation, out *decision.Outcome) {
	e.Tenant, e.Version, e.Route = out.Tenant, out.Version, out.Route
	if who := out.Identity; who != nil {
		e.Kind, e.Subject, e.SubjectTenant, e.Roles = who.Kind, who.Subject, who.Tenant, out.Roles
	}
	if out.Err != nil {
		e.Error = out.Err.Error()
	}
	c.decided(e, out.Reason, &out.Decision)
}

// decided tells a decision; why may be another reason than the policies'.
func (c *Candidate) decided(e *Explanation, why reason.Reason, d *policy.Decision) {
	e.Allow, e.Reason, e.Status = why == reason.Allowed, why, 200
	if !e.Allow {
		e.Status, e.Message = why.Answer().Status, why.Answer().Message
	}
	if d.Reason == why && !e.Allow {
		if d.Status != 0 {
			e.Status = d.Status
		}
		if d.Message != "" {
			e.Message = d.Message
		}
		e.Rule, e.Place = d.Place.Rule, d.Place.String()
		e.Source = c.source(e.Tenant, d.Place)
	}
	if t := c.snapshot.Tenants[e.Tenant]; t != nil {
		for i := range t.Spec.Routes {
			if route := &t.Spec.Routes[i]; route.Name == e.Route {
				e.Classification, e.Scan = route.Classification, route.ScanPolicy
				if e.Scan == "" {
					e.Scan = t.Spec.ScanPolicy
				}
			}
		}
	}
	if !e.Allow {
		e.Scan = ""
		return
	}
	if d.Scan.Policy != "" {
		e.Scan = d.Scan.Policy
	}
	e.Mode = d.Scan.Mode
	e.Quotas = slices.Clone(d.Quotas)
	for _, limit := range d.Limits {
		e.Quotas = append(e.Quotas, limit.Name)
	}
}

// verified answers with a principal that was described, not presented.
type verified struct{ who *identity.Identity }

func (v verified) Identify(context.Context, *identity.Index, string, identity.Credentials) (*identity.Identity, reason.Reason) {
	return v.who, reason.Allowed
}

// uncounted admits every charge and counts none.
type uncounted struct{}

func (uncounted) Charge(context.Context, string, []quota.Charge) (quota.Result, error) {
	return quota.Result{Admitted: true}, nil
}

func (uncounted) Close() error { return nil }
