package pii

import "github.com/meshwarden/meshwarden/internal/scan/match"

// maxTrack bounds the data of a magnetic stripe: track 1 has 79 characters (ISO/IEC 7813).
const maxTrack = 79

// trackAt matches what a magnetic stripe holds, whose card number begins at i: %B4111111111111111^DOE/JANE^2712101... or
// ;4111111111111111=2712101...
func (t *Text) trackAt(i int, dst *[]Match) int {
	end := t.run(i)
	if n := end - i; t.Wants>>CardTrack&1 == 0 || n < minCardDigits || n > maxCardDigits {
		return 0
	}
	start, expiry := i, end+1
	switch {
	case t.at(end) == '=':
		if isWord(t.at(i - 1)) {
			return 0
		}
		if t.at(i-1) == ';' {
			start--
		}
	case t.at(end) == '^' && t.at(i-1)|0x20 == 'b':
		start--
		if t.at(start-1) == '%' {
			start--
		}
		for expiry < len(t.Bytes) && expiry-start < maxTrack && t.Bytes[expiry] != '^' {
			expiry++
		}
		expiry++
	default:
		return 0
	}
	if known, _ := issued(t.Bytes[i:end]); !known || !luhn(t.Bytes[i:end]) {
		return 0
	}
	rest := t.run(expiry)
	if rest-expiry < len("YYMMSSS") || value(t.Bytes[expiry+2:expiry+4]) > 12 {
		return 0
	}
	if t.at(rest) == '?' {
		rest++
	}
	*dst = t.found(*dst, CardTrack, start, rest, 0.98, match.Critical, "track")
	return rest
}
