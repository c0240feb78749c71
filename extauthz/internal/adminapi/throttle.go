package adminapi

import (
	"net/netip"
	"sync"
	"time"
)

// Bounds of failed authentications.
const (
	// maxFailures of one address are answered at once; then one every refill.
	maxFailures = 10
	refill      = 6 * time.Second
	// maxAddresses are told apart; the others share one count.
	maxAddresses = 4096
)

// throttle counts failed authentications by address, as token buckets. An entry is the moment at which its bucket is
// full again (GCRA), so that one that has passed says nothing and can be forgotten.
type throttle struct {
	now   func() time.Time
	mu    sync.Mutex
	full  map[netip.Prefix]time.Time
	swept time.Time
}

func newThrottle(now func() time.Time) *throttle {
	return &throttle{now: now, full: map[netip.Prefix]time.Time{}}
}

// open reports whether the address may try.
func (t *throttle) open(address netip.Prefix) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.full[t.entry(address)].Sub(t.now()) <= (maxFailures-1)*refill
}

func (t *throttle) failed(address netip.Prefix) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	entry := t.entry(address)
	from := t.full[entry]
	if from.Before(now) {
		from = now
	}
	t.full[entry] = from.Add(refill)
}

// entry is the address, or the one that stands for all others once the table is full.
func (t *throttle) entry(address netip.Prefix) netip.Prefix {
	if _, known := t.full[address]; known {
		return address
	}
	if len(t.full) >= maxAddresses && t.now().Sub(t.swept) >= refill {
		t.swept = t.now()
		for a, full := range t.full {
			if full.Before(t.swept) {
				delete(t.full, a)
			}
		}
	}
	if len(t.full) >= maxAddresses {
		return netip.Prefix{}
	}
	return address
}
