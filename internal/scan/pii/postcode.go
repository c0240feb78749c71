package pii

// postcodeAt returns the end of the postcode at i, or 0: 80202-1234, CO 80202, SW1A 2AA, 1015 CJ, 1000-205, 01310-100.
func (t *Text) postcodeAt(i int) int {
	if isUpper(t.at(i)) && isUpper(t.at(i+1)) && t.at(i+2) == ' ' && isDigit(t.at(i+3)) { // a state
		if end := t.run(i + 3); end-i-3 == 5 {
			return t.zipTail(end)
		}
	}
	end := t.tokenEnd(i)
	token := t.Bytes[i:end]
	switch {
	case end == i || !hasDigit(token):
		return 0
	case digitsOnly(token) && end-i == 5:
		return end
	case digitsOnly(token) && end-i == 4 && t.at(end) == ' ':
		if isUpper(t.at(end+1)) && isUpper(t.at(end+2)) && !isNameByte(t.at(end+3)) {
			return end + 3
		}
		if isUpper(t.at(end + 1)) {
			return end // 1010 Wien
		}
	case len(token) == 8 && token[4] == '-' && digitsOnly(token[:4]) && digitsOnly(token[5:]), len(token) == 9 && token[5] == '-' && digitsOnly(token[:5]) && digitsOnly(token[6:]),
		len(token) == 10 && token[5] == '-' && digitsOnly(token[:5]) && digitsOnly(token[6:]):
		return end
	case isUpper(token[0]) && len(token) <= 4 && t.at(end) == ' ' && isDigit(t.at(end+1)) && isUpper(t.at(end+2)) && isUpper(t.at(end+3)) && !isNameByte(t.at(end+4)):
		return end + 4
	case len(token) == 3 && isUpper(token[0]) && isDigit(token[1]) && isUpper(token[2]) && t.at(end) == ' ' && isDigit(t.at(end+1)) && isUpper(t.at(end+2)) && isDigit(t.at(end+3)) && !isNameByte(t.at(end+4)):
		return end + 4
	}
	return 0
}

func (t *Text) zipTail(end int) int {
	if t.at(end) == '-' && t.run(end+1) == end+5 {
		return end + 5
	}
	return end
}
