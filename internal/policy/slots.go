package policy

import (
	"context"
	"fmt"
	"time"
)

// evaluationsAtOnce is how many evaluations of one tenant's module run at once. The deadline is asked about
// between expressions and in most loops of built-ins, but a few calls on values that were built to be huge
// (json.marshal of an array that holds another one twice, forty times over) run past it. This is what keeps one
// tenant from all of the CPU and memory then. Ordinary modules take 10 us: eight of them serve 800,000 a second.
const evaluationsAtOnce = 8

// slots is a bulkhead of as many evaluations as it has room for.
type slots chan struct{}

// take waits for a slot until ctx ends or MaxEvaluation is over.
func (s slots) take(ctx context.Context) error {
	select {
	case s <- struct{}{}:
		return nil
	default:
	}
	timer := time.NewTimer(MaxEvaluation)
	defer timer.Stop()
	select {
	case s <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%d evaluations of this tenant are running: %w", cap(s), ctx.Err())
	case <-timer.C:
		return fmt.Errorf("%d evaluations of this tenant are running: %w", cap(s), context.DeadlineExceeded)
	}
}

func (s slots) give() { <-s }
