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
		digits := t.run(i)
		if t.amongNumbers(i, digits) {
			i = t.passNumber(i, digits, &dst)
			continue
		}
		start, end := t.newCode(i), 0
		if start >= 0 {
			end = t.labelledCode(start, &dst)
		}
		if end == 0 {
			end = t.numeralAt(i, digits, &dst)
		}
		if end == 0 && start >= 0 {
			end = t.codeAt(start, i, digits, &dst)
		}
		if end <= i {
			end = digits
		}
		i = end
	}
}

// amongNumbers reports whether the digits from i to end stand in a row of numbers, with one mark on either side, in which nothing begins
// with them that is not found by its form alone: rows, dates, versions and lists are most of the numbers there are.
func (t *Text) amongNumbers(i, end int) bool {
	const longest = 3 // of more digits a card may begin
	if end-i > longest || !isDigit(t.at(i-2)) || !isDigit(t.at(end+1)) || t.at(i-1) != t.at(end) {
		return false
	}
	switch t.at(end) {
	case '.', '/', ',':
		return true
	case '-':
		return t.coded == i-1
	case ' ': // but address line 2 12 Main Street
		return t.Key&(saysPhone|saysSSN) == 0 && !isLetter(t.at(i-3)) && !isLetter(t.at(i-4))
	}
	return false
}

// passNumber looks for a code by its form at the number from i to end that is among others, and returns where to go on.
func (t *Text) passNumber(i, end int, dst *[]Match) int {
	if t.coded != i-1 || t.at(end) != '-' {
		t.began = i + 1
	}
	t.coded = end
	if t.at(end) == ' ' && t.Wants&evidentTypes != 0 {
		if found := t.evidentCode(i, dst); found > 0 {
			return found
		}
	}
	return end
}

// numeralAt tries what is found without a label at the digits from i to end, and returns where the match ends, or 0.
func (t *Text) numeralAt(i, end int, dst *[]Match) int {
	next := t.at(end)
	if next == '=' || next == '^' {
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
	if next == '_' && end == i+4 {
		return t.cardAt(i, dst) // 4111_1111_1111_1111: no other number has such marks
	}
	if digits := t.stretch(i); digits >= minNumberDigits {
		return t.numberAt(i, end-i, digits, dst)
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
	return n >= minNumberDigits || !spaced && n >= minCodeDigits && len(b) >= minCodeBytes || spaced && (n >= minSpacedDigits || bytes.Contains(b, twoColons)) || n > 0 && len(b) >= len("1.2.3.4") && !spaced && maybeAddress(b)
}

// A code without spaces that proves itself has so many digits and bytes at least: a Medicare number.
const (
	minCodeDigits = 5
	minCodeBytes  = 9
)

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

// stretch counts the digits from i on as far as one number may reach. A stretch is counted once, however many groups it has.
func (t *Text) stretch(i int) (digits int) {
	s := &t.stretched
	if i >= s.end {
		n, end := 0, i
		for separators := 0; end < len(t.Bytes); end++ {
			kind := byteKinds[t.Bytes[end]]
			if kind&kindDigit != 0 {
				n++
				separators = 0
			} else if separators++; separators > maxSeparators || kind&kindSeparator == 0 {
				break
			}
		}
		s.next, s.digits, s.end = i, n, end
	}
	for ; s.next < i; s.next++ {
		if isDigit(t.Bytes[s.next]) {
			s.digits--
		}
	}
	return s.digits
}

// stretched is a stretch of digits: where it ends, and how many there are from one offset on.
type stretched struct{ next, end, digits int }

// numberAt tries what may stand at a group of n digits that starts at i, the most specific first, and
// returns where the match ends, or 0. digits is what stretch counted.
func (t *Text) numberAt(i, n, digits int, dst *[]Match) int {
	if digits >= minCardDigits && (n == 4 || n == 6 || n >= minCardDigits) {
		if end := t.cardAt(i, dst); end > 0 {
			return end
		}
	}
	if digits >= ssnDigits && (n == 3 || n == 5 || n == ssnDigits) {
		if end := t.ssnAt(i, dst); end > 0 {
			return end
		}
	}
	return t.phoneAt(i, n, dst)
}

// run returns the end of the digits that start at i.
func (t *Text) run(i int) int {
	for i < len(t.Bytes) && byteKinds[t.Bytes[i]]&kindDigit != 0 {
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
