package networks_test

import (
	"net/netip"
	"testing"

	"pgregory.net/rapid"

	"github.com/meshwarden/meshwarden/extauthz/internal/networks"
)

func set(list ...string) networks.Set {
	prefixes := make([]netip.Prefix, len(list))
	for i, s := range list {
		prefixes[i] = netip.MustParsePrefix(s)
	}
	return networks.New(prefixes)
}

func TestAnAddressIsInItsNetworksOnly(t *testing.T) {
	t.Parallel()
	s := set("10.0.0.0/8", "192.0.2.7/32", "192.0.2.8/31", "10.1.0.0/16", "2001:db8::/32", "255.255.255.255/32")
	for address, want := range map[string]bool{
		"10.0.0.0": true, "10.255.255.255": true, "11.0.0.0": false, "9.255.255.255": false,
		"192.0.2.6": false, "192.0.2.7": true, "192.0.2.9": true, "192.0.2.10": false, "255.255.255.255": true,
		"2001:db8::1": true, "2001:db9::": false, "::": false, "::ffff:10.1.2.3": true, "::10.1.2.3": false,
		"2001:db8::1%eth0": true, "0.0.0.0": false,
	} {
		if got := s.Contains(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %t", address, got)
		}
	}
	if s.Contains(netip.Addr{}) {
		t.Error("no address is in a network")
	}
	var none networks.Set
	if !none.Empty() || none.Contains(netip.MustParseAddr("10.0.0.1")) {
		t.Error("the zero set holds something")
	}
}

func TestAllAddressesOfAFamily(t *testing.T) {
	t.Parallel()
	s := set("0.0.0.0/0")
	if !s.Contains(netip.MustParseAddr("203.0.113.9")) || s.Contains(netip.MustParseAddr("2001:db8::1")) {
		t.Error("0.0.0.0/0 is all of IPv4 and nothing of IPv6")
	}
}

// The set answers as a walk through all of its networks would.
func TestTheSetAnswersAsAListDoes(t *testing.T) {
	t.Parallel()
	small := rapid.Custom(func(t *rapid.T) netip.Addr {
		if rapid.Bool().Draw(t, "six") {
			return netip.AddrFrom16([16]byte{0x20, 1, 15: byte(rapid.IntRange(0, 63).Draw(t, "last"))})
		}
		return netip.AddrFrom4([4]byte{10, 0, 0, byte(rapid.IntRange(0, 63).Draw(t, "last"))})
	})
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) netip.Prefix {
			a := small.Draw(t, "network")
			return netip.PrefixFrom(a, a.BitLen()-rapid.IntRange(0, 5).Draw(t, "bits")).Masked()
		}), 0, 12).Draw(t, "networks")
		s, address := networks.New(list), small.Draw(t, "address")
		want := false
		for _, p := range list {
			want = want || p.Contains(address)
		}
		if got := s.Contains(address); got != want {
			t.Fatalf("%s in %v: %t, want %t", address, list, got, want)
		}
	})
}

func TestAClientHasAnIPv4AddressOrASlash64(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"192.0.2.7": "192.0.2.7/32", "::ffff:192.0.2.7": "192.0.2.7/32", "2001:db8::1": "2001:db8::/64", "fe80::1:2%eth0": "fe80::/64",
	} {
		if got := networks.OfClient(netip.MustParseAddr(address)); got.String() != want {
			t.Errorf("%s: %s", address, got)
		}
	}
	if networks.OfClient(netip.Addr{}).IsValid() {
		t.Error("nobody has a network")
	}
}
