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
	// maxAddresses are remembered.
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
	return t.full[address].Sub(t.now()) <= (maxFailures-1)*refill
}

func (t *throttle) failed(address netip.Prefix) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	from, known := t.full[address]
	if !known {
		t.makeRoom(now)
	}
	if from.Before(now) {
		from = now
	}
	t.full[address] = from.Add(refill)
}

// makeRoom forgets who has calmed down, and anybody when nobody has. Were it strangers who shared one count instead, whoever has
// many addresses could use that up and shut the operators out; what he gains by being forgotten, his next address has too.
func (t *throttle) makeRoom(now time.Time) {
	if len(t.full) < maxAddresses {
		return
	}
	if now.Sub(t.swept) >= refill {
		t.swept = now
		for a, full := range t.full {
			if full.Before(now) {
				delete(t.full, a)
			}
		}
	}
	for a := range t.full {
		if len(t.full) < maxAddresses {
			return
		}
		delete(t.full, a)
	}
}
