package ssrf

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
)

// kind says where a host leads.
type kind uint8

const (
	elsewhere kind = iota
	local          // this machine, plainly
	disguised      // an address in a spelling that no client writes
	rebinding      // a public name that resolves to the address in it
	metadata       // the metadata service of a cloud
)

// metadataNames are the names by which clouds' machines ask for their own credentials.
var metadataNames = [...]string{"metadata.google.internal", "metadata.goog", "metadata", "instance-data", "instance-data.ec2.internal", "metadata.azure.internal", "metadata.tencentyun.com", "metadata.packet.net"}

// metadataAddresses are the addresses of the same: link-local ones of AWS, Google, Azure, Oracle, DigitalOcean
// and AWS ECS; Alibaba; Oracle's classic; Azure's agent.
var metadataAddresses = [...]uint32{0xa9fea9fe, 0xa9feaa02, 0x646464c8, 0xc00000c0, 0xa83f8110}

// rebinders are zones whose names resolve to an address written in them, or to this machine.
var rebinders = [...]string{".nip.io", ".sslip.io", ".xip.io", "localtest.me", "lvh.me"}

// classify says where host leads: a name, an address of either family, in brackets or not.
func classify(host []byte) kind {
	host = bytes.TrimSuffix(host, []byte("."))
	if len(host) == 0 {
		return elsewhere
	}
	if host[0] == '[' {
		return classify6(bytes.TrimSuffix(host[1:], []byte("]")))
	}
	for _, name := range metadataNames {
		if fold.Equal(host, name) {
			return metadata
		}
	}
	for _, zone := range rebinders {
		if n := len(host) - len(zone); n >= 0 && fold.Equal(host[n:], zone) {
			return rebinding
		}
	}
	if fold.Equal(host, "localhost") || len(host) > 10 && fold.Equal(host[len(host)-10:], ".localhost") {
		return local
	}
	address, odd, ok := parse4(host)
	return classify4(address, odd, ok)
}

func classify4(address uint32, odd, ok bool) kind {
	if !ok {
		return elsewhere
	}
	for _, m := range metadataAddresses {
		if address == m {
			return metadata
		}
	}
	switch {
	case odd:
		return disguised
	case address == 0x7f000001:
		return local
	case address>>24 == 127 || address == 0:
		return disguised
	}
	return elsewhere
}

// parse4 reads an IPv4 address the way inet_aton does: one to four parts, each decimal, octal or hexadecimal,
// the last filling what is left. odd says that it is not the usual spelling.
func parse4(host []byte) (address uint32, odd, ok bool) {
	var parts [4]uint64
	n := 0
	for len(host) > 0 {
		if n == len(parts) {
			return 0, false, false
		}
		part := host
		if dot := bytes.IndexByte(host, '.'); dot >= 0 {
			part, host = host[:dot], host[dot+1:]
			if len(host) == 0 {
				return 0, false, false
			}
		} else {
			host = nil
		}
		v, strange, valid := number(part)
		if !valid {
			return 0, false, false
		}
		odd = odd || strange
		parts[n] = v
		n++
	}
	for i := range n - 1 {
		if parts[i] > 255 {
			return 0, false, false
		}
		address |= uint32(parts[i]) << (24 - 8*i)
	}
	last := parts[n-1]
	if last >= 1<<(8*(5-n)) {
		return 0, false, false
	}
	return address | uint32(last), odd || n < 4, true
}

// number reads one part; strange says that it is octal or hexadecimal.
func number(part []byte) (v uint64, strange, ok bool) {
	base := uint64(10)
	switch {
	case len(part) > 2 && part[0] == '0' && part[1]|0x20 == 'x':
		base, part, strange = 16, part[2:], true
	case len(part) > 1 && part[0] == '0':
		base, strange = 8, true
	}
	if len(part) == 0 || len(part) > 16 {
		return 0, false, false
	}
	for _, c := range part {
		var d uint64
		switch {
		case c-'0' < 10:
			d = uint64(c - '0')
		case base == 16 && c|0x20-'a' < 6:
			d = uint64(c|0x20-'a') + 10
		default:
			return 0, false, false
		}
		if d >= base || v > 1<<40 {
			return 0, false, false
		}
		v = v*base + d
	}
	return v, strange, true
}

// classify6 judges an IPv6 address without its brackets.
func classify6(host []byte) kind {
	switch {
	case fold.Equal(host, "::1"), fold.Equal(host, "0:0:0:0:0:0:0:1"):
		return local
	case fold.Equal(host, "::"), fold.Equal(host, "0:0:0:0:0:0:0:0"), fold.Equal(host, "0000::1"):
		return disguised
	case fold.Equal(host, "fd00:ec2::254"), fold.Equal(host, "fd20:ce::254"), fold.Equal(host, "fe80::a9fe:a9fe"):
		return metadata
	}
	// An IPv4 address inside: ::ffff:127.0.0.1, ::ffff:7f00:1, 64:ff9b::169.254.169.254.
	last := bytes.LastIndexByte(host, ':')
	mapped := fold.HasPrefix(host, "::ffff:") || fold.HasPrefix(host, "0:0:0:0:0:ffff:") || fold.HasPrefix(host, "64:ff9b::") || fold.HasPrefix(host, "::")
	if last < 0 || !mapped {
		return elsewhere
	}
	if bytes.IndexByte(host[last+1:], '.') > 0 {
		address, _, ok := parse4(host[last+1:])
		return classify4(address, true, ok)
	}
	low, ok := group(host[last+1:])
	before := bytes.LastIndexByte(host[:last], ':')
	if !ok || before < 0 {
		return elsewhere
	}
	high, ok := group(host[before+1 : last])
	return classify4(high<<16|low, true, ok && high != 0)
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
