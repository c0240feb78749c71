package policytest

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/open-policy-agent/opa/v1/tester"
)

// WriteText prints the report as `opa test` does: tests that did not pass with their place, all of them and
// the traces of those that failed when verbose, and a summary. Problems come first.
func (r *Report) WriteText(w io.Writer, verbose bool) error {
	for _, p := range r.Problems {
		if _, err := fmt.Fprintln(w, p); err != nil {
			return err
		}
	}
	results := make(chan *tester.Result, len(r.Results))
	for _, result := range r.Results {
		results <- result
	}
	close(results)
	return tester.PrettyReporter{Output: w, Verbose: verbose, FailureLine: true}.Report(results)
}

// jsonReport is the report as a document.
type jsonReport struct {
	Passed   int           `json:"passed"`
	Failed   int           `json:"failed"`
	Skipped  int           `json:"skipped"`
	Problems []jsonProblem `json:"problems"`
	Results  []jsonResult  `json:"results"`
}

type jsonProblem struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Reason string `json:"reason"`
}

type jsonResult struct {
	File    string  `json:"file"`
	Line    int     `json:"line"`
	Package string  `json:"package"`
	Name    string  `json:"name"`
	Outcome string  `json:"outcome"`
	Error   string  `json:"error,omitempty"`
	Seconds float64 `json:"seconds"`
	Output  string  `json:"output,omitempty"`
}

// WriteJSON prints the report as one JSON document. Outcomes are pass, fail, error and skip.
func (r *Report) WriteJSON(w io.Writer) error {
	document := jsonReport{Problems: []jsonProblem{}, Results: []jsonResult{}}
	for _, p := range r.Problems {
		document.Problems = append(document.Problems, jsonProblem(p))
	}
	for _, result := range r.Results {
		j := jsonResult{
			File: result.Location.File, Line: result.Location.Row, Package: result.Package, Name: result.Name,
			Seconds: result.Duration.Seconds(), Output: string(result.Output),
		}
		switch {
		case result.Skip:
			j.Outcome = "skip"
			document.Skipped++
		case result.Error != nil:
			j.Outcome, j.Error = "error", result.Error.Error()
			document.Failed++
		case result.Fail:
			j.Outcome = "fail"
			document.Failed++
		default:
			j.Outcome = "pass"
			document.Passed++
		}
		document.Results = append(document.Results, j)
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(document)
}
