// Package scandocs holds scan policy documents by their SHA-256 and serves them over HTTP to the wasm
// filter. It does not know what is in them.
package scandocs

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/answer"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// Keep is how long a document can still be fetched after nothing refers to it: requests that were decided
// before the change may still be on their way through the filter.
const Keep = 10 * time.Minute

// Store is a set of documents. It is safe for concurrent use.
type Store struct {
	now       func() time.Time
	mu        sync.RWMutex
	documents map[string]*document
}

type document struct {
	content []byte
	// gone is when the document was removed, zero while it is referred to.
	gone time.Time
}

// New returns an empty store; now is the clock (default time.Now).
func New(now func() time.Time) *Store {
	if now == nil {
		now = time.Now
	}
	return &Store{now: now, documents: map[string]*document{}}
}

// Add keeps a document under its hash. A hash that is not the document's is an error: the filter would
// refuse it and fall back to the strict policy.
func (s *Store) Add(hash string, content []byte) error {
	if sum := sha256.Sum256(content); hash != hex.EncodeToString(sum[:]) {
		return fmt.Errorf("scan policy %.80q: the document has another SHA-256", hash)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.documents[hash] = &document{content: content}
	return nil
}

// Remove lets go of a document, which can still be fetched for Keep.
func (s *Store) Remove(hash string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if d := s.documents[hash]; d != nil && d.gone.IsZero() {
		s.documents[hash] = &document{content: d.content, gone: now}
	}
	for hash, d := range s.documents {
		if d.expired(now) {
			delete(s.documents, hash)
		}
	}
}

func (d *document) expired(now time.Time) bool { return !d.gone.IsZero() && now.Sub(d.gone) > Keep }

// Get returns a document, nil when there is none.
func (s *Store) Get(hash string) []byte {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if d := s.documents[hash]; d != nil && !d.expired(s.now()) {
		return d.content
	}
	return nil
}

// ServeHTTP answers GET /scan-policies/{hash}.
func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	hash := r.PathValue("hash")
	content := s.Get(hash)
	if content == nil {
		denial := reason.RouteUnknown.Answer()
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write(answer.AppendBody(nil, denial.Code, "no such scan policy", answer.RequestID(r.Header.Get("X-Request-Id"), "")))
		return
	}
	etag := `"` + hash + `"`
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Header().Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(content)
}
