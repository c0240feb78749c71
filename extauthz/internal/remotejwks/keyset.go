package remotejwks

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/meshwarden/meshwarden/internal/jwks"
)

// KeySet is one source's keys.
type KeySet struct {
	source  Source
	fetcher *Fetcher
	keys    atomic.Pointer[Keys]
	// deaf is until when, in nanoseconds since 1970, Ask has nothing to do: a fetch is scheduled for then.
	deaf atomic.Int64
	// settled is closed, by settle, when there are keys or to wait for the first fetch would not bring any.
	settled chan struct{}
	settle  func()

	mu sync.Mutex
	// timer runs the next fetch; nil before start and after stop.
	timer *time.Timer
	// due is before when no fetch may begin, fetched when one last succeeded, saved when that was last stored.
	due, fetched, saved time.Time
	fetching, restored  bool
	// failures are those since the last success.
	failures int
}

// Find is Keys.Find on the keys as they are now; loaded is false while there never were any, or none that are
// young enough.
func (s *KeySet) Find(id string) (key *jwks.Key, loaded bool) {
	keys := s.keys.Load()
	return keys.Find(id), keys != nil
}

// Ask says that a token came that no key here can have signed, so that the issuer may have a new one. It never
// waits: a fetch follows in the background, at most one every 10 seconds, and none before its time while they
// fail.
func (s *KeySet) Ask() {
	now := time.Now()
	if now.UnixNano() < s.deaf.Load() {
		return
	}
	if !s.mu.TryLock() {
		return // a fetch is about to end, and a request does not wait for its disk
	}
	defer s.mu.Unlock()
	if s.timer == nil || s.fetching {
		return
	}
	next := s.due
	if next.Before(now) {
		next = now
	}
	s.deaf.Store(next.UnixNano())
	s.timer.Reset(next.Sub(now))
}

// start schedules the first fetch; it does nothing the second time.
func (s *KeySet) start() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.timer == nil {
		s.timer = time.AfterFunc(0, s.refresh)
	}
}

func (s *KeySet) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.timer != nil {
		s.timer.Stop()
		s.timer = nil
	}
}

// refresh fetches once and schedules the next time.
func (s *KeySet) refresh() {
	ctx, running := s.fetcher.begin()
	if !running {
		return
	}
	defer s.fetcher.group.Done()
	if !s.takeTurn() {
		return
	}
	select {
	case s.fetcher.slots <- struct{}{}:
	case <-ctx.Done():
		return
	}
	defer func() { <-s.fetcher.slots }()
	s.restore(ctx)
	document, age, err := s.fetcher.get(ctx, s.source)
	if ctx.Err() != nil {
		return
	}
	s.done(ctx, document, age, err)
}

// takeTurn keeps a timer that Ask set while another fired from fetching before the time.
func (s *KeySet) takeTurn() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if s.fetching || s.timer == nil {
		return false
	}
	if now.Before(s.due) {
		s.timer.Reset(s.due.Sub(now))
		return false
	}
	s.fetching, s.due = true, now.Add(askInterval)
	return true
}

// done takes over what was fetched.
func (s *KeySet) done(ctx context.Context, document []byte, age time.Duration, err error) {
	store := false
	if err == nil {
		store, err = s.adopt(document)
	}
	s.schedule(age, err)
	if store {
		s.save(ctx, document)
	}
}

// schedule sets the next fetch, after one that ended with err.
func (s *KeySet) schedule(age time.Duration, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fetching = false
	var next time.Duration
	if err == nil {
		s.failures = 0
		next = s.source.Refresh
		if age >= 0 {
			next = min(next, max(age, minRefresh))
		}
	} else {
		s.failures++
		next = min(firstRetry<<min(s.failures-1, 16), lastRetry, s.source.Refresh)
	}
	next = jitter(next)
	if err != nil {
		s.due = time.Now().Add(next)
	}
	s.report(err, next)
	s.settle()
	if s.timer != nil {
		s.timer.Reset(next)
	}
}

// jitter takes up to a fifth off, so that sources do not come due together for ever.
func jitter(d time.Duration) time.Duration { return d - time.Duration(rand.Int64N(int64(d)/5+1)) }

// report tells a failure, and drops keys that are too old to be believed.
func (s *KeySet) report(err error, next time.Duration) {
	f := s.fetcher
	if err == nil {
		f.metrics.succeeded.Inc()
		return
	}
	f.metrics.failed.Inc()
	keys := s.keys.Load()
	if keys != nil && time.Since(s.fetched) > maxStale {
		s.keys.Store(nil)
		f.log.Error("key set dropped, it could not be fetched for too long", "source", s.source.where(), "since", s.fetched)
	}
	f.log.Warn("key set not fetched", "source", s.source.where(), "error", err, "retry_in", next.Round(time.Millisecond), "keys_held", keys != nil)
}

// age is the time since the last success, zero when there never was one.
func (s *KeySet) age() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fetched.IsZero() {
		return 0
	}
	return time.Since(s.fetched)
}

// get fetches the key set of a source, and tells for how long it is fresh (fetch.Response.MaxAge).
func (f *Fetcher) get(ctx context.Context, source Source) (document []byte, age time.Duration, err error) {
	uri := source.URI
	if uri == "" {
		if uri, err = f.discover(ctx, source); err != nil {
			return nil, 0, err
		}
	}
	response, err := f.client.Get(ctx, request(source, uri))
	if err != nil {
		return nil, 0, err
	}
	return response.Body, response.MaxAge, nil
}
