// Package networks tells whether an address is in one of many networks. It knows nothing of what the networks
// are for.
package networks

import (
	"cmp"
	"net/netip"
	"slices"
)

// Set is networks as ranges that neither overlap nor touch, so that one binary search answers: 17 steps for
// 100,000 networks, without any allocation. The zero value is empty. It is immutable.
type Set struct{ ranges []span }

type span struct{ first, last netip.Addr }

// New returns the set of all networks.
func New(list []netip.Prefix) Set {
	ranges := make([]span, 0, len(list))
	for _, p := range list {
		if p.IsValid() {
			ranges = append(ranges, span{p.Masked().Addr(), last(p)})
		}
	}
	slices.SortFunc(ranges, func(a, b span) int { return cmp.Or(a.first.Compare(b.first), a.last.Compare(b.last)) })
	merged := ranges[:0]
	for _, r := range ranges {
		if n := len(merged); n > 0 && r.first.BitLen() == merged[n-1].last.BitLen() && r.first.Compare(merged[n-1].last) <= 0 {
			if merged[n-1].last.Less(r.last) {
				merged[n-1].last = r.last
			}
			continue
		}
		merged = append(merged, r)
	}
	return Set{slices.Clip(merged)}
}

// last is the highest address of a network.
func last(p netip.Prefix) netip.Addr {
	bytes := p.Addr().AsSlice()
	for bit := p.Bits(); bit < len(bytes)*8; bit++ {
		bytes[bit/8] |= 0x80 >> (bit % 8)
	}
	address, _ := netip.AddrFromSlice(bytes)
	return address
}

// OfClient is what one client has: its IPv4 address, or the /64 of its IPv6 address. Of the zero Addr it is the zero Prefix.
func OfClient(address netip.Addr) netip.Prefix {
	address = address.Unmap().WithZone("")
	bits := 32
	if address.Is6() {
		bits = 64
	}
	prefix, _ := address.Prefix(bits) // the length fits the family
	return prefix
}

// Empty reports whether no address is in the set.
func (s *Set) Empty() bool { return len(s.ranges) == 0 }

// Contains reports whether an address is in one of the networks. One that maps IPv4 into IPv6 is taken for the
// IPv4 address, and zones are not looked at; the zero Addr is in no network.
func (s *Set) Contains(address netip.Addr) bool {
	address = address.Unmap().WithZone("")
	at, found := slices.BinarySearchFunc(s.ranges, address, func(r span, a netip.Addr) int { return r.first.Compare(a) })
	return found || at > 0 && address.IsValid() && !s.ranges[at-1].last.Less(address)
}
