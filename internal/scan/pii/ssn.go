package pii

import "github.com/meshwarden/meshwarden/internal/scan/match"

const ssnDigits = 9

// ssnAt matches a US social security number whose first digit is at i: 3-2-4 digits with dashes, spaces or dots,
// or nine digits where the field or a label says so.
func (t *Text) ssnAt(i int, dst *[]Match) int {
	end := t.run(i)
	if end-i != 3 && end-i != 5 && end-i != 9 || !t.startsToken(i) {
		return 0
	}
	separator := t.at(end)
	if end-i == 3 && (separator == '-' || separator == ' ' || separator == '.') && t.run(end+1) == end+3 && t.at(end+3) == separator &&
		t.run(end+4) == end+8 && t.endsToken(end+8) {
		var digits [ssnDigits]byte
		copy(digits[:3], t.Bytes[i:])
		copy(digits[3:5], t.Bytes[end+1:])
		copy(digits[5:], t.Bytes[end+4:])
		if !validSSN(digits[:]) {
			return 0
		}
		confidence := float32(0.85)
		switch {
		case t.Key&saysSSN != 0 || t.label(i)&saysSSN != 0:
			confidence = 0.98
		case t.Key&(saysOther|saysPhone) != 0:
			return 0
		case separator == ' ' && t.followsNumber(i):
			return 0
		case separator != '-':
			confidence = 0.6
		}
		*dst = t.found(*dst, SSN, i, end+8, confidence, match.High, "area-group-serial")
		return end + 8
	}
	return t.labelledSSN(i, dst)
}

// labelledSSN matches nine digits in any grouping that a field name or label calls a social security number.
func (t *Text) labelledSSN(i int, dst *[]Match) int {
	var digits [ssnDigits]byte
	n, end := 0, i
	for ; n < len(digits); end++ {
		c := t.at(end)
		if isDigit(c) {
			digits[n] = c
			n++
		} else if c != '-' && c != ' ' && c != '.' || !isDigit(t.at(end+1)) {
			return 0
		}
	}
	if !t.endsToken(end) || !validSSN(digits[:]) || (t.Key|t.label(i))&saysSSN == 0 {
		return 0
	}
	*dst = t.found(*dst, SSN, i, end, 0.9, match.High, "labelled")
	return end
}

// validSSN applies the Social Security Administration's rules: no area 000, 666 or 9xx, no group 00, no
// serial 0000, and not the two numbers that were printed in advertisements.
func validSSN(d []byte) bool {
	area, group, serial := value(d[:3]), value(d[3:5]), value(d[5:])
	if area == 0 || area == 666 || area >= 900 || group == 0 || serial == 0 || sameDigits(d) {
		return false
	}
	return string(d) != "078051120" && string(d) != "219099999"
}
