package policy

import (
	"context"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/internal/reason"
)

func TestADenialWithoutTimeToFindItsRuleSaysSo(t *testing.T) {
	t.Parallel()
	p, err := compilePacks()
	if err != nil {
		t.Fatal(err)
	}
	in := &Input{Identity: IdentityInput{Kind: KindAnonymous}}
	ended, end := context.WithCancel(t.Context())
	end()
	for ctx, unplaced := range map[context.Context]bool{t.Context(): false, ended: true} {
		d := Decision{Reason: reason.CredentialMissing}
		p.query.locate(ctx, in.build(&p.reads.shape, nil), time.Unix(0, 0), &d)
		if d.Unplaced != unplaced || (d.Place == Place{}) != unplaced {
			t.Errorf("%+v, want unplaced %t", d, unplaced)
		}
	}
}

// answering is a stage with one answer, which counts how often it is asked for.
type answering struct {
	reads  readSet
	answer Decision
	asked  int
}

func (a *answering) readSet() *readSet { return &a.reads }
func (a *answering) Narrow(context.Context, *Input, Decision) (Decision, error) {
	a.asked++
	return a.answer, nil
}

func TestADenialWithoutItsRuleIsNotCached(t *testing.T) {
	t.Parallel()
	for unplaced, want := range map[bool]int{false: 1, true: 2} {
		cache := NewCache(0)
		stage := &answering{reads: readSet{deterministic: true}, answer: Decision{Reason: reason.PolicyDenied, Unplaced: unplaced}}
		for range 2 {
			q := question{ctx: t.Context(), in: &Input{}, key: []byte("acme")}
			q.stages[StagePacks] = stage
			q.appendKeys()
			if _, err := q.decide(cache, StageTenant); err != nil {
				t.Fatal(err)
			}
		}
		if stage.asked != want {
			t.Errorf("unplaced %t: two requests ask %d times, want %d", unplaced, stage.asked, want)
		}
	}
}
