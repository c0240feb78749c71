package extauthz

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/meshwarden/meshwarden/extauthz/internal/compare"
	"github.com/meshwarden/meshwarden/extauthz/internal/decisionlog"
	"github.com/meshwarden/meshwarden/extauthz/internal/shadow"
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

// Difference is a group of requests that a candidate decides otherwise.
type Difference = compare.Difference

// ShadowReport is what a tenant's candidate made of the requests of a running server (GET /shadow on its admin address).
type ShadowReport = shadow.Report

// Replay is what a candidate makes of a decision log.
type Replay struct {
	// Records is how many were read; Skipped those that were decided before policies saw them. What denied
	// requests after them (limits, validation of the input) is no part of a replay, but step-up of routes and roles is.
	Records int `json:"records"`
	Skipped int `json:"skipped"`
	Same    int `json:"same"`
	// Errors is how many the candidate could not decide.
	Errors int `json:"errors"`
	// NotCompared is how many might be decided otherwise with what records do not hold: they are among the differences, with what is
	// unknown of them.
	NotCompared int `json:"not_compared"`
	// Unvalidated is how many, among the others, would then come to rules of their routes for the input, which bodies are needed for.
	Unvalidated int          `json:"unvalidated"`
	Differences []Difference `json:"differences"`
}

// Changed is how many records the candidate decides otherwise.
func (r *Replay) Changed() (n int) {
	for i := range r.Differences {
		if r.Differences[i].Unknown == "" {
			n += r.Differences[i].Requests
		}
	}
	return n
}

// Replay puts the records of a decision log to the candidate.
func (c *Candidate) Replay(ctx context.Context, in io.Reader) (*Replay, error) {
	replay := &Replay{}
	var table compare.Table
	err := ReadRecords(in, func(line *Line) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		replay.Records++
		if line.Input == nil {
			replay.Skipped++
			return nil
		}
		d, unknown, err := c.state.Again(ctx, line.Tenant, line.Time, line.Input)
		r := compare.Request{
			Tenant: line.Tenant, Route: line.Route, Roles: line.Input.Principal().Roles, Was: compare.Was(line.Policies, line.Reason),
			ID: line.RequestID, Method: line.Method, Path: line.Path,
		}
		if unknown == compare.InputRules {
			replay.Unvalidated++
			unknown = ""
		}
		switch {
		case unknown != "":
			replay.NotCompared++
			table.AddUnknown(r, unknown)
			return nil
		case err != nil:
			replay.Errors++
		}
		if d.Reason == r.Was {
			replay.Same++
		} else {
			table.Add(r, &d)
		}
		return nil
	})
	replay.Differences = table.Differences()
	return replay, err
}
