package scan

// decodeQuotedAt reads =41 as a byte, and an equals sign at the end of a line as nothing (RFC 2045 section 6.7).
func decodeQuotedAt(b []byte) (char, int) {
	if r, ok := hexRune(b[1:], 2); ok {
		return asciiChar(byte(r)), 3
	}
	i := 1
	for i < len(b) && i < 4 && (b[i] == ' ' || b[i] == '\t') {
		i++
	}
	switch {
	case i+1 < len(b) && b[i] == '\r' && b[i+1] == '\n':
		return char{}, i + 2
	case i < len(b) && b[i] == '\n':
		return char{}, i + 1
	}
	return char{}, 0
}
