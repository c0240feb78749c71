package keyring_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/meshwarden/meshwarden/extauthz/internal/identity"
	"github.com/meshwarden/meshwarden/extauthz/internal/keyring"
	"github.com/meshwarden/meshwarden/extauthz/internal/redisconn"
	"github.com/meshwarden/meshwarden/extauthz/internal/redistest"
	"github.com/meshwarden/meshwarden/extauthz/internal/statedb"
	"github.com/meshwarden/meshwarden/internal/apikeys"
)

// place is where a store keeps its keys; each call of open opens it again, as another replica or the next process does.
type place struct {
	open func() keyring.Store
	// shared says that several rings may follow it at a time.
	shared bool
}

// replicas are rings of the place: two when it is shared.
func (p place) replicas(t testing.TB) (first, second *keyring.Ring) {
	t.Helper()
	first = run(t, keyring.Options{Store: p.open()})
	if !p.shared {
		return first, first
	}
	return first, run(t, keyring.Options{Store: p.open()})
}

// places are of all implementations.
var places = map[string]func(testing.TB) place{
	"bbolt": func(t testing.TB) place {
		db, err := statedb.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return place{open: func() keyring.Store { return boltStore(t, db) }}
	},
	"redis": func(t testing.TB) place { return place{redisStore(t, redistest.Start(t).URL), true} },
}

func boltStore(t testing.TB, db *bbolt.DB) keyring.Store {
	t.Helper()
	store, err := keyring.NewBolt(db)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func redisStore(t testing.TB, url string) func() keyring.Store {
	return func() keyring.Store {
		client, err := redisconn.Open(url, 10*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = client.Close() })
		return keyring.NewRedis(client)
	}
}

// everyStore runs test with each implementation.
func everyStore(t *testing.T, test func(t *testing.T, at place)) {
	t.Helper()
	t.Parallel()
	for name, start := range places {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, start(t))
		})
	}
}

// run keeps a ring equal to the store until the test ends.
func run(t testing.TB, options keyring.Options) *keyring.Ring {
	t.Helper()
	r := keyring.New(options)
	ctx, stop := context.WithCancel(context.Background())
	var group sync.WaitGroup
	group.Go(func() { r.Run(ctx) })
	t.Cleanup(func() { stop(); group.Wait() })
	eventually(t, "the keys are loaded", r.Complete)
	return r
}

// still is a ring that has the store's keys and does nothing of its own.
func still(t testing.TB, options keyring.Options) *keyring.Ring {
	t.Helper()
	r := keyring.New(options)
	if err := options.Store.Sync(t.Context(), r.Table); err != nil {
		t.Fatal(err)
	}
	return r
}

func newKey(t testing.TB, tenant, name string) (secret string, key apikeys.Key) {
	t.Helper()
	secret, key, err := apikeys.New(apikeys.Request{Tenant: tenant, Name: name, Roles: []string{"viewer"}, Scopes: []string{"a:read"}}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return secret, key
}

func create(t testing.TB, r *keyring.Ring, tenant, name string) (secret string, key apikeys.Key) {
	t.Helper()
	secret, key = newKey(t, tenant, name)
	if _, err := r.Create(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	return secret, key
}

// state of a secret: "unknown", "good", "revoked" or "expired".
func state(r identity.KeyStore, secret string) string {
	key, ok := r.Lookup(sha256.Sum256([]byte(secret)))
	switch {
	case !ok:
		return "unknown"
	case key.Revoked:
		return "revoked"
	case !time.Now().Before(key.Expires):
		return "expired"
	}
	return "good"
}

func revoke(k *apikeys.Key) error { k.Revoke(time.Now()); return nil }

func TestChangesReachEveryReplica(t *testing.T) {
	everyStore(t, func(t *testing.T, at place) {
		first, second := at.replicas(t)
		secret, key := create(t, first, "acme", "ci")
		if state(first, secret) != "good" {
			t.Error("the replica that made the key does not know it")
		}
		eventually(t, "the other knows it", func() bool { return state(second, secret) == "good" })
		if got, _ := second.Get("acme", key.ID); cmp.Diff(key, got) != "" {
			t.Error(cmp.Diff(key, got))
		}

		var rotated string
		if _, err := second.Change(t.Context(), "acme", key.ID, func(k *apikeys.Key) (err error) {
			rotated, err = k.Rotate(0, time.Hour, time.Now())
			return err
		}); err != nil {
			t.Fatal(err)
		}
		eventually(t, "both secrets are good everywhere", func() bool {
			return state(first, secret) == "good" && state(first, rotated) == "good" && state(second, secret) == "good" && state(second, rotated) == "good"
		})
		previous, _ := first.Lookup(sha256.Sum256([]byte(secret)))
		if left := time.Until(previous.Expires); left > time.Hour || left < 50*time.Minute {
			t.Errorf("the grace ends in %v", left)
		}

		if _, err := first.Change(t.Context(), "acme", key.ID, revoke); err != nil {
			t.Fatal(err)
		}
		if state(first, secret) != "revoked" || state(first, rotated) != "revoked" {
			t.Error("the replica that revoked the key takes it")
		}
		revoked := time.Now()
		eventually(t, "the key is revoked everywhere", func() bool { return state(second, secret) == "revoked" && state(second, rotated) == "revoked" })
		t.Logf("revoked on the other replica after %v", time.Since(revoked))
	})
}

func TestKeysOutliveTheProcess(t *testing.T) {
	everyStore(t, func(t *testing.T, at place) {
		r := run(t, keyring.Options{Store: at.open()})
		_, a := create(t, r, "acme", "a")
		_, b := create(t, r, "globex", "b")
		if b, _ = r.Change(t.Context(), "globex", b.ID, revoke); b.Revoked.IsZero() {
			t.Fatal("not revoked")
		}
		next := run(t, keyring.Options{Store: at.open()})
		for _, want := range []apikeys.Key{a, b} {
			if got, _ := next.Get(want.Tenant, want.ID); cmp.Diff(want, got) != "" {
				t.Error(cmp.Diff(want, got))
			}
		}
		if next.Len() != 2 {
			t.Errorf("%d keys", next.Len())
		}
	})
}

func TestStoresRefuseWhatCannotBe(t *testing.T) {
	everyStore(t, func(t *testing.T, at place) {
		r := run(t, keyring.Options{Store: at.open()})
		secret, key := create(t, r, "acme", "ci")
		again := key
		again.Name = "another"
		if held, err := r.Create(t.Context(), again); !errors.Is(err, keyring.ErrExists) || held.Name != "ci" {
			t.Errorf("the same id: %v, %v", held, err)
		}
		_, thief := newKey(t, "globex", "thief")
		thief.Hash = key.Hash
		if _, err := r.Create(t.Context(), thief); !errors.Is(err, keyring.ErrTaken) {
			t.Errorf("another tenant's secret: %v", err)
		}
		for _, of := range [][2]string{{"globex", key.ID}, {"acme", "nosuchid0000"}, {"acme", ""}, {"", ""}} {
			if _, err := r.Change(t.Context(), of[0], of[1], revoke); !errors.Is(err, keyring.ErrUnknown) {
				t.Errorf("%q: %v", of, err)
			}
		}
		mine := errors.New("mine")
		if _, err := r.Change(t.Context(), "acme", key.ID, func(k *apikeys.Key) error { k.Revoke(time.Now()); return mine }); !errors.Is(err, mine) {
			t.Errorf("a change that fails: %v", err)
		}
		if state(r, secret) != "good" {
			t.Error("a refused change took effect")
		}
	})
}

func TestConcurrentChangesOfOneKeyAreAllMade(t *testing.T) {
	everyStore(t, func(t *testing.T, at place) {
		first, second := at.replicas(t)
		_, key := create(t, first, "acme", "ci")
		const each = 5
		var group sync.WaitGroup
		for _, r := range []*keyring.Ring{first, second} {
			group.Go(func() {
				for range each {
					if _, err := r.Change(context.Background(), "acme", key.ID, func(k *apikeys.Key) error {
						_, err := k.Rotate(0, 0, time.Now())
						return err
					}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		for _, r := range []*keyring.Ring{first, second} {
			eventually(t, "the last revision is everywhere", func() bool {
				held, _ := r.Get("acme", key.ID)
				return held.Revision == 2*each+1
			})
		}
	})
}

func TestUsesAreAddedUpOnceABatch(t *testing.T) {
	everyStore(t, func(t *testing.T, at place) {
		store := at.open()
		_, a := newKey(t, "acme", "a")
		_, b := newKey(t, "globex", "b")
		for _, key := range []apikeys.Key{a, b} {
			if _, err := store.Create(t.Context(), key); err != nil {
				t.Fatal(err)
			}
		}
		used := time.Unix(1_800_000_000, 0).UTC()
		batch := func(writer string, number uint64, last time.Time) keyring.Batch {
			return keyring.Batch{Writer: writer, Number: number, Uses: []keyring.KeyUses{
				{Tenant: "acme", ID: a.ID, Uses: keyring.Uses{Count: 3, Last: last}},
				{Tenant: "globex", ID: b.ID, Uses: keyring.Uses{Count: 1 << 40, Last: last}},
				{Tenant: "acme", ID: "removed00000", Uses: keyring.Uses{Count: 1, Last: last}},
			}}
		}
		add := func(b keyring.Batch) {
			t.Helper()
			if err := store.AddUses(t.Context(), b); err != nil {
				t.Fatal(err)
			}
		}
		add(batch("w1", 1, used))
		add(batch("w2", 1, used.Add(-time.Hour))) // another replica, whose clock is late
		uses := func(tenant string, ids ...string) []keyring.Uses {
			t.Helper()
			list, err := store.Uses(t.Context(), tenant, ids)
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		want := []keyring.Uses{{Count: 6, Last: used}, {}}
		if diff := cmp.Diff(want, uses("acme", a.ID, "removed00000")); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]keyring.Uses{{Count: 2 << 40, Last: used}}, uses("globex", b.ID)); diff != "" {
			t.Error(diff)
		}
		if err := store.Remove(t.Context(), "acme", a.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Create(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		if got := uses("acme", a.ID); got[0] != (keyring.Uses{}) {
			t.Errorf("a removed key left %v", got)
		}
	})
}
