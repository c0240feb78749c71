package ssrf

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
)

// address6 is an IPv6 address by its groups.
type address6 [8]uint16

// metadata6 are the addresses at which metadata services answer: of AWS, of its containers, of Google, and link-local.
var metadata6 = [...]address6{{0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254}, {0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23}, {0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254}, {0xfe80, 0, 0, 0, 0, 0, 0xa9fe, 0xa9fe}}

// classify6 judges an IPv6 address without its brackets.
func classify6(host []byte) kind {
	if n := bytes.IndexByte(host, '%'); n >= 0 {
		host = host[:n] // a zone
	}
	a, dotted, ok := parse6(host)
	if !ok {
		return elsewhere
	}
	for _, m := range metadata6 {
		if a == m {
			return metadata
		}
	}
	switch a {
	case address6{7: 1}:
		if fold.Equal(host, "::1") || fold.Equal(host, "0:0:0:0:0:0:0:1") {
			return local
		}
		return disguised
	case address6{}:
		return disguised
	}
	if inner, ok := a.embedded(); ok && (dotted || inner>>16 != 0) {
		if k := classify4(inner, a[0] == 0, true); k != local { // translated addresses lead anywhere
			return k
		}
		return disguised
	}
	return elsewhere
}

// embedded returns the IPv4 address that a holds: mapped or translated (::ffff:a.b.c.d, ::ffff:0:a.b.c.d, 64:ff9b::a.b.c.d), compatible
// (::a.b.c.d), or of 6to4 (2002:aabb:ccdd::).
func (a *address6) embedded() (address uint32, ok bool) {
	low := uint32(a[6])<<16 | uint32(a[7])
	switch {
	case a[0] == 0x2002:
		return uint32(a[1])<<16 | uint32(a[2]), true
	case a[0] == 0x64 && a[1] == 0xff9b && a[2]|a[3]|a[4]|a[5] == 0:
		return low, true
	case a[0]|a[1]|a[2]|a[3] != 0:
		return 0, false
	}
	return low, a[4] == 0 && (a[5] == 0 || a[5] == 0xffff) || a[4] == 0xffff && a[5] == 0
}

// parse6 reads an address of RFC 4291, 2.2; dotted says that its end is written as an IPv4 address.
func parse6(host []byte) (a address6, dotted, ok bool) {
	n, gap := 0, -1
	if bytes.HasPrefix(host, []byte("::")) {
		gap, host = 0, host[2:]
	}
	for len(host) > 0 {
		if n == len(a) {
			return a, false, false
		}
		part := host
		colon := bytes.IndexByte(host, ':')
		if colon >= 0 {
			part = host[:colon]
		}
		if colon < 0 && bytes.IndexByte(part, '.') > 0 && n < 7 {
			v4, _, valid := parse4(part)
			if !valid {
				return a, false, false
			}
			a[n], a[n+1] = uint16(v4>>16), uint16(v4)
			n, dotted, host = n+2, true, nil
			continue
		}
		v, valid := group(part)
		if !valid {
			return a, false, false
		}
		a[n] = uint16(v)
		n++
		if colon < 0 {
			break
		}
		host = host[colon+1:]
		if len(host) > 0 && host[0] == ':' {
			if gap >= 0 {
				return a, false, false
			}
			gap, host = n, host[1:]
		} else if len(host) == 0 {
			return a, false, false
		}
	}
	if gap < 0 {
		return a, dotted, n == len(a)
	}
	if n == len(a) {
		return a, false, false
	}
	copy(a[len(a)-(n-gap):], a[gap:n])
	clear(a[gap : len(a)-(n-gap)])
	return a, dotted, true
}

// group reads one group of an IPv6 address.
func group(b []byte) (v uint32, ok bool) {
	if len(b) == 0 || len(b) > 4 {
		return 0, false
	}
	for _, c := range b {
		switch {
		case c-'0' < 10:
			v = v<<4 | uint32(c-'0')
		case c|0x20-'a' < 6:
			v = v<<4 | uint32(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return v, true
}
