package policy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/metrics"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/meshwarden/meshwarden/internal/reason"
)

// MaxEvaluation bounds one evaluation whose context has no earlier deadline.
const MaxEvaluation = time.Second

// resultVar is the query's one output.
const resultVar = ast.Var("result")

// query is one compiled query. It is immutable and safe for concurrent use.
type query struct {
	compiler *ast.Compiler
	rewriter ast.QueryCompiler
	body     ast.Body
}

// newQuery compiles expression, whose value is bound to resultVar.
func newQuery(compiler *ast.Compiler, expression string) (*query, error) {
	body, err := ast.ParseBodyWithOpts(string(resultVar)+" = "+expression, ast.ParserOptions{RegoVersion: ast.RegoV1})
	if err != nil {
		return nil, fmt.Errorf("parse query: %w", err)
	}
	rewriter := compiler.QueryCompiler()
	if body, err = rewriter.Compile(body); err != nil {
		return nil, fmt.Errorf("compile query: %w", err)
	}
	return &query{compiler: compiler, rewriter: rewriter, body: body}, nil
}

// clock is the time that evaluation sees: input.time, so that time.now_ns is in the cache key too.
func (in *Input) clock() time.Time { return time.Unix(0, nanoseconds(in.minute())) }

// errUndefined is the error of a query without a result.
var errUndefined = errors.New("undefined")

// run evaluates the query. topdown is used directly because rego.PreparedEvalQuery opens a transaction, collects metrics and
// converts the result to JSON types on every evaluation (RATIONALE.md).
func (q *query) run(ctx context.Context, input ast.Value, now time.Time) (result ast.Value, err error) {
	return q.evaluate(ctx, q.prepare(input, now))
}

// prepare is an evaluation that was not begun.
func (q *query) prepare(input ast.Value, now time.Time) *topdown.Query {
	return topdown.NewQuery(q.body).
		WithQueryCompiler(q.rewriter).
		WithCompiler(q.compiler).
		WithStore(noDocuments{}).
		WithTransaction(nothing{}).
		WithInput(ast.NewTerm(input)).
		WithTime(now).
		WithMetrics(metrics.NoOp()).
		WithIndexing(true).
		WithEarlyExit(true).
		// Without this an error in a built-in makes a deny rule undefined, which would admit the request.
		WithStrictBuiltinErrors(true)
}

func (q *query) evaluate(ctx context.Context, prepared *topdown.Query) (result ast.Value, err error) {
	defer recovered(&err)
	err = prepared.WithCancel(newDeadline(ctx)).Iter(ctx, func(r topdown.QueryResult) error {
		if result != nil {
			return errors.New("more than one result")
		}
		result = r[resultVar].Value
		return nil
	})
	if err == nil && result == nil {
		err = errUndefined
	}
	return result, err
}

// failureReason tells an evaluation that ran out of time from one that failed.
func failureReason(err error) reason.Reason {
	if topdown.IsCancel(err) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return reason.PolicyTimeout
	}
	return reason.PolicyError
}

// deadline is a topdown.Cancel that looks at the clock itself, so that an evaluation needs neither a
// goroutine nor a timer. topdown asks it before every expression, and long built-ins in their loops.
type deadline struct {
	done    <-chan struct{}
	at      time.Time
	calls   uint
	expired bool
}

// checkEvery is how many questions pass between two looks at the clock; a power of two. A look costs
// about 50 ns, an expression 300 ns and more.
const checkEvery = 8

func newDeadline(ctx context.Context) *deadline {
	at := time.Now().Add(MaxEvaluation)
	if d, ok := ctx.Deadline(); ok && d.Before(at) {
		at = d
	}
	return &deadline{done: ctx.Done(), at: at}
}

// Cancel ends the evaluation at its next expression.
func (d *deadline) Cancel() { d.expired = true }

// Cancelled reports whether the evaluation should end.
func (d *deadline) Cancelled() bool {
	if d.expired {
		return true
	}
	d.calls++
	if d.calls%checkEvery != 1 {
		return false
	}
	select {
	case <-d.done:
		d.expired = true
	default:
		d.expired = !time.Now().Before(d.at)
	}
	return d.expired
}
