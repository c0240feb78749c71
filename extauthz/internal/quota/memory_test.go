package quota_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshwarden/meshwarden/extauthz/internal/quota"
	"github.com/meshwarden/meshwarden/extauthz/internal/redistest"
)

func keyed(c quota.Charge, i int) []quota.Charge {
	c.Key = fmt.Sprint("ip:", i)
	return one(c)
}

func TestFullMemoryRefusesNewKeysUntilOldOnesAreAsGoodAsNew(t *testing.T) {
	t.Parallel()
	now, registry := epoch, prometheus.NewRegistry()
	store := quota.NewMemory(quota.Options{MaxKeys: 10, Now: func() time.Time { return now }, Registerer: registry})
	shape := window("w", 1, 24*time.Second)
	for i := range 10 {
		if result, err := store.Charge(t.Context(), "acme", keyed(shape, i)); err != nil || !result.Admitted {
			t.Fatalf("key %d: %+v, %v", i, result, err)
		}
	}
	for i := range 11 {
		result, err := store.Charge(t.Context(), "acme", keyed(shape, i))
		if i < 10 && (err != nil || result.Admitted) {
			t.Errorf("key %d was forgotten: %+v, %v", i, result, err)
		}
		if i == 10 && !errors.Is(err, quota.ErrUnavailable) {
			t.Errorf("one key more: %+v, %v", result, err)
		}
	}
	if result, err := store.Charge(t.Context(), "globex", keyed(shape, 10)); err != nil || !result.Admitted {
		t.Errorf("another tenant: %+v, %v", result, err)
	}
	if n := value(t, registry, "meshwarden_extauthz_quota_keys", ""); n != 11 {
		t.Errorf("%v keys are counted, want 11", n)
	}
	if n := value(t, registry, "meshwarden_extauthz_quota_store_errors_total", "full"); n != 1 {
		t.Errorf("%v refusals for want of room are counted, want 1", n)
	}
	now = now.Add(25 * time.Second)
	if result, err := store.Charge(t.Context(), "acme", keyed(shape, 10)); err != nil || !result.Admitted {
		t.Errorf("one key more, later: %+v, %v", result, err)
	}
}

// TestForgettingNeverGrantsAnything hammers few keys of a small store, so that it forgets all the time.
func TestForgettingNeverGrantsAnything(t *testing.T) {
	t.Parallel()
	now := epoch
	store := quota.NewMemory(quota.Options{MaxKeys: 40, Now: func() time.Time { return now }})
	span := 24 * time.Second
	log := map[int][]time.Time{}
	for i := range 20_000 {
		now = now.Add(time.Duration(i%97) * time.Millisecond)
		k := i * 7919 % 101
		result, err := store.Charge(context.Background(), "acme", keyed(window("w", 2, span), k))
		if err != nil || !result.Admitted {
			continue
		}
		log[k] = append(log[k], now)
		if n := len(log[k]); n > 2 && now.Sub(log[k][n-3]) < span {
			t.Fatalf("key %d was admitted three times in %v", k, now.Sub(log[k][n-3]))
		}
	}
	if len(log) < 40 {
		t.Errorf("only %d keys were ever admitted: nothing was forgotten", len(log))
	}
}

func TestIdleKeysGiveTheirMemoryBack(t *testing.T) {
	t.Parallel()
	now, registry := epoch, prometheus.NewRegistry()
	store := quota.NewMemory(quota.Options{Now: func() time.Time { return now }, Registerer: registry})
	for i := range 5000 {
		charge(t, store, keyed(bucket("b", 5, 1), i)...)
	}
	now = now.Add(time.Minute)
	for i := range 3000 {
		charge(t, store, keyed(bucket("b", 5, 1), 10_000+i)...)
	}
	if n := value(t, registry, "meshwarden_extauthz_quota_keys", ""); n > 3500 {
		t.Errorf("%v keys are held, of which 3000 are in use", n)
	}
}

func TestMemoryChargeAllocatesItsStatusesOnly(t *testing.T) {
	store := quota.NewMemory(quota.Options{})
	charges := []quota.Charge{bucket("b", 1e6, 1e5), window("w", 1e9, time.Hour)}
	charge(t, store, charges...)
	if n := testing.AllocsPerRun(200, func() { _, _ = store.Charge(context.Background(), "acme", charges) }); n > 1 {
		t.Errorf("%v allocations", n)
	}
}

func benchmarkCharge(b *testing.B, store quota.Store) {
	charges := []quota.Charge{bucket("b", 1e9, 1e6), window("w", 1e9, time.Hour)}
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if result, err := store.Charge(context.Background(), "acme", charges); err != nil || !result.Admitted {
				b.Error(result, err)
				return
			}
		}
	})
}

func BenchmarkCharge(b *testing.B) {
	b.Run("memory/two limits", func(b *testing.B) { benchmarkCharge(b, quota.NewMemory(quota.Options{})) })
	b.Run("memory/two limits, a new key each", func(b *testing.B) {
		store := quota.NewMemory(quota.Options{MaxKeys: 1 << 30})
		charges := []quota.Charge{bucket("b", 1e9, 1e6), window("w", 1e9, time.Hour)}
		b.ReportAllocs()
		keys := make([]string, 1<<18)
		for i := range keys {
			keys[i] = fmt.Sprint("ip:", i)
		}
		for i := 0; b.Loop(); i++ {
			charges[0].Key, charges[1].Key = keys[i%len(keys)], keys[i%len(keys)]
			if _, err := store.Charge(context.Background(), "acme", charges); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("redis/two limits", func(b *testing.B) {
		store := open(b, quota.NewRedis, redistest.Start(b).URL)
		defer store.Close()
		benchmarkCharge(b, store)
	})
}
