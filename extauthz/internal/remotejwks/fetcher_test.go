package remotejwks_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwk"

	"github.com/meshwarden/meshwarden/extauthz/internal/fetch"
	"github.com/meshwarden/meshwarden/extauthz/internal/remotejwks"
)

const (
	issuer = "https://idp.example/realm"
	uri    = "https://idp.example/keys"
)

// published is a key set with an Ed25519 key for each id.
func published(ids ...string) string {
	keys := []any{}
	for _, id := range ids {
		seed := sha256.Sum256([]byte(id))
		key, err := jwk.Import(ed25519.NewKeyFromSeed(seed[:]).Public())
		if err != nil {
			panic(err)
		}
		if id != "" {
			_ = key.Set(jwk.KeyIDKey, id)
		}
		keys = append(keys, key)
	}
	raw, err := json.Marshal(map[string]any{"keys": keys})
	if err != nil {
		panic(err)
	}
	return string(raw)
}

// web answers fetches from memory and remembers when they were made.
type web struct {
	mu     sync.Mutex
	pages  map[string]fetch.Response
	err    error
	calls  []string
	times  []time.Time
	delay  time.Duration
	active int
	most   int
}

func serving(ids ...string) *web {
	w := &web{}
	w.set(uri, published(ids...), -1)
	return w
}

func (w *web) set(url, body string, age time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.pages == nil {
		w.pages = map[string]fetch.Response{}
	}
	w.pages[url] = fetch.Response{Body: []byte(body), MaxAge: age}
}

func (w *web) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.err = err
}

func (w *web) Get(ctx context.Context, r fetch.Request) (fetch.Response, error) {
	w.mu.Lock()
	w.calls, w.times = append(w.calls, r.URL), append(w.times, time.Now())
	w.active++
	w.most = max(w.most, w.active)
	w.mu.Unlock()
	select {
	case <-time.After(w.delay):
	case <-ctx.Done():
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.active--
	page, ok := w.pages[r.URL]
	switch {
	case w.err != nil:
		return fetch.Response{}, w.err
	case !ok:
		return fetch.Response{}, errors.New("answered 404")
	}
	return page, nil
}

func (w *web) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.calls)
}

func source() remotejwks.Source {
	return remotejwks.Source{URI: uri, Issuer: issuer, Refresh: 10 * time.Minute}
}

// run runs a fetcher of the sources until the test's end, after its first fetches.
func run(t *testing.T, options remotejwks.Options, sources ...remotejwks.Source) *remotejwks.Fetcher {
	t.Helper()
	f := remotejwks.New(options)
	for _, s := range sources {
		f.Open(s)
	}
	f.Keep(sources)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = f.Run(ctx)
	}()
	t.Cleanup(func() { cancel(); <-ended })
	synctest.Wait()
	return f
}

func has(set *remotejwks.KeySet, id string) bool {
	key, _ := set.Find(id)
	return key != nil
}

func TestKeysAreFetchedInTheBackgroundAndRotate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := serving("a")
		f := run(t, remotejwks.Options{Client: w}, source())
		set := f.Open(source())
		if !has(set, "a") || has(set, "b") || !has(set, "") {
			t.Error("after the first fetch the set is not what was published")
		}
		before, _ := set.Find("a")
		w.set(uri, published("a", "b"), -1)
		time.Sleep(10*time.Minute + time.Second)
		after, _ := set.Find("a")
		if !has(set, "b") || before != after {
			t.Error("a new key has not come, or an old one is another object")
		}
		if has(set, "") {
			t.Error("a token without a key id has a choice of two")
		}
		w.set(uri, published("b"), -1)
		time.Sleep(10*time.Minute + time.Second)
		if has(set, "a") {
			t.Error("a withdrawn key still verifies")
		}
	})
}

func TestCacheControlShortensTheRefreshWithinBounds(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ age, least, most time.Duration }{
		"unknown":      {-1, 8 * time.Minute, 10 * time.Minute},
		"five minutes": {5 * time.Minute, 4 * time.Minute, 5 * time.Minute},
		"none":         {0, 48 * time.Second, time.Minute},
		"a day":        {24 * time.Hour, 8 * time.Minute, 10 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := serving("a")
				w.set(uri, published("a"), tc.age)
				run(t, remotejwks.Options{Client: w}, source())
				time.Sleep(time.Hour)
				for i := 1; i < w.count(); i++ {
					if d := w.times[i].Sub(w.times[i-1]); d < tc.least || d > tc.most {
						t.Errorf("%v between two fetches", d)
					}
				}
				if w.count() < 6 {
					t.Errorf("%d fetches in an hour", w.count())
				}
			})
		})
	}
}

func TestFailuresKeepTheLastGoodKeysAndBackOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := serving("a")
		f := run(t, remotejwks.Options{Client: w}, source())
		set := f.Open(source())
		w.fail(errors.New("away"))
		time.Sleep(time.Hour)
		if !has(set, "a") {
			t.Error("the last good keys are gone")
		}
		if n := w.count(); n < 15 || n > 30 {
			t.Errorf("%d fetches in an hour of failures", n)
		}
		w.fail(nil)
		w.set(uri, `{"keys": []}`, -1)
		time.Sleep(time.Hour)
		if !has(set, "a") {
			t.Error("an answer without keys took the last good ones away")
		}
		time.Sleep(7 * 24 * time.Hour)
		if _, loaded := set.Find("a"); loaded {
			t.Error("keys that could not be fetched for a week still verify")
		}
		w.set(uri, published("b"), -1)
		time.Sleep(6 * time.Minute)
		if !has(set, "b") {
			t.Error("the fetcher has given up")
		}
	})
}

func TestAFloodOfUnknownKeyIDsCausesAFetchEveryTenSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := serving("a")
		f := run(t, remotejwks.Options{Client: w}, source())
		set := f.Open(source())
		for range 600 {
			for i := range 100 {
				if has(set, fmt.Sprint("random-", i)) {
					t.Fatal("a random key id has a key")
				}
				set.Ask()
			}
			time.Sleep(100 * time.Millisecond)
		}
		if n := w.count(); n < 5 || n > 7 {
			t.Errorf("60,000 unknown key ids in a minute caused %d fetches", n)
		}
		w.set(uri, published("a", "new"), -1)
		synctest.Wait()
		set.Ask()
		time.Sleep(10*time.Second + time.Millisecond)
		if !has(set, "new") {
			t.Error("an unknown key id did not bring the new key within 10 s")
		}
		w.fail(errors.New("away"))
		set.Ask()
		time.Sleep(time.Minute)
		before := w.count()
		for range 600 {
			set.Ask()
			time.Sleep(100 * time.Millisecond)
		}
		if n := w.count() - before; n > 3 {
			t.Errorf("unknown key ids undo the back-off: %d fetches in a minute", n)
		}
	})
}

func TestDiscoveryFindsTheKeysOfTheVeryIssuer(t *testing.T) {
	t.Parallel()
	const discovery = issuer + "/.well-known/openid-configuration"
	for name, tc := range map[string]struct {
		issuer, document string
		want             bool
	}{
		"good":                            {issuer, `{"issuer":"` + issuer + `","jwks_uri":"` + uri + `"}`, true},
		"an issuer with a slash":          {issuer + "/", `{"issuer":"` + issuer + `/","jwks_uri":"` + uri + `"}`, true},
		"of another issuer":               {issuer, `{"issuer":"https://evil.example","jwks_uri":"` + uri + `"}`, false},
		"of the issuer but for its slash": {issuer, `{"issuer":"` + issuer + `/","jwks_uri":"` + uri + `"}`, false},
		"without an issuer":               {issuer, `{"jwks_uri":"` + uri + `"}`, false},
		"without a URI":                   {issuer, `{"issuer":"` + issuer + `"}`, false},
		"not JSON":                        {issuer, `<html>`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := serving("a")
				w.set(discovery, tc.document, -1)
				s := remotejwks.Source{Issuer: tc.issuer, Refresh: time.Minute}
				set := run(t, remotejwks.Options{Client: w}, s).Open(s)
				if has(set, "a") != tc.want {
					t.Errorf("has a key: %v; fetched %v", !tc.want, w.calls)
				}
			})
		})
	}
}

// memory is a Store.
type memory struct {
	documents map[string][]byte
	saves     int
}

func (m *memory) Load(_ context.Context, name string) ([]byte, error) { return m.documents[name], nil }
func (m *memory) Save(_ context.Context, name string, document []byte) error {
	m.documents[name] = document
	m.saves++
	return nil
}

func TestStoredKeysServeAfterARestartWithoutTheIssuer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &memory{documents: map[string][]byte{}}
		w := serving("a")
		ctx, cancel := context.WithCancel(t.Context())
		f := remotejwks.New(remotejwks.Options{Client: w, Store: store})
		f.Open(source())
		ended := make(chan struct{})
		go func() { defer close(ended); _ = f.Run(ctx) }()
		time.Sleep(3 * time.Hour)
		cancel()
		<-ended
		if store.saves < 2 || store.saves > 4 {
			t.Errorf("%d saves of an unchanged set in three hours", store.saves)
		}
		w.fail(errors.New("away"))
		set := run(t, remotejwks.Options{Client: w, Store: store}, source()).Open(source())
		if !has(set, "a") {
			t.Error("the stored keys are not used")
		}
		other := source()
		other.CA = "other"
		if has(run(t, remotejwks.Options{Client: w, Store: store}, other).Open(other), "a") {
			t.Error("keys that came under another CA are used")
		}
		time.Sleep(8 * 24 * time.Hour)
		if has(run(t, remotejwks.Options{Client: w, Store: store}, source()).Open(source()), "a") {
			t.Error("keys of last week are used")
		}
	})
}

func TestSetsThatNobodyNamesAreNotFetched(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := serving("a")
		f := run(t, remotejwks.Options{Client: w}, source())
		if set := f.Open(source()); set != f.Open(source()) {
			t.Error("two sets of one source")
		}
		f.Keep(nil)
		before := w.count()
		time.Sleep(time.Hour)
		if w.count() != before {
			t.Error("a set that was let go is still fetched")
		}
		f.Open(source())
		f.Keep([]remotejwks.Source{source()})
		synctest.Wait()
		if w.count() != before+1 {
			t.Error("a set that came back is not fetched")
		}
	})
}

func TestFetchesAtATimeAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := serving("a")
		w.delay = time.Second
		sources := make([]remotejwks.Source, 200)
		for i := range sources {
			sources[i] = remotejwks.Source{URI: fmt.Sprint(uri, i), Refresh: time.Hour}
			w.set(sources[i].URI, published("a"), -1)
		}
		f := run(t, remotejwks.Options{Client: w}, sources...)
		started := time.Now()
		short, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		f.Settle(short)
		if took := time.Since(started); took != 500*time.Millisecond {
			t.Errorf("a bounded wait took %v", took)
		}
		f.Settle(t.Context())
		if took := time.Since(started); w.most != 64 || took != 4*time.Second {
			t.Errorf("%d at a time, settled after %v", w.most, took)
		}
	})
}
