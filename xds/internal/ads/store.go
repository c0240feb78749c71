package ads

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"

	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"github.com/prometheus/client_golang/prometheus"
)

// Options of a Server. All are needed except Registry and the functions.
type Options struct {
	Types    []Type
	Logger   *slog.Logger
	Registry prometheus.Registerer
	// Authorize says what a client is, from its connection and the node.cluster that it claims.
	Authorize func(ctx context.Context, cluster string) (Role, error)
	// Answered, when set, is called after a client accepted or refused resources, came or went. It must not block.
	Answered func()
	// Refused, when set, is called for each refusal that is new. It must not block.
	Refused func(client string, nack Nack)
}

// Server holds the resources and the streams. It is safe for concurrent use.
type Server struct {
	discovery.UnimplementedAggregatedDiscoveryServiceServer
	options Options
	types   map[string]Type
	metrics *metrics

	// mu guards the fields below; it is taken before a stream's own.
	mu      sync.RWMutex
	store   map[string]map[string]*Resource
	digest  uint64
	held    func(Key) bool
	streams map[*stream]struct{}

	waiters atomic.Int64
	answers broadcast
}

// New returns a Server with an empty store.
func New(options Options) *Server {
	s := &Server{
		options: options,
		types:   map[string]Type{},
		metrics: newMetrics(options.Registry, options.Types),
		store:   map[string]map[string]*Resource{},
		held:    func(Key) bool { return false },
		streams: map[*stream]struct{}{},
	}
	for _, t := range options.Types {
		s.types[t.URL] = t
		s.store[t.URL] = map[string]*Resource{}
	}
	return s
}

// Set publishes resources to all clients that want them, in this order; those whose version is the one in the
// store already are left out. It returns the keys that changed.
func (s *Server) Set(resources ...*Resource) []Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	var changed []Key
	for _, r := range resources {
		old := s.store[r.Type][r.Name]
		if old != nil && old.Version == r.Version {
			continue
		}
		s.digest += digestOf(r) - digestOf(old)
		s.store[r.Type][r.Name] = r
		changed = append(changed, r.Key)
	}
	s.fanOut(changed)
	return changed
}

// Remove takes resources away from all clients. It returns the keys that were there.
func (s *Server) Remove(keys ...Key) []Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	var changed []Key
	for _, key := range keys {
		old, ok := s.store[key.Type][key.Name]
		if !ok {
			continue
		}
		s.digest -= digestOf(old)
		delete(s.store[key.Type], key.Name)
		changed = append(changed, key)
	}
	s.fanOut(changed)
	return changed
}

// Hold replaces the rule for resources that a reconnecting client holds and the store does not: one that is held
// is left alone, until a later rule no longer holds it. It is for objects of which no good version is known since
// this process started.
func (s *Server) Hold(held func(Key) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held = held
	for st := range s.streams {
		st.mu.Lock()
		for key := range st.kept {
			_, published := s.store[key.Type][key.Name]
			if !published && held(key) {
				continue
			}
			delete(st.kept, key)
			if !published {
				st.enqueue(key)
			}
		}
		st.mu.Unlock()
		st.signal()
	}
}

// Get returns the published version, or nil.
func (s *Server) Get(key Key) *Resource {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.store[key.Type][key.Name]
}

// Has reports whether key is published.
func (s *Server) Has(key Key) bool { return s.Get(key) != nil }

// Names lists what is published of a type, sorted.
func (s *Server) Names(typeURL string) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return sortedNames(s.store[typeURL])
}

// Digest is a hash of all published names and versions: equal digests are equal configurations.
func (s *Server) Digest() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return hex.EncodeToString(binary.BigEndian.AppendUint64(nil, s.digest))
}

// digestOf is a resource's share in the digest, which is the sum of all shares: so an edit costs what changed, in any order.
func digestOf(r *Resource) uint64 {
	if r == nil {
		return 0
	}
	sum := sha256.Sum256([]byte(r.Type + " " + r.Name + " " + r.Version))
	return binary.BigEndian.Uint64(sum[:])
}

func sortedNames[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// fanOut costs one map entry for each changed resource and client. The caller holds mu.
func (s *Server) fanOut(changed []Key) {
	if len(changed) == 0 {
		return
	}
	for st := range s.streams {
		st.mu.Lock()
		for _, key := range changed {
			if sub := st.subscriptions[key.Type]; sub != nil && sub.wants(key.Name) && s.types[key.Type].Visible == st.role {
				st.enqueue(key)
			}
		}
		st.mu.Unlock()
		st.signal()
	}
}

// lookup returns a resource as the stream's role sees it. The caller holds mu.
func (s *Server) lookup(st *stream, key Key) *Resource {
	if s.types[key.Type].Visible != st.role {
		return nil
	}
	return s.store[key.Type][key.Name]
}
