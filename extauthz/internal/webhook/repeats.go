package webhook

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// Bounds of what is remembered in memory: one tenant cannot take the room of the others. Only admitted messages with good
// signatures are remembered, so a stranger cannot fill it; when it is full, further ones are not admitted.
const (
	maxPerTenant = 65_536
	maxTotal     = 1 << 20
)

// clockMargin is how much longer than asked a message is remembered. Replicas' clocks differ: to one that is behind a signature
// is still good when it no longer is to the others.
const clockMargin = time.Minute

// redisTimeout bounds the wait for the replicas' shared memory.
const redisTimeout = 100 * time.Millisecond

// ErrUnavailable says that nobody can tell whether a message was admitted before.
var ErrUnavailable = errors.New("the store of webhooks is unavailable")

// Repeats remembers messages that were admitted, so that one is admitted once. It is safe for concurrent use.
type Repeats struct {
	redis redis.UniversalClient
	now   func() time.Time
	// name and attempts tell what one call has written in Redis from what any other has.
	name     string
	attempts atomic.Uint64
	full     atomic.Uint64
	takeBack chan claim

	mu      sync.Mutex
	tenants map[string]map[[sha256.Size]byte]remembered
	total   int
	swept   time.Time
}

// remembered is a message that was admitted: until when, and by which attempt.
type remembered struct {
	until   time.Time
	attempt uint64
}

// NewRepeats returns an empty memory. With a client the replicas share theirs: its answer is waited for, because no
// replica can know alone that a message is new (RATIONALE.md). client is nil for a single server.
func NewRepeats(client redis.UniversalClient, now func() time.Time) *Repeats {
	if now == nil {
		now = time.Now
	}
	return &Repeats{
		redis: client, now: now, name: rand.Text(), takeBack: make(chan claim, maxClaims), tenants: map[string]map[[sha256.Size]byte]remembered{},
	}
}

// First reports whether the message named by digest is new for the tenant and sender, and remembers it until then and a minute
// longer. With ErrUnavailable, first is what this replica alone knows; who then does not admit the message calls Forget.
func (r *Repeats) First(ctx context.Context, tenant, sender string, digest [sha256.Size]byte, until time.Time) (first bool, err error) {
	until = until.Add(clockMargin)
	key, attempt := named(tenant, sender, digest), r.attempts.Add(1)
	// A memory that is full here is none while the replicas' is asked, which has room of its own.
	if first, err := r.local(tenant, key, remembered{until, attempt}); !first || r.redis == nil {
		return first, err
	}
	if ttl := until.Sub(r.now()); ttl > 0 {
		c := r.claim(tenant, key, attempt)
		ctx, cancel := context.WithTimeout(ctx, redisTimeout)
		defer cancel()
		err := r.redis.SetArgs(ctx, c.name, c.value, redis.SetArgs{Mode: "NX", TTL: ttl}).Err()
		if errors.Is(err, redis.Nil) {
			return false, nil
		}
		if err != nil {
			return true, errors.Join(ErrUnavailable, err)
		}
	}
	return true, nil
}

// Forget takes back what First has remembered of a message that was not admitted after all, because it will be sent again: at
// once here, and in Redis as soon as Run can. A Redis that did not answer in time may have remembered it.
func (r *Repeats) Forget(tenant, sender string, digest [sha256.Size]byte) {
	key := named(tenant, sender, digest)
	held, ok := r.forget(tenant, key)
	if !ok || r.redis == nil {
		return
	}
	select {
	case r.takeBack <- r.claim(tenant, key, held.attempt):
	default: // so many are in doubt that these are refused when they come again
	}
}

func (r *Repeats) forget(tenant string, key [sha256.Size]byte) (held remembered, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known := r.tenants[tenant]
	if held, ok = known[key]; !ok {
		return held, false
	}
	delete(known, key)
	r.total--
	if len(known) == 0 {
		delete(r.tenants, tenant)
	}
	return held, true
}

// named is the digest for a sender: two senders may sign the same text.
func named(tenant, sender string, digest [sha256.Size]byte) [sha256.Size]byte {
	return sha256.Sum256([]byte(tenant + "\x00" + sender + "\x00" + string(digest[:])))
}

func (r *Repeats) local(tenant string, key [sha256.Size]byte, next remembered) (first bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	known := r.tenants[tenant]
	if held, ok := known[key]; ok && now.Before(held.until) {
		return false, nil
	}
	if r.total >= maxTotal || len(known) >= maxPerTenant {
		r.sweep(now)
		if known = r.tenants[tenant]; r.total >= maxTotal || len(known) >= maxPerTenant {
			r.full.Add(1)
			return true, ErrUnavailable
		}
	}
	if known == nil {
		known = map[[sha256.Size]byte]remembered{}
		r.tenants[tenant] = known
	}
	if _, ok := known[key]; !ok {
		r.total++
	}
	known[key] = next
	if now.Sub(r.swept) > sweepEvery {
		r.sweep(now)
	}
	return true, nil
}

// Counts are how many messages are remembered in this process, how many of them of the tenant that has most, and for how many there
// was no room. What is no longer needed counts until it is forgotten, within two minutes.
func (r *Repeats) Counts() (total, fullest int, refused uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, known := range r.tenants {
		fullest = max(fullest, len(known))
	}
	return r.total, fullest, r.full.Load()
}

// sweepEvery is how often what is no longer needed is forgotten while there is room.
const sweepEvery = time.Minute

func (r *Repeats) sweep(now time.Time) {
	if r.swept.Equal(now) {
		return
	}
	r.swept = now
	for tenant, known := range r.tenants {
		for key, held := range known {
			if !now.Before(held.until) {
				delete(known, key)
				r.total--
			}
		}
		if len(known) == 0 {
			delete(r.tenants, tenant)
		}
	}
}
