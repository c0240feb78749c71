// Package fields writes and reads the numbers and checksums in the heads of printable documents of weights. It knows nothing of what a
// document holds.
package fields

// Size is the length of a number, in bytes: lower-case hexadecimal digits, the highest first.
const Size = 8

// Append appends a number.
func Append(dst []byte, v uint32) []byte {
	for shift := 28; shift >= 0; shift -= 4 {
		dst = append(dst, "0123456789abcdef"[v>>shift&15])
	}
	return dst
}

// Parse reads the number that a text begins with. It is not ok when the text is too short or has other digits.
func Parse(s string) (v uint32, ok bool) {
	if len(s) < Size {
		return 0, false
	}
	for i := range Size {
		switch c := s[i]; {
		case c-'0' < 10:
			v = v<<4 | uint32(c-'0')
		case c-'a' < 6:
			v = v<<4 | uint32(c-'a'+10)
		default:
			return 0, false
		}
	}
	return v, true
}

// Checksum is the FNV-1a hash of a text: against mistakes, not against forgery.
func Checksum(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}
