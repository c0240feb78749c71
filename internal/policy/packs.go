package policy

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/meshwarden/meshwarden/internal/reason"
)

// packs is the first stage: the embedded packs alone.
type packs struct {
	query *query
	reads readSet
}

var decisionRef = ast.MustParseRef("data.meshwarden.main.decision")

// compilePacks compiles the packs, which are the same for the whole life of the process, once.
var compilePacks = sync.OnceValues(func() (*packs, error) {
	parsed, err := parsePacks(func(path string) bool { return !isTest(path) })
	if err != nil {
		return nil, err
	}
	compiler, problems := compileModules(parsed, platformCapabilities())
	if len(problems) > 0 {
		return nil, newError(problems)
	}
	q, err := newQuery(compiler, decisionRef.String())
	if err != nil {
		return nil, err
	}
	reads := newReadSet(compiler, "", decisionRef)
	reads.shape.named = true
	return &packs{query: q, reads: reads}, nil
})

func (p *packs) readSet() *readSet { return &p.reads }

// Narrow answers the question; nothing was decided before.
func (p *packs) Narrow(ctx context.Context, in *Input, _ Decision) (Decision, error) {
	return p.decide(ctx, in.build(&p.reads.shape, nil), in.clock())
}

func (p *packs) decide(ctx context.Context, input ast.Value, now time.Time) (Decision, error) {
	result, err := p.query.run(ctx, input, now)
	if err != nil {
		return Decision{Reason: failureReason(err)}, fmt.Errorf("platform policy: %s: %w", decisionRef, err)
	}
	d, err := decodeDecision(result)
	if err != nil {
		return Decision{Reason: reason.PolicyError}, fmt.Errorf("platform policy: %w", err)
	}
	if !d.Allow {
		p.query.locate(ctx, input, now, &d)
	}
	return d, nil
}

// settled reports whether the packs denied before the platform owner's modules are asked, by the order of cases in
// policies/main.rego: modules see only requests that tenancy and conditions let in.
func (d *Decision) settled() bool {
	return !d.Allow && (d.Reason == reason.CredentialMissing || d.Rule == "tenancy" || d.Rule == "conditions")
}
