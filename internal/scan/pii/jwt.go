package pii

import "github.com/meshwarden/meshwarden/internal/scan/match"

// jwtAt matches a JSON Web Token in compact form (RFC 7519 with RFC 7515 or 7516) whose header starts at
// i: three parts, or five when encrypted, the first one a JSON object that names an algorithm.
func (t *Text) jwtAt(i int, dst []Match) []Match {
	if i < t.tokened || inClass('u', t.at(i-1)) {
		return dst
	}
	if end := t.jwtEnd(i); end > 0 {
		t.tokened = end
		return t.found(dst, JWT, i, end, 0.98, match.High, "jose-header")
	}
	return dst
}

// jwtEnd returns the end of the token that starts at i, or 0.
func (t *Text) jwtEnd(i int) int {
	if !hasPrefix(t.Bytes[i:], "eyJ") {
		return 0
	}
	header := t.span(i, 'u', maxToken)
	if t.at(header) != '.' || header-i < 12 || !namesAlgorithm(t.Bytes[i:header]) {
		return 0
	}
	payload := t.span(header+1, 'u', maxToken)
	if payload-header < 3 || t.at(payload) != '.' {
		return 0
	}
	end := t.span(payload+1, 'u', maxToken)
	for parts := 3; parts < 5 && t.at(end) == '.' && inClass('u', t.at(end+1)); parts++ {
		end = t.span(end+1, 'u', maxToken)
	}
	return end
}

// namesAlgorithm looks for "alg" in a base64url text of an object.
func namesAlgorithm(encoded []byte) bool {
	var decoded [3 * 64]byte
	n, bits, width := 0, uint32(0), 0
	for _, c := range encoded {
		if n == len(decoded) {
			break
		}
		bits = bits<<6 | uint32(base64Value(c))
		if width += 6; width >= 8 {
			width -= 8
			decoded[n] = byte(bits >> width)
			n++
		}
	}
	return n > 0 && decoded[0] == '{' && containsFold(decoded[:n], `"alg"`)
}

func base64Value(c byte) byte {
	switch {
	case isUpper(c):
		return c - 'A'
	case isLetter(c):
		return c - 'a' + 26
	case isDigit(c):
		return c - '0' + 52
	case c == '-' || c == '+':
		return 62
	}
	return 63
}
