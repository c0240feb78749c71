// Package compare groups requests that two versions of the policies decide differently. It decides nothing and knows neither
// version.
package compare

import (
	"cmp"
	"slices"
	"strings"

	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// MaxGroups bounds the groups of a Table; requests of more are counted together in one without a route.
const MaxGroups = 1000

// Changes, the closed set of what a difference is.
const (
	NewlyDenied  = "newly_denied"
	NewlyAllowed = "newly_allowed"
	OtherReason  = "other_reason"
	// NotCompared is of requests that cannot be decided again for want of something that was not kept.
	NotCompared = "not_compared"
)

// Unknown is what a version of the policies needs to decide a request again and nobody has kept; empty when nothing is missing.
type Unknown string

// What may be missing, a closed set.
const (
	// Body is what its policies read of the request's body.
	Body Unknown = "body"
	// Calls are the tools or models that the request named: the route took no such calls then.
	Calls Unknown = "calls"
	// Redacted is a value that records leave out because it may be a credential's.
	Redacted Unknown = "redacted"
	// InputRules are rules for the input (validate, tool_arguments): bodies are not kept.
	InputRules Unknown = "input_rules"
	// Signals are what its `signals` would say of device and session.
	Signals Unknown = "signals"
)

// Difference is a group of requests that a candidate decides otherwise.
type Difference struct {
	Tenant string `json:"tenant"`
	Route  string `json:"route"`
	// Roles of the principals, sorted and joined by commas.
	Roles string `json:"roles"`
	// Was and Would are the reasons, allowed among them; Rule and Place are of the candidate's denial.
	Was   reason.Reason `json:"was"`
	Would reason.Reason `json:"would"`
	Rule  string        `json:"rule,omitempty"`
	Place string        `json:"place,omitempty"`
	// Unknown is why the requests were not compared; Would is empty then.
	Unknown Unknown `json:"unknown,omitempty"`
	// Requests is how many there are; Example is the id of the first, with its method and path.
	Requests int    `json:"requests"`
	Example  string `json:"example"`
	Method   string `json:"method"`
	Path     string `json:"path"`
}

// Change is NewlyDenied, NewlyAllowed, OtherReason for a request that is denied by both, or NotCompared.
func (d *Difference) Change() string {
	switch {
	case d.Unknown != "":
		return NotCompared
	case d.Was == reason.Allowed:
		return NewlyDenied
	case d.Would == reason.Allowed:
		return NewlyAllowed
	}
	return OtherReason
}

// Request is one request as it was decided.
type Request struct {
	Tenant, Route    string
	Roles            []string
	Was              reason.Reason
	ID, Method, Path string
}

// Was is what was decided, as far as another version is asked for it: what policies said, or that they would have allowed it to a
// principal that authenticates better. What denied requests after that is of other things than policies.
func Was(policies, decided reason.Reason) reason.Reason {
	if policies == reason.Allowed && decided == reason.StepUpRequired {
		return decided
	}
	return policies
}

// Table counts differences. The zero value is empty; it is not for concurrent use.
type Table struct {
	groups map[Difference]int
	list   []Difference
}

// Add counts a request that would be decided as d says, and returns the change.
func (t *Table) Add(r Request, d *policy.Decision) string {
	return t.add(r, Difference{Would: d.Reason, Rule: d.Place.Rule, Place: d.Place.String()})
}

// AddUnknown counts a request that cannot be compared, and returns that change.
func (t *Table) AddUnknown(r Request, why Unknown) string { return t.add(r, Difference{Unknown: why}) }

func (t *Table) add(r Request, group Difference) string {
	group.Tenant, group.Route, group.Roles, group.Was = r.Tenant, r.Route, strings.Join(slices.Sorted(slices.Values(r.Roles)), ","), r.Was
	change := group.Change()
	at, known := t.groups[group]
	if !known && len(t.list) >= MaxGroups-1 {
		group = Difference{Was: r.Was, Would: group.Would, Unknown: group.Unknown}
		at, known = t.groups[group]
	}
	if !known {
		at = len(t.list)
		if t.groups == nil {
			t.groups = map[Difference]int{}
		}
		t.groups[group] = at
		group.Example, group.Method, group.Path = r.ID, r.Method, r.Path
		t.list = append(t.list, group)
	}
	t.list[at].Requests++
	return change
}

// Differences are the groups by tenant, those with most requests first; the caller owns the slice, which is never nil.
func (t *Table) Differences() []Difference {
	list := append([]Difference{}, t.list...)
	slices.SortStableFunc(list, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(b.Requests, a.Requests))
	})
	return list
}
