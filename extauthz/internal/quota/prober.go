package quota

import (
	"context"
	"time"
)

// Probes of a server that is away begin after probeFirst and back off to probeMost.
const (
	probeFirst = 250 * time.Millisecond
	probeMost  = 5 * time.Second
)

// prober asks a server that is away whether it is back, so that a restart of Redis is over in a fraction of
// a second and not after the breaker's 30 s, and without a client's request to try it with. The 30 s remain
// for a server that refuses probes and would take requests.
type prober struct {
	// probe makes one call; nil is a success.
	probe func(context.Context) error
	// report tells the breaker of it and returns whether that is closed.
	report func(outcome) (closed bool)
	now    func() time.Time
	opened chan struct{}
	// wait is before the next probe. It goes on growing when the server fails again within breakerOpen: one
	// that answers probes and nothing else must not be tried four times a second for ever.
	wait      time.Duration
	recovered time.Time
}

func newProber(now func() time.Time, probe func(context.Context) error, report func(outcome) bool) *prober {
	return &prober{probe: probe, report: report, now: now, opened: make(chan struct{}, 1)}
}

// start says that the breaker has opened. It does not block.
func (p *prober) start() {
	select {
	case p.opened <- struct{}{}:
	default:
	}
}

// run probes whenever the breaker is open, until ctx ends.
func (p *prober) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.opened:
		}
		if p.now().Sub(p.recovered) >= breakerOpen {
			p.wait = probeFirst
		}
		for closed := false; !closed && sleep(ctx, p.wait); {
			closed = p.attempt(ctx)
			p.wait = min(2*p.wait, probeMost)
		}
		p.recovered = p.now()
	}
}

// attempt makes the probes that close the breaker, one right after the other.
func (p *prober) attempt(ctx context.Context) (closed bool) {
	for range breakerSuccesses {
		if p.probe(ctx) != nil {
			return p.report(failed)
		}
		closed = p.report(succeeded)
	}
	return closed
}

func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
