package scan

import "slices"

// UTF-16 and UTF-32 are not decoded: without their zeros, which views drop, ASCII text reads as it is, whichever byte comes
// first. What replaces a value gets the zeros back.

// wideStride is how many bytes a character of original takes: 2 or 4 if zeros stand between its characters, else 1.
func wideStride(original []byte) int {
	for _, stride := range [...]int{4, 2} {
		if len(original) > 2*stride && separated(original, stride) {
			return stride
		}
	}
	return 1
}

// separated reports whether the bytes of b are stride-1 zeros apart.
func separated(b []byte, stride int) bool {
	for i, c := range b {
		if (c == 0) != (i%stride != 0) {
			return false
		}
	}
	return true
}

// widen puts zeros behind each byte of dst[from:]. The last one gets as many less as the replaced value had, where its text began
// behind its first character's zeros.
func widen(dst []byte, from, stride, rest int) []byte {
	narrow := slices.Clone(dst[from:])
	dst = dst[:from]
	var zeros [3]byte
	for i, c := range narrow {
		dst = append(dst, c)
		if i < len(narrow)-1 || rest == 0 {
			dst = append(dst, zeros[:stride-1]...)
		} else {
			dst = append(dst, zeros[:rest-1]...)
		}
	}
	return dst
}
