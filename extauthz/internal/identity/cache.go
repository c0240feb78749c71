package identity

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"
	"weak"

	"github.com/maypok86/otter/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"github.com/meshwarden/meshwarden/internal/reason"
)

const (
	defaultCacheSize = 65_536
	// cacheUnit is the length of a token that counts as one in the cache.
	cacheUnit = 2 << 10
	// forgedSize and forgedFor bound the memory of refused signatures. It is a table of its own, so that a
	// flood of forged tokens cannot push out verified ones.
	forgedSize = 4096
	forgedFor  = 10 * time.Second
	// deadFor is how long an expired token is still recognised as one without verifying it again.
	deadFor = time.Minute
)

type digest = [sha256.Size]byte

// tokenCache remembers verified tokens by their SHA-256, and for a short time those with a wrong signature.
type tokenCache struct {
	verified *otter.Cache[digest, *entry]
	forged   *otter.Cache[digest, refusal]
	now      func() time.Time
	// revocations may be nil.
	revocations Revocations

	hits, misses, refusals prometheus.Counter
}

// refusal of a token's signature holds for the index that it was found with: a new key may accept the token.
type refusal struct {
	ix    weak.Pointer[Index]
	until time.Time
}

// refusedError is the outcome of one verification, which may serve requests with another index.
type refusedError struct {
	ix  *Index
	why reason.Reason
}

func (*refusedError) Error() string { return "token refused" }

func newTokenCache(options Options) *tokenCache {
	size, now, registerer := options.CacheSize, options.Now, options.Registerer
	if size <= 0 {
		size = defaultCacheSize
	}
	requests := promauto.With(registerer).NewCounterVec(prometheus.CounterOpts{
		Name: "meshwarden_extauthz_token_cache_requests_total",
		Help: "Look-ups in the verified-token cache, by result: hit, miss, or refused for a signature that was found wrong before.",
	}, []string{"result"})
	return &tokenCache{
		verified: otter.Must(&otter.Options[digest, *entry]{
			MaximumWeight: uint64(size),
			Weigher:       func(_ digest, e *entry) uint32 { return e.weight },
			ExpiryCalculator: otter.ExpiryWritingFunc(func(e otter.Entry[digest, *entry]) time.Duration {
				return max(0, e.Value.identity.Expires.Sub(now())) + deadFor
			}),
		}),
		forged: otter.Must(&otter.Options[digest, refusal]{
			MaximumSize: forgedSize, ExpiryCalculator: otter.ExpiryWriting[digest, refusal](forgedFor),
		}),
		now: now, revocations: options.Revocations,
		hits: requests.WithLabelValues("hit"), misses: requests.WithLabelValues("miss"), refusals: requests.WithLabelValues("refused"),
	}
}

func (c *tokenCache) close() {
	c.verified.StopAllGoroutines()
	c.forged.StopAllGoroutines()
}

// identify verifies a token at a tenant's host, from memory when it can. Requests that bring the same new token at the same
// time verify it once.
func (c *tokenCache) identify(ctx context.Context, ix *Index, host, token string) (*Identity, reason.Reason) {
	if len(token) > maxToken {
		return nil, reason.CredentialInvalid
	}
	now := c.now()
	sum := sha256.Sum256([]byte(token))
	if ix.splits() {
		// Whose a token is may differ from host to host.
		sum = sha256.Sum256(append(sum[:], host...))
	}
	if e, ok := c.verified.GetIfPresent(sum); ok {
		if id, why, current := e.use(ix, host, c.revocations, now); current {
			c.hits.Inc()
			return id, why
		}
		c.verified.Invalidate(sum)
	} else if r, ok := c.forged.GetIfPresent(sum); ok && r.ix == weak.Make(ix) && now.Before(r.until) {
		c.refusals.Inc()
		return nil, reason.CredentialInvalid
	}
	c.misses.Inc()
	return c.load(ctx, ix, host, sum, token, now)
}

func (c *tokenCache) load(ctx context.Context, ix *Index, host string, sum digest, token string, now time.Time) (*Identity, reason.Reason) {
	e, err := c.verified.Get(ctx, sum, otter.LoaderFunc[digest, *entry](func(context.Context, digest) (*entry, error) {
		e, why, forged := verify(ix, host, token, now)
		if forged {
			c.forged.Set(sum, refusal{weak.Make(ix), now.Add(forgedFor)})
		}
		if e == nil {
			return nil, &refusedError{ix, why}
		}
		return e, nil
	}))
	var refused *refusedError
	switch {
	case err == nil:
		if id, why, current := e.use(ix, host, c.revocations, now); current {
			return id, why
		}
	case errors.As(err, &refused) && refused.ix == ix:
		return nil, refused.why
	}
	// The answer came from a request with another index: judge by this one.
	e, why, _ := verify(ix, host, token, now)
	if e == nil {
		return nil, why
	}
	id, why, _ := e.use(ix, host, c.revocations, now)
	return id, why
}
