package pii

// minNumberDigits is the fewest digits of any number that Numbers reports.
const minNumberDigits = 7

// Numbers appends the cards, IBANs, phone numbers and social security numbers of the text to dst.
func (t *Text) Numbers(dst []Match) []Match {
	if !EnoughDigits(t.Bytes) {
		return dst
	}
	for i := 0; i < len(t.Bytes); {
		if !isDigit(t.Bytes[i]) {
			i++
			continue
		}
		if end := t.numberAt(i, &dst); end > 0 {
			i = end
			continue
		}
		for i < len(t.Bytes) && isDigit(t.Bytes[i]) {
			i++
		}
	}
	return dst
}

// EnoughDigits reports whether there are digits enough for Numbers to find anything.
func EnoughDigits(b []byte) bool {
	n := 0
	for _, c := range b {
		if c-'0' <= 9 {
			if n++; n == minNumberDigits {
				return true
			}
		}
	}
	return false
}

// numberAt tries what may stand at a group of digits that starts at i, the most specific first, and
// returns where the match ends, or 0.
func (t *Text) numberAt(i int, dst *[]Match) int {
	if isLetter(t.at(i - 1)) {
		return t.ibanAt(i, dst)
	}
	if isWord(t.at(i - 1)) {
		return 0
	}
	if end := t.cardAt(i, dst); end > 0 {
		return end
	}
	if end := t.ssnAt(i, dst); end > 0 {
		return end
	}
	return t.phoneAt(i, dst)
}

// run returns the end of the digits that start at i.
func (t *Text) run(i int) int {
	for i < len(t.Bytes) && isDigit(t.Bytes[i]) {
		i++
	}
	return i
}

func value(digits []byte) int {
	n := 0
	for _, c := range digits {
		n = n*10 + int(c-'0')
	}
	return n
}
