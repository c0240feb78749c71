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
	// Requests is how many there are; Example is the id of the first, with its method and path.
	Requests int    `json:"requests"`
	Example  string `json:"example"`
	Method   string `json:"method"`
	Path     string `json:"path"`
}

// Change is NewlyDenied, NewlyAllowed, or OtherReason for a request that is denied by both.
func (d *Difference) Change() string {
	switch {
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

// Table counts differences. The zero value is empty; it is not for concurrent use.
type Table struct {
	groups map[Difference]int
	list   []Difference
}

// Add counts a request that would be decided as d says, and returns the change.
func (t *Table) Add(r Request, d *policy.Decision) string {
	group := Difference{
		Tenant: r.Tenant, Route: r.Route, Roles: strings.Join(slices.Sorted(slices.Values(r.Roles)), ","),
		Was: r.Was, Would: d.Reason, Rule: d.Place.Rule, Place: d.Place.String(),
	}
	change := group.Change()
	at, known := t.groups[group]
	if !known && len(t.list) >= MaxGroups-1 {
		group = Difference{Was: r.Was, Would: d.Reason}
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
