package keyring_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshwarden/meshwarden/extauthz/internal/keyring"
	"github.com/meshwarden/meshwarden/extauthz/internal/redistest"
)

// use looks a secret up n times, as admitted requests do.
func use(t *testing.T, r *keyring.Ring, secret string, n int) {
	t.Helper()
	for range n {
		key, ok := r.Lookup(sha256.Sum256([]byte(secret)))
		if !ok {
			t.Fatal("the key is unknown")
		}
		key.Uses.Used(time.Now())
	}
}

// flaky is a store whose AddUses fails when fail says so, before or after it was done.
type flaky struct {
	keyring.Store
	before, after func(keyring.Batch) error
}

func (f *flaky) AddUses(ctx context.Context, batch keyring.Batch) error {
	if f.before != nil {
		if err := f.before(batch); err != nil {
			return err
		}
	}
	err := f.Store.AddUses(ctx, batch)
	if err == nil && f.after != nil {
		err = f.after(batch)
	}
	return err
}

func TestABatchOfUsesThatBrokeOffIsNotCountedTwice(t *testing.T) {
	t.Parallel()
	open := redisStore(t, redistest.Start(t).URL)
	lost := errors.New("the connection broke")
	for name, store := range map[string]*flaky{
		"in the middle": {Store: open()},
		"at the end":    {Store: open(), after: func(keyring.Batch) error { return lost }},
		"before it":     {Store: open(), before: func(keyring.Batch) error { return lost }},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "in the middle" {
				store.before = func(b keyring.Batch) error { // one tenant's uses arrive
					some := b
					some.Uses = b.Uses[:1]
					if err := store.Store.AddUses(t.Context(), some); err != nil {
						t.Fatal(err)
					}
					return lost
				}
			}
			r := still(t, keyring.Options{Store: store})
			secrets, ids, tenants := []string{}, []string{}, []string{"acme", "globex", "initech"}
			for _, tenant := range tenants {
				secret, key := create(t, r, tenant, name)
				secrets, ids = append(secrets, secret), append(ids, key.ID)
				use(t, r, secret, 3)
			}
			r.Flush(t.Context())
			use(t, r, secrets[0], 2) // meanwhile
			r.Flush(t.Context())
			store.before, store.after = nil, nil
			r.Flush(t.Context())
			r.Flush(t.Context())
			for i, tenant := range tenants {
				got, err := r.Uses(t.Context(), tenant, ids[i:i+1])
				want := uint64(3)
				if i == 0 {
					want = 5
				}
				if err != nil || got[0].Count != want || got[0].Last.IsZero() {
					t.Errorf("%s: %v, want %d (%v)", tenant, got, want, err)
				}
			}
		})
	}
}

func TestAStoppedRingLeavesNoUses(t *testing.T) {
	everyStore(t, func(t *testing.T, at place) {
		r := keyring.New(keyring.Options{Store: at.open()})
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan struct{})
		go func() { r.Run(ctx); close(ended) }()
		eventually(t, "the keys are loaded", r.Complete)
		secret, key := create(t, r, "acme", "ci")
		use(t, r, secret, 7)
		stop()
		<-ended
		if got, err := at.open().Uses(t.Context(), "acme", []string{key.ID}); err != nil || got[0].Count != 7 {
			t.Errorf("%v, %v", got, err)
		}
	})
}

func TestAKeyThatIsUsedUnusuallyOftenIsReportedOnceAnHour(t *testing.T) {
	t.Parallel()
	lines, registry := &log{}, prometheus.NewRegistry()
	r := still(t, keyring.Options{Store: places["bbolt"](t).open(), Logger: lines.logger(), Registerer: registry})
	secret, key := create(t, r, "acme", "ci")
	hour := func(n int) {
		t.Helper()
		use(t, r, secret, n/2)
		r.Flush(t.Context())
		use(t, r, secret, n-n/2)
		r.Flush(t.Context())
		r.EndHour()
	}
	const text = "used unusually often"
	hour(5000) // the hour in which it came
	hour(200)  // its first whole one: what is usual is not known before it is over
	hour(keyring.JumpFloor)
	if lines.count(text) != 0 {
		t.Error("a key is reported without need")
	}
	hour(5000)
	if lines.count(text) != 1 || lines.count("key_id="+key.ID) != 1 || metric(t, registry, "api_key_jumps_total", "") != 1 {
		t.Errorf("%d reports", lines.count(text))
	}
	for range 30 { // it becomes usual
		hour(5000)
	}
	before := lines.count(text)
	hour(10_000)
	if lines.count(text) != before {
		t.Error("twice the usual is reported")
	}
}
