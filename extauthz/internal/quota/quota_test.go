package quota_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/extauthz/internal/quota"
	"github.com/meshwarden/meshwarden/extauthz/internal/redistest"
)

// step is one charge, so long after epoch.
type step struct {
	at      time.Duration
	charges []quota.Charge
	times   int // identical charges before it, which are admitted
	want    quota.Result
}

func one(c quota.Charge) []quota.Charge { return []quota.Charge{c} }

func admitted(s ...quota.Status) quota.Result { return quota.Result{Admitted: true, Statuses: s} }

func refused(retry time.Duration, s ...quota.Status) quota.Result {
	return quota.Result{RetryAfter: retry, Statuses: s}
}

var sequences = map[string][]step{
	"a bucket refills token by token": {
		{charges: one(bucket("b", 3, 10)), want: admitted(quota.Status{Name: "b", Limit: 3, Remaining: 2, Reset: 100 * time.Millisecond, Window: 300 * time.Millisecond})},
		{charges: one(bucket("b", 3, 10)), times: 1, want: admitted(quota.Status{Name: "b", Limit: 3, Remaining: 0, Reset: 300 * time.Millisecond, Window: 300 * time.Millisecond})},
		{charges: one(bucket("b", 3, 10)), want: refused(100*time.Millisecond, quota.Status{Name: "b", Limit: 3, Reset: 300 * time.Millisecond, Window: 300 * time.Millisecond, Exceeded: true})},
		{at: 99 * time.Millisecond, charges: one(bucket("b", 3, 10)), want: refused(time.Millisecond, quota.Status{Name: "b", Limit: 3, Reset: 201 * time.Millisecond, Window: 300 * time.Millisecond, Exceeded: true})},
		{at: 100 * time.Millisecond, charges: one(bucket("b", 3, 10)), want: admitted(quota.Status{Name: "b", Limit: 3, Reset: 300 * time.Millisecond, Window: 300 * time.Millisecond})},
		{at: time.Hour, charges: one(bucket("b", 3, 10)), want: admitted(quota.Status{Name: "b", Limit: 3, Remaining: 2, Reset: 100 * time.Millisecond, Window: 300 * time.Millisecond})},
	},
	"a third of a token a second comes every three seconds": {
		{charges: one(bucket("b", 1, 1.0/3)), want: admitted(quota.Status{Name: "b", Limit: 1, Reset: 3 * time.Second, Window: 3 * time.Second})},
		{at: 2999 * time.Millisecond, charges: one(bucket("b", 1, 1.0/3)), want: refused(time.Millisecond, quota.Status{Name: "b", Limit: 1, Reset: time.Millisecond, Window: 3 * time.Second, Exceeded: true})},
		{at: 3 * time.Second, charges: one(bucket("b", 1, 1.0/3)), want: admitted(quota.Status{Name: "b", Limit: 1, Reset: 3 * time.Second, Window: 3 * time.Second})},
	},
	"a window of 24 s forgets a request after 24 to 25 s": {
		{charges: one(window("w", 2, 24*time.Second)), times: 1, want: admitted(quota.Status{Name: "w", Limit: 2, Reset: 25 * time.Second, Window: 24 * time.Second})},
		{at: 24*time.Second + 999*time.Millisecond, charges: one(window("w", 2, 24*time.Second)), want: refused(time.Millisecond, quota.Status{Name: "w", Limit: 2, Reset: time.Millisecond, Window: 24 * time.Second, Exceeded: true})},
		{at: 25 * time.Second, charges: one(window("w", 2, 24*time.Second)), want: admitted(quota.Status{Name: "w", Limit: 2, Remaining: 1, Reset: 25 * time.Second, Window: 24 * time.Second})},
	},
	"a burst at the end of one window still counts in the next": {
		{at: 23 * time.Second, charges: one(window("w", 4, 24*time.Second)), times: 3, want: admitted(quota.Status{Name: "w", Limit: 4, Reset: 25 * time.Second, Window: 24 * time.Second})},
		{at: 36 * time.Second, charges: one(window("w", 4, 24*time.Second)), want: refused(12*time.Second, quota.Status{Name: "w", Limit: 4, Reset: 12 * time.Second, Window: 24 * time.Second, Exceeded: true})},
	},
	"a window waits for its oldest request only": {
		{charges: one(window("w", 2, 24*time.Second)), want: admitted(quota.Status{Name: "w", Limit: 2, Remaining: 1, Reset: 25 * time.Second, Window: 24 * time.Second})},
		{at: 10 * time.Second, charges: one(window("w", 2, 24*time.Second)), want: admitted(quota.Status{Name: "w", Limit: 2, Reset: 25 * time.Second, Window: 24 * time.Second})},
		{at: 11 * time.Second, charges: one(window("w", 2, 24*time.Second)), want: refused(14*time.Second, quota.Status{Name: "w", Limit: 2, Reset: 24 * time.Second, Window: 24 * time.Second, Exceeded: true})},
	},
	"a refused request is charged to no limit, and waits for the slowest": {
		{charges: []quota.Charge{bucket("b", 1, 1), window("w", 5, 24*time.Second)}, want: admitted(
			quota.Status{Name: "b", Limit: 1, Reset: time.Second, Window: time.Second},
			quota.Status{Name: "w", Limit: 5, Remaining: 4, Reset: 25 * time.Second, Window: 24 * time.Second})},
		{charges: []quota.Charge{bucket("b", 1, 1), window("w", 5, 24*time.Second)}, want: refused(time.Second,
			quota.Status{Name: "b", Limit: 1, Reset: time.Second, Window: time.Second, Exceeded: true},
			quota.Status{Name: "w", Limit: 5, Remaining: 4, Reset: 25 * time.Second, Window: 24 * time.Second})},
		{charges: []quota.Charge{window("w", 5, 24*time.Second), bucket("new", 9, 1), window("w2", 1, time.Hour)}, want: admitted(
			quota.Status{Name: "w", Limit: 5, Remaining: 3, Reset: 25 * time.Second, Window: 24 * time.Second},
			quota.Status{Name: "new", Limit: 9, Remaining: 8, Reset: time.Second, Window: 9 * time.Second},
			quota.Status{Name: "w2", Limit: 1, Reset: time.Hour + 150*time.Second, Window: time.Hour})},
		{charges: []quota.Charge{bucket("b", 1, 1), window("w2", 1, time.Hour), bucket("fresh", 1, 1)}, want: refused(time.Hour+150*time.Second,
			quota.Status{Name: "b", Limit: 1, Reset: time.Second, Window: time.Second, Exceeded: true},
			quota.Status{Name: "w2", Limit: 1, Reset: time.Hour + 150*time.Second, Window: time.Hour, Exceeded: true},
			quota.Status{Name: "fresh", Limit: 1, Remaining: 1, Window: time.Second})},
	},
	"a limit that stands twice is charged once": {
		{charges: []quota.Charge{bucket("b", 2, 1), bucket("b", 2, 1)}, want: admitted(
			quota.Status{Name: "b", Limit: 2, Remaining: 1, Reset: time.Second, Window: 2 * time.Second},
			quota.Status{Name: "b", Limit: 2, Remaining: 1, Reset: time.Second, Window: 2 * time.Second})},
		{charges: []quota.Charge{window("b", 2, 24*time.Second), window("b", 2, 24*time.Second)}, want: admitted(
			quota.Status{Name: "b", Limit: 2, Remaining: 1, Reset: 25 * time.Second, Window: 24 * time.Second},
			quota.Status{Name: "b", Limit: 2, Remaining: 1, Reset: 25 * time.Second, Window: 24 * time.Second})},
	},
	"a clock that steps back a little grants nothing, and the answer counts from it": {
		{at: time.Minute, charges: one(bucket("b", 60, 1)), times: 59, want: admitted(quota.Status{Name: "b", Limit: 60, Reset: time.Minute, Window: time.Minute})},
		{at: 50 * time.Second, charges: one(bucket("b", 60, 1)), want: refused(11*time.Second, quota.Status{Name: "b", Limit: 60, Reset: 70 * time.Second, Window: time.Minute, Exceeded: true})},
		{at: time.Minute, charges: one(window("w", 1, 24*time.Second)), want: admitted(quota.Status{Name: "w", Limit: 1, Reset: 25 * time.Second, Window: 24 * time.Second})},
		{at: 40 * time.Second, charges: one(window("w", 1, 24*time.Second)), want: refused(45*time.Second, quota.Status{Name: "w", Limit: 1, Reset: 45 * time.Second, Window: 24 * time.Second, Exceeded: true})},
		{at: 61 * time.Second, charges: one(bucket("b", 60, 1)), want: admitted(quota.Status{Name: "b", Limit: 60, Reset: time.Minute, Window: time.Minute})},
	},
	"a clock that was far ahead locks nobody out for longer than the limit itself": {
		{at: 10000 * time.Hour, charges: one(bucket("b", 2, 1)), times: 1, want: admitted(quota.Status{Name: "b", Limit: 2, Reset: 2 * time.Second, Window: 2 * time.Second})},
		{at: 10000 * time.Hour, charges: one(window("w", 2, 24*time.Second)), times: 1, want: admitted(quota.Status{Name: "w", Limit: 2, Reset: 25 * time.Second, Window: 24 * time.Second})},
		{at: 0, charges: one(bucket("b", 2, 1)), want: refused(time.Second, quota.Status{Name: "b", Limit: 2, Reset: 2 * time.Second, Window: 2 * time.Second, Exceeded: true})},
		{at: 0, charges: one(window("w", 2, 24*time.Second)), want: refused(25*time.Second, quota.Status{Name: "w", Limit: 2, Reset: 25 * time.Second, Window: 24 * time.Second, Exceeded: true})},
	},
	"an edited limit keeps what was used": {
		{charges: one(bucket("b", 10, 1)), times: 4, want: admitted(quota.Status{Name: "b", Limit: 10, Remaining: 5, Reset: 5 * time.Second, Window: 10 * time.Second})},
		{charges: one(bucket("b", 3, 1)), want: admitted(quota.Status{Name: "b", Limit: 3, Remaining: 2, Reset: time.Second, Window: 3 * time.Second})},
		{charges: one(window("w", 10, 24*time.Second)), times: 4, want: admitted(quota.Status{Name: "w", Limit: 10, Remaining: 5, Reset: 25 * time.Second, Window: 24 * time.Second})},
		{charges: one(window("w", 3, 24*time.Second)), want: refused(25*time.Second, quota.Status{Name: "w", Limit: 3, Reset: 25 * time.Second, Window: 24 * time.Second, Exceeded: true})},
		{charges: one(window("w", 10, 48*time.Second)), want: admitted(quota.Status{Name: "w", Limit: 10, Remaining: 4, Reset: 50 * time.Second, Window: 48 * time.Second})},
	},
}

func TestSequencesGiveTheSameAnswersInEveryStore(t *testing.T) {
	t.Parallel()
	for storeName, build := range clockedStores {
		for name, steps := range sequences {
			t.Run(storeName+"/"+name, func(t *testing.T) {
				t.Parallel()
				store := build(t)
				for i, s := range steps {
					store.set(epoch.Add(s.at))
					for range s.times {
						if got := charge(t, store, s.charges...); !got.Admitted {
							t.Fatalf("step %d: refused before its last charge: %+v", i, got)
						}
					}
					if diff := cmp.Diff(s.want, charge(t, store, s.charges...)); diff != "" {
						t.Fatalf("step %d (-want +got):\n%s", i, diff)
					}
				}
			})
		}
	}
}

func TestParallelClientsAreAdmittedExactlyTheLimit(t *testing.T) {
	t.Parallel()
	for name, clients := range map[string]func(*testing.T) []quota.Store{
		"memory": func(*testing.T) []quota.Store { return []quota.Store{quota.NewMemory(quota.Options{})} },
		"redis, two clients": func(t *testing.T) []quota.Store {
			url := redistest.Start(t).URL
			return []quota.Store{open(t, quota.NewRedis, url), open(t, quota.NewRedis, url)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const limit, workers, each = 200, 16, 40
			stores := clients(t)
			var count atomic.Int64
			var group sync.WaitGroup
			for w := range workers {
				group.Go(func() {
					for i := range each {
						// A second limit that always admits, in changing order: all or nothing must hold too.
						charges := []quota.Charge{window("hour", limit, time.Hour), bucket("burst", 1000, 1e-6)}
						if i%2 == 1 {
							charges[0], charges[1] = charges[1], charges[0]
						}
						if charge(t, stores[w%len(stores)], charges...).Admitted {
							count.Add(1)
						}
					}
				})
			}
			group.Wait()
			if count.Load() != limit {
				t.Errorf("%d of %d were admitted, the limit is %d", count.Load(), workers*each, limit)
			}
			after := charge(t, stores[0], bucket("burst", 1000, 1e-6))
			if want := int64(1000 - limit - 1); after.Statuses[0].Remaining != want {
				t.Errorf("the other limit has %d left, want %d: refused requests were charged", after.Statuses[0].Remaining, want)
			}
			for _, s := range stores {
				_ = s.Close()
			}
		})
	}
}

func TestTenantsLimitsAndPrincipalsDoNotShare(t *testing.T) {
	t.Parallel()
	for name, build := range clockedStores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := build(t)
			seen := map[string]string{}
			for _, tenant := range []string{"a", "b"} {
				for _, limit := range []string{"x", "x:y", "#", ""} {
					for _, key := range []string{"y:z", "z", "", "}{", "a\x00b", strings.Repeat("k", 5000), strings.Repeat("k", 5001)} {
						for _, algorithm := range []quota.Algorithm{quota.TokenBucket, quota.SlidingWindow} {
							c := quota.Charge{Name: limit, Key: key, Algorithm: algorithm, Limit: 1, Refill: 1, Window: time.Hour}
							result, err := store.Charge(t.Context(), tenant, []quota.Charge{c})
							if err != nil || !result.Admitted {
								t.Fatalf("%q %q %.9q: %v %v", tenant, limit, key, result, err)
							}
							k, what := quota.RedisKey(tenant, c), fmt.Sprintf("%q %q %.9q %d", tenant, limit, key, len(key))
							if seen[k] != "" {
								t.Errorf("%s and %s have the key %q", seen[k], what, k)
							}
							seen[k] = what
						}
					}
				}
			}
		})
	}
}

func TestChargesOutOfBoundsAreErrors(t *testing.T) {
	t.Parallel()
	good := quota.Charge{Algorithm: quota.SlidingWindow, Limit: 1, Window: time.Hour}
	many := make([]quota.Charge, quota.MaxCharges+1)
	for i := range many {
		many[i] = good
	}
	for storeName, build := range clockedStores {
		store := build(t)
		for name, charges := range map[string][]quota.Charge{
			"no algorithm":         one(quota.Charge{Limit: 1, Window: time.Hour, Refill: 1}),
			"no limit":             one(window("w", 0, time.Hour)),
			"negative limit":       one(window("w", -1, time.Hour)),
			"huge limit":           one(window("w", quota.MaxLimit+1, time.Hour)),
			"no window":            one(window("w", 1, 0)),
			"window of 32 days":    one(window("w", 1, 32*24*time.Hour)),
			"no refill":            one(bucket("b", 1, 0)),
			"refill not a number":  one(bucket("b", 1, math.NaN())),
			"refill infinite":      one(bucket("b", 1, math.Inf(1))),
			"the second one wrong": {good, bucket("b", 1, 0)},
			"too many":             many,
		} {
			result, err := store.Charge(t.Context(), "acme", charges)
			if err == nil || result.Admitted || errors.Is(err, quota.ErrUnavailable) {
				t.Errorf("%s, %s: %+v, %v", storeName, name, result, err)
			}
		}
		if result, err := store.Charge(context.Background(), "acme", nil); err != nil || !result.Admitted {
			t.Errorf("%s, no limits: %+v, %v", storeName, result, err)
		}
	}
}

func TestTinyRefillNeitherOverflowsNorComesBack(t *testing.T) {
	t.Parallel()
	for name, build := range clockedStores {
		store := build(t)
		c := bucket("b", 1, math.SmallestNonzeroFloat64)
		charge(t, store, c)
		store.set(epoch.Add(20 * 365 * 24 * time.Hour))
		if got := charge(t, store, c); got.Admitted || got.RetryAfter < 50*365*24*time.Hour {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
