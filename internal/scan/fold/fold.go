// Package fold reads bytes as ASCII without regard to case. It knows nothing of
// Unicode: bytes above 0x7f are equal to themselves only.
package fold

// Lower is c in lower case.
func Lower(c byte) byte {
	if c-'A' < 26 {
		return c | 0x20
	}
	return c
}

// Letter reports whether c is a letter of either case.
func Letter(c byte) bool { return c|0x20-'a' < 26 }

// HasPrefix reports whether b begins with lower.
func HasPrefix(b []byte, lower string) bool {
	if len(b) < len(lower) {
		return false
	}
	for i := range len(lower) {
		if Lower(b[i]) != lower[i] {
			return false
		}
	}
	return true
}

// Equal reports whether b is lower.
func Equal(b []byte, lower string) bool { return len(b) == len(lower) && HasPrefix(b, lower) }

// Contains reports whether lower stands in b. Its time is the product of both lengths: bound b.
func Contains(b []byte, lower string) bool {
	if lower == "" {
		return true
	}
	for i := 0; i+len(lower) <= len(b); i++ {
		if Lower(b[i]) == lower[0] && HasPrefix(b[i:], lower) {
			return true
		}
	}
	return false
}
