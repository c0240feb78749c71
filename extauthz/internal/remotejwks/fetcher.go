// Package remotejwks keeps the key sets that issuers publish: fetched in the background, never for a request,
// and kept while the issuer is away. It knows neither tenants nor tokens.
package remotejwks

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshwarden/meshwarden/extauthz/internal/fetch"
)

const (
	// minRefresh is the least time between two fetches of one key set that its Cache-Control can ask for.
	minRefresh = time.Minute
	// askInterval is the least time between a fetch and one that unknown key ids ask for.
	askInterval = 10 * time.Second
	// firstRetry and lastRetry bound the back-off after failures.
	firstRetry, lastRetry = time.Second, 5 * time.Minute
	// maxStale is how long a key set serves that cannot be fetched again. Who can keep us from the issuer must not
	// keep a key alive for ever that the issuer has withdrawn.
	maxStale = 7 * 24 * time.Hour
	// maxFetches bounds the fetches at a time.
	maxFetches = 64
	// saveInterval is how often an unchanged key set is stored again, so that its age is known after a restart.
	saveInterval = time.Hour
)

// Source says where a key set comes from. It is comparable: tenants with the same source share one key set.
type Source struct {
	// URI is that of the key set. When it is empty, the discovery document of Issuer names it (OpenID Connect
	// Discovery 1.0 section 4).
	URI, Issuer string
	// CA is fetch.Request's.
	CA string
	// Refresh is the longest time between two fetches.
	Refresh time.Duration
}

// where names a source in logs.
func (s Source) where() string {
	if s.URI == "" {
		return s.Issuer
	}
	return s.URI
}

// Getter fetches documents; *fetch.Client is one.
type Getter interface {
	Get(ctx context.Context, r fetch.Request) (fetch.Response, error)
}

// Store keeps documents over a restart. Load returns nil for one that it does not have.
type Store interface {
	Load(ctx context.Context, name string) ([]byte, error)
	Save(ctx context.Context, name string, document []byte) error
}

// Options configure a Fetcher.
type Options struct {
	Client Getter
	// Store may be nil.
	Store Store
	// Logger takes what changes and what fails (default: nothing is logged).
	Logger *slog.Logger
	// Registerer takes the metrics; nil means that they are not shown.
	Registerer prometheus.Registerer
}

// Fetcher keeps key sets fresh. It is safe for concurrent use.
type Fetcher struct {
	client  Getter
	store   Store
	log     *slog.Logger
	metrics *metrics
	slots   chan struct{}
	// storeAway says that the store failed to load. It is not asked again: a dead one would delay every first fetch.
	storeAway atomic.Bool

	mu   sync.Mutex
	sets map[Source]*KeySet
	// run is Run's context, nil before and after it.
	run   context.Context
	group sync.WaitGroup
}

// New returns a Fetcher of nothing.
func New(options Options) *Fetcher {
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	f := &Fetcher{
		client: options.Client, store: options.Store, log: options.Logger,
		slots: make(chan struct{}, maxFetches), sets: map[Source]*KeySet{},
	}
	f.metrics = newMetrics(options.Registerer, f.oldest)
	return f
}

// Open returns the key set of a source. It is fetched once Keep names it.
func (f *Fetcher) Open(source Source) *KeySet {
	f.mu.Lock()
	defer f.mu.Unlock()
	if s := f.sets[source]; s != nil {
		return s
	}
	s := &KeySet{source: source, fetcher: f, settled: make(chan struct{})}
	s.settle = sync.OnceFunc(func() { close(s.settled) })
	f.sets[source] = s
	return s
}

// Keep begins to fetch these sources, and ends it for all others.
func (f *Fetcher) Keep(sources []Source) {
	f.mu.Lock()
	defer f.mu.Unlock()
	wanted := make(map[Source]bool, len(sources))
	for _, source := range sources {
		wanted[source] = true
	}
	for source, s := range f.sets {
		if !wanted[source] {
			s.stop()
			delete(f.sets, source)
		} else if f.run != nil {
			s.start()
		}
	}
	f.metrics.sets.Set(float64(len(f.sets)))
}

// Run fetches until ctx ends.
func (f *Fetcher) Run(ctx context.Context) error {
	f.mu.Lock()
	f.run = ctx
	for _, s := range f.sets {
		s.start()
	}
	f.mu.Unlock()
	<-ctx.Done()
	f.mu.Lock()
	f.run = nil
	for _, s := range f.sets {
		s.stop()
	}
	f.mu.Unlock()
	f.group.Wait()
	return nil
}

// begin takes part in Run for one fetch; ok is false when Run has ended.
func (f *Fetcher) begin() (ctx context.Context, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.run == nil {
		return nil, false
	}
	f.group.Add(1)
	return f.run, true
}

// oldest is the age in seconds of the key set that was not fetched for the longest time.
func (f *Fetcher) oldest() float64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	oldest := time.Duration(0)
	for _, s := range f.sets {
		oldest = max(oldest, s.age())
	}
	return oldest.Seconds()
}

// Settle waits until every key set that there is now has keys or was tried once, or ctx ends.
func (f *Fetcher) Settle(ctx context.Context) {
	f.mu.Lock()
	sets := slices.Collect(maps.Values(f.sets))
	f.mu.Unlock()
	for _, s := range sets {
		select {
		case <-s.settled:
		case <-ctx.Done():
			return
		}
	}
}
