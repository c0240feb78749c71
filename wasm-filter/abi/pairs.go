package abi

// appendPairs decodes the host's serialized map: a count, the length of each name and value, then the
// names and values, each followed by a NUL.
func appendPairs(dst []Header, raw string) ([]Header, Status) {
	if len(raw) < 4 {
		return dst, BadArgument
	}
	count := int(uint32At(raw, 0))
	const leastPair = 4 + 4 + 1 + 1
	if count > (len(raw)-4)/leastPair {
		return dst, BadArgument
	}
	sizes, data := 4, 4+8*count
	for range count {
		name, value := int(uint32At(raw, sizes)), int(uint32At(raw, sizes+4))
		sizes += 8
		if name > len(raw) || value > len(raw) || data+name+value+2 > len(raw) {
			return dst, BadArgument
		}
		dst = append(dst, Header{raw[data : data+name], raw[data+name+1 : data+name+1+value]})
		data += name + value + 2
	}
	return dst, OK
}

func uint32At(s string, i int) uint32 {
	return uint32(s[i]) | uint32(s[i+1])<<8 | uint32(s[i+2])<<16 | uint32(s[i+3])<<24
}

func serializePairs(headers []Header) []byte {
	size := 4
	for _, h := range headers {
		size += 8 + len(h[0]) + len(h[1]) + 2
	}
	raw := appendUint32(make([]byte, 0, size), len(headers))
	for _, h := range headers {
		raw = appendUint32(appendUint32(raw, len(h[0])), len(h[1]))
	}
	for _, h := range headers {
		raw = append(append(append(append(raw, h[0]...), 0), h[1]...), 0)
	}
	return raw
}

func appendUint32(raw []byte, n int) []byte {
	return append(raw, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
}
