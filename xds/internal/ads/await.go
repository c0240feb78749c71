package ads

import (
	"context"
	"sync"
)

// broadcast wakes everybody who waits. The zero value is ready.
type broadcast struct {
	mu sync.Mutex
	ch chan struct{}
}

func (b *broadcast) wait() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch == nil {
		b.ch = make(chan struct{})
	}
	return b.ch
}

func (b *broadcast) wake() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch != nil {
		close(b.ch)
		b.ch = nil
	}
}

func (s *Server) answered() {
	if s.waiters.Load() > 0 {
		s.answers.wake()
	}
	if s.options.Answered != nil {
		s.options.Answered()
	}
}

// Await returns when every client of the role has answered for keys, or with the nodes that had not when ctx
// ended. Those are not waited for again until they have caught up, so one stuck client delays one publication.
func (s *Server) Await(ctx context.Context, role Role, keys []Key) (late []string) {
	s.waiters.Add(1)
	defer s.waiters.Add(-1)
	for {
		woken := s.answers.wait()
		waiting := s.unanswered(role, keys)
		if len(waiting) == 0 {
			return nil
		}
		select {
		case <-woken:
		case <-ctx.Done():
			for _, st := range s.unanswered(role, keys) {
				st.mu.Lock()
				st.late = true
				st.mu.Unlock()
				late = append(late, st.node)
			}
			return late
		}
	}
}

func (s *Server) unanswered(role Role, keys []Key) []*stream {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var list []*stream
	for st := range s.streams {
		if st.role == role && st.waits(keys) {
			list = append(list, st)
		}
	}
	return list
}

func (st *stream) waits(keys []Key) bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.late {
		return false
	}
	for _, key := range keys {
		if st.outstanding(key) {
			return true
		}
	}
	return false
}

// Refused lists the names of a type whose published version some connected client refuses.
func (s *Server) Refused(typeURL string) map[string]struct{} {
	s.mu.RLock()
	defer s.mu.RUnlock()
	names := map[string]struct{}{}
	for st := range s.streams {
		st.mu.Lock()
		if sub := st.subscriptions[typeURL]; sub != nil {
			for name, refused := range sub.refused {
				if r := s.store[typeURL][name]; r != nil && r.Version == refused.version {
					names[name] = struct{}{}
				}
			}
		}
		st.mu.Unlock()
	}
	return names
}
