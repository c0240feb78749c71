package remotejwks

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/fetch"
	"github.com/meshwarden/meshwarden/internal/jwks"
)

func request(source Source, uri string) fetch.Request {
	return fetch.Request{URL: uri, CA: source.CA, MaxBytes: jwks.MaxBytes}
}

// discover asks the issuer where its keys are. What the document says of the issuer must be the very name that
// was asked for (OpenID Connect Discovery 1.0 section 4.3).
func (f *Fetcher) discover(ctx context.Context, source Source) (uri string, err error) {
	at := strings.TrimSuffix(source.Issuer, "/") + "/.well-known/openid-configuration"
	response, err := f.client.Get(ctx, request(source, at))
	if err != nil {
		return "", fmt.Errorf("discovery: %w", err)
	}
	var document struct {
		Issuer  string `json:"issuer"`
		JWKSURI string `json:"jwks_uri"`
	}
	if err := json.Unmarshal(response.Body, &document); err != nil {
		return "", errors.New("discovery: the answer is not a JSON object with an issuer and a jwks_uri")
	}
	if document.Issuer != source.Issuer {
		return "", fmt.Errorf("discovery: the document is of the issuer %.200q", document.Issuer)
	}
	if document.JWKSURI == "" {
		return "", errors.New("discovery: the document has no jwks_uri")
	}
	return document.JWKSURI, nil
}

// adopt reads a key set that was fetched now and puts it into use; store says that it should be saved. Keys that are
// not usable are told once per change.
func (s *KeySet) adopt(document []byte) (store bool, err error) {
	read, unusable := jwks.ParsePublished(document)
	if len(read) == 0 {
		return false, fmt.Errorf("the answer %w", errors.Join(unusable...))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	held := s.keys.Load()
	next := held.with(read)
	s.fetched = time.Now()
	if next != held {
		s.keys.Store(next)
		s.fetcher.log.Info("key set changed", "source", s.source.where(), "keys", next.ids())
		if len(unusable) > 0 {
			s.fetcher.log.Warn("published keys passed over", "source", s.source.where(), "error", errors.Join(unusable...))
		}
	}
	if store = next != held || s.fetched.Sub(s.saved) >= saveInterval; store {
		s.saved = s.fetched
	}
	return store && s.fetcher.store != nil, nil
}

// stored is a key set on disk.
type stored struct {
	Fetched time.Time       `json:"fetched"`
	Keys    json.RawMessage `json:"keys"`
}

// name of a source in the store.
func (s Source) name() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q", s.URI, s.Issuer, s.CA))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// save is best effort: the keys in memory are what counts.
func (s *KeySet) save(ctx context.Context, document []byte) {
	raw, err := json.Marshal(stored{time.Now(), document})
	if err == nil {
		err = s.fetcher.store.Save(ctx, s.source.name(), raw)
	}
	if err != nil {
		s.fetcher.log.Error("key set not stored", "source", s.source.where(), "error", err)
	}
}

// restore takes stored keys into use before the first fetch, which the issuer may leave unanswered.
func (s *KeySet) restore(ctx context.Context) {
	f := s.fetcher
	if !s.first() || f.store == nil || f.storeAway.Load() {
		return
	}
	raw, err := f.store.Load(ctx, s.source.name())
	if err != nil {
		f.storeAway.Store(true)
		f.log.Error("stored key sets not read", "error", err)
		return
	}
	held, ok := readStored(raw, time.Now())
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fetched, s.saved = held.Fetched, held.Fetched
	read, _ := jwks.ParsePublished(held.Keys)
	if len(read) > 0 {
		s.keys.Store((*Keys)(nil).with(read))
		s.settle()
	}
}

// first is true once.
func (s *KeySet) first() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	first := !s.restored
	s.restored = true
	return first
}

// readStored reads what save wrote, if that is young enough to serve.
func readStored(raw []byte, now time.Time) (held stored, ok bool) {
	if json.Unmarshal(raw, &held) != nil {
		return stored{}, false
	}
	age := now.Sub(held.Fetched)
	return held, age <= maxStale && age > -time.Minute
}
