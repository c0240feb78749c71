package policy

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
)

// evaluationsAtOnce is how many evaluations of one tenant's module run at once: what keeps one tenant from all of the CPU and memory.
// Ordinary modules take 10 us, so that two serve 200,000 a second.
var evaluationsAtOnce = max(2, min(8, runtime.GOMAXPROCS(0)/2))

// overrun is how long an evaluation may run past its deadline before its tenant's next ones are refused. The deadline is asked about
// between expressions and in the loops of built-ins; what runs past it compares or copies a value that holds another one twice, forty
// times over, and will hardly end. Refusing keeps such a module from ever holding more than its slots.
const overrun = 250 * time.Millisecond

// errStuck is why a tenant's module is not evaluated.
var errStuck = errors.New("an evaluation of this tenant's module has not ended at its deadline")

// slots is a bulkhead of as many evaluations as it has room for.
type slots struct {
	room chan int
	// until holds, for each slot in use, when its evaluation has to end, in nanoseconds since 1970; 0 for free ones.
	until []atomic.Int64
}

func newSlots() *slots {
	s := &slots{room: make(chan int, evaluationsAtOnce), until: make([]atomic.Int64, evaluationsAtOnce)}
	for i := range evaluationsAtOnce {
		s.room <- i
	}
	return s
}

// take waits for a slot until ctx ends or MaxEvaluation is over. Errors are those of a deadline.
func (s *slots) take(ctx context.Context) (slot int, err error) {
	now := time.Now()
	if s.stuck(now) {
		return 0, fmt.Errorf("%w: %w", errStuck, context.DeadlineExceeded)
	}
	select {
	case slot = <-s.room:
	default:
		if slot, err = s.wait(ctx); err != nil {
			return 0, err
		}
		now = time.Now()
	}
	end := now.Add(MaxEvaluation)
	if d, ok := ctx.Deadline(); ok && d.Before(end) {
		end = d
	}
	s.until[slot].Store(end.UnixNano())
	return slot, nil
}

func (s *slots) wait(ctx context.Context) (slot int, err error) {
	timer := time.NewTimer(MaxEvaluation)
	defer timer.Stop()
	select {
	case slot = <-s.room:
		return slot, nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-timer.C:
		err = context.DeadlineExceeded
	}
	return 0, fmt.Errorf("%d evaluations of this tenant are running: %w", cap(s.room), err)
}

// stuck reports whether an evaluation has overrun its deadline.
func (s *slots) stuck(now time.Time) bool {
	late := now.Add(-overrun).UnixNano()
	for i := range s.until {
		if until := s.until[i].Load(); until != 0 && until < late {
			return true
		}
	}
	return false
}

func (s *slots) give(slot int) {
	s.until[slot].Store(0)
	s.room <- slot
}

// running is how many slots are in use.
func (s *slots) running() int { return cap(s.room) - len(s.room) }
