package quota_test

import (
	"context"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"github.com/meshwarden/meshwarden/extauthz/internal/quota"
	"github.com/meshwarden/meshwarden/extauthz/internal/redistest"
)

var epoch = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// clocked is a store whose clock the test sets.
type clocked struct {
	quota.Store
	set func(time.Time)
}

// clockedStores are all implementations, each new and at epoch.
var clockedStores = map[string]func(testing.TB) clocked{
	"memory": func(t testing.TB) clocked {
		var now atomic.Int64
		return finish(t, clocked{
			quota.NewMemory(quota.Options{Now: func() time.Time { return time.UnixMicro(now.Load()) }}),
			func(at time.Time) { now.Store(at.UnixMicro()) },
		})
	},
	"miniredis": func(t testing.TB) clocked {
		server := miniredis.RunT(t)
		return finish(t, clocked{open(t, quota.NewRedis, server.Addr()), server.SetTime})
	},
	"redis": func(t testing.TB) clocked {
		url := redistest.Start(t).URL
		raw := redistest.Client(t, url)
		return finish(t, clocked{open(t, quota.NewRedisByClock, url), func(at time.Time) {
			if err := raw.Set(context.Background(), quota.ClockKey, strconv.FormatInt(at.UnixMicro(), 10), 0).Err(); err != nil {
				t.Fatal(err)
			}
		}})
	},
}

func finish(t testing.TB, s clocked) clocked {
	t.Cleanup(func() { _ = s.Close() })
	s.set(epoch)
	return s
}

func open(t testing.TB, build func(quota.RedisOptions) (quota.Store, error), url string) quota.Store {
	t.Helper()
	store, err := build(quota.RedisOptions{URL: url, Timeout: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); {
		if time.Now().After(end) {
			t.Fatalf("in 20 s it did not come true that %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func charge(t testing.TB, s quota.Store, charges ...quota.Charge) quota.Result {
	t.Helper()
	result, err := s.Charge(context.Background(), "acme", charges)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func bucket(name string, limit int64, refill float64) quota.Charge {
	return quota.Charge{Name: name, Key: "subject:alice", Algorithm: quota.TokenBucket, Limit: limit, Refill: refill}
}

func window(name string, limit int64, span time.Duration) quota.Charge {
	return quota.Charge{Name: name, Key: "subject:alice", Algorithm: quota.SlidingWindow, Limit: limit, Window: span}
}
