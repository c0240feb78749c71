// Package policytest runs a configuration directory's Rego tests as `opa test` would: the packs', the
// platform's and each tenant's, compiled as they are in service. It decides no requests and prints only
// to the writer that it is given.
package policytest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/tester"

	"github.com/meshwarden/meshwarden/internal/policy"
)

// timeout bounds one test.
const timeout = 10 * time.Second

// Report is what running all tests of a directory came to.
type Report struct {
	// Results stand in the order of their files and lines.
	Results []*tester.Result
	// Problems are why modules, and so their tests, could not be compiled.
	Problems []policy.Problem
}

// Run runs the packs' tests and those below dir: policies/**/*_test.rego with the packs and the
// platform's modules, tenants/NAME/**/*_test.rego with that tenant's modules alone. An owner whose modules
// do not compile is a Problem and keeps nobody else's tests from running. The error is about dir itself.
func Run(ctx context.Context, dir string) (*Report, error) {
	sources, err := readSources(dir)
	if err != nil {
		return nil, err
	}
	var report Report
	packs, err := policy.PackSuite()
	report.run(ctx, packs, err)
	platform, err := policy.PlatformSuite(sources.platform)
	report.run(ctx, platform, err)
	for _, t := range sources.tenants {
		suite, err := policy.TenantSuite(t.name, t.modules)
		report.run(ctx, suite, err)
	}
	slices.SortStableFunc(report.Results, func(a, b *tester.Result) int {
		return cmp.Or(cmp.Compare(a.Location.File, b.Location.File), cmp.Compare(a.Location.Row, b.Location.Row))
	})
	return &report, ctx.Err()
}

// run adds the results of one suite, or why there are none.
func (r *Report) run(ctx context.Context, suite policy.Suite, err error) {
	if err == nil {
		err = r.test(ctx, suite)
	}
	if err == nil {
		return
	}
	var known *policy.Error
	if !errors.As(err, &known) {
		known = policy.AsError(err)
	}
	r.Problems = append(r.Problems, known.Problems...)
}

func (r *Report) test(ctx context.Context, suite policy.Suite) error {
	if len(suite.Modules) == 0 {
		return nil
	}
	results, err := tester.NewRunner().
		SetCompiler(ast.NewCompiler().WithCapabilities(suite.Capabilities).WithEnablePrintStatements(true)).
		SetModules(suite.Modules).
		// In service an error in a built-in denies; without this it would be undefined here.
		RaiseBuiltinErrors(true).
		EnableTracing(true).
		SetTimeout(timeout).
		RunTests(ctx, nil)
	if err != nil {
		return err
	}
	for result := range results {
		r.Results = append(r.Results, result)
	}
	return nil
}

// Err is nil when everything compiled and passed, and else says how much did not.
func (r *Report) Err() error {
	failed := 0
	for _, result := range r.Results {
		if !result.Pass() && !result.Skip {
			failed++
		}
	}
	switch {
	case len(r.Problems) > 0 && failed > 0:
		return fmt.Errorf("%s, and %s failed", count(len(r.Problems), "problem"), count(failed, "test"))
	case len(r.Problems) > 0:
		return errors.New(count(len(r.Problems), "problem"))
	case failed > 0:
		return fmt.Errorf("%s failed", count(failed, "test"))
	}
	return nil
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
