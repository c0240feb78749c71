// Package quota charges limits: all limits of a request in one atomic step, all or nothing, in memory or
// in Redis with the same arithmetic. It knows neither requests nor policies.
package quota

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Algorithm says how a limit forgets. The zero value is refused.
type Algorithm uint8

// Algorithms.
const (
	// TokenBucket holds Limit tokens and gains Refill a second: at most Limit + Refill*t requests in any t seconds.
	TokenBucket Algorithm = iota + 1
	// SlidingWindow admits at most Limit requests in any span of Window. A request counts for at least
	// Window and at most 1/24 of it longer.
	SlidingWindow
)

// Bounds of one Charge.
const (
	MaxLimit  = 1_000_000_000
	MaxRefill = 1_000_000
	MinWindow = time.Second
	MaxWindow = 31 * 24 * time.Hour
	// MaxCharges of one request: the 32 limits that a tenant may declare and 16 that its module may add.
	MaxCharges = 48
)

// Charge is one limit that a request is charged to, at a cost of one.
type Charge struct {
	// Name is the limit's, unique within the tenant. Key is what shares it, e.g. "subject:alice"; it may come
	// from the client.
	Name, Key string
	Algorithm Algorithm
	// Limit is the bucket's capacity or the most requests in a window: 1 to MaxLimit.
	Limit int64
	// Refill is tokens a second of a TokenBucket: above 0, at most MaxRefill.
	Refill float64
	// Window of a SlidingWindow: MinWindow to MaxWindow.
	Window time.Duration
}

// Status is what a limit looks like after the charge, or after its refusal.
type Status struct {
	Name string
	// Limit is the charge's; Remaining is how many more requests it would admit now.
	Limit, Remaining int64
	// Reset is how long until the whole Limit remains again if nothing more is charged.
	Reset time.Duration
	// Window is the charge's, or how long an empty bucket takes to fill.
	Window time.Duration
	// Exceeded says that this limit refused the request.
	Exceeded bool
}

// Result is the outcome of one charge. The zero value refuses.
type Result struct {
	Admitted bool
	// RetryAfter is how long until all limits would admit the request; zero when Admitted.
	RetryAfter time.Duration
	// Statuses are in the order of the charges.
	Statuses []Status
}

// Store charges limits. It is safe for concurrent use.
type Store interface {
	// Charge admits the request and charges every limit, or refuses it and charges none. A limit that
	// stands twice is charged once. An error means that nothing was decided: ErrUnavailable when the store
	// is away or full, others for charges out of bounds. When an answer was lost, the limits may have been
	// charged all the same. A request without limits is admitted.
	Charge(ctx context.Context, tenant string, charges []Charge) (Result, error)
	Close() error
}

// ErrUnavailable says that the store is away or full. The caller decides by the tenant's on_store_failure.
var ErrUnavailable = errors.New("quota store unavailable")

// Options configure the memory store.
type Options struct {
	// MaxKeys bounds the limits in use by one tenant (default 1,000,000; about 200 MB).
	MaxKeys int
	// Now is the clock (default time.Now).
	Now func() time.Time
	// Registerer takes the metrics; nil means that they are not shown.
	Registerer prometheus.Registerer
}

// RedisOptions configure the Redis store.
type RedisOptions struct {
	// URL is one of redisconn.Open.
	URL string
	// Timeout of one charge (default 100ms).
	Timeout time.Duration
	// Now is the circuit breaker's clock (default time.Now); charges use the server's.
	Now func() time.Time
	// Logger takes what the circuit breaker does (default: nothing is logged).
	Logger *slog.Logger
	// Registerer takes the metrics; nil means that they are not shown.
	Registerer prometheus.Registerer
}

// check refuses charges that are out of bounds: what reaches the arithmetic can neither overflow nor
// divide by zero.
func check(charges []Charge) error {
	if len(charges) > MaxCharges {
		return fmt.Errorf("a request is charged to at most %d limits, not %d", MaxCharges, len(charges))
	}
	for i := range charges {
		if err := charges[i].check(); err != nil {
			return fmt.Errorf("limit %q: %w", charges[i].Name, err)
		}
	}
	return nil
}

func (c *Charge) check() error {
	if c.Limit < 1 || c.Limit > MaxLimit {
		return fmt.Errorf("%d is not between 1 and %d", c.Limit, MaxLimit)
	}
	switch c.Algorithm {
	case TokenBucket:
		if !(c.Refill > 0 && c.Refill <= MaxRefill) { // written so that NaN is refused
			return fmt.Errorf("a refill of %v is not above 0 and at most %d", c.Refill, MaxRefill)
		}
	case SlidingWindow:
		if c.Window < MinWindow || c.Window > MaxWindow {
			return fmt.Errorf("a window of %v is not between %v and %v", c.Window, MinWindow, MaxWindow)
		}
	default:
		return errors.New("unknown algorithm")
	}
	return nil
}

// maxMicros bounds every span of time in microseconds, about 71 years: a bucket that refills one token a
// century is as good as one that never does.
const maxMicros = 1 << 51

// period is what Status.Window shows: the window, or how long an empty bucket takes to fill.
func (c *Charge) period() time.Duration {
	if c.Algorithm == SlidingWindow {
		return c.Window
	}
	return duration(refillTime(float64(c.Limit), c.Refill))
}
