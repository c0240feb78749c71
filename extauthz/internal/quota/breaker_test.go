package quota_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/quota"
)

// circuit is a breaker with a clock.
type circuit struct {
	*quota.Breaker
	now time.Time
}

func newCircuit() *circuit {
	c := &circuit{now: epoch}
	c.Breaker = quota.NewBreaker(func() time.Time { return c.now })
	return c
}

// call makes a call with an outcome, if it is let through.
func (c *circuit) call(failed bool) (let bool) {
	ticket, ok := c.Allow()
	if !ok {
		return false
	}
	outcome := quota.Succeeded
	if failed {
		outcome = quota.Failed
	}
	c.Done(ticket, outcome)
	return true
}

func (c *circuit) open(t *testing.T) {
	t.Helper()
	for i := range 5 {
		if c.State() != quota.Closed || !c.call(true) {
			t.Fatalf("not closed before failure %d", i+1)
		}
	}
	if c.State() != quota.Open || c.call(false) {
		t.Fatal("five failures did not open it")
	}
}

func TestBreakerOpensHalfOpensAndCloses(t *testing.T) {
	t.Parallel()
	c := newCircuit()
	c.open(t)
	c.now = c.now.Add(30*time.Second - 1)
	if c.call(false) {
		t.Error("a call is let through before 30 s")
	}
	c.now = c.now.Add(1)
	if !c.call(false) || c.State() != quota.HalfOpen || !c.call(false) || c.State() != quota.Closed {
		t.Errorf("after 30 s two successes did not close it: %v", c.State())
	}
	c.open(t)
	c.now = c.now.Add(30 * time.Second)
	if !c.call(false) || !c.call(true) || c.State() != quota.Open || c.call(false) {
		t.Error("a failure while half-open did not open it again")
	}
}

func TestBreakerCountsFailuresInARowOnly(t *testing.T) {
	t.Parallel()
	c := newCircuit()
	for range 10 {
		for range 4 {
			c.call(true)
		}
		c.call(false)
	}
	if c.State() != quota.Closed {
		t.Error("failures with successes between them opened it")
	}
}

func TestHalfOpenBreakerLetsOneCallThroughAtATime(t *testing.T) {
	t.Parallel()
	c := newCircuit()
	c.open(t)
	c.now = c.now.Add(time.Minute)
	ticket, ok := c.Allow()
	if _, second := c.Allow(); !ok || second {
		t.Fatalf("let through: %v and %v", ok, second)
	}
	c.Done(ticket, quota.Ignored) // its caller gave up: the next may try
	if !c.call(false) {
		t.Error("an ignored call blocks the next")
	}
}

func TestCallThatBeganBeforeAStateSaysNothingAboutIt(t *testing.T) {
	t.Parallel()
	c := newCircuit()
	old, _ := c.Allow()
	c.open(t)
	c.now = c.now.Add(time.Minute)
	trial, _ := c.Allow()
	c.Done(old, quota.Failed)
	if c.State() != quota.HalfOpen {
		t.Error("a late failure opened the half-open breaker")
	}
	c.Done(trial, quota.Succeeded)
	c.Done(old, quota.Succeeded)
	if c.State() != quota.HalfOpen {
		t.Error("a late success closed it")
	}
}

func TestTwoProbesCloseTheBreaker(t *testing.T) {
	t.Parallel()
	c := newCircuit()
	c.open(t)
	if c.Probed(quota.Failed) || c.State() != quota.Open {
		t.Error("a failed probe changed an open breaker")
	}
	if c.Probed(quota.Succeeded) || c.State() != quota.HalfOpen || !c.Probed(quota.Succeeded) || c.State() != quota.Closed {
		t.Error("two probes did not close it")
	}
	if !c.Probed(quota.Failed) || c.State() != quota.Closed {
		t.Error("a probe of a closed breaker counts")
	}
}

func TestProbesBackOffAndEndWithTheFirstAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var probes []time.Duration
		back := 10 * time.Second
		closed := make(chan struct{}, 1)
		ctx, stop := context.WithCancel(t.Context())
		p := quota.NewProber(func(context.Context) error {
			probes = append(probes, time.Since(start))
			if time.Since(start) < back {
				return errors.New("away")
			}
			return nil
		}, func(ok bool) bool {
			if ok && len(probes) > 1 && probes[len(probes)-1] == probes[len(probes)-2] {
				closed <- struct{}{}
				return true
			}
			return false
		})
		done := make(chan struct{})
		go func() { defer close(done); p.Run(ctx) }()
		p.Start()
		<-closed
		synctest.Wait()
		seconds := func(s ...float64) (d []time.Duration) {
			for _, v := range s {
				d = append(d, time.Duration(v*float64(time.Second)))
			}
			return d
		}
		if want := seconds(.25, .75, 1.75, 3.75, 7.75, 12.75, 12.75); !equal(probes, want) {
			t.Errorf("probes at %v, want %v", probes, want)
		}
		// A server that fails again soon is asked less often, one that held on is a new case.
		probes, start, back = nil, time.Now(), 0
		p.Start()
		<-closed
		if want := seconds(5, 5); !equal(probes, want) {
			t.Errorf("soon after, probes at %v, want %v", probes, want)
		}
		time.Sleep(time.Minute)
		probes, start = nil, time.Now()
		p.Start()
		<-closed
		if want := seconds(.25, .25); !equal(probes, want) {
			t.Errorf("a minute after, probes at %v, want %v", probes, want)
		}
		stop()
		<-done
	})
}

func equal(a, b []time.Duration) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
