package extauthz

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/meshwarden/meshwarden/extauthz/internal/decisionlog"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// Line is one record of a decision log.
type Line = decisionlog.Line

// maxLine bounds one record; the claims of a token are most of it.
const maxLine = 4 << 20

// ReadRecords calls visit with each record of a decision log, in order, until visit fails. Errors name the line.
func ReadRecords(in io.Reader, visit func(*Line) error) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 0, 64<<10), maxLine)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var line Line
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return fmt.Errorf("line %d is no record of a decision log: %w", n, err)
		}
		if err := visit(&line); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read records: %w", err)
	}
	return nil
}

// Difference is a group of recorded requests that a candidate decides otherwise.
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

// Change is newly_denied, newly_allowed, or other_reason for a request that is denied by both.
func (d *Difference) Change() string {
	switch {
	case d.Was == reason.Allowed:
		return "newly_denied"
	case d.Would == reason.Allowed:
		return "newly_allowed"
	}
	return "other_reason"
}

// Replay is what a candidate makes of a decision log.
type Replay struct {
	// Records is how many were read; Skipped those without an input, which were decided before policies saw them, or by a limit.
	Records int `json:"records"`
	Skipped int `json:"skipped"`
	Same    int `json:"same"`
	// Errors is how many the candidate could not decide; the first error of each kind of request stands in Differences.
	Errors      int          `json:"errors"`
	Differences []Difference `json:"differences"`
}

// Changed is how many records the candidate decides otherwise.
func (r *Replay) Changed() (n int) {
	for i := range r.Differences {
		n += r.Differences[i].Requests
	}
	return n
}

// maxDifferences bounds the groups of a replay; requests of more groups are counted in the last.
const maxDifferences = 10_000

// Replay puts the records of a decision log to the candidate.
func (c *Candidate) Replay(ctx context.Context, in io.Reader) (*Replay, error) {
	replay := &Replay{Differences: []Difference{}}
	groups := map[Difference]int{}
	err := ReadRecords(in, func(line *Line) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		replay.Records++
		if line.Input == nil || !decidedByPolicies(line.Reason) {
			replay.Skipped++
			return nil
		}
		d, err := c.state.Again(ctx, line.Tenant, line.Input)
		if err != nil {
			replay.Errors++
		}
		if d.Reason == line.Reason {
			replay.Same++
			return nil
		}
		roles := slices.Sorted(slices.Values(line.Input.Principal().Roles))
		replay.add(groups, Difference{
			Tenant: line.Tenant, Route: line.Route, Roles: strings.Join(roles, ","),
			Was: line.Reason, Would: d.Reason, Rule: d.Place.Rule, Place: d.Place.String(),
		}, line)
		return nil
	})
	slices.SortStableFunc(replay.Differences, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(b.Requests, a.Requests))
	})
	return replay, err
}

func (r *Replay) add(groups map[Difference]int, group Difference, line *Line) {
	at, known := groups[group]
	switch {
	case !known && len(r.Differences) < maxDifferences:
		at = len(r.Differences)
		groups[group] = at
		group.Example, group.Method, group.Path = line.RequestID, line.Method, line.Path
		r.Differences = append(r.Differences, group)
	case !known:
		at = maxDifferences - 1
	}
	r.Differences[at].Requests++
}

// decidedByPolicies reports whether a recorded reason is the policies': limits and stores are no part of a replay.
func decidedByPolicies(r reason.Reason) bool {
	switch r {
	case reason.QuotaExceeded, reason.StoreUnavailable, reason.PolicyTimeout, reason.NotReady, reason.InternalError:
		return false
	}
	return true
}
