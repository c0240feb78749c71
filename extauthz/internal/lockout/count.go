package lockout

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"time"

	"github.com/maypok86/otter/v2"
	"github.com/redis/go-redis/v9"

	"github.com/meshwarden/meshwarden/extauthz/internal/networks"
)

// Count is one failure to be counted: for an address, or for a principal at it.
type Count struct {
	Kind    Kind
	Attempt Attempt
}

// Limit is how many failures lock out.
func (c *Count) Limit() int {
	if c.Kind == OfPrincipal {
		return c.Attempt.Limits.Principal
	}
	return c.Attempt.Limits.Address
}

// key is a hash, since names come from clients.
func (c *Count) key() string {
	subject := ""
	if c.Kind == OfPrincipal {
		subject = c.Attempt.Subject
	}
	sum := sha256.Sum256(appendKey(nil, c.Kind, c.Attempt.Tenant, networks.OfClient(c.Attempt.Address), subject))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// counts are what an attempt is counted for.
func counts(a Attempt) []Count {
	list := []Count{{OfAddress, a}}
	if a.Subject != "" && len(a.Subject) <= maxSubject {
		list = append(list, Count{OfPrincipal, a})
	}
	return list
}

// Counter counts failures in sliding windows. Full is the index of each that reaches its limit; its count begins
// anew.
type Counter interface {
	Count(ctx context.Context, failures []Count) (full []int, err error)
}

// localSize bounds the addresses and principals that one replica counts for, and awayFor is how long it counts alone
// after the shared counter has failed.
const (
	localSize = 65_536
	awayFor   = 5 * time.Second
	// localTTL is the longest window.
	localTTL = time.Hour
	// countTimeout bounds one round trip.
	countTimeout = 2 * time.Second
)

// localCounter counts in memory. It belongs to one goroutine.
type localCounter struct {
	failures *otter.Cache[string, *[]time.Time]
}

func newLocalCounter() *localCounter {
	return &localCounter{otter.Must(&otter.Options[string, *[]time.Time]{
		MaximumSize: localSize, ExpiryCalculator: otter.ExpiryAccessing[string, *[]time.Time](localTTL),
	})}
}

func (l *localCounter) count(failures []Count, now time.Time) (full []int) {
	for i := range failures {
		c := &failures[i]
		key := c.key()
		times, ok := l.failures.GetIfPresent(key)
		if !ok {
			times = new([]time.Time)
			l.failures.Set(key, times)
		}
		*times = append(*times, now)
		if excess := len(*times) - c.Limit(); excess > 0 {
			*times = append((*times)[:0], (*times)[excess:]...)
		}
		if len(*times) == c.Limit() && now.Sub((*times)[0]) < c.Attempt.Limits.Window {
			full = append(full, i)
			l.failures.Invalidate(key)
		}
	}
	return full
}

// redisCounter counts for all replicas.
type redisCounter struct{ client redis.UniversalClient }

//go:embed count.lua
var countSource string

// NewRedisCounter counts in Redis: a list of the last failures for each address and principal, which expires with the
// window.
func NewRedisCounter(client redis.UniversalClient) Counter { return redisCounter{client} }

func (r redisCounter) Count(ctx context.Context, failures []Count) (full []int, err error) {
	answers := make([]*redis.Cmd, len(failures))
	// The script goes along each time: a pipeline cannot be told that it is not known.
	_, err = r.client.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for i := range failures {
			c := &failures[i]
			answers[i] = pipe.Eval(ctx, countSource, []string{"mw:lockout:" + c.key()}, c.Limit(), c.Attempt.Limits.Window.Microseconds())
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, answer := range answers {
		if n, err := answer.Int(); err == nil && n == 1 {
			full = append(full, i)
		}
	}
	return full, nil
}

// Run counts what Failed brings, and follows the store, until ctx ends.
func (g *Guard) Run(ctx context.Context) error {
	followed := make(chan error, 1)
	go func() { followed <- g.set.Run(ctx) }()
	var away time.Time
	for {
		select {
		case <-ctx.Done():
			return <-followed
		case first := <-g.failed:
			away = g.count(ctx, g.batch(first), away)
		}
	}
}

// batch takes what else waits.
func (g *Guard) batch(first Attempt) []Count {
	list := counts(first)
	for range batchSize - 1 {
		select {
		case next := <-g.failed:
			list = append(list, counts(next)...)
		default:
			return list
		}
	}
	return list
}

// count counts, here alone until away when the shared counter has failed, and locks out.
func (g *Guard) count(ctx context.Context, list []Count, away time.Time) time.Time {
	now := time.Now()
	var full []int
	if g.shared == nil || now.Before(away) {
		full = g.local.count(list, now)
	} else {
		bounded, cancel := context.WithTimeout(ctx, countTimeout)
		var err error
		full, err = g.shared.Count(bounded, list)
		cancel()
		if err != nil && ctx.Err() == nil {
			g.log.Warn("failed authentications are counted by this replica alone", "error", err)
			away = time.Now().Add(awayFor)
			full = g.local.count(list, now)
		}
	}
	for _, i := range full {
		g.lock(ctx, list[i], now)
	}
	return away
}
