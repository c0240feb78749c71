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
	callback       // a name that tells its owner who asked for it
	metadata       // the metadata service of a cloud
)

// metadataNames are the names by which clouds' machines ask for their own credentials.
var metadataNames = [...]string{"metadata.google.internal", "metadata.goog", "metadata", "instance-data", "instance-data.ec2.internal", "metadata.azure.internal", "metadata.tencentyun.com", "metadata.packet.net", "metadata.nicira", "rancher-metadata"}

// metadataAddresses are the addresses of the same: link-local ones of AWS, Google, Azure, Oracle, DigitalOcean, of AWS ECS and
// EKS, of Amazon's clock; Alibaba; Oracle's classic; Azure's agent; Tencent; Scaleway.
var metadataAddresses = [...]uint32{0xa9fea9fe, 0xa9feaa02, 0xa9feaa17, 0xa9fea97b, 0x646464c8, 0xc00000c0, 0xa83f8110, 0xa9fe0017, 0xa9fe2a2a}

// rebinders are zones whose names resolve to an address written in them, or to this machine.
var rebinders = [...]string{".nip.io", ".sslip.io", ".xip.io", "localtest.me", "lvh.me", "vcap.me", "lacolhost.com", ".rbndr.us", ".1u.ms"}

// callbacks are zones for names that are looked up once, by whom a forged request has reached.
var callbacks = [...]string{".oastify.com", ".burpcollaborator.net", ".interact.sh", ".oast.fun", ".oast.pro", ".oast.live", ".oast.site", ".oast.online", ".oast.me", ".dnslog.cn", ".ceye.io"}

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
	if within(host, rebinders[:]) {
		return rebinding
	}
	if within(host, callbacks[:]) {
		return callback
	}
	if fold.Equal(host, "ip6-localhost") || fold.Equal(host, "ip6-loopback") || fold.Equal(host, "localhost6") {
		return disguised
	}
	if fold.Equal(host, "localhost") || len(host) > 10 && fold.Equal(host[len(host)-10:], ".localhost") {
		return local
	}
	if n := bytes.IndexAny(host, ";%&"); n > 0 {
		host = host[:n] // where one reader ends the name and another goes on
	}
	if foreignDigits(host) {
		return disguised
	}
	address, odd, ok := parse4(host)
	return classify4(address, odd, ok)
}

// foreignDigits reports whether host has characters that IDNA maps to digits and full stops of ASCII, and that nobody writes there: ones in
// circles (U+2460 to U+24FF), or an ideographic full stop behind a digit.
func foreignDigits(host []byte) bool {
	for i := 0; i+2 < len(host); i++ {
		switch c := host[i]; {
		case c == 0xE2 && host[i+1]-0x91 < 3:
			return true
		case i > 0 && host[i-1]-'0' < 10 && (c == 0xE3 && host[i+1] == 0x80 && host[i+2] == 0x82 || c == 0xEF && host[i+1] == 0xBD && host[i+2] == 0xA1):
			return true
		}
	}
	return false
}

func within(host []byte, zones []string) bool {
	for _, zone := range zones {
		if n := len(host) - len(zone); n >= 0 && fold.Equal(host[n:], zone) {
			return true
		}
	}
	return false
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
	over := false // parts that some readers cut down to their lowest bits
	for i := range n - 1 {
		over = over || parts[i] > 255
		address |= uint32(parts[i]&255) << (24 - 8*i)
	}
	last := parts[n-1]
	over = over || last >= 1<<(8*(5-n))
	address |= uint32(last & (1<<(8*(5-n)) - 1))
	if over && address != metadataAddresses[0] && address != 0x7f000001 {
		return 0, false, false
	}
	return address, odd || over || n < 4, true
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
