package filter

import "strings"

const base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// base64Decoder decodes base64 (RFC 4648 section 4) that comes in pieces. Groups may be padded anywhere: gRPC-Web pads
// wherever a sender flushes.
type base64Decoder struct {
	bits    uint32
	pending int // characters in bits, less than four
	padding int // of the last group
}

// append decodes text to dst; ok is false where it is not base64.
func (d *base64Decoder) append(dst []byte, text []byte) (_ []byte, ok bool) {
	for _, c := range text {
		v := 0
		if c == '=' {
			if d.pending < 2 {
				return dst, false
			}
			d.padding++
		} else if v = strings.IndexByte(base64Alphabet, c); v < 0 || d.padding > 0 {
			return dst, false
		}
		d.bits = d.bits<<6 | uint32(v)
		if d.pending++; d.pending == 4 {
			group := [3]byte{byte(d.bits >> 16), byte(d.bits >> 8), byte(d.bits)}
			dst = append(dst, group[:3-d.padding]...)
			*d = base64Decoder{}
		}
	}
	return dst, true
}

// appendBase64 encodes b, padded.
func appendBase64(dst, b []byte) []byte {
	for ; len(b) >= 3; b = b[3:] {
		v := uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2])
		dst = append(dst, base64Alphabet[v>>18], base64Alphabet[v>>12&63], base64Alphabet[v>>6&63], base64Alphabet[v&63])
	}
	switch len(b) {
	case 1:
		return append(dst, base64Alphabet[b[0]>>2], base64Alphabet[b[0]&3<<4], '=', '=')
	case 2:
		v := uint32(b[0])<<8 | uint32(b[1])
		return append(dst, base64Alphabet[v>>10], base64Alphabet[v>>4&63], base64Alphabet[v&15<<2], '=')
	}
	return dst
}
