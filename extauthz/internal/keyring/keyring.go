// Package keyring holds the API keys that requests are checked against: all of them, in memory, kept equal to a store
// that operators change. It does not know who may change them, nor what a key permits.
package keyring

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshwarden/meshwarden/extauthz/internal/identity"
	"github.com/meshwarden/meshwarden/internal/apikeys"
)

// Errors of a Store.
var (
	// ErrUnavailable says that the store is away: whether the change was made is unknown, and to make it again is safe.
	ErrUnavailable = errors.New("the API key store is away")
	ErrUnknown     = errors.New("no such API key")
	ErrExists      = errors.New("the API key exists")
	ErrFull        = errors.New("there are as many API keys as there may be")
	// ErrTaken says that another key has the secret.
	ErrTaken = errors.New("another API key has the secret")
)

// Store keeps keys over restarts. Tenants are names of the configuration. It is safe for concurrent use, but for Sync and
// Follow, which belong to one goroutine.
type Store interface {
	// Sync makes the table equal to the store.
	Sync(ctx context.Context, table *Table) error
	// Follow waits a while for changes by others, and brings them to the table.
	Follow(ctx context.Context, table *Table) error
	// Create adds a key. ErrExists comes with the key that has its tenant and id.
	Create(ctx context.Context, key apikeys.Key) (held apikeys.Key, err error)
	// Change applies change, which may be called several times, to a key and returns what it has become. An error of
	// change is returned as it is, and nothing changes.
	Change(ctx context.Context, tenant, id string, change func(*apikeys.Key) error) (apikeys.Key, error)
	// Remove forgets a key and its uses.
	Remove(ctx context.Context, tenant, id string) error
	// AddUses adds a batch up, once however often it is called with it.
	AddUses(ctx context.Context, batch Batch) error
	// Uses returns those of the tenant's keys, in the order of ids.
	Uses(ctx context.Context, tenant string, ids []string) ([]Uses, error)
}

const (
	// syncEvery bounds how long a change stays unseen whose announcement was lost.
	syncEvery = 30 * time.Second
	// retryFirst and retryMost are the waits after a failure of the store.
	retryFirst = 100 * time.Millisecond
	retryMost  = 2 * time.Second
)

// Options configure a Ring.
type Options struct {
	Store Store
	// Now is the clock (default time.Now).
	Now func() time.Time
	// Logger takes the store's failures and the alerts (default: none).
	Logger *slog.Logger
	// Registerer takes the metrics; nil means that they are not shown.
	Registerer prometheus.Registerer
}

// Ring is the keys of a store, in memory. It is the identity.KeyStore of requests and what operators change keys through.
type Ring struct {
	*Table
	store   Store
	now     func() time.Time
	log     *slog.Logger
	metrics *metrics
	// writer numbers this process's batches of uses.
	writer string
	// tried says that the store was asked once, synced that it answered once.
	tried, synced atomic.Bool
	// The others belong to upkeep.
	unsent []Batch
	number uint64
	hour   time.Time
}

// New returns a Ring without keys; Run fills it.
func New(options Options) *Ring {
	r := &Ring{store: options.Store, now: options.Now, log: options.Logger, metrics: newMetrics(options.Registerer), writer: rand.Text()}
	if r.now == nil {
		r.now = time.Now
	}
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	r.Table = newTable(func(tenant, id, problem string) {
		r.log.Error("api key not taken over", "tenant", tenant, "key_id", id, "error", problem)
	})
	return r
}

// Lookup implements identity.KeyStore.
func (r *Ring) Lookup(hash [32]byte) (identity.Key, bool) {
	e := r.lookup(hash)
	if e == nil {
		return identity.Key{}, false
	}
	key := e.credential(hash)
	key.Uses = e.uses
	return key, true
}

// Complete reports whether the store has answered once.
func (r *Ring) Complete() bool { return r.synced.Load() }

var errNotTried = errors.New("the API keys are not loaded")

// Ready is nil once the store was asked, whatever it said: a server without API keys still decides all other requests.
func (r *Ring) Ready() error {
	if r.tried.Load() {
		return nil
	}
	return errNotTried
}

// Create adds a key to the store and to what requests see.
func (r *Ring) Create(ctx context.Context, key apikeys.Key) (held apikeys.Key, err error) {
	if r.Len() >= MaxKeys {
		return apikeys.Key{}, ErrFull
	}
	for _, hash := range key.Hashes() {
		if e := r.lookup(hash); e != nil && (e.grant.tenant != key.Tenant || e.id != key.ID) {
			return apikeys.Key{}, ErrTaken
		}
	}
	if held, err = r.store.Create(ctx, key); err != nil {
		return held, err
	}
	r.Put(&key)
	return key, nil
}

// Change changes a key in the store and in what requests see.
func (r *Ring) Change(ctx context.Context, tenant, id string, change func(*apikeys.Key) error) (apikeys.Key, error) {
	key, err := r.store.Change(ctx, tenant, id, change)
	if err != nil {
		return apikeys.Key{}, err
	}
	r.Put(&key)
	return key, nil
}

// Uses returns how often keys were used, as far as it was written (see flushEvery).
func (r *Ring) Uses(ctx context.Context, tenant string, ids []string) ([]Uses, error) {
	return r.store.Uses(ctx, tenant, ids)
}

// Run keeps the keys equal to the store's until ctx ends, and writes the last uses.
func (r *Ring) Run(ctx context.Context) {
	var group sync.WaitGroup
	group.Go(func() { r.upkeep(ctx) })
	r.follow(ctx)
	group.Wait()
}

// follow calls Sync at first, after every failure and from time to time, and Follow in between.
func (r *Ring) follow(ctx context.Context) {
	wait := retryFirst
	away := false
	var last time.Time
	for ctx.Err() == nil {
		err := r.step(ctx, &last)
		if ctx.Err() != nil {
			return
		}
		r.tried.Store(true)
		if err == nil {
			if away {
				r.log.Info("api key store is back")
			}
			wait, away = retryFirst, false
			r.metrics.up.Set(1)
			r.synced.Store(true)
			continue
		}
		if !away {
			r.log.Error("api key store is away, known keys stay as they are", "error", err)
		}
		away, last = true, time.Time{}
		r.metrics.up.Set(0)
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
		wait = min(2*wait, retryMost)
	}
}

func (r *Ring) step(ctx context.Context, last *time.Time) error {
	if now := time.Now(); now.Sub(*last) >= syncEvery {
		if err := r.store.Sync(ctx, r.Table); err != nil {
			return err
		}
		*last = now
		return nil
	}
	return r.store.Follow(ctx, r.Table)
}
