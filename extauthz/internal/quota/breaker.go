package quota

import (
	"sync"
	"time"
)

// The circuit breaker's numbers (requirement R-25).
const (
	breakerFailures  = 5
	breakerSuccesses = 2
	breakerOpen      = 30 * time.Second
)

type breakerState int

// States, as the metric shows them.
const (
	stateClosed breakerState = iota
	stateHalfOpen
	stateOpen
)

// outcome of a call that the breaker let through.
type outcome int

const (
	// ignored is of calls that say nothing about the server, such as those their caller gave up.
	ignored outcome = iota
	succeeded
	failed
)

// breaker lets calls through while the server answers. Five failures in a row open it; open, it refuses at
// once. After 30 s, or as soon as a probe succeeds (see prober), it is half-open: it lets one call through at
// a time, two successes close it and a failure opens it again.
type breaker struct {
	now func() time.Time
	// changed is called with the new state under the lock: it must not block or call the breaker.
	changed func(breakerState)

	mu        sync.Mutex
	state     breakerState
	failures  int
	successes int
	opened    time.Time
	trial     bool
	// epoch counts state changes, so that a call that began before one says nothing about the state after it.
	epoch uint64
}

// allow reports whether a call may be made now; then its outcome must be reported with done and epoch.
func (b *breaker) allow() (epoch uint64, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.state == stateOpen && b.now().Sub(b.opened) >= breakerOpen {
		b.enter(stateHalfOpen)
	}
	switch b.state {
	case stateClosed:
		return b.epoch, true
	case stateHalfOpen:
		ok = !b.trial
		b.trial = true
	}
	return b.epoch, ok
}

// done reports the outcome of a call.
func (b *breaker) done(epoch uint64, o outcome) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if epoch != b.epoch {
		return
	}
	b.trial = false
	b.count(o)
}

// probed reports the outcome of a probe, which needs no permission, and whether the breaker is closed.
func (b *breaker) probed(o outcome) (closed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if o == succeeded && b.state == stateOpen {
		b.enter(stateHalfOpen)
	}
	if b.state == stateHalfOpen {
		b.count(o)
	}
	return b.state == stateClosed
}

func (b *breaker) count(o outcome) {
	switch o {
	case succeeded:
		b.failures = 0
		if b.successes++; b.state == stateHalfOpen && b.successes >= breakerSuccesses {
			b.enter(stateClosed)
		}
	case failed:
		if b.failures++; b.state == stateHalfOpen || b.failures >= breakerFailures {
			b.enter(stateOpen)
		}
	}
}

func (b *breaker) enter(s breakerState) {
	b.state, b.failures, b.successes, b.trial = s, 0, 0, false
	b.epoch++
	if s == stateOpen {
		b.opened = b.now()
	}
	b.changed(s)
}
