package pii

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/swar"
)

// minNumberDigits is the fewest digits of any number that Numbers reports.
const minNumberDigits = 7

// Numbers appends what has digits to dst: cards, IBANs, phone numbers, social security numbers, and codes of every kind that a
// label announces or that prove themselves. It looks at the digits from one offset on up to another.
func (t *Text) Numbers(from, to int, dst []Match) []Match {
	for i := from; ; {
		if i = nextDigit(t.Bytes, i); i >= to {
			return dst
		}
		end, start := 0, t.newCode(i)
		if start >= 0 {
			end = t.labelledCode(start, &dst)
		}
		if end == 0 {
			end = t.numeralAt(i, &dst)
		}
		if end == 0 && start >= 0 {
			end = t.codeAt(start, i, &dst)
		}
		if end <= i {
			end = t.run(i)
		}
		i = end
	}
}

// numeralAt tries what is found without a label at the digit at i, and returns where the match ends, or 0.
func (t *Text) numeralAt(i int, dst *[]Match) int {
	if next := t.at(t.run(i)); next == '=' || next == '^' {
		if end := t.trackAt(i, dst); end > 0 {
			return end
		}
	}
	switch before := t.at(i - 1); {
	case isLetter(before):
		return t.ibanAt(i, dst)
	case isWord(before):
		return 0
	}
	if t.at(i+4) == '_' && t.run(i) == i+4 {
		return t.cardAt(i, dst) // 4111_1111_1111_1111: no other number has such marks
	}
	if digits, _ := t.stretch(i); digits >= minNumberDigits {
		return t.numberAt(i, digits, dst)
	}
	return 0
}

// nextDigit returns the offset of the first digit at or behind i, len(b) when there is none.
func nextDigit(b []byte, i int) int {
	for ; i+8 <= len(b); i += 8 {
		if marks := swar.Digits(swar.Load(b[i:])); marks != 0 {
			return i + swar.First(marks)
		}
	}
	for i < len(b) && !isDigit(b[i]) {
		i++
	}
	return i
}

// MaybeCode reports whether Numbers may find anything in b; spaced says that b has spaces, so that a label may stand before a
// shorter number.
func MaybeCode(b []byte, spaced bool) bool {
	n := digitsIn(b)
	return n >= minNumberDigits || spaced && (n >= minSpacedDigits || bytes.Contains(b, twoColons)) || n > 0 && len(b) >= len("1.2.3.4") && !spaced && maybeAddress(b)
}

var twoColons = []byte("::") // of ::1

// minSpacedDigits is the fewest digits of a value behind a label: a car's plate.
const minSpacedDigits = 2

// maybeAddress reports whether a text without spaces has the marks of an IP or hardware address, which may have few digits.
func maybeAddress(b []byte) bool {
	marks := 0
	for _, c := range b[:min(len(b), 48)] {
		if c == '.' || c == ':' || c == '-' {
			marks++
		}
	}
	return marks >= 2 && len(b) <= 48
}

func digitsIn(b []byte) int {
	n := 0
	for ; len(b) >= 8; b = b[8:] {
		n += swar.Count(swar.Digits(swar.Load(b)))
	}
	return n + swar.Count(swar.Digits(swar.Padded(b, len(b), swar.Spaces)))
}

// maxSeparators is how many bytes at most stand between two digits of a number: the parenthesis behind a trunk
// zero and two separators.
const maxSeparators = 3

// stretch counts digits from i on as far as one number may reach, up to as many as decide what may be there, and
// returns where it stopped.
func (t *Text) stretch(i int) (digits, end int) {
	separators := 0
	for ; i < len(t.Bytes) && digits < minCardDigits; i++ {
		if c := t.Bytes[i]; isDigit(c) {
			digits++
			separators = 0
		} else if separators++; separators > maxSeparators || !isPhoneSeparator(c) {
			break
		}
	}
	return digits, i
}

// numberAt tries what may stand at a group of digits that starts at i, the most specific first, and
// returns where the match ends, or 0. digits is what stretch counted.
func (t *Text) numberAt(i, digits int, dst *[]Match) int {
	if digits >= minCardDigits {
		if end := t.cardAt(i, dst); end > 0 {
			return end
		}
	}
	if digits >= ssnDigits {
		if end := t.ssnAt(i, dst); end > 0 {
			return end
		}
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
