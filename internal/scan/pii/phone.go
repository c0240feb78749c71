package pii

import "github.com/meshwarden/meshwarden/internal/scan/match"

// Digits of a whole international number (ITU-T E.164) and of a number without its country.
const (
	maxPhoneDigits    = 15
	minNationalDigits = 7
	maxNationalDigits = 11
)

// national bounds the digits behind a country code.
type national struct{ min, max uint8 }

// countries with codes of one and two digits; the codes of three digits are those of the zones in
// threeDigitZones. Source: ITU-T E.164 country code list and the national numbering plans.
var countries = map[int]national{
	1: {10, 10}, 7: {10, 10}, 20: {8, 10}, 27: {9, 9}, 30: {10, 10}, 31: {9, 9}, 32: {8, 9}, 33: {9, 9}, 34: {9, 9},
	36: {8, 9}, 39: {6, 11}, 40: {9, 9}, 41: {9, 9}, 43: {6, 13}, 44: {9, 10}, 45: {8, 8}, 46: {7, 10}, 47: {8, 8},
	48: {9, 9}, 49: {6, 13}, 51: {8, 9}, 52: {10, 11}, 53: {6, 8}, 54: {10, 11}, 55: {10, 11}, 56: {8, 9}, 57: {8, 10},
	58: {10, 10}, 60: {7, 10}, 61: {9, 9}, 62: {7, 12}, 63: {8, 10}, 64: {8, 10}, 65: {8, 8}, 66: {8, 9}, 81: {9, 10},
	82: {8, 10}, 84: {9, 10}, 86: {9, 11}, 90: {10, 10}, 91: {10, 10}, 92: {9, 10}, 93: {9, 9}, 94: {9, 9}, 95: {7, 10},
	98:  {10, 10},
	351: {9, 9}, 352: {6, 9}, 353: {7, 9}, 354: {7, 7}, 356: {8, 8}, 358: {6, 11}, 370: {8, 8}, 371: {8, 8}, 372: {7, 8},
	380: {9, 9}, 385: {8, 9}, 386: {8, 8}, 420: {9, 9}, 421: {9, 9}, 852: {8, 8}, 880: {8, 10}, 886: {8, 9},
	966: {8, 9}, 971: {8, 9}, 972: {8, 9}, 974: {8, 8},
}

// threeDigitZones are the first two digits of three-digit country codes in use.
var threeDigitZones = map[int]bool{
	21: true, 22: true, 23: true, 24: true, 25: true, 26: true, 29: true, 35: true, 37: true, 38: true, 42: true,
	50: true, 59: true, 67: true, 68: true, 69: true, 80: true, 85: true, 87: true, 88: true, 96: true, 97: true, 99: true,
}

// plan finds the country code at the start of an international number: its length and what may follow.
func plan(digits []byte) (code int, n national, known bool) {
	if len(digits) < 7 || digits[0] == '0' {
		return 0, n, false
	}
	for code = 1; code <= 3; code++ {
		if n, known = countries[value(digits[:code])]; known {
			return code, n, true
		}
	}
	return 3, national{6, 10}, threeDigitZones[value(digits[:2])]
}

// dialled is a number read with its separators.
type dialled struct {
	start  int
	digits [maxPhoneDigits]byte
	n      int
	groups int
	// ends are the offsets behind each group, counts the digits up to there.
	ends, counts [8]int
	separated    bool
}

// dial reads groups of digits from i on, with what people write between them: one separator, or a space
// beside a parenthesis, slash or dash, and the trunk zero in parentheses that is not dialled from abroad. The result
// is valid until the next call; what was read last is not read again.
func (t *Text) dial(i int) *dialled {
	d := &t.dialled
	if d.n > 0 && d.start == i {
		return d
	}
	d.start, d.n, d.groups, d.separated = i, 0, 0, false
	for d.groups < len(d.ends) {
		end := i
		for ; end < len(t.Bytes) && isDigit(t.Bytes[end]); end++ {
			if d.n+end-i == maxPhoneDigits {
				return d
			}
			d.digits[d.n+end-i] = t.Bytes[end]
		}
		if end == i {
			return d
		}
		d.n += end - i
		d.ends[d.groups], d.counts[d.groups] = end, d.n
		d.groups++
		next := end
		if t.at(next) == ' ' && t.at(next+1) == '(' && t.at(next+2) == '0' && t.at(next+3) == ')' {
			next += 4
		} else if t.at(next) == '(' && t.at(next+1) == '0' && t.at(next+2) == ')' {
			next += 3
		}
		for width := 0; width < 2 && isPhoneSeparator(t.at(next)); width++ {
			next++
		}
		if next == end || !isDigit(t.at(next)) {
			return d
		}
		d.separated = true
		i = next
	}
	return d
}

// nextGroup returns where the group begins that follows one of a number's which ends at i.
func (t *Text) nextGroup(i int) int {
	for n := 0; n < maxSeparators && isPhoneSeparator(t.at(i)); n++ {
		i++
	}
	return i
}

func isPhoneSeparator(c byte) bool { return byteKinds[c]&kindSeparator != 0 }

// phoneAt matches a telephone number whose first digit is at i, in a group of n.
func (t *Text) phoneAt(i, n int, dst *[]Match) int {
	start := i
	if t.at(i-1) == '(' {
		start--
	}
	if t.at(start-1) == '+' && !isWord(t.at(start-2)) {
		return t.internationalAt(start-1, i, dst)
	}
	if !t.startsToken(start) {
		return 0
	}
	switch first := t.Bytes[i]; {
	case first == '0' && t.at(i+1) == '0':
		if next := t.at(i + 2); isDigit(next) && next != '0' {
			if end := t.internationalAt(start, i+2, dst); end > 0 {
				return end
			}
		}
	case first == '0':
		if end := t.nationalAt(start, i, n, dst); end > 0 {
			return end
		}
	}
	if n == 3 || n == 1 && t.Bytes[i] == '1' {
		if end := t.northAmericanAt(start, i, dst); end > 0 {
			return end
		}
		if t.Bytes[i] == '5' {
			if end := t.mobileAt(start, i, dst); end > 0 {
				return end
			}
		}
	}
	return t.labelledPhoneAt(start, i, dst)
}

// internationalAt matches a number with its country code, whose digits start at i behind + or 00.
func (t *Text) internationalAt(start, i int, dst *[]Match) int {
	d := t.dial(i)
	code, length, known := plan(d.digits[:d.n])
	if !known || t.Bytes[start] != '+' && d.groups > 1 && d.digits[d.counts[0]] == '0' {
		return 0 // an area has no trunk zero behind a country: 0069 0307 are code points
	}
	for g := d.groups - 1; g >= 0; g-- {
		rest := d.counts[g] - code
		if rest < int(length.min) || rest > int(length.max) || isWord(t.at(d.ends[g])) {
			continue
		}
		if code == 1 && d.digits[0] == '1' && !northAmerican(d.digits[1:d.counts[g]]) {
			return 0
		}
		confidence := float32(0.9)
		if t.Bytes[start] != '+' {
			confidence = 0.6
			if decimal := t.at(d.ends[0]) == '.'; (!d.separated || decimal) && (t.Key|t.label(start))&saysPhone == 0 {
				return 0
			}
		}
		*dst = t.found(*dst, Phone, start, d.ends[g], confidence, match.Medium, "e164")
		return d.ends[g]
	}
	return 0
}

// northAmerican applies the North American Numbering Plan: area and exchange codes start with 2 to 9, and
// neither area codes with 9 in the middle nor N11 service codes are assigned.
func northAmerican(d []byte) bool {
	return len(d) == 10 && d[0] >= '2' && d[3] >= '2' && d[1] != '9' && !(d[1] == '1' && d[2] == '1') && !(d[4] == '1' && d[5] == '1')
}

// northAmericanAt matches (614) 604-0986, 614-604-0986, 614.604.0986, 614 604 0986, each also behind a 1.
func (t *Text) northAmericanAt(start, i int, dst *[]Match) int {
	if next := t.nextGroup(t.run(i)); t.run(next) != next+3 {
		return 0
	}
	d := t.dial(i)
	first := 0
	if d.groups > 1 && d.counts[0] == 1 && d.digits[0] == '1' {
		first = 1
	}
	if d.groups < first+3 || d.counts[first] != first+3 || d.counts[first+1] != first+6 || d.counts[first+2] != first+10 {
		return 0
	}
	end := d.ends[first+2]
	if !northAmerican(d.digits[first:first+10]) || !t.endsToken(end) {
		return 0
	}
	if t.at(start) != '(' && t.Bytes[d.ends[first]] != t.Bytes[d.ends[first+1]] {
		return 0 // 252.227-7013 is a clause of a contract
	}
	confidence := float32(0.8)
	evidence := t.Key | t.label(start)
	switch {
	case evidence&saysPhone != 0:
		confidence = 0.97
	case t.Key&saysOther != 0:
		return 0
	case t.Bytes[d.ends[first]] == ' ' && t.Bytes[d.ends[first+1]] == ' ' && t.at(start) != '(':
		if t.followsNumber(start) {
			return 0
		}
		confidence = 0.55
	}
	*dst = t.found(*dst, Phone, start, end, confidence, match.Medium, "nanp")
	return end
}

// followsNumber reports whether a space and more digits stand before offset i, as in a longer number.
func (t *Text) followsNumber(i int) bool { return t.at(i-1) == ' ' && isDigit(t.at(i-2)) }

// nationalAt matches what most of the world writes at home: a trunk zero, an area code and the subscriber's
// number in groups, ten or eleven digits in all: 020 7946 0958, 090-1234-5678, 0312 123 45 67.
//
// n is how many digits stand before the first mark.
func (t *Text) nationalAt(start, i, n int, dst *[]Match) int {
	if next := t.nextGroup(i + n); !isDigit(t.at(next)) || !isDigit(t.at(next+1)) {
		return 0
	}
	d := t.dial(i)
	last := d.groups - 1
	if last == 1 && t.areaAndSubscriber(d) || last == 2 && d.n == 11 && d.counts[0] == 1 && d.counts[1] == 4 && t.at(d.ends[1]) == ')' {
		if t.Key&saysOther != 0 || t.followsNumber(start) || !t.endsToken(d.ends[last]) {
			return 0
		}
		*dst = t.found(*dst, Phone, start, d.ends[last], 0.55, match.Medium, "national")
		return d.ends[last]
	}
	if !t.evenlySpaced(start, d) || t.inHexDump(start, d.ends[max(last, 0)]) {
		return 0
	}
	if last < 2 || d.n < 10 || d.n > 11 || !t.endsToken(d.ends[last]) || t.Key&saysOther != 0 || t.followsNumber(start) {
		return 0
	}
	counted := true // 01 02 03 04 05 is a row of bytes
	for g := 1; g <= last; g++ {
		if size := d.counts[g] - d.counts[g-1]; size < 2 || size > 4 || d.counts[0] == 1 && g == 1 && size != 3 {
			return 0
		}
		counted = counted && d.digits[d.counts[g-1]] == '0'
	}
	if counted {
		return 0
	}
	*dst = t.found(*dst, Phone, start, d.ends[last], 0.6, match.Medium, "national")
	return d.ends[last]
}

// areaAndSubscriber reports whether two groups are a trunk zero with an area or network and a subscriber's number: 0151 23456789,
// 07700 900123, 09-7625400, 030-1234567. Modes of files have four octal digits, and sizes behind them.
func (t *Text) areaAndSubscriber(d *dialled) bool {
	area, subscriber := d.counts[0], d.n-d.counts[0]
	mark := t.at(d.ends[0])
	if mark != '-' && mark != ' ' || t.at(d.ends[0]+1) == ' ' || isDigit(t.at(d.ends[1]+1)) && t.at(d.ends[1]) == ' ' {
		return false
	}
	switch {
	case area == 5:
		return subscriber == 6
	case area == 4 && d.digits[1] == '1' && d.digits[2] >= '5': // German networks
		return subscriber == 7 || subscriber == 8
	case mark == '-':
		return area == 2 && (subscriber == 7 || subscriber == 8) || area == 3 && subscriber >= 7 && subscriber <= 8
	}
	return false
}

// mobileAt matches Turkish numbers without their trunk zero, which nobody else groups like that: 532 123 45 67.
func (t *Text) mobileAt(start, i int, dst *[]Match) int {
	d := t.dial(i)
	if d.groups != 4 || d.counts[1] != 6 || d.counts[2] != 8 || d.counts[3] != 10 || t.at(d.ends[0]) != t.at(d.ends[1]) || t.at(d.ends[1]) != t.at(d.ends[2]) ||
		!t.endsToken(d.ends[3]) || t.Key&saysOther != 0 || t.followsNumber(start) {
		return 0
	}
	*dst = t.found(*dst, Phone, start, d.ends[3], 0.55, match.Medium, "national")
	return d.ends[3]
}

// evenlySpaced reports whether one mark stands between all groups, parentheses around the first left aside: the time and the zone
// of a date have others.
func (t *Text) evenlySpaced(start int, d *dialled) bool {
	first := 0
	if d.groups > 1 && (t.at(start) == '(' || t.at(d.ends[0]+1) == '(') {
		first = 1 + d.groups/4 // 0 (917) 123 4567 has two groups before the marks that count
	}
	for g := first; g+1 < d.groups; g++ {
		if isDigit(t.at(d.ends[g])) || !isDigit(t.at(d.ends[g]+1)) || t.at(d.ends[g]) != t.at(d.ends[first]) {
			return false
		}
	}
	return true
}

// inHexDump reports whether bytes in hexadecimal stand before or behind.
func (t *Text) inHexDump(start, end int) bool {
	hex := func(i int) bool {
		return isHex(t.at(i)) && isHex(t.at(i+1)) && !isWord(t.at(i-1)) && !isWord(t.at(i+2)) && !(isDigit(t.at(i)) && isDigit(t.at(i+1)))
	}
	return t.at(start-1) == ' ' && hex(start-3) || t.at(end) == ' ' && hex(end+1)
}

// labelledPhoneAt matches any number of plausible length that its field or label calls a telephone number.
func (t *Text) labelledPhoneAt(start, i int, dst *[]Match) int {
	key := t.Key
	if start == 0 && t.mobile() {
		*dst = t.found(*dst, Phone, 0, len(t.Bytes), 0.55, match.Medium, "mobile")
		return len(t.Bytes)
	}
	if key&saysPhone == 0 && t.label(start)&saysPhone == 0 || key&saysOther != 0 {
		return 0
	}
	if t.at(start-1) == '#' {
		return 0 // a ticket
	}
	d := t.dial(i)
	for g := d.groups - 1; g >= 0; g-- {
		n := d.counts[g]
		if key&saysPhone == 0 && d.counts[0] > maxNationalDigits {
			return 0
		}
		if n < minNationalDigits || n > maxPhoneDigits || !t.endsToken(d.ends[g]) {
			continue
		}
		if looksLikeDate(t.Bytes[i:d.ends[g]]) {
			return 0
		}
		*dst = t.found(*dst, Phone, start, d.ends[g], 0.8, match.Medium, "labelled")
		return d.ends[g]
	}
	return 0
}

// mobile reports whether the text is nothing but eleven digits that begin as mobile numbers do in most of the world, and no field
// says what they are.
func (t *Text) mobile() bool {
	b := t.Bytes
	return len(b) == maxNationalDigits && len(t.Name) == 0 && digitsOnly(b) && (b[0] == '0' && (b[1] == '5' || b[1] == '7' || b[1] == '9') || b[0] == '1' && b[1] >= '3')
}

// looksLikeDate recognises 2026-08-21 and 21.08.2026.
func looksLikeDate(b []byte) bool {
	if len(b) < 10 {
		return false
	}
	mark := func(i int) bool { return b[i] == '-' || b[i] == '/' || b[i] == '.' }
	return mark(4) && mark(7) && (b[0] == '1' || b[0] == '2') || mark(2) && mark(5) && len(b) == 10
}
