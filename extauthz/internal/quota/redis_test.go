package quota_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshwarden/meshwarden/extauthz/internal/quota"
	"github.com/meshwarden/meshwarden/extauthz/internal/redistest"
)

// value adds up a metric over its labels; kind, when given, is a label's value to look for.
func value(t *testing.T, registry *prometheus.Registry, name, kind string) (sum float64) {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
		for _, m := range f.GetMetric() {
			if kind == "" || strings.Contains(m.String(), `"`+kind+`"`) {
				sum += m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
			}
		}
	}
	return sum
}

func TestRedisRestartIsOverSoonAndFailsFastMeanwhile(t *testing.T) {
	t.Parallel()
	server, registry := redistest.Start(t), prometheus.NewRegistry()
	store, err := quota.NewRedis(quota.RedisOptions{URL: server.URL, Timeout: time.Second, Registerer: registry})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	c := []quota.Charge{window("w", 1000, time.Hour)}
	charge(t, store, c...)

	server.Kill(t)
	for i := range 10 {
		if _, err := store.Charge(t.Context(), "acme", c); !errors.Is(err, quota.ErrUnavailable) {
			t.Fatalf("charge %d without a server: %v", i, err)
		}
	}
	if open := value(t, registry, "meshwarden_extauthz_quota_breaker_state", ""); open == 0 {
		t.Error("the metric shows a closed breaker")
	}
	// Five failures open it; the rest was refused without asking.
	if n := value(t, registry, "meshwarden_extauthz_quota_store_errors_total", "open"); n != 5 {
		t.Errorf("%v refusals of the open breaker are counted", n)
	}

	server.Restart(t)
	back := time.Now()
	eventually(t, "charges are made again", func() bool {
		result, err := store.Charge(context.Background(), "acme", c)
		return err == nil && result.Admitted // NOSCRIPT of the new server included
	})
	if took := time.Since(back); took > 15*time.Second {
		t.Errorf("recovery took %v", took)
	}
	eventually(t, "the breaker is closed", func() bool {
		_, _ = store.Charge(context.Background(), "acme", c)
		return value(t, registry, "meshwarden_extauthz_quota_breaker_state", "") == 0
	})
	if value(t, registry, "meshwarden_extauthz_quota_redis_seconds", "") < 2 {
		t.Error("round trips are not measured")
	}
}

func TestRedisThatNeverAnswersIsATimeout(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close() // connections are made by the kernel, and nobody reads
	registry := prometheus.NewRegistry()
	store, err := quota.NewRedis(quota.RedisOptions{URL: listener.Addr().String(), Timeout: 50 * time.Millisecond, Registerer: registry})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	start := time.Now()
	if _, err := store.Charge(t.Context(), "acme", one(window("w", 1, time.Hour))); !errors.Is(err, quota.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	if value(t, registry, "meshwarden_extauthz_quota_store_errors_total", "timeout") != 1 {
		t.Error("the timeout is not counted")
	}
}

func TestRequestsThatWereGivenUpDoNotOpenTheBreaker(t *testing.T) {
	t.Parallel()
	store := open(t, quota.NewRedis, miniredis.RunT(t).Addr())
	defer store.Close()
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	for range 20 {
		if _, err := store.Charge(gone, "acme", one(window("w", 1, time.Hour))); !errors.Is(err, quota.ErrUnavailable) {
			t.Fatalf("got %v", err)
		}
	}
	charge(t, store, window("w", 1, time.Hour))
}

func TestOneSpoiltKeyDoesNotOpenTheBreakerForOthers(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	store := open(t, quota.NewRedis, server.Addr())
	defer store.Close()
	c := window("w", 1, time.Hour)
	if _, err := server.Lpush(quota.RedisKey("acme", c), "not ours"); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if result, err := store.Charge(t.Context(), "acme", one(c)); err == nil || result.Admitted {
			t.Fatalf("got %+v, %v", result, err)
		}
	}
	if result, err := store.Charge(t.Context(), "globex", one(c)); err != nil || !result.Admitted {
		t.Errorf("another tenant: %+v, %v", result, err)
	}
}

func TestEveryKeyExpires(t *testing.T) {
	t.Parallel()
	url := redistest.Start(t).URL
	store := open(t, quota.NewRedis, url)
	defer store.Close()
	raw := redistest.Client(t, url)
	charge(t, store, window("w", 5, time.Hour), bucket("b", 10, 1), hostile)
	keys, err := raw.Keys(t.Context(), "*").Result()
	if err != nil || len(keys) != 3 {
		t.Fatalf("keys %q, %v", keys, err)
	}
	for _, key := range keys {
		ttl, err := raw.PTTL(t.Context(), key).Result()
		if err != nil || ttl <= 0 || ttl > time.Hour+151*time.Second {
			t.Errorf("%q lives %v (%v)", key, ttl, err)
		}
		if !strings.HasPrefix(key, "mw:{acme}:") || len(key) > 160 {
			t.Errorf("key %q", key)
		}
	}
}

var hostile = quota.Charge{
	Name: "b}", Key: "subject:}{x\r\n" + strings.Repeat("k", 1<<16), Algorithm: quota.TokenBucket, Limit: 1000, Refill: 0.5,
}

func TestClusterTakesAllLimitsOfATenantInOneScript(t *testing.T) {
	t.Parallel()
	store := open(t, quota.NewRedis, "redis+cluster://"+redistest.Cluster(t))
	defer store.Close()
	for _, tenant := range []string{"acme", "globex", "a{b}c", ""} {
		charges := []quota.Charge{window("w", 2, time.Hour), bucket("b", 10, 1), hostile}
		for i, want := range []bool{true, true, false} {
			if result, err := store.Charge(t.Context(), tenant, charges); err != nil || result.Admitted != want {
				t.Errorf("tenant %q, request %d: %+v, %v", tenant, i, result, err)
			}
		}
	}
}

func TestChargeIsOneRoundTripHoweverManyLimits(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	store := open(t, quota.NewRedis, server.Addr())
	defer store.Close()
	charges := []quota.Charge{window("a", 5, time.Hour), bucket("b", 10, 1), window("c", 5, time.Minute), bucket("d", 9, 1)}
	charge(t, store, charges...) // the script is loaded
	before := server.CommandCount()
	charge(t, store, charges...)
	// miniredis counts the commands of the script too: TIME, and GET and SET for each limit.
	if sent := server.CommandCount() - before; sent > 1+1+2*len(charges) {
		t.Errorf("%d commands", sent)
	}
}
