package quota_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/meshwarden/meshwarden/extauthz/internal/quota"
)

// drawn are the limits that random requests are charged to: few, so that they meet again.
var drawn = []quota.Charge{
	bucket("slow", 3, 0.7), bucket("fast", 5, 1234.5), bucket("exact", 4, 10),
	window("second", 3, time.Second), window("odd", 4, 7*time.Second+time.Microsecond), window("minute", 9, time.Minute),
}

// drawStep draws how far the clock moves: mostly on, by all orders of magnitude, and at times back.
func drawStep(t *rapid.T) time.Duration {
	magnitude := rapid.SampledFrom([]time.Duration{0, time.Microsecond, time.Millisecond, 100 * time.Millisecond, time.Second, 10 * time.Second}).Draw(t, "magnitude")
	return time.Duration(rapid.IntRange(-1, 9).Draw(t, "steps")) * magnitude
}

func TestMemoryAndRedisAgreeOnEverySequence(t *testing.T) {
	t.Parallel()
	for _, other := range []string{"miniredis", "redis"} {
		t.Run(other, func(t *testing.T) {
			t.Parallel()
			stores := []clocked{clockedStores["memory"](t), clockedStores[other](t)}
			run := 0
			rapid.Check(t, func(t *rapid.T) {
				run++
				tenant, at := fmt.Sprint("t", run), epoch
				// The first request puts all limits in place. A store forgets a state that is as good as new
				// when others come, and would answer differently if the clock then stepped back.
				charges := drawn
				for range rapid.IntRange(1, 40).Draw(t, "requests") {
					var results [2]quota.Result
					for i, s := range stores {
						s.set(at)
						var err error
						if results[i], err = s.Charge(context.Background(), tenant, charges); err != nil {
							t.Fatal(err)
						}
					}
					if diff := cmp.Diff(results[0], results[1]); diff != "" {
						t.Fatalf("at %v (-memory +%s):\n%s", at.Sub(epoch), other, diff)
					}
					at = at.Add(drawStep(t))
					charges = rapid.SliceOfN(rapid.SampledFrom(drawn), 1, 4).Draw(t, "charges")
				}
			})
		})
	}
}

// TestNoSpanHoldsMoreThanItsLimit checks the promises themselves against a log of every admission.
func TestNoSpanHoldsMoreThanItsLimit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := epoch
		store := quota.NewMemory(quota.Options{Now: func() time.Time { return now }})
		limit := rapid.Int64Range(1, 6).Draw(t, "limit")
		refill := rapid.Float64Range(0.1, 50).Draw(t, "refill")
		span := time.Duration(rapid.Int64Range(1_000_000, 5_000_000).Draw(t, "span")) * time.Microsecond
		w, b := window("w", limit, span), bucket("b", limit, refill)
		var inWindow, inBucket []time.Duration
		at := time.Duration(0)
		for range rapid.IntRange(1, 80).Draw(t, "requests") {
			at += max(0, drawStep(t)) / 4
			now = epoch.Add(at)
			if result := must(t, store, w); result.Admitted {
				inWindow = append(inWindow, at)
			} else if late := countSince(inWindow, at-span-span/24-25*time.Microsecond); late < limit {
				t.Fatalf("refused at %v with %d of %d in a window and a part", at, late, limit)
			} else {
				now = epoch.Add(at + result.RetryAfter - time.Microsecond)
				if must(t, store, w).Admitted {
					t.Fatalf("at %v it was to wait %v and was admitted before", at, result.RetryAfter)
				}
				now = epoch.Add(at)
			}
			if n := countSince(inWindow, at-span); n > limit {
				t.Fatalf("%d in the window before %v, the limit is %d", n, at, limit)
			}
			if must(t, store, b).Admitted {
				inBucket = append(inBucket, at)
			}
			for i, from := range inBucket {
				if n := float64(len(inBucket) - i); n > float64(limit)+refill*(at-from).Seconds()+1e-3 {
					t.Fatalf("%v from the bucket between %v and %v: limit %d, refill %v", n, from, at, limit, refill)
				}
			}
		}
	})
}

func countSince(log []time.Duration, from time.Duration) (n int64) {
	for _, at := range log {
		if at > from {
			n++
		}
	}
	return n
}

func must(t *rapid.T, s quota.Store, c quota.Charge) quota.Result {
	result, err := s.Charge(context.Background(), "acme", []quota.Charge{c})
	if err != nil {
		t.Fatal(err)
	}
	return result
}
