package webhook

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"sync"
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

	mu      sync.Mutex
	tenants map[string]map[[sha256.Size]byte]time.Time
	total   int
	swept   time.Time
}

// NewRepeats returns an empty memory. With a client the replicas share theirs: its answer is waited for, because no
// replica can know alone that a message is new (RATIONALE.md). client is nil for a single server.
func NewRepeats(client redis.UniversalClient, now func() time.Time) *Repeats {
	if now == nil {
		now = time.Now
	}
	return &Repeats{redis: client, now: now, tenants: map[string]map[[sha256.Size]byte]time.Time{}}
}

// First reports whether the message named by digest is new for the tenant and sender, and remembers it until then and a minute
// longer. With ErrUnavailable, first is what this replica alone knows; who then does not admit the message calls Forget.
func (r *Repeats) First(ctx context.Context, tenant, sender string, digest [sha256.Size]byte, until time.Time) (first bool, err error) {
	until = until.Add(clockMargin)
	key := named(tenant, sender, digest)
	// A memory that is full here is none while the replicas' is asked, which has room of its own.
	if first, err := r.local(tenant, key, until); !first || r.redis == nil {
		return first, err
	}
	if ttl := until.Sub(r.now()); ttl > 0 {
		name := "mw:hook:{" + tenant + "}:" + base64.RawURLEncoding.EncodeToString(key[:])
		ctx, cancel := context.WithTimeout(ctx, redisTimeout)
		defer cancel()
		err := r.redis.SetArgs(ctx, name, "", redis.SetArgs{Mode: "NX", TTL: ttl}).Err()
		if errors.Is(err, redis.Nil) {
			return false, nil
		}
		if err != nil {
			return true, errors.Join(ErrUnavailable, err)
		}
	}
	return true, nil
}

// Forget takes back what First has remembered here of a message that was not admitted after all: it will be sent again.
func (r *Repeats) Forget(tenant, sender string, digest [sha256.Size]byte) {
	key := named(tenant, sender, digest)
	r.mu.Lock()
	defer r.mu.Unlock()
	known := r.tenants[tenant]
	if _, ok := known[key]; !ok {
		return
	}
	delete(known, key)
	r.total--
	if len(known) == 0 {
		delete(r.tenants, tenant)
	}
}

// named is the digest for a sender: two senders may sign the same text.
func named(tenant, sender string, digest [sha256.Size]byte) [sha256.Size]byte {
	return sha256.Sum256([]byte(tenant + "\x00" + sender + "\x00" + string(digest[:])))
}

func (r *Repeats) local(tenant string, key [sha256.Size]byte, until time.Time) (first bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	known := r.tenants[tenant]
	if end, ok := known[key]; ok && now.Before(end) {
		return false, nil
	}
	if r.total >= maxTotal || len(known) >= maxPerTenant {
		r.sweep(now)
		if known = r.tenants[tenant]; r.total >= maxTotal || len(known) >= maxPerTenant {
			return true, ErrUnavailable
		}
	}
	if known == nil {
		known = map[[sha256.Size]byte]time.Time{}
		r.tenants[tenant] = known
	}
	if _, ok := known[key]; !ok {
		r.total++
	}
	known[key] = until
	if now.Sub(r.swept) > sweepEvery {
		r.sweep(now)
	}
	return true, nil
}

// sweepEvery is how often what is no longer needed is forgotten while there is room.
const sweepEvery = time.Minute

func (r *Repeats) sweep(now time.Time) {
	if r.swept.Equal(now) {
		return
	}
	r.swept = now
	for tenant, known := range r.tenants {
		for key, until := range known {
			if !now.Before(until) {
				delete(known, key)
				r.total--
			}
		}
		if len(known) == 0 {
			delete(r.tenants, tenant)
		}
	}
}
