package adminapi

import (
	"net/netip"
	"testing"
	"time"
)

// The table is internal: what it holds cannot be seen through the listener, whose clients all have one address.
func TestTheTableOfFailuresIsBoundedAndForgets(t *testing.T) {
	t.Parallel()
	now := time.Now()
	th := newThrottle(func() time.Time { return now })
	address := func(i int) netip.Prefix {
		return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 32)
	}
	for i := range 2 * maxAddresses {
		th.failed(address(i))
	}
	if len(th.full) != maxAddresses {
		t.Errorf("%d addresses are held", len(th.full))
	}
	if !th.open(address(3 * maxAddresses)) {
		t.Error("somebody who never failed pays for strangers")
	}
	for range maxFailures {
		th.failed(address(3 * maxAddresses))
	}
	if th.open(address(3 * maxAddresses)) {
		t.Error("a full table throttles nobody")
	}
	now = now.Add((maxFailures + 1) * refill)
	th.failed(address(3*maxAddresses + 1))
	if len(th.full) != 1 {
		t.Errorf("%d addresses are held after all have calmed down", len(th.full))
	}
}

func TestAddressesOfOneClientAreOne(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{{"[2001:db8::1]:1", "[2001:db8::ffff:2]:2"}, {"192.0.2.1:1", "[::ffff:192.0.2.1]:2"}} {
		a, b := addressOf(pair[0]), addressOf(pair[1])
		if !a.IsValid() || a != b {
			t.Errorf("%v and %v", a, b)
		}
	}
	if addressOf("192.0.2.1:1") == addressOf("192.0.2.2:1") {
		t.Error("two clients are one")
	}
}
